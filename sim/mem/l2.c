/*
 * l2.c: the second-level cache (l2.h).
 * Callable from call-outs of annotated code and from host code alike.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mem/l2.h"

bool
l2_size_ok(size_t bytes)
{
	size_t nset = bytes / (64 * L2_WAYS);

	return nset != 0 && nset <= 1u << 20 && (nset & (nset - 1)) == 0 &&
	    nset * 64 * L2_WAYS == bytes;
}

static uint32_t *
table(size_t n)
{
	uint32_t *t = aligned_alloc(64, n * sizeof(*t));

	if (t == NULL)
		abort();
	return t;
}

struct l2 *
l2_create(size_t bytes)
{
	struct l2 *l2 = calloc(1, sizeof(*l2));
	size_t ntag = bytes / 64;

	if (l2 == NULL || !l2_size_ok(bytes))
		abort();
	l2->nset = (uint32_t)(ntag / L2_WAYS);
	l2->tag = table(ntag);
	l2->used = table(ntag);
	for (size_t i = 0; i < ntag; i++)
		l2->tag[i] = WAYS_NONE;
	memset(l2->used, 0, ntag * sizeof(*l2->used));
	return l2;
}

void
l2_destroy(struct l2 *l2)
{
	if (l2 != NULL) {
		free(l2->tag);
		free(l2->used);
	}
	free(l2);
}

static unsigned
least_recent(const uint32_t *used)
{
	unsigned way = 0;
	uint32_t least = used[0];

	for (unsigned i = 1; i < L2_WAYS; i++) {
		way = used[i] < least ? i : way;
		least = used[i] < least ? used[i] : least;
	}
	return way;
}

unsigned
l2_insert(struct l2 *l2, uint32_t line, uint32_t *victim)
{
	uint32_t *tag = &l2->tag[l2_set(l2, line)];
	unsigned way = least_recent(&l2->used[l2_set(l2, line)]);

	*victim = tag[way];
	tag[way] = line;
	l2_touch(l2, line, way);
	return way;
}

void
l2_drop(struct l2 *l2, uint32_t line, unsigned way)
{
	size_t i = l2_set(l2, line) + way;

	assert(l2->tag[i] == line);
	l2->tag[i] = WAYS_NONE;
	l2->used[i] = 0;
}

int
l2_find(const struct l2 *l2, uint32_t line)
{
	const uint32_t *tag = &l2->tag[l2_set(l2, line)];

	for (int way = 0; way < L2_WAYS; way++)
		if (tag[way] == line)
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
		renumber_set(&l2->used[(size_t)s * L2_WAYS]);
	l2->now = L2_WAYS;
}
