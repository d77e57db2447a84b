/*
 * rnd.h: sources of randomness, rnd(9): a driver tells when something happened
 * that nobody could foresee.
 *
 * Calls on one source are the caller's to keep apart.  kern/kern_rndq.c says
 * what becomes of the samples.
 */
#ifndef _SYS_RND_H_
#define _SYS_RND_H_

#include <sys/types.h>
#include <sys/rndio.h>

#ifdef _KERNEL
#include <sys/queue.h>

/* The last sample and its last two differences. */
typedef struct {
	uint64_t x;
	uint64_t dx;
	uint64_t d2x;
	uint64_t d3x;
	uint64_t insamples;
	uint64_t outbits;
} rnd_delta_t;

struct rngtest;

typedef struct krndsource {
	LIST_ENTRY(krndsource) list; /* all sources */
	char name[16];
	rnd_delta_t time_delta;
	rnd_delta_t value_delta;
	uint32_t total; /* bits that came from it */
	uint32_t type;  /* RND_TYPE_* */
	uint32_t flags; /* RND_FLAG_* */
	void *state;    /* the buffer that is being filled */
	size_t test_cnt;
	void (*get)(size_t, void *); /* gives so many bytes, if asked */
	void *getarg;
	void (*enable)(struct krndsource *, bool);
	struct rngtest *test;
} krndsource_t;

static inline void
rndsource_setcb(struct krndsource *const rs, void (*const cb)(size_t, void *),
    void *const arg)
{
	rs->get = cb;
	rs->getarg = arg;
}

#define RND_ENABLED(rp) (((rp)->flags & RND_FLAG_NO_COLLECT) == 0)

extern int rnd_initial_entropy;

void rnd_init(void);
void rnd_init_softint(void);
void _rnd_add_uint32(krndsource_t *, uint32_t);
void _rnd_add_uint64(krndsource_t *, uint64_t);
void rnd_add_data(krndsource_t *, const void *const, uint32_t, uint32_t);
void rnd_attach_source(krndsource_t *, const char *, uint32_t, uint32_t);
void rnd_detach_source(krndsource_t *);

/* One sample: a value, and now.  No source: whoever calls vouches for it. */
static inline void
rnd_add_uint32(krndsource_t *kr, uint32_t val)
{
	if (__predict_false(kr == NULL))
		rnd_add_data(NULL, &val, sizeof(val), 0);
	else if (RND_ENABLED(kr))
		_rnd_add_uint32(kr, val);
}

static inline void
rnd_add_uint64(krndsource_t *kr, uint64_t val)
{
	if (__predict_false(kr == NULL))
		rnd_add_data(NULL, &val, sizeof(val), 0);
	else if (RND_ENABLED(kr))
		_rnd_add_uint64(kr, val);
}

#endif /* _KERNEL */

#endif /* _SYS_RND_H_ */
