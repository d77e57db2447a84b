/*
 * tx_dma.c: the hop TX_DMA: descriptors become frames.
 *
 * Queues take turns, packet by packet.  A packet that software has begun but
 * not ended keeps its turn.  Descriptors are legacy, data, or context, which
 * is remembered (two of a queue) and needs no bytes; a null address or length
 * too.  The bytes of a packet are read descriptor by descriptor, up to tx_reads
 * reads of the port under way, into room of the packet buffer that it keeps
 * until it is on the wire.  Frames are sent in the order of their beginning.
 *
 * What cannot be a frame (too long for it or the packet buffer, segmentation,
 * which is absent) is read no further, ends as a drop, and its descriptors are
 * reported like others.
 */
#include "nic_i354/i354_impl.h"

#define LEAST 32 /* bytes of the packet buffer that a frame takes, at least */

void
tx_drop(struct port *p, struct frame *f, enum drop place)
{
	p->counts.dropped[place]++;
	frame_drop(f, place);
}

/* Nothing of the frame is under way and nothing will come. */
static void
complete(struct txq *q, struct frame *f)
{
	struct port *p = q->port;
	const struct i354_watch *w = &p->nic->watch;
	struct own *o = own_of(f);

	assert(o->eop && o->refs == 0 && !o->in_memory);
	o->in_memory = true; /* of the chip */
	p->tx_reading--;
	f->at_tick = sc_now_tick() + p->nic->par.tx_mac_tick;
	if (!o->dead && f->len_bytes > 0) {
		if (w->taken != NULL)
			w->taken(w->arg, p->n, q->q, f, o->pa);
		tx_offload(q, f);
	} else if (!o->dead) {
		o->dead = o->bad = true;
	}
	tx_mac_go(p);
}

static void
read_done(void *arg, bool ok)
{
	struct tx_read *r = arg;
	struct txq *q = r->q;
	struct port *p = q->port;
	struct own *o = own_of(r->f);

	o->refs--;
	if (!ok)
		o->dead = true;
	r->next = p->idle_read;
	p->idle_read = r;
	if (o->gen != p->gen) {
		if (o->refs == 0) {
			p->limbo_n--;
			tx_drop(p, r->f, DROP_TX_RESET);
		}
		tx_pump(p);
		return;
	}
	q->used[r->slot].done = true;
	txr_retire(q);
	if (o->eop && o->refs == 0)
		complete(q, r->f);
	tx_pump(p);
}

/* Begin a packet with its first data descriptor. */
static void
begin(struct txq *q, const struct desc *d)
{
	struct port *p = q->port;
	struct frame *f = frame_get(FRAME_FROM_MEMORY);
	struct own *o = own_of(f);
	const uint32_t size = ring_size(p, I354_TDLEN(q->q));
	uint32_t index = REG(p, I354_TDH(q->q)) + q->nused;

	if (size > 0)
		index %= size;
	f->stamp_tick[HOP_TX_DOORBELL] = q->bell_tick[index % BELLS];
	o->port = p;
	o->gen = p->gen;
	o->queue = (uint8_t)q->q;
	o->cmd = d->w[2];
	o->olinfo = d->w[3];
	o->pa = d->w[0] | (uint64_t)d->w[1] << 32;
	if ((d->w[2] & TXD_DEXT) != 0)
		memcpy(o->context,
		    q->context[d->w[3] >> TXD_CTX_SHIFT & (NCONTEXT - 1)],
		    sizeof(o->context));
	q->cur = f;
	q->len = 0;
	p->open = q;
	p->tx_n++;
	p->tx_reading++;
	STAILQ_INSERT_TAIL(&p->tx_list, f, link);
}

/* Read a descriptor's bytes; false: PCIe takes nothing. */
static bool
start_read(struct txq *q, unsigned slot, uint64_t pa, uint32_t n)
{
	struct port *p = q->port;
	struct tx_read *r = p->idle_read;
	struct frame *f = q->cur;

	if (f->stamp_tick[HOP_TX_DMA] == 0)
		f->stamp_tick[HOP_TX_DMA] = sc_now_tick();
	if (!pcie_dma_read(p->fn, pa, n, f->data + q->len, read_done, r))
		return false;
	p->idle_read = r->next;
	*r = (struct tx_read){ q, f, slot, NULL };
	own_of(f)->refs++;
	q->len += n;
	p->txpb_used += n;
	f->len_bytes = f->cap_bytes = q->len;
	own_of(f)->fifo_bytes = q->len;
	return true;
}

/* Take a data descriptor; false when it must wait. */
static bool
data(struct txq *q, const struct desc *d)
{
	struct port *p = q->port;
	const struct i354_params *par = &p->nic->par;
	const uint64_t pa = d->w[0] | (uint64_t)d->w[1] << 32;
	const uint32_t n = d->w[2] & TXD_LEN;
	const uint32_t before = q->cur != NULL ? q->len : 0;
	struct own *o;
	bool bytes = pa != 0 && n != 0;
	unsigned slot;

	if (p->idle_read == NULL ||
	    (q->cur == NULL && p->tx_n >= par->txpb_bytes / LEAST))
		return false;
	if (bytes && before + n <= par->txpb_bytes && before + n <= FRAME_MAX &&
	    p->txpb_used + n > par->txpb_bytes)
		return false;
	if (q->cur == NULL)
		begin(q, d);
	o = own_of(q->cur);
	if (before + n > FRAME_MAX || before + n > par->txpb_bytes ||
	    ((o->cmd & TXD_DEXT) != 0 && (o->cmd & TXD_TSE) != 0))
		o->dead = o->bad = true;
	(void)chip_pop(&q->chip);
	bytes = bytes && !o->dead;
	slot = txr_use(q, d, !bytes);
	if (bytes && !start_read(q, slot, pa, n)) {
		o->dead = true;
		q->used[slot].done = true;
	}
	if ((d->w[2] & TXD_EOP) != 0) {
		struct frame *f = q->cur;

		o->eop = true;
		q->cur = NULL;
		p->open = NULL;
		if (o->refs == 0)
			complete(q, f);
	}
	txr_retire(q);
	return true;
}

/* Take a queue's next descriptor; false when it must wait. */
static bool
take(struct txq *q)
{
	const struct desc d = q->chip.desc[q->chip.first];
	unsigned slot;

	if ((d.w[2] & TXD_DEXT) == 0 || (d.w[2] & TXD_TYPE) != TXD_CONTEXT)
		return data(q, &d);
	slot = d.w[3] >> TXD_CTX_SHIFT & (NCONTEXT - 1);
	(void)chip_pop(&q->chip);
	memcpy(q->context[slot], d.w, sizeof(d.w));
	(void)txr_use(q, &d, true);
	txr_retire(q);
	return true;
}

/* Whose turn it is: who has begun, or the next with a descriptor. */
static struct txq *
next(struct port *p)
{
	if (p->open != NULL)
		return txr_ready(p->open) ? p->open : NULL;
	for (unsigned i = 0; i < I354_NQ; i++) {
		const unsigned q = (p->turn + i) % I354_NQ;

		if ((p->tx_may >> q & 1) != 0 && txr_ready(&p->txq[q]))
			return &p->txq[q];
	}
	return NULL;
}

void
tx_pump(void *port)
{
	struct port *p = port;
	struct txq *q;

	if (p->tx_pumping)
		return;
	p->tx_pumping = true;
	while ((REG(p, I354_CTRL) & CTRL_GIO_DISABLE) == 0 &&
	    (q = next(p)) != NULL && take(q))
		if (p->open == NULL)
			p->turn = (q->q + 1) % I354_NQ;
	p->tx_pumping = false;
}

void
tx_dma_init(struct port *p)
{
	STAILQ_INIT(&p->tx_list);
	STAILQ_INIT(&p->ctl_list);
	i354_event(tx_mac_go, p, &p->tx_ev);
	i354_event(tx_pump, p, &p->bell_ev);
	for (unsigned i = 0; i < p->nic->par.tx_reads; i++) {
		p->read[i].next = p->idle_read;
		p->idle_read = &p->read[i];
	}
	txr_init(p);
}

/* p->gen is new already. */
void
tx_dma_reset(struct port *p)
{
	struct frame *f;

	i354_must(sc_ev_cancel(p->tx_ev));
	i354_must(sc_ev_cancel(p->bell_ev));
	while ((f = STAILQ_FIRST(&p->tx_list)) != NULL) {
		STAILQ_REMOVE_HEAD(&p->tx_list, link);
		if (own_of(f)->refs > 0)
			p->limbo_n++;
		else
			tx_drop(p, f, DROP_TX_RESET);
	}
	while ((f = STAILQ_FIRST(&p->ctl_list)) != NULL) {
		STAILQ_REMOVE_HEAD(&p->ctl_list, link);
		tx_drop(p, f, DROP_TX_RESET);
	}
	txr_reset(p);
	p->open = NULL;
	p->turn = 0;
	p->tx_n = p->tx_reading = p->ctl_n = 0;
	p->txpb_used = 0;
	p->paused_until_tick = 0;
}
