/*
 * kern_idle.c: what a CPU does when there is nothing to do.
 *
 * Each CPU has an LWP for it, below all priorities and in no run queue:
 * nextlwp takes it when the queue is empty.  It is bound, and always locked by
 * its CPU's spc_lwplock.
 *
 * How it gets work.  Who puts an LWP into this CPU's queue calls
 * cpu_need_resched, which stores to ci_want_resched.  The loop looks at the
 * queue, then at that word; cpu_idle arms a monitor on the word, looks at it
 * once more, and waits; the store ends the wait.  So a store cannot fall
 * between the last look and the wait.
 *
 * That the loop goes through mi_switch whenever it is awoken with something to
 * run is what pserialize_switchpoint counts on.  It does not count on a CPU
 * that sleeps: that has a softint run on it (XC_HIGHPRI).
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/idle.h>
#include <sys/kthread.h>
#include <sys/lockdebug.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/atomic.h>

#include <uvm/uvm_extern.h>

/*
 * idle_loop: entered once on each CPU: on the first by a switch, on the others
 * by cpu_hatch, as that CPU's first LWP.
 */
void
idle_loop(void *dummy)
{
	struct cpu_info *ci = curcpu();
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	struct lwp *l = curlwp;

	kcpuset_atomic_set(kcpuset_running, cpu_index(ci));
	ci->ci_data.cpu_onproc = l;

	lwp_lock(l);
	binuptime(&l->l_stime);
	spc->spc_flags |= SPCF_RUNNING;
	l->l_stat = LSONPROC;
	l->l_pflag |= LP_RUNNING;
	lwp_unlock(l);

	/* Whatever the level was by which we came here. */
	spl0();
	KERNEL_UNLOCK_ALL(l, NULL);

	for (;;) {
		LOCKDEBUG_BARRIER(NULL, 0);
		KASSERT((l->l_flag & LW_IDLE) != 0);
		KASSERT(ci == curcpu());
		KASSERT(l == curlwp);
		KASSERT(CURCPU_IDLE_P());
		KASSERT(l->l_priority == PRI_IDLE);

		sched_idle();
		if (!sched_curcpu_runnable_p()) {
			cpu_idle();
			if (!sched_curcpu_runnable_p() && !ci->ci_want_resched)
				continue;
		}
		KASSERT(l->l_mutex == l->l_cpu->ci_schedstate.spc_lwplock);
		lwp_lock(l);
		mi_switch(l);
		KASSERT(curlwp == l);
		KASSERT(l->l_stat == LSONPROC);
	}
}

/* create_idle_lwp: that of ci, which is being attached.  0 or an errno. */
int
create_idle_lwp(struct cpu_info *ci)
{
	lwp_t *l;
	int error;

	KASSERT(ci->ci_data.cpu_idlelwp == NULL);
	error = kthread_create(PRI_IDLE, KTHREAD_MPSAFE | KTHREAD_IDLE, ci,
	    idle_loop, NULL, &l, "idle/%u", ci->ci_index);
	if (error != 0)
		panic("create_idle_lwp: error %d", error);
	lwp_lock(l);
	l->l_flag |= LW_IDLE;
	if (ci != lwp0.l_cpu) {
		/* Its CPU runs nothing else yet: cpu_hatch. */
		l->l_stat = LSONPROC;
		l->l_pflag |= LP_RUNNING;
	}
	l->l_cpu = ci;
	ci->ci_data.cpu_idlelwp = l;
	lwp_unlock_to(l, ci->ci_schedstate.spc_lwplock);
	return error;
}
