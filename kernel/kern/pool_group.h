/*
 * pool_group.h: caches of objects for each CPU; a part of subr_pool.c.
 *
 * Caches.  A cache is in front of a pool and keeps constructed objects in
 * groups of 15 (63): arrays that are filled and emptied from the top.  Each CPU
 * has two, current and previous:
 *
 *	CPU 0		CPU 1		... the cache, under pc_lock
 *	current 7/15	current 15/15	full groups:  [15] [15] [15]
 *	previous 15/15	previous 0/15	empty groups: [0] [0]
 *
 *	get	current has one: that.  previous has one: exchange the two,
 *		again.  A full group from the cache in place of current, again.
 *		The pool, and the constructor.
 *	put	current has room: there.  previous has: exchange, again.  An
 *		empty group in place of current, which goes to the full ones,
 *		again.  The destructor, and the pool.
 *
 * Two groups, so that a CPU which gets and puts in turn at the edge of a group
 * does not go to the cache each time.  An object got on one CPU and put on
 * another travels with its group, fifteen for two locks.
 *
 * Nobody else touches a CPU's two groups.  The fast path takes no lock: it
 * runs at splvm, hence without interrupts that use caches and without
 * preemption.  The slow path waits for pc_lock, and may have been another LWP's
 * CPU meanwhile; what it knew of the groups is worth nothing then:
 *
 *	LWP A, CPU 0			LWP B, CPU 0
 *	current is empty
 *	mutex_enter(pc_lock): blocks
 *					put: current has an object
 *	has the lock; l_ncsw differs:
 *	unlock, again from the start
 *
 * Before a CPU has groups, both are pcg_dummy, of size 0: empty and full.
 *
 * A cache's objects are given back by pool_cache_reclaim (the page daemon) and
 * pool_cache_invalidate: a cross call makes each CPU put down its groups, then
 * their objects are destroyed.
 */
#ifndef _KERN_POOL_GROUP_H_
#define _KERN_POOL_GROUP_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/pool.h>
#include <uvm/uvm_extern.h>

#ifdef PMAP_DIRECT_UNMAP
#define POOL_VTOPHYS(va) PMAP_DIRECT_UNMAP((vaddr_t)(va))
#else
#define POOL_VTOPHYS(va) vtophys((vaddr_t)(va))
#endif

/* Groups, the data of a cache for one CPU, caches. */
static struct pool pcg_normal_pool, pcg_large_pool;
static struct pool cache_cpu_pool, cache_pool;
#define PCG_SIZE(n) (offsetof(pcg_t, pcg_objects) + (n) * sizeof(pcgpair_t))
static pcg_t pcg_dummy __read_mostly; /* of size 0 */

static int
pool_cache_noctor(void *arg, void *object, int flags)
{
	return 0;
}

static void
pool_cache_nodtor(void *arg, void *object)
{
}

/* The two groups of a CPU, both pcg_dummy. */
static void
pool_cache_cpu_init1(struct cpu_info *ci, pool_cache_t pc)
{
	pool_cache_cpu_t *cc;

	KASSERT(ci->ci_index < MAXCPUS);
	if ((cc = pc->pc_cpus[ci->ci_index]) != NULL)
		return;
	if (ci == &cpu_info_primary)
		cc = &pc->pc_cpu0;
	else
		cc = pool_get(&cache_cpu_pool, PR_WAITOK);
	memset(cc, 0, sizeof(*cc));
	cc->cc_cache = pc;
	cc->cc_ipl = pc->pc_pool.pr_ipl;
	cc->cc_iplcookie = makeiplcookie(cc->cc_ipl);
	cc->cc_cpuindex = ci->ci_index;
	cc->cc_current = cc->cc_previous = &pcg_dummy;
	pc->pc_cpus[ci->ci_index] = cc;
}

/* ---- giving back --------------------------------------------------------- */

static void
pool_cache_invalidate_groups(pool_cache_t pc, pcg_t *pcg)
{
	pcg_t *next;
	u_int i;

	for (; pcg != NULL; pcg = next) {
		next = pcg->pcg_next;
		for (i = 0; i < pcg->pcg_avail; i++)
			pool_cache_destruct_object(pc,
			    pcg->pcg_objects[i].pcgo_va);
		pool_put(pc->pc_pcgpool, pcg);
	}
}

/* A group that no CPU has any more, to the list it belongs on.  pc_lock. */
static void
pool_cache_putdown(pool_cache_t pc, pcg_t *pcg)
{
	pcg_t **list;

	if (pcg == &pcg_dummy)
		return;
	if (pcg->pcg_avail == pcg->pcg_size) {
		list = &pc->pc_fullgroups;
		pc->pc_nfull++;
	} else if (pcg->pcg_avail == 0) {
		list = &pc->pc_emptygroups;
		pc->pc_nempty++;
	} else {
		list = &pc->pc_partgroups;
		pc->pc_npart++;
	}
	pcg->pcg_next = *list;
	*list = pcg;
}

/* On each CPU: put down both groups. */
static void
pool_cache_transfer(void *arg, void *unused)
{
	pool_cache_t pc = arg;
	pool_cache_cpu_t *cc;
	int s;

	s = splvm();
	mutex_enter(&pc->pc_lock);
	cc = pc->pc_cpus[curcpu()->ci_index];
	pool_cache_putdown(pc, cc->cc_current);
	pool_cache_putdown(pc, cc->cc_previous);
	cc->cc_current = cc->cc_previous = &pcg_dummy;
	mutex_exit(&pc->pc_lock);
	splx(s);
}

/* ---- the slow paths ------------------------------------------------------- */

/*
 * pc_lock for a CPU's slow path.  False: it was waited for, and another LWP ran
 * here meanwhile; the lock is not held.
 */
static bool
pool_cache_lock(pool_cache_t pc)
{
	uint64_t ncsw;

	if (__predict_true(mutex_tryenter(&pc->pc_lock)))
		return true;
	ncsw = curlwp->l_ncsw;
	mutex_enter(&pc->pc_lock);
	pc->pc_contended++;
	if (curlwp->l_ncsw == ncsw)
		return true;
	mutex_exit(&pc->pc_lock);
	return false;
}

/*
 * Both groups are empty.  True: at splvm, try again.  False: at level s;
 * *objectp comes from the pool, or is NULL.
 */
static bool __noinline
pool_cache_get_slow(pool_cache_cpu_t *cc, int s, void **objectp, paddr_t *pap,
    int flags)
{
	pool_cache_t pc = cc->cc_cache;
	pcg_t *pcg;
	void *object;

	KASSERT(cc->cc_current->pcg_avail == 0);
	KASSERT(cc->cc_previous->pcg_avail == 0);

	cc->cc_misses++;
	if (!pool_cache_lock(pc))
		return true;
	if ((pcg = pc->pc_fullgroups) != NULL) {
		KASSERT(pcg->pcg_avail == pcg->pcg_size);
		pc->pc_fullgroups = pcg->pcg_next;
		pc->pc_nfull--;
		pc->pc_hits++;
		pool_cache_putdown(pc, cc->cc_current);
		cc->cc_current = pcg;
		mutex_exit(&pc->pc_lock);
		return true;
	}
	pc->pc_misses++;
	mutex_exit(&pc->pc_lock);
	splx(s);

	*objectp = NULL;
	object = pool_get(&pc->pc_pool, flags);
	if (__predict_false(object == NULL))
		return false;
	if (__predict_false((*pc->pc_ctor)(pc->pc_arg, object, flags) != 0)) {
		pool_put(&pc->pc_pool, object);
		return false;
	}
	if (pap != NULL)
		*pap = POOL_VTOPHYS(object);
	*objectp = object;
	return false;
}

/*
 * Both groups are full.  True: at splvm, try again.  False: at level s, and
 * the object is gone.
 */
static bool __noinline
pool_cache_put_slow(pool_cache_cpu_t *cc, int s, void *object)
{
	pool_cache_t pc = cc->cc_cache;
	pcg_t *pcg = NULL;

	KASSERT(cc->cc_current->pcg_avail == cc->cc_current->pcg_size);
	KASSERT(cc->cc_previous->pcg_avail == cc->cc_previous->pcg_size);

	cc->cc_misses++;
	/* A look without the lock; at worst there is a group too many. */
	if (pc->pc_emptygroups == NULL &&
	    (pcg = pool_get(pc->pc_pcgpool, PR_NOWAIT)) != NULL) {
		pcg->pcg_avail = 0;
		pcg->pcg_size = pc->pc_pcgsize;
	}
	if (!pool_cache_lock(pc)) {
		if (pcg != NULL)
			pool_put(pc->pc_pcgpool, pcg);
		return true;
	}
	if (pcg == NULL && (pcg = pc->pc_emptygroups) != NULL) {
		pc->pc_emptygroups = pcg->pcg_next;
		pc->pc_nempty--;
	}
	if (pcg != NULL) {
		KASSERT(pcg->pcg_avail == 0);
		if (cc->cc_previous == &pcg_dummy)
			cc->cc_previous = pcg;
		else {
			pool_cache_putdown(pc, cc->cc_current);
			cc->cc_current = pcg;
		}
		pc->pc_hits++;
		mutex_exit(&pc->pc_lock);
		return true;
	}
	pc->pc_misses++;
	mutex_exit(&pc->pc_lock);
	splx(s);
	pool_cache_destruct_object(pc, object);
	return false;
}

#endif /* _KERN_POOL_GROUP_H_ */
