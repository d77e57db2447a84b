/*
 * if_arp.h: packets of the address resolution protocol (RFC 826).
 */
#ifndef _NET_IF_ARP_H_
#define _NET_IF_ARP_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/socket.h>

#define ARPHRD_ETHER    1
#define ARPHRD_IEEE802  6
#define ARPHRD_ARCNET   7
#define ARPHRD_FRELAY   15
#define ARPHRD_STRIP    23
#define ARPHRD_IEEE1394 24

#define ARPOP_REQUEST    1
#define ARPOP_REPLY      2
#define ARPOP_REVREQUEST 3
#define ARPOP_REVREPLY   4
#define ARPOP_INVREQUEST 8
#define ARPOP_INVREPLY   9

/*
 * Behind it: hardware and protocol address of the sender, then of the target;
 * lengths as it says.
 */
struct arphdr {
	uint16_t ar_hrd; /* ARPHRD_* */
	uint16_t ar_pro; /* ETHERTYPE_* */
	uint8_t ar_hln;  /* bytes of a hardware address */
	uint8_t ar_pln;  /* .. of a protocol address */
	uint16_t ar_op;  /* ARPOP_* */
} __packed;

/* Where the four are; 1394 has no target's hardware address. */
#define ar_data(ap) ((uint8_t *)((ap) + 1))
#define ar_sha(ap)  (ar_data(ap))
#define ar_spa(ap)  (ar_data(ap) + (ap)->ar_hln)

static __inline uint8_t *
ar_tha(struct arphdr *ap)
{
	if (ntohs(ap->ar_hrd) == ARPHRD_IEEE1394)
		return NULL;
	return ar_data(ap) + ap->ar_hln + ap->ar_pln;
}

static __inline uint8_t *
ar_tpa(struct arphdr *ap)
{
	if (ntohs(ap->ar_hrd) == ARPHRD_IEEE1394)
		return ar_data(ap) + ap->ar_hln + ap->ar_pln;
	return ar_data(ap) + 2 * ap->ar_hln + ap->ar_pln;
}

/* SIOC[SGD]ARP */
struct arpreq {
	struct sockaddr arp_pa;
	struct sockaddr arp_ha;
	int arp_flags;
};
#define ATF_INUSE       0x01
#define ATF_COM         0x02
#define ATF_PERM        0x04
#define ATF_PUBL        0x08
#define ATF_USETRAILERS 0x10

#endif /* _NET_IF_ARP_H_ */
