/*
 * latency.c: all values are kept, and sorted once (latency.h): a run has at the most
 * some millions.
 */
#include <stdlib.h>

#include "core/json_out.h"
#include "core/tick.h"
#include "latency.h"

void
latency_add(struct latency *l, uint64_t tick)
{
	if (l->n == l->room) {
		l->room = l->room == 0 ? 1024 : 2 * l->room;
		l->tick = reallocarray(l->tick, l->room, sizeof(*l->tick));
		if (l->tick == NULL)
			abort();
	}
	l->tick[l->n++] = tick;
	l->sorted = false;
}

void
latency_free(struct latency *l)
{
	free(l->tick);
	*l = (struct latency){ 0 };
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
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
		qsort(l->tick, l->n, sizeof(*l->tick), by_value);
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

json_t *
latency_json(const struct latency_sum *s)
{
	return json_pack("{s:I s:o s:o s:o s:o s:o}", "n", (json_int_t)s->n,
	    "min", json_fixed(s->min_ns, 1), "avg", json_fixed(s->avg_ns, 1),
	    "p50", json_fixed(s->p50_ns, 1), "p99", json_fixed(s->p99_ns, 1),
	    "max", json_fixed(s->max_ns, 1));
}
