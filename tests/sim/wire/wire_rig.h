/*
 * wire_rig.h: a cable with somebody at each end who writes down what arrives.
 */
#ifndef TESTS_WIRE_RIG_H
#define TESTS_WIRE_RIG_H

#include <check.h>
#include <signal.h>
#include <string.h>

#include "core/exit.h"
#include "core/tick.h"
#include "sc/sc.h"
#include "wire/cable.h"

#define NLOG 20000

static struct {
	uint64_t id, at_tick;
	uint32_t len_bytes;
} got[2][NLOG];
static unsigned ngot[2];
static int ups[2], downs[2];
static struct cable *cable;
static const unsigned ends[2] = { 0, 1 };

static inline void
ok(enum sc_result r)
{
	ck_assert_msg(r == SC_OK, "result %d: %s", r, sc_errmsg());
}

static inline void
rig_frame(void *arg, struct frame *f)
{
	const unsigned end = *(const unsigned *)arg;

	ck_assert_uint_lt(ngot[end], NLOG);
	got[end][ngot[end]].id = f->id;
	got[end][ngot[end]].at_tick = sc_now_tick();
	got[end][ngot[end]++].len_bytes = f->len_bytes;
	frame_put(f, FRAME_TO_SINK);
}

static inline void
rig_link(void *arg, bool up)
{
	(up ? ups : downs)[*(const unsigned *)arg]++;
}

static inline struct wire_port
rig_port(unsigned end)
{
	return (struct wire_port){ (void *)(uintptr_t)&ends[end], rig_frame,
		rig_link };
}

static inline void
rig_start(uint64_t rate_bps, uint32_t flight_tick)
{
	ok(sc_init());
	cable = cable_create("cable", rate_bps, flight_tick);
	for (unsigned i = 0; i < 2; i++) {
		const struct wire_port p = rig_port(i);

		cable_connect(cable, i, &p);
	}
	cable_set_up(cable, true);
}

static inline void
rig_end(void)
{
	cable_destroy(cable);
	ck_assert(frame_conserved(frame_ledger()));
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	ok(sc_fini());
	frames_fini();
}

static inline struct frame *
rig_make(uint64_t id, uint32_t len_bytes)
{
	struct frame *f = frame_get(FRAME_FROM_SOURCE);

	f->id = id;
	f->len_bytes = f->cap_bytes = len_bytes;
	memset(f->data, (int)id, len_bytes);
	return f;
}

static inline int
run_tests(Suite *s)
{
	SRunner *r = srunner_create(s);
	int failed;

	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}

#endif
