/*
 * uipc_mbuf.c: get mbufs and give them back; copy, cut and join packets.
 *
 * mbufs and clusters are objects of two caches (pool_cache(9)), mb_cache and
 * mcl_cache.  Both keep some ready (mblowat, mcllowat), and there are nmbclusters
 * clusters at the most: with a network that receives faster than it sends, a
 * kernel is short of packets and not of memory.
 *
 * Data elsewhere.  <sys/mbuf.h> has the picture: the mbuf that was given the
 * data counts who refers to them, itself included.  Who drops a reference:
 *
 *	  m is	the one who counts	a copy
 *	others	m's memory stays, as	m goes; the count is one less
 *	are left  it holds the count
 *	m was	data and m go		data and the counting mbuf go, then m
 *	the last
 *
 * A count of 1 means that nobody else can make it 2, as only who has a reference
 * can give another; so a sole owner needs no atomic operation, and a packet that
 * is forwarded has no LOCKed instruction here.  Two that let go at the same time:
 *
 *	CPU 0, the copy			CPU 1, the counting mbuf
 *	ext_refcnt is 2
 *					ext_refcnt is 2
 *	atomic_dec: 1
 *	m goes
 *					atomic_dec: 0
 *					I am the last: data and m go
 *
 * The one who reads 1 without an atomic operation has seen the other's
 * atomic_dec, and what the other did to the data before.
 *
 * A packet's first mbuf that counts may be freed with copies still about.  Then
 * its memory is of nobody's packet, type MT_DATA, until the last copy goes.
 *
 * Counts.  mbstat_percpu has a count for each type and CPU, of gets less frees;
 * an mbuf got here and freed there makes one CPU's count negative, and only the
 * sum means anything (sysctl kern.mbuf.stats).
 *
 * Contexts.  Any at or below IPL_VM; M_WAIT: thread, sleeping.  An mbuf has one
 * owner, who hands it on with the pointer.  Functions that return a packet or
 * NULL have freed it with NULL, unless they say otherwise; m_free and m_freem
 * may run on any CPU.  Nothing here takes a lock but the pools'.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/syslog.h>
#include <uvm/uvm_extern.h>

#include <net/if.h>

pool_cache_t mb_cache;
pool_cache_t mcl_cache;

struct mbstat mbstat;
percpu_t *mbstat_percpu;
int nmbclusters; /* 0 until mbinit, unless the configuration says */
int mblowat = 256;
int mcllowat = 64;
int max_linkhdr;
int max_protohdr;
int max_hdr;
int max_datalen;
const int msize = MSIZE;
const int mclbytes = MCLBYTES;

MALLOC_DEFINE(M_MBUF, "mbuf", "mbuf");
MALLOC_DEFINE(M_SONAME, "soname", "socket name");
MALLOC_DEFINE(M_SOOPTS, "soopts", "socket options");

struct malloc_type *mbtypes[] = { /* by MT_* */
	M_FREE, M_MBUF, M_MBUF, M_SONAME, M_SOOPTS, M_TEMP, M_MBUF, M_MBUF
};

static const char mclpool_warnmsg[] =
    "WARNING: mclpool limit reached; increase kern.mbuf.nmbclusters";

/* ---- init ------------------------------------------------------------------ */

/* An mbuf's physical address never changes; drivers need it. */
static int
mb_ctor(void *arg, void *object, int flags)
{
	struct mbuf *const m = object;

	m->m_paddr = vtophys((vaddr_t)m);
	return 0;
}

/*
 * kern.mbuf.nmbclusters may go up to a quarter of memory, but no further than the
 * configuration allows.  It begins with a quarter of that, and not below 1024.
 */
static int
nmbclusters_limit(void)
{
	const vsize_t bytes = (vsize_t)physmem / 4 * PAGE_SIZE;
	const vsize_t n = bytes / MCLBYTES;

#ifdef NMBCLUSTERS_MAX
	return (int)MIN(n, NMBCLUSTERS_MAX);
#else
	return (int)MIN(n, INT_MAX);
#endif
}

/*
 * mbinit: before the first mbuf, once there are pools.
 */
void
mbinit(void)
{
	mb_cache = pool_cache_init(msize, 0, 0, 0, "mbpl", NULL, IPL_VM,
	    mb_ctor, NULL, NULL);
	mcl_cache = pool_cache_init(mclbytes, 0, 0, 0, "mclpl", NULL, IPL_VM,
	    NULL, NULL, NULL);
	KASSERT(mb_cache != NULL && mcl_cache != NULL);
	pool_cache_set_drain_hook(mb_cache, m_reclaim, NULL);
	pool_cache_set_drain_hook(mcl_cache, m_reclaim, NULL);

	if (nmbclusters == 0)
		nmbclusters = MAX(1024, nmbclusters_limit() / 4);
	pool_cache_sethardlimit(mcl_cache, nmbclusters, mclpool_warnmsg, 60);
	mbstat_percpu = percpu_alloc(sizeof(struct mbstat_cpu));

	pool_cache_setlowat(mb_cache, mblowat);
	pool_cache_setlowat(mcl_cache, mcllowat);
}

/*
 * m_reclaim: a pool has nothing left, or the page daemon wants pages: whoever
 * keeps packets that need not be kept lets go of them.  Any context below
 * IPL_VM; what the drain functions lock is theirs to say.
 */
void
m_reclaim(void *arg, int flags)
{
	const struct protosw *pr;
	struct domain *dp;
	int s;

	s = splvm();
	DOMAIN_FOREACH(dp)
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
		if (pr->pr_drain != NULL)
			(*pr->pr_drain)();
	splx(s);
	mbstat.m_drain++;
}

/* ---- sysctl kern.mbuf ------------------------------------------------------ */

/* Limits: more clusters than now; low water of neither is negative. */
static int
sysctl_kern_mbuf(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int error, newval = *(int *)rnode->sysctl_data;

	node.sysctl_data = &newval;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (newval < 0)
		return EINVAL;

	switch (node.sysctl_num) {
	case MBUF_NMBCLUSTERS:
		if (newval < nmbclusters || newval > nmbclusters_limit())
			return EINVAL;
		nmbclusters = newval;
		pool_cache_sethardlimit(mcl_cache, newval, mclpool_warnmsg, 60);
		return 0;
	case MBUF_MBLOWAT:
		mblowat = newval;
		pool_cache_setlowat(mb_cache, newval);
		return 0;
	case MBUF_MCLLOWAT:
		mcllowat = newval;
		pool_cache_setlowat(mcl_cache, newval);
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

static void
mbstat_add_cpu(void *mem, void *arg, struct cpu_info *ci)
{
	const struct mbstat_cpu *const c = mem;
	struct mbstat *const sum = arg;
	u_int i;

	for (i = 0; i < __arraycount(sum->m_mtypes); i++)
		sum->m_mtypes[i] = (u_short)(sum->m_mtypes[i] + c->m_mtypes[i]);
}

/* All CPUs' counts; exact when nothing moves. */
static int
sysctl_kern_mbuf_stats(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct mbstat sum = mbstat;

	memset(sum.m_mtypes, 0, sizeof(sum.m_mtypes));
	percpu_foreach(mbstat_percpu, mbstat_add_cpu, &sum);
	node.sysctl_data = &sum;
	node.sysctl_size = sizeof(sum);
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

#define RO CTLFLAG_PERMANENT | CTLFLAG_READONLY
#define RW CTLFLAG_PERMANENT | CTLFLAG_READWRITE

SYSCTL_SETUP(sysctl_kern_mbuf_setup, "sysctl kern.mbuf subtree setup")
{
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "mbuf", SYSCTL_DESCR("mbuf control variables"), NULL, 0, NULL, 0,
	    CTL_KERN, KERN_MBUF, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO | CTLFLAG_IMMEDIATE, CTLTYPE_INT,
	    "msize", SYSCTL_DESCR("Bytes of an mbuf"), NULL, msize, NULL, 0,
	    CTL_KERN, KERN_MBUF, MBUF_MSIZE, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO | CTLFLAG_IMMEDIATE, CTLTYPE_INT,
	    "mclbytes", SYSCTL_DESCR("Bytes of a cluster"), NULL, mclbytes,
	    NULL, 0, CTL_KERN, KERN_MBUF, MBUF_MCLBYTES, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RW, CTLTYPE_INT, "nmbclusters",
	    SYSCTL_DESCR("Clusters at the most"), sysctl_kern_mbuf, 0,
	    &nmbclusters, 0, CTL_KERN, KERN_MBUF, MBUF_NMBCLUSTERS, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RW, CTLTYPE_INT, "mblowat",
	    SYSCTL_DESCR("mbufs kept free"), sysctl_kern_mbuf, 0, &mblowat, 0,
	    CTL_KERN, KERN_MBUF, MBUF_MBLOWAT, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RW, CTLTYPE_INT, "mcllowat",
	    SYSCTL_DESCR("Clusters kept free"), sysctl_kern_mbuf, 0, &mcllowat,
	    0, CTL_KERN, KERN_MBUF, MBUF_MCLLOWAT, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_STRUCT, "stats",
	    SYSCTL_DESCR("mbufs by type"), sysctl_kern_mbuf_stats, 0, NULL, 0,
	    CTL_KERN, KERN_MBUF, MBUF_STATS, CTL_EOL);
}

/* ---- get and free ---------------------------------------------------------- */

static inline void
mbstat_type_add(int type, int diff)
{
	struct mbstat_cpu *const mb = percpu_getref(mbstat_percpu);

	mb->m_mtypes[type] += (u_int)diff;
	percpu_putref(mbstat_percpu);
}

/*
 * m_get: an mbuf without a packet header.
 */
struct mbuf *
m_get(int nowait, int type)
{
	struct mbuf *m;

	KASSERT(type != MT_FREE);

	m = pool_cache_get(mb_cache,
	    nowait == M_WAIT ? PR_WAITOK | PR_LIMITFAIL : PR_NOWAIT);
	if (m == NULL)
		return NULL;
	mbstat_type_add(type, 1);
	m->m_ext_ref = m;
	m->m_type = (short)type;
	m->m_len = 0;
	m->m_next = NULL;
	m->m_nextpkt = NULL;
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

/*
 * m_getclr: one whose MLEN bytes are 0.
 */
struct mbuf *
m_getclr(int nowait, int type)
{
	struct mbuf *m;

	m = m_get(nowait, type);
	if (m != NULL)
		memset(mtod(m, void *), 0, MLEN);
	return m;
}

/*
 * m_clget: a cluster for m, if there is one: M_EXT says.
 */
void
m_clget(struct mbuf *m, int nowait)
{
	MCLGET(m, nowait);
}

/* Back to the cache. */
static inline void
mb_put(struct mbuf *m)
{
	m->m_type = MT_FREE;
	pool_cache_put(mb_cache, m);
}

/* Nobody refers to m's data any more, and m counted them. */
static void
m_ext_gone(struct mbuf *m)
{
	struct _m_ext_storage *const e = &m->m_ext;

	if ((m->m_flags & M_EXT_CLUSTER) != 0)
		pool_cache_put_paddr((pool_cache_t)e->ext_arg, e->ext_buf,
		    e->ext_paddr);
	else if (e->ext_free != NULL) {
		/* It frees m as well. */
		(*e->ext_free)(m, e->ext_buf, e->ext_size, e->ext_arg);
		return;
	} else
		free(e->ext_buf, e->ext_type);
	mb_put(m);
}

/*
 * m_ext_free: free m, whose data are elsewhere, and what it was the last to
 * refer to.
 */
void
m_ext_free(struct mbuf *m)
{
	struct mbuf *const ref = m->m_ext_ref;

	KASSERT((m->m_flags & M_EXT) != 0);
	KASSERT(MEXT_ISEMBEDDED(ref));
	KASSERT((ref->m_flags & M_EXT) != 0);
	KASSERT((m->m_flags & M_EXT_CLUSTER) == (ref->m_flags & M_EXT_CLUSTER));
	KASSERT(ref->m_ext.ext_refcnt >= 1);

	if (__predict_true(ref->m_ext.ext_refcnt == 1))
		ref->m_ext.ext_refcnt = 0;
	else if (atomic_dec_uint_nv(&ref->m_ext.ext_refcnt) != 0) {
		if (ref != m)
			mb_put(m);
		return;
	}
	m_ext_gone(ref);
	if (ref != m)
		mb_put(m);
}

struct mbuf *
m_free(struct mbuf *m)
{
	struct mbuf *const n = m->m_next;

	KASSERT(m->m_type != MT_FREE);

	mbstat_type_add(m->m_type, -1);
	if ((m->m_flags & M_PKTHDR) != 0)
		m_tag_delete_chain(m, NULL);
	if ((m->m_flags & M_EXT) != 0)
		m_ext_free(m);
	else
		mb_put(m);
	return n;
}

void
m_freem(struct mbuf *m)
{
	while (m != NULL)
		m = m_free(m);
}

#include "mbuf_copy.h"
#include "mbuf_cut.h"
