/*
 * machine_check.c: do constants, each good by itself, fit together (machine.h)?
 *
 * An error stands at what somebody set for an experiment, if that is one of them, since
 * the file was whole before.
 */
#include "core/machine.h"

#define MESSAGE_MIN_CLK (25 * CLK_PER_NS) /* from the root to an APIC */
#define CALIBRATED_MAX  3

static bool
power_of_two(uint64_t v)
{
	return v != 0 && (v & (v - 1)) == 0;
}

/* An error at the place that gave k its value. */
static enum exit_code
reject(const struct machine *m, enum machine_key k, struct err *err,
    const char *what)
{
	const struct machine_row *row = machine_row(k);
	char buf[UNIT_TEXT];

	unit_format(row->unit, machine_value(m, k), buf);
	return err_at(err, EX_INPUT, m->note[k].line ? m->path : "--set",
	    m->note[k].line, "%s = %s: %s", row->name, buf, what);
}

/* Of two keys that do not fit, the one that somebody set, else the second. */
static enum machine_key
culprit(const struct machine *m, enum machine_key a, enum machine_key b)
{
	return m->note[a].line == 0 && m->note[b].line != 0 ? a : b;
}

/* Sizes that the hardware has as powers of two only. */
static enum exit_code
check_sizes(const struct machine *m, struct err *err)
{
	static const enum machine_key key[] = { MACHINE_pcie_max_payload,
		MACHINE_pcie_max_read_request,
		MACHINE_pcie_completion_boundary };

	if (!power_of_two(m->l2_size_bytes))
		return reject(m, MACHINE_l2_size, err,
		    "16 ways of 64-byte lines want a power of two; "
		    "choose 512KiB, 1MiB, 2MiB ...");
	if (m->nic_msi_vectors != 0 && !power_of_two(m->nic_msi_vectors))
		return reject(m, MACHINE_nic_msi_vectors, err,
		    "no power of two; choose 1, 2, 4, 8, 16 or 32, or 0: no MSI");
	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		if (!power_of_two(machine_value(m, key[i])))
			return reject(m, key[i], err,
			    "no power of two; choose 64B, 128B, 256B ...");
	return EX_GOOD;
}

/* An uncached access flies to the root complex, and its answer back. */
static enum exit_code
check_flight(const struct machine *m, struct err *err)
{
	uint64_t both = 2 * m->uncached_flight_clk, least = both, most;
	enum machine_key k = MACHINE_uncached_read;
	char hi[UNIT_TEXT], lo[UNIT_TEXT], what[256];

	most = m->uncached_read_clk;
	if (m->uncached_port_clk < most) {
		most = m->uncached_port_clk;
		k = MACHINE_uncached_port;
	}
	if (most >= both)
		return EX_GOOD;
	if (least < m->uncached_flight_clk + m->pcie_flight_clk)
		least = m->uncached_flight_clk + m->pcie_flight_clk;
	unit_format(UNIT_TIME, least, lo);
	unit_format(UNIT_TIME, most / 2, hi);
	snprintf(what, sizeof(what),
	    "an access and its answer fly uncached.flight each; take at "
	    "least %s for uncached.read and uncached.port, or at most %s for "
	    "uncached.flight and pcie.flight",
	    lo, hi);
	return reject(m, culprit(m, MACHINE_uncached_flight, k), err, what);
}

/* An answer behind the writes that it pushes; a message flies on from the root. */
static enum exit_code
check_pcie(const struct machine *m, struct err *err)
{
	const uint64_t flight = m->pcie_flight_clk, msi = m->msi_latency_clk;
	char hi[UNIT_TEXT], lo[UNIT_TEXT], what[256];

	if (flight + m->uncached_flight_clk > m->uncached_read_clk) {
		unit_format(UNIT_TIME,
		    m->uncached_read_clk - m->uncached_flight_clk, hi);
		unit_format(UNIT_TIME, flight + m->uncached_flight_clk, lo);
		snprintf(what, sizeof(what),
		    "the answer to a read would overtake the writes that it "
		    "pushes; take at most %s for pcie.flight, or at least %s "
		    "for uncached.read",
		    hi, lo);
		return reject(m,
		    culprit(m, MACHINE_uncached_flight,
			culprit(m, MACHINE_uncached_read, MACHINE_pcie_flight)),
		    err, what);
	}
	if (msi >= flight + MESSAGE_MIN_CLK)
		return EX_GOOD;
	unit_format(UNIT_TIME, flight + MESSAGE_MIN_CLK, lo);
	snprintf(hi, sizeof(hi),
	    "nothing"); /* less than its range begins with */
	if (msi >= MESSAGE_MIN_CLK + CLK_PER_CYC)
		unit_format(UNIT_TIME, msi - MESSAGE_MIN_CLK, hi);
	snprintf(what, sizeof(what),
	    "pcie.flight is a part of msi.latency, and 25ns are the way from "
	    "the root to the local APIC; take at least %s for msi.latency, or "
	    "at most %s for pcie.flight",
	    lo, hi);
	return reject(m, culprit(m, MACHINE_pcie_flight, MACHINE_msi_latency),
	    err, what);
}

/* What binds constants of PCIe and the Ethernet controller. */
static enum exit_code
check_devices(const struct machine *m, struct err *err)
{
	enum exit_code ec = check_flight(m, err);

	if (ec == EX_GOOD)
		ec = check_pcie(m, err);
	if (ec != EX_GOOD)
		return ec;
	if (m->nic_descriptor_fetch > m->nic_descriptor_cache)
		return reject(m,
		    culprit(m, MACHINE_nic_descriptor_fetch,
			MACHINE_nic_descriptor_cache),
		    err,
		    "nic.descriptor_fetch must not be larger than "
		    "nic.descriptor_cache; change one of them");
	return EX_GOOD;
}

enum exit_code
machine_check(const struct machine *m, struct err *err)
{
	enum exit_code ec = check_sizes(m, err);
	unsigned calibrated = 0;

	if (ec == EX_GOOD)
		ec = check_devices(m, err);
	if (ec != EX_GOOD)
		return ec;

	for (unsigned k = 0; k < MACHINE_NKEYS; k++)
		if (m->note[k].tag == TAG_CALIBRATED &&
		    ++calibrated > CALIBRATED_MAX)
			return reject(m, k, err,
			    "the fourth calibrated constant; "
			    "at most three may be");
	if (m->l1d_hit_clk > m->l2_hit_clk)
		return reject(m, culprit(m, MACHINE_l1d_hit, MACHINE_l2_hit),
		    err,
		    "l2.hit must not be shorter than l1d.hit; "
		    "change one of them");
	if (m->l2_hit_clk > m->dram_latency_clk)
		return reject(m,
		    culprit(m, MACHINE_l2_hit, MACHINE_dram_latency), err,
		    "dram.latency must not be shorter than l2.hit; "
		    "change one of them");
	return EX_GOOD;
}
