/*
 * Devices and memory, sim/mem/io.h: DMA and messages, each rule by itself,
 * with the times of io_rig.h.  Goes on where test_io.c ends.
 */
#include "sim/mem/io_rig.h"

/*
 * DMA: a line takes 100, the port another one after 30.
 */

static uint64_t result;
static uint8_t buf[4096];

static void
fill(void)
{
	for (unsigned i = 0; i < sizeof(buf); i++)
		buf[i] = (uint8_t)(i * 7 + i / 256);
}

static void
dma_lines_cb(void *arg)
{
	(void)arg;
	result = io_dma_write(io, RAM_BASE + 0x3e, buf, 131, 1000);
}

/*
 * 131 bytes from 0x3e touch four lines: 2 bytes, 64, 64 and 1.  They start at
 * 1000, 1030, 1060, 1090; the last is done at 1190.
 */
START_TEST(dma_lines)
{
	rig_start(1);
	fill();
	memset(ram, 0xee, sizeof(ram));
	in_callback(dma_lines_cb);
	ck_assert_uint_eq(result, 1190);
	ck_assert_int_eq(nline, 4);
	for (int i = 0; i < 4; i++) {
		ck_assert_uint_eq(lines[i].pa / 64,
		    RAM_BASE / 64 + (unsigned)i);
		ck_assert_uint_eq(lines[i].at, 1000 + 30 * (uint64_t)i);
		ck_assert(lines[i].write);
	}
	ck_assert_mem_eq(ram + 0x3e, buf, 131);
	ck_assert_uint_eq(ram[0x3d], 0xee);
	ck_assert_uint_eq(ram[0x3e + 131], 0xee);
}
END_TEST

static void
dma_page_cb(void *arg)
{
	static uint8_t back[4096];

	(void)arg;
	/* Two lines on each side of the end of a page. */
	ck_assert_uint_eq(io_dma_write(io, RAM_BASE + 4096 - 128, buf, 256, 0),
	    3 * 30 + 100);
	ck_assert_mem_eq(ram + 4096 - 128, buf, 256);
	/* A whole page between pages: 64 lines behind those four. */
	ck_assert_uint_eq(io_dma_read(io, RAM_BASE + 2048, back, 4096, 10),
	    (4 + 63) * 30 + 100);
	ck_assert_mem_eq(back, ram + 2048, 4096);
	ck_assert_int_eq(nline, 68);
	ck_assert(!lines[67].write);
	ck_assert_uint_eq(lines[67].pa, RAM_BASE + 2048 + 4096 - 64);
	/* The port is free at 68 x 30 and idle until 5000. */
	ck_assert_uint_eq(io_dma_read(io, RAM_BASE, back, 1, 5000), 5100);
	ck_assert_uint_eq(io_dma_read(io, RAM_BASE, back, 1, 4000), 5130);
}

START_TEST(dma_page)
{
	rig_start(1);
	fill();
	in_callback(dma_page_cb);
}
END_TEST

static void
dma_refused_cb(void *arg)
{
	const uint64_t end = RAM_BASE + RAM_BYTES;

	(void)arg;
	ck_assert_uint_eq(io_dma_write(io, end - 4, buf, 5, 1000), 0);
	ck_assert_uint_eq(io_dma_write(io, RAM_BASE - 1, buf, 2, 1000), 0);
	ck_assert_uint_eq(io_dma_read(io, end, buf, 1, 1000), 0);
	ck_assert_uint_eq(io_dma_read(io, UINT64_MAX - 3, buf, 8, 1000), 0);
	ck_assert_int_eq(nline, 0);
	/* Nothing at all is no harm anywhere. */
	ck_assert_uint_eq(io_dma_write(io, 0, buf, 0, 1000), 1000);
	/* The port is as free as before. */
	ck_assert_uint_eq(io_dma_write(io, end - 4, buf, 4, 0), 100);
}

START_TEST(dma_refused)
{
	rig_start(1);
	fill();
	memset(ram, 0xee, sizeof(ram));
	in_callback(dma_refused_cb);
	for (unsigned i = 0; i < RAM_BYTES - 4; i++)
		ck_assert_uint_eq(ram[i], 0xee);
}
END_TEST

/* The first line of a transfer takes long, the others nothing. */
static uint64_t
slow_first(uint64_t pa)
{
	return pa == RAM_BASE ? 900 : 0;
}

static void
dma_last_done_cb(void *arg)
{
	(void)arg;
	ck_assert_uint_eq(io_dma_read(io, RAM_BASE, buf, 256, 1000), 1900);
}

START_TEST(dma_last_done)
{
	rig_start(1);
	line_clk = slow_first;
	in_callback(dma_last_done_cb);
}
END_TEST

/*
 * Messages.
 */

static void
message_cb(void *arg)
{
	(void)arg;
	io_message(io, IO_MSI_BASE, 0x31, 1000);
	/* Done at 1900, after what a message sent at 1000 or 1390 takes ... */
	ck_assert_uint_eq(io_dma_write(io, RAM_BASE, buf, 64, 1000), 1900);
	io_message(io, 0xfee02000, 0x32, 1000);
	io_message(io, 0xfee02000, 0x33, 1390);
	/* ... but before one of 1401. */
	io_message(io, IO_MSI_END - 4, 0x34, 1401);
	/* A read counts as well: its line starts at 2000. */
	ck_assert_uint_eq(io_dma_read(io, RAM_BASE, buf, 64, 2000), 2900);
	io_message(io, IO_MSI_BASE, 0x35, 2001);
}

START_TEST(message_behind_dma)
{
	static const struct message want[] = {
		{ IO_MSI_BASE, 0x31, 1500, 0 },
		{ 0xfee02000, 0x32, 1900, 0 },
		{ 0xfee02000, 0x33, 1900, 0 },
		{ IO_MSI_END - 4, 0x34, 1901, 0 },
		{ IO_MSI_BASE, 0x35, 2900, 0 },
	};

	rig_start(1);
	line_clk = slow_first;
	in_callback(message_cb);
	ck_assert_int_eq(nmessage, 5);
	for (int i = 0; i < nmessage; i++) {
		ck_assert_uint_eq(messages[i].address, want[i].address);
		ck_assert_uint_eq(messages[i].data, want[i].data);
		ck_assert_uint_eq(messages[i].at, want[i].at);
	}
}
END_TEST

static void
message_astray_cb(void *arg)
{
	(void)arg;
	/* Across two lines, from 1000 on. */
	io_message(io, RAM_BASE + 62, 0xa1b2c3d4, 1000);
	io_message(io, IO_MSI_BASE - 4, 1, 1000);
	io_message(io, IO_MSI_END, 1, 1000);
}

/* Outside of the window a message is four bytes of DMA, or lost. */
START_TEST(message_astray)
{
	static const uint8_t bytes[] = { 0xd4, 0xc3, 0xb2, 0xa1 };

	rig_start(1);
	in_callback(message_astray_cb);
	ck_assert_int_eq(nmessage, 0);
	ck_assert_int_eq(nline, 2);
	ck_assert(lines[0].write);
	ck_assert_uint_eq(lines[0].at, 1000);
	ck_assert_uint_eq(lines[1].at, 1030);
	ck_assert_mem_eq(ram + 62, bytes, 4);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/mem io dma");
	TCase *t = tcase_create("dma");

	tcase_add_test(t, dma_lines);
	tcase_add_test(t, dma_page);
	tcase_add_test(t, dma_refused);
	tcase_add_test(t, dma_last_done);
	tcase_add_test(t, message_behind_dma);
	tcase_add_test(t, message_astray);
	suite_add_tcase(s, t);
	return run_tests(s);
}
