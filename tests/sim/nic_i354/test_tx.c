/*
 * test_tx.c: transmit rings of the I354, from outside: descriptors in memory
 * become frames on the wire.
 */
#include "sim/nic_i354/tx_rig.h"

/*
 * One packet of 100 bytes: on the wire as it is, DD, head, no write-back
 * without RS; stamps in order.
 */
START_TEST(one)
{
	const uint64_t *s = got[0].stamp_tick;
	uint64_t a, b;

	rig_start();
	links_up();
	tx_start(0, 0, 8, 0);
	a = put(0, 0, fill(0, 0, 0, 100, 7), DATA | LAST | 100, pay(100));
	b = put(0, 0, fill(0, 0, 1000, 80, 9), DATA | TXD_EOP | 80, pay(80));
	ring(0, 0);
	run_ns(20000);
	ck_assert_int_eq(ngot, 2);
	ck_assert_uint_eq(got[0].len_bytes, 100);
	ck_assert_mem_eq(got[0].data, mem(TXBUF(0, 0)), 100);
	ck_assert_uint_eq(got[1].len_bytes, 80);
	ck_assert_mem_eq(got[1].data, mem(TXBUF(0, 0) + 1000), 80);
	ck_assert_uint_eq(dd(a), 1);
	ck_assert_uint_eq(dd(b), 0);
	ck_assert_uint_eq(r(0, I354_TDH(0)), 2);
	ck_assert_uint_gt(s[HOP_TX_DOORBELL], 0);
	/* Doorbell, the descriptor's round trip; bytes, their MAC, the wire. */
	ck_assert_uint_gt(s[HOP_TX_DMA],
	    s[HOP_TX_DOORBELL] + np.doorbell_tick + 2 * pp.flight_tick);
	ck_assert_uint_gt(s[HOP_MAC_TX],
	    s[HOP_TX_DMA] + np.tx_mac_tick + 2 * pp.flight_tick);
	ck_assert_uint_eq(got[0].at_tick, s[HOP_MAC_TX] + 112 * 96 + 120);
	rig_end();
}
END_TEST

/* DD says that the bytes are read: software may write others at once. */
START_TEST(done_means_read)
{
	uint64_t d;

	rig_start();
	links_up();
	tx_start(0, 0, 8, 0);
	d = put(0, 0, fill(0, 0, 0, 1500, 7), DATA | LAST | 1500, pay(1500));
	ring(0, 0);
	for (unsigned i = 0; i < 4000 && dd(d) == 0; i++)
		run_ns(5);
	ck_assert_uint_eq(dd(d), 1);
	memset(mem(TXBUF(0, 0)), 0, 1500);
	run_ns(20000);
	for (unsigned i = 0; i < 1500; i++)
		ck_assert_uint_eq(got[0].data[i], (uint8_t)(i + 7));
	rig_end();
}
END_TEST

/* The time from the tail to the first fetch is doorbell_tick, here 1 ms. */
START_TEST(doorbell_time)
{
	const uint64_t *s = got[0].stamp_tick;

	np.doorbell_tick = 12000000;
	rig_start();
	links_up();
	tx_start(0, 0, 8, 0);
	put(0, 0, fill(0, 0, 0, 100, 7), DATA | LAST | 100, pay(100));
	ring(0, 0);
	run_ns(1100000);
	ck_assert_int_eq(ngot, 1);
	ck_assert_uint_gt(s[HOP_TX_DMA], s[HOP_TX_DOORBELL] + 12000000);
	ck_assert_uint_lt(s[HOP_TX_DMA], s[HOP_TX_DOORBELL] + 12100000);
	rig_end();
}
END_TEST

/* Legacy descriptors, in three pieces, with a gap of a null one. */
START_TEST(pieces)
{
	const uint32_t cmd = TXD_IFCS;
	uint64_t first, last;

	rig_start();
	links_up();
	tx_start(1, 3, 16, 0);
	fill(1, 3, 0, 300, 1);
	first = put(1, 3, TXBUF(1, 3), cmd | 17, 0);
	put(1, 3, TXBUF(1, 3) + 17, cmd | 200, 0);
	put(1, 3, 0, cmd | 5, 0);
	last = put(1, 3, TXBUF(1, 3) + 217, cmd | LAST | 83, 0);
	ring(1, 3);
	run_ns(20000);
	ck_assert_int_eq(ngot, 1);
	ck_assert_uint_eq(got[0].port, 1);
	ck_assert_uint_eq(got[0].len_bytes, 300);
	ck_assert_mem_eq(got[0].data, mem(TXBUF(1, 3)), 300);
	ck_assert_uint_eq(dd(first), 0);
	ck_assert_uint_eq(dd(last), 1);
	ck_assert_uint_eq(r(1, I354_TDH(3)), 4);
	rig_end();
}
END_TEST

/* A packet of more pieces than the chip holds: 200 of 5 bytes. */
START_TEST(many_pieces)
{
	rig_start();
	links_up();
	tx_start(0, 0, 256, 0);
	fill(0, 0, 0, 1000, 3);
	for (unsigned i = 0; i < 200; i++)
		put(0, 0, TXBUF(0, 0) + 5 * i, DATA | (i == 199 ? LAST : 0) | 5,
		    pay(1000));
	ring(0, 0);
	run_ns(200000);
	ck_assert_int_eq(ngot, 1);
	ck_assert_uint_eq(got[0].len_bytes, 1000);
	ck_assert_mem_eq(got[0].data, mem(TXBUF(0, 0)), 1000);
	ck_assert_uint_eq(r(0, I354_TDH(0)), 200);
	rig_end();
}
END_TEST

/* A packet that is not complete is not sent, and keeps its turn. */
START_TEST(half)
{
	rig_start();
	links_up();
	tx_start(0, 0, 16, 0);
	tx_start(0, 1, 16, 0);
	fill(0, 0, 0, 100, 1);
	fill(0, 1, 0, 100, 2);
	put(0, 0, TXBUF(0, 0), DATA | 50, pay(100));
	ring(0, 0);
	run_ns(10000);
	put(0, 1, TXBUF(0, 1), DATA | LAST | 100, pay(100));
	ring(0, 1);
	run_ns(10000);
	ck_assert_int_eq(ngot, 0);
	ck_assert_uint_eq(r(0, I354_TDH(1)), 0);
	conserved();
	put(0, 0, TXBUF(0, 0) + 50, DATA | LAST | 50, pay(100));
	ring(0, 0);
	run_ns(20000);
	ck_assert_int_eq(ngot, 2);
	ck_assert_uint_eq(got[0].data[0], 1);
	ck_assert_uint_eq(got[1].data[0], 2);
	rig_end();
}
END_TEST

/* Short frames are padded with zeros to 60 bytes with PSP, else not. */
START_TEST(padding)
{
	rig_start();
	links_up();
	tx_start(0, 0, 16, 0);
	memset(mem(TXBUF(0, 0)), 0x55, 200);
	/* One before, whose bytes must not be seen again. */
	put(0, 0, TXBUF(0, 0), DATA | LAST | 200, pay(200));
	ring(0, 0);
	run_ns(20000);
	ngot = 0;
	put(0, 0, TXBUF(0, 0), DATA | LAST | 20, pay(20));
	ring(0, 0);
	run_ns(20000);
	ck_assert_uint_eq(got[0].len_bytes, 60);
	for (unsigned i = 0; i < 60; i++)
		ck_assert_uint_eq(got[0].data[i], i < 20 ? 0x55 : 0);
	clear(0, I354_TCTL, TCTL_PSP);
	put(0, 0, TXBUF(0, 0), DATA | LAST | 20, pay(20));
	/* Without IFCS the last four bytes are the FCS. */
	put(0, 0, TXBUF(0, 0), (DATA & ~TXD_IFCS) | LAST | 104, pay(104));
	ring(0, 0);
	run_ns(20000);
	ck_assert_uint_eq(got[1].len_bytes, 20);
	ck_assert_uint_eq(got[2].len_bytes, 100);
	rig_end();
}
END_TEST

static void
context(unsigned p, unsigned q, unsigned slot, unsigned mac, unsigned ip,
    unsigned l4t, unsigned vlan)
{
	const uint64_t lens = ip | mac << 9 | (uint64_t)vlan << 16;

	put(p, q, lens, TXD_CONTEXT | TXD_DEXT | l4t << TXC_L4T_SHIFT | TXC_IP4,
	    slot << TXD_CTX_SHIFT);
}

static const uint8_t a4[4] = { 10, 0, 0, 1 }, b4[4] = { 10, 0, 0, 2 };

/* A packet with right sums; then IP's is void and L4's is the pseudo header. */
static void
void_sums(struct frame *f, unsigned proto, unsigned n)
{
	uint8_t *h = f->data + 14;

	put16(h + 10, 0xdead);
	put16(h + 20 + (proto == 6 ? 16 : 6),
	    book_sum(h + 12, 8, proto + n - 34));
}

/* IP, TCP and UDP sums: what leaves is what was right before. */
START_TEST(checksums)
{
	const unsigned proto = _i == 0 ? 6 : 17;
	struct frame *f;
	uint8_t want[101];

	rig_start();
	links_up();
	tx_start(0, 0, 32, 0);
	f = make_ip4(0, a4, b4, proto, 1, 2, 101);
	memcpy(want, f->data, 101);
	void_sums(f, proto, 101);
	memcpy(mem(TXBUF(0, 0)), f->data, 101);
	frame_put(f, FRAME_TO_SINK);
	context(0, 0, 1, 14, 20, proto == 6, 0);
	context(0, 0, 0, 14, 24, 2, 0); /* the other slot: not used */
	put(0, 0, TXBUF(0, 0), DATA | LAST | 101,
	    pay(101) | TXD_IXSM | TXD_TXSM | 1 << TXD_CTX_SHIFT);
	/* The context stays; IP alone; nothing at all. */
	put(0, 0, TXBUF(0, 0), DATA | LAST | 101,
	    pay(101) | TXD_IXSM | 1 << TXD_CTX_SHIFT);
	put(0, 0, TXBUF(0, 0), DATA | LAST | 101,
	    pay(101) | 1 << TXD_CTX_SHIFT);
	ring(0, 0);
	run_ns(40000);
	ck_assert_int_eq(ngot, 3);
	ck_assert_mem_eq(got[0].data, want, 101);
	ck_assert_mem_eq(got[1].data, want, 34);
	ck_assert_mem_ne(got[1].data, want, 101);
	ck_assert_uint_eq(get16(got[2].data + 24), 0xdead);
	ck_assert_uint_eq(r(0, I354_TDH(0)), 5);
	rig_end();
}
END_TEST

/* A UDP sum that comes out as 0 is sent as ffff; TCP's as 0. */
START_TEST(sum_of_zero)
{
	uint8_t *h;

	rig_start();
	links_up();
	tx_start(0, 0, 16, 0);
	h = mem(TXBUF(0, 0));
	memset(h, 0, 100);
	put16(h + 14 + 20, 0xffff); /* the sum of all is ffff: complement 0 */
	context(0, 0, 0, 14, 20, _i, 0);
	put(0, 0, TXBUF(0, 0), DATA | LAST | 100, pay(100) | TXD_TXSM);
	ring(0, 0);
	run_ns(20000);
	ck_assert_uint_eq(get16(got[0].data + 34 + (_i == 0 ? 6 : 16)),
	    _i == 0 ? 0xffff : 0);
	rig_end();
}
END_TEST

/* SCTP: CRC32c of "123456789" is e3069283, low byte first. */
START_TEST(sctp)
{
	rig_start();
	links_up();
	tx_start(0, 0, 16, 0);
	memset(mem(TXBUF(0, 0)), 0, 100);
	/* 12 bytes of header, the sum at 8: for it all of them are 0. */
	memcpy(mem(TXBUF(0, 0)) + 42, "\xff\xff\xff\xff", 4);
	context(0, 0, 0, 14, 20, 2, 0);
	put(0, 0, TXBUF(0, 0), DATA | LAST | 46, pay(46) | TXD_TXSM);
	ring(0, 0);
	run_ns(20000);
	/* CRC32c of twelve zero bytes: by the definition, bit by bit. */
	{
		uint32_t crc = UINT32_MAX, is;

		for (unsigned i = 0; i < 12 * 8; i++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78u : 0);
		crc = ~crc;
		memcpy(&is, got[0].data + 42, 4);
		ck_assert_uint_eq(is, crc);
	}
	rig_end();
}
END_TEST

/* Legacy: a sum from CSS to the end, at CSO. */
START_TEST(legacy_sum)
{
	unsigned sum;

	rig_start();
	links_up();
	tx_start(0, 0, 16, 0);
	fill(0, 0, 0, 99, 5);
	put16(mem(TXBUF(0, 0)) + 50, 0);
	sum = ~book_sum(mem(TXBUF(0, 0)) + 30, 69, 0) & 0xffff;
	put(0, 0, TXBUF(0, 0), TXD_IFCS | TXD_IC | LAST | 50 << 16 | 99,
	    30 << 8);
	ring(0, 0);
	run_ns(20000);
	ck_assert_uint_eq(get16(got[0].data + 50), sum);
	ck_assert_uint_eq(got[0].data[51 + 1], (52 + 5));
	rig_end();
}
END_TEST

/* VLE inserts the context's or the descriptor's tag when VME is set. */
START_TEST(vlan)
{
	rig_start();
	links_up();
	tx_start(0, 0, 16, 0);
	fill(0, 0, 0, 100, 5);
	context(0, 0, 0, 14, 20, 0, 0x2abc);
	put(0, 0, TXBUF(0, 0), DATA | LAST | TXD_VLE | 100, pay(100));
	ring(0, 0);
	run_ns(20000);
	ck_assert_uint_eq(got[0].len_bytes, 100);
	set(0, I354_CTRL, CTRL_VME);
	put(0, 0, TXBUF(0, 0), DATA | LAST | TXD_VLE | 100, pay(100));
	put(0, 0, TXBUF(0, 0), TXD_IFCS | LAST | TXD_VLE | 58, 0x0123u << 16);
	ring(0, 0);
	run_ns(20000);
	ck_assert_uint_eq(got[1].len_bytes, 104);
	ck_assert_mem_eq(got[1].data, mem(TXBUF(0, 0)), 12);
	ck_assert_uint_eq(get16(got[1].data + 12), 0x8100);
	ck_assert_uint_eq(get16(got[1].data + 14), 0x2abc);
	ck_assert_mem_eq(got[1].data + 16, mem(TXBUF(0, 0)) + 12, 88);
	ck_assert_uint_eq(got[2].len_bytes, 62); /* the tag, then no padding */
	ck_assert_uint_eq(get16(got[2].data + 14), 0x0123);
	rig_end();
}
END_TEST

/* Head write-back: TDH to memory instead of DD. */
START_TEST(head_write_back)
{
	uint64_t d;

	rig_start();
	links_up();
	tx_start(0, 0, 16, 0);
	w(0, I354_TDWBAL(0), (uint32_t)TXBUF(0, 7) | TDWBAL_ENABLE);
	fill(0, 0, 0, 100, 5);
	put(0, 0, TXBUF(0, 0), DATA | 50, pay(100));
	d = put(0, 0, TXBUF(0, 0), DATA | LAST | 50, pay(100));
	ring(0, 0);
	run_ns(20000);
	ck_assert_uint_eq(dd(d), 0);
	ck_assert_uint_eq(*mem32(TXBUF(0, 7)), 2);
	rig_end();
}
END_TEST

/* RS: the queue's vector, after the write-back; without, none. */
START_TEST(interrupt)
{
	rig_start();
	links_up();
	msix_on(0);
	ivar(0, 2, 0, 5);
	w(0, I354_EIAC, 1u << 5);
	w(0, I354_EIMS, 1u << 5);
	tx_start(0, 2, 16, 0);
	fill(0, 2, 0, 100, 5);
	put(0, 2, TXBUF(0, 2), DATA | TXD_EOP | 100, pay(100));
	ring(0, 2);
	run_ns(20000);
	ck_assert_int_eq(nmessage, 0);
	put(0, 2, TXBUF(0, 2), DATA | LAST | 100, pay(100));
	ring(0, 2);
	run_ns(20000);
	ck_assert_int_eq(told(0, 5), 1);
	ck_assert_int_eq(nmessage, 1);
	ck_assert_int_eq(ngot, 2);
	rig_end();
}
END_TEST

/* Thresholds: without, descriptors come when the chip has none. */
START_TEST(prefetch)
{
	uint64_t before;

	np.desc_fetch = 4;
	rig_start();
	links_up();
	tx_start(0, 0, 64, 0);
	fill(0, 0, 0, 100, 5);
	for (unsigned i = 0; i < 8; i++)
		put(0, 0, TXBUF(0, 0), DATA | LAST | 100, pay(100));
	before = i354_counts(nic, 0)->fetches;
	ring(0, 0);
	run_ns(50000);
	ck_assert_int_eq(ngot, 8);
	ck_assert_uint_eq(i354_counts(nic, 0)->fetches - before, 2);
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, one);
	tcase_add_test(t, done_means_read);
	tcase_add_test(t, doorbell_time);
	tcase_add_test(t, pieces);
	tcase_add_test(t, many_pieces);
	tcase_add_test(t, half);
	tcase_add_test(t, padding);
	tcase_add_loop_test(t, checksums, 0, 2);
	tcase_add_loop_test(t, sum_of_zero, 0, 2);
	tcase_add_test(t, sctp);
	tcase_add_test(t, legacy_sum);
	tcase_add_test(t, vlan);
	tcase_add_test(t, head_write_back);
	tcase_add_test(t, interrupt);
	tcase_add_test(t, prefetch);
}

int
main(void)
{
	return run_suite("sim/nic_i354 tx", add);
}
