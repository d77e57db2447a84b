/*
 * l2.c: the second-level cache (l2.h).  Results do not depend on AVX2.
 * Callable from call-outs of annotated code and from host code alike.
 */
#include <assert.h>
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
l2_create(size_t bytes, bool avx2)
{
	struct l2 *l2 = calloc(1, sizeof(*l2));
	size_t ntag = bytes / 64;

	if (l2 == NULL || !l2_size_ok(bytes))
		abort();
	l2->nset = (uint32_t)(ntag / L2_WAYS);
	l2->avx2 = avx2;
	l2->tag = aligned_alloc(64, ntag * sizeof(*l2->tag));
	if (l2->tag == NULL)
		abort();
	for (size_t i = 0; i < ntag; i++)
		l2->tag[i] = WAYS_NONE;
	return l2;
}

void
l2_destroy(struct l2 *l2)
{
	if (l2 != NULL)
		free(l2->tag);
	free(l2);
}

WAYS_AVX2_FN static void
touch_avx2(uint32_t *t, uint32_t line)
{
	int way = ways_find16_avx2(t, line);

	if (way > 0)
		ways_front16_avx2(t, way);
}

void
l2_touch(struct l2 *l2, uint32_t line)
{
	uint32_t *t = l2_set(l2, line);
	int way;

	if (l2->avx2) {
		touch_avx2(t, line);
	} else {
		way = ways_find16_portable(t, line);
		if (way > 0)
			ways_front16_portable(t, way);
	}
	assert((t[0] & WAYS_LINE) == line);
}

WAYS_AVX2_FN static void
last_to_front_avx2(uint32_t *t)
{
	ways_front16_avx2(t, L2_WAYS - 1);
}

uint32_t
l2_insert(struct l2 *l2, uint32_t line, bool dirty)
{
	uint32_t *t = l2_set(l2, line), victim = t[L2_WAYS - 1];

	if (l2->avx2)
		last_to_front_avx2(t);
	else
		ways_front16_portable(t, L2_WAYS - 1);
	t[0] = line | (uint32_t)(dirty ? WAYS_M : WAYS_E) << WAYS_STATE;
	return victim;
}

WAYS_AVX2_FN static int
way_of_avx2(const uint32_t *t, uint32_t line)
{
	return ways_find16_avx2(t, line);
}

static int
way_of(const struct l2 *l2, uint32_t line)
{
	if (l2->avx2)
		return way_of_avx2(l2_set(l2, line), line);
	return ways_find16_portable(l2_set(l2, line), line);
}

void
l2_set_dirty(struct l2 *l2, uint32_t line, bool dirty)
{
	int way = way_of(l2, line);

	assert(way >= 0);
	l2_set(l2, line)[way] = line |
	    (uint32_t)(dirty ? WAYS_M : WAYS_E) << WAYS_STATE;
}

void
l2_drop(struct l2 *l2, uint32_t line)
{
	uint32_t *t = l2_set(l2, line);
	int way = way_of(l2, line);

	assert(way >= 0);
	for (; way < L2_WAYS - 1; way++)
		t[way] = t[way + 1];
	t[L2_WAYS - 1] = WAYS_NONE;
}

enum ways_state
l2_state(const struct l2 *l2, uint32_t line)
{
	int way = way_of(l2, line);

	return way < 0 ? WAYS_I
		       : (enum ways_state)(l2_set(l2, line)[way] >> WAYS_STATE);
}
