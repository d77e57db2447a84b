/*
 * expr.c: check the expression of an operand, and evaluate it if it is
 * constant.
 *
 * The assembler reads the expression again, so that symbols are of no
 * interest here.  Precedence is the assembler's, not C's: first * / << >>,
 * then & | ^, then + and -.  The location counter is refused: a distance from
 * here is wrong once hooks stand between.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/insn_table.h"
#include "cpu/annotate/parse_int.h"
#include "cpu/annotate/xalloc.h"

#define MAX_DEPTH 64 /* of parentheses and signs */

struct expr {
	const char *p;
	const char *err;
	int depth;
	bool known; /* constant so far */
};

static uint64_t sum(struct expr *);

static uint64_t
bad(struct expr *e)
{
	if (e->err == NULL)
		e->err = "is not understood; correct the expression";
	return 0;
}

/* A number, or a numeric label: 1b 1f. */
static uint64_t
number(struct expr *e)
{
	const char *s = e->p;
	size_t n = strspn(s, "0123456789");
	int base = 0;
	char *end;
	uint64_t v;

	if ((s[n] == 'b' || s[n] == 'f') && !is_symbol_char(s[n + 1])) {
		e->p = s + n + 1;
		e->known = false;
		return 0;
	}
	if (s[0] == '0' && (s[1] == 'b' || s[1] == 'B')) {
		s += 2;
		base = 2;
	}
	errno = 0;
	v = strtoull(s, &end, base);
	if (!isxdigit((unsigned char)*s) || errno != 0 || is_symbol_char(*end))
		return bad(e);
	e->p = end;
	return v;
}

/* foo, .L3, "foo", foo@PLT */
static uint64_t
symbol(struct expr *e)
{
	const char *s = e->p;
	size_t n;

	if (*s == '"') {
		n = symbol_length(s);
		if (n < 3)
			return bad(e);
	} else {
		if (*s == '@' || *s == '$')
			return bad(e);
		for (n = 1; is_symbol_char(s[n]) && s[n] != '@';)
			n++;
	}
	if (n == 1 && *s == '.')
		e->err =
		    "is a distance from here, which hooks change; use a label";
	if (s[n] == '@') {
		n++;
		if (!isalpha((unsigned char)s[n]))
			return bad(e);
		while (isalnum((unsigned char)s[n]))
			n++;
	}
	e->p = s + n;
	e->known = false;
	return is_symbol_char(*e->p) ? bad(e) : 0;
}

static uint64_t
primary(struct expr *e)
{
	uint64_t v;
	char c = *e->p;

	if (e->err != NULL || e->depth++ > MAX_DEPTH)
		return bad(e);
	if (c == '-' || c == '+' || c == '~') {
		e->p++;
		v = primary(e);
		v = c == '-' ? -v : c == '~' ? ~v : v;
	} else if (c == '(') {
		e->p++;
		v = sum(e);
		if (*e->p++ != ')') {
			e->p--;
			v = bad(e);
		}
	} else if (isdigit((unsigned char)c)) {
		v = number(e);
	} else if (c == '"' || is_symbol_char(c)) {
		v = symbol(e);
	} else {
		v = bad(e);
	}
	e->depth--;
	return v;
}

static uint64_t
divided(struct expr *e, uint64_t a, uint64_t b)
{
	if (b == 0 || (b == UINT64_MAX && a == (uint64_t)INT64_MIN)) {
		e->known = false;
		return 0;
	}
	return (uint64_t)((int64_t)a / (int64_t)b);
}

static uint64_t
shifted(struct expr *e, char op, uint64_t a, uint64_t n)
{
	if (n > 63) {
		e->known = false;
		return 0;
	}
	return op == '<' ? a << n : a >> n;
}

static uint64_t
product(struct expr *e)
{
	uint64_t v = primary(e);
	char op;

	for (;;) {
		op = *e->p;
		if (op == '*' || op == '/') {
			e->p++;
			v = op == '*' ? v * primary(e)
				      : divided(e, v, primary(e));
		} else if ((op == '<' || op == '>') && e->p[1] == op) {
			e->p += 2;
			v = shifted(e, op, v, primary(e));
		} else {
			return v;
		}
	}
}

static uint64_t
bits(struct expr *e)
{
	uint64_t v = product(e), w;
	char op;

	while ((op = *e->p) == '&' || op == '|' || op == '^') {
		e->p++;
		w = product(e);
		v = op == '&' ? v & w : op == '|' ? v | w : v ^ w;
	}
	return v;
}

static uint64_t
sum(struct expr *e)
{
	uint64_t v = bits(e), w;
	char op;

	while ((op = *e->p) == '+' || op == '-') {
		e->p++;
		w = bits(e);
		v = op == '+' ? v + w : v - w;
	}
	return v;
}

const char *
expr_check(const char *s, bool *known, int64_t *value)
{
	struct expr e = { .p = s, .known = true };
	uint64_t v = sum(&e);

	if (*e.p != '\0')
		bad(&e);
	if (e.err != NULL)
		return xasprintf("'%s' %s", s, e.err);
	*known = e.known;
	*value = e.known ? (int64_t)v : 0;
	return NULL;
}
