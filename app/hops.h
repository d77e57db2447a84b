/*
 * hops.h: how long frames took from hop to hop (core/hop.h).
 */
#ifndef APP_HOPS_H
#define APP_HOPS_H

#include <stdio.h>

#include "core/frame.h"
#include "latency.h"

struct hops_block;

/* Of each hop: since the latest before it (core/hop.h), so that they add up. */
struct hops {
	struct hops_block *block;          /* the latest; others follow */
	struct latency longer[HOP_COUNT];  /* what a block has no room for */
	struct latency_sum sum[HOP_COUNT]; /* of all frames, if summed */
	bool summed;
};

void hops_add(struct hops *, const struct frame *);
void hops_free(struct hops *);
struct latency_sum hops_sum(struct hops *, enum hop);

/* A row for each hop that frames have passed. */
void hops_print(struct hops *, FILE *);
json_t *hops_json(struct hops *);

/* One frame, all its stamps, a JSON object on a line. */
void hops_log(const struct frame *, FILE *);

#endif
