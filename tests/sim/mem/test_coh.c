/*
 * test_coh.c [N]: N random accesses of eight CPUs and a device; every copy of
 * a line carries the version it has of the data.
 *
 * The model moves no data, so the test does: after each step it compares the
 * states of the caches with those before and moves versions as data must have
 * moved.  A copy that a CPU may read then has the newest version; so has
 * memory when no cache has the line dirty.  Writes to memory are counted: a
 * dirty line that vanishes without one was lost.
 *
 * Instructions are read-only by contract (coh_fetch), so a fetch may hit what
 * is stale; but it must leave the caches in order.
 */
#include <stdio.h>

#include "coh_rig.h"

#include "core/rng.h"

/* check's own macros write a message each time: too slow for millions. */
#define must(ok, ...)                              \
	do {                                       \
		if (!(ok))                         \
			ck_abort_msg(__VA_ARGS__); \
	} while (0)
#define must_be(ok) must(ok, "not so: %s", #ok)

enum {
	HOT = 12,     /* lines that everybody wants */
	LINES = 4096, /* four times an L2 */
	EXTRA = 16    /* prefetched beyond the last one */
};

enum op { READ, WRITE, EVICT, FETCH, DMA_READ, DMA_WRITE, MONITOR };

static unsigned steps = 100000;

struct shadow {
	uint32_t newest, mem;
	uint32_t l1v[CPUS], l2v[MODULES]; /* versions */
	uint8_t l1[CPUS], l2[MODULES];    /* states */
};

static struct rig r;
static struct shadow all[LINES + EXTRA];
static uint32_t l2_tags[MODULES][L2_BYTES / 64];
static uint32_t monitored[CPUS];
static uint64_t write_backs; /* in this step */
static struct coh_stats before;
static uint64_t dram_reads, dram_writes;

static struct shadow *
shadow_of(uint32_t line)
{
	must_be(line < (LINES + EXTRA));
	return &all[line];
}

/* ---- what must always hold --------------------------------------------- */

static void
check_versions(uint32_t line)
{
	const struct shadow *s = shadow_of(line);
	const char *wrong = coh_check(r.c, line);
	bool dirty = false, modified = false;

	must(wrong == NULL, "line %u: %s", line, wrong);
	for (unsigned i = 0; i < CPUS; i++) {
		must(s->l1[i] == WAYS_I || s->l1v[i] == s->newest,
		    "line %u: CPU %u may read old data", line, i);
		modified |= s->l1[i] == WAYS_M;
	}
	for (unsigned m = 0; m < MODULES; m++) {
		must(s->l2[m] == WAYS_I || modified || s->l2v[m] == s->newest,
		    "line %u: L2 %u has old data", line, m);
		dirty |= s->l2[m] == WAYS_M;
	}
	must(dirty || modified || s->mem == s->newest,
	    "line %u: memory has old data", line);
}

/* ---- data move ------------------------------------------------------------ */

/* A CPU's L1D lost what was dirty: where to? */
static void
settle_dirty(struct shadow *s, uint32_t line, unsigned cpu, bool overwritten)
{
	unsigned m = r.c->p.module[cpu];

	if (overwritten)
		return; /* the writer had the data; settle() knows from whom */
	must(coh_l2_state(r.c, m, line) != WAYS_I,
	    "line %u: dirty data vanished from CPU %u", line, cpu);
	s->l2v[m] = s->l1v[cpu];
	s->l2[m] = WAYS_M;
}

/* Make the shadow of a line agree with the caches, after a step. */
static void
settle(uint32_t line, bool overwritten)
{
	struct shadow *s = shadow_of(line);
	uint8_t l2_old[MODULES];

	memcpy(l2_old, s->l2, sizeof(l2_old));
	for (unsigned i = 0; i < CPUS; i++) {
		enum ways_state now = rig_state(&r, i, line);

		if (s->l1[i] == WAYS_M && now != WAYS_M)
			settle_dirty(s, line, i, overwritten);
		s->l1[i] = now;
	}
	for (unsigned m = 0; m < MODULES; m++) {
		enum ways_state now = coh_l2_state(r.c, m, line);

		if (s->l2[m] == WAYS_M && now != WAYS_M && !overwritten) {
			s->mem = s->l2v[m];
			write_backs++;
		}
		s->l2[m] = now;
	}
	/* What came in clean came from memory, as it is by now. */
	for (unsigned m = 0; m < MODULES; m++)
		if (l2_old[m] == WAYS_I && s->l2[m] == WAYS_E)
			s->l2v[m] = s->mem;
	if (!overwritten)
		check_versions(line);
}

/* Settle all lines but one whose place in an L2 has changed. */
static void
settle_l2(uint32_t but)
{
	for (unsigned m = 0; m < MODULES; m++) {
		uint32_t *old = l2_tags[m];

		for (unsigned i = 0; i < L2_BYTES / 64; i += L2_WAYS) {
			const uint32_t *now = r.c->l2[m]->set[i / L2_WAYS].tag;
			uint32_t was[L2_WAYS];

			if (memcmp(&old[i], now, sizeof(was)) == 0)
				continue;
			memcpy(was, &old[i], sizeof(was));
			memcpy(&old[i], now, sizeof(was));
			for (unsigned w = 0; w < L2_WAYS; w++) {
				uint32_t a = was[w] & WAYS_LINE;
				uint32_t b = now[w] & WAYS_LINE;

				if (a != but && a != WAYS_NONE)
					settle(a, false);
				if (b != but && b != WAYS_NONE)
					settle(b, false);
			}
		}
	}
}

/* The version that the model says it gave to cpu. */
static uint32_t
data_of_fill(const struct shadow *s, unsigned cpu)
{
	const struct coh_stats *now = &r.c->stats;
	unsigned m = r.c->p.module[cpu];

	if (now->l2_hit != before.l2_hit) {
		must_be(s->l2[m] != WAYS_I);
		return s->l2v[m];
	}
	if (now->memory != before.memory)
		return s->mem;
	if (now->from_sibling != before.from_sibling) {
		must_be(s->l1[cpu ^ 1] != WAYS_I);
		return s->l1v[cpu ^ 1];
	}
	must_be(now->from_other != before.from_other);
	for (unsigned i = 0; i < CPUS; i++)
		if (s->l1[i] == WAYS_M && i / 2 != m)
			return s->l1v[i];
	for (unsigned k = 0; k < MODULES; k++)
		if (s->l2[k] == WAYS_M && k != m)
			return s->l2v[k];
	ck_abort_msg("no other module has it dirty");
}

/* ---- steps ----------------------------------------------------------------- */

static void
begin_step(void)
{
	before = r.c->stats;
	dram_reads = r.c->dram.reads;
	dram_writes = r.c->dram.writes;
	write_backs = 0;
	r.woken = 0;
}

/* Memory moved what the caches' changes ask for, and nothing else. */
static void
end_step(unsigned reads, unsigned writes)
{
	const struct coh_stats *now = &r.c->stats;

	must_be(r.c->dram.writes - dram_writes == (write_backs + writes));
	must_be(r.c->dram.reads - dram_reads ==
	    (now->memory - before.memory + now->prefetched - before.prefetched +
		reads));
}

/* A write: all others that monitor the line wake up, and nobody else does. */
static void
check_monitors(uint32_t line, unsigned by)
{
	unsigned expected = 0;

	for (unsigned i = 0; i < CPUS; i++)
		if (monitored[i] == line && i != by) {
			expected |= 1u << i;
			monitored[i] = COH_NO_LINE;
		}
	must_be(r.woken == (expected));
}

static void
step_evict(unsigned cpu, uint32_t line, uint64_t at)
{
	const struct l1d_set *set = l1d_set_of(&r.l1d[cpu], line);
	uint32_t victim = set->tag[L1D_WAYS - 1] & WAYS_LINE;

	begin_step();
	rig_make_room(&r, cpu, line, at);
	if (victim != WAYS_NONE)
		settle(victim, false);
	settle_l2(victim);
	end_step(0, 0);
}

static void
step_access(unsigned cpu, uint32_t line, bool write, uint64_t at)
{
	struct shadow *s = shadow_of(line);
	bool passes = rig_passes(&r, cpu, line, write);
	bool hit = passes || rig_state(&r, cpu, line) != WAYS_I;

	if (!hit)
		step_evict(cpu, line, at);
	begin_step();
	if (!passes)
		(void)rig_slow(&r, cpu, line, write, at);
	if (!hit)
		s->l1v[cpu] = data_of_fill(s, cpu);
	must(s->l1v[cpu] == s->newest, "line %u: CPU %u got old data", line,
	    cpu);
	settle(line, write);
	if (write) {
		must_be(s->l1[cpu] == (WAYS_M));
		s->l1v[cpu] = ++s->newest;
		check_versions(line);
		check_monitors(line, cpu);
	} else
		must_be(r.woken == (0));
	settle_l2(line);
	end_step(0, 0);
}

static void
step_fetch(unsigned cpu, uint32_t line, uint64_t at)
{
	begin_step();
	(void)coh_fetch(r.c, cpu, line, at);
	settle(line, false);
	settle_l2(line);
	end_step(0, 0);
	must_be(coh_l2_state(r.c, cpu / 2, line) != WAYS_I);
}

static void
step_dma(uint32_t line, bool write, uint64_t at)
{
	struct shadow *s = shadow_of(line);
	bool dirty = false;

	for (unsigned i = 0; i < CPUS; i++)
		dirty |= s->l1[i] == WAYS_M || s->l2[i / 2] == WAYS_M;
	begin_step();
	(void)coh_dma(r.c, line, write, at);
	if (write) {
		s->mem = ++s->newest;
		settle(line, true);
		check_versions(line);
		check_monitors(line, CPUS);
		for (unsigned i = 0; i < CPUS; i++)
			must_be(s->l1[i] == WAYS_I && s->l2[i / 2] == WAYS_I);
	} else {
		settle(line, false);
		must_be(s->mem == (s->newest));
		for (unsigned i = 0; i < CPUS; i++)
			must_be(s->l1[i] != WAYS_M && s->l2[i / 2] != WAYS_M);
		must_be(r.woken == (0));
	}
	settle_l2(line);
	end_step(!write && !dirty, write);
}

static void
step_monitor(unsigned cpu, uint32_t line, uint64_t at)
{
	step_access(cpu, line, false, at);
	monitored[cpu] = line;
	coh_monitor(r.c, cpu, line);
}

static enum op
random_op(struct rng *rng)
{
	unsigned n = (unsigned)rng_below(rng, 1000);

	return n < 570 ? READ
	    : n < 900  ? WRITE
	    : n < 920  ? EVICT
	    : n < 940  ? FETCH
	    : n < 960  ? DMA_READ
	    : n < 980  ? DMA_WRITE
		       : MONITOR;
}

static void
random_step(struct rng *rng, uint64_t at)
{
	unsigned cpu = (unsigned)rng_below(rng, CPUS);
	uint32_t line = (uint32_t)rng_below(rng,
	    rng_below(rng, 2) == 0 ? HOT : LINES);

	switch (random_op(rng)) {
	case READ:
	case WRITE:
		/* A walk over four lines, for the prefetcher. */
		if (rng_below(rng, 16) == 0)
			for (uint32_t i = 0; i < 4; i++)
				step_access(cpu, (line + i) % LINES, false, at);
		step_access(cpu, line, rng_below(rng, 3) == 0, at);
		break;
	case EVICT:
		step_evict(cpu, line, at);
		break;
	case FETCH:
		step_fetch(cpu, line, at);
		break;
	case DMA_READ:
		step_dma(line, false, at);
		break;
	case DMA_WRITE:
		step_dma(line, true, at);
		break;
	case MONITOR:
		step_monitor(cpu, line, at);
		break;
	}
}

static void
check_all(void)
{
	for (uint32_t i = 0; i < LINES + EXTRA; i++)
		check_versions(i);
}

/* Variant bit 0: every line is ordered; bit 1: with prefetcher. */
START_TEST(invariants)
{
	uint64_t now = 0;
	struct rng rng;

	memset(all, 0, sizeof(all));
	rng_seed(&rng, 3, (uint64_t)_i);
	rig_open(&r, _i & 2 ? 8 : 0, _i & 1);
	for (unsigned m = 0; m < MODULES; m++)
		for (unsigned i = 0; i < L2_BYTES / 64; i++)
			l2_tags[m][i] = WAYS_NONE;
	for (unsigned i = 0; i < CPUS; i++)
		monitored[i] = COH_NO_LINE;
	for (unsigned n = 0; n < steps / 4; n++) {
		now += rng_below(&rng, 200);
		coh_set_time(r.c, now);
		random_step(&rng, now + rng_below(&rng, 2000));
		if (n % 16384 == 0)
			check_all();
	}
	check_all();
	/* It all happened, and often: no case that 1 of 100 steps misses. */
	ck_assert_uint_gt(r.c->stats.l2_hit, steps / 400);
	ck_assert_uint_gt(r.c->stats.from_sibling, steps / 400);
	ck_assert_uint_gt(r.c->stats.from_other, steps / 400);
	ck_assert_uint_gt(r.c->stats.upgrades, steps / 400);
	ck_assert_uint_gt(r.c->stats.l1d_dirty_out, steps / 400);
	ck_assert_uint_gt(r.c->stats.l2_dirty_out, steps / 400);
	ck_assert_uint_gt(r.c->stats.ordered_lines, 0);
	ck_assert_uint_gt(r.c->stats.monitor_hits, 0);
	ck_assert((r.c->stats.prefetched != 0) == ((_i & 2) != 0));
	rig_close(&r);
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *s = suite_create("mem/coh");
	TCase *tc = tcase_create("random");
	SRunner *sr = srunner_create(s);
	int failed;

	if (argc > 1)
		steps = (unsigned)strtoul(argv[1], NULL, 10);
	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 3600);
	tcase_add_loop_test(tc, invariants, 0, 4);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
