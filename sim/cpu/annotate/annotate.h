/*
 * annotate.h: the annotator's data structures and the order of its passes.
 *
 *	parse.c   text of one .s file  -> statements (labels, directives, insns)
 *	insn.c    one instruction      -> operands, registers used/defined,
 *	                                  memory accesses, class
 *	cfg.c     statements           -> functions, basic blocks, successors
 *	live.c    blocks               -> registers and flags live after each insn
 *	stack.c   function             -> does its frame address escape?
 *	dep.c     blocks               -> for each load: distance to first use;
 *	                                  for each site: loads its address needs
 *	cost.c    blocks               -> clock units of each block
 *	emit_*.c  all of the above     -> annotated assembly
 *
 * Everything up to cost.c knows nothing of how hooks look; an emitter only
 * reads.  All memory comes from one arena that lives as long as the process
 * (xalloc.h); nothing is freed.  All passes report through diag.h and return 0, or the
 * number of errors.
 */
#ifndef ANNOTATE_H
#define ANNOTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- registers ---------------------------------------------------- */

enum reg {
	R_AX,
	R_CX,
	R_DX,
	R_BX,
	R_SP,
	R_BP,
	R_SI,
	R_DI,
	R_8,
	R_9,
	R_10,
	R_11,
	R_12,
	R_13,
	R_14,
	R_15,
	R_FLAGS, /* rflags as one unit */
	R_IP,    /* only as a memory base */
	R_NONE = -1
};
typedef uint32_t regset_t;
#define RBIT(r)  ((regset_t)1 << (r))
#define RS_GPR   ((regset_t)0xffff)
#define RS_FLAGS RBIT(R_FLAGS)
#define RS_ALL   (RS_GPR | RS_FLAGS)

/* ---- operands ----------------------------------------------------- */

/* A control register is OP_CR with imm = its number; (%dx) is OP_REG dx. */
enum optype { OP_NONE, OP_REG, OP_IMM, OP_MEM, OP_TARGET, OP_CR };

struct operand {
	enum optype type;
	const char *text; /* as written, without a leading '*' */
	bool indirect;    /* '*' of call/jmp */
	/* OP_REG */
	int reg;   /* enum reg */
	int size;  /* bytes: 1, 2, 4, 8 */
	bool high; /* %ah %ch %dh %bh */
	/* OP_MEM */
	int base, index;   /* enum reg or R_NONE; base may be R_IP */
	int scale;         /* 1, 2, 4, 8 */
	const char *disp;  /* "" or expression */
	char seg;          /* 0, 'g', 'f' (others are an error) */
	const char *inner; /* text without the segment prefix */
	/* OP_IMM */
	bool imm_known;
	int64_t imm;
};

/* ---- instructions ------------------------------------------------- */

enum insn_class {
	IC_PLAIN,
	IC_JCC,  /* conditional jump, direct target (loop/jrcxz too) */
	IC_JMP,  /* direct jump to a local label */
	IC_TAIL, /* direct jump to another function */
	IC_IJMP, /* jmp *... */
	IC_CALL,
	IC_ICALL, /* direct, indirect */
	IC_RET,
	IC_LOCK,   /* lock prefix, or xchg with memory */
	IC_STRING, /* movs stos lods scas cmps, any rep prefix */
	IC_PAUSE,
	IC_FENCE, /* mfence lfence sfence */
	IC_PRIV,  /* goes through the seam: enum priv */
	IC_TRAP   /* ud2, int3: execution does not continue */
};

/* One number for each instruction the simulator executes itself. */
enum priv {
	PRIV_NONE,
	PRIV_CLI,
	PRIV_STI,
	PRIV_HLT,
	PRIV_MONITOR,
	PRIV_MWAIT,
	PRIV_RDTSC,
	PRIV_RDTSCP,
	PRIV_CPUID,
	PRIV_RDMSR,
	PRIV_WRMSR,
	PRIV_IN,
	PRIV_OUT,
	PRIV_PUSHF,
	PRIV_POPF,
	PRIV_IRET,
	PRIV_SWAPGS,
	PRIV_WRGSBASE,
	PRIV_RDGSBASE,
	PRIV_MOV_TO_CR,
	PRIV_MOV_FROM_CR,
	PRIV_INVLPG,
	PRIV_WBINVD,
	PRIV_LGDT,
	PRIV_LIDT,
	PRIV_LTR
};

enum { PFX_LOCK = 1, PFX_REP = 2, PFX_REPNZ = 4, PFX_NOTRACK = 8 };

enum access { ACC_NONE, ACC_READ, ACC_WRITE, ACC_RMW };

struct memacc {
	const struct operand *op; /* NULL: implicit (push/pop/call/ret) */
	enum access kind;
	int size;       /* bytes; 16 for cmpxchg16b */
	bool bitstring; /* bt family, bit number in register op[0]:
					   the element accessed lies at op + size *
					   (op[0] >> log2(8 * size)), signed */
};

struct loc {
	const char *file;
	unsigned line;
}; /* of the C source */

struct insn {
	const char *text; /* normalised: prefixes, mnemonic, operands */
	const char *mn;   /* mnemonic as written */
	unsigned pfx;
	int nop;
	struct operand op[3]; /* AT&T order */
	enum insn_class cls;
	enum priv priv;
	int osize;         /* operand bytes, 0 where there is none */
	regset_t use, def; /* def: fully overwritten (32/64-bit writes) */
	regset_t wr;       /* all registers written, partial ones too */
	int nmem;
	struct memacc mem[2]; /* explicit, hookable accesses in order */
	struct memacc impl;   /* implicit stack access of push/pop/call/ret */
	char str_op;          /* IC_STRING: 'm' 's' 'l' 'c' 'a'(scas) */
	int str_size;         /* IC_STRING: element bytes */
	bool by_hand;         /* inline assembly in the compiler's code */
	bool passes_flags;    /* they are in use only to live on behind it */
	/* filled by later passes */
	unsigned sline; /* line in the .s file */
	struct loc loc; /* from .loc, or {NULL,0} */
	struct block *blk;
	regset_t live_out; /* live.c: live after this insn */
	regset_t garbage;  /* live.c: before it, what a call left over */
	uint64_t depmask;  /* dep.c: bit(h) of loads the address needs */
	int loadhash;      /* dep.c: 0..62 of this load, -1 otherwise */
	uint32_t slack;    /* dep.c: clock units to first use of the load */
	uint32_t issue;    /* cost.c: clock units from block start to it */
	uint32_t after;    /* cost.c: clock units of the block after it */
};

/* ---- statements --------------------------------------------------- */

enum stmt_type { ST_LABEL, ST_DIRECTIVE, ST_INSN, ST_BLANK };

struct stmt {
	enum stmt_type type;
	const char *text; /* label name, or the line as written */
	bool in_text;     /* section holds code */
	unsigned sline;
	struct insn *insn; /* ST_INSN */
};

struct block {
	int id; /* 0.. in file order */
	struct func *fn;
	size_t first, last; /* statement indices of first and last insn */
	size_t nlabels;
	const char **labels;
	struct insn **insns;
	size_t ninsn;
	struct block **succ;
	size_t nsucc;
	struct block **pred;
	size_t npred;
	struct block *fall;   /* next block, when execution can run into it */
	struct block *target; /* of a direct jump, when in this unit */
	bool succ_unknown;    /* indirect jump: every register may be live */
	struct block **table; /* where it goes if a jump table says so */
	size_t ntable;        /* 0: it may go anywhere */
	bool address_taken;   /* label referenced from data or by lea/mov $ */
	bool loop_head;       /* target of a back-edge */
	bool fn_head;
	unsigned edge_bp; /* emitter: 1 + state of the one branch that
				   leads here, 0 none */
	regset_t live_in;
	uint32_t cost;        /* clock units */
	uint32_t cost_l1d;    /* more of them if an L1D hit took a cycle more */
	const char *cost_src; /* "mca", "table", ... for reports */
	uint32_t plain_addr;  /* address in the plain link, 0 unknown */
	uint32_t plain_size;
	unsigned nnop; /* alignment nops executed on fall-through */
};

struct func {
	const char *name;
	size_t first, last; /* statements */
	struct block **blocks;
	size_t nblocks;
	bool frame_escapes; /* stack.c */
	bool rbp_frame;     /* stack.c: rbp is a frame pointer */
};

struct unit {
	const char *path; /* .s file */
	const char *name; /* identifier, unique in the image */
	bool compiled;    /* live.c: by gcc, so SysV conventions hold */
	struct stmt *stmts;
	size_t nstmt;
	struct block *blocks;
	size_t nblock;
	struct func *funcs;
	size_t nfunc;
};

/* parse.c */
int parse_file(struct unit *, const char *path);
int parse_buffer(struct unit *, const char *path, const char *buf, size_t len);
/* Print a statement as a line of assembly that means what was parsed. */
void stmt_print(FILE *, const struct stmt *);
/* insn.c: decode one instruction statement (prefixes already split). */
int insn_decode(struct insn *, const char *path);
const char *reg_name(int reg, int size);       /* "%rax", "%eax", ... */
regset_t operand_regs(const struct operand *); /* base and index */

int cfg_build(struct unit *);
void live_compute(struct unit *);
regset_t live_before(const struct insn *);
void stack_analyse(struct unit *);
bool operand_on_stack(const struct operand *, bool rbp_frame);
void dep_compute(struct unit *);
int check_unit(const struct unit *);
uint32_t longest_path(const struct unit *, const struct block **at,
    bool *recursion);

#endif
