/*
 * bridge_leave.c: a member leaves while all CPUs are busy with it.
 *
 * Stations behind prt1 are known, frames go there and to all, and come from there.
 * prt1 leaves and comes back, or is taken away altogether.  Once BRDGDEL, or
 * ether_ifdetach, has returned
 *
 *	- nothing goes out of prt1: nobody is in the middle of sending there
 *	- no address is behind it, and none will be
 *	- its memory may be filled with rubbish: nobody looks at it
 *
 * bridge_leave		BRDGDEL and BRDGADD
 * bridge_detach	the interface is detached, and attached again
 * bridge_twice		three threads delete the same members: by BRDGDEL two, one by
 *			taking the interfaces away
 * bridge_gone		the bridge is destroyed, and made again
 *
 * Boot property: rounds.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>

#include <crew.h>
#include <lab.h>
#include <port.h>
#include <program.h>

#define WORKERS  3
#define STATIONS 6

static const uint8_t to_all[ETHER_ADDR_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff };

static volatile u_int stop, left, away, sent_there;

static void
good(int error, const char *what)
{
	program_check(error == 0, "%s: error %d", what, error);
}

/*
 * What goes out: of prt1 only while it is a member.  A driver takes its time; when
 * `slow' is 1, with one frame to all it takes longer than anybody waits for readers.
 */
static volatile u_int slow;

static void
leave_sent(u_int unit, struct mbuf *m)
{
	const struct ether_header *const eh = mtod(m, struct ether_header *);

	if (unit == 1) {
		program_check(!left, "a frame goes out of one who has left");
		atomic_inc_uint(&sent_there);
		if (ETHER_IS_MULTICAST(eh->ether_dhost) &&
		    atomic_cas_uint(&slow, 1, 2) == 1) {
			crew_delay(60000);
			program_check(!left,
			    "one leaves while a frame goes out of it");
			slow = 0;
		}
	}
	m_freem(m);
}

static void
leave_traffic(void *arg)
{
	uint8_t there[ETHER_ADDR_LEN], here[ETHER_ADDR_LEN];
	const u_int me = crew_cpu();
	u_int n = 0;

	while (!stop) {
		n++;
		port_station(there, 100 + n % STATIONS);
		port_station(here, 200 + me);
		(void)port_input(0, there, here);
		if (n % 4 == 0)
			(void)port_input(2, to_all, here);
		if (!away && arg == NULL)
			(void)port_input(1, here, there);
		if (!port_mpsafe || n % 8 == 0)
			(void)kpause("leave", false, 1, NULL);
	}
}

static void
leave_begin(struct crew **c, void *arg)
{
	u_int k;

	stop = left = away = sent_there = slow = 0;
	port_open(3, leave_sent);
	port_bridge("bridge0", 0, 3);
	for (k = 0; k < WORKERS; k++)
		c[k] = crew_start(1 + k, PRI_NONE, leave_traffic, arg);
}

static void
leave_end(struct crew **c)
{
	u_int k;

	stop = 1;
	for (k = 0; k < WORKERS; k++)
		crew_join(c[k]);
	program_check(sent_there > 0, "no frame went out of prt1");
	port_bridge_gone("bridge0");
	port_close();
}

/* No address is behind prt1. */
static void
leave_check(const char *when)
{
	struct ifbareq *list;
	u_int n, i;

	list = port_table("bridge0", &n);
	for (i = 0; i < n; i++)
		program_check(strcmp(list[i].ifba_ifsname, "prt1") != 0,
		    "%s: an address is behind it", when);
	port_table_free(list, n);
}

static void
leave_learn(void)
{
	uint8_t mac[ETHER_ADDR_LEN];
	u_int i;

	for (i = 0; i < STATIONS; i++) {
		port_station(mac, 100 + i);
		(void)port_input(1, port_mac(0), mac);
	}
}

/* A member leaves while its driver is busy, or at any time. */
static void
leave_at_a_time(int64_t round, uint64_t *state)
{
	if (round % 4 != 0) {
		crew_delay(program_random(state) % 6000);
		return;
	}
	slow = 1;
	while (slow == 1)
		(void)kpause("leave", false, 1, NULL);
}

static void
leave_main(void)
{
	const int64_t rounds = program_arg("rounds", 20);
	struct crew *c[WORKERS];
	uint64_t state = 1;
	int64_t i;

	leave_begin(c, NULL);
	for (i = 0; i < rounds; i++) {
		leave_learn();
		leave_at_a_time(i, &state);
		good(lab_member("bridge0", BRDGDEL, "prt1"), "delete");
		left = 1;
		leave_check("after it has left");
		(void)kpause("leave", false, 1, NULL);
		leave_check("a while after");
		left = 0;
		good(lab_member("bridge0", BRDGADD, "prt1"), "add");
	}
	leave_end(c);
}

/*
 * Frames from prt1 are in the packet queue of CPU 4, or on their way there, and do
 * not get on for a while.
 */
static volatile u_int queued;

static void
detach_feeder(void *arg)
{
	uint8_t mac[ETHER_ADDR_LEN], nobody[ETHER_ADDR_LEN];
	u_int i;
	int s;

	port_station(nobody, 999);
	s = splsoftnet();
	for (i = 0; i < STATIONS; i++) {
		port_station(mac, 100 + i);
		(void)port_input(1, nobody, mac);
	}
	queued = 1;
	crew_delay(100000);
	splx(s);
}

static void
detach_main(void)
{
	const int64_t rounds = program_arg("rounds", 6);
	struct crew *c[WORKERS], *feeder;
	int64_t i;

	leave_begin(c, leave_begin); /* nothing comes from prt1 but here */
	for (i = 0; i < rounds; i++) {
		leave_learn();
		queued = 0;
		feeder = crew_start(4, PRI_NONE, detach_feeder, NULL);
		program_check(crew_await(&queued, 1, 100), "no frames");
		port_detach(1);
		left = 1;
		crew_join(feeder);
		leave_check("after it is gone");
		(void)kpause("leave", false, 1, NULL);
		left = 0;
		port_attach(1);
		good(lab_member("bridge0", BRDGADD, "prt1"), "add");
	}
	leave_end(c);
}

/* ---- two at a time ------------------------------------------------------ */

static volatile u_int deleted, refused;

static void
twice_delete(void *arg)
{
	u_int i;
	int error;

	for (i = 0; i < PORTS; i++) {
		error = lab_member("bridge0", BRDGDEL, port_name(i));
		if (error == 0)
			atomic_inc_uint(&deleted);
		else if (error == ENOENT)
			atomic_inc_uint(&refused);
		else
			good(error, "delete");
	}
}

/* Their interfaces go, too. */
static void
twice_detach(void *arg)
{
	u_int i;

	for (i = 0; i < PORTS; i++)
		port_detach(i);
}

static void
twice_main(void)
{
	const int64_t rounds = program_arg("rounds", 4);
	struct crew *c[3];
	int64_t i;
	u_int k;

	for (i = 0; i < rounds; i++) {
		port_open(PORTS, NULL);
		port_bridge("bridge0", 0, PORTS);
		deleted = refused = 0;
		c[0] = crew_start(1, PRI_NONE, twice_delete, NULL);
		c[1] = crew_start(2, PRI_NONE, twice_delete, NULL);
		c[2] = crew_start(3, PRI_NONE, twice_detach, NULL);
		for (k = 0; k < 3; k++)
			crew_join(c[k]);
		program_check(deleted <= PORTS &&
			deleted + refused == 2 * PORTS,
		    "%u deleted, %u refused", deleted, refused);
		port_bridge_gone("bridge0");
		port_close();
	}
}

/* ---- the bridge itself -------------------------------------------------- */

static void
gone_main(void)
{
	const int64_t rounds = program_arg("rounds", 8);
	struct crew *c[WORKERS];
	int64_t i;

	leave_begin(c, NULL);
	for (i = 0; i < rounds; i++) {
		leave_learn();
		(void)kpause("gone", false, 1, NULL);
		port_bridge_gone("bridge0");
		left = 1;
		program_check(port_ifnet(1)->if_bridge == NULL,
		    "prt1 is a member of what is gone");
		(void)kpause("gone", false, 1, NULL);
		left = 0;
		port_bridge("bridge0", 0, 3);
	}
	leave_end(c);
}

static int
bridge_leave(void)
{
	return crew_main(leave_main);
}

static int
bridge_detach(void)
{
	return crew_main(detach_main);
}

static int
bridge_twice(void)
{
	return crew_main(twice_main);
}

static int
bridge_gone(void)
{
	return crew_main(gone_main);
}

PROGRAM(bridge_leave, "bridge: a member leaves while frames go there",
    bridge_leave);
PROGRAM(bridge_detach, "bridge: a member's interface goes away for good",
    bridge_detach);
PROGRAM(bridge_twice, "bridge: three threads delete the same members",
    bridge_twice);
PROGRAM(bridge_gone, "bridge: one is destroyed under traffic", bridge_gone);
