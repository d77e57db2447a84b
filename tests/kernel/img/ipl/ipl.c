/*
 * ipl.c: who interrupts whom, what is held, and in which order it is made up
 * for.
 *
 * Expected values come from machine/intrdefs.h: a source of level S runs at
 * once at level L if S > L, and if not, as soon as the level is below S; of
 * several, the highest bit of ci_ipending first, which is: IPI, timer, softint
 * from serial down to clock, preemption, devices from the last slot down.
 */
#include <ipl.h>

#include <machine/cpufunc.h>
#include <machine/i82489var.h>

#include <probe.h>

void ipl_tests(void);
void test_broadcast(void);

/* In the order of bits, highest first: slots 20 to 16 of the devices. */
static const enum source by_bit[NSOURCE] = { S_IPI, S_TIMER, S_SERIAL, S_NET,
	S_BIO, S_CLOCK, S_PREEMPT, S_HIGH, S_SCHED, S_VM_LEVEL, S_VM2, S_VM };

static bool
is_hard(enum source s)
{
	return s > S_SERIAL;
}

/* What an event says of its context. */
static void
check_event(const struct event *ev, enum source s)
{
	CHECK_EQ(ev->ev_source, s);
	CHECK_EQ(ev->ev_ilevel, level_of(s));
	CHECK_EQ(ev->ev_intr_p, is_hard(s));
	if (s >= S_CLOCK && s <= S_SERIAL)
		CHECK(ev->ev_curlwp == softint_lwp(s));
}

/* Every source at every level. */
static void
matrix(void)
{
	for (int level = 0; level < NIPL; level++)
		for (enum source s = 0; s < NSOURCE; s++) {
			const int spl = splraise(level);

			check_where = name_of(s);
			forget();
			ask(s);
			CHECK_EQ(nevents, level_of(s) > level);
			splx(spl);
			CHECK_EQ(nevents, 1);
			check_event(&events[0], s);
			CHECK_EQ(curcpu()->ci_ilevel, spl);
			CHECK_EQ(curcpu()->ci_idepth, -1);
			CHECK_EQ(curcpu()->ci_ipending, 0);
			CHECK(curcpu()->ci_curlwp == &lwp0);
		}
}

/* All at once, then down by one level after the other. */
static void
resume_order(void)
{
	int want = 0;

	check_where = "order, all at once";
	(void)splhigh();
	forget();
	for (enum source s = 0; s < NSOURCE; s++)
		ask(s);
	CHECK_EQ(nevents, 0);
	spl0();
	CHECK_EQ(nevents, NSOURCE);
	/*
	 * Each runs at its own level, and when its softint or interrupt ends,
	 * or its level is set, what is above runs first.  spl0 takes the IPI,
	 * then the timer, then softserial: which lowers to its level, and all
	 * devices are above that.
	 */
	static const enum source order[NSOURCE] = { S_IPI, S_TIMER, S_HIGH,
		S_SCHED, S_VM_LEVEL, S_VM2, S_VM, S_SERIAL, S_NET, S_BIO,
		S_CLOCK, S_PREEMPT };
	for (int i = 0; i < NSOURCE; i++)
		check_event(&events[i], order[i]);

	check_where = "order, level by level";
	(void)splhigh();
	forget();
	for (enum source s = 0; s < NSOURCE; s++)
		ask(s);
	for (int level = IPL_HIGH - 1; level >= 0; level--) {
		spllower(level);
		for (int i = 0; i < NSOURCE; i++)
			if (level_of(by_bit[i]) == level + 1) {
				CHECK(nevents > want);
				check_event(&events[want++], by_bit[i]);
			}
		CHECK_EQ(nevents, want);
	}
}

/* splx in a handler: what is above the handler's level runs inside it. */
static enum source inner;

static void
ask_inner(enum source s)
{
	const int before = nevents;

	on_event[s] = NULL;
	ask(inner);
	CHECK_EQ(nevents - before, level_of(inner) > level_of(s));
}

static void
nesting(void)
{
	for (enum source outer = 0; outer < NSOURCE; outer++)
		for (inner = 0; inner < NSOURCE; inner++) {
			if (inner == outer)
				continue;
			check_where = name_of(outer);
			forget();
			on_event[outer] = ask_inner;
			ask(outer);
			on_event[outer] = NULL;
			CHECK_EQ(nevents, 2);
			check_event(&events[0], outer);
			check_event(&events[1], inner);
			/* Made up for by Xdoreti: no more an interrupt. */
			CHECK_EQ(events[1].ev_idepth,
			    !is_hard(inner) ? -1 +
				    (is_hard(outer) &&
					level_of(inner) > level_of(outer))
				: is_hard(outer) &&
				    level_of(inner) > level_of(outer)
				? 1
				: 0);
			CHECK_EQ(curcpu()->ci_idepth, -1);
		}
}

/* An interrupt of the same source while its handler runs: once more, after. */
static void
ask_same(enum source s)
{
	on_event[s] = NULL;
	ask(s);
	CHECK_EQ(nevents, 1);
}

static void
same_again(void)
{
	for (enum source s = 0; s < NSOURCE; s++) {
		check_where = name_of(s);
		forget();
		on_event[s] = ask_same;
		ask(s);
		settle(); /* a level-triggered pin sends when unmasked */
		CHECK_EQ(nevents, 2);
		check_event(&events[1], s);
	}
}

/*
 * A level-triggered pin is masked when it is held, and unmasked when that has
 * been made up for; not at all when it was taken at once.
 */
static void
level_triggered(void)
{
	const u_int before = probe_masked(PROBE_LEVEL0, &(bool){ false });
	bool now;
	int s;

	check_where = "level-triggered";
	forget();
	ask(S_VM_LEVEL);
	CHECK_EQ(nevents, 1);
	/* ask() is at IPL_HIGH: held there. */
	CHECK_EQ(probe_masked(PROBE_LEVEL0, &now) - before, 1);
	CHECK(!now);

	ask_async(S_VM_LEVEL);
	settle();
	CHECK_EQ(nevents, 2);
	CHECK_EQ(probe_masked(PROBE_LEVEL0, &now) - before, 1);
	CHECK(!now);

	s = splvm();
	ask_async(S_VM_LEVEL);
	settle();
	CHECK_EQ(probe_masked(PROBE_LEVEL0, &now) - before, 2);
	CHECK(now);
	CHECK_EQ(nevents, 2);
	splx(s);
	CHECK_EQ(nevents, 3);
	(void)probe_masked(PROBE_LEVEL0, &now);
	CHECK(!now);
}

/* Straight from the IDT, at every level, with no splx of ours around. */
static void
from_idt(void)
{
	for (int level = 0; level < NIPL; level++)
		for (enum source s = S_VM; s < NSOURCE; s++) {
			const int spl = splraise(level);

			check_where = name_of(s);
			forget();
			ask_async(s);
			settle();
			CHECK_EQ(nevents, level_of(s) > level);
			splx(spl);
			CHECK_EQ(nevents, 1);
			check_event(&events[0], s);
			CHECK_EQ(events[0].ev_idepth, 0);
		}
}

/* A softint that blocks: what it had interrupted goes on, and it later. */
static int blocked_at, resumed_at;

static void
block(enum source s)
{
	on_event[s] = NULL;
	blocked_at = nevents;
	softint_blocks(s);
	resumed_at = nevents;
	CHECK_EQ(curcpu()->ci_ilevel, level_of(s));
}

static void
blocking(void)
{
	for (enum source s = S_CLOCK; s <= S_SERIAL; s++)
		for (int hard = 0; hard < 2; hard++) {
			check_where = name_of(s);
			forget();
			blocked_at = resumed_at = -1;
			on_event[s] = block;
			if (hard) {
				/* Out of Xdoreti, by a device's interrupt. */
				ask_async(s);
				ask_async(S_VM);
				settle();
				CHECK_EQ(nevents, 2);
			} else {
				ask(s);
				CHECK_EQ(nevents, 1);
			}
			CHECK_EQ(blocked_at, 1 + hard);
			CHECK_EQ(resumed_at, -1);
			CHECK_EQ(curcpu()->ci_ilevel, IPL_NONE);
			CHECK_EQ(curcpu()->ci_mtx_count, 0);
			CHECK_EQ(curcpu()->ci_idepth, -1);
			CHECK(curcpu()->ci_curlwp == &lwp0);
			/* Interrupts are served as ever meanwhile. */
			ask(S_VM2);
			CHECK_EQ(nevents, 2 + hard);
			softint_wakeup(s);
			CHECK_EQ(resumed_at, 2 + hard);
			CHECK_EQ(curcpu()->ci_ilevel, IPL_NONE);
			CHECK(curcpu()->ci_curlwp == &lwp0);
			forget();
			ask(s);
			CHECK_EQ(nevents, 1);
		}
}

/* splraise does not lower, spllower does not raise. */
static void
monotonic(void)
{
	check_where = "monotonic";
	for (int a = 0; a < NIPL; a++)
		for (int b = 0; b < NIPL; b++) {
			CHECK_EQ(splraise(a), IPL_NONE);
			CHECK_EQ(splraise(b), a);
			CHECK_EQ(curcpu()->ci_ilevel, MAX(a, b));
			spllower(a);
			CHECK_EQ(curcpu()->ci_ilevel, a);
			spllower(IPL_HIGH);
			CHECK_EQ(curcpu()->ci_ilevel, a);
			spl0();
		}
}

/*
 * spl acts on its own CPU: CPU n is at level n, IPIs come through wherever that
 * is below IPL_HIGH, and at CPU 0's IPL_HIGH they do all the same.
 */
static void
own_cpu_only(void)
{
	int s;

	check_where = "own CPU only";
	start_cpus();
	s = splhigh();
	test_broadcast();
	delay(10);
	for (u_int n = 1; n < ncpu_test; n++)
		CHECK_EQ(cpu_events[n], n % NIPL < IPL_HIGH);
	for (u_int n = 1; n < ncpu_test; n++) {
		cpu_phase[n] = 2;
		while (cpu_phase[n] != 3)
			x86_pause();
		CHECK_EQ(cpu_events[n], 1);
	}
	splx(s);
}

/*
 * What a handler stores between MONITOR and MWAIT on its own CPU is not slept
 * through: with no one else to wake us, this would not come back.
 */
static u_int monitored __aligned(COHERENCY_UNIT);

static void
store_monitored(enum source s)
{
	monitored = 1;
}

static void
monitor(void)
{
	check_where = "monitor";
	monitored = 0;
	on_event[S_VM] = store_monitored;
	x86_monitor(&monitored, 0, 0);
	CHECK_EQ(monitored, 0);
	ask_async(S_VM);
	settle();
	CHECK_EQ(monitored, 1);
	x86_mwait(0, 0);
	on_event[S_VM] = NULL;
}

void
ipl_tests(void)
{
	monitor();
	monotonic();
	matrix();
	from_idt();
	resume_order();
	nesting();
	same_again();
	level_triggered();
	blocking();
	own_cpu_only();
}
