/*
 * test_cause.c: interrupt causes of the I354, facts/i354.md section 6 item by
 * item: messages that arrive at the CPUs' side, and registers.
 */
#include "sim/nic_i354/nic_rig.h"

#define V 3 /* the vector of receive queue 0 */
#define T 4 /* of transmit queue 0 */
#define O 8 /* of other causes */

static void
start(void)
{
	rig_start();
	links_up();
	msix_on(0);
	ivar(0, 0, V, T);
	w(0, I354_IVAR_MISC, (O | IVAR_VALID) << 8);
	rx_on(0, 0, 64, LEGACY, 16);
	(void)r(0, I354_ICR);
	run_ns(5000);
}

/*
 * Messages i and i + 1 are `us' apart, but for what they waited for the link
 * to PCIe: an acknowledgement of a write takes 4 ns there.
 */
static void
apart(int i, uint64_t us)
{
	const uint64_t t = messages[i + 1].at_tick - messages[i].at_tick;

	ck_assert_uint_ge(t + 96, us * 12000);
	ck_assert_uint_le(t, us * 12000 + 96);
}

static void
frame(void)
{
	send_wait(0, make(0, 60));
}

/* Item 1: a write-back sets the bit that IVAR says, if valid. */
START_TEST(ivar_entry)
{
	start();
	frame();
	ck_assert_uint_eq(r(0, I354_EICR), 1u << V);
	w(0, I354_IVAR(0), V | 4u << 8); /* not valid */
	frame();
	ck_assert_uint_eq(r(0, I354_EICR), 0);
	ck_assert_int_eq(nmessage, 0); /* nothing is enabled */
	rig_end();
}
END_TEST

/* The place of each queue's entry: register q/2, shift 16 (q & 1). */
START_TEST(ivar_places)
{
	start();
	rss_key(0);
	w(0, I354_RXCSUM, RXCSUM_PCSD);
	for (unsigned q = 0; q < 8; q++) {
		rx_on(0, q, 64, LEGACY, 16);
		w(0, I354_IVAR(q / 2), ((q + 1) | IVAR_VALID) << 16 * (q & 1));
		/* All that has no hash goes to the default queue. */
		w(0, I354_MRQC, q << MRQC_DEF_SHIFT);
		frame();
		ck_assert_uint_eq(r(0, I354_EICR), 1u << (q + 1));
	}
	rig_end();
}
END_TEST

/* Item 2: ICR gains a bit that IMS has -> the entry for other causes. */
START_TEST(other_causes)
{
	start();
	w(0, I354_EIMS, 1u << O);
	w(0, I354_ICS, ICR_LSC);
	ck_assert_int_eq(told(0, O), 0);
	w(0, I354_IMS, ICR_LSC); /* it is set already */
	run_ns(2000);
	ck_assert_int_eq(told(0, O), 1);
	w(0, I354_ICS, ICR_LSC); /* no gain */
	run_ns(2000);
	ck_assert_int_eq(told(0, O), 1);
	ck_assert_uint_eq(r(0, I354_ICR), ICR_LSC | ICR_ASSERTED);
	ck_assert_uint_eq(r(0, I354_ICR), 0);
	/* The real one: the cable is pulled out, and put in again. */
	cable_set_up(cable[0], false);
	run_ns(2000);
	ck_assert_int_eq(told(0, O), 2);
	ck_assert_uint_eq(r(0, I354_STATUS) & STATUS_LU, 0);
	ck_assert_uint_eq(r(0, I354_ICR) & ICR_LSC, ICR_LSC);
	cable_set_up(cable[0], true);
	run_ns(tick_to_ns_up(np.an_tick) + 2000);
	ck_assert_int_eq(told(0, O), 3);
	ck_assert_uint_eq(r(0, I354_STATUS) & STATUS_LU, STATUS_LU);
	w(0, I354_IMC, ICR_LSC);
	ck_assert_uint_eq(r(0, I354_IMS), 0);
	(void)r(0, I354_ICR);
	w(0, I354_ICS, ICR_LSC);
	run_ns(2000);
	ck_assert_int_eq(told(0, O), 3);
	rig_end();
}
END_TEST

/*
 * Item 3: a message needs EIMS, and that EITR does not run; it is sent at its
 * end.  450 raw is 112 us.
 */
START_TEST(throttle)
{
	start();
	w(0, I354_EITR(V), 450);
	w(0, I354_EIAC, 1u << V);
	w(0, I354_EIMS, 1u << V);
	frame();
	ck_assert_int_eq(told(0, V), 1);
	ck_assert_uint_eq(r(0, I354_EICR), 0); /* cleared by EIAC */
	frame();
	frame();
	ck_assert_int_eq(told(0, V), 1);
	run_ns(112000);
	ck_assert_int_eq(told(0, V), 2);
	apart(0, 112);
	/* Nothing came in the meantime: nothing at the next end. */
	run_ns(300000);
	ck_assert_int_eq(told(0, V), 2);
	/* It has ended: at once. */
	frame();
	ck_assert_int_eq(told(0, V), 3);
	/* Masked when it ends: not sent; sent when enabled. */
	frame();
	w(0, I354_EIMC, 1u << V);
	run_ns(300000);
	ck_assert_int_eq(told(0, V), 3);
	w(0, I354_EIMS, 1u << V);
	run_ns(2000);
	ck_assert_int_eq(told(0, V), 4);
	rig_end();
}
END_TEST

/* The scale, by Linux' constants: 980, 648, 196, 56 are 245, 162, 49, 14 us. */
START_TEST(eitr_scale)
{
	static const unsigned raw[4] = { 980, 648, 196, 56 };
	static const unsigned us[4] = { 245, 162, 49, 14 };

	start();
	w(0, I354_EIAC, 1u << V);
	w(0, I354_EIMS, 1u << V);
	w(0, I354_EITR(V), raw[_i]);
	w(0, I354_EICS, 1u << V);
	w(0, I354_EICS, 1u << V);
	run_ns(300000);
	ck_assert_int_eq(told(0, V), 2);
	apart(0, us[_i]);
	rig_end();
}
END_TEST

/* CNT_IGNR leaves the running counter; without it the counter ends. */
START_TEST(eitr_written)
{
	start();
	w(0, I354_EIAC, 1u << V);
	w(0, I354_EIMS, 1u << V);
	w(0, I354_EITR(V), 400);
	w(0, I354_EICS, 1u << V);
	w(0, I354_EICS, 1u << V);
	run_ns(10000);
	w(0, I354_EITR(V), 40 | EITR_CNT_IGNR);
	run_ns(20000);
	ck_assert_int_eq(told(0, V), 1);
	run_ns(80000);
	ck_assert_int_eq(told(0, V), 2);
	apart(0, 100);
	ck_assert_uint_eq(r(0, I354_EITR(V)), 40);
	w(0, I354_EITR(V), 4000);
	w(0, I354_EICS, 1u << V);
	run_ns(2000);
	w(0, I354_EICS, 1u << V);
	run_ns(2000);
	ck_assert_int_eq(told(0, V), 3);
	w(0, I354_EITR(V), 0);
	run_ns(2000);
	ck_assert_int_eq(told(0, V), 4);
	rig_end();
}
END_TEST

/* Item 4: EIAC and EIAM at the message, EIAM with EIAME only. */
START_TEST(auto_clear)
{
	start();
	w(0, I354_EIMS, 1u << V | 1u << O);
	w(0, I354_EIAM, 1u << V);
	frame();
	ck_assert_int_eq(told(0, V), 1);
	ck_assert_uint_eq(r(0, I354_EIMS), 1u << O);
	/* No EIAC: the bit stays, but tells nobody by itself. */
	ck_assert_uint_eq(r(0, I354_EICR), 1u << V);
	w(0, I354_EIAC, 1u << V);
	w(0, I354_EIMS, 1u << V);
	frame();
	ck_assert_int_eq(told(0, V), 2);
	ck_assert_uint_eq(r(0, I354_EICR), 0);
	w(0, I354_GPIE, GPIE_MSIX_MODE | GPIE_NSICR);
	w(0, I354_EIMS, 1u << V);
	frame();
	ck_assert_int_eq(told(0, V), 3);
	ck_assert_uint_eq(r(0, I354_EIMS), 1u << V | 1u << O);
	rig_end();
}
END_TEST

/* Items 5 and 6: EIMC masks, the cause stays, EIMS tells it. */
START_TEST(mask)
{
	start();
	w(0, I354_EIAC, 1u << V);
	w(0, I354_EIMS, 1u << V);
	w(0, I354_EIMC, 1u << V);
	ck_assert_uint_eq(r(0, I354_EIMS), 0);
	frame();
	ck_assert_int_eq(told(0, V), 0);
	w(0, I354_EIMS, 1u << V);
	run_ns(2000);
	ck_assert_int_eq(told(0, V), 1);
	w(0, I354_EIMS, 1u << V); /* nothing pending */
	run_ns(2000);
	ck_assert_int_eq(told(0, V), 1);
	/* A throttle holds that up, too. */
	w(0, I354_EITR(V), 400);
	frame();
	w(0, I354_EIMC, 1u << V);
	frame();
	w(0, I354_EIMS, 1u << V);
	run_ns(2000);
	ck_assert_int_eq(told(0, V), 2);
	run_ns(100000);
	ck_assert_int_eq(told(0, V), 3);
	rig_end();
}
END_TEST

/* Item 7: masked in the table: pending bit; told when unmasked. */
START_TEST(table_mask)
{
	start();
	w(0, I354_EIAC, 1u << V);
	w(0, I354_EIMS, 1u << V);
	cpu_write(msixbar[0] + 16 * V + 12, 4, 1);
	frame();
	ck_assert_int_eq(told(0, V), 0);
	ck_assert_uint_eq(cpu_read(msixbar[0] + I354_MSIX_PBA, 8), 1u << V);
	cpu_write(msixbar[0] + 16 * V + 12, 4, 0);
	run_ns(2000);
	ck_assert_int_eq(told(0, V), 1);
	ck_assert_uint_eq(cpu_read(msixbar[0] + I354_MSIX_PBA, 8), 0);
	rig_end();
}
END_TEST

/* Item 8: reading EICR clears all, writing ones those. */
START_TEST(eicr)
{
	start();
	w(0, I354_EICS, 0x2a);
	w(0, I354_EICR, 0x08);
	ck_assert_uint_eq(r(0, I354_EICR), 0x22);
	ck_assert_uint_eq(r(0, I354_EICR), 0);
	rig_end();
}
END_TEST

/*
 * Item 9: with NSICR reading clears ICR.  Without, only when IMS is 0 or
 * INT_ASSERTED is set.  IAM goes off IMS then, with IAME.
 */
START_TEST(icr)
{
	start();
	w(0, I354_IMS, ICR_LSC);
	w(0, I354_ICS, ICR_RXO); /* not enabled: not asserted */
	ck_assert_uint_eq(r(0, I354_ICR), ICR_RXO);
	ck_assert_uint_eq(r(0, I354_ICR), 0);
	w(0, I354_GPIE, GPIE_MSIX_MODE);
	w(0, I354_ICS, ICR_RXO);
	ck_assert_uint_eq(r(0, I354_ICR), ICR_RXO);
	ck_assert_uint_eq(r(0, I354_ICR), ICR_RXO);
	w(0, I354_ICS, ICR_LSC); /* asserts */
	ck_assert_uint_eq(r(0, I354_ICR), ICR_RXO | ICR_LSC | ICR_ASSERTED);
	ck_assert_uint_eq(r(0, I354_ICR), 0);
	w(0, I354_ICS, ICR_RXO);
	w(0, I354_IMC, ICR_LSC);
	ck_assert_uint_eq(r(0, I354_ICR), ICR_RXO); /* IMS 0 */
	ck_assert_uint_eq(r(0, I354_ICR), 0);
	/* Ones written clear. */
	w(0, I354_ICS, ICR_RXO | ICR_LSC);
	w(0, I354_ICR, ICR_LSC);
	ck_assert_uint_eq(r(0, I354_ICR), ICR_RXO);
	w(0, I354_IMS, ICR_LSC | ICR_RXO);
	w(0, I354_IAM, ICR_LSC);
	w(0, I354_ICS, ICR_LSC);
	(void)r(0, I354_ICR);
	ck_assert_uint_eq(r(0, I354_IMS), ICR_LSC | ICR_RXO);
	set(0, I354_CTRL_EXT, CTRL_EXT_IAME);
	w(0, I354_ICS, ICR_LSC);
	(void)r(0, I354_ICR);
	ck_assert_uint_eq(r(0, I354_IMS), ICR_RXO);
	rig_end();
}
END_TEST

/* IVAR and EIAC do not stick before the mode is chosen. */
START_TEST(mode_first)
{
	rig_start();
	w(0, I354_IVAR(0), 0x81);
	w(0, I354_IVAR_MISC, 0x8200);
	w(0, I354_EIAC, 7);
	ck_assert_uint_eq(r(0, I354_IVAR(0)), 0);
	ck_assert_uint_eq(r(0, I354_IVAR_MISC), 0);
	ck_assert_uint_eq(r(0, I354_EIAC), 0);
	w(0, I354_GPIE, GPIE_MSIX_MODE);
	w(0, I354_IVAR(0), 0x81);
	w(0, I354_EIAC, 7);
	ck_assert_uint_eq(r(0, I354_IVAR(0)), 0x81);
	ck_assert_uint_eq(r(0, I354_EIAC), 7);
	rig_end();
}
END_TEST

/* A message comes after the descriptor that it speaks of. */
static uint32_t seen[4];

static void
look(void *arg, unsigned port, unsigned vector)
{
	(void)arg;
	(void)port;
	(void)vector;
	seen[0]++;
}

/* No byte is in memory, and none of the line of its buffer was touched. */
static void
moving(void *arg, unsigned port, unsigned queue, const struct frame *f,
    uint64_t pa)
{
	(void)arg;
	ck_assert_uint_eq(port, 0);
	ck_assert_uint_eq(queue, 0);
	ck_assert_uint_eq(pa, BUF(0, 0, seen[1]));
	ck_assert_uint_eq(f->stamp_tick[HOP_RX_DMA], sc_now_tick());
	for (int i = 0; i < nline; i++)
		ck_assert(lines[i].pa / 64 != pa / 64);
	ck_assert_uint_eq((unsigned)ndelivered, seen[1]);
	seen[1]++;
}

START_TEST(after_write_back)
{
	const struct i354_watch watch = {
		.moves = moving, .delivered = rig_delivered, .message = look
	};
	uint32_t address, data;
	int before;

	start();
	i354_watch(nic, &watch);
	w(0, I354_EIAC, 1u << V);
	w(0, I354_EIMS, 1u << V);
	before = nline;
	send(0, make(0, 60));
	while (nmessage == 0)
		run_ns(10);
	ck_assert_uint_eq(seen[0], 1);
	ck_assert(i354_rx_message(nic, 0, 0, &address, &data));
	ck_assert_uint_eq(messages[0].address, address);
	ck_assert_uint_eq(messages[0].data, data);
	/* The descriptor's line was written, and before the message is there. */
	ck_assert_int_ge(nline, before + 2);
	ck_assert_uint_eq(lines[nline - 1].pa, RING(0, 0));
	ck_assert_uint_le(lines[nline - 1].at,
	    tick_to_clk(messages[0].at_tick));
	run_ns(2000);
	ck_assert_uint_eq(delivered[0].stamp_tick[HOP_MSIX],
	    delivered[0].stamp_tick[HOP_RX_CAUSE]);
	/* Masked by EIMS: no such hop. */
	w(0, I354_EIMC, 1u << V);
	frame();
	ck_assert_uint_eq(delivered[1].stamp_tick[HOP_MSIX], 0);
	ck_assert_uint_eq(seen[1], 2);
	/* Without IVAR there is no message. */
	w(0, I354_IVAR(0), 0);
	ck_assert(!i354_rx_message(nic, 0, 0, &address, &data));
	rig_end();
}
END_TEST

/*
 * Without MSI-X: a line.
 */
static int level[4], rises;

static void
line(void *arg, unsigned gsi, bool on)
{
	(void)arg;
	ck_assert_uint_ge(gsi, 18);
	ck_assert_uint_lt(gsi, 22);
	rises += on;
	level[gsi - 18] = on;
}

START_TEST(intx)
{
	rig_start();
	pcie_intx_sink(root, line, NULL);
	links_up();
	rx_on(2, 0, 64, LEGACY, 16);
	(void)r(2, I354_ICR);
	send_wait(2, make(2, 60));
	run_ns(2000);
	ck_assert_int_eq(rises, 0);
	w(2, I354_IMS, ICR_RXT0);
	run_ns(2000);
	ck_assert_int_eq(level[2], 1); /* INTC */
	ck_assert_uint_eq(r(2, I354_EICR), 1);
	ck_assert_uint_eq(r(2, I354_ICR), ICR_RXT0 | ICR_ASSERTED);
	run_ns(2000);
	ck_assert_int_eq(level[2], 0);
	send_wait(2, make(2, 60));
	ck_assert_int_eq(level[2], 1);
	w(2, I354_IMC, ICR_RXT0);
	run_ns(2000);
	ck_assert_int_eq(level[2], 0);
	ck_assert_int_eq(rises, 2);
	/* The legacy throttle: 1500 of 256 ns is 384 us. */
	(void)r(2, I354_ICR);
	w(2, I354_ITR, 1500);
	w(2, I354_IMS, ICR_RXT0);
	send_wait(2, make(2, 60));
	ck_assert_int_eq(level[2], 1);
	(void)r(2, I354_ICR);
	send_wait(2, make(2, 60));
	ck_assert_int_eq(level[2], 0);
	ck_assert_uint_eq(r(2, I354_EITR(0)) >> 2, 384);
	run_ns(384000);
	ck_assert_int_eq(level[2], 1);
	w(2, I354_ITR, 40000); /* EITR has no more than 8191 us */
	ck_assert_uint_eq(r(2, I354_EITR(0)), EITR_INTERVAL);
	rig_end();
}
END_TEST

/*
 * Without vectors reading always clears ICR, also while the throttle keeps the line
 * low; what has been read so is not told any more.
 */
START_TEST(intx_polled)
{
	rig_start();
	pcie_intx_sink(root, line, NULL);
	links_up();
	rx_on(2, 0, 64, LEGACY, 16);
	(void)r(2, I354_ICR);
	w(2, I354_EITR(0), 500u << EITR_SHIFT); /* 500 us */
	w(2, I354_IMS, ICR_RXT0);
	send_wait(2, make(2, 60));
	ck_assert_int_eq(rises, 1);
	ck_assert_uint_eq(r(2, I354_ICR), ICR_RXT0 | ICR_ASSERTED);
	send_wait(2, make(2, 60));
	ck_assert_int_eq(level[2], 0);
	ck_assert_uint_eq(r(2, I354_ICR), ICR_RXT0);
	ck_assert_uint_eq(r(2, I354_ICR), 0);
	run_ns(600000);
	ck_assert_int_eq(rises, 1);
	rig_end();
}
END_TEST

/* One message of MSI; IMS tells again what is still set. */
START_TEST(msi)
{
	rig_start();
	links_up();
	rx_on(0, 0, 64, LEGACY, 16);
	(void)r(0, I354_ICR);
	pcie_config_write(root, 0, DEV, 0, 0x54, 4, 0xfee00000u);
	pcie_config_write(root, 0, DEV, 0, 0x5c, 2, 0x77);
	pcie_config_write(root, 0, DEV, 0, 0x52, 2, 1);
	w(0, I354_IMS, ICR_RXT0);
	frame();
	ck_assert_int_eq(nmessage, 1);
	ck_assert_uint_eq(messages[0].data, 0x77);
	frame();
	ck_assert_int_eq(nmessage, 1); /* not read yet */
	w(0, I354_IMS, ICR_RXT0);
	run_ns(2000);
	ck_assert_int_eq(nmessage, 2);
	(void)r(0, I354_ICR);
	frame();
	ck_assert_int_eq(nmessage, 3);
	rig_end();
}
END_TEST

/*
 * Random causes and masks: a vector's messages are never nearer than its
 * interval, none is sent that is not enabled, and no cause is lost: enabled at
 * last, it is told.
 */
START_TEST(random_causes)
{
	uint64_t last[I354_NVEC] = { 0 };
	struct rng rng;

	start();
	rng_seed(&rng, 11, 0);
	w(0, I354_EIAC, 0x3ff);
	w(0, I354_EIAM, 0x2aa);
	for (unsigned v = 0; v < I354_NVEC; v++)
		w(0, I354_EITR(v), 4 * (v * 3)); /* 3 v us */
	for (unsigned i = 0; i < 5000; i++) {
		const uint32_t bits = (uint32_t)rng_below(&rng, 1024);
		static const uint32_t off[3] = { I354_EICS, I354_EIMS,
			I354_EIMC };

		w(0, off[rng_below(&rng, 3)], bits);
		run_ns(rng_below(&rng, 3000));
	}
	ck_assert_int_gt(nmessage, 2000);
	ck_assert_int_lt(nmessage, NLOG);
	for (int i = 0; i < nmessage; i++) {
		const unsigned v = messages[i].data - 0x40;

		ck_assert_uint_lt(v, I354_NVEC);
		if (last[v] != 0)
			ck_assert_uint_ge(messages[i].at_tick - last[v] + 1000,
			    v * 3 * 12000);
		last[v] = messages[i].at_tick;
	}
	w(0, I354_EIMC, 0x3ff);
	run_ns(100000);
	nmessage = 0;
	w(0, I354_EICS, 0x3ff);
	run_ns(100000);
	ck_assert_int_eq(nmessage, 0);
	w(0, I354_EIMS, 0x3ff);
	run_ns(100000);
	ck_assert_int_eq(nmessage, I354_NVEC);
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, ivar_entry);
	tcase_add_test(t, ivar_places);
	tcase_add_test(t, other_causes);
	tcase_add_test(t, throttle);
	tcase_add_loop_test(t, eitr_scale, 0, 4);
	tcase_add_test(t, eitr_written);
	tcase_add_test(t, auto_clear);
	tcase_add_test(t, mask);
	tcase_add_test(t, table_mask);
	tcase_add_test(t, eicr);
	tcase_add_test(t, icr);
	tcase_add_test(t, mode_first);
	tcase_add_test(t, after_write_back);
	tcase_add_test(t, intx);
	tcase_add_test(t, intx_polled);
	tcase_add_test(t, msi);
	tcase_add_test(t, random_causes);
}

int
main(void)
{
	return run_suite("sim/nic_i354 cause", add);
}
