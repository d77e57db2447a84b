/*
 * t_bridge_rtable.c: the table of addresses, as NetBSD's ATF case of that name
 * looks at it, and further: what a bridge learns and forgets, and what it does
 * with a frame because of it.
 *
 * t_bridge_rtable	empty at first; a frame teaches it its sender; addresses
 *			age; flush and deletion; a static address
 * bridge_learn		known: to that member alone; unknown: to all others; a
 *			station that moves; learning and discovery turned off; a
 *			member's addresses go with it
 * bridge_limit		no more addresses than it may have
 *
 * Boot property: bug (if_tst.c).
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/if_bridgevar.h>

#include <crew.h>
#include <lab.h>
#include <mbufs.h>
#include <program.h>
#include <table.h>
#include <traffic.h>

static const u_int any_unit = TRAFFIC_END(TST_UNITS) - 1;

static void
good(int error, const char *what)
{
	program_check(error == 0, "%s: error %d", what, error);
}

/* From a unit's station to another's: may end anywhere but where it entered. */
static u_int
flow_between(u_int from, u_int to, u_int station)
{
	struct traffic_flow fl = traffic_unicast(from, 0, to, station);

	fl.fl_ends = any_unit & ~TRAFFIC_END(from);
	return traffic_add(&fl);
}

/* One frame: at which units does it end? */
static u_int
ends_of(u_int flow)
{
	const struct traffic_count before = traffic_count(flow);
	struct traffic_count after;
	u_int ends = 0;

	(void)traffic_send(flow, 1);
	after = traffic_count(flow);
	for (u_int end = 0; end < TRAFFIC_ENDS; end++)
		if (after.tc_got[end] != before.tc_got[end])
			ends |= TRAFFIC_END(end);
	return ends;
}

static void
check_ends(u_int flow, u_int want, const char *when)
{
	const u_int ends = ends_of(flow);

	program_check(ends == want, "%s: a frame ends at %#x, not %#x", when,
	    ends, want);
}

static void
check_behind(const uint8_t *mac, int want, const char *when)
{
	const int unit = table_find(mac, NULL, NULL);

	program_check(unit == want, "%s: the address is behind %d, not %d",
	    when, unit, want);
}

/* ---- rtable ------------------------------------------------------------------------ */

static void
rtable_ages(u_int there, const uint8_t *a)
{
	time_t expire = 0;

	(void)traffic_send(there, 1);
	(void)table_find(a, NULL, &expire);
	program_check(expire > 1190 && expire <= 1200, "an address lives %ld s",
	    (long)expire);
	good(table_timeout(2), "timeout");
	(void)traffic_send(there, 1); /* from now on */
	(void)table_find(a, NULL, &expire);
	program_check(expire >= 1 && expire <= 2, "an address lives %ld s",
	    (long)expire);
	(void)kpause("age", false, hz / 2, NULL);
	check_behind(a, 0, "half a second later");
	(void)kpause("age", false, 4 * hz, NULL);
	check_behind(a, -1, "4 s later");
	good(table_timeout(1200), "timeout");
}

static void
rtable_static(u_int there, u_int back, const uint8_t *a)
{
	uint8_t flags = 0;
	time_t expire = 1;

	(void)traffic_send(back, 1);
	good(table_static(a, 1), "a static address");
	program_check(table_find(a, &flags, &expire) == 1 &&
		(flags & IFBAF_TYPEMASK) == IFBAF_STATIC && expire == 0,
	    "the static address: flags %#x, expires %ld", flags, (long)expire);
	(void)traffic_send(there, 1); /* heard elsewhere: no matter */
	check_behind(a, 1, "heard elsewhere");
	good(table_flush(false), "flush");
	check_behind(a, 1, "learned ones are flushed");
	program_check(table_size() == 1, "%u addresses", table_size());
	good(table_flush(true), "flush all");
	program_check(table_size() == 0, "%u addresses", table_size());
}

static void
rtable_main(void)
{
	const struct mbufs before = mbufs_now();
	const int period = table_prune_period(1);
	uint8_t a[ETHER_ADDR_LEN], b[ETHER_ADDR_LEN];
	u_int there, back;

	lab_open_by_hand(3);
	there = flow_between(0, 1, 1);
	back = flow_between(1, 0, 1);
	traffic_station(a, 0, 1);
	traffic_station(b, 1, 1);
	traffic_start();
	lab_bridge_all();
	program_check(table_size() == 0, "a new bridge has %u addresses",
	    table_size());
	(void)traffic_send(there, 1);
	check_behind(a, 0, "it has sent");
	check_behind(b, -1, "it has not sent");
	(void)traffic_send(back, 1);
	check_behind(b, 1, "it has sent");
	program_check(table_size() == 2, "%u addresses", table_size());
	good(table_delete(a), "delete");
	check_behind(a, -1, "deleted");
	program_check(table_delete(a) == ENOENT, "deleted twice");
	rtable_ages(there, a);
	rtable_static(there, back, a);
	lab_bridge_gone();
	lab_close();
	(void)table_prune_period(period);
	mbufs_check(&before, "in the end");
}

/* ---- learning ------------------------------------------------------------------------ */

static void
member_flags(u_int unit, uint32_t flags)
{
	struct ifbreq req = { .ifbr_ifsflags = flags };

	strlcpy(req.ifbr_ifsname, lab_name(unit), sizeof(req.ifbr_ifsname));
	good(lab_bridge("bridge0", BRDGSIFFLGS, &req, sizeof(req)), "flags");
}

/* A frame of the station of unit `of', heard at another unit. */
static u_int
flow_moved(u_int of, u_int at, u_int to)
{
	struct traffic_flow fl = traffic_unicast(of, 0, to, 1);

	fl.fl_unit = (uint8_t)at;
	fl.fl_ends = any_unit & ~TRAFFIC_END(at);
	return traffic_add(&fl);
}

static void
learn_flags(u_int there, u_int back, const uint8_t *a)
{
	good(table_flush(true), "flush");
	member_flags(0, IFBIF_DISCOVER); /* no learning */
	(void)traffic_send(there, 1);
	check_behind(a, -1, "without learning");
	member_flags(0, IFBIF_LEARNING); /* no discovery */
	check_ends(back, TRAFFIC_END(2) | TRAFFIC_END(3),
	    "unknown, and tst0 discovers nothing");
	(void)traffic_send(there, 1);
	check_ends(back, TRAFFIC_END(0), "known behind tst0");
	member_flags(0, IFBIF_LEARNING | IFBIF_DISCOVER);
}

/* bridge_rtdelete of a member must leave none of its addresses. */
static void
learn_leaves(const u_int *others, u_int there, const uint8_t *a)
{
	(void)traffic_send(there, 1);
	for (u_int i = 0; i < 3; i++)
		(void)traffic_send(others[i], 1);
	program_check(table_size() >= 4, "%u addresses", table_size());
	good(lab_member("bridge0", BRDGDEL, "tst0"), "delete tst0");
	check_behind(a, -1, "its member has left");
	for (u_int u = 1; u < 4; u++) {
		uint8_t mac[ETHER_ADDR_LEN];

		traffic_station(mac, 0, 1 + u);
		check_behind(mac, -1, "its member has left");
	}
	good(lab_member("bridge0", BRDGADD, "tst0"), "add tst0");
}

static void
learn_main(void)
{
	const struct mbufs before = mbufs_now();
	uint8_t a[ETHER_ADDR_LEN];
	u_int there, back, moved, same, others[3];

	lab_open_by_hand(4);
	there = flow_between(0, 1, 1);
	back = flow_between(1, 0, 1);
	moved = flow_moved(0, 2, 1); /* of station 1 of unit 0, at unit 2 */
	same = flow_moved(0, 1, 1);  /* to one that is on the same segment */
	for (u_int i = 0; i < 3; i++)
		others[i] = flow_between(0, 1, 2 + i);
	traffic_station(a, 0, 1);
	traffic_start();
	lab_bridge_all();
	check_ends(there, any_unit & ~TRAFFIC_END(0), "unknown");
	check_ends(back, TRAFFIC_END(0), "known");
	check_ends(there, TRAFFIC_END(1), "known, too");
	check_ends(moved, TRAFFIC_END(1), "from a new place");
	check_behind(a, 2, "it has moved");
	check_ends(back, TRAFFIC_END(2), "to its new place");
	check_ends(same, 0, "both on one segment");
	good(table_flush(false), "flush");
	program_check(table_size() == 0, "%u addresses", table_size());
	check_ends(back, any_unit & ~TRAFFIC_END(1), "after a flush");
	learn_flags(there, back, a);
	learn_leaves(others, there, a);
	lab_bridge_gone();
	lab_close();
	mbufs_check(&before, "in the end");
}

/* ---- limit --------------------------------------------------------------------------- */

#define LIMIT   5
#define SENDERS 12

static void
limit_main(void)
{
	const struct mbufs before = mbufs_now();
	u_int flows[SENDERS], back;

	lab_open_by_hand(2);
	for (u_int i = 0; i < SENDERS; i++)
		flows[i] = flow_between(0, 1, i);
	back = flow_between(1, 0, SENDERS - 1);
	traffic_start();
	lab_bridge_all();
	good(table_limit(LIMIT), "limit");
	for (u_int i = 0; i < SENDERS; i++)
		check_ends(flows[i], TRAFFIC_END(1), "table is full or not");
	program_check(table_size() == LIMIT, "%u addresses", table_size());
	check_ends(back, TRAFFIC_END(0), "to one that is not in the table");
	/* Those that are there go on living; when one leaves, another comes. */
	for (u_int i = 0; i < SENDERS; i++) {
		uint8_t mac[ETHER_ADDR_LEN];

		traffic_station(mac, 0, i);
		check_behind(mac, i < LIMIT ? 0 : -1, "first come");
	}
	good(table_flush(false), "flush");
	(void)traffic_send(flows[SENDERS - 1], 1);
	program_check(table_size() == 1, "%u addresses", table_size());
	lab_bridge_gone();
	lab_close();
	mbufs_check(&before, "in the end");
}

static int
t_bridge_rtable(void)
{
	return crew_main(rtable_main);
}

static int
bridge_learn(void)
{
	return crew_main(learn_main);
}

static int
bridge_limit(void)
{
	return crew_main(limit_main);
}

PROGRAM(t_bridge_rtable, "bridge: its table of addresses", t_bridge_rtable);
PROGRAM(bridge_learn, "bridge: where frames go, by what it has learned",
    bridge_learn);
PROGRAM(bridge_limit, "bridge: a table that is full", bridge_limit);
