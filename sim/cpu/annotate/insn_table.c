/*
 * insn_table.c: the instructions the annotator knows.
 *
 * Columns and operand letters are explained in insn_table.h.  The order
 * matters only between rows of one name: the first that fits is taken.
 *
 * The direction flag is not part of R_FLAGS: string instructions read it,
 * but no emitted code ever changes it.
 */
#include "cpu/annotate/insn_table.h"

/* One row is one line. */
/* clang-format off */
#define AX RBIT(R_AX)
#define BX RBIT(R_BX)
#define CX RBIT(R_CX)
#define DX RBIT(R_DX)
#define SP RBIT(R_SP)
#define BP RBIT(R_BP)
#define SI RBIT(R_SI)
#define DI RBIT(R_DI)

/* Unprivileged, plain: name, sizes, operands, flags, then further columns. */
#define I(n, s, o, f, ...) \
	{ .name = n, .sizes = s, .ops = o, .flags = f, ##__VA_ARGS__ }
#define IMPL(u, d)	.use = u, .def = d
#define CLASS(c)	.cls = IC_##c
#define RULE(r)		.rule = RU_##r
#define FIXED(n)	.fixed = n
#define SRC(n)		.src = n
#define PRIV(n, s, o, p, f, ...) \
	{ .name = n, .sizes = s, .ops = o, .flags = f, .cls = IC_PRIV, \
	    .priv = PRIV_##p, ##__VA_ARGS__ }

const struct insn_row insn_rows[] = {
	/* moves */
	I("mov", SZ_BWLQ, "rw", FL_NONE),
	I("movabs", SZ_BWLQ, "rw", FL_NONE),
	I("movzb", SZ_WLQ, "sW", FL_NONE, SRC(1)),
	I("movzw", SZ_L | SZ_Q, "sW", FL_NONE, SRC(2)),
	I("movsb", SZ_WLQ, "sW", FL_NONE, SRC(1)),
	I("movsw", SZ_L | SZ_Q, "sW", FL_NONE, SRC(2)),
	I("movsl", SZ_Q, "sW", FL_NONE, SRC(4)),
	I("movsxd", SZ_Q, "sW", FL_NONE, SRC(4)),
	I("movzx", SZ_WLQ, "sW", FL_NONE),
	I("movsx", SZ_WLQ, "sW", FL_NONE),
	I("movbe", SZ_WLQ, "EW", FL_NONE),
	I("movbe", SZ_WLQ, "RF", FL_NONE),
	I("cmov?", SZ_WLQ, "rM", FL_USE),
	I("set?", SZ_B, "w", FL_USE, FIXED(1)),
	I("xchg", SZ_BWLQ, "mm", FL_NONE, RULE(XCHG)),
	I("bswap", SZ_L | SZ_Q, "M", FL_NONE),
	I("lea", SZ_WLQ, "aW", FL_NONE),

	/* arithmetic and logic */
	I("add", SZ_BWLQ, "rm", FL_DEF),
	I("or", SZ_BWLQ, "rm", FL_DEF),
	I("adc", SZ_BWLQ, "rm", FL_ADC),
	I("sbb", SZ_BWLQ, "rm", FL_ADC),
	I("and", SZ_BWLQ, "rm", FL_DEF),
	I("sub", SZ_BWLQ, "rm", FL_DEF, RULE(IDIOM)),
	I("xor", SZ_BWLQ, "rm", FL_DEF, RULE(IDIOM)),
	I("cmp", SZ_BWLQ, "rr", FL_DEF),
	I("test", SZ_BWLQ, "rr", FL_DEF),
	I("inc", SZ_BWLQ, "m", FL_PART),
	I("dec", SZ_BWLQ, "m", FL_PART),
	I("neg", SZ_BWLQ, "m", FL_DEF),
	I("not", SZ_BWLQ, "m", FL_NONE),
	I("mul", SZ_BWLQ, "r", FL_DEF, RULE(AXDX), .use = AX),
	I("imul", SZ_BWLQ, "r", FL_DEF, RULE(AXDX), .use = AX),
	I("imul", SZ_WLQ, "rM", FL_DEF),
	I("imul", SZ_WLQ, "irW", FL_DEF),
	I("div", SZ_BWLQ, "r", FL_DEF, RULE(AXDX), .use = AX | DX),
	I("idiv", SZ_BWLQ, "r", FL_DEF, RULE(AXDX), .use = AX | DX),
	I("xadd", SZ_BWLQ, "Mm", FL_DEF),
	I("cmpxchg", SZ_BWLQ, "Rm", FL_DEF, .part = AX),
	I("cmpxchg8b", 0, "X", FL_PART, FIXED(8), .use = BX | CX,
	    .part = AX | DX),
	I("cmpxchg16b", 0, "X", FL_PART, FIXED(16), .use = BX | CX,
	    .part = AX | DX),

	/* shifts and rotates */
	I("shl", SZ_BWLQ, "m", FL_DEF),
	I("sal", SZ_BWLQ, "m", FL_DEF),
	I("shr", SZ_BWLQ, "m", FL_DEF),
	I("sar", SZ_BWLQ, "m", FL_DEF),
	I("shl", SZ_BWLQ, "cm", FL_DEF, RULE(SHIFT)),
	I("sal", SZ_BWLQ, "cm", FL_DEF, RULE(SHIFT)),
	I("shr", SZ_BWLQ, "cm", FL_DEF, RULE(SHIFT)),
	I("sar", SZ_BWLQ, "cm", FL_DEF, RULE(SHIFT)),
	I("shld", SZ_WLQ, "cRm", FL_DEF, RULE(SHIFT)),
	I("shrd", SZ_WLQ, "cRm", FL_DEF, RULE(SHIFT)),
	I("shld", SZ_WLQ, "Rm", FL_PART, .use = CX),
	I("shrd", SZ_WLQ, "Rm", FL_PART, .use = CX),
	I("rol", SZ_BWLQ, "m", FL_PART),
	I("ror", SZ_BWLQ, "m", FL_PART),
	I("rcl", SZ_BWLQ, "m", FL_THRU),
	I("rcr", SZ_BWLQ, "m", FL_THRU),
	I("rol", SZ_BWLQ, "cm", FL_PART),
	I("ror", SZ_BWLQ, "cm", FL_PART),
	I("rcl", SZ_BWLQ, "cm", FL_THRU),
	I("rcr", SZ_BWLQ, "cm", FL_THRU),

	/* bits; a scan of 0 leaves its destination as it was */
	I("bt", SZ_WLQ, "rr", FL_PART, RULE(BIT)),
	I("bts", SZ_WLQ, "rm", FL_PART, RULE(BIT)),
	I("btr", SZ_WLQ, "rm", FL_PART, RULE(BIT)),
	I("btc", SZ_WLQ, "rm", FL_PART, RULE(BIT)),
	I("bsf", SZ_WLQ, "rM", FL_DEF),
	I("bsr", SZ_WLQ, "rM", FL_DEF),
	I("popcnt", SZ_WLQ, "rW", FL_DEF),
	I("crc32b", SZ_L | SZ_Q, "sM", FL_NONE, SRC(1)),
	I("crc32w", SZ_L | SZ_Q, "sM", FL_NONE, SRC(2)),
	I("crc32l", SZ_L | SZ_Q, "sM", FL_NONE, SRC(4)),
	I("crc32q", SZ_L | SZ_Q, "sM", FL_NONE, SRC(8)),
	I("crc32", SZ_L | SZ_Q, "sM", FL_NONE),

	/* sign extension of the accumulator */
	I("cbtw", 0, "", FL_NONE, .part = AX),
	I("cbw", 0, "", FL_NONE, .part = AX),
	I("cwtl", 0, "", FL_NONE, IMPL(AX, AX)),
	I("cwde", 0, "", FL_NONE, IMPL(AX, AX)),
	I("cltq", 0, "", FL_NONE, IMPL(AX, AX)),
	I("cdqe", 0, "", FL_NONE, IMPL(AX, AX)),
	I("cwtd", 0, "", FL_NONE, .use = AX, .part = DX),
	I("cwd", 0, "", FL_NONE, .use = AX, .part = DX),
	I("cltd", 0, "", FL_NONE, IMPL(AX, DX)),
	I("cdq", 0, "", FL_NONE, IMPL(AX, DX)),
	I("cqto", 0, "", FL_NONE, IMPL(AX, DX)),
	I("cqo", 0, "", FL_NONE, IMPL(AX, DX)),

	/* flags */
	I("lahf", 0, "", FL_USE, .part = AX),
	I("sahf", 0, "", FL_PART, .use = AX),
	I("stc", 0, "", FL_PART),
	I("clc", 0, "", FL_PART),
	I("cmc", 0, "", FL_PART),
	I("cld", 0, "", FL_PART),
	I("std", 0, "", FL_PART),

	/* stack and control flow */
	I("push", SZ_Q, "r", FL_NONE, RULE(PUSH), FIXED(8), IMPL(SP, SP)),
	I("pop", SZ_Q, "w", FL_NONE, RULE(POP), FIXED(8), IMPL(SP, SP)),
	I("leave", SZ_Q, "", FL_NONE, RULE(LEAVE), FIXED(8),
	    IMPL(BP, SP | BP)),
	I("call", SZ_Q, "t", FL_NONE, RULE(CALL), FIXED(8), CLASS(CALL)),
	I("call", SZ_Q, "*", FL_NONE, RULE(CALL), FIXED(8), CLASS(ICALL)),
	I("jmp", SZ_Q, "t", FL_NONE, RULE(JMP), FIXED(8), CLASS(JMP)),
	I("jmp", SZ_Q, "*", FL_NONE, FIXED(8), CLASS(IJMP)),
	I("ret", SZ_Q, "", FL_NONE, RULE(RET), FIXED(8), CLASS(RET),
	    IMPL(SP, SP)),
	I("j?", 0, "t", FL_USE, CLASS(JCC)),
	I("loop", SZ_Q, "t", FL_NONE, FIXED(8), CLASS(JCC), IMPL(CX, CX)),
	I("loope", SZ_Q, "t", FL_USE, FIXED(8), CLASS(JCC), IMPL(CX, CX)),
	I("loopz", SZ_Q, "t", FL_USE, FIXED(8), CLASS(JCC), IMPL(CX, CX)),
	I("loopne", SZ_Q, "t", FL_USE, FIXED(8), CLASS(JCC), IMPL(CX, CX)),
	I("loopnz", SZ_Q, "t", FL_USE, FIXED(8), CLASS(JCC), IMPL(CX, CX)),
	I("jrcxz", 0, "t", FL_NONE, CLASS(JCC), .use = CX),
	I("jecxz", 0, "t", FL_NONE, CLASS(JCC), .use = CX),
	I("ud2", 0, "", FL_NONE, CLASS(TRAP)),
	I("ud2a", 0, "", FL_NONE, CLASS(TRAP)),
	I("int3", 0, "", FL_NONE, CLASS(TRAP)),

	/* no operation and hints */
	I("nop", 0, "", FL_NONE),
	I("nop", SZ_WLQ, "n", FL_NONE),
	I("endbr64", 0, "", FL_NONE),
	I("prefetcht0", 0, "a", FL_NONE),
	I("prefetcht1", 0, "a", FL_NONE),
	I("prefetcht2", 0, "a", FL_NONE),
	I("prefetchnta", 0, "a", FL_NONE),
	I("prefetchw", 0, "a", FL_NONE),
	I("pause", 0, "", FL_NONE, CLASS(PAUSE)),
	I("mfence", 0, "", FL_NONE, CLASS(FENCE)),
	I("lfence", 0, "", FL_NONE, CLASS(FENCE)),
	I("sfence", 0, "", FL_NONE, CLASS(FENCE)),

	/* string instructions; RU_STRING adds what a prefix changes */
	I("movs", SZ_BWLQ, "", FL_NONE, RULE(STRING), CLASS(STRING),
	    IMPL(SI | DI, SI | DI)),
	I("movs", SZ_BWLQ, "xy", FL_NONE, RULE(STRING), CLASS(STRING),
	    IMPL(SI | DI, SI | DI)),
	I("stos", SZ_BWLQ, "", FL_NONE, RULE(STRING), CLASS(STRING),
	    IMPL(AX | DI, DI)),
	I("stos", SZ_BWLQ, "Ay", FL_NONE, RULE(STRING), CLASS(STRING),
	    IMPL(AX | DI, DI)),
	I("lods", SZ_BWLQ, "", FL_NONE, RULE(STRING), CLASS(STRING),
	    IMPL(SI, SI)),
	I("lods", SZ_BWLQ, "xB", FL_NONE, RULE(STRING), CLASS(STRING),
	    IMPL(SI, SI)),
	I("scas", SZ_BWLQ, "", FL_DEF, RULE(STRING), CLASS(STRING),
	    IMPL(AX | DI, DI)),
	I("scas", SZ_BWLQ, "yA", FL_DEF, RULE(STRING), CLASS(STRING),
	    IMPL(AX | DI, DI)),
	I("cmps", SZ_BWLQ, "", FL_DEF, RULE(STRING), CLASS(STRING),
	    IMPL(SI | DI, SI | DI)),
	I("cmps", SZ_BWLQ, "yx", FL_DEF, RULE(STRING), CLASS(STRING),
	    IMPL(SI | DI, SI | DI)),

	/* executed by the simulator */
	PRIV("cli", 0, "", CLI, FL_PART),
	PRIV("sti", 0, "", STI, FL_PART),
	PRIV("hlt", 0, "", HLT, FL_NONE),
	PRIV("monitor", 0, "", MONITOR, FL_NONE, .use = AX | CX | DX),
	PRIV("monitor", 0, "zzz", MONITOR, FL_NONE, .use = AX | CX | DX),
	PRIV("mwait", 0, "", MWAIT, FL_NONE, .use = AX | CX),
	PRIV("mwait", 0, "zz", MWAIT, FL_NONE, .use = AX | CX),
	PRIV("rdtsc", 0, "", RDTSC, FL_NONE, .def = AX | DX),
	PRIV("rdtscp", 0, "", RDTSCP, FL_NONE, .def = AX | CX | DX),
	PRIV("cpuid", 0, "", CPUID, FL_NONE,
	    IMPL(AX | CX, AX | BX | CX | DX)),
	PRIV("rdmsr", 0, "", RDMSR, FL_NONE, IMPL(CX, AX | DX)),
	PRIV("wrmsr", 0, "", WRMSR, FL_NONE, .use = AX | CX | DX),
	PRIV("in", SZ_B | SZ_W | SZ_L, "pB", IN, FL_NONE),
	PRIV("in", SZ_B | SZ_W | SZ_L, "p", IN, FL_NONE, RULE(ACC)),
	PRIV("out", SZ_B | SZ_W | SZ_L, "Ap", OUT, FL_NONE),
	PRIV("out", SZ_B | SZ_W | SZ_L, "p", OUT, FL_NONE, .use = AX),
	PRIV("pushf", SZ_Q, "", PUSHF, FL_USE, RULE(PUSH), FIXED(8),
	    IMPL(SP, SP)),
	PRIV("popf", SZ_Q, "", POPF, FL_DEF, RULE(POP), FIXED(8),
	    IMPL(SP, SP)),
	PRIV("iretq", 0, "", IRET, FL_DEF, .use = RS_GPR, .def = SP),
	PRIV("swapgs", 0, "", SWAPGS, FL_NONE),
	PRIV("wrgsbase", SZ_L | SZ_Q, "R", WRGSBASE, FL_NONE),
	PRIV("rdgsbase", SZ_L | SZ_Q, "W", RDGSBASE, FL_NONE),
	PRIV("mov", SZ_Q, "Rk", MOV_TO_CR, FL_NONE, FIXED(8)),
	PRIV("mov", SZ_Q, "kW", MOV_FROM_CR, FL_NONE, FIXED(8)),
	PRIV("invlpg", 0, "a", INVLPG, FL_NONE),
	PRIV("wbinvd", 0, "", WBINVD, FL_NONE),
	PRIV("lgdt", SZ_Q, "a", LGDT, FL_NONE, FIXED(8)),
	PRIV("lidt", SZ_Q, "a", LIDT, FL_NONE, FIXED(8)),
	PRIV("ltr", SZ_W, "R", LTR, FL_NONE, FIXED(2)),
};
/* clang-format on */
const size_t insn_nrows = sizeof insn_rows / sizeof insn_rows[0];

const struct insn_refused insn_refused[] = {
	{ "enter", "use push %rbp; mov %rsp,%rbp; sub $n,%rsp" },
	{ "xlat", "use movzbl (%rbx,%rax),%eax" },
	{ "xlatb", "use movzbl (%rbx,%rax),%eax" },
	{ "iret", "write iretq: without suffix it is the 32-bit form" },
	{ "int", "call the handler, or use int3 or ud2" },
	{ "syscall", "there is no user mode: call the function" },
	{ "sysret", "there is no user mode" },
	{ "sysretq", "there is no user mode" },
	{ "sysenter", "there is no user mode: call the function" },
	{ "sysexit", "there is no user mode" },
	{ "lcall", "use call" },
	{ "ljmp", "use jmp" },
	{ "lret", "use ret" },
	{ "lretq", "use ret" },
	{ "insb", "use inb and a loop" },
	{ "insw", "use inw and a loop" },
	{ "insl", "use inl and a loop" },
	{ "outsb", "use outb and a loop" },
	{ "outsw", "use outw and a loop" },
	{ "outsl", "use outl and a loop" },
	{ "clflush", "the cache model has no flush of a line" },
	{ "rdrand", "use the seam's random numbers" },
	{ "xgetbv", "there is no extended state" },
	{ "xsetbv", "there is no extended state" },
	{ "tzcnt", "the processor has no TZCNT: use bsf" },
	{ "tzcntl", "the processor has no TZCNT: use bsf" },
	{ "tzcntq", "the processor has no TZCNT: use bsf" },
	{ "lzcnt", "the processor has no LZCNT: use bsr" },
	{ "lzcntl", "the processor has no LZCNT: use bsr" },
	{ "lzcntq", "the processor has no LZCNT: use bsr" },
	{ "rdpmc", "use rdtsc" },
	{ "data16", "write the instruction without size prefixes" },
	{ "addr32", "use 64-bit addresses" },
	{ "bnd", "MPX is not supported: remove the prefix" },
	{ "xacquire", "TSX is not supported: remove the prefix" },
	{ "xrelease", "TSX is not supported: remove the prefix" },
};
const size_t insn_nrefused = sizeof insn_refused / sizeof insn_refused[0];
