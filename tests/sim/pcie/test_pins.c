/*
 * MSI and interrupt pins, sim/pcie, with the times of pcie_rig.h.  Messages
 * have 24 bytes on the link, 144 ticks, and 100 of flight.
 */
#include "sim/pcie/dma_rig.h"

#define T   10000
#define CPU 0xfee02000u /* of APIC id 2 */

enum { MSIX_ON = 0x8000 };

static unsigned vectors[4] = { 0, 1, 2, 3 };

/*
 * MSI.
 */

static bool msi_sent;

static void
rise_msi(void *arg)
{
	msi_sent = pcie_msi(ep[0], *(const unsigned *)arg);
}

static void
msi_rises(unsigned v)
{
	msi_sent = false;
	at(sc_now_tick() + 1, rise_msi, &vectors[v]);
	ok(sc_run(sc_now_tick() + 1000));
}

static void
msi_start(uint32_t bits)
{
	pcie_start();
	cfg_put(MSI + 4, 4, CPU);
	cfg_put(MSI + 12, 2, 0x67);
	cfg_put(MSI + 2, 2, bits);
}

/* Enabled vectors: 1, 2, 4; asked for 8, there are 4.  Data 0x67. */
START_TEST(msi)
{
	static const struct {
		uint32_t bits;
		uint8_t data[4];
	} want[] = {
		{ 0x01, { 0x67, 0x67, 0x67, 0x67 } },
		{ 0x11, { 0x66, 0x67, 0x66, 0x67 } },
		{ 0x21, { 0x64, 0x65, 0x66, 0x67 } },
		{ 0x31, { 0x64, 0x65, 0x66, 0x67 } },
	};

	msi_start(want[_i].bits);
	ck_assert(pcie_msi_enabled(ep[0]));
	for (unsigned v = 0; v < 4; v++) {
		msi_rises(v);
		ck_assert(msi_sent);
		ck_assert_int_eq(nmessage, (int)v + 1);
		ck_assert_uint_eq(messages[v].address, CPU);
		ck_assert_uint_eq(messages[v].data, want[_i].data[v]);
	}
	pcie_end();
}
END_TEST

START_TEST(msi_mask)
{
	msi_start(0x21);
	cfg_put(MSI + 16, 4, 0x4);
	msi_rises(2);
	msi_rises(1);
	ck_assert_int_eq(nmessage, 1);
	ck_assert_uint_eq(cfg(MSI + 20, 4), 4);
	cfg_put(MSI + 20, 4, 0); /* software only reads it */
	ck_assert_uint_eq(cfg(MSI + 20, 4), 4);
	cfg_put(COMMAND, 2, 0);
	msi_rises(0);
	ck_assert(!msi_sent);
	ck_assert_uint_eq(cfg(MSI + 20, 4), 5);
	cfg_put(COMMAND, 2, MASTER);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 2);
	ck_assert_uint_eq(messages[1].data, 0x64);
	cfg_put(MSI + 16, 4, 0);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 3);
	ck_assert_uint_eq(messages[2].data, 0x66);
	ck_assert_uint_eq(cfg(MSI + 20, 4), 0);
	pcie_end();
}
END_TEST

START_TEST(msi_off)
{
	msi_start(0x20);
	ck_assert(!pcie_msi_enabled(ep[0]));
	msi_rises(0);
	ck_assert(!msi_sent);
	cfg_put(MSI + 16, 4, 1);
	cfg_put(MSI + 2, 2, 0x21);
	msi_rises(0);
	cfg_put(MSI + 2, 2, 0x20);
	ck_assert_uint_eq(cfg(MSI + 20, 4), 0);
	cfg_put(MSI + 16, 4, 0);
	cfg_put(MSI + 2, 2, 0x21);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_int_eq(nmessage, 0);
	pcie_end();
}
END_TEST

/* High half of the address. */
START_TEST(msi_wrong_address)
{
	msi_start(0x01);
	cfg_put(MSI + 8, 4, 1);
	msi_rises(0);
	ck_assert(msi_sent);
	ck_assert_int_eq(nmessage, 0);
	cfg_put(MSI + 8, 4, 0);
	cfg_put(MSI + 4, 4, RAM_BASE);
	msi_rises(0);
	ck_assert_uint_eq(ram[0], 0x67);
	pcie_end();
}
END_TEST

/*
 * Pins.
 */

static struct {
	unsigned gsi;
	bool level;
	uint64_t tick;
} pins[64];
static int npin;

static void
pin(void *arg, unsigned gsi, bool level)
{
	ck_assert_ptr_eq(arg, pins);
	pins[npin].gsi = gsi;
	pins[npin].level = level;
	pins[npin++].tick = sc_now_tick();
}

static void
pin_is(int i, unsigned gsi, bool level)
{
	ck_assert_int_eq(npin, i + 1);
	ck_assert_uint_eq(pins[i].gsi, gsi);
	ck_assert_int_eq(pins[i].level, level);
}

static void
settle(void)
{
	ok(sc_run(sc_now_tick() + 1000));
}

static void
high(void *arg)
{
	pcie_intx(arg, true);
}

/* A message without data has 24 bytes: 144 ticks and 100. */
START_TEST(pin_rises_and_falls)
{
	pcie_start();
	pcie_intx_sink(root, pin, pins);
	at(T, high, ep[0]);
	ok(sc_run(T + 1000));
	pin_is(0, 18, true);
	ck_assert_uint_eq(pins[0].tick, T + 244);
	ck_assert_uint_eq(cfg(STATUS, 2), 0x18);
	pcie_intx(ep[0], true); /* still */
	settle();
	pcie_intx(ep[0], false);
	settle();
	pin_is(1, 18, false);
	ck_assert_uint_eq(cfg(STATUS, 2), 0x10);
	pcie_end();
}
END_TEST

/* Behind the data, as all writes. */
START_TEST(pin_after_data)
{
	pcie_start();
	pcie_intx_sink(root, pin, pins);
	ask(T, true, 0, RAM_BASE, 64);
	at(T, high, ep[0]);
	ok(sc_run(T + 2000));
	ck_assert_uint_eq(pins[0].tick, T + 504 + 244);
	pcie_end();
}
END_TEST

/* Each function has its pin; one pin of several is up while one of them is. */
START_TEST(shared_pin)
{
	struct pcie_fn_desc d = ep_desc(0);
	const struct pcie_fn_ops ops = { NULL, ep_read, ep_write, NULL };
	struct pcie_fn *other;

	more = 3;
	pcie_start();
	pcie_intx_sink(root, pin, pins);
	d.int_pin = 4;
	other = pcie_add(root, 0, 9, 0, &d, &ops);
	pcie_intx(ep[3], true);
	settle();
	pin_is(0, 21, true);
	pcie_intx(other, true);
	pcie_intx(ep[3], false);
	settle();
	ck_assert_int_eq(npin, 1);
	pcie_intx(other, false);
	settle();
	pin_is(1, 21, false);
	pcie_intx(ep[1], true);
	settle();
	pin_is(2, 19, true);
	pcie_end();
}
END_TEST

/* What keeps the line low: the status says what the device wants anyway. */
START_TEST(pin_off)
{
	static const struct {
		unsigned off, size;
		uint32_t low, up;
	} ways[] = { { COMMAND, 2, INTX_OFF, 0 }, { MSIX + 2, 2, MSIX_ON, 0 },
		{ MSI + 2, 2, 1, 0 }, { PM, 1, 3, 0 } };

	pcie_start();
	pcie_intx_sink(root, pin, pins);
	cfg_put(ways[_i].off, ways[_i].size, ways[_i].low);
	pcie_intx(ep[0], true);
	settle();
	ck_assert_int_eq(npin, 0);
	ck_assert_uint_eq(cfg(STATUS, 2) & 8, 8);
	cfg_put(ways[_i].off, ways[_i].size, ways[_i].up);
	settle();
	pin_is(0, 18, true);
	cfg_put(ways[_i].off, ways[_i].size, ways[_i].low);
	settle();
	pin_is(1, 18, false);
	pcie_end();
}
END_TEST

/* A reset lets go of the line; nobody listening is no harm. */
START_TEST(pin_reset)
{
	pcie_start();
	pcie_intx(ep[0], true);
	settle();
	pcie_intx_sink(root, pin, pins);
	cfg_put(DEVCTL, 2, 0x8000);
	settle();
	pin_is(0, 18, false);
	ck_assert_uint_eq(cfg(STATUS, 2) & 8, 0);
	pcie_end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/pcie pins");
	TCase *t = tcase_create("pins");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, msi, 0, 4);
	tcase_add_test(t, msi_mask);
	tcase_add_test(t, msi_off);
	tcase_add_test(t, msi_wrong_address);
	tcase_add_test(t, pin_rises_and_falls);
	tcase_add_test(t, pin_after_data);
	tcase_add_test(t, shared_pin);
	tcase_add_loop_test(t, pin_off, 0, 4);
	tcase_add_test(t, pin_reset);
	suite_add_tcase(s, t);
	return run_tests(s);
}
