/*
 * bstp_tree.h: the part of bridgestp.c that computes the tree, 802.1D 8.6.  Included
 * there alone.
 *
 * All functions are called between bstp_enter and bstp_exit.
 */

static bool
bstp_is_port(const struct bridge_iflist *bif)
{
	return (bif->bif_flags & IFBIF_STP) != 0;
}

static bool
bstp_enabled(const struct bridge_iflist *bif)
{
	return bstp_is_port(bif) && bif->bif_state != BSTP_IFSTATE_DISABLED;
}

static bool
bstp_is_root(const struct bridge_softc *sc)
{
	return sc->sc_designated_root == sc->sc_bridge_id;
}

static bool
bstp_is_designated(const struct bridge_softc *sc,
    const struct bridge_iflist *bif)
{
	return bif->bif_designated_bridge == sc->sc_bridge_id &&
	    bif->bif_designated_port == bif->bif_port_id;
}

/* <0, 0, >0: (root, cost, bridge, port) of a is better, the same, worse. */
static int
bstp_compare(uint64_t root_a, uint32_t cost_a, uint64_t bridge_a,
    uint16_t port_a, uint64_t root_b, uint32_t cost_b, uint64_t bridge_b,
    uint16_t port_b)
{
	if (root_a != root_b)
		return root_a < root_b ? -1 : 1;
	if (cost_a != cost_b)
		return cost_a < cost_b ? -1 : 1;
	if (bridge_a != bridge_b)
		return bridge_a < bridge_b ? -1 : 1;
	return (int)port_a - (int)port_b;
}

/* 8.6.2.2: what was heard at a port is not worse than what that has. */
static bool
bstp_supersedes(const struct bridge_softc *sc, const struct bridge_iflist *bif,
    const struct bstp_config_unit *cu)
{
	const int c = bstp_compare(cu->cu_rootid, cu->cu_root_path_cost,
	    cu->cu_bridge_id, cu->cu_port_id, bif->bif_designated_root,
	    bif->bif_designated_cost, bif->bif_designated_bridge,
	    bif->bif_designated_port);

	/* Of another bridge, whichever of its ports; of this one, not a worse. */
	if (cu->cu_rootid == bif->bif_designated_root &&
	    cu->cu_root_path_cost == bif->bif_designated_cost &&
	    cu->cu_bridge_id == bif->bif_designated_bridge)
		return cu->cu_bridge_id != sc->sc_bridge_id || c <= 0;
	return c <= 0;
}

/* 8.6.11: the port has its own bridge's vector. */
static void
bstp_become_designated(struct bridge_softc *sc, struct bridge_iflist *bif)
{
	bif->bif_designated_root = sc->sc_designated_root;
	bif->bif_designated_cost = sc->sc_root_path_cost;
	bif->bif_designated_bridge = sc->sc_bridge_id;
	bif->bif_designated_port = bif->bif_port_id;
}

/* ---- messages ----------------------------------------------------------- */

/* 8.6.1: one a hold time; what comes too early is sent when that is over. */
static void
bstp_transmit_config(struct bstp_run *br, struct bridge_iflist *bif)
{
	struct bridge_softc *const sc = br->br_sc;
	struct bstp_config_unit *const cu = &bif->bif_config_bpdu;
	struct bstp_cbpdu *cbu;

	if (bif->bif_hold_timer.active) {
		bif->bif_config_pending = 1;
		return;
	}
	memset(cu, 0, sizeof(*cu));
	cu->cu_message_type = BSTP_TYPE_CONFIG;
	cu->cu_rootid = sc->sc_designated_root;
	cu->cu_root_path_cost = sc->sc_root_path_cost;
	cu->cu_bridge_id = sc->sc_bridge_id;
	cu->cu_port_id = bif->bif_port_id;
	if (!bstp_is_root(sc) && sc->sc_root_port != NULL)
		cu->cu_message_age = sc->sc_root_port->bif_message_age_timer
					 .value +
		    BSTP_AGE_STEP;
	cu->cu_max_age = sc->sc_max_age;
	cu->cu_hello_time = sc->sc_hello_time;
	cu->cu_forward_delay = sc->sc_forward_delay;
	cu->cu_topology_change_acknowledgment =
	    bif->bif_topology_change_acknowledge;
	cu->cu_topology_change = sc->sc_topology_change;
	if (cu->cu_message_age >= cu->cu_max_age)
		return;

	cbu = bstp_frame(br, bif->bif_ifp, BSTP_TYPE_CONFIG, sizeof(*cbu));
	if (cbu == NULL)
		return;
	bstp_put_config(cu, cbu);
	bif->bif_topology_change_acknowledge = 0;
	bif->bif_config_pending = 0;
	bstp_timer_start(&bif->bif_hold_timer, 0);
}

/* 8.6.4 */
static void
bstp_transmit_all(struct bstp_run *br)
{
	struct bridge_softc *const sc = br->br_sc;
	struct bridge_iflist *bif;

	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (bstp_enabled(bif) && bstp_is_designated(sc, bif))
			bstp_transmit_config(br, bif);
	}
}

/* 8.6.6 */
static void
bstp_transmit_tcn(struct bstp_run *br)
{
	struct bridge_iflist *const bif = br->br_sc->sc_root_port;

	if (bif != NULL && (bif->bif_ifp->if_flags & IFF_RUNNING) != 0)
		(void)bstp_frame(br, bif->bif_ifp, BSTP_TYPE_TCN,
		    sizeof(struct bstp_tbpdu));
}

/* 8.6.14 */
static void
bstp_change_detected(struct bstp_run *br)
{
	struct bridge_softc *const sc = br->br_sc;

	if (bstp_is_root(sc)) {
		sc->sc_topology_change = 1;
		bstp_timer_start(&sc->sc_topology_change_timer, 0);
	} else if (!sc->sc_topology_change_detected) {
		bstp_transmit_tcn(br);
		bstp_timer_start(&sc->sc_tcn_timer, 0);
	}
	sc->sc_topology_change_detected = 1;
}

/* ---- the tree ----------------------------------------------------------- */

/* 8.6.8: is the way to the root through a better than through b? */
static bool
bstp_better_root_port(const struct bridge_iflist *a,
    const struct bridge_iflist *b)
{
	const int c = bstp_compare(a->bif_designated_root,
	    a->bif_designated_cost + a->bif_path_cost, a->bif_designated_bridge,
	    a->bif_designated_port, b->bif_designated_root,
	    b->bif_designated_cost + b->bif_path_cost, b->bif_designated_bridge,
	    b->bif_designated_port);

	return c < 0 || (c == 0 && a->bif_port_id < b->bif_port_id);
}

static void
bstp_select_root(struct bridge_softc *sc)
{
	struct bridge_iflist *bif, *best = NULL;

	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (!bstp_enabled(bif) || bstp_is_designated(sc, bif) ||
		    bif->bif_designated_root >= sc->sc_bridge_id)
			continue;
		if (best == NULL || bstp_better_root_port(bif, best))
			best = bif;
	}
	sc->sc_root_port = best;
	if (best == NULL) {
		sc->sc_designated_root = sc->sc_bridge_id;
		sc->sc_root_path_cost = 0;
	} else {
		sc->sc_designated_root = best->bif_designated_root;
		sc->sc_root_path_cost = best->bif_designated_cost +
		    best->bif_path_cost;
	}
}

/* 8.6.10: the ports on whose networks no bridge is better than this one. */
static void
bstp_select_designated(struct bridge_softc *sc)
{
	struct bridge_iflist *bif;

	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (!bstp_is_port(bif))
			continue;
		if (bstp_is_designated(sc, bif) ||
		    bif->bif_designated_root != sc->sc_designated_root ||
		    bstp_compare(sc->sc_designated_root, sc->sc_root_path_cost,
			sc->sc_bridge_id, bif->bif_port_id,
			bif->bif_designated_root, bif->bif_designated_cost,
			bif->bif_designated_bridge,
			bif->bif_designated_port) <= 0)
			bstp_become_designated(sc, bif);
	}
}

/* 8.6.12 */
static void
bstp_make_forwarding(struct bridge_iflist *bif)
{
	if (bif->bif_state != BSTP_IFSTATE_BLOCKING)
		return;
	bif->bif_state = BSTP_IFSTATE_LISTENING;
	bstp_timer_start(&bif->bif_forward_delay_timer, 0);
}

/* 8.6.13 */
static void
bstp_make_blocking(struct bstp_run *br, struct bridge_iflist *bif)
{
	const uint8_t was = bif->bif_state;

	if (was == BSTP_IFSTATE_DISABLED || was == BSTP_IFSTATE_BLOCKING)
		return;
	bif->bif_state = BSTP_IFSTATE_BLOCKING;
	bstp_timer_stop(&bif->bif_forward_delay_timer);
	if (was != BSTP_IFSTATE_LISTENING && bif->bif_change_detection_enabled)
		bstp_change_detected(br);
}

/* 8.6.11 */
static void
bstp_select_states(struct bstp_run *br)
{
	struct bridge_softc *const sc = br->br_sc;
	struct bridge_iflist *bif;

	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (!bstp_is_port(bif))
			continue;
		if (bif != sc->sc_root_port && bstp_is_designated(sc, bif)) {
			bstp_timer_stop(&bif->bif_message_age_timer);
			bstp_make_forwarding(bif);
			continue;
		}
		bif->bif_config_pending = 0;
		bif->bif_topology_change_acknowledge = 0;
		if (bif == sc->sc_root_port)
			bstp_make_forwarding(bif);
		else
			bstp_make_blocking(br, bif);
	}
}

/* What the ports know has changed: root, designated ports, states. */
static void
bstp_select(struct bstp_run *br)
{
	bstp_select_root(br->br_sc);
	bstp_select_designated(br->br_sc);
	bstp_select_states(br);
}

/* The root has times of its own; the others take those of the root. */
static void
bstp_own_times(struct bridge_softc *sc)
{
	sc->sc_max_age = sc->sc_bridge_max_age;
	sc->sc_hello_time = sc->sc_bridge_hello_time;
	sc->sc_forward_delay = sc->sc_bridge_forward_delay;
}

/* 8.7.5 and others: this bridge is the root now, and was not. */
static void
bstp_become_root(struct bstp_run *br)
{
	struct bridge_softc *const sc = br->br_sc;

	bstp_own_times(sc);
	bstp_change_detected(br);
	bstp_timer_stop(&sc->sc_tcn_timer);
	bstp_transmit_all(br);
	bstp_timer_start(&sc->sc_hello_timer, 0);
}
