/*
 * bar.c: from an address to a function's register.
 *
 * A window is a BAR that answers: its function has the space switched on in
 * the command register and is in D0.  The list is made anew whenever that may
 * have changed, which is rare, in the order of functions and BARs; where
 * windows overlap the first one answers.  A BAR that software has put beside
 * the root's ranges is a window that nobody asks for.
 */
#include "pcie/pcie_int.h"

uint64_t
bar_address(const struct pcie_fn *f, unsigned bar)
{
	const struct pcie_bar *b = &f->d.bar[bar];
	const unsigned off = CFG_BAR0 + 4 * bar;
	uint64_t a = cfg_get(f->cfg, off, 4) & ~(b->bytes - 1);

	if (b->wide)
		a |= (uint64_t)cfg_get(f->cfg, off + 4, 4) << 32;
	return a;
}

void
bar_windows(struct pcie *p)
{
	p->nwindow = 0;
	for (unsigned i = 0; i < p->nfn; i++) {
		struct pcie_fn *f = p->fn[i];
		const uint32_t command = cfg_get(f->cfg, CFG_COMMAND, 2);

		for (unsigned b = 0; b < PCIE_NBAR; b++) {
			const struct pcie_bar *d = &f->d.bar[b];
			const uint32_t on = d->io ? CMD_IO : CMD_MEM;

			if (d->bytes == 0 || (command & on) == 0 ||
			    !cfg_in_d0(f))
				continue;
			p->window[p->nwindow++] = (struct window){
				.base = bar_address(f, b),
				.bytes = d->bytes,
				.fn = f,
				.bar = b,
				.io = d->io,
			};
		}
	}
}

const struct window *
bar_find(const struct pcie *p, bool io, uint64_t address, unsigned size)
{
	for (unsigned i = 0; i < p->nwindow; i++) {
		const struct window *w = &p->window[i];

		if (w->io == io && address >= w->base &&
		    address - w->base < w->bytes &&
		    size <= w->bytes - (address - w->base))
			return w;
	}
	return NULL;
}
