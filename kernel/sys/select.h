/*
 * select.h: waiting for several descriptors; see <sys/selinfo.h>.
 */
#ifndef _SYS_SELECT_H_
#define _SYS_SELECT_H_

#include <sys/types.h>
#include <sys/selinfo.h>

#ifdef _KERNEL
struct lwp;

void selrecord(struct lwp *, struct selinfo *);
void selnotify(struct selinfo *, int, long);
void selinit(struct selinfo *);
void seldestroy(struct selinfo *);
#endif

#endif /* _SYS_SELECT_H_ */
