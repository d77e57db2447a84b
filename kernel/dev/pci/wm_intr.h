/*
 * wm_intr.h: the part of if_wm.c that is interrupted.  Included there alone.
 *
 * Vectors: transmit queues first, then receive queues, link last.  Which CPU each
 * is on is not the driver's affair (intrctl(8)).  The chip clears a vector's cause
 * and mask when it sends the message (EIAC, EIAM), and the handler, at its end,
 * sets the mask again (EIMS), which sends another message if there was another
 * cause meanwhile.
 *
 * A handler does rxlimit or txlimit frames at the most.  What is left has had its
 * cause already, which was cleared with the message that is being served: so it is
 * raised again, by hand.
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

static int
wm_rxintr_msix(void *arg)
{
	struct wm_rxqueue *const rxq = arg;
	struct wm_softc *const sc = rxq->rxq_sc;
	const uint32_t bit = 1U << rxq->rxq_vec;
	bool more;

	CSR_WRITE(sc, WMREG_EIMC, bit);
	wm_lock(rxq->rxq_lock);
	rxq->rxq_ev_rxintr.ev_count++;
	wm_rxeof(rxq, sc->sc_rxlimit);
	more = sc->sc_rxlimit != 0 && !rxq->rxq_stopping && wm_rx_pending(rxq);
	wm_unlock(rxq->rxq_lock);
	if (more)
		CSR_WRITE(sc, WMREG_EICS, bit);
	CSR_WRITE(sc, WMREG_EIMS, bit);
	return 1;
}

static int
wm_txintr_msix(void *arg)
{
	struct wm_txqueue *const txq = arg;
	struct wm_softc *const sc = txq->txq_sc;
	struct ifnet *const ifp = &sc->sc_ethercom.ec_if;
	const uint32_t bit = 1U << txq->txq_vec;
	bool more;

	CSR_WRITE(sc, WMREG_EIMC, bit);
	wm_lock(txq->txq_lock);
	txq->txq_ev_txdw.ev_count++;
	wm_txeof(txq, sc->sc_txlimit);
	more = sc->sc_txlimit != 0 && !txq->txq_stopping && wm_tx_pending(txq);
	wm_unlock(txq->txq_lock);
	if (more)
		CSR_WRITE(sc, WMREG_EICS, bit);
	CSR_WRITE(sc, WMREG_EIMS, bit);

	/* There is room now. */
	wm_lock(txq->txq_lock);
	wm_send_common_locked(txq, true);
	wm_unlock(txq->txq_lock);
	(*ifp->if_start)(ifp);
	return 1;
}

static int
wm_linkintr_msix(void *arg)
{
	struct wm_softc *const sc = arg;
	const uint32_t icr = CSR_READ(sc, WMREG_ICR);

	wm_lock(sc->sc_core_lock);
	if ((icr & ICR_LSC) != 0 && !sc->sc_stopping) {
		sc->sc_ev_linkintr.ev_count++;
		mii_pollstat(&sc->sc_mii);
	}
	wm_unlock(sc->sc_core_lock);
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
	else
		aprint_verbose_dev(sc->sc_dev, "%s at %s\n", what,
		    pci_intr_string(sc->sc_pc, sc->sc_intrs[vec], intrbuf,
			sizeof(intrbuf)));
	return ih;
}

static bool
wm_setup_msix(struct wm_softc *sc)
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
	sc->sc_ih = wm_establish(sc, vec, wm_linkintr_msix, sc, "LINK");
	return sc->sc_ih != NULL;
}

static void
wm_disestablish_all(struct wm_softc *sc)
{
	for (int i = 0; i < sc->sc_ntxqueues; i++)
		if (sc->sc_txq[i].txq_ih != NULL)
			pci_intr_disestablish(sc->sc_pc, sc->sc_txq[i].txq_ih);
	for (int i = 0; i < sc->sc_nrxqueues; i++)
		if (sc->sc_rxq[i].rxq_ih != NULL)
			pci_intr_disestablish(sc->sc_pc, sc->sc_rxq[i].rxq_ih);
	if (sc->sc_ih != NULL)
		pci_intr_disestablish(sc->sc_pc, sc->sc_ih);
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
wm_init_intr(struct wm_softc *sc)
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
