/*
 * uipc_mbuf.c: get mbufs and give them back.
 *
 * So far an mbuf has its data in itself; clusters, and all that cuts and joins
 * packets, come with the network code.
 *
 * Contexts.  Any at or below IPL_VM; M_WAIT: thread, sleeping.  An mbuf has one
 * owner, who hands it on with the pointer.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>
#include <sys/pool.h>

pool_cache_t mb_cache;

/*
 * mbinit: before the first mbuf, once there are pools.
 */
void
mbinit(void)
{
	mb_cache = pool_cache_init(MSIZE, 0, 0, 0, "mbpl", NULL, IPL_VM, NULL,
	    NULL, NULL);
	KASSERT(mb_cache != NULL);
}

/*
 * m_get: an mbuf without a packet header.
 */
struct mbuf *
m_get(int nowait, int type)
{
	struct mbuf *m;

	KASSERT(type != MT_FREE);

	m = pool_cache_get(mb_cache, nowait == M_WAIT ? PR_WAITOK : PR_NOWAIT);
	if (m == NULL)
		return NULL;
	m->m_type = (short)type;
	m->m_next = NULL;
	m->m_nextpkt = NULL;
	m->m_len = 0;
	m->m_data = m->m_dat;
	m->m_flags = 0;
	return m;
}

/*
 * m_gethdr: one that begins a packet.
 */
struct mbuf *
m_gethdr(int nowait, int type)
{
	struct mbuf *m;

	m = m_get(nowait, type);
	if (m == NULL)
		return NULL;
	m->m_data = m->m_pktdat;
	m->m_flags = M_PKTHDR;
	m->m_pkthdr.rcvif = NULL;
	m->m_pkthdr.len = 0;
	m->m_pkthdr.csum_flags = 0;
	m->m_pkthdr.csum_data = 0;
	SLIST_INIT(&m->m_pkthdr.tags);
	return m;
}

struct mbuf *
m_free(struct mbuf *m)
{
	struct mbuf *const n = m->m_next;

	KASSERT(m->m_type != MT_FREE);
	KASSERT((m->m_flags & M_EXT) == 0);

	m->m_type = MT_FREE;
	pool_cache_put(mb_cache, m);
	return n;
}

void
m_freem(struct mbuf *m)
{
	while (m != NULL)
		m = m_free(m);
}
