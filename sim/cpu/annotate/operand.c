/*
 * operand.c: decode one AT&T operand.
 *
 * The text comes from parse.c: white space removed, register names in lower
 * case.
 */
#include <string.h>

#include "cpu/annotate/insn_table.h"
#include "cpu/annotate/xalloc.h"

/* Rows in the order of enum reg; columns: 8, 4, 2, 1 bytes. */
static const char names[16][4][6] = {
	{ "%rax", "%eax", "%ax", "%al" },
	{ "%rcx", "%ecx", "%cx", "%cl" },
	{ "%rdx", "%edx", "%dx", "%dl" },
	{ "%rbx", "%ebx", "%bx", "%bl" },
	{ "%rsp", "%esp", "%sp", "%spl" },
	{ "%rbp", "%ebp", "%bp", "%bpl" },
	{ "%rsi", "%esi", "%si", "%sil" },
	{ "%rdi", "%edi", "%di", "%dil" },
	{ "%r8", "%r8d", "%r8w", "%r8b" },
	{ "%r9", "%r9d", "%r9w", "%r9b" },
	{ "%r10", "%r10d", "%r10w", "%r10b" },
	{ "%r11", "%r11d", "%r11w", "%r11b" },
	{ "%r12", "%r12d", "%r12w", "%r12b" },
	{ "%r13", "%r13d", "%r13w", "%r13b" },
	{ "%r14", "%r14d", "%r14w", "%r14b" },
	{ "%r15", "%r15d", "%r15w", "%r15b" },
};
static const char high_names[4][4] = { "%ah", "%ch", "%dh", "%bh" };

const char *
reg_name(int reg, int size)
{
	if (reg == R_IP)
		return "%rip";
	if (reg < 0 || reg > R_15)
		return NULL;
	return names[reg][size == 8 ? 0 : size == 4 ? 1 : size == 2 ? 2 : 3];
}

regset_t
operand_regs(const struct operand *o)
{
	regset_t set = 0;

	if (o->type != OP_MEM)
		return 0;
	if (o->base >= 0 && o->base <= R_15)
		set |= RBIT(o->base);
	if (o->index >= 0 && o->index <= R_15)
		set |= RBIT(o->index);
	return set;
}

/* Find a general register; true and *reg, *size, *high when it is one. */
static bool
find_reg(const char *s, size_t n, int *reg, int *size, bool *high)
{
	int r, c;

	*high = false;
	for (r = 0; r < 16; r++)
		for (c = 0; c < 4; c++)
			if (strlen(names[r][c]) == n &&
			    memcmp(names[r][c], s, n) == 0) {
				*reg = r;
				*size = 8 >> c;
				return true;
			}
	for (r = 0; r < 4; r++)
		if (n == 3 && memcmp(high_names[r], s, n) == 0) {
			*reg = r;
			*size = 1;
			*high = true;
			return true;
		}
	return false;
}

static const char *
bad_reg(const char *s, size_t n)
{
	static const char *const segs[] = { "%cs", "%ds", "%es", "%fs", "%gs",
		"%ss" };
	size_t i;

	for (i = 0; i < sizeof segs / sizeof segs[0]; i++)
		if (n == 3 && memcmp(segs[i], s, n) == 0)
			return "segment registers are fixed; remove the access";
	return xasprintf(
	    "register '%.*s' is not supported; compile with -mgeneral-regs-only",
	    (int)n, s);
}

static const char *
parse_reg(struct operand *o, const char *s)
{
	o->type = OP_REG;
	if (find_reg(s, strlen(s), &o->reg, &o->size, &o->high))
		return NULL;
	if (strncmp(s, "%cr", 3) == 0 && strchr("02348", s[3]) != NULL &&
	    s[3] != '\0' && s[4] == '\0') {
		o->type = OP_CR;
		o->imm_known = true;
		o->imm = s[3] - '0';
		return NULL;
	}
	return bad_reg(s, strlen(s));
}

static const char *
parse_imm(struct operand *o, const char *s)
{
	o->type = OP_IMM;
	if (*s == '\0')
		return "'$' without a value; write a number after it";
	return expr_check(s, &o->imm_known, &o->imm);
}

/* A register of an address: s[0..n), 64 bits wide. */
static const char *
addr_reg(const char *s, size_t n, int *reg)
{
	int size;
	bool high;

	if (n == 4 && memcmp(s, "%rip", 4) == 0) {
		*reg = R_IP;
		return NULL;
	}
	if (!find_reg(s, n, reg, &size, &high))
		return bad_reg(s, n);
	if (size != 8)
		return xasprintf("'%.*s' is not 64 bits wide; use %s", (int)n,
		    s, reg_name(*reg, 8));
	return NULL;
}

/* base,index,scale between the parentheses: s[0..n). */
static const char *
parse_baseindex(struct operand *o, const char *s, size_t n)
{
	static const char bad[] =
	    "not understood; write displacement(%base,%index,scale)";
	const char *end = s + n, *c, *msg;

	c = memchr(s, ',', n);
	if (c == NULL)
		c = end;
	if (c != s && (msg = addr_reg(s, (size_t)(c - s), &o->base)) != NULL)
		return msg;
	if (c == end)
		return NULL;
	s = c + 1;
	c = memchr(s, ',', (size_t)(end - s));
	if (c == NULL)
		c = end;
	if ((msg = addr_reg(s, (size_t)(c - s), &o->index)) != NULL)
		return *s != '%' ? bad : msg;
	if (o->index == R_SP || o->index == R_IP || o->base == R_IP)
		return bad;
	if (c == end)
		return NULL;
	if (end - c != 2 || strchr("1248", c[1]) == NULL)
		return bad;
	o->scale = c[1] - '0';
	return NULL;
}

/* The '(' of a trailing (base,index,scale), or NULL. */
static const char *
find_baseindex(const char *s)
{
	size_t n = strlen(s);
	const char *p;

	if (n == 0 || s[n - 1] != ')')
		return NULL;
	p = strrchr(s, '(');
	if (p == NULL || (p[1] != '%' && p[1] != ','))
		return NULL;
	return p;
}

static const char *
parse_mem(struct operand *o, const char *s)
{
	const char *paren, *msg;
	bool known;
	int64_t value;

	o->type = OP_MEM;
	o->base = o->index = R_NONE;
	o->scale = 1;
	o->inner = s;
	paren = find_baseindex(s);
	if (paren == NULL) {
		o->disp = s;
		return expr_check(s, &known, &value);
	}
	o->disp = xstrndup(s, (size_t)(paren - s));
	if (paren != s && (msg = expr_check(o->disp, &known, &value)) != NULL)
		return msg;
	return parse_baseindex(o, paren + 1, strlen(paren + 1) - 1);
}

/* %gs:... ; %ds and %es change nothing and are dropped. */
static const char *
parse_segment(struct operand *o, const char *s)
{
	switch (s[1]) {
	case 'g':
		o->seg = 'g';
		break;
	case 'd':
	case 'e':
		if (strcmp(s, "%ds:(%rsi)") != 0 &&
		    strcmp(s, "%es:(%rdi)") != 0)
			return xasprintf(
			    "segment prefix '%.3s:' is useless; remove it", s);
		break;
	default:
		return xasprintf(
		    "segment prefix '%.3s:' is not supported; use %%gs:", s);
	}
	return parse_mem(o, s + 4);
}

const char *
operand_parse(struct operand *o)
{
	const char *s = o->text;

	o->type = OP_NONE;
	o->reg = o->base = o->index = R_NONE;
	o->scale = 1;
	o->disp = o->inner = "";
	if (*s == '*') {
		o->indirect = true;
		o->text = ++s;
	}
	if (*s == '$')
		return parse_imm(o, s + 1);
	if (strcmp(s, "(%dx)") == 0) /* old spelling of a port */
		return parse_reg(o, "%dx");
	if (*s != '%')
		return parse_mem(o, s);
	if (strlen(s) > 4 && s[2] == 's' && s[3] == ':')
		return parse_segment(o, s);
	return parse_reg(o, s);
}
