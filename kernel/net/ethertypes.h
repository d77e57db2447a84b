/*
 * ethertypes.h: what an Ethernet frame carries; those that somebody here tells
 * apart.  Below 1536 it is a length.
 */
#ifndef _NET_ETHERTYPES_H_
#define _NET_ETHERTYPES_H_

#define ETHERTYPE_8023          0x0004
#define ETHERTYPE_PUP           0x0200
#define ETHERTYPE_IP            0x0800
#define ETHERTYPE_ARP           0x0806
#define ETHERTYPE_TRAIL         0x1000
#define ETHERTYPE_NTRAILER      16
#define ETHERTYPE_RARP          0x8035
#define ETHERTYPE_REVARP        0x8035
#define ETHERTYPE_ATALK         0x809b
#define ETHERTYPE_AARP          0x80f3
#define ETHERTYPE_VLAN          0x8100
#define ETHERTYPE_IPX           0x8137
#define ETHERTYPE_IPV6          0x86dd
#define ETHERTYPE_PPP           0x880b
#define ETHERTYPE_FLOWCONTROL   0x8808 /* pause frames */
#define ETHERTYPE_SLOWPROTOCOLS 0x8809
#define ETHERTYPE_MPLS          0x8847
#define ETHERTYPE_MPLS_MCAST    0x8848
#define ETHERTYPE_PPPOEDISC     0x8863
#define ETHERTYPE_PPPOE         0x8864
#define ETHERTYPE_PAE           0x888e
#define ETHERTYPE_QINQ          0x88a8
#define ETHERTYPE_LLDP          0x88cc
#define ETHERTYPE_LOOPBACK      0x9000
#define ETHERTYPE_MAX           0xffff

#endif /* _NET_ETHERTYPES_H_ */
