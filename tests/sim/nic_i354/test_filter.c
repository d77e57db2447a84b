/*
 * test_filter.c: which frames a port of the I354 takes, and which queue they
 * get: addresses, VLAN, lengths, RSS with the published vectors.
 */
#include "sim/nic_i354/nic_rig.h"

static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };

static uint32_t
desc(unsigned q, unsigned i, unsigned dword)
{
	return *mem32(RING(0, q) + 16 * i + 4 * dword);
}

static uint64_t
dropped(enum drop d)
{
	return i354_counts(nic, 0)->dropped[d];
}

static int
taken(void)
{
	return ndelivered;
}

/* To address a of port 0. */
static void
to(const uint8_t a[6])
{
	struct frame *f = make(0, 60);

	memcpy(f->data, a, 6);
	send_wait(0, f);
}

static void
start(void)
{
	rig_start();
	links_up();
	rx_on(0, 0, 64, ADVANCED, 16);
	w(0, I354_RCTL, RCTL_EN);
}

START_TEST(own_address)
{
	uint8_t a[6];

	start();
	memcpy(a, mac0, 6);
	to(a);
	ck_assert_int_eq(taken(), 1);
	for (unsigned i = 0; i < 6; i++) { /* another one in each byte */
		memcpy(a, mac0, 6);
		a[i] ^= 4;
		to(a);
	}
	ck_assert_int_eq(taken(), 1);
	ck_assert_uint_eq(dropped(DROP_RX_ADDRESS), 6);
	/* The NVM's address is in RAR 0. */
	ck_assert_uint_eq(r(0, I354_RAL(0)), 0x12902500);
	ck_assert_uint_eq(r(0, I354_RAH(0)), 0x80005034);
	/* Not valid, or for source addresses: no filter. */
	w(0, I354_RAH(0), 0x00005034);
	to(mac0);
	w(0, I354_RAH(0), 0x80015034);
	to(mac0);
	ck_assert_int_eq(taken(), 1);
	rig_end();
}
END_TEST

/* Each of the 32 entries works; those above 15 are elsewhere. */
START_TEST(all_entries)
{
	uint8_t a[6] = { 2, 3, 4, 5, 6, 0 };

	start();
	for (unsigned i = 1; i < 32; i++) {
		const uint32_t off = i < 16 ? 0x5400 + 8 * i
					    : 0x54e0 + 8 * (i - 16);

		a[5] = (uint8_t)i;
		to(a);
		w(0, off, 0x05040302);
		w(0, off + 4, 0x80000006 | i << 8);
		to(a);
		ck_assert_int_eq(taken(), (int)i);
	}
	rig_end();
}
END_TEST

START_TEST(broadcast)
{
	start();
	to(all);
	ck_assert_int_eq(taken(), 0);
	w(0, I354_RCTL, RCTL_EN | RCTL_MPE | RCTL_UPE);
	to(all);
	ck_assert_int_eq(taken(), 1); /* a group address too */
	w(0, I354_RCTL, RCTL_EN | RCTL_BAM);
	to(all);
	ck_assert_int_eq(taken(), 2);
	rig_end();
}
END_TEST

/*
 * 01:00:5e:00:a5:c3: bytes 4 and 5 make 0xc3a5; shifted by 4, 3, 2, 0 and cut to
 * 12 bits it is c3a, 874, 0e9, 3a5.  PIF says that a table let it in.
 */
START_TEST(multicast)
{
	static const uint8_t a[6] = { 1, 0, 0x5e, 0, 0xa5, 0xc3 };
	static const unsigned bit[4] = { 0xc3a, 0x874, 0x0e9, 0x3a5 };

	start();
	for (unsigned mo = 0; mo < 4; mo++) {
		w(0, I354_RCTL, RCTL_EN | mo << RCTL_MO_SHIFT);
		to(a);
		ck_assert_int_eq(taken(), (int)mo);
		w(0, I354_MTA(bit[mo] / 32), 1u << bit[mo] % 32);
		to(a);
		ck_assert_int_eq(taken(), (int)mo + 1);
		ck_assert_uint_eq(desc(0, mo, 2) & 0xff,
		    RXS_DD | RXS_EOP | RXS_PIF);
		w(0, I354_MTA(bit[mo] / 32), 0);
	}
	w(0, I354_RCTL, RCTL_EN | RCTL_UPE);
	to(a);
	ck_assert_int_eq(taken(), 4);
	w(0, I354_RCTL, RCTL_EN | RCTL_MPE);
	to(a);
	ck_assert_int_eq(taken(), 5);
	rig_end();
}
END_TEST

START_TEST(promiscuous)
{
	static const uint8_t a[6] = { 2, 9, 9, 9, 0xa5, 0xc3 };

	start();
	to(a);
	ck_assert_int_eq(taken(), 0);
	w(0, I354_RCTL, RCTL_EN | RCTL_MPE);
	to(a);
	ck_assert_int_eq(taken(), 0);
	w(0, I354_RCTL, RCTL_EN | RCTL_UPE);
	to(a);
	to(mac0);
	ck_assert_int_eq(taken(), 2);
	ck_assert_uint_eq(desc(0, 0, 2) & RXS_PIF, RXS_PIF);
	ck_assert_uint_eq(desc(0, 1, 2) & RXS_PIF, 0);
	/* The table of unicast hashes works as MTA does. */
	w(0, I354_RCTL, RCTL_EN);
	w(0, I354_UTA(0xc3a / 32), 1u << 0xc3a % 32);
	to(a);
	ck_assert_int_eq(taken(), 3);
	rig_end();
}
END_TEST

static void
tagged(unsigned tag, unsigned n)
{
	struct frame *f = make(0, n);

	put16(f->data + 12, 0x8100);
	put16(f->data + 14, tag);
	send_wait(0, f);
}

/* VFTA is by the 12 bits of the VLAN; CFI by CFIEN. */
START_TEST(vlan)
{
	start();
	tagged(0x2345, 64);
	ck_assert_int_eq(taken(), 1);
	w(0, I354_RCTL, RCTL_EN | RCTL_VFE);
	tagged(0x2345, 64);
	ck_assert_uint_eq(dropped(DROP_RX_VLAN), 1);
	w(0, I354_VFTA(0x345 / 32), 1u << 0x345 % 32);
	tagged(0x2345, 64);
	tagged(0x5345, 64); /* with CFI */
	to(mac0);           /* without a tag */
	ck_assert_int_eq(taken(), 4);
	w(0, I354_RCTL, RCTL_EN | RCTL_VFE | RCTL_CFIEN);
	tagged(0x5345, 64);
	ck_assert_uint_eq(dropped(DROP_RX_VLAN), 2);
	tagged(0x2345, 64);
	ck_assert_int_eq(taken(), 5);
	rig_end();
}
END_TEST

/* VME takes the tag out of the bytes and puts it into the descriptor. */
START_TEST(strip)
{
	struct frame *f;
	uint8_t want[96];

	start();
	set(0, I354_CTRL, CTRL_VME);
	f = make(0, 100);
	put16(f->data + 12, 0x8100);
	put16(f->data + 14, 0xa123);
	memcpy(want, f->data, 12);
	memcpy(want + 12, f->data + 16, 84);
	send_wait(0, f);
	ck_assert_uint_eq(desc(0, 0, 3), 0xa1230000 | 96);
	ck_assert_uint_eq(desc(0, 0, 2) & RXS_VP, RXS_VP);
	ck_assert_mem_eq(mem(BUF(0, 0, 0)), want, 96);
	ck_assert_uint_eq(mem(BUF(0, 0, 0))[96], 0);
	send_wait(0, make(0, 100));
	ck_assert_uint_eq(desc(0, 1, 3), 100);
	ck_assert_uint_eq(desc(0, 1, 2) & RXS_VP, 0);
	rig_end();
}
END_TEST

/* The sum from PCSS on is of the frame as it lies in memory, in both formats. */
START_TEST(strip_sum)
{
	struct frame *f;
	unsigned sum;

	start();
	set(0, I354_CTRL, CTRL_VME);
	w(0, I354_RXCSUM, 14);
	w(0, I354_SRRCTL(0), _i == 0 ? LEGACY : ADVANCED);
	f = make(0, 100);
	put16(f->data + 12, 0x8100);
	put16(f->data + 14, 0xa123);
	sum = book_sum(f->data + 18, 82, 0);
	send_wait(0, f);
	ck_assert_uint_eq(desc(0, 0, 3) >> 16, 0xa123);
	ck_assert_uint_eq(desc(0, 0, _i == 0 ? 2 : 1) >> 16, sum);
	ck_assert_uint_eq(book_sum(mem(BUF(0, 0, 0)) + 14, 82, 0), sum);
	rig_end();
}
END_TEST

/*
 * With FCS: 1518 bytes, 1522 with a tag; with LPE whatever RLPML says.  Runts
 * are no frames.
 */
START_TEST(lengths)
{
	start();
	send_wait(0, make(0, 1514));
	tagged(5, 1518);
	ck_assert_int_eq(taken(), 2);
	send_wait(0, make(0, 1515));
	tagged(5, 1519);
	ck_assert_uint_eq(dropped(DROP_RX_LONG), 2);
	ck_assert_uint_eq(r(0, 0x40ac), 2); /* ROC */
	ck_assert_uint_eq(r(0, 0x40ac), 0);
	w(0, I354_RCTL, RCTL_EN | RCTL_LPE);
	send_wait(0, make(0, 1800));
	ck_assert_int_eq(taken(), 3);
	w(0, I354_RLPML, 1000);
	send_wait(0, make(0, 997));
	ck_assert_uint_eq(dropped(DROP_RX_LONG), 3);
	send_wait(0, make(0, 996));
	ck_assert_int_eq(taken(), 4);
	send_wait(0, make(0, 59));
	ck_assert_uint_eq(dropped(DROP_RX_RUNT), 1);
	ck_assert_uint_eq(r(0, 0x40a4), 1); /* RUC */
	w(0, I354_RCTL, 0);
	to(mac0);
	ck_assert_uint_eq(dropped(DROP_RX_OFF), 1);
	rig_end();
}
END_TEST

/*
 * RSS: the vectors of the NDIS documentation, facts/i354.md.
 */
static const struct vector {
	const char *src, *dst;
	unsigned sport, dport;
	uint32_t two, four;
} v4[] = {
	{ "\x42\x09\x95\xbb", "\xa1\x8e\x64\x50", 2794, 1766, 0x323e8fc2,
	    0x51ccc178 },
	{ "\xc7\x5c\x6f\x02", "\x41\x45\x8c\x53", 14230, 4739, 0xd718262a,
	    0xc626b0ea },
	{ "\x18\x13\xc6\x5f", "\x0c\x16\xcf\xb8", 12898, 38024, 0xd2d0a5de,
	    0x5c2b394a },
	{ "\x26\x1b\xcd\x1e", "\xd1\x8e\xa3\x06", 48228, 2217, 0x82989176,
	    0xafc7327f },
	{ "\x99\x27\xa3\xbf", "\xca\xbc\x7f\x02", 44251, 1303, 0x5d1809c5,
	    0x10e828a2 },
}, v6[] = {
	{ "\x3f\xfe\x25\x01\x02\x00\x1f\xff\0\0\0\0\0\0\0\x07",
	    "\x3f\xfe\x25\x01\x02\x00\x00\x03\0\0\0\0\0\0\0\x01", 2794, 1766,
	    0x2cc18cd5, 0x40207d3d },
	{ "\x3f\xfe\x05\x01\x00\x08\0\0\x02\x60\x97\xff\xfe\x40\xef\xab",
	    "\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 14230, 4739, 0x0f0c461c,
	    0xdde51bbf },
	{ "\x3f\xfe\x19\x00\x45\x45\x00\x03\x02\x00\xf8\xff\xfe\x21\x67\xcf",
	    "\xfe\x80\0\0\0\0\0\0\x02\x00\xf8\xff\xfe\x21\x67\xcf", 44251,
	    38024, 0x4b61e985, 0x02d1feef },
};

/* IPv6; ext: a destination options header, frag: a fragment header. */
static struct frame *
make_ip6(const struct vector *v, unsigned proto, bool ext, bool frag)
{
	struct frame *f = make(0, 120);
	uint8_t *h = f->data + 14, *n = h + 40;

	put16(f->data + 12, 0x86dd);
	memset(h, 0, 106);
	h[0] = 0x60;
	put16(h + 4, 66);
	h[6] = (uint8_t)proto;
	memcpy(h + 8, v->src, 16);
	memcpy(h + 24, v->dst, 16);
	if (ext || frag) {
		h[6] = ext ? 60 : 44;
		n[0] = (uint8_t)proto;
		n += 8;
	}
	put16(n, v->sport);
	put16(n + 2, v->dport);
	return f;
}

static void
rss_on(uint32_t types)
{
	start();
	rss_key(0);
	w(0, I354_RXCSUM, RXCSUM_PCSD);
	for (unsigned i = 0; i < 32; i++) /* entry k is k mod 8 */
		w(0, I354_RETA(i), i % 2 == 0 ? 0x03020100 : 0x07060504);
	w(0, I354_MRQC, MRQC_RSS | types);
	for (unsigned q = 1; q < 8; q++)
		rx_on(0, q, 64, ADVANCED, 16);
	w(0, I354_RCTL, RCTL_EN | RCTL_UPE);
}

static unsigned slot[8]; /* the next descriptor of a queue */

/* Send, and see which hash and type it has, in the queue of its last bits. */
static void
hashed(struct frame *f, uint32_t hash, unsigned type)
{
	const unsigned q = type == 0 ? 0 : hash & 7;

	send_wait(0, f);
	ck_assert_uint_eq(desc(q, slot[q], 2) & RXS_DD, RXS_DD);
	ck_assert_uint_eq(desc(q, slot[q], 1), type == 0 ? 0 : hash);
	ck_assert_uint_eq(desc(q, slot[q]++, 0) & 15, type);
}

#define SRC(v) ((const uint8_t *)(v)->src)
#define DST(v) ((const uint8_t *)(v)->dst)

START_TEST(rss_ip4)
{
	rss_on(MRQC_TCP4 | MRQC_IP4 | MRQC_UDP4);
	for (unsigned i = 0; i < 5; i++) {
		const struct vector *v = &v4[i];
		struct frame *f;

		hashed(make_ip4(0, SRC(v), DST(v), 6, v->sport, v->dport, 100),
		    v->four, 1);
		hashed(make_ip4(0, SRC(v), DST(v), 17, v->sport, v->dport, 100),
		    v->four, 7);
		hashed(make_ip4(0, SRC(v), DST(v), 1, v->sport, v->dport, 100),
		    v->two, 2);
		/* Fragments: the first one (more to come), and a later one. */
		f = make_ip4(0, SRC(v), DST(v), 6, v->sport, v->dport, 100);
		f->data[20] = 0x20;
		hashed(f, v->two, 2);
		f = make_ip4(0, SRC(v), DST(v), 17, v->sport, v->dport, 100);
		f->data[21] = 9;
		hashed(f, v->two, 2);
	}
	rig_end();
}
END_TEST

/* What MRQC does not allow falls back, to two fields or to none. */
START_TEST(rss_types)
{
	const struct vector *v = &v4[1];

	rss_on(MRQC_IP4);
	hashed(make_ip4(0, SRC(v), DST(v), 6, v->sport, v->dport, 99), v->two,
	    2);
	w(0, I354_MRQC, MRQC_RSS | MRQC_TCP4);
	hashed(make_ip4(0, SRC(v), DST(v), 6, v->sport, v->dport, 99), v->four,
	    1);
	hashed(make_ip4(0, SRC(v), DST(v), 17, v->sport, v->dport, 99), 0, 0);
	hashed(make_ip6(&v6[0], 6, false, false), 0, 0);
	hashed(make(0, 60), 0, 0);
	/* No RSS without the mode, and none without PCSD. */
	w(0, I354_MRQC, MRQC_TCP4);
	hashed(make_ip4(0, SRC(v), DST(v), 6, v->sport, v->dport, 99), 0, 0);
	w(0, I354_MRQC, MRQC_RSS | MRQC_TCP4);
	w(0, I354_RXCSUM, 0);
	send_wait(0, make_ip4(0, SRC(v), DST(v), 6, v->sport, v->dport, 99));
	ck_assert_uint_eq(desc(0, slot[0], 0) & 15, 0);
	ck_assert_uint_eq(desc(0, slot[0], 2) & RXS_DD, RXS_DD);
	rig_end();
}
END_TEST

START_TEST(rss_ip6)
{
	rss_on(MRQC_TCP6 | MRQC_TCP6EX | MRQC_IP6 | MRQC_IP6EX | MRQC_UDP6 |
	    MRQC_UDP6EX);
	w(0, I354_RCTL, RCTL_EN | RCTL_UPE | RCTL_MPE);
	for (unsigned i = 0; i < 3; i++) {
		const struct vector *v = &v6[i];

		hashed(make_ip6(v, 6, false, false), v->four, 3);
		hashed(make_ip6(v, 17, false, false), v->four, 8);
		hashed(make_ip6(v, 58, false, false), v->two, 5);
		hashed(make_ip6(v, 6, true, false), v->four, 6);
		hashed(make_ip6(v, 17, true, false), v->four, 9);
		hashed(make_ip6(v, 6, false, true), v->two, 4);
	}
	rig_end();
}
END_TEST

/* Under a tag, and the default queue of MRQC for what has no hash. */
START_TEST(rss_tagged)
{
	const struct vector *v = &v4[0];
	struct frame *f;

	rss_on(MRQC_IP4 | MRQC_TCP4);
	w(0, I354_MRQC, MRQC_RSS | MRQC_IP4 | MRQC_TCP4 | 5u << MRQC_DEF_SHIFT);
	f = make_ip4(0, SRC(v), DST(v), 6, v->sport, v->dport, 100);
	memmove(f->data + 16, f->data + 12, 88);
	put16(f->data + 12, 0x8100);
	put16(f->data + 14, 7);
	f->len_bytes = 104;
	hashed(f, v->four, 1);
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(desc(5, 0, 2) & RXS_DD, RXS_DD);
	rig_end();
}
END_TEST

/* All descriptors but one are the hardware's again. */
static void
refill(void)
{
	for (unsigned q = 0; q < 8; q++) {
		for (unsigned i = 0; i < 64; i++)
			rx_desc(0, q, i);
		w(0, I354_RDT(q), (r(0, I354_RDH(q)) + 63) % 64);
	}
}

/* Cut headers have no hash, and nothing is read behind the frame's end. */
START_TEST(rss_cut)
{
	struct rng rng;

	rss_on(0x01ff0000);
	w(0, I354_RCTL, RCTL_EN | RCTL_UPE | RCTL_MPE | RCTL_BAM | RCTL_LPE);
	rng_seed(&rng, 3, 0);
	for (unsigned i = 0; i < 2000; i++) {
		struct frame *f = i % 2 == 0
		    ? make_ip6(&v6[i % 3], i % 3 == 0 ? 6 : 17, i % 5 == 0,
			  i % 7 == 0)
		    : make_ip4(0, SRC(&v4[0]), DST(&v4[0]), 6, 1, 2, 90);

		f->len_bytes = f->cap_bytes = 60 +
		    (uint32_t)rng_below(&rng, 60);
		for (unsigned k = 0; k < 3; k++)
			f->data[12 + rng_below(&rng, 50)] = (uint8_t)
			    rng_u64(&rng);
		send(0, f);
		run_ns(2000);
		if (i % 16 == 0)
			refill();
	}
	conserved();
	ck_assert_int_ge(ndelivered, 1900);
	rig_end();
}
END_TEST

/* `show rss'. */
START_TEST(rss_print)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	rss_on(MRQC_TCP4 | MRQC_UDP6EX);
	i354_rss_print(nic, 0, f);
	fclose(f);
	ck_assert_ptr_nonnull(strstr(text, "RSS on, default queue 0"));
	ck_assert_ptr_nonnull(strstr(text, "hashed: TCPv4 UDPv6ex\n"));
	ck_assert_ptr_nonnull(strstr(text, "key: 6d5a56da 255b0ec2"));
	ck_assert_ptr_nonnull(strstr(text, "table: 0 1 2 3 4 5 6 7 0 1"));
	free(text);
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, own_address);
	tcase_add_test(t, all_entries);
	tcase_add_test(t, broadcast);
	tcase_add_test(t, multicast);
	tcase_add_test(t, promiscuous);
	tcase_add_test(t, vlan);
	tcase_add_test(t, strip);
	tcase_add_loop_test(t, strip_sum, 0, 2);
	tcase_add_test(t, lengths);
	tcase_add_test(t, rss_ip4);
	tcase_add_test(t, rss_types);
	tcase_add_test(t, rss_ip6);
	tcase_add_test(t, rss_tagged);
	tcase_add_test(t, rss_cut);
	tcase_add_test(t, rss_print);
}

int
main(void)
{
	return run_suite("sim/nic_i354 filter", add);
}
