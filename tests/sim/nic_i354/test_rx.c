/*
 * test_rx.c: receive rings of the I354, from outside: descriptors, buffers,
 * prefetch and write-back thresholds, what happens without descriptors.
 */
#include "sim/nic_i354/rx_rig.h"

#define WTHRESH(n) ((uint32_t)(n) << XDCTL_WTHRESH_SHIFT)
#define HTHRESH(n) ((uint32_t)(n) << XDCTL_HTHRESH_SHIFT)

static uint32_t
desc(unsigned p, unsigned q, unsigned i, unsigned dword)
{
	return *mem32(RING(p, q) + 16 * i + 4 * dword);
}

/* Lines of memory [pa, pa + n) that a device has read. */
static unsigned
reads(uint64_t pa, uint64_t n)
{
	unsigned k = 0;

	for (int i = 0; i < nline; i++)
		k += !lines[i].write && lines[i].pa >= pa &&
		    lines[i].pa < pa + n;
	return k;
}

/* Bytes, status, length, head; the stamps of its hops in their order. */
START_TEST(legacy)
{
	struct frame *f;
	uint8_t want[100];

	rig_start();
	links_up();
	rx_on(0, 0, 8, LEGACY, WTHRESH(1));
	f = make(0, 100);
	memcpy(want, f->data, 100);
	send_wait(0, f);
	ck_assert_mem_eq(mem(BUF(0, 0, 0)), want, 100);
	ck_assert_uint_eq(mem(BUF(0, 0, 0))[100], 0);
	ck_assert_uint_eq(desc(0, 0, 0, 0), (uint32_t)BUF(0, 0, 0));
	ck_assert_uint_eq(desc(0, 0, 0, 2) & 0xffff, 100);
	ck_assert_uint_eq(desc(0, 0, 0, 3) & 0xffff,
	    RXS_DD | RXS_EOP | RXS_IXSM);
	ck_assert_uint_eq(desc(0, 0, 1, 3), 0);
	ck_assert_uint_eq(r(0, I354_RDH(0)), 1);
	ck_assert_int_eq(ndelivered, 1);
	ck_assert_uint_eq(delivered[0].pa, BUF(0, 0, 0));
	for (int h = HOP_MAC_RX; h <= HOP_RX_CAUSE; h++)
		if (h != HOP_RX_WB && h != HOP_RX_CAUSE)
			ck_assert_uint_ge(delivered[0].stamp_tick[h],
			    delivered[0].stamp_tick[h - 1]);
	ck_assert_uint_gt(delivered[0].stamp_tick[HOP_RX_CAUSE],
	    delivered[0].stamp_tick[HOP_RX_WB]);
	rig_end();
}
END_TEST

/*
 * Times of the hops.  112 bytes of preamble, frame and FCS are 112 * 96 ticks
 * and the cable 120; filters and class take 700 and 500 ns; the descriptors
 * are on the chip already (PTHRESH 8), so the bytes go at once, and the cause
 * is 300 ns later.
 */
START_TEST(hop_times)
{
	uint64_t t0;
	const uint64_t *s = delivered[0].stamp_tick;

	rig_start();
	links_up();
	rx_on(0, 0, 16, LEGACY, 8);
	run_ns(5000);
	t0 = sc_now_tick();
	send_wait(0, make(0, 100));
	ck_assert_uint_eq(s[HOP_WIRE_RX], t0);
	ck_assert_uint_eq(s[HOP_MAC_RX], t0 + 112 * 96 + 120);
	ck_assert_uint_eq(s[HOP_RSS],
	    s[HOP_MAC_RX] + np.rx_mac_tick + np.rx_class_tick);
	ck_assert_uint_eq(s[HOP_RX_RING], s[HOP_RSS]);
	ck_assert_uint_eq(s[HOP_RX_DMA], s[HOP_RSS]);
	ck_assert_uint_eq(s[HOP_RX_WB], s[HOP_RSS]);
	ck_assert_uint_eq(s[HOP_RX_CAUSE], s[HOP_RX_WB] + np.cause_tick);
	/* There, by the link's time and flight and the memory's 1000 clk. */
	ck_assert_uint_gt(s[HOP_MEM_WRITE], s[HOP_RX_DMA] + pp.flight_tick);
	ck_assert_uint_lt(s[HOP_MEM_WRITE], s[HOP_RX_DMA] + ns_to_tick(500));
	rig_end();
}
END_TEST

/* Advanced: no hash, so IP identification and the sum from PCSS on. */
START_TEST(advanced)
{
	static const uint8_t a[4] = { 10, 0, 0, 1 }, b[4] = { 10, 0, 0, 2 };
	struct frame *f;
	unsigned sum;

	rig_start();
	links_up();
	w(0, I354_RXCSUM, RXCSUM_IPOFL | RXCSUM_TUOFL | 14);
	rx_on(0, 0, 8, ADVANCED, 0);
	f = make_ip4(0, a, b, 17, 1000, 2000, 120);
	sum = book_sum(f->data + 14, 106, 0);
	send_wait(0, f);
	ck_assert_uint_eq(desc(0, 0, 0, 0), RXP_IP4 | RXP_UDP);
	ck_assert_uint_eq(desc(0, 0, 0, 1), 0x4711 | sum << 16);
	ck_assert_uint_eq(desc(0, 0, 0, 2),
	    RXS_DD | RXS_EOP | RXS_IPCS | RXS_L4CS | RXS_UDPCS);
	ck_assert_uint_eq(desc(0, 0, 0, 3), 120);
	rig_end();
}
END_TEST

/* A wrong sum of IP, of TCP, of UDP; none of UDP; each by its bits. */
START_TEST(checksum_errors)
{
	static const uint8_t a[4] = { 10, 0, 0, 1 }, b[4] = { 10, 0, 0, 2 };
	struct frame *f;
	uint32_t s;

	rig_start();
	links_up();
	w(0, I354_RXCSUM, RXCSUM_IPOFL | RXCSUM_TUOFL | RXCSUM_PCSD);
	rx_on(0, 0, 16, ADVANCED, 0);
	f = make_ip4(0, a, b, 6, 1, 2, 101);
	f->data[22]--; /* TTL */
	send_wait(0, f);
	f = make_ip4(0, a, b, 6, 1, 2, 101);
	f->data[100] ^= 1; /* the odd last byte */
	send_wait(0, f);
	f = make_ip4(0, a, b, 17, 1, 2, 100);
	f->data[60] ^= 0x80;
	send_wait(0, f);
	f = make_ip4(0, a, b, 17, 1, 2, 100);
	put16(f->data + 40, 0);
	send_wait(0, f);
	s = RXS_DD | RXS_EOP | RXS_IPCS;
	ck_assert_uint_eq(desc(0, 0, 0, 2), s | RXS_L4CS | RXE_IPE << 24);
	ck_assert_uint_eq(desc(0, 0, 1, 2), s | RXS_L4CS | RXE_L4E << 24);
	ck_assert_uint_eq(desc(0, 0, 2, 2),
	    s | RXS_L4CS | RXS_UDPCS | RXE_L4E << 24);
	ck_assert_uint_eq(desc(0, 0, 3, 2), s);
	rig_end();
}
END_TEST

/* 1 KB buffers: 2500 bytes are three descriptors, EOP and sums in the last. */
START_TEST(several_buffers)
{
	struct frame *f;

	rig_start();
	links_up();
	w(0, I354_RCTL, RCTL_LPE);
	rx_on(0, 0, 8, 1u << SRRCTL_TYPE_SHIFT | 1, 0);
	f = make(0, 2500);
	send(0, f);
	run_ns(40000);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(desc(0, 0, i, 3), i < 2 ? 1024 : 452);
		ck_assert_uint_eq(desc(0, 0, i, 2) & 3,
		    i < 2 ? RXS_DD : RXS_DD | RXS_EOP);
		for (unsigned k = 0; k < (i < 2 ? 1024u : 452u); k++)
			if (i * 1024 + k >= 14)
				ck_assert_uint_eq(mem(BUF(0, 0, i))[k],
				    (uint8_t)((i * 1024 + k) * 7 +
					delivered[0].id));
	}
	ck_assert_uint_eq(r(0, I354_RDH(0)), 3);
	rig_end();
}
END_TEST

/* BSIZEPACKET 0: RCTL.BSIZE 3 is 256 bytes; with BSEX 2 it is 8 KB. */
START_TEST(buffer_sizes)
{
	rig_start();
	links_up();
	w(0, I354_RCTL, 3u << RCTL_BSIZE_SHIFT);
	rx_on(0, 0, 8, 1u << SRRCTL_TYPE_SHIFT, 0);
	send_wait(0, make(0, 600));
	ck_assert_uint_eq(r(0, I354_RDH(0)), 3);
	w(0, I354_RCTL,
	    RCTL_EN | RCTL_LPE | RCTL_BSEX | 2u << RCTL_BSIZE_SHIFT);
	send(0, make(0, 8000));
	run_ns(100000);
	ck_assert_uint_eq(r(0, I354_RDH(0)), 4);
	rig_end();
}
END_TEST

/*
 * Prefetch.  PTHRESH 0: nothing is read before a frame wants it.  PTHRESH 4,
 * HTHRESH 8: when fewer than 4 are on the chip and 8 or more in memory.
 */
START_TEST(prefetch)
{
	const uint64_t ring = RING(0, 0);

	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 0);
	run_ns(5000);
	ck_assert_uint_eq(reads(ring, 1024), 0);
	send_wait(0, make(0, 60));
	/* One fetch of 16, as many as one fetch may have: 4 lines. */
	ck_assert_uint_eq(reads(ring, 1024), 4);

	w(0, I354_RXDCTL(0), 0);
	w(0, I354_RDH(0), 0);
	w(0, I354_RDT(0), 0);
	w(0, I354_RXDCTL(0), XDCTL_ENABLE | HTHRESH(8) | 4);
	w(0, I354_RDT(0), 0);
	nline = 0;
	w(0, I354_RDT(0), 7); /* 7 in memory: not yet */
	run_ns(5000);
	ck_assert_uint_eq(reads(ring, 1024), 0);
	w(0, I354_RDT(0), 8);
	run_ns(5000);
	ck_assert_uint_eq(reads(ring, 1024), 2);
	w(0, I354_RDT(0), 40); /* 8 on the chip: enough */
	run_ns(5000);
	ck_assert_uint_eq(reads(ring, 1024), 2);
	for (unsigned i = 0; i < 4; i++)
		send_wait(0, make(0, 60)); /* 4 left: not below 4 */
	ck_assert_uint_eq(reads(ring, 1024), 2);
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(reads(ring, 1024), 2 + 4);
	rig_end();
}
END_TEST

/* Four are written back at once, as one transfer: one line of 64 bytes. */
START_TEST(write_back_threshold)
{
	int before;

	rig_start();
	links_up();
	msix_on(0);
	ivar(0, 0, 0, 1);
	w(0, I354_EITR(0), 500u << EITR_SHIFT); /* 500 us */
	rx_on(0, 0, 16, LEGACY, 16 | WTHRESH(4));
	for (unsigned i = 0; i < 3; i++)
		send_wait(0, make(0, 60));
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_eq(desc(0, 0, i, 3), 0);
	ck_assert_uint_eq(r(0, I354_RDH(0)), 0);
	ck_assert_uint_eq(mem(BUF(0, 0, 2))[6], 2); /* the bytes are there */
	before = nline;
	send_wait(0, make(0, 60));
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(desc(0, 0, i, 3) & RXS_DD, RXS_DD);
	ck_assert_uint_eq(r(0, I354_RDH(0)), 4);
	ck_assert_int_eq(nline - before, 2); /* a frame and the descriptors */
	/* A fifth waits for the throttle. */
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(desc(0, 0, 4, 3), 0);
	run_ns(510000);
	ck_assert_uint_eq(desc(0, 0, 4, 3) & RXS_DD, RXS_DD);
	/* Or for software's flush. */
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(desc(0, 0, 5, 3), 0);
	w(0, I354_RXDCTL(0), XDCTL_ENABLE | XDCTL_SWFLSH | 16 | WTHRESH(4));
	run_ns(2000);
	ck_assert_uint_eq(desc(0, 0, 5, 3) & RXS_DD, RXS_DD);
	ck_assert_uint_eq(r(0, I354_RXDCTL(0)) & XDCTL_SWFLSH, 0);
	rig_end();
}
END_TEST

/* The ring's end: descriptors around it, write-back in two transfers. */
START_TEST(around)
{
	rig_start();
	links_up();
	rx_on(0, 0, 8, LEGACY, 8);
	for (unsigned i = 0; i < 30; i++) {
		send_wait(0, make(0, 60 + i));
		ck_assert_uint_eq(desc(0, 0, i % 8, 2) & 0xffff, 60 + i);
		ck_assert_uint_eq(desc(0, 0, i % 8, 3) & RXS_DD, RXS_DD);
		rx_desc(0, 0, i % 8);
		w(0, I354_RDT(0), i % 8);
	}
	ck_assert_int_eq(ndelivered, 30);
	rig_end();
}
END_TEST

/* A tail that lies before the head: descriptors 5, 6, 7, 0, 1, 2. */
START_TEST(across)
{
	rig_start();
	links_up();
	rx_on(0, 0, 8, LEGACY, 0);
	w(0, I354_RXDCTL(0), 0);
	w(0, I354_RDH(0), 5);
	w(0, I354_RXDCTL(0), XDCTL_ENABLE | WTHRESH(6));
	w(0, I354_RDT(0), 3);
	for (unsigned i = 0; i < 7; i++)
		send_wait(0, make(0, 60 + i));
	for (unsigned i = 0; i < 6; i++)
		ck_assert_uint_eq(desc(0, 0, (5 + i) % 8, 2) & 0xffff, 60 + i);
	ck_assert_uint_eq(r(0, I354_RDH(0)), 3);
	ck_assert_int_eq(ndelivered, 6);
	rig_end();
}
END_TEST

/* The tail counts only when receiver and queue are on. */
START_TEST(tail_too_early)
{
	rig_start();
	links_up();
	w(0, I354_RDLEN(1), 128);
	w(0, I354_RDT(1), 5);
	ck_assert_uint_eq(r(0, I354_RDT(1)), 0);
	w(0, I354_RXDCTL(1), XDCTL_ENABLE);
	w(0, I354_RDT(1), 5);
	ck_assert_uint_eq(r(0, I354_RDT(1)), 0);
	w(0, I354_RCTL, RCTL_EN);
	w(0, I354_RDT(1), 5);
	ck_assert_uint_eq(r(0, I354_RDT(1)), 5);
	rig_end();
}
END_TEST

START_TEST(drop_enable)
{
	two_queues(SRRCTL_DROP_EN);
	for (unsigned i = 0; i < 10; i++)
		send(0, to_queue(1));
	for (unsigned i = 0; i < 5; i++)
		send(0, to_queue(0));
	run_ns(50000);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[0], 5);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[1], 3);
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_RX_NO_DESC], 7);
	ck_assert_uint_eq(r(0, I354_RQDPC(1)), 7);
	ck_assert_uint_eq(r(0, I354_RQDPC(1)), 0);
	ck_assert_uint_eq(r(0, I354_RQDPC(0)), 0);
	ck_assert_uint_eq(r(0, 0x4010), 0); /* MPC */
	rig_end();
}
END_TEST

/*
 * Without DROP_EN, a frame for queue 1 that finds no descriptor stops those for
 * queue 0 behind it, until the tail moves; then nothing is lost.
 */
START_TEST(head_of_line)
{
	two_queues(0);
	for (unsigned i = 0; i < 8; i++)
		send(0, to_queue(1));
	for (unsigned i = 0; i < 5; i++)
		send(0, to_queue(0));
	run_ns(50000);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[0], 0);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[1], 3);
	ck_assert_uint_eq(i354_counts(nic, 0)->blocked, 1);
	ck_assert_uint_eq(r(0, 0x40a0), 1); /* RNBC */
	conserved();
	for (unsigned i = 0; i < 8; i++)
		rx_desc(0, 1, i);
	w(0, I354_RDT(1), (r(0, I354_RDH(1)) + 7) % 8);
	run_ns(50000);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[0], 5);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[1], 8);
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	rig_end();
}
END_TEST

/*
 * The packet buffer holds 36 KB: 24 frames of 1500 bytes with FCS (36000).
 * The 25th is missed, with MPC and ICR.RXO.
 */
START_TEST(buffer_full)
{
	rig_start();
	links_up();
	rx_on(0, 0, 8, LEGACY, 8);
	w(0, I354_RDT(0), 0); /* after RDH: none at all */
	w(0, I354_RXDCTL(0), 0);
	w(0, I354_RXDCTL(0), XDCTL_ENABLE);
	(void)r(0, I354_ICR);
	for (unsigned i = 0; i < 24; i++)
		send(0, make(0, 1496));
	run_ns(24 * 12500);
	ck_assert_uint_eq(r(0, 0x4010), 0);
	ck_assert_uint_eq(r(0, I354_ICR) & ICR_RXO, 0);
	send(0, make(0, 1496));
	run_ns(20000);
	ck_assert_uint_eq(r(0, I354_ICR) & ICR_RXO, ICR_RXO);
	ck_assert_uint_eq(r(0, 0x4010), 1);
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_RX_FIFO], 1);
	/* 864 bytes are left. */
	send(0, make(0, 860));
	run_ns(20000);
	ck_assert_uint_eq(r(0, 0x4010), 0);
	send(0, make(0, 60));
	run_ns(20000);
	ck_assert_uint_eq(r(0, 0x4010), 1);
	rig_end();
}
END_TEST

/* RDMTS 1: a cause when 16 descriptors are left, once. */
START_TEST(few_descriptors)
{
	rig_start();
	links_up();
	rx_on(0, 0, 24, LEGACY | 1u << SRRCTL_RDMTS_SHIFT, 8);
	(void)r(0, I354_ICR);
	for (unsigned i = 0; i < 6; i++)
		send_wait(0, make(0, 60));
	ck_assert_uint_eq(r(0, I354_ICR) & ICR_RXDMT0, 0); /* 17 left */
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(r(0, I354_ICR) & ICR_RXDMT0, ICR_RXDMT0);
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(r(0, I354_ICR) & ICR_RXDMT0, 0);
	rig_end();
}
END_TEST

/* A queue that is off drops what is for it. */
START_TEST(queue_off)
{
	two_queues(0);
	w(0, I354_RXDCTL(1), 0);
	send(0, to_queue(1));
	send(0, to_queue(0));
	run_ns(20000);
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_RX_QUEUE_OFF], 1);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[0], 1);
	rig_end();
}
END_TEST

/* Bus mastering off, and a buffer that is no memory. */
START_TEST(no_memory)
{
	rig_start();
	links_up();
	rx_on(0, 0, 8, LEGACY, 8);
	*mem32(RING(0, 0) + 16) = 0x50000000;
	run_ns(5000);
	w(0, I354_RXDCTL(0), 0);
	w(0, I354_RXDCTL(0), XDCTL_ENABLE | 8);
	w(0, I354_RDT(0), 7);
	send_wait(0, make(0, 60));
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_RX_DMA], 1);
	ck_assert_int_eq(ndelivered, 1);
	pcie_config_write(root, 0, DEV, 0, 4, 2, 3);
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_RX_DMA], 2);
	rig_end();
}
END_TEST

/*
 * 2000 frames of 64 bytes at wire rate into 4 queues with a driver that gives
 * descriptors back every 20 us: none is lost.
 */
START_TEST(wire_rate)
{
	unsigned tail = 255;

	rig_start();
	links_up();
	rx_on(0, 0, 256, LEGACY, 16 | HTHRESH(8) | WTHRESH(1));
	for (unsigned i = 0; i < 2000; i++)
		send(0, make(0, 60));
	for (unsigned i = 0; i < 100; i++) {
		const unsigned head = r(0, I354_RDH(0));

		tail = (head + 255) % 256;
		w(0, I354_RDT(0), tail);
		run_ns(20000);
		conserved();
	}
	ck_assert_int_eq(ndelivered, 2000);
	ck_assert_uint_eq(r(0, 0x4074), 2000); /* GPRC */
	rig_end();
}
END_TEST

/* Ports work side by side, and each has its own. */
START_TEST(four_ports)
{
	rig_start();
	links_up();
	for (unsigned p = 0; p < 4; p++)
		rx_on(p, 0, 16, LEGACY, 8);
	for (unsigned p = 0; p < 4; p++)
		for (unsigned i = 0; i <= p; i++)
			send(p, make(p, 60 + p));
	run_ns(30000);
	for (unsigned p = 0; p < 4; p++) {
		ck_assert_uint_eq(i354_counts(nic, p)->rx_frames[0], p + 1);
		ck_assert_uint_eq(desc(p, 0, 0, 2) & 0xffff, 60 + p);
	}
	rig_end();
}
END_TEST

/* The ring is made smaller than the head says: what is held goes nowhere. */
START_TEST(head_outside)
{
	rig_start();
	links_up();
	w(0, I354_EITR(0), 1000u << EITR_SHIFT);
	rx_on(0, 0, 64, LEGACY, 8u << XDCTL_WTHRESH_SHIFT);
	for (unsigned i = 0; i < 10; i++)
		send_wait(0, make(0, 100));
	ck_assert_uint_eq(r(0, I354_RDH(0)), 8);
	w(0, I354_RDLEN(0), 128);
	nline = 0;
	set(0, I354_RXDCTL(0), XDCTL_SWFLSH);
	run_ns(20000);
	ck_assert_int_eq(nline, 0);
	ck_assert_uint_eq(frame_ledger()->dropped[DROP_RX_DMA], 2);
	send_wait(0, make(0, 100)); /* and it stands still */
	w(0, I354_RDT(0), 5);
	run_ns(20000);
	ck_assert_uint_eq(r(0, I354_RDH(0)), 8);
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, head_outside);
	tcase_add_test(t, legacy);
	tcase_add_test(t, hop_times);
	tcase_add_test(t, advanced);
	tcase_add_test(t, checksum_errors);
	tcase_add_test(t, several_buffers);
	tcase_add_test(t, buffer_sizes);
	tcase_add_test(t, prefetch);
	tcase_add_test(t, write_back_threshold);
	tcase_add_test(t, around);
	tcase_add_test(t, across);
	tcase_add_test(t, tail_too_early);
	tcase_add_test(t, drop_enable);
	tcase_add_test(t, head_of_line);
	tcase_add_test(t, buffer_full);
	tcase_add_test(t, few_descriptors);
	tcase_add_test(t, queue_off);
	tcase_add_test(t, no_memory);
	tcase_add_test(t, wire_rate);
	tcase_add_test(t, four_ports);
}

int
main(void)
{
	return run_suite("sim/nic_i354 rx", add);
}
