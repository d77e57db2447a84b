/*
 * params.c: from the machine file to what root and links compute with.  Runs
 * once, before the simulation.
 *
 * Where pins go is no measurement: it says which machine this is, and stands here.
 */
#include "core/machine.h"
#include "pcie/pcie_int.h"

/* Ticks of a byte, in 1/1000. */
static uint32_t
byte_x1000(uint64_t bandwidth)
{
	const uint64_t s_tick = ns_to_tick(UINT64_C(1000000000));

	return (uint32_t)((s_tick * 1000 + bandwidth / 2) / bandwidth);
}

void
pcie_params_init(struct pcie_params *p, const struct machine *m)
{
	*p = (struct pcie_params){
		.flight_tick = (uint32_t)clk_to_tick_up(m->pcie_flight_clk),
		.byte_x1000_tick = byte_x1000(m->pcie_bandwidth),
		.read_tick = (uint32_t)clk_to_tick_up(m->pcie_completion_clk),
		.credit_ph = (uint32_t)m->pcie_ph_credits,
		.credit_pd = (uint32_t)m->pcie_pd_credits,
		.credit_nph = (uint32_t)m->pcie_nph_credits,
		.reads_max = (uint32_t)m->pcie_tags,
		.mps_bytes = (uint32_t)m->pcie_max_payload_bytes,
		.mrrs_bytes = (uint32_t)m->pcie_max_read_request_bytes,
		.rcb_bytes = (uint32_t)m->pcie_completion_boundary_bytes,
		.dllp_bytes = (uint32_t)m->pcie_dllp_bytes,
		.host_vendor = (uint16_t)(m->pcie_host_bridge >> 16),
		.host_device = (uint16_t)m->pcie_host_bridge,
		.gsi_first = 18,
	};
}
