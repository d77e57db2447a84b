/*
 * if_tstvar.h: what a tst is made of: if_tst.c, the data path, and if_tst_attach.c
 * share it.
 */
#ifndef IF_TSTVAR_H
#define IF_TSTVAR_H

#include <sys/param.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>

#include <if_tst.h>

#ifdef NET_MPSAFE
#define TST_MPSAFE 1
#endif

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
	uint64_t tq_sent, tq_fetched, tq_drops, tq_purged; /* t */
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

/* if_tst.c */
int tst_rxintr(void *);
int tst_txintr(void *);
void tst_start(struct ifnet *);
int tst_transmit(struct ifnet *, struct mbuf *);
void tst_stop(struct ifnet *, int);
int tst_init(struct ifnet *);
int tst_ioctl(struct ifnet *, u_long, void *);

#endif /* IF_TSTVAR_H */
