/*
 * if_media.h: which kind of cable, at which speed.
 *
 * A medium is a word: type, subtype, options and instance (which PHY).  A driver
 * tells with ifmedia_add() what it has; SIOCSIFMEDIA chooses, by asking the
 * driver's ifm_change, and SIOCGIFMEDIA shows, by asking its ifm_status.
 *
 *	31   28 27        20 19      16 15    8 7    5 4     0
 *	instance  options     mode      of type  type  subtype
 */
#ifndef _NET_IF_MEDIA_H_
#define _NET_IF_MEDIA_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/queue.h>

struct ifmedia;
struct ifmediareq;
struct ifnet;
struct ifreq;

typedef int (*ifm_change_cb_t)(struct ifnet *);
typedef void (*ifm_stat_cb_t)(struct ifnet *, struct ifmediareq *);

struct ifmedia_entry {
	TAILQ_ENTRY(ifmedia_entry) ifm_list;
	int ifm_media; /* the word */
	int ifm_data;  /* the driver's */
	void *ifm_aux;
};

/* Under KERNEL_LOCK, as all that ioctls change. */
struct ifmedia {
	int ifm_mask;                         /* bits that do not matter */
	int ifm_media;                        /* what was asked for */
	struct ifmedia_entry *ifm_cur;        /* .. and which entry that is */
	TAILQ_HEAD(, ifmedia_entry) ifm_list; /* all there are */
	ifm_change_cb_t ifm_change;
	ifm_stat_cb_t ifm_status;
};

void ifmedia_init(struct ifmedia *, int, ifm_change_cb_t, ifm_stat_cb_t);
void ifmedia_add(struct ifmedia *, int, int, void *);
void ifmedia_list_add(struct ifmedia *, struct ifmedia_entry *, int);
void ifmedia_set(struct ifmedia *, int);
int ifmedia_ioctl(struct ifnet *, struct ifreq *, struct ifmedia *, u_long);
struct ifmedia_entry *ifmedia_match(struct ifmedia *, u_int, u_int);
void ifmedia_delete_instance(struct ifmedia *, u_int);
void ifmedia_removeall(struct ifmedia *);
uint64_t ifmedia_baudrate(int);

#endif /* _KERNEL */

/* Ethernet. */
#define IFM_ETHER       0x00000020
#define IFM_10_T        3
#define IFM_10_2        4
#define IFM_10_5        5
#define IFM_100_TX      6
#define IFM_100_FX      7
#define IFM_100_T4      8
#define IFM_100_VG      9
#define IFM_100_T2      10
#define IFM_1000_SX     11
#define IFM_10_STP      12
#define IFM_10_FL       13
#define IFM_1000_LX     14
#define IFM_1000_CX     15
#define IFM_1000_T      16
#define IFM_HPNA_1      17
#define IFM_10G_LR      18
#define IFM_10G_SR      19
#define IFM_10G_CX4     20
#define IFM_2500_SX     21
#define IFM_1000_BX10   22
#define IFM_10G_TWINAX  23
#define IFM_ETH_MASTER  0x00000100
#define IFM_ETH_RXPAUSE 0x00000200
#define IFM_ETH_TXPAUSE 0x00000400

#define IFM_TOKEN     0x00000040
#define IFM_FDDI      0x00000060
#define IFM_IEEE80211 0x00000080
#define IFM_ATM       0x000000a0
#define IFM_CARP      0x000000c0

/* Subtypes of each type. */
#define IFM_AUTO   0
#define IFM_MANUAL 1
#define IFM_NONE   2

/* Options. */
#define IFM_FDX   0x00100000
#define IFM_HDX   0x00200000
#define IFM_FLOW  0x00400000
#define IFM_FLAG0 0x01000000
#define IFM_FLAG1 0x02000000
#define IFM_FLAG2 0x04000000
#define IFM_LOOP  0x08000000

#define IFM_NMASK  0x000000e0
#define IFM_NSHIFT 5
#define IFM_TMASK  0x0000001f
#define IFM_IMASK  0xf0000000
#define IFM_ISHIFT 28
#define IFM_OMASK  0x0000ff00
#define IFM_MMASK  0x00070000
#define IFM_MSHIFT 16
#define IFM_GMASK  0x0ff00000

#define IFM_INST_MAX 15
#define IFM_INST_ANY ((u_int)-1)

#define IFM_ETH_FMASK (IFM_FLOW | IFM_ETH_RXPAUSE | IFM_ETH_TXPAUSE)

/* ifm_status of struct ifmediareq. */
#define IFM_AVALID 0x00000001 /* the next is known */
#define IFM_ACTIVE 0x00000002 /* there is a link */

#define IFM_TYPE(x)    ((x)&IFM_NMASK)
#define IFM_SUBTYPE(x) ((x)&IFM_TMASK)
#define IFM_INST(x)    (((x) >> IFM_ISHIFT) & 0xf)
#define IFM_OPTIONS(x) ((x) & (IFM_OMASK | IFM_GMASK))
#define IFM_MODE(x)    ((x)&IFM_MMASK)

#define IFM_MAKEWORD(type, subtype, options, instance) \
	((type) | (subtype) | (options) | ((instance) << IFM_ISHIFT))
#define IFM_MAKEMODE(mode) (((mode) << IFM_MSHIFT) & IFM_MMASK)

#endif /* _NET_IF_MEDIA_H_ */
