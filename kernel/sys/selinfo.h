/*
 * selinfo.h: who waits for a descriptor; nobody does yet.
 */
#ifndef _SYS_SELINFO_H_
#define _SYS_SELINFO_H_

#include <sys/types.h>
#include <sys/queue.h>

struct knote;
SLIST_HEAD(klist, knote);

struct selinfo {
	struct klist sel_klist;
	void *sel_cluster;
	struct lwp *sel_lwp;
	uintptr_t sel_fdinfo;
	SLIST_ENTRY(selinfo) sel_chain;
	uint32_t sel_collision;
	uint32_t sel_reserved[3];
};

#endif /* _SYS_SELINFO_H_ */
