/*
 * MSI-X, sim/pcie, with the times of pcie_rig.h; test_pins.c has MSI and pins.  A
 * message is a write of four bytes: 24 on the link, 144 ticks, and 100 of
 * flight; then io.h needs 500 units for the rest.
 */
#include "sim/pcie/dma_rig.h"

#define T   10000
#define CPU 0xfee02000u /* of APIC id 2 */

static void
control(unsigned bits)
{
	port_cfg_put(0, EP_DEV, 0, MSIX + 2, 2, bits);
}

enum { ON = 0x8000, MASKED = 0x4000 };

/* The condition of a vector rises; what pcie_msix says is kept. */
static bool sent[16];

static void
rise(void *arg)
{
	const unsigned v = *(const unsigned *)arg;

	sent[v] = pcie_msix(ep[0], v);
}

static unsigned vectors[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static void
rises(unsigned v, uint64_t tick)
{
	at(tick, rise, &vectors[v]);
}

/* All vectors named, unmasked, and on. */
static void
msix_start(void)
{
	pcie_start();
	for (unsigned v = 0; v < EP_NMSIX; v++)
		msix_entry(v, CPU, 0x40 + v, 0);
	control(ON);
	ok(sc_run(T * 10));
}

#define T0 (10 * T)

static uint64_t
pba(void)
{
	return cpu_read(false, EP_BAR4 + EP_PBA, 8);
}

/* Reset: masked.  Bits 1:0 of the address and 31:1 of the control are 0. */
START_TEST(table)
{
	pcie_start();
	for (unsigned v = 0; v < EP_NMSIX; v++) {
		const uint64_t e = EP_BAR4 + 16 * v;

		ck_assert_uint_eq(cpu_read(false, e, 8), 0);
		ck_assert_uint_eq(cpu_read(false, e + 8, 8), UINT64_C(1) << 32);
		cpu_write(false, e, 8, ~UINT64_C(0) - v * 4);
		cpu_write(false, e + 8, 8, 0xfffffffe55667700 + v);
	}
	for (unsigned v = 0; v < EP_NMSIX; v++) {
		const uint64_t e = EP_BAR4 + 16 * v;

		ck_assert_uint_eq(cpu_read(false, e, 4), 0xfffffffc - v * 4);
		ck_assert_uint_eq(cpu_read(false, e + 4, 4), 0xffffffff);
		ck_assert_uint_eq(cpu_read(false, e + 8, 8), 0x55667700 + v);
	}
	ck_assert_int_eq(nep, 0);
	pcie_end();
}
END_TEST

/* Words and double words at their multiples, and nothing else. */
START_TEST(table_widths)
{
	pcie_start();
	msix_entry(1, 0x123456789abcdef0, 0x11223344, 1);
	cpu_write(false, EP_BAR4 + 16, 2, 0);
	cpu_write(false, EP_BAR4 + 17, 1, 0);
	cpu_write(false, EP_BAR4 + 18, 4, 0);
	cpu_write(false, EP_BAR4 + 20, 8, 0);
	ck_assert_uint_eq(cpu_read(false, EP_BAR4 + 16, 8), 0x123456789abcdef0);
	ck_assert_uint_eq(cpu_read(false, EP_BAR4 + 24, 4), 0x11223344);
	ck_assert_uint_eq(cpu_read(false, EP_BAR4 + 16, 2), 0);
	ck_assert_uint_eq(cpu_read(false, EP_BAR4 + 20, 8), 0);
	cpu_write(false, EP_BAR4 + EP_PBA, 8, ~UINT64_C(0));
	ck_assert_uint_eq(pba(), 0);
	ck_assert_int_eq(nep, 0);
	pcie_end();
}
END_TEST

START_TEST(one_message)
{
	msix_start();
	ck_assert(pcie_msix_enabled(ep[0]));
	rises(7, T0);
	ok(sc_run(T0 + 1000));
	ck_assert(sent[7]);
	ck_assert_int_eq(nmessage, 1);
	message(0, CPU, 0x47, 2 * (T0 + 144) + 500);
	ck_assert_uint_eq(pba(), 0);
	pcie_end();
}
END_TEST

static uint64_t
slow(uint64_t pa)
{
	(void)pa;
	return 10000;
}

/*
 * Data first: 64 bytes arrive at 604 and are there 5000 ticks later; the message
 * behind them is at the root at 748, and not at the CPU before they are there.
 */
START_TEST(after_data)
{
	msix_start();
	line_clk = slow;
	ask(T0, true, 0, RAM_BASE, 64);
	rises(0, T0);
	ok(sc_run(T0 + 10000));
	ck_assert_uint_eq(messages[0].called_at, 2 * (T0 + 748));
	message(0, CPU, 0x40, 2 * (T0 + 5604));
	pcie_end();
}
END_TEST

/* Masked: the bit, not the message; unmasked: the message, once. */
START_TEST(vector_mask)
{
	msix_start();
	cpu_write(false, EP_BAR4 + 16 * 3 + 12, 4, 1);
	ck_assert_uint_eq(sc_now_tick() < T0 + T, 1);
	rises(3, T0 + T);
	rises(3, T0 + T + 1);
	rises(4, T0 + T + 2);
	ok(sc_run(T0 + 2 * T));
	ck_assert(!sent[3] && sent[4]);
	ck_assert_int_eq(nmessage, 1);
	ck_assert_uint_eq(messages[0].data, 0x44);
	ck_assert_uint_eq(pba(), 1 << 3);
	ck_assert(pcie_msix_pending(ep[0], 3));
	/* The entry may be changed meanwhile. */
	msix_entry(3, CPU + 0x2000, 0x99, 1);
	msix_entry(3, CPU + 0x2000, 0x99, 0);
	ok(sc_run(T0 + 4 * T));
	ck_assert_int_eq(nmessage, 2);
	ck_assert_uint_eq(messages[1].address, CPU + 0x2000);
	ck_assert_uint_eq(messages[1].data, 0x99);
	ck_assert_uint_eq(pba(), 0);
	pcie_end();
}
END_TEST

/* What stands in the way of all vectors, and what is sent when it is gone. */
START_TEST(obstacles)
{
	msix_start();
	switch (_i) {
	case 0:
		control(ON | MASKED);
		break;
	case 1:
		cfg_put(COMMAND, 2, MEM_ON);
		break;
	case 2:
		cfg_put(PM, 1, 3);
		break;
	}
	cfg_put(COMMAND, 2, cfg(COMMAND, 2) | MEM_ON);
	rises(0, T0 + T);
	rises(9, T0 + T);
	ok(sc_run(T0 + 2 * T));
	ck_assert(!sent[0] && !sent[9]);
	ck_assert_int_eq(nmessage, 0);
	ck_assert(pcie_msix_pending(ep[0], 0) && pcie_msix_pending(ep[0], 9));
	switch (_i) {
	case 0:
		ck_assert_uint_eq(pba(), 0x201);
		control(ON);
		break;
	case 1:
		ck_assert_uint_eq(pba(), 0x201);
		cfg_put(COMMAND, 2, MEM_ON | MASTER);
		break;
	case 2:
		cfg_put(PM, 1, 0);
		break;
	}
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 2);
	ck_assert_uint_eq(messages[0].data, 0x40);
	ck_assert_uint_eq(messages[1].data, 0x49);
	ck_assert_uint_eq(pba(), 0);
	pcie_end();
}
END_TEST

/* Of two masks both must go. */
START_TEST(two_masks)
{
	msix_start();
	control(ON | MASKED);
	cpu_write(false, EP_BAR4 + 12, 4, 1);
	rises(0, sc_now_tick() + 1);
	rises(1, sc_now_tick() + 1);
	ok(sc_run(sc_now_tick() + 1000));
	control(ON);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 1);
	ck_assert_uint_eq(messages[0].data, 0x41);
	control(ON | MASKED);
	cpu_write(false, EP_BAR4 + 12, 4, 0);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 1);
	control(ON);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 2);
	pcie_end();
}
END_TEST

/* The device takes a condition back. */
START_TEST(taken_back)
{
	msix_start();
	control(ON | MASKED);
	rises(5, sc_now_tick() + 1);
	rises(6, sc_now_tick() + 1);
	ok(sc_run(sc_now_tick() + 10));
	pcie_msix_clear(ep[0], 5);
	ck_assert_uint_eq(pba(), 1 << 6);
	control(ON);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 1);
	ck_assert_uint_eq(messages[0].data, 0x46);
	pcie_end();
}
END_TEST

/* Off: nothing, and nothing is kept. */
START_TEST(msix_off)
{
	msix_start();
	control(0);
	ck_assert(!pcie_msix_enabled(ep[0]));
	rises(1, sc_now_tick() + 1);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert(!sent[1]);
	control(ON | MASKED);
	rises(2, sc_now_tick() + 1);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_uint_eq(pba(), 1 << 2);
	control(MASKED);
	control(ON);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 0);
	pcie_end();
}
END_TEST

/* An entry that names memory: the device overwrites it. */
START_TEST(wrong_address)
{
	struct pcie_counts c;

	msix_start();
	msix_entry(0, RAM_BASE + 8, 0xdeadbeef, 0);
	msix_entry(1, UINT64_C(0x1fee00000), 0x41, 0);
	rises(0, sc_now_tick() + 1);
	rises(1, sc_now_tick() + 1);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 0);
	ck_assert_uint_eq(ram[8], 0xef);
	ck_assert_uint_eq(ram[11], 0xde);
	ck_assert_uint_eq(ram[12], 0);
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.lost, 1);
	ck_assert_uint_eq(c.interrupts, 0);
	pcie_end();
}
END_TEST

/* 70 vectors: the pending bits are two words. */
START_TEST(many_vectors)
{
	struct pcie_fn_desc d = ep_desc(0);
	const struct pcie_fn_ops ops = { NULL, ep_read, ep_write, NULL };

	pcie_bare();
	d.nmsix = 70;
	d.serial = 0;
	ep[1] = pcie_add(root, 0, 4, 0, &d, &ops);
	pcie_firmware(root);
	pcie_config_write(root, 0, 4, 0, COMMAND, 2, MEM_ON | MASTER);
	pcie_config_write(root, 0, 4, 0, MSIX + 2, 2, ON | MASKED);
	ck_assert_uint_eq(pcie_config_read(root, 0, 4, 0, MSIX + 2, 2),
	    ON | MASKED | 69);
	for (unsigned v = 0; v < 70; v++)
		(void)pcie_msix(ep[1], v);
	ck_assert_uint_eq(cpu_read(false, 0xfc00c000 + EP_PBA, 8),
	    ~UINT64_C(0));
	ck_assert_uint_eq(cpu_read(false, 0xfc00c000 + EP_PBA + 8, 8), 0x3f);
	ck_assert_uint_eq(cpu_read(false, 0xfc00c000 + EP_PBA + 4, 4),
	    0xffffffff);
	for (unsigned v = 60; v < 70; v++) {
		cpu_write(false, 0xfc00c000 + 16 * v, 8, CPU);
		cpu_write(false, 0xfc00c000 + 16 * v + 8, 8, v);
	}
	pcie_config_write(root, 0, 4, 0, MSIX + 2, 2, ON);
	ok(sc_run(sc_now_tick() + 5000));
	ck_assert_int_eq(nmessage, 10);
	for (int i = 0; i < 10; i++)
		ck_assert_uint_eq(messages[i].data, 60 + i);
	pcie_end();
}
END_TEST

/* A reset masks all vectors and forgets what is pending. */
START_TEST(msix_reset_pending)
{
	msix_start();
	control(ON | MASKED);
	rises(1, sc_now_tick() + 1);
	ok(sc_run(sc_now_tick() + 10));
	cfg_put(DEVCTL, 2, 0x8000);
	ck_assert(!pcie_msix_pending(ep[0], 1));
	cfg_put(0x20, 4, EP_BAR4);
	cfg_put(COMMAND, 2, MEM_ON | MASTER);
	control(ON);
	rises(1, sc_now_tick() + 1);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 0);
	ck_assert_uint_eq(pba(), 2);
	pcie_end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/pcie msix");
	TCase *t = tcase_create("msix");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, table);
	tcase_add_test(t, table_widths);
	tcase_add_test(t, one_message);
	tcase_add_test(t, after_data);
	tcase_add_test(t, vector_mask);
	tcase_add_loop_test(t, obstacles, 0, 3);
	tcase_add_test(t, two_masks);
	tcase_add_test(t, taken_back);
	tcase_add_test(t, msix_off);
	tcase_add_test(t, wrong_address);
	tcase_add_test(t, many_vectors);
	tcase_add_test(t, msix_reset_pending);
	suite_add_tcase(s, t);
	return run_tests(s);
}
