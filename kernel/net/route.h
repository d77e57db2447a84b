/*
 * route.h: routes, as far as who sends frames looks at one.
 *
 * There is no routing table: a bridge needs none, and what is sent from here has
 * its destination on the link.  rtalloc1() finds nothing.  The structure is
 * NetBSD's, for files that look into it.
 */
#ifndef _NET_ROUTE_H_
#define _NET_ROUTE_H_

#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <net/if.h>
#include <net/radix.h>

/* A route and where it leads. */
struct route {
	struct rtentry *_ro_rt;
	struct sockaddr *ro_sa;
	LIST_ENTRY(route) ro_rtcache_next;
	bool ro_invalid;
};

struct rt_metrics {
	uint64_t rmx_locks;
	uint64_t rmx_mtu;
	uint64_t rmx_hopcount;
	uint64_t rmx_recvpipe;
	uint64_t rmx_sendpipe;
	uint64_t rmx_ssthresh;
	uint64_t rmx_rtt;
	uint64_t rmx_rttvar;
	time_t rmx_expire; /* second it ends; 0: never */
	time_t rmx_pksent;
};

struct rttimer;

struct rtentry {
	struct radix_node rt_nodes[2];
#define rt_mask(r) ((const struct sockaddr *)((r)->rt_nodes->rn_mask))
	struct sockaddr *rt_gateway; /* next hop, or its link address */
	int rt_flags;                /* RTF_* */
	int rt_refcnt;
	uint64_t rt_use;
	struct ifnet *rt_ifp;
	struct ifaddr *rt_ifa;
	uint32_t rt_ifa_seqno;
	void *rt_llinfo;
	struct rt_metrics rt_rmx;
	struct rtentry *rt_gwroute; /* the next hop's own */
	LIST_HEAD(, rttimer) rt_timer;
	struct rtentry *rt_parent;
	struct sockaddr *_rt_key;
	struct sockaddr *rt_tag; /* MPLS label */
};

#define RTF_UP        0x1
#define RTF_GATEWAY   0x2
#define RTF_HOST      0x4
#define RTF_REJECT    0x8
#define RTF_DYNAMIC   0x10
#define RTF_MODIFIED  0x20
#define RTF_DONE      0x40
#define RTF_MASK      0x80
#define RTF_CLONING   0x100
#define RTF_XRESOLVE  0x200
#define RTF_LLINFO    0x400
#define RTF_STATIC    0x800
#define RTF_BLACKHOLE 0x1000
#define RTF_CLONED    0x2000
#define RTF_PROTO2    0x4000
#define RTF_PROTO1    0x8000
#define RTF_SRC       0x10000
#define RTF_ANNOUNCE  0x20000

/* Messages. */
#define RTM_ADD        0x1
#define RTM_DELETE     0x2
#define RTM_CHANGE     0x3
#define RTM_GET        0x4
#define RTM_NEWADDR    0xc
#define RTM_DELADDR    0xd
#define RTM_RESOLVE    0xb
#define RTM_IFINFO     0x14
#define RTM_IFANNOUNCE 0x10
#define RTM_LLINFO_UPD 0x13

#define RTAX_MAX 9

struct rt_addrinfo {
	int rti_addrs;
	const struct sockaddr *rti_info[RTAX_MAX];
	int rti_flags;
	struct ifaddr *rti_ifa;
	struct ifnet *rti_ifp;
};

#ifdef _KERNEL

/* NULL: no route, which is always so; else one more user of it. */
struct rtentry *rtalloc1(const struct sockaddr *, int);
void rtfree(struct rtentry *);

int rtrequest(int, const struct sockaddr *, const struct sockaddr *,
    const struct sockaddr *, int, struct rtentry **);
int rtinit(struct ifaddr *, int, int);
int rt_walktree(sa_family_t, int (*)(struct rtentry *, void *), void *);
void rt_replace_ifa(struct rtentry *, struct ifaddr *);
void rt_ifmsg(struct ifnet *);
void rt_ifannouncemsg(struct ifnet *, int);
void rt_newaddrmsg(int, struct ifaddr *, int, struct rtentry *);

static inline const struct sockaddr *
rt_getkey(const struct rtentry *rt)
{
	return rt->_rt_key;
}

static inline struct sockaddr *
rt_gettag(struct rtentry *rt)
{
	return rt->rt_tag;
}

#endif /* _KERNEL */

#endif /* _NET_ROUTE_H_ */
