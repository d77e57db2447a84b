/*
 * kauth.h: who may do what, kauth(9).  All that runs here is the kernel, with
 * the credentials of the superuser.
 */
#ifndef _SYS_KAUTH_H_
#define _SYS_KAUTH_H_

#include <sys/types.h>
#include <sys/ucred.h>

typedef struct kauth_cred *kauth_cred_t;

#define NOCRED ((kauth_cred_t)-1)
#define FSCRED ((kauth_cred_t)-2)

#endif /* _SYS_KAUTH_H_ */
