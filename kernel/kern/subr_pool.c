/*
 * subr_pool.c: pool(9), memory in pieces of one size, and pool_cache(9), such
 * pieces kept ready on each CPU.
 *
 * Pools.  A pool takes pages from an allocator and cuts them into items
 * (kern/pool_page.h).  Pages are on three lists: empty, partly out, full (all
 * out).  Gets go to a partly used page while there is one, so that others
 * become empty and can be given back.  All of a pool is under pr_lock.
 *
 * Who may wait does so in the allocator; or, when the hard limit is met, on pr_cv
 * until something is put back.  An item given back wakes all sleepers, and
 * each looks again: PR_WANTED is set under the lock that put takes.
 *
 * Caches: kern/pool_group.h.
 *
 * Contexts.  Up to the IPL the pool was made with; IPL_NONE: threads.
 * PR_WAITOK: threads.  init, destroy, invalidate, reclaim, drain: threads.
 *
 * Lock order: pool_head_lock, pc_lock, pr_lock, pa_lock; pool_head_lock
 * is not held when a pool is worked on: pr_refcnt keeps it.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/proc.h>
#include <sys/kernel.h>
#include <sys/pool.h>
#include <sys/xcall.h>
#include <sys/cpu.h>

#include <uvm/uvm_extern.h>

#include <kern/pool_page.h>
#include <kern/pool_group.h>

/* All pools; h: pool_head_lock. */
static TAILQ_HEAD(, pool) pool_head = TAILQ_HEAD_INITIALIZER(pool_head);
static kmutex_t pool_head_lock;
static kcondvar_t pool_busy; /* h: some pr_refcnt is 0 */
static TAILQ_HEAD(, pool_cache)
    pool_cache_head = TAILQ_HEAD_INITIALIZER(pool_cache_head); /* h */
static struct pool *drainpp; /* h: whom pool_drain takes next */

int pool_inactive_time = 10; /* s: an empty page is kept so long */

/* ---- pools --------------------------------------------------------------- */

/*
 * pool_init: items of size bytes, of which byte ioff is at a multiple of
 * align (0: that of a pointer); flags PR_*; pages from palloc (NULL: by
 * size); used up to level ipl.
 */
void
pool_init(struct pool *pp, size_t size, u_int align, u_int ioff, int flags,
    const char *wchan, struct pool_allocator *palloc, int ipl)
{
	if (align == 0)
		align = ALIGN(1);
	KASSERT(powerof2(align));
	if ((flags & PR_NOTOUCH) == 0 && size < sizeof(struct pool_item))
		size = sizeof(struct pool_item);
	size = roundup(size, align);

	memset(pp, 0, sizeof(*pp));
	pp->pr_roflags = flags;
	pp->pr_size = size;
	pp->pr_align = align;
	pp->pr_itemoffset = ioff % align;
	pp->pr_wchan = wchan;
	pp->pr_maxpages = UINT_MAX;
	pp->pr_hardlimit = UINT_MAX;
	pp->pr_ipl = ipl;
	LIST_INIT(&pp->pr_emptypages);
	LIST_INIT(&pp->pr_fullpages);
	LIST_INIT(&pp->pr_partpages);
	SPLAY_INIT(&pp->pr_phtree);
	mutex_init(&pp->pr_lock, MUTEX_DEFAULT, ipl);
	cv_init(&pp->pr_cv, wchan);

	if (!cold)
		mutex_enter(&pool_head_lock);
	pool_allocator_use(palloc != NULL ? palloc : pool_allocator_for(size),
	    pp);
	pool_layout(pp);
	TAILQ_INSERT_TAIL(&pool_head, pp, pr_poollist);
	if (!cold)
		mutex_exit(&pool_head_lock);
}

/* pool_destroy: all items have been put back, nobody uses it. */
void
pool_destroy(struct pool *pp)
{
	struct pool_pagelist pq = LIST_HEAD_INITIALIZER(pq);
	struct pool_item_header *ph;

	mutex_enter(&pool_head_lock);
	while (pp->pr_refcnt != 0)
		cv_wait(&pool_busy, &pool_head_lock);
	TAILQ_REMOVE(&pool_head, pp, pr_poollist);
	if (drainpp == pp)
		drainpp = NULL;
	pp->pr_alloc->pa_refcnt--;
	mutex_enter(&pp->pr_alloc->pa_lock);
	TAILQ_REMOVE(&pp->pr_alloc->pa_list, pp, pr_alloc_list);
	mutex_exit(&pp->pr_alloc->pa_lock);
	mutex_exit(&pool_head_lock);

	mutex_enter(&pp->pr_lock);
	KASSERT(pp->pr_cache == NULL);
	if (pp->pr_nout != 0)
		panic("pool_destroy: pool busy: still out: %u", pp->pr_nout);
	while ((ph = LIST_FIRST(&pp->pr_emptypages)) != NULL)
		pr_rmpage(pp, ph, &pq);
	mutex_exit(&pp->pr_lock);
	pr_pagelist_free(pp, &pq);
	cv_destroy(&pp->pr_cv);
	mutex_destroy(&pp->pr_lock);
}

void
pool_set_drain_hook(struct pool *pp, void (*fn)(void *, int), void *arg)
{
	pp->pr_drain_hook = fn;
	pp->pr_drain_hook_arg = arg;
}

/*
 * pool_get: an item, contents undefined.  NULL: with PR_NOWAIT there is none;
 * with PR_LIMITFAIL the hard limit is met.
 */
void *
pool_get(struct pool *pp, int flags)
{
	struct pool_item_header *ph;
	void *v;

	KASSERTMSG(pp->pr_itemsperpage != 0,
	    "pool '%s': pr_itemsperpage is zero, pool not initialized?",
	    pp->pr_wchan != NULL ? pp->pr_wchan : "?");
	if (__predict_false((cpu_intr_p() || cpu_softintr_p()) &&
		pp->pr_ipl == IPL_NONE && !cold && panicstr == NULL))
		panic(
		    "pool '%s' is IPL_NONE, but called from interrupt context\n",
		    pp->pr_wchan);
	KASSERT((flags & (PR_WAITOK | PR_NOWAIT)) != 0);
	if (flags & PR_WAITOK)
		ASSERT_SLEEPABLE();

	mutex_enter(&pp->pr_lock);
	while (pp->pr_nout >= pp->pr_hardlimit ||
	    (ph = pp->pr_curpage) == NULL) {
		if (pp->pr_nout >= pp->pr_hardlimit
			? pool_at_limit(pp, flags)
			: (pool_grow(pp, flags) == 0 || pp->pr_curpage != NULL))
			continue;
		pp->pr_nfail++;
		mutex_exit(&pp->pr_lock);
		return NULL;
	}
	v = pr_item_get(pp, ph);
	pp->pr_nitems--;
	pp->pr_nout++;
	pp->pr_nget++;
	if (ph->ph_nmissing++ == 0) {
		pp->pr_nidle--;
		pr_page_move(ph, &pp->pr_partpages);
		pp->pr_curpage = ph;
	}
	if (ph->ph_nmissing == pp->pr_itemsperpage) {
		pr_page_move(ph, &pp->pr_fullpages);
		pool_update_curpage(pp);
	}
	pool_catchup(pp);
	mutex_exit(&pp->pr_lock);
	KASSERT((((vaddr_t)v + pp->pr_itemoffset) & (pp->pr_align - 1)) == 0);
	return v;
}

void
pool_put(struct pool *pp, void *v)
{
	struct pool_pagelist pq = LIST_HEAD_INITIALIZER(pq);

	mutex_enter(&pp->pr_lock);
	pool_do_put(pp, v, &pq);
	mutex_exit(&pp->pr_lock);
	pr_pagelist_free(pp, &pq);
}

/* ---- giving pages back --------------------------------------------------- */

/*
 * pool_reclaim: give back pages that have been empty for pool_inactive_time
 * seconds, those above the low-water mark.  0: there were none; may be
 * called while the pool is in use.
 */
int
pool_reclaim(struct pool *pp)
{
	struct pool_pagelist pq = LIST_HEAD_INITIALIZER(pq);
	struct pool_item_header *ph, *phnext;
	bool any;

	KASSERT(!cpu_intr_p() && !cpu_softintr_p());
	if (pp->pr_drain_hook != NULL)
		(*pp->pr_drain_hook)(pp->pr_drain_hook_arg, PR_NOWAIT);
	if (pp->pr_cache != NULL)
		pool_cache_reclaim(pp->pr_cache);

	if (mutex_tryenter(&pp->pr_lock) == 0)
		return 0;
	LIST_FOREACH_SAFE (ph, &pp->pr_emptypages, ph_pagelist, phnext) {
		if (pp->pr_npages <= pp->pr_minpages ||
		    pp->pr_nitems - pp->pr_itemsperpage < pp->pr_minitems)
			break;
		if ((uint32_t)time_uptime - ph->ph_time <
			(uint32_t)pool_inactive_time &&
		    !uvm_km_va_starved_p())
			continue;
		pr_rmpage(pp, ph, &pq);
	}
	mutex_exit(&pp->pr_lock);
	any = !LIST_EMPTY(&pq);
	pr_pagelist_free(pp, &pq);
	return any;
}

/*
 * pool_drain: reclaim from the pool whose turn it is, which *ppp (if not
 * NULL) names; true: it gave something back.
 */
bool
pool_drain(struct pool **ppp)
{
	struct pool *pp;
	bool reclaimed;

	mutex_enter(&pool_head_lock);
	pp = drainpp != NULL ? drainpp : TAILQ_FIRST(&pool_head);
	drainpp = pp != NULL ? TAILQ_NEXT(pp, pr_poollist) : NULL;
	if (ppp != NULL)
		*ppp = pp;
	if (pp == NULL) {
		mutex_exit(&pool_head_lock);
		return false;
	}
	pp->pr_refcnt++;
	mutex_exit(&pool_head_lock);

	reclaimed = pool_reclaim(pp) != 0;

	mutex_enter(&pool_head_lock);
	pp->pr_refcnt--;
	cv_broadcast(&pool_busy);
	mutex_exit(&pool_head_lock);
	return reclaimed;
}

/* ---- limits -------------------------------------------------------------- */

/* pool_prime: pages for n items more than there are.  0 or ENOMEM. */
int
pool_prime(struct pool *pp, int n)
{
	const u_int newpages = howmany(n, pp->pr_itemsperpage);
	u_int i;
	int error = 0;

	mutex_enter(&pp->pr_lock);
	for (i = 0; i < newpages && error == 0; i++)
		if ((error = pool_grow(pp, PR_NOWAIT)) == 0)
			pp->pr_minpages++;
	if (pp->pr_minpages >= pp->pr_maxpages)
		pp->pr_maxpages = pp->pr_minpages + 1;
	mutex_exit(&pp->pr_lock);
	return error;
}

/* Items that are free: at least; pages that are empty: at most. */
void
pool_setlowat(struct pool *pp, int n)
{
	mutex_enter(&pp->pr_lock);
	pp->pr_minitems = n;
	pp->pr_minpages = n == 0 ? 0 : howmany(n, pp->pr_itemsperpage);
	pool_catchup(pp);
	mutex_exit(&pp->pr_lock);
}

void
pool_sethiwat(struct pool *pp, int n)
{
	mutex_enter(&pp->pr_lock);
	pp->pr_maxpages = n == 0 ? 0 : howmany(n, pp->pr_itemsperpage);
	mutex_exit(&pp->pr_lock);
}

/*
 * pool_sethardlimit: items that are out at most; warnmess (or NULL) is logged
 * when it is met, once in ratecap seconds.
 */
void
pool_sethardlimit(struct pool *pp, int n, const char *warnmess, int ratecap)
{
	mutex_enter(&pp->pr_lock);
	pp->pr_hardlimit = n;
	pp->pr_hardlimit_warning = warnmess;
	pp->pr_hardlimit_ratecap.tv_sec = ratecap;
	pp->pr_hardlimit_warning_last.tv_sec = 0;
	pp->pr_hardlimit_warning_last.tv_usec = 0;
	pp->pr_maxpages = n == 0 ? 0 : howmany(n, pp->pr_itemsperpage);
	mutex_exit(&pp->pr_lock);
}

void
pool_cache_setlowat(pool_cache_t pc, int n)
{
	pool_setlowat(&pc->pc_pool, n);
}

void
pool_cache_sethiwat(pool_cache_t pc, int n)
{
	pool_sethiwat(&pc->pc_pool, n);
}

void
pool_cache_sethardlimit(pool_cache_t pc, int n, const char *warnmess,
    int ratecap)
{
	pool_sethardlimit(&pc->pc_pool, n, warnmess, ratecap);
}

void
pool_cache_set_drain_hook(pool_cache_t pc, void (*fn)(void *, int), void *arg)
{
	pool_set_drain_hook(&pc->pc_pool, fn, arg);
}

/* ---- caches: making them ------------------------------------------------- */

/*
 * pool_subsystem_init: pools of pools.  Once, with kmem_va_arena and nothing
 * else; no memory is taken.
 */
void
pool_subsystem_init(void)
{
	size_t sz;
	u_int i;

	mutex_init(&pool_head_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&pool_busy, "poolbusy");
	for (i = 0; i < PHPOOL_MAX; i++) {
		sz = i == 0 ? sizeof(struct pool_item_header)
			    : PHPOOL_SIZE_NOTOUCH(PHPOOL_NITEMS(i));
		pool_init(&phpool[i], sz, 0, 0, 0, "phpool",
		    &pool_allocator_meta, IPL_VM);
	}
	pool_init(&pcg_normal_pool, PCG_SIZE(PCG_NOBJECTS_NORMAL),
	    CACHE_LINE_SIZE, 0, 0, "pcgnormal", &pool_allocator_meta, IPL_VM);
	pool_init(&pcg_large_pool, PCG_SIZE(PCG_NOBJECTS_LARGE),
	    CACHE_LINE_SIZE, 0, 0, "pcglarge", &pool_allocator_meta, IPL_VM);
	pool_init(&cache_pool, sizeof(struct pool_cache), CACHE_LINE_SIZE, 0, 0,
	    "pcache", &pool_allocator_meta, IPL_NONE);
	pool_init(&cache_cpu_pool, sizeof(pool_cache_cpu_t), CACHE_LINE_SIZE, 0,
	    0, "pcachecpu", &pool_allocator_meta, IPL_NONE);
}

/*
 * pool_cache_cpu_init: a CPU that is being attached gets its groups of all
 * caches.
 */
void
pool_cache_cpu_init(struct cpu_info *ci)
{
	pool_cache_t pc;

	mutex_enter(&pool_head_lock);
	TAILQ_FOREACH (pc, &pool_cache_head, pc_cachelist) {
		pc->pc_refcnt++;
		mutex_exit(&pool_head_lock);
		pool_cache_cpu_init1(ci, pc);
		mutex_enter(&pool_head_lock);
		pc->pc_refcnt--;
		cv_broadcast(&pool_busy);
	}
	mutex_exit(&pool_head_lock);
}

/*
 * pool_cache_init: objects of size bytes, aligned as by pool_init.  ctor(arg,
 * object, PR_*), 0 or an errno, makes one of what the pool gave; dtor(arg,
 * object) undoes it; NULL: nothing.
 */
pool_cache_t
pool_cache_init(size_t size, u_int align, u_int ioff, u_int flags,
    const char *wchan, struct pool_allocator *palloc, int ipl,
    int (*ctor)(void *, void *, int), void (*dtor)(void *, void *), void *arg)
{
	pool_cache_t pc;

	pc = pool_get(&cache_pool, PR_WAITOK);
	pool_cache_bootstrap(pc, size, align, ioff, flags, wchan, palloc, ipl,
	    ctor, dtor, arg);
	return pc;
}

void
pool_cache_bootstrap(pool_cache_t pc, size_t size, u_int align, u_int ioff,
    u_int flags, const char *wchan, struct pool_allocator *palloc, int ipl,
    int (*ctor)(void *, void *, int), void (*dtor)(void *, void *), void *arg)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	memset(pc, 0, sizeof(*pc));
	pool_init(&pc->pc_pool, size, align, ioff, flags, wchan, palloc, ipl);
	mutex_init(&pc->pc_lock, MUTEX_DEFAULT, ipl);
	if (flags & PR_LARGECACHE) {
		pc->pc_pcgsize = PCG_NOBJECTS_LARGE;
		pc->pc_pcgpool = &pcg_large_pool;
	} else {
		pc->pc_pcgsize = PCG_NOBJECTS_NORMAL;
		pc->pc_pcgpool = &pcg_normal_pool;
	}
	pc->pc_ctor = ctor != NULL ? ctor : pool_cache_noctor;
	pc->pc_dtor = dtor != NULL ? dtor : pool_cache_nodtor;
	pc->pc_arg = arg;

	if (ncpu < 2)
		pool_cache_cpu_init1(curcpu(), pc);
	else
		for (CPU_INFO_FOREACH(cii, ci))
			pool_cache_cpu_init1(ci, pc);

	if (!cold)
		mutex_enter(&pool_head_lock);
	pc->pc_pool.pr_cache = pc;
	TAILQ_INSERT_TAIL(&pool_cache_head, pc, pc_cachelist);
	if (!cold)
		mutex_exit(&pool_head_lock);
}

/* pool_cache_destroy: all objects have been put, nobody uses it. */
void
pool_cache_destroy(pool_cache_t pc)
{
	pool_cache_bootstrap_destroy(pc);
	pool_put(&cache_pool, pc);
}

void
pool_cache_bootstrap_destroy(pool_cache_t pc)
{
	u_int i;

	mutex_enter(&pool_head_lock);
	while (pc->pc_refcnt != 0)
		cv_wait(&pool_busy, &pool_head_lock);
	TAILQ_REMOVE(&pool_cache_head, pc, pc_cachelist);
	mutex_exit(&pool_head_lock);

	pool_cache_invalidate(pc);
	mutex_enter(&pc->pc_pool.pr_lock);
	pc->pc_pool.pr_cache = NULL;
	mutex_exit(&pc->pc_pool.pr_lock);
	for (i = 0; i < MAXCPUS; i++)
		if (pc->pc_cpus[i] != NULL && pc->pc_cpus[i] != &pc->pc_cpu0)
			pool_put(&cache_cpu_pool, pc->pc_cpus[i]);
	mutex_destroy(&pc->pc_lock);
	pool_destroy(&pc->pc_pool);
}

/* ---- caches: giving back ------------------------------------------------- */

/* pool_cache_destruct_object: an object that is not to be kept. */
void
pool_cache_destruct_object(pool_cache_t pc, void *object)
{
	(*pc->pc_dtor)(pc->pc_arg, object);
	pool_put(&pc->pc_pool, object);
}

/* pool_cache_invalidate: destroy all objects that are in the cache now. */
void
pool_cache_invalidate(pool_cache_t pc)
{
	pcg_t *full, *empty, *part;

	KASSERT(!cpu_intr_p() && !cpu_softintr_p());
	if (ncpu < 2 || !mp_online)
		pool_cache_transfer(pc, NULL);
	else
		xc_wait(xc_broadcast(0, pool_cache_transfer, pc, NULL));

	mutex_enter(&pc->pc_lock);
	full = pc->pc_fullgroups;
	empty = pc->pc_emptygroups;
	part = pc->pc_partgroups;
	pc->pc_fullgroups = pc->pc_emptygroups = pc->pc_partgroups = NULL;
	pc->pc_nfull = pc->pc_nempty = pc->pc_npart = 0;
	mutex_exit(&pc->pc_lock);

	pool_cache_invalidate_groups(pc, full);
	pool_cache_invalidate_groups(pc, empty);
	pool_cache_invalidate_groups(pc, part);
}

/* pool_cache_reclaim: the same; the pool's pages follow in pool_reclaim. */
bool
pool_cache_reclaim(pool_cache_t pc)
{
	pool_cache_invalidate(pc);
	return true;
}

/* ---- caches: get and put ------------------------------------------------- */

/*
 * pool_cache_get_paddr: a constructed object, and its physical address if pap
 * is not NULL.  NULL as pool_get.
 */
void *
pool_cache_get_paddr(pool_cache_t pc, int flags, paddr_t *pap)
{
	pool_cache_cpu_t *cc;
	pcg_t *pcg;
	void *object;
	int s;

	KASSERTMSG((!cpu_intr_p() && !cpu_softintr_p()) ||
		(pc->pc_pool.pr_ipl != IPL_NONE || cold || panicstr != NULL),
	    "pool '%s' is IPL_NONE, but called from interrupt context\n",
	    pc->pc_pool.pr_wchan);
	if (flags & PR_WAITOK)
		ASSERT_SLEEPABLE();

	s = splvm();
	do {
		cc = pc->pc_cpus[curcpu()->ci_index];
		KASSERT(cc->cc_cache == pc);
		pcg = cc->cc_current;
		if (__predict_false(pcg->pcg_avail == 0)) {
			pcg = cc->cc_previous;
			if (pcg->pcg_avail == 0)
				continue;
			cc->cc_previous = cc->cc_current;
			cc->cc_current = pcg;
		}
		object = pcg->pcg_objects[--pcg->pcg_avail].pcgo_va;
		if (__predict_false(pap != NULL))
			*pap = pcg->pcg_objects[pcg->pcg_avail].pcgo_pa;
#ifdef DIAGNOSTIC
		pcg->pcg_objects[pcg->pcg_avail].pcgo_va = NULL;
		KASSERT(pcg->pcg_avail < pcg->pcg_size);
		KASSERT(object != NULL);
#endif
		cc->cc_hits++;
		splx(s);
		return object;
	} while (pool_cache_get_slow(cc, s, &object, pap, flags));
	return object;
}

/*
 * pool_cache_put_paddr: the object goes back, constructed; pa is its physical
 * address or POOL_PADDR_INVALID.
 */
void
pool_cache_put_paddr(pool_cache_t pc, void *object, paddr_t pa)
{
	pool_cache_cpu_t *cc;
	pcg_t *pcg;
	int s;

	KASSERT(object != NULL);
	s = splvm();
	do {
		cc = pc->pc_cpus[curcpu()->ci_index];
		KASSERT(cc->cc_cache == pc);
		pcg = cc->cc_current;
		if (__predict_false(pcg->pcg_avail == pcg->pcg_size)) {
			pcg = cc->cc_previous;
			if (pcg->pcg_avail == pcg->pcg_size)
				continue;
			cc->cc_previous = cc->cc_current;
			cc->cc_current = pcg;
		}
		pcg->pcg_objects[pcg->pcg_avail].pcgo_va = object;
		pcg->pcg_objects[pcg->pcg_avail].pcgo_pa = pa;
		pcg->pcg_avail++;
		cc->cc_hits++;
		splx(s);
		return;
	} while (pool_cache_put_slow(cc, s, object));
}
