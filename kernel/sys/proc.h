/*
 * proc.h: processes.  The only one here is proc0, which all LWPs are of; what
 * of a process is meant for programs is not there.
 */
#ifndef _SYS_PROC_H_
#define _SYS_PROC_H_

#include <sys/lwp.h>

#if defined(_KMEMUSER) || defined(_KERNEL)

#if defined(_KERNEL_OPT)
#include "opt_kstack.h"
#include "opt_lockdebug.h"
#include "opt_multiprocessor.h"
#endif

#include <machine/proc.h>
#include <machine/pcb.h>
#include <sys/idtype.h>
#include <sys/rwlock.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/queue.h>
#include <sys/signalvar.h>
#include <sys/siginfo.h>
#include <sys/specificdata.h>
#include <sys/kauth.h>

struct aioproc;
struct cwdinfo;
struct emul;
struct execsw;
struct filedesc;
struct kdtrace_proc;
struct knote;
struct lcproc;
struct pgrp;
struct plimit;
struct pstats;
struct ptimers;
struct ras;
struct sigacts;
struct vmspace;
struct vnode;

/*
 * Fields are
 *	a	locked by p_auxlock
 *	k	locked by ktrace_lock
 *	l	locked by proc_lock
 *	t	locked by p_stmutex
 *	p	locked by p_lock
 *	(	changed atomically
 *	:	constant
 */
struct proc {
	LIST_ENTRY(proc) p_list; /* l: allproc */

	kmutex_t p_auxlock;  /* : */
	kmutex_t *p_lock;    /* : most of the rest, and its LWPs */
	kmutex_t p_stmutex;  /* : profiling */
	krwlock_t p_reflock; /* p: debuggers */
	kcondvar_t p_waitcv; /* p: children */
	kcondvar_t p_lwpcv;  /* p: LWPs that exit */

	struct kauth_cred *p_cred; /* p: */
	struct filedesc *p_fd;     /* : */
	struct cwdinfo *p_cwdi;    /* : */
	struct pstats *p_stats;    /* : */
	struct plimit *p_limit;    /* : */
	struct vmspace *p_vmspace; /* : */
	struct sigacts *p_sigacts; /* : */
	struct aioproc *p_aio;     /* p: */
	u_int p_mqueue_cnt;        /* (: */
	specificdata_reference p_specdataref;

	int p_exitsig;        /* l: */
	int p_flag;           /* p: PK_* */
	int p_sflag;          /* p: PS_* */
	int p_slflag;         /* p, l: PSL_* */
	int p_lflag;          /* l: PL_* */
	int p_stflag;         /* t: PST_* */
	char p_stat;          /* p: S* */
	char p_trace_enabled; /* p: */
	char p_pad1[2];

	pid_t p_pid;                  /* : */
	LIST_ENTRY(proc) p_pglist;    /* l: */
	struct proc *p_pptr;          /* l: */
	LIST_ENTRY(proc) p_sibling;   /* l: */
	LIST_HEAD(, proc) p_children; /* l: */
	LIST_HEAD(, lwp) p_lwps;      /* p: */
	struct ras *p_raslist;        /* a: */

/* From here on, 0 in a new process. */
#define p_startzero p_nlwps

	int p_nlwps;            /* p: LWPs */
	int p_nzlwps;           /* p: .. that have exited */
	int p_nrlwps;           /* p: .. that run or sleep */
	int p_nlwpwait;         /* p: .. that wait for another */
	int p_ndlwps;           /* p: .. that nobody waits for */
	int p_nlwpid;           /* p: last LWP number given out */
	u_int p_nstopchild;     /* l: */
	u_int p_waited;         /* l: */
	struct lwp *p_zomblwp;  /* p: detached, exited, to be freed */
	struct lwp *p_vforklwp; /* p: */

	void *p_sched_info;         /* p: */
	fixpt_t p_estcpu;           /* p: CPU use of LWPs that are gone */
	fixpt_t p_estcpu_inherited; /* p: */
	unsigned int p_forktime;
	fixpt_t p_pctcpu; /* p: of LWPs that are gone */

	struct proc *p_opptr; /* l: */
	struct ptimers *p_timers;
	struct bintime p_rtime; /* p: time that LWPs ran which are gone */
	u_quad_t p_uticks;      /* t: ticks in user mode */
	u_quad_t p_sticks;      /* t: .. in the kernel */
	u_quad_t p_iticks;      /* t: .. in an interrupt */

	int p_traceflag;        /* k: */
	void *p_tracep;         /* k: */
	struct vnode *p_textvp; /* : */

	struct emul *p_emul;           /* : */
	void *p_emuldata;              /* : */
	const struct execsw *p_execsw; /* : */
	SLIST_HEAD(, knote) p_klist;   /* p: */

	LIST_HEAD(, lwp) p_sigwaiters; /* p: */
	sigpend_t p_sigpend;           /* p: */
	struct lcproc *p_lwpctl;       /* p, a: */
	pid_t p_ppid;                  /* : */
	pid_t p_fpid;                  /* : */
	u_int p_nsems;

#define p_endzero p_startcopy

/* From here on, a child's are its parent's. */
#define p_startcopy p_sigctx
	struct sigctx p_sigctx; /* p: */

	u_char p_nice;              /* p: NZERO is the middle */
	char p_comm[MAXCOMLEN + 1]; /* p: */
	struct pgrp *p_pgrp;        /* l: */

	vaddr_t p_psstrp; /* : */
	u_int p_pax;      /* : */

#define p_endcopy p_xstat
	u_short p_xstat;               /* p: */
	u_short p_acflag;              /* p: */
	struct mdproc p_md;            /* p: */
	vaddr_t p_stackbase;           /* : */
	struct kdtrace_proc *p_dtrace; /* : */
};

#define p_rlimit p_limit->pl_rlimit

#define NZERO 20 /* p_nice of the middle */

/* p_stat */
#define SIDL    1
#define SACTIVE 2
#define SDYING  3
#define SSTOP   4
#define SZOMB   5
#define SDEAD   6

#define P_ZOMBIE(p) \
	((p)->p_stat == SZOMB || (p)->p_stat == SDYING || (p)->p_stat == SDEAD)

/* p_flag */
#define PK_ADVLOCK   0x00000001
#define PK_SYSTEM    0x00000002 /* kernel threads */
#define PK_SYSVSEM   0x00000004
#define PK_SUGID     0x00000100
#define PK_EXEC      0x00004000
#define PK_NOCLDWAIT 0x00020000
#define PK_32        0x00040000
#define PK_CLDSIGIGN 0x00080000
#define PK_MARKER    0x80000000

/* p_sflag */
#define PS_NOCLDSTOP  0x00000008
#define PS_WCORE      0x00001000
#define PS_WEXIT      0x00002000
#define PS_STOPFORK   0x00800000
#define PS_STOPEXEC   0x01000000
#define PS_STOPEXIT   0x02000000
#define PS_NOTIFYSTOP 0x10000000
#define PS_CONTINUED  0x40000000
#define PS_STOPPING   0x80000000

/* p_stflag */
#define PST_PROFIL 0x00000020

/* p_lflag */
#define PL_CONTROLT  0x00000002
#define PL_PPWAIT    0x00000010
#define PL_SIGCOMPAT 0x00000200
#define PL_ORPHANPG  0x20000000

LIST_HEAD(proclist, proc);

struct proclist_desc {
	struct proclist *pd_list;
};

#ifdef _KERNEL

#define PID_MAX 30000
#define NO_PGID ((pid_t)-1)

extern struct proc proc0;
extern u_int nprocs;
extern int maxproc;
#define vmspace_kernel() (proc0.p_vmspace)

extern kmutex_t *proc_lock;
extern struct proclist allproc;
extern struct proclist zombproc;
extern struct proc *initproc;
extern const struct proclist_desc proclists[];

proc_t *proc_find_raw(pid_t);
proc_t *proc_find(pid_t);

void procinit(void);
void proc0_init(void);

/* kern_synch.c; a timeout of 0 ticks is none. */
int tsleep(wchan_t, pri_t, const char *, int);
int mtsleep(wchan_t, pri_t, const char *, int, kmutex_t *);
void wakeup(wchan_t);
int kpause(const char *, bool, int, kmutex_t *);

void exit1(struct lwp *, int) __dead;

/* The machine's. */
void cpu_lwp_fork(struct lwp *, struct lwp *, void *, size_t, void (*)(void *),
    void *);
void cpu_lwp_free(struct lwp *, int);
void cpu_lwp_free2(struct lwp *);

void proc_crmod_leave(kauth_cred_t, kauth_cred_t, bool);
void proc_crmod_enter(void);

int proc_specific_key_create(specificdata_key_t *, specificdata_dtor_t);
void proc_specific_key_delete(specificdata_key_t);
void proc_initspecific(struct proc *);
void proc_finispecific(struct proc *);
void *proc_getspecific(struct proc *, specificdata_key_t);
void proc_setspecific(struct proc *, specificdata_key_t, void *);

static __inline struct proc *__unused
_proclist_skipmarker(struct proc *p0)
{
	struct proc *p = p0;

	while (p != NULL && (p->p_flag & PK_MARKER) != 0)
		p = LIST_NEXT(p, p_list);
	return p;
}

#define PROCLIST_FOREACH(var, head)                       \
	for ((var) = LIST_FIRST(head);                    \
	     ((var) = _proclist_skipmarker(var)) != NULL; \
	     (var) = LIST_NEXT(var, p_list))

#define kstack_setup_magic(x)
#define kstack_check_magic(x)

#endif /* _KERNEL */

/*
 * An LWP's stack, without the PCB and what guards it; <machine/proc.h> knows
 * better.
 */
#ifndef KSTACK_LOWEST_ADDR
#define KSTACK_LOWEST_ADDR(l) ((void *)ALIGN((struct pcb *)((l)->l_addr) + 1))
#endif
#ifndef KSTACK_SIZE
#define KSTACK_SIZE (USPACE - ALIGN(sizeof(struct pcb)))
#endif

#endif /* _KMEMUSER || _KERNEL */

#endif /* !_SYS_PROC_H_ */
