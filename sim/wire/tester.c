/*
 * tester.c: sending and checking (tester.h).
 *
 * Frames of a flow differ in numbers only, so a frame is a template with a few words
 * changed, and a checksum is the sum of what stays, added up once, and of those words.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/tick.h"
#include "sc/sc.h"
#include "wire/tester.h"

/* Places in a frame. */
#define AT_TYPE   12
#define AT_IP     14
#define AT_UDP    34
#define AT_RECORD 42
#define KNOWN     60 /* bytes; zeros follow */

/* Of struct tester's sent: no instant is so late. */
#define CAME (UINT64_C(1) << 63)

#define MAGIC       0x5267
#define MAGIC_LEARN 0x524c /* .. and of frames that warm up */

#define ETHERTYPE_IPV4 0x0800
#define IP_VERSION     0x4500
#define IP_TTL_UDP     (64 << 8 | 17)
#define PROTO_UDP      17

/* Learning frames of a port are so far apart, those of its peer halfway between. */
#define LEARN_TICK (UINT64_C(100000) * TICK_PER_NS)
/* After them, until the trial begins. */
#define QUIET_TICK (UINT64_C(1000000) * TICK_PER_NS)

/* Words of a record. */
struct mark {
	uint16_t magic;
	uint32_t number, flow, number_of_flow, tick;
};

struct lane { /* of a flow: out, and what came in */
	struct flow flow;
	uint32_t ip_sum, udp_sum; /* of all that stays */
	uint32_t sent;
	unsigned hashed;
	struct seqcheck rx;
};

enum stage { LEARN, SEND, DRAIN, DONE };

struct tester {
	struct cable *cable;
	unsigned end;
	struct tester_opts opts;
	struct lane *lane;
	uint32_t nlane, next;         /* the lane of the next frame */
	uint32_t first_lane;          /* .. of the trial's first */
	uint32_t template[KNOWN / 4]; /* without a record */
	struct sc_ev *ev;
	enum stage stage;
	bool stopped, warming;
	uint64_t begin_tick, end_tick, phase_tick;
	struct schedule schedule;
	unsigned step;                      /* the last frame's */
	uint64_t first[SCHEDULE_STEPS + 1]; /* number of a step's first frame */
	uint64_t *sent; /* of each frame: when, and whether it has CAME */
	uint64_t deadline_tick; /* of the drain; TICK_NEVER: not known yet */
	uint64_t busy_tick;     /* until then the last frame takes the wire */
	uint32_t learning;      /* learning frames sent */
	uint64_t before;        /* .. and those that warmed up */
	struct tester_counts counts;
};

static void
must(enum sc_result r)
{
	if (r == SC_OK)
		return;
	fprintf(stderr, "rangeley: tester: %s\n", sc_errmsg());
	abort();
}

uint64_t
tester_theoretical(unsigned frame_bytes)
{
	return CABLE_RATE_1G / 8 * PACE_ONE /
	    (frame_bytes + CABLE_PREAMBLE + CABLE_GAP);
}

/* ---- frames ------------------------------------------------------------------------ */

/* Both halves. */
static uint32_t
halves(uint32_t v)
{
	return (v >> 16) + (v & 0xffff);
}

static uint16_t
checksum(uint32_t sum)
{
	return (uint16_t)~halves(halves(sum));
}

/* Locally administered; the last octet is the port's. */
static void
put_mac(uint8_t *p, unsigned port)
{
	static const uint8_t mac[] = { 0x02, 0x00, 0x00, 0x00, 0x54 };

	memcpy(p, mac, sizeof(mac));
	p[5] = (uint8_t)port;
}

static uint16_t
ip_bytes(const struct tester *t)
{
	return (uint16_t)(t->opts.frame_bytes - FRAME_FCS - AT_IP);
}

static uint16_t
udp_bytes(const struct tester *t)
{
	return (uint16_t)(t->opts.frame_bytes - FRAME_FCS - AT_UDP);
}

/* What all frames have in common. */
static void
make_template(struct tester *t)
{
	uint8_t *p = (uint8_t *)t->template;

	put_mac(p, t->opts.peer);
	put_mac(p + 6, t->opts.number);
	put_be16(p + AT_TYPE, ETHERTYPE_IPV4);
	put_be16(p + AT_IP, IP_VERSION);
	put_be16(p + AT_IP + 2, ip_bytes(t));
	put_be16(p + AT_IP + 8, IP_TTL_UDP);
	put_be16(p + AT_UDP + 4, udp_bytes(t));
}

static void
make_lane(struct tester *t, struct lane *l, const struct flow *f)
{
	l->flow = t->opts.back ? flow_back(f) : *f;
	l->hashed = flow_hash(&l->flow) % 4;
	l->ip_sum = halves(l->flow.src) + halves(l->flow.dst);
	/* The length is in the pseudo header, too. */
	l->udp_sum = l->ip_sum + PROTO_UDP + 2u * udp_bytes(t) + l->flow.sport +
	    l->flow.dport;
	l->ip_sum += IP_VERSION + ip_bytes(t) + IP_TTL_UDP;
}

static void
put_mark(uint8_t *p, const struct mark *m)
{
	put_be16(p, m->magic);
	put_be32(p + 2, m->number);
	put_be32(p + 6, m->flow);
	put_be32(p + 10, m->number_of_flow);
	put_be32(p + 14, m->tick);
}

static uint32_t
sum_of(const struct mark *m)
{
	return m->magic + halves(m->number) + halves(m->flow) +
	    halves(m->number_of_flow) + halves(m->tick);
}

static struct frame *
make(const struct tester *t, const struct lane *l, const struct mark *m)
{
	struct frame *f = frame_get(FRAME_FROM_SOURCE);
	uint8_t *const p = f->data, *const ip = p + AT_IP,
		       *const udp = p + AT_UDP;
	const uint16_t id = (uint16_t)m->number;
	uint16_t sum;

	f->source = t->opts.number;
	f->len_bytes = t->opts.frame_bytes - FRAME_FCS;
	f->cap_bytes = KNOWN;
	memcpy(p, t->template, KNOWN);
	memset(p + KNOWN, 0, f->len_bytes - KNOWN);
	put_be16(ip + 4, id);
	put_be16(ip + 10, checksum(l->ip_sum + id));
	put_be32(ip + 12, l->flow.src);
	put_be32(ip + 16, l->flow.dst);
	put_be16(udp, l->flow.sport);
	put_be16(udp + 2, l->flow.dport);
	put_mark(p + AT_RECORD, m);
	sum = checksum(l->udp_sum + sum_of(m));
	put_be16(udp + 6, sum == 0 ? 0xffff : sum); /* 0 means: there is none */
	return f;
}

/* Its first bit leaves now. */
static void
let_go(struct tester *t, struct frame *f)
{
	const uint64_t now = sc_now_tick();

	f->stamp_tick[HOP_WIRE_RX] = now;
	t->busy_tick = now + cable_frame_tick(t->cable, f->len_bytes);
	(void)cable_send(t->cable, t->end, f, now);
}

/* Room for a power of two. */
static void
note_sent(struct tester *t, uint64_t n, uint64_t tick)
{
	if ((n & (n - 1)) == 0) {
		t->sent = reallocarray(t->sent, n == 0 ? 1 : 2 * n,
		    sizeof(*t->sent));
		if (t->sent == NULL)
			abort();
	}
	t->sent[n] = tick;
}

static void
send_next(struct tester *t)
{
	struct lane *l = &t->lane[t->next];
	const struct mark m = { t->warming ? MAGIC_LEARN : MAGIC,
		(uint32_t)t->counts.tx, t->next, l->sent,
		(uint32_t)sc_now_tick() };
	struct frame *f = make(t, l, &m);

	t->next = t->next + 1 == t->nlane ? 0 : t->next + 1;
	if (t->warming)
		t->before++;
	else {
		note_sent(t, t->counts.tx, sc_now_tick());
		l->sent++;
		t->counts.hashed[l->hashed]++;
		f->id = ++t->counts.tx;
	}
	let_go(t, f);
}

/* ---- one thing after another --------------------------------------------------------- */

/* Steps before this one are over: their frames have been sent. */
static void
note_steps(struct tester *t, unsigned step)
{
	while (t->step < step)
		t->first[++t->step] = t->counts.tx;
}

/* No more is sent; what is under way has until then to arrive. */
static void
drain(struct tester *t)
{
	note_steps(t, t->opts.schedule.nstep);
	t->stage = DRAIN;
	t->deadline_tick = t->opts.drain_tick +
	    (t->stopped ? sc_now_tick() : t->end_tick);
	must(sc_ev_at(t->ev, t->deadline_tick));
	if (t->opts.sent != NULL)
		t->opts.sent(t->opts.arg);
}

/* From an instant on: what warms up, or the trial. */
static void
plan(struct tester *t, uint64_t begin_tick)
{
	struct schedule_opts o = t->opts.schedule;

	if (t->warming) {
		o.nstep = 1;
		o.step[0].duration_tick = t->opts.warm_tick;
	}
	t->begin_tick = begin_tick;
	t->end_tick = begin_tick + schedule_duration_tick(&o);
	schedule_begin(&t->schedule, &o, begin_tick, t->phase_tick);
}

/*
 * All that warms up has been sent.  After a rest the trial begins, from nothing, unless
 * the rest was too short.
 */
static void
warmed(struct tester *t)
{
	t->stage = LEARN;
	t->warming = false;
	t->next = t->first_lane;
	plan(t, t->end_tick + QUIET_TICK);
	must(sc_ev_at(t->ev, t->begin_tick));
}

static void
next_frame(struct tester *t)
{
	uint64_t at_tick = TICK_NEVER;

	if (t->opts.frames != 0 && t->counts.tx == t->opts.frames)
		tester_stop(t);
	else if (!t->opts.silent)
		at_tick = schedule_next(&t->schedule, t->busy_tick);
	if (at_tick == TICK_NEVER && t->warming) {
		warmed(t);
		return;
	}
	if (at_tick == TICK_NEVER) {
		drain(t);
		return;
	}
	if (!t->warming)
		note_steps(t, t->schedule.step);
	must(sc_ev_at(t->ev, at_tick));
}

static uint64_t
learn_tick(const struct tester *t, uint64_t k)
{
	return t->opts.start_tick + k * LEARN_TICK +
	    (t->opts.back ? LEARN_TICK / 2 : 0);
}

static void
learn(struct tester *t)
{
	const struct mark m = { .magic = MAGIC_LEARN,
		.number = t->learning++,
		.tick = (uint32_t)sc_now_tick() };

	let_go(t, make(t, &t->lane[t->next], &m));
	t->before++;
	must(sc_ev_at(t->ev,
	    t->learning < t->opts.learn ? learn_tick(t, t->learning)
					: t->begin_tick));
}

static bool
rested(const struct tester *t)
{
	return t->warming || t->opts.warm_tick == 0 || t->opts.rested == NULL ||
	    t->opts.rested(t->opts.arg);
}

/* The event: it is time for whatever is next. */
static void
act(void *arg)
{
	struct tester *t = arg;

	if (t->stage == DRAIN) {
		t->stage = DONE;
		return;
	}
	if (t->stopped) {
		drain(t);
		return;
	}
	if (t->stage == LEARN && t->learning < t->opts.learn) {
		learn(t);
		return;
	}
	if (t->stage == LEARN && !rested(t)) {
		plan(t, t->begin_tick + QUIET_TICK);
		must(sc_ev_at(t->ev, t->begin_tick));
		return;
	}
	if (t->stage == LEARN) {
		if (t->opts.begin != NULL && !t->warming)
			t->opts.begin(t->opts.arg);
		t->stage = SEND;
	} else {
		send_next(t);
	}
	next_frame(t);
}

void
tester_stop(struct tester *t)
{
	t->stopped = true;
}

/* When the next frame would have been due, after all that there were to be. */
static uint64_t
next_due_tick(const struct tester *t)
{
	struct schedule s = t->schedule;
	const uint64_t due = schedule_next(&s, t->busy_tick);

	return due != TICK_NEVER ? due : t->end_tick;
}

uint64_t
tester_sending_tick(const struct tester *t)
{
	if (t->warming || t->stage == LEARN)
		return 0;
	if (t->opts.frames != 0 && t->counts.tx == t->opts.frames)
		return next_due_tick(t) - t->begin_tick;
	if (t->stage == SEND)
		return sc_now_tick() - t->begin_tick;
	return t->deadline_tick - t->opts.drain_tick - t->begin_tick;
}

bool
tester_sent(const struct tester *t)
{
	return t->stage >= DRAIN;
}

bool
tester_done(const struct tester *t)
{
	return t->stage == DONE;
}

bool
tester_in_time(const struct tester *t, uint64_t tick)
{
	return tick <= t->deadline_tick;
}

uint64_t
tester_missing(const struct tester *t, const struct tester *from)
{
	return from->before + from->counts.tx - t->counts.learned -
	    t->counts.came - t->counts.late;
}

/* ---- arrivals ------------------------------------------------------------------------ */

/* The magic number of a frame for this port, 0: it is no tester's. */
static uint16_t
magic_of(const struct tester *t, const struct frame *f)
{
	const uint8_t *const p = f->data;
	uint8_t mac[6];

	put_mac(mac, t->opts.number);
	if (f->len_bytes < KNOWN || memcmp(p, mac, sizeof(mac)) != 0 ||
	    be16(p + AT_TYPE) != ETHERTYPE_IPV4 ||
	    be16(p + AT_IP) != IP_VERSION || p[AT_IP + 9] != PROTO_UDP)
		return 0;
	return be16(p + AT_RECORD);
}

/* Is it the trial's, and in time? */
static bool
counts(struct tester *t, const struct tester *from, const struct frame *f)
{
	const uint8_t *const p = f->data + AT_RECORD;
	const uint16_t magic = magic_of(t, f);

	if (magic == MAGIC_LEARN)
		t->counts.learned++;
	else if (magic != MAGIC || be32(p + 6) >= t->nlane ||
	    be32(p + 2) >= from->counts.tx)
		t->counts.other++;
	else if (!tester_in_time(from, sc_now_tick()))
		t->counts.late++;
	else
		return true;
	return false;
}

bool
tester_receive(struct tester *t, struct tester *from, const struct frame *f,
    uint64_t *latency_tick)
{
	const uint64_t now = sc_now_tick();
	const uint8_t *const p = f->data + AT_RECORD;
	uint64_t *sent;

	if (!counts(t, from, f))
		return false;
	seqcheck_take(&t->counts.rx, be32(p + 2));
	seqcheck_take(&t->lane[be32(p + 6)].rx, be32(p + 10));
	sent = &from->sent[be32(p + 2)];
	if ((*sent & CAME) != 0)
		return false;
	*sent |= CAME;
	t->counts.came++;
	if (now <= from->deadline_tick - from->opts.drain_tick)
		t->counts.forwarded++;
	*latency_tick = (uint32_t)((uint32_t)now - be32(p + 14)) -
	    cable_arrival_tick(from->cable, f->len_bytes) -
	    cable_arrival_tick(t->cable, f->len_bytes);
	return true;
}

/* The number of its first frame; of a step that has not begun, of the next one. */
static uint64_t
first_of(const struct tester *t, unsigned step)
{
	return step <= t->step ? t->first[step] : t->counts.tx;
}

/* Frames that have not come, by step. */
static void
count_lost(struct tester_counts *c, const struct tester *from)
{
	c->last_lost_tick = TICK_NEVER;
	for (unsigned i = 0; i < from->opts.schedule.nstep; i++) {
		const uint64_t end = first_of(from, i + 1);

		c->step[i].tx = end - first_of(from, i);
		for (uint64_t n = first_of(from, i); n < end; n++)
			if ((from->sent[n] & CAME) == 0) {
				c->step[i].lost++;
				c->last_lost_tick = from->sent[n] -
				    from->begin_tick;
			}
	}
}

struct tester_counts
tester_end(struct tester *t, const struct tester *from)
{
	struct tester_counts c = t->counts;

	seqcheck_end(&c.rx, from->counts.tx);
	for (uint32_t i = 0; i < t->nlane; i++) {
		struct seqcheck rx = t->lane[i].rx;

		c.flows += rx.rx != 0;
		seqcheck_end(&rx, from->lane[i].sent);
		seqcheck_add(&c.rx_flow, &rx);
	}
	count_lost(&c, from);
	c.tx = from->counts.tx;
	c.underrun = from->schedule.underrun;
	memcpy(c.hashed, from->counts.hashed, sizeof(c.hashed));
	return c;
}

/* ---- setting up ---------------------------------------------------------------------- */

/* What the seed decides. */
static void
draw(struct tester *t)
{
	const struct tester_opts *o = &t->opts;
	const uint64_t rate = o->schedule.step[0].rate;
	struct rng rng;

	rng_seed(&rng, o->seed, o->number);
	t->phase_tick = rng_below(&rng,
	    rate == 0 ? cable_frame_tick(t->cable, o->frame_bytes - FRAME_FCS)
		      : tick_later(pace_tick(1, TICK_PER_S, rate), 1));
	t->first_lane = t->next = (uint32_t)rng_below(&rng, t->nlane);
}

struct tester *
tester_create(struct cable *cable, unsigned end, const struct flows *flows,
    const struct tester_opts *opts)
{
	struct tester *t = calloc(1, sizeof(*t));

	assert(t != NULL && end < 2 && flows->n >= 1 && flows->n <= FLOWS_MAX &&
	    opts->frame_bytes >= TESTER_MIN &&
	    opts->frame_bytes <= TESTER_MAX_BYTES &&
	    opts->schedule.nstep >= 1 &&
	    opts->schedule.nstep <= SCHEDULE_STEPS);
	t->cable = cable;
	t->end = end;
	t->opts = *opts;
	t->nlane = (uint32_t)flows->n;
	t->lane = calloc(flows->n, sizeof(*t->lane));
	assert(t->lane != NULL);
	make_template(t);
	for (size_t i = 0; i < flows->n; i++)
		make_lane(t, &t->lane[i], &flows->flow[i]);
	t->begin_tick = opts->start_tick +
	    (opts->learn == 0 ? 0 : opts->learn * LEARN_TICK + QUIET_TICK);
	t->warming = opts->warm_tick != 0;
	draw(t);
	plan(t, t->begin_tick);
	t->deadline_tick = TICK_NEVER;
	must(sc_ev_create(act, t, &t->ev));
	must(sc_ev_at(t->ev,
	    opts->learn == 0 ? t->begin_tick : learn_tick(t, 0)));
	return t;
}

void
tester_destroy(struct tester *t)
{
	if (t == NULL)
		return;
	must(sc_ev_cancel(t->ev));
	free(t->lane);
	free(t->sent);
	free(t);
}
