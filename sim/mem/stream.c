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

/* The third miss of a stream and those behind it: what to ask for. */
static unsigned
advance(struct stream *st, unsigned i, uint32_t line, int32_t d, uint32_t ahead,
    uint32_t *first, int32_t *step)
{
	int32_t sign = d > 0 ? 1 : -1, done;

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

/*
 * Most misses belong to no stream, and whether they are near an earlier one
 * is nothing that the host can foresee: both cases go one way.
 */
unsigned
stream_miss(struct stream *st, uint32_t line, uint32_t ahead, uint32_t *first,
    int32_t *step)
{
	uint32_t page = line / STREAM_PAGE;
	unsigned found = either(st->page, page, st->across, line) |
	    either(st->page + 4, page, st->across + 4, line) << 4;
	unsigned is_new = found == 0;
	unsigned i = (unsigned)__builtin_ctz(found | 1u << STREAM_N);
	int32_t d;

	i = is_new ? st->victim : i;
	st->victim = (st->victim + is_new) % STREAM_N;
	d = is_new ? 0 : (int32_t)(line - st->s[i].last);
	if (__builtin_expect(d == 0 && !is_new, 0))
		return 0;
	st->s[i].last = line;
	st->page[i] = page;
	if (__builtin_expect(d != 0 && d == st->s[i].step &&
		    abs(d) <= STREAM_STEP,
		0))
		return advance(st, i, line, d, ahead, first, step);
	st->s[i].step = d;
	st->s[i].same = !is_new;
	st->across[i] = NOWHERE;
	return 0;
}
