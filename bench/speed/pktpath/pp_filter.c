/*
 * pp_filter.c: a small packet filter machine.
 *
 * An accumulator, an index register and four words of scratch; every
 * operation is a case of one switch, which the compiler turns into a jump
 * table.  Returns the program's verdict, 0 for a load outside the packet.
 */
#include <pp.h>

enum {
	FI_RET,
	FI_LD4,
	FI_LD2,
	FI_LD1,
	FI_LDX,
	FI_LD2X,
	FI_EQ,
	FI_GT,
	FI_SET,
	FI_AND,
	FI_SHR,
	FI_ADD,
	FI_ST,
	FI_LDM,
	FI_TAX
};

/* IPv4 TCP to or from the well-known ports below 1024. */
const struct finsn filter_web[] = {
	{ FI_LD2, 0, 0, 12 },
	{ FI_EQ, 0, 15, 0x0800 },
	{ FI_LD1, 0, 0, 23 },
	{ FI_EQ, 0, 13, 6 },
	{ FI_LD2, 0, 0, 20 },
	{ FI_SET, 11, 0, 0x1fff },
	{ FI_LDX, 0, 0, 14 },
	{ FI_LD2X, 0, 0, 14 },
	{ FI_ST, 0, 0, 1 },
	{ FI_GT, 0, 4, 1023 },
	{ FI_LD2X, 0, 0, 16 },
	{ FI_GT, 0, 2, 1023 },
	{ FI_ADD, 0, 0, 1 },
	{ FI_EQ, 3, 3, 0 },
	{ FI_LDM, 0, 0, 1 },
	{ FI_GT, 0, 1, 0 },
	{ FI_RET, 0, 0, 96 },
	{ FI_RET, 0, 0, 0 },
};

/* Fragments and packets whose type of service asks for low delay. */
const struct finsn filter_frag[] = {
	{ FI_LD2, 0, 0, 12 },
	{ FI_EQ, 0, 10, 0x0800 },
	{ FI_LD1, 0, 0, 15 },
	{ FI_SHR, 0, 0, 2 },
	{ FI_EQ, 6, 0, 46 },
	{ FI_LD2, 0, 0, 20 },
	{ FI_AND, 0, 0, 0x3fff },
	{ FI_TAX, 0, 0, 0 },
	{ FI_EQ, 3, 0, 0 },
	{ FI_LD4, 0, 0, 26 },
	{ FI_SET, 0, 1, 1 },
	{ FI_RET, 0, 0, 64 },
	{ FI_RET, 0, 0, 0 },
};

NOINLINE uint32_t
filter_run(const struct finsn *pc, const uint8_t *p, uint32_t len)
{
	uint32_t a = 0, x = 0, off, mem[4] = { 0, 0, 0, 0 };

	for (;; pc++) {
		switch (pc->f_op) {
		case FI_RET:
			return pc->f_k;
		case FI_LD4:
			if ((off = pc->f_k) + 4 > len)
				return 0;
			a = get32(p + off);
			break;
		case FI_LD2:
			if ((off = pc->f_k) + 2 > len)
				return 0;
			a = get16(p + off);
			break;
		case FI_LD1:
			if ((off = pc->f_k) >= len)
				return 0;
			a = p[off];
			break;
		case FI_LDX:
			if ((off = pc->f_k) >= len)
				return 0;
			x = (p[off] & 0xfu) * 4;
			break;
		case FI_LD2X:
			if ((off = x + pc->f_k) + 2 > len)
				return 0;
			a = get16(p + off);
			break;
		case FI_EQ:
			pc += a == pc->f_k ? pc->f_yes : pc->f_no;
			break;
		case FI_GT:
			pc += a > pc->f_k ? pc->f_yes : pc->f_no;
			break;
		case FI_SET:
			pc += (a & pc->f_k) != 0 ? pc->f_yes : pc->f_no;
			break;
		case FI_AND:
			a &= pc->f_k;
			break;
		case FI_SHR:
			a >>= pc->f_k;
			break;
		case FI_ADD:
			a += pc->f_k;
			break;
		case FI_ST:
			mem[pc->f_k & 3] = a;
			break;
		case FI_LDM:
			a = mem[pc->f_k & 3];
			break;
		case FI_TAX:
			x = a;
			break;
		default:
			return 0;
		}
	}
}
