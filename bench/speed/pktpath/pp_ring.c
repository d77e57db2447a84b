/*
 * pp_ring.c: the driver's half of the receive and transmit rings.
 *
 * Indices run freely and are masked on use.  The device (pp_gen.c) owns the
 * descriptors from its index up to the driver's "put" index.
 */
#include <pp.h>

#define RMASK (RINGSZ - 1)

/* Take what has arrived, at most BATCH; returns the number of packets. */
NOINLINE int
rx_drain(struct cpu *c, struct port *p)
{
	struct ring *r = p->p_ring;
	struct rxd *d;
	struct buf *b;
	uint32_t i;
	int n;

	for (n = 0; n < BATCH && r->r_rxget != r->r_rxput; n++) {
		i = r->r_rxget & RMASK;
		d = &r->r_rx[i];
		if ((d->rd_status & RXD_DONE) == 0)
			break;
		b = r->r_rxbuf[i];
		r->r_rxbuf[i] = NULL;
		b->b_len = d->rd_len;
		b->b_rcv = p;
		b->b_stamp = c->c_now;
		if (d->rd_status & RXD_CSUM)
			b->b_flags |= BF_CSUM_OK;
		if (d->rd_vlan != 0) {
			b->b_vlan = d->rd_vlan;
			b->b_flags |= BF_VLAN;
		}
		p->p_ipkts++;
		p->p_ibytes += b->b_len;
		r->r_rxget++;
		bufq_put(&c->c_inq, b);
	}
	return n;
}

/* Give the device fresh buffers. */
NOINLINE void
rx_refill(struct cpu *c, struct port *p)
{
	struct ring *r = p->p_ring;
	struct rxd *d;
	struct buf *b;
	uint32_t i;

	while (r->r_rxput - r->r_rxget < RINGSZ - 4) {
		if ((b = buf_get(c)) == NULL) {
			count(c, CT_NOBUF);
			break;
		}
		i = r->r_rxput & RMASK;
		r->r_rxbuf[i] = b;
		d = &r->r_rx[i];
		d->rd_addr = (uintptr_t)b->b_data;
		d->rd_len = 0;
		d->rd_status = 0;
		barrier();
		r->r_rxput++;
	}
}

/* Move packets from the send queue to the ring. */
NOINLINE void
tx_start(struct cpu *c, struct port *p)
{
	struct ring *r = p->p_ring;
	struct txd *d;
	struct buf *b;
	uint32_t i;

	while (r->r_txput - r->r_txget < RINGSZ - 2) {
		lk_enter(&p->p_lock, c->c_id);
		b = bufq_get(&p->p_sendq);
		lk_leave(&p->p_lock);
		if (b == NULL)
			break;
		if (tap_run(p->p_outtap, p, b) != 0) {
			buf_free(c, b);
			continue;
		}
		i = r->r_txput & RMASK;
		r->r_txbuf[i] = b;
		d = &r->r_tx[i];
		d->td_addr = (uintptr_t)b->b_data;
		d->td_status = 0;
		d->td_cmd = b->b_len | TXD_CMD_EOP | TXD_CMD_RS;
		if (b->b_flags & BF_ROUTED)
			d->td_cmd |= TXD_CMD_CSUM;
		p->p_opkts++;
		p->p_obytes += b->b_len;
		barrier();
		r->r_txput++;
	}
}

/* Free what the device has sent. */
NOINLINE void
tx_reclaim(struct cpu *c, struct port *p)
{
	struct ring *r = p->p_ring;
	struct buf *b;
	uint32_t i;

	while (r->r_txget != r->r_txput) {
		i = r->r_txget & RMASK;
		if ((r->r_tx[i].td_status & 1) == 0)
			break;
		b = r->r_txbuf[i];
		r->r_txbuf[i] = NULL;
		r->r_txget++;
		buf_free(c, b);
	}
}
