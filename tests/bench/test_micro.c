/*
 * test_micro.c: figures of the microbenchmark image that are in no table, with
 * their expected value derived here from the machine's constants:
 *
 *	L	dram.latency	H2	l2.hit		B	branch.mispredict
 *
 * Each derivation has a twin: the same check on a machine, or for a
 * benchmark, of which it must be wrong.  A simulation needs a process of its
 * own, so each run is a child.  Runs where make check runs it.
 *
 * A miss takes L whatever its address: rows, translations and prefetches, which
 * have figures of their own, are switched off.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "thunk/run.h"

static struct machine machine; /* as in the file */
#define L  ((double)machine.dram_latency_clk / HK_CLOCK_PER_CYC)
#define H2 ((double)machine.l2_hit_clk / HK_CLOCK_PER_CYC)
#define BR ((double)machine.branch_mispredict_clk / HK_CLOCK_PER_CYC)

static const char *
build(void)
{
	const char *b = getenv("B");

	return b != NULL ? b : "build";
}

struct figure {
	double cyc; /* of one operation */
	uint64_t n;
	uint64_t mispredicts; /* of the whole run */
};

/* In the child: run one benchmark and write its figure to fd. */
static enum exit_code
measure(const char *only, const char *set, int fd)
{
	struct err err = ERR_NONE;
	struct machine m;
	struct run_report rep;
	struct figure f;
	char image[4096], args[64];
	struct run_config c = { .machine = &m, .image = image, .args = args };
	const char *sets[] = { "dram.row=0cyc", "tlb.micro_miss=0cyc",
		"tlb.walk=0cyc", "prefetch.lines=0", set };
	size_t nsets = sizeof(sets) / sizeof(sets[0]) - (set == NULL);

	snprintf(image, sizeof(image), "%s/images/micro/image.elf", build());
	snprintf(args, sizeof(args), "only=%s", only);
	if (machine_load(&m, machine.path, sets, nsets, &err) != EX_GOOD ||
	    run_image(&c, &rep, &err) != EX_GOOD) {
		err_print(&err, stderr);
		return err.code;
	}
	if (rep.verdict != EX_GOOD || rep.nresult != 1)
		return EX_BUG;
	f.n = rep.result[0].n;
	f.cyc = (double)rep.result[0].total_cyc / (double)f.n;
	f.mispredicts = rep.cpu.mispredicts;
	run_report_free(&rep);
	return write(fd, &f, sizeof(f)) == sizeof(f) ? EX_GOOD : EX_BUG;
}

/* One benchmark on the machine, changed by set (NULL: as it is). */
static struct figure
figure_of(const char *only, const char *set)
{
	struct figure f = { 0 };
	int fd[2], status;
	pid_t child;

	ck_assert_int_eq(pipe(fd), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(measure(only, set, fd[1]));
	close(fd[1]);
	ck_assert_msg(read(fd[0], &f, sizeof(f)) == sizeof(f), "%s did not run",
	    only);
	close(fd[0]);
	waitpid(child, &status, 0);
	ck_assert_int_eq(status, 0);
	return f;
}

static bool
within(double got, double want, double tolerance)
{
	bool ok = fabs(got - want) <= tolerance * want;

	printf("%8.2f cyc, derived %8.2f: %s\n", got, want,
	    ok ? "agrees" : "differs");
	return ok;
}

/*
 * Four rings in turn, each load 3 younger than the last of its ring.  A load
 * waits only for its own ring's previous value, so the four misses of a
 * round are under way together: a round takes L, a load L / 4.  With m < 4
 * miss buffers, m at a time: L / m.
 */
START_TEST(overlap_independent)
{
	const double four = figure_of("overlap-independent", NULL).cyc;

	ck_assert(within(four, L / 4, 0.02));
	ck_assert(within(figure_of("overlap-independent", "l1d.outstanding=2")
			     .cyc,
	    L / 2, 0.02));
	/* Twin: one miss buffer, nothing overlaps. */
	ck_assert(!within(figure_of("overlap-independent", "l1d.outstanding=1")
			      .cyc,
	    L / 4, 0.02));
}
END_TEST

/*
 * One ring, the address led through two XORs: each load begins when the value
 * before it has come and gone through 2 cycles of arithmetic: L + 2.
 */
START_TEST(overlap_dependent)
{
	const double one = figure_of("overlap-dependent", NULL).cyc;

	ck_assert(within(one, L + 2, 0.004));
	/* Twin: what it would be if the arithmetic hid the dependence. */
	ck_assert(!within(one, L / 8, 0.02));
	ck_assert(!within(one, L, 0.004));
}
END_TEST

/*
 * A round of p q p r: the two loads of p follow each other, q and r fit
 * under them, since each waits for a value a whole round old.  A round takes
 * 2 L, a load L / 2: between all dependent (L) and all independent (L / 4).
 */
START_TEST(overlap_mixed)
{
	const double got = figure_of("overlap-mixed", NULL).cyc;

	ck_assert(within(got, L / 2, 0.02));
	ck_assert(!within(got, L / 4, 0.02));
	ck_assert(!within(got, L, 0.02));
}
END_TEST

/*
 * Two rings, 40 NOPs behind each load.  The ROB holds 32 instructions: the
 * 33rd behind a missing load waits for it, so the other ring's load, 41
 * behind, cannot overlap.  After the wait 9 instructions are left before it,
 * at two a cycle: L + 4.5 a load.
 */
START_TEST(overlap_window)
{
	const double got = figure_of("overlap-window", NULL).cyc;

	ck_assert(within(got, L + 4.5, 0.02));
	/* Twin: what it would be without the limit. */
	ck_assert(!within(got, L / 2, 0.1));
}
END_TEST

/*
 * An L2 hit, H2 cycles, whose value decides a branch.  A mispredicted one
 * cannot be left before the value has come, and nothing younger has started:
 * H2 + B; a predicted one H2.  The penalty is paid as often as the predictor
 * says; of random bits, it must miss about half.
 */
START_TEST(mispredict_miss)
{
	struct figure f = figure_of("mispredict-miss", NULL);
	double missed = (double)f.mispredicts / (double)f.n;

	ck_assert_double_ge(missed, 0.48);
	ck_assert_double_le(missed, 0.52);
	ck_assert(within(f.cyc, H2 + BR * missed, 0.05));
	/* Twins: neither part can be left away. */
	f = figure_of("mispredict-miss", "branch.mispredict=0cyc");
	ck_assert(!within(f.cyc, H2 + BR * missed, 0.05));
	f = figure_of("mispredict-miss", "l2.hit=3cyc");
	ck_assert(!within(f.cyc, H2 + BR * missed, 0.05));
}
END_TEST

/* The lines of the second inline assembly of a function in a .s file. */
static unsigned
copy_block(FILE *in, FILE *out, const char *function)
{
	char line[256];
	unsigned part = 0, n = 0;
	bool on = false, inside = false;

	while (fgets(line, sizeof(line), in) != NULL) {
		if (strcmp(line, function) == 0)
			inside = true;
		else if (inside && strcmp(line, "#APP\n") == 0)
			on = ++part == 2;
		else if (strcmp(line, "#NO_APP\n") == 0)
			on = false;
		else if (on && line[0] == '\t' && line[1] >= 'a') {
			fputs(line, out);
			n++;
		}
	}
	return n;
}

/* What llvm-mca says a repetition of the block takes. */
static double
mca_cyc(void)
{
	char path[4096], temp[] = "/tmp/block200.XXXXXX", cmd[128];
	char line[256];
	double total = 0;
	int fd = mkstemp(temp);
	FILE *out = fdopen(fd, "w"), *in, *mca;

	snprintf(path, sizeof(path), "%s/images/micro/bench/micro/alu.s",
	    build());
	in = fopen(path, "r");
	ck_assert_msg(in != NULL && out != NULL, "%s", path);
	ck_assert_uint_eq(copy_block(in, out, "block200:\n"), 200);
	fclose(in);
	fclose(out);
	snprintf(cmd, sizeof(cmd), "llvm-mca-14 -mcpu=slm -iterations=1000 %s",
	    temp);
	mca = popen(cmd, "r");
	while (fgets(line, sizeof(line), mca) != NULL)
		sscanf(line, "Total Cycles: %lf", &total);
	ck_assert_int_eq(pclose(mca), 0);
	unlink(temp);
	return total / 1000;
}

/*
 * 200 instructions in one block, none of which has a time of its own in the
 * annotator's table, all loads in the L1: its time is llvm-mca's total.
 */
START_TEST(block200)
{
	const double want = mca_cyc();

	ck_assert(within(figure_of("block200", NULL).cyc, want, 0.01));
	/* Twin: another block is not. */
	ck_assert(!within(figure_of("alu", NULL).cyc, want, 0.01));
}
END_TEST

#define CYC(key) ((double)machine.key##_clk / HK_CLOCK_PER_CYC)
#define LOCK     10.5 /* LOCK ADD on an owned line, bench/micro.csv */
#define RDTSC    30.0 /* there, too */

/*
 * Lines that several CPUs write, ports that two share, and messages from one
 * CPU to another.  Each figure follows from the constants on the right:
 *
 * handover-watched: the reader's hand-over, and a read of memory by the writer.
 * counter-2-*: while one CPU's increment holds the line, the other's waits, so
 * the line never rests: one hand-over for each, and the LOCK's own time passes
 * while the other waits.  counter-4-paired, counter-8: a mean over the orders
 * in which CPUs may take turns, where one of the 3 or 7 others is the sibling.
 * interrupt-spinning: the RDTSC, the store to ICR's upper half, the message,
 * the entry.  *ipi-wake: these, and out of C1.  upgrade-*: S to M and the
 * locked operation after it.  mmio-*: the port of a module takes one write in
 * a gap, two ports two; a locked operation behind a write waits for the port.
 * store-burst: of 18 stores the 17th waits until the first one's line has
 * come, L, and 1 cycle for each of the last two; over 18.
 */
START_TEST(shared_lines)
{
	const double ipi = RDTSC + CYC(lapic_write) + CYC(ipi_latency) +
	    CYC(interrupt_entry);
	const struct {
		const char *name;
		double want;
		const char *twin; /* a machine on which it must be wrong */
	} all[] = {
		{ "handover-watched", CYC(coherence_other_module) + L,
		    "dram.latency=288cyc" },
		{ "counter-2-paired", CYC(coherence_same_module),
		    "coherence.same_module=60cyc" },
		{ "counter-2-spread", CYC(coherence_other_module),
		    "coherence.other_module=318cyc" },
		{ "counter-4-paired",
		    (CYC(coherence_same_module) +
			2 * CYC(coherence_other_module)) /
			3,
		    "coherence.same_module=80cyc" },
		{ "counter-8",
		    (CYC(coherence_same_module) +
			6 * CYC(coherence_other_module)) /
			7,
		    "coherence.other_module=280cyc" },
		{ "interrupt-spinning", ipi, "ipi.latency=1440cyc" },
		{ "ipi-wake", ipi + CYC(c1_exit), "c1.exit=2880cyc" },
		{ "mwait-ipi-wake", ipi + CYC(c1_exit), "c1.exit=2880cyc" },
		{ "upgrade-same-module", CYC(coherence_upgrade_same) + LOCK,
		    "coherence.upgrade_same=54cyc" },
		{ "upgrade-other-module", CYC(coherence_upgrade_other) + LOCK,
		    "coherence.upgrade_other=240cyc" },
		{ "mmio-write-lock", CYC(uncached_gap), "uncached.gap=288cyc" },
		{ "mmio-write-one-module", CYC(uncached_gap),
		    "uncached.gap=288cyc" },
		{ "mmio-write-two-modules", CYC(uncached_gap) / 2,
		    "uncached.gap=288cyc" },
		{ "store-burst", (L + 2) / 18, "core.store_buffer=20" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		ck_assert_msg(within(figure_of(all[i].name, NULL).cyc,
				  all[i].want, 0.03),
		    "%s", all[i].name);
		ck_assert_msg(!within(figure_of(all[i].name, all[i].twin).cyc,
				  all[i].want, 0.03),
		    "twin of %s", all[i].name);
	}
}
END_TEST

int
main(void)
{
	const TTest *const all[] = { overlap_independent, overlap_dependent,
		overlap_mixed, overlap_window, mispredict_miss, block200,
		shared_lines };
	Suite *s = suite_create("micro");
	TCase *tc = tcase_create("composite");
	SRunner *sr = srunner_create(s);
	struct err err = ERR_NONE;
	int failed;

	if (machine_load(&machine, "scenarios/machines/c2758.ini", NULL, 0,
		&err) != EX_GOOD) {
		err_print(&err, stderr);
		return err.code;
	}
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	tcase_set_timeout(tc, 120);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
