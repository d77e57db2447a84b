/*
 * params.c: from the machine file to what CPUs, caches and ports compute
 * with, and the machine put together from them.  Runs once, before the
 * simulation.
 */
#include <stdlib.h>
#include <string.h>

#include "core/machine.h"
#include "cpu/params.h"
#include "sc/sc.h"

void
cpu_params_init(struct cpu_params *p, const struct machine *m)
{
	*p = (struct cpu_params){
		.l1d_hit_clk = (uint32_t)m->l1d_hit_clk,
		.mispredict_clk = (uint32_t)m->branch_mispredict_clk,
		.utlb_clk = (uint32_t)m->tlb_micro_miss_clk,
		.walk_clk = (uint32_t)m->tlb_walk_clk,
		.entry_clk = (uint32_t)m->interrupt_entry_clk,
		.c1_exit_clk = (uint32_t)m->c1_exit_clk,
		.ipi_clk = (uint32_t)m->ipi_latency_clk,
		.lapic_read_clk = (uint32_t)m->lapic_read_clk,
		.lapic_write_clk = (uint32_t)m->lapic_write_clk,
		.uc_write_clk = (uint32_t)m->uncached_write_clk,
		.port_clk = (uint32_t)m->uncached_port_clk,
		.nfill = (uint32_t)m->l1d_outstanding,
		.nstore = (uint32_t)m->core_store_buffer,
		.hypervisor = m->core_hypervisor != 0,
		.rep_movs_bytes_10cyc = (uint32_t)m->rep_movs_bytes_10cyc,
		.rep_stos_bytes_10cyc = (uint32_t)m->rep_stos_bytes_10cyc,
		.rep_scan_clk = (uint32_t)m->rep_scan_clk,
	};
}

void
coh_params_init(struct coh_params *p, const struct smp_config *c)
{
	const struct machine *m = c->machine;

	*p = (struct coh_params){
		.ncpu = c->ncpu,
		.l2_bytes = m->l2_size_bytes,
		.l2_hit_clk = (uint32_t)m->l2_hit_clk,
		.dram_clk = (uint32_t)m->dram_latency_clk,
		.dram_row_clk = (uint32_t)m->dram_row_clk,
		.dram_line_clk = (uint32_t)m->dram_line_clk,
		.same_module_clk = (uint32_t)m->coherence_same_module_clk,
		.other_module_clk = (uint32_t)m->coherence_other_module_clk,
		.upgrade_same_clk = (uint32_t)m->coherence_upgrade_same_clk,
		.upgrade_other_clk = (uint32_t)m->coherence_upgrade_other_clk,
		.prefetch_lines = (uint32_t)m->prefetch_lines,
		.epoch_clk = c->epoch_clk != 0 ? c->epoch_clk : SMP_EPOCH_CLK,
		.exact = c->exact,
	};
	for (unsigned i = 0; i < c->ncpu; i++) {
		p->module[i] = (uint8_t)(c->modules != NULL
			? (unsigned)(c->modules[i] - '0')
			: i / 2);
		if (p->module[i] >= p->nmodule)
			p->nmodule = p->module[i] + 1u;
	}
}

void
io_params_init(struct io_params *p, const struct machine *m)
{
	*p = (struct io_params){
		.read_clk = (uint32_t)m->uncached_read_clk,
		.write_clk = (uint32_t)m->uncached_write_clk,
		.gap_clk = (uint32_t)m->uncached_gap_clk,
		.flight_clk = (uint32_t)m->uncached_flight_clk,
		.port_clk = (uint32_t)m->uncached_port_clk,
		.msi_clk = (uint32_t)m->msi_latency_clk,
		.dma_line_clk = (uint32_t)m->dma_line_clk,
	};
}
