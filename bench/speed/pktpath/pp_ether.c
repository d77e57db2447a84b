/*
 * pp_ether.c: taps, the learning bridge and the send queue of a port.
 */
#include <pp.h>

/* Run the taps of a list; non-zero: one of them refused the packet. */
NOINLINE int
tap_run(struct tap *t, struct port *p, struct buf *b)
{
	for (; t != NULL; t = t->t_next)
		if (t->t_fn(t, p, b) != 0)
			return 1;
	return 0;
}

static int
tap_filter(struct tap *t, struct port *p, struct buf *b)
{
	(void)p;
	t->t_seen++;
	if (filter_run(t->t_prog, b->b_data, b->b_len) != 0)
		t->t_match++;
	return 0;
}

static int
tap_size(struct tap *t, struct port *p, struct buf *b)
{
	t->t_seen++;
	if (b->b_len <= p->p_mtu + 14u)
		return 0;
	t->t_match++;
	return 1;
}

static inline uint32_t
mac_lo(const uint8_t *m)
{
	return *(const uint32_t *)m;
}

static inline uint16_t
mac_hi(const uint8_t *m)
{
	return *(const uint16_t *)(m + 4);
}

static inline int
mac_same(const uint8_t *a, const uint8_t *b)
{
	return mac_lo(a) == mac_lo(b) && mac_hi(a) == mac_hi(b);
}

static inline uint32_t
mac_hash(const uint8_t *m)
{
	uint32_t h = mac_lo(m) * 0x85ebca6bu ^ mac_hi(m) * 0xc2b2ae35u;

	h ^= h >> 15;
	return (h ^ (h >> 7)) & (NMACHASH - 1);
}

static NOINLINE struct station *
station_find(struct cpu *c, const uint8_t *mac)
{
	struct station *s;

	for (s = c->c_machash[mac_hash(mac)]; s != NULL; s = s->st_link)
		if (mac_same(s->st_mac, mac))
			return s;
	return NULL;
}

/* Remember where the sender of a frame is. */
static NOINLINE void
station_learn(struct cpu *c, const uint8_t *mac, struct port *p)
{
	struct station *s = station_find(c, mac), **head;
	int i;

	if (s == NULL) {
		if ((s = c->c_stfree) == NULL)
			return;
		c->c_stfree = s->st_link;
		for (i = 0; i < 6; i++)
			s->st_mac[i] = mac[i];
		head = &c->c_machash[mac_hash(mac)];
		s->st_link = *head;
		s->st_port = p;
		*head = s;
		count(c, CT_LEARN);
	} else if (s->st_port != p) {
		s->st_port = p;
		count(c, CT_MOVED);
	}
	s->st_seen = c->c_now;
	s->st_pkts++;
}

/* Queue a packet on a port; drops it when the queue is full. */
NOINLINE void
port_send(struct cpu *c, struct port *p, struct buf *b)
{
	int full;

	lk_enter(&p->p_lock, c->c_id);
	full = p->p_sendq.q_len >= p->p_sendmax;
	if (full) {
		p->p_senddrops++;
	} else {
		p->p_sent++;
		bufq_put(&p->p_sendq, b);
	}
	lk_leave(&p->p_lock);
	if (full) {
		count(c, CT_NOQUEUE);
		buf_free(c, b);
	}
}

/* A frame from the wire: learn, then route it or bridge it. */
NOINLINE void
ether_input(struct cpu *c, struct buf *b)
{
	struct port *p = b->b_rcv;
	struct station *s;
	const uint8_t *e = b->b_data;

	count(c, CT_IN);
	if (b->b_len < 14 || tap_run(p->p_intap, p, b) != 0) {
		p->p_idrops++;
		buf_free(c, b);
		return;
	}
	if ((e[6] & 1) == 0)
		station_learn(c, e + 6, p);
	if (mac_same(e, p->p_mac)) {
		if (get16(e + 12) != 0x0800) {
			p->p_idrops++;
			buf_free(c, b);
			return;
		}
		b->b_l3off = 14;
		b->b_data += 14;
		b->b_len -= 14;
		ip_input(c, b);
		return;
	}
	s = station_find(c, e);
	if (s != NULL && s->st_port == p) {
		buf_free(c, b); /* it was on this wire already */
		return;
	}
	count(c, s != NULL ? CT_BRIDGED : CT_FLOOD);
	port_send(c, s != NULL ? s->st_port : &c->c_port[!p->p_index], b);
}

static struct tap *
tap_new(struct tap *next, int (*fn)(struct tap *, struct port *, struct buf *),
    const struct finsn *prog)
{
	struct tap *t = carve(1, sizeof(*t));

	t->t_next = next;
	t->t_fn = fn;
	t->t_prog = prog;
	return t;
}

void
ether_setup(struct cpu *c)
{
	struct station *s = carve(NSTATION, sizeof(*s));
	struct port *p;
	int i;

	c->c_machash = carve(NMACHASH, sizeof(*c->c_machash));
	for (i = 0; i < NSTATION; i++, s++) {
		s->st_link = c->c_stfree;
		c->c_stfree = s;
	}
	bufq_init(&c->c_inq);
	for (i = 0; i < NPORT; i++) {
		p = &c->c_port[i];
		p->p_index = (uint32_t)i;
		p->p_mac[0] = 2;
		p->p_mac[5] = (uint8_t)(i + 1);
		p->p_mtu = 1500;
		p->p_addr = i == 0 ? 0x0a000001 : 0xac100001;
		p->p_sendmax = 512;
		p->p_ring = carve(1, sizeof(*p->p_ring));
		bufq_init(&p->p_sendq);
		p->p_intap = tap_new(tap_new(NULL, tap_size, NULL), tap_filter,
		    filter_web);
		p->p_outtap = tap_new(tap_new(NULL, tap_size, NULL), tap_filter,
		    filter_frag);
	}
}
