/*
 * in_var.h: IPv4 addresses of interfaces.
 */
#ifndef _NETINET_IN_VAR_H_
#define _NETINET_IN_VAR_H_

#include <sys/queue.h>
#include <net/if.h>
#include <netinet/in.h>

/* An address: struct ifaddr, and what IPv4 wants of it.  Under KERNEL_LOCK. */
struct in_ifaddr {
	struct ifaddr ia_ifa; /* first */
#define ia_ifp   ia_ifa.ifa_ifp
#define ia_flags ia_ifa.ifa_flags
	LIST_ENTRY(in_ifaddr) ia_hash;
	TAILQ_ENTRY(in_ifaddr) ia_list; /* of all */
	uint32_t ia_net;
	uint32_t ia_netmask;
	uint32_t ia_subnet;
	uint32_t ia_subnetmask;
	struct in_addr ia_netbroadcast;
	struct sockaddr_in ia_addr;
	struct sockaddr_in ia_dstaddr;
#define ia_broadaddr ia_dstaddr
	struct sockaddr_in ia_sockmask;
};

/* SIOCAIFADDR */
struct in_aliasreq {
	char ifra_name[IFNAMSIZ];
	struct sockaddr_in ifra_addr;
	struct sockaddr_in ifra_dstaddr;
#define ifra_broadaddr ifra_dstaddr
	struct sockaddr_in ifra_mask;
};

#define ifatoia(ifa) ((struct in_ifaddr *)(ifa))
#define IA_SIN(ia)   (&(((struct in_ifaddr *)(ia))->ia_addr))

#ifdef _KERNEL

struct socket;

TAILQ_HEAD(in_ifaddrhead, in_ifaddr);
extern struct in_ifaddrhead in_ifaddrhead; /* of all interfaces */

/* The address that ifp has for this family, or NULL. */
#define IFP_TO_IA(ifp, ia)                                        \
	do {                                                      \
		struct ifaddr *ifa_;                              \
		IFADDR_FOREACH(ifa_, (ifp))                       \
		{                                                 \
			if (ifa_->ifa_addr->sa_family == AF_INET) \
				break;                            \
		}                                                 \
		(ia) = ifatoia(ifa_);                             \
	} while (/* CONSTCOND */ 0)

int in_control(struct socket *, u_long, void *, struct ifnet *);
void in_purgeif(struct ifnet *);
int ipflow_fastforward(struct mbuf *);

#endif /* _KERNEL */

#endif /* _NETINET_IN_VAR_H_ */
