/*
 * hook.c: memory accesses and instruction fetches of annotated code.
 *
 * An access comes here when neither the inline filter nor the image's AVX2
 * thunk could let it pass:
 *
 *	inline	the line is the most recently used of its set (and modified,
 *		when the access writes): nothing changes
 *	thunk	the line is another one of its set: its tag moves to the
 *		front, the filter changes.  Without AVX2 this is done here
 *		(hook_body.h), with the same result.
 *	here	misses, first writes to a clean line, accesses to two lines,
 *		locked operations
 *
 * States: a fill gives E, a write silently makes it M.  (S belongs to
 * machines with several CPUs.)  A victim in state M goes to the L2; that
 * write is on nobody's critical path and takes no time.
 *
 * Instruction fetch has a filter of lines that are in the L1I, checked by
 * block heads before the block's cost is added.  A line that misses stops the front end
 * for the whole latency: nothing hides it but data misses that are under way
 * at the same time (miss_stall).
 *
 * Everything runs on the CPU's host stack inside a thunk; nothing here
 * sleeps, allocates or fails.
 */
#include "cpu/cpu.h"

uint32_t
cpu_fill(struct cpu *cpu, uint32_t line)
{
	if (l2_fill(cpu->l2, line))
		return cpu->p.l2_hit_clk;
	cpu->stats.l2_miss++;
	return cpu->p.dram_clk;
}

/* Fetch a line into the L1D in place of `victim' (a tag). */
static uint32_t
l1d_fill(struct cpu *cpu, uint32_t line, uint32_t victim)
{
	uint32_t latency = cpu_fill(cpu, line);

	cpu->stats.l1d_miss++;
	if (victim >> WAYS_STATE == WAYS_M) {
		cpu->stats.l1d_dirty_out++;
		l2_put(cpu->l2, victim & WAYS_LINE);
	}
	return latency;
}

/*
 * The two lines of a split access are fetched side by side: dependence is
 * looked at once, before either counts as outstanding.
 */
static void
load_missed(struct cpu *cpu, const struct hk_site *site,
    const uint32_t latency[2])
{
	int64_t prog = cpu_begin(cpu, site->after);

	miss_depend(&cpu->miss, prog, site);
	for (int i = 0; i < 2; i++)
		if (latency[i] != 0)
			miss_load(&cpu->miss, prog, site, latency[i]);
	cpu_charge(cpu, CPU_LOAD);
}

static void
store_missed(struct cpu *cpu, const struct hk_site *site,
    const uint32_t latency[2])
{
	int64_t prog = cpu_begin(cpu, site->after);

	miss_depend(&cpu->miss, prog, site);
	for (int i = 0; i < 2; i++)
		if (latency[i] != 0)
			miss_store(&cpu->miss, prog, latency[i]);
	cpu_charge(cpu, CPU_STORE);
}

static void
finish_read(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    const uint32_t latency[2])
{
	if ((latency[0] | latency[1]) != 0)
		load_missed(cpu, site, latency);
	cpu_trace(cpu, CPU_EV_READ, ea);
}

/* The load of a read-modify-write brings the line, its store then hits. */
static void
finish_write(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    const uint32_t latency[2])
{
	if ((latency[0] | latency[1]) != 0) {
		if (site->flags & HK_SITE_RMW)
			load_missed(cpu, site, latency);
		else
			store_missed(cpu, site, latency);
	}
	cpu_trace(cpu, CPU_EV_WRITE, ea);
}

/*
 * A locked operation waits until everything before it is done, and what
 * follows waits for it.  Its block cost holds the time on an owned line.
 */
static void
finish_lock(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    const uint32_t latency[2])
{
	int64_t prog = cpu_begin(cpu, site->after);
	uint32_t longest = latency[latency[1] > latency[0]];

	miss_wait(&cpu->miss, prog, MISS_LOADS | MISS_STORES);
	if (longest > cpu->p.l1d_hit_clk)
		miss_stall(&cpu->miss, longest - cpu->p.l1d_hit_clk);
	cpu_charge(cpu, CPU_LOCK);
	cpu->stats.locks++;
	cpu_trace(cpu, CPU_EV_LOCK, ea);
}

static void
finish_fetch(struct cpu *cpu, uint32_t address)
{
	cpu->stats.l1i_miss++;
	(void)cpu_begin(cpu, 0);
	miss_stall(&cpu->miss, cpu_fill(cpu, address >> 6 & CPU_LINE_MASK));
	cpu_charge(cpu, CPU_FETCH);
	cpu_trace(cpu, CPU_EV_FETCH, address);
}

void
hk_fence(struct cpu *cpu, const struct hk_site *site)
{
	int64_t prog = cpu_begin(cpu, site->after);
	int kinds = (site->flags & HK_SITE_LFENCE ? MISS_LOADS : 0) |
	    (site->flags & HK_SITE_SFENCE ? MISS_STORES : 0);

	miss_wait(&cpu->miss, prog, kinds);
	cpu_charge(cpu, CPU_FENCE);
	cpu->stats.fences++;
	cpu_trace(cpu, CPU_EV_FENCE, 0);
}

#define VARIANT portable
#define VARIANT_ATTR
#include "cpu/hook_body.h"
#undef VARIANT
#undef VARIANT_ATTR

#define VARIANT      avx2
#define VARIANT_ATTR WAYS_AVX2_FN
#include "cpu/hook_body.h"

void
hook_use_avx2(struct cpu *cpu, bool avx2)
{
	cpu->hot.fn_read = avx2 ? read_avx2 : read_portable;
	cpu->hot.fn_write = avx2 ? write_avx2 : write_portable;
	cpu->hot.fn_lock = avx2 ? lock_avx2 : lock_portable;
	cpu->hot.fn_fetch = avx2 ? fetch_avx2 : fetch_portable;
}
