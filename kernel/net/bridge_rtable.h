/*
 * bridge_rtable.h: the part of if_bridge.c that knows who lives where: the MAC
 * table.  Included there alone.
 *
 * An entry is in two lists: one of 1024 by a hash of its address, for those who
 * look an address up, and one of all, for those who look at each.
 *
 * Look-up, once or twice for each frame, is what must be quick.  With
 * BRIDGE_MPSAFE it is a read section: no lock, no store.  Without, a spin mutex.
 * Both are BRIDGE_RT_RENTER here, and the code between is the same.  Who changes
 * the table:
 *
 *			BRIDGE_MPSAFE		else
 *	insert		sc_rtlist_intr_lock	sc_rtlist_lock
 *	remove		sc_rtlist_lock, then	sc_rtlist_lock
 *			sc_rtlist_intr_lock
 *			inside; readers are
 *			waited for; free
 *
 * sc_rtlist_intr_lock is a spin mutex at IPL_NET, since addresses are learned in
 * interrupts.  sc_rtlist_lock, adaptive with BRIDGE_MPSAFE, is what one who waits
 * for readers may hold meanwhile.
 *
 * Waiting takes a clock tick or two, so whatever goes at the same time waits once:
 * bridge_rtreap().  It notes what it has taken out in an array that it must get
 * before it takes the locks, since that may sleep; if the table has grown
 * meanwhile, it gets a larger one:
 *
 *	CPU 0, flush			CPU 1, interrupt
 *
 *	count = 3
 *	get an array of 3
 *					learn: the table has 4
 *	locks; 4 > 3: unlock, free
 *	the array, once more
 *
 * What a reader may find is not changed in place, but for the two words that each
 * frame from a learned address brings up to date, where the station is and until
 * when that is believed: each is right by itself, whichever CPU was last.  A
 * static entry has neither changed: who makes one puts another in its place.  So
 * there is no moment at which it says something else.
 *
 *	CPU 0, brconfig			CPU 1, forwarding
 *
 *					looks up the address, finds the learned
 *					entry, which says wm1
 *	puts a static one, wm0,
 *	before it, takes it out
 *					stores wm1 and a time into the old
 *					entry, which nobody finds any more
 *	waits for readers, frees it
 */

/* Tuning; brconfig(8) changes the first two of a bridge, anybody the last. */
#define BRIDGE_RTABLE_MAX          100  /* addresses */
#define BRIDGE_RTABLE_TIMEOUT      1200 /* s */
#define BRIDGE_RTABLE_PRUNE_PERIOD 300  /* s */

#define BRIDGE_RTHASH_SIZE 1024
#define BRIDGE_RTHASH_MASK (BRIDGE_RTHASH_SIZE - 1)

int bridge_rtable_prune_period = BRIDGE_RTABLE_PRUNE_PERIOD;

static struct pool bridge_rtnode_pool;

#ifdef BRIDGE_MPSAFE
#define BRIDGE_RT_LOCK(_sc)        mutex_enter((_sc)->sc_rtlist_lock)
#define BRIDGE_RT_UNLOCK(_sc)      mutex_exit((_sc)->sc_rtlist_lock)
#define BRIDGE_RT_INTR_LOCK(_sc)   mutex_enter((_sc)->sc_rtlist_intr_lock)
#define BRIDGE_RT_INTR_UNLOCK(_sc) mutex_exit((_sc)->sc_rtlist_intr_lock)
#define BRIDGE_RT_INTR_LOCKED(_sc) mutex_owned((_sc)->sc_rtlist_intr_lock)
#define BRIDGE_RT_PERFORM(_sc)     pserialize_perform((_sc)->sc_rtlist_psz)
#define BRIDGE_RT_RENTER(_sc, _s)  BRIDGE_PSZ_RENTER(_s)
#define BRIDGE_RT_REXIT(_sc, _s)   BRIDGE_PSZ_REXIT(_s)
#else
#define BRIDGE_RT_LOCK(_sc)        ((void)0)
#define BRIDGE_RT_UNLOCK(_sc)      ((void)0)
#define BRIDGE_RT_INTR_LOCK(_sc)   mutex_enter((_sc)->sc_rtlist_lock)
#define BRIDGE_RT_INTR_UNLOCK(_sc) mutex_exit((_sc)->sc_rtlist_lock)
#define BRIDGE_RT_INTR_LOCKED(_sc) mutex_owned((_sc)->sc_rtlist_lock)
#define BRIDGE_RT_PERFORM(_sc)     ((void)0)
#define BRIDGE_RT_RENTER(_sc, _s)  ((_s) = 0, mutex_enter((_sc)->sc_rtlist_lock))
#define BRIDGE_RT_REXIT(_sc, _s)   ((void)(_s), mutex_exit((_sc)->sc_rtlist_lock))
#endif

/*
 * Bob Jenkins' mix of three words: each bit of the address and of the key, which
 * nobody outside knows, may change each bit of the result.
 */
#define BRIDGE_MIX(x, y, z, shifted) \
	do {                         \
		(x) -= (y);          \
		(x) -= (z);          \
		(x) ^= (shifted);    \
	} while (0)

static inline uint32_t
bridge_rthash(const struct bridge_softc *sc, const uint8_t *addr)
{
	uint32_t a = 0x9e3779b9, b = 0x9e3779b9, c = sc->sc_rthash_key;

	b += (uint32_t)addr[5] << 8;
	b += addr[4];
	a += (uint32_t)addr[3] << 24;
	a += (uint32_t)addr[2] << 16;
	a += (uint32_t)addr[1] << 8;
	a += addr[0];

	BRIDGE_MIX(a, b, c, c >> 13);
	BRIDGE_MIX(b, c, a, a << 8);
	BRIDGE_MIX(c, a, b, b >> 13);
	BRIDGE_MIX(a, b, c, c >> 12);
	BRIDGE_MIX(b, c, a, a << 16);
	BRIDGE_MIX(c, a, b, b >> 5);
	BRIDGE_MIX(a, b, c, c >> 3);
	BRIDGE_MIX(b, c, a, a << 10);
	BRIDGE_MIX(c, a, b, b >> 15);
	return c & BRIDGE_RTHASH_MASK;
}

static bool
bridge_rtnode_dynamic(const struct bridge_rtnode *brt)
{
	return (brt->brt_flags & IFBAF_TYPEMASK) == IFBAF_DYNAMIC;
}

static void
bridge_rtable_init(struct bridge_softc *sc)
{
	u_int i;

	sc->sc_rthash = kmem_alloc(sizeof(*sc->sc_rthash) * BRIDGE_RTHASH_SIZE,
	    KM_SLEEP);
	for (i = 0; i < BRIDGE_RTHASH_SIZE; i++)
		LIST_INIT(&sc->sc_rthash[i]);
	LIST_INIT(&sc->sc_rtlist);
	sc->sc_rthash_key = cprng_fast32();
	sc->sc_brtmax = BRIDGE_RTABLE_MAX;
	sc->sc_brttimeout = BRIDGE_RTABLE_TIMEOUT;

#ifdef BRIDGE_MPSAFE
	sc->sc_rtlist_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	sc->sc_rtlist_intr_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
	sc->sc_rtlist_psz = pserialize_create();
#else
	sc->sc_rtlist_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
#endif
}

/* Undoes it.  The table is empty, and nobody looks into it. */
static void
bridge_rtable_fini(struct bridge_softc *sc)
{
	KASSERT(sc->sc_brtcnt == 0);
	KASSERT(LIST_EMPTY(&sc->sc_rtlist));

	kmem_free(sc->sc_rthash, sizeof(*sc->sc_rthash) * BRIDGE_RTHASH_SIZE);
	mutex_obj_free(sc->sc_rtlist_lock);
	if (sc->sc_rtlist_intr_lock != NULL)
		mutex_obj_free(sc->sc_rtlist_intr_lock);
	if (sc->sc_rtlist_psz != NULL)
		pserialize_destroy(sc->sc_rtlist_psz);
}

/* In a read section, or with the locks of one who changes the table. */
static struct bridge_rtnode *
bridge_rtnode_lookup(struct bridge_softc *sc, const uint8_t *addr)
{
	struct bridge_rtnode *brt;

	LIST_FOREACH (brt, &sc->sc_rthash[bridge_rthash(sc, addr)], brt_hash) {
		if (memcmp(brt->brt_addr, addr, ETHER_ADDR_LEN) == 0)
			return brt;
	}
	return NULL;
}

/* Into the table.  Whoever finds it there finds all that is in it. */
static void
bridge_rtnode_insert(struct bridge_softc *sc, struct bridge_rtnode *brt)
{
	const uint32_t hash = bridge_rthash(sc, brt->brt_addr);

	KASSERT(BRIDGE_RT_INTR_LOCKED(sc));

	LIST_NEXT(brt, brt_hash) = LIST_FIRST(&sc->sc_rthash[hash]);
	membar_producer();
	LIST_INSERT_HEAD(&sc->sc_rthash[hash], brt, brt_hash);
	LIST_INSERT_HEAD(&sc->sc_rtlist, brt, brt_list);
	sc->sc_brtcnt++;
}

/* Out of it.  A reader may still have it. */
static void
bridge_rtnode_remove(struct bridge_softc *sc, struct bridge_rtnode *brt)
{
	KASSERT(BRIDGE_RT_INTR_LOCKED(sc));
	KASSERT(sc->sc_brtcnt > 0);

	LIST_REMOVE(brt, brt_hash);
	LIST_REMOVE(brt, brt_list);
	sc->sc_brtcnt--;
}

static struct bridge_rtnode *
bridge_rtnode_create(struct bridge_softc *sc, const uint8_t *addr,
    struct ifnet *ifp, uint8_t flags, int pool_flags)
{
	struct bridge_rtnode *brt;

	brt = pool_get(&bridge_rtnode_pool, pool_flags);
	if (brt == NULL)
		return NULL;
	memset(brt, 0, sizeof(*brt));
	memcpy(brt->brt_addr, addr, ETHER_ADDR_LEN);
	brt->brt_ifp = ifp;
	brt->brt_flags = flags;
	if (bridge_rtnode_dynamic(brt))
		brt->brt_expire = time_uptime + sc->sc_brttimeout;
	return brt;
}

/*
 * bridge_rtlearn: an address that was not there.  Another CPU may have found that
 * out too, and be first; and the table may be full by now.
 */
static int
bridge_rtlearn(struct bridge_softc *sc, const uint8_t *addr, struct ifnet *ifp)
{
	struct bridge_rtnode *brt;
	int error = 0;

	if (sc->sc_brtcnt >= sc->sc_brtmax)
		return ENOSPC;
	brt = bridge_rtnode_create(sc, addr, ifp, IFBAF_DYNAMIC, PR_NOWAIT);
	if (brt == NULL)
		return ENOMEM;

	BRIDGE_RT_INTR_LOCK(sc);
	if (bridge_rtnode_lookup(sc, addr) != NULL)
		error = EEXIST;
	else if (sc->sc_brtcnt >= sc->sc_brtmax)
		error = ENOSPC;
	else
		bridge_rtnode_insert(sc, brt);
	BRIDGE_RT_INTR_UNLOCK(sc);

	if (error != 0)
		pool_put(&bridge_rtnode_pool, brt);
	return error;
}

/*
 * bridge_rtset: an entry that somebody asks for, in place of what there is.  The
 * new one is there before the old one goes.  Thread.
 */
static int
bridge_rtset(struct bridge_softc *sc, const uint8_t *addr, struct ifnet *ifp,
    uint8_t flags)
{
	struct bridge_rtnode *brt, *old;
	int error = 0;

	brt = bridge_rtnode_create(sc, addr, ifp, flags, PR_WAITOK);
	BRIDGE_RT_LOCK(sc);
	BRIDGE_RT_INTR_LOCK(sc);
	old = bridge_rtnode_lookup(sc, addr);
	if (old == NULL && sc->sc_brtcnt >= sc->sc_brtmax)
		error = ENOSPC;
	else
		bridge_rtnode_insert(sc, brt);
	if (old != NULL)
		bridge_rtnode_remove(sc, old);
	BRIDGE_RT_INTR_UNLOCK(sc);
	if (old != NULL)
		BRIDGE_RT_PERFORM(sc);
	BRIDGE_RT_UNLOCK(sc);

	if (old != NULL)
		pool_put(&bridge_rtnode_pool, old);
	if (error != 0)
		pool_put(&bridge_rtnode_pool, brt);
	return error;
}

/*
 * bridge_rtupdate: addr lives behind ifp.  Learned from a frame, in any context
 * and with ifp's member held; or with setflags because somebody said so, in a
 * thread, and then flags are the entry's.
 */
static __noinline int
bridge_rtupdate(struct bridge_softc *sc, const uint8_t *addr, struct ifnet *ifp,
    int setflags, uint8_t flags)
{
	struct bridge_rtnode *brt;
	int s;

	if (setflags)
		return bridge_rtset(sc, addr, ifp, flags);

	BRIDGE_RT_RENTER(sc, s);
	brt = bridge_rtnode_lookup(sc, addr);
	if (brt != NULL && bridge_rtnode_dynamic(brt)) {
		brt->brt_ifp = ifp;
		brt->brt_expire = time_uptime + sc->sc_brttimeout;
	}
	BRIDGE_RT_REXIT(sc, s);

	return brt != NULL ? 0 : bridge_rtlearn(sc, addr, ifp);
}

/*
 * bridge_rtlookup: the member behind which addr lives, held; NULL if nobody
 * knows, or if it has left.  It is held before the read section ends, since the
 * interface may go away once its entries are out of the table.
 */
static __noinline struct bridge_iflist *
bridge_rtlookup(struct bridge_softc *sc, const uint8_t *addr)
{
	struct bridge_iflist *bif = NULL;
	struct bridge_rtnode *brt;
	int s;

	BRIDGE_RT_RENTER(sc, s);
	brt = bridge_rtnode_lookup(sc, addr);
	if (brt != NULL && brt->brt_ifp->if_bridge == sc)
		bif = bridge_try_hold_bif(brt->brt_ifp->if_bridgeif);
	BRIDGE_RT_REXIT(sc, s);
	return bif;
}

/*
 * bridge_rtreap: take out what match() wants gone, wait once for all, and free.
 * Thread.  match() is called with all locks, the entry still in the table.
 */
static void
bridge_rtreap(struct bridge_softc *sc,
    bool (*match)(struct bridge_softc *, struct bridge_rtnode *, const void *),
    const void *arg)
{
	struct bridge_rtnode *brt, *next, **gone;
	uint32_t room, n = 0, i;

retry:
	room = sc->sc_brtcnt;
	if (room == 0)
		return;
	gone = kmem_alloc(room * sizeof(*gone), KM_SLEEP);

	BRIDGE_RT_LOCK(sc);
	BRIDGE_RT_INTR_LOCK(sc);
	if (sc->sc_brtcnt > room) {
		BRIDGE_RT_INTR_UNLOCK(sc);
		BRIDGE_RT_UNLOCK(sc);
		kmem_free(gone, room * sizeof(*gone));
		goto retry;
	}
	LIST_FOREACH_SAFE (brt, &sc->sc_rtlist, brt_list, next) {
		if (!(*match)(sc, brt, arg))
			continue;
		KASSERT(n < room);
		bridge_rtnode_remove(sc, brt);
		gone[n++] = brt;
	}
	BRIDGE_RT_INTR_UNLOCK(sc);
	if (n > 0)
		BRIDGE_RT_PERFORM(sc);
	BRIDGE_RT_UNLOCK(sc);

	for (i = 0; i < n; i++)
		pool_put(&bridge_rtnode_pool, gone[i]);
	kmem_free(gone, room * sizeof(*gone));
}

static bool
bridge_rtmatch_expired(struct bridge_softc *sc, struct bridge_rtnode *brt,
    const void *arg)
{
	return bridge_rtnode_dynamic(brt) && time_uptime >= brt->brt_expire;
}

static bool
bridge_rtmatch_excess(struct bridge_softc *sc, struct bridge_rtnode *brt,
    const void *arg)
{
	return bridge_rtnode_dynamic(brt) && sc->sc_brtcnt > sc->sc_brtmax;
}

static bool
bridge_rtmatch_all(struct bridge_softc *sc, struct bridge_rtnode *brt,
    const void *full)
{
	return full != NULL || bridge_rtnode_dynamic(brt);
}

static bool
bridge_rtmatch_if(struct bridge_softc *sc, struct bridge_rtnode *brt,
    const void *ifp)
{
	return brt->brt_ifp == ifp;
}

/* bridge_rtage: what has not been heard from for too long. */
static void
bridge_rtage(struct bridge_softc *sc)
{
	bridge_rtreap(sc, bridge_rtmatch_expired, NULL);
}

/* bridge_rttrim: as many as the limit wants gone, the old ones first. */
static void
bridge_rttrim(struct bridge_softc *sc)
{
	if (sc->sc_brtcnt <= sc->sc_brtmax)
		return;
	bridge_rtage(sc);
	if (sc->sc_brtcnt > sc->sc_brtmax)
		bridge_rtreap(sc, bridge_rtmatch_excess, NULL);
}

/* bridge_rtflush: all, or all learned ones. */
static void
bridge_rtflush(struct bridge_softc *sc, bool full)
{
	bridge_rtreap(sc, bridge_rtmatch_all, full ? sc : NULL);
}

/* bridge_rtdelete: all behind an interface. */
static void
bridge_rtdelete(struct bridge_softc *sc, struct ifnet *ifp)
{
	bridge_rtreap(sc, bridge_rtmatch_if, ifp);
}

/* bridge_rtdaddr: one address.  0 or ENOENT. */
static int
bridge_rtdaddr(struct bridge_softc *sc, const uint8_t *addr)
{
	struct bridge_rtnode *brt;

	BRIDGE_RT_LOCK(sc);
	BRIDGE_RT_INTR_LOCK(sc);
	brt = bridge_rtnode_lookup(sc, addr);
	if (brt != NULL)
		bridge_rtnode_remove(sc, brt);
	BRIDGE_RT_INTR_UNLOCK(sc);
	if (brt != NULL)
		BRIDGE_RT_PERFORM(sc);
	BRIDGE_RT_UNLOCK(sc);

	if (brt == NULL)
		return ENOENT;
	pool_put(&bridge_rtnode_pool, brt);
	return 0;
}

/*
 * bridge_rtlist: copies of at most *n entries; *n becomes how many there are in
 * the array, which is the caller's to free: room bytes.  NULL: there are none.
 */
static struct ifbareq *
bridge_rtlist(struct bridge_softc *sc, uint32_t *n, size_t *room_bytes)
{
	struct bridge_rtnode *brt;
	struct ifbareq *list, *ba;
	uint32_t room, count = 0;

retry:
	room = MIN(sc->sc_brtcnt, *n);
	*room_bytes = room * sizeof(*list);
	if (room == 0) {
		*n = 0;
		return NULL;
	}
	list = kmem_zalloc(*room_bytes, KM_SLEEP);

	BRIDGE_RT_INTR_LOCK(sc);
	if (MIN(sc->sc_brtcnt, *n) > room) {
		BRIDGE_RT_INTR_UNLOCK(sc);
		kmem_free(list, *room_bytes);
		goto retry;
	}
	LIST_FOREACH (brt, &sc->sc_rtlist, brt_list) {
		if (count == room)
			break;
		ba = &list[count++];
		strlcpy(ba->ifba_ifsname, brt->brt_ifp->if_xname,
		    sizeof(ba->ifba_ifsname));
		memcpy(ba->ifba_dst, brt->brt_addr, ETHER_ADDR_LEN);
		ba->ifba_flags = brt->brt_flags;
		if (bridge_rtnode_dynamic(brt) && brt->brt_expire > time_uptime)
			ba->ifba_expire = brt->brt_expire - time_uptime;
	}
	BRIDGE_RT_INTR_UNLOCK(sc);
	*n = count;
	return list;
}
