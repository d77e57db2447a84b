/*
 * fuzz_gen.h: what a driver that has lost its mind writes: values for registers,
 * addresses, descriptors, frames; all drawn from one generator.
 *
 * Memory is cut so that DMA that nobody asked for shows.  A ring begins in the
 * first KB of a slot of 16 KB and is at most 4 KB long; buffers and whatever else
 * has an address lie in WILD or at memory's edges; a value that is drawn without
 * such a place in mind never looks like an address of memory (tame()).  So a line
 * that is not legal() is an error of the model, but in runs that are `loose',
 * where rings may be as long as the register can say.
 */
#ifndef TESTS_FUZZ_GEN_H
#define TESTS_FUZZ_GEN_H

#include "pcie/ioapic.h"
#include "sim/nic_i354/tx_rig.h"

#define SLOT0      (RAM_BASE + 0xe00000)
#define SLOT_BYTES 0x4000u
#define SLOT_USED  0x1400u
#define NSLOT      64
#define WILD       (RAM_BASE + 0x1000000)
#define WILD_BYTES 0x400000u
#define SLACK      0x20000u /* a buffer's or a frame's length and more */
#define RAM_END    (RAM_BASE + RAM_BYTES)

static struct rng rng;
static bool loose;

static inline uint64_t
draw(uint64_t below)
{
	return rng_below(&rng, below);
}

/* One in n. */
static inline bool
rare(uint64_t n)
{
	return draw(n) == 0;
}

static inline uint32_t
word(void)
{
	return (uint32_t)rng_u64(&rng);
}

/* No address of memory, unless it is meant. */
static inline uint32_t
tame(uint32_t v)
{
	return v >= RAM_BASE && v < RAM_END ? v | 0x80000000u : v;
}

static inline bool
legal(uint64_t pa)
{
	if (loose || pa >= RAM_END - SLACK || pa < RAM_BASE + SLACK)
		return true;
	if (pa >= SLOT0 && pa < SLOT0 + NSLOT * SLOT_BYTES)
		return (pa - SLOT0) % SLOT_BYTES < SLOT_USED;
	return pa >= WILD && pa < WILD + WILD_BYTES + SLACK;
}

/* A buffer, or where a message goes. */
static inline uint64_t
draw_pa(void)
{
	const uint32_t high = word();

	switch (draw(20)) {
	case 0:
	case 1:
		return RAM_END - draw(300);
	case 2:
	case 3:
		return PCIE_MEM_BASE + draw(PCIE_MEM_END - PCIE_MEM_BASE);
	case 4:
	case 5:
		return IO_MSI_BASE + (draw(0x100000) & ~(uint64_t)(high % 4));
	case 6:
		return 0;
	case 7:
		return (high | UINT64_C(256)) << 32 | tame(word());
	case 8:
		return -draw(300);
	case 9:
		return RAM_BASE - draw(300);
	}
	return WILD + draw(WILD_BYTES);
}

static inline uint64_t
slot(unsigned i)
{
	return SLOT0 + i % NSLOT * SLOT_BYTES;
}

static inline uint64_t
draw_ring(void)
{
	uint64_t n;

	if (rare(10))
		return draw_pa();
	n = draw(8 * NSLOT);
	return slot((unsigned)n) + 128 * (n / NSLOT);
}

static inline uint32_t
draw_length(void)
{
	if (loose && rare(2))
		return word();
	switch (draw(8)) {
	case 0:
		return 0;
	case 1:
		return word() & 0xfff;
	case 2:
		return 0x1000;
	}
	return 128 * (uint32_t)draw(33);
}

/* Heads and tails: inside, at the end, or anywhere. */
static inline uint32_t
draw_index(void)
{
	switch (draw(8)) {
	case 0:
		return word();
	case 1:
		return 8 * (uint32_t)draw(33);
	}
	return (uint32_t)draw(256);
}

/* Is there a register in BAR 0 at this offset that is a ring's length? */
static inline bool
is_length(uint64_t off)
{
	const uint64_t o = off & (I354_CSR_BYTES - 1) & ~3u;

	return (o >= I354_RXQ && o < I354_RXQ + 0x200 && o % 0x40 == 8) ||
	    (o >= I354_TXQ && o < I354_TXQ + 0x200 && o % 0x40 == 8) ||
	    (o >= I354_RXQ_LOW && o < I354_RXQ_LOW + 0x400 && o % 0x100 == 8) ||
	    (o >= I354_TXQ_LOW && o < I354_TXQ_LOW + 0x400 && o % 0x100 == 8);
}

/* Both halves; BARs lie at multiples of their size. */
static inline uint64_t
tame8(uint64_t address, uint64_t v)
{
	uint32_t low = tame((uint32_t)v), high = tame((uint32_t)(v >> 32));

	if (!loose && is_length(address))
		low &= 0xfff;
	if (!loose && is_length(address + 4))
		high &= 0xfff;
	return (uint64_t)high << 32 | low;
}

/*
 * Registers that matter.
 */

static inline uint32_t
draw_ctrl(void)
{
	uint32_t v = word() & ~(CTRL_RST | CTRL_DEV_RST | CTRL_PHY_RST);

	if (!rare(8))
		v &= ~CTRL_GIO_DISABLE;
	if (rare(30))
		v |= CTRL_RST;
	if (rare(60))
		v |= CTRL_DEV_RST;
	if (rare(60))
		v |= CTRL_PHY_RST;
	return rare(8) ? v : v | CTRL_SLU;
}

static inline uint32_t
draw_rctl(void)
{
	return rare(4) ? word()
		       : word() | RCTL_EN | RCTL_BAM | RCTL_UPE | RCTL_MPE;
}

static inline uint32_t
draw_tctl(void)
{
	return rare(4) ? word() : word() | TCTL_EN;
}

static inline uint32_t
draw_xdctl(void)
{
	return rare(4) ? word() : word() | XDCTL_ENABLE;
}

static inline uint32_t
draw_srrctl(void)
{
	return rare(3) ? word() : word() & ~SRRCTL_BSIZE;
}

static inline uint32_t
draw_mdic(void)
{
	const uint32_t v = word() & (0xffff | 31u << MDIC_REG_SHIFT);

	return v | (rare(3) ? MDIC_OP_READ : MDIC_OP_WRITE);
}

static inline uint32_t
draw_gpie(void)
{
	return rare(4) ? word() : word() | GPIE_MSIX_MODE;
}

static inline uint32_t
draw_small(void)
{
	const uint32_t v = (uint32_t)draw(64);

	return v << draw(9);
}

static const struct hot {
	uint32_t off, stride;
	unsigned n;
	uint32_t (*value)(void);
} hot[] = {
	/* Of rings ... */
	{ I354_RDLEN(0), 0x40, 8, draw_length },
	{ I354_TDLEN(0), 0x40, 8, draw_length },
	{ I354_RDH(0), 0x40, 8, draw_index },
	{ I354_TDH(0), 0x40, 8, draw_index },
	{ I354_RDT(0), 0x40, 8, draw_index },
	{ I354_RDT(0), 0x40, 8, draw_index },
	{ I354_TDT(0), 0x40, 8, draw_index },
	{ I354_TDT(0), 0x40, 8, draw_index },
	{ I354_RXDCTL(0), 0x40, 8, draw_xdctl },
	{ I354_TXDCTL(0), 0x40, 8, draw_xdctl },
	{ I354_SRRCTL(0), 0x40, 8, draw_srrctl },
	/* ... of causes ... */
	{ I354_IVAR(0), 4, 4, word },
	{ I354_IVAR_MISC, 4, 1, word },
	{ I354_EITR(0), 4, 25, draw_small },
	{ I354_EITR(0), 4, 25, word },
	{ I354_EICS, 4, 1, word },
	{ I354_EIMS, 4, 1, word },
	{ I354_EIMC, 4, 1, draw_small },
	{ I354_EIAC, 4, 1, word },
	{ I354_EIAM, 4, 1, word },
	{ I354_EICR, 4, 1, word },
	{ I354_ICR, 4, 1, word },
	{ I354_ITR, 4, 1, draw_small },
	{ I354_ICS, 4, 1, word },
	{ I354_IMS, 4, 1, word },
	{ I354_IMC, 4, 1, draw_small },
	{ I354_IAM, 4, 1, word },
	{ I354_GPIE, 4, 1, draw_gpie },
	/* ... and others. */
	{ I354_RQDPC(0), 0x40, 8, word },
	{ I354_TDWBAH(0), 0x40, 8, draw_small },
	{ I354_RCTL, 4, 1, draw_rctl },
	{ I354_TCTL, 4, 1, draw_tctl },
	{ I354_CTRL, 4, 1, draw_ctrl },
	{ I354_CTRL_EXT, 4, 1, word },
	{ I354_STATUS, 4, 1, word },
	{ I354_MRQC, 4, 1, word },
	{ I354_RETA(0), 4, 32, word },
	{ I354_RSSRK(0), 4, 10, word },
	{ I354_RXCSUM, 4, 1, word },
	{ I354_RLPML, 4, 1, word },
	{ I354_RXPBS, 4, 1, word },
	{ I354_TXPBS, 4, 1, word },
	{ I354_PBA, 4, 1, word },
	{ I354_FCRTL, 4, 1, draw_small },
	{ I354_FCRTH, 4, 1, draw_small },
	{ I354_FCTTV, 4, 1, draw_small },
	{ I354_FCAL, 4, 1, word },
	{ I354_FCT, 4, 1, word },
	{ I354_VET, 4, 1, word },
	{ I354_VFTA(0), 4, 128, word },
	{ I354_MTA(0), 4, 128, word },
	{ I354_RAL(0), 8, 16, word },
	{ I354_RAH(0), 8, 16, word },
	{ I354_MDIC, 4, 1, draw_mdic },
	{ I354_EERD, 4, 1, word },
	{ I354_EECD, 4, 1, word },
	{ I354_SWSM, 4, 1, word },
	{ I354_SW_FW_SYNC, 4, 1, word },
};
#define NRING  11
#define NCAUSE 17
#define NHOT   (sizeof(hot) / sizeof(hot[0]))

/*
 * Descriptors.
 */

static inline void
draw_descriptor(uint32_t d[4])
{
	const uint64_t pa = draw_pa();

	d[0] = (uint32_t)pa;
	d[1] = (uint32_t)(pa >> 32);
	d[2] = tame(word());
	d[3] = tame(word());
	if (rare(6)) /* received into it, or whatever it is */
		return;
	d[2] &= ~TXD_LEN & ~TXD_TYPE & ~TXD_TSE;
	switch (draw(8)) {
	case 0:
		break;
	case 1:
		d[2] |= TXD_LEN;
		break;
	case 2:
		d[2] |= (uint32_t)draw(9000);
		break;
	default:
		d[2] |= (uint32_t)draw(1600);
	}
	if (rare(8))
		d[2] |= TXD_TSE;
	d[2] |= rare(6) ? TXD_DEXT | TXD_CONTEXT : TXD_DATA;
	if (!rare(4))
		d[2] |= TXD_EOP;
}

/* Some of a ring, whoever's it is. */
static inline void
draw_descriptors(void)
{
	const uint64_t first = slot((unsigned)draw(NSLOT)),
		       at = first + 16 * draw(0x100);

	for (unsigned i = 0, n = 1 + (unsigned)draw(64); i < n; i++)
		draw_descriptor(mem32(at + 16 * i));
}

/*
 * Frames.
 */

static inline uint32_t
draw_frame_bytes(void)
{
	switch (draw(8)) {
	case 0:
		return 1 + (uint32_t)draw(FRAME_MAX);
	case 1:
		return 1 + (uint32_t)draw(80);
	case 2:
		return 1510 + (uint32_t)draw(20);
	case 3:
		return 60;
	}
	return 60 + (uint32_t)draw(1500);
}

static inline void
draw_header(unsigned p, uint8_t *b)
{
	static const uint16_t types[] = { 0x0800, 0x0800, 0x86dd, 0x86dd,
		0x8100, 0x8808, 0x1234, 0 };
	static const uint8_t next[] = { 6, 17, 132, 0, 43, 44, 60, 1 };
	unsigned type = types[draw(8)], off = 14;

	for (unsigned i = 0; i < 128; i++)
		b[i] = (uint8_t)draw(256);
	if (!rare(3)) {
		memcpy(b, mac0, 6);
		b[5] = (uint8_t)(b[5] + p);
	} else if (rare(2)) {
		memcpy(b, "\x01\x80\xc2\0\0\1", 6);
	}
	put16(b + 12, type);
	if (type == 0x8100) {
		put16(b + 16, types[draw(4)]);
		off = 18;
	}
	if (type == 0x8808) {
		put16(b + 14, (unsigned)draw(3));
		put16(b + 16, draw_small());
	}
	if (rare(4))
		return;
	/* As either version of IP has it, nearly. */
	b[off] = (uint8_t)(type == 0x86dd ? 0x60 : 0x40 | draw(16));
	put16(b + off + (type == 0x86dd ? 4 : 2), (unsigned)draw(2000));
	b[off + 6] = rare(2) ? 0 : next[draw(8)];
	b[off + (type == 0x86dd ? 40 : 9)] = next[draw(8)];
	b[off + 41] &= 7; /* an extension's length */
}

static inline void
draw_frame(unsigned p)
{
	struct frame *f = frame_get(FRAME_FROM_SOURCE);
	uint8_t header[128];

	f->id = next_id++;
	f->len_bytes = f->cap_bytes = draw_frame_bytes();
	draw_header(p, header);
	memset(f->data, 1 + (int)draw(255), f->len_bytes);
	memcpy(f->data, header,
	    f->len_bytes < sizeof(header) ? f->len_bytes : sizeof(header));
	(void)cable_send(cable[p], 1, f, 0);
}

#endif
