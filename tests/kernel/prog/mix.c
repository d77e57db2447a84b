/*
 * mix.c: everything at once, at random.
 *
 * Three LWPs for each CPU, two of them bound to it, do `ops' operations in all,
 * each drawn from one seed: mutexes of both kinds, rwlock, the big lock, softints, cross
 * calls, work queues, callouts, objects of a pool_cache handed from LWP to LWP,
 * sleeps.  Each operation is counted twice: by the one who did it, and under the
 * lock or by what came of it.  In the end both agree, exactly:
 *
 *	mutexes, the big lock,	counted inside, without atomics where one is
 *	rwlock			alone; readers see the writers' two counts equal
 *	softints		scheduled = run + found pending already
 *	cross calls		one run on each CPU
 *	work			enqueued = run
 *	callouts		set = run + stopped in time, as the stop says;
 *				none is still pending long after its time
 *	naps			ended by the timeout, asleep until then, and soon
 *	objects			got = put back + left in the depot, each marked
 *
 * An LWP that does not end is named, with the operation that it is in.
 *
 * Boot properties: ops (100000), seed (1), bug (mix_bugs.sh).
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/rwlock.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <sys/workqueue.h>
#include <sys/xcall.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <mix_softint.h>
#include <program.h>

#define NLOCK    4
#define LATE     50 /* ticks that nothing is late by */
#define MAXWORK  32
#define OBJ_MARK 0x6f626a65

enum op {
	OP_ADAPTIVE,
	OP_SPIN,
	OP_READ,
	OP_WRITE,
	OP_BIGLOCK,
	OP_SOFTINT,
	OP_XCALL,
	OP_XCALL_HIGH,
	OP_WORK,
	OP_CALLOUT,
	OP_OBJECT,
	OP_NAP,
	OP_YIELD,
	NOPS
};

static const char *const op_name[NOPS] = { "adaptive", "spin", "read", "write",
	"kernel lock", "softint", "xcall", "xcall high", "work", "callout",
	"object", "nap", "yield" };

/* How often each is drawn, of 1024. */
static const u_int weight[NOPS] = { 240, 240, 120, 60, 80, 120, 2, 4, 40, 30,
	60, 4, 24 };

struct object {
	SIMPLEQ_ENTRY(object) o_link;
	u_int o_mark;
};

struct worker {
	uint64_t w_state; /* of program_random */
	uint64_t w_ops;
	uint64_t w_did[NOPS];
	volatile uint64_t w_done; /* of w_ops; then more than that */
	volatile enum op w_op;    /* what it is in */
	struct work w_work;
	volatile u_int w_work_idle; /* 0: queued, not yet run */
	callout_t w_callout;
	int w_callout_due;            /* hardclock_ticks */
	bool w_callout_armed;         /* set, and not yet accounted for */
	volatile u_int w_callout_ran; /* by the handler */
	u_int w_callout_set, w_callout_stopped;
	u_int w_napped, w_got, w_put;
} __aligned(COHERENCY_UNIT);

static struct worker *worker;
static u_int nworker;

/* Counted under the lock, or by the handler. */
static kmutex_t adaptive[NLOCK], spin[NLOCK], depot_lock;
static krwlock_t rwlock;
static uint64_t n_adaptive[NLOCK], n_spin[NLOCK], n_biglock;
static volatile uint64_t n_write, n_write_again;
static volatile u_int n_read;
static volatile u_int n_xcall, n_xcall_high, n_work;
static volatile u_int readers, writers;
static struct workqueue *wq;
static pool_cache_t objects;
static SIMPLEQ_HEAD(, object) depot;
static u_int n_depot;

/* ---- handlers -------------------------------------------------------------- */

static void
soft_handler(void)
{
	mutex_enter(&adaptive[0]); /* may block the softint */
	n_adaptive[0]++;
	mutex_exit(&adaptive[0]);
}

static void
xcall_handler(void *counter, void *arg2)
{
	atomic_inc_uint(counter);
}

static void
work_handler(struct work *wk, void *arg)
{
	struct worker *w = (void *)((char *)wk -
	    offsetof(struct worker, w_work));

	atomic_inc_uint(&n_work);
	membar_exit();
	w->w_work_idle = 1;
}

static void
callout_handler(void *arg)
{
	struct worker *w = arg;

	w->w_callout_ran++;
}

/* ---- operations -------------------------------------------------------------- */

static void
do_read(void)
{
	rw_enter(&rwlock, RW_READER);
	atomic_inc_uint(&readers);
	program_check(writers == 0 && n_write == n_write_again,
	    "a reader beside a writer");
	atomic_inc_uint(&n_read);
	atomic_dec_uint(&readers);
	rw_exit(&rwlock);
}

static void
do_write(void)
{
	rw_enter(&rwlock, RW_WRITER);
	atomic_inc_uint(&writers);
	program_check(writers == 1 && readers == 0, "a writer is not alone");
	n_write++;
	x86_pause();
	n_write_again++;
	atomic_dec_uint(&writers);
	rw_exit(&rwlock);
}

static void
do_xcall(volatile u_int *counter, u_int flags)
{
	xc_wait(xc_broadcast(flags, xcall_handler, __UNVOLATILE(counter),
	    NULL));
}

static bool
do_work(struct worker *w)
{
	if (w->w_work_idle == 0)
		return false;
	membar_enter();
	w->w_work_idle = 0;
	workqueue_enqueue(wq, &w->w_work, NULL);
	return true;
}

/* Has the handler run for each time it was set and not stopped? */
static bool
callout_through(const struct worker *w)
{
	return w->w_callout_ran + w->w_callout_stopped == w->w_callout_set;
}

/*
 * Stop it.  It ran, or the stop was in time and before it was long due; and
 * callout_halt says which.
 */
static void
stop_callout(struct worker *w)
{
	const int late = hardclock_ticks - w->w_callout_due;
	const bool fired = callout_halt(&w->w_callout, NULL);

	if (!w->w_callout_armed) {
		program_check(!fired, "a callout fired that was not set");
		return;
	}
	w->w_callout_armed = false;
	program_check(fired == callout_through(w),
	    "callout: %u set, %u run, %u stopped, but it %s", w->w_callout_set,
	    w->w_callout_ran, w->w_callout_stopped,
	    fired ? "fired" : "did not fire");
	program_check(fired || late < LATE, "a callout %d ticks late", late);
	if (!fired)
		w->w_callout_stopped++;
}

static void
do_callout(struct worker *w)
{
	stop_callout(w);
	if ((program_random(&w->w_state) & 1) != 0)
		return;
	w->w_callout_set++;
	w->w_callout_armed = true;
	w->w_callout_due = hardclock_ticks + 1;
	callout_reset(&w->w_callout, 1, callout_handler, w);
}

/* Let it run. */
static void
end_callout(struct worker *w)
{
	int i;

	for (i = 0; i < LATE && !callout_through(w); i++)
		(void)kpause("mixend", false, 1, NULL);
	program_check(callout_through(w), "a callout did not run");
	stop_callout(w);
}

/* Ended by the timeout, which may be soon, but not without a switch. */
static void
do_nap(struct worker *w)
{
	const uint64_t switches = curlwp->l_ncsw;
	const int start = hardclock_ticks;
	const int error = kpause("mixnap", false, 1, NULL);

	program_check(curlwp->l_ncsw != switches, "a nap without sleep");
	program_check(hardclock_ticks - start < LATE, "a nap of %d ticks",
	    hardclock_ticks - start);
	if (error == EWOULDBLOCK)
		w->w_napped++;
}

/* Take one from the depot or make one; leave one there or destroy it. */
static void
do_object(struct worker *w)
{
	struct object *o;

	mutex_enter(&depot_lock);
	if ((o = SIMPLEQ_FIRST(&depot)) != NULL) {
		SIMPLEQ_REMOVE_HEAD(&depot, o_link);
		n_depot--;
	}
	mutex_exit(&depot_lock);
	if (o == NULL) {
		o = pool_cache_get(objects, PR_WAITOK);
		w->w_got++;
		program_check(o->o_mark != OBJ_MARK, "an object in use");
		o->o_mark = OBJ_MARK;
	}
	program_check(o->o_mark == OBJ_MARK, "an object was given out twice");
	if ((program_random(&w->w_state) & 1) != 0) {
		o->o_mark = 0;
		pool_cache_put(objects, o);
		w->w_put++;
		return;
	}
	mutex_enter(&depot_lock);
	SIMPLEQ_INSERT_TAIL(&depot, o, o_link);
	n_depot++;
	mutex_exit(&depot_lock);
}

static void
do_lock(kmutex_t *lock, uint64_t *counter)
{
	mutex_enter(lock);
	(*counter)++;
	mutex_exit(lock);
}

static void
do_biglock(void)
{
	KERNEL_LOCK(1, NULL);
	n_biglock++;
	KERNEL_UNLOCK_ONE(NULL);
}

/* False: not done, and not counted. */
static bool
operate(struct worker *w, enum op op)
{
	u_int i = (u_int)(program_random(&w->w_state) % NLOCK);

	switch (op) {
	case OP_ADAPTIVE:
		do_lock(&adaptive[i], &n_adaptive[i]);
		break;
	case OP_SPIN:
		do_lock(&spin[i], &n_spin[i]);
		break;
	case OP_READ:
		do_read();
		break;
	case OP_WRITE:
		do_write();
		break;
	case OP_BIGLOCK:
		do_biglock();
		break;
	case OP_SOFTINT:
		mix_softint_schedule();
		break;
	case OP_XCALL:
		do_xcall(&n_xcall, 0);
		break;
	case OP_XCALL_HIGH:
		do_xcall(&n_xcall_high, XC_HIGHPRI);
		break;
	case OP_WORK:
		return do_work(w);
	case OP_CALLOUT:
		do_callout(w);
		break;
	case OP_OBJECT:
		do_object(w);
		break;
	case OP_NAP:
		do_nap(w);
		break;
	default:
		yield();
		break;
	}
	return true;
}

static enum op
draw(struct worker *w)
{
	u_int n = (u_int)(program_random(&w->w_state) % 1024);
	u_int op = 0;

	while (op < NOPS - 1 && n >= weight[op])
		n -= weight[op++];
	return (enum op)op;
}

static void
work_on(void *arg)
{
	struct worker *w = arg;

	for (uint64_t i = w->w_ops; i > 0;) {
		enum op op = draw(w);

		w->w_op = op;
		if (operate(w, op)) {
			w->w_did[op]++;
			w->w_done++;
			i--;
		}
	}
	w->w_op = OP_CALLOUT;
	end_callout(w);
	w->w_op = OP_WORK;
	(void)crew_await(&w->w_work_idle, 1, LATE);
	w->w_done++;
	kthread_exit(0);
}

/* ---- beginning and end ---------------------------------------------------------- */

static void
init(uint64_t ops, uint64_t seed)
{
	for (u_int i = 0; i < NLOCK; i++) {
		mutex_init(&adaptive[i], MUTEX_DEFAULT, IPL_NONE);
		mutex_init(&spin[i], MUTEX_DEFAULT, IPL_VM);
	}
	mutex_init(&depot_lock, MUTEX_DEFAULT, IPL_VM);
	rw_init(&rwlock);
	SIMPLEQ_INIT(&depot);
	objects = pool_cache_init(sizeof(struct object), 0, 0, 0, "mixobj",
	    NULL, IPL_NONE, NULL, NULL, NULL);
	mix_softint_init(soft_handler);
	if (workqueue_create(&wq, "mixwq", work_handler, NULL, PRI_NONE,
		IPL_NONE, WQ_MPSAFE) != 0)
		panic("mix: no work queue");
	nworker = MIN((u_int)ncpu * 3, MAXWORK);
	worker = kmem_zalloc(nworker * sizeof(*worker), KM_SLEEP);
	for (u_int i = 0; i < nworker; i++) {
		worker[i].w_state = seed * 0x9e3779b97f4a7c15ULL + i + 1;
		worker[i].w_ops = ops / nworker + (i < ops % nworker);
		worker[i].w_work_idle = 1;
		callout_init(&worker[i].w_callout, CALLOUT_MPSAFE);
	}
}

static uint64_t
sum(const uint64_t *v, u_int n)
{
	uint64_t s = 0;

	while (n-- > 0)
		s += v[n];
	return s;
}

static void
agree(const char *what, uint64_t a, uint64_t b)
{
	program_check(a == b, "%s: %lu done, %lu counted", what, (u_long)a,
	    (u_long)b);
}

/* What each worker has counted by itself. */
static void
compare_workers(const uint64_t *did)
{
	uint64_t set = 0, ran = 0, stopped = 0, naps = 0, got = 0, put = 0;

	for (u_int i = 0; i < nworker; i++) {
		const struct worker *w = &worker[i];

		set += w->w_callout_set;
		ran += w->w_callout_ran;
		stopped += w->w_callout_stopped;
		naps += w->w_napped;
		got += w->w_got;
		put += w->w_put;
	}
	agree("callout", set, ran + stopped);
	program_check(ran > 0 && stopped > 0, "%lu callouts run, %lu stopped",
	    (u_long)ran, (u_long)stopped);
	agree("nap", did[OP_NAP], naps);
	agree("object", got, put + n_depot);
}

static void
compare(void)
{
	const struct softs soft = mix_softint_totals(LATE);
	uint64_t did[NOPS] = { 0 };

	for (u_int i = 0; i < nworker; i++)
		for (u_int op = 0; op < NOPS; op++)
			did[op] += worker[i].w_did[op];
	agree("adaptive", did[OP_ADAPTIVE] + soft.sf_ran,
	    sum(n_adaptive, NLOCK));
	agree("spin", did[OP_SPIN], sum(n_spin, NLOCK));
	agree("read", did[OP_READ], n_read);
	agree("write", did[OP_WRITE], n_write);
	agree("kernel lock", did[OP_BIGLOCK], n_biglock);
	agree("xcall", did[OP_XCALL] * (u_int)ncpu, n_xcall);
	agree("xcall high", did[OP_XCALL_HIGH] * (u_int)ncpu, n_xcall_high);
	agree("work", did[OP_WORK], n_work);
	agree("softint", did[OP_SOFTINT], soft.sf_scheduled);
	agree("softint runs", soft.sf_scheduled - soft.sf_again, soft.sf_ran);
	program_check(soft.sf_lost == 0, "softint runs: %lu lost",
	    (unsigned long)soft.sf_lost);
	program_check(!soft.sf_pending, "a softint is still to come");
	compare_workers(did);
	for (u_int op = 0; op < NOPS; op++)
		program_check(did[op] > 0, "%s: never drawn", op_name[op]);
}

static void
finish(void)
{
	struct object *o;
	u_int n = 0;

	while ((o = SIMPLEQ_FIRST(&depot)) != NULL) {
		SIMPLEQ_REMOVE_HEAD(&depot, o_link);
		program_check(o->o_mark == OBJ_MARK, "a bad object is left");
		pool_cache_put(objects, o);
		n++;
	}
	agree("objects in the depot", n, n_depot);
	mix_softint_fini();
	workqueue_destroy(wq);
	pool_cache_destroy(objects); /* panics if one is missing */
	for (u_int i = 0; i < nworker; i++)
		callout_destroy(&worker[i].w_callout);
	kmem_free(worker, nworker * sizeof(*worker));
}

/*
 * False: some do not end; they are named.  For ever is as long as nobody has
 * done anything.
 */
static bool
all_end(void)
{
	uint64_t now, before = 0;
	int still = 0;
	u_int i, ended;

	do {
		(void)kpause("mixall", false, 1, NULL);
		for (i = ended = 0, now = 0; i < nworker; i++) {
			now += worker[i].w_done;
			ended += worker[i].w_done > worker[i].w_ops;
		}
		if (ended == nworker)
			return true;
		still = now == before ? still + 1 : 0;
		before = now;
	} while (still < 2 * LATE);
	for (i = 0; i < nworker; i++)
		if (worker[i].w_done <= worker[i].w_ops)
			program_check(false, "mix/%u does not end its %s", i,
			    op_name[worker[i].w_op]);
	return false;
}

static void
mix(void)
{
	uint64_t ops = (uint64_t)program_arg("ops", 100000);

	init(ops, (uint64_t)program_arg("seed", 1));
	for (u_int i = 0; i < nworker; i++)
		if (kthread_create(PRI_NONE, KTHREAD_MPSAFE,
			i % 3 == 2 ? NULL : cpu_lookup(i % (u_int)ncpu),
			work_on, &worker[i], NULL, "mix/%u", i) != 0)
			panic("mix: no LWP");
	if (!all_end())
		return;
	compare();
	program_result("mix-ops", ops, 0);
	finish();
}

/* On a CPU that no worker can keep: at a priority above theirs. */
static int
mix_main(void)
{
	return crew_main_at((u_int)ncpu - 1, MAXPRI_KTHREAD, mix);
}

PROGRAM(mix, "locks, softints, cross calls, sleeps in a random mix", mix_main);
