/*
 * cost_loop.c: find the loops whose blocks are priced together.
 *
 * A chain of values that runs round a loop (the next pointer of a list, say)
 * bounds the loop but not the blocks it is made of.  So innermost loops are
 * looked at as a whole: the natural loop of a head, that is all blocks that
 * reach the head's back edges without passing the head.  Left out are loops
 * with calls and serialising instructions, which interrupt such chains, and
 * loops that contain another.
 *
 * One way round stands for the loop: from its last back edge upwards, at a
 * join through the block in front of it where there is a choice.
 */
#include "cpu/annotate/cost_int.h"
#include "cpu/annotate/xalloc.h"

#define MAX_BODY 64 /* blocks; longer loops gain nothing */

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

		if (p->id < head->id)
			continue;
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

static bool
is_plain_loop(const struct body *s, const struct cost_rule *rules)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct block *b = s->blk[i];

		for (size_t k = 0; k < b->npred; k++) /* an inner loop? */
			if (i > 0 && b->pred[k]->id >= b->id &&
			    holds(s, b->pred[k]))
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

static bool
find_path(struct loop *l, const struct body *s, struct block *latch)
{
	struct block *way[MAX_BODY], *b = latch;
	size_t n = 0;

	for (; b != s->blk[0]; b = before(s, b)) {
		if (b == NULL || n == MAX_BODY - 1)
			return false;
		way[n++] = b;
	}
	way[n++] = b;
	l->path = xalloc(n * sizeof(*l->path));
	l->npath = n;
	for (size_t i = 0; i < n; i++)
		l->path[i] = way[n - 1 - i];
	return true;
}

struct loop *
loops_find(const struct unit *u, const struct cost_rule *rules, size_t *n)
{
	struct loop *loops = NULL;

	*n = 0;
	for (size_t i = 0; i < u->nblock; i++) {
		struct body s;
		struct block *latch;
		struct loop l = { 0 };

		if (!natural_loop(&s, &u->blocks[i], &latch) ||
		    !is_plain_loop(&s, rules) || !find_path(&l, &s, latch))
			continue;
		l.nbody = s.n;
		l.body = xalloc(s.n * sizeof(*l.body));
		for (size_t k = 0; k < s.n; k++)
			l.body[k] = s.blk[k];
		*XPUSH(loops, *n) = l;
	}
	return loops;
}
