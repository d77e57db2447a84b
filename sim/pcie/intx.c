/*
 * intx.c: interrupt pins, which are messages.
 *
 * A function tells the root when its line rises and when it falls.  The root
 * has four lines, INTA to INTD of all functions together, each of which is up
 * while anybody holds it up; they lead to inputs of an interrupt controller
 * from gsi_first on.
 *
 * The line follows what the device wants, unless software has switched INTx
 * off, uses messages instead, or has put the function to sleep.
 */
#include <assert.h>

#include "pcie/pcie_int.h"

void
intx_changed(struct pcie_fn *f)
{
	const bool off = (cfg_get(f->cfg, CFG_COMMAND, 2) & CMD_INTX_OFF) != 0;
	const bool level = f->intx && !off && !pcie_msi_enabled(f) &&
	    !pcie_msix_enabled(f) && cfg_in_d0(f);

	if (level == f->intx_told)
		return;
	f->intx_told = level;
	requester_intx(f, level);
}

void
pcie_intx(struct pcie_fn *f, bool level)
{
	assert(f->d.int_pin != 0);
	f->intx = level;
	intx_changed(f);
}

unsigned
pcie_intx_gsi(const struct pcie_fn *f)
{
	assert(f->d.int_pin != 0);
	return f->pcie->par.gsi_first + f->d.int_pin - 1;
}

/* The message is at the root. */
void
intx_arrive(struct pcie_fn *f, bool level)
{
	struct pcie *p = f->pcie;
	unsigned *held = &p->held[f->d.int_pin - 1];

	*held += level ? 1u : -1u;
	if (p->sink != NULL && *held == (level ? 1 : 0))
		p->sink(p->sink_arg, pcie_intx_gsi(f), level);
}

void
pcie_intx_sink(struct pcie *p, void (*set)(void *arg, unsigned gsi, bool level),
    void *arg)
{
	p->sink = set;
	p->sink_arg = arg;
}
