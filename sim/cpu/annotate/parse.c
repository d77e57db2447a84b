/*
 * parse.c: the text of one assembly file -> statements.
 *
 * A statement ends at a newline, at ';', or behind the ':' of a label.  The
 * scanner (next_statement) finds it twice: `raw' is its text byte for byte,
 * comments included; `clean' is what the assembler sees of it.  Directives
 * and comment lines keep their raw text, so that an emitter can print them
 * again; labels and instructions are decoded.
 *
 * Section, .file and .loc directives are followed in order to know whether
 * a statement is code and which line of C it comes from.  What cannot be
 * followed without being the assembler (macros, conditional assembly) is
 * refused in code and passed through elsewhere.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/diag.h"
#include "cpu/annotate/parse_int.h"
#include "cpu/annotate/xalloc.h"

/* ---- characters --------------------------------------------------- */

bool
is_symbol_char(char ch)
{
	unsigned char c = (unsigned char)ch;

	return isalnum(c) || c == '_' || c == '.' || c == '$' || c == '@' ||
	    c >= 0x80;
}

/* Length of the symbol, plain or in quotes, at s; 0 when there is none. */
size_t
symbol_length(const char *s)
{
	size_t n = 0;

	if (*s == '"') {
		for (n = 1; s[n] != '\0' && s[n] != '"'; n++)
			if (s[n] == '\\' && s[n + 1] != '\0')
				n++;
		return s[n] == '"' ? n + 1 : 0;
	}
	while (s[n] != '\0' && is_symbol_char(s[n]))
		n++;
	return n;
}

const char *
skip_space(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\f' || *s == '\r')
		s++;
	return s;
}

int
parse_error(struct parser *ps, const char *msg, const char *what)
{
	diag_error(ps->path, ps->sline, ps->at, "'%s': %s", what, msg);
	ps->nerror++;
	return 1;
}

/* ---- scanner ------------------------------------------------------ */

/* Append c to the statement seen by the assembler. */
static void
put(struct parser *ps, char c)
{
	if (ps->clean_n + 1 == ps->clean_size) {
		char *p = xalloc(ps->clean_size *= 2);

		memcpy(p, ps->clean, ps->clean_n);
		ps->clean = p;
	}
	ps->clean[ps->clean_n++] = c;
	ps->clean[ps->clean_n] = '\0';
	if (!isspace((unsigned char)c))
		ps->blank = false;
}

/* The next character, or '\0' at the end. */
static char
peek(const struct parser *ps, size_t ahead)
{
	return (size_t)(ps->end - ps->p) > ahead ? ps->p[ahead] : '\0';
}

static void
scan_string(struct parser *ps)
{
	put(ps, *ps->p++);
	while (ps->p < ps->end && *ps->p != '\n') {
		char c = *ps->p++;

		put(ps, c);
		if (c == '"')
			return;
		if (c == '\\' && ps->p < ps->end && *ps->p != '\n')
			put(ps, *ps->p++);
	}
	parse_error(ps, "string is not closed; add '\"'", ps->clean);
}

/* A character constant becomes its number. */
static void
scan_char(struct parser *ps)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	char c = peek(ps, 1), num[8];
	const char *esc;
	int i;

	ps->p++;
	if (c == '\\') {
		c = peek(ps, 1);
		ps->p++;
		if (c != '\0' && (esc = strchr(from, c)) != NULL)
			c = to[esc - from];
	}
	if (ps->p >= ps->end || *ps->p == '\n') {
		parse_error(ps, "character constant is empty; write one",
		    ps->clean);
		return;
	}
	ps->p++;
	if (peek(ps, 0) == '\'')
		ps->p++;
	snprintf(num, sizeof num, "%d", (unsigned char)c);
	for (i = 0; num[i] != '\0'; i++)
		put(ps, num[i]);
}

static void
scan_block_comment(struct parser *ps)
{
	ps->p += 2;
	while (ps->p < ps->end) {
		if (*ps->p == '*' && peek(ps, 1) == '/') {
			ps->p += 2;
			put(ps, ' ');
			return;
		}
		if (*ps->p++ == '\n')
			ps->line++;
	}
	parse_error(ps, "comment is not closed; add '*/'", "/*");
}

static void
skip_line(struct parser *ps)
{
	while (ps->p < ps->end && *ps->p != '\n')
		ps->p++;
}

/* Is what stands before ':' a label?  Yes when it is just a symbol. */
static bool
at_label(const struct parser *ps)
{
	const char *s;
	size_t n;

	s = skip_space(ps->clean);
	n = symbol_length(s);
	return n != 0 && *skip_space(s + n) == '\0';
}

/*
 * Take one character, string or comment.  Returns false when it ended the
 * statement; the character that did is left for next_statement.
 */
static bool
scan_one(struct parser *ps)
{
	char c = *ps->p;

	if (ps->blank)
		ps->sline = ps->line;
	switch (c) {
	case '\n':
	case ';':
		return false;
	case ':':
		if (at_label(ps))
			return false;
		break;
	case '"':
		scan_string(ps);
		return true;
	case '\'':
		scan_char(ps);
		return true;
	case '#':
		skip_line(ps);
		return true;
	case '/':
		if (peek(ps, 1) == '*') {
			scan_block_comment(ps);
			return true;
		}
		if (ps->blank) {
			skip_line(ps);
			return true;
		}
		break;
	}
	put(ps, c);
	ps->p++;
	return true;
}

/* Scan one statement; returns the character that ended it. */
static char
next_statement(struct parser *ps)
{
	const char *start = ps->p;
	char c = '\n';

	ps->clean_n = 0;
	ps->clean[0] = '\0';
	ps->blank = true;
	ps->sline = ps->line;
	ps->line_start = ps->p == ps->begin || ps->p[-1] == '\n';
	while (ps->p < ps->end && scan_one(ps))
		continue;
	ps->raw = start;
	ps->raw_n = (size_t)(ps->p - start);
	if (ps->p < ps->end) {
		c = *ps->p++;
		if (c == '\n')
			ps->line++;
	}
	return c;
}

/* ---- statements --------------------------------------------------- */

struct stmt *
parse_add(struct parser *ps, enum stmt_type type, const char *text)
{
	struct unit *u = ps->u;
	struct stmt *s = XPUSH(u->stmts, u->nstmt);

	s->type = type;
	s->text = text;
	s->in_text = ps->sec.exec;
	s->sline = ps->sline;
	return s;
}

/*
 * The statement, byte for byte; without comments if it begins with one, so
 * that a directive's text begins with the directive.
 */
void
parse_add_directive(struct parser *ps)
{
	const char *s = skip_space(ps->raw);

	parse_add(ps, ST_DIRECTIVE,
	    *s == '/' ? xstrndup(ps->clean, ps->clean_n)
		      : xstrndup(ps->raw, ps->raw_n));
}

/* A lock or rep that no instruction followed. */
void
parse_flush_prefix(struct parser *ps)
{
	if (ps->pfx != 0)
		parse_error(ps,
		    "a prefix stands before this; put it before an instruction",
		    ps->clean);
	ps->pfx = 0;
}

static void
add_label(struct parser *ps)
{
	const char *s = skip_space(ps->clean);
	size_t n = symbol_length(s);

	parse_flush_prefix(ps);
	if (ps->opaque != 0)
		parse_add(ps, ST_DIRECTIVE, xstrndup(ps->raw, ps->raw_n + 1));
	else
		parse_add(ps, ST_LABEL, xstrndup(s, n));
}

/*
 * # 12 "file.c" at the start of a line: the next line is line 12 of file.c.
 * The compiler's own files and line 0 end that.
 */
static void
line_marker(struct parser *ps)
{
	const char *s = ps->raw, *end = ps->raw + ps->raw_n, *q;
	unsigned long line = 0;

	for (s++; s < end && (*s == ' ' || *s == '\t'); s++)
		continue;
	if (s == end || !isdigit((unsigned char)*s))
		return;
	for (; s < end && isdigit((unsigned char)*s); s++)
		line = line < 100000000 ? line * 10 + (*s - '0') : line;
	for (; s < end && *s == ' '; s++)
		continue;
	if (s == end || *s != '"' ||
	    (q = memchr(s + 1, '"', (size_t)(end - s - 1))) == NULL)
		return;
	ps->marker.file = NULL;
	if (line == 0 || q == s + 1 || s[1] == '<')
		return;
	ps->marker.file = xstrndup(s + 1, (size_t)(q - s - 1));
	ps->marker.line = (unsigned)line;
	ps->marker_sline = ps->sline + 1;
}

/* White space and comments; only comments that fill their line are kept. */
static void
add_blank(struct parser *ps)
{
	size_t n = ps->raw_n;

	if (!ps->line_start || n == 0 || *skip_space(ps->raw) == '\n' ||
	    skip_space(ps->raw) == ps->raw + n)
		return;
	if (ps->raw[0] == '#')
		line_marker(ps);
	if (strncmp(ps->raw, "#APP", 4) == 0)
		ps->by_hand = true;
	else if (strncmp(ps->raw, "#NO_APP", 7) == 0)
		ps->by_hand = false;
	parse_add(ps, ST_BLANK, xstrndup(ps->raw, n));
}

/* Where the statement comes from: a line marker wins over .loc. */
static struct loc
location(const struct parser *ps)
{
	struct loc l = ps->marker;

	if (l.file == NULL)
		return ps->loc;
	l.line += ps->sline - ps->marker_sline;
	return l;
}

static void
statement(struct parser *ps, char ended_by)
{
	const char *s = skip_space(ps->clean);

	ps->at = location(ps);
	if (ended_by == ':')
		add_label(ps);
	else if (*s == '\0')
		add_blank(ps);
	else if (ps->opaque != 0 || parse_is_directive(s))
		parse_directive(ps, s);
	else
		parse_insn(ps, s);
}

/* Texts are C strings, so that a NUL byte would cut one off. */
static void
check_nul(struct parser *ps)
{
	const char *nul = memchr(ps->begin, '\0',
	    (size_t)(ps->end - ps->begin));
	const char *p = ps->begin;

	if (nul == NULL)
		return;
	for (ps->sline = 1; (p = strchr(p, '\n')) != NULL; p++)
		ps->sline++;
	parse_error(ps, "there is a NUL byte; remove it", "\\0");
}

int
parse_buffer(struct unit *u, const char *path, const char *buf, size_t len)
{
	static const struct parser zero;
	struct parser ps = zero;

	ps.u = u;
	ps.path = u->path = xstrndup(path, strlen(path));
	ps.begin = ps.p = xstrndup(buf, len);
	ps.end = ps.begin + len;
	ps.line = 1;
	ps.clean_size = 256;
	ps.clean = xalloc(ps.clean_size);
	ps.sec.name = ".text";
	ps.sec.exec = true;
	ps.prev = ps.sec;
	check_nul(&ps);
	while (ps.p < ps.end) {
		char c = next_statement(&ps);

		statement(&ps, c);
	}
	ps.clean = xstrndup("end of file", 11);
	parse_flush_prefix(&ps);
	if (ps.opaque != 0)
		parse_error(&ps, "a macro or condition is open; close it",
		    ps.clean);
	return ps.nerror;
}

int
parse_file(struct unit *u, const char *path)
{
	static const struct loc nowhere;
	size_t n;
	const char *buf = xmap(path, &n);

	u->path = path;
	if (buf == NULL) {
		diag_error(path, 0, nowhere,
		    "cannot read: %s; give the .s file the compiler wrote",
		    strerror(errno));
		return 1;
	}
	return parse_buffer(u, path, buf, n);
}

void
stmt_print(FILE *f, const struct stmt *s)
{
	switch (s->type) {
	case ST_LABEL:
		fprintf(f, "%s:\n", s->text);
		break;
	case ST_INSN:
		fprintf(f, "\t%s\n", s->insn->text);
		break;
	case ST_DIRECTIVE:
	case ST_BLANK:
		fprintf(f, "%s\n", s->text);
		break;
	}
}
