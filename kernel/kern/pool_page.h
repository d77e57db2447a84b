/*
 * pool_page.h: pages of a pool and the items in them; a part of subr_pool.c.
 *
 * A page begins with its colour, a few bytes that differ from page to page so
 * that the first items do not all want the same cache sets, then come items:
 *
 *	| colour | item | item | ... | item | slack | header |
 *
 * The header is at the end if that costs little (PR_PHINPAGE), else it is an
 * item of another pool and found by the page's address in pr_phtree.
 *
 * Free items are linked through their first bytes (struct pool_item), or, in
 * pools that may not write into free items (PR_NOTOUCH), a bit in the header
 * stands for each: 1 is free.
 *
 * All want pr_lock held, unless they say something else.
 */
#ifndef _KERN_POOL_PAGE_H_
#define _KERN_POOL_PAGE_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bitops.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/pool.h>
#include <sys/syslog.h>
#include <sys/vmem.h>
#include <uvm/uvm_extern.h>

typedef uint32_t pool_item_bitmap_t;
#define BITMAP_SIZE (CHAR_BIT * sizeof(pool_item_bitmap_t))
#define BITMAP_MASK (BITMAP_SIZE - 1)

#define PI_MAGIC 0xdeaddeadU /* first word of a free item: DIAGNOSTIC */

struct pool_item {
#ifdef DIAGNOSTIC
	u_int pi_magic;
#endif
	LIST_ENTRY(pool_item) pi_list;
};

/* p: pr_lock; i: set by pr_item_init. */
struct pool_item_header {
	LIST_ENTRY(pool_item_header) ph_pagelist; /* p: one of the three */
	SPLAY_ENTRY(pool_item_header) ph_node;    /* p: !PR_PHINPAGE */
	void *ph_page;                            /* i */
	uint32_t ph_time;     /* p: uptime when it became empty */
	uint16_t ph_nmissing; /* p: items out */
	uint16_t ph_off;      /* i: colour */
	union {
		LIST_HEAD(, pool_item) phu_itemlist; /* p */
		pool_item_bitmap_t phu_bitmap[1];    /* p: and more */
	} ph_u;
#define ph_itemlist ph_u.phu_itemlist
#define ph_bitmap   ph_u.phu_bitmap
};

/* Bytes of a header for n items by bitmap. */
#define PHPOOL_SIZE_NOTOUCH(n)                                \
	(offsetof(struct pool_item_header, ph_u) +            \
	    MAX(sizeof(((struct pool_item_header *)0)->ph_u), \
		howmany(n, BITMAP_SIZE) * sizeof(pool_item_bitmap_t)))

/* Headers of pages that are not in the page; by how many items they count. */
#define PHPOOL_MAX         8
#define PHPOOL_NITEMS(idx) ((idx) == 0 ? 0 : (1 << (4 + (idx))))
static struct pool phpool[PHPOOL_MAX];

/* ---- whose page? --------------------------------------------------------- */

static inline int
phtree_compare(struct pool_item_header *a, struct pool_item_header *b)
{
	return a->ph_page < b->ph_page ? -1 : a->ph_page > b->ph_page;
}

SPLAY_PROTOTYPE(phtree, pool_item_header, ph_node, phtree_compare)
SPLAY_GENERATE(phtree, pool_item_header, ph_node, phtree_compare)

/* The header of the page that item v is in. */
static struct pool_item_header *
pr_find_pagehead(struct pool *pp, void *v)
{
	void *page = (void *)((uintptr_t)v & pp->pr_alloc->pa_pagemask);
	struct pool_item_header *ph, key;

	if (pp->pr_roflags & PR_PHINPAGE)
		ph = (struct pool_item_header *)((char *)page +
		    pp->pr_phoffset);
	else {
		key.ph_page = page;
		ph = SPLAY_FIND(phtree, &pp->pr_phtree, &key);
	}
	KASSERTMSG(ph != NULL && ph->ph_page == page,
	    "pool '%s': item %p is of no page of it", pp->pr_wchan, v);
	return ph;
}

/* ---- items --------------------------------------------------------------- */

/* The number of an item in its page. */
static inline u_int
pr_item_index(struct pool *pp, const struct pool_item_header *ph, const void *v)
{
	const char *first = (const char *)ph->ph_page + ph->ph_off;

	KASSERT((const char *)v >= first);
	return ((const char *)v - first) / pp->pr_size;
}

static void *
pr_item_bitmap_get(struct pool *pp, struct pool_item_header *ph)
{
	u_int i, bit;

	for (i = 0; ph->ph_bitmap[i] == 0; i++)
		KASSERT(i < howmany(pp->pr_itemsperpage, BITMAP_SIZE));
	bit = ffs32(ph->ph_bitmap[i]) - 1;
	ph->ph_bitmap[i] &= ~(1U << bit);
	return (char *)ph->ph_page + ph->ph_off +
	    (i * BITMAP_SIZE + bit) * pp->pr_size;
}

/* Take an item out of a page that has one. */
static void *
pr_item_get(struct pool *pp, struct pool_item_header *ph)
{
	struct pool_item *pi;

	if (pp->pr_roflags & PR_NOTOUCH)
		return pr_item_bitmap_get(pp, ph);
	pi = LIST_FIRST(&ph->ph_itemlist);
	if (__predict_false(pi == NULL))
		panic("pool_get: %s: page empty", pp->pr_wchan);
#ifdef DIAGNOSTIC
	if (__predict_false(pi->pi_magic != PI_MAGIC))
		panic("pool_get: %s free list modified: magic=%x; page %p; "
		      "item addr %p",
		    pp->pr_wchan, pi->pi_magic, ph->ph_page, pi);
#endif
	LIST_REMOVE(pi, pi_list);
	return pi;
}

/* And put it back. */
static void
pr_item_put(struct pool *pp, struct pool_item_header *ph, void *v)
{
	struct pool_item *pi = v;
	u_int i;

	if (pp->pr_roflags & PR_NOTOUCH) {
		i = pr_item_index(pp, ph, v);
		KASSERTMSG((ph->ph_bitmap[i / BITMAP_SIZE] &
			       (1U << (i & BITMAP_MASK))) == 0,
		    "pool '%s': item %p is free already", pp->pr_wchan, v);
		ph->ph_bitmap[i / BITMAP_SIZE] |= 1U << (i & BITMAP_MASK);
		return;
	}
#ifdef DIAGNOSTIC
	pi->pi_magic = PI_MAGIC;
#endif
	LIST_INSERT_HEAD(&ph->ph_itemlist, pi, pi_list);
}

/* ---- lists of pages ------------------------------------------------------ */

/* Gets go to a page that is partly out, else to an empty one. */
static void
pool_update_curpage(struct pool *pp)
{
	pp->pr_curpage = LIST_FIRST(&pp->pr_partpages);
	if (pp->pr_curpage == NULL)
		pp->pr_curpage = LIST_FIRST(&pp->pr_emptypages);
}

static void
pr_page_move(struct pool_item_header *ph, struct pool_pagelist *to)
{
	LIST_REMOVE(ph, ph_pagelist);
	LIST_INSERT_HEAD(to, ph, ph_pagelist);
}

/* Cut a page into items; it is the pool's, empty, and where gets go. */
static void
pool_prime_page(struct pool *pp, void *storage, struct pool_item_header *ph)
{
	char *cp = storage;
	u_int n;

	KASSERT(mutex_owned(&pp->pr_lock));
	KASSERTMSG((pp->pr_roflags & PR_NOALIGN) != 0 ||
		((uintptr_t)cp & ~(uintptr_t)pp->pr_alloc->pa_pagemask) == 0,
	    "pool '%s': page %p is not aligned", pp->pr_wchan, storage);

	ph->ph_page = storage;
	ph->ph_nmissing = 0;
	ph->ph_time = time_uptime;
	ph->ph_off = pp->pr_curcolor;
	pp->pr_curcolor += pp->pr_align;
	if (pp->pr_curcolor > pp->pr_maxcolor)
		pp->pr_curcolor = 0;
	/* Where each item has to be aligned inside. */
	if (pp->pr_itemoffset != 0)
		ph->ph_off += pp->pr_align - pp->pr_itemoffset;

	LIST_INSERT_HEAD(&pp->pr_emptypages, ph, ph_pagelist);
	if ((pp->pr_roflags & PR_PHINPAGE) == 0)
		SPLAY_INSERT(phtree, &pp->pr_phtree, ph);
	if (pp->pr_roflags & PR_NOTOUCH)
		memset(ph->ph_bitmap, 0,
		    howmany(pp->pr_itemsperpage, BITMAP_SIZE) *
			sizeof(pool_item_bitmap_t));
	else
		LIST_INIT(&ph->ph_itemlist);
	/* From the last on: the first is got first. */
	for (n = pp->pr_itemsperpage; n-- != 0;)
		pr_item_put(pp, ph, cp + ph->ph_off + n * pp->pr_size);

	pp->pr_nitems += pp->pr_itemsperpage;
	pp->pr_nidle++;
	if (pp->pr_curpage == NULL)
		pp->pr_curpage = ph;
	pp->pr_npagealloc++;
	if (++pp->pr_npages > pp->pr_hiwat)
		pp->pr_hiwat = pp->pr_npages;
}

/* An empty page leaves the pool, for *pq. */
static void
pr_rmpage(struct pool *pp, struct pool_item_header *ph,
    struct pool_pagelist *pq)
{
	KASSERT(mutex_owned(&pp->pr_lock));
	KASSERT(ph->ph_nmissing == 0);

	pp->pr_nidle--;
	pp->pr_nitems -= pp->pr_itemsperpage;
	pr_page_move(ph, pq);
	if ((pp->pr_roflags & PR_PHINPAGE) == 0)
		SPLAY_REMOVE(phtree, &pp->pr_phtree, ph);
	pp->pr_npages--;
	pp->pr_npagefree++;
	pool_update_curpage(pp);
}

/* ---- allocators ----------------------------------------------------------- */

static void *pool_page_alloc(struct pool *, int);
static void pool_page_free(struct pool *, void *);
static void *pool_page_alloc_meta(struct pool *, int);
static void pool_page_free_meta(struct pool *, void *);

struct pool_allocator pool_allocator_kmem = {
	.pa_alloc = pool_page_alloc,
	.pa_free = pool_page_free,
};
struct pool_allocator pool_allocator_nointr = {
	.pa_alloc = pool_page_alloc,
	.pa_free = pool_page_free,
};
struct pool_allocator pool_allocator_meta = {
	.pa_alloc = pool_page_alloc_meta,
	.pa_free = pool_page_free_meta,
};

/* For items larger than a page: 8 KB to 512 KB at once. */
#define POOL_ALLOCATOR_BIG(n)                                           \
	{                                                               \
		.pa_alloc = pool_page_alloc, .pa_free = pool_page_free, \
		.pa_pagesz = PAGE_SIZE << (n)                           \
	}
static struct pool_allocator pool_allocator_big[] = { POOL_ALLOCATOR_BIG(1),
	POOL_ALLOCATOR_BIG(2), POOL_ALLOCATOR_BIG(3), POOL_ALLOCATOR_BIG(4),
	POOL_ALLOCATOR_BIG(5), POOL_ALLOCATOR_BIG(6), POOL_ALLOCATOR_BIG(7) };

/* The allocator of items of this size. */
static struct pool_allocator *
pool_allocator_for(size_t prsize)
{
	u_int i;

	if (prsize <= PAGE_SIZE)
		return &pool_allocator_kmem;
	for (i = 0; i < __arraycount(pool_allocator_big); i++)
		if (prsize <= pool_allocator_big[i].pa_pagesz)
			return &pool_allocator_big[i];
	panic("pool_init: items of %zu bytes are too large", prsize);
}

static void
pool_allocator_use(struct pool_allocator *pa, struct pool *pp)
{
	if (pa->pa_refcnt++ == 0) {
		if (pa->pa_pagesz == 0)
			pa->pa_pagesz = PAGE_SIZE;
		KASSERT(powerof2(pa->pa_pagesz));
		TAILQ_INIT(&pa->pa_list);
		mutex_init(&pa->pa_lock, MUTEX_DEFAULT, IPL_VM);
		pa->pa_pagemask = ~(pa->pa_pagesz - 1);
		pa->pa_pageshift = ffs32(pa->pa_pagesz) - 1;
	}
	pp->pr_alloc = pa;
	mutex_enter(&pa->pa_lock);
	TAILQ_INSERT_TAIL(&pa->pa_list, pp, pr_alloc_list);
	mutex_exit(&pa->pa_lock);
}

/* Decide where headers are, and how many items a page has. */
static void
pool_layout(struct pool *pp)
{
	const u_int phsize = ALIGN(sizeof(struct pool_item_header));
	const u_int pagesz = pp->pr_alloc->pa_pagesz;
	const u_int ioff = pp->pr_itemoffset;
	u_int off = pagesz, lead, idx;

	if ((pp->pr_roflags & (PR_NOTOUCH | PR_NOALIGN)) == 0 &&
	    pp->pr_size < MIN(pagesz / 16, phsize << 3)) {
		pp->pr_roflags |= PR_PHINPAGE;
		pp->pr_phoffset = off = pagesz - phsize;
	}
	lead = ioff != 0 ? pp->pr_align - ioff : 0;
	pp->pr_itemsperpage = (off - lead) / pp->pr_size;
	if (pp->pr_itemsperpage == 0)
		panic("pool_init: %s: items of %u bytes, pages of %u",
		    pp->pr_wchan, pp->pr_size, pagesz);
	pp->pr_slack = off - lead - pp->pr_itemsperpage * pp->pr_size;
	pp->pr_maxcolor = rounddown(pp->pr_slack, pp->pr_align);
	if ((pp->pr_roflags & PR_PHINPAGE) == 0) {
		idx = 0;
		if (pp->pr_roflags & PR_NOTOUCH)
			while (PHPOOL_NITEMS(idx) < (int)pp->pr_itemsperpage)
				if (++idx == PHPOOL_MAX)
					panic("pool_init: %s: too many items "
					      "per page: %u",
					    pp->pr_wchan, pp->pr_itemsperpage);
		pp->pr_phpool = &phpool[idx];
	}
}

/* ---- pages from the allocator --------------------------------------------------------------- */

static void *
pool_page_from(vmem_t *vm, struct pool *pp, int flags)
{
	const u_int pagesz = pp->pr_alloc->pa_pagesz;
	vmem_addr_t va;

	/* More than a page: aligned to its size. */
	if (pagesz > PAGE_SIZE)
		return (void *)uvm_km_alloc(kernel_map, pagesz, pagesz,
		    UVM_KMF_WIRED | ((flags & PR_WAITOK) ? 0 : UVM_KMF_NOWAIT));
	if (uvm_km_kmem_alloc(vm, pagesz,
		((flags & PR_WAITOK) ? VM_SLEEP : VM_NOSLEEP) | VM_INSTANTFIT,
		&va) != 0)
		return NULL;
	return (void *)va;
}

static void *
pool_page_alloc(struct pool *pp, int flags)
{
	return pool_page_from(kmem_va_arena, pp, flags);
}

static void
pool_page_free(struct pool *pp, void *v)
{
	uvm_km_kmem_free(kmem_va_arena, (vaddr_t)v, pp->pr_alloc->pa_pagesz);
}

static void *
pool_page_alloc_meta(struct pool *pp, int flags)
{
	return pool_page_from(kmem_meta_arena, pp, flags);
}

static void
pool_page_free_meta(struct pool *pp, void *v)
{
	uvm_km_kmem_free(kmem_meta_arena, (vaddr_t)v, pp->pr_alloc->pa_pagesz);
}

/* Pages back to the allocator.  No lock held. */
static void
pr_pagelist_free(struct pool *pp, struct pool_pagelist *pq)
{
	struct pool_item_header *ph;

	while ((ph = LIST_FIRST(pq)) != NULL) {
		LIST_REMOVE(ph, ph_pagelist);
		(*pp->pr_alloc->pa_free)(pp, ph->ph_page);
		if ((pp->pr_roflags & PR_PHINPAGE) == 0)
			pool_put(pp->pr_phpool, ph);
	}
}

/*
 * One page more.  pr_lock is held, and let go meanwhile.  0 or ENOMEM.
 */
static int
pool_grow(struct pool *pp, int flags)
{
	struct pool_item_header *ph = NULL;
	void *storage;

	mutex_exit(&pp->pr_lock);
	storage = (*pp->pr_alloc->pa_alloc)(pp, flags);
	if (__predict_true(storage != NULL)) {
		if (pp->pr_roflags & PR_PHINPAGE)
			ph = (struct pool_item_header *)((char *)storage +
			    pp->pr_phoffset);
		else
			ph = pool_get(pp->pr_phpool, flags);
		if (__predict_false(ph == NULL))
			(*pp->pr_alloc->pa_free)(pp, storage);
	}
	mutex_enter(&pp->pr_lock);
	if (ph == NULL)
		return ENOMEM;
	pool_prime_page(pp, storage, ph);
	return 0;
}

/*
 * As many items are out as may be.  True: look again; false: give up.  The
 * lock is held, and let go meanwhile.
 */
static bool
pool_at_limit(struct pool *pp, int flags)
{
	if (pp->pr_drain_hook != NULL) {
		/* Items may come back; it may call pool_put. */
		mutex_exit(&pp->pr_lock);
		(*pp->pr_drain_hook)(pp->pr_drain_hook_arg, flags);
		mutex_enter(&pp->pr_lock);
		if (pp->pr_nout < pp->pr_hardlimit)
			return true;
	}
	if ((flags & PR_WAITOK) && !(flags & PR_LIMITFAIL)) {
		pp->pr_flags |= PR_WANTED;
		cv_wait(&pp->pr_cv, &pp->pr_lock);
		return true;
	}
	if (pp->pr_hardlimit_warning != NULL &&
	    ratecheck(&pp->pr_hardlimit_warning_last,
		&pp->pr_hardlimit_ratecap))
		log(LOG_ERR, "%s\n", pp->pr_hardlimit_warning);
	return false;
}

/* Pages until the low-water mark is met.  pr_lock is held, let go meanwhile. */
static void
pool_catchup(struct pool *pp)
{
	while (pp->pr_nitems < pp->pr_minitems)
		if (pool_grow(pp, PR_NOWAIT) != 0)
			break;
}

/* An item comes back; a page that is not wanted any more goes to *pq. */
static void
pool_do_put(struct pool *pp, void *v, struct pool_pagelist *pq)
{
	struct pool_item_header *ph = pr_find_pagehead(pp, v);

	KASSERTMSG(pp->pr_nout != 0 && ph->ph_nmissing != 0,
	    "pool_put: %s: putting with none out", pp->pr_wchan);
	pr_item_put(pp, ph, v);
	pp->pr_nput++;
	pp->pr_nitems++;
	pp->pr_nout--;
	if (pp->pr_curpage == NULL)
		pp->pr_curpage = ph;
	if (pp->pr_flags & PR_WANTED) {
		pp->pr_flags &= ~PR_WANTED;
		cv_broadcast(&pp->pr_cv);
	}
	if (ph->ph_nmissing-- == pp->pr_itemsperpage) {
		pr_page_move(ph, &pp->pr_partpages);
		pp->pr_curpage = ph;
	}
	if (ph->ph_nmissing == 0) {
		pp->pr_nidle++;
		ph->ph_time = time_uptime;
		if (pp->pr_npages > pp->pr_minpages &&
		    pp->pr_npages > pp->pr_maxpages)
			pr_rmpage(pp, ph, pq);
		else
			pr_page_move(ph, &pp->pr_emptypages);
		pool_update_curpage(pp);
	}
}

#endif /* _KERN_POOL_PAGE_H_ */
