/*
 * test_mac.c: statistics and flow control of the I354, bus mastering, random
 * accesses, and what is printed.
 */
#include "sim/nic_i354/nic_rig.h"

/*
 * Statistics clear when read; the high half of a pair clears both.  Frames of
 * 64, 65, 127, 128, 255, 256, 511, 512, 1023, 1024 and 1518 bytes with FCS.
 */
START_TEST(statistics)
{
	static const uint32_t n[11] = { 64, 65, 127, 128, 255, 256, 511, 512,
		1023, 1024, 1518 };
	static const uint32_t want[6] = { 1, 2, 2, 2, 2, 2 };
	uint32_t sum = 0;
	struct frame *f;

	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 16);
	for (unsigned i = 0; i < 11; i++) {
		send_wait(0, make(0, n[i] - 4));
		sum += n[i];
	}
	f = make(0, 60);
	memset(f->data, 255, 6);
	send_wait(0, f);
	f = make(0, 60);
	f->data[0] |= 1; /* to a group: no filter takes it */
	send_wait(0, f);
	for (unsigned i = 0; i < 6; i++) {
		ck_assert_uint_eq(r(0, 0x405c + 4 * i), want[i] + (i == 0));
		ck_assert_uint_eq(r(0, 0x405c + 4 * i), 0);
	}
	ck_assert_uint_eq(r(0, 0x4074), 12);       /* GPRC */
	ck_assert_uint_eq(r(0, 0x4078), 1);        /* BPRC */
	ck_assert_uint_eq(r(0, 0x407c), 0);        /* MPRC */
	ck_assert_uint_eq(r(0, 0x40d0), 13);       /* TPR */
	ck_assert_uint_eq(r(0, 0x4104), 12);       /* RPTHC */
	ck_assert_uint_eq(r(0, 0x10010), 12);      /* PQGPRC */
	ck_assert_uint_eq(r(0, 0x4088), sum + 64); /* GORCL */
	ck_assert_uint_eq(r(0, 0x4088), sum + 64); /* still */
	ck_assert_uint_eq(r(0, 0x408c), 0);        /* GORCH */
	ck_assert_uint_eq(r(0, 0x4088), 0);
	ck_assert_uint_eq(cpu_read(bar[0] + 0x40c0, 8), sum + 128); /* TOR */
	ck_assert_uint_eq(cpu_read(bar[0] + 0x40c0, 8), 0);
	rig_end();
}
END_TEST

static struct frame *
pause_frame(unsigned quanta)
{
	static const uint8_t to[6] = { 1, 0x80, 0xc2, 0, 0, 1 };
	struct frame *f = make(0, 60);

	memcpy(f->data, to, 6);
	put16(f->data + 12, 0x8808);
	put16(f->data + 14, 1);
	put16(f->data + 16, quanta);
	return f;
}

/*
 * A pause of 1000 quanta is 512 us: nothing is sent until then, or until a
 * pause of 0.  Without RFCE it is counted, and filtered like others.
 */
START_TEST(paused)
{
	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 16);
	tx_on(0, 0, 64, 0);
	for (unsigned i = 0; i < 3; i++) {
		uint32_t *d = mem32(TXRING(0, 0) + 16 * i);

		d[0] = (uint32_t)TXBUF(0, 0);
		d[2] = TXD_EOP | TXD_IFCS | 60;
	}
	send_wait(0, pause_frame(1000));
	ck_assert_uint_eq(r(0, 0x4058), 1); /* FCRUC */
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_RX_ADDRESS], 1);
	set(0, I354_CTRL, CTRL_RFCE);
	send_wait(0, pause_frame(1000));
	ck_assert_uint_eq(r(0, 0x4050), 1); /* XOFFRXC */
	ck_assert_uint_eq(r(0, I354_STATUS) & STATUS_TXOFF, STATUS_TXOFF);
	w(0, I354_TDT(0), 1);
	run_ns(480000);
	ck_assert_int_eq(ngot, 0);
	run_ns(20000);
	ck_assert_int_eq(ngot, 1);
	ck_assert_uint_eq(r(0, I354_STATUS) & STATUS_TXOFF, 0);
	send_wait(0, pause_frame(1000));
	w(0, I354_TDT(0), 2);
	run_ns(20000);
	ck_assert_int_eq(ngot, 1);
	send_wait(0, pause_frame(0));
	ck_assert_int_eq(ngot, 2);
	ck_assert_uint_eq(r(0, 0x4048), 1); /* XONRXC */
	ck_assert_uint_eq(frame_ledger()->to[FRAME_TO_MAC], 3);
	ck_assert_int_eq(ndelivered, 0);
	rig_end();
}
END_TEST

/*
 * Above FCRTH a pause frame is sent, and one that ends it below FCRTL: 8 frames
 * of 1000 bytes wait for descriptors, FCRTH is 4096.
 */
START_TEST(pauses)
{
	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 0);
	w(0, I354_RXDCTL(0), 0);
	w(0, I354_RXDCTL(0), XDCTL_ENABLE);
	w(0, I354_RDT(0), 0);
	w(0, I354_FCRTH, 4096);
	w(0, I354_FCRTL, 2048 | FCRTL_XONE);
	w(0, I354_FCTTV, 0x680);
	set(0, I354_CTRL, CTRL_TFCE);
	for (unsigned i = 0; i < 4; i++)
		send_wait(0, make(0, 996));
	ck_assert_int_eq(ngot, 0);
	for (unsigned i = 0; i < 4; i++)
		send_wait(0, make(0, 996));
	ck_assert_int_eq(ngot, 1);
	ck_assert_uint_eq(get16(got[0].data + 12), 0x8808);
	ck_assert_uint_eq(get16(got[0].data + 14), 1);
	ck_assert_uint_eq(get16(got[0].data + 16), 0x680);
	ck_assert_mem_eq(got[0].data, "\x01\x80\xc2\x00\x00\x01", 6);
	ck_assert_mem_eq(got[0].data + 6, mac0, 6);
	ck_assert_uint_eq(got[0].len_bytes, 60);
	w(0, I354_RDT(0), 63);
	run_ns(20000);
	ck_assert_int_eq(ngot, 2);
	ck_assert_uint_eq(get16(got[1].data + 16), 0);
	ck_assert_uint_eq(r(0, 0x4054), 1); /* XOFFTXC */
	ck_assert_uint_eq(r(0, 0x404c), 1); /* XONTXC */
	ck_assert_int_eq(ndelivered, 8);
	rig_end();
}
END_TEST

/* With a full packet buffer frames are lost, and the partner is still told. */
START_TEST(pauses_full)
{
	int before;

	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 0);
	w(0, I354_RXDCTL(0), 0);
	w(0, I354_RXDCTL(0), XDCTL_ENABLE);
	w(0, I354_RDT(0), 0);
	w(0, I354_FCRTH, 4096);
	w(0, I354_FCTTV, 40); /* 20 us: each frame comes after its half */
	set(0, I354_CTRL, CTRL_TFCE);
	for (unsigned i = 0; i < 36; i++)
		send_wait(0, make(0, 1020));
	ck_assert_uint_eq(r(0, 0x4010), 0); /* MPC */
	before = ngot;
	for (unsigned i = 0; i < 5; i++)
		send_wait(0, make(0, 1020));
	ck_assert_uint_eq(r(0, 0x4010), 5);
	ck_assert_int_eq(ngot - before, 5);
	ck_assert_uint_eq(get16(got[ngot - 1].data + 16), 40);
	rig_end();
}
END_TEST

/* Pause frames that cannot leave are one, which says the newest. */
START_TEST(pauses_wait)
{
	struct i354_in_flight in;

	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 0);
	w(0, I354_RXDCTL(0), 0);
	w(0, I354_RXDCTL(0), XDCTL_ENABLE);
	w(0, I354_RDT(0), 0);
	w(0, I354_FCRTH, 4096);
	w(0, I354_FCTTV, 0);
	w(0, I354_CTRL, CTRL_TFCE); /* the link is down for the port */
	for (unsigned i = 0; i < 20; i++)
		send_wait(0, make(0, 996));
	i354_in_flight(nic, 0, &in);
	ck_assert_uint_eq(in.tx_buffer, 1);
	w(0, I354_FCTTV, 7);
	send_wait(0, make(0, 996));
	set(0, I354_CTRL, CTRL_SLU);
	run_ns(10000);
	ck_assert_int_eq(ngot, 1);
	ck_assert_uint_eq(get16(got[0].data + 16), 7);
	ck_assert_uint_eq(r(0, 0x4054), 1); /* XOFFTXC */
	rig_end();
}
END_TEST

/* No more DMA after GIO_DISABLE, and STATUS says when all is done. */
START_TEST(master_disable)
{
	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 16);
	ck_assert_uint_eq(r(0, I354_STATUS) & STATUS_GIO_MASTER,
	    STATUS_GIO_MASTER);
	set(0, I354_CTRL, CTRL_GIO_DISABLE);
	run_ns(2000);
	ck_assert_uint_eq(r(0, I354_STATUS) & STATUS_GIO_MASTER, 0);
	send_wait(0, make(0, 60));
	ck_assert_int_eq(ndelivered, 0);
	conserved();
	clear(0, I354_CTRL, CTRL_GIO_DISABLE);
	run_ns(20000);
	ck_assert_int_eq(ndelivered, 1);
	rig_end();
}
END_TEST

/*
 * What software has stopped stands still: a frame in the transmit buffer without
 * TCTL.EN, one in the receive buffer without DMA.
 */
START_TEST(stopped)
{
	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 16);
	tx_on(0, 0, 16, 0);
	mem32(TXRING(0, 0))[0] = (uint32_t)TXBUF(0, 0);
	mem32(TXRING(0, 0))[2] = TXD_EOP | TXD_IFCS | 60;
	clear(0, I354_CTRL, CTRL_SLU); /* it waits for the link */
	w(0, I354_TDT(0), 1);
	run_ns(20000);
	ck_assert_uint_eq(i354_in_flight_all(nic), 1);
	ck_assert_uint_eq(i354_stopped_all(nic), 0);
	clear(0, I354_TCTL, TCTL_EN);
	ck_assert_uint_eq(i354_stopped_all(nic), 1);
	set(0, I354_CTRL, CTRL_GIO_DISABLE);
	send_wait(0, make(0, 60));
	ck_assert_uint_eq(i354_stopped_all(nic), 2);
	clear(0, I354_CTRL, CTRL_GIO_DISABLE);
	set(0, I354_CTRL, CTRL_SLU);
	ck_assert_uint_eq(i354_stopped_all(nic), 1);
	set(0, I354_TCTL, TCTL_EN);
	run_ns(20000);
	ck_assert_uint_eq(i354_stopped_all(nic), 0);
	ck_assert_int_eq(ndelivered + ngot, 2);
	rig_end();
}
END_TEST

/* Random accesses of all widths to all offsets: nothing breaks. */
START_TEST(fuzz)
{
	struct rng rng;

	rig_start();
	links_up();
	rng_seed(&rng, 21, 0);
	for (unsigned i = 0; i < 100000; i++) {
		static const uint32_t base[8] = { 0, 0x1500, 0x1600, 0x2800,
			0x3800, 0x5000, 0xc000, 0xe000 };
		const unsigned size = 1u << rng_below(&rng, 4);
		uint32_t off = base[rng_below(&rng, 8)] +
		    (uint32_t)rng_below(&rng, 0x800);
		uint64_t v = rng_u64(&rng);

		off &= ~(size - 1);
		if (rng_below(&rng, 4) == 0) /* rings that are in memory */
			v = RAM_BASE + (v & 0xffff80);
		if (off < 8) /* few resets, or nothing else happens */
			v &= rng_below(&rng, 20) == 0 ? UINT64_MAX
						      : ~UINT64_C(0x24000000);
		if (rng_below(&rng, 3) == 0)
			(void)cpu_read(bar[0] + off, size);
		else
			cpu_write(bar[0] + off, size, v);
		if (i % 20 == 0)
			send(0, make(0, 60 + (uint32_t)rng_below(&rng, 1400)));
		if (i % 50 == 0)
			conserved();
	}
	rig_end();
}
END_TEST

/* `show nic' and the counters of stats.json. */
START_TEST(print)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	json_t *j;

	rig_start();
	links_up();
	rx_on(1, 0, 64, LEGACY, 16);
	send_wait(1, make(1, 60));
	send_wait(1, make(2, 60));
	i354_print(nic, 1, f);
	i354_regs_print(f);
	fclose(f);
	ck_assert_ptr_nonnull(strstr(text,
	    "i354.1: 00:25:90:12:34:51, link up, 1000 full\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "dropped: rx_address 1, no filter takes its destination\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "01600  MSIXBM                 absent, 8 of them, every 0x4\n"));
	free(text);
	j = i354_json(nic, 1);
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(j,
								"dropped"),
			     "rx_address")),
	    1);
	ck_assert_uint_eq(json_object_size(json_object_get(j, "in_flight")), 7);
	json_decref(j);
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, statistics);
	tcase_add_test(t, paused);
	tcase_add_test(t, pauses);
	tcase_add_test(t, pauses_full);
	tcase_add_test(t, pauses_wait);
	tcase_add_test(t, master_disable);
	tcase_add_test(t, stopped);
	tcase_add_test(t, fuzz);
	tcase_add_test(t, print);
}

int
main(void)
{
	return run_suite("sim/nic_i354 mac", add);
}
