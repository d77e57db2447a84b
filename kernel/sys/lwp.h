/*
 * lwp.h: the LWP, a thread of execution; kern/kern_lwp.c has its life.
 */
#ifndef _SYS_LWP_H_
#define _SYS_LWP_H_

#if defined(_KERNEL) || defined(_KMEMUSER)

#include <sys/param.h>
#include <sys/time.h>
#include <sys/queue.h>
#include <sys/callout.h>
#include <sys/kcpuset.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/signalvar.h>
#include <sys/sched.h>
#include <sys/specificdata.h>
#include <sys/syncobj.h>
#include <sys/resource.h>

#if defined(_KERNEL)
#include <machine/cpu.h>
#include <sys/systm.h>
#endif

#include <machine/proc.h>

#include <sys/pcu.h>

struct lockdebug;
struct sysent;
struct turnstile;
struct sleepq;
struct lwpctl;
struct lcpage;
struct selinfo;
struct selcluster;
struct kauth_cred;
struct filedesc;
struct kdtrace_thread;

/*
 * Fields are
 *	a	locked by proc_lock
 *	c	locked by the condition variable's mutex, given to cv_wait
 *	l	locked by *l_mutex, whatever that is at the time
 *	p	locked by l_proc->p_lock
 *	s	locked by the spc_mutex of its CPU, which l_mutex may be
 *	S	locked by the select cluster
 *	(	constant, once the LWP is there
 *	!	the LWP's own; others may not rely on what they see
 * The order is one of use: what a switch touches comes first.
 */
struct lwp {
	/* Scheduling. */
	TAILQ_ENTRY(lwp) l_runq; /* s: run queue */
	union {
		void *info;
		u_int timeslice;
	} l_sched;                       /* s: the scheduler's */
	struct cpu_info *volatile l_cpu; /* s: where it runs, or would */
	kmutex_t *volatile l_mutex;      /* l: what locks it now */
	int l_ctxswtch;                  /* l: its stack is still in use */
	void *l_addr;                    /* l: PCB; see lwp_getpcb */
	struct mdlwp l_md;               /* l: the machine's */
	int l_flag;                      /* l: LW_* */
	int l_stat;                      /* l: LS* */
	struct bintime l_rtime;          /* l: has run for so long */
	struct bintime l_stime;          /* l: runs since */
	u_int l_swtime;                  /* l: seconds since it was created */
	u_int l_rticks;                  /* l: tick at which it began to run */
	u_int l_rticksum;                /* l: ticks it ran, lately */
	u_int l_slpticks;                /* l: tick at which it fell asleep */
	u_int l_slpticksum;              /* l: ticks it slept, lately */
	int l_biglocks;                  /* l: kernel_lock count before sleep */
	int l_class;                     /* l: SCHED_* */
	int l_kpriority;                 /* !: has slept in the kernel: boost */
	pri_t l_kpribase;                /* !: .. to this, and above */
	pri_t l_priority;                /* l: its own */
	pri_t l_inheritedprio;           /* l: lent to it, or PRI_NONE */
	SLIST_HEAD(, turnstile) l_pi_lenders; /* l: by these */
	uint64_t l_ncsw;                      /* l: context switches */
	uint64_t l_nivcsw;             /* l: .. that it had not asked for */
	u_int l_cpticks;               /* (: ticks of CPU time */
	fixpt_t l_pctcpu;              /* p: share of a CPU */
	fixpt_t l_estcpu;              /* l: sched_4bsd: has used so much */
	psetid_t l_psid;               /* l: processor set */
	struct cpu_info *l_target_cpu; /* l: is to migrate there */
	struct lwpctl *l_lwpctl;       /* p: */
	struct lcpage *l_lcpage;       /* p: */
	kcpuset_t *l_affinity;         /* l: may run there only; or NULL */

	/* Waiting. */
	struct turnstile *l_ts;        /* l: its turnstile */
	struct syncobj *l_syncobj;     /* l: how to handle it on a queue */
	TAILQ_ENTRY(lwp) l_sleepchain; /* l: sleep queue */
	wchan_t l_wchan;               /* l: what it waits for, or NULL */
	const char *l_wmesg;           /* l: .. in words */
	struct sleepq *l_sleepq;       /* l: .. and on which queue */
	int l_sleeperr;                /* !: why the wait was ended */
	u_int l_slptime;               /* l: seconds it has slept */
	callout_t l_timeout_ch;        /* !: ends the wait */
	u_int l_emap_gen;              /* !: */
	kcondvar_t l_waitcv;           /* a: vfork() */

#if PCU_UNIT_COUNT > 0
	struct cpu_info *volatile l_pcu_cpu[PCU_UNIT_COUNT];
	uint32_t l_pcu_valid;
#endif

	/* Its process, and the world. */
	LIST_ENTRY(lwp) l_list;    /* a: alllwp */
	void *l_ctxlink;           /* p: */
	struct proc *l_proc;       /* p: */
	LIST_ENTRY(lwp) l_sibling; /* p: p_lwps */
	lwpid_t l_waiter;          /* p: first LWP that waits for us */
	lwpid_t l_waitingfor;      /* p: LWP we wait for */
	int l_prflag;              /* p: LPR_* */
	u_int l_refcnt;            /* p: references; 0 when it exits */
	lwpid_t l_lid;             /* (: its number in the process */
	char *l_name;              /* (: or NULL */

	/* select() and poll(). */
	int l_selflag;                   /* S: */
	SLIST_HEAD(, selinfo) l_selwait; /* S: */
	int l_selret;                    /* S: */
	uintptr_t l_selrec;              /* !: */
	struct selcluster *l_selcluster; /* !: */
	void *l_selbits;                 /* (: */
	size_t l_selni;                  /* (: */

	/* Signals. */
	int l_sigrestore;             /* p: */
	sigset_t l_sigwaitset;        /* p: */
	kcondvar_t l_sigcv;           /* p: */
	struct ksiginfo *l_sigwaited; /* p: */
	sigpend_t *l_sigpendset;      /* p: */
	LIST_ENTRY(lwp) l_sigwaiter;  /* p: */
	stack_t l_sigstk;             /* p: */
	sigset_t l_sigmask;           /* p: */
	sigpend_t l_sigpend;          /* p: */
	sigset_t l_sigoldmask;        /* p: */

	/* Its own. */
	specificdata_reference l_specdataref; /* !: */
	struct timespec l_ktrcsw;             /* !: */
	void *l_private;                      /* !: of a softint: its level */
	struct lwp *l_switchto;               /* !: mi_switch: take this one */
	struct kauth_cred *l_cred;            /* !: credentials */
	struct filedesc *l_fd;                /* !: */
	void *l_emuldata;                     /* !: */
	u_int l_cv_signalled;                 /* c: awoken by cv_signal() */
	u_short l_shlocks; /* !: LOCKDEBUG: shared locks held */
	u_short l_exlocks; /* !: .. and exclusive ones */
	u_short l_unused;
	u_short l_blcnt;   /* !: kernel_lock: how often held */
	int l_nopreempt;   /* !: no preemption while not 0 */
	u_int l_dopreempt; /* s: DOPREEMPT_*: is wanted */
	int l_pflag;       /* !: LP_* */
	int l_dupfd;       /* !: */
	const struct sysent *volatile l_sysent; /* !: */
	struct rusage l_ru;                     /* !: accounting */
	uint64_t l_pfailtime;  /* !: preemption refused since */
	uintptr_t l_pfailaddr; /* !: .. there */
	uintptr_t l_pfaillock; /* !: .. for that lock */
	_TAILQ_HEAD(, struct lockdebug, volatile) l_ld_locks; /* !: held */
	int l_tcgen; /* !: timecounter in use */

	uint32_t l_syscall_time;     /* !: */
	uint64_t *l_syscall_counter; /* !: */

	struct kdtrace_thread *l_dtrace; /* (: */
};

/* Where the PCB is in an LWP's stack pages (<machine/proc.h>). */
#ifndef UAREA_PCB_OFFSET
#define UAREA_PCB_OFFSET 0
#endif

LIST_HEAD(lwplist, lwp);

#ifdef _KERNEL
extern struct lwplist alllwp; /* all LWPs; locked by proc_lock */
extern lwp_t lwp0;            /* the first: boots, then swaps */
extern int maxlwp;
#ifndef MAXLWP
#define MAXLWP 2048
#endif
#ifndef __HAVE_CPU_MAXLWP
#define cpu_maxlwp() MAXLWP
#endif
#endif /* _KERNEL */

#endif /* _KERNEL || _KMEMUSER */

/* l_flag */
#define LW_IDLE      0x00000001 /* an idle LWP */
#define LW_LWPCTL    0x00000002
#define LW_SINTR     0x00000080 /* signals end its sleep */
#define LW_SYSTEM    0x00000200 /* kernel thread */
#define LW_WSUSPEND  0x00020000 /* suspend before user mode */
#define LW_BATCH     0x00040000 /* hogs the CPU */
#define LW_WCORE     0x00080000
#define LW_WEXIT     0x00100000 /* exit before user mode */
#define LW_PENDSIG   0x01000000 /* signals pending */
#define LW_CANCELLED 0x02000000 /* the next sleep is to fail */
#define LW_WREBOOT   0x08000000
#define LW_UNPARKED  0x10000000

/* l_pflag */
#define LP_KTRACTIVE   0x00000001
#define LP_KTRCSW      0x00000002
#define LP_KTRCSWUSER  0x00000004
#define LP_PIDLID      0x00000008
#define LP_OWEUPC      0x00000010
#define LP_MPSAFE      0x00000020 /* starts without kernel_lock */
#define LP_INTR        0x00000040 /* softint */
#define LP_SYSCTLWRITE 0x00000080
#define LP_MUSTJOIN    0x00000100 /* kthread_join() will be called */
#define LP_VFORKWAIT   0x00000200
#define LP_TIMEINTR    0x00010000 /* time of this softint is taken */
#define LP_RUNNING     0x20000000 /* on a CPU */
#define LP_BOUND       0x80000000 /* stays on its CPU */

/* l_prflag */
#define LPR_CRMOD    0x00000100
#define LPR_DETACHED 0x00800000 /* nobody will wait for it */

/* Something is to be done before it returns to user mode. */
#define LW_USERRET                                                     \
	(LW_WEXIT | LW_PENDSIG | LW_WREBOOT | LW_WSUSPEND | LW_WCORE | \
	    LW_LWPCTL)

/* l_stat */
#define LSIDL       1 /* being made; a softint or idle LWP that does not run */
#define LSRUN       2 /* in a run queue */
#define LSSLEEP     3 /* in a sleep queue */
#define LSSTOP      4
#define LSZOMB      5 /* has exited, is to be freed */
#define LSDEAD      6
#define LSONPROC    7 /* runs */
#define LSSUSPENDED 8

#if defined(_KERNEL) || defined(_KMEMUSER)
static __inline void *__unused
lwp_getpcb(struct lwp *l)
{
	return l->l_addr;
}
#endif

#ifdef _KERNEL
#define LWP_CACHE_CREDS(l, p)                                   \
	do {                                                    \
		(void)p;                                        \
		if (__predict_false((l)->l_prflag & LPR_CRMOD)) \
			lwp_update_creds(l);                    \
	} while (/* CONSTCOND */ 0)

void lwpinit(void);
void lwp0_init(void);
void lwp_sys_init(void);

void lwp_startup(lwp_t *, lwp_t *);
void startlwp(void *);

int lwp_locked(lwp_t *, kmutex_t *);
void lwp_setlock(lwp_t *, kmutex_t *);
void lwp_unlock_to(lwp_t *, kmutex_t *);
int lwp_trylock(lwp_t *);
void lwp_addref(lwp_t *);
void lwp_delref(lwp_t *);
void lwp_delref2(lwp_t *);
void lwp_drainrefs(lwp_t *);
bool lwp_alive(lwp_t *);
lwp_t *lwp_find_first(proc_t *);

int lwp_wait(lwp_t *, lwpid_t, lwpid_t *, bool);
void lwp_continue(lwp_t *);
void lwp_unsleep(lwp_t *, bool);
void lwp_unstop(lwp_t *);
void lwp_exit(lwp_t *);
void lwp_exit_switchaway(lwp_t *) __dead;
int lwp_suspend(lwp_t *, lwp_t *);
int lwp_create1(lwp_t *, const void *, size_t, u_long, lwpid_t *);
void lwp_update_creds(lwp_t *);
void lwp_migrate(lwp_t *, struct cpu_info *);
lwp_t *lwp_find2(pid_t, lwpid_t);
lwp_t *lwp_find(proc_t *, int);
void lwp_userret(lwp_t *);
void lwp_need_userret(lwp_t *);
void lwp_free(lwp_t *, bool, bool);
uint64_t lwp_pctr(void); /* changes when curlwp has been switched */
int lwp_setprivate(lwp_t *, void *);
int do_lwp_create(lwp_t *, void *, u_long, lwpid_t *);

void lwpinit_specificdata(void);
int lwp_specific_key_create(specificdata_key_t *, specificdata_dtor_t);
void lwp_specific_key_delete(specificdata_key_t);
void lwp_initspecific(lwp_t *);
void lwp_finispecific(lwp_t *);
void *lwp_getspecific(specificdata_key_t);
void lwp_setspecific(specificdata_key_t, void *);

int lwp_create(lwp_t *, struct proc *, vaddr_t, int, void *, size_t,
    void (*)(void *), void *, lwp_t **, int);

/*
 * Lock an LWP.  What locks it may change until it is locked, so look again.
 */
static __inline void __unused
lwp_lock(lwp_t *l)
{
	kmutex_t *old = l->l_mutex;

	mutex_spin_enter(old);
	while (__predict_false(l->l_mutex != old)) {
		mutex_spin_exit(old);
		old = l->l_mutex;
		mutex_spin_enter(old);
	}
}

static __inline void __unused
lwp_unlock(lwp_t *l)
{
	mutex_spin_exit(l->l_mutex);
}

/* Change an LWP's own priority; the LWP is locked, and stays so. */
static __inline void __unused
lwp_changepri(lwp_t *l, pri_t pri)
{
	KASSERT(mutex_owned(l->l_mutex));

	if (l->l_priority == pri)
		return;
	(*l->l_syncobj->sobj_changepri)(l, pri);
	KASSERT(l->l_priority == pri);
}

/* Lend it one, or, with PRI_NONE, take it back. */
static __inline void __unused
lwp_lendpri(lwp_t *l, pri_t pri)
{
	KASSERT(mutex_owned(l->l_mutex));

	if (l->l_inheritedprio == pri)
		return;
	(*l->l_syncobj->sobj_lendpri)(l, pri);
	KASSERT(l->l_inheritedprio == pri);
}

/* The priority that counts. */
static __inline pri_t __unused
lwp_eprio(lwp_t *l)
{
	pri_t pri = l->l_priority;

	if ((l->l_flag & LW_SYSTEM) == 0 && l->l_kpriority && pri < PRI_KERNEL)
		pri = (pri >> 1) + l->l_kpribase;
	return MAX(l->l_inheritedprio, pri);
}

static __inline void __unused
spc_lock(struct cpu_info *ci)
{
	mutex_spin_enter(ci->ci_schedstate.spc_mutex);
}

static __inline void __unused
spc_unlock(struct cpu_info *ci)
{
	mutex_spin_exit(ci->ci_schedstate.spc_mutex);
}

/* Two of them, in the order of address. */
static __inline void __unused
spc_dlock(struct cpu_info *ci1, struct cpu_info *ci2)
{
	KASSERT(ci1 != ci2);
	if (ci1 < ci2) {
		spc_lock(ci1);
		spc_lock(ci2);
	} else {
		spc_lock(ci2);
		spc_lock(ci1);
	}
}

#if !defined(curlwp)
#define curlwp curcpu()->ci_curlwp
#endif
#define curproc (curlwp->l_proc)

/* Is there nothing to do here, but perhaps softints? */
static __inline bool __unused
CURCPU_IDLE_P(void)
{
	struct cpu_info *ci = curcpu();

	return ci->ci_data.cpu_onproc == ci->ci_data.cpu_idlelwp;
}

/*
 * Preemption off and on, for curlwp; pairs nest.  For the kernel's own
 * primitives; all others call kpreempt_disable and kpreempt_enable.
 */
static __inline void __unused
KPREEMPT_DISABLE(lwp_t *l)
{
	KASSERT(l == curlwp);
	l->l_nopreempt++;
	__insn_barrier();
}

static __inline void __unused
KPREEMPT_ENABLE(lwp_t *l)
{
	KASSERT(l == curlwp);
	KASSERT(l->l_nopreempt > 0);
	__insn_barrier();
	if (--l->l_nopreempt != 0)
		return;
	__insn_barrier();
	if (__predict_false(l->l_dopreempt))
		kpreempt(0);
	__insn_barrier();
}

/* l_dopreempt */
#define DOPREEMPT_ACTIVE  0x01
#define DOPREEMPT_COUNTED 0x02

#endif /* _KERNEL */

/* For _lwp_create() and lwp_create(). */
#define LWP_DETACHED  0x00000040
#define LWP_SUSPENDED 0x00000080
#define LWP_PIDLID    0x40000000
#define LWP_VFORK     0x80000000

#endif /* !_SYS_LWP_H_ */
