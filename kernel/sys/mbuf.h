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

#include <net/if.h>

struct mbuf;
struct mowner;
struct vm_page;

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
	int len;        /* of the packet, in bytes */
	int csum_flags; /* M_CSUM_* */
	uint32_t csum_data;
	u_int segsz;       /* of a TCP segment, in bytes */
	void *pattr_class; /* ALTQ's */
	void *pattr_hdr;
	int pattr_af;
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
__CTASSERT(sizeof(struct mbuf) == MSIZE);

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

/* The data, as a pointer to t. */
#define mtod(m, t) ((t)((m)->m_data))

#ifdef _KERNEL

extern pool_cache_t mb_cache; /* mbufs */

void mbinit(void);

/* M_WAIT: sleeps until there is one; M_DONTWAIT: NULL.  Then an MT_*. */
struct mbuf *m_get(int, int);
struct mbuf *m_gethdr(int, int);

struct mbuf *m_free(struct mbuf *); /* one mbuf; returns its m_next */
void m_freem(struct mbuf *);        /* all of a packet; NULL is none */

#endif /* _KERNEL */

#endif /* _SYS_MBUF_H_ */
