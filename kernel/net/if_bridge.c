/*
 * if_bridge.c: bridge(4): Ethernet interfaces joined into one network.
 *
 * A bridge is told which interfaces are its members.  What comes in on one goes
 * out on the one behind which its destination lives, or on all others where
 * nobody knows; who lives where is learned from source addresses.
 *
 * The way of a frame.  Its first half is a hardware interrupt, its second a
 * softint, and a packet queue is between them:
 *
 *	wm0 interrupts
 *	  bridge_input		hard interrupt.  For one of us, or sent by one of
 *				us?  If not:
 *	  pktq_enqueue		into the queue of a CPU, softint there
 *
 *	bridge_forward		softnet, until the queue is empty
 *	  bridge_rtupdate	its source lives behind wm0
 *	  bridge_rtlookup	its destination lives behind wm1
 *	  pfil_run_hooks	filters of what the bridge receives
 *	  bridge_enqueue	filters of what it sends; then if_transmit, or
 *				if_snd and if_start, of wm1
 *
 * bridge_output is the way of what this host sends itself, from ether_output of a
 * member: learning is left out, and so is the queue.
 *
 * Which CPU.  GENERIC has one queue in use, of CPU 0: all interrupts are there, so
 * that is where the frame is.  Frames of all members stay in their order, and
 * seven CPUs look on.  With NET_MPSAFE the frame stays on the CPU that took the
 * interrupt; each CPU forwards what its interrupts bring, and order is kept for
 * each of them.  (sysctl net.bridge.fwdcpu; GENERIC does not have the choice.)
 *
 * Two kernels, one source.  In GENERIC, KERNEL_LOCK holds everything here
 * together: interrupts and ioctls come with it, and bridge_forward takes it, with
 * softnet_lock, at splnet, once for all frames in the queue.  The lock of the MAC
 * table is there as well.  With NET_MPSAFE, from which BRIDGE_MPSAFE is derived,
 * a frame takes no lock at all on its way; it has read sections and references:
 *
 *	member list	readers: sections (BRIDGE_PSZ_RENTER).  Writers:
 *			bridge_list_lock, then sc_iflist_lock (adaptive), then
 *			sc_iflist_intr_lock (spin, IPL_NET) around each store
 *	a member	bif_refs: who uses it outside a section; who deletes it
 *			waits for them; net/bridge_member.h
 *	MAC table	net/bridge_rtable.h
 *	spanning tree	sc_iflist_intr_lock; net/bridgestp.c
 *
 * Order of locks: bridge_list_lock, sc_iflist_lock, sc_rtlist_lock, then the spin
 * mutexes, of which one is held at a time.
 *
 * Contexts.  bridge_input: hard interrupt, or softint.  bridge_enqueue and
 * bridge_output: any at or below IPL_NET.  Everything that changes a bridge:
 * thread, sleeping.
 */
#include <sys/cdefs.h>

#ifdef _KERNEL_OPT
#include "opt_bridge_ipf.h"
#include "opt_inet.h"
#endif

#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>
#include <sys/proc.h>
#include <sys/pool.h>
#include <sys/kauth.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/cprng.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/kmem.h>
#include <sys/sysctl.h>
#include <sys/xcall.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <net/if_llc.h>
#include <net/pfil.h>
#include <net/pktqueue.h>

#include <net/if_ether.h>
#include <net/if_bridgevar.h>

/* Of the spanning tree, 802.1D 8.10; times in 1/256 s. */
#define BSTP_DEFAULT_MAX_AGE         (20 * 256)
#define BSTP_DEFAULT_HELLO_TIME      (2 * 256)
#define BSTP_DEFAULT_FORWARD_DELAY   (15 * 256)
#define BSTP_DEFAULT_HOLD_TIME       (1 * 256)
#define BSTP_DEFAULT_BRIDGE_PRIORITY 0x8000
#define BSTP_DEFAULT_PORT_PRIORITY   0x80
#define BSTP_DEFAULT_PATH_COST       55

/*
 * Which bridges there are, and which interface is a member of which: one change at
 * a time, of all bridges, since an interface is a member of one.  Adaptive.
 */
static kmutex_t bridge_list_lock;
/* Of all bridges, through sc_list.  No code walks it; who debugs a dump does. */
static LIST_HEAD(, bridge_softc) bridge_list;

/* What calls us needs KERNEL_LOCK, or not. */
#ifdef BRIDGE_MPSAFE
#define BRIDGE_CALLOUT_FLAGS CALLOUT_MPSAFE
#define BRIDGE_WQ_FLAGS      WQ_MPSAFE
#else
#define BRIDGE_CALLOUT_FLAGS 0
#define BRIDGE_WQ_FLAGS      0
#endif

/*
 * 1: a frame is forwarded by the CPU that received it; 0: all by CPU 0.  Where
 * KERNEL_LOCK is held meanwhile, other CPUs would only wait for it: there it is 0,
 * and remains so.
 */
static const bool bridge_any_cpu = (BRIDGE_WQ_FLAGS & WQ_MPSAFE) != 0;
static int bridge_fwdcpu __read_mostly = (BRIDGE_WQ_FLAGS & WQ_MPSAFE) != 0;

/* Nobody's address. */
static const uint8_t bridge_no_ether[ETHER_ADDR_LEN];

static void bridge_input(struct ifnet *, struct mbuf *);

#include <net/bridge_member.h>

/* ---- the way of a frame ------------------------------------------------- */

/* What is the interface's own, as destination or as source. */
static inline bool
bridge_ourether(const struct bridge_iflist *bif, const uint8_t *addr)
{
	return memcmp(CLLADDR(bif->bif_ifp->if_sadl), addr, ETHER_ADDR_LEN) ==
	    0;
}

/* Spanning tree keeps frames of others from going out of the port, or in. */
static inline bool
bridge_port_closed(const struct bridge_iflist *bif)
{
	return (bif->bif_flags & IFBIF_STP) != 0 &&
	    bif->bif_state != BSTP_IFSTATE_FORWARDING;
}

/* .. and addresses are not even to be learned from them. */
static inline bool
bridge_port_deaf(const struct bridge_iflist *bif)
{
	return bridge_port_closed(bif) &&
	    bif->bif_state != BSTP_IFSTATE_LEARNING;
}

/* A frame for ifp's stack, as if it had come in there. */
static void
bridge_deliver(struct ifnet *ifp, struct mbuf *m)
{
	m->m_pkthdr.rcvif = ifp;
	m->m_flags &= ~M_PROMISC;
	ether_input(ifp, m);
}

/*
 * bridge_input_ours: a frame to one host.  If that is one of us, or one of us has
 * sent it, it goes no further: true.
 */
static bool
bridge_input_ours(struct bridge_softc *sc, struct bridge_iflist *from,
    struct mbuf *m)
{
	const struct ether_header *const eh = mtod(m, struct ether_header *);
	struct bridge_iflist *bif;
	bool sent = false;
	int s;

	BRIDGE_PSZ_RENTER(s);
	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (bridge_ourether(bif, eh->ether_dhost)) {
			bif = bridge_try_hold_bif(bif);
			break;
		}
		sent = bridge_ourether(bif, eh->ether_shost);
		if (sent)
			break;
	}
	BRIDGE_PSZ_REXIT(s);

	if (sent) {
		m_freem(m);
		return true;
	}
	if (bif == NULL)
		return false;
	if ((from->bif_flags & IFBIF_LEARNING) != 0)
		(void)bridge_rtupdate(sc, eh->ether_shost, from->bif_ifp, 0,
		    IFBAF_DYNAMIC);
	bridge_deliver(bif->bif_ifp, m);
	bridge_release_member(sc, bif);
	return true;
}

/* bridge_mark_group: a frame that is for many says so in its flags, too. */
static inline void
bridge_mark_group(struct mbuf *m)
{
	const struct ether_header *eh = mtod(m, const struct ether_header *);
	const bool all = memcmp(etherbroadcastaddr, eh->ether_dhost,
			     ETHER_ADDR_LEN) == 0;

	m->m_flags |= all ? M_BCAST : M_MCAST;
}

/*
 * bridge_input: a member's if_input.  Ends in ether_input, for this host, or in
 * the packet queue.
 */
static void
bridge_input(struct ifnet *ifp, struct mbuf *m)
{
	struct bridge_iflist *bif = bridge_lookup_member_if(ifp);
	struct bridge_softc *sc;
	struct ether_header *eh;

	if (__predict_false(bif == NULL)) {
		ether_input(ifp, m);
		return;
	}
	sc = ifp->if_bridge;
	if (__predict_false((sc->sc_if.if_flags & IFF_RUNNING) == 0)) {
		ether_input(ifp, m);
		goto out;
	}

	eh = mtod(m, struct ether_header *);
	if (ETHER_IS_MULTICAST(eh->ether_dhost))
		bridge_mark_group(m);
	else if (!bridge_port_deaf(bif) && bridge_input_ours(sc, bif, m))
		goto out;

	if ((bif->bif_flags & IFBIF_STP) != 0 &&
	    memcmp(eh->ether_dhost, bstp_etheraddr, ETHER_ADDR_LEN) == 0) {
		bstp_input(sc, bif, m);
		goto out;
	}

	/* The port is closed to the bridge, and not to its own host. */
	if (bridge_port_deaf(bif)) {
		ether_input(ifp, m);
		goto out;
	}

	if (__predict_false(!pktq_enqueue(sc->sc_fwd_pktq, m,
		bridge_fwdcpu ? cpu_index(curcpu()) : 0)))
		m_freem(m);
out:
	bridge_release_member(sc, bif);
}

/* To the driver.  The frame is gone; what is returned says whether it was lost. */
static inline int
bridge_transmit(struct ifnet *ifp, struct mbuf *m)
{
	const int len = m->m_pkthdr.len, mflags = m->m_flags;
	int error;

	if (ifp->if_transmit != NULL)
		return (*ifp->if_transmit)(ifp, m);

	IFQ_ENQUEUE(&ifp->if_snd, m, NULL, error);
	if (error != 0)
		return error;
	ifp->if_obytes += len;
	if ((mflags & M_MCAST) != 0)
		ifp->if_omcasts++;
	if ((ifp->if_flags & IFF_OACTIVE) == 0)
		(*ifp->if_start)(ifp);
	return 0;
}

/*
 * bridge_enqueue: a frame leaves the bridge through dst_ifp, which the caller
 * holds.  runfilt: it has to pass filters first.
 */
void
bridge_enqueue(struct bridge_softc *sc, struct ifnet *dst_ifp, struct mbuf *m,
    int runfilt)
{
	int len, mflags;

	if (runfilt) {
		if (pfil_run_hooks(sc->sc_if.if_pfil, &m, dst_ifp, PFIL_OUT) !=
		    0) {
			m_freem(m);
			return;
		}
		if (m == NULL)
			return;
	}

	m->m_flags |= M_PROTO1; /* it has been through a bridge */
	len = m->m_pkthdr.len;
	mflags = m->m_flags;
	if (bridge_transmit(dst_ifp, m) != 0) {
		sc->sc_if.if_oerrors++;
		return;
	}
	sc->sc_if.if_opackets++;
	sc->sc_if.if_obytes += len;
	if ((mflags & M_MCAST) != 0)
		sc->sc_if.if_omcasts++;
}

/*
 * bridge_flood_to: whether a frame that goes to all goes to this member, too.
 * Those that are for nobody known want DISCOVER.
 */
static inline bool
bridge_flood_to(const struct bridge_iflist *bif, const struct mbuf *m)
{
	return (bif->bif_ifp->if_flags & IFF_RUNNING) != 0 &&
	    !bridge_port_closed(bif) &&
	    ((bif->bif_flags & IFBIF_DISCOVER) != 0 ||
		(m->m_flags & (M_BCAST | M_MCAST)) != 0);
}

/*
 * bridge_next_member: after bif, which is given back, the next, held.
 *
 * That one holds bif does not keep it in the list.  If it has left, its next is who
 * came behind it then, and that is good enough: whoever deletes bif has
 * bridge_list_lock, and waits with it until bif is given back.  So nobody else has
 * left since.  It is given back only when the next is held.
 */
static struct bridge_iflist *
bridge_next_member(struct bridge_softc *sc, struct bridge_iflist *bif)
{
	struct bridge_iflist *next, *held = NULL;
	int s;

	BRIDGE_PSZ_RENTER(s);
	next = bif == NULL ? LIST_FIRST(&sc->sc_iflist)
			   : LIST_NEXT(bif, bif_next);
	while (next != NULL && (held = bridge_try_hold_bif(next)) == NULL)
		next = LIST_NEXT(next, bif_next);
	BRIDGE_PSZ_REXIT(s);
	if (bif != NULL)
		bridge_release_member(sc, bif);
	return held;
}

/*
 * bridge_flood: m goes out of each member but src_if; out of that, too, if it is the
 * host's own (runfilt 0; else as of bridge_enqueue).  The last one gets m itself.
 * What others send to all is for the host as well, by src_if, which is held.
 */
static void
bridge_flood(struct bridge_softc *sc, struct ifnet *src_if, struct mbuf *m,
    int runfilt)
{
	const bool ours = runfilt && (m->m_flags & (M_BCAST | M_MCAST)) != 0;
	struct bridge_iflist *bif = NULL;
	struct mbuf *mc;

	while ((bif = bridge_next_member(sc, bif)) != NULL) {
		if (bif->bif_ifp == src_if ? runfilt : !bridge_flood_to(bif, m))
			continue;
		/* Who joins is put in front, so there will be none behind. */
		if (!ours && LIST_NEXT(bif, bif_next) == NULL) {
			bridge_enqueue(sc, bif->bif_ifp, m, runfilt);
			bridge_release_member(sc, bif);
			return;
		}
		mc = m_copym(m, 0, M_COPYALL, M_DONTWAIT);
		if (mc != NULL)
			bridge_enqueue(sc, bif->bif_ifp, mc, runfilt);
		else
			sc->sc_if.if_oerrors++;
	}

	if (ours)
		bridge_deliver(src_if, m);
	else
		m_freem(m);
}

/*
 * bridge_forward_frame: one frame, of a member that may have left since it came.  It
 * is held to the end: a filter may sleep, and is given its interface.
 */
static inline void
bridge_forward_frame(struct bridge_softc *sc, struct mbuf *m)
{
	struct ifnet *const src_if = m->m_pkthdr.rcvif;
	const struct ether_header *eh;
	struct bridge_iflist *bif, *dst = NULL;

	sc->sc_if.if_ipackets++;
	sc->sc_if.if_ibytes += m->m_pkthdr.len;

	bif = bridge_lookup_member_if(src_if);
	if (bif == NULL)
		goto out;
	eh = mtod(m, const struct ether_header *);
	if (!bridge_port_deaf(bif) && (bif->bif_flags & IFBIF_LEARNING) != 0 &&
	    !ETHER_IS_MULTICAST(eh->ether_shost) &&
	    memcmp(eh->ether_shost, bridge_no_ether, ETHER_ADDR_LEN) != 0)
		(void)bridge_rtupdate(sc, eh->ether_shost, src_if, 0,
		    IFBAF_DYNAMIC);
	if (bridge_port_closed(bif))
		goto out;
	if ((m->m_flags & (M_BCAST | M_MCAST)) != 0)
		sc->sc_if.if_imcasts++;
	else {
		dst = bridge_rtlookup(sc, eh->ether_dhost);
		if (dst != NULL && dst->bif_ifp == src_if)
			goto out;
	}

	/* What the receiver has checked is no wish of a sender. */
	m->m_pkthdr.csum_flags = 0;
	if (pfil_run_hooks(sc->sc_if.if_pfil, &m, src_if, PFIL_IN) != 0 ||
	    m == NULL)
		goto out;

	if (dst == NULL) {
		bridge_flood(sc, src_if, m, 1);
		m = NULL;
	} else if ((dst->bif_ifp->if_flags & IFF_RUNNING) != 0 &&
	    !bridge_port_closed(dst)) {
		bridge_enqueue(sc, dst->bif_ifp, m, 1);
		m = NULL;
	}
out:
	if (bif != NULL)
		bridge_release_member(sc, bif);
	if (dst != NULL)
		bridge_release_member(sc, dst);
	if (m != NULL)
		m_freem(m);
}

/*
 * bridge_forward: the packet queue's handler, in softnet: all frames that are there,
 * and those that come meanwhile.
 */
static void
bridge_forward(void *arg)
{
	struct bridge_softc *const sc = arg;
	struct mbuf *m;
#ifndef BRIDGE_MPSAFE
	int s;

	KERNEL_LOCK(1, NULL);
	mutex_enter(softnet_lock);
	s = splnet();
#endif

	while ((m = pktq_dequeue(sc->sc_fwd_pktq)) != NULL) {
		if (__predict_true((sc->sc_if.if_flags & IFF_RUNNING) != 0))
			bridge_forward_frame(sc, m);
		else
			m_freem(m);
	}

#ifndef BRIDGE_MPSAFE
	splx(s);
	mutex_exit(softnet_lock);
	KERNEL_UNLOCK_ONE(NULL);
#endif
}

/*
 * bridge_output: ether_output of a member has this to send.  It goes where the
 * destination lives; out of the member itself where there is no bridge in the way.
 */
int
bridge_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *sa,
    struct rtentry *rt)
{
	struct bridge_iflist *bif, *dst = NULL;
	const struct ether_header *eh;
	struct bridge_softc *sc;
	int s;

	if (m->m_len < ETHER_HDR_LEN) {
		m = m_pullup(m, ETHER_HDR_LEN);
		if (m == NULL)
			return 0;
	}
	eh = mtod(m, const struct ether_header *);
	if (ETHER_IS_MULTICAST(eh->ether_dhost))
		bridge_mark_group(m);

	s = splnet();
	bif = bridge_lookup_member_if(ifp);
	if (bif == NULL) {
		(void)bridge_transmit(ifp, m);
		splx(s);
		return 0;
	}
	sc = ifp->if_bridge;
	if ((sc->sc_if.if_flags & IFF_RUNNING) == 0) {
		bridge_enqueue(sc, ifp, m, 0);
		goto out;
	}

	if ((m->m_flags & (M_BCAST | M_MCAST)) == 0)
		dst = bridge_rtlookup(sc, eh->ether_dhost);
	if (dst == NULL)
		bridge_flood(sc, ifp, m, 0);
	else {
		if ((dst->bif_ifp->if_flags & IFF_RUNNING) != 0 &&
		    (dst == bif || !bridge_port_closed(dst)))
			bridge_enqueue(sc, dst->bif_ifp, m, 0);
		else
			m_freem(m);
		bridge_release_member(sc, dst);
	}
out:
	bridge_release_member(sc, bif);
	splx(s);
	return 0;
}

#include <net/bridge_ioctl.h>
#include <net/bridge_clone.h>
