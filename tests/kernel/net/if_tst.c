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
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_ether.h>

#include <if_tstvar.h>
#include <probe.h>

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

int
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
		if (m == NULL && tq->tq_index == 0) {
			IFQ_DEQUEUE(&ifp->if_snd, m);
			tq->tq_fetched += m != NULL;
		}
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
void
tst_start(struct ifnet *ifp)
{
	struct tst_softc *const sc = ifp->if_softc;
	struct tst_txq *const tq = &sc->sc_txq[0];

	tst_lock(tq->tq_lock);
	if (!tq->tq_stopping && (ifp->if_flags & IFF_OACTIVE) == 0)
		tst_fill_locked(tq);
	tst_unlock(tq->tq_lock);
}

/* if_transmit: m goes out by this CPU's queue, or is dropped: ENOBUFS. */
int
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
	} else {
		ifp->if_obytes += m->m_pkthdr.len;
		IF_ENQUEUE(&tq->tq_snd, m);
	}
	if (!tq->tq_stopping)
		tst_fill_locked(tq);
	tst_unlock(tq->tq_lock);
	return error;
}

/* Completion: the device has sent what is in the ring. */
int
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

void
tst_stop(struct ifnet *ifp, int disable)
{
	tst_set_stopping(ifp->if_softc, true);
	ifp->if_flags &= ~(IFF_RUNNING | IFF_OACTIVE);
}

int
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

int
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
