/*
 * config.c: configuration space under reads and writes.
 *
 * A write changes the bits that caps.c lets it change; then the registers among
 * those that do something are looked at, old against new.  Bits that follow
 * the function's state (INTx pending, transactions pending) are put in on
 * reading.  In callbacks, or before the run.
 */
#include <assert.h>
#include <string.h>

#include "pcie/pcie_int.h"

uint32_t
cfg_get(const uint8_t *bytes, unsigned off, unsigned size)
{
	uint32_t v = 0;

	assert(size <= 4 && off + size <= PCIE_CFG_BYTES);
	for (unsigned i = 0; i < size; i++)
		v |= (uint32_t)bytes[off + i] << 8 * i;
	return v;
}

void
cfg_set(uint8_t *bytes, unsigned off, unsigned size, uint32_t v)
{
	assert(size <= 4 && off + size <= PCIE_CFG_BYTES);
	for (unsigned i = 0; i < size; i++)
		bytes[off + i] = (uint8_t)(v >> 8 * i);
}

uint32_t
cfg_read(const struct pcie_fn *f, unsigned off, unsigned size)
{
	const unsigned word = off & ~3u;
	uint32_t v = cfg_get(f->cfg, word, 4);

	if (word == CFG_COMMAND && f->intx)
		v |= (uint32_t)STS_INTX << 16;
	if (f->d.pcie_cap && word == CFG_EXP + EXP_CONTROL &&
	    (f->reads != 0 || !STAILQ_EMPTY(&f->asked)))
		v |= (uint32_t)EXP_PENDING << 16;
	v >>= 8 * (off & 3);
	return size == 4 ? v : v & ((1u << 8 * size) - 1);
}

static uint32_t
command(const struct pcie_fn *f)
{
	return cfg_get(f->cfg, CFG_COMMAND, 2);
}

bool
cfg_in_d0(const struct pcie_fn *f)
{
	return !f->d.pm_cap || (f->cfg[CFG_PM + PM_CONTROL] & 3) == 0;
}

bool
cfg_may_master(const struct pcie_fn *f)
{
	return (command(f) & CMD_MASTER) != 0 && cfg_in_d0(f);
}

bool
pcie_bus_master(const struct pcie_fn *f)
{
	return cfg_may_master(f);
}

void
pcie_master_sink(struct pcie_fn *f, void (*may)(void *), void *arg)
{
	f->may_master = may;
	f->may_master_arg = arg;
}

/* A size field of Device Control; more than there are is the largest. */
unsigned
cfg_exp_size(const struct pcie_fn *f, unsigned shift)
{
	unsigned code = 0;

	if (!f->d.pcie_cap)
		return 128;
	code = cfg_get(f->cfg, CFG_EXP + EXP_CONTROL, 2) >> shift & 7;
	if (shift == 5 && code > EXP_MPS_MAX_CODE)
		code = EXP_MPS_MAX_CODE;
	return code > 5 ? 4096 : 128u << code;
}

/* D1 and D2 are not there: a write of them leaves the state as it is. */
static void
power_written(struct pcie_fn *f, uint8_t old)
{
	uint8_t *control = &f->cfg[CFG_PM + PM_CONTROL];

	if ((*control & 3) != 0 && (*control & 3) != PM_D3)
		*control = (uint8_t)((*control & ~3) | (old & 3));
}

/* Of all that software has set, the payload size alone stays. */
static void
function_reset(struct pcie_fn *f)
{
	const uint8_t mps = f->cfg[CFG_EXP + EXP_CONTROL] & 0xe0;

	memcpy(f->cfg, f->init, sizeof(f->cfg));
	f->cfg[CFG_EXP + EXP_CONTROL] &= 0x1f;
	f->cfg[CFG_EXP + EXP_CONTROL] |= mps;
	f->intx = false;
	f->epoch++;
	f->write_bad = f->read_bad = false;
	msix_reset(f);
	requester_reset(f);
	if (f->ops.reset != NULL)
		f->ops.reset(f->ops.arg);
}

/* What registers do; v is what was written to [off, off + size). */
static void
written(struct pcie_fn *f, unsigned off, unsigned size, uint32_t v,
    uint8_t old_power)
{
	const unsigned control = CFG_EXP + EXP_CONTROL + 1; /* the high byte */

	if (f->d.pm_cap)
		power_written(f, old_power);
	if (f->d.pcie_cap && off <= control && control < off + size &&
	    (v >> 8 * (control - off) & EXP_FLR >> 8) != 0)
		function_reset(f);
	bar_windows(f->pcie);
	intx_changed(f);
	msix_changed(f);
	msi_changed(f);
}

void
cfg_write(struct pcie_fn *f, unsigned off, unsigned size, uint32_t v)
{
	const uint8_t old_power = f->cfg[CFG_PM + PM_CONTROL];
	const bool might = cfg_may_master(f);

	for (unsigned i = 0; i < size; i++) {
		const uint8_t b = (uint8_t)(v >> 8 * i);
		const uint8_t mask = f->mask[off + i];
		uint8_t *p = &f->cfg[off + i];

		*p = (uint8_t)((*p & ~mask) | (b & mask));
		*p &= (uint8_t) ~(b & f->w1c[off + i]);
	}
	written(f, off, size, v, old_power);
	if (!might && cfg_may_master(f) && f->may_master != NULL)
		f->may_master(f->may_master_arg);
}
