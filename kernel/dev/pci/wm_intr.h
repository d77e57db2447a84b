/*
 * wm_intr.h: the part of if_wm.c that is interrupted by messages of queues (MSI-X).
 * Included there alone; wm_intx.h has the one interrupt for all.
 *
 * Vectors: transmit queues first, then receive queues, link last; or, paired, one for
 * the two queues of a number, then link.  Which CPU each is on is not the driver's
 * affair (intrctl(8)).  The chip clears a vector's cause and mask when it sends the
 * message (EIAC, EIAM), and the handler, at its end, sets the mask again (EIMS), which
 * sends another message if there was another cause meanwhile.
 *
 * A handler does rxlimit or txlimit frames at the most.  What is left has had its
 * cause already, which was cleared with the message that is being served: so it is
 * raised again, by hand (without wm_reraise it waits for the next cause: as frames that
 * come and frames that were sent share a line's handler, each of those sent brings up
 * one of those that wait).
 *
 *	handler				chip
 *
 *	mask off (EIMC)
 *	a frame
 *					two more done: cause set
 *	a second one? limit: no
 *	cause set (EICS)
 *	mask on (EIMS)
 *					cause, mask: message
 *
 * Contexts.  Interrupts at IPL_NET.
 */

/* What has come, within the limit.  True: there is more, to be raised. */
static bool
wm_rx_serve(struct wm_rxqueue *rxq)
{
	const u_int limit = rxq->rxq_sc->sc_rxlimit;
	bool more;

	wm_lock(rxq->rxq_lock);
	rxq->rxq_ev_rxintr.ev_count++;
	wm_rxeof(rxq, limit);
	more = limit != 0 && rxq->rxq_sc->sc_reraise && !rxq->rxq_stopping &&
	    wm_rx_pending(rxq);
	wm_unlock(rxq->rxq_lock);
	return more;
}

/* What has been sent, likewise. */
static bool
wm_tx_serve(struct wm_txqueue *txq)
{
	const u_int limit = txq->txq_sc->sc_txlimit;
	bool more;

	wm_lock(txq->txq_lock);
	txq->txq_ev_txdw.ev_count++;
	wm_txeof(txq, limit);
	more = limit != 0 && txq->txq_sc->sc_reraise && !txq->txq_stopping &&
	    wm_tx_pending(txq);
	wm_unlock(txq->txq_lock);
	return more;
}

/* There is room now. */
static void
wm_tx_go_on(struct wm_txqueue *txq)
{
	struct ifnet *const ifp = &txq->txq_sc->sc_ethercom.ec_if;

	wm_lock(txq->txq_lock);
	wm_send_common_locked(txq, true);
	wm_unlock(txq->txq_lock);
	(*ifp->if_start)(ifp);
}

static void
wm_intr_rearm(struct wm_softc *sc, uint32_t bit, bool more)
{
	if (more)
		CSR_WRITE(sc, WMREG_EICS, bit);
	CSR_WRITE(sc, WMREG_EIMS, bit);
}

static int
wm_rxintr_msix(void *arg)
{
	struct wm_rxqueue *const rxq = arg;
	struct wm_softc *const sc = rxq->rxq_sc;
	const uint32_t bit = 1U << rxq->rxq_vec;

	CSR_WRITE(sc, WMREG_EIMC, bit);
	wm_intr_rearm(sc, bit, wm_rx_serve(rxq));
	return 1;
}

static int
wm_txintr_msix(void *arg)
{
	struct wm_txqueue *const txq = arg;
	struct wm_softc *const sc = txq->txq_sc;
	const uint32_t bit = 1U << txq->txq_vec;

	CSR_WRITE(sc, WMREG_EIMC, bit);
	wm_intr_rearm(sc, bit, wm_tx_serve(txq));
	wm_tx_go_on(txq);
	return 1;
}

/* Of a pair: arg is the receive queue. */
static int
wm_txrxintr_msix(void *arg)
{
	struct wm_rxqueue *const rxq = arg;
	struct wm_softc *const sc = rxq->rxq_sc;
	struct wm_txqueue *const txq = &sc->sc_txq[rxq->rxq_id];
	const uint32_t bit = 1U << rxq->rxq_vec;
	bool more;

	CSR_WRITE(sc, WMREG_EIMC, bit);
	more = wm_rx_serve(rxq);
	more |= wm_tx_serve(txq);
	wm_intr_rearm(sc, bit, more);
	wm_tx_go_on(txq);
	return 1;
}

/* The core lock is not held. */
static void
wm_linkintr(struct wm_softc *sc, uint32_t icr)
{
	wm_lock(sc->sc_core_lock);
	if ((icr & (ICR_LSC | ICR_RXSEQ)) != 0 && !sc->sc_stopping) {
		sc->sc_ev_linkintr.ev_count++;
		mii_pollstat(&sc->sc_mii);
	}
	wm_unlock(sc->sc_core_lock);
}

static int
wm_linkintr_msix(void *arg)
{
	struct wm_softc *const sc = arg;

	wm_linkintr(sc, CSR_READ(sc, WMREG_ICR));
	CSR_WRITE(sc, WMREG_EIMS, 1U << sc->sc_linkvec);
	return 1;
}

/* ---- who is called ---------------------------------------------------------- */

static void *
wm_establish(struct wm_softc *sc, int vec, int (*func)(void *), void *arg,
    const char *what)
{
	char intrbuf[PCI_INTRSTR_LEN], xname[32];
	void *ih;

#ifdef WM_MPSAFE
	pci_intr_setattr(sc->sc_pc, &sc->sc_intrs[vec], PCI_INTR_MPSAFE, true);
#endif
	snprintf(xname, sizeof(xname), "%s%s", device_xname(sc->sc_dev), what);
	ih = pci_intr_establish_xname(sc->sc_pc, sc->sc_intrs[vec], IPL_NET,
	    func, arg, xname);
	if (ih == NULL)
		aprint_error_dev(sc->sc_dev, "cannot establish %s for %s\n",
		    pci_intr_string(sc->sc_pc, sc->sc_intrs[vec], intrbuf,
			sizeof(intrbuf)),
		    what);
	else if (what[0] != '\0')
		aprint_verbose_dev(sc->sc_dev, "%s at %s\n", what,
		    pci_intr_string(sc->sc_pc, sc->sc_intrs[vec], intrbuf,
			sizeof(intrbuf)));
	return ih;
}

static bool
wm_setup_msix_split(struct wm_softc *sc)
{
	char what[8];
	int vec = 0;

	for (int i = 0; i < sc->sc_ntxqueues; i++) {
		struct wm_txqueue *const txq = &sc->sc_txq[i];

		txq->txq_vec = vec;
		snprintf(what, sizeof(what), "TX%d", i);
		txq->txq_ih = wm_establish(sc, vec++, wm_txintr_msix, txq,
		    what);
		if (txq->txq_ih == NULL)
			return false;
	}
	for (int i = 0; i < sc->sc_nrxqueues; i++) {
		struct wm_rxqueue *const rxq = &sc->sc_rxq[i];

		rxq->rxq_vec = vec;
		snprintf(what, sizeof(what), "RX%d", i);
		rxq->rxq_ih = wm_establish(sc, vec++, wm_rxintr_msix, rxq,
		    what);
		if (rxq->rxq_ih == NULL)
			return false;
	}
	sc->sc_linkvec = vec;
	return true;
}

static bool
wm_setup_msix_paired(struct wm_softc *sc)
{
	char what[8];

	for (int i = 0; i < sc->sc_nrxqueues; i++) {
		struct wm_rxqueue *const rxq = &sc->sc_rxq[i];
		struct wm_txqueue *const txq = &sc->sc_txq[i];

		rxq->rxq_vec = txq->txq_vec = i;
		snprintf(what, sizeof(what), "TXRX%d", i);
		rxq->rxq_ih = wm_establish(sc, i, wm_txrxintr_msix, rxq, what);
		if (rxq->rxq_ih == NULL)
			return false;
	}
	sc->sc_linkvec = sc->sc_nrxqueues;
	return true;
}

static bool
wm_setup_msix(struct wm_softc *sc)
{
	if (!(sc->sc_paired ? wm_setup_msix_paired(sc)
			    : wm_setup_msix_split(sc)))
		return false;
	sc->sc_ih = wm_establish(sc, sc->sc_linkvec, wm_linkintr_msix, sc,
	    "LINK");
	return sc->sc_ih != NULL;
}

static void
wm_disestablish(struct wm_softc *sc, void **ihp)
{
	if (*ihp != NULL)
		pci_intr_disestablish(sc->sc_pc, *ihp);
	*ihp = NULL;
}

static void
wm_disestablish_all(struct wm_softc *sc)
{
	for (int i = 0; i < sc->sc_ntxqueues; i++)
		wm_disestablish(sc, &sc->sc_txq[i].txq_ih);
	for (int i = 0; i < sc->sc_nrxqueues; i++)
		wm_disestablish(sc, &sc->sc_rxq[i].rxq_ih);
	wm_disestablish(sc, &sc->sc_ih);
}

/* Who serves a transmit queue: its own handler, its pair's, or the only one. */
static const struct intrhand *
wm_txq_ih(const struct wm_softc *sc, int q)
{
	if (sc->sc_intr_type != PCI_INTR_TYPE_MSIX)
		return sc->sc_ih;
	return sc->sc_paired ? sc->sc_rxq[q].rxq_ih : sc->sc_txq[q].txq_ih;
}

/* ---- registers ---------------------------------------------------------------- */

static void
wm_ivar_set(struct wm_softc *sc, bus_size_t reg, u_int shift, int vec)
{
	uint32_t v = CSR_READ(sc, reg);

	v &= ~(IVAR_ENTRY_MASK << shift);
	v |= (IVAR_VALID | (uint32_t)vec) << shift;
	CSR_WRITE(sc, reg, v);
}

static void
wm_set_eitr(struct wm_softc *sc, int vec)
{
	CSR_WRITE(sc, WMREG_EITR(vec),
	    sc->sc_eitr_us << EITR_INTERVAL_SHIFT & EITR_INTERVAL_MASK);
}

/* GPIE first: the others do not stick before it. */
static void
wm_init_intr_msix(struct wm_softc *sc)
{
	uint32_t bits = 1U << sc->sc_linkvec;

	CSR_WRITE(sc, WMREG_GPIE,
	    GPIE_NSICR | GPIE_MULTI_MSIX | GPIE_EIAME | GPIE_PBA);
	for (int i = 0; i < sc->sc_ntxqueues; i++) {
		const int vec = sc->sc_txq[i].txq_vec;

		wm_ivar_set(sc, (bus_size_t)WMREG_IVAR_Q(i),
		    (u_int)IVAR_TX_SHIFT_Q(i), vec);
		wm_set_eitr(sc, vec);
		bits |= 1U << vec;
	}
	for (int i = 0; i < sc->sc_nrxqueues; i++) {
		const int vec = sc->sc_rxq[i].rxq_vec;

		wm_ivar_set(sc, (bus_size_t)WMREG_IVAR_Q(i),
		    (u_int)IVAR_RX_SHIFT_Q(i), vec);
		wm_set_eitr(sc, vec);
		bits |= 1U << vec;
	}
	wm_ivar_set(sc, WMREG_IVAR_MISC, IVAR_MISC_OTHER_SHIFT, sc->sc_linkvec);
	CSR_WRITE(sc, WMREG_EIAC, bits);
	CSR_WRITE(sc, WMREG_EIAM, bits);
	CSR_WRITE(sc, WMREG_EIMS, bits);
	CSR_WRITE(sc, WMREG_IMS, ICR_LSC);
}
