/*
 * test_tx_load.c: transmit rings of the I354 under load: wire rate, packets
 * that cannot be sent, links that are down, random packets on all queues.
 */
#include "sim/nic_i354/tx_rig.h"

/*
 * Wire rate: 500 frames of 64 bytes back to back leave every 672 ns once the
 * first has left, from one queue and from eight.
 */
START_TEST(wire_rate)
{
	const unsigned nq = _i == 0 ? 1 : 8;

	rig_start();
	links_up();
	for (unsigned q = 0; q < nq; q++)
		tx_start(0, q, 512, 16 | 1 << XDCTL_HTHRESH_SHIFT);
	for (unsigned q = 0; q < nq; q++) {
		fill(0, q, 0, 60, q);
		for (unsigned i = 0; i < 504 / nq; i++)
			put(0, q, TXBUF(0, q), DATA | LAST | 60, pay(60));
	}
	for (unsigned q = 0; q < nq; q++)
		ring(0, q);
	run_ns(500000);
	ck_assert_int_eq(ngot, 504);
	/* The first few may come before the pipeline is full. */
	ck_assert_uint_eq(got[503].at_tick - got[20].at_tick, 483u * 8064);
	for (unsigned i = 100; nq > 1 && i < 300; i++) /* they take turns */
		ck_assert_uint_eq(got[i].data[0], (got[i - 1].data[0] + 1) % 8);
	ck_assert_uint_eq(r(0, 0x4080), 504); /* GPTC */
	rig_end();
}
END_TEST

/* Too long, or segmentation: dropped, and reported as done. */
START_TEST(bad_packets)
{
	uint64_t d;

	rig_start();
	links_up();
	tx_start(0, 0, 64, 0);
	fill(0, 0, 0, 2000, 5);
	for (unsigned i = 0; i < 8; i++)
		put(0, 0, TXBUF(0, 0), DATA | 2048, pay(20000));
	d = put(0, 0, TXBUF(0, 0), DATA | LAST | 2048, pay(20000));
	put(0, 0, TXBUF(0, 0), DATA | LAST | TXD_TSE | 500, pay(400));
	put(0, 0, 0, DATA | LAST | 500, pay(400));
	put(0, 0, 0x70000000, DATA | LAST | 500, pay(400));
	put(0, 0, TXBUF(0, 0), DATA | LAST | 100, pay(100));
	ring(0, 0);
	run_ns(100000);
	ck_assert_int_eq(ngot, 1);
	ck_assert_uint_eq(got[0].len_bytes, 100);
	ck_assert_uint_eq(dd(d), 1);
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_TX_BAD], 3);
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_TX_DMA], 1);
	ck_assert_uint_eq(r(0, I354_TDH(0)), 13);
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	rig_end();
}
END_TEST

/* Nothing leaves when the link is down or TCTL off; then all does. */
START_TEST(held)
{
	rig_start();
	links_up();
	tx_start(0, 0, 64, 0);
	fill(0, 0, 0, 100, 5);
	cable_set_up(cable[0], false);
	for (unsigned i = 0; i < 10; i++)
		put(0, 0, TXBUF(0, 0), DATA | LAST | 100, pay(100));
	ring(0, 0);
	run_ns(30000);
	ck_assert_int_eq(ngot, 0);
	ck_assert_uint_eq(frame_ledger()->in_use, 10);
	conserved();
	cable_set_up(cable[0], true);
	run_ns(tick_to_ns_up(np.an_tick) + 50000);
	ck_assert_int_eq(ngot, 10);
	w(0, I354_TCTL, 0);
	put(0, 0, TXBUF(0, 0), DATA | LAST | 100, pay(100));
	ring(0, 0);
	run_ns(30000);
	ck_assert_int_eq(ngot, 10);
	ck_assert_uint_eq(r(0, I354_TDH(0)), 10);
	w(0, I354_TCTL, TCTL_EN);
	run_ns(30000);
	ck_assert_int_eq(ngot, 11);
	rig_end();
}
END_TEST

/* Random packets of random pieces on random queues: in order, each whole. */
START_TEST(random_packets)
{
	static uint8_t want[8][3000][4];
	unsigned nsent[8] = { 0 }, ngot_q[8] = { 0 }, total = 0;
	struct rng rng;

	rig_start();
	links_up();
	rng_seed(&rng, 5, 0);
	for (unsigned q = 0; q < 8; q++) {
		tx_start(0, q, 64, q * 4 | 1 << XDCTL_HTHRESH_SHIFT);
		fill(0, q, 0, 2000, q);
	}
	for (unsigned i = 0; i < 3000; i++) {
		const unsigned q = (unsigned)rng_below(&rng, 8);
		const unsigned n = 1 + (unsigned)rng_below(&rng, 4);
		uint32_t len = 0;

		while ((r(0, I354_TDH(q)) + 63 - tail[0][q]) % 64 < n)
			run_ns(2000);
		for (unsigned k = 0; k < n; k++) {
			const uint32_t part = 20 +
			    (uint32_t)rng_below(&rng, 300);

			put(0, q, TXBUF(0, q) + len,
			    DATA | (k == n - 1 ? LAST : 0) | part, 0);
			len += part;
		}
		if (len < 60)
			len = 60;
		memcpy(want[q][nsent[q]++], &len, 4);
		ring(0, q);
		if (i % 100 == 0)
			conserved();
	}
	run_ns(2000000);
	for (int i = 0; i < ngot; i++) {
		/* The first byte is the queue's number. */
		const unsigned q = got[i].data[0];
		uint32_t len;

		ck_assert_uint_lt(q, 8);
		memcpy(&len, want[q][ngot_q[q]++], 4);
		ck_assert_uint_eq(got[i].len_bytes, len);
		if (len > 60)
			ck_assert_mem_eq(got[i].data, mem(TXBUF(0, q)), len);
		total++;
	}
	ck_assert_uint_eq(total, 3000);
	rig_end();
}
END_TEST

/* Packets without bytes, behind one that cannot leave: they do not pile up. */
START_TEST(nothing_much)
{
	struct i354_in_flight in;

	rig_start();
	tx_start(0, 0, 1024, 0);
	(void)put(0, 0, fill(0, 0, 0, 60, 1), DATA | LAST | 60, pay(60));
	for (unsigned i = 0; i < 1000; i++)
		(void)put(0, 0, 0, DATA | TXD_EOP, 0);
	ring(0, 0);
	run_ns(1000000);
	i354_in_flight(nic, 0, &in);
	ck_assert_uint_eq(in.tx_buffer, np.txpb_bytes / 32);
	links_up(); /* then the first is sent, the others end */
	run_ns(1000000);
	ck_assert_int_eq(ngot, 1);
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	ck_assert_uint_eq(r(0, I354_TDH(0)), r(0, I354_TDT(0)));
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, nothing_much);
	tcase_add_loop_test(t, wire_rate, 0, 2);
	tcase_add_test(t, bad_packets);
	tcase_add_test(t, held);
	tcase_add_test(t, random_packets);
}

int
main(void)
{
	return run_suite("sim/nic_i354 tx load", add);
}
