/*
 * if_inarp.h: ARP between Ethernet and IPv4, netinet/if_arp.c.
 */
#ifndef _NETINET_IF_INARP_H_
#define _NETINET_IF_INARP_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <net/if_arp.h>

struct ifaddr;
struct ifnet;
struct ifqueue;
struct in_addr;
struct mbuf;
struct rt_addrinfo;
struct rtentry;
struct sockaddr;

/* Packets received, for arpintr(); at splnet. */
extern struct ifqueue arpintrq;

void arp_init(void);
void arpintr(void);
void arp_ifinit(struct ifnet *, struct ifaddr *);
/*
 * 1: the link address of dst is in desten.  0: it is being asked for, and the
 * packet is sent later or freed.
 */
int arpresolve(struct ifnet *, struct rtentry *, struct mbuf *,
    const struct sockaddr *, u_char *);
void arp_drain(void);
int arpioctl(u_long, void *);
void arpwhohas(struct ifnet *, struct in_addr *);
void arp_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);
void revarpinput(struct mbuf *);
void in_revarpinput(struct mbuf *);

#endif /* _KERNEL */

#endif /* _NETINET_IF_INARP_H_ */
