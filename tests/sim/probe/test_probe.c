/*
 * The probe, sim/probe/probe.h, from a CPU's side: all goes through io_find(),
 * io_write(), io_read() and io_out(), with the times of io_rig.h.  The twins
 * of probe.c are in tests/sim/mem/io_twins.sh.
 */
#include "core/rng.h"
#include "sim/probe/probe_rig.h"

/*
 * Registers.
 */

START_TEST(scratch)
{
	start();
	ck_assert_uint_eq(get(PROBE_ID, 4), PROBE_ID_VALUE);
	put(PROBE_ID, 4, 0);
	ck_assert_uint_eq(get(PROBE_ID, 4), PROBE_ID_VALUE);
	put(PROBE_SCRATCH, 4, 0x89abcdef);
	ck_assert_uint_eq(get(PROBE_SCRATCH, 4), 0x89abcdef);
	end();
}
END_TEST

/* Halves of 64 bits, and what is no access to a register. */
START_TEST(widths)
{
	start();
	put(PROBE_DMA_ADDR, 8, 0x0123456789abcdef);
	ck_assert_uint_eq(get(PROBE_DMA_ADDR, 8), 0x0123456789abcdef);
	ck_assert_uint_eq(get(PROBE_DMA_ADDR, 4), 0x89abcdef);
	ck_assert_uint_eq(get(PROBE_DMA_ADDR + 4, 4), 0x01234567);
	put(PROBE_DMA_ADDR + 4, 4, 0xfedcba98);
	ck_assert_uint_eq(get(PROBE_DMA_ADDR, 8), 0xfedcba9889abcdef);
	put(PROBE_DMA_ADDR, 4, 0x11111111);
	ck_assert_uint_eq(get(PROBE_DMA_ADDR, 8), 0xfedcba9811111111);

	/* Parts of a register, two registers at once, across the middle. */
	put(PROBE_SCRATCH, 4, 0x55555555);
	put(PROBE_SCRATCH, 2, 0);
	put(PROBE_SCRATCH, 1, 0);
	put(PROBE_SCRATCH + 2, 2, 0);
	put(PROBE_ID, 8, 0);
	put(PROBE_SCRATCH - 2, 4, 0);
	ck_assert_uint_eq(get(PROBE_SCRATCH, 4), 0x55555555);
	ck_assert_uint_eq(get(PROBE_SCRATCH, 2), 0);
	ck_assert_uint_eq(get(PROBE_ID, 8), 0);
	ck_assert_uint_eq(get(PROBE_DMA_ADDR + 2, 4), 0);
	/* Where nothing is, and the last bytes of it. */
	ck_assert_uint_eq(get(0x74, 4), 0);
	ck_assert_uint_eq(get(PROBE_BYTES - 8, 8), 0);
	put(PROBE_BYTES - 4, 4, 1);
	end();
}
END_TEST

/* The table: in order, without overlaps; each row does what its access says. */
START_TEST(table)
{
	const struct probe_reg *r;
	unsigned cover[3] = { 0 }, off = 0;
	size_t n;

	start();
	r = probe_regs(&n);
	for (size_t i = 0; i < n; i++) {
		const bool rd = strchr(r[i].access, 'r') != NULL;
		const bool wr = strchr(r[i].access, 'w') != NULL;

		ck_assert_uint_eq(r[i].off, off);
		off += r[i].bytes;
		cover[r[i].cover]++;
		ck_assert_int_eq(r[i].cover == PROBE_ABSENT, !rd && !wr);
		if (r[i].off == PROBE_TIMER || r[i].off == PROBE_ALARM)
			continue; /* would tick, ring */
		put(r[i].off, r[i].bytes, 0xa0);
		if (wr)
			ck_assert_uint_eq(get(r[i].off, r[i].bytes),
			    rd ? 0xa0 : 0);
		else if (r[i].off != PROBE_LAST_ARRIVAL)
			ck_assert_uint_ne(get(r[i].off, r[i].bytes), 0xa0);
	}
	ck_assert_uint_eq(off, PROBE_TIMER_DATA + 4);
	ck_assert_uint_eq(cover[PROBE_FULL], 17);
	ck_assert_uint_eq(cover[PROBE_PARTIAL], 4);
	ck_assert_uint_eq(cover[PROBE_ABSENT], 2);
	end();
}
END_TEST

/* Three writes, two reads, an OUT, an IN, nonsense twice, and this read. */
START_TEST(count)
{
	start();
	for (unsigned i = 0; i < 3; i++)
		put(PROBE_SCRATCH, 4, i);
	(void)get(PROBE_ID, 4);
	(void)get(PROBE_SCRATCH, 4);
	(void)port(true, 0, 1, 0);
	(void)port(false, 0, 1, 0);
	put(PROBE_ID, 2, 0);
	(void)get(0x800, 1);
	ck_assert_uint_eq(get(PROBE_COUNT, 8), 10);
	put(PROBE_COUNT, 8, 0);
	ck_assert_uint_eq(get(PROBE_COUNT, 4), 12);
	end();
}
END_TEST

/*
 * Four writes at 0 leave the port at 0, 200, 400, 600 and arrive 400 later,
 * the last one at 1000 units, the 100th cycle.  Reads do not count.
 */
START_TEST(last_arrival)
{
	start();
	for (unsigned i = 0; i < 4; i++)
		post(PROBE_SCRATCH, 4, i);
	ok(sc_run(5000));
	ck_assert_uint_eq(get(PROBE_LAST_ARRIVAL, 8), 100);
	ck_assert_uint_eq(get(PROBE_LAST_ARRIVAL, 4), 100);
	ck_assert_uint_eq(get(PROBE_LAST_ARRIVAL + 4, 4), 0);
	/* 6000 ticks are 12000 units; 12008 + 400 is within cycle 1240. */
	ok(sc_run(6004));
	post(0x900, 1, 0);
	ok(sc_run(8000));
	ck_assert_uint_eq(get(PROBE_LAST_ARRIVAL, 8), 1240);
	/* An OUT at 20000 units. */
	ok(sc_run(10000));
	(void)port(true, 0, 1, 0);
	ck_assert_uint_eq(get(PROBE_LAST_ARRIVAL, 8), 2040);
	end();
}
END_TEST

START_TEST(ports)
{
	start();
	(void)port(true, 0, 4, 0x44332211);
	ck_assert_uint_eq(port(false, 0, 4, 0), 0x44332211);
	ck_assert_uint_eq(port(false, 0, 1, 0), 0x11);
	ck_assert_uint_eq(port(false, 3, 1, 0), 0x44);
	ck_assert_uint_eq(port(false, 2, 2, 0), 0x4433);
	(void)port(true, 1, 2, 0xbbaa);
	ck_assert_uint_eq(port(false, 0, 4, 0), 0x44bbaa11);
	ck_assert_ptr_null(io_find(io, true, PORT + 4, 1));
	end();
}
END_TEST

/*
 * DMA.
 */

static uint64_t
slow(uint64_t pa)
{
	(void)pa;
	return 3000;
}

static void
dma(uint64_t pa, uint32_t n, uint32_t go)
{
	put(PROBE_DMA_ADDR, 8, pa);
	put(PROBE_DMA_LEN, 4, n);
	put(PROBE_DMA_GO, 4, go);
}

/*
 * At tick 10000 the address and the length leave the port at 20000 and 20200
 * units, GO at 20400; it arrives at 20800.  150 bytes from the middle of a
 * line are three lines, which start at 20800, 20830, 20860 and take 3000: done
 * at 23860, cycle 2386.
 */
START_TEST(dma_write)
{
	start();
	line_clk = slow;
	put(PROBE_DMA_PATTERN, 4, 0xddccbbaa);
	ok(sc_run(10000));
	post(PROBE_DMA_ADDR, 8, RAM_BASE + 40);
	post(PROBE_DMA_LEN, 4, 150);
	post(PROBE_DMA_GO, 4, PROBE_DMA_WRITE);
	ok(sc_run(10450));
	for (unsigned i = 0; i < 150; i++)
		ck_assert_uint_eq(ram[40 + i], 0xaa + 0x11 * (i % 4));
	ck_assert_uint_eq(ram[39], 0);
	ck_assert_uint_eq(ram[190], 0);
	ck_assert_int_eq(nline, 3);
	ck_assert(lines[0].write);
	ck_assert_uint_eq(lines[2].at, 20860);
	/* Reads arrive 200 ticks after they are issued. */
	ok(sc_run(11930 - 201));
	ck_assert_uint_eq(get(PROBE_DMA_DONE, 4), PROBE_DMA_NOT);
	ck_assert_uint_eq(answers[nanswer - 1].called_at, 23858);
	ck_assert_uint_eq(get(PROBE_DMA_DONE, 4), PROBE_DMA_OK);
	ck_assert_uint_eq(get(PROBE_DMA_TIME, 8), 2386);
	end();
}
END_TEST

/* The flag turns at the very instant at which the DMA is done. */
START_TEST(dma_done_instant)
{
	start();
	ok(sc_run(10000));
	post(PROBE_DMA_ADDR, 8, RAM_BASE);
	post(PROBE_DMA_LEN, 4, 64);
	post(PROBE_DMA_GO, 4, PROBE_DMA_READ);
	/* Starts at 20800, takes 100: tick 10450. */
	ok(sc_run(10450 - 200));
	ck_assert_uint_eq(get(PROBE_DMA_DONE, 4), PROBE_DMA_OK);
	ck_assert_uint_eq(answers[0].called_at, 20900);
	ck_assert_uint_eq(get(PROBE_DMA_TIME, 8), 2090);
	end();
}
END_TEST

/* The sum of 0, 1, ..., 255, four times, and of the page's last bytes. */
START_TEST(dma_read)
{
	start();
	line_clk = slow;
	for (unsigned i = 0; i < 1024; i++)
		ram[1000 + i] = (uint8_t)i;
	ram[2024] = 0xff;
	dma(RAM_BASE + 1000, 1024, PROBE_DMA_READ);
	/* Under way: nothing to see yet. */
	ck_assert_uint_eq(get(PROBE_DMA_SUM, 8), 0);
	ck_assert_uint_eq(get(PROBE_DMA_TIME, 8), 0);
	ok(sc_run(sc_now_tick() + 10000));
	ck_assert_uint_eq(get(PROBE_DMA_SUM, 8), 4 * 255 * 256 / 2);
	ck_assert(!lines[0].write);
	ck_assert_uint_eq(ram[1001], 1);
	/* 4096 bytes of 0xff are the most there can be. */
	memset(ram, 0xff, 4096);
	dma(RAM_BASE, 4096, PROBE_DMA_READ);
	ok(sc_run(sc_now_tick() + 10000));
	ck_assert_uint_eq(get(PROBE_DMA_SUM, 8), 4096 * 255);
	end();
}
END_TEST

START_TEST(dma_refused)
{
	static const struct {
		uint64_t pa;
		uint32_t n;
	} bad[] = {
		{ RAM_BASE, PROBE_DMA_MAX + 1 },
		{ RAM_BASE, UINT32_MAX },
		{ RAM_BASE + RAM_BYTES - 4, 5 },
		{ RAM_BASE - 1, 4 },
		{ UINT64_MAX, 4 },
	};

	start();
	put(PROBE_DMA_PATTERN, 4, 0xffffffff);
	ram[0] = 9;
	dma(RAM_BASE, 1, PROBE_DMA_READ);
	ok(sc_run(sc_now_tick() + 1000));
	ck_assert_uint_eq(get(PROBE_DMA_SUM, 8), 9);
	for (unsigned i = 0; i < 5; i++) {
		dma(bad[i].pa, bad[i].n, PROBE_DMA_WRITE + i % 2);
		ck_assert_uint_eq(get(PROBE_DMA_DONE, 4), PROBE_DMA_REFUSED);
		ck_assert_uint_eq(get(PROBE_DMA_SUM, 8), 9);
		ck_assert_int_eq(nline, 1);
	}
	ram[0] = 0;
	for (unsigned i = 0; i < RAM_BYTES; i++)
		ck_assert_uint_eq(ram[i], 0);
	end();
}
END_TEST

/* One at a time: GO while a transfer is under way does nothing. */
START_TEST(dma_busy)
{
	start();
	line_clk = slow;
	dma(RAM_BASE, 64, PROBE_DMA_READ);
	dma(RAM_BASE, 64, PROBE_DMA_READ);
	ck_assert_int_eq(nline, 1);
	put(PROBE_DMA_GO, 4, 0);
	put(PROBE_DMA_GO, 4, 3);
	ok(sc_run(sc_now_tick() + 1500));
	put(PROBE_DMA_GO, 4, 3);
	ck_assert_uint_eq(get(PROBE_DMA_DONE, 4), PROBE_DMA_OK);
	ck_assert_int_eq(nline, 1);
	/* The result of the last one goes when the next one begins. */
	put(PROBE_DMA_GO, 4, PROBE_DMA_READ);
	ck_assert_int_eq(nline, 2);
	ck_assert_uint_eq(get(PROBE_DMA_DONE, 4), PROBE_DMA_NOT);
	end();
}
END_TEST

/*
 * Messages.
 */

/* GO leaves the port at 20000 units, arrives at 20400; 500 to the APIC. */
START_TEST(msi)
{
	start();
	put(PROBE_MSI_ADDR, 4, 0xfee04000);
	put(PROBE_MSI_DATA, 4, 0x41);
	ok(sc_run(10000));
	put(PROBE_MSI_GO, 4, PROBE_MSI_SEND);
	put(PROBE_MSI_GO, 4, PROBE_MSI_AFTER_DMA); /* does not say send */
	put(PROBE_MSI_GO, 4, 0);
	ck_assert_int_eq(nmessage, 1);
	message(0, 0xfee04000, 0x41, 20900);
	ck_assert_uint_eq(messages[0].called_at, 20400);
	ck_assert_uint_eq(get(PROBE_TICKS, 8), 0);
	end();
}
END_TEST

/*
 * The DMA begins at 20800 and is done at 23800.  The first message is sent at
 * 21000 and waits behind it; the second is sent at 23800; the third, when
 * nothing is under way any more, when it arrives, at 30400.
 */
START_TEST(msi_after_dma)
{
	start();
	line_clk = slow;
	put(PROBE_MSI_ADDR, 4, 0xfee04000);
	put(PROBE_MSI_DATA, 4, 0x42);
	ok(sc_run(10000));
	post(PROBE_DMA_ADDR, 8, RAM_BASE);
	post(PROBE_DMA_LEN, 4, 64);
	post(PROBE_DMA_GO, 4, PROBE_DMA_WRITE);
	post(PROBE_MSI_GO, 4, PROBE_MSI_SEND);
	post(PROBE_MSI_GO, 4, PROBE_MSI_SEND | PROBE_MSI_AFTER_DMA);
	ok(sc_run(15000));
	post(PROBE_MSI_GO, 4, PROBE_MSI_SEND | PROBE_MSI_AFTER_DMA);
	ok(sc_run(20000));
	ck_assert_int_eq(nmessage, 3);
	message(0, 0xfee04000, 0x42, 23800);
	message(1, 0xfee04000, 0x42, 24300);
	message(2, 0xfee04000, 0x42, 30900);
	end();
}
END_TEST

/* A wrong address is memory's harm. */
START_TEST(msi_astray)
{
	static const uint8_t bytes[] = { 0x43, 0, 0xa0, 0 };

	start();
	memset(ram, 0xff, 64);
	put(PROBE_MSI_ADDR, 4, RAM_BASE + 8);
	put(PROBE_MSI_DATA, 4, 0xa00043);
	put(PROBE_MSI_GO, 4, PROBE_MSI_SEND);
	ck_assert_int_eq(nmessage, 0);
	ck_assert_mem_eq(ram + 8, bytes, 4);
	ck_assert_uint_eq(ram[7], 0xff);
	ck_assert_uint_eq(ram[12], 0xff);
	end();
}
END_TEST

/*
 * Random reads and writes of any offset and size, against a byte array that
 * knows of the registers that only store.  The others may do what they like,
 * but not to these.
 */

static const struct {
	unsigned off, bytes;
} stores[] = { { PROBE_SCRATCH, 4 }, { PROBE_DMA_ADDR, 8 },
	{ PROBE_DMA_LEN, 4 }, { PROBE_DMA_PATTERN, 4 }, { PROBE_MSI_ADDR, 4 },
	{ PROBE_MSI_DATA, 4 }, { PROBE_ALARM_ADDR, 4 }, { PROBE_ALARM_DATA, 4 },
	{ PROBE_TIMER_ADDR, 4 }, { PROBE_TIMER_DATA, 4 } };

static bool
stores_it(unsigned off, unsigned size)
{
	for (unsigned i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		if (off == stores[i].off &&
		    (size == 4 || size == stores[i].bytes) && size >= 4)
			return true;
		if (size == 4 && stores[i].bytes == 8 &&
		    off == stores[i].off + 4)
			return true;
	}
	return false;
}

START_TEST(random_access)
{
	static uint8_t ref[0x74 + 8];
	struct rng rng;
	uint64_t n = 0, hits = 0;

	start();
	rng_seed(&rng, 3, (uint64_t)_i);
	while (n < 4000) {
		const unsigned size = 1u << rng_below(&rng, 4);
		const unsigned off = (unsigned)rng_below(&rng, 0x74 / 4) * 4 +
		    (rng_below(&rng, 8) == 0 ? 2 : 0);
		const uint64_t value = rng_u64(&rng);
		const bool mine = stores_it(off, size);
		uint64_t want = 0;

		if (rng_below(&rng, 2) != 0) {
			/* No timer: it would send messages for good. */
			if (off <= PROBE_TIMER && off + size > PROBE_TIMER)
				continue;
			put(off, size, value);
			if (mine)
				memcpy(ref + off, &value, size);
			n++;
			continue;
		}
		memcpy(&want, ref + off, size);
		if (mine)
			ck_assert_uint_eq(get(off, size), want);
		else if (size < 4 || off % 4 != 0)
			ck_assert_uint_eq(get(off, size), 0);
		else
			(void)get(off, size);
		hits += mine && want != 0;
		n++;
	}
	ck_assert_uint_eq(get(PROBE_COUNT, 8), n + 1);
	ck_assert_uint_gt(hits, 100);
	end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/probe");
	TCase *t = tcase_create("probe");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, scratch);
	tcase_add_test(t, widths);
	tcase_add_test(t, table);
	tcase_add_test(t, count);
	tcase_add_test(t, last_arrival);
	tcase_add_test(t, ports);
	tcase_add_test(t, dma_write);
	tcase_add_test(t, dma_done_instant);
	tcase_add_test(t, dma_read);
	tcase_add_test(t, dma_refused);
	tcase_add_test(t, dma_busy);
	tcase_add_test(t, msi);
	tcase_add_test(t, msi_after_dma);
	tcase_add_test(t, msi_astray);
	tcase_add_loop_test(t, random_access, 0, 4);
	suite_add_tcase(s, t);
	return run_tests(s);
}
