/*
 * emit.h: what the emitters share.
 *
 * An emitter prints a unit again with its hooks.  emit_timed.c is the one
 * that makes time: it is split into the walk over the statements
 * (emit_timed.c), the hooks of one instruction (emit_site.c) and the hooks at
 * block heads and branches (emit_flow.c).  The fake machine's hooks are in
 * emit_fake.c, which uses the same walk.
 */
#ifndef ANNOTATE_EMIT_H
#define ANNOTATE_EMIT_H

#include <stdio.h>

#include "cpu/annotate/annotate.h"

/* Deliberate faults, for the tests that must notice them. */
enum emit_break {
	BREAK_NONE,
	BREAK_LIVENESS, /* scratch registers without liveness */
	BREAK_FLAGS,    /* live flags are not kept */
	BREAK_COST      /* every block costs one unit too much */
};

struct emit_opts {
	bool count; /* block cost = instructions, no other hooks */
	bool stack; /* hook every stack access too */
	bool insns; /* count instructions besides */
	bool fake;  /* no time: steps and turns (emit_fake.c); with count */
	enum emit_break brk;
};

/* Where a debugger finds a frame and the caller's registers (side.c). */
#define CFI_REGS 17
struct cfi {
	int cfa_reg, cfa_offset; /* the frame's address */
	int saved[CFI_REGS]; /* bytes from there; 0: still in the register */
};

/* A subsection of .text behind the functions: what of it belongs to one of them. */
struct side {
	FILE *f;
	char *buf;
	size_t len;
	unsigned subsection;
	const char *suffix; /* of the function's name there */
	bool framed;
	struct cfi cfi; /* as told so far */
	int pushed;     /* words for the thunk that is to be called */
};
enum { SIDE_EDGE = 1, SIDE_COLD, SIDE_END }; /* subsections */

struct emit {
	FILE *out;        /* the annotated assembly */
	struct side cold; /* call-outs */
	struct side edge; /* code on taken edges */
	/* Of the place that is printed, by the directives before it: */
	unsigned loc_file, loc_line; /* numbers of .loc; 0, 0 none */
	bool is_stmt;
	bool framed; /* in a function with .cfi: */
	struct cfi cfi;
	struct cfi remembered[8]; /* .cfi_remember_state */
	unsigned nremembered;
	FILE *bp; /* branch state, printed at the end */
	char *bpbuf;
	size_t bplen;
	FILE *site; /* records of call-outs, printed at the end */
	char *sitebuf;
	size_t sitelen;
	const struct unit *u;
	struct emit_opts o;
	unsigned nlabel, nbp, nsite;
	bool sets_df; /* thunks must put it away for C */
	int errors;
};

/* Undefined in objects whose code sets DF; thunks define it. */
#define EMIT_SETS_DF "__rg_sets_df"

/* Print the annotated unit.  Returns the number of errors reported. */
int emit_timed(const struct unit *, const struct emit_opts *, FILE *);
/* Print the unit as it is, with a label at both ends of each block. */
int emit_plain(const struct unit *, FILE *);
/* Print the thunks for the undefined __rg_ symbols of the objects. */
int emit_thunks(const char *const *objs, int nobj, FILE *);

/* emit_site.c */
void emit_insn(struct emit *, struct insn *);
void emit_gs_insn(struct emit *, struct insn *, const struct memacc *);
void emit_priv(struct emit *, struct insn *);
/* emit_fake.c */
void emit_fake_head(struct emit *, const struct block *);
void emit_fake_insn(struct emit *, struct insn *);
/* emit_flow.c */
void emit_place(struct emit *, const struct block *);
void emit_head(struct emit *, struct block *);
void emit_after(struct emit *, struct block *);
void emit_jcc(struct emit *, struct insn *);
void emit_short(struct emit *, struct insn *);
bool is_long_jcc(const struct insn *);
void emit_indirect_target(struct emit *, struct insn *);

/* Operand: an offset from %gs.  Relative to %rip it is a byte shorter; the linker
 * takes %rip's value off (mk/image.lds). */
#define AT_GS "%%gs:rangeley_gs+%d(%%rip)"

/* Shared small pieces. */
void ins(FILE *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int pick_dead(const struct emit *, regset_t live, regset_t avoid);
/* The end of the cold path of call-out n, which has pushed what it is about. */
void cold_call(struct emit *, unsigned n, const char *thunk);

/* side.c */
FILE *print_to_memory(char **buf, size_t *len);
void side_open(struct side *, unsigned subsection, const char *suffix);
void side_close(struct side *);
/* A directive of the unit, after it was printed but for the end of its line. */
void side_follow(struct emit *, const char *directive);
/* A piece begins with this label; it belongs to the place that is printed now. */
void side_begin(struct emit *, struct side *, const char *label, unsigned n);
/* A word for the thunk; the thunk, which takes all such words off. */
void side_push(struct side *, const char *what, ...)
    __attribute__((format(printf, 2, 3)));
void side_call(struct side *, const char *thunk);
/* Print what there is of a function (n bytes of its name; 0 unknown). */
void side_flush(struct side *, FILE *out, const char *function, int n);
void flags_open(struct emit *, FILE *, regset_t live);
void flags_close(struct emit *, FILE *, regset_t live);
unsigned new_bp(struct emit *, bool taken);

#endif
