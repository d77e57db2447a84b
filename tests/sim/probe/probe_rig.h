/*
 * probe_rig.h: a probe, and the registers' accesses from a CPU's side, with the
 * times of io_rig.h.
 */
#ifndef TESTS_PROBE_RIG_H
#define TESTS_PROBE_RIG_H

#include "probe/probe.h"
#include "sim/mem/io_rig.h"

#define BASE 0xd0000000u
#define PORT 0x400

static struct probe *probe;

static inline void
start(void)
{
	rig_start(2);
	probe = probe_create(io, BASE, PORT);
}

static inline void
end(void)
{
	probe_destroy(probe);
	rig_end();
}

/* CPU 0 writes now and waits for nothing; the arrival is in 400 units. */
static inline void
post(uint64_t off, unsigned size, uint64_t value)
{
	(void)io_write(io, 0, 0, io_find(io, false, BASE + off, size),
	    BASE + off, size, value, now_clk());
}

/* As post(), and run until it has arrived, a tick longer. */
static inline void
put(uint64_t off, unsigned size, uint64_t value)
{
	const uint64_t t = now_clk() > io_port_free(io, 0)
	    ? now_clk()
	    : io_port_free(io, 0);

	post(off, size, value);
	ok(sc_run(clk_to_tick_up(t + par.flight_clk) + 1));
}

/* CPU 1, in the other module, reads now: the arrival is in 400 units. */
static inline uint64_t
get(uint64_t off, unsigned size)
{
	const int before = nanswer;

	io_read(io, 1, 3, io_find(io, false, BASE + off, size), BASE + off,
	    size, now_clk());
	ok(sc_run(sc_now_tick() + par.flight_clk / 2 + 1));
	ck_assert_int_eq(nanswer, before + 1);
	return answers[before].value;
}

/* A port access of CPU 0. */
static inline uint64_t
port(bool out, uint64_t off, unsigned size, uint64_t value)
{
	const struct io_dev *d = io_find(io, true, PORT + off, size);
	const int before = nanswer;

	if (out)
		io_out(io, 0, 0, d, PORT + off, size, value, now_clk());
	else
		io_read(io, 0, 0, d, PORT + off, size, now_clk());
	ok(sc_run(sc_now_tick() + par.flight_clk / 2 + 1));
	ck_assert_int_eq(nanswer, before + 1);
	return answers[before].value;
}

/* Message i went there, said that and arrived then. */
static inline void
message(int i, uint32_t address, uint32_t data, uint64_t at)
{
	ck_assert_int_lt(i, nmessage);
	ck_assert_uint_eq(messages[i].address, address);
	ck_assert_uint_eq(messages[i].data, data);
	ck_assert_uint_eq(messages[i].at, at);
}

#endif
