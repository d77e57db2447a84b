/*
 * replay.c: pacing (replay.h).
 *
 * One event stands for the next frame, which is already read.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "sc/sc.h"
#include "wire/replay.h"

#define MBIT 1000000

struct replay {
	struct capture *capture;
	struct cable *cable;
	unsigned end;
	struct replay_opts opts;
	struct replay_counts counts;
	struct sc_ev *ev;
	struct capture_frame next;
	uint64_t round;      /* times through the file, before this one */
	uint64_t round_tick; /* when this one began */
	uint64_t first_ns;   /* the stamp that counts as its beginning */
	/* Until then the last frame takes the wire, also if it is unplugged. */
	uint64_t busy_tick;
	bool done;
};

static void
must(enum sc_result r)
{
	if (r == SC_OK)
		return;
	fprintf(stderr, "rangeley: replay: %s\n", sc_errmsg());
	abort();
}

void
replay_opts_default(struct replay_opts *o)
{
	*o = (struct replay_opts){
		.pace = PACE_STAMPS, .value = PACE_ONE, .loop = 1
	};
}

/* When the next frame is due, from start_tick on. */
static uint64_t
due(const struct replay *r)
{
	const struct replay_opts *o = &r->opts;
	uint64_t t = 0;

	switch (o->pace) {
	case PACE_STAMPS:
		if (r->next.stamp_ns > r->first_ns)
			t = pace_tick(r->next.stamp_ns - r->first_ns,
			    TICK_PER_NS, o->value);
		return t == TICK_NEVER ? t : t + r->round_tick;
	case PACE_PPS:
		t = pace_tick(r->counts.frames, TICK_PER_S, o->value);
		break;
	case PACE_MBPS:
		t = pace_tick(r->counts.bytes * 8, TICK_PER_S / MBIT, o->value);
		break;
	case PACE_TOP:
		return 0;
	}
	return t == TICK_NEVER ? t : t + o->start_tick;
}

static void
finish(struct replay *r)
{
	r->done = true;
	if (r->opts.done != NULL)
		r->opts.done(r->opts.arg);
}

/* When the next frame could leave. */
static uint64_t
free_tick(const struct replay *r)
{
	const uint64_t idle_tick = cable_idle_at(r->cable, r->end);

	return idle_tick > r->busy_tick ? idle_tick : r->busy_tick;
}

/* The next frame of this round that is to be sent. */
static bool
next_taken(struct replay *r)
{
	while (capture_next(r->capture, &r->next))
		if (r->opts.take == NULL || r->opts.take(r->opts.arg, &r->next))
			return true;
	return false;
}

/* When the next round begins: for both sides of a capture at the same time. */
static uint64_t
next_round_tick(const struct replay *r)
{
	const struct capture_info *i = capture_info(r->capture);

	if (r->opts.take == NULL || r->opts.pace != PACE_STAMPS)
		return free_tick(r);
	return r->round_tick +
	    pace_tick(i->last_ns - i->first_ns, TICK_PER_NS, r->opts.value);
}

/* Read the next frame, of the next round if need be; false: that was all. */
static bool
read_next(struct replay *r)
{
	const struct replay_opts *o = &r->opts;

	if (o->limit != 0 && r->counts.frames == o->limit)
		return false;
	if (next_taken(r))
		return true;
	if (++r->round == o->loop || !capture_rewind(r->capture) ||
	    !next_taken(r))
		return false;
	r->round_tick = next_round_tick(r);
	return true;
}

/* When it is due, but not before the wire is idle. */
static void
await(struct replay *r)
{
	const uint64_t idle_tick = free_tick(r);
	const uint64_t t = due(r);

	if (t == TICK_NEVER)
		finish(r);
	else
		must(sc_ev_at(r->ev, t > idle_tick ? t : idle_tick));
}

/*
 * Addresses.
 */

/*
 * Sums of checksums are those of ones' complement, so a carry or a borrow goes round: else
 * ::2 less 3 would be off by one.
 */
static void
add32(uint8_t *b, uint32_t n)
{
	const uint32_t v = be32(b) + n;

	put_be32(b, v + (v < n));
}

static void
sub32(uint8_t *b, uint32_t n)
{
	const uint32_t v = be32(b);

	put_be32(b, v - n - (v < n));
}

/* Of IPv6 addresses, the last 32 bits. */
static void
other_addresses(struct frame *f, uint32_t n)
{
	unsigned off = 12;
	uint8_t *a, *b;

	while (off + 6 <= f->cap_bytes && f->data[off] == 0x81 &&
	    f->data[off + 1] == 0)
		off += 4;
	if (off + 2 > f->cap_bytes)
		return;
	if (f->data[off] == 0x08 && f->data[off + 1] == 0x00) {
		a = f->data + off + 2 + 12;
		b = a + 4;
	} else if (f->data[off] == 0x86 && f->data[off + 1] == 0xdd) {
		a = f->data + off + 2 + 8 + 12;
		b = a + 16;
	} else {
		return;
	}
	if (b + 4 > f->data + f->cap_bytes || be32(a) == be32(b))
		return;
	if (be32(a) > be32(b)) {
		sub32(a, n);
		add32(b, n);
	} else {
		add32(a, n);
		sub32(b, n);
	}
}

static struct frame *
make(struct replay *r)
{
	struct frame *f = frame_get(FRAME_FROM_SOURCE);
	const struct capture_frame *c = &r->next;

	f->id = r->counts.frames + 1;
	f->source = r->opts.source;
	f->len_bytes = c->len_bytes < FRAME_MIN ? FRAME_MIN : c->len_bytes;
	f->cap_bytes = c->cap_bytes;
	memcpy(f->data, c->data, c->cap_bytes);
	memset(f->data + c->cap_bytes, 0, f->len_bytes - c->cap_bytes);
	if (r->opts.unique_ip && r->round > 0)
		other_addresses(f, (uint32_t)r->round);
	return f;
}

static void
send(void *arg)
{
	struct replay *r = arg;
	struct frame *f = make(r);
	const uint32_t len_bytes = r->next.len_bytes;
	const uint64_t now = sc_now_tick();

	/* Stamped before: when the link is down, the frame ends in the call. */
	f->stamp_tick[HOP_WIRE_RX] = now;
	if (r->opts.sent != NULL)
		r->opts.sent(r->opts.arg, f);
	r->busy_tick = now + cable_frame_tick(r->cable, f->len_bytes);
	(void)cable_send(r->cable, r->end, f, now);
	if (r->counts.frames++ == 0)
		r->counts.first_tick = now;
	r->counts.last_tick = now;
	r->counts.bytes += len_bytes;
	if (read_next(r))
		await(r);
	else
		finish(r);
}

/* Times through all the frames, until the limit. */
static uint64_t
rounds_of(const struct replay_opts *o, uint64_t frames)
{
	const uint64_t most = frames == 0 || o->limit == 0
	    ? UINT64_MAX
	    : o->limit / frames + (o->limit % frames != 0);

	return o->loop != 0 && o->loop < most ? o->loop : most;
}

uint64_t
replay_total(const struct replay_opts *o, uint64_t frames)
{
	const uint64_t rounds = rounds_of(o, frames);
	const unsigned __int128 n = (unsigned __int128)frames * rounds;

	if (o->limit != 0 && o->limit < n)
		return o->limit;
	return rounds == UINT64_MAX || n > UINT64_MAX ? 0 : (uint64_t)n;
}

uint64_t
replay_until(uint64_t total, uint64_t sent, uint64_t now_tick,
    uint64_t limit_tick)
{
	const unsigned __int128 n = now_tick == 0
	    ? 0
	    : (unsigned __int128)sent * limit_tick / now_tick;

	return n < sent || (total != 0 && total < n) ? total : (uint64_t)n;
}

enum exit_code
replay_check(const struct replay_opts *o, const struct capture_info *i,
    struct err *err)
{
	const uint64_t rounds = o->loop == 0 ? 1 : rounds_of(o, i->frames);
	uint64_t t = 0;

	if (o->pace != PACE_TOP && o->value == 0)
		return err_set(err, EX_INPUT,
		    "a speed of 0 sends nothing; give a larger one");
	if ((unsigned __int128)i->frames * rounds > UINT64_MAX / 65536)
		return err_set(err, EX_INPUT,
		    "too many loops; give --limit-frames");
	if (o->pace == PACE_STAMPS)
		t = pace_tick(i->last_ns - i->first_ns, TICK_PER_NS, o->value);
	else if (o->pace == PACE_PPS)
		t = pace_tick(i->frames, TICK_PER_S, o->value);
	else if (o->pace == PACE_MBPS)
		t = pace_tick(i->bytes * 8, TICK_PER_S / MBIT, o->value);
	if (t == TICK_NEVER || (unsigned __int128)t * rounds > PACE_TOO_LONG)
		return err_set(err, EX_INPUT,
		    "the replay would take more than 10 years; replay faster, "
		    "or fewer frames");
	return EX_GOOD;
}

enum exit_code
replay_create(struct replay **out, struct capture *c, struct cable *cable,
    unsigned end, const struct replay_opts *opts, struct err *err)
{
	struct replay *r = calloc(1, sizeof(*r));
	enum exit_code rc;

	assert(r != NULL && end < 2);
	*out = NULL;
	r->capture = c;
	r->cable = cable;
	r->end = end;
	r->opts = *opts;
	rc = replay_check(opts, capture_info(c), err);
	r->done = rc == EX_GOOD && !read_next(r);
	if (r->done && opts->take == NULL)
		rc = err_set(err, EX_INPUT, "the capture cannot be read again");
	if (rc != EX_GOOD) {
		capture_close(c);
		free(r);
		return rc;
	}
	r->first_ns = opts->take != NULL ? capture_info(c)->first_ns
					 : r->next.stamp_ns;
	r->round_tick = opts->start_tick;
	must(sc_ev_create(send, r, &r->ev));
	if (!r->done)
		must(sc_ev_at(r->ev,
		    due(r) > opts->start_tick ? due(r) : opts->start_tick));
	*out = r;
	return EX_GOOD;
}

void
replay_destroy(struct replay *r)
{
	if (r == NULL)
		return;
	must(sc_ev_cancel(r->ev));
	capture_close(r->capture);
	free(r);
}

const struct replay_counts *
replay_counts(const struct replay *r)
{
	return &r->counts;
}

bool
replay_done(const struct replay *r)
{
	return r->done;
}

void
replay_print(const struct replay *r, FILE *f)
{
	const struct replay_counts *c = &r->counts;
	const double s = (double)(c->last_tick - c->first_tick) / TICK_PER_S;
	const double per = s > 0 ? 1 / s : 0;

	fprintf(f,
	    "%ju packets (%ju bytes) sent in %.9f seconds: %.1f Bps, %.3f "
	    "Mbps, %.2f pps\n",
	    (uintmax_t)c->frames, (uintmax_t)c->bytes, s,
	    (double)c->bytes * per, (double)c->bytes * 8 * per / MBIT,
	    (double)c->frames * per);
}
