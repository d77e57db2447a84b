/*
 * resourcevar.h: accounting inside the kernel.
 */
#ifndef _SYS_RESOURCEVAR_H_
#define _SYS_RESOURCEVAR_H_

#include <sys/mutex.h>
#include <sys/resource.h>

struct bintime;
struct lwp;
struct proc;

struct pstats {
#define pstat_startzero p_ru
	struct rusage p_ru;
	struct rusage p_cru;
#define pstat_endzero   p_timer
#define pstat_startcopy p_timer
	struct itimerval p_timer[3];
#define pstat_endcopy p_start
	struct timeval p_start;
};

struct plimit {
	struct rlimit pl_rlimit[RLIM_NLIMITS];
	char *pl_corename;
	size_t pl_cnlen;
	u_int pl_refcnt;
	bool pl_writeable;
	kmutex_t pl_lock;
	struct plimit *pl_sv_limit;
};

#ifdef _KERNEL
/* System time, user time, interrupt time and their sum, as far as wanted. */
void calcru(struct proc *, struct timeval *, struct timeval *, struct timeval *,
    struct timeval *);
void addrulwp(struct lwp *, struct bintime *);
void ruadd(struct rusage *, struct rusage *);
void rulwps(struct proc *, struct rusage *);
void resource_init(void);
#endif

#endif /* _SYS_RESOURCEVAR_H_ */
