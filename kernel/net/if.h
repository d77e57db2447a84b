/*
 * if.h: network interfaces.
 *
 * A driver fills a struct ifnet (in its softc, inside a struct ethercom for
 * Ethernet) and calls if_attach().  From then on
 *
 *	driver -> stack		(*ifp->if_input)(ifp, m)
 *	protocol -> wire	(*ifp->if_output)(ifp, m, dst, rt), which adds
 *				the link header and calls
 *	queue -> driver		ifq_enqueue(): into if_snd, then if_start
 *
 * if_snd is one queue of each interface.  Drivers with several queues to send
 * from have if_transmit, which is given the packet itself and chooses; it is in
 * the paper's kernel and not in NetBSD's of the time (netbsd-path.md A.3), and so
 * stands behind what that has, whose offsets it does not move.
 *
 * Locks.  What sends, receives and configures does so under KERNEL_LOCK, at
 * splnet where an interrupt may come between.  With NET_MPSAFE the driver is
 * without KERNEL_LOCK, and if_snd has a spin mutex at IPL_NET.  Counters are plain
 * increments in both: CPUs that count at once may lose one.
 *
 * Names below stand for fields of if_data: if_ipackets is if_data.ifi_ipackets.
 */
#ifndef _NET_IF_H_
#define _NET_IF_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/socket.h>

#define IFNAMSIZ    16 /* of a name, with the NUL */
#define IF_NAMESIZE 16

#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/percpu_types.h>
#include <sys/callout.h>
#include <sys/queue.h>
#include <sys/time.h>
#include <net/dlt.h>
#include <net/pfil.h>
#include <altq/if_altq.h>
#ifdef _KERNEL
#include <net/pfil.h>
#endif

struct bpf_if;
struct bridge_iflist;
struct bridge_softc;
struct ether_header;
struct ifaddr;
struct ifnet;
struct ifreq;
struct lwp;
struct mbuf;
struct mowner;
struct proc;
struct rt_addrinfo;
struct rtentry;
struct socket;
struct sockaddr_dl;
struct sysctllog;

/* An interface that may come into being by name: bridge0. */
struct if_clone {
	LIST_ENTRY(if_clone) ifc_list; /* of those there are */
	const char *ifc_name;          /* without the number */
	size_t ifc_namelen;
	int (*ifc_create)(struct if_clone *, int);
	int (*ifc_destroy)(struct ifnet *);
};
#define IF_CLONE_INITIALIZER(name, create, destroy)                \
	{                                                          \
		.ifc_name = name, .ifc_namelen = sizeof(name) - 1, \
		.ifc_create = create, .ifc_destroy = destroy       \
	}

struct if_clonereq {
	int ifcr_total;    /* those there are: out */
	int ifcr_count;    /* room for as many names: in */
	char *ifcr_buffer; /* names of IFNAMSIZ bytes */
};

/* The part that is the same for each interface, and the counters. */
struct if_data {
	u_char ifi_type;       /* IFT_* */
	u_char ifi_addrlen;    /* of a link address, in bytes */
	u_char ifi_hdrlen;     /* of a link header, in bytes */
	int ifi_link_state;    /* LINK_STATE_* */
	uint64_t ifi_mtu;      /* bytes behind the link header */
	uint64_t ifi_metric;   /* for people */
	uint64_t ifi_baudrate; /* bits a second */
	uint64_t ifi_ipackets; /* received */
	uint64_t ifi_ierrors;
	uint64_t ifi_opackets; /* sent */
	uint64_t ifi_oerrors;
	uint64_t ifi_collisions;
	uint64_t ifi_ibytes;
	uint64_t ifi_obytes;
	uint64_t ifi_imcasts;
	uint64_t ifi_omcasts;
	uint64_t ifi_iqdrops; /* lost behind the driver */
	uint64_t ifi_noproto; /* that no protocol wants */
	struct timespec ifi_lastchange;
};

#define LINK_STATE_UNKNOWN 0
#define LINK_STATE_DOWN    1
#define LINK_STATE_UP      2

/* A queue of packets by m_nextpkt.  Letters as of struct ifaltq. */
struct ifqueue {
	struct mbuf *ifq_head;
	struct mbuf *ifq_tail;
	int ifq_len;
	int ifq_maxlen;
	int ifq_drops;
	kmutex_t *ifq_lock;
};

/*
 * Who is inside an ioctl of the interface, so that if_detach can wait for them:
 * if_ioctl_lock, net/if.c.
 */
struct ifnet_lock {
	kmutex_t il_lock;
	uint64_t il_nexit;   /* under il_lock: who left while it was drained */
	percpu_t *il_nenter; /* uint64_t: who came, by CPU */
	kcondvar_t il_emptied;
};

TAILQ_HEAD(ifnet_head, ifnet);

/*
 * Fields are
 *	i	the driver's, set before if_attach
 *	a	set by if_attach or ether_ifattach
 *	n	under KERNEL_LOCK, at splnet
 *	b	the bridge's own rules, net/if_bridge.c
 *	s	statistics: written by anybody, without a lock
 *	-	of what is not here; it only takes its place
 */
typedef struct ifnet {
	void *if_softc;                   /* i: the driver's */
	TAILQ_ENTRY(ifnet) if_list;       /* n: of all */
	TAILQ_HEAD(, ifaddr) if_addrlist; /* n: its addresses */
	char if_xname[IFNAMSIZ];          /* i: name and number */
	int if_pcount;                    /* n: who wants promiscuous mode */
	struct bpf_if *if_bpf;            /* a: who listens */
	u_short if_index;                 /* a: its number */
	short if_timer;                   /* n: seconds until if_watchdog */
	short if_flags;                   /* n: IFF_* */
	short if__pad1;
	struct if_data if_data; /* s */

	/* i, or what if_attach puts where the driver has none. */
	int (*if_output)(struct ifnet *, struct mbuf *, const struct sockaddr *,
	    struct rtentry *);
	void (*if_input)(struct ifnet *, struct mbuf *);
	void (*if_start)(struct ifnet *);
	int (*if_ioctl)(struct ifnet *, u_long, void *);
	int (*if_init)(struct ifnet *);
	void (*if_stop)(struct ifnet *, int);
	void (*if_slowtimo)(struct ifnet *);
#define if_watchdog if_slowtimo
	void (*if_drain)(struct ifnet *);

	struct ifaltq if_snd; /* to be sent */
	struct ifaddr *if_dl; /* a: its link address, as an address */
	const struct sockaddr_dl *if_sadl; /* a: .. that it is */
	struct ifaddr *if_hwdl;            /* a: .. that was burnt in */
	const uint8_t *if_broadcastaddr;   /* a: if_addrlen bytes */
	struct bridge_softc *if_bridge;    /* b: it is a member of */
	struct bridge_iflist *if_bridgeif; /* b: .. as this */
	int if_dlt;                        /* a: DLT_* */
	pfil_head_t *if_pfil;              /* a: its packet filters */
	uint64_t if_capabilities;          /* i: IFCAP_* it has */
	uint64_t if_capenable;             /* n: .. that are on */
	union {
		void *carp_s;
		struct ifnet *carp_d;
	} if_carp_ptr; /* - */
#define if_carp    if_carp_ptr.carp_s
#define if_carpdev if_carp_ptr.carp_d
	int if_csum_flags_tx; /* n: M_CSUM_* it does */
	int if_csum_flags_rx;

	void *if_afdata[AF_MAX]; /* a: by address family */
	struct mowner *if_mowner;
	void *if_agrprivate;   /* - */
	void *if_pf_kif;       /* - */
	void *if_pf_groups;    /* - */
	uint64_t if_index_gen; /* a: the how manieth interface it is */
	struct sysctllog *if_sysctl_log;
	int (*if_initaddr)(struct ifnet *, struct ifaddr *, bool);
	int (*if_mcastop)(struct ifnet *, const unsigned long,
	    const struct sockaddr *);
	int (*if_setflags)(struct ifnet *, const short);
	struct ifnet_lock *if_ioctl_lock; /* a */
	callout_t *if_slowtimo_ch;        /* a: if_watchdog's clock, or NULL */

	/* Not of January 2015: i, NULL for drivers with if_start alone. */
	int (*if_transmit)(struct ifnet *, struct mbuf *);
} ifnet_t;

#define if_mtu        if_data.ifi_mtu
#define if_type       if_data.ifi_type
#define if_addrlen    if_data.ifi_addrlen
#define if_hdrlen     if_data.ifi_hdrlen
#define if_metric     if_data.ifi_metric
#define if_link_state if_data.ifi_link_state
#define if_baudrate   if_data.ifi_baudrate
#define if_ipackets   if_data.ifi_ipackets
#define if_ierrors    if_data.ifi_ierrors
#define if_opackets   if_data.ifi_opackets
#define if_oerrors    if_data.ifi_oerrors
#define if_collisions if_data.ifi_collisions
#define if_ibytes     if_data.ifi_ibytes
#define if_obytes     if_data.ifi_obytes
#define if_imcasts    if_data.ifi_imcasts
#define if_omcasts    if_data.ifi_omcasts
#define if_iqdrops    if_data.ifi_iqdrops
#define if_noproto    if_data.ifi_noproto
#define if_lastchange if_data.ifi_lastchange

/*
 * Which fields share a line decides what CPUs that forward take from each
 * other: the counters lie in the second to fourth line, if_snd in the fifth to
 * seventh, if_bridge and if_bridgeif in the seventh.
 */
#define IF_AT(field, offset) \
	__CTASSERT(__builtin_offsetof(struct ifnet, field) == (offset))
__CTASSERT(sizeof(struct if_data) == 136);
__CTASSERT(sizeof(struct ifqueue) == 40);
__CTASSERT(sizeof(struct ifaltq) == 120);
IF_AT(if_xname, 40);
IF_AT(if_bpf, 64);
IF_AT(if_flags, 76);
IF_AT(if_data, 80);
IF_AT(if_output, 216);
IF_AT(if_start, 232);
IF_AT(if_snd, 280);
IF_AT(if_dl, 400);
IF_AT(if_bridge, 432);
IF_AT(if_pfil, 456);
IF_AT(if_capenable, 472);
IF_AT(if_csum_flags_rx, 492);
IF_AT(if_afdata, 496);
IF_AT(if_index_gen, 808);
IF_AT(if_transmit, 864);
#undef IF_AT

/* if_flags */
#define IFF_UP          0x0001 /* somebody wants it to run */
#define IFF_BROADCAST   0x0002
#define IFF_DEBUG       0x0004
#define IFF_LOOPBACK    0x0008
#define IFF_POINTOPOINT 0x0010
#define IFF_NOTRAILERS  0x0020
#define IFF_RUNNING     0x0040 /* it does */
#define IFF_NOARP       0x0080
#define IFF_PROMISC     0x0100 /* takes what is not its own, too */
#define IFF_ALLMULTI    0x0200 /* .. each multicast */
#define IFF_OACTIVE     0x0400 /* its ring is full: no if_start */
#define IFF_SIMPLEX     0x0800 /* does not hear itself */
#define IFF_LINK0       0x1000
#define IFF_LINK1       0x2000
#define IFF_LINK2       0x4000
#define IFF_MULTICAST   0x8000

/* Those that SIOCSIFFLAGS leaves alone. */
#define IFF_CANTCHANGE                                                 \
	(IFF_BROADCAST | IFF_POINTOPOINT | IFF_RUNNING | IFF_OACTIVE | \
	    IFF_SIMPLEX | IFF_MULTICAST | IFF_ALLMULTI | IFF_PROMISC)

/* if_capabilities: what the hardware computes, received and sent. */
#define IFCAP_TSOv4         0x00080
#define IFCAP_CSUM_IPv4_Rx  0x00100
#define IFCAP_CSUM_IPv4_Tx  0x00200
#define IFCAP_CSUM_TCPv4_Rx 0x00400
#define IFCAP_CSUM_TCPv4_Tx 0x00800
#define IFCAP_CSUM_UDPv4_Rx 0x01000
#define IFCAP_CSUM_UDPv4_Tx 0x02000
#define IFCAP_CSUM_TCPv6_Rx 0x04000
#define IFCAP_CSUM_TCPv6_Tx 0x08000
#define IFCAP_CSUM_UDPv6_Rx 0x10000
#define IFCAP_CSUM_UDPv6_Tx 0x20000
#define IFCAP_TSOv6         0x40000
#define IFCAP_LRO           0x80000
#define IFCAP_MASK          0xfff80

#define IFQ_MAXLEN   256 /* where nobody says how long a queue may be */
#define IFNET_SLOWHZ 1   /* if_timer's ticks a second */

#define IF_Kbps(x) ((x)*1000ULL)
#define IF_Mbps(x) (IF_Kbps((x)*1000ULL))
#define IF_Gbps(x) (IF_Mbps((x)*1000ULL))

/* Statistics of an address. */
struct ifaddr_data {
	int64_t ifad_inbytes;
	int64_t ifad_outbytes;
};

/*
 * An address of an interface; a protocol has more behind it.  Counted by
 * ifa_refcnt: IFAREF, IFAFREE.
 */
struct ifaddr {
	struct sockaddr *ifa_addr;    /* its address */
	struct sockaddr *ifa_dstaddr; /* the other end; or for broadcasts */
#define ifa_broadaddr ifa_dstaddr
	struct sockaddr *ifa_netmask;
	struct ifnet *ifa_ifp;
	TAILQ_ENTRY(ifaddr) ifa_list; /* of ifa_ifp */
	struct ifaddr_data ifa_data;
	void (*ifa_rtrequest)(int, struct rtentry *,
	    const struct rt_addrinfo *);
	u_int ifa_flags;
	int ifa_refcnt;
	int ifa_metric;
	struct ifaddr *(*ifa_getifa)(struct ifaddr *, const struct sockaddr *);
	uint32_t *ifa_seqno;
	int16_t ifa_preference;
};

/* SIOC* with a name and something of that interface. */
struct ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr ifru_addr;
		struct sockaddr ifru_dstaddr;
		struct sockaddr ifru_broadaddr;
		struct sockaddr_storage ifru_space;
		short ifru_flags;
		int ifru_addrflags;
		int ifru_metric;
		int ifru_mtu;
		int ifru_dlt;
		u_int ifru_value;
		void *ifru_data;
		struct {
			uint32_t b_buflen;
			void *b_buf;
		} ifru_b;
	} ifr_ifru;
};
#define ifr_addr      ifr_ifru.ifru_addr
#define ifr_dstaddr   ifr_ifru.ifru_dstaddr
#define ifr_broadaddr ifr_ifru.ifru_broadaddr
#define ifr_space     ifr_ifru.ifru_space
#define ifr_flags     ifr_ifru.ifru_flags
#define ifr_addrflags ifr_ifru.ifru_addrflags
#define ifr_metric    ifr_ifru.ifru_metric
#define ifr_mtu       ifr_ifru.ifru_mtu
#define ifr_dlt       ifr_ifru.ifru_dlt
#define ifr_value     ifr_ifru.ifru_value
#define ifr_media     ifr_ifru.ifru_metric
#define ifr_data      ifr_ifru.ifru_data
#define ifr_buf       ifr_ifru.ifru_b.b_buf
#define ifr_buflen    ifr_ifru.ifru_b.b_buflen

/* SIOC[GS]DRVSPEC: a command of the driver's own. */
struct ifdrv {
	char ifd_name[IFNAMSIZ];
	unsigned long ifd_cmd;
	size_t ifd_len;
	void *ifd_data;
};
__CTASSERT(sizeof(struct ifreq) == 144);
__CTASSERT(sizeof(struct ifdrv) == 40);

/* SIOC[GS]IFCAP */
struct ifcapreq {
	char ifcr_name[IFNAMSIZ];
	uint64_t ifcr_capabilities;
	uint64_t ifcr_capenable;
};

/* SIOCGIFDATA, SIOCZIFDATA */
struct ifdatareq {
	char ifdr_name[IFNAMSIZ];
	struct if_data ifdr_data;
};

/* SIOC[GS]IFMEDIA */
struct ifmediareq {
	char ifm_name[IFNAMSIZ];
	int ifm_current; /* IFM_* */
	int ifm_mask;
	int ifm_status; /* IFM_AVALID, ... */
	int ifm_active; /* the medium in use */
	int ifm_count;  /* room in ifm_ulist, and what there is */
	int *ifm_ulist;
};

/* SIOCGIFCONF: names and addresses of all. */
struct ifconf {
	int ifc_len;
	union {
		void *ifcu_buf;
		struct ifreq *ifcu_req;
	} ifc_ifcu;
};
#define ifc_buf ifc_ifcu.ifcu_buf
#define ifc_req ifc_ifcu.ifcu_req

/* SIOC[AG]LIFADDR: link addresses. */
struct if_laddrreq {
	char iflr_name[IFNAMSIZ];
	unsigned int flags;
#define IFLR_PREFIX  0x8000
#define IFLR_ACTIVE  0x4000
#define IFLR_FACTORY 0x2000
	unsigned int prefixlen;
	struct sockaddr_storage addr;
	struct sockaddr_storage dstaddr;
};

/* SIOCAIFADDR: an address and its kin. */
struct ifaliasreq {
	char ifra_name[IFNAMSIZ];
	struct sockaddr ifra_addr;
	struct sockaddr ifra_dstaddr;
#define ifra_broadaddr ifra_dstaddr
	struct sockaddr ifra_mask;
};

/* Routing messages: an interface came or went. */
struct if_announcemsghdr {
	u_short ifan_msglen;
	u_char ifan_version;
	u_char ifan_type;
	u_short ifan_index;
	char ifan_name[IFNAMSIZ];
	u_short ifan_what;
};
#define IFAN_ARRIVAL   0
#define IFAN_DEPARTURE 1

struct if_nameindex {
	unsigned int if_index;
	char *if_name;
};

/* sysctl net.*.ifq */
#define IFQCTL_LEN    1
#define IFQCTL_MAXLEN 2
#define IFQCTL_PEAK   3
#define IFQCTL_DROPS  4

#ifdef _KERNEL

#ifdef ALTQ
#define ALTQ_DECL(x) x
#define ALTQ_COMMA   ,
#else
#define ALTQ_DECL(x) /* nothing */
#define ALTQ_COMMA
#endif

#include <net/if_queue.h>

#define IFADDR_FIRST(ifp) TAILQ_FIRST(&(ifp)->if_addrlist)
#define IFADDR_NEXT(ifa)  TAILQ_NEXT((ifa), ifa_list)
#define IFADDR_FOREACH(ifa, ifp) \
	TAILQ_FOREACH (ifa, &(ifp)->if_addrlist, ifa_list)
#define IFADDR_FOREACH_SAFE(ifa, ifp, nifa) \
	TAILQ_FOREACH_SAFE (ifa, &(ifp)->if_addrlist, ifa_list, nifa)
#define IFADDR_EMPTY(ifp) TAILQ_EMPTY(&(ifp)->if_addrlist)

#define IFNET_FIRST()      TAILQ_FIRST(&ifnet_list)
#define IFNET_EMPTY()      TAILQ_EMPTY(&ifnet_list)
#define IFNET_NEXT(ifp)    TAILQ_NEXT((ifp), if_list)
#define IFNET_FOREACH(ifp) TAILQ_FOREACH (ifp, &ifnet_list, if_list)

/* An address' users.  The last one frees. */
#define IFAREF(ifa) ifaref(ifa)
#define IFAFREE(ifa)                         \
	do {                                 \
		if ((ifa)->ifa_refcnt <= 0)  \
			ifafree(ifa);        \
		else                         \
			(ifa)->ifa_refcnt--; \
	} while (/* CONSTCOND */ 0)

extern struct ifnet_head ifnet_list; /* all interfaces */
extern struct ifnet *lo0ifp;         /* lo0 */
extern int ifqmaxlen;                /* IFQ_MAXLEN, or less */

/* net/if.c.  Threads, under KERNEL_LOCK, where nothing else is said. */
char *if_name(struct ifnet *);
struct ifnet *if_alloc(u_char);
void if_free(struct ifnet *);
void if_initname(struct ifnet *, const char *, int);
struct ifaddr *if_dl_create(const struct ifnet *, const struct sockaddr_dl **);
void if_activate_sadl(struct ifnet *, struct ifaddr *,
    const struct sockaddr_dl *);
void if_set_sadl(struct ifnet *, const void *, u_char, bool);
void if_alloc_sadl(struct ifnet *);
void if_attach(struct ifnet *);
void if_attachdomain(void);
void if_deactivate(struct ifnet *);
void if_purgeaddrs(struct ifnet *, int, void (*)(struct ifaddr *));
void if_detach(struct ifnet *);
void if_down(struct ifnet *);
void if_up(struct ifnet *);
void if_link_state_change(struct ifnet *, int); /* at splnet, too */
void if_slowtimo(void *);
void ifinit(void);
void ifinit1(void);
int ifpromisc(struct ifnet *, int);
struct ifnet *ifunit(const char *);
struct ifnet *if_byindex(u_int);

int if_addr_init(struct ifnet *, struct ifaddr *, bool);
int if_do_dad(struct ifnet *);
int if_mcast_op(ifnet_t *, const unsigned long, const struct sockaddr *);
int if_flags_set(struct ifnet *, const short);

/* 0, or an errno.  The socket may be NULL: the kernel itself asks. */
int ifioctl(struct socket *, u_long, void *, struct lwp *);
int ifioctl_common(struct ifnet *, u_long, void *);
int ifreq_setaddr(u_long, struct ifreq *, const struct sockaddr *);
int ifconf(u_long, void *);

/* Into if_snd, count, start.  At splnet; frees the packet where it fails. */
int ifq_enqueue(struct ifnet *,
    struct mbuf *ALTQ_COMMA ALTQ_DECL(struct altq_pktattr *));
int ifq_enqueue2(struct ifnet *, struct ifqueue *,
    struct mbuf *ALTQ_COMMA ALTQ_DECL(struct altq_pktattr *));

int if_clone_create(const char *);
int if_clone_destroy(const char *);
void if_clone_attach(struct if_clone *);
void if_clone_detach(struct if_clone *);

void ifa_insert(struct ifnet *, struct ifaddr *);
void ifa_remove(struct ifnet *, struct ifaddr *);
void ifaref(struct ifaddr *);
void ifafree(struct ifaddr *);
struct ifaddr *ifa_ifwithaddr(const struct sockaddr *);
struct ifaddr *ifa_ifwithaf(int);
struct ifaddr *ifa_ifwithdstaddr(const struct sockaddr *);
struct ifaddr *ifa_ifwithnet(const struct sockaddr *);
struct ifaddr *ifa_ifwithladdr(const struct sockaddr *);
struct ifaddr *ifa_ifwithroute(int, const struct sockaddr *,
    const struct sockaddr *);
struct ifaddr *ifaof_ifpforaddr(const struct sockaddr *, struct ifnet *);
void link_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);

int if_nulloutput(struct ifnet *, struct mbuf *, const struct sockaddr *,
    struct rtentry *);
void if_nullinput(struct ifnet *, struct mbuf *);
void if_nullstart(struct ifnet *);
int if_nullioctl(struct ifnet *, u_long, void *);
int if_nullinit(struct ifnet *);
void if_nullstop(struct ifnet *, int);
void if_nullslowtimo(struct ifnet *);
#define if_nullwatchdog if_nullslowtimo
void if_nulldrain(struct ifnet *);

/* net/if_loop.c */
void loopattach(int);
void loopinit(void);
int looutput(struct ifnet *, struct mbuf *, const struct sockaddr *,
    struct rtentry *);
void lortrequest(int, struct rtentry *, const struct rt_addrinfo *);

static __inline const struct sockaddr *
ifreq_getaddr(u_long cmd, const struct ifreq *ifr)
{
	return &ifr->ifr_addr;
}

static __inline const struct sockaddr *
ifreq_getdstaddr(u_long cmd, const struct ifreq *ifr)
{
	return &ifr->ifr_dstaddr;
}

static __inline const struct sockaddr *
ifreq_getbroadaddr(u_long cmd, const struct ifreq *ifr)
{
	return &ifr->ifr_broadaddr;
}

#endif /* _KERNEL */

#endif /* _NET_IF_H_ */
