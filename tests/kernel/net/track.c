/*
 * track.c: frames that say where they are freed (track.h).
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/mbuf.h>
#include <sys/pool.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>

#include <track.h>
#include <traffic_int.h>

struct tracked {
	uint64_t tk_entered;     /* TSC */
	volatile u_int tk_stage; /* by who has the frame */
	uint8_t tk_data[MCLBYTES];
};

static pool_cache_t cache;
static volatile uint64_t freed[TRACK_STAGES], unexcused;

/* The last reference is gone.  m, which had it, is ours to free. */
static void
track_gone(struct mbuf *m, void *data, size_t bytes, void *arg)
{
	struct tracked *const tk = arg;
	u_int stage = tk->tk_stage;

	/* A driver that has accepted a frame has written itself into it. */
	if (stage == TRACK_ENTERED && m->m_pkthdr.rcvif != NULL)
		stage = cpu_intr_p() ? TRACK_HOST : TRACK_QUEUED;
	atomic_inc_64(&freed[stage]);
	if (stage > TRACK_ENTERED && stage < TRACK_OUT &&
	    !(*traffic_conf.tr_may_lose)(tk->tk_entered))
		atomic_inc_64(&unexcused);
	pool_cache_put(cache, tk);
	pool_cache_put(mb_cache, m);
}

static struct tracked *
tracked_of(struct mbuf *m)
{
	return (m->m_flags & M_EXT) != 0 && m->m_ext.ext_free == track_gone
	    ? m->m_ext.ext_arg
	    : NULL;
}

void
track_init(void)
{
	memset(__UNVOLATILE(freed), 0, sizeof(freed));
	unexcused = 0;
	cache = pool_cache_init(sizeof(struct tracked), COHERENCY_UNIT, 0, 0,
	    "tracked", NULL, IPL_NET, NULL, NULL, NULL);
}

void
track_fini(void)
{
	pool_cache_destroy(cache);
}

bool
track_get(struct mbuf *m)
{
	struct tracked *const tk = pool_cache_get(cache, PR_NOWAIT);

	if (tk == NULL)
		return false;
	tk->tk_entered = cpu_counter();
	tk->tk_stage = TRACK_ENTERED;
	MEXTADD(m, tk->tk_data, sizeof(tk->tk_data), 0, track_gone, tk);
	m->m_flags |= M_EXT_RW;
	return true;
}

void
track_passes(struct mbuf *m, enum track_stage stage)
{
	struct tracked *const tk = tracked_of(m);

	if (tk != NULL && tk->tk_stage < stage)
		tk->tk_stage = stage;
}

uint64_t
track_freed(enum track_stage stage)
{
	return freed[stage];
}

uint64_t
track_unexcused(void)
{
	return unexcused;
}
