/*
 * tester_rig.h: a tester with both its ports at a made-up device.
 *
 *	t[0] ==cable[0]== device ==cable[1]== t[1]
 *
 * The device hands on what it has got whole, delay_tick later, but for a frame that a
 * test does something to.
 */
#ifndef TESTS_TESTER_RIG_H
#define TESTS_TESTER_RIG_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/tick.h"
#include "sc/sc.h"
#include "wire/tester.h"

#define S    TICK_PER_S
#define MS   (S / 1000)
#define NLOG 20000

static struct cable *cable[2];
static struct tester *t[2];
static struct tester_opts opts;
static struct tester_counts counts[2];
static struct flows fs;

/* What a port has sent: when, and the first ones. */
static uint64_t sent_tick[2][NLOG];
static uint8_t sent[2][3][1600];
static unsigned nsent[2];
static uint64_t least_tick, most_tick; /* latencies */
static unsigned nlatency, begun;

/* The device. */
static struct sc_ev *ev;
static struct frame_list inside;
static uint64_t delay_tick;
/* May be NULL.  How many times the frame goes on, and how much later than others. */
static unsigned (*deed)(unsigned from, const struct frame *, uint64_t *later);

static inline void
ok(enum sc_result r)
{
	ck_assert_msg(r == SC_OK, "result %d: %s", r, sc_errmsg());
}

static inline void
queue(struct frame *f, uint64_t at_tick)
{
	struct frame *before = NULL, *g;

	f->at_tick = at_tick;
	STAILQ_FOREACH (g, &inside, link)
		if (g->at_tick <= at_tick)
			before = g;
	if (before == NULL)
		STAILQ_INSERT_HEAD(&inside, f, link);
	else
		STAILQ_INSERT_AFTER(&inside, before, f, link);
	ok(sc_ev_at(ev, STAILQ_FIRST(&inside)->at_tick));
}

static inline void
hand_on(void *arg)
{
	struct frame *f = STAILQ_FIRST(&inside);

	(void)arg;
	STAILQ_REMOVE_HEAD(&inside, link);
	if (!STAILQ_EMPTY(&inside))
		ok(sc_ev_at(ev, STAILQ_FIRST(&inside)->at_tick));
	(void)cable_send(cable[1 - f->own[0]], 0, f, sc_now_tick());
}

static inline struct frame *
copy(const struct frame *f)
{
	struct frame *c = frame_get(FRAME_FROM_SOURCE);

	c->len_bytes = f->len_bytes;
	c->cap_bytes = f->cap_bytes;
	c->id = f->id;
	c->source = f->source;
	memcpy(c->data, f->data, f->len_bytes);
	return c;
}

static const unsigned numbers[2] = { 0, 1 };

static inline void
at_device(void *arg, struct frame *f)
{
	const unsigned from = *(const unsigned *)arg;
	const uint64_t sent_at = sc_now_tick() -
	    cable_arrival_tick(cable[from], f->len_bytes);
	uint64_t later = 0;
	unsigned n;

	ck_assert_uint_lt(nsent[from], NLOG);
	ck_assert_uint_eq(f->stamp_tick[HOP_WIRE_RX], sent_at);
	if (nsent[from] < 3)
		memcpy(sent[from][nsent[from]], f->data, f->len_bytes);
	sent_tick[from][nsent[from]++] = sent_at;
	n = deed == NULL ? 1 : deed(from, f, &later);
	for (unsigned i = 0; i < n; i++) {
		struct frame *c = copy(f);

		c->own[0] = (uint8_t)from;
		queue(c, sc_now_tick() + delay_tick + later);
	}
	frame_put(f, FRAME_TO_SINK);
}

static inline void
at_tester(void *arg, struct frame *f)
{
	const unsigned i = *(const unsigned *)arg;
	uint64_t latency;

	if (tester_receive(t[i], t[1 - i], f, &latency)) {
		least_tick = latency < least_tick ? latency : least_tick;
		most_tick = latency > most_tick ? latency : most_tick;
		nlatency++;
	}
	frame_put(f, FRAME_TO_SINK);
}

static inline void
link_changed(void *arg, bool up)
{
	(void)arg;
	(void)up;
}

static inline void
on_begin(void *arg)
{
	begun++;
	ck_assert_ptr_eq(arg, &counts);
}

/* 10 ms of 64 bytes, 10^5 a second, no learning; the tests change that. */
static inline void
begin(void)
{
	opts = (struct tester_opts){ .frame_bytes = 64,
		.schedule = { .burst_hz = 1000,
		    .nstep = 1,
		    .step[0] = { 100000 * PACE_ONE, 10 * MS } },
		.drain_tick = MS,
		.arg = &counts,
		.begin = on_begin };
	least_tick = UINT64_MAX;
	flows_default(&fs);
	STAILQ_INIT(&inside);
	ok(sc_init());
	ok(sc_ev_create(hand_on, NULL, &ev));
	for (unsigned i = 0; i < 2; i++) {
		struct wire_port p = { (void *)(uintptr_t)&numbers[i],
			at_device, link_changed };

		/* Of different length. */
		cable[i] = cable_create("cable", CABLE_RATE_1G, 120 + 50 * i);
		cable_connect(cable[i], 0, &p);
		p.frame = at_tester;
		cable_connect(cable[i], 1, &p);
		cable_set_up(cable[i], true);
	}
}

static inline void
start(void)
{
	for (unsigned i = 0; i < 2; i++) {
		struct tester_opts o = opts;

		o.number = i == 0 ? 0 : 2;
		o.peer = i == 0 ? 2 : 0;
		o.back = i == 1;
		o.silent = opts.silent && i == 1;
		t[i] = tester_create(cable[i], 1, &fs, &o);
	}
}

static inline void
go(void)
{
	start();
	ok(sc_run(TICK_NEVER));
	for (unsigned i = 0; i < 2; i++) {
		ck_assert(tester_done(t[i]));
		counts[i] = tester_end(t[i], t[1 - i]);
	}
	ck_assert_uint_eq(begun, 2);
}

static inline void
end(void)
{
	for (unsigned i = 0; i < 2; i++) {
		tester_destroy(t[i]);
		cable_destroy(cable[i]);
	}
	flows_free(&fs);
	ck_assert(frame_conserved(frame_ledger()));
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	ok(sc_fini());
	frames_fini();
}

#endif
