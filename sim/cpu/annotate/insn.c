/*
 * insn.c: decode one instruction.
 *
 * The row of insn_table.c that describes the instruction (insn_match.c) says which operands are read and written, what happens to the flags,
 * which registers are implied and which class the instruction has.  What a
 * row cannot say is done by its rule (apply_rule).
 *
 * The register sets are what liveness analysis needs: `use' may hold too
 * much and `def' too little, never the other way round.
 */
#include <ctype.h>
#include <string.h>

#include "cpu/annotate/diag.h"
#include "cpu/annotate/insn_table.h"

/* ---- effects ------------------------------------------------------ */

static void
reads(struct insn *in, regset_t set)
{
	in->use |= set;
}

/* A write of `size' bytes of a register. */
static void
writes(struct insn *in, int reg, int size)
{
	in->wr |= RBIT(reg);
	if (size >= 4)
		in->def |= RBIT(reg);
	else
		in->use |= RBIT(reg);
}

static void
accesses(struct insn *in, const struct operand *o, enum access kind, int size)
{
	struct memacc *m = &in->mem[in->nmem++];

	m->op = o;
	m->kind = kind;
	m->size = size;
}

/* Operand o is read or written, wherever it is. */
static void
apply_access(struct insn *in, const struct operand *o, enum access kind,
    int size)
{
	if (o->type == OP_MEM) {
		reads(in, operand_regs(o));
		accesses(in, o, kind, size);
	} else if (o->type == OP_REG) {
		if (kind != ACC_WRITE)
			reads(in, RBIT(o->reg));
		if (kind != ACC_READ)
			writes(in, o->reg, size);
	}
}

static void
apply_operand(struct insn *in, struct operand *o, char letter,
    const struct insn_row *row)
{
	switch (letter) {
	case 'r':
	case 'R':
	case 'E':
	case 'A':
	case '*':
		apply_access(in, o, ACC_READ, in->osize);
		break;
	case 'w':
	case 'W':
	case 'F':
	case 'B':
		apply_access(in, o, ACC_WRITE, in->osize);
		break;
	case 'm':
	case 'M':
	case 'X':
		apply_access(in, o, ACC_RMW, in->osize);
		break;
	case 's':
		apply_access(in, o, ACC_READ,
		    row->src != 0 ? row->src : o->size);
		break;
	case 'c':
	case 'p':
		apply_access(in, o, ACC_READ, o->size);
		break;
	case 'a':
	case 'n':
		reads(in, operand_regs(o));
		break;
	case 't':
		o->type = OP_TARGET;
		break;
	default: /* i k z x y: nothing, or implied */
		break;
	}
}

static void
apply_flags(struct insn *in, int flags)
{
	if (flags != FL_NONE && flags != FL_DEF)
		in->use |= RS_FLAGS;
	if (flags == FL_DEF || flags == FL_ADC)
		in->def |= RS_FLAGS;
	if (flags != FL_NONE && flags != FL_USE)
		in->wr |= RS_FLAGS;
	in->passes_flags = flags == FL_PART;
}

static void
stack_access(struct insn *in, enum access kind)
{
	in->impl.kind = kind;
	in->impl.size = 8;
}

/* A shift whose count may be 0 keeps the flags. */
static void
rule_shift(struct insn *in)
{
	const struct operand *count = &in->op[0];
	int64_t mask = in->osize == 8 ? 63 : 31;

	if (count->imm_known && (count->imm & mask) != 0)
		return;
	in->def &= ~RS_FLAGS;
	in->use |= RS_FLAGS;
	in->passes_flags = true;
}

static void
rule_idiom(struct insn *in)
{
	const struct operand *a = &in->op[0], *b = &in->op[1];

	if (a->type == OP_REG && b->type == OP_REG && a->reg == b->reg &&
	    in->osize >= 4)
		in->use &= ~RBIT(a->reg);
}

static void
rule_axdx(struct insn *in)
{
	if (in->osize == 1) {
		writes(in, R_AX, 2);
	} else {
		writes(in, R_AX, in->osize);
		writes(in, R_DX, in->osize);
	}
}

/*
 * gcc's nested functions get their static chain in %r10 and have names that
 * end in a number; so have some others, where it does no harm.
 */
bool
insn_maybe_nested(const char *name)
{
	size_t n = strlen(name);

	while (n > 0 && isdigit((unsigned char)name[n - 1]))
		n--;
	return n > 0 && name[n] != '\0' && name[n - 1] == '.';
}

static void
rule_call(struct insn *in)
{
	in->use |= RS_ARGS | RBIT(R_SP);
	if (in->cls == IC_CALL && insn_maybe_nested(in->op[0].text))
		in->use |= RBIT(R_10);
	in->wr |= RS_CALLER_SAVED | RS_FLAGS;
	in->def |= RS_CALLER_SAVED | RS_FLAGS;
	stack_access(in, ACC_WRITE);
}

static void
rule_string(struct insn *in, const struct insn_row *row)
{
	bool rep = (in->pfx & (PFX_REP | PFX_REPNZ)) != 0;
	regset_t keep;

	in->str_op = row->name[0];
	if (strcmp(row->name, "scas") == 0)
		in->str_op = 'a';
	in->str_size = in->osize;
	if (in->str_op == 'l')
		writes(in, R_AX, in->osize);
	if (!rep)
		return;
	in->use |= RBIT(R_CX);
	in->wr |= RBIT(R_CX);
	in->def |= RBIT(R_CX);
	/* With a count of 0 nothing is loaded or compared. */
	keep = in->wr & (RBIT(R_AX) | RS_FLAGS);
	in->def &= ~keep;
	in->use |= keep;
}

static void
apply_rule(struct insn *in, const struct insn_row *row)
{
	switch ((enum insn_rule)row->rule) {
	case RU_NONE:
	case RU_JMP:
		break;
	case RU_IDIOM:
		rule_idiom(in);
		break;
	case RU_SHIFT:
		rule_shift(in);
		break;
	case RU_BIT:
		if (in->nmem != 0 && in->op[0].type == OP_REG)
			in->mem[0].bitstring = true;
		break;
	case RU_XCHG:
		if (in->nmem != 0)
			in->cls = IC_LOCK;
		break;
	case RU_AXDX:
		rule_axdx(in);
		break;
	case RU_ACC:
		writes(in, R_AX, in->osize);
		break;
	case RU_PUSH:
		stack_access(in, ACC_WRITE);
		break;
	case RU_POP:
	case RU_LEAVE:
		stack_access(in, ACC_READ);
		break;
	case RU_CALL:
		rule_call(in);
		break;
	case RU_RET:
		in->use |= RBIT(R_AX) | RBIT(R_DX) | RS_CALLEE_SAVED;
		stack_access(in, ACC_READ);
		break;
	case RU_STRING:
		rule_string(in, row);
		break;
	}
}

static void
apply_row(struct insn *in, const struct insn_row *row, int osize)
{
	int i;

	in->cls = row->cls;
	in->priv = row->priv;
	in->osize = osize;
	in->use = row->use | row->part;
	in->def = row->def;
	in->wr = row->def | row->part;
	if (row->rule == RU_AXDX && osize == 1)
		in->use &= ~RBIT(R_DX); /* bytes need ax only */
	apply_flags(in, row->flags);
	for (i = 0; i < in->nop; i++)
		apply_operand(in, &in->op[i], row->ops[i], row);
	apply_rule(in, row);
}

/* ---- targets and prefixes ----------------------------------------- */

static bool
is_local_label(const char *s)
{
	size_t n = strspn(s, "0123456789");

	if (strncmp(s, ".L", 2) == 0)
		return true;
	return n > 0 && (s[n] == 'b' || s[n] == 'f') && s[n + 1] == '\0';
}

/*
 * Code moves when hooks are put in, so that a target must be a label.  A
 * jump to a label that may be another function's is taken for a tail call:
 * that function wants its arguments and, for its caller, what ret wants.
 */
static const char *
check_target(struct insn *in)
{
	const char *s = in->op[0].text;

	if (in->nop != 1 || in->op[0].type != OP_TARGET)
		return NULL;
	if (*s != '"' &&
	    (strpbrk(s, "+-*/()&|^~<>=!$") != NULL || strcmp(s, ".") == 0 ||
		(isdigit((unsigned char)*s) && !is_local_label(s))))
		return "target is not a label; put a label where it goes";
	if (in->cls == IC_CALL || is_local_label(s))
		return NULL;
	if (in->cls == IC_JMP)
		in->cls = IC_TAIL;
	in->use |= RS_ARGS | RS_CALLEE_SAVED | RBIT(R_SP) | RBIT(R_AX);
	if (insn_maybe_nested(s))
		in->use |= RBIT(R_10);
	return NULL;
}

/* Shifts and rotates change memory, but the processor does not lock them. */
static bool
is_lockable(const struct insn *in, const struct insn_row *row)
{
	static const char *const stems[] = { "sh", "sa", "ro", "rc" };
	size_t i;

	for (i = 0; i < sizeof stems / sizeof stems[0]; i++)
		if (strncmp(row->name, stems[i], 2) == 0)
			return false;
	return in->nmem == 1 && in->mem[0].kind == ACC_RMW;
}

static const char *
check_prefixes(struct insn *in, const struct insn_row *row)
{
	static const char useless[] = "prefix does not belong here; remove it";
	bool compares = in->str_op == 'a' || in->str_op == 'c';

	if (in->pfx & PFX_LOCK) {
		if (!is_lockable(in, row))
			return "lock does not belong here; remove it";
		in->cls = IC_LOCK;
	}
	if ((in->pfx & PFX_REPNZ) && !compares)
		return useless;
	if ((in->pfx & PFX_NOTRACK) && in->cls != IC_IJMP &&
	    in->cls != IC_ICALL)
		return useless;
	if (!(in->pfx & PFX_REP) || in->cls == IC_STRING || in->cls == IC_RET)
		return NULL;
	if (strcmp(row->name, "nop") == 0 && in->nop == 0)
		in->cls = IC_PAUSE;
	else if (strcmp(row->name, "bsf") != 0)
		return useless; /* rep bsr: the host would do lzcnt */
	return NULL;
}

/* Ports are looked up when the image is built into a machine. */
static const char *
check_priv(const struct insn *in)
{
	int i;

	for (i = 0; in->cls == IC_PRIV && i < in->nop; i++)
		if (in->op[i].type == OP_IMM && !in->op[i].imm_known)
			return "port is not a number; write it as a number";
	return NULL;
}

/* ---- the whole ---------------------------------------------------- */

static int
fail(const struct insn *in, const char *path, const char *msg)
{
	diag_error(path, in->sline, in->loc, "'%s': %s", in->text, msg);
	return 1;
}

static int
fail_unknown(const struct insn *in, const char *path)
{
	const char
	    *remedy = "rewrite it, or add it to sim/cpu/annotate/insn_table.c";
	size_t i;

	for (i = 0; i < insn_nrefused; i++)
		if (strcmp(in->mn, insn_refused[i].name) == 0)
			remedy = insn_refused[i].remedy;
	if (strstr(in->text, "%xmm") != NULL ||
	    strstr(in->text, "%ymm") != NULL || strstr(in->text, "%st") != NULL)
		remedy = "compile with -mgeneral-regs-only";
	diag_error(path, in->sline, in->loc, "unknown instruction '%s'; %s",
	    in->text, remedy);
	return 1;
}

int
insn_decode(struct insn *in, const char *path)
{
	const struct insn_row *row = NULL;
	const char *msg;
	int i, osize = 0;

	if (!insn_name_known(in->mn))
		return fail_unknown(in, path);
	for (i = 0; i < in->nop; i++)
		if ((msg = operand_parse(&in->op[i])) != NULL)
			return fail(in, path, msg);
	switch (insn_find_row(in, &row, &osize)) {
	case FOUND:
		break;
	case BAD_SIZE:
		return fail(in, path,
		    "operand size is ambiguous; add a suffix b, w, l or q");
	default:
		return fail(in, path,
		    "operands do not fit this instruction; correct them");
	}
	apply_row(in, row, osize);
	if ((msg = check_prefixes(in, row)) != NULL ||
	    (msg = check_target(in)) != NULL || (msg = check_priv(in)) != NULL)
		return fail(in, path, msg);
	return 0;
}
