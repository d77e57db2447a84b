/*
 * kern_rndq.c: sources of randomness, rnd(9), as far as their users see it and
 * pay for it.
 *
 * Each source has a buffer for a few samples: the cycle counter, and a value.  A
 * driver's interrupt handler adds one, and when the buffer is full it is queued
 * under rnd_mtx and a softint is asked to mix it into the pool:
 *
 *	interrupt, the source's		softint, serial
 *
 *	sample into the buffer
 *	full: queued, rnd_mtx
 *	softint scheduled
 *					takes the queue, rnd_mtx
 *					mixes samples in
 *
 * The pool here is one number that nobody draws from: cprng(9) has a seed, as
 * each run must be the same.  What is real is what it costs: the reading of the
 * counter and four stores for a sample, a lock and a softint for a full buffer.
 *
 * A source's buffer has no lock of its own.  Two that add to one source at the
 * same time lose a sample, or write behind the buffer's end; it is the caller's
 * to see that this cannot be, and DIAGNOSTIC looks.
 *
 * Contexts.  rnd_add_*: any at or below IPL_VM.  rnd_attach_source,
 * rnd_detach_source: threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/rnd.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>

#define RND_SAMPLE_COUNT 64
#define RND_SLOW_SAMPLES 2

/* Letters: o the source's owner, until it is queued; q rnd_mtx. */
typedef struct rnd_sample {
	SIMPLEQ_ENTRY(rnd_sample) next; /* q */
	krndsource_t *source;           /* o */
	int cursor;                     /* o: samples in it */
	int entropy;                    /* o: bits they may be worth */
	uint32_t ts[RND_SAMPLE_COUNT];
	uint32_t values[RND_SAMPLE_COUNT];
} rnd_sample_t;

static kmutex_t rnd_mtx;
static SIMPLEQ_HEAD(, rnd_sample) rnd_samples; /* rnd_mtx */
static LIST_HEAD(, krndsource) rnd_sources;    /* rnd_mtx */
static pool_cache_t rnd_mempc;
static void *rnd_process;
static uint64_t rnd_pool; /* rnd_mtx: what has been mixed */

int rnd_initial_entropy; /* enough has been seen */
static u_int rnd_bits;   /* rnd_mtx: so far */
#define RND_ENOUGH_BITS 128

static void
rnd_mix(uint32_t v)
{
	rnd_pool = (rnd_pool ^ v) * 0x9e3779b97f4a7c15UL;
	rnd_pool ^= rnd_pool >> 29;
}

/* Full buffers into the pool. */
static void
rnd_intr(void *arg)
{
	rnd_sample_t *sample;
	int i;

	mutex_spin_enter(&rnd_mtx);
	while ((sample = SIMPLEQ_FIRST(&rnd_samples)) != NULL) {
		SIMPLEQ_REMOVE_HEAD(&rnd_samples, next);
		for (i = 0; i < sample->cursor; i++) {
			rnd_mix(sample->ts[i]);
			rnd_mix(sample->values[i]);
		}
		sample->source->total += (uint32_t)sample->entropy;
		rnd_bits += (u_int)sample->entropy;
		if (rnd_bits >= RND_ENOUGH_BITS)
			rnd_initial_entropy = 1;
		mutex_spin_exit(&rnd_mtx);
		pool_cache_put(rnd_mempc, sample);
		mutex_spin_enter(&rnd_mtx);
	}
	mutex_spin_exit(&rnd_mtx);
}

/*
 * rnd_init: before the first source.
 */
void
rnd_init(void)
{
	mutex_init(&rnd_mtx, MUTEX_DEFAULT, IPL_VM);
	SIMPLEQ_INIT(&rnd_samples);
	LIST_INIT(&rnd_sources);
	rnd_mempc = pool_cache_init(sizeof(rnd_sample_t), 0, 0, 0, "rndsample",
	    NULL, IPL_VM, NULL, NULL, NULL);
}

/*
 * rnd_init_softint: and once there are softints.
 */
void
rnd_init_softint(void)
{
	rnd_process = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    rnd_intr, NULL);
}

static rnd_sample_t *
rnd_sample_allocate(krndsource_t *rs, int flags)
{
	rnd_sample_t *const c = pool_cache_get(rnd_mempc, flags);

	if (c == NULL)
		return NULL;
	c->source = rs;
	c->cursor = 0;
	c->entropy = 0;
	return c;
}

/*
 * rnd_attach_source: rs, of a kind, by a name, as flags say (0: those of its
 * kind).
 */
void
rnd_attach_source(krndsource_t *rs, const char *name, uint32_t type,
    uint32_t flags)
{
	memset(rs->name, 0, sizeof(rs->name));
	strlcpy(rs->name, name, sizeof(rs->name));
	memset(&rs->time_delta, 0, sizeof(rs->time_delta));
	memset(&rs->value_delta, 0, sizeof(rs->value_delta));
	rs->total = 0;
	rs->type = type;
	/* What packets come at can be guessed by who sends them. */
	if (type == RND_TYPE_NET)
		flags |= RND_FLAG_NO_ESTIMATE;
	rs->flags = flags;
	rs->test = NULL;
	rs->test_cnt = 0;
	rs->state = rnd_sample_allocate(rs, PR_WAITOK);

	mutex_spin_enter(&rnd_mtx);
	LIST_INSERT_HEAD(&rnd_sources, rs, list);
	mutex_spin_exit(&rnd_mtx);
}

/*
 * rnd_detach_source: nobody adds to it any more.
 */
void
rnd_detach_source(krndsource_t *rs)
{
	rnd_sample_t *sample, *next;

	mutex_spin_enter(&rnd_mtx);
	LIST_REMOVE(rs, list);
	SIMPLEQ_FOREACH_SAFE(sample, &rnd_samples, next, next)
	{
		if (sample->source != rs)
			continue;
		SIMPLEQ_REMOVE(&rnd_samples, sample, rnd_sample, next);
		pool_cache_put(rnd_mempc, sample);
	}
	mutex_spin_exit(&rnd_mtx);

	if (rs->state != NULL)
		pool_cache_put(rnd_mempc, rs->state);
	rs->state = NULL;
}

/* Is the step from the last one another than the last step, and so on? */
static uint32_t
rnd_delta_estimate(rnd_delta_t *d, uint64_t v)
{
	const uint64_t dx = v - d->x, d2x = dx - d->dx, d3x = d2x - d->d2x;
	const bool news = dx != 0 && d2x != 0 && d3x != 0;

	d->x = v;
	d->dx = dx;
	d->d2x = d2x;
	d->d3x = d3x;
	d->insamples++;
	d->outbits += news;
	return news;
}

static uint32_t
rnd_estimate(krndsource_t *rs, uint32_t ts, uint64_t val)
{
	uint32_t n = 0;

	if (rs->flags & RND_FLAG_ESTIMATE_TIME)
		n += rnd_delta_estimate(&rs->time_delta, ts);
	if (rs->flags & RND_FLAG_ESTIMATE_VALUE)
		n += rnd_delta_estimate(&rs->value_delta, val);
	return rs->flags & RND_FLAG_NO_ESTIMATE ? 0 : n;
}

/* One sample into rs's buffer; a full one on its way. */
static void
rnd_add_sample(krndsource_t *rs, uint32_t ts, uint32_t val, uint32_t bits)
{
	const int room = rs->flags & RND_FLAG_FAST ? RND_SAMPLE_COUNT
						   : RND_SLOW_SAMPLES;
	rnd_sample_t *state = rs->state;

	if (__predict_false(state == NULL)) {
		rs->state = state = rnd_sample_allocate(rs, PR_NOWAIT);
		if (state == NULL)
			return;
	}
	KASSERT(state->cursor < room);
	state->ts[state->cursor] = ts;
	state->values[state->cursor] = val;
	state->entropy += (int)bits;
	if (++state->cursor < room)
		return;

	mutex_spin_enter(&rnd_mtx);
	SIMPLEQ_INSERT_TAIL(&rnd_samples, state, next);
	if (__predict_true(rnd_process != NULL))
		softint_schedule(rnd_process);
	mutex_spin_exit(&rnd_mtx);
	rs->state = rnd_sample_allocate(rs, PR_NOWAIT);
}

static uint32_t
rnd_counter(void)
{
	return (uint32_t)cpu_counter();
}

void
_rnd_add_uint32(krndsource_t *rs, uint32_t val)
{
	const uint32_t ts = rs->flags & RND_FLAG_COLLECT_TIME ? rnd_counter()
							      : 0;

	rnd_add_sample(rs, ts, rs->flags & RND_FLAG_COLLECT_VALUE ? val : 0,
	    rnd_estimate(rs, ts, val));
}

void
_rnd_add_uint64(krndsource_t *rs, uint64_t val)
{
	const uint32_t ts = rs->flags & RND_FLAG_COLLECT_TIME ? rnd_counter()
							      : 0;
	const bool v = (rs->flags & RND_FLAG_COLLECT_VALUE) != 0;

	rnd_add_sample(rs, ts, v ? (uint32_t)val : 0,
	    rnd_estimate(rs, ts, val));
	rnd_add_sample(rs, ts, v ? (uint32_t)(val >> 32) : 0, 0);
}

/*
 * rnd_add_data: len bytes that are worth so many bits.  rs NULL: at once, from
 * whoever vouches for them.
 */
void
rnd_add_data(krndsource_t *rs, const void *const data, uint32_t len,
    uint32_t entropy)
{
	const uint8_t *const p = data;
	uint32_t i, v;

	if (rs == NULL) {
		mutex_spin_enter(&rnd_mtx);
		for (i = 0; i < len; i++)
			rnd_mix(p[i]);
		rnd_bits += entropy;
		if (rnd_bits >= RND_ENOUGH_BITS)
			rnd_initial_entropy = 1;
		mutex_spin_exit(&rnd_mtx);
		return;
	}
	if (!RND_ENABLED(rs))
		return;
	for (i = 0; i < len; i += sizeof(v)) {
		v = 0;
		memcpy(&v, p + i, MIN(sizeof(v), len - i));
		rnd_add_sample(rs, rnd_counter(), v, i == 0 ? entropy : 0);
	}
}
