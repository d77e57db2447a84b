/*
 * wm_intx.h: the part of if_wm.c that has one interrupt for all, a line (INTx) or a
 * message (MSI), and that chooses among them and MSI-X.  Included there alone.
 *
 * The chip's causes are bits of ICR, whose reading clears them and lets the line
 * fall.  The handler reads and serves until nothing is left to serve: what comes while
 * it works is served without another interrupt, and a message that was sent meanwhile
 * finds nothing.
 *
 *	handler				chip
 *
 *	read ICR: RXT0, TXDW		line falls
 *	all received frames
 *					another one done: RXT0, line rises
 *	all sent frames
 *	read ICR: RXT0			line falls
 *	..
 *	read ICR: nothing
 *
 * With limits (wm_rxlimit, wm_txlimit) it goes once round, and what the limits leave is
 * raised again by hand (ICS; unless wm_reraise is 0): one interrupt for each frame.
 *
 * Contexts.  Interrupts at IPL_NET; attaching.
 */

static int
wm_intr_legacy(void *arg)
{
	struct wm_softc *const sc = arg;
	const bool once = sc->sc_rxlimit != 0 || sc->sc_txlimit != 0;
	uint32_t again = 0;
	int handled = 0;

	do {
		const uint32_t icr = CSR_READ(sc, WMREG_ICR);

		if ((icr & sc->sc_icr) == 0)
			break;
		rnd_add_uint32(&sc->rnd_source, icr);
		handled = 1;
		if (wm_rx_serve(&sc->sc_rxq[0]))
			again |= ICR_RXT0;
		if (wm_tx_serve(&sc->sc_txq[0]))
			again |= ICR_TXDW;
		if ((icr & (ICR_LSC | ICR_RXSEQ)) != 0)
			wm_linkintr(sc, icr);
	} while (!once);
	if (again != 0)
		CSR_WRITE(sc, WMREG_ICS, again);
	if (handled)
		wm_tx_go_on(&sc->sc_txq[0]);
	return handled;
}

/* ---- registers ------------------------------------------------------------------ */

static void
wm_init_intr_legacy(struct wm_softc *sc)
{
	CSR_WRITE(sc, WMREG_GPIE, 0);
	wm_set_eitr(sc, 0);
	CSR_WRITE(sc, WMREG_IMS, sc->sc_icr);
}

static void
wm_init_intr(struct wm_softc *sc)
{
	if (sc->sc_intr_type == PCI_INTR_TYPE_MSIX)
		wm_init_intr_msix(sc);
	else
		wm_init_intr_legacy(sc);
}

/* ---- which, and how many -------------------------------------------------------- */

/*
 * A pair of queues for each CPU, or as many as are wanted; as long as the chip has
 * queues, and vectors for them and for the link.
 */
static int
wm_adjust_qnum(const struct wm_softc *sc, int nvectors)
{
	const int want = sc->sc_wantqueues > 0 ? sc->sc_wantqueues : ncpu;
	const int room = sc->sc_paired ? nvectors - 1 : (nvectors - 1) / 2;

	return MIN(MIN(want, WM_MAX_NQUEUES), room);
}

static int
wm_alloc_msix(struct wm_softc *sc, const struct pci_attach_args *pa)
{
	const int n = wm_adjust_qnum(sc, pci_msix_count(pa->pa_pc, pa->pa_tag));

	if (n < 1)
		return ENODEV;
	sc->sc_ntxqueues = sc->sc_nrxqueues = n;
	sc->sc_nintrs = sc->sc_paired ? n + 1 : 2 * n + 1;
	return pci_msix_alloc_exact(pa, &sc->sc_intrs, sc->sc_nintrs);
}

/* Vectors, or a line, of this kind: 0 or an errno. */
static int
wm_alloc_intr(struct wm_softc *sc, const struct pci_attach_args *pa,
    pci_intr_type_t type)
{
	sc->sc_intr_type = type;
	if (type == PCI_INTR_TYPE_MSIX)
		return wm_alloc_msix(sc, pa);
	sc->sc_ntxqueues = sc->sc_nrxqueues = 1;
	sc->sc_nintrs = 1;
	if (type == PCI_INTR_TYPE_MSI)
		return pci_msi_alloc_exact(pa, &sc->sc_intrs, 1);
	return pci_intx_alloc(pa, &sc->sc_intrs);
}

static bool
wm_setup_intr(struct wm_softc *sc)
{
	if (sc->sc_intr_type == PCI_INTR_TYPE_MSIX)
		return wm_setup_msix(sc);
	sc->sc_icr = ICR_TXDW | ICR_LSC | ICR_RXSEQ | ICR_RXDMT0 | ICR_RXO |
	    ICR_RXT0;
	sc->sc_ih = wm_establish(sc, 0, wm_intr_legacy, sc, "");
	return sc->sc_ih != NULL;
}

/* All of it, of this kind, or nothing. */
static bool
wm_try_intr(struct wm_softc *sc, const struct pci_attach_args *pa,
    pci_intr_type_t type)
{
	if (wm_alloc_intr(sc, pa, type) != 0)
		return false;
	if (wm_alloc_queues(sc) == 0) {
		if (wm_setup_intr(sc))
			return true;
		wm_disestablish_all(sc);
		wm_free_queues(sc);
	}
	pci_intr_release(sc->sc_pc, sc->sc_intrs, sc->sc_nintrs);
	return false;
}

/* Queues and their interrupts: MSI-X, or MSI, or INTx, from what is wanted on. */
static bool
wm_attach_intr(struct wm_softc *sc, const struct pci_attach_args *pa)
{
	static const char *const words[] = { "msix", "msi", "intx" };
	static const char *const names[] = { "MSI-X", "MSI", "INTx" };
	static const pci_intr_type_t types[] = { PCI_INTR_TYPE_MSIX,
		PCI_INTR_TYPE_MSI, PCI_INTR_TYPE_INTX };
	char intrbuf[PCI_INTRSTR_LEN];
	u_int i = sysctl_bootprop_choice("wm_intr", words, __arraycount(words));

	for (; i < __arraycount(types); i++) {
		if (wm_try_intr(sc, pa, types[i]))
			break;
		aprint_normal_dev(sc->sc_dev, "no %s\n", names[i]);
	}
	if (i == __arraycount(types))
		return false;
	if (types[i] == PCI_INTR_TYPE_MSIX)
		aprint_normal_dev(sc->sc_dev,
		    "%d TX and %d RX queues, %d MSI-X vectors\n",
		    sc->sc_ntxqueues, sc->sc_nrxqueues, sc->sc_nintrs);
	else
		aprint_normal_dev(sc->sc_dev, "interrupting at %s\n",
		    pci_intr_string(sc->sc_pc, sc->sc_intrs[0], intrbuf,
			sizeof(intrbuf)));
	return true;
}
