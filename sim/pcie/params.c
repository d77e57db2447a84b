/*
 * params.c: the constants of struct pcie_params as they are unless somebody
 * says otherwise.  pcie.h has their origins and ranges.
 */
#include "pcie/pcie_int.h"

void
pcie_params_default(struct pcie_params *p)
{
	*p = (struct pcie_params){
		.flight_tick = (uint32_t)ns_to_tick(150),
		.byte_x1000_tick = 6000,
		.read_tick = (uint32_t)ns_to_tick(200),
		.credit_ph = 32,
		.credit_pd = 128,
		.credit_nph = 16,
		.reads_max = 8,
		.mps_bytes = 128,
		.mrrs_bytes = 512,
		.rcb_bytes = 64,
		.dllp_bytes = 8,
		.host_vendor = 0x8086,
		.host_device = 0x1f08,
		.gsi_first = 18,
	};
}
