/*
 * ip6_var.h: IPv6's counters and entry points.
 */
#ifndef _NETINET6_IP6_VAR_H_
#define _NETINET6_IP6_VAR_H_

#include <sys/types.h>

#define IP6_STAT_TOTAL        0
#define IP6_STAT_TOOSHORT     1
#define IP6_STAT_TOOSMALL     2
#define IP6_STAT_FRAGMENTS    3
#define IP6_STAT_FRAGDROPPED  4
#define IP6_STAT_FRAGTIMEOUT  5
#define IP6_STAT_FRAGOVERFLOW 6
#define IP6_STAT_FORWARD      7
#define IP6_STAT_CANTFORWARD  8
#define IP6_STAT_REDIRECTSENT 9
#define IP6_STAT_DELIVERED    10
#define IP6_STAT_LOCALOUT     11
#define IP6_STAT_ODROPPED     12
#define IP6_STAT_REASSEMBLED  13
#define IP6_STAT_FRAGMENTED   14
#define IP6_STAT_OFRAGMENTS   15
#define IP6_STAT_CANTFRAG     16
#define IP6_STAT_BADOPTIONS   17
#define IP6_STAT_NOROUTE      18
#define IP6_STAT_BADVERS      19
#define IP6_NSTATS            20 /* as far as they are counted */

#ifdef _KERNEL

#include <net/pktqueue.h>

extern pktqueue_t *ip6_pktq;

void ip6_init(void);
void ip6_statinc(u_int);

#endif /* _KERNEL */

#endif /* _NETINET6_IP6_VAR_H_ */
