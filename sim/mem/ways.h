/*
 * ways.h: the two operations that a true-LRU set of cache tags is made of.
 *
 * The tags of a set stand in order of use, most recent first; a tag is
 * HK_TAG_STATE | HK_TAG_OWN | HK_TAG_ORDERED | HK_TAG_LINE (cpu/hook_abi.h).  Finding a
 * line compares all of them, using it moves its tag to the front:
 *
 *	find(B)		A B C D  ->  way 1
 *	front(1)	A B C D  ->  B A C D
 *	front(last)	the same moves the victim to the front, where the
 *			caller overwrites it
 *
 * The image's thunks do the same with AVX2 (annotate/thunks.c).  A way that
 * holds HK_TAG_NONE matches no line, as line numbers have 25 bits.
 */
#ifndef MEM_WAYS_H
#define MEM_WAYS_H

#include <emmintrin.h>
#include <stdbool.h>
#include <stdint.h>

/* Tag fields, as annotated code knows them (HK_TAG_* of cpu/hook_abi.h). */
#define WAYS_LINE    0x0fffffffu
#define WAYS_STATE   30
#define WAYS_OWN     0x20000000u /* with E: M, and every write is told to C */
#define WAYS_ORDERED 0x10000000u /* every access is told to C */
enum ways_state { WAYS_I, WAYS_S, WAYS_E, WAYS_M };
#define WAYS_NONE 0x0fffffffu /* empty: state I, no such line */

/* M, in either of its forms, is all that is not below E | OWN. */
static inline bool
ways_dirty(uint32_t tag)
{
	return tag >= ((uint32_t)WAYS_E << WAYS_STATE | WAYS_OWN);
}

static inline enum ways_state
ways_state(uint32_t tag)
{
	return ways_dirty(tag) ? WAYS_M : (enum ways_state)(tag >> WAYS_STATE);
}

/* Bit i: tag i of four is the line's. */
static inline unsigned
ways_match4(const uint32_t *t, uint32_t line)
{
	__m128i tags = _mm_loadu_si128((const __m128i *)(const void *)t);
	__m128i lines = _mm_and_si128(tags, _mm_set1_epi32((int)WAYS_LINE));
	__m128i eq = _mm_cmpeq_epi32(lines, _mm_set1_epi32((int)line));

	return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(eq));
}

/* Way of the line among 8, or -1. */
static inline int
ways_find8(const uint32_t *t, uint32_t line)
{
	unsigned m = ways_match4(t, line) | ways_match4(t + 4, line) << 4;

	return m != 0 ? __builtin_ctz(m) : -1;
}

/* The empty asm keeps compilers from calling memmove for a few words. */
static inline void
ways_front8(uint32_t *t, int way)
{
	uint32_t x = t[way];

	for (; way > 0; way--) {
		t[way] = t[way - 1];
		__asm__("" : "+r"(way));
	}
	t[0] = x;
}

/*
 * The tag at `way' of six goes out; the last way is empty then.
 *
 *	out(1)		A B C D E F  ->  A C D E F -
 */
static inline void
ways_out6(uint32_t *t, int way)
{
	const __m128i *at = (const __m128i *)(const void *)t;
	const __m128i *next = (const __m128i *)(const void *)(t + 1);
	__m128i stay = _mm_cmplt_epi32(_mm_set_epi32(3, 2, 1, 0),
	    _mm_set1_epi32(way));
	__m128i four = _mm_or_si128(_mm_and_si128(stay, _mm_loadu_si128(at)),
	    _mm_andnot_si128(stay, _mm_loadu_si128(next)));

	t[4] = t[4 + (way < 5)];
	t[5] = WAYS_NONE;
	_mm_storeu_si128((__m128i *)(void *)t, four);
}

#endif
