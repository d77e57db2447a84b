/*
 * chain.h: which functions a trace is of, and where it begins and ends.
 *
 * A file of lines, # begins a comment:
 *
 *	lead PATTERN...		the chain begins with the last of these that the
 *				CPU of `from' entered before; within it, a step
 *	from PATTERN...		the chain begins with the first of these, or before
 *	step PATTERN...		a step of it
 *	to PATTERN...		the chain ends with the first of these
 *
 * PATTERN is a function's name, with *, ? and [] as for file names.  Without
 * `from' the chain begins with the run, without `to' it ends with it.
 */
#ifndef APP_CHAIN_H
#define APP_CHAIN_H

#include "core/err.h"
#include "kview.h"
#include "types.h"

enum chain_role {
	CHAIN_STEP = 1,
	CHAIN_LEAD = 2,
	CHAIN_FROM = 4,
	CHAIN_TO = 8
};

struct chain {
	unsigned char
	    *role; /* of each function of the kview: enum chain_role */
	size_t n;
};

/*
 * Adds functions to the kview.  Fails with EX_INPUT: a file that cannot be read,
 * a word that is none, a pattern that no function with hooks has.
 */
enum exit_code chain_read(struct chain *, struct kview *, const struct types *,
    const char *path, struct err *);
enum exit_code chain_add(struct chain *, struct kview *, const struct types *,
    enum chain_role, const char *pattern, struct err *);
void chain_free(struct chain *);

static inline unsigned
chain_role(const struct chain *c, unsigned fn)
{
	return fn < c->n ? c->role[fn] : 0;
}

/*
 * Of the events in order of time, those of the nth chain (1 is the first):
 * [*first, *end), where what the chain does not want is to be left out
 * (chain_role() == 0).  False: there is none, or it has no end.
 */
bool chain_find(const struct chain *, const struct kview_seen *, size_t n,
    unsigned nth, size_t *first, size_t *end);

#endif
