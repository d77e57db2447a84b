/*
 * netisr.h: input routines of protocols, each a network softint of its own
 * number.  (Protocols newer than this have a pktqueue instead.)
 */
#ifndef _NET_NETISR_H_
#define _NET_NETISR_H_

#include <sys/socket.h>

#ifdef _KERNEL_OPT
#include "opt_inet.h"
#include "arp.h"
#endif

/* A protocol's number is that of its address family, but for ARP. */
#define NETISR_IP    2
#define NETISR_CCITT 10
#define NETISR_ATALK 16
#define NETISR_IPX   23
#define NETISR_IPV6  24
#define NETISR_ISDN  26
#define NETISR_NATM  27
#define NETISR_ARP   28
#define NETISR_MPLS  33
#define NETISR_MAX   AF_MAX

#ifdef _KERNEL
/* Whose routines netisr_dispatch.h names. */
#include <netinet/if_inarp.h>
#include <netinet/ip_var.h>
#ifdef INET6
#include <netinet6/ip6_var.h>
#endif

/* Have the protocol's routine run, on this CPU; kern/kern_softint.c. */
void schednetisr(int);
#endif

#endif /* _NET_NETISR_H_ */
