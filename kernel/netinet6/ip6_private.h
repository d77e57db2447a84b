/*
 * ip6_private.h: IPv6's own view of itself.
 */
#ifndef _NETINET6_IP6_PRIVATE_H_
#define _NETINET6_IP6_PRIVATE_H_

#ifdef _KERNEL
#include <sys/percpu_types.h>

extern percpu_t *ip6stat_percpu; /* uint64_t[IP6_NSTATS] */

/* May the header be read where it is?  amd64 reads anywhere. */
#define IP6_HDR_ALIGNED_P(ip) 1
#endif

#endif /* _NETINET6_IP6_PRIVATE_H_ */
