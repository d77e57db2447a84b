/*
 * The I/O APIC, sim/pcie/ioapic.h, by its registers, lines and messages, and
 * with the endpoint of pcie_rig.h behind it.  A message takes 500 units.
 */
#include <stdio.h>

#include "pcie/ioapic.h"
#include "sim/pcie/pcie_rig.h"

#define EOI_TICKS 70
#define T         10000

/* Bits of an entry. */
enum { LOW = 0x2000, IRR = 0x4000, LEVEL = 0x8000, MASK = 0x10000 };

static struct ioapic *ioapic;

static void
start(void)
{
	pcie_start();
	ioapic = ioapic_create(io, EOI_TICKS);
	pcie_intx_sink(root, ioapic_sink, ioapic);
}

static void
end(void)
{
	ioapic_destroy(ioapic);
	pcie_end();
}

static uint32_t
get(unsigned reg)
{
	cpu_write(false, IOAPIC_PA, 4, reg);
	return (uint32_t)cpu_read(false, IOAPIC_PA + 0x10, 4);
}

static void
put(unsigned reg, uint32_t v)
{
	cpu_write(false, IOAPIC_PA, 4, reg);
	cpu_write(false, IOAPIC_PA + 0x10, 4, v);
}

/* Entry n sends vector v to APIC id 6, mask last. */
static void
entry(unsigned n, uint32_t low)
{
	put(0x11 + 2 * n, 0x06000000);
	put(0x10 + 2 * n, low);
}

static uint32_t
low(unsigned n)
{
	return get(0x10 + 2 * n);
}

/* So many messages so far, the last one saying that. */
static void
messages_are(int n, uint32_t data)
{
	ck_assert_int_eq(nmessage, n);
	if (n > 0)
		ck_assert_uint_eq(messages[n - 1].data, data);
}

static void
eoi(uint8_t vector)
{
	ioapic_eoi(ioapic, vector, now_clk());
	ok(sc_run(sc_now_tick() + EOI_TICKS + 1));
}

START_TEST(registers)
{
	start();
	ck_assert_uint_eq(get(1), 0x00170020);
	put(1, 0);
	ck_assert_uint_eq(get(1), 0x00170020);
	put(0, 0xffffffff);
	ck_assert_uint_eq(get(0), 0x0f000000);
	ck_assert_uint_eq(get(2), 0x0f000000);
	for (unsigned n = 0; n < 24; n++) {
		ck_assert_uint_eq(low(n), MASK);
		put(0x11 + 2 * n, 0xffffffff - (n << 24));
		ck_assert_uint_eq(get(0x11 + 2 * n), 0xff000000 - (n << 24));
		put(0x10 + 2 * n, 0xfffff000 | n | MASK);
		ck_assert_uint_eq(low(n), MASK | LEVEL | LOW | n);
		put(0x10 + 2 * n, MASK | 0xf00 | n);
		ck_assert_uint_eq(low(n), MASK | 0xf00 | n);
	}
	ck_assert_uint_eq(get(3), 0);
	ck_assert_uint_eq(get(0x10 + 48), 0);
	put(0x10 + 48, 1);
	put(0x1ff, 1); /* bits 7:0 count: 0xff */
	ck_assert_uint_eq(cpu_read(false, IOAPIC_PA, 4), 0xff);
	/* Widths and places that are none. */
	cpu_write(false, IOAPIC_PA, 1, 1);
	cpu_write(false, IOAPIC_PA, 8, 1);
	ck_assert_uint_eq(cpu_read(false, IOAPIC_PA, 4), 0xff);
	ck_assert_uint_eq(cpu_read(false, IOAPIC_PA, 2), 0);
	ck_assert_uint_eq(cpu_read(false, IOAPIC_PA + 4, 4), 0);
	cpu_write(false, IOAPIC_PA + 0x14, 4, 1);
	messages_are(0, 0);
	end();
}
END_TEST

/* One message each time the line rises; a masked edge is lost. */
START_TEST(edge)
{
	start();
	entry(3, 0x41);
	ioapic_set(ioapic, 3, true);
	messages_are(1, 0x4041);
	message(0, 0xfee06000, 0x4041, now_clk() + 500);
	ioapic_set(ioapic, 3, true);
	ioapic_set(ioapic, 3, false);
	messages_are(1, 0x4041);
	ioapic_set(ioapic, 3, true);
	messages_are(2, 0x4041);
	ck_assert_uint_eq(low(3), 0x41);
	put(0x16, 0x41 | MASK);
	ioapic_set(ioapic, 3, false);
	ioapic_set(ioapic, 3, true);
	put(0x16, 0x41);
	messages_are(2, 0x4041);
	end();
}
END_TEST

/* Lowest priority, logical: as the message says it. */
START_TEST(fields)
{
	start();
	entry(5, 0x941);
	ioapic_set(ioapic, 5, true);
	messages_are(1, 0x4141);
	ck_assert_uint_eq(messages[0].address, 0xfee06004);
	end();
}
END_TEST

/* Level: once, until the end of interrupt; then again if it is still up. */
START_TEST(level)
{
	start();
	entry(18, 0x51 | LEVEL | LOW);
	ioapic_set(ioapic, 18, true);
	messages_are(1, 0xc051);
	ck_assert_uint_eq(low(18), 0x51 | LEVEL | LOW | IRR);
	ioapic_set(ioapic, 18, false);
	ioapic_set(ioapic, 18, true);
	messages_are(1, 0xc051);
	eoi(0x52); /* of others */
	messages_are(1, 0xc051);
	eoi(0x51);
	messages_are(2, 0xc051);
	ioapic_set(ioapic, 18, false);
	eoi(0x51);
	messages_are(2, 0xc051);
	ck_assert_uint_eq(low(18), 0x51 | LEVEL | LOW);
	ioapic_set(ioapic, 18, true);
	messages_are(3, 0xc051);
	/* Software writes Remote IRR: nothing. */
	put(0x34, 0x51 | LEVEL | LOW);
	ck_assert_uint_eq(low(18), 0x51 | LEVEL | LOW | IRR);
	messages_are(3, 0xc051);
	/* By edge there is none. */
	put(0x34, 0x51 | LOW);
	ck_assert_uint_eq(low(18), 0x51 | LOW);
	messages_are(3, 0xc051);
	put(0x34, 0x51 | LEVEL | LOW);
	messages_are(4, 0xc051);
	end();
}
END_TEST

/* A level that rose while masked interrupts when it is unmasked. */
START_TEST(level_masked)
{
	start();
	entry(20, 0x51 | LEVEL | LOW | MASK);
	ioapic_set(ioapic, 20, true);
	messages_are(0, 0);
	put(0x38, 0x51 | LEVEL | LOW);
	messages_are(1, 0xc051);
	put(0x38, 0x51 | LEVEL | LOW | MASK);
	eoi(0x51);
	messages_are(1, 0xc051);
	ck_assert_uint_eq(low(20), 0x51 | LEVEL | LOW | MASK);
	put(0x38, 0x51 | LEVEL | LOW);
	messages_are(2, 0xc051);
	end();
}
END_TEST

/* Inputs of PCI are low when asserted: an entry that takes them for high. */
START_TEST(upside_down)
{
	start();
	entry(16, 0x51 | LEVEL);
	messages_are(1, 0xc051);
	ioapic_set(ioapic, 16, true);
	eoi(0x51);
	messages_are(1, 0xc051);
	ioapic_set(ioapic, 16, false);
	messages_are(2, 0xc051);
	entry(15, 0x52 | LEVEL | LOW);
	messages_are(3, 0xc052);
	end();
}
END_TEST

/* An end of interrupt is for all entries of its vector. */
START_TEST(same_vector)
{
	start();
	entry(18, 0x51 | LEVEL | LOW);
	entry(19, 0x51 | LEVEL | LOW);
	entry(20, 0x53 | LEVEL | LOW);
	for (unsigned n = 18; n < 21; n++)
		ioapic_set(ioapic, n, true);
	messages_are(3, 0xc053);
	eoi(0x51);
	messages_are(5, 0xc051);
	cpu_write(false, IOAPIC_PA + 0x40, 4, 0x53);
	messages_are(6, 0xc053);
	end();
}
END_TEST

/*
 * The EOI flies 70 ticks.  Two CPUs whose clocks differ: the later call may be
 * the earlier end.
 */
START_TEST(eoi_time)
{
	start();
	entry(18, 0x51 | LEVEL | LOW);
	entry(19, 0x52 | LEVEL | LOW);
	ioapic_set(ioapic, 18, true);
	ioapic_set(ioapic, 19, true);
	ok(sc_run(T * 2));
	ioapic_eoi(ioapic, 0x51, 4 * T + 600);
	ioapic_eoi(ioapic, 0x52, 4 * T + 400);
	ioapic_eoi(ioapic, 0x60, 4 * T + 500);
	ok(sc_run(T * 3));
	messages_are(4, 0xc051);
	ck_assert_uint_eq(messages[2].data, 0xc052);
	ck_assert_uint_eq(messages[2].called_at, 4 * T + 400 + 140);
	ck_assert_uint_eq(messages[3].called_at, 4 * T + 600 + 140);
	end();
}
END_TEST

/*
 * The whole way: pin A is input 18.  The handler takes the cause away by a read
 * that is answered behind the message, so that nothing is left at the EOI.
 */
static void
cause_gone(void)
{
	pcie_intx(ep[0], false);
}

START_TEST(from_a_pin)
{
	start();
	entry(18, 0x51 | LEVEL | LOW);
	pcie_intx(ep[0], true);
	ok(sc_run(sc_now_tick() + 300));
	messages_are(1, 0xc051);
	ep_on_read = cause_gone;
	(void)cpu_read(false, EP_BAR0, 4);
	ok(sc_run(clk_to_tick_up(answers[nanswer - 1].at)));
	eoi(0x51);
	messages_are(1, 0xc051);
	/* Without the read it comes again. */
	pcie_intx(ep[0], true);
	ok(sc_run(sc_now_tick() + 300));
	messages_are(2, 0xc051);
	eoi(0x51);
	messages_are(3, 0xc051);
	end();
}
END_TEST

START_TEST(print)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	start();
	entry(18, 0x51 | LEVEL | LOW);
	ioapic_set(ioapic, 18, true);
	ioapic_set(ioapic, 2, true);
	entry(4, 0x42);
	ioapic_print(ioapic, f);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_str_eq(text,
	    "input  line  apic  int     by   low mask  irr   messages\n"
	    "    2    on     0    0   edge    no  yes   no          0\n"
	    "    4   off     6   66   edge    no   no   no          0\n"
	    "   18    on     6   81  level   yes   no  yes          1\n");
	end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/pcie ioapic");
	TCase *t = tcase_create("ioapic");

	tcase_add_test(t, registers);
	tcase_add_test(t, edge);
	tcase_add_test(t, fields);
	tcase_add_test(t, level);
	tcase_add_test(t, level_masked);
	tcase_add_test(t, upside_down);
	tcase_add_test(t, same_vector);
	tcase_add_test(t, eoi_time);
	tcase_add_test(t, from_a_pin);
	tcase_add_test(t, print);
	suite_add_tcase(s, t);
	return run_tests(s);
}
