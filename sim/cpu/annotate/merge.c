/*
 * merge.c: accesses of a block that one check of the L1D filter answers for.
 *
 * An inline check passes when the line accessed is the most recently used of
 * its set, and changes nothing then.  So as long as all checks pass, what was
 * true of a line stays true, and a second access to that line, a few
 * instructions later, needs no check of its own:
 *
 *	movq	8(%rdi), %rax		checked: bytes 8..31 of rdi are in the
 *	movq	(%rsi), %rdx		checked  most recent line of their set
 *	movq	24(%rdi), %rcx		not checked
 *	movl	16(%rdi), %ebx		not checked
 *
 * Accesses that share a check are a group: same base and index, displacements
 * near each other, and reads only, or a write and what follows it.  Base and index are compared by value: every register has
 * a number for what it holds and what was added to it since, so a copy of a
 * register, or a sum with a constant, is as good as the register.  Numbers are
 * modulo 2^32, as addresses are.
 *
 * When a check fails, nothing is known any more, since C may change every
 * cache and may let other CPUs run.  So the emitter prints these instructions
 * twice, once as above and once with a check at each access; a failing check of
 * the first leads to its place in the second (emit_merge.c).  What is printed
 * twice is a region: from the first access of a group to the last one of that
 * group, or of others that overlap with it.
 *
 * Nothing may be in a region that calls out by itself, nor hand-written code,
 * which may have labels and sections of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/xalloc.h"

#define LINE_BYTES 64
#define MOST_BYTES 32 /* of a group */

/* What a register holds: an unknown number and a known one. */
struct value {
	unsigned id;
	uint32_t plus;
};
struct values {
	struct value reg[16];
	unsigned nid;
};

/* Where an access begins: the unknown part, and a distance from it. */
struct place {
	unsigned base, index; /* ids, 0: none */
	int scale;
	const char *symbol; /* of the displacement, or all of it */
	size_t nsymbol;
	int32_t at;
};

struct group {
	struct place place;
	int32_t from, to;   /* bytes that it covers; place.at is the first
			       access's */
	size_t first, last; /* in the block */
	enum access kind;
	size_t n;
};

/* ---- values of registers ------------------------------------------------ */

static void
values_begin(struct values *v)
{
	for (int r = 0; r < 16; r++)
		v->reg[r] = (struct value){ ++v->nid, 0 };
}

/* A register that is copied or read as a number of 32 bits, or more. */
static bool
is_wide(const struct operand *o)
{
	return o->type == OP_REG && o->size >= 4;
}

/* mn is `name' with a suffix for four or eight bytes, or none. */
static bool
is_op(const struct insn *in, const char *name)
{
	size_t n = strlen(name);

	return in->nop == 2 && strncmp(in->mn, name, n) == 0 &&
	    (in->mn[n] == '\0' || strcmp(in->mn + n, "l") == 0 ||
		strcmp(in->mn + n, "q") == 0) &&
	    is_wide(&in->op[1]) && in->op[1].reg < 16;
}

/* The displacement's number; its symbol, if any, to *symbol and *n. */
static int32_t
split_displacement(const char *disp, const char **symbol, size_t *n)
{
	const char *number = disp;
	char *end;
	long long v;

	*symbol = disp;
	*n = 0;
	if (*disp == '\0')
		return 0;
	if (strchr("+-0123456789", *disp) == NULL) {
		number = disp + strcspn(disp, "+-");
		*n = (size_t)(number - disp);
	}
	v = *number == '\0' ? 0 : strtoll(number, &end, 0);
	if ((*number == '\0' || *end == '\0') && v == (int32_t)v)
		return (int32_t)v;
	*n = strlen(disp); /* something else: all of it is a name */
	return 0;
}

/* lea of a register and a number. */
static bool
is_sum(const struct insn *in, int32_t *number)
{
	const struct operand *o = &in->op[0];
	const char *symbol;
	size_t n;

	if (!is_op(in, "lea") || o->type != OP_MEM || o->index != R_NONE ||
	    o->base < 0 || o->base >= 16)
		return false;
	*number = split_displacement(o->disp, &symbol, &n);
	return n == 0;
}

/* What the register written by this instruction holds, if that is known. */
static bool
new_value(const struct values *v, const struct insn *in, struct value *to)
{
	const struct operand *src = &in->op[0];
	int32_t number;

	if (is_op(in, "mov") && is_wide(src) && src->reg < 16) {
		*to = v->reg[src->reg];
		return true;
	}
	if (is_sum(in, &number)) {
		*to = v->reg[src->base];
		to->plus += (uint32_t)number;
		return true;
	}
	if (src->type != OP_IMM || !src->imm_known)
		return false;
	if (is_op(in, "add") || is_op(in, "sub")) {
		*to = v->reg[in->op[1].reg];
		to->plus += (uint32_t)(in->mn[0] == 'a' ? src->imm : -src->imm);
		return true;
	}
	return false;
}

static void
values_step(struct values *v, const struct insn *in)
{
	struct value to;
	bool known = new_value(v, in, &to);
	regset_t written = in->wr | in->def;

	if (in->impl.kind != ACC_NONE)
		written |= RBIT(R_SP);
	for (int r = 0; r < 16; r++)
		if (written & RBIT(r))
			v->reg[r] = (struct value){ ++v->nid, 0 };
	if (known)
		v->reg[in->op[1].reg] = to;
}

/* ---- groups ------------------------------------------------------------- */

static struct place
place_of(const struct values *v, const struct operand *o)
{
	struct place p = { .scale = o->scale };
	uint32_t at = (uint32_t)split_displacement(o->disp, &p.symbol,
	    &p.nsymbol);

	if (o->base >= 0 && o->base < 16) {
		p.base = v->reg[o->base].id;
		at += v->reg[o->base].plus;
	} else if (o->base == R_IP) {
		p.base = UINT32_MAX;
	}
	if (o->index >= 0) {
		p.index = v->reg[o->index].id;
		at += v->reg[o->index].plus * (uint32_t)o->scale;
	}
	p.at = (int32_t)at;
	return p;
}

static bool
same_place(const struct place *a, const struct place *b)
{
	return a->base == b->base && a->index == b->index &&
	    (a->index == 0 || a->scale == b->scale) &&
	    a->nsymbol == b->nsymbol &&
	    memcmp(a->symbol, b->symbol, a->nsymbol) == 0;
}

/*
 * Should one check look at these bytes?  A check that fails because they lie in
 * two lines fails for ever, so the group is one that a line is likely to hold,
 * as it does when the base is the beginning of one.
 */
static bool
likely_in_line(int64_t from, int64_t to)
{
	return to - from <= MOST_BYTES &&
	    (from & -LINE_BYTES) == ((to - 1) & -LINE_BYTES);
}

/* Take an access into the group, if that is wise. */
static bool
join(struct group *g, const struct place *p, const struct memacc *a, size_t at)
{
	int64_t from = p->at, to = (int64_t)p->at + a->size;

	if (!same_place(&g->place, p))
		return false;
	from = g->from < from ? g->from : from;
	to = g->to > to ? g->to : to;
	/* A line that was read is often clean: the first write would fail. */
	if (!likely_in_line(from, to) ||
	    (g->kind == ACC_READ && a->kind != ACC_READ))
		return false;
	g->from = (int32_t)from;
	g->to = (int32_t)to;
	g->last = at;
	g->n++;
	return true;
}

/* The access that has a hook; NULL if there is none. */
static const struct memacc *
hooked(const struct insn *in)
{
	const struct func *fn = in->blk->fn;

	if (in->nmem == 0 ||
	    (!fn->frame_escapes &&
		operand_on_stack(in->mem[0].op, fn->rbp_frame)))
		return NULL;
	return &in->mem[0];
}

/* May the instruction stand in a region? */
static bool
may_stand(const struct insn *in)
{
	return in->cls == IC_PLAIN && !in->by_hand && in->nmem <= 1 &&
	    (in->nmem == 0 ||
		(in->mem[0].op->seg == 0 && !in->mem[0].bitstring));
}

struct finder {
	struct group *group;
	size_t ngroup;
	size_t open; /* groups from here on may still grow */
	struct values values;
};

static void
add_access(struct finder *f, const struct memacc *a, size_t at)
{
	struct place p = place_of(&f->values, a->op);

	for (size_t i = f->open; i < f->ngroup; i++)
		if (join(&f->group[i], &p, a, at))
			return;
	*XPUSH(f->group, f->ngroup) = (struct group){ .place = p,
		.from = p.at,
		.to = p.at + a->size,
		.first = at,
		.last = at,
		.kind = a->kind == ACC_READ ? ACC_READ : ACC_WRITE,
		.n = 1 };
}

static void
find_groups(struct finder *f, const struct block *b)
{
	values_begin(&f->values);
	for (size_t j = 0; j < b->ninsn; j++) {
		const struct insn *in = b->insns[j];
		const struct memacc *a = hooked(in);

		if (!may_stand(in))
			f->open = f->ngroup;
		else if (a != NULL)
			add_access(f, a, j);
		values_step(&f->values, in);
	}
}

/* ---- regions ------------------------------------------------------------ */

static struct merge *
merge_of(struct insn *in, struct merge_region *r)
{
	if (in->merge == NULL) {
		in->merge = xalloc(sizeof(*in->merge));
		in->merge->region = r;
		in->merge->role = MERGE_NONE;
	}
	return in->merge;
}

static void
make_region(struct block *b, const struct finder *f, size_t first, size_t last)
{
	struct merge_region *r = xalloc(sizeof(*r));

	r->first = first;
	r->last = last;
	for (size_t j = first; j <= last; j++)
		if (hooked(b->insns[j]) != NULL)
			merge_of(b->insns[j], r)->role = MERGE_COVERED;
		else
			merge_of(b->insns[j], r);
	for (size_t i = 0; i < f->ngroup; i++) {
		const struct group *g = &f->group[i];
		struct merge *m;

		if (g->first < first || g->first > last)
			continue;
		m = b->insns[g->first]->merge;
		m->role = MERGE_LEAD;
		m->below = g->place.at - g->from;
		m->span = g->to - g->from;
		m->kind = g->kind;
	}
}

static void
merge_block(struct block *b)
{
	struct finder f = { 0 };
	size_t first = 0, last = 0; /* of the region; none if equal */

	find_groups(&f, b);
	for (size_t i = 0; i < f.ngroup; i++) {
		const struct group *g = &f.group[i];

		if (g->n == 1)
			continue;
		if (first < last && g->first > last) {
			make_region(b, &f, first, last);
			last = first = 0;
		}
		if (first == last)
			first = g->first;
		last = g->last > last ? g->last : last;
	}
	if (first < last)
		make_region(b, &f, first, last);
}

/* Fill the merge of every instruction. */
void
merge_compute(struct unit *u)
{
	if (!u->compiled)
		return;
	for (size_t i = 0; i < u->nblock; i++)
		merge_block(&u->blocks[i]);
}
