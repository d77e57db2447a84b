/*
 * if_wm.c: Intel's gigabit Ethernet controllers, wm(4): the four ports of the Atom
 * C2000, with several queues and a vector for each.
 *
 * A packet's way through this driver:
 *
 *	chip			descriptor done, message
 *	wm_intr.h		wm_rxintr_msix, on the vector's CPU
 *	wm_rx.h			wm_rxeof: new mbuf into the ring, frame to if_input
 *	...			bridge(4)
 *	wm_tx.h			wm_transmit or wm_start: job, descriptors, tail
 *	chip			sends, says so in the descriptor, message
 *	wm_intr.h		wm_txintr_msix
 *	wm_tx.h			wm_txeof: the mbuf is free
 *
 * wm_softc.h has the locks and the boot properties; wm_ring.h sets queues up, wm_hw.h
 * resets the chip and speaks to NVM and PHY.
 *
 * Stopping.  DMA is shut off first, then each queue's stopping flag is set under its
 * lock: who has the lock next sees it and leaves ring and mbufs alone.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bootprop.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/evcnt.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/rnd.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/sysctl.h>
#include <sys/syslog.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/if_vlanvar.h>

#include <dev/mii/mii.h>
#include <dev/mii/miivar.h>

#include <dev/pci/pcidevs.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>
#include <dev/pci/if_wmreg.h>
#include <dev/pci/if_wmvar.h>

#include <dev/pci/wm_softc.h>
#include <dev/pci/wm_hw.h>
#include <dev/pci/wm_rx.h>
#include <dev/pci/wm_tx.h>
#include <dev/pci/wm_ring.h>
#include <dev/pci/wm_intr.h>
#include <dev/pci/wm_intx.h>

static const struct wm_product {
	pci_vendor_id_t wmp_vendor;
	pci_product_id_t wmp_product;
	const char *wmp_name;
	wm_chip_type wmp_type;
} wm_products[] = {
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_C2000_1000KX,
	    "I354 Gigabit Ethernet (KX)", WM_T_I354 },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_C2000_SGMII,
	    "I354 Gigabit Ethernet (SGMII)", WM_T_I354 },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_C2000_25GBE,
	    "I354 Gigabit Ethernet (2.5G)", WM_T_I354 },
};

/* ---- stop and go -------------------------------------------------------------- */

/* Which queue sends for each CPU. */
static void
wm_update_txmap(struct wm_softc *sc)
{
	for (int cpu = 0; cpu < ncpu; cpu++) {
		int q = cpu % sc->sc_ntxqueues;

		for (int i = 0; sc->sc_txbyirq && i < sc->sc_ntxqueues; i++) {
			if ((int)cpu_index(wm_txq_ih(sc, i)->ih_cpu) == cpu) {
				q = i;
				break;
			}
		}
		if (sc->sc_txmap[cpu] != (uint8_t)q)
			sc->sc_txmap[cpu] = (uint8_t)q;
	}
}

/* hw.wm0.txmap: "0 1 2 3 0 1 2 3", the queue of each CPU. */
static int
wm_sysctl_txmap(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	const struct wm_softc *const sc = node.sysctl_data;
	char text[4 * MAXCPUS] = "", one[8];

	for (int cpu = 0; cpu < ncpu; cpu++) {
		snprintf(one, sizeof(one), cpu == 0 ? "%u" : " %u",
		    sc->sc_txmap[cpu]);
		strlcat(text, one, sizeof(text));
	}
	node.sysctl_data = text;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static void
wm_sysctl_setup(struct wm_softc *sc)
{
	const struct sysctlnode *node;

	if (sysctl_createv(&sc->sc_sysctllog, 0, NULL, &node, 0, CTLTYPE_NODE,
		device_xname(sc->sc_dev), SYSCTL_DESCR("this interface"), NULL,
		0, NULL, 0, CTL_HW, CTL_CREATE, CTL_EOL) != 0 ||
	    sysctl_createv(&sc->sc_sysctllog, 0, &node, NULL, 0, CTLTYPE_STRING,
		"txmap", SYSCTL_DESCR("transmit queue of each CPU"),
		wm_sysctl_txmap, 0, (void *)sc, 0, CTL_CREATE, CTL_EOL) != 0)
		aprint_error_dev(sc->sc_dev, "no sysctl nodes\n");
}

static void
wm_stop_queues(struct wm_softc *sc)
{
	for (int i = 0; i < sc->sc_ntxqueues; i++) {
		struct wm_txqueue *const txq = &sc->sc_txq[i];

		wm_lock(txq->txq_lock);
		if ((sc->sc_ethercom.ec_if.if_flags & IFF_RUNNING) != 0)
			wm_txeof(txq, 0); /* what is out is no loss */
		txq->txq_stopping = true;
		wm_txdrain(txq);
		wm_unlock(txq->txq_lock);
	}
	for (int i = 0; i < sc->sc_nrxqueues; i++) {
		struct wm_rxqueue *const rxq = &sc->sc_rxq[i];

		wm_lock(rxq->rxq_lock);
		rxq->rxq_stopping = true;
		wm_rxdrain(rxq);
		wm_unlock(rxq->rxq_lock);
	}
}

static void
wm_stop_locked(struct ifnet *ifp, int disable)
{
	struct wm_softc *const sc = ifp->if_softc;

	KASSERT(wm_locked(sc->sc_core_lock));
	sc->sc_stopping = true;
	callout_stop(&sc->sc_tick_ch);
	mii_down(&sc->sc_mii);
	CSR_WRITE(sc, WMREG_IMC, 0xffffffffU);
	CSR_WRITE(sc, WMREG_EIMC, 0xffffffffU);
	CSR_WRITE(sc, WMREG_EIAC, 0);
	CSR_WRITE(sc, WMREG_TCTL, 0);
	CSR_WRITE(sc, WMREG_RCTL, 0);
	wm_disable_master(sc);
	wm_stop_queues(sc);
	ifp->if_flags &= ~(IFF_RUNNING | IFF_OACTIVE);
	ifp->if_timer = 0;
}

static void
wm_stop(struct ifnet *ifp, int disable)
{
	struct wm_softc *const sc = ifp->if_softc;

	wm_lock(sc->sc_core_lock);
	wm_stop_locked(ifp, disable);
	wm_unlock(sc->sc_core_lock);
}

/* Flow control, lengths, filters of VLANs: what does not change. */
static void
wm_init_mac(struct wm_softc *sc)
{
	CSR_WRITE(sc, WMREG_VET, ETHERTYPE_VLAN);
	CSR_WRITE(sc, WMREG_FCAL, FCAL_CONST);
	CSR_WRITE(sc, WMREG_FCAH, FCAH_CONST);
	CSR_WRITE(sc, WMREG_FCT, ETHERTYPE_FLOWCONTROL);
	CSR_WRITE(sc, WMREG_FCRTL, FCRTL_DFLT);
	CSR_WRITE(sc, WMREG_FCRTH, FCRTH_DFLT);
	CSR_WRITE(sc, WMREG_FCTTV, FCTTV_DFLT);
	CSR_WRITE(sc, WMREG_CTRL, sc->sc_ctrl);
	CSR_WRITE(sc, WMREG_TIPG, TIPG_1000T_DFLT);
	CSR_WRITE(sc, WMREG_TCTL,
	    TCTL_EN | TCTL_PSP | TCTL_CT(TX_COLLISION_THRESHOLD) |
		TCTL_COLD(TX_COLLISION_DISTANCE_FDX));
}

static int
wm_start_queues(struct wm_softc *sc)
{
	int error = 0;

	for (int i = 0; i < sc->sc_ntxqueues; i++) {
		wm_lock(sc->sc_txq[i].txq_lock);
		wm_init_txqueue(&sc->sc_txq[i]);
		wm_unlock(sc->sc_txq[i].txq_lock);
	}
	for (int i = 0; i < sc->sc_nrxqueues; i++) {
		wm_lock(sc->sc_rxq[i].rxq_lock);
		wm_init_rxqueue(&sc->sc_rxq[i]);
		wm_unlock(sc->sc_rxq[i].rxq_lock);
	}
	if (sc->sc_nrxqueues > 1)
		wm_init_rss(sc);
	sc->sc_rctl = RCTL_EN | RCTL_LBM_NONE | RCTL_RDMTS_1_2 | RCTL_MO(0) |
	    RCTL_DPF | RCTL_SECRC;
	wm_set_filter(sc);
	for (int i = 0; i < sc->sc_nrxqueues && error == 0; i++) {
		wm_lock(sc->sc_rxq[i].rxq_lock);
		error = wm_fill_rxqueue(&sc->sc_rxq[i]);
		wm_unlock(sc->sc_rxq[i].rxq_lock);
	}
	return error;
}

static int
wm_init_locked(struct ifnet *ifp)
{
	struct wm_softc *const sc = ifp->if_softc;
	int error;

	KASSERT(wm_locked(sc->sc_core_lock));
	wm_stop_locked(ifp, 0);
	wm_reset(sc);
	wm_init_mac(sc);
	wm_init_intr(sc);
	wm_update_txmap(sc);
	error = wm_start_queues(sc);
	if (error != 0) {
		wm_stop_locked(ifp, 1);
		return error;
	}
	(void)mii_mediachg(&sc->sc_mii);
	sc->sc_stopping = false;
	ifp->if_flags |= IFF_RUNNING;
	ifp->if_flags &= ~IFF_OACTIVE;
	callout_schedule(&sc->sc_tick_ch, hz);
	return 0;
}

static int
wm_init(struct ifnet *ifp)
{
	struct wm_softc *const sc = ifp->if_softc;
	int error;

	wm_lock(sc->sc_core_lock);
	error = wm_init_locked(ifp);
	wm_unlock(sc->sc_core_lock);
	return error;
}

/* ---- once a second -------------------------------------------------------------- */

static void
wm_update_stats(struct wm_softc *sc)
{
	static const bus_size_t nobody_counts[] = { WMREG_XONRXC, WMREG_XONTXC,
		WMREG_XOFFRXC, WMREG_XOFFTXC, WMREG_FCRUC };
	struct ifnet *const ifp = &sc->sc_ethercom.ec_if;

	for (size_t i = 0; i < __arraycount(nobody_counts); i++)
		(void)CSR_READ(sc, nobody_counts[i]);
	ifp->if_collisions += CSR_READ(sc, WMREG_COLC);
	ifp->if_ierrors += CSR_READ(sc, WMREG_CRCERRS) +
	    CSR_READ(sc, WMREG_ALGNERRC) + CSR_READ(sc, WMREG_SYMERRC) +
	    CSR_READ(sc, WMREG_RXERRC) + CSR_READ(sc, WMREG_SEC) +
	    CSR_READ(sc, WMREG_CEXTERR) + CSR_READ(sc, WMREG_RLEC);
	ifp->if_iqdrops += CSR_READ(sc, WMREG_MPC) + CSR_READ(sc, WMREG_RNBC);
}

/* callout: softclock; KERNEL_LOCK unless NET_MPSAFE. */
static void
wm_tick(void *arg)
{
	struct wm_softc *const sc = arg;
	const int s = splnet();

	wm_lock(sc->sc_core_lock);
	if (!sc->sc_stopping) {
		wm_update_stats(sc);
		mii_tick(&sc->sc_mii);
		wm_update_txmap(sc);
		callout_schedule(&sc->sc_tick_ch, hz);
	}
	wm_unlock(sc->sc_core_lock);
	splx(s);
}

/* if_watchdog: nothing was sent for five seconds. */
static void
wm_watchdog(struct ifnet *ifp)
{
	struct wm_softc *const sc = ifp->if_softc;
	bool stuck = false;

	for (int i = 0; i < sc->sc_ntxqueues; i++) {
		struct wm_txqueue *const txq = &sc->sc_txq[i];

		wm_lock(txq->txq_lock);
		wm_txeof(txq, 0);
		stuck |= !txq->txq_stopping &&
		    txq->txq_sfree != WM_TXQUEUELEN(txq);
		wm_unlock(txq->txq_lock);
	}
	if (!stuck)
		return;
	log(LOG_ERR, "%s: device timeout\n", device_xname(sc->sc_dev));
	ifp->if_oerrors++;
	(void)wm_init(ifp);
}

/* ---- ifnet ---------------------------------------------------------------------- */

/* Flags have changed: is a new filter enough? */
static int
wm_ifflags_cb(struct ethercom *ec)
{
	struct ifnet *const ifp = &ec->ec_if;
	struct wm_softc *const sc = ifp->if_softc;

	wm_lock(sc->sc_core_lock);
	if (!sc->sc_stopping)
		wm_set_filter(sc);
	wm_unlock(sc->sc_core_lock);
	return 0;
}

static int
wm_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct wm_softc *const sc = ifp->if_softc;
	const int s = splnet();
	int error;

	error = ether_ioctl(ifp, cmd, data);
	if (error == ENETRESET &&
	    (cmd == SIOCADDMULTI || cmd == SIOCDELMULTI)) {
		wm_lock(sc->sc_core_lock);
		if ((ifp->if_flags & IFF_RUNNING) != 0)
			wm_set_filter(sc);
		wm_unlock(sc->sc_core_lock);
		error = 0;
	} else if (error == ENETRESET)
		error = (ifp->if_flags & IFF_RUNNING) != 0 ? wm_init(ifp) : 0;
	splx(s);
	return error;
}

static void
wm_ifnet_init(struct wm_softc *sc)
{
	struct ifnet *const ifp = &sc->sc_ethercom.ec_if;

	strlcpy(ifp->if_xname, device_xname(sc->sc_dev), IFNAMSIZ);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_ioctl = wm_ioctl;
	ifp->if_start = wm_start;
#ifdef WM_MPSAFE
	ifp->if_transmit = wm_transmit;
#endif
	ifp->if_watchdog = wm_watchdog;
	ifp->if_init = wm_init;
	ifp->if_stop = wm_stop;
	IFQ_SET_MAXLEN(&ifp->if_snd, MAX(WM_IFQUEUELEN, IFQ_MAXLEN));
	IFQ_SET_READY(&ifp->if_snd);
	sc->sc_ethercom.ec_capabilities |= ETHERCAP_VLAN_MTU;
}

/* ---- attach ----------------------------------------------------------------------- */

static const struct wm_product *
wm_lookup(const struct pci_attach_args *pa)
{
	for (size_t i = 0; i < __arraycount(wm_products); i++)
		if (PCI_VENDOR(pa->pa_id) == wm_products[i].wmp_vendor &&
		    PCI_PRODUCT(pa->pa_id) == wm_products[i].wmp_product)
			return &wm_products[i];
	return NULL;
}

static int
wm_match(device_t parent, cfdata_t cf, void *aux)
{
	return wm_lookup(aux) != NULL;
}

/* A ring's size by a boot property: a power of two. */
static int
wm_property_size(const char *name, int dflt, int min, int max)
{
	const int n = sysctl_bootprop_int(name, dflt);

	if (n >= min && n <= max && (n & (n - 1)) == 0)
		return n;
	bootprop_refuse(name);
	return dflt;
}

static void
wm_properties(struct wm_softc *sc)
{
	static const char *const selects[] = { "irq", "cpu" };
	static const char *const vectors[] = { "split", "paired" };

	sc->sc_rxlimit = (u_int)sysctl_bootprop_int("wm_rxlimit", 1);
	sc->sc_txlimit = (u_int)sysctl_bootprop_int("wm_txlimit", 1);
	sc->sc_reraise = sysctl_bootprop_int("wm_reraise", 1) != 0;
	sc->sc_eitr_us = (u_int)sysctl_bootprop_int("wm_eitr", 0);
	sc->sc_txbyirq = sysctl_bootprop_choice("wm_txselect", selects,
			     __arraycount(selects)) == 0;
	sc->sc_paired = sysctl_bootprop_choice("wm_vectors", vectors,
			    __arraycount(vectors)) != 0;
	sc->sc_wantqueues = sysctl_bootprop_int("wm_queues", 0);
	if (sc->sc_wantqueues < 0 || sc->sc_wantqueues > WM_MAX_NQUEUES)
		bootprop_refuse("wm_queues");
	sc->sc_nrxdesc = wm_property_size("wm_rxdescs", WM_NRXDESC_DFLT,
	    WM_NRXDESC_MIN, WM_NRXDESC_MAX);
	sc->sc_ntxdesc = wm_property_size("wm_txdescs", WM_NTXDESC_DFLT,
	    WM_NTXDESC_MIN, WM_NTXDESC_MAX);
	sc->sc_txnum = wm_property_size("wm_txjobs", WM_TXQUEUELEN_MAX,
	    WM_TXQUEUELEN_MIN, WM_TXQUEUELEN_MAX);
	if (sc->sc_eitr_us > EITR_MAX_US)
		bootprop_refuse("wm_eitr");
}

static int
wm_map(struct wm_softc *sc, const struct pci_attach_args *pa)
{
	pcireg_t csr;
	int error;

	error = pci_mapreg_map(pa, WM_PCI_MMBA,
	    PCI_MAPREG_TYPE_MEM | PCI_MAPREG_MEM_TYPE_32BIT, 0, &sc->sc_st,
	    &sc->sc_sh, NULL, &sc->sc_ss);
	if (error != 0)
		return error;
	csr = pci_conf_read(pa->pa_pc, pa->pa_tag, PCI_COMMAND_STATUS_REG);
	csr |= PCI_COMMAND_MASTER_ENABLE | PCI_COMMAND_MEM_ENABLE;
	pci_conf_write(pa->pa_pc, pa->pa_tag, PCI_COMMAND_STATUS_REG, csr);
	return 0;
}

/* Ticks and link interrupts ask the PHY, too. */
static int
wm_mediachange(struct ifnet *ifp)
{
	struct wm_softc *const sc = ifp->if_softc;
	int error;

	wm_lock(sc->sc_core_lock);
	error = ether_mediachange(ifp);
	wm_unlock(sc->sc_core_lock);
	return error;
}

static void
wm_mediastatus(struct ifnet *ifp, struct ifmediareq *ifmr)
{
	struct wm_softc *const sc = ifp->if_softc;

	wm_lock(sc->sc_core_lock);
	ether_mediastatus(ifp, ifmr);
	wm_unlock(sc->sc_core_lock);
}

static void
wm_attach_phy(struct wm_softc *sc)
{
	struct mii_data *const mii = &sc->sc_mii;
	const int phy = (int)((CSR_READ(sc, WMREG_MDICNFG) &
				  MDICNFG_PHY_MASK) >>
	    MDICNFG_PHY_SHIFT);

	mii->mii_ifp = &sc->sc_ethercom.ec_if;
	mii->mii_readreg = wm_gmii_readreg;
	mii->mii_writereg = wm_gmii_writereg;
	mii->mii_statchg = wm_gmii_statchg;
	sc->sc_ethercom.ec_mii = mii;
	ifmedia_init(&mii->mii_media, IFM_IMASK, wm_mediachange,
	    wm_mediastatus);
	/* The first identification after power-on may fail. */
	(void)wm_gmii_readreg(sc->sc_dev, phy, MII_PHYIDR1);
	mii_attach(sc->sc_dev, mii, 0xffff, phy, MII_OFFSET_ANY, MIIF_DOPAUSE);
	if (LIST_FIRST(&mii->mii_phys) == NULL) {
		ifmedia_add(&mii->mii_media, IFM_ETHER | IFM_NONE, 0, NULL);
		ifmedia_set(&mii->mii_media, IFM_ETHER | IFM_NONE);
	} else
		ifmedia_set(&mii->mii_media, IFM_ETHER | IFM_AUTO);
}

static void
wm_attach(device_t parent, device_t self, void *aux)
{
	struct wm_softc *const sc = device_private(self);
	const struct pci_attach_args *const pa = aux;
	const struct wm_product *const wmp = wm_lookup(pa);
	uint8_t enaddr[ETHER_ADDR_LEN];

	sc->sc_dev = self;
	sc->sc_pc = pa->pa_pc;
	sc->sc_pcitag = pa->pa_tag;
	sc->sc_dmat = pci_dma64_available(pa) ? pa->pa_dmat64 : pa->pa_dmat;
	sc->sc_type = wmp->wmp_type;
	sc->sc_stopping = true;
	pci_aprint_devinfo_fancy(pa, "Ethernet controller", wmp->wmp_name, 1);
	wm_properties(sc);

	if (wm_map(sc, pa) != 0) {
		aprint_error_dev(self, "registers cannot be mapped\n");
		return;
	}
	sc->sc_core_lock = wm_lock_alloc();
	sc->sc_txmap = kmem_zalloc(MAXCPUS, KM_SLEEP);
	sc->sc_funcid = CSR_READ(sc, WMREG_STATUS) >> STATUS_FUNCID_SHIFT &
	    STATUS_FUNCID_MASK;
	wm_reset(sc);
	if (wm_nvm_validate_checksum(sc) != 0 ||
	    wm_read_mac_addr(sc, enaddr) != 0) {
		aprint_error_dev(self, "the NVM has no address\n");
		return;
	}
	if (!wm_attach_intr(sc, pa)) {
		aprint_error_dev(self, "no interrupt, or no memory\n");
		return;
	}
	aprint_normal_dev(self, "Ethernet address %s\n", ether_sprintf(enaddr));

	wm_ifnet_init(sc);
	wm_attach_phy(sc);
	if_attach(&sc->sc_ethercom.ec_if);
	ether_ifattach(&sc->sc_ethercom.ec_if, enaddr);
	ether_set_ifflags_cb(&sc->sc_ethercom, wm_ifflags_cb);
	rnd_attach_source(&sc->rnd_source, device_xname(self), RND_TYPE_NET,
	    RND_FLAG_DEFAULT);
	evcnt_attach_dynamic(&sc->sc_ev_linkintr, EVCNT_TYPE_INTR, NULL,
	    device_xname(self), "linkintr");
#ifdef WM_MPSAFE
	callout_init(&sc->sc_tick_ch, CALLOUT_MPSAFE);
#else
	callout_init(&sc->sc_tick_ch, 0);
#endif
	callout_setfunc(&sc->sc_tick_ch, wm_tick, sc);
	wm_update_txmap(sc);
	wm_sysctl_setup(sc);
}

/* Handlers go before what they use. */
static int
wm_detach(device_t self, int flags)
{
	struct wm_softc *const sc = device_private(self);
	struct ifnet *const ifp = &sc->sc_ethercom.ec_if;
	const int s = splnet();

	wm_stop(ifp, 1);
	splx(s);
	sysctl_teardown(&sc->sc_sysctllog);
	wm_disestablish_all(sc);
	callout_halt(&sc->sc_tick_ch, NULL);
	callout_destroy(&sc->sc_tick_ch);
	rnd_detach_source(&sc->rnd_source);
	evcnt_detach(&sc->sc_ev_linkintr);
	mii_detach(&sc->sc_mii, MII_PHY_ANY, MII_OFFSET_ANY);
	ifmedia_delete_instance(&sc->sc_mii.mii_media, IFM_INST_ANY);
	ether_ifdetach(ifp);
	if_detach(ifp);
	wm_free_queues(sc);
	pci_intr_release(sc->sc_pc, sc->sc_intrs, sc->sc_nintrs);
	kmem_free(sc->sc_txmap, MAXCPUS);
	wm_lock_free(sc->sc_core_lock);
	return 0;
}

CFATTACH_DECL3_NEW(wm, sizeof(struct wm_softc), wm_match, wm_attach, wm_detach,
    NULL, NULL, NULL, DVF_DETACH_SHUTDOWN);
