/*
 * io_rig.h: a machine around sim/mem/io.h that writes down what it is asked.
 *
 * Memory is RAM_BYTES at RAM_BASE, and a line of it takes line_clk(pa) after
 * its start.  A test gives the times in `par', calls rig_start(), adds
 * devices, and looks at the logs.  One rig in a process.
 */
#ifndef TESTS_IO_RIG_H
#define TESTS_IO_RIG_H

#include <check.h>
#include <signal.h>
#include <string.h>

#include "core/tick.h"
#include "mem/io.h"
#include "sc/sc.h"

#define RAM_BASE  0x10000
#define RAM_BYTES 0x4000
#define NLOG      20000
#define RIG_NCPU  16

struct answer {
	unsigned cpu;
	uint64_t value, at, called_at;
};

struct line {
	uint64_t pa, at;
	bool write;
};

struct message {
	uint32_t address, data;
	uint64_t at, called_at;
};

/* All different, so that no two can be taken for one another. */
static struct io_params par = { .read_clk = 1000,
	.write_clk = 70,
	.gap_clk = 200,
	.flight_clk = 400,
	.port_clk = 3000,
	.msi_clk = 500,
	.dma_line_clk = 30 };
static struct io *io;
static struct answer answers[NLOG];
static struct line lines[NLOG];
static struct message messages[NLOG];
static int nanswer, nline, nmessage;
static uint8_t ram[RAM_BYTES];
/* What a line takes; a test may put another function here. */
static uint64_t (*line_clk)(uint64_t pa);

static inline void
ok(enum sc_result r)
{
	ck_assert_msg(r == SC_OK, "result %d: %s", r, sc_errmsg());
}

static inline uint64_t
now_clk(void)
{
	return tick_to_clk(sc_now_tick());
}

static inline uint64_t
rig_dma_line(void *arg, uint64_t pa, bool write, uint64_t at)
{
	ck_assert_ptr_eq(arg, &io);
	ck_assert_int_lt(nline, NLOG);
	lines[nline++] = (struct line){ .pa = pa, .at = at, .write = write };
	return at + (line_clk != NULL ? line_clk(pa) : 100);
}

static inline void *
rig_ram(void *arg, uint64_t pa, uint64_t n)
{
	ck_assert_ptr_eq(arg, &io);
	if (pa < RAM_BASE || n > RAM_BYTES || pa - RAM_BASE > RAM_BYTES - n)
		return NULL;
	return ram + (pa - RAM_BASE);
}

static inline void
rig_msi(void *arg, uint32_t address, uint32_t data, uint64_t at)
{
	ck_assert_ptr_eq(arg, &io);
	ck_assert_int_lt(nmessage, NLOG);
	messages[nmessage++] = (struct message){ address, data, at, now_clk() };
}

static inline void
rig_answer(void *arg, unsigned cpu, uint64_t value, uint64_t at)
{
	ck_assert_ptr_eq(arg, &io);
	ck_assert_int_lt(nanswer, NLOG);
	answers[nanswer++] = (struct answer){ cpu, value, at, now_clk() };
}

static inline void
rig_start(unsigned nmodule)
{
	const struct io_machine m = { .arg = &io,
		.dma_line = rig_dma_line,
		.ram = rig_ram,
		.msi = rig_msi,
		.answer = rig_answer };

	ok(sc_init());
	io = io_create(&par, &m, nmodule);
}

static inline void
rig_end(void)
{
	io_destroy(io);
	ok(sc_fini());
}

/* Run fn() as a device's callback, now. */
static inline void
in_callback(sc_cb_fn *fn)
{
	struct sc_ev *ev;

	ok(sc_ev_create(fn, NULL, &ev));
	ok(sc_ev_after(ev, 0));
	ok(sc_run(sc_now_tick() + 1));
}

static inline int
run_tests(Suite *s)
{
	SRunner *r = srunner_create(s);
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

#endif
