/*
 * if_ether.h: Ethernet: frames, and what its interfaces have in common.
 *
 * A driver's softc has a struct ethercom, whose first field is the interface.  It
 * calls if_attach() and then ether_ifattach() with the station address.  Lists of
 * multicast addresses are ranges; a driver that cannot filter one takes all
 * multicasts (IFF_ALLMULTI).
 */
#ifndef _NET_IF_ETHER_H_
#define _NET_IF_ETHER_H_

#ifdef _KERNEL_OPT
#include "opt_mbuftrace.h"
#endif

#ifndef __ASSEMBLER__
#include <sys/types.h>
#include <sys/cdefs.h>
#include <sys/queue.h>
#include <sys/mbuf.h>
#endif

#include <net/ethertypes.h>

/* Bytes. */
#define ETHER_ADDR_LEN        6
#define ETHER_TYPE_LEN        2
#define ETHER_CRC_LEN         4
#define ETHER_HDR_LEN         ((ETHER_ADDR_LEN * 2) + ETHER_TYPE_LEN)
#define ETHER_MIN_LEN         64
#define ETHER_MAX_LEN         1518
#define ETHER_MAX_LEN_JUMBO   9018
#define ETHER_VLAN_ENCAP_LEN  4
#define ETHER_PPPOE_ENCAP_LEN 8

/* Behind the header. */
#define ETHERMTU       (ETHER_MAX_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define ETHERMTU_JUMBO (ETHER_MAX_LEN_JUMBO - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define ETHERMIN       (ETHER_MIN_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)

#define ETHER_CRC_POLY_LE 0xedb88320
#define ETHER_CRC_POLY_BE 0x04c11db6

#ifndef __ASSEMBLER__

struct ether_addr {
	uint8_t ether_addr_octet[ETHER_ADDR_LEN];
} __packed;

struct ether_header {
	uint8_t ether_dhost[ETHER_ADDR_LEN];
	uint8_t ether_shost[ETHER_ADDR_LEN];
	uint16_t ether_type; /* ETHERTYPE_*, or a length; network order */
} __packed;

/* The first bit of an address says group; the second, not from a factory. */
#define ETHER_IS_MULTICAST(addr) (*(const uint8_t *)(addr)&0x01)
#define ETHER_IS_LOCAL(addr)     (*(const uint8_t *)(addr)&0x02)

/* The longest frame: with the checksum if the mbuf has it (M_HASFCS). */
#define ETHER_MAX_FRAME(ifp, etype, hasfcs)                               \
	((ifp)->if_mtu + ETHER_HDR_LEN + ((hasfcs) ? ETHER_CRC_LEN : 0) + \
	    (((etype) == ETHERTYPE_VLAN) ? ETHER_VLAN_ENCAP_LEN : 0) +    \
	    (((etype) == ETHERTYPE_PPPOE) ? ETHER_PPPOE_ENCAP_LEN : 0))

/* Group addresses of IPv4: 01:00:5e and 23 bits; of IPv6: 33:33 and 32. */
#define ETHER_MAP_IP_MULTICAST(ipaddr, enaddr)                       \
	do {                                                         \
		(enaddr)[0] = 0x01;                                  \
		(enaddr)[1] = 0x00;                                  \
		(enaddr)[2] = 0x5e;                                  \
		(enaddr)[3] = ((const uint8_t *)(ipaddr))[1] & 0x7f; \
		(enaddr)[4] = ((const uint8_t *)(ipaddr))[2];        \
		(enaddr)[5] = ((const uint8_t *)(ipaddr))[3];        \
	} while (/* CONSTCOND */ 0)
#define ETHER_MAP_IPV6_MULTICAST(ip6addr, enaddr)               \
	do {                                                    \
		(enaddr)[0] = 0x33;                             \
		(enaddr)[1] = 0x33;                             \
		(enaddr)[2] = ((const uint8_t *)(ip6addr))[12]; \
		(enaddr)[3] = ((const uint8_t *)(ip6addr))[13]; \
		(enaddr)[4] = ((const uint8_t *)(ip6addr))[14]; \
		(enaddr)[5] = ((const uint8_t *)(ip6addr))[15]; \
	} while (/* CONSTCOND */ 0)

#ifdef _KERNEL

#include <net/if.h>

struct mii_data;

struct ethercom;
typedef int (*ether_cb_t)(struct ethercom *);

/*
 * Letters as in net/if.h.
 */
struct ethercom {
	struct ifnet ec_if;                     /* first: drivers cast */
	LIST_HEAD(, ether_multi) ec_multiaddrs; /* n */
	int ec_multicnt;                        /* n: ranges in that list */
	int ec_capabilities;                    /* i: ETHERCAP_* */
	int ec_capenable;                       /* n */
	int ec_nvlans;                          /* n: vlan(4)s on top */
	struct mii_data *ec_mii;                /* i: media, or NULL */
	ether_cb_t ec_ifflags_cb; /* i: 0, errno or ENETRESET: if_init */
#ifdef MBUFTRACE
	struct mowner ec_rx_mowner;
	struct mowner ec_tx_mowner;
#endif
};

#define ETHERCAP_VLAN_MTU       0x00000001 /* 4 bytes more than the MTU */
#define ETHERCAP_VLAN_HWTAGGING 0x00000002 /* tags not in the frame */
#define ETHERCAP_JUMBO_MTU      0x00000004
#define ETHERCAP_MASK           0x00000007

extern const uint8_t etherbroadcastaddr[ETHER_ADDR_LEN];
extern const uint8_t ethermulticastaddr_slowprotocols[ETHER_ADDR_LEN];
extern const uint8_t ether_ipmulticast_min[ETHER_ADDR_LEN];
extern const uint8_t ether_ipmulticast_max[ETHER_ADDR_LEN];

void ether_set_ifflags_cb(struct ethercom *, ether_cb_t);
int ether_ioctl(struct ifnet *, u_long, void *);
int ether_addmulti(const struct sockaddr *, struct ethercom *);
int ether_delmulti(const struct sockaddr *, struct ethercom *);
int ether_multiaddr(const struct sockaddr *, uint8_t[ETHER_ADDR_LEN],
    uint8_t[ETHER_ADDR_LEN]);
void ether_input(struct ifnet *, struct mbuf *);

/* A range of addresses to listen to. */
struct ether_multi {
	uint8_t enm_addrlo[ETHER_ADDR_LEN];
	uint8_t enm_addrhi[ETHER_ADDR_LEN]; /* the same: one address */
	u_int enm_refcount;
	LIST_ENTRY(ether_multi) enm_list;
};

/* What sysctl shows of it. */
struct ether_multi_sysctl {
	uint32_t enm_refcount;
	uint8_t enm_addrlo[ETHER_ADDR_LEN];
	uint8_t enm_addrhi[ETHER_ADDR_LEN];
};

/* Where in the list a walk is. */
struct ether_multistep {
	struct ether_multi *e_enm;
};

#define ETHER_LOOKUP_MULTI(addrlo, addrhi, ec, enm)                          \
	do {                                                                 \
		for ((enm) = LIST_FIRST(&(ec)->ec_multiaddrs);               \
		     (enm) != NULL &&                                        \
		     (memcmp((enm)->enm_addrlo, (addrlo), ETHER_ADDR_LEN) != \
			     0 ||                                            \
			 memcmp((enm)->enm_addrhi, (addrhi),                 \
			     ETHER_ADDR_LEN) != 0);                          \
		     (enm) = LIST_NEXT((enm), enm_list))                     \
			continue;                                            \
	} while (/* CONSTCOND */ 0)
#define ETHER_NEXT_MULTI(step, enm)                                \
	do {                                                       \
		if (((enm) = (step).e_enm) != NULL)                \
			(step).e_enm = LIST_NEXT((enm), enm_list); \
	} while (/* CONSTCOND */ 0)
#define ETHER_FIRST_MULTI(step, ec, enm)                         \
	do {                                                     \
		(step).e_enm = LIST_FIRST(&(ec)->ec_multiaddrs); \
		ETHER_NEXT_MULTI((step), (enm));                 \
	} while (/* CONSTCOND */ 0)

/* Flags of mbufs, between drivers and ether_input. */
#define M_HASFCS  M_LINK0 /* the checksum is at the end */
#define M_PROMISC M_LINK1 /* not for us */

/*
 * Tags beside the frame (ETHERCAP_VLAN_HWTAGGING): an m_tag PACKET_TAG_VLAN whose
 * data is the tag, u_int in host order.  VLAN_INPUT_TAG frees the packet and does
 * errcase where there is no memory.
 */
#define VLAN_INPUT_TAG(ifp, m, vlanid, errcase)                     \
	do {                                                        \
		struct m_tag *mtag_ = m_tag_get(PACKET_TAG_VLAN,    \
		    sizeof(u_int), M_NOWAIT);                       \
		if (mtag_ == NULL) {                                \
			(ifp)->if_ierrors++;                        \
			printf("%s: unable to allocate VLAN tag\n", \
			    (ifp)->if_xname);                       \
			m_freem(m);                                 \
			errcase;                                    \
		} else {                                            \
			*(u_int *)(mtag_ + 1) = (vlanid);           \
			m_tag_prepend((m), mtag_);                  \
		}                                                   \
	} while (/* CONSTCOND */ 0)
#define VLAN_OUTPUT_TAG(ec, m0)                                           \
	(((ec)->ec_nvlans != 0) ? m_tag_find((m0), PACKET_TAG_VLAN, NULL) \
				: NULL)
#define VLAN_TAG_VALUE(mtag) (*(u_int *)((mtag) + 1))
#define VLAN_ATTACHED(ec)    ((ec)->ec_nvlans != 0)

void etherinit(void);
void ether_ifattach(struct ifnet *, const uint8_t *);
void ether_ifdetach(struct ifnet *);

struct ifmediareq;
int ether_mediachange(struct ifnet *);
void ether_mediastatus(struct ifnet *, struct ifmediareq *);

/* "00:00:5e:00:53:01"; ether_sprintf's buffer is everybody's. */
char *ether_sprintf(const u_char *);
char *ether_snprintf(char *, size_t, const u_char *);
int ether_aton_r(u_char *, size_t, const char *);

/* CRC of a frame, least or most significant bit first. */
uint32_t ether_crc32_le(const uint8_t *, size_t);
uint32_t ether_crc32_be(const uint8_t *, size_t);

#endif /* _KERNEL */

/* SIOCGETHERCAP */
struct eccapreq {
	char eccr_name[16]; /* IFNAMSIZ */
	int eccr_capabilities;
	int eccr_capenable;
};

#endif /* !__ASSEMBLER__ */

#endif /* _NET_IF_ETHER_H_ */
