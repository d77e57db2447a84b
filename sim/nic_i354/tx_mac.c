/*
 * tx_mac.c: the hop MAC_TX: offloads, then onto the wire.
 *
 * When its bytes are there, a frame gets, in this order: checksums (legacy: one
 * sum from CSS to the end, at CSO; advanced: of IP and of layer 4 by the
 * context's lengths), its VLAN tag (VLE and CTRL.VME), padding (TCTL.PSP).
 * The FCS is the wire's; a frame without IFCS brings its own, which is taken
 * off.  Layer 4 sums begin with what software has put in the field, the sum of
 * the pseudo header.
 *
 * Frames leave one after another when the link is up and no pause is on.  Pause
 * frames of our own leave first, also then.
 */
#include "nic_i354/i354_impl.h"

#define QUANTUM_TICK (512 * 12)
#define CRC32C       0x82f63b78u

/* Store the complement of the sum from `from' at `where'. */
static void
put_sum(struct frame *f, uint32_t from, uint32_t end, uint32_t where, bool udp)
{
	uint16_t sum;

	if (where + 2 > f->len_bytes || from >= end || end > f->len_bytes)
		return;
	sum = (uint16_t)~parse_fold(parse_sum(f->data + from, end - from, 0));
	if (sum == 0 && udp)
		sum = 0xffff;
	put_be16(f->data + where, sum);
}

static void
put_crc32c(struct frame *f, uint32_t from, uint32_t where)
{
	uint32_t crc = UINT32_MAX;

	if (where + 4 > f->len_bytes)
		return;
	memset(f->data + where, 0, 4);
	for (uint32_t i = from; i < f->len_bytes; i++) {
		crc ^= f->data[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? CRC32C : 0);
	}
	crc = ~crc;
	memcpy(f->data + where, &crc, 4); /* low byte first */
}

static void
checksums(struct frame *f, const struct own *o)
{
	const uint32_t *c = o->context;
	const uint32_t l3 = c[0] >> 9 & 0x7f, l4 = l3 + (c[0] & 0x1ff);

	if ((o->cmd & TXD_DEXT) == 0) {
		const uint32_t cso = o->cmd >> 16 & 0xff;
		const uint32_t css = o->olinfo >> 8 & 0xff;

		if ((o->cmd & TXD_IC) != 0)
			put_sum(f, css, f->len_bytes, cso, false);
		return;
	}
	if ((o->olinfo & TXD_IXSM) != 0 && l3 + 12 <= f->len_bytes) {
		memset(f->data + l3 + 10, 0, 2);
		put_sum(f, l3, l4, l3 + 10, false);
	}
	if ((o->olinfo & TXD_TXSM) == 0)
		return;
	switch (c[2] >> TXC_L4T_SHIFT & 3) {
	case 0:
		put_sum(f, l4, f->len_bytes, l4 + 6, true);
		break;
	case 1:
		put_sum(f, l4, f->len_bytes, l4 + 16, false);
		break;
	case 2:
		put_crc32c(f, l4, l4 + 8);
		break;
	}
}

static void
insert_tag(struct port *p, struct frame *f, uint16_t tag)
{
	if (f->len_bytes < FRAME_HEAD || f->len_bytes + 4 > FRAME_MAX)
		return;
	memmove(f->data + 16, f->data + 12, f->len_bytes - 12);
	put_be16(f->data + 12, (uint16_t)REG(p, I354_VET));
	put_be16(f->data + 14, tag);
	f->len_bytes += 4;
}

void
tx_offload(struct txq *q, struct frame *f)
{
	struct port *p = q->port;
	const struct own *o = own_of(f);
	const bool adv = (o->cmd & TXD_DEXT) != 0;

	if ((o->cmd & TXD_IFCS) == 0 && f->len_bytes > FRAME_FCS)
		f->len_bytes -= FRAME_FCS;
	checksums(f, o);
	if ((o->cmd & TXD_VLE) != 0 && (REG(p, I354_CTRL) & CTRL_VME) != 0)
		insert_tag(p, f,
		    (uint16_t)((adv ? o->context[0] : o->olinfo) >> 16));
	if (f->len_bytes < FRAME_MIN && (REG(p, I354_TCTL) & TCTL_PSP) != 0) {
		memset(f->data + f->len_bytes, 0, FRAME_MIN - f->len_bytes);
		f->len_bytes = FRAME_MIN;
	}
	f->cap_bytes = f->len_bytes;
}

/*
 * The wire.
 */

static void
give(struct port *p, struct frame *f)
{
	f->stamp_tick[HOP_MAC_TX] = sc_now_tick();
	stats_tx(p, f);
	(void)p->out.send(p->out.arg, f, sc_now_tick());
	at(p->tx_ev, p->out.idle_at(p->out.arg));
}

/* The frame at the head, without its place in the buffer. */
static struct frame *
pop(struct port *p)
{
	struct frame *f = STAILQ_FIRST(&p->tx_list);

	STAILQ_REMOVE_HEAD(&p->tx_list, link);
	p->tx_n--;
	p->txpb_used -= own_of(f)->fifo_bytes;
	return f;
}

/* Frames at the head that cannot be sent end here. */
static bool
drop_dead(struct port *p)
{
	struct frame *f;
	bool any = false;

	while ((f = STAILQ_FIRST(&p->tx_list)) != NULL && own_of(f)->dead &&
	    own_of(f)->in_memory) {
		any = true;
		tx_drop(p, pop(p), own_of(f)->bad ? DROP_TX_BAD : DROP_TX_DMA);
	}
	return any;
}

/* Send the head if it may be; false when the wire or the frame must wait. */
static bool
send_head(struct port *p)
{
	struct frame *f = STAILQ_FIRST(&p->tx_list);
	const uint64_t now = sc_now_tick();

	if (f == NULL || !own_of(f)->in_memory ||
	    (REG(p, I354_TCTL) & TCTL_EN) == 0)
		return false;
	if (f->at_tick > now || p->paused_until_tick > now) {
		at(p->tx_ev,
		    f->at_tick > p->paused_until_tick ? f->at_tick
						      : p->paused_until_tick);
		return false;
	}
	p->counts.tx_frames[own_of(f)->queue]++;
	give(p, pop(p));
	return true;
}

void
tx_mac_go(void *port)
{
	struct port *p = port;
	struct frame *f;
	bool room = drop_dead(p);

	if (p->out.send != NULL && phy_up(p)) {
		if (p->out.idle_at(p->out.arg) > sc_now_tick()) {
			at(p->tx_ev, p->out.idle_at(p->out.arg));
		} else if ((f = STAILQ_FIRST(&p->ctl_list)) != NULL) {
			STAILQ_REMOVE_HEAD(&p->ctl_list, link);
			p->ctl_n--;
			stat_add(p,
			    be16(f->data + 16) != 0 ? STAT_XOFFTXC
						    : STAT_XONTXC,
			    1);
			give(p, f);
		} else if (send_head(p)) {
			room = true;
		}
	}
	if (room)
		tx_pump(p);
}

/*
 * Flow control.
 */

void
tx_mac_pause(struct port *p, uint16_t quanta)
{
	const uint32_t l = REG(p, I354_FCAL), h = REG(p, I354_FCAH);
	struct frame *f = STAILQ_FIRST(&p->ctl_list);

	if (f != NULL) { /* it waits for the wire, and says the newest */
		put_be16(f->data + 16, quanta);
		return;
	}
	f = frame_get(FRAME_FROM_MAC);
	f->len_bytes = f->cap_bytes = FRAME_MIN;
	memset(f->data, 0, FRAME_MIN);
	memcpy(f->data, &l, 4);
	memcpy(f->data + 4, &h, 2);
	memcpy(f->data + 6, p->mac, 6);
	put_be16(f->data + 12, (uint16_t)REG(p, I354_FCT));
	f->data[15] = 1;
	put_be16(f->data + 16, quanta);
	STAILQ_INSERT_TAIL(&p->ctl_list, f, link);
	p->ctl_n++;
	tx_mac_go(p);
}

void
tx_mac_paused(struct port *p, uint16_t quanta)
{
	p->paused_until_tick = sc_now_tick() + (uint64_t)quanta * QUANTUM_TICK;
	tx_mac_go(p);
}

void
tx_mac_reset(struct port *p)
{
	p->paused_until_tick = 0;
}
