/*
 * icmp6.h: messages about IPv6 (RFC 4443) and its neighbours (RFC 4861): echo, and
 * who has an address.
 */
#ifndef _NETINET_ICMP6_H_
#define _NETINET_ICMP6_H_

#include <sys/cdefs.h>
#include <netinet/in.h>

struct icmp6_hdr {
	uint8_t icmp6_type;
	uint8_t icmp6_code;
	uint16_t icmp6_cksum; /* with the pseudo-header */
	union {
		uint32_t icmp6_un_data32[1];
		uint16_t icmp6_un_data16[2];
		uint8_t icmp6_un_data8[4];
	} icmp6_dataun;
} __packed;
#define icmp6_data32 icmp6_dataun.icmp6_un_data32
#define icmp6_data16 icmp6_dataun.icmp6_un_data16
#define icmp6_id     icmp6_data16[0]
#define icmp6_seq    icmp6_data16[1]

#define ICMP6_ECHO_REQUEST  128
#define ICMP6_ECHO_REPLY    129
#define ND_NEIGHBOR_SOLICIT 135
#define ND_NEIGHBOR_ADVERT  136

struct nd_neighbor_solicit {
	struct icmp6_hdr nd_ns_hdr;
	struct in6_addr nd_ns_target;
} __packed;

struct nd_neighbor_advert {
	struct icmp6_hdr nd_na_hdr; /* flags in data32 */
	struct in6_addr nd_na_target;
} __packed;
#define ND_NA_FLAG_SOLICITED __IPADDR(0x40000000)
#define ND_NA_FLAG_OVERRIDE  __IPADDR(0x20000000)

/* Behind them; nd_opt_len in units of 8 bytes. */
struct nd_opt_hdr {
	uint8_t nd_opt_type;
	uint8_t nd_opt_len;
} __packed;
#define ND_OPT_SOURCE_LINKADDR 1
#define ND_OPT_TARGET_LINKADDR 2

#endif /* _NETINET_ICMP6_H_ */
