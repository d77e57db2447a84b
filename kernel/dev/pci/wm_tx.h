/*
 * wm_tx.h: the part of if_wm.c that sends.  Included there alone.
 *
 * A frame waits in a list in software (if_snd for if_start, txq_snd for
 * if_transmit), then has a job and descriptors in the ring.  Tail is written for
 * each frame.  The chip says in the last descriptor that it is done, and interrupts;
 * before the jobs run out they are also looked at on the way.
 *
 * When ring or jobs are full IFF_OACTIVE is set and nothing is put in until a job is
 * done.  The flag is the interface's, not the queue's, as in the driver this one
 * follows: queues stop and start each other.
 *
 * Contexts.  Softints and interrupts, txq_lock held; without NET_MPSAFE under
 * KERNEL_LOCK, at splnet.
 */

/* The oldest jobs that are done, up to limit, or all (0). */
static void
wm_txeof(struct wm_txqueue *txq, u_int limit)
{
	struct wm_softc *const sc = txq->txq_sc;
	struct ifnet *const ifp = &sc->sc_ethercom.ec_if;

	KASSERT(wm_locked(txq->txq_lock));
	if (txq->txq_stopping)
		return;
	ifp->if_flags &= ~IFF_OACTIVE;
	for (u_int n = 0;
	     txq->txq_sfree != WM_TXQUEUELEN(txq) && (limit == 0 || n < limit);
	     n++) {
		struct wm_txsoft *const txs = &txq->txq_soft[txq->txq_sdirty];
		const wiseman_txdesc_t
		    *const last = &txq->txq_descs[txs->txs_lastdesc];

		bus_dmamap_sync(sc->sc_dmat, txq->txq_ring.wr_dmamap,
		    WM_CDTXOFF(txs->txs_lastdesc), sizeof(*last),
		    BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE);
		if ((last->wtx_fields.wtxu_status & WTX_ST_DD) == 0)
			break;
		ifp->if_opackets++;
		txq->txq_free += txs->txs_ndesc;
		bus_dmamap_sync(sc->sc_dmat, txs->txs_dmamap, 0,
		    txs->txs_dmamap->dm_mapsize, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->sc_dmat, txs->txs_dmamap);
		m_freem(txs->txs_mbuf);
		txs->txs_mbuf = NULL;
		txq->txq_sdirty = WM_NEXTTXS(txq, txq->txq_sdirty);
		txq->txq_sfree++;
	}
	if (txq->txq_sfree == WM_TXQUEUELEN(txq))
		ifp->if_timer = 0;
}

static bool
wm_tx_pending(const struct wm_txqueue *txq)
{
	const struct wm_txsoft *const txs = &txq->txq_soft[txq->txq_sdirty];

	return txq->txq_sfree != WM_TXQUEUELEN(txq) &&
	    (txq->txq_descs[txs->txs_lastdesc].wtx_fields.wtxu_status &
		WTX_ST_DD) != 0;
}

/* Fill descriptors for a loaded job; the last one's number. */
static int
wm_tx_fill(struct wm_txqueue *txq, const struct wm_txsoft *txs,
    const struct m_tag *vlan)
{
	const bus_dmamap_t map = txs->txs_dmamap;
	const uint32_t vle = vlan != NULL ? WTX_CMD_VLE : 0;
	int next = txq->txq_next, last = next;

	for (int seg = 0; seg < map->dm_nsegs; seg++) {
		wiseman_txdesc_t *const txd = &txq->txq_descs[next];
		const bus_addr_t addr = map->dm_segs[seg].ds_addr;

		txd->wtx_addr.wa_low = (uint32_t)addr;
		txd->wtx_addr.wa_high = (uint32_t)((uint64_t)addr >> 32);
		txd->wtx_cmdlen = vle | WTX_CMD_IFCS |
		    (uint32_t)map->dm_segs[seg].ds_len;
		txd->wtx_fields.wtxu_status = 0;
		txd->wtx_fields.wtxu_options = 0;
		txd->wtx_fields.wtxu_vlan = vlan != NULL
		    ? (uint16_t)VLAN_TAG_VALUE(vlan)
		    : 0;
		last = next;
		next = WM_NEXTTX(txq, next);
	}
	txq->txq_descs[last].wtx_cmdlen |= WTX_CMD_EOP | WTX_CMD_RS;
	return last;
}

static void
wm_cdtxsync(struct wm_txqueue *txq, int first, int n, int ops)
{
	const bus_dmamap_t map = txq->txq_ring.wr_dmamap;
	const bus_dma_tag_t t = txq->txq_sc->sc_dmat;
	int head = n;

	if (first + n > WM_NTXDESC(txq)) {
		head = WM_NTXDESC(txq) - first;
		bus_dmamap_sync(t, map, 0,
		    sizeof(wiseman_txdesc_t) * (size_t)(n - head), ops);
	}
	bus_dmamap_sync(t, map, WM_CDTXOFF(first),
	    sizeof(wiseman_txdesc_t) * (size_t)head, ops);
}

/* One frame into the ring.  False: it did not fit, and is dropped. */
static bool
wm_tx_put(struct wm_txqueue *txq, struct mbuf *m)
{
	struct wm_softc *const sc = txq->txq_sc;
	struct wm_txsoft *const txs = &txq->txq_soft[txq->txq_snext];
	const bus_dmamap_t map = txs->txs_dmamap;
	const struct m_tag *vlan;

	if (bus_dmamap_load_mbuf(sc->sc_dmat, map, m,
		BUS_DMA_WRITE | BUS_DMA_NOWAIT) != 0) {
		txq->txq_ev_txdrop.ev_count++;
		m_freem(m);
		return true; /* another one may fit */
	}
	/* One slot stays empty; one is kept, as there was an erratum. */
	if (map->dm_nsegs > txq->txq_free - 2) {
		sc->sc_ethercom.ec_if.if_flags |= IFF_OACTIVE;
		bus_dmamap_unload(sc->sc_dmat, map);
		txq->txq_ev_txdrop.ev_count++;
		m_freem(m);
		return false;
	}
	bus_dmamap_sync(sc->sc_dmat, map, 0, map->dm_mapsize,
	    BUS_DMASYNC_PREWRITE);
	vlan = VLAN_OUTPUT_TAG(&sc->sc_ethercom, m);
	txs->txs_mbuf = m;
	txs->txs_firstdesc = txq->txq_next;
	txs->txs_ndesc = map->dm_nsegs;
	txs->txs_lastdesc = wm_tx_fill(txq, txs, vlan);
	wm_cdtxsync(txq, txs->txs_firstdesc, txs->txs_ndesc,
	    BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE);
	txq->txq_next = WM_NEXTTX(txq, txs->txs_lastdesc);
	CSR_WRITE(sc, txq->txq_tdt_reg, (uint32_t)txq->txq_next);
	txq->txq_free -= txs->txs_ndesc;
	txq->txq_sfree--;
	txq->txq_snext = WM_NEXTTXS(txq, txq->txq_snext);
	bpf_mtap(&sc->sc_ethercom.ec_if, m);
	return true;
}

/* The next frame of if_snd, or of the queue's own list. */
static struct mbuf *
wm_tx_next(struct wm_txqueue *txq, bool is_transmit)
{
	struct ifnet *const ifp = &txq->txq_sc->sc_ethercom.ec_if;
	struct mbuf *m;

	if (is_transmit)
		IFQ_DEQUEUE(&txq->txq_snd, m);
	else
		IFQ_DEQUEUE(&ifp->if_snd, m);
	return m;
}

/* What waits is lost: the queue stops, or has stopped. */
static void
wm_txpurge(struct wm_txqueue *txq)
{
	struct mbuf *m;

	while ((m = wm_tx_next(txq, true)) != NULL) {
		txq->txq_ev_txdrop.ev_count++;
		m_freem(m);
	}
}

static void
wm_send_common_locked(struct wm_txqueue *txq, bool is_transmit)
{
	struct ifnet *const ifp = &txq->txq_sc->sc_ethercom.ec_if;
	const int before = txq->txq_next;
	struct mbuf *m;

	KASSERT(wm_locked(txq->txq_lock));
	if (txq->txq_stopping) {
		if (is_transmit) /* wm_txdrain was before it */
			wm_txpurge(txq);
		return;
	}
	if ((ifp->if_flags & (IFF_RUNNING | IFF_OACTIVE)) != IFF_RUNNING)
		return;
	for (;;) {
		if (txq->txq_sfree < WM_TXQUEUE_GC(txq)) {
			wm_txeof(txq, 0);
			if (txq->txq_sfree == 0)
				break;
		}
		m = wm_tx_next(txq, is_transmit);
		if (m == NULL || !wm_tx_put(txq, m))
			break;
	}
	if (txq->txq_sfree == 0 || txq->txq_free <= 2)
		ifp->if_flags |= IFF_OACTIVE;
	if (txq->txq_next != before)
		ifp->if_timer = 5;
}

/* if_start: what is in if_snd, by queue 0. */
static void
wm_start(struct ifnet *ifp)
{
	struct wm_softc *const sc = ifp->if_softc;
	struct wm_txqueue *const txq = &sc->sc_txq[0];

	wm_lock(txq->txq_lock);
	wm_send_common_locked(txq, false);
	wm_unlock(txq->txq_lock);
}

/* if_transmit: by the queue of this CPU; ENOBUFS: its list is full. */
static int __unused
wm_transmit(struct ifnet *ifp, struct mbuf *m)
{
	struct wm_softc *const sc = ifp->if_softc;
	struct wm_txqueue
	    *const txq = &sc->sc_txq[sc->sc_txmap[cpu_index(curcpu())]];
	const int len = m->m_pkthdr.len; /* m is others' once it is queued */
	int error;

	IFQ_ENQUEUE(&txq->txq_snd, m, NULL, error);
	if (error != 0) {
		txq->txq_ev_snddrop.ev_count++;
		return error;
	}
	ifp->if_obytes += (uint64_t)len;
	wm_lock(txq->txq_lock);
	wm_send_common_locked(txq, true);
	wm_unlock(txq->txq_lock);
	return 0;
}

/* All jobs are void: DMA has stopped. */
static void
wm_txdrain(struct wm_txqueue *txq)
{
	KASSERT(wm_locked(txq->txq_lock));
	for (int i = 0; i < WM_TXQUEUELEN(txq); i++) {
		struct wm_txsoft *const txs = &txq->txq_soft[i];

		if (txs->txs_mbuf == NULL)
			continue;
		bus_dmamap_unload(txq->txq_sc->sc_dmat, txs->txs_dmamap);
		m_freem(txs->txs_mbuf);
		txs->txs_mbuf = NULL;
		txq->txq_ev_txdrop.ev_count++;
	}
	wm_txpurge(txq);
}
