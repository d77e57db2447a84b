/*
 * mbuf.h: packets, in pieces of memory.
 *
 * An mbuf has MSIZE bytes: a header, and either data of its own (MLEN bytes),
 * or a packet header and data (MHLEN bytes), or a packet header and a pointer
 * to data elsewhere, a cluster in most cases.
 *
 *	m_hdr		m_next, m_nextpkt, m_data, m_len, m_flags, ...
 *	M_dat	M_databuf			no M_PKTHDR, no M_EXT
 *		MH_pkthdr + MH_databuf		M_PKTHDR
 *		(MH_pkthdr) + MH_ext		M_EXT
 *
 * m_next goes through the mbufs of a packet, m_nextpkt from packet to packet.
 * Fields are reached by the macros below: m_len is m_hdr.mh_len.
 *
 * Data elsewhere may be several mbufs'.  The first one describes and counts
 * them, and the others' ext_ref say which mbuf that is:
 *
 *	copy                     first			cluster
 *	M_EXT			M_EXT
 *	ext_ref ------------->	ext_ref (itself)
 *	(ext_storage unused)	ext_storage: refcnt 2
 *				    ext_buf --------->	2048 bytes
 *
 * So the first one's memory outlives it: when it is freed before the copies,
 * only its count goes down, and whoever is last frees all three.  Nobody writes
 * to data that he shares (M_READONLY).
 *
 * kern/uipc_mbuf.c has the contexts.
 */
#ifndef _SYS_MBUF_H_
#define _SYS_MBUF_H_

#include <sys/param.h>
#include <sys/malloc.h>
#include <sys/pool.h>
#include <sys/queue.h>
#ifdef _KERNEL
#include <sys/percpu_types.h>
#include <sys/socket.h>
#include <sys/systm.h>
#endif
#include <uvm/uvm_param.h>

struct ifnet;
struct mbuf;
struct mowner;
struct vm_page;

/* Whose mbufs these are; counted with options MBUFTRACE, which is not here. */
struct mowner {
	char mo_name[16];
	char mo_descr[16];
	LIST_ENTRY(mowner) mo_link;
	struct percpu *mo_counters;
};
#define MOWNER_INIT(x, y)                    \
	{                                    \
		.mo_name = x, .mo_descr = y, \
	}

/* A note tied to a packet; its data follow. */
struct m_tag {
	SLIST_ENTRY(m_tag) m_tag_link;
	uint16_t m_tag_id;
	uint16_t m_tag_len; /* of the data, in bytes */
};

/* Every mbuf's. */
struct m_hdr {
	struct mbuf *mh_next;    /* rest of the packet */
	struct mbuf *mh_nextpkt; /* next packet of a queue */
	char *mh_data;           /* first byte in use */
	struct mowner *mh_owner; /* for MBUFTRACE */
	int mh_len;              /* bytes in use */
	int mh_flags;            /* M_* */
	paddr_t mh_paddr;        /* of the mbuf itself */
	short mh_type;           /* MT_* */
};

/* Of a packet's first mbuf: M_PKTHDR. */
struct pkthdr {
	struct ifnet *rcvif; /* came in here */
	SLIST_HEAD(packet_tags, m_tag) tags;
	int len;            /* of the packet, in bytes */
	int csum_flags;     /* M_CSUM_* */
	uint32_t csum_data; /* what they need to know */
	u_int segsz;        /* of a TCP segment, in bytes */
};

/* What csum_flags say: of a packet sent, to be done; received, found. */
#define M_CSUM_TCPv4        0x00000001
#define M_CSUM_UDPv4        0x00000002
#define M_CSUM_TCP_UDP_BAD  0x00000004
#define M_CSUM_DATA         0x00000008
#define M_CSUM_TCPv6        0x00000010
#define M_CSUM_UDPv6        0x00000020
#define M_CSUM_IPv4         0x00000040
#define M_CSUM_IPv4_BAD     0x00000080
#define M_CSUM_TSOv4        0x00000100
#define M_CSUM_TSOv6        0x00000200
#define M_CSUM_BLANK        0x40000000
#define M_CSUM_NO_PSEUDOHDR 0x80000000

/* Of csum_data: length of the IP header, and where the checksum is in it. */
#define M_CSUM_DATA_IPv4_IPHL(x)   ((x) >> 16)
#define M_CSUM_DATA_IPv4_OFFSET(x) ((x)&0xffff)
#define M_CSUM_DATA_IPv6_HL(x)     ((x) >> 16)
#define M_CSUM_DATA_IPv6_OFFSET(x) ((x)&0xffff)

#define M_EXT_MAXPAGES (65536 / MIN_PAGE_SIZE + 1)

/* Data elsewhere.  Shared by reference: ext_ref is the mbuf that counts. */
struct _m_ext_storage {
	unsigned int ext_refcnt;
	int ext_flags;
	char *ext_buf;
	void (*ext_free)(struct mbuf *, void *, size_t, void *);
	void *ext_arg;
	size_t ext_size; /* bytes at ext_buf */
	struct malloc_type *ext_type;
	union {
		paddr_t extun_paddr;
		struct vm_page *extun_pgs[M_EXT_MAXPAGES];
	} ext_un;
};
#define ext_paddr ext_un.extun_paddr
#define ext_pgs   ext_un.extun_pgs

struct _m_ext {
	struct mbuf *ext_ref;
	struct _m_ext_storage ext_storage;
};

#define M_PADDR_INVALID POOL_PADDR_INVALID

#define MBUF_DEFINE(name, mhlen, mlen)                          \
	struct name {                                           \
		struct m_hdr m_hdr;                             \
		union {                                         \
			struct {                                \
				struct pkthdr MH_pkthdr;        \
				union {                         \
					struct _m_ext MH_ext;   \
					char MH_databuf[mhlen]; \
				} MH_dat;                       \
			} MH;                                   \
			char M_databuf[mlen];                   \
		} M_dat;                                        \
	}

#define m_next        m_hdr.mh_next
#define m_len         m_hdr.mh_len
#define m_data        m_hdr.mh_data
#define m_owner       m_hdr.mh_owner
#define m_type        m_hdr.mh_type
#define m_flags       m_hdr.mh_flags
#define m_nextpkt     m_hdr.mh_nextpkt
#define m_paddr       m_hdr.mh_paddr
#define m_pkthdr      M_dat.MH.MH_pkthdr
#define m_ext_storage M_dat.MH.MH_dat.MH_ext.ext_storage
#define m_ext_ref     M_dat.MH.MH_dat.MH_ext.ext_ref
#define m_ext         m_ext_ref->m_ext_storage
#define m_pktdat      M_dat.MH.MH_dat.MH_databuf
#define m_dat         M_dat.M_databuf

/* As NetBSD does: a structure of the same shape says what is left for data. */
MBUF_DEFINE(_mbuf_dummy, 1, 1);

#define _MLEN  ((int)(MSIZE - offsetof(struct _mbuf_dummy, m_dat)))
#define _MHLEN ((int)(MSIZE - offsetof(struct _mbuf_dummy, m_pktdat)))

#define MLEN  ((int)_MLEN)
#define MHLEN ((int)_MHLEN)

#define MINCLSIZE     (MHLEN + MLEN + 1) /* from here on, a cluster */
#define M_MAXCOMPRESS (MHLEN / 2)

MBUF_DEFINE(mbuf, MHLEN, MLEN);

/* Which fields share a line of 64 bytes: all that a driver writes is in two. */
__CTASSERT(sizeof(struct mbuf) == MSIZE);
__CTASSERT(sizeof(struct m_hdr) == 56);
__CTASSERT(sizeof(struct pkthdr) == 32);
__CTASSERT(sizeof(struct m_tag) == 16);
__CTASSERT(MLEN == 456 && MHLEN == 424);
__CTASSERT(offsetof(struct mbuf, m_len) == 32);
__CTASSERT(offsetof(struct mbuf, m_flags) == 36);
__CTASSERT(offsetof(struct mbuf, m_pkthdr) == 56);
__CTASSERT(offsetof(struct mbuf, m_ext_ref) == 88);
__CTASSERT(offsetof(struct mbuf, m_ext_storage) == 96);
__CTASSERT(offsetof(struct mbuf, m_ext_storage.ext_paddr) == 144);

/* m_flags */
#define M_EXT        0x00000001
#define M_PKTHDR     0x00000002
#define M_EOR        0x00000004
#define M_PROTO1     0x00000008
#define M_AUTHIPHDR  0x00000010
#define M_DECRYPTED  0x00000020
#define M_LOOP       0x00000040
#define M_AUTHIPDGM  0x00000080
#define M_BCAST      0x00000100
#define M_MCAST      0x00000200
#define M_CANFASTFWD 0x00000400
#define M_ANYCAST6   0x00000800
#define M_LINK0      0x00001000
#define M_LINK1      0x00002000
#define M_LINK2      0x00004000
#define M_LINK3      0x00008000
#define M_LINK4      0x00010000
#define M_LINK5      0x00020000
#define M_LINK6      0x00040000
#define M_LINK7      0x00080000

#define M_EXT_FLAGS   0xff000000
#define M_EXT_CLUSTER 0x01000000
#define M_EXT_PAGES   0x02000000
#define M_EXT_ROMAP   0x04000000
#define M_EXT_RW      0x08000000

#define M_CLUSTER      M_EXT_CLUSTER
#define M_EXTCOPYFLAGS (M_EXT | M_EXT_FLAGS)
#define M_COPYFLAGS                                                            \
	(M_PKTHDR | M_EOR | M_BCAST | M_MCAST | M_CANFASTFWD | M_ANYCAST6 |    \
	    M_LINK0 | M_LINK1 | M_LINK2 | M_AUTHIPHDR | M_DECRYPTED | M_LOOP | \
	    M_AUTHIPDGM)

/* m_type */
#define MT_FREE    0
#define MT_DATA    1
#define MT_HEADER  2
#define MT_SONAME  3
#define MT_SOOPTS  4
#define MT_FTABLE  5
#define MT_CONTROL 6
#define MT_OOBDATA 7

#define M_DONTWAIT M_NOWAIT
#define M_WAIT     M_WAITOK

#define M_COPYALL 1000000000 /* to the end, in place of a length */

/* The data, as a pointer to t; and those at an offset. */
#define mtod(m, t)     ((t)((m)->m_data))
#define mtodo(m, o, t) ((t)((m)->m_data + (o)))

/* What PF and others tie to a packet: m_tag_id.  VLAN's is a u_int. */
#define PACKET_TAG_NONE                     0
#define PACKET_TAG_VLAN                     4
#define PACKET_TAG_ENCAP                    5
#define PACKET_TAG_ESP                      6
#define PACKET_TAG_PF                       11
#define PACKET_TAG_ALTQ_QID                 12
#define PACKET_TAG_IPSEC_IN_CRYPTO_DONE     20
#define PACKET_TAG_IPSEC_IN_COULD_DO_CRYPTO 21
#define PACKET_TAG_IPSEC_PENDING_TDB        22
#define PACKET_TAG_IPSEC_SOCKET             23
#define PACKET_TAG_IPSEC_HISTORY            24
#define PACKET_TAG_IPSEC_NAT_T_PORTS        25
#define PACKET_TAG_INET6                    26
#define PACKET_TAG_ECO_RETRYPARMS           27
#define PACKET_TAG_TUNNEL_INFO              28

/* Figures of the whole; sysctl kern.mbuf.stats. */
struct mbstat {
	u_long _m_spare;
	u_long _m_spare1;
	u_long _m_spare2;
	u_long m_drops; /* wanted one, got none */
	u_long m_wait;  /* .. and waited */
	u_long m_drain; /* calls of m_reclaim() */
	u_short m_mtypes[256];
};

struct mbstat_cpu {
	u_int m_mtypes[256]; /* by type, got less freed on this CPU */
};

/* Names of sysctl kern.mbuf. */
#define MBUF_MSIZE       1
#define MBUF_MCLBYTES    2
#define MBUF_NMBCLUSTERS 3
#define MBUF_MBLOWAT     4
#define MBUF_MCLLOWAT    5
#define MBUF_STATS       6
#define MBUF_MOWNERS     7

#ifdef _KERNEL

extern struct mbstat mbstat;
extern int nmbclusters; /* clusters at the most */
extern int mblowat;     /* mbufs kept ready */
extern int mcllowat;
extern int max_linkhdr;  /* longest link header */
extern int max_protohdr; /* and of a protocol */
extern int max_hdr;      /* both */
extern int max_datalen;  /* MHLEN - max_hdr */
extern const int msize;
extern const int mclbytes;
extern pool_cache_t mb_cache;  /* mbufs */
extern pool_cache_t mcl_cache; /* clusters */

void mbinit(void);
void m_reclaim(void *, int);

/* M_WAIT: sleeps until there is one; M_DONTWAIT: NULL.  Then an MT_*. */
struct mbuf *m_get(int, int);
struct mbuf *m_getclr(int, int);
struct mbuf *m_gethdr(int, int);
void m_clget(struct mbuf *, int);

struct mbuf *m_free(struct mbuf *); /* one mbuf; returns its m_next */
void m_freem(struct mbuf *);        /* all of a packet; NULL is none */
void m_ext_free(struct mbuf *);

struct mbuf *m_prepend(struct mbuf *, int, int);
struct mbuf *m_copym(struct mbuf *, int, int, int);
struct mbuf *m_copypacket(struct mbuf *, int);
struct mbuf *m_dup(struct mbuf *, int, int, int);
struct mbuf *m_devget(char *, int, int, struct ifnet *,
    void (*)(const void *, void *, size_t));
struct mbuf *m_pullup(struct mbuf *, int);
struct mbuf *m_copyup(struct mbuf *, int, int);
struct mbuf *m_pulldown(struct mbuf *, int, int, int *);
struct mbuf *m_split(struct mbuf *, int, int);
struct mbuf *m_getptr(struct mbuf *, int, int *);
struct mbuf *m_defrag(struct mbuf *, int);
void m_adj(struct mbuf *, int);
void m_cat(struct mbuf *, struct mbuf *);
int m_apply(struct mbuf *, int, int, int (*)(void *, void *, unsigned int),
    void *);
void m_copydata(struct mbuf *, int, int, void *);
void m_copyback(struct mbuf *, int, int, const void *);
struct mbuf *m_copyback_cow(struct mbuf *, int, int, const void *, int);
int m_makewritable(struct mbuf **, int, int, int);
void m_print(const struct mbuf *, const char *,
    void (*)(const char *, ...) __printflike(1, 2));

/* Tags, uipc_mbuf2.c. */
struct m_tag *m_tag_get(int, int, int);
void m_tag_free(struct m_tag *);
void m_tag_prepend(struct mbuf *, struct m_tag *);
void m_tag_unlink(struct mbuf *, struct m_tag *);
void m_tag_delete(struct mbuf *, struct m_tag *);
void m_tag_delete_chain(struct mbuf *, struct m_tag *);
void m_tag_delete_nonpersistent(struct mbuf *);
struct m_tag *m_tag_find(struct mbuf *, int, struct m_tag *);
struct m_tag *m_tag_copy(struct m_tag *);
int m_tag_copy_chain(struct mbuf *, struct mbuf *);
void m_tag_init(struct mbuf *);
struct m_tag *m_tag_first(struct mbuf *);
struct m_tag *m_tag_next(struct mbuf *, struct m_tag *);

/* MBUFTRACE, off. */
#define m_claimm(m, mo) \
	do {            \
	} while (/* CONSTCOND */ 0)
#define m_claim(m, mo) \
	do {           \
	} while (/* CONSTCOND */ 0)
#define mowner_init(m, type) \
	do {                 \
	} while (/* CONSTCOND */ 0)
#define mowner_ref(m, flags) \
	do {                 \
	} while (/* CONSTCOND */ 0)
#define mowner_revoke(m, all, flags) \
	do {                         \
	} while (/* CONSTCOND */ 0)
#define MCLAIM(m, mo) \
	do {          \
	} while (/* CONSTCOND */ 0)
#define MOWNER_ATTACH(mo) \
	do {              \
	} while (/* CONSTCOND */ 0)
#define MOWNER_DETACH(mo) \
	do {              \
	} while (/* CONSTCOND */ 0)

#define MGET(m, how, type)    ((m) = m_get((how), (type)))
#define MGETHDR(m, how, type) ((m) = m_gethdr((how), (type)))
#define MFREE(m, n)           ((n) = m_free((m)))

/* Data elsewhere: who counts them, and whether there are several. */
#define MEXT_ISEMBEDDED(m) ((m)->m_ext_ref == (m))
#define MCLISREFERENCED(m) ((m)->m_ext.ext_refcnt > 1)

static inline void
m_ext_init_ref(struct mbuf *m)
{
	m->m_ext_ref = m;
	m->m_ext.ext_refcnt = 1;
}
#define MCLINITREFERENCE(m) m_ext_init_ref((m))

/* n gets what o's data are elsewhere, too. */
static inline void
m_ext_add_ref(struct mbuf *o, struct mbuf *n)
{
	KASSERT((o->m_flags & M_EXT) != 0);
	KASSERT((n->m_flags & M_EXT) == 0);
	KASSERT(o->m_ext.ext_refcnt >= 1);
	n->m_flags |= o->m_flags & M_EXTCOPYFLAGS;
	atomic_inc_uint(&o->m_ext.ext_refcnt);
	n->m_ext_ref = o->m_ext_ref;
}
#define MCLADDREFERENCE(o, n) m_ext_add_ref((o), (n))

/*
 * _MCLGET: storage of `size' bytes from a pool_cache for m.  Whether there was
 * some, M_EXT says.
 */
static inline void
m_ext_get(struct mbuf *m, pool_cache_t pc, size_t size, int how)
{
	m->m_ext_storage.ext_buf = pool_cache_get_paddr(pc,
	    how == M_WAIT ? PR_WAITOK | PR_LIMITFAIL : PR_NOWAIT,
	    &m->m_ext_storage.ext_paddr);
	if (m->m_ext_storage.ext_buf == NULL)
		return;
	m_ext_init_ref(m);
	m->m_data = m->m_ext.ext_buf;
	m->m_flags = (m->m_flags & ~M_EXTCOPYFLAGS) | M_EXT | M_EXT_CLUSTER |
	    M_EXT_RW;
	m->m_ext.ext_flags = 0;
	m->m_ext.ext_size = size;
	m->m_ext.ext_free = NULL;
	m->m_ext.ext_arg = pc;
}
#define _MCLGET(m, pool_cache, size, how) \
	m_ext_get((m), (pool_cache), (size), (how))
#define MCLGET(m, how) _MCLGET((m), mcl_cache, MCLBYTES, (how))

/*
 * MEXTADD: m's data are at buf from now on.  When nobody uses them any more,
 * free(m, buf, size, arg) is called and frees the mbuf as well
 * (pool_cache_put(mb_cache, m)); NULL: they are malloc(9)'s, of `type'.
 */
static inline void
m_ext_add(struct mbuf *m, void *buf, size_t size, struct malloc_type *type,
    void (*ext_free)(struct mbuf *, void *, size_t, void *), void *arg)
{
	m_ext_init_ref(m);
	m->m_data = m->m_ext.ext_buf = buf;
	m->m_flags = (m->m_flags & ~M_EXTCOPYFLAGS) | M_EXT;
	m->m_ext.ext_flags = 0;
	m->m_ext.ext_size = size;
	m->m_ext.ext_free = ext_free;
	m->m_ext.ext_arg = arg;
	m->m_ext.ext_type = type;
}
#define MEXTADD(m, buf, size, type, free, arg) \
	m_ext_add((m), (buf), (size), (type), (free), (arg))

/* The same with memory of malloc(9), which may be written to. */
#define MEXTMALLOC(m, size, how)                                           \
	do {                                                               \
		(m)->m_ext_storage.ext_buf = malloc((size),                \
		    mbtypes[(m)->m_type], (how));                          \
		if ((m)->m_ext_storage.ext_buf != NULL) {                  \
			m_ext_add((m), (m)->m_ext_storage.ext_buf, (size), \
			    mbtypes[(m)->m_type], NULL, NULL);             \
			(m)->m_flags |= M_EXT_RW;                          \
		}                                                          \
	} while (/* CONSTCOND */ 0)

/* Nobody may write to m's data, as they are others' too, or no memory. */
#define M_READONLY(m)                               \
	(((m)->m_flags & M_EXT) != 0 &&             \
	    ((((m)->m_flags & M_EXT_ROMAP) != 0) || \
		(((m)->m_flags & M_EXT_RW) == 0) || MCLISREFERENCED(m)))
#define M_UNWRITABLE(m, len) ((m)->m_len < (len) || M_READONLY((m)))

/* Where the room for data begins, and how many bytes it has. */
#define M_BUFADDR(m)                                             \
	(((m)->m_flags & M_EXT)             ? (m)->m_ext.ext_buf \
		: ((m)->m_flags & M_PKTHDR) ? (m)->m_pktdat      \
					    : (m)->m_dat)
#define M_BUFSIZE(m)                                                   \
	(((m)->m_flags & M_EXT)             ? (int)(m)->m_ext.ext_size \
		: ((m)->m_flags & M_PKTHDR) ? MHLEN                    \
					    : MLEN)
#define MRESETDATA(m) ((m)->m_data = M_BUFADDR(m))

/* Put m's data, of len bytes, at the end of the room.  m has none yet. */
#define M_ALIGN(m, len)  ((m)->m_data += (MLEN - (len)) & ~(sizeof(long) - 1))
#define MH_ALIGN(m, len) ((m)->m_data += (MHLEN - (len)) & ~(sizeof(long) - 1))

/* Bytes in front of the data, and behind; none where nobody may write. */
#define _M_LEADINGSPACE(m)  ((int)((m)->m_data - M_BUFADDR(m)))
#define _M_TRAILINGSPACE(m) (M_BUFSIZE(m) - _M_LEADINGSPACE(m) - (m)->m_len)
#define M_LEADINGSPACE(m)   (M_READONLY((m)) ? 0 : _M_LEADINGSPACE((m)))
#define M_TRAILINGSPACE(m)  (M_READONLY((m)) ? 0 : _M_TRAILINGSPACE((m)))

/*
 * M_PREPEND: len bytes more in front of the packet, in this mbuf or a new one.
 * NULL if there was none; the packet is gone then.
 */
#define M_PREPEND(m, plen, how)                              \
	do {                                                 \
		if (M_LEADINGSPACE(m) >= (plen)) {           \
			(m)->m_data -= (plen);               \
			(m)->m_len += (plen);                \
		} else                                       \
			(m) = m_prepend((m), (plen), (how)); \
		if ((m) && (m)->m_flags & M_PKTHDR)          \
			(m)->m_pkthdr.len += (plen);         \
	} while (/* CONSTCOND */ 0)

#define m_copy(m, o, l) m_copym((m), (o), (l), M_DONTWAIT)

/* `to', which has no data yet, begins a packet that is as from's. */
static inline void
m_copy_pkthdr(struct mbuf *to, struct mbuf *from)
{
	KASSERT((from->m_flags & M_PKTHDR) != 0);
	to->m_pkthdr = from->m_pkthdr;
	to->m_flags = from->m_flags & M_COPYFLAGS;
	SLIST_INIT(&to->m_pkthdr.tags);
	(void)m_tag_copy_chain(to, from);
	to->m_data = to->m_pktdat;
}
#define M_COPY_PKTHDR(to, from) m_copy_pkthdr((to), (from))

/* The same; `from' begins none any more, and its tags are to's. */
static inline void
m_move_pkthdr(struct mbuf *to, struct mbuf *from)
{
	KASSERT((to->m_flags & M_EXT) == 0);
	KASSERT((from->m_flags & M_PKTHDR) != 0);
	to->m_pkthdr = from->m_pkthdr;
	to->m_flags = from->m_flags & M_COPYFLAGS;
	to->m_data = to->m_pktdat;
	from->m_flags &= ~M_PKTHDR;
}
#define M_MOVE_PKTHDR(to, from) m_move_pkthdr((to), (from))

/* Of old, rcvif of an mbuf that is no packet's held something else. */
#define M_GETCTX(m, t) ((t)(void *)(m)->m_pkthdr.rcvif)
#define M_SETCTX(m, c) ((void)((m)->m_pkthdr.rcvif = (void *)(c)))
#define M_CLEARCTX(m)  M_SETCTX((m), NULL)

/* Bytes of a packet: what its header says, or its mbufs. */
static inline u_int
m_length(const struct mbuf *m)
{
	const struct mbuf *n;
	u_int len;

	if ((m->m_flags & M_PKTHDR) != 0)
		return (u_int)m->m_pkthdr.len;
	len = 0;
	for (n = m; n != NULL; n = n->m_next)
		len += (u_int)n->m_len;
	return len;
}

MALLOC_DECLARE(M_MBUF);
MALLOC_DECLARE(M_SONAME);
extern struct malloc_type *mbtypes[];

#endif /* _KERNEL */

#endif /* _SYS_MBUF_H_ */
