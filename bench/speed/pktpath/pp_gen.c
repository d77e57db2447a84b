/*
 * pp_gen.c: the wire.  Frames for the receive rings, and a sink for the
 * transmit rings.
 *
 * Each port has NSTREAM conversations; a frame is a copy of its 64-byte
 * template.  Low-numbered conversations are more frequent.  Now and then a
 * conversation starts anew from another source port, which makes a new flow.
 */
#include <pp.h>

struct tmpl {
	uint64_t t_word[8];
};

static void
tmpl_ether(uint8_t *t, uint32_t port, uint32_t s)
{
	int i;

	for (i = 0; i < 64; i++)
		t[i] = 0;
	t[0] = 2;
	t[5] = (uint8_t)(port + 1); /* the router ... */
	if (s % 7 == 6) {           /* ... or a station across */
		t[0] = 4;
		t[3] = (uint8_t)!port;
		t[4] = (uint8_t)(s >> 1 & 127);
		t[5] = 0x5a;
	}
	t[6] = 4;
	t[9] = (uint8_t)port;
	t[10] = (uint8_t)(s & 127);
	t[11] = 0x5a;
	t[12] = 8;
}

static void
tmpl_ip(uint8_t *ip, uint32_t port, uint32_t s)
{
	uint32_t sum = 0;
	int i;

	ip[0] = 0x45;
	ip[1] = s % 31 == 0 ? 0xb8 : 0;
	ip[3] = 50;
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = s % 6 == 5 ? 17 : 6;
	ip[12] = port ? 172 : 10;
	ip[13] = port ? 16 : 0;
	ip[14] = (uint8_t)(s * 7);
	ip[15] = (uint8_t)(10 + (s >> 8));
	ip[16] = port ? 10 : 172;
	ip[17] = port ? 0 : 16;
	ip[18] = (uint8_t)(s * 11);
	ip[19] = (uint8_t)(20 + (s >> 8));
	for (i = 0; i < 20; i += 2)
		sum += *(uint16_t *)(ip + i);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	*(uint16_t *)(ip + 10) = (uint16_t)~sum;
}

static void
tmpl_make(struct tmpl *to, uint32_t port, uint32_t s)
{
	uint8_t *t = (uint8_t *)to, *th = t + 34;

	tmpl_ether(t, port, s);
	tmpl_ip(t + 14, port, s);
	put16(th, (uint16_t)(1024 + s));
	put16(th + 2, s % 3 == 0 ? 443 : (uint16_t)(5000 + s % 11));
	th[4] = (uint8_t)s;
	th[11] = 1;
	th[12] = 0x50;
	th[13] = s % 8 == 3 ? 0x18 : 0x10;
	th[14] = 0x20;
}

/* Deliver up to n frames into the port's free descriptors. */
NOINLINE void
gen_rx(struct port *p, int n)
{
	struct ring *r = p->p_ring;
	struct rxd *d;
	uint64_t x, *to;
	uint32_t s;
	struct tmpl *t;
	int i;

	for (; n > 0 && r->r_devrx != r->r_rxput; n--) {
		x = rnd(&p->p_random);
		s = (uint32_t)(((x >> 40) * (x >> 16 & 0xffffff)) >> 39);
		t = &p->p_tmpl[s];
		if ((x & 63) == 0)
			((uint16_t *)t)[17] += 0x0101;
		d = &r->r_rx[r->r_devrx & (RINGSZ - 1)];
		to = (uint64_t *)d->rd_addr;
		for (i = 0; i < 8; i++)
			to[i] = t->t_word[i];
		d->rd_len = 64;
		d->rd_vlan = 0;
		d->rd_status = RXD_DONE | RXD_CSUM;
		r->r_devrx++;
	}
}

/* Send everything that is in the transmit ring. */
NOINLINE void
gen_tx(struct port *p)
{
	struct ring *r = p->p_ring;

	for (; r->r_devtx != r->r_txput; r->r_devtx++)
		r->r_tx[r->r_devtx & (RINGSZ - 1)].td_status = 1;
}

void
gen_setup(struct cpu *c)
{
	struct port *p;
	uint32_t s;

	for (p = c->c_port; p < c->c_port + NPORT; p++) {
		p->p_random = 1 + p->p_index + NPORT * c->c_id;
		p->p_tmpl = carve(NSTREAM, sizeof(struct tmpl));
		for (s = 0; s < NSTREAM; s++)
			tmpl_make(&p->p_tmpl[s], p->p_index, s);
	}
}
