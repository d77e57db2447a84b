/*
 * tx_ring.c: the hop TX_DOORBELL, transmit rings: from the tail to descriptors
 * on the chip, and back to memory when they are done.
 *
 * A descriptor is used when the DMA has taken it, done when its bytes are on
 * the chip, and retired in the order of the ring; then TDH moves past it.  One
 * with RS is written back with DD (or TDH is, to TDWBA), and after cause_tick
 * the queue has its interrupt; several write-backs until then share it.
 * WTHRESH is taken for 0: what has RS is written back at once.  A tail that is
 * written while the port still reacts to another one is seen together with it.
 */
#include "nic_i354/i354_impl.h"

static bool
enabled(const struct txq *q)
{
	return (REG(q->port, I354_TXDCTL(q->q)) & XDCTL_ENABLE) != 0 &&
	    (REG(q->port, I354_TCTL) & TCTL_EN) != 0;
}

static uint32_t
size_of(const struct txq *q)
{
	return ring_size(q->port, I354_TDLEN(q->q));
}

static uint64_t
base_of(const struct txq *q)
{
	return REG(q->port, I354_TDBAL(q->q)) |
	    (uint64_t)REG(q->port, I354_TDBAH(q->q)) << 32;
}

/*
 * Its tail, or what is on the chip, is another: it is worth a look by
 * txr_ready().  Most queues have nothing most of the time.
 */
static void
may_have(const struct txq *q)
{
	q->port->tx_may |= 1u << q->q;
}

static void
restart(struct txq *q, uint32_t head)
{
	chip_reset(&q->chip, head);
	may_have(q);
}

static void fetched(void *, bool);

static void
fetch(struct txq *q, bool wanted)
{
	struct port *p = q->port;

	if (enabled(q))
		(void)chip_fetch(p, &q->chip, base_of(q), size_of(q),
		    REG(p, I354_TDT(q->q)), REG(p, I354_TXDCTL(q->q)), q->nused,
		    wanted, fetched, q);
}

static void
fetched(void *arg, bool ok)
{
	struct txq *q = arg;

	may_have(q);
	if (chip_fetched(&q->chip, ok)) {
		if (q->chip.next == size_of(q))
			q->chip.next = 0;
		fetch(q, false);
	}
	if (ok)
		tx_pump(q->port);
}

bool
txr_ready(struct txq *q)
{
	if (q->chip.n == 0 && q->chip.next == REG(q->port, I354_TDT(q->q))) {
		q->port->tx_may &= ~(1u << q->q);
		return false;
	}
	if (!enabled(q))
		return false;
	if (q->chip.n == 0)
		fetch(q, true);
	return q->chip.n > 0;
}

unsigned
txr_use(struct txq *q, const struct desc *d, bool done)
{
	const unsigned slot = (q->ufirst + q->nused) % CHIP_MAX;

	assert(q->nused < CHIP_MAX);
	q->nused++;
	q->used[slot] = (struct used){ *d, done };
	fetch(q, false);
	return slot;
}

static bool
wants_report(const struct desc *d)
{
	const bool context = (d->w[2] & TXD_DEXT) != 0 &&
	    (d->w[2] & TXD_TYPE) == TXD_CONTEXT;

	return !context && (d->w[2] & TXD_RS) != 0;
}

static void
report(struct txq *q, const struct desc *d, uint32_t index)
{
	struct port *p = q->port;
	struct desc back = *d;
	const uint32_t low = REG(p, I354_TDWBAL(q->q));
	const uint32_t head = REG(p, I354_TDH(q->q));

	if ((low & TDWBAL_ENABLE) != 0) {
		(void)pcie_dma_write(p->fn,
		    (low & ~3u) | (uint64_t)REG(p, I354_TDWBAH(q->q)) << 32,
		    &head, sizeof(head), NULL, NULL);
	} else if (index < size_of(q)) {
		back.w[3] |= TXD_DD;
		(void)pcie_dma_write(p->fn, base_of(q) + (uint64_t)index * DESC,
		    &back, DESC, NULL, NULL);
	}
	p->counts.write_backs++;
	if ((p->tx_cause >> q->q & 1) != 0)
		return;
	p->tx_cause |= 1u << q->q;
	p->tx_cause_tick[q->q] = sc_now_tick() + p->nic->par.cause_tick;
	if (sc_ev_due_tick(p->tx_cause_ev) == TICK_NEVER)
		at(p->tx_cause_ev, p->tx_cause_tick[q->q]);
}

void
txr_retire(struct txq *q)
{
	struct port *p = q->port;
	const uint32_t size = size_of(q);

	while (q->nused > 0 && q->used[q->ufirst].done && size > 0) {
		const struct used *u = &q->used[q->ufirst];
		const uint32_t index = REG(p, I354_TDH(q->q));

		REG(p, I354_TDH(q->q)) = (index + 1) % size;
		if (wants_report(&u->desc))
			report(q, &u->desc, index);
		q->ufirst = (q->ufirst + 1) % CHIP_MAX;
		q->nused--;
	}
}

/* The queues whose time has come; the event is for the earliest of the rest. */
static void
causes(void *arg)
{
	struct port *p = arg;
	uint64_t next = TICK_NEVER;

	for (unsigned q = 0; q < I354_NQ; q++) {
		if ((p->tx_cause >> q & 1) == 0)
			continue;
		if (p->tx_cause_tick[q] <= sc_now_tick()) {
			p->tx_cause &= ~(1u << q);
			cause_tx(p, q);
		} else if (p->tx_cause_tick[q] < next) {
			next = p->tx_cause_tick[q];
		}
	}
	if (next != TICK_NEVER)
		at(p->tx_cause_ev, next);
}

/*
 * Registers.
 */

void
txr_tdt(struct port *p, unsigned q, uint32_t v)
{
	struct txq *t = &p->txq[q];
	const uint32_t size = size_of(t);
	uint32_t i = REG(p, I354_TDT(q));

	if (i == v)
		return;
	REG(p, I354_TDT(q)) = v;
	may_have(t);
	for (; size > 0 && v < size && i != v; i = (i + 1) % size)
		t->bell_tick[i % BELLS] = sc_now_tick();
	if (sc_ev_due_tick(p->bell_ev) == TICK_NEVER)
		at(p->bell_ev, sc_now_tick() + p->nic->par.doorbell_tick);
}

void
txr_tdh(struct port *p, unsigned q, uint32_t v)
{
	REG(p, I354_TDH(q)) = v;
	if (p->txq[q].nused == 0)
		restart(&p->txq[q], v);
}

void
txr_txdctl(struct port *p, unsigned q, uint32_t v)
{
	const uint32_t old = REG(p, I354_TXDCTL(q));

	REG(p, I354_TXDCTL(q)) = v & ~XDCTL_SWFLSH;
	if ((v & ~old & XDCTL_ENABLE) != 0 && p->txq[q].nused == 0)
		restart(&p->txq[q], REG(p, I354_TDH(q)));
	tx_pump(p);
}

void
txr_init(struct port *p)
{
	i354_event(causes, p, &p->tx_cause_ev);
	for (unsigned q = 0; q < I354_NQ; q++) {
		p->txq[q].port = p;
		p->txq[q].q = q;
	}
}

void
txr_reset(struct port *p)
{
	i354_must(sc_ev_cancel(p->tx_cause_ev));
	p->tx_cause = 0;
	for (unsigned q = 0; q < I354_NQ; q++) {
		struct txq *t = &p->txq[q];

		restart(t, 0);
		t->nused = t->ufirst = 0;
		t->cur = NULL;
		t->len = 0;
		memset(t->context, 0, sizeof(t->context));
	}
}
