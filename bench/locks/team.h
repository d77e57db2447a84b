/*
 * team.h: LWPs, one on each of some CPUs, that do the same at the same time.
 */
#ifndef LOCKS_TEAM_H
#define LOCKS_TEAM_H

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/lwp.h>

#define TEAM_MAX 8

/* Where a team's members run: CPU i, or one CPU of each module first. */
enum team_map { TEAM_DENSE, TEAM_SPREAD };

struct member {
	void (*m_fn)(struct member *); /* what it does */
	void *m_arg;                   /* what it does it to */
	unsigned m_index;              /* 0 .. size - 1 */
	uint64_t m_n;                  /* how often */
	uint64_t m_start, m_end;       /* TSC at the start and at the end */
	lwp_t *m_lwp;
} __aligned(COHERENCY_UNIT);

struct team {
	unsigned t_size;
	enum team_map t_map;
	volatile unsigned t_come; /* members that are ready */
	struct member t_member[TEAM_MAX];
};

/*
 * Runs fn(member), which does something m_n = n times, on `size' CPUs at once
 * and waits for all.  Thread context, may sleep.
 */
void team_run(struct team *, unsigned size, enum team_map, uint64_t n,
    void (*fn)(struct member *), void *arg);

/* TSC cycles from the first member's start to the last one's end. */
uint64_t team_elapsed_cyc(const struct team *);

/* The members' own cycles, added up. */
uint64_t team_sum_cyc(const struct team *);

#endif /* LOCKS_TEAM_H */
