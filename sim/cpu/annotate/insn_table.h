/*
 * insn_table.h: how instructions are described to insn.c.
 *
 * Internal to insn*.c, operand.c and expr.c.
 */
#ifndef ANNOTATE_INSN_TABLE_H
#define ANNOTATE_INSN_TABLE_H

#include "cpu/annotate/annotate.h"

/* Operand sizes as a set; also the suffixes that are allowed. */
enum { SZ_B = 1, SZ_W = 2, SZ_L = 4, SZ_Q = 8, SZ_WLQ = 14, SZ_BWLQ = 15 };

/* What happens to the flags. */
enum {
	FL_NONE,
	FL_USE,  /* read */
	FL_DEF,  /* all written or left undefined */
	FL_ADC,  /* read, then all written */
	FL_PART, /* some written: the old value lives on */
	FL_THRU  /* read, and some written */
};

/* What the operand letters and implicit sets below cannot say. */
enum insn_rule {
	RU_NONE,
	RU_IDIOM, /* op r,r does not depend on r */
	RU_SHIFT, /* flags stay when the count is 0 */
	RU_BIT,   /* the bit number in a register may select memory */
	RU_XCHG,  /* locked when an operand is in memory */
	RU_AXDX,  /* result in ax (bytes) or dx:ax */
	RU_ACC,   /* result in the accumulator */
	RU_PUSH,
	RU_POP,
	RU_LEAVE, /* implicit stack access */
	RU_CALL,
	RU_JMP,
	RU_RET,
	RU_STRING
};

/*
 * One form of an instruction.  `ops' has a letter for each operand, in AT&T
 * order:
 *
 *	r w m	register or memory (r: immediate too), read/written/modified
 *	R W M	the same, register only
 *	E F X	the same, memory only
 *	s	register or memory read, of `src' bytes
 *	i	immediate
 *	c	count: immediate or %cl
 *	p	I/O port: immediate or %dx
 *	A B	accumulator, read/written
 *	a	memory, only its address is used
 *	n	register or memory, not accessed
 *	z	register that is implied anyhow
 *	k	control register
 *	t	jump target
 *	*	indirect jump target
 *	x y	(%rsi) or (%rdi) of a string instruction
 *
 * The operand size is that of the suffix, else of the register operands (all
 * but s c p z), else `fixed'; 0 when there is none of them and sizes is 0.
 */
struct insn_row {
	const char *name; /* without suffix; ? stands for a condition */
	uint8_t sizes;    /* SZ_*: sizes and suffixes it comes in */
	uint8_t fixed;    /* bytes unless a suffix or register says so */
	uint8_t src;      /* bytes of operand s, 0: by its register */
	const char *ops;
	uint8_t flags;     /* FL_* */
	uint8_t rule;      /* enum insn_rule */
	uint8_t cls;       /* enum insn_class */
	uint8_t priv;      /* enum priv */
	regset_t use, def; /* implied registers, all bits of them */
	regset_t part;     /* implied, written in part or not always */
};

extern const struct insn_row insn_rows[];
extern const size_t insn_nrows;

/* Known instructions that are refused, and what to write instead. */
struct insn_refused {
	const char *name, *remedy;
};
extern const struct insn_refused insn_refused[];
extern const size_t insn_nrefused;

/*
 * expr.c: is s an expression?  Returns NULL and *value if it is constant
 * (*known), or a message.
 */
const char *expr_check(const char *s, bool *known, int64_t *value);

/*
 * insn_match.c: the row that fits in->mn and the decoded operands, and the
 * operand size in bytes.
 */
enum found { FOUND, UNKNOWN, BAD_OPERANDS, BAD_SIZE };
enum found insn_find_row(const struct insn *in, const struct insn_row **row,
    int *osize);
/* Is there an instruction of this name, with whatever operands? */
bool insn_name_known(const char *mn);

/* May a function of this name have a static chain? */
bool insn_maybe_nested(const char *name);

/* Registers of the calling convention. */
#define RS_CALLEE_SAVED                                                   \
	(RBIT(R_BX) | RBIT(R_BP) | RBIT(R_12) | RBIT(R_13) | RBIT(R_14) | \
	    RBIT(R_15))
#define RS_CALLER_SAVED (RS_GPR & ~RS_CALLEE_SAVED & ~RBIT(R_SP))
#define RS_ARGS                                                          \
	(RBIT(R_DI) | RBIT(R_SI) | RBIT(R_DX) | RBIT(R_CX) | RBIT(R_8) | \
	    RBIT(R_9) | RBIT(R_AX))

/*
 * operand.c: decode op->text into the rest of *op.  Returns NULL, or a
 * message (allocated in the arena) with its remedy.
 */
const char *operand_parse(struct operand *);

#endif
