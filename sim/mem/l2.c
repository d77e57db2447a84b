/*
 * l2.c: the second-level cache (l2.h).
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
l2_create(size_t bytes)
{
	struct l2 *l2 = calloc(1, sizeof(*l2));

	if (l2 == NULL || !l2_size_ok(bytes))
		abort();
	l2->nset = (uint32_t)(bytes / 64 / L2_WAYS);
	l2->set = aligned_alloc(sizeof(*l2->set), l2->nset * sizeof(*l2->set));
	l2->order = malloc(l2->nset * sizeof(*l2->order));
	if (l2->set == NULL || l2->order == NULL)
		abort();
	for (uint32_t s = 0; s < l2->nset; s++) {
		l2->order[s] = 0;
		for (unsigned way = 0; way < L2_WAYS; way++) {
			l2->order[s] |= (uint64_t)way << 4 * way;
			l2->set[s].tag[way] = WAYS_NONE;
		}
	}
	return l2;
}

void
l2_destroy(struct l2 *l2)
{
	if (l2 == NULL)
		return;
	free(l2->order);
	free(l2->set);
	free(l2);
}

unsigned
l2_insert(struct l2 *l2, uint32_t line, uint32_t *victim)
{
	uint64_t *order = l2_order_of(l2, line);
	struct l2_set *set = l2_set_of(l2, line);
	unsigned way = *order >> 60;

	*order = *order << 4 | way;
	*victim = set->tag[way];
	set->tag[way] = line;
	return way;
}

void
l2_drop(struct l2 *l2, uint32_t line, unsigned way)
{
	uint64_t *order = l2_order_of(l2, line);
	struct l2_set *set = l2_set_of(l2, line);
	uint64_t newer = l2_up_to(*order, way) >> 4; /* than this one */

	assert(set->tag[way] == line);
	set->tag[way] = WAYS_NONE;
	/* The empty way becomes the next victim. */
	*order = (*order & newer) |
	    (*order >> 4 & ~newer & ~(UINT64_C(15) << 60)) |
	    (uint64_t)way << 60;
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
