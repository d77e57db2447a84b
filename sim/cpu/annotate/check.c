/*
 * check.c: what the annotator refuses.
 *
 * Everything it cannot time or would time wrongly is an error with a place,
 * never a guess: code given as data, the register that holds the clock,
 * directives whose effect on code is unknown.
 */
#include <ctype.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/diag.h"

/*
 * Directives that may stand between instructions.  Assignments may too:
 * parse_dir.c has looked at their values.
 */
static const char *const allowed[] = { ".p2align", ".align", ".balign",
	".globl", ".global", ".local", ".weak", ".hidden", ".protected",
	".internal", ".type", ".size", ".set", ".equ", ".file", ".loc",
	".ident", ".text", ".data", ".bss", ".section", ".pushsection",
	".popsection", ".previous", ".subsection", ".comm", ".lcomm", ".symver",
	".addrsig", ".code64", ".att_syntax", ".extern", ".loc_mark_labels",
	".weakref" };

static bool
is_allowed(const char *t)
{
	size_t n;

	while (isspace((unsigned char)*t))
		t++;
	n = strcspn(t, " \t,");
	if (n == 0 || t[0] == '#' || t[0] == '/' || strncmp(t, ".cfi_", 5) == 0)
		return true;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (strlen(allowed[i]) == n && strncmp(t, allowed[i], n) == 0)
			return true;
	t += strcspn(t, " \t=");
	return t[strspn(t, " \t")] == '=';
}

static int
check_directive(const struct unit *u, const struct stmt *s)
{
	const char *t = s->text;

	if (!s->in_text || is_allowed(t))
		return 0;
	while (isspace((unsigned char)*t))
		t++;
	return diag_error(u->path, s->sline, (struct loc){ 0 },
	    "'%.*s' among instructions; code must be instructions, data "
	    "belongs in a data section",
	    (int)strcspn(t, " \t"), t);
}

static int
check_insn(const struct unit *u, const struct insn *in)
{
	for (int k = 0; k < in->nop; k++) {
		const struct operand *o = &in->op[k];
		regset_t r = o->type == OP_REG ? RBIT(o->reg)
		    : o->type == OP_MEM        ? operand_regs(o)
					       : 0;

		if (r & RBIT(R_14))
			return diag_error(u->path, in->sline, in->loc,
			    "'%s' uses r14, which holds the clock; use another "
			    "register, or compile with -ffixed-r14",
			    in->text);
		if ((strcmp(in->mn, "pop") == 0 ||
			strcmp(in->mn, "popq") == 0 ||
			strcmp(in->mn, "popw") == 0) &&
		    o->type == OP_MEM && (operand_regs(o) & RBIT(R_SP)) &&
		    in->cls == IC_PLAIN)
			return diag_error(u->path, in->sline, in->loc,
			    "'%s' addresses memory by the rsp that it changes; "
			    "pop into a register first",
			    in->text);
		if (in->cls != IC_PLAIN && in->cls != IC_LOCK &&
		    in->cls != IC_ICALL && in->cls != IC_IJMP &&
		    in->cls != IC_PRIV && in->cls != IC_STRING &&
		    o->type == OP_MEM)
			return diag_error(u->path, in->sline, in->loc,
			    "memory operand of '%s' is not understood; use "
			    "a plain load and a register",
			    in->text);
	}
	return 0;
}

/* Returns the number of errors reported. */
int
check_unit(const struct unit *u)
{
	int err = 0;

	for (size_t i = 0; i < u->nstmt; i++) {
		const struct stmt *s = &u->stmts[i];

		if (s->type == ST_DIRECTIVE)
			err += check_directive(u, s) != 0;
		else if (s->type == ST_INSN)
			err += check_insn(u, s->insn) != 0;
	}
	return err;
}
