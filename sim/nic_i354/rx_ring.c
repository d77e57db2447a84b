/*
 * rx_ring.c: the hop RX_RING: descriptors on the chip; and what receive and
 * transmit rings have in common.
 *
 * Indices of a ring in memory, in its order:
 *
 *	RDH ... used, not written back ... chip, or on the way ... next ... RDT
 *	        held[]                     desc[], fetching        in memory
 *
 * All between RDH and RDT belongs to the hardware.  With a head or a tail outside
 * of the ring the queue stands still: nothing is fetched, and what is held has no
 * place to go.  Descriptors are fetched
 * when a frame wants more than there are, or ahead: when fewer than PTHRESH are
 * on the chip and at least HTHRESH lie in memory.  One fetch of a ring is under
 * way at a time, of at most desc_fetch and not around the ring's end.
 */
#include "nic_i354/i354_impl.h"

void
chip_reset(struct chip *c, uint32_t next)
{
	c->gen++;
	c->first = c->n = 0;
	c->next = next;
}

struct desc
chip_pop(struct chip *c)
{
	const struct desc d = c->desc[c->first];

	assert(c->n > 0);
	c->first = (c->first + 1) % CHIP_MAX;
	c->n--;
	return d;
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Descriptors that lie in memory for the hardware. */
static uint32_t
ring_host(const struct chip *c, uint32_t size, uint32_t tail)
{
	if (c->next >= size || tail >= size)
		return 0;
	return (tail + size - c->next) % size;
}

bool
chip_fetch(struct port *p, struct chip *c, uint64_t base, uint32_t size,
    uint32_t tail, uint32_t xdctl, unsigned busy, bool wanted,
    void (*done)(void *, bool), void *arg)
{
	const struct i354_params *par = &p->nic->par;
	const uint32_t pthresh = xdctl & XDCTL_PTHRESH;
	const uint32_t hthresh = xdctl >> XDCTL_HTHRESH_SHIFT & 0x1f;
	const uint32_t host = ring_host(c, size, tail);
	uint32_t n = host;

	if (c->fetching != 0 || host == 0 || c->n + busy >= par->desc_chip ||
	    (REG(p, I354_CTRL) & CTRL_GIO_DISABLE) != 0)
		return false;
	if (!wanted && (c->n >= pthresh || host < hthresh))
		return false;
	n = least(n, par->desc_fetch);
	n = least(n, par->desc_chip - c->n - busy);
	n = least(n, size - c->next);
	if (!pcie_dma_read(p->fn, base + (uint64_t)c->next * DESC, n * DESC,
		c->buf, done, arg))
		return false;
	c->fetching = n;
	c->fetch_gen = c->gen;
	p->counts.fetches++;
	return true;
}

bool
chip_fetched(struct chip *c, bool ok)
{
	const uint32_t n = c->fetching;

	c->fetching = 0;
	if (!ok || c->fetch_gen != c->gen)
		return false;
	for (uint32_t i = 0; i < n; i++)
		c->desc[(c->first + c->n + i) % CHIP_MAX] = c->buf[i];
	c->n += n;
	c->next += n;
	return true;
}

uint32_t
ring_size(const struct port *p, uint32_t len_reg)
{
	return REG(p, len_reg) / DESC;
}

/*
 * Receive.
 */

static uint64_t
base_of(const struct rxq *q)
{
	return REG(q->port, I354_RDBAL(q->q)) |
	    (uint64_t)REG(q->port, I354_RDBAH(q->q)) << 32;
}

static bool
enabled(const struct rxq *q)
{
	return (REG(q->port, I354_RXDCTL(q->q)) & XDCTL_ENABLE) != 0;
}

static void fetched(void *, bool);

static bool
fetch(struct rxq *q, bool wanted)
{
	struct port *p = q->port;
	const uint32_t size = ring_size(p, I354_RDLEN(q->q));

	if (!enabled(q) || (REG(p, I354_RCTL) & RCTL_EN) == 0)
		return false;
	return chip_fetch(p, &q->chip, base_of(q), size, REG(p, I354_RDT(q->q)),
	    REG(p, I354_RXDCTL(q->q)), q->nheld, wanted, fetched, q);
}

static void
fetched(void *arg, bool ok)
{
	struct rxq *q = arg;
	const uint32_t size = ring_size(q->port, I354_RDLEN(q->q));
	const bool mine = chip_fetched(&q->chip, ok);

	if (mine && q->chip.next == size)
		q->chip.next = 0;
	if (!mine && ok) /* of before a reset: somebody may wait by now */
		(void)fetch(q, false);
	if (mine)
		(void)fetch(q, false);
	if (ok)
		rx_pump(q->port);
}

uint32_t
ring_free(const struct rxq *q)
{
	const uint32_t size = ring_size(q->port, I354_RDLEN(q->q));

	if (size == 0)
		return 0;
	return q->chip.n +
	    ring_host(&q->chip, size, REG(q->port, I354_RDT(q->q)));
}

enum take
ring_want(struct rxq *q, unsigned k)
{
	if (!enabled(q) || k > q->port->nic->par.desc_chip)
		return TAKE_OFF;
	if (q->chip.n >= k)
		return TAKE_OK;
	if (ring_free(q) < k)
		return TAKE_NONE;
	if (q->nheld > 0 &&
	    q->chip.n + q->nheld + k >= q->port->nic->par.desc_chip)
		rx_dma_flush(q);
	(void)fetch(q, true);
	return TAKE_WAIT;
}

struct desc
ring_pop(struct rxq *q)
{
	const struct desc d = chip_pop(&q->chip);

	(void)fetch(q, false);
	return d;
}

void
ring_init(struct rxq *q)
{
	STAILQ_INIT(&q->held_frames);
	i354_event(rx_dma_flush, q, &q->flush_ev);
}

/* Held frames are the caller's. */
void
ring_reset(struct rxq *q)
{
	i354_must(sc_ev_cancel(q->flush_ev));
	q->nheld = 0;
	chip_reset(&q->chip, 0);
}

/* The tail counts only when receiver and queue are on. */
void
ring_rdt(struct port *p, unsigned q, uint32_t v)
{
	if ((REG(p, I354_RCTL) & RCTL_EN) == 0 || !enabled(&p->rxq[q]))
		return;
	REG(p, I354_RDT(q)) = v;
	(void)fetch(&p->rxq[q], false);
	rx_pump(p);
}

void
ring_rdh(struct port *p, unsigned q, uint32_t v)
{
	if (p->rxq[q].nheld > 0)
		rx_dma_flush(&p->rxq[q]);
	REG(p, I354_RDH(q)) = v;
	chip_reset(&p->rxq[q].chip, v);
}

void
ring_rxdctl(struct port *p, unsigned q, uint32_t v)
{
	const uint32_t old = REG(p, I354_RXDCTL(q));
	struct rxq *r = &p->rxq[q];

	if (((v & XDCTL_SWFLSH) != 0 || (v & XDCTL_ENABLE) == 0) &&
	    r->nheld > 0)
		rx_dma_flush(r);
	REG(p, I354_RXDCTL(q)) = v & ~XDCTL_SWFLSH;
	if (((v ^ old) & XDCTL_ENABLE) != 0)
		chip_reset(&r->chip, REG(p, I354_RDH(q)));
	rx_pump(p);
}
