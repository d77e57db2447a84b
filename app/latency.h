/*
 * latency.h: how long things took: least, mean, greatest and percentiles, exact.
 */
#ifndef APP_LATENCY_H
#define APP_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

struct latency {
	uint64_t *tick; /* one for each; unsorted until it is asked for */
	size_t n, room;
	bool sorted;
};

/* Room for more than there are. */
void latency_grow(struct latency *);

static inline void
latency_add(struct latency *l, uint64_t tick)
{
	if (l->n == l->room)
		latency_grow(l);
	l->tick[l->n++] = tick;
	l->sorted = false;
}

void latency_free(struct latency *);

struct latency_sum {
	double min_ns, avg_ns, p50_ns, p99_ns, max_ns; /* 0 when n is 0 */
	size_t n;
};
/* The p-th percentile is the least value that p % are not above. */
struct latency_sum latency_sum(struct latency *);

/* A line: from what to what it is, or that there is none. */
void latency_print(const struct latency_sum *, const char *what, FILE *);
/* { n, min, avg, p50, p99, max }, ns with one decimal.  A new reference. */
json_t *latency_json(const struct latency_sum *);

#endif
