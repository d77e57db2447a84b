/*
 * stream.c: recognise streams of misses (stream.h).
 */
#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>

#include "mem/stream.h"

#define NOWHERE 0x80000000u /* near no line */

void
stream_init(struct stream *st)
{
	memset(st, 0, sizeof(*st));
	for (int i = 0; i < STREAM_N; i++)
		st->s[i].last = st->page[i] = st->across[i] = NOWHERE;
}

/* Bit i: a[i] is x or b[i] is y, of four. */
static inline unsigned
either(const uint32_t *a, uint32_t x, const uint32_t *b, uint32_t y)
{
	__m128i eq_a =
	    _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(const void *)a),
		_mm_set1_epi32((int)x));
	__m128i eq_b =
	    _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(const void *)b),
		_mm_set1_epi32((int)y));

	return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(_mm_or_si128(eq_a,
	    eq_b)));
}

/* The stream of the line's page, or one that comes across to it, or -1. */
static inline int
find(struct stream *st, uint32_t line)
{
	uint32_t page = line / STREAM_PAGE;
	unsigned found = either(st->page, page, st->across, line) |
	    either(st->page + 4, page, st->across + 4, line) << 4;
	unsigned i;

	if (found != 0)
		return __builtin_ctz(found);
	i = st->victim;
	st->victim = (i + 1) % STREAM_N;
	st->s[i].last = line;
	st->s[i].step = 0;
	st->s[i].same = 0;
	st->page[i] = line / STREAM_PAGE;
	st->across[i] = NOWHERE;
	return -1;
}

unsigned
stream_miss(struct stream *st, uint32_t line, uint32_t ahead, uint32_t *first,
    int32_t *step)
{
	int i = find(st, line);
	int32_t d, sign, done;

	if (i < 0 || line == st->s[i].last)
		return 0;
	d = (int32_t)(line - st->s[i].last);
	sign = d > 0 ? 1 : -1;
	st->s[i].last = line;
	st->page[i] = line / STREAM_PAGE;
	if (d != st->s[i].step || abs(d) > STREAM_STEP) {
		st->s[i].step = d;
		st->s[i].same = 1;
		st->across[i] = NOWHERE;
		return 0;
	}
	st->across[i] = line + (uint32_t)d;
	if (st->s[i].same < 2) {
		st->s[i].same = 2;
		st->s[i].next = line + (uint32_t)sign;
	}
	*step = sign;
	done = (int32_t)(st->s[i].next - line) * sign; /* 1: none is ahead */
	if (done < 1) {
		st->s[i].next = line + (uint32_t)sign;
		done = 1;
	}
	*first = st->s[i].next;
	if (done > (int32_t)ahead)
		return 0;
	st->s[i].next = line + (uint32_t)sign * (ahead + 1);
	return ahead + 1 - (uint32_t)done;
}
