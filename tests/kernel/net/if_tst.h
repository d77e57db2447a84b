/*
 * if_tst.h: tst0 to tst3, Ethernet interfaces for tests of the network.
 *
 * A tst has receive and transmit queues with an interrupt each, from a pin of
 * the probe (port/machdep/probe.h), but no wire: what comes in is made, and what
 * goes out is looked at, by the functions of a struct tst_wire.
 *
 *	wire -> tst_rxintr -> if_input ...		hard interrupt, IPL_NET
 *	... if_start or if_transmit -> ring		any, at IPL_NET
 *	ring -> tst_txintr -> wire			hard interrupt, IPL_NET
 *
 * GENERIC: handlers with KERNEL_LOCK, no locks of its own, all on CPU 0, one
 * queue each way.  NET_MPSAFE: a spin lock for each queue, dropped while the
 * network is called; queues on CPUs of their own.
 */
#ifndef IF_TST_H
#define IF_TST_H

#include <sys/param.h>
#include <sys/types.h>

#include <net/if.h>

struct mbuf;

#define TST_UNITS     4
#define TST_QUEUES    4  /* each way, of a unit */
#define TST_PACER_PIN 31 /* so unit 3 has but three transmit queues */

/*
 * What is at the other end of the cables.  All are called in hard interrupts at
 * IPL_NET, in GENERIC with KERNEL_LOCK, without a queue's lock; for one queue
 * never twice at a time.
 */
struct tst_wire {
	/* The frame that has come in at unit's receive queue, or NULL. */
	struct mbuf *(*tw_receive)(u_int unit, u_int queue);
	/* Is there another one? */
	bool (*tw_waiting)(u_int unit, u_int queue);
	/* This one has gone out; it is yours. */
	void (*tw_sent)(u_int unit, struct mbuf *);
};

struct tst_conf {
	u_int tc_rxqs, tc_txqs; /* queues, 1 to TST_QUEUES */
	u_int tc_rxburst;       /* frames that one interrupt may take */
	u_int tc_txburst;       /* and that one may give back */
	u_int tc_txring;        /* slots of a transmit ring */
	u_int tc_sndmax;        /* frames that may wait for it */
};

/* What the kernel's configuration does: see above. */
void tst_conf_default(struct tst_conf *);

/* Is the network MPSAFE, in this kernel? */
extern const bool tst_mpsafe;

/* Frames that ended in a unit, by place. */
struct tst_counts {
	uint64_t t_received; /* given to if_input */
	uint64_t t_filtered; /* not for us, and not promiscuous */
	uint64_t t_nombuf;   /* no memory to receive into */
	uint64_t t_sent;     /* given to the wire */
	uint64_t t_fetched;  /* taken out of if_snd */
	uint64_t t_snddrops; /* a transmit queue's software queue was full */
	uint64_t t_purged;   /* were in a queue or ring when it went down */
};

/*
 * Attach and detach tst<unit>.  Threads.  It comes up by SIOCSIFFLAGS.  NULL: no
 * pins or no CPU's slot is free.
 */
struct ifnet *tst_attach(u_int unit, const struct tst_conf *,
    const struct tst_wire *);
void tst_detach(u_int unit);

struct ifnet *tst_ifnet(u_int unit);
size_t tst_bytes(void); /* of the softc, in which the ifnet is */
const uint8_t *tst_lladdr(u_int unit);
struct tst_counts tst_counts(u_int unit);
u_int tst_waiting_tx(u_int unit); /* frames in its rings and queues */

/* Interrupt for a receive queue: a frame has come in.  Any context. */
void tst_kick(u_int unit, u_int queue);

/*
 * Move the interrupt of a queue to another CPU, frames under way or not.
 * Threads.  0 or EBUSY: no free slot there.
 */
int tst_move_rx(u_int unit, u_int queue, u_int cpu);
int tst_move_tx(u_int unit, u_int queue, u_int cpu);

#endif /* IF_TST_H */
