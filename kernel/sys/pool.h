/*
 * pool.h: memory in pieces of one size, and caches of such pieces per CPU.
 * kern/subr_pool.c says how it works, and from which contexts.
 */
#ifndef _SYS_POOL_H_
#define _SYS_POOL_H_

#ifdef _KERNEL
#define __POOL_EXPOSE
#endif

#include <sys/stdbool.h>

#ifdef __POOL_EXPOSE
#include <sys/param.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/queue.h>
#include <sys/time.h>
#include <sys/tree.h>
#endif

struct pool;
struct pool_cache;
struct pool_item_header;

/* Flags of get, and of init. */
#define PR_WAITOK     0x01   /* sleep until there is one; is KM_SLEEP */
#define PR_NOWAIT     0x02   /* NULL if there is none; is KM_NOSLEEP */
#define PR_WANTED     0x04   /* somebody sleeps */
#define PR_PHINPAGE   0x40   /* a page's header is in the page */
#define PR_LOGGING    0x80   /* of old */
#define PR_LIMITFAIL  0x100  /* fail at the hard limit though it may sleep */
#define PR_RECURSIVE  0x200  /* this pool is of headers of pools */
#define PR_NOTOUCH    0x400  /* write nothing into free items */
#define PR_NOALIGN    0x800  /* the allocator's pages are not aligned */
#define PR_LARGECACHE 0x1000 /* cache large groups */

#ifdef __POOL_EXPOSE

/*
 * Where a pool's pages come from.  pa_pagesz is the size of one, a power of
 * two, 0: PAGE_SIZE; pages are aligned to it.
 */
struct pool_allocator {
	void *(*pa_alloc)(struct pool *, int);
	void (*pa_free)(struct pool *, void *);
	unsigned int pa_pagesz;

	/* Of subr_pool.c. */
	kmutex_t pa_lock;
	TAILQ_HEAD(, pool) pa_list; /* l: pools that use it */
	uint32_t pa_refcnt;         /* h: pools that use it */
	int pa_pagemask;
	int pa_pageshift;
};

LIST_HEAD(pool_pagelist, pool_item_header);
SPLAY_HEAD(phtree, pool_item_header);

#define POOL_PADDR_INVALID ((paddr_t)-1)

/*
 * Letters: i set by pool_init and constant; p pr_lock; h pool_head_lock;
 * a pr_alloc->pa_lock; - any, races are harmless.
 */
struct pool {
	TAILQ_ENTRY(pool) pr_poollist;       /* h */
	struct pool_pagelist pr_emptypages;  /* p: all items here */
	struct pool_pagelist pr_fullpages;   /* p: all items out */
	struct pool_pagelist pr_partpages;   /* p: some of each */
	struct pool_item_header *pr_curpage; /* p: the next item's */
	struct pool *pr_phpool;          /* i: of headers, if not in the page */
	struct pool_cache *pr_cache;     /* i: in front of it, or NULL */
	unsigned int pr_size;            /* i: bytes of an item */
	unsigned int pr_align;           /* i: its alignment */
	unsigned int pr_itemoffset;      /* i: this byte of it is aligned */
	unsigned int pr_minitems;        /* p: low water: free items */
	unsigned int pr_minpages;        /* p: the same in pages */
	unsigned int pr_maxpages;        /* p: empty pages kept */
	unsigned int pr_npages;          /* p: pages it has */
	unsigned int pr_itemsperpage;    /* i */
	unsigned int pr_slack;           /* i: bytes left over in a page */
	unsigned int pr_nitems;          /* p: free items */
	unsigned int pr_nout;            /* p: items out */
	unsigned int pr_hardlimit;       /* p: items out at the most */
	unsigned int pr_refcnt;          /* h: users of pool_drain */
	struct pool_allocator *pr_alloc; /* i */
	TAILQ_ENTRY(pool) pr_alloc_list; /* a */
	void (*pr_drain_hook)(void *, int); /* h: may give items back */
	void *pr_drain_hook_arg;            /* h */
	const char *pr_wchan;    /* i: its name, where sleepers sleep */
	unsigned int pr_flags;   /* p: PR_WANTED */
	unsigned int pr_roflags; /* i: those of pool_init, PR_PHINPAGE */
	kmutex_t pr_lock;
	kcondvar_t pr_cv; /* p: wants an item */
	int pr_ipl;       /* i: highest level it is used at */

	struct phtree pr_phtree; /* p: pages by address, !PR_PHINPAGE */

	int pr_maxcolor; /* i: bytes of colour at the most */
	int pr_curcolor; /* p: of the next page */
	int pr_phoffset; /* i: of the header in its page */

	/* Said when the hard limit is met, not too often. */
	const char *pr_hardlimit_warning;         /* p */
	struct timeval pr_hardlimit_ratecap;      /* p */
	struct timeval pr_hardlimit_warning_last; /* p */

	/* Counts. */
	unsigned long pr_nget;       /* p: gets that gave an item */
	unsigned long pr_nfail;      /* p: and those that did not */
	unsigned long pr_nput;       /* p */
	unsigned long pr_npagealloc; /* p */
	unsigned long pr_npagefree;  /* p */
	unsigned int pr_hiwat;       /* p: most pages there were */
	unsigned long pr_nidle;      /* p: empty pages */

	void *pr_freecheck; /* DEBUG */
	void *pr_qcache;    /* DEBUG */
};

/*
 * Groups of objects, of which a cache has 15 or 63; the array is longer than
 * it says.
 */
#define PCG_NOBJECTS_NORMAL 15
#define PCG_NOBJECTS_LARGE  63

typedef struct pcgpair {
	void *pcgo_va;
	paddr_t pcgo_pa;
} pcgpair_t;

/* A group is the property of who took it off a list: a CPU, or pc_lock. */
typedef struct pool_cache_group {
	struct pool_cache_group *pcg_next; /* the next of the list */
	u_int pcg_avail;                   /* objects in it */
	u_int pcg_size;                    /* and how many it holds */
	pcgpair_t pcg_objects[1];
} pcg_t;

/* Of one CPU; used by it alone, at the cache's level. */
typedef struct pool_cache_cpu {
	uint64_t cc_misses;
	uint64_t cc_hits;
	struct pool_cache_group *cc_current;
	struct pool_cache_group *cc_previous;
	struct pool_cache *cc_cache;
	ipl_cookie_t cc_iplcookie;
	int cc_ipl;
	int cc_cpuindex;
} pool_cache_cpu_t;

/* Letters as above, and c: pc_lock. */
struct pool_cache {
	struct pool pc_pool; /* where its objects come from; first */

	kmutex_t pc_lock;
	TAILQ_ENTRY(pool_cache) pc_cachelist; /* h */
	pcg_t *pc_emptygroups;                /* c */
	pcg_t *pc_fullgroups;                 /* c */
	pcg_t *pc_partgroups;                 /* c: only after a reclaim */
	struct pool *pc_pcgpool;              /* i: of groups */
	int pc_pcgsize;                       /* i: objects in one */
	int pc_ncpu;                          /* h */
	int (*pc_ctor)(void *, void *, int);  /* i: arg, object, flags */
	void (*pc_dtor)(void *, void *);      /* i: arg, object */
	void *pc_arg;                         /* i */
	uint64_t pc_hits;                     /* c */
	uint64_t pc_misses;                   /* c */
	uint64_t pc_contended;                /* c: waits for pc_lock */
	unsigned int pc_nempty;               /* c: of each list */
	unsigned int pc_nfull;
	unsigned int pc_npart;
	unsigned int pc_refcnt; /* h */
	unsigned int pc_nout;   /* - */

	/* i: NULL for a CPU that never used it */
	void *pc_cpus[MAXCPUS];
	pool_cache_cpu_t pc_cpu0 __aligned(CACHE_LINE_SIZE);
};
#endif /* __POOL_EXPOSE */

typedef struct pool_cache *pool_cache_t;

#ifdef _KERNEL

/* Pages from kmem's arena, at any level up to the pool's; threads only. */
extern struct pool_allocator pool_allocator_kmem;
extern struct pool_allocator pool_allocator_nointr;
extern struct pool_allocator pool_allocator_meta;

void pool_subsystem_init(void);

void pool_init(struct pool *, size_t, u_int, u_int, int, const char *,
    struct pool_allocator *, int);
void pool_destroy(struct pool *);
void pool_set_drain_hook(struct pool *, void (*)(void *, int), void *);

void *pool_get(struct pool *, int);
void pool_put(struct pool *, void *);
int pool_reclaim(struct pool *);

int pool_prime(struct pool *, int);
void pool_setlowat(struct pool *, int);
void pool_sethiwat(struct pool *, int);
void pool_sethardlimit(struct pool *, int, const char *, int);
bool pool_drain(struct pool **);

/* For a debugger. */
void pool_print(struct pool *, const char *);
void pool_printit(struct pool *, const char *, void (*)(const char *, ...));
void pool_printall(const char *, void (*)(const char *, ...));
int pool_chk(struct pool *, const char *);
void pool_whatis(uintptr_t, void (*)(const char *, ...));

pool_cache_t pool_cache_init(size_t, u_int, u_int, u_int, const char *,
    struct pool_allocator *, int, int (*)(void *, void *, int),
    void (*)(void *, void *), void *);
void pool_cache_bootstrap(pool_cache_t, size_t, u_int, u_int, u_int,
    const char *, struct pool_allocator *, int, int (*)(void *, void *, int),
    void (*)(void *, void *), void *);
void pool_cache_destroy(pool_cache_t);
void pool_cache_bootstrap_destroy(pool_cache_t);
void *pool_cache_get_paddr(pool_cache_t, int, paddr_t *);
void pool_cache_put_paddr(pool_cache_t, void *, paddr_t);
void pool_cache_destruct_object(pool_cache_t, void *);
void pool_cache_invalidate(pool_cache_t);
bool pool_cache_reclaim(pool_cache_t);
void pool_cache_set_drain_hook(pool_cache_t, void (*)(void *, int), void *);
void pool_cache_setlowat(pool_cache_t, int);
void pool_cache_sethiwat(pool_cache_t, int);
void pool_cache_sethardlimit(pool_cache_t, int, const char *, int);
void pool_cache_cpu_init(struct cpu_info *);

#define pool_cache_get(pc, f) pool_cache_get_paddr((pc), (f), NULL)
#define pool_cache_put(pc, o) \
	pool_cache_put_paddr((pc), (o), POOL_PADDR_INVALID)

#endif /* _KERNEL */

#endif /* _SYS_POOL_H_ */
