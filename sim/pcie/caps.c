/*
 * caps.c: configuration space at reset, written down register by register.
 *
 * Each register has a value, the bits that a write changes, and the bits that
 * writing 1 clears.  What is not written down here reads 0 and takes nothing.
 * Two lists run through it, each register of which names the next: that of
 * capabilities from 0x34 on, and from 0x100 on that of extended ones, which
 * begins with an id of 0 when there is none.  Called before the run.
 */
#include <assert.h>
#include <string.h>

#include "pcie/pcie_int.h"

#define LANE_X1000_TICK 24000 /* a byte on a lane of Gen2, 500 MB/s */

static void
reg(struct pcie_fn *f, unsigned off, unsigned size, uint32_t value,
    uint32_t mask, uint32_t w1c)
{
	cfg_set(f->init, off, size, value);
	cfg_set(f->mask, off, size, mask);
	cfg_set(f->w1c, off, size, w1c);
}

static void
constant(struct pcie_fn *f, unsigned off, unsigned size, uint32_t value)
{
	reg(f, off, size, value, 0, 0);
}

static bool
power_of_2(uint32_t n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

static void
build_bar(struct pcie_fn *f, unsigned i)
{
	const struct pcie_bar *b = &f->d.bar[i];
	const unsigned off = CFG_BAR0 + 4 * i;

	if (b->bytes == 0)
		return;
	assert(power_of_2(b->bytes) && b->bytes >= (b->io ? 4 : 16));
	reg(f, off, 4,
	    b->io ? 1u : (b->wide ? 4u : 0u) | (b->prefetch ? 8u : 0u),
	    ~(b->bytes - 1), 0);
	if (!b->wide)
		return;
	assert(!b->io && i + 1 < PCIE_NBAR && f->d.bar[i + 1].bytes == 0);
	reg(f, off + 4, 4, 0, ~0u, 0);
}

static void
build_header(struct pcie_fn *f)
{
	const struct pcie_fn_desc *d = &f->d;
	bool io = false, mem = false;

	for (unsigned i = 0; i < PCIE_NBAR; i++) {
		build_bar(f, i);
		io |= d->bar[i].bytes != 0 && d->bar[i].io;
		mem |= d->bar[i].bytes != 0 && !d->bar[i].io;
	}
	assert(d->int_pin <= PCIE_PINS && d->class_code <= 0xffffff);
	constant(f, CFG_ID, 2, d->vendor);
	constant(f, CFG_ID + 2, 2, d->device);
	/* Parity and SERR are bits that software may set, no more. */
	reg(f, CFG_COMMAND, 2, 0,
	    (io ? CMD_IO : 0u) | (mem ? CMD_MEM : 0u) | CMD_MASTER | 0x140u |
		(d->int_pin != 0 ? CMD_INTX_OFF : 0u),
	    0);
	reg(f, CFG_STATUS, 2, 0, 0, 0xf900); /* errors */
	constant(f, CFG_REVISION, 4, d->class_code << 8 | d->revision);
	reg(f, CFG_CACHE_LINE, 1, 0, 0xff, 0);
	constant(f, CFG_SUBSYSTEM, 2, d->subvendor);
	constant(f, CFG_SUBSYSTEM + 2, 2, d->subdevice);
	reg(f, CFG_INT_LINE, 1, 0, d->int_pin != 0 ? 0xff : 0, 0);
	constant(f, CFG_INT_PIN, 1, d->int_pin);
}

/* Version 3, D0 and D3hot, nothing is lost in D3hot, no wake-up. */
static void
build_pm(struct pcie_fn *f)
{
	constant(f, CFG_PM + 2, 2, 0x0003);
	reg(f, CFG_PM + PM_CONTROL, 2, PM_NO_RESET, 3, 0);
}

static void
build_msi(struct pcie_fn *f)
{
	const unsigned n = f->d.msi;
	const uint32_t vectors = n == 32 ? ~0u : (1u << n) - 1;
	uint32_t log2n = 0;

	assert(power_of_2(n) && n <= 32);
	while (1u << log2n < n)
		log2n++;
	reg(f, CFG_MSI + MSI_CONTROL, 2, MSI_64 | MSI_MASKS | log2n << 1,
	    MSI_ON | 0x70, 0);
	reg(f, CFG_MSI + MSI_ADDR, 4, 0, ~3u, 0);
	reg(f, CFG_MSI + MSI_ADDR + 4, 4, 0, ~0u, 0);
	reg(f, CFG_MSI + MSI_DATA, 2, 0, 0xffff, 0);
	reg(f, CFG_MSI + MSI_MASK, 4, 0, vectors, 0);
}

/* Table and PBA lie in the BAR, apart from each other. */
static void
check_msix(const struct pcie_fn_desc *d)
{
	const struct pcie_bar *b = &d->bar[d->msix_bar];
	const uint64_t table = d->msix_table_off, pba = d->msix_pba_off;
	const uint64_t table_end = table + d->nmsix * MSIX_ENTRY_BYTES;
	const uint64_t pba_end = pba + (d->nmsix + 63) / 64 * 8;

	assert(d->nmsix <= PCIE_MSIX_MAX && d->msix_bar < PCIE_NBAR && !b->io);
	assert(table % 8 == 0 && pba % 8 == 0);
	assert(table_end <= b->bytes && pba_end <= b->bytes);
	assert(table_end <= pba || pba_end <= table);
	(void)b;
	(void)table_end;
	(void)pba_end;
}

static void
build_msix(struct pcie_fn *f)
{
	const struct pcie_fn_desc *d = &f->d;

	check_msix(d);
	reg(f, CFG_MSIX + MSIX_CONTROL, 2, d->nmsix - 1, MSIX_ON | MSIX_MASKED,
	    0);
	constant(f, CFG_MSIX + MSIX_TABLE, 4, d->msix_table_off | d->msix_bar);
	constant(f, CFG_MSIX + MSIX_PBA, 4, d->msix_pba_off | d->msix_bar);
}

/*
 * Speed and width say what the link's time of a byte amounts to: Gen2 lanes,
 * or one of Gen1 when it is slower than a lane of Gen2.
 */
static uint32_t
link_speed(const struct pcie_params *par)
{
	uint32_t width = 1;

	if (par->byte_x1000_tick > LANE_X1000_TICK)
		return 1 | 1 << 4;
	while (width < 16 &&
	    LANE_X1000_TICK / (2 * width) >= par->byte_x1000_tick)
		width *= 2;
	return 2 | width << 4;
}

/* Version 2, an endpoint; Device Control as at power on: 128 and 512 bytes. */
static void
build_exp(struct pcie_fn *f)
{
	const uint32_t speed = link_speed(&f->pcie->par);

	constant(f, CFG_EXP + EXP_FLAGS, 2, 0x0002);
	/* Largest payload; role-based errors; function level reset. */
	constant(f, CFG_EXP + EXP_CAP, 4,
	    EXP_MPS_MAX_CODE | 1u << 15 | 1u << 28);
	reg(f, CFG_EXP + EXP_CONTROL, 2, 0x2810, 0x78ff, 0);
	reg(f, CFG_EXP + EXP_STATUS, 2, 0, 0, 0x0f);
	constant(f, CFG_EXP + EXP_LINKCAP, 4, speed);
	reg(f, CFG_EXP + EXP_LINKCTL, 2, 0, 0x00cb, 0);
	constant(f, CFG_EXP + EXP_LINKSTA, 2, speed);
	/* Completion timeout: all ranges, and it may be turned off. */
	constant(f, CFG_EXP + EXP_CAP2, 4, 0x1f);
	reg(f, CFG_EXP + EXP_CONTROL2, 2, 0, 0x1f, 0);
}

/* Errors that nothing in the model makes; software finds the registers. */
static void
build_aer(struct pcie_fn *f)
{
	const uint32_t uncorrectable = 0x001ff010, correctable = 0x31c1;

	reg(f, CFG_AER + 4, 4, 0, 0, uncorrectable);
	reg(f, CFG_AER + 8, 4, 0, uncorrectable, 0);
	reg(f, CFG_AER + 0xc, 4, 0x00062010, uncorrectable, 0);
	reg(f, CFG_AER + 0x10, 4, 0, 0, correctable);
	reg(f, CFG_AER + 0x14, 4, 0x2000, correctable, 0);
}

static void
build_serial(struct pcie_fn *f)
{
	constant(f, CFG_SERIAL + 4, 4, (uint32_t)f->d.serial);
	constant(f, CFG_SERIAL + 8, 4, (uint32_t)(f->d.serial >> 32));
}

/* Put id at off and let what points there, *at, be what points on. */
static void
chain(struct pcie_fn *f, unsigned *at, unsigned off, uint8_t id)
{
	f->init[*at] = (uint8_t)off;
	f->init[off] = id;
	*at = off + 1;
}

static void
build_list(struct pcie_fn *f)
{
	unsigned at = CFG_CAPS;

	if (f->d.pm_cap) {
		build_pm(f);
		chain(f, &at, CFG_PM, 0x01);
	}
	if (f->d.msi != 0) {
		build_msi(f);
		chain(f, &at, CFG_MSI, 0x05);
	}
	if (f->d.nmsix != 0) {
		build_msix(f);
		chain(f, &at, CFG_MSIX, 0x11);
	}
	if (f->d.pcie_cap) {
		build_exp(f);
		chain(f, &at, CFG_EXP, 0x10);
	}
	if (at != CFG_CAPS)
		f->init[CFG_STATUS] |= STS_CAPS;
}

static void
build_extended(struct pcie_fn *f)
{
	assert(f->d.serial == 0 || f->d.pcie_cap);
	if (!f->d.pcie_cap)
		return;
	build_aer(f);
	constant(f, CFG_AER, 4,
	    1u | 1u << 16 | (f->d.serial != 0 ? CFG_SERIAL << 20 : 0u));
	if (f->d.serial == 0)
		return;
	build_serial(f);
	constant(f, CFG_SERIAL, 4, 3u | 1u << 16);
}

void
caps_build(struct pcie_fn *f)
{
	build_header(f);
	build_list(f);
	build_extended(f);
	memcpy(f->cfg, f->init, sizeof(f->cfg));
}
