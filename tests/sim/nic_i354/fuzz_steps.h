/*
 * fuzz_steps.h: what the driver of test_fuzz.c does: accesses of all kinds, resets,
 * frames that come in; and what is looked at after each of them.
 */
#ifndef TESTS_FUZZ_STEPS_H
#define TESTS_FUZZ_STEPS_H

#include "core/hash.h"
#include "sim/nic_i354/fuzz_gen.h"

static struct ioapic *ioapic;
static struct hash trace = HASH_INIT;
static unsigned done, instants;
static uint64_t inside_most;

/*
 * Time.
 */

/* Instant by instant: there are not so many that something goes in circles. */
static inline void
pass(uint64_t ns)
{
	const uint64_t end = sc_now_tick() + ns_to_tick(ns);
	unsigned n = 0;

	while (sc_next_tick() < end) {
		ok(sc_run(sc_next_tick() + 1));
		n++;
	}
	ok(sc_run(end));
	ck_assert_msg(n <= 200 + ns / 10, "%u instants in %ju ns", n,
	    (uintmax_t)ns);
	instants += n;
}

static inline uint64_t
wait_answer(void)
{
	for (unsigned i = 0; !answered; i++) {
		ck_assert_msg(i < 10000, "a read is not answered");
		pass(500);
	}
	return answer_value;
}

/* What has happened since the last look. */
static inline void
observe(void)
{
	struct i354_in_flight in;

	ck_assert_int_le(nline, NLOG);
	for (int i = 0; i < nline; i++) {
		ck_assert_msg(legal(lines[i].pa), "DMA %s 0x%jx: nobody's",
		    lines[i].write ? "writes" : "reads",
		    (uintmax_t)lines[i].pa);
		hash_u64(&trace, lines[i].pa << 1 | lines[i].write);
		hash_u64(&trace, lines[i].at);
	}
	for (int i = 0; i < nmessage; i++) {
		hash_u64(&trace, messages[i % NLOG].address);
		hash_u64(&trace, messages[i % NLOG].data);
	}
	for (int i = 0; i < ngot; i++) {
		ck_assert_uint_le(got[i % NGOT].len_bytes, FRAME_MAX);
		hash_u64(&trace, got[i % NGOT].at_tick);
		hash_u64(&trace, got[i % NGOT].len_bytes);
	}
	nline = nmessage = ngot = ndelivered = 0;
	conserved();
	for (unsigned p = 0; p < 4; p++) {
		uint64_t n;

		i354_in_flight(nic, p, &in);
		n = in.rx_buffer + in.rx_dma + in.rx_held + in.rx_cause +
		    in.tx_read + in.tx_buffer + in.reset;
		ck_assert_msg(n < 3000, "%ju frames are inside", (uintmax_t)n);
		inside_most = n > inside_most ? n : inside_most;
	}
}

/*
 * Accesses.
 */

static inline void
write_at(uint64_t address, unsigned bytes, uint64_t v)
{
	const struct io_dev *d = io_find(io, false, address, bytes);

	done++;
	if (d != NULL)
		(void)io_write(io, 0, 0, d, address, bytes, v,
		    tick_to_clk(sc_now_tick()));
}

static inline void
read_at(uint64_t address, unsigned bytes)
{
	const struct io_dev *d = io_find(io, false, address, bytes);

	if (d == NULL)
		return;
	answered = false;
	io_read(io, 1, 3, d, address, bytes, tick_to_clk(sc_now_tick()));
	hash_u64(&trace, wait_answer());
}

static inline void
port_access(uint64_t address, unsigned bytes, bool write, uint64_t v)
{
	const struct io_dev *d = io_find(io, true, address, bytes);

	done += write;
	answered = false;
	if (write)
		io_out(io, 1, 3, d, address, bytes, v,
		    tick_to_clk(sc_now_tick()));
	else
		io_read(io, 1, 3, d, address, bytes,
		    tick_to_clk(sc_now_tick()));
	hash_u64(&trace, wait_answer());
}

static inline uint64_t
cfg_at(unsigned p, unsigned off)
{
	return PCIE_ECAM_BASE + (DEV << 15 | p << 12 | off);
}

/*
 * Steps.
 */

/* An address of 64 bits: never a new low half with an old high one. */
static inline void
step_pair(unsigned p)
{
	static const uint32_t off[3] = { I354_RDBAL(0), I354_TDBAL(0),
		I354_TDWBAL(0) };
	const unsigned k = (unsigned)draw(3);
	const uint64_t pa = k == 2 ? draw_pa() | 1 : draw_ring();
	const uint64_t at = bar[p] + off[k] + 0x40 * draw(8);

	write_at(at + 4, 4, pa >> 32);
	write_at(at, 4, pa & UINT32_MAX);
}

static inline void
step_hot(unsigned p)
{
	const struct hot *h = hot;
	uint32_t off;

	switch (draw(3)) {
	case 0:
		h += draw(NHOT);
		break;
	case 1:
		h += draw(NRING);
		break;
	case 2:
		h += NRING + draw(NCAUSE);
	}
	off = h->off + h->stride * (uint32_t)draw(h->n);
	write_at(bar[p] + off, 4, tame8(off, h->value()) & UINT32_MAX);
}

static inline void
step_anywhere(unsigned p)
{
	const unsigned bytes = 1u << draw(4);
	uint64_t at = bar[p] +
	    draw((rare(3) ? PCIE_MEM_END - PCIE_MEM_BASE : I354_CSR_BYTES) - 8);

	if (at + bytes > PCIE_MEM_END)
		at = bar[0];
	if (!rare(4))
		at &= ~(uint64_t)(bytes - 1);
	if (rare(5))
		read_at(at, bytes);
	else
		write_at(at, bytes, tame8(at, rng_u64(&rng)));
}

static inline void
step_msix(unsigned p)
{
	uint64_t at = msixbar[p] + 16 * draw(I354_NVEC);
	const uint64_t pa = draw_pa();

	if (rare(20)) {
		at = msixbar[p] + 4 * draw(I354_MSIX_BYTES / 4);
		write_at(at, 4, tame(word()));
		return;
	}
	write_at(at + 12, 4, 1);
	write_at(at + 4, 4, pa >> 32);
	write_at(at, 4, pa & UINT32_MAX);
	write_at(at + 8, 4, tame(word()));
	write_at(at + 12, 4, rare(4));
}

static inline void
step_io(unsigned p)
{
	const uint32_t most = loose ? UINT32_MAX : ~0xff000u;
	const uint32_t v = tame(word()) & most;
	const bool write = !rare(3);
	uint64_t at = PCIE_PORT_BASE + 32 * p;

	if (rare(4)) {
		at = PCIE_PORT_BASE + draw(0x1000);
		port_access(at, 1u << draw(3), write, v);
		return;
	}
	port_access(at, 4, true, rare(9) ? word() : 4 * draw(0x4000));
	port_access(at + 4, 4, write, v);
}

/* Firmware's, whatever has become of it. */
static inline void
step_repair(unsigned p)
{
	static const uint16_t off[3] = { 0x10, 0x18, 0x1c };
	const uint64_t was[3] = { bar[p], PCIE_PORT_BASE + 32 * p, msixbar[p] };

	write_at(cfg_at(p, 0x44), 2, 0);
	for (unsigned i = 0; i < 3; i++)
		write_at(cfg_at(p, off[i]), 4, was[i]);
	write_at(cfg_at(p, 4), 2, 7);
}

static inline void
step_config(unsigned p)
{
	static const uint16_t often[] = { 4, 6, 0x10, 0x18, 0x1c, 0x44, 0x52,
		0x54, 0x58, 0x5c, 0x60, 0x72, 0xa8, 0xa9, 0xb0, 0x104 };
	uint32_t v = tame(word());
	unsigned off = often[draw(16)], bytes = 1u << draw(3);

	if (rare(3))
		off = (unsigned)draw(PCIE_CFG_BYTES - 3);
	if (off >= 0x54 && off < 0x5c) { /* an address, whole (tame()) */
		off &= ~3u;
		bytes = 4;
	}
	switch (off) {
	case 4:
		v = rare(4) ? v : 7;
		break;
	case 0x10:
	case 0x18:
	case 0x1c: /* into its window */
		v = rare(4) ? v : PCIE_MEM_BASE + (uint32_t)draw(64) * 0x4000;
		break;
	case 0x44:
		v = rare(4) ? v : 0;
		break;
	case 0x72:
		v = rare(3) ? v : 0x8000;
		break;
	case 0xa8:
	case 0xa9: /* a reset of the function is rare */
		v &= rare(8) ? UINT32_MAX : ~0x8080u;
		break;
	}
	if (rare(4))
		read_at(cfg_at(p, off), bytes);
	else
		write_at(cfg_at(p, off), bytes, v);
	if (rare(2))
		step_repair(p);
}

static inline void
step_ioapic(void)
{
	const uint64_t v = rng_u64(&rng);
	const unsigned bytes = 1u << draw(4);

	if (rare(4))
		ioapic_eoi(ioapic, (uint8_t)v, tick_to_clk(sc_now_tick()));
	else if (rare(4))
		write_at(IOAPIC_PA + draw(0x100), bytes, v);
	else {
		write_at(IOAPIC_PA, 4, rare(9) ? word() : 0x10 + draw(48));
		write_at(IOAPIC_PA + 0x10, 4, rare(3) ? v : v & ~0x10000u);
	}
}

/* In the middle of whatever there is. */
static inline void
step_reset(unsigned p)
{
	switch (draw(12)) {
	case 0:
		write_at(bar[p] + I354_CTRL, 4, CTRL_DEV_RST);
		break;
	case 1:
		write_at(cfg_at(p, 0xa8), 2, 0x8000 | (word() & 0x70e0));
		break;
	default:
		write_at(bar[p] + I354_CTRL, 4, CTRL_RST);
	}
}

static inline void
step_frames(unsigned p)
{
	for (unsigned i = 0, n = 1 + (unsigned)draw(30); i < n; i++)
		if (cable_counts(cable[p], 1)->on_wire < 200)
			draw_frame(p);
}

/* A queue that works, for a while. */
static inline void
step_queue(unsigned p)
{
	const unsigned q = (unsigned)draw(8);
	const bool tx = rare(2);
	const uint32_t off = tx ? I354_TXQ : I354_RXQ;
	const uint64_t at = bar[p] + off + 0x40 * q;
	const uint64_t pa = slot((p * 8 + q) * 2 + tx);

	step_repair(p);
	if (rare(4)) /* the PHY's control register: negotiate */
		write_at(bar[p] + I354_MDIC, 4, MDIC_OP_WRITE | 0x1300);
	write_at(bar[p] + I354_CTRL, 4,
	    CTRL_SLU | CTRL_FD | (word() & (CTRL_TFCE | CTRL_RFCE | CTRL_VME)));
	write_at(bar[p] + I354_RCTL, 4,
	    RCTL_EN | RCTL_BAM | RCTL_UPE |
		(word() & (RCTL_LPE | 3u << RCTL_BSIZE_SHIFT)));
	write_at(bar[p] + I354_MRQC, 4, q << MRQC_DEF_SHIFT);
	if (rare(3)) { /* one line */
		write_at(cfg_at(p, 0x72), 2, 0);
		write_at(bar[p] + I354_GPIE, 4, 0);
		write_at(bar[p] + I354_IMS, 4, UINT32_MAX);
	}
	write_at(bar[p] + I354_TCTL, 4, TCTL_EN | TCTL_PSP);
	write_at(at + 0x28, 4, 0);
	write_at(at + 4, 4, 0);
	write_at(at, 4, pa);
	write_at(at + 8, 4, 1024);
	write_at(at + 0x10, 4, 0);
	write_at(at + 0x28, 4, XDCTL_ENABLE | (rare(2) ? 0 : word()));
	for (unsigned i = 0; i < 64; i++)
		draw_descriptor(mem32(pa + 16 * i));
	write_at(at + 0x18, 4, 63);
	step_frames(p);
	pass(draw(30000));
	if (rare(3)) { /* the ring moves away under it */
		write_at(at + 8, 4, draw_length());
		write_at(at + 0x10, 4, draw_index());
		write_at(at + 0x18, 4, draw_index());
	}
	if (rare(6))
		step_reset(p);
}

static inline void
step(void)
{
	const unsigned p = (unsigned)draw(4), kind = (unsigned)draw(100);

	if (kind < 26)
		step_hot(p);
	else if (kind < 34)
		step_pair(p);
	else if (kind < 56)
		step_anywhere(p);
	else if (kind < 62)
		step_queue(p);
	else if (kind < 66)
		step_msix(p);
	else if (kind < 70)
		step_config(p);
	else if (kind < 73)
		step_io(p);
	else if (kind < 76)
		step_ioapic();
	else if (kind < 84)
		draw_descriptors();
	else if (kind < 99)
		step_frames(p);
	else if (rare(2))
		step_reset(p);
	else
		cable_set_up(cable[p], !rare(9));
	if (rare(200))
		pass(draw(300000));
	else if (rare(10))
		pass(draw(20000));
	else if (rare(3))
		pass(draw(1000));
}

#endif
