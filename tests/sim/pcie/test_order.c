/*
 * Order, credits and tags of a link, sim/pcie, with the times of pcie_rig.h:
 * a byte 6 ticks, flight 100, read 50, a line 50.  A write of 64 bytes has 84
 * on the link, 504 ticks: it arrives after 604, is visible after 654, and its
 * credit is back after 754.  A read of 64 has 20: it arrives after 220, its
 * credit is back after 320, and the answer is there after 924.
 */
#include "sim/pcie/dma_rig.h"

#define T 10000

/* Line i of the log: read or write, where, and when, after T. */
static void
line(int i, bool write, uint64_t pa, uint64_t tick)
{
	ck_assert_int_lt(i, nline);
	ck_assert_int_eq(lines[i].write, write);
	ck_assert_uint_eq(lines[i].pa, pa);
	ck_assert_uint_eq(lines[i].at, 2 * (T + tick));
}

/*
 * Order of a link.
 */

/* A read leaves after what was written before: it sees it. */
START_TEST(read_after_write)
{
	pcie_start();
	fill(64);
	ask(T, true, 0, RAM_BASE, 64);
	ask(T, false, 0, RAM_BASE, 64);
	ok(sc_run(T + 3000));
	line(0, true, RAM_BASE, 604);
	line(1, false, RAM_BASE, 504 + 220);
	ck_assert_mem_eq(asked[1].buf, bytes, 64);
	pcie_end();
}
END_TEST

/* The other way round it does not. */
START_TEST(write_after_read)
{
	pcie_start();
	fill(64);
	ask(T, false, 0, RAM_BASE, 64);
	ask(T, true, 0, RAM_BASE, 64);
	ok(sc_run(T + 3000));
	line(0, false, RAM_BASE, 220);
	line(1, true, RAM_BASE, 120 + 604);
	ck_assert_uint_eq(asked[0].buf[1], 0);
	pcie_end();
}
END_TEST

/* Of two functions of a device, too: they share the link. */
START_TEST(two_functions)
{
	more = 1;
	pcie_start();
	ask(T, true, 1, RAM_BASE, 64);
	ask(T, true, 0, RAM_BASE + 64, 64);
	ok(sc_run(T + 3000));
	line(0, true, RAM_BASE, 604);
	line(1, true, RAM_BASE + 64, 1108);
	pcie_end();
}
END_TEST

/* Two devices have a link each. */
START_TEST(two_links)
{
	const struct pcie_fn_desc d = { .name = "other" };
	const struct pcie_fn_ops ops = { 0 };

	pcie_start();
	ep[1] = pcie_add(root, 0, 4, 0, &d, &ops);
	pcie_config_write(root, 0, 4, 0, COMMAND, 2, MASTER);
	ask(T, true, 1, RAM_BASE, 64);
	ask(T, true, 0, RAM_BASE + 64, 64);
	ok(sc_run(T + 3000));
	line(0, true, RAM_BASE, 604);
	line(1, true, RAM_BASE + 64, 619); /* 604, behind it at the memory */
	pcie_end();
}
END_TEST

static uint64_t
slow_first(uint64_t pa)
{
	return pa == RAM_BASE ? 3000 : 100;
}

/* The first write takes 1500 ticks in memory: the second is not seen before. */
START_TEST(visible_in_order)
{
	pcie_start();
	line_clk = slow_first;
	ask(T, true, 0, RAM_BASE, 64);
	ask(T, true, 0, RAM_BASE + 64, 64);
	ok(sc_run(T + 5000));
	done_at(0, 0, true, T + 604 + 1500);
	done_at(1, 1, true, T + 604 + 1500);
	pcie_end();
}
END_TEST

static void
quiet_write(void *arg)
{
	(void)arg;
	ck_assert(pcie_dma_write(ep[0], RAM_BASE, bytes, 64, NULL, NULL));
}

/* Nor before one whose end nobody waits for. */
START_TEST(visible_behind_quiet)
{
	pcie_start();
	line_clk = slow_first;
	at(T, quiet_write, NULL);
	ask(T, true, 0, RAM_BASE + 64, 64);
	ok(sc_run(T + 5000));
	ck_assert_int_eq(ndone, 1);
	done_at(0, 0, true, T + 604 + 1500);
	pcie_end();
}
END_TEST

/* The first read's data are at the root after 220 + 1500, ready 50 later. */
START_TEST(answered_in_order)
{
	pcie_start();
	line_clk = slow_first;
	ask(T, false, 0, RAM_BASE, 64);
	ask(T, false, 0, RAM_BASE + 64, 64);
	ok(sc_run(T + 5000));
	line(1, false, RAM_BASE + 64, 340);
	done_at(0, 0, true, T + 1770 + 504 + 100);
	done_at(1, 1, true, T + 1770 + 2 * 504 + 100);
	pcie_end();
}
END_TEST

/*
 * Reads that wait for a tag do not hold up a write, and those that wait behind
 * that write see it.
 */
START_TEST(write_passes_read)
{
	pp.reads_max = 1;
	pcie_start();
	fill(64);
	ask(T, false, 0, RAM_BASE, 64);
	ask(T, false, 0, RAM_BASE + 64, 64);
	ask(T, true, 0, RAM_BASE + 128, 64);
	ask(T, false, 0, RAM_BASE + 128, 64);
	ok(sc_run(T + 5000));
	line(0, false, RAM_BASE, 220);
	line(1, true, RAM_BASE + 128, 120 + 604);
	line(2, false, RAM_BASE + 64, 924 + 220);
	line(3, false, RAM_BASE + 128, 2 * 924 + 220);
	ck_assert_mem_eq(asked[3].buf, bytes, 64);
	pcie_end();
}
END_TEST

/* Tags are a function's own. */
START_TEST(tags)
{
	struct pcie_counts c;

	more = 1;
	pp.reads_max = 1;
	pcie_start();
	ask(T, false, 0, RAM_BASE, 64);
	ask(T, false, 0, RAM_BASE + 64, 64);
	ask(T, false, 1, RAM_BASE + 128, 64);
	ok(sc_run(T + 5000));
	line(0, false, RAM_BASE, 220);
	line(1, false, RAM_BASE + 128, 340);
	line(2, false, RAM_BASE + 64, 924 + 220);
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.tag_waits, 1);
	ck_assert_uint_eq(c.credit_waits, 0);
	pcie_end();
}
END_TEST

/* Of reads that wait, of several functions, the oldest one goes first. */
START_TEST(oldest_first)
{
	more = 1;
	pp.credit_nph = 1;
	pcie_start();
	ask(T, false, 0, RAM_BASE, 64);
	ask(T, false, 1, RAM_BASE + 64, 64);
	ask(T, false, 0, RAM_BASE + 128, 64);
	ok(sc_run(T + 5000));
	line(1, false, RAM_BASE + 64, 320 + 220);
	line(2, false, RAM_BASE + 128, 2 * 320 + 220);
	pcie_end();
}
END_TEST

/*
 * Credits.
 */

START_TEST(header_credit)
{
	struct pcie_counts c;

	pp.credit_ph = 1;
	pcie_start();
	ask(T, true, 0, RAM_BASE, 64);
	ask(T, true, 0, RAM_BASE + 64, 64);
	ask(T, false, 0, RAM_BASE + 128, 64); /* waits behind the second */
	ok(sc_run(T + 5000));
	line(0, true, RAM_BASE, 604);
	line(1, true, RAM_BASE + 64, 754 + 604);
	line(2, false, RAM_BASE + 128, 754 + 504 + 220);
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.credit_waits, 1);
	pcie_end();
}
END_TEST

/* Without anybody who waits for their end credits come back as well. */
static void
quiet_writes(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 3; i++)
		ck_assert(pcie_dma_write(ep[0], RAM_BASE + 64 * i, bytes, 64,
		    NULL, NULL));
}

START_TEST(quiet_credit)
{
	pp.credit_ph = 1;
	pcie_start();
	at(T, quiet_writes, NULL);
	ok(sc_run(T + 5000));
	line(1, true, RAM_BASE + 64, 754 + 604);
	line(2, true, RAM_BASE + 128, 2 * 754 + 604);
	pcie_end();
}
END_TEST

/*
 * 32 data credits are four writes of 128.  A byte takes 1/10 tick: 148 bytes
 * are 14.8.  The first arrives at 115, has its two lines by 180, its credit is
 * back at 280, and the fifth arrives at 295 + 100.
 */
START_TEST(data_credit)
{
	pp.credit_pd = 32;
	pp.byte_x1000_tick = 100;
	pcie_start();
	ask(T, true, 0, RAM_BASE, 640);
	ok(sc_run(T + 5000));
	ck_assert_int_eq(nline, 10);
	line(0, true, RAM_BASE, 115);
	line(7, true, RAM_BASE + 448, 115 + 7 * 15);
	line(8, true, RAM_BASE + 512, 395);
	pcie_end();
}
END_TEST

/* 20 bytes of payload are two credits: 16 writes take all 32. */
START_TEST(data_credit_rounds_up)
{
	pp.credit_pd = 32;
	pp.credit_ph = 64;
	pp.byte_x1000_tick = 100;
	pcie_start();
	for (unsigned i = 0; i < 17; i++)
		ask(T, true, 0, RAM_BASE + 64 * i, 20);
	ok(sc_run(T + 5000));
	/* 40 bytes: 4 ticks.  104, 154 visible, 254 back, 258 + 100. */
	line(0, true, RAM_BASE, 104);
	line(15, true, RAM_BASE + 15 * 64, 104 + 15 * 15);
	line(16, true, RAM_BASE + 16 * 64, 358);
	pcie_end();
}
END_TEST

START_TEST(read_credit)
{
	struct pcie_counts c;

	pp.credit_nph = 1;
	pcie_start();
	ask(T, false, 0, RAM_BASE, 64);
	ask(T, false, 0, RAM_BASE + 64, 64);
	ask(T, true, 0, RAM_BASE + 128, 64);
	ok(sc_run(T + 5000));
	line(0, false, RAM_BASE, 220);
	line(1, true, RAM_BASE + 128, 120 + 604);
	/* The write has the link until 624. */
	line(2, false, RAM_BASE + 64, 624 + 220);
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.credit_waits, 1);
	pcie_end();
}
END_TEST

/* Many more than there are credits and tags, from four functions. */
START_TEST(all_come_through)
{
	uint32_t sum = 0;

	more = 3;
	pp.credit_ph = 2;
	pp.credit_nph = 2;
	pp.reads_max = 1;
	pcie_start();
	fill(256);
	for (unsigned i = 0; i < 300; i++)
		ask(T + i, i % 3 != 0, i % 4, RAM_BASE + i * 40, 1 + i % 200);
	ok(sc_run(100 * T));
	ck_assert_int_eq(ndone, 300);
	for (int i = 0; i < ndone; i++) {
		ck_assert(done[i].ok);
		sum += (uint32_t)done[i].request;
	}
	ck_assert_uint_eq(sum, 300 * 299 / 2);
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(pcie_pending(ep[i]), 0);
	pcie_end();
}
END_TEST

/*
 * A link that never rests: 200 writes of 128 are 148 * 6 = 888 ticks each.
 */
START_TEST(saturated)
{
	pcie_start();
	for (unsigned i = 0; i < 25; i++)
		ask(T, true, 0, RAM_BASE + 128 * i, 1024);
	ok(sc_run(100 * T));
	ck_assert_uint_eq(lines[nline - 2].at, 2 * (T + 200 * 888 + 100));
	pcie_end();
}
END_TEST

/*
 * A CPU's read pushes what the device has written.
 */

static unsigned nwrites;

static void
write_64(void)
{
	for (unsigned i = 0; i < nwrites; i++)
		ck_assert(pcie_dma_write(ep[0], RAM_BASE + 64 * i, bytes, 64,
		    NULL, NULL));
}

/*
 * The read arrives at T; the device writes first.  The answer leaves behind the
 * write, at T + 504, and flies for 600 units.
 */
START_TEST(read_pushes)
{
	pcie_start();
	nwrites = 1;
	ep_on_read = write_64;
	ep_reg[0][0][1] = 77;
	ok(sc_run(T - 200));
	ck_assert_uint_eq(cpu_read(false, EP_BAR0 + 4, 4), 77);
	ok(sc_run(2 * T));
	line(0, true, RAM_BASE, 604);
	ck_assert_uint_eq(answers[0].at, 2 * (T + 504) + 600);
	ck_assert_uint_lt(lines[0].at, answers[0].at);
	pcie_end();
}
END_TEST

/* The second write waits for the first one's credit, until 754. */
START_TEST(read_pushes_waiting)
{
	pp.credit_ph = 1;
	pcie_start();
	nwrites = 2;
	ep_on_read = write_64;
	ok(sc_run(T - 200));
	(void)cpu_read(false, EP_BAR0, 4);
	ok(sc_run(2 * T));
	line(1, true, RAM_BASE + 64, 754 + 604);
	ck_assert_uint_eq(answers[0].at, 2 * (T + 754 + 504) + 600);
	pcie_end();
}
END_TEST

/* So does reading configuration space; a port access takes 3000 in all. */
START_TEST(config_read_pushes)
{
	pcie_start();
	cpu_write(true, 0xcf8, 4, cf8(0, EP_DEV, 0, 0));
	nanswer = 0;
	ask(T - 10, true, 0, RAM_BASE, 64);
	ok(sc_run(T - 200));
	ck_assert_uint_eq(cpu_read(true, 0xcfc, 4), 0x56781234);
	ck_assert_uint_eq(answers[0].at, 2 * (T + 494) + 2600);
	pcie_end();
}
END_TEST

/* Where nobody answers nothing is pushed, and another link is not. */
START_TEST(not_pushed)
{
	pcie_start();
	ask(T - 10, true, 0, RAM_BASE, 64);
	ok(sc_run(T - 200));
	(void)cpu_read(false, PCIE_MEM_END - 4, 4);
	ck_assert_uint_eq(answers[0].at, 2 * T + 600);
	pcie_end();
}
END_TEST

/*
 * Function level reset.
 */

static void
reset(void *arg)
{
	(void)arg;
	cfg_put(DEVCTL, 2, 0x8000);
}

/*
 * With one credit: the first write and the first read are under way, the rest
 * is still here and ends without the root.  What is under way arrives, but
 * the device is not told that it has: nothing asked for before is good.
 */
START_TEST(reset_under_way)
{
	pp.credit_ph = 1;
	pcie_start();
	fill(64);
	memset(ram, 0xee, 1024);
	ask(T, false, 0, RAM_BASE + 512, 64);
	ask(T, true, 0, RAM_BASE, 64);
	ask(T, true, 0, RAM_BASE + 64, 64);
	ask(T, false, 0, RAM_BASE + 576, 600);
	at(T + 1, reset, NULL);
	ok(sc_run(T + 2));
	ck_assert_int_eq(nreset, 1);
	ck_assert(!pcie_bus_master(ep[0]));
	cfg_put(COMMAND, 2, MASTER);
	ask(T + 3, true, 0, RAM_BASE + 128, 64);
	ask(T + 3, false, 0, RAM_BASE + 128, 64);
	ok(sc_run(2 * T));
	ck_assert_int_eq(ndone, 6);
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(done[i].ok, done[i].request >= 4);
	ck_assert_mem_eq(ram, bytes, 64);
	ck_assert_uint_eq(ram[64], 0xee);
	ck_assert_mem_eq(ram + 128, bytes, 64);
	ck_assert_uint_eq(asked[0].buf[0], 0);
	ck_assert_mem_eq(asked[5].buf, bytes, 64);
	ck_assert_uint_eq(pcie_pending(ep[0]), 0);
	counted(2, 2, 2);
	pcie_end();
}
END_TEST

/* The other function of the device is left alone. */
START_TEST(reset_of_one)
{
	more = 1;
	pp.credit_ph = 1;
	pcie_start();
	ask(T, true, 1, RAM_BASE, 64);
	ask(T, true, 0, RAM_BASE + 64, 64);
	ask(T, true, 1, RAM_BASE + 128, 64);
	at(T + 1, reset, NULL);
	ok(sc_run(2 * T));
	ck_assert_int_eq(ndone, 3);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(done[i].ok, done[i].request != 1);
	line(1, true, RAM_BASE + 128, 754 + 604);
	pcie_end();
}
END_TEST

/*
 * A part that fails after the reset does not spoil what is asked for next.
 */
START_TEST(reset_forgets_failures)
{
	pcie_start();
	ask(T, true, 0, RAM_BASE + RAM_BYTES - 64, 256);
	ask(T, false, 0, RAM_BASE + RAM_BYTES - 64, 1024);
	at(T + 1, reset, NULL);
	ok(sc_run(T + 2));
	cfg_put(COMMAND, 2, MASTER);
	ask(T + 3, true, 0, RAM_BASE, 64);
	ask(T + 3, false, 0, RAM_BASE, 64);
	ok(sc_run(5 * T));
	ck_assert_int_eq(ndone, 4);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(done[i].ok, done[i].request >= 2);
	ck_assert_uint_eq(cfg(STATUS, 2) & 0x2000, 0);
	pcie_end();
}
END_TEST

/*
 * Nor one that has failed before it: of the write's two parts one, and of the
 * read's two, whose refusals arrive at 490 and 610 (test_dma.c, refused).
 */
START_TEST(reset_between_parts)
{
	pcie_start();
	if (_i == 0)
		ask(T, true, 0, 0x2000, 256);
	else
		ask(T, false, 0, 0x2000, 1024);
	at(T + (_i == 0 ? 1000 : 500), reset, NULL);
	ok(sc_run(T + 1100));
	cfg_put(COMMAND, 2, MASTER);
	ask(T + 1100, _i == 0, 0, RAM_BASE, 64);
	ok(sc_run(5 * T));
	ck_assert_int_eq(ndone, 2);
	ck_assert(!done[0].ok && done[1].ok);
	pcie_end();
}
END_TEST

/* Nothing is left of a root that is taken away with all under way. */
START_TEST(destroyed)
{
	pp.credit_ph = 1;
	pcie_start();
	for (unsigned i = 0; i < 100; i++)
		ask(T, i % 2 == 0, 0, RAM_BASE, 64);
	ok(sc_run(T + 700));
	pcie_destroy(root);
	ok(sc_run(2 * T));
	ck_assert_int_lt(ndone, 3);
	rig_end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/pcie order");
	TCase *t = tcase_create("order");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, read_after_write);
	tcase_add_test(t, write_after_read);
	tcase_add_test(t, two_functions);
	tcase_add_test(t, two_links);
	tcase_add_test(t, visible_in_order);
	tcase_add_test(t, visible_behind_quiet);
	tcase_add_test(t, answered_in_order);
	tcase_add_test(t, write_passes_read);
	tcase_add_test(t, tags);
	tcase_add_test(t, oldest_first);
	tcase_add_test(t, header_credit);
	tcase_add_test(t, quiet_credit);
	tcase_add_test(t, data_credit);
	tcase_add_test(t, data_credit_rounds_up);
	tcase_add_test(t, read_credit);
	tcase_add_test(t, all_come_through);
	tcase_add_test(t, saturated);
	tcase_add_test(t, read_pushes);
	tcase_add_test(t, read_pushes_waiting);
	tcase_add_test(t, config_read_pushes);
	tcase_add_test(t, not_pushed);
	tcase_add_test(t, reset_under_way);
	tcase_add_test(t, reset_of_one);
	tcase_add_test(t, reset_forgets_failures);
	tcase_add_loop_test(t, reset_between_parts, 0, 2);
	tcase_add_test(t, destroyed);
	suite_add_tcase(s, t);
	return run_tests(s);
}
