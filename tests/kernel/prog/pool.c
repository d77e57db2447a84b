/*
 * pool.c: pools when they are exhausted, and caches of pools on eight CPUs.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/pcq.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <uvm/uvm_extern.h>

#include <crew.h>
#include <program.h>

#define LIMIT    20
#define SLEEPERS 4

static struct pool pp;
static volatile u_int asleep, awake;
static void *volatile got[SLEEPERS];

/* ---- exhaustion -------------------------------------------------------------- */

static void
sleeper(void *arg)
{
	const u_int i = atomic_inc_uint_nv(&asleep) - 1;

	got[i] = pool_get(&pp, PR_WAITOK);
	atomic_inc_uint(&awake);
}

static void
limits(void)
{
	void *item[LIMIT];
	struct crew *l[SLEEPERS];
	u_int i;

	for (i = 0; i < LIMIT; i++) {
		item[i] = pool_get(&pp, PR_NOWAIT);
		program_check(item[i] != NULL, "no item %u", i);
	}
	program_check(pool_get(&pp, PR_NOWAIT) == NULL, "one too many");
	program_check(pool_get(&pp, PR_WAITOK | PR_LIMITFAIL) == NULL,
	    "one too many, LIMITFAIL");
	program_check(pp.pr_nfail == 2, "nfail %lu", pp.pr_nfail);

	/* Sleepers: none goes on until an item is put, then as many as items. */
	for (i = 0; i < SLEEPERS; i++)
		l[i] = crew_start(i % (u_int)ncpu, PRI_NONE, sleeper, NULL);
	program_check(crew_await(&asleep, SLEEPERS, 50), "not all started");
	kpause("pool", false, 2, NULL);
	program_check(awake == 0, "%u got an item of none", awake);
	for (i = 0; i < SLEEPERS; i++) {
		pool_put(&pp, item[i]);
		program_check(crew_await(&awake, i + 1, 10),
		    "put %u woke nobody", i);
		kpause("pool", false, 1, NULL);
		program_check(awake == i + 1, "put %u: %u awake", i, awake);
	}
	program_check(pp.pr_nout == LIMIT, "%u out", pp.pr_nout);
	for (i = 0; i < SLEEPERS; i++) {
		crew_join(l[i]);
		pool_put(&pp, got[i]);
	}
	for (i = SLEEPERS; i < LIMIT; i++)
		pool_put(&pp, item[i]);
	program_check(pp.pr_nout == 0, "%u out at last", pp.pr_nout);
	program_check(pp.pr_nget == pp.pr_nput, "%lu got, %lu put", pp.pr_nget,
	    pp.pr_nput);
}

/* Items do not overlap, are aligned, and there are as many as were asked for. */
static void
places(void)
{
	uint8_t *item[300];
	u_int i, j;

	for (i = 0; i < 300; i++) {
		item[i] = pool_get(&pp, PR_WAITOK);
		program_check(((uintptr_t)item[i] & 63) == 0,
		    "item %u at %p: not aligned", i, item[i]);
		memset(item[i], (int)i, 320);
	}
	for (i = 0; i < 300; i++) {
		for (j = 0; j < 320 && item[i][j] == (uint8_t)i; j++)
			continue;
		program_check(j == 320, "item %u: byte %u is another's", i, j);
		pool_put(&pp, item[i]);
	}
}

static void
pool_all(void)
{
	u_int pages;

	pool_init(&pp, 320, 64, 0, 0, "pooltest", NULL, IPL_NONE);
	places();
	pool_sethardlimit(&pp, LIMIT, NULL, 0);
	limits();

	/* The low-water mark is kept free, beyond what is out. */
	pool_sethardlimit(&pp, INT_MAX, NULL, 0);
	pool_setlowat(&pp, 1000);
	program_check(pp.pr_nitems >= 1000, "low water: %u free", pp.pr_nitems);
	pool_setlowat(&pp, 0);

	/* Empty pages above the high-water mark go as they become empty. */
	pool_sethiwat(&pp, 1);
	places();
	pages = pp.pr_npages;
	program_check(pp.pr_npagefree > 0, "no page was freed; %u", pages);
	pool_destroy(&pp);
}

static int
pool_main(void)
{
	asleep = awake = 0;
	return crew_main(pool_all);
}
PROGRAM(pool, "pool(9): limits, sleepers, water marks", pool_main);

/* ---- caches ------------------------------------------------------------------ */

#define SIGNS  0x600d0b1ec7000000UL /* constructed */
#define GONE   0xdeadUL
#define ROUNDS 2000
#define HELD   40 /* objects a CPU has in hand */

struct object {
	volatile uint64_t o_sign;
	volatile u_int o_owner; /* CPU + 1; 0: nobody's */
	u_int o_pad[13];
};

static pool_cache_t pc;
static pcq_t *to[MAXCPUS]; /* objects for that CPU to put */
static volatile u_int made, destroyed, passed, working;
static void *cache_sih;
static struct object *soft_has[MAXCPUS]; /* of that CPU's softint */

static int
object_ctor(void *arg, void *obj, int flags)
{
	struct object *const o = obj;

	program_check(arg == &pc, "ctor's argument");
	o->o_sign = SIGNS;
	o->o_owner = 0;
	atomic_inc_uint(&made);
	return 0;
}

static void
object_dtor(void *arg, void *obj)
{
	struct object *const o = obj;

	program_check(o->o_sign == SIGNS, "destroyed: %#lx", o->o_sign);
	o->o_sign = GONE;
	atomic_inc_uint(&destroyed);
}

static struct object *
object_get(void)
{
	paddr_t pa = 0;
	struct object *o = pool_cache_get_paddr(pc, PR_WAITOK, &pa);
	u_int owner;

	program_check(o->o_sign == SIGNS, "got: %#lx", o->o_sign);
	owner = atomic_swap_uint(&o->o_owner, crew_cpu() + 1);
	program_check(owner == 0, "%p: CPU %u's already", o, owner - 1);
	program_check(pa == POOL_PADDR_INVALID || pa == vtophys((vaddr_t)o),
	    "%p: at %#lx", o, pa);
	return o;
}

static void
object_put(struct object *o)
{
	const u_int owner = atomic_swap_uint(&o->o_owner, 0);

	program_check(owner != 0, "%p: nobody's", o);
	pool_cache_put(pc, o);
}

/* In between, a softint of the CPU: gets one now, puts it the next time. */
static void
cache_softint(void *arg)
{
	struct object **const o = &soft_has[crew_cpu()];

	if (*o == NULL)
		*o = pool_cache_get(pc, PR_NOWAIT);
	else {
		pool_cache_put(pc, *o);
		*o = NULL;
	}
}

static void
cache_schedule(u_int cpu)
{
	kpreempt_disable();
	softint_schedule_cpu(cache_sih, cpu_lookup(cpu));
	kpreempt_enable();
}

/*
 * Get objects, put some of them, and send the others to the next CPU, which
 * puts them.  So groups are emptied here and filled there.
 */
static void
cache_worker(void *arg)
{
	const u_int me = crew_cpu(), next = (me + 1) % (u_int)ncpu;
	uint64_t seed = 88172645463325252UL + me;
	struct object *held[HELD], *o;
	u_int n = 0, i;

	for (i = 0; i < ROUNDS; i++) {
		if (n < HELD && program_random(&seed) % 3 != 0)
			held[n++] = object_get();
		else if (n != 0 && program_random(&seed) % 4 == 0)
			object_put(held[--n]);
		else if (n != 0 && pcq_put(to[next], held[n - 1])) {
			n--;
			atomic_inc_uint(&passed);
		}
		while ((o = pcq_get(to[me])) != NULL)
			object_put(o);
		if (i % 4 == 0)
			cache_schedule(next);
	}
	while (n != 0)
		object_put(held[--n]);
	atomic_dec_uint(&working);
	while (working != 0 || pcq_peek(to[me]) != NULL)
		if ((o = pcq_get(to[me])) != NULL)
			object_put(o);
		else
			yield();
}

static void
cache_all(void)
{
	u_int i, out;

	pc = pool_cache_init(sizeof(struct object), 64, 0, 0, "cachetest", NULL,
	    IPL_VM, object_ctor, object_dtor, &pc);
	for (i = 0; i < (u_int)ncpu; i++)
		to[i] = pcq_create(64, KM_SLEEP);
	cache_sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE |
		SOFTINT_RCPU,
	    cache_softint, NULL);
	working = (u_int)ncpu;
	made = destroyed = passed = 0;
	crew_all(cache_worker, NULL);
	softint_disestablish(cache_sih);
	for (i = 0; i < (u_int)ncpu; i++)
		if (soft_has[i] != NULL) {
			pool_cache_put(pc, soft_has[i]);
			soft_has[i] = NULL;
		}

	/* All objects are in the cache: groups of CPUs, full groups. */
	out = pc->pc_pool.pr_nout;
	program_check(made - destroyed == out, "%u made, %u destroyed, %u out",
	    made, destroyed, out);
	program_check(passed > ROUNDS / 4, "only %u went to another CPU",
	    passed);
	program_check(pc->pc_hits > 4, "%lu groups exchanged", pc->pc_hits);
	/*
	 * All objects that ever were out at once, and two groups more that each
	 * CPU may sit on: far fewer than were got.
	 */
	program_check(made <= (u_int)ncpu * (HELD + 64 + 2 * 15 + 1),
	    "%u objects made", made);

	pool_cache_invalidate(pc);
	program_check(pc->pc_pool.pr_nout == 0, "%u still out",
	    pc->pc_pool.pr_nout);
	program_check(made == destroyed, "%u made, %u destroyed", made,
	    destroyed);
	for (i = 0; i < (u_int)ncpu; i++)
		pcq_destroy(to[i]);
	pool_cache_destroy(pc);
}

/* ---- caches that are exhausted ----------------------------------------------- */

/*
 * 46 objects are all there may be.  Put by one CPU, they lie in its current group
 * (1), its previous one (15), and two full groups (30) that the cache has for
 * anybody.  Those get another CPU past the limit, the other 16 do not; and they
 * do not wake a sleeper either, who waits for the pool: as in NetBSD a put that
 * ends in a group tells nobody.  What lets sleepers on is an object that goes back
 * to the pool, by pool_cache_destruct_object or pool_cache_invalidate.
 */
#define GROUP       15
#define CACHE_LIMIT (3 * GROUP + 1)
#define PUTTER      5 /* not a sleeper's CPU, nor in the module of one */

static void *out[CACHE_LIMIT];

static void
put_all(void *arg)
{
	for (u_int i = 0; i < CACHE_LIMIT; i++)
		pool_cache_put(pc, out[i]);
}

/* What is in this CPU's own groups can be had at the limit. */
static void
put_and_get(void *arg)
{
	for (u_int i = 0; i < SLEEPERS; i++)
		pool_cache_put(pc, out[i]);
	out[0] = pool_cache_get(pc, PR_NOWAIT);
	program_check(out[0] != NULL, "none of this CPU's own");
	pool_cache_put(pc, out[0]);
}

static void
destruct(void *arg)
{
	pool_cache_destruct_object(pc, out[(uintptr_t)arg]);
}

static void
cache_sleeper(void *arg)
{
	const u_int i = atomic_inc_uint_nv(&asleep) - 1;

	got[i] = pool_cache_get(pc, PR_WAITOK);
	atomic_inc_uint(&awake);
}

static void
on_putter(void (*fn)(void *), void *arg)
{
	crew_join(crew_start(PUTTER % (u_int)ncpu, PRI_NONE, fn, arg));
}

static void
sleepers_start(struct crew **l)
{
	asleep = awake = 0;
	for (u_int i = 0; i < SLEEPERS; i++)
		l[i] = crew_start(i % (u_int)ncpu, PRI_NONE, cache_sleeper,
		    NULL);
	program_check(crew_await(&asleep, SLEEPERS, 50), "not all started");
	kpause("cachelim", false, 2, NULL);
	program_check(awake == 0, "%u got an object of none", awake);
}

/* Objects until there are none, n at most; how many. */
static u_int
take(u_int n)
{
	u_int i;

	for (i = 0; i < n; i++)
		if ((out[i] = pool_cache_get(pc, PR_NOWAIT)) == NULL)
			break;
	return i;
}

static void
take_limit(void)
{
	u_int n = take(CACHE_LIMIT);

	program_check(n == CACHE_LIMIT, "%u of %u", n, CACHE_LIMIT);
	program_check(pool_cache_get(pc, PR_NOWAIT) == NULL, "one too many");
	program_check(pool_cache_get(pc, PR_WAITOK | PR_LIMITFAIL) == NULL,
	    "one too many, LIMITFAIL");
	program_check(pc->pc_pool.pr_nout == CACHE_LIMIT, "%u out",
	    pc->pc_pool.pr_nout);
}

/* A CPU that has none gets what another put down, in groups. */
static void
groups_travel(void)
{
	u_int n;

	take_limit();
	on_putter(put_all, NULL);
	n = take(CACHE_LIMIT);
	program_check(n == 2 * GROUP, "%u from another CPU's full groups", n);
	while (n-- > 0)
		pool_cache_put(pc, out[n]);
	pool_cache_invalidate(pc);
	program_check(pc->pc_pool.pr_nout == 0, "%u out after invalidate",
	    pc->pc_pool.pr_nout);
}

/* Each object that goes back to the pool lets one sleeper on. */
static void
sleepers_by_object(void)
{
	struct crew *l[SLEEPERS];
	u_int i;

	take_limit();
	sleepers_start(l);
	for (i = 0; i < SLEEPERS; i++) {
		on_putter(destruct, (void *)(uintptr_t)i);
		program_check(crew_await(&awake, i + 1, 10),
		    "object %u woke nobody", i);
		kpause("cachelim", false, 1, NULL);
		program_check(awake == i + 1, "object %u: %u awake", i, awake);
	}
	for (i = 0; i < SLEEPERS; i++) {
		crew_join(l[i]);
		out[i] = got[i];
	}
}

/* All out: what another CPU has in its groups lets nobody on until it is flushed. */
static void
sleepers_by_flush(void)
{
	struct crew *l[SLEEPERS];
	u_int i;

	sleepers_start(l);
	on_putter(put_and_get, NULL);
	kpause("cachelim", false, 2, NULL);
	program_check(awake == 0, "%u woken by a put into a group", awake);
	pool_cache_invalidate(pc);
	program_check(crew_await(&awake, SLEEPERS, 50),
	    "flushed: %u of %u awake", awake, SLEEPERS);
	for (i = 0; i < SLEEPERS; i++) {
		crew_join(l[i]);
		out[i] = got[i];
	}
}

static void
cache_limits(void)
{
	made = destroyed = 0;
	pc = pool_cache_init(sizeof(struct object), 64, 0, 0, "cachelim", NULL,
	    IPL_NONE, object_ctor, object_dtor, &pc);
	pool_cache_sethardlimit(pc, CACHE_LIMIT, NULL, 0);
	groups_travel();
	sleepers_by_object();
	sleepers_by_flush();
	for (u_int i = 0; i < CACHE_LIMIT; i++)
		pool_cache_put(pc, out[i]);
	pool_cache_invalidate(pc);
	program_check(made == destroyed, "%u made, %u destroyed", made,
	    destroyed);
	program_check(pc->pc_pool.pr_nout == 0, "%u out at last",
	    pc->pc_pool.pr_nout);
	pool_cache_destroy(pc);
}

static void
cache_both(void)
{
	cache_all();
	cache_limits();
}

static int
cache_main(void)
{
	return crew_main(cache_both);
}
PROGRAM(poolcache, "pool_cache(9): got here and put there; limits, sleepers",
    cache_main);
