/*
 * litmus.h: what the litmus tests share: eight roles, one CPU for each.
 *
 * A test's body runs once for each role; which CPU has a role is the
 * image's argument map=01234567, and the body cannot find out.  So a map that
 * only renames CPUs may change nothing that is reported.
 */
#ifndef LITMUS_H
#define LITMUS_H

#include <stdbool.h>

#include <seam.h>

#define NROLE 8

struct role {
	uint32_t index;
	uint32_t turn; /* barriers passed */
	uint32_t rounds;
	bool broken;   /* the twin: leave the protection out */
	uint64_t seed; /* of the delays */
	uint64_t seen; /* digest of all values read */
	uint64_t took; /* TSC cycles */
	uint64_t bad;  /* forbidden outcomes */
} __attribute__((aligned(64)));

struct cell {
	volatile uint64_t v;
} __attribute__((aligned(64)));

struct litmus {
	const char *name; /* of argument test= */
	void (*body)(struct role *);
	/* With all roles back: forbidden outcomes seen in memory. */
	uint64_t (*check)(const struct role *);
	uint32_t rounds;
};
extern const struct litmus litmus_tests[]; /* the last has no name */

/* All roles meet. */
void litmus_meet(struct role *);

/* Up to 63 turns of a loop. */
static inline void
delay(struct role *r)
{
	r->seed ^= r->seed << 13;
	r->seed ^= r->seed >> 7;
	r->seed ^= r->seed << 17;
	for (uint64_t n = r->seed >> 20 & 63; n > 0; n--)
		__asm__ volatile("");
}

static inline uint64_t
saw(struct role *r, uint64_t v)
{
	r->seen = (r->seen ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return v;
}

/* The TSC, once all loads before it are done. */
static inline uint64_t
now(void)
{
	uint32_t lo, hi;

	__asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

#endif
