/*
 * pserialize.c: what pserialize(9) promises.
 *
 * A reader on any CPU delays perform, wherever that is called; idle CPUs do
 * not hold it up, nor does it pass without them; and it takes as long as it is
 * said to, which is worked out at each part.  One tick is 10 ms (HZ 100).
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <program.h>

#define TICK_US 10000
#define NEAR_US 1000 /* cross calls and switches of a perform */

static pserialize_t psz;

/* Microseconds that a perform takes. */
static uint64_t
perform(void)
{
	const uint64_t start = crew_us();

	pserialize_perform(psz);
	return crew_us() - start;
}

/* ---- a reader delays it ---------------------------------------------------- */

static volatile u_int reader_in, reader_out;
static volatile bool reader_hard; /* as hard interrupts read: splhigh */

/*
 * Four ticks in a read section.  Clock interrupts come in meanwhile, at
 * splhigh they do not; so no ticks are counted here, but time.
 */
static void
reader(void *arg)
{
	int s;

	s = reader_hard ? splhigh() : pserialize_read_enter();
	reader_in = 1;
	crew_delay(4 * TICK_US);
	reader_out = 1;
	if (reader_hard)
		splx(s);
	else
		pserialize_read_exit(s);
}

static void
writer(void *arg)
{
	const u_int reader_cpu = (u_int)(uintptr_t)arg;

	program_check(crew_spin(&reader_in, 1, 20), "no reader");
	(void)perform();
	program_check(reader_out == 1,
	    "perform on CPU %u did not wait for the reader on CPU %u",
	    crew_cpu(), reader_cpu);
}

static void
test_reader(u_int cpu, bool hard)
{
	struct crew *w, *r;

	reader_in = reader_out = 0;
	reader_hard = hard;
	w = crew_start((cpu + 3) % (u_int)ncpu, PRI_NONE, writer,
	    (void *)(uintptr_t)cpu);
	r = crew_start(cpu, PRI_NONE, reader, NULL);
	crew_join(r);
	crew_join(w);
}

/* ---- how long it takes ----------------------------------------------------- */

/*
 * Idle machine: two rounds.  Each is a cross call, which gives every CPU one
 * checkpoint, and a sleep of a tick.  The first sleep ends with the tick under
 * way: begun `late' after a tick, perform takes two ticks less `late'.
 */
static void
test_idle(uint64_t late)
{
	uint64_t us, want;

	crew_tick();
	if (late > 0)
		crew_delay(late);
	us = perform();
	want = 2 * TICK_US - late;
	program_check(us > want - NEAR_US && us < want + NEAR_US,
	    "idle, %lu us after a tick: %lu us, not %lu", late, us, want);
}

/*
 * Softints on all CPUs all the time: there are checkpoints enough for the two
 * rounds before the first sleep is over, so that one is all: less than a tick.
 * Begun after a tick, or the sleep might be too short for them.
 */
static volatile bool busy_stop;
static volatile u_int busy_on;
static void *busy_sih;

static void
busy_handler(void *arg)
{
}

static void
busy_cpu(void *arg)
{
	atomic_inc_uint(&busy_on);
	while (!busy_stop) {
		kpreempt_disable();
		softint_schedule(busy_sih);
		kpreempt_enable();
		crew_delay(50);
		yield();
	}
}

static void
test_busy(void)
{
	struct crew *l[MAXCPUS];
	uint64_t us;
	int i;

	busy_sih = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
	    busy_handler, NULL);
	for (i = 0; i < ncpu; i++)
		l[i] = crew_start((u_int)i, PRI_NONE, busy_cpu, NULL);
	program_check(crew_await(&busy_on, (u_int)ncpu, 20), "not all busy");
	for (i = 0; i < 3; i++) {
		crew_tick();
		us = perform();
		program_check(us < TICK_US + NEAR_US, "busy: %lu us", us);
	}
	busy_stop = true;
	for (i = 0; i < ncpu; i++)
		crew_join(l[i]);
	softint_disestablish(busy_sih);
}

/* ---- nothing is freed under a reader ---------------------------------------- */

#define ALIVE 0x616c6976
#define DEAD  0x64656164

static struct {
	volatile u_int mark;
	uint8_t pad[COHERENCY_UNIT - sizeof(u_int)];
} thing[2] __aligned(COHERENCY_UNIT);

static volatile u_int thing_current;
static volatile bool thing_stop;
static volatile u_int thing_reads[MAXCPUS];

static void
thing_reader(void *arg)
{
	const u_int me = crew_cpu();
	int s, i;

	while (!thing_stop) {
		s = pserialize_read_enter();
		const u_int which = thing_current;

		for (i = 0; i < 20; i++) {
			program_check(thing[which].mark == ALIVE,
			    "CPU %u reads what was freed", me);
			x86_pause();
		}
		pserialize_read_exit(s);
		thing_reads[me]++;
		yield();
	}
}

static void
test_things(void)
{
	struct crew *l[MAXCPUS];
	u_int old;
	int i;

	thing[0].mark = thing[1].mark = ALIVE;
	for (i = 0; i < ncpu; i++)
		l[i] = crew_start((u_int)i, PRI_NONE, thing_reader, NULL);
	for (i = 0; i < 3; i++) {
		old = thing_current;
		thing[1 - old].mark = ALIVE;
		membar_producer();
		thing_current = 1 - old;
		pserialize_perform(psz);
		thing[old].mark = DEAD;
	}
	thing_stop = true;
	for (i = 0; i < ncpu; i++) {
		crew_join(l[i]);
		program_check(thing_reads[i] > 0, "CPU %d read nothing", i);
	}
}

/* ---- two writers, two objects ------------------------------------------------ */

static void
other_writer(void *arg)
{
	const pserialize_t mine = pserialize_create();
	int i;

	for (i = 0; i < 2; i++)
		pserialize_perform(mine);
	pserialize_destroy(mine);
}

/* All at once: they share rounds. */
static void
test_writers(void)
{
	const uint64_t n = crew_evcnt("pserialize", "exclusive access");

	crew_all(other_writer, NULL);
	program_check(crew_evcnt("pserialize", "exclusive access") ==
		n + 2 * (u_int)ncpu,
	    "not %d performs", 2 * ncpu);
}

/* ---- read sections ------------------------------------------------------------ */

static volatile u_int section_ran;

static void
section_handler(void *arg)
{
	section_ran++;
}

/* Softints of all levels stay out; sections nest; a softint may read. */
static void
test_section(void)
{
	void *sih;
	int s, t;

	sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    section_handler, NULL);
	s = pserialize_read_enter();
	t = pserialize_read_enter();
	softint_schedule(sih);
	program_check(section_ran == 0, "a softint ran in a section");
	pserialize_read_exit(t);
	program_check(section_ran == 0, "a softint ran in the outer section");
	pserialize_read_exit(s);
	program_check(section_ran == 1, "the softint ran %u times",
	    section_ran);
	softint_disestablish(sih);
}

static void
pserialize_all(void)
{
	u_int cpu;

	psz = pserialize_create();
	if (crew_part("section"))
		test_section();
	for (cpu = 0; cpu < (u_int)ncpu; cpu++)
		if (crew_part("reader"))
			test_reader(cpu, false);
	if (crew_part("reader"))
		test_reader(1, true);
	if (crew_part("idle"))
		test_idle(0);
	if (crew_part("idle"))
		test_idle(5000);
	if (crew_part("busy"))
		test_busy();
	if (crew_part("things"))
		test_things();
	if (crew_part("writers"))
		test_writers();
	pserialize_destroy(psz);
}

static int
pserialize_main(void)
{
	return crew_main(pserialize_all);
}

PROGRAM(pserialize, "pserialize: readers delay perform; how long it takes",
    pserialize_main);
