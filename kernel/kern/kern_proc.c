/*
 * kern_proc.c: processes: proc0, to which all LWPs belong.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/kauth.h>
#include <sys/atomic.h>
#include <sys/kmem.h>

#include <uvm/uvm_extern.h>

struct proclist allproc; /* locked by proc_lock */
struct proclist zombproc;
kmutex_t *proc_lock;

u_int nprocs = 1;
int maxproc = 1;

struct proc proc0 = {
	.p_lwps = LIST_HEAD_INITIALIZER(&proc0.p_lwps),
	.p_sigwaiters = LIST_HEAD_INITIALIZER(&proc0.p_sigwaiters),
	.p_nlwps = 1,
	.p_nrlwps = 1,
	.p_nlwpid = 1, /* lwp0.l_lid */
	.p_flag = PK_SYSTEM | PK_NOCLDWAIT,
	.p_stat = SACTIVE,
	.p_nice = NZERO,
	.p_comm = "system",
};
struct proc *initproc;

static struct pstats pstat0;

/* procinit: before anybody takes proc_lock. */
void
procinit(void)
{
	LIST_INIT(&allproc);
	LIST_INIT(&zombproc);
	proc_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
}

/* proc0_init: what is not to be had at compile time. */
void
proc0_init(void)
{
	struct proc *p = &proc0;

	p->p_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&p->p_stmutex, MUTEX_DEFAULT, IPL_HIGH);
	mutex_init(&p->p_auxlock, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&p->p_reflock);
	cv_init(&p->p_waitcv, "wait");
	cv_init(&p->p_lwpcv, "lwpwait");

	LIST_INSERT_HEAD(&p->p_lwps, &lwp0, l_sibling);
	LIST_INSERT_HEAD(&allproc, p, p_list);

	p->p_stats = &pstat0;
}

/* proc_find: by number, with proc_lock held. */
proc_t *
proc_find_raw(pid_t pid)
{
	KASSERT(mutex_owned(proc_lock));
	return pid == proc0.p_pid ? &proc0 : NULL;
}

proc_t *
proc_find(pid_t pid)
{
	return proc_find_raw(pid);
}
