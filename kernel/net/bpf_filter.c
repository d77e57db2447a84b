/*
 * bpf_filter.c: the machine of bpf's filters: which packets, and how much of
 * them.
 *
 * A program has an accumulator A, an index X, BPF_MEMWORDS words of memory and
 * the packet.  It only jumps forwards, so it ends; its result is how many bytes
 * of the packet are wanted, 0 for none.  A load beyond the packet's end ends it
 * with 0, as does a division by 0.  bpf_validate sees to it that nothing else can
 * go wrong, so that bpf_filter need not look.
 *
 * Contexts: any.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/endian.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/bpf.h>

/* A packet: bytes, or with buflen 0 an mbuf. */
struct packet {
	const u_char *p;
	u_int wirelen;
	u_int buflen;
};

/* The size bytes at k, in host order.  False: they are not all there. */
static bool
load(const struct packet *pk, uint32_t k, u_int size, uint32_t *v)
{
	const u_int len = pk->buflen != 0 ? pk->buflen : pk->wirelen;
	u_char b[4];
	u_int i;

	if (k > len || size > len - k)
		return false;
	if (pk->buflen != 0)
		memcpy(b, pk->p + k, size);
	else
		m_copydata((struct mbuf *)__UNCONST(pk->p), (int)k, (int)size,
		    b);
	*v = 0;
	for (i = 0; i < size; i++)
		*v = *v << 8 | b[i];
	return true;
}

static u_int
load_size(uint16_t code)
{
	switch (BPF_SIZE(code)) {
	case BPF_W:
		return 4;
	case BPF_H:
		return 2;
	default:
		return 1;
	}
}

/* An operation on A.  False: division by 0. */
static bool
alu(uint16_t op, uint32_t *A, uint32_t k)
{
	switch (op) {
	case BPF_ADD:
		*A += k;
		return true;
	case BPF_SUB:
		*A -= k;
		return true;
	case BPF_MUL:
		*A *= k;
		return true;
	case BPF_DIV:
		if (k == 0)
			return false;
		*A /= k;
		return true;
	case BPF_MOD:
		if (k == 0)
			return false;
		*A %= k;
		return true;
	case BPF_OR:
		*A |= k;
		return true;
	case BPF_AND:
		*A &= k;
		return true;
	case BPF_XOR:
		*A ^= k;
		return true;
	case BPF_LSH:
		*A = k < 32 ? *A << k : 0;
		return true;
	case BPF_RSH:
		*A = k < 32 ? *A >> k : 0;
		return true;
	default: /* BPF_NEG */
		*A = -*A;
		return true;
	}
}

static bool
jump(uint16_t op, uint32_t A, uint32_t k)
{
	switch (op) {
	case BPF_JEQ:
		return A == k;
	case BPF_JGT:
		return A > k;
	case BPF_JGE:
		return A >= k;
	default: /* BPF_JSET */
		return (A & k) != 0;
	}
}

/* BPF_LD and BPF_LDX: what they load. */
static bool
fetch(const struct packet *pk, const struct bpf_insn *pc, uint32_t X,
    const uint32_t *mem, uint32_t *v)
{
	switch (BPF_MODE(pc->code)) {
	case BPF_IMM:
		*v = pc->k;
		return true;
	case BPF_MEM:
		*v = mem[pc->k];
		return true;
	case BPF_LEN:
		*v = pk->wirelen;
		return true;
	case BPF_ABS:
		return load(pk, pc->k, load_size(pc->code), v);
	case BPF_IND:
		return X + pc->k >= X &&
		    load(pk, X + pc->k, load_size(pc->code), v);
	default: /* BPF_MSH: the length of an IPv4 header */
		if (!load(pk, pc->k, 1, v))
			return false;
		*v = (*v & 0xf) << 2;
		return true;
	}
}

/*
 * bpf_filter: what the program pc says of the packet p of wirelen bytes, of which
 * buflen are at p; 0: p is an mbuf.  No program: all.
 */
u_int
bpf_filter(const struct bpf_insn *pc, const u_char *p, u_int wirelen,
    u_int buflen)
{
	const struct packet pk = { p, wirelen, buflen };
	uint32_t A = 0, X = 0, k, mem[BPF_MEMWORDS];

	if (pc == NULL)
		return (u_int)-1;
	memset(mem, 0, sizeof(mem));
	for (;; pc++) {
		k = BPF_SRC(pc->code) == BPF_X ? X : pc->k;
		switch (BPF_CLASS(pc->code)) {
		case BPF_LD:
			if (!fetch(&pk, pc, X, mem, &A))
				return 0;
			break;
		case BPF_LDX:
			if (!fetch(&pk, pc, X, mem, &X))
				return 0;
			break;
		case BPF_ST:
			mem[pc->k] = A;
			break;
		case BPF_STX:
			mem[pc->k] = X;
			break;
		case BPF_ALU:
			if (!alu(BPF_OP(pc->code), &A, k))
				return 0;
			break;
		case BPF_JMP:
			if (BPF_OP(pc->code) == BPF_JA)
				pc += pc->k;
			else
				pc += jump(BPF_OP(pc->code), A, k) ? pc->jt
								   : pc->jf;
			break;
		case BPF_RET:
			return BPF_RVAL(pc->code) == BPF_A ? A : pc->k;
		default: /* BPF_MISC */
			if (BPF_MISCOP(pc->code) == BPF_TAX)
				X = A;
			else
				A = X;
			break;
		}
	}
}

/* Is this instruction one, with `left' behind it? */
static bool
insn_ok(const struct bpf_insn *f, uint32_t left)
{
	const bool x = BPF_SRC(f->code) == BPF_X;

	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
		if (BPF_MODE(f->code) == BPF_MEM)
			return f->k < BPF_MEMWORDS;
		return BPF_MODE(f->code) <= BPF_LEN &&
		    BPF_SIZE(f->code) != (BPF_H | BPF_B);
	case BPF_LDX:
		if (BPF_MODE(f->code) == BPF_MEM)
			return f->k < BPF_MEMWORDS;
		return BPF_MODE(f->code) == BPF_IMM ||
		    BPF_MODE(f->code) == BPF_LEN ||
		    BPF_MODE(f->code) == BPF_MSH;
	case BPF_ST:
	case BPF_STX:
		return f->k < BPF_MEMWORDS;
	case BPF_ALU:
		if (BPF_OP(f->code) == BPF_DIV || BPF_OP(f->code) == BPF_MOD)
			return x || f->k != 0;
		return BPF_OP(f->code) <= BPF_XOR;
	case BPF_JMP:
		if (BPF_OP(f->code) == BPF_JA)
			return f->k < left;
		return BPF_OP(f->code) <= BPF_JSET && f->jt < left &&
		    f->jf < left;
	case BPF_RET:
		return BPF_RVAL(f->code) == BPF_K || BPF_RVAL(f->code) == BPF_A;
	default:
		return BPF_MISCOP(f->code) == BPF_TAX ||
		    BPF_MISCOP(f->code) == BPF_TXA;
	}
}

/*
 * bpf_validate: 1 if the len instructions at f are a program.
 */
int
bpf_validate(const struct bpf_insn *f, int len)
{
	int i;

	if (len < 1 || len > BPF_MAXINSNS)
		return 0;
	for (i = 0; i < len; i++)
		if (!insn_ok(&f[i], (uint32_t)(len - i - 1)))
			return 0;
	return BPF_CLASS(f[len - 1].code) == BPF_RET;
}
