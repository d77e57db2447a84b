/*
 * cost_text.c: an instruction as llvm-mca is asked about it.
 *
 * What does not change the time is left out, so that code which differs in
 * names and numbers only shares one answer: symbols, displacements (cost_table.c
 * knows addresses of three parts), segments, immediates and jump targets.
 * Registers stay, because they are the dependences.
 *
 * A call is asked about as a jump: llvm-mca gives calls 100 cycles for the
 * callee.  pop and leave are asked about as the loads that they are: llvm-mca
 * would let the next user of the stack pointer wait for the load.
 */
#include <string.h>

#include "cpu/annotate/cost_int.h"
#include "cpu/annotate/xalloc.h"

/* Room for the longest line: mnemonic and three operands. */
#define LINE 96

struct line {
	char s[LINE];
	size_t len;
};

static void
put(struct line *l, const char *s)
{
	size_t n = strlen(s);

	if (l->len + n >= LINE)
		n = LINE - 1 - l->len;
	memcpy(l->s + l->len, s, n);
	l->len += n;
	l->s[l->len] = '\0';
}

static void
put_memory(struct line *l, const struct operand *o)
{
	static const char scales[][2] = { "1", "2", "4", "8" };

	if (o->base == R_IP || (o->base == R_NONE && o->index == R_NONE)) {
		put(l, "(%rip)");
		return;
	}
	put(l, "(");
	if (o->base != R_NONE)
		put(l, reg_name(o->base, 8));
	if (o->index != R_NONE) {
		put(l, ",");
		put(l, reg_name(o->index, 8));
		put(l, ",");
		put(l, scales[o->scale == 8 ? 3 : o->scale >> 1]);
	}
	put(l, ")");
}

static void
put_operand(struct line *l, const struct operand *o)
{
	if (o->indirect)
		put(l, "*");
	switch (o->type) {
	case OP_MEM:
		put_memory(l, o);
		break;
	case OP_IMM:
		put(l, "$2");
		break;
	case OP_TARGET:
		put(l, ".L");
		break;
	default:
		put(l, o->text);
		break;
	}
}

static const char *
suffix(int size)
{
	return size == 1 ? "b" : size == 2 ? "w" : size == 4 ? "l" : "q";
}

/* Names that llvm does not take, or would take for something else. */
static const char *
mnemonic(const struct insn *in)
{
	static const char *const other[][2] = { { "cbw", "cbtw" },
		{ "cwde", "cwtl" }, { "cdqe", "cltq" }, { "cwd", "cwtd" },
		{ "cdq", "cltd" }, { "cqo", "cqto" }, { "loopz", "loope" },
		{ "loopnz", "loopne" }, { "movsxd", "movslq" } };
	size_t n;

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		n = strlen(other[i][0]);
		if (strncmp(in->mn, other[i][0], n) == 0 &&
		    (in->mn[n] == '\0' || in->mn[n + 1] == '\0'))
			return xasprintf("%s%s", other[i][1], in->mn + n);
	}
	if (strncmp(in->mn, "movabs", 6) == 0 && in->op[0].type != OP_IMM)
		return "mov";
	return in->mn;
}

/* movz and movs with both sizes: llvm wants them where gas guesses. */
static const char *
extension(const struct insn *in)
{
	const char *mn = in->mn;
	int src;

	if (strncmp(mn, "movz", 4) != 0 && strncmp(mn, "movs", 4) != 0)
		return NULL;
	if (in->nmem == 0)
		src = in->op[0].size;
	else
		src = in->mem[0].size;
	return xasprintf("%.4s%s%s", mn, suffix(src), suffix(in->osize));
}

const char *
cost_text(const struct insn *in)
{
	struct line l = { .len = 0 };
	const char *ext = in->cls == IC_PLAIN ? extension(in) : NULL;

	if (strncmp(in->mn, "leave", 5) == 0)
		return "movq (%rbp),%rbp";
	if (in->cls == IC_PLAIN && strncmp(in->mn, "pop", 3) == 0 &&
	    in->impl.kind == ACC_READ && in->nmem == 0)
		return xasprintf("movq (%%rsp),%s", in->op[0].text);
	if (in->cls == IC_CALL || in->cls == IC_ICALL)
		put(&l, "jmp");
	else if (in->cls == IC_RET)
		put(&l, "ret");
	else
		put(&l, ext != NULL ? ext : mnemonic(in));
	for (int k = 0; k < in->nop; k++) {
		put(&l, k == 0 ? " " : ",");
		put_operand(&l, &in->op[k]);
	}
	return xstrndup(l.s, l.len);
}

/* 64-bit FNV-1a. */
static uint64_t
hash_text(const char *s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return h;
}

void
region_ask(struct region *r)
{
	size_t len = 0, n = 0;
	const char **lines = xalloc((r->n + 1) * sizeof(*lines));
	char *text, *p;

	for (size_t i = 0; i < r->n; i++) {
		lines[i] = cost_text(r->in[i]);
		len += strlen(lines[i]) + 1;
	}
	p = text = xalloc(len * r->copies + 1);
	for (unsigned c = 0; c < r->copies; c++)
		for (size_t i = 0; i < r->n; i++) {
			n = strlen(lines[i]);
			memcpy(p, lines[i], n);
			p += n;
			*p++ = '\n';
		}
	r->text = text;
	r->key = hash_text(text);
}
