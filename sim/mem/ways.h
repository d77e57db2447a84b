/*
 * ways.h: the two operations that a true-LRU set of cache tags is made of.
 *
 * The tags of a set stand in order of use, most recent first; a tag is
 * HK_TAG_STATE | HK_TAG_ORDERED | HK_TAG_LINE (cpu/hook_abi.h).  Finding a line compares all of
 * them, using it moves its tag to the front:
 *
 *	find(B)		A B C D  ->  way 1
 *	front(1)	A B C D  ->  B A C D
 *	front(last)	the same moves the victim to the front, where the
 *			caller overwrites it
 *
 * Each operation exists twice, portable and for AVX2, with equal results on
 * every input (tests/sim/mem/test_ways.c).  Code that uses them is a "body" header that
 * is included once for each VARIANT; VARIANT_FN() names its functions.
 * A way that holds HK_TAG_NONE matches no line, as line numbers have 25 bits.
 */
#ifndef MEM_WAYS_H
#define MEM_WAYS_H

#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

/* Tag fields, as annotated code knows them (HK_TAG_* of cpu/hook_abi.h). */
#define WAYS_LINE    0x1fffffffu
#define WAYS_STATE   30
#define WAYS_ORDERED 0x20000000u /* every access is told to C */
enum ways_state { WAYS_I, WAYS_S, WAYS_E, WAYS_M };
#define WAYS_NONE 0x1fffffffu /* empty: state I, no such line */

#define VARIANT_PASTE_(name, variant) name##_##variant
#define VARIANT_PASTE(name, variant)  VARIANT_PASTE_(name, variant)
#define VARIANT_FN(name)              VARIANT_PASTE(name, VARIANT)

#define WAYS_AVX2_FN __attribute__((target("avx2")))
#define WAYS_INLINE  static inline __attribute__((always_inline, unused))

/* ways_order[n]: the permutation of 8 tags that moves way n to the front. */
extern const uint32_t ways_order[8][8];

WAYS_INLINE unsigned
ways_match4(const uint32_t *t, uint32_t line)
{
	__m128i tags = _mm_loadu_si128((const __m128i *)(const void *)t);
	__m128i lines = _mm_and_si128(tags, _mm_set1_epi32((int)WAYS_LINE));
	__m128i eq = _mm_cmpeq_epi32(lines, _mm_set1_epi32((int)line));

	return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(eq));
}

/* Way of the line among 8, or -1. */
WAYS_INLINE int
ways_find8_portable(const uint32_t *t, uint32_t line)
{
	unsigned m = ways_match4(t, line) | ways_match4(t + 4, line) << 4;

	return m != 0 ? __builtin_ctz(m) : -1;
}

/* The empty asm keeps compilers from calling memmove for a few words. */
WAYS_INLINE void
ways_front8_portable(uint32_t *t, int way)
{
	uint32_t x = t[way];

	for (; way > 0; way--) {
		t[way] = t[way - 1];
		__asm__("" : "+r"(way));
	}
	t[0] = x;
}

WAYS_INLINE WAYS_AVX2_FN uint32_t
ways_match_avx2(__m256i tags, uint32_t line)
{
	__m256i lines = _mm256_and_si256(tags,
	    _mm256_set1_epi32((int)WAYS_LINE));
	__m256i eq = _mm256_cmpeq_epi32(lines, _mm256_set1_epi32((int)line));

	return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(eq));
}

WAYS_INLINE WAYS_AVX2_FN int
ways_find8_avx2(const uint32_t *t, uint32_t line)
{
	uint32_t m = ways_match_avx2(_mm256_loadu_si256((const __m256i *)t),
	    line);

	return m != 0 ? __builtin_ctz(m) : -1;
}

WAYS_INLINE WAYS_AVX2_FN void
ways_front8_avx2(uint32_t *t, int way)
{
	__m256i tags = _mm256_loadu_si256((const __m256i *)t);
	__m256i order = _mm256_load_si256((const __m256i *)(const void *)
		ways_order[way]);

	_mm256_storeu_si256((__m256i *)t,
	    _mm256_permutevar8x32_epi32(tags, order));
}

#endif
