/*
 * sched.h: the scheduler's interface, and its state per CPU.
 *
 * kern/kern_synch.c switches LWPs, kern/kern_runq.c keeps the run queues,
 * kern/sched_4bsd.c says who is worse off, and for how long an LWP may run.
 */
#ifndef _SYS_SCHED_H_
#define _SYS_SCHED_H_

#include <sys/types.h>

#if defined(_KERNEL_OPT)
#include "opt_lockdebug.h"
#include "opt_multiprocessor.h"
#endif

struct sched_param {
	int sched_priority;
};

/* Scheduling classes of POSIX. */
#define SCHED_NONE  -1
#define SCHED_OTHER 0 /* time-shared */
#define SCHED_FIFO  1 /* until it blocks */
#define SCHED_RR    2 /* until it blocks, or its slice is used up */

/* What a CPU was found doing at a clock tick. */
#define CP_USER   0
#define CP_NICE   1
#define CP_SYS    2
#define CP_INTR   3
#define CP_IDLE   4
#define CPUSTATES 5

#if defined(_KERNEL) || defined(_KMEMUSER)

#include <sys/mutex.h>
#include <sys/time.h>

/*
 * Fields are
 *	(	constant once the CPU is attached
 *	m	locked by spc_mutex
 *	s	the CPU's own, at splsched
 *	c	locked by cpu_lock
 */
struct schedstate_percpu {
	/* Other CPUs look at these. */
	kmutex_t *spc_mutex;       /* (: run queue, and LWPs on it or running */
	kmutex_t *spc_lwplock;     /* (: LWPs in no other state */
	struct lwp *spc_migrating; /* (: on its way to another CPU */
	pri_t spc_curpriority;     /* m: of the LWP that runs */
	pri_t spc_maxpriority;     /* m: the highest in the queue */
	psetid_t spc_psid;         /* c: processor set */
	time_t spc_lastmod;        /* c: when it was set on line or off */

	/* These are the CPU's. */
	void *spc_sched_info;            /* (: run queue */
	volatile int spc_flags;          /* s: SPCF_* */
	u_int spc_schedticks;            /* s: until schedclock() */
	uint64_t spc_cp_time[CPUSTATES]; /* s: ticks in each state */
	int spc_ticks;                   /* s: until sched_tick() */
	int spc_pscnt;                   /* s: profiling: counts down from .. */
	int spc_psdiv;                   /* s: .. this divisor */
};

/* spc_flags */
#define SPCF_SEENRR      0x0001 /* the LWP has used up one slice */
#define SPCF_SHOULDYIELD 0x0002 /* .. and should leave the CPU */
#define SPCF_OFFLINE     0x0004 /* off line */
#define SPCF_RUNNING     0x0008 /* runs its idle loop: can be called */
#define SPCF_NOINTR      0x0010 /* no device interrupts, please */

#define SPCF_SWITCHCLEAR (SPCF_SEENRR | SPCF_SHOULDYIELD)

#endif /* _KERNEL || _KMEMUSER */

#ifdef _KERNEL

extern const int schedppq; /* priorities per run queue */
extern int schedhz;        /* frequency of schedclock(), or 0 */

struct proc;
struct cpu_info;

/* Setting up. */
void runq_init(void);
void synch_init(void);
void sched_init(void);
void sched_rqinit(void);
void sched_cpuattach(struct cpu_info *);

/* Time has passed. */
void sched_tick(struct cpu_info *);
void schedclock(struct lwp *);
void sched_schedclock(struct lwp *);
void sched_pstats(void);
void sched_lwp_stats(struct lwp *);
void sched_pstats_hook(struct lwp *, int);

/* Run queues. */
bool sched_curcpu_runnable_p(void);
void sched_dequeue(struct lwp *);
void sched_enqueue(struct lwp *, bool);
struct lwp *sched_nextlwp(void);
void sched_oncpu(struct lwp *);
void sched_newts(struct lwp *);

void sched_nice(struct proc *, int);

/* Births and deaths. */
void sched_proc_fork(struct proc *, struct proc *);
void sched_proc_exit(struct proc *, struct proc *);
void sched_lwp_fork(struct lwp *, struct lwp *);
void sched_lwp_collect(struct lwp *);

void sched_slept(struct lwp *);
void sched_wakeup(struct lwp *);

void setrunnable(struct lwp *);
void sched_setrunnable(struct lwp *);

struct cpu_info *sched_takecpu(struct lwp *);
void sched_print_runqueue(void (*)(const char *, ...) __printflike(1, 2));

/* Leaving the CPU. */
bool kpreempt(uintptr_t);
void preempt(void);
void yield(void);
int mi_switch(struct lwp *);
void updatertime(lwp_t *, const struct bintime *);
void sched_idle(void);
void suspendsched(void);

int do_sched_setparam(pid_t, lwpid_t, int, const struct sched_param *);
int do_sched_getparam(pid_t, lwpid_t, int *, struct sched_param *);

#endif /* _KERNEL */

#endif /* _SYS_SCHED_H_ */
