/*
 * l2.c: the second-level cache (l2.h).
 * Callable from call-outs of annotated code and from host code alike.
 */
#include <assert.h>
#include <emmintrin.h>
#include <stdlib.h>

#include "mem/l2.h"

bool
l2_size_ok(size_t bytes)
{
	size_t nset = bytes / (64 * L2_WAYS);

	return nset != 0 && nset <= 1u << 20 && (nset & (nset - 1)) == 0 &&
	    nset * 64 * L2_WAYS == bytes;
}

struct l2 *
l2_create(size_t bytes)
{
	struct l2 *l2 = calloc(1, sizeof(*l2));

	if (l2 == NULL || !l2_size_ok(bytes))
		abort();
	l2->nset = (uint32_t)(bytes / 64 / L2_WAYS);
	l2->set = aligned_alloc(sizeof(*l2->set), l2->nset * sizeof(*l2->set));
	if (l2->set == NULL)
		abort();
	for (uint32_t s = 0; s < l2->nset; s++)
		for (int way = 0; way < L2_WAYS; way++) {
			l2->set[s].used[way] = 0;
			l2->set[s].tag[way] = WAYS_NONE;
		}
	return l2;
}

void
l2_destroy(struct l2 *l2)
{
	if (l2 != NULL)
		free(l2->set);
	free(l2);
}

/* The lesser of each pair of signed words. */
static inline __m128i
lesser(__m128i a, __m128i b)
{
	__m128i more = _mm_cmpgt_epi32(a, b);

	return _mm_or_si128(_mm_and_si128(more, b), _mm_andnot_si128(more, a));
}

/* The first of the ways that were not used for the longest time. */
static unsigned
least_recent(const uint32_t used[L2_WAYS])
{
	/* Times are unsigned. */
	const __m128i flip = _mm_set1_epi32((int)0x80000000);
	__m128i part[4], least;
	unsigned found = 0;

	for (int i = 0; i < 4; i++)
		part[i] = _mm_xor_si128(flip,
		    _mm_load_si128((const __m128i *)(const void
			    *)&used[4 * i]));
	least = lesser(lesser(part[0], part[1]), lesser(part[2], part[3]));
	least = lesser(least, _mm_shuffle_epi32(least, 0x4e));
	least = lesser(least, _mm_shuffle_epi32(least, 0xb1));
	for (int i = 0; i < 4; i++)
		found |= (unsigned)_mm_movemask_ps(
			     _mm_castsi128_ps(_mm_cmpeq_epi32(part[i], least)))
		    << 4 * i;
	return (unsigned)__builtin_ctz(found);
}

unsigned
l2_insert(struct l2 *l2, uint32_t line, uint32_t *victim)
{
	struct l2_set *set = l2_set_of(l2, line);
	unsigned way = least_recent(set->used);

	*victim = set->tag[way];
	set->tag[way] = line;
	l2_touch(l2, line, way);
	return way;
}

void
l2_drop(struct l2 *l2, uint32_t line, unsigned way)
{
	struct l2_set *set = l2_set_of(l2, line);

	assert(set->tag[way] == line);
	set->tag[way] = WAYS_NONE;
	set->used[way] = 0;
}

int
l2_find(const struct l2 *l2, uint32_t line)
{
	const struct l2_set *set = l2_set_of(l2, line);

	for (int way = 0; way < L2_WAYS; way++)
		if (set->tag[way] == line)
			return way;
	return -1;
}

/* Ranks instead of times: only the order within a set matters. */
static void
renumber_set(uint32_t *used)
{
	uint32_t rank[L2_WAYS];

	for (unsigned i = 0; i < L2_WAYS; i++) {
		rank[i] = 0;
		for (unsigned k = 0; k < L2_WAYS; k++)
			rank[i] += used[k] < used[i];
	}
	/* An empty way keeps 0, and no line gets it. */
	for (unsigned i = 0; i < L2_WAYS; i++)
		used[i] = used[i] == 0 ? 0 : rank[i] + 1;
}

void
l2_renumber(struct l2 *l2)
{
	for (uint32_t s = 0; s < l2->nset; s++)
		renumber_set(l2->set[s].used);
	l2->now = L2_WAYS;
}
