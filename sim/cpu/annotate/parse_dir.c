/*
 * parse_dir.c: directives.
 *
 * Followed: sections, .file and .loc.  Refused: what would change how the
 * text must be read; in code also macros, conditions and offsets from ".".
 * Outside code macros and conditions are passed through as an opaque run of
 * lines that may not touch sections.  Which other directives may stand among
 * instructions is decided by check.c.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/parse_int.h"
#include "cpu/annotate/xalloc.h"

static const char *
after_word(const char *s)
{
	return skip_space(s + strcspn(s, " \t\f\r\v"));
}

/* Does s begin with the word w? */
static bool
is_word(const char *s, const char *w)
{
	size_t n = strlen(w);

	return strncasecmp(s, w, n) == 0 && !is_symbol_char(s[n]);
}

static bool
in_list(const char *s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (is_word(s, *list))
			return true;
	return false;
}

/* The value of an assignment "symbol = value", or NULL. */
static const char *
assigned_value(const char *s)
{
	size_t n = symbol_length(s);

	if (n == 0)
		return NULL;
	s = skip_space(s + n);
	if (*s != '=')
		return NULL;
	s++;
	return skip_space(*s == '=' ? s + 1 : s);
}

bool
parse_is_directive(const char *s)
{
	return *s == '.' || assigned_value(s) != NULL;
}

bool
parse_is_macro(const struct parser *ps, const char *s)
{
	size_t i;

	for (i = 0; i < ps->nmacro; i++)
		if (is_word(s, ps->macros[i]))
			return true;
	return false;
}

/* ---- sections ----------------------------------------------------- */

static bool
is_code_name(const char *name)
{
	return strcmp(name, ".text") == 0 || strncmp(name, ".text.", 6) == 0 ||
	    strcmp(name, ".init") == 0 || strcmp(name, ".fini") == 0;
}

static struct section *
find_section(struct parser *ps, const char *name)
{
	size_t i;
	struct section *s;

	for (i = 0; i < ps->nknown; i++)
		if (strcmp(ps->known[i].name, name) == 0)
			return &ps->known[i];
	s = XPUSH(ps->known, ps->nknown);
	s->name = name;
	s->exec = is_code_name(name);
	return s;
}

/* name [, "flags" ...] of .section; subsection numbers are passed over. */
static bool
section_args(struct parser *ps, const char *s, struct section *sec)
{
	size_t n = *s == '"' ? symbol_length(s) : strcspn(s, ", \t\f\r\v");
	struct section *known;
	const char *flags, *end;

	if (n == 0)
		return false;
	known = find_section(ps,
	    *s == '"' ? xstrndup(s + 1, n - 2) : xstrndup(s, n));
	s = skip_space(s + n);
	if (*s != ',' && *s != '\0')
		return false;
	flags = strchr(s, '"');
	if (flags != NULL && (end = strchr(flags + 1, '"')) != NULL)
		known->exec = is_code_name(known->name) ||
		    memchr(flags, 'x', (size_t)(end - flags)) != NULL;
	*sec = *known;
	return true;
}

static void
enter_section(struct parser *ps, struct section sec)
{
	ps->prev = ps->sec;
	ps->sec = sec;
}

static void
push_section(struct parser *ps)
{
	*XPUSH(ps->stack, ps->nstack) = ps->sec;
	*XPUSH(ps->stack, ps->nstack) = ps->prev;
}

static bool
pop_section(struct parser *ps)
{
	if (ps->nstack == 0)
		return false;
	ps->prev = ps->stack[--ps->nstack];
	ps->sec = ps->stack[--ps->nstack];
	return true;
}

static const char *const section_words[] = { ".text", ".data", ".bss",
	".section", ".pushsection", ".popsection", ".previous", ".subsection",
	NULL };

/* A directive of section_words; returns false when it is not understood. */
static bool
section_directive(struct parser *ps, const char *s)
{
	const char *args = after_word(s);
	struct section sec = ps->prev;

	if (is_word(s, ".text"))
		enter_section(ps, *find_section(ps, ".text"));
	else if (is_word(s, ".data"))
		enter_section(ps, *find_section(ps, ".data"));
	else if (is_word(s, ".bss"))
		enter_section(ps, *find_section(ps, ".bss"));
	else if (is_word(s, ".subsection"))
		enter_section(ps, ps->sec);
	else if (is_word(s, ".previous"))
		enter_section(ps, sec);
	else if (is_word(s, ".popsection"))
		return pop_section(ps);
	else if (!section_args(ps, args, &sec))
		return false;
	else if (is_word(s, ".section"))
		enter_section(ps, sec);
	else {
		push_section(ps);
		enter_section(ps, sec);
	}
	return true;
}

/* ---- source locations --------------------------------------------- */

#define MAX_FILES 100000

/* .file number "name", .file number "directory" "name" */
static void
file_directive(struct parser *ps, const char *args)
{
	unsigned long nr;
	char *end;
	const char *s, *dir = "", *name;
	size_t n;

	if (!isdigit((unsigned char)*args))
		return;
	nr = strtoul(args, &end, 10);
	s = skip_space(end);
	n = symbol_length(s);
	if (nr >= MAX_FILES || *s != '"' || n < 2)
		return;
	name = xstrndup(s + 1, n - 2);
	s = skip_space(s + n);
	if (*s == '"' && (n = symbol_length(s)) >= 2) {
		dir = name;
		name = xstrndup(s + 1, n - 2);
	}
	if (*dir != '\0' && nr != 0 && *name != '/')
		name = xasprintf("%s/%s", dir, name);
	while (ps->nfile <= nr)
		*XPUSH(ps->files, ps->nfile) = NULL;
	ps->files[nr] = name;
}

/* .loc file line ... */
static void
loc_directive(struct parser *ps, const char *args)
{
	unsigned long nr, line;
	char *end;

	nr = strtoul(args, &end, 10);
	line = strtoul(end, NULL, 10);
	ps->loc.file = nr < ps->nfile ? ps->files[nr] : NULL;
	ps->loc.line = (unsigned)line;
}

/* ---- macros and conditions ---------------------------------------- */

/* +1: opens an opaque run of lines, -1: closes one, 0: neither. */
static int
opaque_step(const char *s)
{
	static const char *const opens[] = { ".macro", ".rept", ".rep", ".irp",
		".irpc", NULL };
	static const char *const closes[] = { ".endm", ".endmacro", ".endr",
		".endif", NULL };

	if (in_list(s, opens) || strncasecmp(s, ".if", 3) == 0)
		return 1;
	return in_list(s, closes) ? -1 : 0;
}

static void
opaque_line(struct parser *ps, const char *s)
{
	int step = opaque_step(s);

	if (in_list(s, section_words))
		parse_error(ps,
		    "not supported in a macro or condition; expand it by cpp",
		    s);
	if (step < 0 && ps->opaque == 0) {
		parse_error(ps, "this closes nothing; remove it", s);
		return;
	}
	ps->opaque += (unsigned)step;
	if (is_word(s, ".macro")) {
		const char *name = after_word(s);

		*XPUSH(ps->macros, ps->nmacro) = xstrndup(name,
		    symbol_length(name));
	}
}

/* ---- what is refused ---------------------------------------------- */

static bool
is_refused(struct parser *ps, const char *s)
{
	static const char *const refused[] = { ".include", ".intel_syntax",
		".code16", ".code16gcc", ".code32", ".end", ".altmacro",
		".linefile", ".line", ".struct", NULL };

	if (in_list(s, refused) ||
	    (is_word(s, ".att_syntax") && strstr(s, "noprefix") != NULL)) {
		parse_error(ps, "not supported; remove it, or let cpp do it",
		    s);
		return true;
	}
	if (!ps->sec.exec || opaque_step(s) == 0)
		return false;
	parse_error(ps, "not supported in code; expand by cpp", s);
	return true;
}

/* ---- assignments -------------------------------------------------- */

/* Is there a '.' that means "here"? */
static bool
has_dot(const char *v)
{
	for (; *v != '\0'; v += symbol_length(v) != 0 ? symbol_length(v) : 1)
		if (*v == '.' && symbol_length(v) == 1)
			return true;
	return false;
}

/* ". - symbol" */
static bool
is_length(const char *v)
{
	const char *op = skip_space(v + 1);

	return *v == '.' && *op == '-' &&
	    !isdigit((unsigned char)*skip_space(op + 1));
}

/*
 * symbol = value, in code.  "= ." is a label by another name; "= . - x" is a
 * length; another offset from here would be wrong once hooks are put in.
 */
static void
assignment(struct parser *ps, const char *s, size_t name_n, const char *value)
{
	size_t n = strlen(value);

	while (n > 0 && isspace((unsigned char)value[n - 1]))
		n--;
	if (*value == '%') {
		parse_error(ps, "a name for a register; use the register", s);
	} else if (name_n == 1 && *s == '.') {
		parse_error(ps, "'.' cannot be set in code; use .p2align", s);
	} else if (n == 1 && *value == '.') {
		parse_add(ps, ST_LABEL, xstrndup(s, name_n));
		return;
	} else if (has_dot(value) && !is_length(value)) {
		parse_error(ps, "offset from here in code; use a label", s);
	}
	parse_add_directive(ps);
}

/* .set symbol, value and its like: the value, or NULL. */
static const char *
set_value(const char *s, const char **name)
{
	static const char *const sets[] = { ".set", ".equ", ".equiv", ".eqv",
		NULL };
	size_t n;

	if (!in_list(s, sets))
		return NULL;
	*name = after_word(s);
	n = symbol_length(*name);
	s = skip_space(*name + n);
	return n != 0 && *s == ',' ? skip_space(s + 1) : NULL;
}

/* ---- the whole ---------------------------------------------------- */

static void
plain_directive(struct parser *ps, const char *s)
{
	if (in_list(s, section_words)) {
		if (!section_directive(ps, s))
			parse_error(ps,
			    "not understood; write .section name,\"flags\"", s);
	} else if (is_word(s, ".file")) {
		file_directive(ps, after_word(s));
	} else if (is_word(s, ".loc")) {
		loc_directive(ps, after_word(s));
	}
	parse_add_directive(ps);
}

void
parse_directive(struct parser *ps, const char *s)
{
	const char *name = s, *value = assigned_value(s);

	parse_flush_prefix(ps);
	if (value == NULL)
		value = set_value(s, &name);
	if (ps->opaque != 0 || (!ps->sec.exec && opaque_step(s) != 0)) {
		opaque_line(ps, s);
		parse_add_directive(ps);
	} else if (value != NULL && ps->sec.exec) {
		assignment(ps, name, symbol_length(name), value);
	} else if (value != NULL || !is_refused(ps, s)) {
		plain_directive(ps, s);
	}
}
