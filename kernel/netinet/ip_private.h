/*
 * ip_private.h: IPv4's own view of itself.
 */
#ifndef _NETINET_IP_PRIVATE_H_
#define _NETINET_IP_PRIVATE_H_

#ifdef _KERNEL
#include <sys/percpu_types.h>
#include <sys/param.h>

extern percpu_t *ipstat_percpu; /* uint64_t[IP_NSTATS] */

/* May the header be read where it is?  amd64 reads anywhere. */
#define IP_HDR_ALIGNED_P(ip) 1
#endif

#endif /* _NETINET_IP_PRIVATE_H_ */
