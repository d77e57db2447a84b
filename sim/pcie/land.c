/*
 * land.c: packets at the root, and the ends of requests.
 *
 * A write is done by io.h when it arrives, and a read too: its bytes are taken
 * then, and its completions are given time on the downward link right away,
 * from the instant on at which the data will be there.  Writes become visible
 * in the order in which they arrived, and reads of a link are answered in that
 * order, whichever line of memory was the faster one.
 *
 * Writes to 0xFEExxxxx are interrupts.  What goes to no memory is lost, as
 * writes are there, or answered without data, which the function's status
 * register keeps.
 *
 * All in callbacks.  done() may ask for more; so nothing here holds on to the
 * head of a list across a call of it.
 */
#include <assert.h>

#include "pcie/pcie_int.h"

/*
 * A write of four bytes there is a message; others are nothing.  What a message
 * takes is counted from the device (msi.latency), so its flight is behind it.
 */
static bool
interrupt(struct link *l, const struct tlp *t)
{
	const uint64_t flight_clk = tick_to_clk(l->pcie->par.flight_tick);
	uint32_t data = 0;

	if (t->n != sizeof(data) || t->pa % sizeof(data) != 0)
		return false;
	for (unsigned i = 0; i < sizeof(data); i++)
		data |= (uint32_t)t->data[i] << 8 * i;
	l->counts.interrupts++;
	io_message(l->pcie->io, (uint32_t)t->pa, data, now_clk() - flight_clk);
	return true;
}

/* Returns when it is visible. */
static uint64_t
write_memory(struct link *l, struct tlp *t)
{
	uint64_t done_clk;

	if (t->pa >= IO_MSI_BASE && t->pa < IO_MSI_END) {
		t->ok = interrupt(l, t);
		return sc_now_tick();
	}
	done_clk = io_dma_write(l->pcie->io, t->pa, t->data, t->n, now_clk());
	t->ok = done_clk != 0;
	return t->ok ? clk_to_tick_up(done_clk) : sc_now_tick();
}

static void
land_write(struct link *l, struct tlp *t)
{
	struct pcie_fn *f = t->fn;
	uint64_t tick = sc_now_tick();

	if (t->kind == TLP_INTX)
		intx_arrive(f, t->arg != 0);
	else {
		tick = write_memory(l, t);
		l->counts.lost += !t->ok;
	}
	t->tick = l->visible_tick = tick_later(l->visible_tick, tick);
	t->back_tick = t->tick + l->pcie->par.flight_tick;
	if (t->dma && t->epoch == f->epoch) {
		f->write_bad |= !t->ok;
		t->ok = !f->write_bad;
		f->write_bad &= !t->last;
	}
	f->pending -= t->last && t->done == NULL;
	STAILQ_INSERT_TAIL(&l->landed, t, link);
	if (t->done != NULL && sc_ev_due_tick(l->landed_ev) == TICK_NEVER)
		pcie_must(sc_ev_at(l->landed_ev, t->tick));
}

static void
land_read(struct link *l, struct tlp *t)
{
	const struct pcie_params *par = &l->pcie->par;
	const uint64_t now = sc_now_tick();
	uint64_t done_clk = now_clk();
	uint32_t n = 1, bytes = tlp_bytes(TLP_ANSWER, 0, 0);

	if (t->epoch == t->fn->epoch)
		done_clk = io_dma_read(l->pcie->io, t->pa, t->buf, t->n,
		    now_clk());
	t->ok = done_clk != 0 && t->epoch == t->fn->epoch;
	if (t->ok) {
		n = tlp_completions(t->pa, t->n, par->rcb_bytes);
		bytes = tlp_completion_bytes(t->pa, t->n, par->rcb_bytes);
	}
	l->counts.completions += n;
	l->counts.lost += done_clk == 0;
	t->back_tick = now + par->flight_tick;
	/* Behind the answers before it, since they have the link until then. */
	pcie_link_down(l,
	    tick_later(clk_to_tick_up(done_clk), now) + par->read_tick, bytes);
	t->arg = n;
	t->tick = l->answer_tick = tick_later(l->answer_tick,
	    pcie_link_tick_up(l->down_mtick) + par->flight_tick);
	STAILQ_INSERT_TAIL(&l->reads, t, link);
	if (l->uncredited == NULL)
		l->uncredited = t;
	if (STAILQ_FIRST(&l->reads) == t)
		pcie_link_notify(l->reads_ev, &l->reads);
}

void
pcie_link_arrive(void *arg)
{
	struct link *l = arg;
	struct tlp *t;

	while ((t = STAILQ_FIRST(&l->flight)) != NULL &&
	    t->tick <= sc_now_tick()) {
		STAILQ_REMOVE_HEAD(&l->flight, link);
		if (l->pcie->par.dllp_bytes != 0)
			pcie_link_down(l, sc_now_tick(),
			    l->pcie->par.dllp_bytes);
		if (t->kind == TLP_READ)
			land_read(l, t);
		else
			land_write(l, t);
	}
	pcie_link_notify(l->arrive_ev, &l->flight);
	pcie_link_pump(l);
}

/* Writes that somebody waits for are visible. */
void
pcie_link_landed(void *arg)
{
	struct link *l = arg;
	struct tlp *t;

	while ((t = STAILQ_FIRST(&l->landed)) != NULL &&
	    t->tick <= sc_now_tick()) {
		void (*const done)(void *, bool) = t->done;

		STAILQ_REMOVE_HEAD(&l->landed, link);
		STAILQ_INSERT_TAIL(&l->returning, t, link);
		t->done = NULL;
		if (done == NULL)
			continue;
		t->fn->pending--;
		done(t->done_arg, t->ok && t->epoch == t->fn->epoch);
	}
	STAILQ_FOREACH (t, &l->landed, link)
		if (t->done != NULL)
			break;
	if (t != NULL)
		pcie_must(sc_ev_at(l->landed_ev, t->tick));
	pcie_link_pump(l);
}

/* A read's last completion is there. */
static void
answered(struct link *l, struct tlp *t)
{
	struct pcie_fn *f = t->fn;
	void (*const done)(void *, bool) = t->done;
	void *const done_arg = t->done_arg;
	const bool ours = t->epoch == f->epoch; /* since the last reset */
	bool ok = false;

	if (t->credit) {
		f->reads--;
		(void)pcie_link_up(l, t->arg * l->pcie->par.dllp_bytes);
	}
	if (ours) {
		f->read_bad |= !t->ok;
		ok = !f->read_bad;
		f->read_bad &= !t->last;
		if (!t->ok)
			f->cfg[CFG_STATUS + 1] |= STS_MASTER_ABORT >> 8;
	}
	f->pending -= t->last;
	pcie_link_put_back(l, t);
	if (done != NULL)
		done(done_arg, ok);
}

void
pcie_link_reads(void *arg)
{
	struct link *l = arg;
	struct tlp *t;

	for (;;) {
		pcie_link_reclaim(
		    l); /* nothing that is taken out is uncredited */
		t = STAILQ_FIRST(&l->reads);
		if (t == NULL || t->tick > sc_now_tick())
			break;
		STAILQ_REMOVE_HEAD(&l->reads, link);
		answered(l, t);
	}
	pcie_link_notify(l->reads_ev, &l->reads);
	pcie_link_pump(l);
}
