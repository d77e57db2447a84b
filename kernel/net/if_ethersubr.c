/*
 * if_ethersubr.c: what all Ethernet interfaces have in common.
 *
 * In.  A driver calls if_input with a frame, from its interrupt.  Where a bridge
 * has the interface, that is bridge_input, which hands us what is for this
 * machine.  ether_input looks at the frame's length and addresses, takes the
 * header off and puts the packet where its protocol's softint finds it:
 *
 *	hard interrupt		ether_input	pktq_enqueue(ip_pktq)
 *						or arpintrq, schednetisr
 *	softint, net level	ipintr, arpintr
 *
 * Out.  ether_output finds the link address that belongs to a protocol's, puts the
 * header on, and gives the frame to the bridge or to the send queue.
 *
 * Tags.  A frame with an 802.1Q header is some vlan(4)'s, and there is none here;
 * but tag 0 only says a priority, and what is behind it is read as if it had no
 * tag.  A tag that the device took off (PACKET_TAG_VLAN) likewise.  A bridge sees
 * frames before all that, and tags pass it as they are.
 *
 * Multicast.  ec_multiaddrs holds ranges, counted; a driver is asked to read the
 * list again (ENETRESET) when it changes.
 *
 * Contexts.  ether_input: hard interrupt at IPL_NET, or above it in the stack, with
 * or without KERNEL_LOCK.  ether_output: KERNEL_LOCK held.  ether_addmulti,
 * ether_delmulti: under KERNEL_LOCK; the list changes at splnet.  All others:
 * threads.
 */
#include <sys/cdefs.h>

#include "opt_inet.h"
#include "opt_gateway.h"

#include "arp.h"
#include "bridge.h"

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/sysctl.h>
#include <sys/kernel.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/errno.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/rnd.h>

#include <net/if.h>
#include <net/netisr.h>
#include <net/route.h>
#include <net/if_llc.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <net/if_media.h>

#include <dev/mii/mii.h>
#include <dev/mii/miivar.h>

#include <net/bpf.h>
#include <net/if_ether.h>
#include <net/if_vlanvar.h>
#include <net/pktqueue.h>
#if NBRIDGE > 0
#include <net/if_bridgevar.h>
#endif

#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/if_inarp.h>
#include <netinet/ip_var.h>
#ifdef INET6
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#endif

const uint8_t etherbroadcastaddr[ETHER_ADDR_LEN] = { 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff };
const uint8_t ethermulticastaddr_slowprotocols[ETHER_ADDR_LEN] = { 0x01, 0x80,
	0xc2, 0x00, 0x00, 0x02 };
const uint8_t ether_ipmulticast_min[ETHER_ADDR_LEN] = { 0x01, 0x00, 0x5e, 0x00,
	0x00, 0x00 };
const uint8_t ether_ipmulticast_max[ETHER_ADDR_LEN] = { 0x01, 0x00, 0x5e, 0x7f,
	0xff, 0xff };

/* Frames that are too long: counted, and complained of so often a second. */
static kmutex_t bigpktpps_lock __cacheline_aligned;
static int bigpktppslim = 2;
static int bigpktpps_count;              /* bigpktpps_lock */
static struct timeval bigpktppslim_last; /* bigpktpps_lock */

#include <net/ether_text.h>

/* ---- out */

/* The link address of an IPv4 neighbour: 0, EJUSTRETURN: not known yet. */
static int
ether_resolve_inet(struct ifnet *ifp, struct mbuf *m,
    const struct sockaddr *dst, struct rtentry *rt, uint8_t *edst)
{
	if ((m->m_flags & M_BCAST) != 0) {
		memcpy(edst, etherbroadcastaddr, ETHER_ADDR_LEN);
		return 0;
	}
	if ((m->m_flags & M_MCAST) != 0) {
		ETHER_MAP_IP_MULTICAST(&satocsin(dst)->sin_addr, edst);
		return 0;
	}
	return arpresolve(ifp, rt, m, dst, edst) ? 0 : EJUSTRETURN;
}

/* Whom an ARP packet is for, and its type; 0, or an errno. */
static int
ether_resolve_arp(struct mbuf *m, uint8_t *edst, uint16_t *etype)
{
	struct arphdr *ah = mtod(m, struct arphdr *);
	const uint8_t *tha;

	if ((m->m_flags & M_BCAST) != 0) {
		memcpy(edst, etherbroadcastaddr, ETHER_ADDR_LEN);
	} else {
		tha = ar_tha(ah);
		if (tha == NULL)
			return ENETUNREACH;
		memcpy(edst, tha, ETHER_ADDR_LEN);
	}
	ah->ar_hrd = htons(ARPHRD_ETHER);
	switch (ntohs(ah->ar_op)) {
	case ARPOP_REVREQUEST:
	case ARPOP_REVREPLY:
		*etype = htons(ETHERTYPE_REVARP);
		return 0;
	case ARPOP_REQUEST:
	case ARPOP_REPLY:
		*etype = htons(ETHERTYPE_ARP);
		return 0;
	default:
		return EAFNOSUPPORT;
	}
}

/*
 * ether_header_of: the header for a packet to dst.  EJUSTRETURN: the packet is
 * not ours any more.
 */
static int
ether_header_of(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    struct rtentry *rt, struct ether_header *eh)
{
	const struct ether_header *given;
	uint16_t etype = 0;
	int error = 0;

	memcpy(eh->ether_shost, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	switch (dst->sa_family) {
	case AF_INET:
		error = ether_resolve_inet(ifp, m, dst, rt, eh->ether_dhost);
		etype = htons(ETHERTYPE_IP);
		break;
	case AF_ARP:
		error = ether_resolve_arp(m, eh->ether_dhost, &etype);
		break;
#ifdef INET6
	case AF_INET6:
		if (!nd6_storelladdr(ifp, rt, m, dst, eh->ether_dhost,
			ETHER_ADDR_LEN))
			error = EJUSTRETURN;
		etype = htons(ETHERTYPE_IPV6);
		break;
#endif
	case pseudo_AF_HDRCMPLT:
		given = (const struct ether_header *)dst->sa_data;
		memcpy(eh->ether_shost, given->ether_shost, ETHER_ADDR_LEN);
		/* FALLTHROUGH */
	case AF_UNSPEC:
		given = (const struct ether_header *)dst->sa_data;
		memcpy(eh->ether_dhost, given->ether_dhost, ETHER_ADDR_LEN);
		etype = given->ether_type;
		break;
	default:
		printf("%s: no address of family %d can be sent to\n",
		    ifp->if_xname, dst->sa_family);
		return EAFNOSUPPORT;
	}

	/* Without a type it is a frame of IEEE 802.3, which says its length. */
	eh->ether_type = etype != 0 ? etype : htons((uint16_t)m->m_pkthdr.len);
	return error;
}

/*
 * ether_output: send a packet.  0, or an errno; the packet is gone in any case.
 */
static int
ether_output(struct ifnet *const ifp, struct mbuf *const m0,
    const struct sockaddr *const dst, struct rtentry *rt)
{
	struct mbuf *m = m0, *mcopy;
	struct ether_header eh;
	int error;

	KASSERT(KERNEL_LOCKED_P());

	if ((ifp->if_flags & (IFF_UP | IFF_RUNNING)) !=
	    (IFF_UP | IFF_RUNNING)) {
		error = ENETDOWN;
		goto bad;
	}
	error = ether_header_of(ifp, m, dst, rt, &eh);
	if (error == EJUSTRETURN)
		return 0;
	if (error != 0)
		goto bad;

	/* It does not hear itself, and a broadcast is for us, too. */
	if (dst->sa_family == AF_INET && (m->m_flags & M_BCAST) != 0 &&
	    (ifp->if_flags & IFF_SIMPLEX) != 0) {
		mcopy = m_copy(m, 0, (int)M_COPYALL);
		if (mcopy != NULL)
			(void)looutput(ifp, mcopy, dst, rt);
	}

	M_PREPEND(m, ETHER_HDR_LEN, M_DONTWAIT);
	if (m == NULL)
		return ENOBUFS;
	memcpy(mtod(m, void *), &eh, sizeof(eh));

	error = pfil_run_hooks(ifp->if_pfil, &m, ifp, PFIL_OUT);
	if (error != 0)
		return error;
	if (m == NULL)
		return 0;

#if NBRIDGE > 0
	/* The bridge knows on which of its members the destination is. */
	if (ifp->if_bridge != NULL)
		return bridge_output(ifp, m, NULL, NULL);
#endif
	return ifq_enqueue(ifp, m);
bad:
	m_freem(m);
	return error;
}

/* ---- in */

/* Frames that are longer than they may be are dropped, and not in silence. */
static bool
ether_oversize(struct ifnet *ifp, struct mbuf *m, uint16_t etype)
{
	const uint64_t most = ETHER_MAX_FRAME(ifp, etype,
	    m->m_flags & M_HASFCS);

	if (__predict_true((uint64_t)m->m_pkthdr.len <= most) ||
	    etype == ETHERTYPE_MPLS)
		return false;
	mutex_enter(&bigpktpps_lock);
	if (ppsratecheck(&bigpktppslim_last, &bigpktpps_count, bigpktppslim))
		printf("%s: discarding oversize frame (len=%d)\n",
		    ifp->if_xname, m->m_pkthdr.len);
	mutex_exit(&bigpktpps_lock);
	return true;
}

/*
 * ether_classify: flags and counters by the addresses.  false: it is our own
 * frame, which came back.
 */
static bool
ether_classify(struct ifnet *ifp, struct mbuf *m, const struct ether_header *eh)
{
	const void *const self = CLLADDR(ifp->if_sadl);

	if (ETHER_IS_MULTICAST(eh->ether_dhost)) {
		if ((ifp->if_flags & IFF_SIMPLEX) == 0 &&
		    memcmp(self, eh->ether_shost, ETHER_ADDR_LEN) == 0)
			return false;
		if (memcmp(etherbroadcastaddr, eh->ether_dhost,
			ETHER_ADDR_LEN) == 0)
			m->m_flags |= M_BCAST;
		else
			m->m_flags |= M_MCAST;
		ifp->if_imcasts++;
	}

	if ((m->m_flags & M_HASFCS) != 0) {
		m_adj(m, -ETHER_CRC_LEN);
		m->m_flags &= ~M_HASFCS;
	}
	ifp->if_ibytes += (uint64_t)m->m_pkthdr.len;

	if ((m->m_flags & (M_BCAST | M_MCAST | M_PROMISC)) == 0 &&
	    (ifp->if_flags & IFF_PROMISC) != 0 &&
	    memcmp(self, eh->ether_dhost, ETHER_ADDR_LEN) != 0)
		m->m_flags |= M_PROMISC;
	return true;
}

/*
 * ether_type_of: the protocol, and how much is in front of it.  false: a tag that
 * is somebody else's.
 */
static bool
ether_type_of(struct ifnet *ifp, struct mbuf *m, uint16_t *etype, int *ehlen)
{
	const struct ether_header *eh = mtod(m, struct ether_header *);
	const struct ether_vlan_header *evl;
	const struct m_tag *tag;

	*etype = ntohs(eh->ether_type);
	*ehlen = sizeof(struct ether_header);

	tag = m_tag_find(m, PACKET_TAG_VLAN, NULL);
	if (tag != NULL &&
	    EVL_VLANOFTAG(*(const u_int *)(const void *)(tag + 1)) != 0) {
		ifp->if_noproto++;
		return false;
	}
	if (*etype != ETHERTYPE_VLAN)
		return true;

	evl = mtod(m, struct ether_vlan_header *);
	if (m->m_len < (int)sizeof(*evl) ||
	    EVL_VLANOFTAG(ntohs(evl->evl_tag)) != 0) {
		ifp->if_noproto++;
		return false;
	}
	*etype = ntohs(evl->evl_proto);
	*ehlen = sizeof(*evl);
	return true;
}

/* To ARP's queue, which all CPUs share, and its softint. */
static void
ether_input_arp(struct mbuf *m)
{
	struct ifqueue *const inq = &arpintrq;
	int s = splnet();

	IFQ_LOCK(inq);
	if (IF_QFULL(inq)) {
		IF_DROP(inq);
		m_freem(m);
	} else {
		IF_ENQUEUE(inq, m);
		schednetisr(NETISR_ARP);
	}
	IFQ_UNLOCK(inq);
	splx(s);
}

/* The packet, without its Ethernet header, to its protocol. */
static void
ether_demux(struct ifnet *ifp, struct mbuf *m, uint16_t etype)
{
	pktqueue_t *pktq = NULL;

	switch (etype) {
#ifdef INET
	case ETHERTYPE_IP:
#ifdef GATEWAY
		if (ipflow_fastforward(m))
			return;
#endif
		pktq = ip_pktq;
		break;
	case ETHERTYPE_ARP:
		ether_input_arp(m);
		return;
	case ETHERTYPE_REVARP:
		revarpinput(m);
		return;
#endif
#ifdef INET6
	case ETHERTYPE_IPV6:
		pktq = ip6_pktq;
		break;
#endif
	default: /* nobody's; or a length, and 802.2, which nobody reads here */
		break;
	}
	if (pktq == NULL) {
		ifp->if_noproto++;
		m_freem(m);
		return;
	}
	if (!pktq_enqueue(pktq, m, pktq_rps_hash(m)))
		m_freem(m);
}

/*
 * ether_input: a frame that was received, for this machine.
 */
void
ether_input(struct ifnet *ifp, struct mbuf *m)
{
	static int earlypkts;
	struct ether_header *eh;
	uint16_t etype;
	int ehlen;

	if ((ifp->if_flags & IFF_UP) == 0 ||
	    m->m_len < (int)sizeof(struct ether_header))
		goto drop;

	eh = mtod(m, struct ether_header *);
	if (__predict_false(earlypkts < 100 || !rnd_initial_entropy)) {
		rnd_add_data(NULL, eh, ETHER_HDR_LEN, 0);
		earlypkts++;
	}
	if (ether_oversize(ifp, m, ntohs(eh->ether_type)) ||
	    !ether_classify(ifp, m, eh))
		goto drop;

	if ((m->m_flags & M_PROMISC) == 0) {
		if (pfil_run_hooks(ifp->if_pfil, &m, ifp, PFIL_IN) != 0 ||
		    m == NULL)
			return;
	}
	if (!ether_type_of(ifp, m, &etype, &ehlen) ||
	    (m->m_flags & M_PROMISC) != 0)
		goto drop;
	m_adj(m, ehlen);
	ether_demux(ifp, m, etype);
	return;
drop:
	m_freem(m);
}

/* ---- coming and going */

/*
 * ether_ifattach: the interface is an Ethernet one with that address.  After
 * if_attach; ifp is the first field of a struct ethercom.
 */
void
ether_ifattach(struct ifnet *ifp, const uint8_t *lla)
{
	struct ethercom *ec = (struct ethercom *)ifp;

	ifp->if_type = IFT_ETHER;
	ifp->if_hdrlen = ETHER_HDR_LEN;
	ifp->if_dlt = DLT_EN10MB;
	ifp->if_mtu = ETHERMTU;
	ifp->if_output = ether_output;
	ifp->if_input = ether_input;
	if (ifp->if_baudrate == 0)
		ifp->if_baudrate = IF_Mbps(10);
	if (lla != NULL)
		if_set_sadl(ifp, lla, ETHER_ADDR_LEN, !ETHER_IS_LOCAL(lla));

	LIST_INIT(&ec->ec_multiaddrs);
	ifp->if_broadcastaddr = etherbroadcastaddr;
	bpf_attach(ifp, DLT_EN10MB, sizeof(struct ether_header));
}

/* if_ioctl of an interface that is going: the bridge may still ask. */
static int
ether_goneioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	return enxio();
}

/*
 * ether_ifdetach: undo that, before if_detach.
 */
void
ether_ifdetach(struct ifnet *ifp)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct ether_multi *enm;
	int s;

	ifp->if_ioctl = ether_goneioctl;
#if NBRIDGE > 0
	if (ifp->if_bridge != NULL)
		bridge_ifdetach(ifp);
#endif
	bpf_detach(ifp);

	s = splnet();
	while ((enm = LIST_FIRST(&ec->ec_multiaddrs)) != NULL) {
		LIST_REMOVE(enm, enm_list);
		free(enm, M_IFMADDR);
		ec->ec_multicnt--;
	}
	splx(s);
}

void
ether_set_ifflags_cb(struct ethercom *ec, ether_cb_t cb)
{
	ec->ec_ifflags_cb = cb;
}

/*
 * etherinit: once, at boot.
 */
void
etherinit(void)
{
	mutex_init(&bigpktpps_lock, MUTEX_DEFAULT, IPL_NET);
#ifdef NET_MPSAFE
	arpintrq.ifq_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
#endif
}

#include <net/ether_control.h>
