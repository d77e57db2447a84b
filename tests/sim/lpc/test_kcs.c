/*
 * The KCS interface, sim/lpc/kcs.h: the states and what ends them, and the BMC behind
 * one, sim/lpc/bmc.h.  Twins: lpc_twins.sh.
 */
#include "lpc/bmc.h"
#include "sim/lpc/kcs_rig.h"

static struct kcs *kcs;
static uint8_t asked[KCS_MSG_BYTES];
static size_t nasked;

/* Each byte one more; nothing for requests of one byte. */
static size_t
one_more(void *arg, const uint8_t *req, size_t n, uint8_t *rsp)
{
	ck_assert_ptr_eq(arg, asked);
	memcpy(asked, req, n);
	nasked = n;
	for (size_t i = 0; i < n; i++)
		rsp[i] = (uint8_t)(req[i] + 1);
	return n > 1 ? n : 0;
}

static void
start(void)
{
	rig_start(1);
	kcs = kcs_create(io, PORT, &times, one_more, asked);
}

static void
end(void)
{
	kcs_destroy(kcs);
	rig_end();
}

/* From reset: nothing there, nothing wanted. */
START_TEST(reset)
{
	start();
	ck_assert_uint_eq(status(), KCS_IDLE);
	ck_assert_ptr_null(io_find(io, true, PORT - 1, 1));
	ck_assert_ptr_null(io_find(io, true, PORT + 2, 1));
	end();
}
END_TEST

/* IBF from the write to the byte's time after it, and C/D by the port. */
START_TEST(buffers)
{
	start();
	(void)port_access(true, 1, KCS_WRITE_START);
	ck_assert_uint_eq(status(), KCS_IDLE | KCS_IBF | KCS_CD);
	/* It has arrived 202 ticks ago: two thirds of a tick short of its time. */
	pass(3000 - 202 - 201);
	ck_assert_uint_eq(status(), KCS_IDLE | KCS_IBF | KCS_CD);
	ck_assert_uint_eq(status(), KCS_WRITE | KCS_OBF | KCS_CD);
	ck_assert_uint_eq(get(), 0);
	ck_assert_uint_eq(status(), KCS_WRITE | KCS_CD);
	(void)port_access(true, 0, 0x12);
	ck_assert_uint_eq(status(), KCS_WRITE | KCS_IBF);
	ck_assert_uint_eq(taken(), KCS_WRITE | KCS_OBF);
	end();
}
END_TEST

START_TEST(transaction)
{
	const uint8_t req[] = { 0x18, 0x01, 0x55, 0x61, 0x68, 0xff };
	uint8_t rsp[KCS_MSG_BYTES];

	start();
	for (unsigned n = 2; n <= sizeof(req); n++) {
		request(req, n);
		ck_assert_uint_eq(response(rsp), n);
		ck_assert_uint_eq(nasked, n);
		ck_assert_mem_eq(asked, req, n);
		for (unsigned i = 0; i < n; i++)
			ck_assert_uint_eq(rsp[i], (uint8_t)(req[i] + 1));
	}
	end();
}
END_TEST

/* The answer comes a byte's time after the request, and not before. */
START_TEST(thinks)
{
	const uint8_t req[] = { 1, 2 };

	start();
	request(req, 2);
	ck_assert_uint_eq(status(), KCS_READ);
	pass(2500);
	ck_assert_uint_eq(status(), KCS_READ);
	pass(500);
	ck_assert_uint_eq(status(), KCS_READ | KCS_OBF);
	ck_assert_uint_eq(get(), 2);
	end();
}
END_TEST

/* The longest request; a byte more; too short a one. */
START_TEST(lengths)
{
	uint8_t req[KCS_MSG_BYTES + 1], rsp[KCS_MSG_BYTES];

	start();
	memset(req, 7, sizeof(req));
	request(req, KCS_MSG_BYTES);
	ck_assert_uint_eq(response(rsp), KCS_MSG_BYTES);

	(void)code(KCS_WRITE_START);
	for (unsigned i = 0; i < KCS_MSG_BYTES; i++)
		ck_assert_uint_eq(put(7) & KCS_STATE, KCS_WRITE);
	ck_assert_uint_eq(put(7) & KCS_STATE, KCS_ERROR);
	ck_assert_uint_eq(recover(), KCS_LENGTH);

	request(req, 1);
	pass(3000);
	ck_assert_uint_eq(status(), KCS_ERROR | KCS_OBF);
	ck_assert_uint_eq(recover(), KCS_LENGTH);
	request(req, 2);
	ck_assert_uint_eq(response(rsp), 2);
	end();
}
END_TEST

/* What does not belong there. */
static void
data_at_rest(void)
{
	(void)put(0x20);
}

static void
read_at_rest(void)
{
	(void)put(KCS_READ_NEXT);
}

static void
no_code(void)
{
	(void)code(0x63);
}

static void
end_at_rest(void)
{
	(void)code(KCS_WRITE_END);
}

static void
end_twice(void)
{
	(void)code(KCS_WRITE_START);
	(void)code(KCS_WRITE_END);
	(void)code(KCS_WRITE_END);
}

static void
wrong_next(void)
{
	const uint8_t req[] = { 1, 2 };

	request(req, 2);
	pass(3000);
	(void)put(0x69);
}

static void
next_too_soon(void)
{
	const uint8_t req[] = { 1, 2 };

	request(req, 2);
	(void)port_access(true, 0, KCS_READ_NEXT);
	/* 201 ticks after the request was seen; the answer would be first. */
	pass(3000);
	(void)taken();
	(void)code(KCS_WRITE_END);
}

static void (*const wrong[])(void) = { data_at_rest, read_at_rest, no_code,
	end_at_rest, end_twice, wrong_next, next_too_soon };
#define NWRONG ((int)(sizeof(wrong) / sizeof(*wrong)))

START_TEST(errors)
{
	const uint8_t req[] = { 1, 2 };
	uint8_t rsp[KCS_MSG_BYTES];

	start();
	wrong[_i]();
	ck_assert_uint_eq(status() & KCS_STATE, KCS_ERROR);
	/* It stays so, until it is asked. */
	pass(100000);
	ck_assert_uint_eq(status() & KCS_STATE, KCS_ERROR);
	ck_assert_uint_eq(recover(), KCS_ILLEGAL);
	request(req, 2);
	ck_assert_uint_eq(response(rsp), 2);
	ck_assert_uint_eq(recover(), KCS_NO_ERROR);
	end();
}
END_TEST

/* GET_STATUS gives up whatever is under way; WRITE_START begins anew. */
START_TEST(aborts)
{
	const uint8_t req[] = { 1, 2, 3 };
	uint8_t rsp[KCS_MSG_BYTES];

	start();
	(void)code(KCS_WRITE_START);
	(void)put(1);
	ck_assert_uint_eq(recover(), KCS_ABORTED);

	request(req, 3);
	nasked = 0;
	ck_assert_uint_eq(recover(), KCS_ABORTED);
	ck_assert_uint_eq(nasked, 3); /* had been answered, to nobody */

	request(req, 3);
	pass(3000);
	ck_assert_uint_eq(get(), 2);
	ck_assert_uint_eq(recover(), KCS_ABORTED);

	(void)code(KCS_WRITE_START);
	(void)put(9);
	request(req, 3);
	ck_assert_uint_eq(response(rsp), 3);
	ck_assert_mem_eq(asked, req, 3);

	(void)code(0x99);
	request(req, 2);
	ck_assert_uint_eq(response(rsp), 2);
	end();
}
END_TEST

/* An answer that is late, after software has given up, is nobody's. */
START_TEST(gives_up)
{
	const uint8_t req[] = { 1, 2 };
	int unanswered = 0;

	times.tail_tick = 6000;
	times.max_tick = 60000;
	start();
	for (int i = 0; i < 100; i++) {
		nasked = 0;
		request(req, 2);
		ck_assert_uint_eq(recover(), KCS_ABORTED);
		pass(60000);
		ck_assert_uint_eq(status() & ~KCS_CD, KCS_IDLE);
		unanswered += nasked == 0;
	}
	ck_assert_int_gt(unanswered, 10);
	ck_assert_int_lt(unanswered, 90);
	end();
}
END_TEST

/* ---- the BMC --------------------------------------------------------------------- */

static struct bmc *bmc;

static void
bmc_start(void)
{
	const struct machine m = {
		.bmc_present = 1, .bmc_byte_clk = 6000, .bmc_max_clk = 6000
	};

	rig_start(1);
	bmc = bmc_create(io, &m);
}

static void
bmc_end(void)
{
	bmc_destroy(bmc);
	rig_end();
}

/* req[0] bytes of request, rsp[0] of response, of which the first rsp[0] are told. */
static void
says(const uint8_t *req, const uint8_t *want, unsigned nwant)
{
	uint8_t rsp[KCS_MSG_BYTES];

	request(req + 1, req[0]);
	ck_assert_uint_eq(response(rsp), nwant);
	ck_assert_mem_eq(rsp, want + 1, want[0]);
}

START_TEST(commands)
{
	static const uint8_t id[] = { 2, 0x18, 0x01 },
			     is[] = { 9, 0x1c, 0x01, 0, 0x20, 1, 1, 0, 2, 1 },
			     id_long[] = { 3, 0x18, 0x01, 0 },
			     is_long[] = { 3, 0x1c, 0x01, 0xc7 },
			     none[] = { 2, 0x18, 0x37 },
			     is_none[] = { 3, 0x1c, 0x37, 0xc1 },
			     other[] = { 2, 0x19, 0x01 },
			     is_other[] = { 3, 0x1d, 0x01, 0xc1 },
			     info[] = { 2, 0x10, 0x20 },
			     is_info[] = { 5, 0x14, 0x20, 0, BMC_NSENSORS, 1 };

	bmc_start();
	says(id, is, 18);
	says(id_long, is_long, 3);
	says(none, is_none, 3);
	says(other, is_other, 3);
	says(info, is_info, 5);
	bmc_end();
}
END_TEST

START_TEST(sensors)
{
	uint8_t seen[BMC_NSENSORS], rsp[KCS_MSG_BYTES];
	uint8_t req[] = { 0x10, 0x2d, 0 };

	bmc_start();
	for (unsigned n = 1; n <= BMC_NSENSORS; n++) {
		req[2] = (uint8_t)n;
		request(req, 3);
		ck_assert_uint_eq(response(rsp), 6);
		ck_assert_uint_eq(rsp[2], 0);
		ck_assert_uint_eq(rsp[4], 0xc0);
		ck_assert_uint_eq(rsp[5], 0xc0);
		seen[n - 1] = rsp[3];
		for (unsigned k = 0; k < n - 1; k++)
			ck_assert_uint_ne(rsp[3], seen[k]);
	}
	for (unsigned n = 0; n <= 255; n += n == 0 ? BMC_NSENSORS + 1 : 123) {
		req[2] = (uint8_t)n;
		request(req, 3);
		ck_assert_uint_eq(response(rsp), 3);
		ck_assert_uint_eq(rsp[2], 0xcb);
	}
	bmc_end();
}
END_TEST

START_TEST(absent)
{
	const struct machine m = { .bmc_present = 0, .bmc_byte_clk = 6000 };

	rig_start(1);
	ck_assert_ptr_null(bmc_create(io, &m));
	ck_assert_ptr_null(io_find(io, true, BMC_PORT, 1));
	bmc_destroy(NULL);
	rig_end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("kcs");
	TCase *t = tcase_create("kcs");

	tcase_add_test(t, reset);
	tcase_add_test(t, buffers);
	tcase_add_test(t, transaction);
	tcase_add_test(t, thinks);
	tcase_add_test(t, lengths);
	tcase_add_loop_test(t, errors, 0, NWRONG);
	tcase_add_test(t, aborts);
	tcase_add_test(t, gives_up);
	tcase_add_test(t, commands);
	tcase_add_test(t, sensors);
	tcase_add_test(t, absent);
	suite_add_tcase(s, t);
	return run_tests(s);
}
