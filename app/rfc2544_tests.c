/*
 * rfc2544_tests.c: the tests of `rangeley rfc2544' (rfc2544.h).
 *
 *	throughput	RFC 2544, 26.1: the search of sim/wire/search.h
 *	loss		26.3: 100 %, 90 % ... until two in a row lose nothing
 *	back-to-back	26.4 as RFC 9004 has it: the longest burst at the wire's rate
 *			that loses nothing, by the search of sim/wire/burst.h
 *	recovery	26.5: 110 % of the throughput for a while, or the wire's rate if
 *			that is lower, and then half of it; from the change to the last
 *			frame that was lost
 *
 * The last two need the throughput of the size first.  Where that is the wire's rate
 * nothing overloads the machine, and they do not apply.
 */
#include <math.h>

#include "core/json_out.h"
#include "rfc2544.h"

#define OVERHEAD_BYTES 20 /* preamble, SFD and gap */
#define OVERLOAD       1.1
#define RECOVERY       0.5 /* part of the overload */

const char *
rfc2544_test_name(enum rfc2544_test t)
{
	static const char *const name[] = { "throughput", "loss",
		"back-to-back", "recovery" };

	return name[t];
}

double
rfc2544_max_pps(unsigned size)
{
	return 1e9 / ((size + OVERHEAD_BYTES) * 8);
}

unsigned
rfc2544_directions(const struct rfc2544_opts *o)
{
	return o->one_way ? 1 : 2;
}

bool
rfc2544_applies(const struct rfc2544_cell *c)
{
	return c->pps > 0 && c->pps < rfc2544_max_pps(c->size);
}

struct rfc2544_column *
rfc2544_nth(const struct rfc2544 *r, size_t subject, unsigned nth)
{
	return &r->column[nth * r->nsubject + subject];
}

struct rfc2544_column *
rfc2544_first(const struct rfc2544 *r, size_t subject)
{
	return rfc2544_nth(r, subject, 0);
}

static struct rfc2544_cell *
cell(struct rfc2544_column *c)
{
	return &c->cell[c->at];
}

static double
real(const json_t *said, const char *key)
{
	return json_number_value(json_object_get(said, key));
}

/* ---- throughput ----------------------------------------------------------------------- */

void
rfc2544_begin_cell(struct rfc2544_column *c)
{
	const struct rfc2544_opts *o = &c->of->o;
	const bool alone = o->test == TEST_THROUGHPUT && c->repeat != 0;
	struct search_opts s = { .max_pps = rfc2544_max_pps(o->size[c->at]),
		.short_ns = o->short_ns,
		.long_ns = alone ? o->repeat_ns : o->long_ns,
		.final_ns = alone ? 0 : o->final_ns,
		.resolution = o->resolution,
		.slack = o->resolution / 2,
		.loss = o->loss[c->loss],
		.most = o->most };

	if (c->at > 0)
		s.guess_pps = c->cell[c->at - 1].fps / rfc2544_directions(o);
	*cell(c) = (struct rfc2544_cell){ .size = o->size[c->at],
		.theoretical_fps = s.max_pps * rfc2544_directions(o) };
	search_begin(&c->search, &s);
	c->tenths = 10;
	c->lossless = false;
	if (o->test == TEST_LOSS) {
		cell(c)->points = json_array();
		cell(c)->rated = true;
	}
}

static void
rate(struct rfc2544_column *c, double pps, double failed_pps)
{
	cell(c)->rated = true;
	cell(c)->pps = pps;
	cell(c)->fps = pps * rfc2544_directions(&c->of->o);
	cell(c)->failed_pps = failed_pps;
}

/* A trial, or it is rated, or it waits for the first column to be, which is its guess. */
static bool
next_rate(struct rfc2544_column *c)
{
	const struct rfc2544 *r = c->of;
	const struct rfc2544_cell *f = &rfc2544_first(r,
	    c->loss * r->o.nscenario + c->scenario)
					    ->cell[c->at];
	struct search_trial t;

	if (c->repeat != 0 && !f->rated)
		return false;
	if (c->repeat != 0 && r->o.test != TEST_THROUGHPUT) {
		rate(c, f->pps, f->failed_pps);
		return false;
	}
	if (c->repeat != 0 && c->search.trials == 0)
		c->search.o.guess_pps = f->pps;
	if (!search_next(&c->search, &t)) {
		rate(c, search_rate(&c->search), c->search.hi);
		return false;
	}
	c->trial = (struct rfc2544_trial){ .pps[0] = t.pps,
		.duration_ns[0] = t.duration_ns,
		.nstep = 1,
		.stop_at_loss = t.stop_at_loss };
	return true;
}

static void
seen_rate(struct rfc2544_column *c, json_t *said)
{
	const double found = search_rate(&c->search);
	struct search_seen s = { .sent = (uint64_t)real(said, "tx"),
		.lost = (uint64_t)real(said, "lost"),
		.forwarded_pps = real(said, "forwarded_fps") /
		    rfc2544_directions(&c->of->o) };

	search_seen(&c->search, &s);
	if (search_rate(&c->search) > found) { /* this one decided */
		json_decref(cell(c)->trial);
		cell(c)->trial = json_incref(said);
		cell(c)->trial_ns = c->trial.duration_ns[0];
	}
}

/* ---- frame loss rate -------------------------------------------------------------------- */

static bool
next_loss(struct rfc2544_column *c)
{
	if (c->tenths == 0)
		return false;
	c->trial = (struct rfc2544_trial){ .pps[0] = c->tenths == 10
		    ? c->search.o.max_pps
		    : floor(c->search.o.max_pps * c->tenths / 10),
		.duration_ns[0] = c->search.o.long_ns,
		.nstep = 1 };
	return true;
}

static void
seen_loss(struct rfc2544_column *c, const json_t *said)
{
	const bool none = real(said, "lost") == 0;
	const double tx = real(said, "tx");
	json_t *p = json_object();

	json_put(p, "offered_percent", c->tenths * 10);
	json_put(p, "tx", (uint64_t)tx);
	json_put(p, "lost", (uint64_t)real(said, "lost"));
	json_put_fixed(p, "loss_percent",
	    tx > 0 ? 100 * real(said, "lost") / tx : 0, 4);
	json_array_append_new(cell(c)->points, p);
	if (none)
		cell(c)->fps = fmax(cell(c)->fps,
		    c->trial.pps[0] * rfc2544_directions(&c->of->o));
	c->tenths = none && c->lossless ? 0 : c->tenths - 1;
	c->lossless = none;
	cell(c)->trial_ns = c->trial.duration_ns[0];
}

/* ---- back-to-back ------------------------------------------------------------------------ */

static void
begin_burst(struct rfc2544_column *c)
{
	const struct rfc2544_opts *o = &c->of->o;
	const double pps = rfc2544_max_pps(cell(c)->size);
	struct burst_opts b = {
		/* One less: it begins after a phase of up to a frame. */
		.max_frames = (uint64_t)
		    fmax(pps * (double)o->burst_ns / 1e9 - 1, 1),
		.guess_frames = c->at > 0 ? c->cell[c->at - 1].frames : 0,
		.resolution = o->resolution,
		.most = o->most
	};

	burst_begin(&c->burst, &b);
}

static bool
next_burst(struct rfc2544_column *c)
{
	uint64_t n;

	if (c->burst.o.max_frames == 0)
		begin_burst(c);
	if (burst_next(&c->burst, &n)) {
		c->trial = (struct rfc2544_trial){
			.pps[0] = rfc2544_max_pps(cell(c)->size),
			.duration_ns[0] = c->of->o.burst_ns,
			.nstep = 1,
			.frames = n
		};
		return true;
	}
	cell(c)->frames = burst_frames(&c->burst);
	cell(c)->at_limit = burst_at_limit(&c->burst);
	c->burst = (struct burst){ 0 };
	return false;
}

/* ---- recovery ------------------------------------------------------------------------------ */

static bool
next_recovery(struct rfc2544_column *c)
{
	const struct rfc2544_opts *o = &c->of->o;
	const double wire = rfc2544_max_pps(cell(c)->size);
	const double pps = fmin(floor(cell(c)->pps * OVERLOAD), wire);

	if (cell(c)->overload_pps != 0)
		return false;
	c->trial = (struct rfc2544_trial){ .pps = { pps,
					       floor(pps * RECOVERY) },
		.duration_ns = { o->overload_ns, o->recover_ns },
		.nstep = 2 };
	return true;
}

static uint64_t
lost_in_step(const json_t *said, unsigned step)
{
	return (uint64_t)real(json_array_get(json_object_get(said, "steps"),
				  step),
	    "lost");
}

/* It has, if nothing was lost in the second half of the time. */
static void
seen_recovery(struct rfc2544_column *c, const json_t *said)
{
	const struct rfc2544_opts *o = &c->of->o;
	const double after = real(said, "last_lost_ns") -
	    (double)o->overload_ns; /* 0, if null, is long before */

	cell(c)->overload_pps = c->trial.pps[0];
	cell(c)->overload_lost = lost_in_step(said, 0);
	cell(c)->after_lost = lost_in_step(said, 1);
	cell(c)->recovery_ns = (uint64_t)fmax(after, 0);
	cell(c)->recovered = cell(c)->recovery_ns <= o->recover_ns / 2;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool
next_trial(struct rfc2544_column *c)
{
	const enum rfc2544_test test = c->of->o.test;

	if (!cell(c)->rated && next_rate(c))
		return true;
	if (!cell(c)->rated || test == TEST_THROUGHPUT)
		return false;
	if (test == TEST_LOSS)
		return next_loss(c);
	if (!rfc2544_applies(cell(c)))
		return false;
	return test == TEST_BACK_TO_BACK ? next_burst(c) : next_recovery(c);
}

bool
rfc2544_want(struct rfc2544_column *c)
{
	struct rfc2544 *r = c->of;

	while (c->at < r->o.nsize) {
		if (next_trial(c))
			return true;
		if (!cell(c)->rated)
			return false; /* it waits */
		r->cells++;
		progress_step(&r->progress, r->cells);
		if (++c->at < r->o.nsize)
			rfc2544_begin_cell(c);
	}
	return false;
}

void
rfc2544_seen(struct rfc2544_column *c, json_t *said)
{
	c->wanted = false;
	cell(c)->trials++;
	if (!cell(c)->rated)
		seen_rate(c, said);
	else if (c->of->o.test == TEST_LOSS)
		seen_loss(c, said);
	else if (c->of->o.test == TEST_RECOVERY)
		seen_recovery(c, said);
	else
		burst_seen(&c->burst, real(said, "lost") != 0);
}
