/*
 * cost_loop.c: find the loops whose blocks are priced together.
 *
 * A chain of values that runs round a loop (the next pointer of a list, say)
 * bounds the loop but not the blocks it is made of.  So innermost loops are
 * looked at as a whole: the natural loop of a head, that is all blocks that
 * reach the head without passing it, where all ways to them lead through the
 * head.  Left out are loops with calls and serialising instructions, which
 * interrupt such chains, and loops that contain another.
 *
 * One way round stands for the loop: from its last back edge upwards, at a
 * join through the block in front of it where there is a choice.
 */
#include <string.h>

#include "cpu/annotate/cost_int.h"
#include "cpu/annotate/xalloc.h"

#define MAX_BODY 64 /* blocks */

struct body {
	struct block *blk[MAX_BODY];
	size_t n;
};

static bool
holds(const struct body *s, const struct block *b)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->blk[i] == b)
			return true;
	return false;
}

/* Can control come from where the graph does not show? */
static bool
is_entry(const struct block *b)
{
	return b->fn_head || b->address_taken || b->npred == 0;
}

/*
 * Add all blocks that reach `from' without passing the head s->blk[0].  False
 * when that leads out of the function or to more than MAX_BODY blocks: then
 * the head does not dominate them.
 */
static bool
gather(struct body *s, struct block *from)
{
	size_t next = s->n;

	if (!holds(s, from))
		s->blk[s->n++] = from;
	for (; next < s->n; next++) {
		struct block *b = s->blk[next];

		if (is_entry(b))
			return false;
		for (size_t k = 0; k < b->npred; k++) {
			if (holds(s, b->pred[k]))
				continue;
			if (s->n == MAX_BODY)
				return false;
			s->blk[s->n++] = b->pred[k];
		}
	}
	return true;
}

/* The body of the loop at head; its last back edge comes from *latch. */
static bool
natural_loop(struct body *s, struct block *head, struct block **latch)
{
	struct body keep;

	s->blk[0] = head;
	s->n = 1;
	*latch = NULL;
	for (size_t k = 0; k < head->npred; k++) {
		struct block *p = head->pred[k];

		keep = *s;
		if (s->n < MAX_BODY && gather(s, p)) {
			if (*latch == NULL || p->id > (*latch)->id)
				*latch = p;
		} else
			*s = keep;
	}
	return *latch != NULL;
}

static bool
interrupts(const struct insn *in, const struct cost_rule *rules)
{
	const struct cost_rule *r;

	if (in->cls == IC_CALL || in->cls == IC_ICALL)
		return true;
	r = cost_rule_of(rules, in);
	return r != NULL && r->kind != CK_MODEL;
}

/* is_head[] says which blocks of the unit head a loop. */
static bool
is_plain_loop(const struct body *s, const bool *is_head,
    const struct cost_rule *rules)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct block *b = s->blk[i];

		if (i > 0 && is_head[b->id])
			return false;
		for (size_t j = 0; j < b->ninsn; j++)
			if (interrupts(b->insns[j], rules))
				return false;
	}
	return true;
}

/* The block that control most likely comes from, inside the loop. */
static struct block *
before(const struct body *s, const struct block *b)
{
	struct block *best = NULL;

	for (size_t k = 0; k < b->npred; k++) {
		struct block *p = b->pred[k];

		if (!holds(s, p))
			continue;
		if (p->fall == b)
			return p;
		if (best == NULL || p->id > best->id)
			best = p;
	}
	return best;
}

/* Order the body: first one way round from the head, then the rest. */
static bool
find_path(struct loop *l, struct body *s, struct block *latch)
{
	struct body way = { .n = 0 }, all;
	struct block *b;

	for (b = latch; b != s->blk[0]; b = before(s, b)) {
		if (b == NULL || holds(&way, b))
			return false;
		way.blk[way.n++] = b;
	}
	all.blk[0] = b;
	for (all.n = 1; all.n <= way.n; all.n++)
		all.blk[all.n] = way.blk[way.n - all.n];
	l->npath = all.n;
	for (size_t i = 1; i < s->n; i++)
		if (!holds(&way, s->blk[i]))
			all.blk[all.n++] = s->blk[i];
	l->nbody = all.n;
	l->body = xalloc(all.n * sizeof(*l->body));
	memcpy(l->body, all.blk, all.n * sizeof(*l->body));
	return true;
}

struct loop *
loops_find(const struct unit *u, const struct cost_rule *rules, size_t *n)
{
	bool *is_head = xalloc((u->nblock + 1) * sizeof(*is_head));
	struct loop *loops = NULL;
	struct body s;
	struct block *latch;

	*n = 0;
	for (size_t i = 0; i < u->nblock; i++)
		is_head[i] = natural_loop(&s, &u->blocks[i], &latch);
	for (size_t i = 0; i < u->nblock; i++) {
		struct loop l = { 0 };

		if (is_head[i] && natural_loop(&s, &u->blocks[i], &latch) &&
		    is_plain_loop(&s, is_head, rules) &&
		    find_path(&l, &s, latch))
			*XPUSH(loops, *n) = l;
	}
	return loops;
}
