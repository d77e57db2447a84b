/*
 * path.h: execution, without stalls, since a time of late (path.c).
 */
#ifndef CPU_PATH_H
#define CPU_PATH_H

#include "cpu/cpu.h"

enum path_axis { PATH_REAL, PATH_CLOCK };

/* The program time that string operations have taken. */
static inline int64_t
path_strings(const struct cpu *cpu)
{
	return (int64_t)cpu->stats.stall[CPU_REP];
}

static inline __attribute__((always_inline)) void
path_push(struct path *p, int64_t prog, int64_t stalled, int64_t charged)
{
	const struct path_step *top = &p->step[(p->n - 1) % PATH_STEPS];
	struct path_step *step = &p->step[p->n % PATH_STEPS];

	if (p->n != 0 && stalled <= top->by[PATH_REAL] &&
	    charged <= top->by[PATH_CLOCK])
		return;
	step->prog = prog;
	step->by[PATH_REAL] = stalled;
	step->by[PATH_CLOCK] = charged;
	p->n++;
}

/*
 * path_event() itself, for hk_branch(), which calls nothing.  Windows are used nearly
 * in the order in which they were opened.
 */
static inline __attribute__((always_inline)) void
path_write(struct cpu *cpu, int64_t now)
{
	const struct miss *m = &cpu->miss;
	const int64_t rep = path_strings(cpu), prog = now - m->charged;

	if (cpu->path.last != m->event) {
		cpu->path.known = m->event + m->stalled < cpu->path.all_from
		    ? m->event + m->stalled
		    : cpu->path.all_from;
		cpu->path.n = 0;
	}
	cpu->path.last = prog;
	path_push(&cpu->path, m->event - rep, m->stalled + rep,
	    m->charged + rep);
	for (uint32_t i = 0; i < m->nopen; i++)
		if (m->open[i].use <= prog)
			path_push(&cpu->path, m->open[i].use - rep,
			    m->open[i].done - m->open[i].use + rep,
			    m->charged + rep);
}

/* An event at the clock, real time `now': nothing of before will be asked for. */
static inline void
path_start(struct cpu *cpu, int64_t now)
{
	cpu->miss.event = (int64_t)cpu->hot.clock - cpu->miss.charged;
	cpu->path.last = cpu->miss.event;
	cpu->path.known = now;
	cpu->path.n = 0;
}

/* Execution from real time `since' to now, a poll; 0 if it is not known. */
uint64_t path_since(const struct cpu *, uint64_t since);

/* The limit has been set; the clock is ahead of real time by that. */
static inline void
path_limit(struct cpu *cpu, int64_t ahead)
{
	struct path *p = &cpu->path;

	if (ahead == cpu->miss.limit_ahead)
		return;
	cpu->miss.limit_ahead = ahead;
	p->set[++p->nset % PATH_SETS] = (struct path_set){
		(int64_t)cpu->hot.clock - ahead, ahead
	};
}

/* Steps are written down from when on an interrupt may be waiting. */
static inline void
path_next(struct cpu *cpu, int64_t due, int64_t ahead)
{
	if (due == cpu->miss.seen_from)
		return;
	cpu->miss.seen_from = due;
	cpu->path.all_from = miss_later(due, (int64_t)cpu->hot.clock - ahead);
}

#endif
