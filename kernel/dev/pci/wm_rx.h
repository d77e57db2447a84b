/*
 * wm_rx.h: the part of if_wm.c that receives.  Included there alone.
 *
 * Each descriptor with DD set is taken from the ring, and its place filled again
 * before the frame goes up, so that the ring is never short for the stack's sake: a
 * frame for which no mbuf is to be had is dropped, and its mbuf stays in the ring.
 * Tail is written for each, as the descriptor that was just filled.
 *
 * Contexts.  Interrupts at IPL_NET, rxq_lock held, which is dropped around if_input;
 * rxq_stopping is looked at when it is taken again.
 */

/* A new mbuf for descriptor idx. */
static int
wm_add_rxbuf(struct wm_rxqueue *rxq, int idx)
{
	struct wm_softc *const sc = rxq->rxq_sc;
	struct wm_rxsoft *const rxs = &rxq->rxq_soft[idx];
	struct mbuf *m;
	int error;

	KASSERT(wm_locked(rxq->rxq_lock));
	MGETHDR(m, M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return ENOBUFS;
	MCLGET(m, M_DONTWAIT);
	if ((m->m_flags & M_EXT) == 0) {
		m_freem(m);
		return ENOBUFS;
	}
	if (rxs->rxs_mbuf != NULL)
		bus_dmamap_unload(sc->sc_dmat, rxs->rxs_dmamap);
	rxs->rxs_mbuf = m;
	m->m_len = m->m_pkthdr.len = (int)m->m_ext.ext_size;
	error = bus_dmamap_load_mbuf(sc->sc_dmat, rxs->rxs_dmamap, m,
	    BUS_DMA_READ | BUS_DMA_NOWAIT);
	if (error != 0)
		panic("wm_add_rxbuf: a cluster cannot be loaded: %d", error);
	bus_dmamap_sync(sc->sc_dmat, rxs->rxs_dmamap, 0,
	    rxs->rxs_dmamap->dm_mapsize, BUS_DMASYNC_PREREAD);
	return 0;
}

/* Give descriptor idx, with the mbuf it has, to the chip. */
static void
wm_init_rxdesc(struct wm_rxqueue *rxq, int idx)
{
	struct wm_softc *const sc = rxq->rxq_sc;
	const struct wm_rxsoft *const rxs = &rxq->rxq_soft[idx];
	wiseman_rxdesc_t *const rxd = &rxq->rxq_descs[idx];
	const bus_addr_t addr = rxs->rxs_dmamap->dm_segs[0].ds_addr;

	rxs->rxs_mbuf->m_data = rxs->rxs_mbuf->m_ext.ext_buf;
	rxd->wrx_addr.wa_low = (uint32_t)addr;
	rxd->wrx_addr.wa_high = (uint32_t)((uint64_t)addr >> 32);
	rxd->wrx_len = 0;
	rxd->wrx_cksum = 0;
	rxd->wrx_status = 0;
	rxd->wrx_errors = 0;
	rxd->wrx_special = 0;
	bus_dmamap_sync(sc->sc_dmat, rxq->rxq_ring.wr_dmamap, WM_CDRXOFF(idx),
	    sizeof(*rxd), BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE);
	CSR_WRITE(sc, rxq->rxq_rdt_reg, (uint32_t)idx);
}

static void
wm_rxchain_reset(struct wm_rxqueue *rxq)
{
	rxq->rxq_head = NULL;
	rxq->rxq_tailp = &rxq->rxq_head;
	rxq->rxq_len = 0;
}

/* What the descriptor said of the frame, into the mbuf.  False: it is gone. */
static bool
wm_rx_note(struct wm_softc *sc, struct mbuf *m, uint8_t status, uint8_t errors,
    uint16_t tag)
{
	struct ifnet *const ifp = &sc->sc_ethercom.ec_if;

	if ((errors &
		(WRX_ER_CE | WRX_ER_SE | WRX_ER_SEQ | WRX_ER_CXE |
		    WRX_ER_RXE)) != 0) {
		ifp->if_ierrors++;
		m_freem(m);
		return false;
	}
	if ((status & WRX_ST_VP) != 0)
		VLAN_INPUT_TAG(ifp, m, tag, return false);
	return true;
}

/* All of a frame is in the chain: up with it. */
static void
wm_rx_deliver(struct wm_rxqueue *rxq, uint8_t status, uint8_t errors,
    uint16_t tag)
{
	struct wm_softc *const sc = rxq->rxq_sc;
	struct ifnet *const ifp = &sc->sc_ethercom.ec_if;
	struct mbuf *const m = rxq->rxq_head;

	m->m_flags |= M_PKTHDR;
	m->m_pkthdr.len = rxq->rxq_len;
	m->m_pkthdr.rcvif = ifp;
	wm_rxchain_reset(rxq);
	if (!wm_rx_note(sc, m, status, errors, tag)) {
		rxq->rxq_ev_rxdrop.ev_count++;
		return;
	}
	ifp->if_ipackets++;
	bpf_mtap(ifp, m);

	wm_unlock(rxq->rxq_lock);
	(*ifp->if_input)(ifp, m);
	wm_lock(rxq->rxq_lock);
}

/* One descriptor, if the chip has done it.  False: it has not. */
static bool
wm_rxdesc(struct wm_rxqueue *rxq)
{
	struct wm_softc *const sc = rxq->rxq_sc;
	const int i = rxq->rxq_ptr;
	struct wm_rxsoft *const rxs = &rxq->rxq_soft[i];
	wiseman_rxdesc_t *const rxd = &rxq->rxq_descs[i];
	struct mbuf *m;
	uint8_t status, errors;
	uint16_t len, tag;

	bus_dmamap_sync(sc->sc_dmat, rxq->rxq_ring.wr_dmamap, WM_CDRXOFF(i),
	    sizeof(*rxd), BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE);
	status = rxd->wrx_status;
	if ((status & WRX_ST_DD) == 0)
		return false;
	errors = rxd->wrx_errors;
	len = rxd->wrx_len;
	tag = rxd->wrx_special;
	rxq->rxq_ptr = WM_NEXTRX(rxq, i);

	bus_dmamap_sync(sc->sc_dmat, rxs->rxs_dmamap, 0,
	    rxs->rxs_dmamap->dm_mapsize, BUS_DMASYNC_POSTREAD);
	m = rxs->rxs_mbuf;
	if (rxq->rxq_discard || wm_add_rxbuf(rxq, i) != 0) {
		/* The mbuf stays; the frame is lost up to its end. */
		wm_init_rxdesc(rxq, i);
		if (!rxq->rxq_discard) {
			sc->sc_ethercom.ec_if.if_iqdrops++;
			rxq->rxq_ev_rxdrop.ev_count++;
		}
		if (rxq->rxq_head != NULL)
			m_freem(rxq->rxq_head);
		wm_rxchain_reset(rxq);
		rxq->rxq_discard = (status & WRX_ST_EOP) == 0;
		return true;
	}
	wm_init_rxdesc(rxq, i);
	m->m_len = len;
	rxq->rxq_len += len;
	if (rxq->rxq_head != NULL)
		m->m_flags &= ~M_PKTHDR;
	*rxq->rxq_tailp = m;
	rxq->rxq_tailp = &m->m_next;
	if ((status & WRX_ST_EOP) != 0) {
		*rxq->rxq_tailp = NULL;
		wm_rx_deliver(rxq, status, errors, tag);
	}
	return true;
}

/* The chip has done another one, which nobody has looked at. */
static bool
wm_rx_pending(const struct wm_rxqueue *rxq)
{
	return (rxq->rxq_descs[rxq->rxq_ptr].wrx_status & WRX_ST_DD) != 0;
}

/* Up to limit descriptors, or all (0). */
static void
wm_rxeof(struct wm_rxqueue *rxq, u_int limit)
{
	KASSERT(wm_locked(rxq->rxq_lock));
	for (u_int n = 0; limit == 0 || n < limit; n++)
		if (rxq->rxq_stopping || !wm_rxdesc(rxq))
			break;
}

/* Empty the ring: DMA has stopped. */
static void
wm_rxdrain(struct wm_rxqueue *rxq)
{
	KASSERT(wm_locked(rxq->rxq_lock));
	for (int i = 0; i < WM_NRXDESC(rxq); i++) {
		struct wm_rxsoft *const rxs = &rxq->rxq_soft[i];

		if (rxs->rxs_mbuf == NULL)
			continue;
		bus_dmamap_unload(rxq->rxq_sc->sc_dmat, rxs->rxs_dmamap);
		m_freem(rxs->rxs_mbuf);
		rxs->rxs_mbuf = NULL;
	}
	if (rxq->rxq_head != NULL)
		m_freem(rxq->rxq_head);
	wm_rxchain_reset(rxq);
	rxq->rxq_discard = false;
}
