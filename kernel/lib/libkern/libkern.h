/*
 * libkern.h: assertions.
 *
 * KASSERT states what the code around it relies on; kernels with DIAGNOSTIC
 * check it, others do not evaluate it.  KDASSERT is for checks that cost too
 * much even there: DEBUG.
 */
#ifndef _LIB_LIBKERN_LIBKERN_H_
#define _LIB_LIBKERN_LIBKERN_H_

#include <sys/cdefs.h>
#include <sys/types.h>

/* Reports and panics; returns when the kernel has panicked already. */
void kern_assert(const char *, ...) __printflike(1, 2);

#define __KASSERT_FAILS(kind, e)                                      \
	kern_assert("kernel %sassertion \"%s\" failed: file \"%s\", " \
		    "line %d",                                        \
	    kind, #e, __FILE__, __LINE__)

#ifdef DIAGNOSTIC
#define KASSERT(e) \
	(__predict_true((e)) ? (void)0 : __KASSERT_FAILS("diagnostic ", e))
#else
#define KASSERT(e) ((void)0)
#endif

#ifdef DEBUG
#define KDASSERT(e) \
	(__predict_true((e)) ? (void)0 : __KASSERT_FAILS("debugging ", e))
#else
#define KDASSERT(e) ((void)0)
#endif

#define CTASSERT(e) _Static_assert(e, #e)

#endif /* _LIB_LIBKERN_LIBKERN_H_ */
