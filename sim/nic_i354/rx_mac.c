/*
 * rx_mac.c: the hop MAC_RX: a frame's last bit has arrived.
 *
 * In this order it may end here: receiver off, length, flow control, address,
 * VLAN, no room in the packet buffer.  What remains waits in the buffer for
 * rx_class_tick and then for its queue (rx_dma.c).
 *
 * The buffer counts a frame's bytes with FCS, from here until they are in
 * memory.  Above FCRTH a pause frame is sent (CTRL.TFCE), again when half of
 * its time has passed, and one that ends it below FCRTL.
 */
#include "nic_i354/i354_impl.h"

#define ACCEPT     DROP_COUNT
#define MAX_PLAIN  1518 /* with FCS */
#define PAUSE_BITS 512  /* of a quantum */
#define BIT_TICK   12
#define PAUSE_CODE 1
#define KB         1024u

static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };

static uint32_t
buffer_bytes(const struct port *p)
{
	static const uint16_t kb[16] = { 36, 72, 144, 1, 2, 4, 8, 16, 35, 70,
		140 };
	const uint32_t code = REG(p, I354_RXPBS) & 15;

	return code == 0 ? p->nic->par.rxpb_bytes : kb[code] * KB;
}

/* Does an exact filter have the address? */
static bool
exact(const struct port *p, const uint8_t *a)
{
	const uint32_t low = a[0] | (uint32_t)a[1] << 8 | (uint32_t)a[2] << 16 |
	    (uint32_t)a[3] << 24;
	const uint32_t high = a[4] | (uint32_t)a[5] << 8 | RAH_AV;

	for (unsigned i = 0; i < 32; i++) {
		const uint32_t off = i < 16 ? I354_RAL(i)
					    : I354_RAL_HIGH + 8 * (i - 16);
		const uint32_t rah = REG(p, off + 4);

		if (REG(p, off) == low &&
		    (rah & (RAH_AV | RAH_AS | 0xffff)) == high)
			return true;
	}
	return false;
}

/* A hash table of 4096 bits, by the last two bytes of the address. */
static bool
hashed(const struct port *p, uint32_t table, const uint8_t *a)
{
	static const uint8_t shift[4] = { 4, 3, 2, 0 };
	const uint32_t v = (uint32_t)a[5] << 8 | a[4];
	const uint32_t i = v >> shift[REG(p, I354_RCTL) >> RCTL_MO_SHIFT & 3] &
	    0xfff;

	return (REG(p, table + 4 * (i >> 5)) >> (i & 31) & 1) != 0;
}

static enum drop
address(const struct port *p, struct frame *f)
{
	const uint32_t rctl = REG(p, I354_RCTL);
	const uint8_t *a = f->data;
	bool group = (a[0] & 1) != 0;

	if (exact(p, a))
		return ACCEPT;
	if (memcmp(a, broadcast, 6) == 0 && (rctl & RCTL_BAM) != 0)
		return ACCEPT;
	own_of(f)->inexact = true;
	if (group ? (rctl & RCTL_MPE) != 0 : (rctl & RCTL_UPE) != 0)
		return ACCEPT;
	if (memcmp(a, broadcast, 6) != 0 &&
	    hashed(p, group ? I354_MTA(0) : I354_UTA(0), a))
		return ACCEPT;
	return DROP_RX_ADDRESS;
}

static enum drop
vlan(const struct port *p, const struct frame *f)
{
	const uint32_t rctl = REG(p, I354_RCTL);
	uint16_t tag;

	if ((rctl & RCTL_VFE) == 0 ||
	    be16(f->data + 12) != (uint16_t)REG(p, I354_VET))
		return ACCEPT;
	tag = be16(f->data + 14);
	if ((rctl & RCTL_CFIEN) != 0 &&
	    ((tag & 0x1000) != 0) != ((rctl & RCTL_CFI) != 0))
		return DROP_RX_VLAN;
	tag &= 0xfff;
	return (REG(p, I354_VFTA(tag >> 5)) >> (tag & 31) & 1) != 0
	    ? ACCEPT
	    : DROP_RX_VLAN;
}

static enum drop
length(struct port *p, const struct frame *f)
{
	const uint32_t bytes = f->len_bytes + FRAME_FCS;
	uint32_t most = MAX_PLAIN;

	if (f->len_bytes < FRAME_MIN) {
		stat_add(p, STAT_RUC, 1);
		return DROP_RX_RUNT;
	}
	if (be16(f->data + 12) == (uint16_t)REG(p, I354_VET))
		most += 4;
	if ((REG(p, I354_RCTL) & RCTL_LPE) != 0)
		most = REG(p, I354_RLPML);
	if (bytes <= most)
		return ACCEPT;
	stat_add(p, STAT_ROC, 1);
	return DROP_RX_LONG;
}

static enum drop
room(struct port *p, const struct frame *f)
{
	if (p->fifo_bytes + f->len_bytes + FRAME_FCS <= buffer_bytes(p))
		return ACCEPT;
	stat_add(p, STAT_MPC, 1);
	cause_other(p, ICR_RXO);
	return DROP_RX_FIFO;
}

/* A MAC control frame for us; true when that was all. */
static bool
control(struct port *p, struct frame *f)
{
	const uint32_t l = REG(p, I354_FCAL), h = REG(p, I354_FCAH);
	const uint8_t fca[6] = { (uint8_t)l, (uint8_t)(l >> 8),
		(uint8_t)(l >> 16), (uint8_t)(l >> 24), (uint8_t)h,
		(uint8_t)(h >> 8) };
	uint16_t quanta;

	if (be16(f->data + 12) != (uint16_t)REG(p, I354_FCT) ||
	    be16(f->data + 14) != PAUSE_CODE ||
	    (memcmp(f->data, fca, 6) != 0 && memcmp(f->data, p->mac, 6) != 0))
		return false;
	quanta = be16(f->data + 16);
	if ((REG(p, I354_CTRL) & CTRL_RFCE) == 0) {
		stat_add(p, STAT_FCRUC, 1);
		return false;
	}
	stat_add(p, quanta != 0 ? STAT_XOFFRXC : STAT_XONRXC, 1);
	tx_mac_paused(p, quanta);
	if ((REG(p, I354_RCTL) & (RCTL_DPF | RCTL_PMCF)) == RCTL_PMCF)
		return false;
	frame_put(f, FRAME_TO_MAC);
	return true;
}

/* Ask the partner to pause, when it must be told. */
static void
pressure(struct port *p)
{
	const uint32_t high = REG(p, I354_FCRTH) & FCRT_BYTES;
	const uint64_t pause_tick = (uint64_t)REG(p, I354_FCTTV) * PAUSE_BITS *
	    BIT_TICK;
	const uint64_t now = sc_now_tick();

	if ((REG(p, I354_CTRL) & CTRL_TFCE) == 0 || high == 0 ||
	    p->fifo_bytes <= high)
		return;
	if (p->xoff_sent && now < p->xoff_tick + pause_tick / 2)
		return;
	p->xoff_sent = true;
	p->xoff_tick = now;
	tx_mac_pause(p, (uint16_t)REG(p, I354_FCTTV));
}

void
rx_mac_room(struct port *p)
{
	const uint32_t low = REG(p, I354_FCRTL);

	if (!p->xoff_sent || p->fifo_bytes >= (low & FCRT_BYTES))
		return;
	p->xoff_sent = false;
	if ((low & FCRTL_XONE) != 0)
		tx_mac_pause(p, 0);
}

void
rx_mac_frame(void *port, struct frame *f)
{
	struct port *p = port;
	const struct i354_params *par = &p->nic->par;
	enum drop d;

	memset(f->own, 0, sizeof(f->own));
	f->stamp_tick[HOP_MAC_RX] = sc_now_tick();
	if ((REG(p, I354_RCTL) & RCTL_EN) == 0) {
		rx_drop(p, f, DROP_RX_OFF);
		return;
	}
	stats_rx(p, f, false);
	d = length(p, f);
	if (d == ACCEPT && control(p, f))
		return;
	if (d == ACCEPT)
		d = address(p, f);
	if (d == ACCEPT)
		d = vlan(p, f);
	if (d == ACCEPT) {
		stats_rx(p, f, true);
		d = room(p, f);
	}
	if (d != ACCEPT) {
		rx_drop(p, f, d);
		if (d == DROP_RX_FIFO)
			pressure(p);
		return;
	}
	own_of(f)->gen = p->gen;
	f->at_tick = sc_now_tick() + par->rx_mac_tick + par->rx_class_tick;
	p->fifo_bytes += f->len_bytes + FRAME_FCS;
	p->fifo_n++;
	if (STAILQ_EMPTY(&p->fifo))
		at(p->rx_ev, f->at_tick);
	STAILQ_INSERT_TAIL(&p->fifo, f, link);
	pressure(p);
}

void
rx_mac_link(void *port, bool up)
{
	phy_cable(port, up);
}
