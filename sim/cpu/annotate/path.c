/*
 * path.c: the longest way through the code without a poll point.
 *
 * Interrupts are taken where the clock is compared with the CPU's limit, so
 * this is the longest that one can be late (misses and call-outs come on
 * top).  Blocks between polls form a graph without cycles, since every edge
 * that goes back in the file ends at a polled block.
 *
 * A call polls at the entry of the function, and comes back as long after a
 * poll as the function's last one is before its return: its tail.  Tails are
 * found by repeating the walk until none grows.  One that still does when
 * every function had its turn comes from a recursion, whose way back through
 * all the frames has no poll at all: that is told, and what the second walk
 * found is given.  Functions of other files have no tail here.
 */
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/xalloc.h"

struct paths {
	const struct unit *u;
	const struct func **callee; /* of the call that ends the block */
	uint32_t *since;            /* the last poll, at a block's head */
	uint32_t *tail;             /* of each function */
	uint32_t best;
	const struct block *at;
	bool grows;
};

static const struct func *
find_callee(const struct unit *u, const struct block *b)
{
	const struct insn *in = b->insns[b->ninsn - 1];

	if (in->cls != IC_CALL)
		return NULL;
	for (size_t i = 0; i < u->nfunc; i++)
		if (strcmp(u->funcs[i].name, in->op[0].text) == 0)
			return &u->funcs[i];
	return NULL;
}

static void
raise_tail(struct paths *p, const struct func *f, uint32_t t)
{
	uint32_t *tail = &p->tail[f - p->u->funcs];

	if (t > *tail) {
		*tail = t;
		p->grows = true;
	}
}

/* Time since the last poll on the way from b, which takes `out', to s. */
static uint32_t
at_successor(const struct paths *p, const struct block *b,
    const struct block *s, uint32_t out)
{
	enum insn_class cls = b->insns[b->ninsn - 1]->cls;
	const struct func *f = p->callee[b->id];

	if (s != b->fall || (cls != IC_CALL && cls != IC_ICALL))
		return out;
	return f != NULL ? p->tail[f - p->u->funcs] : 0;
}

static void
walk_block(struct paths *p, const struct block *b)
{
	uint32_t out;

	if (b->fn_head || b->loop_head)
		p->since[b->id] = 0;
	out = p->since[b->id] + b->cost;
	if (out > p->best) {
		p->best = out;
		p->at = b;
	}
	if (b->insns[b->ninsn - 1]->cls == IC_RET)
		raise_tail(p, b->fn, out);
	for (size_t k = 0; k < b->nsucc; k++) {
		const struct block *s = b->succ[k];
		uint32_t t = at_successor(p, b, s, out);

		if (s->fn != b->fn) /* it returns for this function */
			raise_tail(p, b->fn, p->tail[s->fn - p->u->funcs]);
		if (s->id > b->id && p->since[s->id] < t)
			p->since[s->id] = t;
	}
}

/*
 * Clock units of the longest path of static block costs between two polls;
 * *at is the block where it ends, *recursion whether a recursion may make it
 * longer.
 */
uint32_t
longest_path(const struct unit *u, const struct block **at, bool *recursion)
{
	struct paths p = { .u = u,
		.callee = xalloc((u->nblock + 1) * sizeof(*p.callee)),
		.since = xalloc((u->nblock + 1) * sizeof(*p.since)),
		.tail = xalloc((u->nfunc + 1) * sizeof(*p.tail)),
		.grows = true };
	uint32_t second = 0;

	for (size_t i = 0; i < u->nblock; i++)
		p.callee[i] = find_callee(u, &u->blocks[i]);
	for (size_t turn = 0; p.grows && turn < u->nfunc + 2; turn++) {
		p.grows = false;
		for (size_t i = 0; i < u->nblock; i++)
			walk_block(&p, &u->blocks[i]);
		if (turn == 1)
			second = p.best;
	}
	*recursion = p.grows;
	*at = p.at;
	return p.grows ? second : p.best;
}
