/*
 * bridge_table.c: the table of addresses from the inside: how often readers are
 * waited for, what happens when many CPUs learn at once, and that a static entry
 * says at no moment anything else.
 *
 * bridge_perform	flush, trim, ageing and deletion each wait for readers once,
 *			however many addresses go (in GENERIC, not at all)
 * bridge_grow		the table grows while it is flushed
 * bridge_full		all CPUs learn the same addresses, more than there is room
 * bridge_static	a static entry is set again and again while its address is
 *			heard elsewhere and frames go there
 * bridge_two		two bridges age at the same time
 *
 * Boot property: rounds.
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/atomic.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>

#include <crew.h>
#include <lab.h>
#include <port.h>
#include <program.h>

extern int bridge_rtable_prune_period;

static volatile u_int stop, ready;

static void
good(int error, const char *what)
{
	program_check(error == 0, "%s: error %d", what, error);
}

/* The bridge hears of stations first to first + n - 1 at a unit. */
static void
hear(u_int unit, u_int first, u_int n)
{
	uint8_t mac[ETHER_ADDR_LEN];
	u_int i;

	for (i = 0; i < n; i++) {
		port_station(mac, first + i);
		(void)port_input(unit, port_mac(unit), mac);
	}
}

/* ---- once for all ------------------------------------------------------- */

static uint64_t performs;

static void
count_performs(void)
{
	performs = crew_evcnt("pserialize", "exclusive access");
}

static void
check_performs(u_int want, const char *what)
{
	const uint64_t n = crew_evcnt("pserialize", "exclusive access") -
	    performs;

	program_check(n == (port_mpsafe ? want : 0),
	    "%s: %lu waits for readers", what, (u_long)n);
}

static void
perform_main(void)
{
	const int period = bridge_rtable_prune_period;

	bridge_rtable_prune_period = 1;
	port_open(2, NULL);
	port_bridge("bridge0", 0, 2);

	hear(0, 0, 40);
	program_check(port_table_size("bridge0") == 40, "%u addresses",
	    port_table_size("bridge0"));
	count_performs();
	good(port_flush("bridge0", IFBF_FLUSHDYN), "flush");
	check_performs(1, "flush of 40");
	count_performs();
	good(port_flush("bridge0", IFBF_FLUSHALL), "flush");
	check_performs(0, "flush of nothing");

	hear(0, 0, 40);
	count_performs();
	good(port_param("bridge0", BRDGSCACHE, 10), "maxaddr");
	check_performs(1, "30 too many");
	program_check(port_table_size("bridge0") == 10, "%u addresses",
	    port_table_size("bridge0"));
	good(port_param("bridge0", BRDGSCACHE, 100), "maxaddr");

	good(port_param("bridge0", BRDGSTO, 1), "timeout");
	hear(1, 100, 40);
	good(port_flush("bridge0", IFBF_FLUSHDYN), "flush");
	hear(1, 100, 40); /* these live for 1 s */
	count_performs();
	(void)kpause("age", false, 3 * hz, NULL);
	check_performs(1, "40 are too old");
	program_check(port_table_size("bridge0") == 0, "%u addresses",
	    port_table_size("bridge0"));
	good(port_param("bridge0", BRDGSTO, 1200), "timeout");

	hear(0, 0, 20);
	hear(1, 100, 20);
	count_performs();
	good(lab_member("bridge0", BRDGDEL, port_name(1)), "delete");
	check_performs(2, "member leaves: itself and 20 addresses");
	program_check(port_table_size("bridge0") == 20, "%u addresses",
	    port_table_size("bridge0"));

	port_bridge_gone("bridge0");
	port_close();
	bridge_rtable_prune_period = period;
}

/* ---- growth ------------------------------------------------------------- */

/* Hears of new stations all the time. */
static void
newcomers(void *arg)
{
	const u_int me = crew_cpu();
	u_int n = 0;

	while (!stop) {
		hear(me % 2, (me << 16) + n, 4);
		n = (n + 4) % 400;
		if (n % 16 == 0)
			(void)kpause("hear", false, 1, NULL);
	}
}

static void
grow_main(void)
{
	const int64_t rounds = program_arg("rounds", 30);
	struct crew *c[2];
	int64_t i;

	port_open(2, NULL);
	port_bridge("bridge0", 0, 2);
	good(port_param("bridge0", BRDGSCACHE, 4000), "maxaddr");
	stop = 0;
	c[0] = crew_start(1, PRI_NONE, newcomers, NULL);
	c[1] = crew_start(2, PRI_NONE, newcomers, NULL);
	for (i = 0; i < rounds; i++) {
		good(port_flush("bridge0", IFBF_FLUSHDYN), "flush");
		(void)port_table_size("bridge0");
		if (i % 4 == 0)
			(void)kpause("grow", false, 1, NULL);
	}
	stop = 1;
	crew_join(c[0]);
	crew_join(c[1]);
	good(port_flush("bridge0", IFBF_FLUSHDYN), "flush");
	program_check(port_table_size("bridge0") == 0, "%u addresses",
	    port_table_size("bridge0"));
	port_bridge_gone("bridge0");
	port_close();
}

/* ---- a full table ------------------------------------------------------- */

#define FULL_ROOM 24

/*
 * All begin at the same moment, so that each address is found missing by many; or,
 * each having stations of its own, the last place by many.
 */
static void
same_stations(void *arg)
{
	u_int i;

	atomic_inc_uint(&ready);
	program_check(crew_spin(&ready, (u_int)ncpu, 100), "not all are ready");
	for (i = 0; i < 2 * FULL_ROOM; i++)
		hear(0, i + (arg != NULL ? crew_cpu() << 8 : 0), 1);
}

static void
full_main(void)
{
	const int64_t rounds = program_arg("rounds", 10);
	const struct ifnet *ifp;
	const struct bridge_softc *sc;
	u_int size;
	int64_t i;

	port_open(2, NULL);
	port_bridge("bridge0", 0, 2);
	good(port_param("bridge0", BRDGSCACHE, FULL_ROOM), "maxaddr");
	ifp = ifunit("bridge0");
	sc = ifp->if_softc;
	for (i = 0; i < rounds; i++) {
		ready = 0;
		crew_all(same_stations, i % 2 == 0 ? NULL : same_stations);
		size = port_table_size("bridge0");
		program_check(size == FULL_ROOM, "%u addresses, room for %u",
		    size, FULL_ROOM);
		program_check(sc->sc_brtcnt == size, "%u counted, %u there",
		    sc->sc_brtcnt, size);
		good(port_flush("bridge0", IFBF_FLUSHDYN), "flush");
		program_check(sc->sc_brtcnt == 0, "%u counted, none there",
		    sc->sc_brtcnt);
	}
	port_bridge_gone("bridge0");
	port_close();
}

/* ---- static entries ----------------------------------------------------- */

static uint8_t mover[ETHER_ADDR_LEN], sender[ETHER_ADDR_LEN];
static volatile u_int arrived;

/* What is for the station must go out of prt1. */
static void
static_sent(u_int unit, struct mbuf *m)
{
	const struct ether_header *const eh = mtod(m, struct ether_header *);

	if (memcmp(eh->ether_dhost, mover, ETHER_ADDR_LEN) == 0) {
		program_check(unit == 1, "to a static address: out of prt%u",
		    unit);
		atomic_inc_uint(&arrived);
	}
	m_freem(m);
}

/* Its address is heard at prt0, and frames come for it at prt2. */
static void
static_traffic(void *arg)
{
	while (!stop) {
		(void)port_input(0, port_mac(0), mover);
		(void)port_input(2, mover, sender);
		if (!port_mpsafe)
			(void)kpause("static", false, 1, NULL);
	}
}

static void
static_main(void)
{
	const int64_t rounds = program_arg("rounds", 40);
	struct crew *c[3];
	char name[IFNAMSIZ];
	int64_t i;
	u_int k;

	port_station(mover, 1);
	port_station(sender, 2);
	arrived = stop = 0;
	port_open(3, static_sent);
	port_bridge("bridge0", 0, 3);
	good(port_saddr("bridge0", mover, 1, IFBAF_STATIC), "static address");
	for (k = 0; k < 3; k++)
		c[k] = crew_start(1 + k, PRI_NONE, static_traffic, NULL);
	for (i = 0; i < rounds; i++) {
		good(port_saddr("bridge0", mover, 1, IFBAF_STATIC),
		    "static address");
		good(port_flush("bridge0", IFBF_FLUSHDYN), "flush");
		program_check(port_knows("bridge0", mover, name) &&
			strcmp(name, "prt1") == 0,
		    "the static address is behind '%s'", name);
	}
	stop = 1;
	for (k = 0; k < 3; k++)
		crew_join(c[k]);
	program_check(arrived > 0, "no frame came through");
	port_bridge_gone("bridge0");
	port_close();
}

/* ---- two bridges -------------------------------------------------------- */

static void
two_main(void)
{
	const int period = bridge_rtable_prune_period;

	bridge_rtable_prune_period = 1;
	port_open(4, NULL);
	port_bridge("bridge0", 0, 2);
	port_bridge("bridge1", 2, 2);
	good(port_param("bridge0", BRDGSTO, 1), "timeout");
	good(port_param("bridge1", BRDGSTO, 1), "timeout");
	hear(0, 0, 30);
	hear(2, 0, 30);
	program_check(port_table_size("bridge0") == 30, "bridge0: %u addresses",
	    port_table_size("bridge0"));
	program_check(port_table_size("bridge1") == 30, "bridge1: %u addresses",
	    port_table_size("bridge1"));
	(void)kpause("two", false, 3 * hz, NULL);
	program_check(port_table_size("bridge0") == 0, "bridge0: %u addresses",
	    port_table_size("bridge0"));
	program_check(port_table_size("bridge1") == 0, "bridge1: %u addresses",
	    port_table_size("bridge1"));
	/* One of them has a longer memory; and is destroyed, timer and all. */
	good(port_param("bridge1", BRDGSTO, 1200), "timeout");
	hear(0, 0, 30);
	hear(2, 0, 30);
	(void)kpause("two", false, 3 * hz, NULL);
	program_check(port_table_size("bridge1") == 30,
	    "bridge1: %u addresses left", port_table_size("bridge1"));
	port_bridge_gone("bridge1");
	program_check(port_table_size("bridge0") == 0, "bridge0: %u addresses",
	    port_table_size("bridge0"));
	port_bridge_gone("bridge0");
	port_close();
	bridge_rtable_prune_period = period;
}

static int
bridge_perform(void)
{
	return crew_main(perform_main);
}

static int
bridge_grow(void)
{
	return crew_main(grow_main);
}

static int
bridge_full(void)
{
	return crew_main(full_main);
}

static int
bridge_static(void)
{
	return crew_main(static_main);
}

static int
bridge_two(void)
{
	return crew_main(two_main);
}

PROGRAM(bridge_perform, "bridge: readers of the table are waited for once",
    bridge_perform);
PROGRAM(bridge_grow, "bridge: the table grows while it is flushed",
    bridge_grow);
PROGRAM(bridge_full, "bridge: all CPUs learn at once, more than fits",
    bridge_full);
PROGRAM(bridge_static, "bridge: a static address is static at any moment",
    bridge_static);
PROGRAM(bridge_two, "bridge: two of them age at the same time", bridge_two);
