/*
 * rss.c: receive-side scaling, the hop RSS: which queue takes a frame.
 *
 * The hash is Toeplitz's: for each bit of the input that is set, the 32 bits of
 * the key that begin at that bit's place are added (exclusive or).  The input
 * is source address, destination address and, where MRQC has that type and the
 * packet is no fragment, source port and destination port, as on the wire.
 * The last 7 bits of the hash choose a byte of RETA, whose last 3 bits are the
 * queue.  Without RSS, without PCSD, or where no type fits, it is the default
 * queue of MRQC, and the type is 0.
 */
#include "nic_i354/i354_impl.h"

uint32_t
i354_toeplitz(const uint8_t key[40], const uint8_t *input, unsigned n)
{
	uint64_t window = 0;
	uint32_t hash = 0;

	for (unsigned i = 0; i < 8; i++)
		window = window << 8 | key[i];
	for (unsigned i = 0; i < n; i++) {
		for (unsigned left = input[i]; left != 0; left &= left - 1)
			hash ^= (uint32_t)(window >>
			    (25 + __builtin_ctz(left)));
		window = window << 8 | (i + 8 < 40 ? key[i + 8] : 0);
	}
	return hash;
}

/* RSS types, and the bits of MRQC that allow them, best first. */
static unsigned
type_of(uint32_t mrqc, const struct packet *k, bool *ports)
{
	const bool tcp = k->l4_whole && k->proto == 6;
	const bool udp = k->l4_whole && k->proto == 17;

	*ports = true;
	if (k->ip4) {
		if (tcp && (mrqc & MRQC_TCP4) != 0)
			return 1;
		if (udp && (mrqc & MRQC_UDP4) != 0)
			return 7;
		*ports = false;
		return (mrqc & MRQC_IP4) != 0 ? 2 : 0;
	}
	if (!k->ip6)
		return 0;
	if (tcp && (mrqc & MRQC_TCP6) != 0 && !k->ip6_ext)
		return 3;
	if (tcp && (mrqc & MRQC_TCP6EX) != 0)
		return 6;
	if (udp && (mrqc & MRQC_UDP6) != 0 && !k->ip6_ext)
		return 8;
	if (udp && (mrqc & MRQC_UDP6EX) != 0)
		return 9;
	*ports = false;
	if ((mrqc & MRQC_IP6) != 0 && !k->ip6_ext)
		return 5;
	return (mrqc & MRQC_IP6EX) != 0 ? 4 : 0;
}

static uint32_t
hash_of(struct port *p, const struct frame *f, const struct packet *k,
    bool ports)
{
	uint8_t key[40], in[36];
	const unsigned n = k->ip4 ? 8 : 32;

	memcpy(key, &REG(p, I354_RSSRK(0)), sizeof(key)); /* low byte first */
	memcpy(in, f->data + k->l3 + (k->ip4 ? 12 : 8), n);
	if (ports)
		memcpy(in + n, f->data + k->l4, 4);
	return i354_toeplitz(key, in, ports ? n + 4 : n);
}

void
rss_classify(struct port *p, struct frame *f, struct packet *k)
{
	const uint32_t mrqc = REG(p, I354_MRQC);
	struct own *o = own_of(f);
	bool ports;

	parse(f, (uint16_t)REG(p, I354_VET), k);
	if (o->classified)
		return;
	o->classified = true;
	o->queue = mrqc >> MRQC_DEF_SHIFT & 7;
	f->stamp_tick[HOP_RSS] = f->at_tick;
	if ((mrqc & MRQC_MODE) != MRQC_RSS ||
	    (REG(p, I354_RXCSUM) & RXCSUM_PCSD) == 0)
		return;
	o->rss_type = (uint8_t)type_of(mrqc, k, &ports);
	if (o->rss_type == 0)
		return;
	o->hash = hash_of(p, f, k, ports);
	o->queue = REG(p, I354_RETA((o->hash & 127) / 4)) >> 8 * (o->hash & 3) &
	    7;
}
