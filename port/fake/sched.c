/*
 * sched.c: whose turn is next.
 *
 * fake_next() is called between turns.  It wakes those who have something to
 * wake for and asks the policy.  When nobody can run the
 * clock jumps to the next timer or message; there being none, the caller
 * decides what that means.
 *
 * A CPU in MWAIT is woken when its line is not what it was when MONITOR looked
 * at it.  Hardware also wakes it when somebody stores what is there already;
 * software must not rely on sleeping through that, nor can it rely on waking,
 * as the store may have come just before MONITOR.
 */
#include <inttypes.h>
#include <string.h>

#include "fake_int.h"

/* Turns are not longer than this while others sleep in MWAIT: they look. */
#define LOOK_STEPS 256

/* pct: a CPU that has kept everybody waiting for so long becomes the lowest. */
#define STARVED_STEPS 20000

static uint64_t
draw(struct fake *f)
{
	uint64_t x = (f->rng += UINT64_C(0x9e3779b97f4a7c15));

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* 0..n-1 */
static uint64_t
below(struct fake *f, uint64_t n)
{
	return (uint64_t)((unsigned __int128)draw(f) * n >> 64);
}

/* ---- seeds -------------------------------------------------------------------- */

static void
draw_priorities(struct fake *f)
{
	for (unsigned i = 0; i < f->ncpu; i++) {
		unsigned k = (unsigned)below(f, i + 1);

		f->cpu[i]->priority = f->cpu[k]->priority;
		f->cpu[k]->priority = (int64_t)i;
	}
	f->lowest = 0;
	f->nchange = f->depth - 1;
	f->next_change = 0;
	for (unsigned i = 0; i < f->nchange; i++) {
		uint64_t at = f->report.steps + below(f, f->length);
		unsigned k = i;

		for (; k > 0 && f->change[k - 1] > at; k--)
			f->change[k] = f->change[k - 1];
		f->change[k] = at;
	}
}

const char *
fake_policy_name(enum fake_policy p)
{
	static const char *const name[] = { "mixed", "random", "pct", "round" };

	return name[p];
}

void
fake_seed(struct fake *f, uint64_t seed)
{
	static const uint32_t means[] = { 2, 8, 32, 128 };
	static const uint32_t lengths[] = { 100, 1000, 10000, 100000 };
	const struct fake_config *c = f->config;

	f->seed = f->rng = seed;
	f->policy = c->policy;
	f->mean = c->mean != 0 ? c->mean : 8;
	f->depth = c->depth != 0 ? c->depth : 3;
	f->length = c->length != 0 ? c->length : 20000;
	if (f->depth > FAKE_MAX_DEPTH)
		f->depth = FAKE_MAX_DEPTH;
	if (f->policy == FAKE_MIXED) {
		uint64_t k = below(f, 5);

		f->policy = k < 4 ? FAKE_RANDOM : FAKE_PCT;
		if (k < 4 && c->mean == 0)
			f->mean = means[k];
		if (k == 4 && c->length == 0)
			f->length = lengths[below(f, 4)];
	}
	if (f->policy == FAKE_PCT)
		draw_priorities(f);
}

const char *
fake_seed_text(const struct fake *f)
{
	static char text[32];

	snprintf(text, sizeof(text), "%s %" PRIu32, fake_policy_name(f->policy),
	    f->policy == FAKE_PCT ? f->depth : f->mean);
	return text;
}

/* ---- who can run ----------------------------------------------------------------- */

static void
look_at_line(struct fake_cpu *c)
{
	if (c->monitoring && !c->was_stored &&
	    memcmp(c->seen, (const void *)(uintptr_t)c->monitor, FAKE_LINE) !=
		0)
		c->was_stored = true;
}

static void
wake(struct fake_cpu *c)
{
	look_at_line(c);
	if (c->state == FAKE_SLEEPS && (c->was_stored || fake_interrupt_due(c)))
		c->state = FAKE_RUNS;
}

/* Those who can run, as bits. */
static unsigned
runnable(struct fake *f)
{
	unsigned set = 0;

	for (unsigned i = 0; i < f->ncpu; i++) {
		wake(f->cpu[i]);
		if (f->cpu[i]->state == FAKE_RUNS)
			set |= 1u << i;
	}
	return set;
}

/* When the next sleeper may be woken: its timer, a message, the probe's. */
static uint64_t
next_wake(const struct fake *f)
{
	uint64_t t = LAPIC_NEVER;

	for (unsigned i = 0; i < f->ncpu; i++) {
		const struct fake_cpu *c = f->cpu[i];

		if (c->state != FAKE_SLEEPS || (c->flags & RFLAGS_IF) == 0)
			continue;
		if (lapic_next(&c->lapic) < t)
			t = lapic_next(&c->lapic);
		if (f->probe.due < t)
			t = f->probe.due;
		if (f->probe.alarm_due < t)
			t = f->probe.alarm_due;
	}
	return t;
}

/* ---- policies --------------------------------------------------------------------- */

static unsigned
bits(unsigned set)
{
	return (unsigned)__builtin_popcount(set);
}

/* The k-th of the set. */
static struct fake_cpu *
member(struct fake *f, unsigned set, uint64_t k)
{
	for (; k > 0; k--)
		set &= set - 1;
	return f->cpu[__builtin_ctz(set)];
}

/* Who has said PAUSE lets others go first. */
static unsigned
without_yielder(const struct fake *f, unsigned set)
{
	unsigned rest = set;

	if (f->running->yields)
		rest &= ~(1u << f->running->id);
	return rest != 0 ? rest : set;
}

static bool
anybody_looks(const struct fake *f)
{
	for (unsigned i = 0; i < f->ncpu; i++)
		if (f->cpu[i]->monitoring)
			return true;
	return false;
}

static struct fake_cpu *
next_random(struct fake *f, unsigned set)
{
	struct fake_cpu *c;

	set = without_yielder(f, set);
	c = member(f, set, bits(set) > 1 ? below(f, bits(set)) : 0);
	c->granted = (int64_t)below(f, 2 * (uint64_t)f->mean - 1);
	if (bits(set) == 1 && !anybody_looks(f))
		c->granted = LOOK_STEPS;
	return c;
}

static struct fake_cpu *
next_round(struct fake *f, unsigned set)
{
	unsigned behind = set & ~((2u << f->running->id) - 1);
	struct fake_cpu *c = member(f, behind != 0 ? behind : set, 0);

	c->granted = (int64_t)f->mean - 1;
	return c;
}

/* Changes that are due, PAUSE and starvation lower the one that ran. */
static void
change_priority(struct fake *f, unsigned set)
{
	struct fake_cpu *c = f->running;
	bool lower = c->yields;

	while (f->next_change < f->nchange &&
	    f->report.steps >= f->change[f->next_change]) {
		f->next_change++;
		lower = true;
	}
	if (bits(set) < 2)
		c->alone = 0;
	if (c->alone >= STARVED_STEPS)
		lower = true;
	if (lower) {
		c->priority = --f->lowest;
		c->alone = 0;
	}
}

static struct fake_cpu *
next_pct(struct fake *f, unsigned set)
{
	struct fake_cpu *best = NULL;
	uint64_t steps = LOOK_STEPS;

	change_priority(f, set);
	for (; set != 0; set &= set - 1) {
		struct fake_cpu *c = f->cpu[__builtin_ctz(set)];

		if (best == NULL || c->priority > best->priority)
			best = c;
	}
	if (best != f->running)
		best->alone = 0;
	if (f->next_change < f->nchange &&
	    f->change[f->next_change] - f->report.steps < steps)
		steps = f->change[f->next_change] - f->report.steps;
	best->alone += steps;
	best->granted = (int64_t)steps - 1;
	return best;
}

struct fake_cpu *
fake_next(struct fake *f)
{
	struct fake_cpu *c;
	unsigned set;

	fake_probe_advance(f);
	while ((set = runnable(f)) == 0) {
		uint64_t t = next_wake(f);

		if (t == LAPIC_NEVER || f->config->by_hand)
			return NULL;
		if (t > f->now)
			f->now = t;
		fake_probe_advance(f);
	}
	switch (f->policy) {
	case FAKE_PCT:
		c = next_pct(f, set);
		break;
	case FAKE_ROUND:
		c = next_round(f, set);
		break;
	default:
		c = next_random(f, set);
		break;
	}
	c->hot.left = c->granted;
	return c;
}
