/*
 * profile_work.h: which lines were written for which object; a part of profile.c.
 *
 * Each object that somebody works for has the set of lines written for it, and each
 * context of a CPU one of its own for what it does before it knows for whom.  A write
 * adds its line to the set of the writer's context.  When that names its object, its
 * own set is poured into the object's.
 */
#ifndef CPU_PROFILE_WORK_H
#define CPU_PROFILE_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "cpu/profile.h"

#define WORK_CPUS     8
#define WORK_CONTEXTS 8 /* of a CPU, that are remembered */
#define WORK_LINES \
	512 /* of a set, a power of 2; what is more counts each time */

struct work_lines {
	unsigned n;
	uint32_t line[WORK_LINES];
};

struct work_set {
	uint64_t object;
	struct work_lines lines;
	uint16_t place[2 * WORK_LINES]; /* hash: index in lines + 1; 0 free */
	struct work_set *next;          /* of works.old */
	UT_hash_handle hh;
};

/* One context of a CPU. */
struct work {
	uint64_t context;
	struct work_set own;
	struct work_set *now; /* NULL: for nobody */
	struct work_set *before;
};

struct works {
	bool any;
	struct work_set *set; /* by object */
	struct work_set *old; /* of objects that are no more; a list */
	struct work work[WORK_CPUS][WORK_CONTEXTS];
	unsigned next[WORK_CPUS]; /* to be forgotten for a new context */
};

void works_clear(struct works *);
struct work *works_find(struct works *, unsigned cpu, uint64_t context);

/* Is this line one more for what is worked for? */
bool work_write(struct work *, uint32_t line);

/* profile_work(); lines that thereby have been counted twice for an object. */
struct work_lines work_change(struct works *, struct work *, enum profile_work,
    uint64_t object);

#endif
