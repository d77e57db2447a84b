/*
 * CPUs and devices, sim/mem/io.h: who answers, ports, order, each rule by
 * itself, with the times of io_rig.h.  test_io_dma.c has the way from devices
 * to memory, test_io_random.c long sequences; io_twins.sh breaks io.c.
 */
#include "sim/mem/io_rig.h"

#define DEV  0xd0000000u
#define PORT 0x60

/* The device: what arrived, and a value for each offset. */
static struct {
	bool write;
	unsigned size, cpu;
	uint64_t off, value, at;
} seen[256];
static int nseen;

static uint64_t
dev_read(void *arg, uint64_t off, unsigned size)
{
	ck_assert_ptr_eq(arg, seen);
	ck_assert_int_lt(nseen, 256);
	seen[nseen].off = off;
	seen[nseen].size = size;
	seen[nseen].cpu = io_cpu(io);
	seen[nseen++].at = now_clk();
	return 0x8877665544332200u + off;
}

static void
dev_write(void *arg, uint64_t off, unsigned size, uint64_t value)
{
	(void)dev_read(arg, off, size);
	seen[nseen - 1].write = true;
	seen[nseen - 1].value = value;
}

static struct io_dev
device(uint64_t base, uint64_t bytes, bool ports)
{
	return (struct io_dev){ .name = "dev",
		.base = base,
		.bytes = bytes,
		.ports = ports,
		.arg = seen,
		.read = dev_read,
		.write = dev_write };
}

static void
add(uint64_t base, uint64_t bytes, bool ports)
{
	const struct io_dev d = device(base, bytes, ports);

	io_add(io, &d);
}

static void
start(void)
{
	rig_start(4);
	add(DEV, 256, false);
	add(PORT, 4, true);
}

static uint64_t
put(unsigned module, uint64_t off, uint64_t value, uint64_t t)
{
	const struct io_dev *d = io_find(io, false, DEV + off, 4);

	return io_write(io, module, 2 * module, d, DEV + off, 4, value, t);
}

static void
get(unsigned module, unsigned cpu, uint64_t off, uint64_t t)
{
	const struct io_dev *d = io_find(io, false, DEV + off, 4);

	io_read(io, module, cpu, d, DEV + off, 4, t);
}

static void
arrived(int i, uint64_t off, uint64_t at)
{
	ck_assert_int_lt(i, nseen);
	ck_assert_uint_eq(seen[i].off, off);
	ck_assert_uint_eq(seen[i].at, at);
}

static void
answered(int i, unsigned cpu, uint64_t at)
{
	ck_assert_int_lt(i, nanswer);
	ck_assert_uint_eq(answers[i].cpu, cpu);
	ck_assert_uint_eq(answers[i].at, at);
}

/*
 * Who answers.
 */

START_TEST(find)
{
	const struct io_dev *mem, *ports;

	start();
	mem = io_find(io, false, DEV, 1);
	ports = io_find(io, true, PORT, 1);
	ck_assert_uint_eq(mem->base, DEV);
	ck_assert_uint_eq(ports->base, PORT);
	ck_assert_ptr_eq(io_find(io, false, DEV + 255, 1), mem);
	ck_assert_ptr_eq(io_find(io, false, DEV + 248, 8), mem);
	ck_assert_ptr_null(io_find(io, false, DEV + 249, 8));
	ck_assert_ptr_null(io_find(io, false, DEV + 256, 1));
	ck_assert_ptr_null(io_find(io, false, DEV - 1, 2));
	ck_assert_ptr_null(io_find(io, true, DEV, 1));
	ck_assert_ptr_null(io_find(io, false, PORT, 1));
	ck_assert_ptr_eq(io_find(io, true, PORT + 2, 2), ports);
	ck_assert_ptr_null(io_find(io, true, PORT + 2, 4));
	rig_end();
}
END_TEST

/* Neighbours are no overlap, nor are a port and memory of the same number. */
START_TEST(add_good)
{
	start();
	add(DEV + 256, 16, false);
	add(DEV - 16, 16, false);
	add(PORT, 4, false);
	add(65532, 4, true);
	add(UINT64_MAX - 3, 4, false);
	ck_assert_uint_eq(io_find(io, false, UINT64_MAX, 1)->base,
	    UINT64_MAX - 3);
}
END_TEST

/* Each of these aborts. */
START_TEST(add_bad)
{
	static const struct {
		uint64_t base, bytes;
		bool ports;
	} bad[] = {
		{ DEV + 255, 1, false },
		{ DEV + 10, 1, false },
		{ DEV - 1, 2, false },
		{ DEV - 1, 1000, false },
		{ PORT + 3, 1, true },
		{ 65533, 4, true },
		{ 0x1000, 0, false },
		{ UINT64_MAX - 3, 5, false },
	};

	start();
	add(bad[_i].base, bad[_i].bytes, bad[_i].ports);
}
END_TEST

START_TEST(add_too_many)
{
	start();
	for (uint64_t i = 2; i <= IO_MAX_DEV; i++) {
		/* The last one must abort, and none before. */
		if (i == IO_MAX_DEV)
			ck_assert_ptr_nonnull(io_find(io, false, (i - 1) * 16,
			    1));
		add(i * 16, 16, false);
	}
}
END_TEST

/* An access that hangs over the end of its device is the CPU's mistake. */
START_TEST(beside_device)
{
	start();
	(void)io_write(io, 0, 0, io_find(io, false, DEV, 4), DEV + 254, 4, 0,
	    0);
}
END_TEST

START_TEST(flight_too_long)
{
	par.flight_clk = par.read_clk + 1;
	rig_start(1);
}
END_TEST

/*
 * Ports.
 */

/*
 * A write at 1000: the port has taken it after 70, is free after 200, and the
 * device sees it after 400.  The upper half of the value is not in it.
 */
START_TEST(one_write)
{
	start();
	ck_assert_uint_eq(put(0, 8, 0x1122334455667788, 1000), 1070);
	ck_assert_uint_eq(io_port_free(io, 0), 1200);
	ck_assert_uint_eq(io_port_free(io, 1), 0);
	ok(sc_run(700));
	ck_assert_int_eq(nseen, 0);
	ok(sc_run(701));
	ck_assert_int_eq(nseen, 1);
	arrived(0, 8, 1400);
	ck_assert(seen[0].write);
	ck_assert_uint_eq(seen[0].size, 4);
	ck_assert_uint_eq(seen[0].value, 0x55667788);
	put(3, 8, 0, 3000); /* of CPU 6 */
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(seen[0].cpu, 0);
	ck_assert_uint_eq(seen[1].cpu, 6);
	ck_assert_int_eq(nanswer, 0);
	rig_end();
}
END_TEST

/* A read at 1000 arrives after 400 and is answered after 1000 in all. */
START_TEST(one_read)
{
	start();
	get(3, 6, 16, 1000);
	ck_assert_uint_eq(io_port_free(io, 3), 0);
	ok(sc_run(TICK_NEVER));
	arrived(0, 16, 1400);
	ck_assert(!seen[0].write);
	ck_assert_uint_eq(seen[0].cpu, 6);
	answered(0, 6, 2000);
	ck_assert_uint_eq(answers[0].called_at, 1400);
	ck_assert_uint_eq(answers[0].value, 0x44332210);
	ck_assert_int_eq(nanswer, 1);
}
END_TEST

/* IN and OUT: 3000 in all, at the device after 400; the port stays free. */
START_TEST(in_out)
{
	const struct io_dev *d;

	start();
	d = io_find(io, true, PORT + 1, 1);
	io_read(io, 0, 0, d, PORT + 1, 1, 1000);
	io_out(io, 1, 2, d, PORT + 2, 2, 0xabcdef, 2000);
	ck_assert_uint_eq(io_port_free(io, 1), 0);
	ok(sc_run(TICK_NEVER));
	arrived(0, 1, 1400);
	arrived(1, 2, 2400);
	ck_assert(seen[1].write);
	ck_assert_uint_eq(seen[1].cpu, 2);
	ck_assert_uint_eq(seen[1].value, 0xcdef);
	answered(0, 0, 4000);
	answered(1, 2, 5000);
	ck_assert_uint_eq(answers[0].value, 0x01);
	ck_assert_uint_eq(answers[1].value, 0);
}
END_TEST

/* An odd time is the middle of a tick: 1001 + 400 arrives at 1402. */
START_TEST(half_tick)
{
	start();
	ck_assert_uint_eq(put(0, 0, 0, 1001), 1071);
	ck_assert_uint_eq(io_port_free(io, 0), 1201);
	get(1, 2, 0, 1001);
	ok(sc_run(TICK_NEVER));
	arrived(0, 0, 1402);
	arrived(1, 0, 1402);
	answered(0, 2, 1402 + 600);
}
END_TEST

/*
 * Two cores write twice each at 1000.  Through one port the writes start 200
 * apart, at 1000, 1200, 1400, 1600; through two, at 1000 and 1200 on each.
 */
START_TEST(two_cores_one_module)
{
	start();
	ck_assert_uint_eq(put(0, 0, 0, 1000), 1070);
	ck_assert_uint_eq(put(0, 4, 0, 1000), 1270);
	ck_assert_uint_eq(put(0, 8, 0, 1000), 1470);
	ck_assert_uint_eq(put(0, 12, 0, 1000), 1670);
	ck_assert_uint_eq(io_port_free(io, 0), 1800);
	ok(sc_run(TICK_NEVER));
	for (int i = 0; i < 4; i++)
		arrived(i, 4 * (uint64_t)i, 1400 + 200 * (uint64_t)i);
}
END_TEST

START_TEST(two_modules)
{
	start();
	ck_assert_uint_eq(put(0, 0, 0, 1000), 1070);
	ck_assert_uint_eq(put(1, 4, 0, 1000), 1070);
	ck_assert_uint_eq(put(0, 8, 0, 1000), 1270);
	ck_assert_uint_eq(put(1, 12, 0, 1000), 1270);
	ok(sc_run(TICK_NEVER));
	for (int i = 0; i < 4; i++)
		arrived(i, 4 * (uint64_t)i, 1400 + 200 * ((uint64_t)i / 2));
}
END_TEST

/*
 * Three writes and a read at 1000.  The read starts when the port is free, at
 * 1600, arrives behind the writes at 2000 and is answered at 2000 + 600.
 */
START_TEST(read_pushes_writes)
{
	start();
	for (unsigned i = 0; i < 3; i++)
		(void)put(0, 4 * i, i, 1000);
	get(0, 1, 32, 1000);
	ok(sc_run(TICK_NEVER));
	arrived(2, 8, 1800);
	arrived(3, 32, 2000);
	ck_assert(!seen[3].write);
	answered(0, 1, 2600);
}
END_TEST

/* Reads of two cores at the same time do not delay each other, nor a write. */
START_TEST(reads_do_not_wait)
{
	start();
	get(0, 0, 0, 1000);
	get(0, 1, 4, 1000);
	ck_assert_uint_eq(put(0, 8, 0, 1000), 1070);
	ok(sc_run(TICK_NEVER));
	arrived(0, 0, 1400);
	arrived(1, 4, 1400);
	arrived(2, 8, 1400);
	answered(0, 0, 2000);
	answered(1, 1, 2000);
}
END_TEST

/*
 * Cores of a module may call out of order of their times: what is issued
 * later, at 500, starts at once but arrives not before what was issued at
 * 1000.  In another module it does.
 */
START_TEST(no_overtaking)
{
	start();
	get(0, 0, 0, 1000);
	ck_assert_uint_eq(put(0, 4, 0, 500), 570);
	get(0, 1, 8, 500);
	(void)put(1, 12, 0, 500);
	ok(sc_run(TICK_NEVER));
	arrived(0, 12, 900);
	arrived(1, 0, 1400);
	arrived(2, 4, 1400);
	arrived(3, 8, 1400);
	answered(1, 1, 2000);
}
END_TEST

/* Many under way, with the ring's start in its middle when it grows. */
START_TEST(many_under_way)
{
	start();
	for (unsigned i = 0; i < 5; i++)
		(void)put(0, 4 * i, i, 0);
	/* The first three arrive at 400, 600, 800. */
	ok(sc_run(401));
	ck_assert_int_eq(nseen, 3);
	for (unsigned i = 5; i < 60; i++)
		(void)put(0, 4 * i, i, 802);
	ok(sc_run(TICK_NEVER));
	ck_assert_int_eq(nseen, 60);
	for (unsigned i = 0; i < 60; i++) {
		arrived((int)i, 4 * i, 400 + 200 * i);
		ck_assert_uint_eq(seen[i].value, i);
	}
}
END_TEST

/* Destroying with accesses under way leaves nothing behind. */
START_TEST(destroy_under_way)
{
	start();
	(void)put(0, 0, 0, 0);
	(void)put(2, 0, 0, 0);
	io_destroy(io);
	ck_assert_uint_eq(sc_next_tick(), TICK_NEVER);
	io_destroy(NULL);
}
END_TEST

START_TEST(one_read_per_cpu)
{
	start();
	get(0, 0, 0, 1000);
	ok(sc_run(TICK_NEVER));
	get(0, 0, 0, 2000); /* the first is answered */
	ok(sc_run(1100));
	get(0, 0, 0, 2300); /* the second has not arrived: aborts */
}
END_TEST

/*
 * Answers that wait.  The device holds each, and lets it leave in the read or
 * at tick 300, at release_at or, when that is past, at once.
 */

static bool release_now;
static uint64_t release_at;
static unsigned holder;

static uint64_t
holding_read(void *arg, uint64_t off, unsigned size)
{
	holder = io_hold(io);
	if (release_now)
		io_release(io, holder, release_at);
	return dev_read(arg, off, size);
}

static void
let_go(void *arg)
{
	(void)arg;
	io_release(io, holder, release_at);
}

static void
hold(bool now, uint64_t at)
{
	struct io_dev d = device(2ull * DEV, 256, false);
	struct sc_ev *ev;

	d.read = holding_read;
	start();
	io_add(io, &d);
	release_now = now;
	release_at = at;
	io_read(io, 0, 5, io_find(io, false, d.base, 4), d.base + 4, 4, 0);
	if (!now) {
		ok(sc_ev_create(let_go, NULL, &ev));
		ok(sc_ev_at(ev, 300));
	}
	ok(sc_run(250));
	ck_assert_int_eq(nanswer, now ? 1 : 0);
	ok(sc_run(400));
	ck_assert_int_eq(nanswer, 1);
	ck_assert_uint_eq(answers[0].value, 0x44332204);
}

/* Arrives at 400, has 600 to fly back. */
START_TEST(held)
{
	static const struct {
		bool now;
		uint64_t at, answer;
	} cases[] = {
		{ true, 400, 1000 }, /* not held at all */
		{ true, 450, 1050 },
		{ false, 600, 1200 },
		{ false, 700, 1300 },
	};

	hold(cases[_i].now, cases[_i].at);
	answered(0, 5, cases[_i].answer);
	/* CPU 5 may read again, and is not held by that device alone. */
	get(0, 5, 0, now_clk());
	ok(sc_run(sc_now_tick() + 201));
	ck_assert_int_eq(nanswer, 2);
	rig_end();
}
END_TEST

/* A CPU whose answer is held still waits for it. */
START_TEST(held_waits)
{
	hold(true, 400);
	release_now = false;
	io_read(io, 0, 5, io_find(io, false, 2ull * DEV, 4), 2ull * DEV, 4,
	    now_clk());
	ok(sc_run(sc_now_tick() + 300));
	get(0, 5, 0, now_clk());
}
END_TEST

START_TEST(released_twice)
{
	hold(true, 400);
	io_release(io, 5, now_clk());
}
END_TEST

/* Nobody reads. */
static void
hold_alone(void *arg)
{
	(void)arg;
	(void)io_hold(io);
}

START_TEST(held_alone)
{
	start();
	in_callback(hold_alone);
}
END_TEST

/* At tick 1000, a write at 1500 units would have arrived at 1900. */
START_TEST(in_the_past)
{
	start();
	ok(sc_run(1000));
	(void)put(0, 0, 0, 1600); /* arrives now */
	ok(sc_run(1001));
	ck_assert_int_eq(nseen, 1);
	(void)put(1, 0, 0, 1500);
}
END_TEST

/* The least of: there 400, back 1000 - 400 or 3000 - 400, message 500. */
START_TEST(lookahead)
{
	ck_assert_uint_eq(io_lookahead_clk(&par), 400);
	par.msi_clk = 399;
	ck_assert_uint_eq(io_lookahead_clk(&par), 399);
	par.read_clk = 700;
	ck_assert_uint_eq(io_lookahead_clk(&par), 300);
	par.port_clk = 500;
	ck_assert_uint_eq(io_lookahead_clk(&par), 100);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/mem io");
	TCase *t = tcase_create("io");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, find);
	tcase_add_test(t, add_good);
	tcase_add_loop_test_raise_signal(t, add_bad, SIGABRT, 0, 8);
	tcase_add_test_raise_signal(t, add_too_many, SIGABRT);
	tcase_add_test_raise_signal(t, beside_device, SIGABRT);
	tcase_add_test_raise_signal(t, flight_too_long, SIGABRT);
	tcase_add_test(t, one_write);
	tcase_add_test(t, one_read);
	tcase_add_test(t, in_out);
	tcase_add_test(t, half_tick);
	tcase_add_test(t, two_cores_one_module);
	tcase_add_test(t, two_modules);
	tcase_add_test(t, read_pushes_writes);
	tcase_add_test(t, reads_do_not_wait);
	tcase_add_test(t, no_overtaking);
	tcase_add_test(t, many_under_way);
	tcase_add_test(t, destroy_under_way);
	tcase_add_test_raise_signal(t, one_read_per_cpu, SIGABRT);
	tcase_add_test_raise_signal(t, in_the_past, SIGABRT);
	tcase_add_loop_test(t, held, 0, 4);
	tcase_add_test_raise_signal(t, held_waits, SIGABRT);
	tcase_add_test_raise_signal(t, released_twice, SIGABRT);
	tcase_add_test_raise_signal(t, held_alone, SIGABRT);
	tcase_add_test(t, lookahead);
	suite_add_tcase(s, t);
	return run_tests(s);
}
