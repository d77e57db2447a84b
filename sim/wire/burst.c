/*
 * burst.c: the longest burst without loss (burst.h).
 */
#include "wire/burst.h"

/* Where a search begins of which nobody knows where it will end. */
#define FIRST_FRAMES 256

static uint64_t
at_most(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void
burst_begin(struct burst *b, const struct burst_opts *o)
{
	const uint64_t guess = o->guess_frames != 0 ? o->guess_frames
						    : FIRST_FRAMES;

	*b = (struct burst){ .o = *o,
		.next = at_most(guess, o->max_frames),
		/* A guess is nearly right; without one it is twice as much. */
		.step = o->guess_frames != 0 ? guess / 16 + 1 : guess };
}

bool
burst_next(const struct burst *b, uint64_t *frames)
{
	*frames = b->next;
	return b->next != 0;
}

static bool
near(const struct burst *b)
{
	const uint64_t step = (uint64_t)((double)b->hi * b->o.resolution);

	return b->hi - b->lo <= (step > 1 ? step : 1);
}

static uint64_t
up(struct burst *b)
{
	const uint64_t next = at_most(b->lo + b->step, b->o.max_frames);

	b->step *= 2;
	return b->lo == b->o.max_frames ? 0 : next;
}

static uint64_t
down(struct burst *b)
{
	const uint64_t step = at_most(b->step, b->hi / 2);

	b->step *= 2;
	return b->hi - step;
}

void
burst_seen(struct burst *b, bool lost)
{
	b->trials++;
	if (lost)
		b->hi = b->next;
	else
		b->lo = b->next;
	if (b->trials >= b->o.most && !(b->hi != 0 && near(b)))
		b->next = b->lo = 0;
	else if (b->hi == 0)
		b->next = up(b);
	else if (near(b))
		b->next = 0;
	else if (b->lo == 0)
		b->next = down(b);
	else
		b->next = b->lo + (b->hi - b->lo) / 2;
}

uint64_t
burst_frames(const struct burst *b)
{
	return b->lo;
}

bool
burst_at_limit(const struct burst *b)
{
	return b->lo == b->o.max_frames;
}
