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

struct emit {
	FILE *out;  /* the annotated assembly */
	FILE *cold; /* call-outs, flushed behind each function */
	FILE *edge; /* code on taken edges, same */
	char *coldbuf, *edgebuf;
	size_t coldlen, edgelen;
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
/* A cold path of call-out n that tells the thunk `about', an immediate. */
void cold_call(struct emit *, unsigned n, const char *thunk, const char *about,
    ...) __attribute__((format(printf, 4, 5)));
void flags_open(struct emit *, FILE *, regset_t live);
void flags_close(struct emit *, FILE *, regset_t live);
unsigned new_bp(struct emit *, bool taken);

#endif
