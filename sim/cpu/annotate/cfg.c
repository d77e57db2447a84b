/*
 * cfg.c: statements -> functions and basic blocks.
 *
 * A block starts at the first instruction of a function, at a label that
 * something can jump to, and behind every instruction after which the clock
 * must be exact: jumps, calls and all that is timed by a call-out (locks,
 * fences, strings, privileged instructions).  Labels that only debug
 * information mentions do not split.
 *
 * Every cycle of the graph holds an edge that goes backwards in the file, so
 * marking the targets of such edges as loop heads puts a poll point on every
 * cycle.  An indirect jump may go to every label of the unit whose address
 * is taken; where one of these lies behind it, its own block is polled.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"

struct label {
	const char *name;
	size_t stmt; /* where it stands */
	bool jumped; /* an instruction jumps to it */
	bool taken;  /* its address is taken */
	bool called; /* an instruction calls it: it is a function's head */
	struct block *blk;
	UT_hash_handle hh;
};

struct cfg {
	struct unit *u;
	struct label *labels;
};

static bool
is_local(const char *s)
{
	return strncmp(s, ".L", 2) == 0;
}

static bool
is_numeric(const char *s)
{
	return isdigit((unsigned char)s[0]);
}

static struct label *
find_label(struct cfg *c, const char *name, size_t len)
{
	struct label *l;

	HASH_FIND(hh, c->labels, name, len, l);
	return l;
}

/* ---- which labels matter ------------------------------------------- */

static void
collect_labels(struct cfg *c)
{
	for (size_t i = 0; i < c->u->nstmt; i++) {
		struct stmt *s = &c->u->stmts[i];
		struct label *l;

		if (s->type != ST_LABEL || is_numeric(s->text))
			continue;
		if (find_label(c, s->text, strlen(s->text)) != NULL)
			continue;
		l = xalloc(sizeof(*l));
		l->name = s->text;
		l->stmt = i;
		HASH_ADD_KEYPTR(hh, c->labels, l->name, strlen(l->name), l);
	}
}

static size_t
symbol_span(const char *t)
{
	size_t n = 0;

	while (isalnum((unsigned char)t[n]) || t[n] == '_' || t[n] == '.' ||
	    t[n] == '$')
		n++;
	return n;
}

/* Mark every known label that the text mentions as address-taken. */
static void
mark_mentions(struct cfg *c, const char *t)
{
	while (*t != '\0') {
		size_t n = symbol_span(t);
		struct label *l;

		if (n == 0) {
			t++;
			continue;
		}
		l = find_label(c, t, n);
		if (l != NULL)
			l->taken = true;
		t += n;
	}
}

static bool
is_direct_jump(const struct insn *in)
{
	return in->cls == IC_JCC || in->cls == IC_JMP || in->cls == IC_TAIL;
}

static bool
directive_is(const char *t, const char *name)
{
	size_t n = strlen(name);

	while (isspace((unsigned char)*t))
		t++;
	return strncmp(t, name, n) == 0 &&
	    (t[n] == '\0' || isspace((unsigned char)t[n]) || t[n] == ',');
}

static bool
enters_debug_section(const char *t, bool was)
{
	if (directive_is(t, ".section") || directive_is(t, ".pushsection"))
		return strstr(t, ".debug") != NULL;
	if (directive_is(t, ".text") || directive_is(t, ".data") ||
	    directive_is(t, ".bss") || directive_is(t, ".previous") ||
	    directive_is(t, ".popsection"))
		return false;
	return was;
}

/* Directives that mention labels without making them reachable. */
static bool
is_bookkeeping(const char *t)
{
	static const char *const names[] = { ".size", ".type", ".globl",
		".global", ".local", ".weak", ".hidden", ".loc", ".file",
		".section", ".ident", ".comm" };

	while (isspace((unsigned char)*t))
		t++;
	if (strncmp(t, ".cfi_", 5) == 0)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (directive_is(t, names[i]))
			return true;
	return false;
}

static void
mark_insn_labels(struct cfg *c, const struct insn *in)
{
	for (int k = 0; k < in->nop; k++) {
		const struct operand *o = &in->op[k];
		struct label *l;

		if (o->type == OP_TARGET) {
			l = find_label(c, o->text, strlen(o->text));
			if (l == NULL)
				continue;
			l->jumped |= is_direct_jump(in);
			l->called |= in->cls == IC_CALL;
		} else if (o->type == OP_MEM || o->type == OP_IMM)
			mark_mentions(c, o->text);
	}
}

static void
mark_labels(struct cfg *c)
{
	bool debug = false;

	for (size_t i = 0; i < c->u->nstmt; i++) {
		const struct stmt *s = &c->u->stmts[i];

		if (s->type == ST_INSN)
			mark_insn_labels(c, s->insn);
		if (s->type != ST_DIRECTIVE)
			continue;
		debug = enters_debug_section(s->text, debug);
		if (!debug && !is_bookkeeping(s->text))
			mark_mentions(c, s->text);
	}
}

/* ---- blocks --------------------------------------------------------- */

static bool
ends_block(enum insn_class cls)
{
	return cls != IC_PLAIN;
}

static bool
falls_through(const struct insn *in)
{
	switch (in->cls) {
	case IC_JMP:
	case IC_TAIL:
	case IC_IJMP:
	case IC_RET:
	case IC_TRAP:
		return false;
	case IC_PRIV:
		return in->priv != PRIV_IRET;
	default:
		return true;
	}
}

static bool
is_function_label(const struct stmt *s)
{
	return s->type == ST_LABEL && s->in_text && !is_local(s->text) &&
	    !is_numeric(s->text);
}

/* Does this label start a block? */
static bool
label_splits(struct cfg *c, const struct stmt *s)
{
	struct label *l;

	if (is_numeric(s->text) || !is_local(s->text))
		return true;
	l = find_label(c, s->text, strlen(s->text));
	return l->jumped || l->taken || l->called;
}

static struct func *
new_func(struct unit *u, const char *name, size_t at)
{
	struct func *f = &u->funcs[u->nfunc++];

	f->name = name;
	f->first = at;
	return f;
}

struct cutter {
	struct func *fn;
	struct block *cur;    /* open block, NULL: the next insn opens one */
	const char *pend[64]; /* labels seen since the last insn */
	size_t npend;
	bool head; /* a function label is among them */
};

static struct block *
open_block(struct cfg *c, struct cutter *k, size_t at)
{
	struct unit *u = c->u;
	struct block *b = &u->blocks[u->nblock];

	if (k->fn == NULL)
		k->fn = new_func(u, "(code before the first symbol)", at);
	b->id = (int)u->nblock++;
	b->fn = k->fn;
	b->first = at;
	b->fn_head = k->head || k->fn->first == at;
	b->nlabels = k->npend;
	b->labels = xalloc((k->npend + 1) * sizeof(char *));
	for (size_t i = 0; i < k->npend; i++) {
		struct label *l = find_label(c, k->pend[i], strlen(k->pend[i]));

		b->labels[i] = k->pend[i];
		if (l != NULL && !is_numeric(k->pend[i])) {
			l->blk = b;
			b->address_taken |= l->taken;
			b->fn_head |= l->called;
		}
	}
	k->npend = 0;
	k->head = false;
	return b;
}

static int
cut_label(struct cfg *c, struct cutter *k, size_t i)
{
	struct stmt *s = &c->u->stmts[i];

	if (!s->in_text || !label_splits(c, s))
		return 0;
	k->cur = NULL;
	if (is_function_label(s)) {
		k->fn = new_func(c->u, s->text, i);
		k->head = true;
	}
	if (k->npend == sizeof(k->pend) / sizeof(k->pend[0]))
		return diag_error(c->u->path, s->sline, (struct loc){ 0 },
		    "more than 64 labels on one instruction; "
		    "remove some of them");
	k->pend[k->npend++] = s->text;
	return 0;
}

static int
cut_blocks(struct cfg *c)
{
	struct unit *u = c->u;
	struct cutter k = { 0 };
	int err = 0;

	u->blocks = xalloc((u->nstmt + 1) * sizeof(*u->blocks));
	u->funcs = xalloc((u->nstmt + 1) * sizeof(*u->funcs));
	for (size_t i = 0; i < u->nstmt; i++) {
		struct stmt *s = &u->stmts[i];

		if (s->type == ST_LABEL)
			err += cut_label(c, &k, i);
		if (s->type != ST_INSN)
			continue;
		if (k.cur == NULL || k.cur->fn != k.fn) {
			k.cur = open_block(c, &k, i);
			k.cur->insns = xalloc(sizeof(struct insn *));
		}
		k.cur->insns = xgrow(k.cur->insns, k.cur->ninsn,
		    sizeof(struct insn *));
		k.cur->insns[k.cur->ninsn++] = s->insn;
		k.cur->last = i;
		s->insn->blk = k.cur;
		if (ends_block(s->insn->cls))
			k.cur = NULL;
	}
	return err;
}

/* ---- edges ---------------------------------------------------------- */

static void
add_edge(struct block *a, struct block *b)
{
	for (size_t i = 0; i < a->nsucc; i++)
		if (a->succ[i] == b)
			return;
	a->succ = xgrow(a->succ, a->nsucc, sizeof(*a->succ));
	a->succ[a->nsucc++] = b;
	b->pred = xgrow(b->pred, b->npred, sizeof(*b->pred));
	b->pred[b->npred++] = a;
	if (b->id <= a->id)
		b->loop_head = true;
}

/* The block at numeric label `1f' or `1b' seen from statement `at'. */
static struct block *
numeric_target(struct unit *u, const char *t, size_t at)
{
	size_t n = strspn(t, "0123456789");
	bool fwd = t[n] == 'f';

	for (size_t i = at; i < u->nstmt; fwd ? i++ : i--) {
		const struct stmt *s = &u->stmts[i];

		if (s->type == ST_LABEL && strlen(s->text) == n &&
		    strncmp(s->text, t, n) == 0) {
			while (i < u->nstmt && u->stmts[i].type != ST_INSN)
				i++;
			return i < u->nstmt ? u->stmts[i].insn->blk : NULL;
		}
		if (i == 0 && !fwd)
			break;
	}
	return NULL;
}

/* Numeric labels that the text of a statement mentions are address-taken. */
static void
mark_numeric(struct unit *u, const char *t, size_t at)
{
	while (*t != '\0') {
		size_t n = symbol_span(t), digits = strspn(t, "0123456789");
		struct block *b;

		if (digits > 0 && n == digits + 1 &&
		    (t[digits] == 'f' || t[digits] == 'b')) {
			b = numeric_target(u, t, at);
			if (b != NULL)
				b->address_taken = true;
		}
		t += n > 0 ? n : 1;
	}
}

static void
mark_numerics(struct unit *u)
{
	bool debug = false;

	for (size_t i = 0; i < u->nstmt; i++) {
		const struct stmt *s = &u->stmts[i];

		if (s->type == ST_DIRECTIVE) {
			debug = enters_debug_section(s->text, debug);
			if (!debug && !is_bookkeeping(s->text))
				mark_numeric(u, s->text, i);
		}
		for (int k = 0; s->type == ST_INSN && k < s->insn->nop; k++) {
			const struct operand *o = &s->insn->op[k];

			if (o->type == OP_MEM || o->type == OP_IMM)
				mark_numeric(u, o->text, i);
		}
	}
}

static int
resolve_target(struct cfg *c, struct block *b)
{
	struct insn *t = b->insns[b->ninsn - 1];
	const char *name;
	struct label *l;

	if (t->cls == IC_CALL && is_numeric(t->op[0].text)) {
		struct block *to = numeric_target(c->u, t->op[0].text, b->last);

		if (to != NULL)
			to->fn_head = true;
		return 0;
	}
	if (!is_direct_jump(t))
		return 0;
	name = t->op[0].text;
	if (is_numeric(name)) {
		b->target = numeric_target(c->u, name, b->last);
	} else {
		l = find_label(c, name, strlen(name));
		b->target = l != NULL ? l->blk : NULL;
	}
	if (b->target == NULL && (is_numeric(name) || is_local(name)))
		return diag_error(c->u->path, t->sline, t->loc,
		    "jump to '%s', which is no place in the code of this "
		    "file; name a label in front of an instruction",
		    name);
	if (b->target != NULL)
		add_edge(b, b->target);
	return 0;
}

/* The block that `.quad LABEL' names, or NULL. */
static struct block *
table_entry(struct cfg *c, const char *t)
{
	struct label *l;
	size_t n;

	t = strstr(t, ".quad") + strlen(".quad");
	while (isspace((unsigned char)*t))
		t++;
	n = symbol_span(t);
	l = find_label(c, t, n);
	return t[n] == '\0' && l != NULL ? l->blk : NULL;
}

/*
 * Where a jump through a table of this unit goes: `jmp *TABLE(,INDEX,8)', and
 * behind the label TABLE nothing but .quads of labels up to something else.
 * The compiler's index never leaves its table.
 */
static void
read_table(struct cfg *c, struct block *b)
{
	const struct insn *t = b->insns[b->ninsn - 1];
	const struct operand *o = &t->op[0];
	struct label *l;

	if (o->type != OP_MEM || o->base != R_NONE || o->scale != 8 ||
	    o->seg != 0)
		return;
	l = find_label(c, o->disp, strlen(o->disp));
	if (l == NULL || c->u->stmts[l->stmt].in_text)
		return;
	for (size_t i = l->stmt + 1; i < c->u->nstmt; i++) {
		const struct stmt *s = &c->u->stmts[i];
		struct block *to;

		if (s->type == ST_BLANK)
			continue;
		if (s->type != ST_DIRECTIVE || !directive_is(s->text, ".quad"))
			break;
		to = table_entry(c, s->text);
		if (to == NULL) {
			b->ntable = 0;
			break;
		}
		b->table = xgrow(b->table, b->ntable, sizeof(struct block *));
		b->table[b->ntable++] = to;
	}
}

static int
connect(struct cfg *c)
{
	struct unit *u = c->u;
	int err = 0;
	int first_taken = -1;

	for (size_t i = 0; i < u->nblock; i++) {
		struct block *b = &u->blocks[i];
		struct insn *t = b->insns[b->ninsn - 1];

		if (b->address_taken && first_taken < 0)
			first_taken = b->id;
		if (falls_through(t) && i + 1 < u->nblock) {
			b->fall = &u->blocks[i + 1];
			add_edge(b, b->fall);
		}
		err += resolve_target(c, b);
		if (t->cls == IC_IJMP) {
			b->succ_unknown = true;
			read_table(c, b);
			if (first_taken >= 0)
				b->loop_head = true;
		}
	}
	return err;
}

static void
attach_to_funcs(struct unit *u)
{
	for (size_t i = 0; i < u->nblock; i++) {
		struct func *f = u->blocks[i].fn;

		f->blocks = xgrow(f->blocks, f->nblocks, sizeof(*f->blocks));
		f->blocks[f->nblocks++] = &u->blocks[i];
		f->last = u->blocks[i].last;
	}
}

/*
 * Cut the unit into functions and blocks and connect them.  Returns the
 * number of errors reported.
 */
int
cfg_build(struct unit *u)
{
	struct cfg c = { .u = u };
	int err;

	collect_labels(&c);
	mark_labels(&c);
	err = cut_blocks(&c);
	mark_numerics(u);
	err += connect(&c);
	attach_to_funcs(u);
	HASH_CLEAR(hh, c.labels);
	return err;
}
