/*
 * latency.c: all values are kept, and sorted once (latency.h): a run has at the most
 * some millions.
 */
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
#include "core/tick.h"
#include "latency.h"

void
latency_grow(struct latency *l)
{
	l->room = l->room == 0 ? 1024 : 2 * l->room;
	l->tick = reallocarray(l->tick, l->room, sizeof(*l->tick));
	if (l->tick == NULL)
		abort();
}

void
latency_free(struct latency *l)
{
	free(l->tick);
	*l = (struct latency){ 0 };
}

/*
 * Ascending, a digit of 11 bits at a time, the lowest first: two of them are the times
 * that frames take, up to 350 us.  Digits that all values have in common need no pass.
 */
#define DIGIT_BITS 11
#define DIGIT_LAST ((1u << DIGIT_BITS) - 1)

static void
sort(uint64_t *v, size_t n)
{
	uint64_t *from = v, *to = malloc(n * sizeof(*v)), *t, differ = 0;

	if (to == NULL)
		abort();
	for (size_t i = 1; i < n; i++)
		differ |= v[i] ^ v[0];
	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
		size_t at[DIGIT_LAST + 2] = { 0 };

		if ((differ >> shift & DIGIT_LAST) == 0)
			continue;
		for (size_t i = 0; i < n; i++)
			at[(from[i] >> shift & DIGIT_LAST) + 1]++;
		for (unsigned b = 1; b <= DIGIT_LAST; b++)
			at[b] += at[b - 1];
		for (size_t i = 0; i < n; i++)
			to[at[from[i] >> shift & DIGIT_LAST]++] = from[i];
		t = from, from = to, to = t;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
	free(from == v ? to : from);
}

static double
ns(uint64_t tick)
{
	return (double)tick / TICK_PER_NS;
}

static double
percentile(const struct latency *l, size_t p)
{
	return ns(l->tick[(l->n * p + 99) / 100 - 1]);
}

struct latency_sum
latency_sum(struct latency *l)
{
	struct latency_sum s = { .n = l->n };
	double all = 0;

	if (l->n == 0)
		return s;
	if (!l->sorted)
		sort(l->tick, l->n);
	l->sorted = true;
	for (size_t i = 0; i < l->n; i++)
		all += ns(l->tick[i]);
	s.min_ns = ns(l->tick[0]);
	s.max_ns = ns(l->tick[l->n - 1]);
	s.avg_ns = all / (double)l->n;
	s.p50_ns = percentile(l, 50);
	s.p99_ns = percentile(l, 99);
	return s;
}

void
latency_print(const struct latency_sum *s, const char *what, FILE *fp)
{
	if (s->n == 0)
		fputs("latency: of no frame, as none came out\n", fp);
	else
		fprintf(fp,
		    "latency, %s, ns: min %.1f avg %.1f p50 %.1f p99 %.1f max "
		    "%.1f\n",
		    what, s->min_ns, s->avg_ns, s->p50_ns, s->p99_ns,
		    s->max_ns);
}

json_t *
latency_json(const struct latency_sum *s)
{
	return json_pack("{s:I s:o s:o s:o s:o s:o}", "n", (json_int_t)s->n,
	    "min", json_fixed(s->min_ns, 1), "avg", json_fixed(s->avg_ns, 1),
	    "p50", json_fixed(s->p50_ns, 1), "p99", json_fixed(s->p99_ns, 1),
	    "max", json_fixed(s->max_ns, 1));
}
