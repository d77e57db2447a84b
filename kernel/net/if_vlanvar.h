/*
 * if_vlanvar.h: tagged frames (IEEE 802.1Q), and vlan(4), which is not here.
 */
#ifndef _NET_IF_VLANVAR_H_
#define _NET_IF_VLANVAR_H_

#include <sys/cdefs.h>
#include <sys/types.h>

/* An Ethernet header with its tag. */
struct ether_vlan_header {
	uint8_t evl_dhost[6];
	uint8_t evl_shost[6];
	uint16_t evl_encap_proto; /* ETHERTYPE_VLAN */
	uint16_t evl_tag;         /* priority and number, network order */
	uint16_t evl_proto;       /* what a frame without tag would say */
} __packed;

#define EVL_VLANOFTAG(tag) ((tag)&4095)
#define EVL_PRIOFTAG(tag)  (((tag) >> 13) & 7)
#define EVL_CFIOFTAG(tag)  (((tag) >> 12) & 1)
#define EVL_ENCAPLEN       4 /* bytes */

/* SIOC[GS]ETVLAN */
struct vlanreq {
	char vlr_parent[16]; /* IFNAMSIZ */
	u_short vlr_tag;
};

#ifdef _KERNEL
struct ifnet;
struct mbuf;

void vlan_input(struct ifnet *, struct mbuf *);
void vlan_ifdetach(struct ifnet *);
#endif

#endif /* _NET_IF_VLANVAR_H_ */
