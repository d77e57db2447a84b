/*
 * in_systm.h: numbers of the Internet protocols as they are on the wire.
 */
#ifndef _NETINET_IN_SYSTM_H_
#define _NETINET_IN_SYSTM_H_

#include <sys/types.h>

typedef uint16_t n_short; /* in network order */
typedef uint32_t n_long;
typedef uint32_t n_time; /* ms since midnight */

#endif /* _NETINET_IN_SYSTM_H_ */
