/*
 * path.c: how much of an interrupt's wait was execution (path.h).
 *
 * The longest path between two polls is program time (miss.c: P): costs of blocks,
 * no stalls.  A wait is real time, from `since' to the poll that ends it:
 *
 *	since		 R = P + S(P): S is a stair, it rises where there are stalls
 *	|  miss   fetch	 poll
 *	|--####---####---|	execution: P(poll) - P(since)
 *
 * So the steps of S are written down, each when the next event begins, and P(since)
 * is looked up when the wait is over; `since' may lie ahead of the CPU's clock when
 * the message comes.  String operations advance P and are no cost of a block: here
 * they are stalls.
 *
 * Polls compare the clock, which runs ahead of R by stalls that are still to come.
 * The limit is set so much later; when those stalls have passed it stays, and no poll
 * calls until the clock is there.  Stalls put off, not execution: it counts from when
 * the clock has come to since + ahead, if that is later.
 *
 * Steps are written down while an interrupt is due (miss.h: seen_from), and at polls
 * that find one; polls that find none begin anew.  If the message came when R was
 * beyond `since' already, at the end of a window, and there were events between,
 * P(since) is not known: 0.
 */
#include "cpu/path.h"
#include "cpu/sysregs.h"

void
path_event(struct cpu *cpu, int64_t now)
{
	path_write(cpu, now);
}

void
path_due(struct cpu *cpu, int64_t now)
{
	if (miss_look(&cpu->miss, now) >= cpu->miss.seen_from)
		path_event(cpu, now);
}

/*
 * The program time, without strings, at which that axis is at `at'.  Before the first
 * step, that is in the stall which it ends.
 */
static int64_t
when(const struct path *p, enum path_axis axis, int64_t at)
{
	const unsigned room = p->n < PATH_STEPS ? (unsigned)p->n : PATH_STEPS;
	int64_t next = INT64_MAX, prog = at;

	for (unsigned i = 1; i <= room; i++) {
		const struct path_step *s = &p->step[(p->n - i) % PATH_STEPS];

		prog = at - s->by[axis];
		if (prog >= s->prog)
			return prog < next ? prog : next;
		next = s->prog;
	}
	return p->n > PATH_STEPS ? prog : next;
}

/* By how much the limit was late that was in force then. */
static int64_t
ahead_of(const struct path *p, int64_t at)
{
	const struct path_set *s = NULL;

	for (unsigned i = 0; i < PATH_SETS; i++) {
		s = &p->set[(p->nset - i) % PATH_SETS];
		if (s->at <= at)
			break;
	}
	return s->ahead;
}

uint64_t
path_since(const struct cpu *cpu, uint64_t since)
{
	const int64_t now = (int64_t)cpu->hot.clock - cpu->miss.charged -
	    path_strings(cpu);
	const struct path *p = &cpu->path;
	const int64_t at = (int64_t)since;
	const int64_t ahead = ahead_of(p, at);
	int64_t then = when(p, PATH_REAL, at),
		late = when(p, PATH_CLOCK, at + ahead);

	if (at < p->known)
		return 0;
	if (late > then && ahead > 0)
		then = late;
	return now > then ? (uint64_t)(now - then) : 0;
}
