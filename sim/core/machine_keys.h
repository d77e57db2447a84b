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
 * the machine file states that.  Where they are equal, the model is built for
 * this value; the row makes the description complete.
 */
#ifndef CORE_MACHINE_KEYS_H
#define CORE_MACHINE_KEYS_H

/* clang-format off */
#define MACHINE_KEYS(X)							\
	X(core, rob, core_rob, COUNT, "32", "32",			\
	    "instructions that may follow an unfinished load")		\
	X(core, store_buffer, core_store_buffer, COUNT, "1", "64",	\
	    "stores that wait for their line")				\
	X(branch, mispredict, branch_mispredict_clk, TIME, "0cyc", "1us", \
	    "cost of a mispredicted branch")				\
	X(branch, counters, branch_counters, COUNT, "256", "65536",	\
	    "2-bit counters of the predictor's second level")		\
	X(l1d, size, l1d_size_bytes, SIZE, "24KiB", "24KiB",		\
	    "data cache of a core; lines of 64 bytes")			\
	X(l1d, ways, l1d_ways, COUNT, "6", "6",				\
	    "associativity, least recently used out")			\
	X(l1d, hit, l1d_hit_clk, TIME, "1cyc", "100cyc",		\
	    "load to use, line in the L1D")				\
	X(l1d, outstanding, l1d_outstanding, COUNT, "1", "64",		\
	    "misses under way at a time")				\
	X(l2, size, l2_size_bytes, SIZE, "64KiB", "64MiB",		\
	    "cache of a module; lines of 64 bytes")			\
	X(l2, ways, l2_ways, COUNT, "16", "16",				\
	    "associativity, least recently used out")			\
	X(l2, hit, l2_hit_clk, TIME, "1cyc", "1us",			\
	    "load to use, line in the L2")				\
	X(dram, latency, dram_latency_clk, TIME, "1cyc", "100us",	\
	    "load to use, line in memory, address in the DTLB")		\
	X(rep, movs, rep_movs_bytes_10cyc, RATE, "0.1B/cyc", "64B/cyc",	\
	    "REP MOVSB, both sides in the L1D")				\
	X(rep, stos, rep_stos_bytes_10cyc, RATE, "0.1B/cyc", "64B/cyc",	\
	    "REP STOSB, destination in the L1D")			\
	X(rep, scan, rep_scan_clk, TIME, "1cyc", "1us",			\
	    "REP LODS, SCAS or CMPS: each element")
/* clang-format on */

#endif
