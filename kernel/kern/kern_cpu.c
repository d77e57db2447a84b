/*
 * kern_cpu.c: CPUs: attached, found by number, taken off line and back.
 *
 * The machine attaches each CPU with mi_cpu_attach, the first one from main(),
 * the others from cpu_configure, when none but the first runs.  Indices are
 * given out in that order.  Each subsystem's per-CPU part is set up here.
 *
 * Off line a CPU runs bound LWPs, interrupts and softints, no others: its
 * run queue is emptied by a cross call, and sched_takecpu passes it over.
 *
 * Locks: cpu_lock for the states of CPUs.  cpu_infos, ncpu and
 * kcpuset_attached are constant when the machine has been configured.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/idle.h>
#include <sys/sched.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/cpu.h>
#include <sys/proc.h>
#include <sys/callout.h>
#include <sys/xcall.h>
#include <sys/percpu.h>
#include <sys/kcpuset.h>
#include <sys/pool.h>
#include <sys/errno.h>
#include <sys/atomic.h>

#include <uvm/uvm_extern.h>

/* __HAVE_CPU_DATA_FIRST; and schedstate and callout are beside biglock_wanted. */
CTASSERT(offsetof(struct cpu_info, ci_data) == 0);
CTASSERT(offsetof(struct cpu_data, cpu_callout) == 8);
CTASSERT(offsetof(struct cpu_data, cpu_schedstate) == 32);

kmutex_t cpu_lock __cacheline_aligned;
int ncpu;
int ncpuonline;
bool mp_online;

kcpuset_t *kcpuset_attached;
kcpuset_t *kcpuset_running;

u_int maxcpus = MAXCPUS;
struct cpu_info **cpu_infos; /* by index; NULL until the first is attached */

static char cpu_model[128];

/* mi_cpu_init: before the first is attached. */
void
mi_cpu_init(void)
{
	mutex_init(&cpu_lock, MUTEX_DEFAULT, IPL_NONE);

	kcpuset_create(&kcpuset_attached, true);
	kcpuset_create(&kcpuset_running, true);
	kcpuset_set(kcpuset_running, 0);
}

/* mi_cpu_attach: ci is there; 0 or an errno. */
int
mi_cpu_attach(struct cpu_info *ci)
{
	int error;

	KASSERT(maxcpus > 0);

	ci->ci_index = ncpu;
	kcpuset_set(kcpuset_attached, cpu_index(ci));

	/* The name before those that have counters named after it. */
	snprintf(ci->ci_data.cpu_name, sizeof(ci->ci_data.cpu_name), "cpu%d",
	    cpu_index(ci));

	if (cpu_infos == NULL)
		cpu_infos = kmem_zalloc(sizeof(cpu_infos[0]) * maxcpus,
		    KM_SLEEP);
	cpu_infos[cpu_index(ci)] = ci;

	kcpuset_create(&ci->ci_data.cpu_kcpuset, true);
	kcpuset_set(ci->ci_data.cpu_kcpuset, cpu_index(ci));

	sched_cpuattach(ci);
	error = create_idle_lwp(ci);
	if (error != 0)
		return error;

	if (ci == curcpu())
		ci->ci_data.cpu_onproc = curlwp;
	else {
		ci->ci_data.cpu_onproc = ci->ci_data.cpu_idlelwp;
		TAILQ_INIT(&ci->ci_data.cpu_ld_locks);
	}

	percpu_init_cpu(ci);
	softint_init(ci);
	callout_init_cpu(ci);
	xc_init_cpu(ci);
	pool_cache_cpu_init(ci);
	TAILQ_INIT(&ci->ci_data.cpu_biodone);
	ncpu++;
	ncpuonline++;

	return 0;
}

/* cpu_softintr_p: is this a softint? */
bool
cpu_softintr_p(void)
{
	return (curlwp->l_pflag & LP_INTR) != 0;
}

/* cpu_lookup: by index; NULL: there is none. */
struct cpu_info *
cpu_lookup(u_int idx)
{
	struct cpu_info *ci;

	/* One read: what it holds is constant once it is set. */
	if (__predict_true(cpu_infos != NULL) && idx < maxcpus)
		ci = cpu_infos[idx];
	else
		ci = NULL;
	KASSERT(ci == NULL || cpu_index(ci) == idx);
	return ci;
}

/* Runs on the CPU that goes off line, by cross call: away with its LWPs. */
static void
cpu_xc_offline(struct cpu_info *ci, void *unused)
{
	struct schedstate_percpu *spc, *mspc = NULL;
	struct cpu_info *target;
	CPU_INFO_ITERATOR cii;
	struct lwp *l;
	int s;

	spc = &ci->ci_schedstate;
	s = splsched();
	spc->spc_flags |= SPCF_OFFLINE;
	splx(s);

	/* Somebody else of the processor set. */
	for (CPU_INFO_FOREACH(cii, target)) {
		mspc = &target->ci_schedstate;
		if ((mspc->spc_flags & SPCF_OFFLINE) == 0)
			break;
	}
	if (target == NULL) {
		s = splsched();
		spc->spc_flags &= ~SPCF_OFFLINE;
		splx(s);
		return;
	}

	mutex_enter(proc_lock);
	LIST_FOREACH (l, &alllwp, l_list) {
		lwp_lock(l);
		if ((l->l_pflag & LP_BOUND) != 0 || l->l_cpu != ci)
			lwp_unlock(l);
		else
			lwp_migrate(l, target); /* unlocks */
	}
	mutex_exit(proc_lock);
}

static void
cpu_xc_online(struct cpu_info *ci, void *unused)
{
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	int s;

	s = splsched();
	spc->spc_flags &= ~SPCF_OFFLINE;
	splx(s);
}

/*
 * cpu_setstate: ci on line or off.  With cpu_lock held; sleeps.  EBUSY: it is
 * the last one.
 */
int
cpu_setstate(struct cpu_info *ci, bool online)
{
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	xcfunc_t func;
	uint64_t where;

	KASSERT(mutex_owned(&cpu_lock));

	if (online) {
		if ((spc->spc_flags & SPCF_OFFLINE) == 0)
			return 0;
		func = (xcfunc_t)(void *)cpu_xc_online;
	} else {
		if ((spc->spc_flags & SPCF_OFFLINE) != 0)
			return 0;
		if (ncpuonline <= 1)
			return EBUSY;
		func = (xcfunc_t)(void *)cpu_xc_offline;
	}

	where = xc_unicast(0, func, ci, NULL, ci);
	xc_wait(where);
	if (online) {
		KASSERT((spc->spc_flags & SPCF_OFFLINE) == 0);
		ncpuonline++;
	} else if ((spc->spc_flags & SPCF_OFFLINE) == 0)
		return EBUSY;
	else
		ncpuonline--;

	spc->spc_lastmod = time_second;
	return 0;
}

/*
 * cpu_setintr: may devices interrupt ci?  Takes effect when the machine is
 * told to distribute interrupts afresh.
 */
static void
cpu_xc_setintr(struct cpu_info *ci, void *intr)
{
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	int s;

	s = splsched();
	if (intr != NULL)
		spc->spc_flags &= ~SPCF_NOINTR;
	else
		spc->spc_flags |= SPCF_NOINTR;
	splx(s);
}

int
cpu_setintr(struct cpu_info *ci, bool intr)
{
	uint64_t where;

	KASSERT(mutex_owned(&cpu_lock));

	where = xc_unicast(0, (xcfunc_t)(void *)cpu_xc_setintr, ci,
	    intr ? ci : NULL, ci);
	xc_wait(where);
	cpu_intr_redistribute();
	ci->ci_schedstate.spc_lastmod = time_second;
	return 0;
}

/* cpu_setmodel: what the machine calls itself; truncated if too long. */
int
cpu_setmodel(const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(cpu_model, sizeof(cpu_model), fmt, ap);
	va_end(ap);
	return len;
}

const char *
cpu_getmodel(void)
{
	return cpu_model;
}
