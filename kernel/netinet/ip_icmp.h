/*
 * ip_icmp.h: messages about IPv4 (RFC 792); echo is all that is known here.
 */
#ifndef _NETINET_IP_ICMP_H_
#define _NETINET_IP_ICMP_H_

#include <sys/cdefs.h>
#include <sys/types.h>

struct icmp {
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint16_t icmp_cksum; /* of all of the message */
	union {
		struct ih_idseq {
			uint16_t icd_id;
			uint16_t icd_seq;
		} ih_idseq;
		int32_t ih_void;
	} icmp_hun;
} __packed;
#define icmp_id   icmp_hun.ih_idseq.icd_id
#define icmp_seq  icmp_hun.ih_idseq.icd_seq
#define icmp_void icmp_hun.ih_void

#define ICMP_MINLEN 8

#define ICMP_ECHOREPLY 0
#define ICMP_UNREACH   3
#define ICMP_ECHO      8

#endif /* _NETINET_IP_ICMP_H_ */
