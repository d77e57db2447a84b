/*
 * if_tst.c: the driver of tst0 to tst3 (if_tst.h), in the manner of early 2015.
 *
 * Receive.  An interrupt takes tc_rxburst frames from the wire, one unless told
 * otherwise; if there are more it has the pin interrupt again before it returns,
 * so that softints come between.  The queue's lock is dropped around if_input,
 * and rq_stopping is looked at when it is taken again: the interface may have
 * gone down meanwhile.
 *
 * Transmit.  A queue is a list in software (tq_snd; if_snd for if_start) and a
 * ring.  Whoever puts into the ring rings the doorbell, which is the pin of the
 * completion interrupt: the device sends at once.  A pin that has been asked for
 * is not asked for again until its handler has begun (tq_asked):
 *
 *	any CPU, lock held		the pin's CPU, lock held
 *
 *	put into ring
 *	tq_asked? leave it
 *					tq_asked = false
 *					take from ring: finds it
 *
 * What is full stops and is started again by the completion: IFF_OACTIVE for
 * if_start, tq_snd's length for if_transmit.
 *
 * if_start sends by queue 0 alone, so that frames from if_snd stay in order
 * whoever starts it; if_transmit by the queue of its CPU, index modulo queues.
 *
 * Locks, NET_MPSAFE: tq_lock, then if_snd.ifq_lock; rq_lock is a leaf.  In
 * GENERIC both are NULL, and KERNEL_LOCK and splnet do.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/if_types.h>

#include <if_tst.h>
#include <probe.h>

#ifdef NET_MPSAFE
#define TST_MPSAFE 1
#endif

#define PINS_OF_UNIT (2 * TST_QUEUES)
#define RINGS_SLOTS  256

/*
 * Fields are
 *	i	set by tst_attach, constant from then on
 *	r	locked by rq_lock
 *	t	locked by tq_lock
 *	c	locked by cpu_lock, through intr_set_affinity
 */
struct tst_rxq {
	struct tst_softc *rq_sc; /* i */
	kmutex_t *rq_lock;       /* i: spin, IPL_NET; NULL in GENERIC */
	u_int rq_index;          /* i */
	int rq_pin;              /* i */
	struct intrhand *rq_ih;  /* c */
	bool rq_stopping;        /* r */
	uint64_t rq_received, rq_filtered;
} __aligned(COHERENCY_UNIT);

struct tst_txq {
	struct tst_softc *tq_sc; /* i */
	kmutex_t *tq_lock;       /* i: spin, IPL_NET; NULL in GENERIC */
	u_int tq_index;          /* i */
	int tq_pin;              /* i */
	struct intrhand *tq_ih;  /* c */
	struct mbuf **tq_ring;   /* t: tq_slots of them */
	u_int tq_slots;          /* i */
	u_int tq_head, tq_used;  /* t */
	bool tq_asked;           /* t: the pin is under way */
	bool tq_stopping;        /* t */
	struct ifqueue tq_snd;   /* t: of if_transmit */
	uint64_t tq_sent, tq_drops, tq_purged; /* t */
} __aligned(COHERENCY_UNIT);

struct tst_softc {
	struct ethercom sc_ec;             /* its ec_if comes first */
	u_int sc_unit;                     /* i */
	struct tst_conf sc_conf;           /* i */
	const struct tst_wire *sc_wire;    /* i */
	uint8_t sc_lladdr[ETHER_ADDR_LEN]; /* i */
	struct tst_rxq sc_rxq[TST_QUEUES];
	struct tst_txq sc_txq[TST_QUEUES];
};

static struct tst_softc *units[TST_UNITS]; /* set by one thread */

#ifdef TST_MPSAFE
const bool tst_mpsafe = true;
#else
const bool tst_mpsafe = false;
#endif

static inline void
tst_lock(kmutex_t *lock)
{
	if (lock != NULL)
		mutex_enter(lock);
}

static inline void
tst_unlock(kmutex_t *lock)
{
	if (lock != NULL)
		mutex_exit(lock);
}

static inline bool
tst_locked(kmutex_t *lock)
{
	return lock == NULL ? KERNEL_LOCKED_P() : mutex_owned(lock);
}

/* ---- receive --------------------------------------------------------------- */

/* Would the hardware's filter let it pass? */
static bool
tst_wanted(struct tst_softc *sc, struct mbuf *m)
{
	const struct ether_header *eh = mtod(m, struct ether_header *);

	return (sc->sc_ec.ec_if.if_flags & IFF_PROMISC) != 0 ||
	    ETHER_IS_MULTICAST(eh->ether_dhost) ||
	    memcmp(eh->ether_dhost, sc->sc_lladdr, ETHER_ADDR_LEN) == 0;
}

/* One frame from the wire to the network.  False: there is none. */
static bool
tst_rxeof(struct tst_rxq *rq)
{
	struct tst_softc *const sc = rq->rq_sc;
	struct ifnet *const ifp = &sc->sc_ec.ec_if;
	struct mbuf *m;

	KASSERT(tst_locked(rq->rq_lock));
	m = (*sc->sc_wire->tw_receive)(sc->sc_unit, rq->rq_index);
	if (m == NULL)
		return false;
	if (!tst_wanted(sc, m)) {
		rq->rq_filtered++;
		m_freem(m);
		return true;
	}
	m->m_pkthdr.rcvif = ifp;
	ifp->if_ipackets++;
	rq->rq_received++;
	bpf_mtap(ifp, m);

	tst_unlock(rq->rq_lock);
	(*ifp->if_input)(ifp, m);
	tst_lock(rq->rq_lock);
	return true;
}

static int
tst_rxintr(void *arg)
{
	struct tst_rxq *const rq = arg;
	struct tst_softc *const sc = rq->rq_sc;
	bool more;

	KASSERT(cpu_intr_p());
	tst_lock(rq->rq_lock);
	for (u_int n = 0; n < sc->sc_conf.tc_rxburst; n++)
		if (rq->rq_stopping || !tst_rxeof(rq))
			break;
	more = !rq->rq_stopping &&
	    (*sc->sc_wire->tw_waiting)(sc->sc_unit, rq->rq_index);
	tst_unlock(rq->rq_lock);
	if (more)
		probe_assert(rq->rq_pin);
	return 1;
}

/* ---- transmit -------------------------------------------------------------- */

static void
tst_ring_put(struct tst_txq *tq, struct mbuf *m)
{
	KASSERT(tst_locked(tq->tq_lock) && tq->tq_used < tq->tq_slots);
	tq->tq_ring[(tq->tq_head + tq->tq_used) % tq->tq_slots] = m;
	tq->tq_used++;
}

static struct mbuf *
tst_ring_get(struct tst_txq *tq)
{
	struct mbuf *m;

	KASSERT(tst_locked(tq->tq_lock));
	if (tq->tq_used == 0)
		return NULL;
	m = tq->tq_ring[tq->tq_head];
	tq->tq_head = (tq->tq_head + 1) % tq->tq_slots;
	tq->tq_used--;
	return m;
}

static void
tst_doorbell(struct tst_txq *tq)
{
	KASSERT(tst_locked(tq->tq_lock));
	if (tq->tq_used == 0 || tq->tq_asked)
		return;
	tq->tq_asked = true;
	probe_assert(tq->tq_pin);
}

/* From the software queues to the ring, as long as it has room. */
static void
tst_fill_locked(struct tst_txq *tq)
{
	struct ifnet *const ifp = &tq->tq_sc->sc_ec.ec_if;
	struct mbuf *m;

	KASSERT(tst_locked(tq->tq_lock));
	while (tq->tq_used < tq->tq_slots) {
		IF_DEQUEUE(&tq->tq_snd, m);
		if (m == NULL && tq->tq_index == 0)
			IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m == NULL)
			break;
		tst_ring_put(tq, m);
		bpf_mtap(ifp, m);
	}
	if (tq->tq_index == 0 && tq->tq_used == tq->tq_slots)
		ifp->if_flags |= IFF_OACTIVE;
	tst_doorbell(tq);
}

/* if_start: what is in if_snd. */
static void
tst_start(struct ifnet *ifp)
{
	struct tst_softc *const sc = ifp->if_softc;
	struct tst_txq *const tq = &sc->sc_txq[0];

	tst_lock(tq->tq_lock);
	if (!tq->tq_stopping && (ifp->if_flags & IFF_OACTIVE) == 0)
		tst_fill_locked(tq);
	tst_unlock(tq->tq_lock);
}

#ifdef TST_MPSAFE
/* if_transmit: m goes out by this CPU's queue, or is dropped: ENOBUFS. */
static int
tst_transmit(struct ifnet *ifp, struct mbuf *m)
{
	struct tst_softc *const sc = ifp->if_softc;
	struct tst_txq
	    *const tq = &sc->sc_txq[cpu_index(curcpu()) % sc->sc_conf.tc_txqs];
	int error = 0;

	KASSERT(kpreempt_disabled() || cpu_softintr_p());
	tst_lock(tq->tq_lock);
	if (tq->tq_stopping || IF_QFULL(&tq->tq_snd)) {
		tq->tq_drops++;
		IF_DROP(&tq->tq_snd);
		m_freem(m);
		error = ENOBUFS;
	} else
		IF_ENQUEUE(&tq->tq_snd, m);
	if (!tq->tq_stopping)
		tst_fill_locked(tq);
	tst_unlock(tq->tq_lock);
	return error;
}
#endif

/* Completion: the device has sent what is in the ring. */
static int
tst_txintr(void *arg)
{
	struct tst_txq *const tq = arg;
	struct tst_softc *const sc = tq->tq_sc;
	struct ifnet *const ifp = &sc->sc_ec.ec_if;
	struct mbuf *m;

	KASSERT(cpu_intr_p());
	tst_lock(tq->tq_lock);
	tq->tq_asked = false;
	for (u_int n = 0; n < sc->sc_conf.tc_txburst; n++) {
		if (tq->tq_stopping || (m = tst_ring_get(tq)) == NULL)
			break;
		tq->tq_sent++;
		ifp->if_opackets++;
		tst_unlock(tq->tq_lock);
		(*sc->sc_wire->tw_sent)(sc->sc_unit, m);
		tst_lock(tq->tq_lock);
	}
	if (!tq->tq_stopping) {
		if (tq->tq_index == 0)
			ifp->if_flags &= ~IFF_OACTIVE;
		tst_fill_locked(tq);
	}
	tst_unlock(tq->tq_lock);
	return 1;
}

/* ---- up and down ------------------------------------------------------------ */

static void
tst_purge(struct tst_txq *tq)
{
	struct mbuf *m;

	KASSERT(tst_locked(tq->tq_lock));
	while ((m = tst_ring_get(tq)) != NULL) {
		tq->tq_purged++;
		m_freem(m);
	}
	for (;;) {
		IF_DEQUEUE(&tq->tq_snd, m);
		if (m == NULL)
			break;
		tq->tq_purged++;
		m_freem(m);
	}
}

static void
tst_set_stopping(struct tst_softc *sc, bool stopping)
{
	for (u_int i = 0; i < sc->sc_conf.tc_rxqs; i++) {
		struct tst_rxq *const rq = &sc->sc_rxq[i];

		tst_lock(rq->rq_lock);
		rq->rq_stopping = stopping;
		tst_unlock(rq->rq_lock);
	}
	for (u_int i = 0; i < sc->sc_conf.tc_txqs; i++) {
		struct tst_txq *const tq = &sc->sc_txq[i];

		tst_lock(tq->tq_lock);
		tq->tq_stopping = stopping;
		if (stopping)
			tst_purge(tq);
		tst_unlock(tq->tq_lock);
	}
}

static void
tst_stop(struct ifnet *ifp, int disable)
{
	tst_set_stopping(ifp->if_softc, true);
	ifp->if_flags &= ~(IFF_RUNNING | IFF_OACTIVE);
}

static int
tst_init(struct ifnet *ifp)
{
	struct tst_softc *const sc = ifp->if_softc;

	tst_stop(ifp, 0);
	tst_set_stopping(sc, false);
	ifp->if_flags |= IFF_RUNNING;
	for (u_int i = 0; i < sc->sc_conf.tc_rxqs; i++)
		probe_assert(sc->sc_rxq[i].rq_pin);
	return 0;
}

static int
tst_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	const int s = splnet();
	int error;

	error = ether_ioctl(ifp, cmd, data);
	if (error == ENETRESET) /* the filter has changed: nothing to write */
		error = 0;
	splx(s);
	return error;
}

/* ---- queues and their interrupts --------------------------------------------- */

static kmutex_t *
tst_lock_alloc(void)
{
#ifdef TST_MPSAFE
	return mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
#else
	return NULL;
#endif
}

static void
tst_lock_free(kmutex_t *lock)
{
	if (lock != NULL)
		mutex_obj_free(lock);
}

/* The CPU of a receive queue, and of the transmit queue that it fills. */
static u_int
tst_cpu_of(u_int unit, u_int queue)
{
	return tst_mpsafe ? (unit * TST_QUEUES + queue) % (u_int)ncpu : 0;
}

static struct intrhand *
tst_establish(int pin, int (*func)(void *), void *arg, u_int cpu)
{
	struct intrhand *const ih = probe_establish(pin, IPL_NET, func, arg,
	    tst_mpsafe);

	if (ih != NULL && probe_move(ih, cpu_lookup(cpu)) != 0)
		panic("tst: pin %d cannot be on CPU %u", pin, cpu);
	return ih;
}

static bool
tst_rxq_init(struct tst_softc *sc, u_int i)
{
	struct tst_rxq *const rq = &sc->sc_rxq[i];

	rq->rq_sc = sc;
	rq->rq_index = i;
	rq->rq_lock = tst_lock_alloc();
	rq->rq_pin = (int)(sc->sc_unit * PINS_OF_UNIT + i);
	rq->rq_stopping = true;
	rq->rq_ih = tst_establish(rq->rq_pin, tst_rxintr, rq,
	    tst_cpu_of(sc->sc_unit, i));
	return rq->rq_ih != NULL;
}

static bool
tst_txq_init(struct tst_softc *sc, u_int i)
{
	struct tst_txq *const tq = &sc->sc_txq[i];

	tq->tq_sc = sc;
	tq->tq_index = i;
	tq->tq_lock = tst_lock_alloc();
	tq->tq_pin = (int)(sc->sc_unit * PINS_OF_UNIT + TST_QUEUES + i);
	KASSERT(tq->tq_pin != TST_PACER_PIN);
	tq->tq_slots = sc->sc_conf.tc_txring;
	tq->tq_ring = kmem_zalloc(tq->tq_slots * sizeof(tq->tq_ring[0]),
	    KM_SLEEP);
	tq->tq_snd.ifq_maxlen = (int)sc->sc_conf.tc_sndmax;
	tq->tq_stopping = true;
	tq->tq_ih = tst_establish(tq->tq_pin, tst_txintr, tq,
	    tst_cpu_of(sc->sc_unit ^ 1, i));
	return tq->tq_ih != NULL;
}

static void
tst_queues_fini(struct tst_softc *sc)
{
	for (u_int i = 0; i < TST_QUEUES; i++) {
		struct tst_rxq *const rq = &sc->sc_rxq[i];
		struct tst_txq *const tq = &sc->sc_txq[i];

		if (rq->rq_ih != NULL)
			intr_disestablish(rq->rq_ih);
		if (tq->tq_ih != NULL)
			intr_disestablish(tq->tq_ih);
		tst_lock_free(rq->rq_lock);
		tst_lock_free(tq->tq_lock);
		if (tq->tq_ring != NULL)
			kmem_free(tq->tq_ring,
			    tq->tq_slots * sizeof(tq->tq_ring[0]));
	}
}

static bool
tst_queues_init(struct tst_softc *sc)
{
	for (u_int i = 0; i < sc->sc_conf.tc_rxqs; i++)
		if (!tst_rxq_init(sc, i))
			return false;
	for (u_int i = 0; i < sc->sc_conf.tc_txqs; i++)
		if (!tst_txq_init(sc, i))
			return false;
	return true;
}

/* ---- attach and detach ------------------------------------------------------ */

void
tst_conf_default(struct tst_conf *tc)
{
	tc->tc_rxqs = tc->tc_txqs = tst_mpsafe ? TST_QUEUES : 1;
	tc->tc_rxburst = tc->tc_txburst = 1;
	tc->tc_txring = RINGS_SLOTS;
	tc->tc_sndmax = IFQ_MAXLEN;
}

static void
tst_ifnet_init(struct tst_softc *sc)
{
	struct ifnet *const ifp = &sc->sc_ec.ec_if;

	snprintf(ifp->if_xname, sizeof(ifp->if_xname), "tst%u", sc->sc_unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_start = tst_start;
#ifdef TST_MPSAFE
	ifp->if_transmit = tst_transmit;
#endif
	ifp->if_ioctl = tst_ioctl;
	ifp->if_init = tst_init;
	ifp->if_stop = tst_stop;
	IFQ_SET_MAXLEN(&ifp->if_snd, (int)sc->sc_conf.tc_sndmax);
	IFQ_SET_READY(&ifp->if_snd);
	sc->sc_ec.ec_capabilities |= ETHERCAP_VLAN_MTU;
}

struct ifnet *
tst_attach(u_int unit, const struct tst_conf *conf, const struct tst_wire *wire)
{
	struct tst_softc *sc;
	struct ifnet *ifp;

	KASSERT(unit < TST_UNITS && units[unit] == NULL);
	sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	sc->sc_unit = unit;
	sc->sc_conf = *conf;
	sc->sc_wire = wire;
	sc->sc_lladdr[0] = 0x02; /* locally administered */
	sc->sc_lladdr[1] = 0xff;
	sc->sc_lladdr[5] = (uint8_t)unit;
	ifp = &sc->sc_ec.ec_if;
	tst_ifnet_init(sc);
	if (!tst_queues_init(sc)) {
		tst_queues_fini(sc);
		kmem_free(sc, sizeof(*sc));
		return NULL;
	}
	if_attach(ifp);
	ether_ifattach(ifp, sc->sc_lladdr);
	units[unit] = sc;
	return ifp;
}

void
tst_detach(u_int unit)
{
	struct tst_softc *const sc = units[unit];
	struct ifnet *const ifp = &sc->sc_ec.ec_if;
	int s;

	s = splnet();
	tst_stop(ifp, 1);
	splx(s);
	tst_queues_fini(sc);
	ether_ifdetach(ifp);
	if_detach(ifp);
	units[unit] = NULL;
	kmem_free(sc, sizeof(*sc));
}

/* ---- for tests -------------------------------------------------------------- */

struct ifnet *
tst_ifnet(u_int unit)
{
	return &units[unit]->sc_ec.ec_if;
}

const uint8_t *
tst_lladdr(u_int unit)
{
	return units[unit]->sc_lladdr;
}

struct tst_counts
tst_counts(u_int unit)
{
	const struct tst_softc *const sc = units[unit];
	struct tst_counts t = { 0 };

	for (u_int i = 0; i < TST_QUEUES; i++) {
		t.t_received += sc->sc_rxq[i].rq_received;
		t.t_filtered += sc->sc_rxq[i].rq_filtered;
		t.t_sent += sc->sc_txq[i].tq_sent;
		t.t_snddrops += sc->sc_txq[i].tq_drops;
		t.t_purged += sc->sc_txq[i].tq_purged;
	}
	return t;
}

u_int
tst_waiting_tx(u_int unit)
{
	struct tst_softc *const sc = units[unit];
	u_int n = (u_int)sc->sc_ec.ec_if.if_snd.ifq_len;

	for (u_int i = 0; i < sc->sc_conf.tc_txqs; i++)
		n += sc->sc_txq[i].tq_used +
		    (u_int)sc->sc_txq[i].tq_snd.ifq_len;
	return n;
}

void
tst_kick(u_int unit, u_int queue)
{
	probe_assert(units[unit]->sc_rxq[queue].rq_pin);
}

int
tst_move_rx(u_int unit, u_int queue, u_int cpu)
{
	return probe_move(units[unit]->sc_rxq[queue].rq_ih, cpu_lookup(cpu));
}

int
tst_move_tx(u_int unit, u_int queue, u_int cpu)
{
	return probe_move(units[unit]->sc_txq[queue].tq_ih, cpu_lookup(cpu));
}
