/*
 * insn_match.c: find the row of insn_table.c that describes an instruction.
 *
 * A mnemonic is looked up as it is and then without its size suffix; of the
 * rows of that name the first whose letters fit the operands is taken.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/insn_table.h"
#include "cpu/annotate/xalloc.h"

static const struct insn_row **rows; /* by name, then in table order */

static int
row_cmp(const void *a, const void *b)
{
	const struct insn_row *ra = *(const struct insn_row *const *)a;
	const struct insn_row *rb = *(const struct insn_row *const *)b;
	int c = strcmp(ra->name, rb->name);

	return c != 0 ? c : (ra > rb) - (ra < rb);
}

static void
sort_rows(void)
{
	size_t i;

	rows = calloc(insn_nrows, sizeof *rows);
	if (rows == NULL)
		abort();
	for (i = 0; i < insn_nrows; i++)
		rows[i] = &insn_rows[i];
	qsort(rows, insn_nrows, sizeof *rows, row_cmp);
}

/* Index of the first row called name, or of where it would be. */
static size_t
first_row(const char *name)
{
	size_t lo = 0, hi = insn_nrows, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (strcmp(rows[mid]->name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool
is_condition(const char *s)
{
	static const char *const cc[] = { "o", "no", "b", "c", "nae", "ae",
		"nb", "nc", "e", "z", "ne", "nz", "be", "na", "a", "nbe", "s",
		"ns", "p", "pe", "np", "po", "l", "nge", "ge", "nl", "le", "ng",
		"g", "nle" };
	size_t i;

	for (i = 0; i < sizeof cc / sizeof cc[0]; i++)
		if (strcmp(s, cc[i]) == 0)
			return true;
	return false;
}

/* The name under which the table has mn: "j?" for "jne". */
static const char *
row_name(const char *mn)
{
	static const char *const stems[][2] = { { "j", "j?" },
		{ "set", "set?" }, { "cmov", "cmov?" } };
	size_t i, n;

	for (i = 0; i < 3; i++) {
		n = strlen(stems[i][0]);
		if (strncmp(mn, stems[i][0], n) == 0 && is_condition(mn + n))
			return stems[i][1];
	}
	return mn;
}

static int
suffix_size(char c)
{
	return c == 'b' ? 1 : c == 'w' ? 2 : c == 'l' ? 4 : c == 'q' ? 8 : 0;
}

/* ---- does a row fit? ---------------------------------------------- */

static bool
is_reg(const struct operand *o, int reg, int size)
{
	return o->type == OP_REG && o->reg == reg && !o->high &&
	    (size == 0 || o->size == size);
}

static bool
is_plain_base(const struct operand *o, int reg)
{
	return o->type == OP_MEM && o->base == reg && o->index == R_NONE &&
	    o->disp[0] == '\0' && o->seg == 0;
}

static bool
letter_fits(char letter, const struct operand *o)
{
	bool reg = o->type == OP_REG, mem = o->type == OP_MEM;

	if (o->indirect)
		return letter == '*' && (reg || mem);
	switch (letter) {
	case 'r':
		return reg || mem || o->type == OP_IMM;
	case 'w':
	case 'm':
	case 's':
	case 'n':
		return reg || mem;
	case 'R':
	case 'W':
	case 'M':
	case 'z':
		return reg;
	case 'E':
	case 'F':
	case 'X':
	case 'a':
		return mem;
	case 'i':
		return o->type == OP_IMM;
	case 'c':
		return o->type == OP_IMM || is_reg(o, R_CX, 1);
	case 'p':
		return o->type == OP_IMM || is_reg(o, R_DX, 2);
	case 'A':
	case 'B':
		return is_reg(o, R_AX, 0);
	case 'k':
		return o->type == OP_CR;
	case 't':
		return mem && o->base == R_NONE && o->index == R_NONE &&
		    o->seg == 0;
	case 'x':
		return is_plain_base(o, R_SI);
	case 'y':
		return is_plain_base(o, R_DI);
	}
	return false;
}

/*
 * Does the row fit the operands, and a suffix of `size' bytes (0: none)?
 * Returns the operand size; 0: has none; -1: does not fit; -2: would fit if
 * the size were known.
 */
static int
row_fits(const struct insn_row *row, const struct insn *in, int size)
{
	int i, nmem = 0;

	if ((int)strlen(row->ops) != in->nop || (size & ~row->sizes) != 0)
		return -1;
	for (i = 0; i < in->nop; i++) {
		const struct operand *o = &in->op[i];

		if (!letter_fits(row->ops[i], o))
			return -1;
		if (row->ops[i] == 's' && row->src != 0 && o->type == OP_REG &&
		    o->size != row->src)
			return -1;
		nmem += o->type == OP_MEM;
		if (o->type != OP_REG || strchr("scpz", row->ops[i]) != NULL)
			continue;
		if (size == 0)
			size = o->size;
		if (size != o->size)
			return -1;
	}
	if (nmem > 1 && row->rule != RU_STRING)
		return -1;
	if (row->sizes == 0)
		return size == 0 || size == row->fixed ? row->fixed : -1;
	if (size == 0)
		return row->fixed != 0 ? row->fixed : -2;
	if (strchr(row->ops, 's') != NULL && row->src == 0 &&
	    in->op[0].type == OP_MEM)
		return -2;
	return (size & row->sizes) != 0 ? size : -1;
}

/* Try the rows called name. */
static enum found
try_name(const struct insn *in, const char *name, int size,
    const struct insn_row **row, int *osize)
{
	enum found ret = UNKNOWN;
	size_t i;

	name = row_name(name);
	for (i = first_row(name); i < insn_nrows; i++) {
		if (strcmp(rows[i]->name, name) != 0)
			break;
		*osize = row_fits(rows[i], in, size);
		if (*osize >= 0) {
			*row = rows[i];
			return FOUND;
		}
		if (ret != BAD_SIZE)
			ret = *osize == -2 ? BAD_SIZE : BAD_OPERANDS;
	}
	return ret;
}

enum found
insn_find_row(const struct insn *in, const struct insn_row **row, int *osize)
{
	size_t n = strlen(in->mn);
	enum found whole, stripped;
	int size;

	if (rows == NULL)
		sort_rows();
	whole = try_name(in, in->mn, 0, row, osize);
	if (whole == FOUND || n < 2 || (size = suffix_size(in->mn[n - 1])) == 0)
		return whole;
	stripped = try_name(in, xstrndup(in->mn, n - 1), size, row, osize);
	return stripped == UNKNOWN ? whole : stripped;
}

bool
insn_name_known(const char *mn)
{
	static const struct insn none = { .nop = -1 };
	struct insn in = none;
	const struct insn_row *row;
	int osize;

	in.mn = mn;
	return insn_find_row(&in, &row, &osize) != UNKNOWN;
}
