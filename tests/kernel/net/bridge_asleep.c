/*
 * bridge_asleep.c: who deletes has to wait for a frame that does not get on.
 *
 * A softint may wait for an adaptive mutex, as a driver's.  Its CPU goes on
 * meanwhile: it switches LWPs, so read sections count as over, and answers cross
 * calls.  What is in the softint's hands then is kept by references alone, and what
 * is behind it in the packet queue by the queue's being waited for.  So here a
 * driver has a gate, which is such a mutex, and the test has it closed:
 *
 *	main			CPU 4, softint		CPU 2
 *
 *	closes the gate
 *				sends through prt1,
 *				waits at the gate
 *							BRDGDEL prt1: waits
 *	is it still waiting?
 *	opens the gate
 *				gives prt1 back
 *							returns
 *
 * That needs no luck: each schedule has the situation.
 *
 * bridge_asleep	sender: a frame is on its way out of who leaves; next: the same,
 *			of a frame to all, whose walk goes on from there; queue: frames
 *			of an interface that is taken away are in the queue; filter: a filter
 *			sleeps with a frame of it
 * bridge_tick		a bridge goes down while spanning tree's clock sends
 *
 * NET_MPSAFE.  In GENERIC all this has KERNEL_LOCK, with which a driver does not
 * sleep: there is nothing to see.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/pfil.h>

#include <crew.h>
#include <lab.h>
#include <port.h>
#include <program.h>

#define ENOUGH 30 /* ticks: nobody who does not wait takes as long */
#define STUCK  300

static const uint8_t to_all[ETHER_ADDR_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff };

static kmutex_t gate; /* adaptive */
static u_int gated;   /* the unit that has it; constant while frames go */
static volatile u_int at_gate, gone;
static uint8_t there[ETHER_ADDR_LEN], here[ETHER_ADDR_LEN];

static void
good(int error, const char *what)
{
	program_check(error == 0, "%s: error %d", what, error);
}

static void
asleep_sent(u_int unit, struct mbuf *m)
{
	if (unit == gated) {
		atomic_inc_uint(&at_gate);
		mutex_enter(&gate);
		mutex_exit(&gate);
	}
	m_freem(m);
}

/* A station behind the gate is known, or nobody is; it is shut. */
static void
asleep_close(u_int unit, bool known)
{
	good(port_flush("bridge0", IFBF_FLUSHALL), "flush");
	gated = PORTS;
	if (known)
		(void)port_input(unit, port_mac(unit), there);
	gated = unit;
	at_gate = gone = 0;
	mutex_enter(&gate);
}

/*
 * The gate opens, for what has waited until now; false: somebody waits for ever,
 * and nothing can be tidied up.
 */
static bool
asleep_open(struct crew *leaves, const char *part)
{
	bool ends;

	(void)kpause("asleep", false, ENOUGH, NULL);
	program_check(!gone, "%s: it is gone, and a frame still needs it",
	    part);
	mutex_exit(&gate);
	ends = crew_await(&gone, 1, STUCK);
	program_check(ends, "%s: who deletes waits for ever", part);
	if (ends)
		crew_join(leaves);
	return ends;
}

static void
asleep_one(void *arg)
{
	(void)port_input(0, there, here);
}

static void
asleep_all(void *arg)
{
	(void)port_input(0, to_all, here);
}

/* One is asleep, and behind it are those of prt1. */
static void
asleep_queue(void *arg)
{
	uint8_t mac[ETHER_ADDR_LEN];
	u_int i;

	(void)port_input(0, there, here);
	port_station(mac, 300);
	for (i = 0; i < 4; i++)
		(void)port_input(1, here, mac);
}

static void
asleep_frames(void (*frames)(void *), const char *part)
{
	crew_join(crew_start(4, PRI_NONE, frames, NULL));
	program_check(crew_await(&at_gate, 1, STUCK), "%s: no frame", part);
}

static void
asleep_delete(void *arg)
{
	good(lab_member("bridge0", BRDGDEL, "prt1"), "delete");
	gone = 1;
}

static void
asleep_detach(void *arg)
{
	port_detach(1);
	gone = 1;
}

static bool
asleep_sender(void (*frames)(void *), bool known, const char *part)
{
	asleep_close(1, known);
	asleep_frames(frames, part);
	if (!asleep_open(crew_start(2, PRI_NONE, asleep_delete, NULL), part))
		return false;
	good(lab_member("bridge0", BRDGADD, "prt1"), "add");
	return true;
}

/* .. or the gate is in a filter of what comes in, which is given the interface. */
static int
asleep_pfil(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	if (dir == PFIL_IN && atomic_inc_uint_nv(&at_gate) == 1) {
		mutex_enter(&gate);
		mutex_exit(&gate);
		program_check(strcmp(ifp->if_xname, "prt1") == 0,
		    "filter: its interface is gone");
	}
	return 0;
}

static void
asleep_from(void *arg)
{
	uint8_t mac[ETHER_ADDR_LEN];

	port_station(mac, 300);
	(void)port_input(1, there, mac);
}

static bool
asleep_filter(void)
{
	struct pfil_head *const ph = ifunit("bridge0")->if_pfil;

	asleep_close(2, true);
	gated = PORTS;
	good(pfil_add_hook(asleep_pfil, NULL, PFIL_IN, ph), "filter");
	asleep_frames(asleep_from, "filter");
	if (!asleep_open(crew_start(2, PRI_NONE, asleep_detach, NULL),
		"filter"))
		return false;
	good(pfil_remove_hook(asleep_pfil, NULL, PFIL_IN, ph), "filter");
	return true;
}

static void
asleep_main(void)
{
	port_station(there, 100);
	port_station(here, 200);
	mutex_init(&gate, MUTEX_DEFAULT, IPL_NONE);
	gated = PORTS;
	port_open(3, asleep_sent);
	port_bridge("bridge0", 0, 3);

	if (crew_part("sender") && !asleep_sender(asleep_one, true, "sender"))
		return;
	/* With an address behind it a deletion would wait for readers anyhow. */
	if (crew_part("next") && !asleep_sender(asleep_all, false, "next"))
		return;
	if (crew_part("queue")) {
		asleep_close(2, true);
		asleep_frames(asleep_queue, "queue");
		if (!asleep_open(crew_start(2, PRI_NONE, asleep_detach, NULL),
			"queue"))
			return;
		port_attach(1);
		good(lab_member("bridge0", BRDGADD, "prt1"), "add");
	}
	if (crew_part("filter") && !asleep_filter())
		return;
	gated = PORTS;
	port_bridge_gone("bridge0");
	port_close();
	mutex_destroy(&gate);
}

/* ---- spanning tree's clock ---------------------------------------------- */

/* 1: the next message is to be slow; 2: it is at it; 3: it was. */
static volatile u_int slow;

static void
tick_sent(u_int unit, struct mbuf *m)
{
	if (memcmp(mtod(m, uint8_t *), bstp_etheraddr, ETHER_ADDR_LEN) == 0 &&
	    atomic_cas_uint(&slow, 1, 2) == 1) {
		crew_delay(80000);
		program_check(!gone, "a bridge is down, and its clock sends");
		slow = 3;
	}
	m_freem(m);
}

static void
tick_down(void *arg)
{
	program_check(crew_await(&slow, 2, STUCK), "the clock sends nothing");
	good(lab_up("bridge0", false), "down");
	gone = 1;
}

static void
tick_main(void)
{
	struct ifbreq req = { .ifbr_ifsname = "prt0",
		.ifbr_ifsflags = IFBIF_LEARNING | IFBIF_DISCOVER | IFBIF_STP };
	struct crew *c;

	slow = gone = 0;
	port_open(2, tick_sent);
	port_bridge("bridge0", 0, 2);
	good(port_param("bridge0", BRDGSHT, 1), "hello time");
	good(lab_bridge("bridge0", BRDGSIFFLGS, &req, sizeof(req)), "flags");
	slow = 1;
	c = crew_start(2, PRI_NONE, tick_down, NULL);
	crew_join(c);
	program_check(crew_await(&slow, 3, STUCK), "it sends for ever");
	port_bridge_gone("bridge0");
	port_close();
}

/* Where drivers may sleep; on a CPU of its own, whose callouts it has. */
static int
asleep(void (*fn)(void))
{
	return port_mpsafe ? crew_main_at(1, PRI_NONE, fn) : 0;
}

static int
bridge_asleep(void)
{
	return asleep(asleep_main);
}

static int
bridge_tick(void)
{
	return asleep(tick_main);
}

PROGRAM(bridge_asleep, "bridge: one leaves while a frame waits in its driver",
    bridge_asleep);
PROGRAM(bridge_tick, "bridge: one goes down while spanning tree sends",
    bridge_tick);
