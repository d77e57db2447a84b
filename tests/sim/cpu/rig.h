/*
 * rig.h: one CPU for a test, with the C2758's constants, and a clock hand.
 *
 * Tests play the image: they advance the clock as block heads do, keep the
 * inline filter's promise (rig_read, rig_write) and call the hooks as thunks
 * do.  Times are in clock units, 10 to a cycle.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "cpu/smp.h"

enum { L1 = 30, L2 = 140, DRAM = 2400, PENALTY = 100 };

static const struct cpu_params rig_params = {
	.l1d_hit_clk = L1,
	.mispredict_clk = PENALTY,
	.nfill = 8,
	.nstore = 16,
	.port_clk = 21600,
	.rep_movs_bytes_10cyc = 136,
	.rep_stos_bytes_10cyc = 109,
	.rep_scan_clk = 50,
};

static struct cpu *cpu;
static struct smp rig_smp;

/* A machine of one CPU, without devices, translations and prefetches. */
static inline void
rig_up_with(const struct cpu_params *p, bool avx2)
{
	struct l1d *l1d[COH_MAX_CPU] = { NULL };
	const struct coh_params coh = { .ncpu = 1,
		.nmodule = 1,
		.l2_bytes = 1 << 20,
		.l2_hit_clk = L2,
		.dram_clk = DRAM,
		.epoch_clk = SMP_EPOCH_CLK };

	cpu = cpu_create(0, p);
	cpu_use_avx2(cpu, avx2);
	l1d[0] = &cpu->hot.l1d;
	memset(&rig_smp, 0, sizeof(rig_smp));
	rig_smp.ncpu = 1;
	rig_smp.cpu[0] = cpu;
	rig_smp.coh = coh_create(&coh, l1d);
	rig_smp.window_end = UINT64_MAX;
	for (unsigned i = 0; i <= SMP_QUEUE; i++)
		rig_smp.queue[i] = SMP_NO_TURN;
	cpu->smp = &rig_smp;
	cpu->coh = rig_smp.coh;
	cpu->coh_cpu = &rig_smp.coh->cpu[cpu->id];
	cpu->run = CPU_RUNNING;
	lapic_reset(&cpu->lapic, 0);
}

static inline void
rig_up(void)
{
	rig_up_with(&rig_params, true);
}

static inline void
rig_down(void)
{
	coh_destroy(cpu->coh);
	cpu_destroy(cpu);
	cpu = NULL;
}

/* Both variants, where the host has both. */
static inline int
rig_variants(void)
{
	return cpu_host_has_avx2() ? 2 : 1;
}

/* A load whose value is used `slack' later. */
static inline struct hk_site
rig_load_site(uint16_t fn, uint8_t loadhash, uint64_t depmask, uint16_t slack)
{
	return (struct hk_site){ .slack = slack,
		.loadhash = loadhash,
		.fn = fn,
		.depmask = depmask };
}

static const struct hk_site rig_store_site = { .loadhash = HK_NOLOAD };

/* What the code in line does: ask the filter, then call. */
static inline void
rig_read(uint64_t ea, unsigned size, const struct hk_site *site)
{
	if ((ea ^ cpu->hot.l1d.set[ea >> 6 & 63].rd) > 64 - size)
		cpu->hot.fn_read(cpu, ea, site, size);
}

static inline void
rig_write(uint64_t ea, unsigned size, const struct hk_site *site)
{
	if ((ea ^ cpu->hot.l1d.set[ea >> 6 & 63].wr) > 64 - size)
		cpu->hot.fn_write(cpu, ea, site, size);
}

/* Every stall that has been charged so far. */
static inline uint64_t
rig_stalls(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < CPU_NCAUSE; i++)
		sum += cpu->stats.stall[i];
	return sum;
}

static inline int
rig_run(Suite *s)
{
	SRunner *r = srunner_create(s);
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

#endif
