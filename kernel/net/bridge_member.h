/*
 * bridge_member.h: the part of if_bridge.c that knows who is a member.  Included
 * there alone.
 *
 * A section cannot be left open while hooks, drivers and protocols are called, so
 * what is found in one is held (bif_refs) before it ends.  Who deletes a member
 * makes it impossible to find, waits for sections, and then for references.
 * bif_waiting says that no more may be taken.  The top bit of bif_refs says that
 * somebody waits: so he who brings it down to that bit alone knows from the value
 * he got that he is the last, and need not look at the member once more, which
 * could be gone by then.
 *
 *	CPU 0, delete			CPU 1, forwarding
 *
 *					finds bif; holds it: 1
 *	unlinks bif; bif_waiting
 *	waits for sections
 *	bif_refs |= BIF_DYING: 1 more
 *	user; sleeps
 *					gives back: BIF_DYING is left, so he is
 *					the last: locks, bif_waiting = false,
 *					wakes, unlocks
 *	sees bif_waiting false; frees
 *
 * Had he looked at bif_waiting after giving back, the left side could have seen
 * that there was no reference, and freed bif, in between.
 *
 * Interfaces.  A frame in the packet queue names the interface it came from, which
 * must not be freed before the frame is through.  bridge_delete_member() waits for
 * that: pktq_barrier for what is in a queue, and then a cross call, which a CPU
 * answers when its softint is done, for what has just been taken out.
 *
 * In GENERIC there are no references, no sections, and nobody to wait for: frames
 * and changes exclude each other by KERNEL_LOCK and splnet.
 */

/* In bif_refs: it is being deleted, and somebody waits for the last user. */
#define BIF_DYING 0x80000000U

/*
 * bridge_try_hold_bif: in a read section; NULL: it is being deleted, or there was
 * none.  The section may end then.
 */
static inline struct bridge_iflist *
bridge_try_hold_bif(struct bridge_iflist *bif)
{
#ifdef BRIDGE_MPSAFE
	if (bif != NULL) {
		if (__predict_false(bif->bif_waiting))
			return NULL;
		atomic_inc_32(&bif->bif_refs);
	}
#endif
	return bif;
}

/* bridge_release_member: after which bif may be gone. */
static inline void
bridge_release_member(struct bridge_softc *sc, struct bridge_iflist *bif)
{
#ifdef BRIDGE_MPSAFE
	if (__predict_true(atomic_dec_uint_nv(&bif->bif_refs) != BIF_DYING))
		return;
	/* The last one; it is waited for until it says so. */
	mutex_enter(sc->sc_iflist_intr_lock);
	bif->bif_waiting = false;
	cv_broadcast(&sc->sc_iflist_cv);
	mutex_exit(sc->sc_iflist_intr_lock);
#endif
}

/*
 * bridge_drain_member: bif is on no list any more, and who has found it is out of
 * his section: wait for those who hold it.
 */
static void
bridge_drain_member(struct bridge_softc *sc, struct bridge_iflist *bif)
{
#ifdef BRIDGE_MPSAFE
	mutex_enter(sc->sc_iflist_intr_lock);
	if (atomic_or_32_nv(&bif->bif_refs, BIF_DYING) != BIF_DYING) {
		while (bif->bif_waiting)
			cv_wait(&sc->sc_iflist_cv, sc->sc_iflist_intr_lock);
	}
	mutex_exit(sc->sc_iflist_intr_lock);
#endif
}

/*
 * bridge_lookup_member_if: the interface as a member, held; NULL: of no bridge.
 * The bridge is ifp->if_bridge then, which lives as long as bif is held.
 */
static inline struct bridge_iflist *
bridge_lookup_member_if(struct ifnet *ifp)
{
	struct bridge_iflist *bif;
	int s;

	BRIDGE_PSZ_RENTER(s);
	bif = bridge_try_hold_bif(ifp->if_bridgeif);
	BRIDGE_PSZ_REXIT(s);
	return bif;
}

/* bridge_lookup_member: by name, with BRIDGE_LOCK or bridge_list_lock; not held. */
static struct bridge_iflist *
bridge_lookup_member(struct bridge_softc *sc, const char *name)
{
	struct bridge_iflist *bif;

	LIST_FOREACH (bif, &sc->sc_iflist, bif_next) {
		if (strcmp(bif->bif_ifp->if_xname, name) == 0)
			return bif;
	}
	return NULL;
}

#include <net/bridge_rtable.h>

/*
 * bridge_insert_member: from here on, frames come.
 */
static void
bridge_insert_member(struct bridge_softc *sc, struct bridge_iflist *bif)
{
	struct ifnet *const ifs = bif->bif_ifp;
	int s;

	KASSERT(mutex_owned(&bridge_list_lock));

	BRIDGE_LOCK(sc);
	s = splnet();
	BRIDGE_INTR_LOCK(sc);
	ifs->if_bridge = sc;
	LIST_NEXT(bif, bif_next) = LIST_FIRST(&sc->sc_iflist);
	membar_producer();
	LIST_INSERT_HEAD(&sc->sc_iflist, bif, bif_next);
	ifs->if_bridgeif = bif;
	ifs->if_input = bridge_input;
	BRIDGE_INTR_UNLOCK(sc);
	splx(s);
	BRIDGE_UNLOCK(sc);

	if ((sc->sc_if.if_flags & IFF_RUNNING) != 0)
		bstp_initialization(sc);
}

/*
 * bridge_delete_member: and bif is freed.  if_bridge is reset last: an interface
 * cannot join another bridge before it has left this one.
 */
static void
bridge_delete_member(struct bridge_softc *sc, struct bridge_iflist *bif)
{
	struct ifnet *const ifs = bif->bif_ifp;
	int s;

	KASSERT(mutex_owned(&bridge_list_lock));
	KASSERT(ifs->if_bridge == sc);

	BRIDGE_LOCK(sc);
	s = splnet();
	BRIDGE_INTR_LOCK(sc);
	ifs->if_input = ether_input;
	ifs->if_bridgeif = NULL;
	LIST_REMOVE(bif, bif_next);
	if (sc->sc_root_port == bif)
		sc->sc_root_port = NULL;
	bif->bif_waiting = true;
	BRIDGE_INTR_UNLOCK(sc);
	splx(s);
	BRIDGE_PSZ_PERFORM(sc);
	bridge_drain_member(sc, bif);
	BRIDGE_UNLOCK(sc);

	if ((sc->sc_if.if_flags & IFF_RUNNING) != 0)
		bstp_initialization(sc);

	/* Nobody learns any more that somebody lives there. */
	bridge_rtdelete(sc, ifs);

	/* Frames from there are through. */
	pktq_barrier(sc->sc_fwd_pktq);
	xc_wait(xc_broadcast(0, (xcfunc_t)(void (*)(void))nullop, NULL, NULL));

	(void)ifpromisc(ifs, 0);
	ifs->if_bridge = NULL;
	kmem_free(bif, sizeof(*bif));
}

/*
 * bridge_ifdetach: the interface goes away.  Thread.
 */
void
bridge_ifdetach(struct ifnet *ifp)
{
	struct bridge_softc *sc;

	mutex_enter(&bridge_list_lock);
	sc = ifp->if_bridge;
	if (sc != NULL)
		bridge_delete_member(sc, ifp->if_bridgeif);
	mutex_exit(&bridge_list_lock);
}
