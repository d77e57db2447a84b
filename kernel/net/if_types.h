/*
 * if_types.h: what an interface is, by IANA's numbers; those that are met here.
 */
#ifndef _NET_IF_TYPES_H_
#define _NET_IF_TYPES_H_

#define IFT_OTHER       1
#define IFT_ETHER       6
#define IFT_ISO88023    7
#define IFT_ISO88025    9
#define IFT_FDDI        15
#define IFT_PPP         23
#define IFT_LOOP        24
#define IFT_SLIP        28
#define IFT_ARCNET      35
#define IFT_ATM         37
#define IFT_HIPPI       47
#define IFT_PROPVIRTUAL 53
#define IFT_IEEE80211   71
#define IFT_TUNNEL      131
#define IFT_L2VLAN      135
#define IFT_IEEE1394    144
#define IFT_BRIDGE      209
#define IFT_GIF         240 /* not IANA's, as those below */
#define IFT_PVC         241
#define IFT_FAITH       242
#define IFT_STF         215
#define IFT_PFLOG       245
#define IFT_PFSYNC      246
#define IFT_CARP        248

#endif /* _NET_IF_TYPES_H_ */
