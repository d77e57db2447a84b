/*
 * test_rep.c: string instructions (sim/cpu/rep.c): which lines they touch and
 * how long they take, in both variants of the hooks.
 */
#include "cpu/annotate/annotate.h"
#include "rig.h"

enum { SRC = 0x20010000, DST = 0x20080000 };

static struct hk_regs regs;

static void
up(void)
{
	rig_up();
	memset(&regs, 0, sizeof(regs));
	regs.gpr[R_SI] = SRC;
	regs.gpr[R_DI] = DST;
}

/* Run it; the clock units that it was charged for its own work. */
static uint64_t
rep(char op, unsigned size, unsigned pfx, uint64_t count)
{
	struct hk_strsite str = { .s = rig_load_site(1, 0, 0, 100),
		.op = (uint8_t)op,
		.size = (uint8_t)size,
		.pfx = (uint8_t)pfx };
	uint64_t before = cpu->stats.stall[CPU_REP];

	regs.gpr[R_CX] = count;
	hk_rep(cpu, &regs, &str);
	return cpu->stats.stall[CPU_REP] - before;
}

/* Without a prefix: one element of each side, and no time of its own. */
START_TEST(plain)
{
	ck_assert_uint_eq(rep('m', 8, 0, 1000), 0);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 2);
	ck_assert_uint_eq(rep('s', 8, 0, 1000), 0);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 2);
	regs.gpr[R_SI] += 64;
	rep('l', 1, 0, 1000);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 3);
	ck_assert_uint_eq(cpu->stats.reps, 3);
}
END_TEST

/*
 * 64 lines, one for each set: 4096 bytes at 109 in 100 clock units are
 * 3757.8.  They are dirty; when six times as many are read, six new lines
 * come to each of the sets of six ways, and the dirty ones go.
 */
START_TEST(fill)
{
	ck_assert_uint_eq(rep('s', 8, PFX_REP, 512), 3757);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 64);
	ck_assert_uint_eq(cpu->coh->stats.l1d_dirty_out, 0);
	rig_read(DST + 4095, 1, &rig_store_site);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 64);
	rep('l', 8, PFX_REP, 6 * 512);
	ck_assert_uint_eq(cpu->coh->stats.l1d_dirty_out, 64);
}
END_TEST

/*
 * 1360 bytes at 136 in 100 clock units are 1000.  The source begins 60 bytes
 * into a line and ends at 1420, in its 23rd line; the destination is aligned
 * and ends in its 22nd.  No step crosses a line.
 */
START_TEST(copy)
{
	regs.gpr[R_SI] += 60;
	ck_assert_uint_eq(rep('m', 1, PFX_REP, 1360), 1000);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 23 + 22);
	ck_assert_uint_eq(cpu->stats.split, 0);
}
END_TEST

/* Backwards from the last quadword, a copy touches the same lines. */
START_TEST(down)
{
	const struct hk_site *site = &rig_store_site;

	regs.rflags = RFLAGS_DF;
	regs.gpr[R_DI] += 1024 - 8;
	rep('s', 8, PFX_REP, 1024 / 8);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 16);
	rig_write(DST, 8, site);
	rig_write(DST + 1023, 1, site);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 16);
	rig_write(DST - 1, 1, site);
	rig_write(DST + 1024, 1, site);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 18);
}
END_TEST

/* A scan that stopped after 60 of 100 bytes: 60 elements at 50, one line;
 * the registers before it are in the CPU. */
START_TEST(scan)
{
	struct hk_strsite str = { .s = rig_load_site(1, 0, 0, 100),
		.op = 'a',
		.size = 1,
		.pfx = PFX_REPNZ,
		.done = 1 };

	cpu->hot.str_di = DST;
	cpu->hot.str_cx = 100;
	regs.gpr[R_CX] = 40;
	regs.gpr[R_DI] = DST + 60;
	hk_rep(cpu, &regs, &str);
	ck_assert_uint_eq(cpu->stats.stall[CPU_REP], 60 * 50);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 1);
}
END_TEST

START_TEST(nothing)
{
	ck_assert_uint_eq(rep('m', 8, PFX_REP, 0), 0);
	ck_assert_uint_eq(cpu->stats.l1d_miss, 0);
	ck_assert_uint_eq(cpu->hot.clock, 0);
}
END_TEST

/* Random instructions: the same clock and counts without AVX2. */
static void
random_run(bool avx2, struct cpu_stats *stats, uint64_t *clock)
{
	struct rng rng;

	rig_down();
	rig_up_with(&rig_params, avx2);
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < 3000; i++) {
		unsigned size = 1u << rng_below(&rng, 4);

		regs.gpr[R_SI] = SRC + rng_below(&rng, 60000);
		regs.gpr[R_DI] = DST + rng_below(&rng, 60000);
		regs.rflags = rng_below(&rng, 2) ? RFLAGS_DF : 0;
		rep("msl"[rng_below(&rng, 3)], size,
		    rng_below(&rng, 4) ? PFX_REP : 0, rng_below(&rng, 300));
		cpu->hot.clock += rng_below(&rng, 200);
	}
	*stats = cpu->stats;
	*clock = cpu->hot.clock;
}

START_TEST(variants)
{
	struct cpu_stats a, b;
	uint64_t ca, cb;

	random_run(false, &a, &ca);
	random_run(true, &b, &cb);
	ck_assert_uint_eq(ca, cb);
	ck_assert_mem_eq(&a, &b, sizeof(a));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("rep");
	TCase *tc = tcase_create("rep");

	tcase_add_checked_fixture(tc, up, rig_down);
	tcase_add_test(tc, plain);
	tcase_add_test(tc, fill);
	tcase_add_test(tc, copy);
	tcase_add_test(tc, down);
	tcase_add_test(tc, scan);
	tcase_add_test(tc, nothing);
	tcase_add_test(tc, variants);
	suite_add_tcase(s, tc);
	return rig_run(s);
}
