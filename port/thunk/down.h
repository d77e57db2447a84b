/*
 * down.h: the machine's side of seam_call().
 */
#ifndef THUNK_DOWN_H
#define THUNK_DOWN_H

#include "run.h"

/* What a down-call may touch; cpu->owner points at it. */
struct run {
	struct image image;
	const struct run_config *config;
	struct run_report *report;
	uint64_t ram_bytes;
	struct smp *smp;
	struct profile *profile;  /* or NULL */
	struct run_measure start; /* counters when the measurement began */
};

/* The HK_FN_SEAM call-out. */
uint64_t down_call(struct cpu *, uint64_t nr, uint64_t a0, uint64_t a1,
    uint64_t a2, uint64_t a3);

/* measure.c: SEAM_OBJECT and SEAM_MEASURE; strings have been copied. */
void measure_object(struct cpu *, const struct run_object *);
void measure(struct cpu *, const char *name, uint64_t n);

#endif
