/*
 * path.c: the longest way through the code without a poll point.
 *
 * Interrupts are taken where the clock is compared with the CPU's limit, so
 * this is the longest that one can be late (misses and call-outs come on
 * top).  Blocks between polls form a graph without cycles, since every edge
 * that goes back in the file ends at a polled block.
 */
#include "cpu/annotate/annotate.h"
#include "cpu/annotate/xalloc.h"

/*
 * Clock units of the longest path of static block costs between two polls;
 * *at is the block where it ends.
 */
uint32_t
longest_path(const struct unit *u, const struct block **at)
{
	uint32_t *t = xalloc((u->nblock + 1) * sizeof(*t));
	uint32_t best = 0;

	*at = NULL;
	for (size_t i = 0; i < u->nblock; i++) {
		const struct block *b = &u->blocks[i];

		if (b->fn_head || b->loop_head)
			t[i] = 0;
		t[i] += b->cost;
		if (t[i] > best) {
			best = t[i];
			*at = b;
		}
		for (size_t k = 0; k < b->nsucc; k++)
			if (b->succ[k]->id > b->id && t[b->succ[k]->id] < t[i])
				t[b->succ[k]->id] = t[i];
	}
	return best;
}
