/*
 * ip_carp.h: carp(4), addresses that hosts take over from each other; not here.
 */
#ifndef _NETINET_IP_CARP_H_
#define _NETINET_IP_CARP_H_

#ifdef _KERNEL
#include <sys/types.h>

struct ether_header;
struct ifnet;
struct mbuf;

int carp_input(struct mbuf *, uint8_t *, uint8_t *, uint16_t);
struct ifnet *carp_ourether(void *, struct ether_header *, u_char, int);
void carp_carpdev_state(void *);
void carp_ifdetach(struct ifnet *);
#endif

#endif /* _NETINET_IP_CARP_H_ */
