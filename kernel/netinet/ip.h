/*
 * ip.h: the header of IPv4 (RFC 791).
 */
#ifndef _NETINET_IP_H_
#define _NETINET_IP_H_

#include <sys/cdefs.h>
#include <sys/endian.h>
#include <netinet/in_systm.h>
#include <netinet/in.h>

#define IPVERSION 4

struct ip {
#if BYTE_ORDER == LITTLE_ENDIAN
	unsigned int ip_hl : 4, /* words of the header */
	    ip_v : 4;           /* IPVERSION */
#else
	unsigned int ip_v : 4, ip_hl : 4;
#endif
	uint8_t ip_tos;
	uint16_t ip_len; /* of header and data, in bytes */
	uint16_t ip_id;
	uint16_t ip_off;
#define IP_RF      0x8000
#define IP_EF      0x8000
#define IP_DF      0x4000 /* do not fragment */
#define IP_MF      0x2000 /* more fragments follow */
#define IP_OFFMASK 0x1fff /* in units of 8 bytes */
	uint8_t ip_ttl;
	uint8_t ip_p; /* IPPROTO_* */
	uint16_t ip_sum;
	struct in_addr ip_src, ip_dst;
} __packed;

#define IP_MAXPACKET 65535
#define MAXTTL       255
#define IPDEFTTL     64

#endif /* _NETINET_IP_H_ */
