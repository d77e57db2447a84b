/*
 * search.c: the highest rate that a device keeps up with (search.h).
 */
#include <math.h>

#include "wire/search.h"

#define LEAST_PPS   1.0
#define FINAL_STEPS 4

void
search_begin(struct search *s, const struct search_opts *o)
{
	*s = (struct search){ .o = *o, .next = o->max_pps };
}

bool
search_next(const struct search *s, struct search_trial *t)
{
	const uint64_t longest_ns = s->o.final_ns != 0 ? s->o.final_ns
						       : s->o.long_ns;
	const uint64_t length_ns[] = { [SEARCH_OVER] = 0,
		[SEARCH_TOP] = s->o.short_ns,
		[SEARCH_TOP_LONG] = longest_ns,
		[SEARCH_APPROACH] = s->o.short_ns,
		[SEARCH_CONFIRM] = s->o.long_ns,
		[SEARCH_FINAL] = longest_ns };
	const bool is_long = length_ns[s->phase] != s->o.short_ns;

	if (s->phase == SEARCH_OVER)
		return false;
	*t = (struct search_trial){ .pps = s->next,
		.duration_ns = length_ns[s->phase],
		.stop_at_loss = is_long && s->o.loss == 0 };
	return true;
}

double
search_rate(const struct search *s)
{
	return s->found ? s->lo : 0;
}

static bool
near(const struct search *s)
{
	return s->hi > 0 && s->hi - s->lo <= s->o.resolution * s->hi;
}

/* A whole rate inside of (lo, hi), or none is left. */
static bool
try_rate(struct search *s, double pps)
{
	const double hi = s->hi > 0 ? s->hi : s->o.max_pps;

	pps = floor(pps);
	if (pps <= s->lo || pps >= hi)
		pps = floor((s->lo + hi) / 2);
	s->next = fmax(pps, LEAST_PPS);
	return s->next > s->lo && s->next < hi;
}

/*
 * The next step up (1) or down (-1): twice the last one if that way; else a resolution,
 * or more if much lies between the bounds.  Final trials are dear, those that pass most,
 * and what is found is mostly near: the first few steps down do not grow, so that the
 * first that passes is the last one.
 */
static double
stride(struct search *s, int way)
{
	const double wide = s->lo > 0 ? (s->hi - s->lo) / s->lo / 16 : 0;

	s->row = s->way == way ? s->row + 1 : 0;
	if (s->row == 0)
		s->step = fmax(wide, s->o.resolution);
	else if (s->phase != SEARCH_FINAL || s->row >= FINAL_STEPS)
		s->step = fmin(2 * s->step, 0.5);
	s->way = way;
	return s->step;
}

static void
over(struct search *s)
{
	s->phase = SEARCH_OVER;
}

/* ---- long trials -------------------------------------------------------------------- */

static void
confirm(struct search *s, double pps)
{
	s->phase = SEARCH_CONFIRM;
	s->lo = 0;
	s->hi = 0;
	s->way = 0;
	if (!try_rate(s, pps))
		over(s);
}

/* What was found is to pass the final trial, too; what has failed fails that. */
static void
finish(struct search *s)
{
	s->phase = SEARCH_FINAL;
	s->next = s->lo;
	s->lo = 0;
	s->way = 0;
	s->found = false;
}

static void
confirmed(struct search *s, bool pass)
{
	double pps;

	if (pass) {
		s->lo = s->next;
		s->found = true;
	} else
		s->hi = s->next;
	if (s->found && near(s)) {
		if (s->phase == SEARCH_FINAL || s->o.final_ns == 0)
			over(s);
		else
			finish(s);
		return;
	}
	if (!s->found)
		pps = ceil(s->next * (1 - stride(s, -1)));
	else if (s->hi == 0)
		pps = s->next * (1 + stride(s, 1));
	else
		pps = (s->lo + s->hi) / 2;
	if (!try_rate(s, pps))
		over(s);
}

/* ---- short trials ------------------------------------------------------------------- */

static void
approached(struct search *s, const struct search_seen *seen)
{
	const bool pass = (double)seen->lost <=
		s->o.loss * (double)seen->sent &&
	    seen->forwarded_pps >= s->next * (1 - s->o.loss) * (1 - s->o.slack);
	double pps;

	if (pass)
		s->lo = s->next;
	else
		s->hi = s->next;
	if (near(s) || floor(s->hi) <= LEAST_PPS) {
		confirm(s, s->lo > 0 ? s->lo : s->hi * (1 - s->o.resolution));
		return;
	}
	if (pass)
		pps = s->next * (1 + stride(s, 1));
	else
		pps = fmin(seen->forwarded_pps, s->next * (1 - stride(s, -1)));
	if (!try_rate(s, pps))
		confirm(s, s->lo);
}

/* ---- what came of a trial -------------------------------------------------------------- */

static void
top(struct search *s, const struct search_seen *seen)
{
	const bool pass = (double)seen->lost <= s->o.loss * (double)seen->sent;

	if (pass && s->phase == SEARCH_TOP) {
		s->phase = SEARCH_TOP_LONG;
		return;
	}
	if (pass) {
		s->lo = s->next;
		s->found = true;
		over(s);
		return;
	}
	if (s->o.guess_pps > 0 && s->o.guess_pps < s->next) {
		confirm(s, s->o.guess_pps);
		return;
	}
	s->phase = SEARCH_APPROACH;
	approached(s,
	    &(struct search_seen){
		.sent = 1, .lost = 1, .forwarded_pps = seen->forwarded_pps });
}

void
search_seen(struct search *s, const struct search_seen *seen)
{
	s->trials++;
	switch (s->phase) {
	case SEARCH_TOP:
	case SEARCH_TOP_LONG:
		top(s, seen);
		break;
	case SEARCH_APPROACH:
		approached(s, seen);
		break;
	case SEARCH_CONFIRM:
	case SEARCH_FINAL:
		confirmed(s,
		    (double)seen->lost <= s->o.loss * (double)seen->sent);
		break;
	case SEARCH_OVER:
		break;
	}
	if (s->trials >= s->o.most && s->phase != SEARCH_OVER) {
		s->found = false;
		over(s);
	}
}
