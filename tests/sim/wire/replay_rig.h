/*
 * replay_rig.h: a replay at one end of a cable and a recorder at the other.  A byte
 * takes 96 ticks; a frame of 60 bytes 84 * 96 = 8064.
 */
#ifndef TESTS_REPLAY_RIG_H
#define TESTS_REPLAY_RIG_H

#include "sim/wire/pcap_rig.h"
#include "sim/wire/wire_rig.h"
#include "wire/record.h"
#include "wire/replay.h"
#include "wire/sides.h"

#define S TICK_PER_S

static struct replay *replay;
static struct record *rec;
static struct replay_opts opts;
static struct err err;
static uint64_t sent_tick[64];
static struct frame sent_frame[64];
static unsigned nsent, ndone;
static uint64_t nframes; /* of the file that are for us */

static inline void
on_sent(void *arg, const struct frame *f)
{
	(void)arg;
	ck_assert_uint_lt(nsent, 64);
	memcpy(&sent_frame[nsent], f, sizeof(*f));
	sent_tick[nsent++] = sc_now_tick();
}

static inline void
on_done(void *arg)
{
	(void)arg;
	ndone++;
}

/* Four frames of 60 bytes at 0, 10, 5 and 1000 us. */
static inline void
four(void)
{
	head(US_MAGIC, 1);
	record(100, 0, 60, 60, 1);
	record(100, 10, 60, 60, 2);
	record(100, 5, 60, 60, 3);
	record(100, 1000, 60, 60, 4);
}

static inline void
begin(void)
{
	scratch_enter();
	replay_opts_default(&opts);
	ok(sc_init());
	cable = cable_create("cable", CABLE_RATE_1G, 0);
	ck_assert_int_eq(record_create(&rec, "out.pcap", UINT64_C(100000000000),
			     &err),
	    EX_GOOD);
	for (unsigned i = 0; i < 2; i++) {
		const struct wire_port p = i == 0 ? rig_port(0)
						  : record_port(rec);

		cable_connect(cable, i, &p);
	}
	cable_set_up(cable, true);
}

/* Replay what has been saved. */
static inline enum exit_code
start(void)
{
	struct capture *c;

	opts.sent = on_sent;
	opts.done = on_done;
	ck_assert_int_eq(capture_open(&c, save(), &err), EX_GOOD);
	nframes = capture_info(c)->frames;
	return replay_create(&replay, c, cable, 0, &opts, &err);
}

static inline void
go(void)
{
	ck_assert_int_eq(start(), EX_GOOD);
	ok(sc_run(TICK_NEVER));
	ck_assert(replay_done(replay));
	ck_assert_uint_eq(ndone, 1);
	ck_assert_uint_eq(replay_counts(replay)->frames, nsent);
	ck_assert_uint_eq(replay_total(&opts, nframes), nsent);
}

static inline void
end(void)
{
	replay_destroy(replay);
	cable_destroy(cable);
	ck_assert_int_eq(record_close(rec, &err), EX_GOOD);
	ck_assert(frame_conserved(frame_ledger()));
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	ok(sc_fini());
	frames_fini();
	scratch_leave();
}

static inline void
at(unsigned i, uint64_t tick)
{
	ck_assert_uint_lt(i, nsent);
	ck_assert_uint_eq(sent_tick[i], tick);
	ck_assert_uint_eq(sent_frame[i].stamp_tick[HOP_WIRE_RX], tick);
	ck_assert_uint_eq(sent_frame[i].id, i + 1);
}

#endif
