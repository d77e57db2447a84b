/*
 * parse.c: what is in a frame, as the receive side looks at it.
 *
 * One VLAN tag, IPv4 with options, IPv6 with the extension headers that are
 * chained by length, then TCP, UDP or SCTP.  A header that is cut short by the
 * frame's end is not there.  Fragments have no layer 4, not the first one
 * either, since the hash of all must be one.
 *
 * Pure functions.
 */
#include "nic_i354/i354_impl.h"

#define ETHER_IP4 0x0800
#define ETHER_IP6 0x86dd
#define TCP       6
#define UDP       17
#define SCTP      132
#define FRAGMENT  44
#define IP6_HEAD  40

static void
layer4(const struct frame *f, struct packet *k, uint8_t proto, unsigned off)
{
	const unsigned need = proto == TCP ? 20 : proto == UDP ? 8 : 12;

	k->proto = proto;
	if (k->fragment || (proto != TCP && proto != UDP && proto != SCTP) ||
	    off + need > k->end || off + need > f->len_bytes)
		return;
	k->l4 = (uint16_t)off;
	k->l4_whole = proto != SCTP;
	k->type |= proto == TCP ? RXP_TCP : proto == UDP ? RXP_UDP : RXP_SCTP;
}

static void
ip4(const struct frame *f, struct packet *k, unsigned off)
{
	const uint8_t *h = f->data + off;
	unsigned head, total;

	if (off + 20 > f->len_bytes || h[0] >> 4 != 4)
		return;
	head = 4 * (h[0] & 15u);
	total = be16(h + 2);
	if (head < 20 || total < head || off + total > f->len_bytes)
		return;
	k->ip4 = true;
	k->l3 = (uint16_t)off;
	k->end = (uint16_t)(off + total);
	k->type |= RXP_IP4 | (head > 20 ? RXP_IP4_OPT : 0);
	k->fragment = (be16(h + 6) & 0x3fff) != 0;
	layer4(f, k, h[9], off + head);
}

static void
ip6(const struct frame *f, struct packet *k, unsigned off)
{
	const uint8_t *h = f->data + off;
	unsigned next, at_byte = off + IP6_HEAD;

	if (off + IP6_HEAD > f->len_bytes || h[0] >> 4 != 6 ||
	    at_byte + be16(h + 4) > f->len_bytes)
		return;
	k->ip6 = true;
	k->l3 = (uint16_t)off;
	k->end = (uint16_t)(at_byte + be16(h + 4));
	k->type |= RXP_IP6;
	next = h[6];
	/* Hop by hop, routing, fragment, destination options. */
	while (next == 0 || next == 43 || next == FRAGMENT || next == 60) {
		if (at_byte + 8 > k->end)
			return;
		k->ip6_ext = true;
		k->type |= RXP_IP6_EXT;
		if (next == FRAGMENT)
			k->fragment = true;
		h = f->data + at_byte;
		at_byte += next == FRAGMENT ? 8 : 8 + 8u * h[1];
		next = h[0];
	}
	layer4(f, k, (uint8_t)next, at_byte);
}

void
parse(const struct frame *f, uint16_t tag_type, struct packet *k)
{
	unsigned off = 12;

	memset(k, 0, sizeof(*k));
	if (f->len_bytes < FRAME_HEAD)
		return;
	if (be16(f->data + off) == tag_type && f->len_bytes >= FRAME_HEAD + 4) {
		k->tagged = true;
		k->vlan = be16(f->data + off + 2);
		off += 4;
	}
	switch (be16(f->data + off)) {
	case ETHER_IP4:
		ip4(f, k, off + 2);
		break;
	case ETHER_IP6:
		ip6(f, k, off + 2);
		break;
	}
}

uint32_t
parse_sum(const uint8_t *b, uint32_t n, uint32_t sum)
{
	uint64_t s = sum;

	for (; n > 1; n -= 2, b += 2)
		s += be16(b);
	if (n > 0)
		s += (uint32_t)b[0] << 8;
	while (s >> 32 != 0)
		s = (s & UINT32_MAX) + (s >> 32);
	return (uint32_t)s;
}

uint16_t
parse_fold(uint32_t s)
{
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)(s + (s >> 16));
}

/* The sum of layer 4 with its pseudo header; all ones when it is right. */
static uint16_t
l4_sum(const struct frame *f, const struct packet *k)
{
	const uint8_t *h = f->data + k->l3;
	const uint32_t n = (uint32_t)k->end - k->l4;
	uint32_t sum = n + k->proto;

	sum = k->ip4 ? parse_sum(h + 12, 8, sum) : parse_sum(h + 8, 32, sum);
	return parse_fold(parse_sum(f->data + k->l4, n, sum));
}

uint32_t
parse_checks(const struct frame *f, const struct packet *k, uint32_t rxcsum,
    uint32_t *errors)
{
	uint32_t status = 0;

	*errors = 0;
	if (k->ip4 && (rxcsum & RXCSUM_IPOFL) != 0) {
		const uint8_t *h = f->data + k->l3;

		status |= RXS_IPCS;
		if (parse_fold(parse_sum(h, 4 * (h[0] & 15u), 0)) != 0xffff)
			*errors |= RXE_IPE;
	}
	if (!k->l4_whole || (rxcsum & RXCSUM_TUOFL) == 0)
		return status;
	/* A UDP packet may have none. */
	if (k->proto == UDP && be16(f->data + k->l4 + 6) == 0)
		return status;
	status |= RXS_L4CS | (k->proto == UDP ? RXS_UDPCS : 0);
	if (l4_sum(f, k) != 0xffff)
		*errors |= RXE_L4E;
	return status;
}
