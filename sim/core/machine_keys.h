/*
 * machine_keys.h: every constant of the machine, one row each.
 *
 *	X(section, key, field, kind, min, max, what)
 *
 * A row makes a field of struct machine, a key `section.key' of the machine
 * file and of --set, a line of `show machine' and a part of the machine's
 * hash.  A new constant is a row here, a line in scenarios/machines/ and its
 * use in the model.
 *
 * min and max are what the model can compute with, not what is plausible:
 * the machine file states that.  What the model is built for (64 sets of 6
 * ways, 64-byte lines, the reorder buffer) is no constant: it stands in code.
 */
#ifndef CORE_MACHINE_KEYS_H
#define CORE_MACHINE_KEYS_H

/* clang-format off */
#define MACHINE_KEYS(X)							\
	X(core, store_buffer, core_store_buffer, COUNT, "1", "64",	\
	    "stores that wait for their line")				\
	X(core, hypervisor, core_hypervisor, COUNT, "0", "1",		\
	    "CPUID says that this is a virtual machine")		\
	X(branch, mispredict, branch_mispredict_clk, TIME, "0cyc", "1us", \
	    "cost of a mispredicted branch")				\
	X(l1d, hit, l1d_hit_clk, TIME, "1cyc", "100cyc",		\
	    "load to use, line in the L1D")				\
	X(l1d, outstanding, l1d_outstanding, COUNT, "1", "64",		\
	    "misses under way at a time")				\
	X(l2, size, l2_size_bytes, SIZE, "64KiB", "64MiB",		\
	    "cache of a module; 16 ways, lines of 64 bytes")		\
	X(l2, hit, l2_hit_clk, TIME, "1cyc", "1us",			\
	    "load to use, line in the L2")				\
	X(tlb, micro_miss, tlb_micro_miss_clk, TIME, "0cyc", "1us",	\
	    "more for a page that the micro-TLB has not, the DTLB has")	\
	X(tlb, walk, tlb_walk_clk, TIME, "0cyc", "1us",			\
	    "more for a page that no TLB has: the walk, in caches")	\
	X(dram, latency, dram_latency_clk, TIME, "1cyc", "100us",	\
	    "load to use, line in memory, row open, address in the TLB") \
	X(dram, row, dram_row_clk, TIME, "0cyc", "1us",			\
	    "more when another row of the bank is open")		\
	X(dram, line, dram_line_clk, TIME, "0cyc", "40cyc",		\
	    "time of the channels that a line takes")			\
	X(prefetch, lines, prefetch_lines, COUNT, "0", "64",		\
	    "how far ahead of a stream of misses lines are asked for")	\
	X(coherence, same_module, coherence_same_module_clk, TIME,	\
	    "1cyc", "10us", "line that the other core of the module has dirty") \
	X(coherence, other_module, coherence_other_module_clk, TIME,	\
	    "1cyc", "10us", "line that another module has dirty")	\
	X(coherence, upgrade_same, coherence_upgrade_same_clk, TIME,	\
	    "1cyc", "10us", "write to a line that the other core shares") \
	X(coherence, upgrade_other, coherence_upgrade_other_clk, TIME,	\
	    "1cyc", "10us", "write to a line that another module shares") \
	X(uncached, read, uncached_read_clk, TIME, "50ns", "100us",	\
	    "load from device memory, from issue to value")		\
	X(uncached, write, uncached_write_clk, TIME, "0cyc", "10us",	\
	    "what a single store to device memory costs the core")	\
	X(uncached, gap, uncached_gap_clk, TIME, "0cyc", "10us",	\
	    "between two such stores of a module")			\
	X(uncached, flight, uncached_flight_clk, TIME, "25ns", "50us",	\
	    "from the module's port to the device")			\
	X(uncached, port, uncached_port_clk, TIME, "50ns", "100us",	\
	    "IN and OUT, from issue to the next instruction")		\
	X(lapic, read, lapic_read_clk, TIME, "0cyc", "10us",		\
	    "load from the local APIC")					\
	X(lapic, write, lapic_write_clk, TIME, "0cyc", "10us",		\
	    "store to the local APIC")					\
	X(interrupt, entry, interrupt_entry_clk, TIME, "0cyc", "10us",	\
	    "vector accepted to first instruction of the handler")	\
	X(msi, latency, msi_latency_clk, TIME, "25ns", "100us",		\
	    "message sent by a device to IRR set; pcie.flight is part of it") \
	X(ipi, latency, ipi_latency_clk, TIME, "25ns", "100us",		\
	    "ICR written to IRR set in another core")			\
	X(c1, exit, c1_exit_clk, TIME, "0cyc", "1ms",			\
	    "HLT or MWAIT: woken to next instruction")			\
	X(dma, line, dma_line_clk, TIME, "0cyc", "10us",		\
	    "time of the DMA port that a line takes")			\
	X(pcie, host_bridge, pcie_host_bridge, PCI_ID, "0000:0000",	\
	    "ffff:ffff", "what 00:00.0 says it is; ffff:ffff: none there") \
	X(pcie, flight, pcie_flight_clk, TIME, "1cyc", "10us",		\
	    "packet on the link: from function to root, and back")	\
	X(pcie, bandwidth, pcie_bandwidth, BANDWIDTH, "1MB/s", "64GB/s", \
	    "of the link, each direction; packets count whole")		\
	X(pcie, completion, pcie_completion_clk, TIME, "0cyc", "10us",	\
	    "root: data of a read in hand to its first completion")	\
	X(pcie, ph_credits, pcie_ph_credits, COUNT, "1", "4096",	\
	    "headers of writes and messages that the root can hold")	\
	X(pcie, pd_credits, pcie_pd_credits, COUNT, "32", "4096",	\
	    "their data that the root can hold, in 16 bytes")		\
	X(pcie, nph_credits, pcie_nph_credits, COUNT, "1", "4096",	\
	    "reads that the root can hold")				\
	X(pcie, tags, pcie_tags, COUNT, "1", "256",			\
	    "reads of a function that wait for answers")		\
	X(pcie, max_payload, pcie_max_payload_bytes, SIZE, "128B", "512B", \
	    "of a write, as firmware sets it")				\
	X(pcie, max_read_request, pcie_max_read_request_bytes, SIZE,	\
	    "128B", "4KiB", "as firmware sets it")			\
	X(pcie, completion_boundary, pcie_completion_boundary_bytes, SIZE, \
	    "64B", "128B", "completions of a read end at multiples of it") \
	X(pcie, dllp, pcie_dllp_bytes, SIZE, "0B", "64B",		\
	    "acknowledgement of a packet, on the way back")		\
	X(nic, msix_vectors, nic_msix_vectors, COUNT, "0", "10",	\
	    "entries of a port's MSI-X table; 0: it has no MSI-X")	\
	X(nic, msi_vectors, nic_msi_vectors, COUNT, "0", "32",		\
	    "messages a port asks for by MSI, 1, 2, 4 ..; 0: it has no MSI") \
	X(nic, rx_mac, nic_rx_mac_clk, TIME, "0cyc", "1ms",		\
	    "last bit of a frame to filters passed, in the packet buffer") \
	X(nic, rx_class, nic_rx_class_clk, TIME, "0cyc", "1ms",		\
	    "then to queue known")					\
	X(nic, rx_dma_frames, nic_rx_dma_frames, COUNT, "1", "1024",	\
	    "frames of a port whose writes are on the way to memory")	\
	X(nic, cause, nic_cause_clk, TIME, "0cyc", "1ms",		\
	    "descriptor written back to message given to PCIe")		\
	X(nic, doorbell, nic_doorbell_clk, TIME, "0cyc", "1ms",		\
	    "tail written to first fetch of descriptors")		\
	X(nic, tx_mac, nic_tx_mac_clk, TIME, "0cyc", "1ms",		\
	    "all bytes of a frame there to first bit on the wire")	\
	X(nic, descriptor_cache, nic_descriptor_cache, COUNT, "16", "64", \
	    "descriptors of a queue on the chip")			\
	X(nic, descriptor_fetch, nic_descriptor_fetch, COUNT, "1", "64", \
	    "of them fetched at once")					\
	X(nic, tx_reads, nic_tx_reads, COUNT, "1", "16",		\
	    "reads of frames' bytes of a port under way")		\
	X(nic, rx_buffer, nic_rx_buffer_bytes, SIZE, "2KiB", "1MiB",	\
	    "packet buffer of a port, received frames")			\
	X(nic, tx_buffer, nic_tx_buffer_bytes, SIZE, "2KiB", "1MiB",	\
	    "packet buffer of a port, frames to send")			\
	X(nic, mdio, nic_mdio_clk, TIME, "1cyc", "10ms",		\
	    "transaction with a register of the PHY")			\
	X(nic, nvm_read, nic_nvm_read_clk, TIME, "1cyc", "10ms",	\
	    "word of the NVM read")					\
	X(nic, nvm_load, nic_nvm_load_clk, TIME, "1cyc", "100ms",	\
	    "reset to registers loaded from the NVM")			\
	X(nic, autoneg, nic_autoneg_clk, TIME, "1cyc", "10s",		\
	    "cable plugged in or PHY reset to link")			\
	X(bmc, present, bmc_present, COUNT, "0", "1",			\
	    "whether there is a management controller behind ports")	\
	X(bmc, byte, bmc_byte_clk, TIME, "0cyc", "100ms",		\
	    "its firmware, for a byte through a port: at least")	\
	X(bmc, tail, bmc_tail_clk, TIME, "0cyc", "100ms",		\
	    "more, on average: exponential")				\
	X(bmc, max, bmc_max_clk, TIME, "0cyc", "1s",			\
	    "in all, at the most")					\
	X(bmc, seed, bmc_seed, COUNT, "0", "4294967295",		\
	    "of the times of its bytes")				\
	X(rep, movs, rep_movs_bytes_10cyc, RATE, "0.1B/cyc", "64B/cyc",	\
	    "REP MOVSB, both sides in the L1D")				\
	X(rep, stos, rep_stos_bytes_10cyc, RATE, "0.1B/cyc", "64B/cyc",	\
	    "REP STOSB, destination in the L1D")			\
	X(rep, scan, rep_scan_clk, TIME, "1cyc", "1us",			\
	    "REP LODS, SCAS or CMPS: each element")
/* clang-format on */

#endif
