/*
 * ucred.h: credentials as user programs know them.
 */
#ifndef _SYS_UCRED_H_
#define _SYS_UCRED_H_

#include <sys/types.h>

struct uucred {
	unsigned short cr_unused;
	uid_t cr_uid;
	gid_t cr_gid;
	short cr_ngroups;
	gid_t cr_groups[16];
};

struct kauth_cred;

#endif /* _SYS_UCRED_H_ */
