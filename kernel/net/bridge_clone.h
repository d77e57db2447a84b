/*
 * bridge_clone.h: the part of if_bridge.c by which bridges come, run and go.
 * Included there alone.
 *
 * Ageing.  A callout says when it is time, and a thread does it, since who takes
 * addresses out of the table waits for readers, and a callout may not.  The thread
 * has the callout called again when it has done.  sc_rtage_busy says that it has
 * been given the work, or is at it: a bridge has one struct work, which must not
 * be enqueued twice.
 *
 * The end of a bridge, in an order in which nobody finds what is gone already:
 * it stops; members leave, and with them all who bring frames; if_detach waits for
 * ioctls; the thread is done, and has nothing called any more; memory.
 */

static int bridge_clone_create(struct if_clone *, int);
static int bridge_clone_destroy(struct ifnet *);

static struct if_clone bridge_cloner = IF_CLONE_INITIALIZER("bridge",
    bridge_clone_create, bridge_clone_destroy);

/* ---- sysctl ------------------------------------------------------------- */

/* net.bridge.fwdcpu: GENERIC has no other way than 0. */
static int
sysctl_bridge_fwdcpu(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int where = bridge_fwdcpu;
	int error;

	node.sysctl_data = &where;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (where != 0 && where != 1)
		return EINVAL;
	if (where != 0 && !bridge_any_cpu)
		return EOPNOTSUPP;
	bridge_fwdcpu = where;
	return 0;
}

SYSCTL_SETUP(sysctl_net_bridge_setup, "sysctl net.bridge subtree setup")
{
	const struct sysctlnode *node;

	if (sysctl_createv(clog, 0, NULL, &node, CTLFLAG_PERMANENT,
		CTLTYPE_NODE, "bridge", SYSCTL_DESCR("all bridges"), NULL, 0,
		NULL, 0, CTL_NET, CTL_CREATE, CTL_EOL) != 0)
		return;
	(void)sysctl_createv(clog, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "fwdcpu",
	    SYSCTL_DESCR("1: the CPU that received a frame forwards it"),
	    sysctl_bridge_fwdcpu, 0, NULL, 0, CTL_CREATE, CTL_EOL);
}

/* net.interfaces.bridge0.fwdq: the packet queue of this bridge. */
static int
sysctl_bridge_fwdq_maxlen(SYSCTLFN_ARGS)
{
	struct bridge_softc *const sc = rnode->sysctl_data;

	return sysctl_pktq_maxlen(SYSCTLFN_CALL(rnode), sc->sc_fwd_pktq);
}

static int
sysctl_bridge_fwdq_len(SYSCTLFN_ARGS)
{
	struct bridge_softc *const sc = rnode->sysctl_data;

	return sysctl_pktq_count(SYSCTLFN_CALL(rnode), sc->sc_fwd_pktq,
	    PKTQ_NITEMS);
}

static int
sysctl_bridge_fwdq_drops(SYSCTLFN_ARGS)
{
	struct bridge_softc *const sc = rnode->sysctl_data;

	return sysctl_pktq_count(SYSCTLFN_CALL(rnode), sc->sc_fwd_pktq,
	    PKTQ_DROPS);
}

static void
bridge_sysctl_setup(struct bridge_softc *sc)
{
	struct sysctllog **const log = &sc->sc_if.if_sysctl_log;
	const struct sysctlnode *node;

	if (sysctl_createv(log, 0, NULL, &node, CTLFLAG_PERMANENT, CTLTYPE_NODE,
		"interfaces", SYSCTL_DESCR("of single interfaces"), NULL, 0,
		NULL, 0, CTL_NET, CTL_CREATE, CTL_EOL) != 0 ||
	    sysctl_createv(log, 0, &node, &node, 0, CTLTYPE_NODE,
		sc->sc_if.if_xname, SYSCTL_DESCR("of this interface"), NULL, 0,
		NULL, 0, CTL_CREATE, CTL_EOL) != 0 ||
	    sysctl_createv(log, 0, &node, &node, 0, CTLTYPE_NODE, "fwdq",
		SYSCTL_DESCR("frames to be forwarded"), NULL, 0, NULL, 0,
		CTL_CREATE, CTL_EOL) != 0)
		goto fail;
	if (sysctl_createv(log, 0, &node, NULL, CTLFLAG_READWRITE, CTLTYPE_INT,
		"maxlen", SYSCTL_DESCR("most of each CPU"),
		sysctl_bridge_fwdq_maxlen, 0, (void *)sc, 0, IFQCTL_MAXLEN,
		CTL_EOL) != 0 ||
	    sysctl_createv(log, 0, &node, NULL, 0, CTLTYPE_INT, "len",
		SYSCTL_DESCR("of all CPUs"), sysctl_bridge_fwdq_len, 0,
		(void *)sc, 0, IFQCTL_LEN, CTL_EOL) != 0 ||
	    sysctl_createv(log, 0, &node, NULL, 0, CTLTYPE_INT, "drops",
		SYSCTL_DESCR("lost for want of room"), sysctl_bridge_fwdq_drops,
		0, (void *)sc, 0, IFQCTL_DROPS, CTL_EOL) != 0)
		goto fail;
	return;
fail:
	aprint_error("%s: no sysctl nodes\n", sc->sc_if.if_xname);
}

/* ---- ageing ------------------------------------------------------------- */

static void bridge_timer(void *);

static void
bridge_rtage_schedule(struct bridge_softc *sc)
{
	callout_reset(&sc->sc_brcallout, bridge_rtable_prune_period * hz,
	    bridge_timer, sc);
}

/* The workqueue's function, of its thread. */
static void
bridge_rtage_work(struct work *wk, void *arg)
{
	struct bridge_softc *const sc = arg;

	KASSERT(wk == &sc->sc_rtage_wk);

	bridge_rtage(sc);
	if ((sc->sc_if.if_flags & IFF_RUNNING) != 0)
		bridge_rtage_schedule(sc);
	sc->sc_rtage_busy = 0;
}

/* The callout's, of softclock. */
static void
bridge_timer(void *arg)
{
	struct bridge_softc *const sc = arg;

	if ((sc->sc_if.if_flags & IFF_RUNNING) == 0)
		return;
	if (atomic_swap_uint(&sc->sc_rtage_busy, 1) == 0)
		workqueue_enqueue(sc->sc_rtage_wq, &sc->sc_rtage_wk, NULL);
	else
		bridge_rtage_schedule(sc);
}

/* ---- up, down ----------------------------------------------------------- */

static int
bridge_init(struct ifnet *ifp)
{
	struct bridge_softc *const sc = ifp->if_softc;

	if ((ifp->if_flags & IFF_RUNNING) != 0)
		return 0;
	ifp->if_flags |= IFF_RUNNING;
	bridge_rtage_schedule(sc);
	bstp_initialization(sc);
	return 0;
}

/* Timers, which look at IFF_RUNNING, are waited for. */
static void
bridge_stop(struct ifnet *ifp, int disable)
{
	struct bridge_softc *const sc = ifp->if_softc;

	if ((ifp->if_flags & IFF_RUNNING) == 0)
		return;
	ifp->if_flags &= ~IFF_RUNNING;
	callout_halt(&sc->sc_brcallout, NULL);
	bstp_stop(sc);
	bridge_rtflush(sc, false);
}

/* A bridge is no host: what is sent to it itself has nowhere to go. */
static void
bridge_start(struct ifnet *ifp)
{
	IFQ_PURGE(&ifp->if_snd);
}

/* ---- from the first to the last ----------------------------------------- */

void
bridgeattach(int n)
{
	pool_init(&bridge_rtnode_pool, sizeof(struct bridge_rtnode), 0, 0, 0,
	    "brtpl", NULL, IPL_NET);
	mutex_init(&bridge_list_lock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&bridge_list);
	if_clone_attach(&bridge_cloner);
}

static void
bridge_stp_defaults(struct bridge_softc *sc)
{
	sc->sc_bridge_max_age = BSTP_DEFAULT_MAX_AGE;
	sc->sc_bridge_hello_time = BSTP_DEFAULT_HELLO_TIME;
	sc->sc_bridge_forward_delay = BSTP_DEFAULT_FORWARD_DELAY;
	sc->sc_bridge_priority = BSTP_DEFAULT_BRIDGE_PRIORITY;
	sc->sc_hold_time = BSTP_DEFAULT_HOLD_TIME;
}

static void
bridge_locks_init(struct bridge_softc *sc)
{
	LIST_INIT(&sc->sc_iflist);
	cv_init(&sc->sc_iflist_cv, "brgone");
#ifdef BRIDGE_MPSAFE
	sc->sc_iflist_psz = pserialize_create();
	sc->sc_iflist_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	sc->sc_iflist_intr_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
#endif
	callout_init(&sc->sc_brcallout, BRIDGE_CALLOUT_FLAGS);
	callout_init(&sc->sc_bstpcallout, BRIDGE_CALLOUT_FLAGS);
}

static void
bridge_locks_fini(struct bridge_softc *sc)
{
	callout_destroy(&sc->sc_brcallout);
	callout_destroy(&sc->sc_bstpcallout);
	cv_destroy(&sc->sc_iflist_cv);
	if (sc->sc_iflist_psz != NULL)
		pserialize_destroy(sc->sc_iflist_psz);
	if (sc->sc_iflist_lock != NULL)
		mutex_obj_free(sc->sc_iflist_lock);
	if (sc->sc_iflist_intr_lock != NULL)
		mutex_obj_free(sc->sc_iflist_intr_lock);
}

static void
bridge_if_attach(struct bridge_softc *sc, struct if_clone *ifc, int unit)
{
	struct ifnet *const ifp = &sc->sc_if;

	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_softc = sc;
	ifp->if_mtu = ETHERMTU;
	ifp->if_ioctl = bridge_ioctl;
	ifp->if_output = bridge_output;
	ifp->if_start = bridge_start;
	ifp->if_init = bridge_init;
	ifp->if_stop = bridge_stop;
	ifp->if_type = IFT_BRIDGE;
	ifp->if_addrlen = 0;
	ifp->if_dlt = DLT_EN10MB;
	ifp->if_hdrlen = ETHER_HDR_LEN;

	if_attach(ifp);
	if_alloc_sadl(ifp);
	bridge_sysctl_setup(sc);
}

static int
bridge_clone_create(struct if_clone *ifc, int unit)
{
	struct bridge_softc *const sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	int error;

	sc->sc_fwd_pktq = pktq_create(IFQ_MAXLEN, bridge_forward, sc);
	if (sc->sc_fwd_pktq == NULL) {
		kmem_free(sc, sizeof(*sc));
		return ENOMEM; /* of softints */
	}
	error = workqueue_create(&sc->sc_rtage_wq, "bridge_rtage",
	    bridge_rtage_work, sc, PRI_SOFTNET, IPL_SOFTNET, BRIDGE_WQ_FLAGS);
	if (error != 0) {
		pktq_destroy(sc->sc_fwd_pktq);
		kmem_free(sc, sizeof(*sc));
		return error;
	}
	bridge_stp_defaults(sc);
	bridge_rtable_init(sc);
	bridge_locks_init(sc);
	bridge_if_attach(sc, ifc, unit);

	mutex_enter(&bridge_list_lock);
	LIST_INSERT_HEAD(&bridge_list, sc, sc_list);
	mutex_exit(&bridge_list_lock);
	return 0;
}

static int
bridge_clone_destroy(struct ifnet *ifp)
{
	struct bridge_softc *const sc = ifp->if_softc;
	struct bridge_iflist *bif;

	bridge_stop(ifp, 1);

	mutex_enter(&bridge_list_lock);
	sc->sc_dying = true; /* no more members */
	while ((bif = LIST_FIRST(&sc->sc_iflist)) != NULL)
		bridge_delete_member(sc, bif);
	LIST_REMOVE(sc, sc_list);
	mutex_exit(&bridge_list_lock);

	/* An ioctl that was under way may have brought it up again. */
	if_detach(ifp);
	bridge_stop(ifp, 1);
	while (sc->sc_rtage_busy)
		(void)kpause("brage", false, 1, NULL);
	callout_halt(&sc->sc_brcallout, NULL);
	workqueue_destroy(sc->sc_rtage_wq);

	bridge_rtflush(sc, true);
	pktq_barrier(sc->sc_fwd_pktq);
	pktq_flush(sc->sc_fwd_pktq);
	pktq_destroy(sc->sc_fwd_pktq);
	bridge_rtable_fini(sc);
	bridge_locks_fini(sc);
	kmem_free(sc, sizeof(*sc));
	return 0;
}
