/*
 * coh_rig.h: eight CPUs in four modules with L1Ds and a coherence model, and
 * no cores.  Accesses go through filter, tags and model in the way of
 * sim/cpu/hook.c, without its TLBs and its waiting for turns.
 *
 * All latencies differ, and so do their sums, so that a wrong source of a
 * line is a wrong number.
 */
#ifndef TESTS_COH_RIG_H
#define TESTS_COH_RIG_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "mem/coh.h"

enum {
	CPUS = 8,
	MODULES = 4,
	L2_BYTES = 64 * 1024,
	L2_CLK = 140,
	DRAM_CLK = 2400,
	ROW_CLK = 300,
	LINE_CLK = 32,
	SAME_CLK = 350,
	OTHER_CLK = 1500,
	UP_SAME_CLK = 220,
	UP_OTHER_CLK = 1100,
	EPOCH_CLK = 10000
};

struct rig {
	struct coh *c;
	struct l1d l1d[CPUS];
	unsigned woken; /* CPUs whose monitor was hit */
	uint64_t woken_at[CPUS];
};

static void
rig_monitor_hit(void *arg, unsigned cpu, uint64_t at)
{
	struct rig *r = arg;

	ck_assert_msg((r->woken & 1u << cpu) == 0, "CPU %u woken twice", cpu);
	r->woken |= 1u << cpu;
	r->woken_at[cpu] = at;
}

static inline void
rig_open(struct rig *r, unsigned prefetch_lines, bool exact)
{
	struct coh_params p = { .ncpu = CPUS,
		.nmodule = MODULES,
		.module = { 0, 0, 1, 1, 2, 2, 3, 3 },
		.l2_bytes = L2_BYTES,
		.l2_hit_clk = L2_CLK,
		.dram_clk = DRAM_CLK,
		.dram_row_clk = ROW_CLK,
		.dram_line_clk = LINE_CLK,
		.same_module_clk = SAME_CLK,
		.other_module_clk = OTHER_CLK,
		.upgrade_same_clk = UP_SAME_CLK,
		.upgrade_other_clk = UP_OTHER_CLK,
		.prefetch_lines = prefetch_lines,
		.epoch_clk = EPOCH_CLK,
		.exact = exact };
	struct l1d *l1d[COH_MAX_CPU];

	memset(r, 0, sizeof(*r));
	for (unsigned i = 0; i < CPUS; i++) {
		l1d_clear(&r->l1d[i]);
		l1d[i] = &r->l1d[i];
	}
	r->c = coh_create(&p, l1d);
	r->c->monitor_hit = rig_monitor_hit;
	r->c->arg = r;
}

static inline void
rig_close(struct rig *r)
{
	coh_destroy(r->c);
}

static inline enum ways_state
rig_state(struct rig *r, unsigned cpu, uint32_t line)
{
	const uint32_t *tag = l1d_find(&r->l1d[cpu], line);

	return tag == NULL ? WAYS_I : ways_state(*tag);
}

static inline void
rig_to_front(struct l1d *l1d, int way, uint32_t tag)
{
	struct l1d_set *set = l1d_set_of(l1d, tag);

	ways_front8(set->tag, way);
	set->tag[0] = tag;
	l1d_set_filter(l1d, tag);
}

/* cpu's L1D makes room in the set of the line. */
static inline void
rig_make_room(struct rig *r, unsigned cpu, uint32_t line, uint64_t at)
{
	struct l1d_set *set = l1d_set_of(&r->l1d[cpu], line);

	coh_evict(r->c, cpu, set->tag[L1D_WAYS - 1], at);
	set->tag[L1D_WAYS - 1] = WAYS_NONE;
	l1d_set_filter(&r->l1d[cpu], line);
}

/* cpu's L1D loses a line that it has. */
static inline void
rig_evict(struct rig *r, unsigned cpu, uint32_t line, uint64_t at)
{
	coh_evict(r->c, cpu, *l1d_find(&r->l1d[cpu], line), at);
	l1d_drop(&r->l1d[cpu], line);
}

/* Would the access come to nobody's notice but the L1D's? */
static inline bool
rig_passes(struct rig *r, unsigned cpu, uint32_t line, bool write)
{
	const struct l1d_set *set = l1d_set_of(&r->l1d[cpu], line);

	return (write ? set->wr : set->rd) == line << 6;
}

/* An access that the filter did not let pass, after rig_make_room(). */
static inline uint32_t
rig_slow(struct rig *r, unsigned cpu, uint32_t line, bool write, uint64_t at)
{
	struct l1d_set *set = l1d_set_of(&r->l1d[cpu], line);
	int way = ways_find8(set->tag, line);
	uint32_t tag, latency = 0;

	if (way < 0) {
		way = L1D_WAYS - 1;
		latency = coh_fill(r->c, cpu, line, write, at, &tag);
	} else {
		tag = set->tag[way];
		if (write && tag >> WAYS_STATE == WAYS_S)
			latency = coh_upgrade(r->c, cpu, line, at, &tag);
		else if ((tag & (WAYS_ORDERED | WAYS_OWN)) != 0)
			tag = coh_hit(r->c, cpu, tag, write, at);
		else if (write)
			tag |= (uint32_t)WAYS_M << WAYS_STATE;
	}
	rig_to_front(&r->l1d[cpu], way, tag);
	return latency;
}

/* A whole access; its latency, 0 when the line was there. */
static inline uint32_t
rig_access(struct rig *r, unsigned cpu, uint32_t line, bool write, uint64_t at)
{
	if (rig_passes(r, cpu, line, write))
		return 0;
	if (rig_state(r, cpu, line) == WAYS_I)
		rig_make_room(r, cpu, line, at);
	return rig_slow(r, cpu, line, write, at);
}

#endif
