/*
 * rx_dma.c: the hops RX_DMA, MEM_WRITE, RX_WB: a frame goes to memory.
 *
 * Frames leave the packet buffer in their order, whatever their queue: one that
 * finds no descriptor blocks those behind it, unless its queue drops
 * (SRRCTL.DROP_EN).  Then
 *
 *	bytes -> buffers		pcie_dma_write, one for each buffer
 *	descriptor -> held[]		written back when WTHRESH are, or the
 *					throttle's time has come; at once if 0, 1
 *	write-back -> cause_tick -> cause	one for each write-back
 *
 * PCIe keeps the order of writes and messages, so nobody waits in between; a
 * frame ends when its bytes are in memory and its cause is set.
 */
#include "nic_i354/i354_impl.h"

#define KB 1024u

static void
fifo_pop(struct port *p, struct frame *f)
{
	assert(STAILQ_FIRST(&p->fifo) == f && p->fifo_n > 0);
	STAILQ_REMOVE_HEAD(&p->fifo, link);
	p->fifo_n--;
}

static void
fifo_leave(struct port *p, const struct frame *f)
{
	p->fifo_bytes -= f->len_bytes + FRAME_FCS;
	rx_mac_room(p);
}

void
rx_drop(struct port *p, struct frame *f, enum drop place)
{
	p->counts.dropped[place]++;
	frame_drop(f, place);
}

static void
drop_head(struct port *p, struct frame *f, enum drop place)
{
	fifo_pop(p, f);
	fifo_leave(p, f);
	rx_drop(p, f, place);
}

/* Bytes in memory, cause set: the frame ends. */
static void
finish(struct port *p, struct frame *f)
{
	const struct i354_watch *w = &p->nic->watch;
	struct own *o = own_of(f);

	if (!o->in_memory || !o->caused)
		return;
	if (o->dead) {
		rx_drop(p, f, o->gen == p->gen ? DROP_RX_DMA : DROP_RX_RESET);
		return;
	}
	p->counts.rx_frames[o->queue]++;
	if (o->gen == p->gen) { /* else registers begin anew */
		stat_add(p, STAT_RPTHC, 1);
		stat_add(p, I354_PQGPRC(o->queue), 1);
	}
	if (w->delivered != NULL)
		w->delivered(w->arg, p->n, o->queue, f, o->pa);
	frame_put(f, FRAME_TO_MEMORY);
}

/* One of the frame's writes is in memory. */
static void
written(void *arg, bool ok)
{
	struct frame *f = arg;
	struct own *o = own_of(f);
	struct port *p = o->port;

	if (!ok)
		o->dead = true;
	if (--o->refs > 0)
		return;
	f->stamp_tick[HOP_MEM_WRITE] = sc_now_tick();
	o->in_memory = true;
	if (o->gen != p->gen) {
		assert(p->limbo_n > 0);
		p->limbo_n--;
		finish(p, f);
		return;
	}
	assert(p->dma_n > 0);
	p->dma_n--;
	p->fifo_bytes -= o->fifo_bytes;
	rx_mac_room(p);
	finish(p, f);
	rx_pump(p);
}

/*
 * Write-back.
 */

void
rx_dma_flush(void *arg)
{
	struct rxq *q = arg;
	struct port *p = q->port;
	const uint32_t size = ring_size(p, I354_RDLEN(q->q));
	const uint64_t base = REG(p, I354_RDBAL(q->q)) |
	    (uint64_t)REG(p, I354_RDBAH(q->q)) << 32;
	uint32_t head = REG(p, I354_RDH(q->q)), done = 0;
	const bool inside = head < size;
	struct frame *f;
	bool first = true;

	i354_must(sc_ev_cancel(q->flush_ev));
	while (inside && done < q->nheld) {
		uint32_t n = q->nheld - done;

		if (n > size - head)
			n = size - head;
		(void)pcie_dma_write(p->fn, base + (uint64_t)head * DESC,
		    q->held + done, n * DESC, NULL, NULL);
		p->counts.write_backs++;
		done += n;
		head = (head + n) % size;
	}
	q->nheld = 0;
	REG(p, I354_RDH(q->q)) = head;
	while ((f = STAILQ_FIRST(&q->held_frames)) != NULL) {
		STAILQ_REMOVE_HEAD(&q->held_frames, link);
		f->stamp_tick[HOP_RX_WB] = sc_now_tick();
		f->at_tick = sc_now_tick() + p->nic->par.cause_tick;
		own_of(f)->message = first;
		own_of(f)->dead |= !inside; /* nobody will find it */
		first = false;
		p->held_n--;
		p->cause_n++;
		if (STAILQ_EMPTY(&p->cause_list))
			at(p->cause_ev, f->at_tick);
		STAILQ_INSERT_TAIL(&p->cause_list, f, link);
	}
}

static void
causes(void *arg)
{
	struct port *p = arg;
	struct frame *f;

	while ((f = STAILQ_FIRST(&p->cause_list)) != NULL) {
		struct own *o = own_of(f);

		if (f->at_tick > sc_now_tick()) {
			at(p->cause_ev, f->at_tick);
			return;
		}
		STAILQ_REMOVE_HEAD(&p->cause_list, link);
		p->cause_n--;
		f->stamp_tick[HOP_RX_CAUSE] = sc_now_tick();
		if (o->message)
			p->cause_sent[o->queue] = cause_rx(p, o->queue);
		if (p->cause_sent[o->queue])
			f->stamp_tick[HOP_MSIX] = sc_now_tick();
		o->caused = true;
		finish(p, f);
	}
}

/* RXCSUM's sum of the frame from PCSS on, as it goes to memory. */
static uint32_t
packet_sum(const struct port *p, const uint8_t *frame, uint32_t bytes)
{
	const uint32_t start = REG(p, I354_RXCSUM) & RXCSUM_PCSS;

	if ((REG(p, I354_RXCSUM) & RXCSUM_PCSD) != 0 || start >= bytes)
		return 0;
	return parse_fold(parse_sum(frame + start, bytes - start, 0));
}

static struct desc
legacy(const struct desc *in, uint32_t len, uint32_t status, uint32_t errors,
    uint16_t tag, uint32_t sum)
{
	if ((status & (RXS_IPCS | RXS_L4CS)) == 0)
		status |= RXS_IXSM;
	return (struct desc){ { in->w[0], in->w[1], len | sum << 16,
	    status | errors << 8 | (uint32_t)tag << 16 } };
}

static struct desc
advanced(const struct port *p, const struct frame *f, const struct packet *k,
    uint32_t len, uint32_t status, uint32_t errors, uint16_t tag, uint32_t sum)
{
	const struct own *o = own_of(f);
	uint32_t second = o->hash;

	if ((REG(p, I354_RXCSUM) & RXCSUM_PCSD) == 0) {
		second = k->ip4 ? be16(f->data + k->l3 + 4) : 0;
		second |= sum << 16;
	}
	return (struct desc){ { o->rss_type | k->type, second,
	    status | errors << 24, len | (uint32_t)tag << 16 } };
}

/* Which bits the last descriptor says of the frame. */
static uint32_t
last_status(struct port *p, const struct frame *f, const struct packet *k,
    bool stripped, uint32_t *errors)
{
	uint32_t s = parse_checks(f, k, REG(p, I354_RXCSUM), errors);

	if (stripped)
		s |= RXS_VP;
	if (own_of(f)->inexact)
		s |= RXS_PIF;
	return s | RXS_EOP;
}

static uint32_t
buffer_bytes(const struct port *p, unsigned q)
{
	static const uint16_t plain[4] = { 2048, 1024, 512, 256 };
	const uint32_t kb = REG(p, I354_SRRCTL(q)) & SRRCTL_BSIZE;
	const uint32_t rctl = REG(p, I354_RCTL);
	const uint32_t code = rctl >> RCTL_BSIZE_SHIFT & 3;

	if (kb != 0)
		return kb * KB;
	return (rctl & RCTL_BSEX) != 0 && code != 0 ? plain[code] * 16u
						    : plain[code];
}

/* Bytes of the frame to its buffers, descriptors to held[]. */
static void
move(struct port *p, struct frame *f, struct packet *k, bool strip,
    uint32_t bytes, uint32_t bsize)
{
	struct own *o = own_of(f);
	struct rxq *q = &p->rxq[o->queue];
	const bool legacy_type = (REG(p, I354_SRRCTL(o->queue)) >>
					 SRRCTL_TYPE_SHIFT &
				     7) == 0;
	uint32_t errors, status = last_status(p, f, k, strip, &errors),
			 done = 0;
	const uint8_t *from = f->data;
	uint32_t sum;

	if (strip) {
		memmove(f->data + 4, f->data, 12);
		from += 4;
	}
	sum = packet_sum(p, from, bytes);
	while (done < bytes) {
		const struct desc in = ring_pop(q);
		const uint64_t pa = in.w[0] | (uint64_t)in.w[1] << 32;
		const uint32_t n = bytes - done < bsize ? bytes - done : bsize;
		const bool last = done + n == bytes;
		const uint32_t s = RXS_DD | (last ? status : 0);
		const uint16_t tag = last && strip ? k->vlan : 0;

		if (done == 0)
			o->pa = pa;
		if (pcie_dma_write(p->fn, pa, from + done, n, written, f))
			o->refs++;
		else
			o->dead = true;
		done += n;
		q->held[q->nheld++] = legacy_type
		    ? legacy(&in, n, s, last ? errors : 0, tag, sum)
		    : advanced(p, f, k, n, s, last ? errors : 0, tag, sum);
	}
	if (o->refs != 0 && p->nic->watch.moves != NULL)
		p->nic->watch.moves(p->nic->watch.arg, p->n, o->queue, f,
		    o->pa);
	if (strip) { /* what was delivered is what the watchers see */
		memmove(f->data, f->data + 4, bytes);
		f->len_bytes = bytes;
	}
}

/* The frame has its descriptors. */
static void
deliver(struct port *p, struct frame *f, struct packet *k, bool strip,
    uint32_t bytes, uint32_t bsize)
{
	struct own *o = own_of(f);
	struct rxq *q = &p->rxq[o->queue];
	const uint32_t srrctl = REG(p, I354_SRRCTL(o->queue));
	const uint32_t few = 16 * (srrctl >> SRRCTL_RDMTS_SHIFT & 31);
	const uint32_t wthresh = REG(p, I354_RXDCTL(o->queue)) >>
		XDCTL_WTHRESH_SHIFT &
	    31;
	const uint32_t before = ring_free(q);

	o->port = p;
	o->fifo_bytes = f->len_bytes + FRAME_FCS;
	f->stamp_tick[HOP_RX_RING] = f->stamp_tick[HOP_RX_DMA] = sc_now_tick();
	fifo_pop(p, f);
	move(p, f, k, strip, bytes, bsize);
	if (o->refs == 0) { /* PCIe takes nothing of the function */
		p->fifo_bytes -= o->fifo_bytes;
		o->in_memory = true;
	} else {
		p->dma_n++;
	}
	STAILQ_INSERT_TAIL(&q->held_frames, f, link);
	p->held_n++;
	if (before > few && ring_free(q) <= few)
		cause_other(p, ICR_RXDMT0);
	if (wthresh <= 1 || q->nheld >= wthresh)
		rx_dma_flush(q);
	else if (sc_ev_due_tick(q->flush_ev) == TICK_NEVER)
		at(q->flush_ev, cause_flush_tick(p, o->queue));
}

/* No descriptor: drop, or block all that is behind. */
static bool
without(struct port *p, struct frame *f)
{
	struct own *o = own_of(f);

	if (!o->blocked) {
		o->blocked = true;
		stat_add(p, STAT_RNBC, 1);
	}
	if ((REG(p, I354_SRRCTL(o->queue)) & SRRCTL_DROP_EN) != 0) {
		stat_add(p, I354_RQDPC(o->queue), 1);
		drop_head(p, f, DROP_RX_NO_DESC);
		return true;
	}
	return false;
}

/* The oldest frame's next step; false when it must wait. */
static bool
step(struct port *p, struct frame *f)
{
	struct own *o = own_of(f);
	struct packet k;
	uint32_t bytes = f->len_bytes, bsize;
	bool strip;

	rss_classify(p, f, &k);
	if (p->dma_n >= p->nic->par.rx_dma_frames ||
	    (REG(p, I354_CTRL) & CTRL_GIO_DISABLE) != 0)
		return false;
	strip = k.tagged && (REG(p, I354_CTRL) & CTRL_VME) != 0;
	if (strip)
		bytes -= 4;
	bsize = buffer_bytes(p, o->queue);
	switch (ring_want(&p->rxq[o->queue], (bytes + bsize - 1) / bsize)) {
	case TAKE_OK:
		deliver(p, f, &k, strip, bytes, bsize);
		return true;
	case TAKE_OFF:
		drop_head(p, f, DROP_RX_QUEUE_OFF);
		return true;
	case TAKE_NONE:
		if (!o->blocked)
			p->counts.blocked++;
		return without(p, f);
	case TAKE_WAIT:
		break;
	}
	return false;
}

void
rx_pump(void *port)
{
	struct port *p = port;
	struct frame *f;

	if (p->pumping)
		return;
	p->pumping = true;
	while ((f = STAILQ_FIRST(&p->fifo)) != NULL) {
		if (f->at_tick > sc_now_tick()) {
			at(p->rx_ev, f->at_tick);
			break;
		}
		if (!step(p, f))
			break;
	}
	p->pumping = false;
}

void
rx_dma_init(struct port *p)
{
	STAILQ_INIT(&p->fifo);
	STAILQ_INIT(&p->cause_list);
	i354_event(rx_pump, p, &p->rx_ev);
	i354_event(causes, p, &p->cause_ev);
	for (unsigned q = 0; q < I354_NQ; q++) {
		p->rxq[q].port = p;
		p->rxq[q].q = q;
		ring_init(&p->rxq[q]);
	}
}

/* All of a list end here; those whose writes are under way, when these do. */
static void
lose(struct port *p, struct frame_list *list)
{
	struct frame *f;

	while ((f = STAILQ_FIRST(list)) != NULL) {
		struct own *o = own_of(f);

		STAILQ_REMOVE_HEAD(list, link);
		o->dead = o->caused = true;
		if (o->refs == 0)
			rx_drop(p, f, DROP_RX_RESET);
	}
}

/* p->gen is new already. */
void
rx_dma_reset(struct port *p)
{
	i354_must(sc_ev_cancel(p->rx_ev));
	i354_must(sc_ev_cancel(p->cause_ev));
	lose(p, &p->fifo);
	lose(p, &p->cause_list);
	for (unsigned q = 0; q < I354_NQ; q++) {
		lose(p, &p->rxq[q].held_frames);
		ring_reset(&p->rxq[q]);
		p->cause_sent[q] = false;
	}
	p->limbo_n += p->dma_n;
	p->dma_n = p->fifo_n = p->held_n = p->cause_n = 0;
	p->fifo_bytes = 0;
	p->xoff_sent = false;
}
