/*
 * params.c: from the machine file to what a CPU computes with.
 * Runs once, before the simulation.
 */
#include "core/machine.h"
#include "cpu/cpu.h"

/* Line counts of keys come from the machine's notes; 0 after --set. */
static enum exit_code
refuse(struct err *err, const struct machine *m, enum machine_key key,
    const char *remedy)
{
	return err_at(err, EX_INPUT, m->path, m->note[key].line, "%s: %s",
	    machine_row(key)->name, remedy);
}

static enum exit_code
check(const struct machine *m, struct err *err)
{
	uint64_t n = m->branch_counters;

	if ((n & (n - 1)) != 0)
		return refuse(err, m, MACHINE_branch_counters,
		    "the predictor wants a power of two; take 4096, say");
	if (!l2_size_ok(m->l2_size_bytes))
		return refuse(err, m, MACHINE_l2_size,
		    "16 ways of 64-byte lines want 1 KiB times a power of "
		    "two; take 1MiB, say");
	if (m->l1d_outstanding > MISS_MAX_FILL)
		return refuse(err, m, MACHINE_l1d_outstanding,
		    "64 is the most");
	if (m->core_store_buffer > MISS_MAX_STORE)
		return refuse(err, m, MACHINE_core_store_buffer,
		    "64 is the most");
	return EX_GOOD;
}

enum exit_code
cpu_params_init(struct cpu_params *p, const struct machine *m, struct err *err)
{
	enum exit_code code = check(m, err);

	if (code != EX_GOOD)
		return code;
	p->l1d_hit_clk = (uint32_t)m->l1d_hit_clk;
	p->l2_hit_clk = (uint32_t)m->l2_hit_clk;
	p->dram_clk = (uint32_t)m->dram_latency_clk;
	p->mispredict_clk = (uint32_t)m->branch_mispredict_clk;
	p->nfill = (uint32_t)m->l1d_outstanding;
	p->nstore = (uint32_t)m->core_store_buffer;
	p->npht = (uint32_t)m->branch_counters;
	p->rep_movs_bytes_10cyc = (uint32_t)m->rep_movs_bytes_10cyc;
	p->rep_stos_bytes_10cyc = (uint32_t)m->rep_stos_bytes_10cyc;
	p->rep_scan_clk = (uint32_t)m->rep_scan_clk;
	p->rob = (uint32_t)m->core_rob;
	return EX_GOOD;
}
