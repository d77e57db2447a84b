/*
 * ipi.c: what ipi(9) promises.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/ipi.h>
#include <sys/kcpuset.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <program.h>

#define ROUNDS 200

/* ---- messages ----------------------------------------------------------------- */

static volatile u_int got[MAXCPUS];
static volatile bool got_high[MAXCPUS];

static void
note(void *arg)
{
	const u_int me = crew_cpu();

	got[me]++;
	got_high[me] = curcpu()->ci_ilevel == IPL_HIGH;
}

/* want: bits of CPUs */
static void
check_got(const char *what, u_int want)
{
	int i;

	for (i = 0; i < ncpu; i++) {
		program_check(got[i] == (want >> i & 1),
		    "%s from CPU %u: CPU %d got %u", what, crew_cpu(), i,
		    got[i]);
		got[i] = 0;
	}
}

static void
message_cpu(void *arg)
{
	const u_int me = crew_cpu(), all = (1U << ncpu) - 1;
	ipi_msg_t msg = { .func = note };
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;
	kcpuset_t *set;
	u_int i;

	kcpuset_create(&set, true);
	for (CPU_INFO_FOREACH(cii, ci)) {
		if (ci == curcpu())
			continue;
		kpreempt_disable();
		ipi_unicast(&msg, ci);
		ipi_wait(&msg);
		kpreempt_enable();
		check_got("unicast", 1U << cpu_index(ci));
		program_check(got_high[cpu_index(ci)], "not at IPL_HIGH");
	}

	/* Odd CPUs: for half of the senders, theirs is among them. */
	for (i = 1; i < (u_int)ncpu; i += 2)
		kcpuset_set(set, i);
	kpreempt_disable();
	ipi_multicast(&msg, set);
	ipi_wait(&msg);
	kpreempt_enable();
	check_got("multicast", all & 0xaaaaaaaa);

	kpreempt_disable();
	ipi_broadcast(&msg);
	ipi_wait(&msg);
	kpreempt_enable();
	check_got("broadcast", all);

	program_check(crew_cpu() == me, "moved");
	kcpuset_destroy(set);
}

/* ---- more messages than a mailbox holds ----------------------------------------- */

static volatile u_int full_ready, full_up, full_got;

static void
full_note(void *arg)
{
	full_got++; /* on CPU 0 alone */
}

/* CPU 0 does not look at first; the others send two each: 14, for 8 slots. */
static void
full_cpu(void *arg)
{
	ipi_msg_t msg[2] = { { .func = full_note }, { .func = full_note } };
	int s, i;

	if (crew_cpu() == 0) {
		s = splhigh();
		full_up = 1;
		program_check(crew_spin(&full_ready, (u_int)ncpu - 1, 20),
		    "senders not ready");
		crew_delay(200);
		splx(s);
		return;
	}

	program_check(crew_spin(&full_up, 1, 20), "CPU 0 not ready");
	kpreempt_disable();
	atomic_inc_uint(&full_ready);
	for (i = 0; i < 2; i++)
		ipi_unicast(&msg[i], cpu_lookup(0));
	for (i = 0; i < 2; i++)
		ipi_wait(&msg[i]);
	kpreempt_enable();
}

static void
test_full(void)
{
	const uint64_t n = crew_evcnt("ipi", "full");

	full_ready = full_up = full_got = 0;
	crew_all(full_cpu, NULL);
	program_check(full_got == 2 * ((u_int)ncpu - 1), "CPU 0 got %u",
	    full_got);
	program_check(2 * (ncpu - 1) <= 8 || crew_evcnt("ipi", "full") > n,
	    "the mailbox was never full");
}

/* ---- registered functions ---------------------------------------------------------- */

/*
 * Triggers merge, but the last is not lost: the function is called after the
 * trigger that follows the last store.
 */
static volatile u_int trigger_stored, trigger_seen, trigger_calls;

static void
trigger_note(void *arg)
{
	trigger_seen = trigger_stored;
	trigger_calls++;
}

static void
test_trigger(void)
{
	const u_int id = ipi_register(trigger_note, NULL);
	struct cpu_info *const there = cpu_lookup(1);
	u_int i;

	program_check(id != 0 && id < IPI_MAXREG, "id %u", id);
	for (i = 1; i <= ROUNDS; i++) {
		kpreempt_disable();
		trigger_stored = i;
		ipi_trigger(id, there);
		kpreempt_enable();
		if (i % 8 == 0)
			crew_delay(i % 5);
	}
	program_check(crew_spin(&trigger_seen, ROUNDS, 2),
	    "saw %u of %u: a trigger was lost", trigger_seen, ROUNDS);
	program_check(trigger_calls <= ROUNDS, "%u calls", trigger_calls);
	ipi_unregister(id);
}

/*
 * After ipi_unregister the function is not called, even if a trigger was on its
 * way.  CPU 1 holds interrupts back while the trigger is made.
 */
static volatile u_int gone_up, gone, gone_late, gone_called;

static void
gone_note(void *arg)
{
	gone_called++;
	if (gone)
		gone_late++;
}

static void
gone_cpu(void *arg)
{
	int s;

	s = splhigh();
	gone_up = 1;
	crew_delay(300);
	splx(s);
}

static void
test_unregister(void)
{
	const u_int id = ipi_register(gone_note, NULL);
	struct crew *const l = crew_start(1, PRI_NONE, gone_cpu, NULL);

	program_check(crew_spin(&gone_up, 1, 20), "CPU 1 not up");
	kpreempt_disable();
	ipi_trigger(id, cpu_lookup(1));
	kpreempt_enable();
	ipi_unregister(id);
	program_check(gone_called == 1, "called %u times before", gone_called);
	gone = 1;
	crew_join(l);
	program_check(gone_late == 0, "called after ipi_unregister");
}

/* 31 ids, no more, and those given back can be had again. */
static void
test_table(void)
{
	u_int id[IPI_MAXREG], n, i;

	for (n = 0; n < IPI_MAXREG; n++) {
		id[n] = ipi_register(note, NULL);
		if (id[n] == 0)
			break;
	}
	program_check(n > 0 && n < IPI_MAXREG, "%u ids", n);
	for (i = 0; i < n; i++)
		ipi_unregister(id[i]);
	id[0] = ipi_register(note, NULL);
	program_check(id[0] != 0, "none after they were given back");
	ipi_unregister(id[0]);
}

static void
ipi_all(void)
{
	int i;

	for (i = 0; i < ncpu; i++)
		crew_join(crew_start((u_int)i, PRI_NONE, message_cpu, NULL));
	if (crew_part("full"))
		test_full();
	if (crew_part("trigger"))
		test_trigger();
	if (crew_part("unregister"))
		test_unregister();
	if (crew_part("table"))
		test_table();
}

static int
ipi_main(void)
{
	return crew_main(ipi_all);
}

PROGRAM(ipi, "IPIs: messages, full mailboxes, triggers, unregistering",
    ipi_main);
