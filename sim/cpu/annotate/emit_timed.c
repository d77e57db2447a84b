/*
 * emit_timed.c: print a unit as a program that keeps its own time.
 *
 * Statements come out in their order, so .loc, CFI and labels stay where the
 * compiler put them and a debugger sees the source as ever.  Hooks stand
 * behind the labels and directives of an instruction and in front of it.
 * Cold paths and the code on taken edges go behind the functions (side.c).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/emit.h"

static bool
directive_starts(const char *t, const char *prefix)
{
	while (isspace((unsigned char)*t))
		t++;
	return strncmp(t, prefix, strlen(prefix)) == 0;
}

static bool
is_alignment(const char *t)
{
	return directive_starts(t, ".p2align") ||
	    directive_starts(t, ".align") || directive_starts(t, ".balign");
}

/* Cold paths and taken edges, behind the function that this .size is of, or the unit. */
static void
flush_sides(struct emit *e, const char *size)
{
	const char *function = size + strcspn(size, " \t");
	int n;

	function += strspn(function, " \t");
	n = (int)strcspn(function, ",");
	side_flush(&e->edge, e->out, function, n);
	side_flush(&e->cold, e->out, function, n);
}

static void
print_insn(struct emit *e, size_t at, struct insn *in)
{
	struct block *b = in->blk;

	if (b->first == at)
		emit_head(e, b);
	emit_insn(e, in);
	if (b->last == at)
		emit_after(e, b);
}

static bool
is_section_switch(const struct stmt *s)
{
	static const char *const switches[] = { ".text", ".section", ".push",
		".pop", ".previous", ".subsection", ".data", ".bss" };

	if (s->type != ST_DIRECTIVE)
		return false;
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		if (directive_starts(s->text, switches[i]))
			return true;
	return false;
}

/* The block that begins at this label, if no other label of it is before. */
static const struct block *
first_label_of(const struct unit *u, size_t label)
{
	size_t i;

	for (i = label; i > 0; i--) {
		const struct stmt *s = &u->stmts[i - 1];

		if (s->type == ST_LABEL)
			return NULL;
		if (s->type == ST_INSN || is_section_switch(s))
			break;
	}
	for (i = label; i < u->nstmt; i++) {
		const struct stmt *s = &u->stmts[i];

		if (is_section_switch(s))
			return NULL;
		if (s->type == ST_INSN)
			return s->insn->blk->first == i ? s->insn->blk : NULL;
	}
	return NULL;
}

/* The compiler's label there: debug information ends the unit at it. */
#define END_OF_TEXT ".Letext0"

static void
print_stmt(struct emit *e, size_t i)
{
	const struct stmt *s = &e->u->stmts[i];
	const struct block *b;

	switch (s->type) {
	case ST_LABEL:
		b = s->in_text ? first_label_of(e->u, i) : NULL;
		if (b != NULL)
			emit_place(e, b);
		if (strcmp(s->text, END_OF_TEXT) == 0)
			ins(e->out, ".subsection\t%d", SIDE_END);
		stmt_print(e->out, s);
		break;
	case ST_INSN:
		print_insn(e, i, s->insn);
		break;
	case ST_DIRECTIVE:
		/* Their effect is in the clock; only the host would wait. */
		if (s->in_text && is_alignment(s->text))
			break;
		fputs(s->text, e->out);
		side_follow(e, s->text);
		fputc('\n', e->out);
		if (s->in_text && directive_starts(s->text, ".size"))
			flush_sides(e, s->text + strspn(s->text, " \t"));
		break;
	default:
		stmt_print(e->out, s);
		break;
	}
}

/* What was printed for a section of its own, at the end of the unit. */
static void
print_section(FILE *out, FILE *f, char *const *buf, const size_t *len,
    const char *section)
{
	fflush(f);
	if (*len == 0)
		return;
	fprintf(out, "\t.pushsection %s\n", section);
	fwrite(*buf, 1, *len, out);
	fprintf(out, "\t.popsection\n");
}

int
emit_timed(const struct unit *u, const struct emit_opts *o, FILE *out)
{
	struct emit e = { .out = out, .u = u, .o = *o, .is_stmt = true };

	side_open(&e.edge, SIDE_EDGE, ".edge");
	side_open(&e.cold, SIDE_COLD, ".hook");
	e.bp = print_to_memory(&e.bpbuf, &e.bplen);
	e.site = print_to_memory(&e.sitebuf, &e.sitelen);
	for (size_t i = 0; i < u->nstmt; i++)
		print_stmt(&e, i);
	flush_sides(&e, "");
	print_section(out, e.bp, &e.bpbuf, &e.bplen,
	    ".rangeley.bp,\"\",@progbits");
	print_section(out, e.site, &e.sitebuf, &e.sitelen,
	    ".text.rgsite,\"ax\",@progbits");
	if (e.sets_df) {
		ins(out, ".pushsection .rangeley.df,\"\",@progbits");
		ins(out, ".quad\t" EMIT_SETS_DF);
		ins(out, ".popsection");
	}
	side_close(&e.edge);
	side_close(&e.cold);
	fclose(e.bp);
	fclose(e.site);
	free(e.bpbuf);
	free(e.sitebuf);
	return e.errors;
}

/* ---- the plain link ---------------------------------------------------- */

int
emit_plain(const struct unit *u, FILE *out)
{
	for (size_t i = 0; i < u->nstmt; i++) {
		const struct stmt *s = &u->stmts[i];

		if (s->type != ST_INSN) {
			stmt_print(out, s);
			continue;
		}
		if (s->insn->blk->first == i)
			fprintf(out, "rg.%s.%d:\n", u->name, s->insn->blk->id);
		stmt_print(out, s);
		if (s->insn->blk->last == i)
			fprintf(out, "rge.%s.%d:\n", u->name, s->insn->blk->id);
	}
	return 0;
}
