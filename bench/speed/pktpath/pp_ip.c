/*
 * pp_ip.c: IPv4 input and forwarding.
 *
 * Words are summed as they lie in memory: the Internet checksum does not care
 * about byte order as long as it is compared in the same one.
 */
#include <pp.h>

/* Add len bytes to the sum; the result is folded to 16 bits. */
static NOINLINE uint32_t
cksum_add(uint32_t sum, const uint8_t *p, uint32_t len)
{
	uint64_t s = sum;

	for (; len >= 4; len -= 4, p += 4)
		s += *(const uint32_t *)p;
	if (len & 2) {
		s += *(const uint16_t *)p;
		p += 2;
	}
	if (len & 1)
		s += *p;
	s = (s >> 32) + (uint32_t)s;
	s = (s >> 16) + (s & 0xffff);
	s = (s >> 16) + (s & 0xffff);
	s = (s >> 16) + (s & 0xffff);
	return (uint32_t)s;
}

/* Header checks; 0, or the counter that says why not. */
static NOINLINE int
ip_verify(struct buf *b)
{
	const uint8_t *ip = b->b_data;
	uint32_t hlen, len;

	if (b->b_len < 20)
		return CT_SHORT;
	if (ip[0] >> 4 != 4)
		return CT_BADVERS;
	hlen = (ip[0] & 0xfu) * 4;
	len = get16(ip + 2);
	if (hlen < 20 || hlen > b->b_len || len > b->b_len || len < hlen + 8)
		return CT_SHORT;
	if (cksum_add(0, ip, hlen) != 0xffff)
		return CT_BADSUM;
	b->b_len = len; /* cut the padding of short frames */
	b->b_l4off = (uint16_t)hlen;
	return 0;
}

/*
 * Sum of the pseudo header and the first bytes of the segment: a hash that
 * spreads packets over queues.
 */
static NOINLINE void
ip_spread(struct buf *b)
{
	const uint8_t *ip = b->b_data;
	uint32_t sum, n = b->b_len - b->b_l4off;

	sum = cksum_add((uint32_t)ip[9] << 8, ip + 12, 8);
	sum = cksum_add(sum, ip + b->b_l4off, n > 32 ? 32 : n);
	b->b_csum = sum;
	b->b_hash = (sum ^ (sum >> 7)) * 0x9e3779b1u;
}

/* Put the link header for the next hop in front. */
static NOINLINE void
ip_link(struct cpu *c, struct buf *b, struct neigh *g)
{
	uint8_t *e = b->b_data - 14;
	const struct port *p = g->g_port;

	*(uint32_t *)e = *(const uint32_t *)g->g_mac;
	*(uint16_t *)(e + 4) = *(const uint16_t *)(g->g_mac + 4);
	*(uint32_t *)(e + 6) = *(const uint32_t *)p->p_mac;
	*(uint16_t *)(e + 10) = *(const uint16_t *)(p->p_mac + 4);
	put16(e + 12, 0x0800);
	b->b_data = e;
	b->b_len += 14;
	b->b_flags |= BF_ROUTED;
	if (g->g_expire - c->c_now < 32)
		g->g_expire = c->c_now + 512;
	g->g_hits++;
}

static NOINLINE int
ip_forward(struct cpu *c, struct buf *b)
{
	uint8_t *ip = b->b_data;
	struct neigh *g;
	uint32_t sum;
	int why = 0;

	if (ip[8] <= 1)
		return CT_TTL;
	if ((g = route_find(c, get32(ip + 16))) == NULL)
		return CT_NOROUTE;
	(void)xadd64(&g->g_refs, 1);
	ip[8]--;
	sum = *(uint16_t *)(ip + 10) + 1u; /* RFC 1624 in one step */
	*(uint16_t *)(ip + 10) = (uint16_t)(sum + (sum >> 16));
	if (b->b_len > g->g_mtu)
		why = CT_SHORT;
	else if (flow_check(c, b, 1) != 0)
		why = CT_BLOCK;
	if (why == 0) {
		count(c, CT_ROUTED);
		ip_link(c, b, g);
		port_send(c, g->g_port, b);
	}
	(void)xadd64(&g->g_refs, (uint64_t)-1);
	return why;
}

NOINLINE void
ip_input(struct cpu *c, struct buf *b)
{
	const uint8_t *ip = b->b_data;
	uint32_t dst;
	int why;

	if ((why = ip_verify(b)) != 0)
		goto drop;
	ip_spread(b);
	dst = get32(ip + 16);
	if (dst == c->c_port[0].p_addr || dst == c->c_port[1].p_addr) {
		why = CT_LOCAL;
		goto drop;
	}
	if (flow_check(c, b, 0) != 0) {
		why = CT_BLOCK;
		goto drop;
	}
	source_account(c, get32(ip + 12), b->b_len);
	if ((why = ip_forward(c, b)) == 0)
		return;
drop:
	count(c, why);
	buf_free(c, b);
}
