/*
 * side.c: code that stands behind a function and is entered from within it: cold paths,
 * and what is on taken edges.
 *
 * A debugger that steps through the function comes here, too.  So each piece has the
 * line of the place it belongs to (but is none where a breakpoint would be set: is_stmt 0)
 * and that place's frame: what the compiler's .cfi directives have said up to there is
 * followed, and said again.  All stands in .text, in subsections behind the functions, as
 * the range of addresses that debug information gives the unit ends with .text.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/emit.h"

#define RSP 7 /* as DWARF counts */

static const struct cfi at_entry = { .cfa_reg = RSP, .cfa_offset = 8 };

static bool
starts(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*s, word, n) != 0 || (*s)[n] > ' ')
		return false;
	*s += n;
	return true;
}

/* The register of a directive; others than those with numbers of their own are passed over. */
static int *
saved_of(struct cfi *c, const char *args, char **end)
{
	static int nowhere;
	unsigned long r = strtoul(args, end, 10);

	*end += **end == ',';
	return r < CFI_REGS ? &c->saved[r] : &nowhere;
}

static void
follow_cfa(struct cfi *c, const char *s)
{
	char *end;

	if (starts(&s, "_register")) {
		c->cfa_reg = (int)strtol(s, NULL, 10);
	} else if (starts(&s, "_offset")) {
		c->cfa_offset = (int)strtol(s, NULL, 10);
	} else {
		c->cfa_reg = (int)strtol(s, &end, 10);
		c->cfa_offset = (int)strtol(end + (*end == ','), NULL, 10);
	}
}

static void
follow_cfi(struct emit *e, const char *s)
{
	struct cfi *c = &e->cfi;
	char *end;
	int *saved;

	if (starts(&s, "startproc")) {
		*c = at_entry;
		e->framed = true;
	} else if (starts(&s, "endproc")) {
		e->framed = false;
	} else if (strncmp(s, "def_cfa", 7) == 0) {
		follow_cfa(c, s + 7);
	} else if (starts(&s, "adjust_cfa_offset")) {
		c->cfa_offset += (int)strtol(s, NULL, 10);
	} else if (starts(&s, "offset")) {
		saved = saved_of(c, s, &end);
		*saved = (int)strtol(end, NULL, 10);
	} else if (starts(&s, "restore")) {
		*saved_of(c, s, &end) = 0;
	} else if (starts(&s, "remember_state")) {
		e->remembered[e->nremembered++ % 8] = *c;
	} else if (starts(&s, "restore_state") && e->nremembered > 0) {
		*c = e->remembered[--e->nremembered % 8];
	}
}

/*
 * Whether lines begin statements is said of each, as pieces of code that come between
 * would change what is not said.
 */
static void
follow_loc(struct emit *e, const char *s)
{
	const char *is = strstr(s, "is_stmt ");
	char *end;

	e->loc_file = (unsigned)strtoul(s, &end, 10);
	e->loc_line = (unsigned)strtoul(end, NULL, 10);
	if (is != NULL)
		e->is_stmt = is[strlen("is_stmt ")] == '1';
	else
		fprintf(e->out, " is_stmt %d", e->is_stmt);
}

void
side_follow(struct emit *e, const char *directive)
{
	const char *s = directive + strspn(directive, " \t");

	if (strncmp(s, ".cfi_", 5) == 0)
		follow_cfi(e, s + 5);
	else if (starts(&s, ".loc"))
		follow_loc(e, s);
}

static void
become(FILE *f, struct cfi *from, const struct cfi *to)
{
	if (from->cfa_reg != to->cfa_reg)
		ins(f, ".cfi_def_cfa %d, %d", to->cfa_reg, to->cfa_offset);
	else if (from->cfa_offset != to->cfa_offset)
		ins(f, ".cfi_def_cfa_offset %d", to->cfa_offset);
	for (int r = 0; r < CFI_REGS; r++) {
		if (from->saved[r] == to->saved[r])
			continue;
		if (to->saved[r] != 0)
			ins(f, ".cfi_offset %d, %d", r, to->saved[r]);
		else
			ins(f, ".cfi_restore %d", r);
	}
	*from = *to;
}

void
side_begin(struct emit *e, struct side *s, const char *label, unsigned n)
{
	if (e->framed && !s->framed) {
		s->framed = true;
		s->cfi = at_entry;
		ins(s->f, ".cfi_startproc");
	}
	if (e->loc_line != 0)
		ins(s->f, ".loc\t%u %u 0 is_stmt 0", e->loc_file, e->loc_line);
	if (s->framed)
		become(s->f, &s->cfi, &e->cfi);
	fprintf(s->f, "%s%u:\n", label, n);
}

/* Words come to the stack, or, fewer than none, leave it. */
static void
words(struct side *s, int n)
{
	if (!s->framed || s->cfi.cfa_reg != RSP)
		return;
	s->cfi.cfa_offset += 8 * n;
	ins(s->f, ".cfi_adjust_cfa_offset %d", 8 * n);
}

void
side_push(struct side *s, const char *what, ...)
{
	va_list ap;

	fputs("\tpushq\t", s->f);
	va_start(ap, what);
	vfprintf(s->f, what, ap);
	va_end(ap);
	fputc('\n', s->f);
	words(s, 1);
	s->pushed++;
}

void
side_call(struct side *s, const char *thunk)
{
	ins(s->f, "call\t%s", thunk);
	words(s, -s->pushed);
	s->pushed = 0;
}

FILE *
print_to_memory(char **buf, size_t *len)
{
	FILE *f = open_memstream(buf, len);

	if (f == NULL) {
		perror("annotate: out of memory");
		exit(5);
	}
	return f;
}

void
side_open(struct side *s, unsigned subsection, const char *suffix)
{
	*s = (struct side){ .subsection = subsection, .suffix = suffix };
	s->f = print_to_memory(&s->buf, &s->len);
}

void
side_flush(struct side *s, FILE *out, const char *function, int n)
{
	if (s->framed)
		ins(s->f, ".cfi_endproc");
	s->framed = false;
	fflush(s->f);
	if (ftell(s->f) > 0) {
		ins(out, ".pushsection .text, %u", s->subsection);
		if (n > 0)
			fprintf(out, "%.*s%s:\n", n, function, s->suffix);
		fwrite(s->buf, 1, (size_t)ftell(s->f), out);
		if (n > 0)
			ins(out, ".size\t%.*s%s, .-%.*s%s", n, function,
			    s->suffix, n, function, s->suffix);
		ins(out, ".popsection");
	}
	rewind(s->f);
}

void
side_close(struct side *s)
{
	fclose(s->f);
	free(s->buf);
}
