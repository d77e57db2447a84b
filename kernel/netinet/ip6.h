/*
 * ip6.h: the header of IPv6 (RFC 2460).
 */
#ifndef _NETINET_IP6_H_
#define _NETINET_IP6_H_

#include <sys/cdefs.h>
#include <netinet/in.h>

struct ip6_hdr {
	union {
		struct ip6_hdrctl {
			uint32_t ip6_un1_flow; /* version, class, flow */
			uint16_t ip6_un1_plen; /* bytes behind the header */
			uint8_t ip6_un1_nxt;   /* IPPROTO_* of that */
			uint8_t ip6_un1_hlim;
		} ip6_un1;
		uint8_t ip6_un2_vfc; /* version in its upper half */
	} ip6_ctlun;
	struct in6_addr ip6_src;
	struct in6_addr ip6_dst;
} __packed;

#define ip6_vfc  ip6_ctlun.ip6_un2_vfc
#define ip6_flow ip6_ctlun.ip6_un1.ip6_un1_flow
#define ip6_plen ip6_ctlun.ip6_un1.ip6_un1_plen
#define ip6_nxt  ip6_ctlun.ip6_un1.ip6_un1_nxt
#define ip6_hlim ip6_ctlun.ip6_un1.ip6_un1_hlim
#define ip6_hops ip6_ctlun.ip6_un1.ip6_un1_hlim

#define IPV6_VERSION      0x60
#define IPV6_VERSION_MASK 0xf0

#define IPV6_MMTU    1280
#define IPV6_MAXHLIM 255
#define IPV6_DEFHLIM 64

#endif /* _NETINET_IP6_H_ */
