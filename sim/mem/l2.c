/*
 * l2.c: the second-level cache (l2.h), compiled for both variants of ways.h.
 * Callable from call-outs of annotated code and from host code alike.
 */
#include <stdlib.h>
#include <string.h>

#include "mem/l2.h"
#include "mem/ways.h"

#define VARIANT portable
#define VARIANT_ATTR
#include "mem/l2_body.h"
#undef VARIANT
#undef VARIANT_ATTR

#define VARIANT      avx2
#define VARIANT_ATTR WAYS_AVX2_FN
#include "mem/l2_body.h"

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
	l2->tag = aligned_alloc(64, ntag * sizeof(*l2->tag));
	if (l2->tag == NULL)
		abort();
	for (size_t i = 0; i < ntag; i++)
		l2->tag[i] = WAYS_NONE;
	l2_use_avx2(l2, avx2);
	return l2;
}

void
l2_destroy(struct l2 *l2)
{
	if (l2 != NULL)
		free(l2->tag);
	free(l2);
}

void
l2_use_avx2(struct l2 *l2, bool avx2)
{
	l2->fill = avx2 ? fill_avx2 : fill_portable;
	l2->put = avx2 ? put_avx2 : put_portable;
}

uint64_t
l2_count_dirty(const struct l2 *l2)
{
	uint64_t n = 0;

	for (size_t i = 0; i < (size_t)l2->nset * L2_WAYS; i++)
		n += l2->tag[i] >> WAYS_STATE == WAYS_M;
	return n;
}
