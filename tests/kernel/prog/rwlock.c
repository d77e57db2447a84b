/*
 * rwlock.c: rwlock(9): who gets in with whom, who is next, and a mix of all of
 * it.  Boot property:
 *
 *	rwloops=N	rounds of each LWP in the mix (default 300)
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/sched.h>
#include <sys/systm.h>

#include <crew.h>
#include <lockprog.h>
#include <program.h>

static krwlock_t rw;

/* An LWP that enters, waits for `leave', and leaves. */
struct visitor {
	krw_t v_op;
	lwp_t *v_l;
	volatile u_int v_in, v_leave, v_out;
	u_int v_order; /* when it came in */
};
static volatile u_int came;

static void
visit(void *arg)
{
	struct visitor *v = arg;

	rw_enter(&rw, v->v_op);
	program_check(v->v_op == RW_READER ? rw_read_held(&rw)
					   : rw_write_held(&rw),
	    "held");
	v->v_order = atomic_inc_uint_nv(&came);
	v->v_in = 1;
	while (!v->v_leave)
		(void)kpause("rwlock", false, 1, NULL);
	rw_exit(&rw);
	v->v_out = 1;
}

static void
enters(struct visitor *v, u_int cpu, krw_t op)
{
	v->v_op = op;
	v->v_in = v->v_leave = v->v_out = v->v_order = 0;
	v->v_l = lwp_start(cpu, PRI_NONE, visit, v);
}

static bool
leaves(struct visitor *v, const char *what)
{
	v->v_leave = 1;
	return comes_to(&v->v_out, 1, what);
}

/* What the lock's word says, without private names. */
static uintptr_t
word(void)
{
	return *(volatile uintptr_t *)&rw;
}

/* ---- one at a time ------------------------------------------------------------ */

static void
readers_share(void)
{
	struct visitor r1, r2;

	enters(&r1, 1, RW_READER);
	enters(&r2, 2, RW_READER);
	if (!comes_to(&r1.v_in, 1, "reader") ||
	    !comes_to(&r2.v_in, 1, "second reader"))
		return;
	program_check(!rw_tryenter(&rw, RW_WRITER), "a writer among readers");
	program_check(rw_tryenter(&rw, RW_READER), "no third reader");
	program_check(!rw_tryupgrade(&rw), "upgraded among readers");
	rw_exit(&rw);
	leaves(&r1, "reader");
	leaves(&r2, "second reader");
	program_check(!rw_lock_held(&rw), "not free");
}

static void
writer_excludes(void)
{
	struct visitor w, w2, r;

	enters(&w, 1, RW_WRITER);
	if (!comes_to(&w.v_in, 1, "writer"))
		return;
	program_check(!rw_tryenter(&rw, RW_READER), "a reader with a writer");
	program_check(!rw_tryenter(&rw, RW_WRITER), "two writers");
	program_check(!rw_write_held(&rw) && rw_lock_held(&rw), "whose?");
	enters(&w2, 2, RW_WRITER);
	enters(&r, 3, RW_READER);
	if (!asleep_for(w2.v_l, &rw, "second writer") ||
	    !asleep_for(r.v_l, &rw, "reader"))
		return;

	/* A writer leaves: the readers first. */
	leaves(&w, "writer");
	comes_to(&r.v_in, 1, "reader after writer");
	program_check(!w2.v_in, "the writer before the reader");
	leaves(&r, "reader");
	comes_to(&w2.v_in, 1, "writer after reader");
	leaves(&w2, "second writer");
	program_check(word() == 0, "left over: %#lx", (u_long)word());
}

/* A writer that waits keeps readers out, and is handed the lock. */
static void
writer_wanted(void)
{
	struct visitor r1, r2, w;
	bool handed;

	program_check(rw_tryenter(&rw, RW_READER), "first reader");
	enters(&w, 1, RW_WRITER);
	if (!asleep_for(w.v_l, &rw, "writer behind a reader"))
		return;
	program_check(!rw_tryenter(&rw, RW_READER),
	    "a new reader before the writer that waits");
	enters(&r1, 2, RW_READER);
	enters(&r2, 3, RW_READER);
	if (!asleep_for(r1.v_l, &rw, "new reader") ||
	    !asleep_for(r2.v_l, &rw, "new reader"))
		return;

	/* The last reader leaves: at once the writer's, though it is asleep. */
	kpreempt_disable();
	rw_exit(&rw);
	handed = (word() & ~(uintptr_t)15) == (uintptr_t)w.v_l;
	kpreempt_enable();
	program_check(handed, "not handed to the writer: %#lx", (u_long)word());
	comes_to(&w.v_in, 1, "writer");
	program_check(!r1.v_in && !r2.v_in, "readers first");
	leaves(&w, "writer");
	comes_to(&r1.v_in, 1, "reader");
	comes_to(&r2.v_in, 1, "reader");
	leaves(&r1, "reader");
	leaves(&r2, "reader");
	program_check(word() == 0, "left over: %#lx", (u_long)word());
}

static void
upgrade_downgrade(void)
{
	struct visitor r, w;

	rw_enter(&rw, RW_READER);
	program_check(rw_tryupgrade(&rw) && rw_write_held(&rw), "upgrade");
	enters(&r, 1, RW_READER);
	enters(&w, 2, RW_WRITER);
	if (!asleep_for(r.v_l, &rw, "reader behind a writer") ||
	    !asleep_for(w.v_l, &rw, "writer behind a writer"))
		return;

	/* The readers that wait come in, and we are one; the writer waits. */
	rw_downgrade(&rw);
	program_check(rw_read_held(&rw) && !rw_write_held(&rw), "downgrade");
	if (!comes_to(&r.v_in, 1, "reader after downgrade"))
		return;
	program_check(!w.v_in, "writer among readers");
	program_check(!rw_tryupgrade(&rw), "upgraded among readers");
	leaves(&r, "reader");
	program_check(rw_tryupgrade(&rw), "upgrade with a writer waiting");
	program_check(!w.v_in, "two writers");
	rw_downgrade(&rw); /* nobody but writers wait */
	rw_exit(&rw);
	comes_to(&w.v_in, 1, "writer after all");
	leaves(&w, "writer");
	program_check(word() == 0, "left over: %#lx", (u_long)word());
}

/* A writer that sleeps is lent the priority of who waits. */
static void
lends(void)
{
	struct visitor w, r;

	enters(&w, 1, RW_WRITER);
	if (!comes_to(&w.v_in, 1, "writer"))
		return;
	r.v_op = RW_READER;
	r.v_in = r.v_leave = r.v_out = 0;
	r.v_l = lwp_start(2, PRI_KTHREAD + 9, visit, &r);
	if (!asleep_for(r.v_l, &rw, "reader"))
		return;
	program_check(prio_of(w.v_l) == PRI_KTHREAD + 9, "writer has %d",
	    prio_of(w.v_l));
	w.v_leave = 1;
	comes_to(&r.v_in, 1, "reader");
	leaves(&r, "reader");
}

/* ---- all together --------------------------------------------------------------- */

static volatile u_int readers, writers, finished;
static volatile uint64_t written;
static volatile uint64_t wrote; /* by all, added up */
static u_int loops;

static void
mixed(void *arg)
{
	uint64_t seed = (uintptr_t)arg + 99, r, mine = 0;
	u_int i;

	for (i = 0; i < loops; i++) {
		r = program_random(&seed);
		if (r % 4 != 0) {
			rw_enter(&rw, RW_READER);
			atomic_inc_uint(&readers);
			program_check(writers == 0, "reader among writers");
			if (r % 32 == 1)
				yield();
			atomic_dec_uint(&readers);
			if (r % 16 != 2 || !rw_tryupgrade(&rw)) {
				rw_exit(&rw);
				continue;
			}
		} else {
			rw_enter(&rw, RW_WRITER);
		}
		program_check(atomic_inc_uint_nv(&writers) == 1 && readers == 0,
		    "writer not alone");
		written++;
		mine++;
		if (r % 64 == 0)
			yield();
		atomic_dec_uint(&writers);
		if (r % 8 == 4)
			rw_downgrade(&rw);
		rw_exit(&rw);
	}
	atomic_add_64(&wrote, (int64_t)mine);
	atomic_inc_uint(&finished);
}

static void
mix(void)
{
	const u_int n = 2 * (u_int)ncpu;
	u_int i;
	uintptr_t before;

	loops = (u_int)program_arg("rwloops", 300);
	for (i = 0; i < n; i++)
		(void)lwp_start(i % (u_int)ncpu, PRI_NONE, mixed,
		    (void *)(uintptr_t)i);
	do {
		before = written;
		if (crew_await(&finished, n, STALLED))
			break;
	} while (written != before);
	program_check(finished == n, "%u of %u LWPs are stuck", n - finished,
	    n);
	program_check(finished != n || (wrote == written && word() == 0),
	    "%lu of %lu, word %#lx", (u_long)written, (u_long)wrote,
	    (u_long)word());
}

static void
rwlocks(void)
{
	rw_init(&rw);
	readers_share();
	writer_excludes();
	writer_wanted();
	upgrade_downgrade();
	lends();
	mix();
}

static int
rwlock_main(void)
{
	return direct(rwlocks);
}

PROGRAM(rwlock, "rwlocks: share, exclude, hand over, change, a mix",
    rwlock_main);
