/*
 * parse_insn.c: split an instruction into prefixes, mnemonic and operands.
 *
 * White space is dropped and names of registers and mnemonics are put into
 * lower case, so that equal instructions have equal texts.  A prefix may be
 * a statement of its own ("lock; cmpxchg ..."): it then waits in ps->pfx.
 */
#include <ctype.h>
#include <string.h>

#include "cpu/annotate/parse_int.h"
#include "cpu/annotate/xalloc.h"

static const struct prefix {
	const char *name;
	unsigned pfx;
} prefixes[] = {
	{ "lock", PFX_LOCK },
	{ "rep", PFX_REP },
	{ "repe", PFX_REP },
	{ "repz", PFX_REP },
	{ "repne", PFX_REPNZ },
	{ "repnz", PFX_REPNZ },
	{ "notrack", PFX_NOTRACK },
};

static unsigned
find_prefix(const char *mn)
{
	size_t i;

	for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (strcmp(mn, prefixes[i].name) == 0)
			return prefixes[i].pfx;
	return 0;
}

/* The word at *s in lower case; *s moves behind it. */
static char *
take_word(const char **s)
{
	size_t n = strcspn(*s, " \t\f\r\v"), i;
	char *w = xstrndup(*s, n);

	for (i = 0; i < n; i++)
		w[i] = (char)tolower((unsigned char)w[i]);
	*s = skip_space(*s + n);
	return w;
}

/* Length of the operand at s: up to a ',' outside parentheses and quotes. */
static size_t
operand_length(const char *s)
{
	size_t n = 0, q;
	int depth = 0;

	while (s[n] != '\0' && (s[n] != ',' || depth > 0)) {
		if (s[n] == '(')
			depth++;
		else if (s[n] == ')')
			depth--;
		q = s[n] == '"' ? symbol_length(s + n) : 0;
		n += q != 0 ? q : 1;
	}
	return n;
}

/* Copy a register name in lower case; returns the characters taken. */
static size_t
copy_register(char *to, const char *s, size_t n)
{
	size_t i = 1;

	to[0] = '%';
	while (i < n && isalnum((unsigned char)s[i])) {
		to[i] = (char)tolower((unsigned char)s[i]);
		i++;
	}
	return i;
}

/*
 * The operand s[0..n) without white space, or NULL when white space stands
 * inside a name or number.
 */
static const char *
normalise(const char *s, size_t n)
{
	char *to = xalloc(n + 1), *t = to;
	size_t i = 0, q;
	bool space = false;

	while (i < n) {
		if (isspace((unsigned char)s[i])) {
			space = true;
			i++;
			continue;
		}
		if (space && t > to && is_symbol_char(t[-1]) &&
		    is_symbol_char(s[i]))
			return NULL;
		space = false;
		if (s[i] == '%') {
			while (i + 1 < n && isspace((unsigned char)s[i + 1]))
				s++, n--;
			q = copy_register(t, s + i, n - i);
		} else {
			q = s[i] == '"' ? symbol_length(s + i) : 1;
			if (q == 0 || q > n - i)
				q = 1;
			memcpy(t, s + i, q);
		}
		t += q;
		i += q;
	}
	*t = '\0';
	return to;
}

/* Split s into in->op[].text; returns a message when that fails. */
static const char *
split_operands(struct insn *in, const char *s)
{
	size_t n;

	if (*s == '\0')
		return NULL;
	for (;; s += n + 1) {
		if (in->nop == (int)(sizeof in->op / sizeof in->op[0]))
			return "there are more than 3 operands; remove some";
		n = operand_length(s);
		in->op[in->nop].text = normalise(s, n);
		if (in->op[in->nop].text == NULL)
			return "white space inside an operand; remove it";
		if (in->op[in->nop].text[0] == '\0')
			return "an operand is missing; write it";
		in->nop++;
		if (s[n] == '\0')
			return NULL;
	}
}

/* "lock cmpxchgl %ecx, (%rdi)" */
static const char *
insn_text(const struct insn *in)
{
	const char *text = "";
	size_t i;
	int k;
	unsigned done = 0;

	for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if ((in->pfx & prefixes[i].pfx & ~done) != 0) {
			text = xasprintf("%s%s ", text, prefixes[i].name);
			done |= prefixes[i].pfx;
		}
	text = xasprintf("%s%s", text, in->mn);
	for (k = 0; k < in->nop; k++)
		text = xasprintf("%s%s%s", text, k == 0 ? " " : ", ",
		    in->op[k].text);
	return text;
}

void
parse_insn(struct parser *ps, const char *s)
{
	const char *whole = s, *msg;
	struct insn *in = xalloc(sizeof *in);
	struct stmt *st;
	unsigned pfx;

	if (!ps->sec.exec && parse_is_macro(ps, s)) {
		parse_add_directive(ps);
		return;
	}
	while ((pfx = find_prefix(in->mn = take_word(&s))) != 0) {
		if (ps->pfx & pfx)
			parse_error(ps, "prefix is repeated; remove one",
			    whole);
		ps->pfx |= pfx;
		if (*s == '\0')
			return;
	}
	in->pfx = ps->pfx;
	ps->pfx = 0;
	in->sline = ps->sline;
	in->loc = ps->at;
	in->by_hand = ps->by_hand;
	if (!ps->sec.exec) {
		parse_error(ps,
		    "instruction outside code; use a section with flag x",
		    whole);
		return;
	}
	if ((msg = split_operands(in, s)) != NULL) {
		parse_error(ps, msg, whole);
		return;
	}
	in->text = insn_text(in);
	ps->nerror += insn_decode(in, ps->path);
	st = parse_add(ps, ST_INSN, in->text);
	st->insn = in;
}
