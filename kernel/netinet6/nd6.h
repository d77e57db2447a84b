/*
 * nd6.h: neighbours of IPv6, netinet6/nd6.c.
 */
#ifndef _NETINET6_ND6_H_
#define _NETINET6_ND6_H_

#ifdef _KERNEL
#include <sys/types.h>

struct ifnet;
struct mbuf;
struct rtentry;
struct sockaddr;

/* 1: the link address is in the last argument; 0: the packet has been freed. */
int nd6_storelladdr(const struct ifnet *, const struct rtentry *, struct mbuf *,
    const struct sockaddr *, u_char *, size_t);
void nd6_setmtu(struct ifnet *);
#endif

#endif /* _NETINET6_ND6_H_ */
