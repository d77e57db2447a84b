/*
 * cable.c: serialisation and flight (cable.h).
 *
 * A direction is a list of frames, each with the instant at which it arrives,
 * and one event for the oldest.  Instants only grow along the list, since the
 * wire is one.  Everything but set-up runs without allocating.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "sc/sc.h"
#include "wire/cable.h"

#define BITS_PER_BYTE 8

struct direction {
	struct cable *cable;
	struct sc_ev *ev;       /* pending while the list holds something */
	struct frame_list list; /* by at_tick */
	struct wire_port to;    /* who receives */
	uint64_t idle_tick;     /* the gap after the last frame ends */
	struct cable_counts counts;
	/* One of cable_out(), which has only one argument. */
	unsigned end;
};

struct cable {
	char *name;
	uint64_t byte_tick;
	uint32_t flight_tick;
	bool up;
	struct direction dir[2]; /* from end 0, from end 1 */
};

static void
must(enum sc_result r)
{
	if (r == SC_OK)
		return;
	fprintf(stderr, "rangeley: cable: %s\n", sc_errmsg());
	abort();
}

/* The oldest frame has arrived. */
static void
arrive(void *arg)
{
	struct direction *d = arg;
	struct frame *f = STAILQ_FIRST(&d->list);

	assert(f != NULL && f->at_tick == sc_now_tick());
	STAILQ_REMOVE_HEAD(&d->list, link);
	d->counts.on_wire--;
	d->counts.frames++;
	d->counts.bytes += f->len_bytes + FRAME_FCS;
	if (!STAILQ_EMPTY(&d->list))
		must(sc_ev_at(d->ev, STAILQ_FIRST(&d->list)->at_tick));
	d->to.frame(d->to.arg, f);
}

struct cable *
cable_create(const char *name, uint64_t rate_bps, uint32_t flight_tick)
{
	struct cable *l = calloc(1, sizeof(*l));

	assert(l != NULL);
	assert(rate_bps == CABLE_RATE_1G || rate_bps == CABLE_RATE_1G / 10 ||
	    rate_bps == CABLE_RATE_1G / 100);
	l->name = strdup(name);
	assert(l->name != NULL);
	l->byte_tick = BITS_PER_BYTE * (TICK_PER_S / rate_bps);
	l->flight_tick = flight_tick;
	for (unsigned i = 0; i < 2; i++) {
		l->dir[i].cable = l;
		l->dir[i].end = i;
		STAILQ_INIT(&l->dir[i].list);
		must(sc_ev_create(arrive, &l->dir[i], &l->dir[i].ev));
	}
	return l;
}

static void
drop_all(struct direction *d)
{
	struct frame *f;

	must(sc_ev_cancel(d->ev));
	while ((f = STAILQ_FIRST(&d->list)) != NULL) {
		STAILQ_REMOVE_HEAD(&d->list, link);
		d->counts.on_wire--;
		d->counts.dropped++;
		frame_drop(f, DROP_WIRE_DOWN);
	}
}

void
cable_destroy(struct cable *l)
{
	if (l == NULL)
		return;
	drop_all(&l->dir[0]);
	drop_all(&l->dir[1]);
	free(l->name);
	free(l);
}

void
cable_connect(struct cable *l, unsigned end, const struct wire_port *port)
{
	struct direction *d = &l->dir[end ^ 1];

	assert(end < 2 && port->frame != NULL && port->link != NULL);
	assert(d->to.frame == NULL);
	d->to = *port;
}

void
cable_set_up(struct cable *l, bool up)
{
	if (l->up == up)
		return;
	l->up = up;
	for (unsigned i = 0; !up && i < 2; i++) {
		drop_all(&l->dir[i]);
		l->dir[i].idle_tick = 0;
	}
	for (unsigned end = 0; end < 2; end++) {
		const struct wire_port *p = &l->dir[end ^ 1].to;

		if (p->link != NULL)
			p->link(p->arg, up);
	}
}

/* From the first bit of the preamble to the last of the FCS. */
static uint64_t
bits_tick(const struct cable *l, uint32_t len_bytes)
{
	const uint32_t n = len_bytes < FRAME_MIN ? FRAME_MIN : len_bytes;

	return l->byte_tick * (CABLE_PREAMBLE + n + FRAME_FCS);
}

uint64_t
cable_frame_tick(const struct cable *l, uint32_t len_bytes)
{
	return bits_tick(l, len_bytes) + l->byte_tick * CABLE_GAP;
}

uint64_t
cable_arrival_tick(const struct cable *l, uint32_t len_bytes)
{
	return bits_tick(l, len_bytes) + l->flight_tick;
}

uint64_t
cable_send(struct cable *l, unsigned end, struct frame *f,
    uint64_t not_before_tick)
{
	struct direction *d = &l->dir[end];
	uint64_t start_tick;

	assert(end < 2 && f->len_bytes >= 1 && f->len_bytes <= FRAME_MAX);
	if (!l->up || d->to.frame == NULL) {
		d->counts.dropped++;
		frame_drop(f, DROP_WIRE_DOWN);
		return sc_now_tick();
	}
	start_tick = tick_later(cable_idle_at(l, end), not_before_tick);
	d->idle_tick = start_tick + cable_frame_tick(l, f->len_bytes);
	f->at_tick = start_tick + cable_arrival_tick(l, f->len_bytes);
	d->counts.on_wire++;
	if (STAILQ_EMPTY(&d->list))
		must(sc_ev_at(d->ev, f->at_tick));
	STAILQ_INSERT_TAIL(&d->list, f, link);
	return start_tick;
}

uint64_t
cable_idle_at(const struct cable *l, unsigned end)
{
	assert(end < 2);
	return tick_later(l->dir[end].idle_tick, sc_now_tick());
}

static uint64_t
out_send(void *arg, struct frame *f, uint64_t not_before_tick)
{
	struct direction *d = arg;

	return cable_send(d->cable, d->end, f, not_before_tick);
}

static uint64_t
out_idle_at(void *arg)
{
	const struct direction *d = arg;

	return cable_idle_at(d->cable, d->end);
}

struct wire_out
cable_out(struct cable *l, unsigned end)
{
	assert(end < 2);
	return (struct wire_out){ &l->dir[end], out_send, out_idle_at };
}

const struct cable_counts *
cable_counts(const struct cable *l, unsigned end)
{
	assert(end < 2);
	return &l->dir[end].counts;
}
