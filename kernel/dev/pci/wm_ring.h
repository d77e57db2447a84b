/*
 * wm_ring.h: the part of if_wm.c that makes queues and sets them up in the chip.
 * Included there alone.  Threads.
 */

/* Microsoft's key, which verification suites use, too. */
static const uint32_t wm_rss_key[RSSRK_NUM_REGS] = { 0xda565a6d, 0xc20e5b25,
	0x3d256741, 0xb08fa343, 0xcb2bcad0, 0xb4307bae, 0xa32dcb77, 0x0cf23080,
	0x3bb7426a, 0xfa01acbe };

static kmutex_t *
wm_lock_alloc(void)
{
#ifdef WM_MPSAFE
	return mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
#else
	return NULL;
#endif
}

static void
wm_lock_free(kmutex_t *lock)
{
	if (lock != NULL)
		mutex_obj_free(lock);
}

/* ---- memory ------------------------------------------------------------------- */

static int
wm_ring_alloc(struct wm_softc *sc, struct wm_ring *wr, size_t size)
{
	int error;

	wr->wr_size = size;
	error = bus_dmamem_alloc(sc->sc_dmat, size, PAGE_SIZE, 0, &wr->wr_seg,
	    1, &wr->wr_rseg, BUS_DMA_WAITOK);
	if (error != 0)
		return error;
	error = bus_dmamem_map(sc->sc_dmat, &wr->wr_seg, wr->wr_rseg, size,
	    &wr->wr_kva, BUS_DMA_WAITOK | BUS_DMA_COHERENT);
	if (error == 0)
		error = bus_dmamap_create(sc->sc_dmat, size, 1, size, 0,
		    BUS_DMA_WAITOK, &wr->wr_dmamap);
	if (error == 0)
		error = bus_dmamap_load(sc->sc_dmat, wr->wr_dmamap, wr->wr_kva,
		    size, NULL, BUS_DMA_WAITOK);
	if (error != 0) {
		bus_dmamem_free(sc->sc_dmat, &wr->wr_seg, wr->wr_rseg);
		wr->wr_kva = NULL;
	}
	return error;
}

static void
wm_ring_free(struct wm_softc *sc, struct wm_ring *wr)
{
	if (wr->wr_kva == NULL)
		return;
	bus_dmamap_unload(sc->sc_dmat, wr->wr_dmamap);
	bus_dmamap_destroy(sc->sc_dmat, wr->wr_dmamap);
	bus_dmamem_unmap(sc->sc_dmat, wr->wr_kva, wr->wr_size);
	bus_dmamem_free(sc->sc_dmat, &wr->wr_seg, wr->wr_rseg);
}

/* A counter of a queue, with a name of its own. */
static void
wm_evcnt(struct wm_softc *sc, struct evcnt *ev, int type, char name[16],
    const char *fmt, int id)
{
	snprintf(name, 16, fmt, id);
	evcnt_attach_dynamic(ev, type, NULL, device_xname(sc->sc_dev), name);
}

static int
wm_txqueue_alloc(struct wm_softc *sc, int id)
{
	struct wm_txqueue *const txq = &sc->sc_txq[id];
	int error;

	txq->txq_sc = sc;
	txq->txq_ndesc = sc->sc_ntxdesc;
	txq->txq_num = sc->sc_txnum;
	txq->txq_id = id;
	txq->txq_lock = wm_lock_alloc();
	txq->txq_tdt_reg = (bus_size_t)WMREG_TDT(id);
	txq->txq_stopping = true;
	txq->txq_snd.ifq_lock = wm_lock_alloc();
	IFQ_SET_MAXLEN(&txq->txq_snd, WM_IFQUEUELEN);
	wm_evcnt(sc, &txq->txq_ev_txdw, EVCNT_TYPE_INTR, txq->txq_evname[0],
	    "txq%d", id);
	wm_evcnt(sc, &txq->txq_ev_txdrop, EVCNT_TYPE_MISC, txq->txq_evname[1],
	    "txq%d-drop", id);
	wm_evcnt(sc, &txq->txq_ev_snddrop, EVCNT_TYPE_MISC, txq->txq_evname[2],
	    "txq%d-snddrop", id);
	error = wm_ring_alloc(sc, &txq->txq_ring,
	    sizeof(wiseman_txdesc_t) * (size_t)WM_NTXDESC(txq));
	if (error != 0)
		return error;
	txq->txq_descs = txq->txq_ring.wr_kva;
	for (int i = 0; i < WM_TXQUEUELEN(txq) && error == 0; i++)
		error = bus_dmamap_create(sc->sc_dmat, WM_NTXSEGS * MCLBYTES,
		    WM_NTXSEGS, WTX_MAX_LEN, 0, BUS_DMA_WAITOK,
		    &txq->txq_soft[i].txs_dmamap);
	return error;
}

static void
wm_txqueue_free(struct wm_softc *sc, int id)
{
	struct wm_txqueue *const txq = &sc->sc_txq[id];

	if (txq->txq_sc == NULL)
		return;
	for (int i = 0; i < WM_TXQUEUELEN(txq); i++)
		if (txq->txq_soft[i].txs_dmamap != NULL)
			bus_dmamap_destroy(sc->sc_dmat,
			    txq->txq_soft[i].txs_dmamap);
	wm_ring_free(sc, &txq->txq_ring);
	evcnt_detach(&txq->txq_ev_txdw);
	evcnt_detach(&txq->txq_ev_txdrop);
	evcnt_detach(&txq->txq_ev_snddrop);
	wm_lock_free(txq->txq_snd.ifq_lock);
	wm_lock_free(txq->txq_lock);
}

static int
wm_rxqueue_alloc(struct wm_softc *sc, int id)
{
	struct wm_rxqueue *const rxq = &sc->sc_rxq[id];
	int error;

	rxq->rxq_sc = sc;
	rxq->rxq_ndesc = sc->sc_nrxdesc;
	rxq->rxq_soft = kmem_zalloc(sizeof(rxq->rxq_soft[0]) *
		(size_t)WM_NRXDESC(rxq),
	    KM_SLEEP);
	rxq->rxq_id = id;
	rxq->rxq_lock = wm_lock_alloc();
	rxq->rxq_rdt_reg = (bus_size_t)WMREG_RDT(id);
	rxq->rxq_stopping = true;
	wm_rxchain_reset(rxq);
	wm_evcnt(sc, &rxq->rxq_ev_rxintr, EVCNT_TYPE_INTR, rxq->rxq_evname[0],
	    "rxq%d", id);
	wm_evcnt(sc, &rxq->rxq_ev_rxdrop, EVCNT_TYPE_MISC, rxq->rxq_evname[1],
	    "rxq%d-drop", id);
	error = wm_ring_alloc(sc, &rxq->rxq_ring,
	    sizeof(wiseman_rxdesc_t) * (size_t)WM_NRXDESC(rxq));
	if (error != 0)
		return error;
	rxq->rxq_descs = rxq->rxq_ring.wr_kva;
	for (int i = 0; i < WM_NRXDESC(rxq) && error == 0; i++)
		error = bus_dmamap_create(sc->sc_dmat, MCLBYTES, 1, MCLBYTES, 0,
		    BUS_DMA_WAITOK, &rxq->rxq_soft[i].rxs_dmamap);
	return error;
}

static void
wm_rxqueue_free(struct wm_softc *sc, int id)
{
	struct wm_rxqueue *const rxq = &sc->sc_rxq[id];

	if (rxq->rxq_sc == NULL)
		return;
	for (int i = 0; i < WM_NRXDESC(rxq); i++)
		if (rxq->rxq_soft[i].rxs_dmamap != NULL)
			bus_dmamap_destroy(sc->sc_dmat,
			    rxq->rxq_soft[i].rxs_dmamap);
	kmem_free(rxq->rxq_soft,
	    sizeof(rxq->rxq_soft[0]) * (size_t)WM_NRXDESC(rxq));
	wm_ring_free(sc, &rxq->rxq_ring);
	evcnt_detach(&rxq->rxq_ev_rxintr);
	evcnt_detach(&rxq->rxq_ev_rxdrop);
	wm_lock_free(rxq->rxq_lock);
}

static void
wm_free_queues(struct wm_softc *sc)
{
	for (int i = 0; i < sc->sc_ntxqueues; i++)
		wm_txqueue_free(sc, i);
	for (int i = 0; i < sc->sc_nrxqueues; i++)
		wm_rxqueue_free(sc, i);
	kmem_free(sc->sc_txq, sizeof(sc->sc_txq[0]) * (size_t)sc->sc_ntxqueues);
	kmem_free(sc->sc_rxq, sizeof(sc->sc_rxq[0]) * (size_t)sc->sc_nrxqueues);
}

static int
wm_alloc_queues(struct wm_softc *sc)
{
	int error = 0;

	sc->sc_txq = kmem_zalloc(sizeof(sc->sc_txq[0]) *
		(size_t)sc->sc_ntxqueues,
	    KM_SLEEP);
	sc->sc_rxq = kmem_zalloc(sizeof(sc->sc_rxq[0]) *
		(size_t)sc->sc_nrxqueues,
	    KM_SLEEP);
	for (int i = 0; i < sc->sc_ntxqueues && error == 0; i++)
		error = wm_txqueue_alloc(sc, i);
	for (int i = 0; i < sc->sc_nrxqueues && error == 0; i++)
		error = wm_rxqueue_alloc(sc, i);
	if (error != 0)
		wm_free_queues(sc);
	return error;
}

/* ---- registers; the queue's lock held ------------------------------------------ */

static void
wm_init_txqueue(struct wm_txqueue *txq)
{
	struct wm_softc *const sc = txq->txq_sc;
	const int q = txq->txq_id;
	const uint64_t base = txq->txq_ring.wr_addr;

	memset(txq->txq_descs, 0, txq->txq_ring.wr_size);
	txq->txq_free = WM_NTXDESC(txq);
	txq->txq_next = 0;
	txq->txq_sfree = WM_TXQUEUELEN(txq);
	txq->txq_snext = txq->txq_sdirty = 0;
	CSR_WRITE(sc, WMREG_TDBAH(q), (uint32_t)(base >> 32));
	CSR_WRITE(sc, WMREG_TDBAL(q), (uint32_t)base);
	CSR_WRITE(sc, WMREG_TDLEN(q), (uint32_t)txq->txq_ring.wr_size);
	CSR_WRITE(sc, WMREG_TDH(q), 0);
	CSR_WRITE(sc, WMREG_TXDCTL(q), TXDCTL_QUEUE_ENABLE);
	(void)wm_wait(sc, (bus_size_t)WMREG_TXDCTL(q), TXDCTL_QUEUE_ENABLE,
	    TXDCTL_QUEUE_ENABLE, ENABLE_TRIES, 1);
	CSR_WRITE(sc, WMREG_TDT(q), 0);
	txq->txq_stopping = false;
}

/* The chip's part of a ring; descriptors come once RCTL lets tail be written. */
static void
wm_init_rxqueue(struct wm_rxqueue *rxq)
{
	struct wm_softc *const sc = rxq->rxq_sc;
	const int q = rxq->rxq_id;
	const uint64_t base = rxq->rxq_ring.wr_addr;

	CSR_WRITE(sc, WMREG_RDBAH(q), (uint32_t)(base >> 32));
	CSR_WRITE(sc, WMREG_RDBAL(q), (uint32_t)base);
	CSR_WRITE(sc, WMREG_RDLEN(q), (uint32_t)rxq->rxq_ring.wr_size);
	CSR_WRITE(sc, WMREG_SRRCTL(q),
	    SRRCTL_DESCTYPE_LEGACY | MCLBYTES >> SRRCTL_BSIZEPKT_SHIFT);
	CSR_WRITE(sc, WMREG_RDH(q), 0);
	CSR_WRITE(sc, WMREG_RXDCTL(q),
	    RXDCTL_QUEUE_ENABLE | RXDCTL_PTHRESH(16) | RXDCTL_HTHRESH(8) |
		RXDCTL_WTHRESH(1));
	(void)wm_wait(sc, (bus_size_t)WMREG_RXDCTL(q), RXDCTL_QUEUE_ENABLE,
	    RXDCTL_QUEUE_ENABLE, ENABLE_TRIES, 1);
	rxq->rxq_ptr = 0;
	wm_rxchain_reset(rxq);
	rxq->rxq_discard = false;
}

/* A full ring, with RCTL.EN set.  0, or ENOBUFS. */
static int
wm_fill_rxqueue(struct wm_rxqueue *rxq)
{
	for (int i = 0; i < WM_NRXDESC(rxq); i++)
		if (rxq->rxq_soft[i].rxs_mbuf == NULL &&
		    wm_add_rxbuf(rxq, i) != 0) {
			aprint_error_dev(rxq->rxq_sc->sc_dev,
			    "no mbuf for receive descriptor %d of queue %d\n",
			    i, rxq->rxq_id);
			wm_rxdrain(rxq);
			return ENOBUFS;
		}
	for (int i = 0; i < WM_NRXDESC(rxq); i++)
		wm_init_rxdesc(rxq, i);
	rxq->rxq_stopping = false;
	return 0;
}

/* Which frame goes to which queue: by addresses and ports, all queues alike. */
static void
wm_init_rss(struct wm_softc *sc)
{
	for (int i = 0; i < RETA_NUM_ENTRIES; i += 4) {
		uint32_t four = 0;

		for (int k = 0; k < 4; k++)
			four |= (uint32_t)((i + k) % sc->sc_nrxqueues) << 8 * k;
		CSR_WRITE(sc, WMREG_RETA_Q(i), four);
	}
	for (int i = 0; i < RSSRK_NUM_REGS; i++)
		CSR_WRITE(sc, WMREG_RSSRK(i), wm_rss_key[i]);
	CSR_WRITE(sc, WMREG_RXCSUM, CSR_READ(sc, WMREG_RXCSUM) | RXCSUM_PCSD);
	CSR_WRITE(sc, WMREG_MRQC,
	    MRQC_ENABLE_RSS_8Q | MRQC_RSS_FIELD_IPV4 | MRQC_RSS_FIELD_IPV4_TCP |
		MRQC_RSS_FIELD_IPV4_UDP | MRQC_RSS_FIELD_IPV6 |
		MRQC_RSS_FIELD_IPV6_TCP | MRQC_RSS_FIELD_IPV6_UDP |
		MRQC_RSS_FIELD_IPV6_TCP_EX | MRQC_RSS_FIELD_IPV6_UDP_EX);
}
