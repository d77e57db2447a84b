/*
 * msi.c: message signalled interrupts of the older kind.
 *
 * One address for all vectors; a vector is the lowest bits of the data.  How
 * many there are, software decides, up to what the function asks for: with
 * 2^k vectors enabled, k bits of the data are the vector's, and vectors beyond
 * share those.  Masks and pending bits are in configuration space and work as
 * those of MSI-X (msix.c).
 */
#include <assert.h>

#include "pcie/pcie_int.h"

static uint32_t
control(const struct pcie_fn *f)
{
	return f->d.msi == 0 ? 0 : cfg_get(f->cfg, CFG_MSI + MSI_CONTROL, 2);
}

bool
pcie_msi_enabled(const struct pcie_fn *f)
{
	return (control(f) & MSI_ON) != 0;
}

/* As many as software says, but not more than it was offered. */
static unsigned
enabled(const struct pcie_fn *f)
{
	const unsigned n = 1u << (control(f) >> 4 & 7);

	return n < f->d.msi ? n : f->d.msi;
}

static bool
blocked(const struct pcie_fn *f, unsigned v)
{
	return (cfg_get(f->cfg, CFG_MSI + MSI_MASK, 4) >> v & 1) != 0 ||
	    !cfg_may_master(f);
}

static uint32_t
data_of(const struct pcie_fn *f, unsigned v)
{
	return (cfg_get(f->cfg, CFG_MSI + MSI_DATA, 2) & ~(enabled(f) - 1)) | v;
}

static void
send(struct pcie_fn *f, unsigned v)
{
	const uint64_t low = cfg_get(f->cfg, CFG_MSI + MSI_ADDR, 4);
	const uint64_t high = cfg_get(f->cfg, CFG_MSI + MSI_ADDR + 4, 4);

	requester_message(f, high << 32 | low, data_of(f, v));
}

bool
pcie_msi(struct pcie_fn *f, unsigned v)
{
	uint32_t pending;

	if (!pcie_msi_enabled(f))
		return false;
	v %= enabled(f);
	if (!blocked(f, v)) {
		send(f, v);
		return true;
	}
	pending = cfg_get(f->cfg, CFG_MSI + MSI_PENDING, 4);
	cfg_set(f->cfg, CFG_MSI + MSI_PENDING, 4, pending | 1u << v);
	return false;
}

bool
pcie_msi_message(const struct pcie_fn *f, unsigned v, uint32_t *address,
    uint32_t *data)
{
	if (!pcie_msi_enabled(f))
		return false;
	*address = cfg_get(f->cfg, CFG_MSI + MSI_ADDR, 4);
	*data = data_of(f, v % enabled(f));
	return true;
}

/* Masks or enable bits may have changed. */
void
msi_changed(struct pcie_fn *f)
{
	uint32_t pending;

	if (f->d.msi == 0)
		return;
	pending = cfg_get(f->cfg, CFG_MSI + MSI_PENDING, 4);
	for (unsigned v = 0; v < 32 && pending >> v != 0; v++) {
		const bool on = pcie_msi_enabled(f);

		if ((pending >> v & 1) == 0 || (on && blocked(f, v)))
			continue;
		pending &= ~(1u << v);
		if (on)
			send(f, v);
	}
	cfg_set(f->cfg, CFG_MSI + MSI_PENDING, 4, pending);
}
