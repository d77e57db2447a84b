/*
 * params.c: from the machine file to what the controller computes with.  Runs
 * once, before the simulation.
 */
#include "core/machine.h"
#include "nic_i354/i354_impl.h"

#define PHY_88E1543 0x01410ea0u /* the other: 0x01410dc0, I347-AT4 */

void
i354_params_init(struct i354_params *p, const struct machine *m)
{
	*p = (struct i354_params){
		.nmsix = (uint32_t)m->nic_msix_vectors,
		.nmsi = (uint32_t)m->nic_msi_vectors,
		.rx_mac_tick = (uint32_t)clk_to_tick_up(m->nic_rx_mac_clk),
		.rx_class_tick = (uint32_t)clk_to_tick_up(m->nic_rx_class_clk),
		.rx_dma_frames = (uint32_t)m->nic_rx_dma_frames,
		.cause_tick = (uint32_t)clk_to_tick_up(m->nic_cause_clk),
		.doorbell_tick = (uint32_t)clk_to_tick_up(m->nic_doorbell_clk),
		.tx_mac_tick = (uint32_t)clk_to_tick_up(m->nic_tx_mac_clk),
		.desc_chip = (uint32_t)m->nic_descriptor_cache,
		.desc_fetch = (uint32_t)m->nic_descriptor_fetch,
		.tx_reads = (uint32_t)m->nic_tx_reads,
		.rxpb_bytes = (uint32_t)m->nic_rx_buffer_bytes,
		.txpb_bytes = (uint32_t)m->nic_tx_buffer_bytes,
		.mdic_tick = (uint32_t)clk_to_tick_up(m->nic_mdio_clk),
		.eerd_tick = (uint32_t)clk_to_tick_up(m->nic_nvm_read_clk),
		.load_tick = (uint32_t)clk_to_tick_up(m->nic_nvm_load_clk),
		.an_tick = clk_to_tick_up(m->nic_autoneg_clk),
		.phy_id = PHY_88E1543,
	};
}
