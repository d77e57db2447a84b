/*
 * kcs_rig.h: a KCS interface, or a BMC, from a CPU's side: its ports alone, with
 * the times of io_rig.h.
 */
#ifndef TESTS_KCS_RIG_H
#define TESTS_KCS_RIG_H

#include "lpc/kcs.h"
#include "sim/mem/io_rig.h"

#define PORT 0xca2

/* A byte or a code takes 3000 ticks, which is longer than an access. */
static struct kcs_times times = { .byte_tick = 3000, .max_tick = 3000 };

/* Run n ticks more. */
static inline void
pass(uint64_t n)
{
	ok(sc_run(sc_now_tick() + n));
}

/* Arrives in 200 ticks; returns after 201. */
static inline uint8_t
port_access(bool out, unsigned off, uint8_t value)
{
	const struct io_dev *d = io_find(io, true, PORT + off, 1);
	const int before = nanswer;

	ck_assert_ptr_nonnull(d);
	if (out)
		io_out(io, 0, 0, d, PORT + off, 1, value, now_clk());
	else
		io_read(io, 0, 0, d, PORT + off, 1, now_clk());
	pass(par.flight_clk / 2 + 1);
	ck_assert_int_eq(nanswer, before + 1);
	nanswer = before;
	return (uint8_t)answers[before].value;
}

static inline uint8_t
status(void)
{
	return port_access(false, 1, 0);
}

static inline uint8_t
get(void)
{
	return port_access(false, 0, 0);
}

/* The status after the firmware has taken the byte. */
static inline uint8_t
taken(void)
{
	uint8_t s;

	while (((s = status()) & KCS_IBF) != 0)
		;
	return s;
}

static inline uint8_t
code(uint8_t c)
{
	(void)port_access(true, 1, c);
	return taken();
}

static inline uint8_t
put(uint8_t c)
{
	(void)port_access(true, 0, c);
	return taken();
}

/* As figure 9-6 of IPMI 2.0 has it. */
static inline void
request(const uint8_t *req, unsigned n)
{
	ck_assert_uint_eq(code(KCS_WRITE_START), KCS_WRITE | KCS_CD | KCS_OBF);
	(void)get();
	for (unsigned i = 0; i < n - 1; i++) {
		ck_assert_uint_eq(put(req[i]), KCS_WRITE | KCS_OBF);
		(void)get();
	}
	ck_assert_uint_eq(code(KCS_WRITE_END), KCS_WRITE | KCS_CD | KCS_OBF);
	(void)get();
	ck_assert_uint_eq(put(req[n - 1]) & (KCS_STATE | KCS_CD), KCS_READ);
}

/* As figure 9-7; how many bytes. */
static inline unsigned
response(uint8_t *rsp)
{
	unsigned n = 0;
	uint8_t s;

	for (;;) {
		do
			s = status();
		while ((s & (KCS_IBF | KCS_OBF)) != KCS_OBF);
		if ((s & KCS_STATE) != KCS_READ)
			break;
		ck_assert_uint_lt(n, KCS_MSG_BYTES);
		rsp[n++] = get();
		(void)port_access(true, 0, KCS_READ_NEXT);
	}
	ck_assert_uint_eq(s & KCS_STATE, KCS_IDLE);
	(void)get();
	ck_assert_uint_eq(status() & ~KCS_CD, KCS_IDLE);
	return n;
}

/* As figure 9-8: the error's code, and IDLE. */
static inline uint8_t
recover(void)
{
	uint8_t rsp[KCS_MSG_BYTES];

	(void)code(KCS_GET_STATUS);
	(void)get();
	ck_assert_uint_eq(put(0), KCS_READ | KCS_OBF);
	ck_assert_uint_eq(response(rsp), 1);
	return rsp[0];
}

#endif
