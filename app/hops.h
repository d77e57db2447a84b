/*
 * hops.h: how long frames took from hop to hop (core/hop.h).
 */
#ifndef APP_HOPS_H
#define APP_HOPS_H

#include <stdio.h>

#include "core/frame.h"
#include "latency.h"

/* Of each hop: since the latest before it (core/hop.h), so that they add up. */
struct hops {
	struct latency at[HOP_COUNT];
};

void hops_add(struct hops *, const struct frame *);
void hops_free(struct hops *);

/* A row for each hop that frames have passed. */
void hops_print(struct hops *, FILE *);
json_t *hops_json(struct hops *);

/* One frame, all its stamps, a JSON object on a line. */
void hops_log(const struct frame *, FILE *);

#endif
