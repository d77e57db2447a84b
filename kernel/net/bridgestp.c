/*
 * bridgestp.c: spanning tree, IEEE 802.1D (1998) chapter 8.
 *
 * Bridges that are joined in a ring would send a broadcast round for ever.  So they
 * agree on a tree.  The bridge with the lowest identifier is its root; each other
 * has a root port, through which the way there costs least; of each network one
 * bridge is the designated one, whose port there leads away from the root.  Root
 * ports and designated ports forward, the rest is blocked.
 *
 * What they tell each other is a vector: (root, cost of the way there, bridge,
 * port), less is better.  A port keeps the best one heard, or that of its own
 * bridge if nobody says better.  From these all else follows, at each change anew:
 * bstp_select().  A vector that is not heard again for max_age is forgotten, and
 * what comes then makes a new tree.
 *
 * A port that may forward does so after two forward delays: LISTENING, so that bad
 * news has time to come; LEARNING, so that not everything is flooded at first.
 *
 * A change of the tree moves stations.  Who notices tells the root (TCN), and the
 * root tells all (flag topology_change).
 *
 * Structure.  Everything happens at one of these, which take BRIDGE_INTR_LOCK at
 * splnet for all of it: bstp_initialization, bstp_stop (threads), bstp_input
 * (interrupt or softint), bstp_tick (callout, each second).  Frames to send are
 * made meanwhile and sent after: whoever sends lets the driver run, which is not
 * to happen under a spin mutex, nor in the middle of a walk over members:
 *
 *	CPU 0, tick			CPU 1
 *
 *	walks members, is at A; lets
 *	the lock go to send
 *					deletes A, frees it
 *	next of A
 *
 * So the walk is over before the lock is let go, and then a member is looked up
 * anew for each frame, in a read section, which the driver's start is part of.
 *
 * Bridge identifiers are 64-bit numbers: priority, then MAC address.  Times are in
 * 1/256 s, as on the wire.
 */
#include <sys/cdefs.h>

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/device.h>
#include <sys/kernel.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/intr.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <net/if_llc.h>

#include <net/if_ether.h>
#include <net/if_bridgevar.h>

/* To all bridges of a network, and no further. */
const uint8_t bstp_etheraddr[ETHER_ADDR_LEN] = { 0x01, 0x80, 0xc2, 0x00, 0x00,
	0x00 };

#define BSTP_SECOND      256
#define BSTP_AGE_STEP    BSTP_SECOND /* a bridge makes a message older by it */
#define BSTP_TYPE_CONFIG 0x00
#define BSTP_TYPE_TCN    0x80
#define BSTP_FLAG_CHANGE 0x01
#define BSTP_FLAG_ACK    0x80

/* From entry to exit: what is to be sent. */
struct bstp_run {
	struct bridge_softc *br_sc;
	struct mbuf *br_first, **br_last; /* by m_nextpkt */
	int br_spl;
};

static void bstp_tick(void *);

static void
bstp_enter(struct bstp_run *br, struct bridge_softc *sc)
{
	br->br_sc = sc;
	br->br_first = NULL;
	br->br_last = &br->br_first;
	br->br_spl = splnet();
	BRIDGE_INTR_LOCK(sc);
}

/* Out of the member whose interface is in rcvif, if it is one still. */
static void
bstp_send(struct bridge_softc *sc, struct mbuf *m)
{
	struct bridge_iflist *bif;
	int s;

	BRIDGE_PSZ_RENTER(s);
	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (bif->bif_ifp == m->m_pkthdr.rcvif)
			break;
	}
	if (bif != NULL)
		bridge_enqueue(sc, bif->bif_ifp, m, 0);
	BRIDGE_PSZ_REXIT(s);
	if (bif == NULL)
		m_freem(m);
}

static void
bstp_exit(struct bstp_run *br)
{
	struct mbuf *m;

	BRIDGE_INTR_UNLOCK(br->br_sc);
	while ((m = br->br_first) != NULL) {
		br->br_first = m->m_nextpkt;
		m->m_nextpkt = NULL;
		bstp_send(br->br_sc, m);
	}
	splx(br->br_spl);
}

#include <net/bstp_frame.h>

/* ---- timers ------------------------------------------------------------- */

static void
bstp_timer_start(struct bridge_timer *t, uint16_t value)
{
	t->value = value;
	t->active = 1;
}

static void
bstp_timer_stop(struct bridge_timer *t)
{
	t->active = 0;
}

/* A second has passed.  True, once: it has reached the limit. */
static bool
bstp_timer_over(struct bridge_timer *t, uint16_t limit)
{
	if (!t->active)
		return false;
	t->value += BSTP_SECOND;
	if (t->value < limit)
		return false;
	t->active = 0;
	return true;
}

#include <net/bstp_tree.h>

/* ---- what comes in ------------------------------------------------------ */

/* 8.7.1 */
static void
bstp_received_config(struct bstp_run *br, struct bridge_iflist *bif,
    const struct bstp_config_unit *cu)
{
	struct bridge_softc *const sc = br->br_sc;
	const bool was_root = bstp_is_root(sc);

	if (!bstp_supersedes(sc, bif, cu)) {
		if (bstp_is_designated(sc, bif))
			bstp_transmit_config(br, bif);
		return;
	}
	bif->bif_designated_root = cu->cu_rootid;
	bif->bif_designated_cost = cu->cu_root_path_cost;
	bif->bif_designated_bridge = cu->cu_bridge_id;
	bif->bif_designated_port = cu->cu_port_id;
	bstp_timer_start(&bif->bif_message_age_timer, cu->cu_message_age);

	bstp_select(br);
	if (was_root && !bstp_is_root(sc)) {
		bstp_timer_stop(&sc->sc_hello_timer);
		if (sc->sc_topology_change_detected) {
			bstp_timer_stop(&sc->sc_topology_change_timer);
			bstp_transmit_tcn(br);
			bstp_timer_start(&sc->sc_tcn_timer, 0);
		}
	}
	if (bif != sc->sc_root_port)
		return;
	sc->sc_max_age = cu->cu_max_age;
	sc->sc_hello_time = cu->cu_hello_time;
	sc->sc_forward_delay = cu->cu_forward_delay;
	sc->sc_topology_change = cu->cu_topology_change;
	bstp_transmit_all(br);
	if (cu->cu_topology_change_acknowledgment) {
		sc->sc_topology_change_detected = 0;
		bstp_timer_stop(&sc->sc_tcn_timer);
	}
}

/* 8.7.2 */
static void
bstp_received_tcn(struct bstp_run *br, struct bridge_iflist *bif)
{
	if (!bstp_is_designated(br->br_sc, bif))
		return;
	bstp_change_detected(br);
	bif->bif_topology_change_acknowledge = 1;
	bstp_transmit_config(br, bif);
}

/*
 * bstp_input: a frame to bstp_etheraddr, from a member that the caller holds.
 */
void
bstp_input(struct bridge_softc *sc, struct bridge_iflist *bif, struct mbuf *m)
{
	const int hdr = ETHER_HDR_LEN, small = sizeof(struct bstp_tbpdu);
	const struct bstp_tbpdu *tbu;
	struct bstp_config_unit cu;
	struct bstp_run br;
	int len;

	if (m->m_pkthdr.len < hdr + small)
		goto out;
	len = MIN(m->m_pkthdr.len, hdr + (int)sizeof(struct bstp_cbpdu));
	if (m->m_len < len) {
		m = m_pullup(m, len);
		if (m == NULL)
			return;
	}
	tbu = (const void *)(mtod(m, const char *) + hdr);
	if (tbu->tbu_dsap != LLC_8021D_LSAP ||
	    tbu->tbu_ssap != LLC_8021D_LSAP || tbu->tbu_ctl != LLC_UI ||
	    tbu->tbu_protoid != 0 || tbu->tbu_protover != 0)
		goto out;

	bstp_enter(&br, sc);
	if (!bstp_enabled(bif) || bif->bif_waiting)
		;
	else if (tbu->tbu_bpdutype == BSTP_TYPE_TCN)
		bstp_received_tcn(&br, bif);
	else if (tbu->tbu_bpdutype == BSTP_TYPE_CONFIG &&
	    len == hdr + (int)sizeof(struct bstp_cbpdu)) {
		bstp_get_config((const void *)tbu, &cu);
		bstp_received_config(&br, bif, &cu);
	}
	bstp_exit(&br);
out:
	m_freem(m);
}

/* ---- ports and bridges that come and go --------------------------------- */

static void
bstp_port_reset(struct bridge_softc *sc, struct bridge_iflist *bif,
    uint8_t state)
{
	bstp_become_designated(sc, bif);
	bif->bif_state = state;
	bif->bif_topology_change_acknowledge = 0;
	bif->bif_config_pending = 0;
	bif->bif_change_detection_enabled = 1;
	bstp_timer_stop(&bif->bif_message_age_timer);
	bstp_timer_stop(&bif->bif_forward_delay_timer);
	bstp_timer_stop(&bif->bif_hold_timer);
}

static bool
bstp_link_up(const struct ifnet *ifp)
{
	return (ifp->if_flags & IFF_UP) != 0 &&
	    ifp->if_link_state != LINK_STATE_DOWN;
}

/* 8.8.2, 8.8.3: a port's link came or went. */
static void
bstp_follow_link(struct bstp_run *br, struct bridge_iflist *bif)
{
	struct bridge_softc *const sc = br->br_sc;
	const bool up = bstp_link_up(bif->bif_ifp), was_root = bstp_is_root(sc);

	if (!bstp_is_port(bif) || up == bstp_enabled(bif))
		return;
	bstp_port_reset(sc, bif,
	    up ? BSTP_IFSTATE_BLOCKING : BSTP_IFSTATE_DISABLED);
	bstp_select(br);
	if (bstp_is_root(sc) && !was_root)
		bstp_become_root(br);
}

/* The lowest MAC address of a port is the bridge's.  False: there is no port. */
static bool
bstp_choose_id(struct bridge_softc *sc)
{
	struct bridge_iflist *bif;
	uint64_t id, best = 0;
	bool found = false;

	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (!bstp_is_port(bif) || bif->bif_ifp->if_type != IFT_ETHER)
			continue;
		bif->bif_port_id = (uint16_t)(bif->bif_priority << 8) |
		    (bif->bif_ifp->if_index & 0xff);
		id = bstp_id(sc->sc_bridge_priority,
		    CLLADDR(bif->bif_ifp->if_sadl));
		if (!found || id < best)
			best = id;
		found = true;
	}
	sc->sc_bridge_id = best;
	return found;
}

/*
 * bstp_initialization: begin anew: 8.8.1.  A bridge starts, or what is asked of it
 * has changed.  Thread.
 */
void
bstp_initialization(struct bridge_softc *sc)
{
	struct bridge_iflist *bif;
	struct bstp_run br;
	bool any;

	bstp_enter(&br, sc);
	any = bstp_choose_id(sc);
	if (any) {
		sc->sc_designated_root = sc->sc_bridge_id;
		sc->sc_root_path_cost = 0;
		sc->sc_root_port = NULL;
		bstp_own_times(sc);
		sc->sc_topology_change_time = sc->sc_bridge_max_age +
		    sc->sc_bridge_forward_delay;
		sc->sc_topology_change_detected = 0;
		sc->sc_topology_change = 0;
		bstp_timer_stop(&sc->sc_tcn_timer);
		bstp_timer_stop(&sc->sc_topology_change_timer);
		LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
			bstp_port_reset(sc, bif,
			    bstp_is_port(bif) && bstp_link_up(bif->bif_ifp)
				? BSTP_IFSTATE_BLOCKING
				: BSTP_IFSTATE_DISABLED);
		}
		bstp_select(&br);
		bstp_transmit_all(&br);
		bstp_timer_start(&sc->sc_hello_timer, 0);
	}
	bstp_exit(&br);

	if (!any)
		bstp_stop(sc);
	else if (!callout_pending(&sc->sc_bstpcallout))
		callout_reset(&sc->sc_bstpcallout, hz, bstp_tick, sc);
}

/*
 * bstp_stop: no port takes part any more.  Thread; waits for bstp_tick, which may
 * have called itself again before it was over.
 */
void
bstp_stop(struct bridge_softc *sc)
{
	struct bridge_iflist *bif;
	struct bstp_run br;

	bstp_enter(&br, sc);
	LIST_FOREACH (bif, &sc->sc_iflist, bif_next)
		bstp_port_reset(sc, bif, BSTP_IFSTATE_DISABLED);
	sc->sc_root_port = NULL;
	bstp_timer_stop(&sc->sc_hello_timer);
	bstp_timer_stop(&sc->sc_tcn_timer);
	bstp_timer_stop(&sc->sc_topology_change_timer);
	bstp_exit(&br);

	do {
		callout_halt(&sc->sc_bstpcallout, NULL);
	} while (callout_pending(&sc->sc_bstpcallout));
}

/* ---- time --------------------------------------------------------------- */

/* 8.7.5 */
static void
bstp_message_too_old(struct bstp_run *br, struct bridge_iflist *bif)
{
	struct bridge_softc *const sc = br->br_sc;
	const bool was_root = bstp_is_root(sc);

	bstp_become_designated(sc, bif);
	bstp_select(br);
	if (bstp_is_root(sc) && !was_root)
		bstp_become_root(br);
}

/* 8.7.4 */
static void
bstp_forward_delay_over(struct bstp_run *br, struct bridge_iflist *bif)
{
	if (bif->bif_state == BSTP_IFSTATE_LISTENING) {
		bif->bif_state = BSTP_IFSTATE_LEARNING;
		bstp_timer_start(&bif->bif_forward_delay_timer, 0);
	} else if (bif->bif_state == BSTP_IFSTATE_LEARNING) {
		bif->bif_state = BSTP_IFSTATE_FORWARDING;
		if (bif->bif_change_detection_enabled)
			bstp_change_detected(br);
	}
}

static void
bstp_tick_ports(struct bstp_run *br)
{
	struct bridge_softc *const sc = br->br_sc;
	struct bridge_iflist *bif;

	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		bstp_follow_link(br, bif);
		if (!bstp_enabled(bif))
			continue;
		if (bstp_timer_over(&bif->bif_message_age_timer,
			sc->sc_max_age))
			bstp_message_too_old(br, bif);
		if (bstp_timer_over(&bif->bif_forward_delay_timer,
			sc->sc_forward_delay))
			bstp_forward_delay_over(br, bif);
		if (bstp_timer_over(&bif->bif_hold_timer, sc->sc_hold_time) &&
		    bif->bif_config_pending)
			bstp_transmit_config(br, bif);
	}
}

/* Each second, in softclock. */
static void
bstp_tick(void *arg)
{
	struct bridge_softc *const sc = arg;
	struct bstp_run br;

	if ((sc->sc_if.if_flags & IFF_RUNNING) == 0)
		return;

	bstp_enter(&br, sc);
	if (bstp_timer_over(&sc->sc_hello_timer, sc->sc_hello_time)) {
		bstp_transmit_all(&br);
		bstp_timer_start(&sc->sc_hello_timer, 0);
	}
	if (bstp_timer_over(&sc->sc_tcn_timer, sc->sc_bridge_hello_time)) {
		bstp_transmit_tcn(&br);
		bstp_timer_start(&sc->sc_tcn_timer, 0);
	}
	if (bstp_timer_over(&sc->sc_topology_change_timer,
		sc->sc_topology_change_time)) {
		sc->sc_topology_change_detected = 0;
		sc->sc_topology_change = 0;
	}
	bstp_tick_ports(&br);
	bstp_exit(&br);

	if ((sc->sc_if.if_flags & IFF_RUNNING) != 0)
		callout_reset(&sc->sc_bstpcallout, hz, bstp_tick, sc);
}
