/*
 * kernel.h: variables of the kernel as a whole.
 */
#ifndef _SYS_KERNEL_H_
#define _SYS_KERNEL_H_

#if defined(_KERNEL) || defined(_KMEMUSER)

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/time.h>
#include <sys/timevar.h>

extern long hostid;
extern char hostname[];
extern int hostnamelen;
extern char domainname[];
extern int domainnamelen;

extern int rtc_offset;

extern int cold;          /* no interrupts yet, nobody may sleep */
extern int shutting_down; /* for good */
extern int tick;          /* us per tick */
extern int tickadj;
extern volatile int hardclock_ticks; /* ticks since boot */
extern int hz;                       /* ticks per second */
extern int stathz;                   /* frequency of statclock(), 0: as hz */
extern int profhz;
extern int profsrc;
extern int psratio;
extern int profprocs;
extern kcondvar_t lbolt;
extern int schedhz;

#define PROFSRC_CLOCK 0

#endif /* _KERNEL || _KMEMUSER */

#endif /* _SYS_KERNEL_H_ */
