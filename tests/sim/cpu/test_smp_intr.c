/*
 * Interrupts between the parts of a whole machine without an image: messages of
 * devices, through sim/mem/io.h, to the local APICs that sim/cpu/smp.h puts
 * together, and ends of level interrupts back to the IOAPIC.  Times are those of
 * scenarios/machines/c2758.ini: a message needs 350 ns, 8400 units.
 */
#include <check.h>
#include <stdlib.h>

#include "core/machine.h"
#include "cpu/cpu.h"
#include "cpu/smp.h"
#include "pcie/ioapic.h"
#include "sc/sc.h"

#define MSI_CLK   8400
#define EOI_TICKS 3000
#define SVR       0xf0
#define EOI       0xb0

enum { LOW = 0x2000, LEVEL = 0x8000 };

static struct machine machine;
static struct smp *smp;
static struct ioapic *ioapic;
static unsigned nends;

static void
ends(void *arg, uint8_t vector, uint64_t at)
{
	ck_assert_ptr_eq(arg, &machine);
	nends++;
	ioapic_eoi(ioapic, vector, at);
}

static void
start(bool listen)
{
	struct smp_config c = { .machine = &machine,
		.ncpu = 4,
		.ram_va = 0x20000000,
		.ram_bytes = 0x1000 };
	struct err err;

	ck_assert_int_eq(machine_load(&machine, "scenarios/machines/c2758.ini",
			     NULL, 0, &err),
	    EX_GOOD);
	ck_assert_int_eq(smp_create(&smp, &c, &err), EX_GOOD);
	if (listen)
		smp_on_eoi(smp, ends, &machine);
	ioapic = ioapic_create(smp->io, EOI_TICKS);
	for (unsigned i = 0; i < 4; i++)
		ck_assert_int_eq(lapic_write(&smp->cpu[i]->lapic, SVR, 4, 0,
				     0x1ff),
		    LAPIC_OK);
}

static void
end(void)
{
	ioapic_destroy(ioapic);
	smp_destroy(smp);
}

static void
put(uint64_t off, uint32_t v)
{
	static uint64_t at;
	const struct io_dev *d = io_find(smp->io, false, IOAPIC_PA + off, 4);

	at += 20000;
	(void)io_write(smp->io, 0, 0, d, IOAPIC_PA + off, 4, v, at);
	ck_assert_int_eq(sc_run(clk_to_tick_up(at + 10000)), SC_OK);
}

static void
entry(unsigned n, unsigned apic, uint32_t low)
{
	put(0, 0x11 + 2 * n);
	put(0x10, apic << 24);
	put(0, 0x10 + 2 * n);
	put(0x10, low);
}

/* The vector that CPU n would take at that time, which it takes; -1: none. */
static int
take(unsigned n, uint64_t at)
{
	struct lapic *l = &smp->cpu[n]->lapic;
	int v;

	lapic_advance(l, at);
	v = lapic_pending(l);
	if (v >= 0)
		ck_assert_uint_eq(lapic_accept(l), (unsigned)v);
	return v;
}

static void
eoi(unsigned n, uint64_t at)
{
	ck_assert_int_eq(lapic_write(&smp->cpu[n]->lapic, EOI, 4, at, 0),
	    LAPIC_OK);
}

/*
 * To APIC id 4, which is CPU 2; the line stays up, so that each end brings it
 * again, 3000 ticks and a message later.
 */
START_TEST(level)
{
	uint64_t t;

	start(true);
	entry(18, 4, 0x51 | LEVEL | LOW);
	t = tick_to_clk(sc_now_tick());
	ioapic_set(ioapic, 18, true);
	ck_assert_int_eq(take(2, t + MSI_CLK - 1), -1);
	ck_assert_int_eq(take(2, t + MSI_CLK), 0x51);
	ck_assert_int_eq(take(0, t + MSI_CLK), -1);
	eoi(2, t + 10000);
	t += 10000 + 2 * EOI_TICKS;
	ck_assert_int_eq(sc_run(clk_to_tick_up(t)), SC_OK);
	ck_assert_int_eq(take(2, t + 2 * MSI_CLK), -1);
	ck_assert_int_eq(sc_run(clk_to_tick_up(t) + 1), SC_OK);
	ck_assert_int_eq(take(2, t + 2 * MSI_CLK), 0x51);
	/* Nobody asserts it any more. */
	ioapic_set(ioapic, 18, false);
	eoi(2, t + 20000);
	ck_assert_int_eq(sc_run(clk_to_tick_up(t + 100000)), SC_OK);
	ck_assert_int_eq(take(2, t + 200000), -1);
	end();
}
END_TEST

/* An edge's end is told to nobody, and a level's neither if nobody listens. */
START_TEST(told_to_nobody)
{
	uint64_t t;

	start(_i == 0);
	entry(18, 0, _i == 0 ? 0x51 | LOW : 0x51 | LEVEL | LOW);
	t = tick_to_clk(sc_now_tick());
	ioapic_set(ioapic, 18, true);
	ck_assert_int_eq(take(0, t + MSI_CLK), 0x51);
	eoi(0, t + 10000);
	ck_assert_int_eq(sc_run(clk_to_tick_up(t + 100000)), SC_OK);
	ck_assert_int_eq(take(0, t + 200000), -1);
	ck_assert_uint_eq(smp->stats.messages, 1);
	ck_assert_uint_eq(nends, 0);
	end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/cpu machine's interrupts");
	TCase *t = tcase_create("interrupts");
	SRunner *r;
	int failed;

	tcase_add_test(t, level);
	tcase_add_loop_test(t, told_to_nobody, 0, 2);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
