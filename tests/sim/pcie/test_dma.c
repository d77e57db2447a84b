/*
 * DMA over the link, sim/pcie: what requests are cut into, when each part
 * arrives, and what failure looks like, with the times of pcie_rig.h: a byte 6
 * ticks, flight 100, read 50; a line of memory takes 50 ticks and the next one
 * may start after 15.  test_order.c has order and credits.
 */
#include "sim/pcie/dma_rig.h"

#define T 10000 /* when the endpoint asks */

/*
 * Time.
 */

/*
 * 64 bytes in 20 of overhead: 84 * 6 = 504 ticks, 100 of flight; then they are
 * in memory, and 50 later visible.
 */
START_TEST(one_write)
{
	pcie_start();
	fill(64);
	ask(T, true, 0, RAM_BASE + 128, 64);
	ok(sc_run(T + 604));
	ck_assert_uint_eq(ram[128], 0);
	ok(sc_run(T + 605));
	ck_assert_mem_eq(ram + 128, bytes, 64);
	ck_assert_int_eq(nline, 1);
	ck_assert_uint_eq(lines[0].at, 2 * (T + 604));
	ck_assert_uint_eq(pcie_pending(ep[0]), 1);
	ck_assert_int_eq(ndone, 0);
	ok(sc_run(T + 700));
	done_at(0, 0, true, T + 654);
	ck_assert_uint_eq(pcie_pending(ep[0]), 0);
	pcie_end();
}
END_TEST

/*
 * The request has 20 bytes: 120 ticks and 100.  The line takes 50, the root 50,
 * the completion 84 * 6 and 100.
 */
START_TEST(one_read)
{
	pcie_start();
	memset(ram + 128, 0x5a, 64);
	ask(T, false, 0, RAM_BASE + 128, 64);
	ok(sc_run(T + 221));
	ck_assert_int_eq(nline, 1);
	ck_assert(!lines[0].write);
	ck_assert_uint_eq(lines[0].at, 2 * (T + 220));
	ok(sc_run(T + 1000));
	done_at(0, 0, true, T + 924);
	for (unsigned i = 0; i < 64; i++)
		ck_assert_uint_eq(asked[0].buf[i], 0x5a);
	pcie_end();
}
END_TEST

/*
 * 100 bytes from 60 on: completions of 4, 64 and 32 bytes, with 20 each.  Three
 * lines start at 220, 235 and 250, the last is there at 300.
 */
START_TEST(boundaries)
{
	pcie_start();
	ask(T, false, 0, RAM_BASE + 60, 100);
	ok(sc_run(T + 2000));
	done_at(0, 0, true, T + 300 + 50 + 160 * 6 + 100);
	counted(0, 1, 3);
	pcie_end();
}
END_TEST

/* With boundaries at 128 they are two. */
START_TEST(wide_boundaries)
{
	pp.rcb_bytes = 128;
	pcie_start();
	ask(T, false, 0, RAM_BASE + 60, 100);
	ok(sc_run(T + 2000));
	done_at(0, 0, true, T + 300 + 50 + 140 * 6 + 100);
	counted(0, 1, 2);
	pcie_end();
}
END_TEST

/*
 * 1024 bytes are two requests, which arrive at 220 and 340.  The first has
 * its 8 lines by 220 + 7 * 15 + 50 = 375 and 672 bytes of completions from 425
 * on, to 4457; the second's follow, to 8489.
 */
START_TEST(two_requests)
{
	pcie_start();
	for (unsigned i = 0; i < 1024; i++)
		ram[i] = (uint8_t)(i * 7);
	ask(T, false, 0, RAM_BASE, 1024);
	ok(sc_run(T + 8600));
	ck_assert_int_eq(ndone, 1);
	done_at(0, 0, true, T + 8489 + 100);
	counted(0, 2, 16);
	ck_assert_mem_eq(asked[0].buf, ram, 1024);
	pcie_end();
}
END_TEST

/* What has gone over the link so far. */
static void
went(uint64_t up_bytes, uint64_t down_bytes)
{
	struct pcie_counts c;

	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.up_bytes, up_bytes);
	ck_assert_uint_eq(c.down_bytes, down_bytes);
}

/*
 * Acknowledgements of 8 bytes: for a write, a read and its two completions, and
 * for CPUs' requests, each beside its bytes.  They do not hold up the answer.
 */
START_TEST(other_direction)
{
	pp.dllp_bytes = 8;
	pcie_start();
	ask(T, true, 0, RAM_BASE, 64);
	ok(sc_run(T + 1000));
	went(84, 8);
	ask(T + 1000, false, 0, RAM_BASE, 128);
	ok(sc_run(T + 4000));
	went(84 + 20 + 2 * 8, 8 + 8 + 2 * 84);
	cpu_write(false, EP_BAR0, 8, 0);
	went(120 + 8, 184 + 28);
	(void)cpu_read(false, EP_BAR0, 4);
	went(128 + 24 + 8, 212 + 20);
	ck_assert_uint_eq(answers[0].at - answers[0].called_at, 600);
	cpu_write(true, 0xcf8, 4, cf8(0, EP_DEV, 0, 0x3c));
	went(160, 232);
	cpu_write(true, 0xcfc, 4, 0);
	went(160 + 8, 232 + 24);
	(void)cpu_read(true, 0xcfc, 4);
	went(168 + 24 + 8, 256 + 20);
	ck_assert_uint_eq(answers[nanswer - 1].at -
		answers[nanswer - 1].called_at,
	    2600);
	pcie_end();
}
END_TEST

/*
 * A byte 60 ticks.  A CPU's write is 24 bytes, which arrive at T and keep the
 * downward link until T + 1440; the data of a read asked for at T are ready at
 * T + 1200 + 100 + 50 + 50 and wait for it.
 */
START_TEST(behind_a_write)
{
	const struct io_dev *d;

	pp.byte_x1000_tick = 60000;
	pcie_start();
	ok(sc_run(T - 200));
	d = io_find(io, false, EP_BAR0, 4);
	(void)io_write(io, 0, 0, d, EP_BAR0, 4, 0, now_clk());
	ask(T, false, 0, RAM_BASE, 64);
	ok(sc_run(T + 9000));
	done_at(0, 0, true, T + 1440 + 84 * 60 + 100);
	pcie_end();
}
END_TEST

/* Half a tick a byte: 4 + 20 bytes are 12, 5 + 20 padded to 28 are 14. */
START_TEST(parts_of_ticks)
{
	pp.byte_x1000_tick = 500;
	par.dma_line_clk = 2;
	pcie_start();
	ask(T, true, 0, RAM_BASE, 4);
	ask(T, true, 0, RAM_BASE + 64, 5);
	ok(sc_run(T + 500));
	ck_assert_uint_eq(lines[0].at, 2 * (T + 12 + 100));
	ck_assert_uint_eq(lines[1].at, 2 * (T + 26 + 100));
	pcie_end();
}
END_TEST

/* 24 bytes are 8.16 ticks, thrice 24.48: the parts add up. */
START_TEST(fractions_add_up)
{
	pp.byte_x1000_tick = 340;
	par.dma_line_clk = 2;
	pcie_start();
	for (unsigned i = 0; i < 3; i++)
		ask(T, true, 0, RAM_BASE + 64 * i, 4);
	ok(sc_run(T + 500));
	ck_assert_uint_eq(lines[0].at, 2 * (T + 109));
	ck_assert_uint_eq(lines[1].at, 2 * (T + 117));
	ck_assert_uint_eq(lines[2].at, 2 * (T + 125));
	pcie_end();
}
END_TEST

/*
 * What requests are cut into.
 */

/*
 * The table of facts/pcie-msix-apic.md section 1, which has headers of four
 * words: that is addresses above 4 GB, where no memory is here.
 */
START_TEST(facts)
{
	static const struct {
		uint32_t n, mps, tlps, bytes;
	} want[] = {
		{ 60, 128, 1, 84 },
		{ 128, 128, 1, 152 },
		{ 256, 128, 2, 304 },
		{ 512, 128, 4, 608 },
		{ 1024, 128, 8, 1216 },
		{ 1514, 128, 12, 1802 + 2 }, /* the last word counts whole */
		{ 60, 256, 1, 84 },
		{ 256, 256, 1, 280 },
		{ 512, 256, 2, 560 },
		{ 1024, 256, 4, 1120 },
		{ 1514, 256, 6, 1658 + 2 },
	};
	struct pcie_counts c;

	pp.mps_bytes = want[_i].mps;
	pcie_start();
	ask(T, true, 0, UINT64_C(1) << 32, want[_i].n);
	ok(sc_run(2 * T));
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.writes, want[_i].tlps);
	ck_assert_uint_eq(c.up_bytes, want[_i].bytes);
	/* Below, a word less each. */
	ask(2 * T, true, 0, RAM_BASE, want[_i].n);
	ok(sc_run(4 * T));
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.writes, 2 * want[_i].tlps);
	ck_assert_uint_eq(c.up_bytes, 2 * want[_i].bytes - 4 * want[_i].tlps);
	pcie_end();
}
END_TEST

/* Pages are not crossed; a payload is whole words; reads have a header alone. */
START_TEST(pieces)
{
	static const struct {
		bool write;
		uint32_t off, n, tlps, bytes;
	} want[] = {
		{ true, 4096 - 64, 256, 3, 256 + 3 * 20 },
		{ true, 4095, 2, 2, 2 * 24 },
		{ true, 1, 128, 2, 148 + 24 },
		{ true, 3, 125, 1, 148 },
		{ true, 2, 1, 1, 24 },
		{ true, 0, 4096, 32, 4096 + 32 * 20 },
		{ false, 0, 512, 1, 20 },
		{ false, 4, 512, 1, 20 },
		{ false, 1, 512, 2, 40 },
		{ false, 4096 - 4, 8, 2, 40 },
		{ false, 0, 4096, 8, 160 },
	};
	struct pcie_counts c;

	pcie_start();
	ask(T, want[_i].write, 0, RAM_BASE + want[_i].off, want[_i].n);
	ok(sc_run(20 * T));
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.writes + c.reads, want[_i].tlps);
	ck_assert_uint_eq(c.up_bytes, want[_i].bytes);
	ck_assert_int_eq(ndone, 1);
	ck_assert(done[0].ok);
	pcie_end();
}
END_TEST

/* Software may choose other sizes; more than there is, is the most. */
START_TEST(controls)
{
	struct pcie_counts c;

	pcie_start();
	cfg_put(DEVCTL, 2, 0x10a0); /* 256; 4096, of which 512 */
	ask(T, true, 0, RAM_BASE, 1024);
	ask(T, false, 0, RAM_BASE, 1024);
	ok(sc_run(5 * T));
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.writes, 2);
	ck_assert_uint_eq(c.reads, 4);
	pcie_end();
}
END_TEST

/*
 * What cannot be done.
 */

START_TEST(no_mastering)
{
	pcie_start();
	ck_assert(pcie_bus_master(ep[0]));
	cfg_put(COMMAND, 2, MEM_ON);
	ck_assert(!pcie_bus_master(ep[0]));
	ask(T, true, 0, RAM_BASE, 64);
	ask(T, false, 0, RAM_BASE, 64);
	ok(sc_run(T + 1000));
	ck_assert(!asked[0].accepted && !asked[1].accepted);
	cfg_put(COMMAND, 2, MASTER);
	cfg_put(PM, 1, 3);
	ask(T + 1000, true, 0, RAM_BASE, 64);
	ok(sc_run(T + 3000));
	ck_assert(!asked[2].accepted);
	ck_assert_int_eq(ndone + nline, 0);
	ck_assert_uint_eq(pcie_pending(ep[0]), 0);
	pcie_end();
}
END_TEST

static void
master_off(void *arg)
{
	(void)arg;
	cfg_put(COMMAND, 2, 0);
}

/* What was asked for before is done. */
START_TEST(mastering_ends)
{
	pcie_start();
	fill(128);
	ask(T, true, 0, RAM_BASE, 128);
	ask(T, false, 0, RAM_BASE + 512, 64);
	at(T, master_off, NULL);
	ok(sc_run(T + 3000));
	ck_assert_int_eq(ndone, 2);
	ck_assert(done[0].ok && done[1].ok);
	ck_assert_mem_eq(ram, bytes, 128);
	pcie_end();
}
END_TEST

/*
 * 128 bytes from the last 64 of memory on: the first half is written.  A read
 * there fails as a whole, and the status register says so until it is told.
 */
START_TEST(beyond_memory)
{
	struct pcie_counts c;

	pcie_start();
	fill(128);
	ask(T, true, 0, RAM_BASE + RAM_BYTES - 64, 128);
	ok(sc_run(T + 2000));
	ck_assert_int_eq(ndone, 1);
	ck_assert(!done[0].ok);
	ck_assert_mem_eq(ram + RAM_BYTES - 64, bytes, 64);
	ck_assert_uint_eq(cfg(STATUS, 2) & 0x2000, 0);
	ask(T + 2000, false, 0, RAM_BASE + RAM_BYTES - 64, 128);
	ask(T + 2000, false, 0, 0x2000, 4);
	ask(T + 2000, true, 0, EP_BAR0, 4);
	ok(sc_run(T + 9000));
	ck_assert_int_eq(ndone, 4);
	ck_assert(!done[1].ok && !done[2].ok && !done[3].ok);
	ck_assert_int_eq(nep, 0); /* not to another function either */
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.lost, 4);
	ck_assert_uint_eq(cfg(STATUS, 2), 0x2010);
	cfg_put(STATUS, 2, 0x2000);
	ck_assert_uint_eq(cfg(STATUS, 2), 0x10);
	/* The next ones are good again. */
	ask(T + 9000, false, 0, RAM_BASE, 64);
	ask(T + 9000, true, 0, RAM_BASE, 64);
	ok(sc_run(T + 19000));
	ck_assert_int_eq(ndone, 6);
	ck_assert(done[4].ok && done[5].ok);
	pcie_end();
}
END_TEST

/* An answer without data has 20 bytes: 220 + 50 + 120 + 100. */
START_TEST(refused)
{
	pcie_start();
	ask(T, false, 0, 0x2000, 64);
	ok(sc_run(T + 1000));
	done_at(0, 0, false, T + 490);
	pcie_end();
}
END_TEST

/* Four bytes at a multiple of four are an interrupt; others there are lost. */
START_TEST(msi_window)
{
	struct pcie_counts c;

	pcie_start();
	fill(64);
	ask(T, true, 0, 0xfee01000, 4);
	ask(T, true, 0, 0xfee01004, 8);
	ask(T, true, 0, 0xfee01002, 4);
	ask(T, true, 0, 0xfeefffff, 1);
	ok(sc_run(2 * T));
	ck_assert_int_eq(nmessage, 1);
	/* 24 bytes; then the flight is within the 500. */
	message(0, 0xfee01000, 0x03020100, 2 * (T + 144) + 500);
	ck_assert_int_eq(ndone, 4);
	done_at(0, 0, true, T + 244);
	ck_assert(!done[1].ok && !done[2].ok && !done[3].ok);
	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.interrupts, 1);
	ck_assert_uint_eq(c.lost, 3);
	ck_assert_int_eq(nline, 0);
	pcie_end();
}
END_TEST

static void
no_done(void *arg)
{
	(void)arg;
	ck_assert(pcie_dma_write(ep[0], RAM_BASE, bytes, 300, NULL, NULL));
	bytes[0] = 0xff; /* they were copied */
	ck_assert_uint_eq(pcie_pending(ep[0]), 1);
}

/* Nobody waits: pending until the last part is there. */
START_TEST(nobody_waits)
{
	pcie_start();
	fill(300);
	at(T, no_done, NULL);
	/* 148, 148 and 64 bytes. */
	ok(sc_run(T + 360 * 6 + 100));
	ck_assert_uint_eq(pcie_pending(ep[0]), 1);
	ok(sc_run(T + 360 * 6 + 101));
	ck_assert_uint_eq(pcie_pending(ep[0]), 0);
	ck_assert_uint_eq(ram[0], 0);
	ck_assert_mem_eq(ram + 1, bytes + 1, 299);
	pcie_end();
}
END_TEST

/*
 * Device Status says that a read is out, by bit 5, as long as it is; a write
 * does not count.
 */
START_TEST(transactions_pending)
{
	pcie_start();
	ask(T, true, 0, RAM_BASE, 64);
	ok(sc_run(T + 1));
	ck_assert_uint_eq(cfg(DEVSTA, 2), 0);
	ok(sc_run(T + 2000));
	ask(T + 2000, false, 0, RAM_BASE, 64);
	ok(sc_run(T + 2924));
	ck_assert_uint_eq(cfg(DEVSTA, 2), 0x20);
	ok(sc_run(T + 2925));
	ck_assert_uint_eq(cfg(DEVSTA, 2), 0);
	pcie_end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/pcie dma");
	TCase *t = tcase_create("dma");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, one_write);
	tcase_add_test(t, one_read);
	tcase_add_test(t, boundaries);
	tcase_add_test(t, wide_boundaries);
	tcase_add_test(t, two_requests);
	tcase_add_test(t, other_direction);
	tcase_add_test(t, behind_a_write);
	tcase_add_test(t, parts_of_ticks);
	tcase_add_test(t, fractions_add_up);
	tcase_add_loop_test(t, facts, 0, 11);
	tcase_add_loop_test(t, pieces, 0, 11);
	tcase_add_test(t, controls);
	tcase_add_test(t, no_mastering);
	tcase_add_test(t, mastering_ends);
	tcase_add_test(t, beyond_memory);
	tcase_add_test(t, refused);
	tcase_add_test(t, msi_window);
	tcase_add_test(t, nobody_waits);
	tcase_add_test(t, transactions_pending);
	suite_add_tcase(s, t);
	return run_tests(s);
}
