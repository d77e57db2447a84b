/*
 * rfc2544_repeats.c: back-to-back and recovery, whose results are statistics of repeats
 * (rfc2544.h).
 *
 * RFC 9004: the benchmark is the average of the longest bursts; with the shortest, the
 * longest and the standard deviation (of a sample).  Frames over the wire's rate is the
 * time of the buffer that this implies; but while a burst comes in the device forwards
 * at its throughput, and what is left of that time without it is the corrected one:
 *
 *	implied = average / wire's rate
 *	corrected = implied - implied * throughput / wire's rate
 *
 * with all rates of a direction.  RFC 2544, 26.5, wants the average of recovery times,
 * too; beside it is the median, which a stall of the kernel in one of them moves less.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "core/json_out.h"
#include "rfc2544.h"

struct stats {
	double average, median, min, max, deviation;
};

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
value(const struct rfc2544 *r, const struct rfc2544_cell *c)
{
	return r->o.test == TEST_BACK_TO_BACK ? (double)c->frames
					      : (double)c->recovery_ns / 1e9;
}

/* Sorts. */
static struct stats
stats_of(double *v, unsigned n)
{
	struct stats s = { 0 };
	double squares = 0;

	qsort(v, n, sizeof(*v), by_value);
	s.min = v[0];
	s.max = v[n - 1];
	s.median = (v[(n - 1) / 2] + v[n / 2]) / 2;
	for (unsigned i = 0; i < n; i++)
		s.average += v[i] / n;
	for (unsigned i = 0; i < n; i++)
		squares += (v[i] - s.average) * (v[i] - s.average);
	s.deviation = n > 1 ? sqrt(squares / (n - 1)) : 0;
	return s;
}

static struct stats
stats(const struct rfc2544 *r, size_t subject, unsigned k)
{
	const unsigned n = r->o.repeats;
	double *v = calloc(n, sizeof(*v));
	struct stats s;

	if (v == NULL)
		abort();
	for (unsigned i = 0; i < n; i++)
		v[i] = value(r, &rfc2544_nth(r, subject, i)->cell[k]);
	s = stats_of(v, n);
	free(v);
	return s;
}

static double
implied_s(const struct rfc2544_cell *c, double frames)
{
	return frames / rfc2544_max_pps(c->size);
}

static double
corrected_s(const struct rfc2544_cell *c, double frames)
{
	const double s = implied_s(c, frames);

	return s - s * c->pps / rfc2544_max_pps(c->size);
}

/* Of the repeats, those of which it is true. */
static unsigned
number_of(const struct rfc2544 *r, size_t subject, unsigned k,
    bool (*is)(const struct rfc2544_cell *))
{
	unsigned n = 0;

	for (unsigned i = 0; i < r->o.repeats; i++)
		n += is(&rfc2544_nth(r, subject, i)->cell[k]);
	return n;
}

static bool
at_limit(const struct rfc2544_cell *c)
{
	return c->at_limit;
}

static bool
not_recovered(const struct rfc2544_cell *c)
{
	return !c->recovered;
}

static bool
not_overloaded(const struct rfc2544_cell *c)
{
	return c->overload_lost == 0;
}

/* ---- JSON --------------------------------------------------------------------------- */

static json_t *
stats_json(const struct stats *s, int decimals)
{
	json_t *j = json_object();

	json_put_fixed(j, "average", s->average, decimals + 3);
	json_put_fixed(j, "median", s->median, decimals + 1);
	json_put_fixed(j, "min", s->min, decimals);
	json_put_fixed(j, "max", s->max, decimals);
	json_put_fixed(j, "deviation", s->deviation, decimals + 3);
	return j;
}

static json_t *
once_json(const struct rfc2544 *r, const struct rfc2544_cell *c)
{
	json_t *j;

	if (r->o.test == TEST_BACK_TO_BACK)
		return json_integer((json_int_t)c->frames);
	j = json_object();
	json_put_seconds(j, "s", c->recovery_ns);
	json_put(j, "overload_lost", c->overload_lost);
	json_put(j, "after_lost", c->after_lost);
	json_object_set_new(j, "recovered", json_boolean(c->recovered));
	return j;
}

static json_t *
bursts_json(const struct rfc2544 *r, size_t subject, unsigned k)
{
	const struct rfc2544_cell *c = &rfc2544_first(r, subject)->cell[k];
	const struct stats s = stats(r, subject, k);
	json_t *j = json_object();

	json_object_set_new(j, "frames", stats_json(&s, 0));
	json_put_fixed(j, "implied_buffer_s", implied_s(c, s.average), 9);
	json_put_fixed(j, "corrected_buffer_s", corrected_s(c, s.average), 9);
	json_put(j, "at_limit", number_of(r, subject, k, at_limit));
	return j;
}

static json_t *
recovery_json(const struct rfc2544 *r, size_t subject, unsigned k)
{
	const struct rfc2544_cell *c = &rfc2544_first(r, subject)->cell[k];
	const struct stats s = stats(r, subject, k);
	json_t *j = json_object();

	json_put_fixed(j, "overload_pps", c->overload_pps, 3);
	json_object_set_new(j, "seconds", stats_json(&s, 6));
	json_put(j, "not_recovered", number_of(r, subject, k, not_recovered));
	json_put(j, "not_overloaded", number_of(r, subject, k, not_overloaded));
	return j;
}

void
repeats_json(const struct rfc2544 *r, size_t subject, unsigned k, json_t *j)
{
	const bool bursts = r->o.test == TEST_BACK_TO_BACK;
	json_t *of = json_null(), *each;

	if (rfc2544_applies(&rfc2544_first(r, subject)->cell[k])) {
		of = bursts ? bursts_json(r, subject, k)
			    : recovery_json(r, subject, k);
		each = json_array();
		for (unsigned i = 0; i < r->o.repeats; i++)
			json_array_append_new(each,
			    once_json(r, &rfc2544_nth(r, subject, i)->cell[k]));
		json_object_set_new(of, "each", each);
	}
	json_object_set_new(j, bursts ? "back_to_back" : "recovery", of);
}

/* ---- tables ---------------------------------------------------------------------------- */

static void
each_cell(const struct rfc2544 *r, FILE *fp,
    void (*one)(const struct rfc2544 *, size_t subject, unsigned k, FILE *))
{
	for (size_t i = 0; i < r->nsubject; i++)
		for (unsigned k = 0; k < r->o.nsize; k++)
			one(r, i, k, fp);
}

static void
csv_line(const struct rfc2544 *r, size_t subject, unsigned k, FILE *fp)
{
	const struct rfc2544_cell *c = &rfc2544_first(r, subject)->cell[k];
	const struct stats s = stats(r, subject, k);

	fprintf(fp, "%s,%u,%.3f", r->name[subject], c->size, c->fps);
	if (!rfc2544_applies(c))
		fputs(",,,,,,,\n", fp);
	else if (r->o.test == TEST_BACK_TO_BACK)
		fprintf(fp, ",%.3f,%.0f,%.0f,%.3f,%.9f,%.9f,%u\n", s.average,
		    s.min, s.max, s.deviation, implied_s(c, s.average),
		    corrected_s(c, s.average),
		    number_of(r, subject, k, at_limit));
	else
		fprintf(fp, ",%.3f,%.9f,%.9f,%.9f,%.9f,%u,%u\n",
		    c->overload_pps, s.average, s.median, s.min, s.max,
		    number_of(r, subject, k, not_recovered),
		    number_of(r, subject, k, not_overloaded));
}

void
repeats_csv(const struct rfc2544 *r, FILE *fp)
{
	fputs("scenario,frame_size,throughput_fps,", fp);
	fputs(r->o.test == TEST_BACK_TO_BACK
		? "average,min,max,deviation,implied_s,corrected_s,at_limit\n"
		: "overload_pps,average_s,median_s,min_s,max_s,not_recovered,"
		  "not_overloaded\n",
	    fp);
	each_cell(r, fp, csv_line);
}

/* ---- text ------------------------------------------------------------------------------ */

static void
note(unsigned n, unsigned of, const char *what, FILE *fp)
{
	if (n != 0)
		fprintf(fp, "  %u of %u %s", n, of, what);
}

static void
text_line(const struct rfc2544 *r, size_t subject, unsigned k, FILE *fp)
{
	const struct rfc2544_cell *c = &rfc2544_first(r, subject)->cell[k];
	const struct stats s = stats(r, subject, k);
	const unsigned n = r->o.repeats;

	fprintf(fp, "%-6u %-16s", c->size, r->name[subject]);
	if (!rfc2544_applies(c)) {
		fputs(c->pps == 0
			? " not applicable: no rate passed\n"
			: " not applicable: it forwards the wire's rate\n",
		    fp);
		return;
	}
	if (r->o.test == TEST_BACK_TO_BACK) {
		fprintf(fp, " %10.1f %8.0f %8.0f %8.1f %11.1f %12.1f",
		    s.average, s.min, s.max, s.deviation,
		    implied_s(c, s.average) * 1e6,
		    corrected_s(c, s.average) * 1e6);
		note(number_of(r, subject, k, at_limit), n,
		    "at the limit: give a longer --burst", fp);
	} else {
		fprintf(fp, " %12.1f %10.1f %10.1f %10.1f %10.1f",
		    c->overload_pps / 1e3, s.median * 1e6, s.min * 1e6,
		    s.max * 1e6, s.average * 1e6);
		note(number_of(r, subject, k, not_recovered), n,
		    "did not recover: give a longer --recover", fp);
		note(number_of(r, subject, k, not_overloaded), n,
		    "lost nothing in overload", fp);
	}
	fputc('\n', fp);
}

void
repeats_text(const struct rfc2544 *r, FILE *fp)
{
	const struct rfc2544_opts *o = &r->o;

	if (o->test == TEST_BACK_TO_BACK)
		fprintf(fp,
		    "RFC 9004 back-to-back frames of each direction: longest "
		    "burst without loss, %u repeats (the RFC: 50), each burst "
		    "into a machine that is warm and empty; up to %g s, in "
		    "steps of at least a frame or %g %%\n\n"
		    "%-6s %-16s %10s %8s %8s %8s %11s %12s\n",
		    o->repeats, (double)o->burst_ns / 1e9, o->resolution * 100,
		    "frame", "scenario", "average", "min", "max", "std dev",
		    "implied us", "corrected us");
	else
		fprintf(fp,
		    "RFC 2544 system recovery: %g s (the RFC: 60) at 110 %% of "
		    "the throughput, or the wire's rate; then half of that for "
		    "%g s; from there to the last frame that was lost, %u "
		    "repeats; kf/s are of the overload, in each direction\n\n"
		    "%-6s %-16s %12s %10s %10s %10s %10s\n",
		    (double)o->overload_ns / 1e9, (double)o->recover_ns / 1e9,
		    o->repeats, "frame", "scenario", "kf/s each", "median us",
		    "min us", "max us", "average us");
	each_cell(r, fp, text_line);
}
