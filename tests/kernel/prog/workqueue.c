/*
 * workqueue.c: what workqueue(9) promises.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/workqueue.h>

#include <crew.h>
#include <program.h>

#define NITEMS 60 /* of each sender */

struct item {
	struct work i_work;
	u_int i_from, i_cpu, i_seq; /* sender; worker's CPU; place */
	volatile u_int i_ran;
};

static struct workqueue *wq;
static struct item *items[MAXCPUS]; /* NITEMS each */
static volatile u_int ran;

/* Place of the next item of each sender; each worker has its own. */
static volatile u_int next_seq[MAXCPUS][MAXCPUS];
static bool per_cpu;

static void
work(struct work *wk, void *arg)
{
	struct item *const i = (struct item *)wk;
	const u_int me = crew_cpu(), lane = per_cpu ? me : 0;

	program_check(arg == &wq, "arg");
	program_check(!cpu_softintr_p() && !cpu_intr_p(), "not a thread");
	if (per_cpu)
		program_check(i->i_cpu == me, "for CPU %u: on CPU %u", i->i_cpu,
		    me);
	program_check(i->i_seq == next_seq[lane][i->i_from],
	    "sender %u: item %u in place of %u", i->i_from, i->i_seq,
	    next_seq[lane][i->i_from]);
	next_seq[lane][i->i_from]++;
	i->i_ran++;
	if (i->i_seq % 16 == 0)
		(void)kpause("work", false, 1, NULL); /* it may sleep */
	atomic_inc_uint(&ran);
}

/* CPU n's worker gets every item whose number ends in n; or all do. */
static void
sender(void *arg)
{
	const u_int me = crew_cpu();
	u_int seq[MAXCPUS] = { 0 };
	u_int k, lane;

	for (k = 0; k < NITEMS; k++) {
		struct item *const i = &items[me][k];

		lane = per_cpu ? k % (u_int)ncpu : 0;
		i->i_from = me;
		i->i_cpu = lane;
		i->i_seq = seq[lane]++;
		i->i_ran = 0;
		workqueue_enqueue(wq, &i->i_work,
		    per_cpu ? cpu_lookup(lane) : NULL);
		if (k % 8 == 0)
			crew_delay(20);
	}
}

static void
test_items(int flags)
{
	const u_int all = NITEMS * (u_int)ncpu;
	int i, k;

	per_cpu = (flags & WQ_PERCPU) != 0;
	ran = 0;
	memset(__UNVOLATILE(next_seq), 0, sizeof(next_seq));
	for (i = 0; i < ncpu; i++)
		items[i] = kmem_zalloc(NITEMS * sizeof(struct item), KM_SLEEP);

	program_check(workqueue_create(&wq, "wqtest", work, &wq, PRI_NONE,
			  IPL_SOFTNET, flags) == 0,
	    "workqueue_create");
	crew_all(sender, NULL);

	/* Destroying it does what is left first. */
	workqueue_destroy(wq);
	program_check(ran == all, "%u items of %u ran", ran, all);
	for (i = 0; i < ncpu; i++) {
		for (k = 0; k < NITEMS; k++)
			program_check(items[i][k].i_ran == 1,
			    "CPU %d, item %d: ran %u times", i, k,
			    items[i][k].i_ran);
		kmem_free(items[i], NITEMS * sizeof(struct item));
	}
}

/* ---- an item is free when the function has it ---------------------------------- */

static struct item self;
static volatile u_int self_ran;

static void
self_work(struct work *wk, void *arg)
{
	if (++self_ran < 10)
		workqueue_enqueue(*(struct workqueue **)arg, wk, NULL);
}

static void
self_soft(void *arg)
{
	workqueue_enqueue(arg, &self.i_work, NULL);
}

/* Enqueued by a softint, then ten times by itself. */
static void
test_self(void)
{
	struct workqueue *q;
	void *sih;

	program_check(workqueue_create(&q, "wqself", self_work, &q, PRI_NONE,
			  IPL_SOFTNET, WQ_MPSAFE) == 0,
	    "workqueue_create");
	sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, self_soft, q);
	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
	program_check(crew_await(&self_ran, 10, 20), "ran %u times", self_ran);
	softint_disestablish(sih);
	workqueue_destroy(q);
	program_check(self_ran == 10, "ran %u times", self_ran);
}

/* ---- NULL: the worker of the CPU one is on; KERNEL_LOCK ------------------------- */

static volatile u_int here_cpu, here_ran, here_locks;

static void
here_work(struct work *wk, void *arg)
{
	here_cpu = crew_cpu();
	here_locks = curcpu()->ci_biglock_count;
	here_ran = 1;
}

static void
here(void *arg)
{
	struct item i;

	here_ran = 0;
	workqueue_enqueue(wq, &i.i_work, NULL);
	program_check(crew_await(&here_ran, 1, 20), "not run");
	program_check(here_cpu == crew_cpu(), "CPU %u: on CPU %u", crew_cpu(),
	    here_cpu);
	program_check(here_locks == (arg == NULL ? 1 : 0),
	    "KERNEL_LOCK held %u times", here_locks);
}

static void
test_here(int flags)
{
	program_check(workqueue_create(&wq, "wqhere", here_work, NULL, PRI_NONE,
			  IPL_NONE, WQ_PERCPU | flags) == 0,
	    "workqueue_create");
	crew_join(crew_start(0, PRI_NONE, here, flags ? &wq : NULL));
	crew_join(crew_start((u_int)ncpu - 1, PRI_NONE, here,
	    flags ? &wq : NULL));
	workqueue_destroy(wq);
}

static void
workqueue_all(void)
{
	if (crew_part("items"))
		test_items(WQ_MPSAFE);
	if (crew_part("items"))
		test_items(WQ_MPSAFE | WQ_PERCPU);
	if (crew_part("self"))
		test_self();
	if (crew_part("here"))
		test_here(0);
	if (crew_part("here"))
		test_here(WQ_MPSAFE);
}

static int
workqueue_main(void)
{
	return crew_main(workqueue_all);
}

PROGRAM(workqueue, "workqueues: order, per CPU, nothing lost, self-enqueueing",
    workqueue_main);
