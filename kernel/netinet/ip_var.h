/*
 * ip_var.h: IPv4's counters and entry points.
 */
#ifndef _NETINET_IP_VAR_H_
#define _NETINET_IP_VAR_H_

#include <sys/types.h>

/* Indexes of the counters, which each CPU has for itself. */
#define IP_STAT_TOTAL        0
#define IP_STAT_BADSUM       1
#define IP_STAT_TOOSHORT     2
#define IP_STAT_TOOSMALL     3
#define IP_STAT_BADHLEN      4
#define IP_STAT_BADLEN       5
#define IP_STAT_FRAGMENTS    6
#define IP_STAT_FRAGDROPPED  7
#define IP_STAT_FRAGTIMEOUT  8
#define IP_STAT_FORWARD      9
#define IP_STAT_FASTFORWARD  10
#define IP_STAT_CANTFORWARD  11
#define IP_STAT_REDIRECTSENT 12
#define IP_STAT_NOPROTO      13
#define IP_STAT_DELIVERED    14
#define IP_STAT_LOCALOUT     15
#define IP_STAT_ODROPPED     16
#define IP_STAT_REASSEMBLED  17
#define IP_STAT_FRAGMENTED   18
#define IP_STAT_OFRAGMENTS   19
#define IP_STAT_CANTFRAG     20
#define IP_STAT_BADOPTIONS   21
#define IP_STAT_NOROUTE      22
#define IP_STAT_BADVERS      23
#define IP_STAT_RAWOUT       24
#define IP_STAT_BADFRAGS     25
#define IP_STAT_RCVMEMDROP   26
#define IP_STAT_TOOLONG      27
#define IP_STAT_NOGIF        28
#define IP_STAT_BADADDR      29
#define IP_NSTATS            30

#ifdef _KERNEL

#include <net/pktqueue.h>

struct ifnet;
struct mbuf;

extern pktqueue_t *ip_pktq; /* packets received, for ipintr() */

void ip_init(void);
void ip_statinc(u_int);

#endif /* _KERNEL */

#endif /* _NETINET_IP_VAR_H_ */
