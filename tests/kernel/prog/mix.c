/*
 * mix.c: everything at once, at random.
 *
 * Three LWPs for each CPU, two of them bound to it, do `ops' operations in all,
 * each drawn from one seed: mutexes of both kinds, rwlock, the big lock, softints, cross
 * calls, work queues, callouts, objects of a pool_cache handed from LWP to LWP,
 * sleeps.  What each operation counts is counted twice, by the one who did it and
 * under the lock or by the handler, and both must agree in the end.
 *
 * Boot properties: ops (100000), seed (1).
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/rwlock.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <sys/workqueue.h>
#include <sys/xcall.h>

#include <program.h>

#define NLOCK    4
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
	struct work w_work;
	volatile u_int w_work_busy; /* queued, not yet run */
	callout_t w_callout;
	volatile u_int w_callout_ran, w_callout_set;
	lwp_t *w_lwp;
} __aligned(COHERENCY_UNIT);

static struct worker *worker;
static u_int nworker;

/* Counted under the lock, or by the handler. */
static kmutex_t adaptive[NLOCK], spin[NLOCK], depot_lock;
static krwlock_t rwlock;
static uint64_t n_adaptive[NLOCK], n_spin[NLOCK], n_write, n_biglock;
static volatile u_int n_xcall, n_xcall_high, n_work;
static volatile u_int readers, writers;
static struct workqueue *wq;
static void *softint_cookie;
static percpu_t *softint_runs; /* uint64_t */
static volatile u_int n_scheduled;
static pool_cache_t objects;
static SIMPLEQ_HEAD(, object) depot;
static u_int n_depot;

/* ---- handlers -------------------------------------------------------------- */

static void
soft_handler(void *arg)
{
	uint64_t *runs = percpu_getref(softint_runs);

	(*runs)++;
	percpu_putref(softint_runs);
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
	w->w_work_busy = 0;
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
	program_check(writers == 0, "a reader beside a writer");
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
	atomic_dec_uint(&writers);
	rw_exit(&rwlock);
}

static void
do_softint(void)
{
	kpreempt_disable();
	atomic_inc_uint(&n_scheduled);
	softint_schedule(softint_cookie);
	kpreempt_enable();
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
	if (w->w_work_busy != 0)
		return false;
	membar_enter();
	w->w_work_busy = 1;
	workqueue_enqueue(wq, &w->w_work, NULL);
	return true;
}

/* Set it, or stop it if it is set: either it ran or the stop was in time. */
static void
do_callout(struct worker *w)
{
	if ((program_random(&w->w_state) & 1) != 0) {
		if (!callout_halt(&w->w_callout, NULL) &&
		    w->w_callout_set != w->w_callout_ran)
			w->w_callout_set--;
		return;
	}
	(void)callout_halt(&w->w_callout, NULL);
	w->w_callout_ran = 0;
	w->w_callout_set = 1;
	callout_reset(&w->w_callout, 1, callout_handler, w);
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
		o->o_mark = OBJ_MARK;
	}
	program_check(o->o_mark == OBJ_MARK, "an object was given out twice");
	if ((program_random(&w->w_state) & 1) != 0) {
		o->o_mark = 0;
		pool_cache_put(objects, o);
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
		do_softint();
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
		(void)kpause("mixnap", false, 1, NULL);
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

		if (operate(w, op)) {
			w->w_did[op]++;
			i--;
		}
	}
	(void)callout_halt(&w->w_callout, NULL);
	while (w->w_work_busy != 0)
		(void)kpause("mixwork", false, 1, NULL);
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
	softint_runs = percpu_alloc(sizeof(uint64_t));
	softint_cookie = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    soft_handler, NULL);
	if (workqueue_create(&wq, "mixwq", work_handler, NULL, PRI_NONE,
		IPL_NONE, WQ_MPSAFE) != 0)
		panic("mix: no work queue");
	nworker = MIN((u_int)ncpu * 3, MAXWORK);
	worker = kmem_zalloc(nworker * sizeof(*worker), KM_SLEEP);
	for (u_int i = 0; i < nworker; i++) {
		worker[i].w_state = seed * 0x9e3779b97f4a7c15ULL + i + 1;
		worker[i].w_ops = ops / nworker + (i < ops % nworker);
		callout_init(&worker[i].w_callout, CALLOUT_MPSAFE);
	}
}

static void
count_softints(void *p, void *arg, struct cpu_info *ci)
{
	*(uint64_t *)arg += *(uint64_t *)p;
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

static void
compare(void)
{
	uint64_t did[NOPS] = { 0 }, softints = 0;

	for (u_int i = 0; i < nworker; i++)
		for (u_int op = 0; op < NOPS; op++)
			did[op] += worker[i].w_did[op];
	percpu_foreach(softint_runs, count_softints, &softints);
	agree("adaptive", did[OP_ADAPTIVE] + softints, sum(n_adaptive, NLOCK));
	agree("spin", did[OP_SPIN], sum(n_spin, NLOCK));
	agree("write", did[OP_WRITE], n_write);
	agree("kernel lock", did[OP_BIGLOCK], n_biglock);
	agree("xcall", did[OP_XCALL] * (u_int)ncpu, n_xcall);
	agree("xcall high", did[OP_XCALL_HIGH] * (u_int)ncpu, n_xcall_high);
	agree("work", did[OP_WORK], n_work);
	program_check(softints > 0 && softints <= n_scheduled,
	    "%lu softints of %u scheduled", (u_long)softints, n_scheduled);
	for (u_int op = 0; op < NOPS; op++)
		program_check(did[op] > 0, "operation %u never drawn", op);
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
	softint_disestablish(softint_cookie);
	workqueue_destroy(wq);
	percpu_free(softint_runs, sizeof(uint64_t));
	pool_cache_destroy(objects); /* panics if one is missing */
	for (u_int i = 0; i < nworker; i++)
		callout_destroy(&worker[i].w_callout);
	kmem_free(worker, nworker * sizeof(*worker));
}

static int
mix(void)
{
	uint64_t ops = (uint64_t)program_arg("ops", 100000);

	init(ops, (uint64_t)program_arg("seed", 1));
	for (u_int i = 0; i < nworker; i++)
		if (kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			i % 3 == 2 ? NULL : cpu_lookup(i % (u_int)ncpu),
			work_on, &worker[i], &worker[i].w_lwp, "mix/%u",
			i) != 0)
			panic("mix: no LWP");
	for (u_int i = 0; i < nworker; i++)
		(void)kthread_join(worker[i].w_lwp);
	compare();
	program_result("mix-ops", ops, 0);
	finish();
	return 0;
}

PROGRAM(mix, "locks, softints, cross calls, sleeps in a random mix", mix);
