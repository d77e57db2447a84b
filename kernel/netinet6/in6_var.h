/*
 * in6_var.h: IPv6 addresses of interfaces, and counters of each interface.
 */
#ifndef _NETINET6_IN6_VAR_H_
#define _NETINET6_IN6_VAR_H_

#include <sys/types.h>
#include <net/if.h>
#include <netinet/in.h>

/* Of an interface, as MIBs want it. */
struct in6_ifstat {
	uint64_t ifs6_in_receive;
	uint64_t ifs6_in_hdrerr;
	uint64_t ifs6_in_toobig;
	uint64_t ifs6_in_noroute;
	uint64_t ifs6_in_addrerr;
	uint64_t ifs6_in_protounknown;
	uint64_t ifs6_in_truncated;
	uint64_t ifs6_in_discard;
	uint64_t ifs6_in_deliver;
	uint64_t ifs6_out_forward;
	uint64_t ifs6_out_request;
	uint64_t ifs6_out_discard;
	uint64_t ifs6_out_fragok;
	uint64_t ifs6_out_fragfail;
	uint64_t ifs6_out_fragcreat;
	uint64_t ifs6_reass_reqd;
	uint64_t ifs6_reass_ok;
	uint64_t ifs6_reass_fail;
	uint64_t ifs6_in_mcast;
	uint64_t ifs6_out_mcast;
};

/* if_afdata[AF_INET6] */
struct in6_ifextra {
	struct in6_ifstat *in6_ifstat;
};

/* An address; letters as in net/if.h. */
struct in6_ifaddr {
	struct ifaddr ia_ifa; /* first */
#define ia_ifp ia_ifa.ifa_ifp
	struct sockaddr_in6 ia_addr;
	struct sockaddr_in6 ia_prefixmask;
};

/* SIOCAIFADDR_IN6, as far as it is used. */
struct in6_aliasreq {
	char ifra_name[IFNAMSIZ];
	struct sockaddr_in6 ifra_addr;
	struct sockaddr_in6 ifra_dstaddr;
	struct sockaddr_in6 ifra_prefixmask;
	int ifra_flags;
};

#ifdef _KERNEL

struct socket;

#define in6_ifstat_inc(ifp, tag)                                           \
	do {                                                               \
		if ((ifp) != NULL && (ifp)->if_afdata[AF_INET6] != NULL)   \
			((struct in6_ifextra *)(ifp)->if_afdata[AF_INET6]) \
			    ->in6_ifstat->tag++;                           \
	} while (/* CONSTCOND */ 0)

int in6_control(struct socket *, u_long, void *, struct ifnet *);
void *in6_domifattach(struct ifnet *);
void in6_domifdetach(struct ifnet *, void *);
void in6_if_up(struct ifnet *);
void in6_if_down(struct ifnet *);
void in6_if_link_up(struct ifnet *);
void in6_if_link_down(struct ifnet *);
int ip6flow_fastforward(struct mbuf **);

#endif /* _KERNEL */

#endif /* _NETINET6_IN6_VAR_H_ */
