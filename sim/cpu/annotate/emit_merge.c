/*
 * emit_merge.c: regions, where one check answers for several accesses.
 *
 * merge.c says which.  A region is printed twice:
 *
 *	in its place		its twin, out of line
 *
 *	check a and c
 *	  -- fails -->		check a, or call out
 *	a			a
 *	check b
 *	  -- fails -->		check b, or call out
 *	b			b
 *	...			...
 *				check c, or call out
 *			<--
 *	c
 *
 * So every access that calls out does it as it would by itself: with all in
 * front of it executed and nothing behind it.  In the twin each access has a
 * check of its own, except where it is known to fail.
 *
 * The twins of function f have no .loc and no CFI, but a name, f.twin.
 */
#include <string.h>

#include "cpu/annotate/emit.h"
#include "cpu/hook_abi.h"

static const char *
r4(int r)
{
	return reg_name(r, 4);
}

static bool
is_read(enum access kind)
{
	return kind == ACC_READ;
}

static void
print(struct emit *e, const struct insn *in)
{
	e->sets_df |= strcmp(in->mn, "std") == 0;
	ins(e->out, "%s", in->text);
}

/* ---- in its place ---------------------------------------------------------- */

/* The address of the first byte that the check covers. */
static void
lowest_address(struct emit *e, const struct insn *in, const struct scratch *s)
{
	const struct operand *o = in->mem[0].op;

	if (in->merge->below == 0)
		address_begin(e->out, in, &in->mem[0], s);
	else
		ins(e->out, "leal\t%s%+d%s, %s", o->disp, -in->merge->below,
		    o->text + strlen(o->disp), r4(s->ea));
}

static void
check_for_all(struct emit *e, struct insn *in)
{
	const struct merge *m = in->merge;
	regset_t live = live_before(in);
	struct scratch s;

	scratch_get(e, in, &s);
	lowest_address(e, in, &s);
	flags_open(e, e->out, live);
	filter_check(e->out, &s, m->kind,
	    64 - m->span + (e->o.brk == BREAK_SPAN));
	ins(e->out, "ja\t.Lrgc%u", m->label);
	flags_close(e, e->out, live);
	scratch_put(e, &s);
}

/* ---- the twin ---------------------------------------------------------------- */

/*
 * Where the check for all goes when it fails: to label n + 1, in front of the
 * check of this access, or behind that.  Behind it if it would pass (label
 * n), or call out.
 */
static void
enter_twin(struct emit *e, const struct insn *in, const struct scratch *s,
    unsigned n)
{
	const struct memacc *a = &in->mem[0];
	const struct merge *m = in->merge;
	bool same = is_read(m->kind) == is_read(a->kind);

	fprintf(e->cold, ".Lrgc%u:\n", m->label);
	if (same && m->span > a->size) {
		ins(e->cold, "cmpl\t$%d, %s", 64 - a->size - m->below,
		    r4(s->ea));
		ins(e->cold, "jbe\t.Lrgb%u", n);
	}
	filter_undo(e->cold, s, m->kind);
	if (m->below != 0)
		ins(e->cold, "addl\t$%d, %s", m->below, r4(s->ea));
	if (same)
		cold_access(e, in, a, s, n);
	else
		ins(e->cold, "jmp\t.Lrgb%u", n + 1);
}

/* An access whose check may fail in the region itself. */
static void
lead_in_twin(struct emit *e, struct insn *in, bool first)
{
	const struct memacc *a = &in->mem[0];
	bool same = is_read(in->merge->kind) == is_read(a->kind);
	regset_t live = live_before(in);
	unsigned n = e->nlabel;
	struct scratch s;

	e->nlabel += 2;
	scratch_pick(e, in, &s);
	enter_twin(e, in, &s, n);
	if (!first) { /* the first one comes from the region only */
		scratch_save(e, &s);
		address_begin(e->out, in, a, &s);
		flags_open(e, e->out, live);
	}
	if (!first || !same) {
		fprintf(e->out, ".Lrgb%u:\n", n + 1);
		filter_check(e->out, &s, a->kind, 64 - a->size);
		ins(e->out, "ja\t.Lrgc%u", n);
		fprintf(e->cold, ".Lrgc%u:\n", n);
		filter_undo(e->cold, &s, a->kind);
		cold_access(e, in, a, &s, n);
	}
	fprintf(e->out, ".Lrgb%u:\n", n);
	flags_close(e, e->out, live);
	scratch_put(e, &s);
}

static void
check_alone(struct emit *e, struct insn *in)
{
	struct scratch s;

	scratch_get(e, in, &s);
	hook_access(e, in, &in->mem[0], &s, false);
	scratch_put(e, &s);
}

static void
emit_twin(struct emit *e, const struct block *b, struct merge_region *r)
{
	FILE *out = e->out;

	e->out = e->twin;
	r->label = e->nlabel++;
	if (e->twin_of == NULL) {
		e->twin_of = b->fn->name;
		ins(e->out, ".type\t%s" EMIT_TWIN ", @function", e->twin_of);
		fprintf(e->out, "%s" EMIT_TWIN ":\n", e->twin_of);
	}
	for (size_t i = r->first; i <= r->last; i++) {
		struct insn *in = b->insns[i];

		if (in->merge->role == MERGE_LEAD) {
			in->merge->label = e->nlabel++;
			lead_in_twin(e, in, i == r->first);
		} else if (in->merge->role == MERGE_COVERED)
			check_alone(e, in);
		if (i < r->last && (i > r->first || e->o.brk != BREAK_COPY))
			print(e, in);
	}
	ins(e->out, "jmp\t.Lrgb%u", r->label);
	e->out = out;
}

/* Print an instruction of a region; with the first one, the twin of all. */
void
emit_merged(struct emit *e, struct insn *in)
{
	struct merge_region *r = in->merge->region;
	const struct block *b = in->blk;

	if (in == b->insns[r->first])
		emit_twin(e, b, r);
	if (in->merge->role == MERGE_LEAD)
		check_for_all(e, in);
	if (in == b->insns[r->last])
		fprintf(e->out, ".Lrgb%u:\n", r->label);
	print(e, in);
}
