/*
 * if_tst_attach.c: tst0 to tst3 come and go; which queue interrupts which CPU.
 *
 * Threads, under KERNEL_LOCK where the network wants it.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/interrupt.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>

#include <if_tstvar.h>
#include <probe.h>

#define PINS_OF_UNIT (2 * TST_QUEUES)
#define RING_SLOTS   256

static struct tst_softc *units[TST_UNITS]; /* set by one thread */

#ifdef TST_MPSAFE
const bool tst_mpsafe = true;
#else
const bool tst_mpsafe = false;
#endif

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

static int
tst_move(struct intrhand *ih, u_int cpu)
{
	kcpuset_t *set;
	int error;

	kcpuset_create(&set, true);
	kcpuset_set(set, cpu);
	error = interrupt_distribute(ih, set, NULL);
	kcpuset_destroy(set);
	return error;
}

static struct intrhand *
tst_establish(int pin, int (*func)(void *), void *arg, u_int cpu)
{
	struct intrhand *const ih = probe_establish(pin, IPL_NET, func, arg,
	    tst_mpsafe);

	if (ih != NULL && tst_move(ih, cpu) != 0)
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
	tc->tc_txring = RING_SLOTS;
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
	units[unit] = sc;
	KERNEL_LOCK(1, NULL);
	if_attach(ifp);
	ether_ifattach(ifp, sc->sc_lladdr);
	KERNEL_UNLOCK_ONE(NULL);
	return ifp;
}

void
tst_detach(u_int unit)
{
	struct tst_softc *const sc = units[unit];
	struct ifnet *const ifp = &sc->sc_ec.ec_if;
	int s;

	KERNEL_LOCK(1, NULL);
	s = splnet();
	tst_stop(ifp, 1);
	splx(s);
	tst_queues_fini(sc);
	ether_ifdetach(ifp);
	if_detach(ifp);
	KERNEL_UNLOCK_ONE(NULL);
	units[unit] = NULL;
	kmem_free(sc, sizeof(*sc));
}

/* ---- for tests -------------------------------------------------------------- */

size_t
tst_bytes(void)
{
	return sizeof(struct tst_softc);
}

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
		t.t_fetched += sc->sc_txq[i].tq_fetched;
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
	return tst_move(units[unit]->sc_rxq[queue].rq_ih, cpu);
}

int
tst_move_tx(u_int unit, u_int queue, u_int cpu)
{
	return tst_move(units[unit]->sc_txq[queue].tq_ih, cpu);
}
