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
	BREAK_COST,     /* every block costs one unit too much */
	BREAK_SPAN,     /* a merged check lets one byte too much pass */
	BREAK_COPY      /* the twin of a region lacks an instruction */
};

struct emit_opts {
	bool count; /* block cost = instructions, no other hooks */
	bool stack; /* hook every stack access too */
	bool fake;  /* no time: steps and turns (emit_fake.c); with count */
	enum emit_break brk;
};

/* Text that is printed behind each function, or at the end. */
struct emit_part {
	FILE *f;
	char *buf;
	size_t len;
};
#define EMIT_PARTS 5

struct emit {
	FILE *out; /* the annotated assembly */
	/*
	 * Code that stands elsewhere, in sections of its own, so that what is
	 * executed often stands together in the host's cache of instructions.
	 */
	FILE *cold; /* call-outs of accesses and the rest */
	FILE *turn; /* those of branches */
	FILE *rare; /* those of block heads */
	FILE *twin; /* twins of regions (emit_merge.c) */
	FILE *edge; /* code on taken edges */
	struct emit_part part[EMIT_PARTS]; /* of these */
	FILE *bp;   /* branch state, printed at the end */
	FILE *site; /* records of call-outs, same */
	const struct unit *u;
	struct emit_opts o;
	unsigned nlabel, nbp, nsite;
	const char *twin_of; /* function whose twins are in `twin', or NULL */
	bool sets_df;        /* thunks must put it away for C */
	int errors;
};

/* Behind the name of a function, for its twins. */
#define EMIT_TWIN ".twin"

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
/* emit_merge.c */
void emit_merged(struct emit *, struct insn *);
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

/*
 * emit_access.c: registers that a hook works with, put away where they are in
 * use, and given back.
 */
struct scratch {
	int ea, tmp;
	int spilled[2];
	int nspilled;
};
void scratch_pick(const struct emit *, const struct insn *, struct scratch *);
void scratch_save(struct emit *, const struct scratch *);
/* Both. */
void scratch_get(struct emit *, const struct insn *, struct scratch *);
void scratch_put(struct emit *, const struct scratch *);
/* First half of an operand's address, to ea: leaves the flags alone. */
void address_begin(FILE *, const struct insn *, const struct memacc *,
    const struct scratch *);
/*
 * Compare ea with the filter: "above" if it does not lie in its set's most
 * recent line, or behind the first `room' bytes and one of it.  Then ea is the
 * offset in the line, and the same exclusive or makes it the address again.
 */
void filter_check(FILE *, const struct scratch *, enum access, int room);
void filter_undo(FILE *, const struct scratch *, enum access);
/* The cold path of call-out n about an access to ea. */
void cold_access(struct emit *, const struct insn *, const struct memacc *,
    const struct scratch *, unsigned n);
/*
 * Hook one access.  With keep_ea the register s->ea holds the full address
 * afterwards.  The caller returns the scratch registers.
 */
void hook_access(struct emit *, struct insn *, const struct memacc *,
    const struct scratch *, bool keep_ea);
/* Begin a record; returns its label.  That of an access or fence. */
unsigned record(struct emit *);
unsigned record_site(struct emit *, const struct insn *, enum access,
    unsigned flags);
unsigned clamp16(uint32_t);

/* Shared small pieces. */
void ins(FILE *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int pick_dead(const struct emit *, regset_t live, regset_t avoid);
/* A cold path of call-out n that tells the thunk `about', an immediate. */
void cold_call(FILE *, unsigned n, const char *thunk, const char *about, ...)
    __attribute__((format(printf, 4, 5)));
void flags_open(struct emit *, FILE *, regset_t live);
void flags_close(struct emit *, FILE *, regset_t live);
unsigned new_bp(struct emit *, bool taken);

#endif
