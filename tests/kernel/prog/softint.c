/*
 * softint.c: what softint(9) promises.
 *
 * Each part produces one situation and states what must have happened.  The
 * parts about blocking use a mutex whose owner sleeps, so that a handler which
 * wants it does not spin but blocks.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <crew.h>
#include <program.h>

#define MOST 256 /* softint_bytes are good for fewer */

static const u_int all_levels[SOFTINT_COUNT] = { SOFTINT_CLOCK, SOFTINT_BIO,
	SOFTINT_NET, SOFTINT_SERIAL };

static void
schedule(void *sih)
{
	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
}

/* ---- it runs on the CPU that scheduled it, in the name of its own LWP ----- */

static void *where_sih;
static volatile u_int where_ran[MAXCPUS];
static volatile bool where_soft[MAXCPUS];

static void
where_handler(void *arg)
{
	where_soft[crew_cpu()] = cpu_softintr_p() && !cpu_intr_p() &&
	    (curlwp->l_pflag & LP_INTR) != 0 && curlwp->l_cpu == curcpu();
	where_ran[crew_cpu()]++;
}

static void
where_cpu(void *arg)
{
	const u_int me = crew_cpu(), before = where_ran[me];
	int i;

	for (i = 0; i < 10; i++)
		schedule(where_sih);

	/* At IPL_NONE it runs before softint_schedule returns. */
	program_check(where_ran[me] == before + 10, "CPU %u: ran %u times", me,
	    where_ran[me] - before);
	program_check(where_soft[me], "CPU %u: not as a softint", me);
	program_check((curlwp->l_pflag & LP_INTR) == 0,
	    "CPU %u: curlwp is still the softint's", me);
}

static void
test_where(void)
{
	u_int i;
	int cpu;

	for (i = 0; i < SOFTINT_COUNT; i++) {
		memset(__UNVOLATILE(where_ran), 0, sizeof(where_ran));
		where_sih = softint_establish(all_levels[i] | SOFTINT_MPSAFE,
		    where_handler, NULL);
		crew_all(where_cpu, NULL);
		for (cpu = 0; cpu < ncpu; cpu++)
			program_check(where_ran[cpu] == 10,
			    "level %u: CPU %d: ran %u times", all_levels[i],
			    cpu, where_ran[cpu]);
		softint_disestablish(where_sih);
	}
}

/* ---- levels in their order, first come first served in each -------------- */

static void *order_sih[2][SOFTINT_COUNT];
static u_int order_n, order_seen[2 * SOFTINT_COUNT];

static void
order_handler(void *arg)
{
	if (order_n < __arraycount(order_seen))
		order_seen[order_n] = (u_int)(uintptr_t)arg;
	order_n++;
}

static void
test_order(void)
{
	u_int i, j, want;
	int s;

	for (i = 0; i < SOFTINT_COUNT; i++) {
		for (j = 0; j < 2; j++)
			order_sih[j][i] = softint_establish(all_levels[i] |
				SOFTINT_MPSAFE,
			    order_handler, (void *)(uintptr_t)(i * 2 + j));
	}

	/* The least important first, and each twice: that counts once. */
	order_n = 0;
	s = splhigh();
	for (i = 0; i < SOFTINT_COUNT; i++) {
		for (j = 0; j < 4; j++)
			softint_schedule(order_sih[j % 2][i]);
	}
	program_check(order_n == 0, "%u handlers ran at splhigh", order_n);
	splx(s);

	program_check(order_n == 2 * SOFTINT_COUNT, "%u handlers ran", order_n);
	for (i = 0; i < 2 * SOFTINT_COUNT; i++) {
		want = (SOFTINT_COUNT - 1 - i / 2) * 2 + i % 2;
		program_check(order_seen[i] == want,
		    "place %u: level %u, handler %u", i,
		    all_levels[order_seen[i] / 2], order_seen[i] % 2);
	}

	for (i = 0; i < SOFTINT_COUNT; i++) {
		for (j = 0; j < 2; j++)
			softint_disestablish(order_sih[j][i]);
	}
}

/* ---- scheduled while it runs: once more, and not inside itself ----------- */

static void *again_sih;
static u_int again_n, again_depth, again_deepest;

static void
again_handler(void *arg)
{
	if (++again_depth > again_deepest)
		again_deepest = again_depth;
	if (again_n++ == 0) {
		softint_schedule(again_sih);
		softint_schedule(again_sih);
		program_check(again_n == 1, "it ran within itself");
	}
	again_depth--;
}

static void
test_again(void)
{
	again_sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    again_handler, NULL);
	again_n = again_depth = again_deepest = 0;
	schedule(again_sih);
	program_check(again_n == 2, "ran %u times, not twice", again_n);
	program_check(again_deepest == 1, "%u deep", again_deepest);
	softint_disestablish(again_sih);
}

/* ---- a handler blocks ------------------------------------------------------ */

static kmutex_t block_mutex;
static volatile u_int block_held, block_release;
static volatile u_int block_begun, block_ended, block_ran, block_other;
static volatile u_int block_cpu, block_serial;

/* Holds the mutex, and sleeps with it. */
static void
block_owner(void *arg)
{
	mutex_enter(&block_mutex);
	block_held = 1;
	program_check(crew_await(&block_release, 1, 100), "no release");
	mutex_exit(&block_mutex);
}

static void
block_handler(void *arg)
{
	block_begun++;
	mutex_enter(&block_mutex);
	mutex_exit(&block_mutex);
	block_cpu = crew_cpu();
	block_ended++;
}

/* Of the same level. */
static void
block_next(void *arg)
{
	program_check(block_ended == 1 || crew_cpu() != block_cpu,
	    "the level did not wait for the handler that blocks");
	if (crew_cpu() == block_cpu)
		block_ran++;
	else
		block_other++;
}

static void
block_serial_handler(void *arg)
{
	block_serial++;
}

/* The LWP that is interrupted, on CPU 1. */
static void
block_victim(void *arg)
{
	void **const sih = arg;
	lwp_t *const me = curlwp;
	const uint64_t n = crew_evcnt("softint", "net block/1");

	block_cpu = crew_cpu();
	schedule(sih[0]);

	/* It is blocked; we are back, and ourselves. */
	program_check(block_begun == 1 && block_ended == 0,
	    "%u begun, %u ended", block_begun, block_ended);
	program_check(curlwp == me && (me->l_pflag & LP_INTR) == 0,
	    "the victim is not itself");
	program_check(!cpu_softintr_p(), "the victim is a softint");
	program_check(curcpu()->ci_mtx_count == 0, "ci_mtx_count %d",
	    curcpu()->ci_mtx_count);
	program_check(curcpu()->ci_ilevel == IPL_NONE, "IPL %d",
	    curcpu()->ci_ilevel);
	program_check(crew_evcnt("softint", "net block/1") == n + 1,
	    "net block/1 has not counted it");

	/* The rest of the level waits, other levels do not. */
	schedule(sih[1]);
	program_check(block_ran == 0, "the level ran");
	schedule(sih[2]);
	program_check(block_serial == 1, "softserial did not run");

	/* Nor does the LWP: it can sleep, and go on. */
	crew_tick();
	program_check(block_ran == 0, "the level ran after a switch");
	program_check(crew_await(&block_other, 1, 20), "not run elsewhere");
	block_release = 1;
	program_check(crew_await(&block_ran, 1, 20), "it never ended");
	program_check(block_ended == 1, "%u ended", block_ended);
	program_check(block_cpu == crew_cpu(), "ended on CPU %u", block_cpu);
}

/* The same level elsewhere. */
static void
block_elsewhere(void *arg)
{
	void **const sih = arg;

	schedule(sih[1]);
	program_check(block_other == 1, "not run on another CPU");
}

static void
test_block(void)
{
	void *sih[3];
	struct crew *owner, *victim;

	mutex_init(&block_mutex, MUTEX_DEFAULT, IPL_SOFTNET);
	sih[0] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, block_handler,
	    NULL);
	sih[1] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, block_next,
	    NULL);
	sih[2] = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    block_serial_handler, NULL);

	owner = crew_start(0, PRI_NONE, block_owner, NULL);
	program_check(crew_await(&block_held, 1, 20), "nobody holds the mutex");
	victim = crew_start(1, PRI_NONE, block_victim, sih);
	program_check(crew_await(&block_begun, 1, 20), "not begun");
	crew_join(crew_start(2, PRI_NONE, block_elsewhere, sih));
	crew_join(victim);
	crew_join(owner);

	softint_disestablish(sih[0]);
	softint_disestablish(sih[1]);
	softint_disestablish(sih[2]);
	mutex_destroy(&block_mutex);
}

/* ---- the interrupted LWP itself holds what the handler wants -------------- */

/*
 * Trap 2: were curlwp still the victim, its mutex would look as if its owner
 * ran, and the handler would spin for it for ever.
 */
static kmutex_t own_mutex;
static volatile u_int own_begun, own_ended;

static void
own_handler(void *arg)
{
	own_begun++;
	mutex_enter(&own_mutex);
	mutex_exit(&own_mutex);
	own_ended++;
}

static void
own_cpu(void *sih)
{
	mutex_enter(&own_mutex);
	schedule(sih);
	program_check(own_begun == 1 && own_ended == 0,
	    "owner: %u begun, %u ended", own_begun, own_ended);
	program_check(mutex_owned(&own_mutex), "the mutex is not ours");
	mutex_exit(&own_mutex);
	program_check(crew_await(&own_ended, 1, 20), "never ended");
}

static void
test_own(void)
{
	void *sih;

	mutex_init(&own_mutex, MUTEX_DEFAULT, IPL_SOFTNET);
	sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, own_handler,
	    NULL);
	crew_join(crew_start(3 % (u_int)ncpu, PRI_NONE, own_cpu, sih));
	softint_disestablish(sih);
	mutex_destroy(&own_mutex);
}

/* ---- disestablish waits ---------------------------------------------------- */

static volatile u_int wait_held, wait_release, wait_active, wait_pending;
static volatile u_int wait_gone;
static kmutex_t wait_mutex;

static void
wait_owner(void *arg)
{
	mutex_enter(&wait_mutex);
	wait_held = 1;
	program_check(crew_await(&wait_release, 1, 100), "no release");
	mutex_exit(&wait_mutex);
}

static void
wait_handler(void *arg)
{
	mutex_enter(&wait_mutex);
	mutex_exit(&wait_mutex);
	wait_active++;
}

static void
wait_behind(void *arg)
{
	wait_pending++;
}

static void
wait_schedule(void *arg)
{
	void **const sih = arg;

	schedule(sih[0]); /* blocks */
	schedule(sih[1]); /* and this is pending */
}

static void
wait_disestablish(void *sih)
{
	softint_disestablish(sih);
	wait_gone++;
	program_check(wait_release == 1, "gone too early");
}

static void
test_disestablish(void)
{
	void *sih[2];
	struct crew *owner, *l[2];

	mutex_init(&wait_mutex, MUTEX_DEFAULT, IPL_SOFTNET);
	sih[0] = softint_establish(SOFTINT_BIO | SOFTINT_MPSAFE, wait_handler,
	    NULL);
	sih[1] = softint_establish(SOFTINT_BIO | SOFTINT_MPSAFE, wait_behind,
	    NULL);
	owner = crew_start(0, PRI_NONE, wait_owner, NULL);
	program_check(crew_await(&wait_held, 1, 20), "nobody holds the mutex");
	crew_join(crew_start(1, PRI_NONE, wait_schedule, sih));

	l[0] = crew_start(2 % (u_int)ncpu, PRI_NONE, wait_disestablish, sih[0]);
	l[1] = crew_start(3 % (u_int)ncpu, PRI_NONE, wait_disestablish, sih[1]);
	(void)kpause("softtest", false, 3, NULL);
	program_check(wait_gone == 0, "%u gone while active or pending",
	    wait_gone);
	wait_release = 1;
	crew_join(l[0]);
	crew_join(l[1]);
	crew_join(owner);
	program_check(wait_active == 1 && wait_pending == 1,
	    "active one ran %u times, pending one %u", wait_active,
	    wait_pending);
	mutex_destroy(&wait_mutex);
}

/* ---- on another CPU --------------------------------------------------------- */

static volatile u_int rcpu_ran[MAXCPUS];

static void
rcpu_handler(void *arg)
{
	rcpu_ran[crew_cpu()]++;
}

static void
rcpu_cpu(void *sih)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	for (CPU_INFO_FOREACH(cii, ci)) {
		const u_int there = cpu_index(ci), before = rcpu_ran[there];

		kpreempt_disable();
		softint_schedule_cpu(sih, ci);
		kpreempt_enable();
		program_check(crew_spin(&rcpu_ran[there], before + 1, 2),
		    "CPU %u: not run, scheduled from %u", there, crew_cpu());
	}
}

static void
test_rcpu(void)
{
	void *sih;
	int i, j;

	sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE | SOFTINT_RCPU,
	    rcpu_handler, NULL);
	for (i = 0; i < ncpu; i++)
		crew_join(crew_start((u_int)i, PRI_NONE, rcpu_cpu, sih));
	for (j = 0; j < ncpu; j++)
		program_check(rcpu_ran[j] == (u_int)ncpu,
		    "CPU %d: ran %u times", j, rcpu_ran[j]);
	softint_disestablish(sih);
}

/* ---- KERNEL_LOCK -------------------------------------------------------------- */

static void *lock_sih[3];
static volatile u_int lock_wanted, lock_got, lock_ready;

/* Wants the lock once the first handler has it. */
static void
lock_other(void *arg)
{
	lock_ready = 1;
	program_check(crew_spin(&lock_wanted, 1, 50), "not wanted");
	KERNEL_LOCK(1, NULL);
	lock_got = 1;
	KERNEL_UNLOCK_ONE(NULL);
}

static void
lock_handler(void *arg)
{
	switch ((uintptr_t)arg) {
	case 0:
	case 1: /* the lock, and kept in between */
		program_check(curcpu()->ci_biglock_count == 1,
		    "handler %lu: biglock_count %u", (u_long)(uintptr_t)arg,
		    curcpu()->ci_biglock_count);
		lock_wanted = 1;
		crew_delay(50);
		program_check(lock_got == 0, "handler %lu: given up",
		    (u_long)(uintptr_t)arg);
		break;
	default: /* MPSAFE: without */
		program_check(curcpu()->ci_biglock_count == 0,
		    "MPSAFE handler: biglock_count %u",
		    curcpu()->ci_biglock_count);
		program_check(crew_spin(&lock_got, 1, 2), "not given up");
		break;
	}
}

static void
lock_cpu(void *arg)
{
	int s, i;

	s = splhigh();
	for (i = 0; i < 3; i++)
		softint_schedule(lock_sih[i]);
	splx(s);
	program_check(curcpu()->ci_biglock_count == 0, "lock leaked");
}

static void
test_lock(void)
{
	struct crew *other;
	int i;

	for (i = 0; i < 3; i++)
		lock_sih[i] = softint_establish(SOFTINT_NET |
			(i == 2 ? SOFTINT_MPSAFE : 0),
		    lock_handler, (void *)(uintptr_t)i);
	other = crew_start(2, PRI_NONE, lock_other, NULL);
	program_check(crew_await(&lock_ready, 1, 20), "not ready");
	crew_join(crew_start(1, PRI_NONE, lock_cpu, NULL));
	crew_join(other);
	for (i = 0; i < 3; i++)
		softint_disestablish(lock_sih[i]);
}

/* ---- the table ----------------------------------------------------------------- */

/*
 * 8192 bytes hold four levels and handlers of 40 bytes.  A full table refuses,
 * and what is given back can be had again.
 */
static void
test_table(void)
{
	static void *sih[MOST];
	u_int n, i;

	for (n = 0; n < MOST; n++) {
		sih[n] = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
		    order_handler, NULL);
		if (sih[n] == NULL)
			break;
	}
	program_check(n > 150 && n < 200, "%u handlers", n);
	for (i = 0; i < n; i += 8)
		softint_disestablish(sih[i]);
	sih[0] = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
	    order_handler, NULL);
	program_check(sih[0] != NULL, "none after one was given back");
	order_n = 0;
	schedule(sih[0]);
	program_check(order_n == 1, "the new one ran %u times", order_n);
	for (i = 1; i < n; i++) {
		if (i % 8 != 0)
			softint_disestablish(sih[i]);
	}
	softint_disestablish(sih[0]);
}

static void
softint_all(void)
{
	if (crew_part("where"))
		test_where();
	if (crew_part("order"))
		test_order();
	if (crew_part("again"))
		test_again();
	if (crew_part("block"))
		test_block();
	if (crew_part("own"))
		test_own();
	if (crew_part("disestablish"))
		test_disestablish();
	if (crew_part("rcpu"))
		test_rcpu();
	if (crew_part("lock"))
		test_lock();
	if (crew_part("table"))
		test_table();
}

static int
softint_main(void)
{
	return crew_main(softint_all);
}

PROGRAM(softint, "softints: CPU, order, pending, blocking, RCPU, KERNEL_LOCK",
    softint_main);
