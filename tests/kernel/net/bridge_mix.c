/*
 * bridge_mix.c: a bridge of four interfaces under traffic, while everything about
 * it is changed at random.
 *
 * Each receive queue has flows of all kinds: to a station behind another unit,
 * to one nobody has heard of, to all, to a group, to the box itself, tagged.
 * Meanwhile the director draws, from the seed, what to do next: take a member out
 * or put it back, flush addresses, forget them at once, after a second or never,
 * see that one nobody hears of ages out, make room for few or for many, turn an interface or the bridge off and on, move an
 * interrupt to another CPU, ask for lists, make a second bridge and a member of
 * it.  Whatever is done: no frame is forged, ends twice at one end or out of its
 * flow's order, or leaves where it entered (traffic.h); each list asked for is
 * complete in itself; and in the end, when all is put back, traffic flows as if
 * nothing had been, and no mbuf is missing.
 *
 * Each frame is accounted for: it ends somewhere, or is counted once where it was
 * lost.
 *
 *	copies		Each copy that the bridge gives to a unit is noted
 *			(traffic_hook_bridge).  Those that never went out are as many
 *			as the unit counts: no room, in the ring or queue of a unit
 *			that goes down, still there; and what if_down() throws out of
 *			if_snd.  Nobody counts that; but what was put into if_snd is
 *			known, and what was taken out of it.  So it is worked out each
 *			time, and between two times nothing may be missing.  Only
 *			GENERIC's drivers use if_snd.
 *	frames		Of one that ended nowhere, and of which there is no copy, it
 *			is known how far it came (track.h).  Drivers and packet queue
 *			count what they drop.  The bridge and the host do not.  They
 *			have to have an excuse for each: while the frame was under way,
 *			or as it came, a member was missing or down, or the bridge was.
 *
 * Frames come in bursts, at all units at once, more than some queues hold.
 *
 * Boot properties: frames (20000, in all), seed (1), gap (500000 ns between two
 * frames of a queue, on average), round (50: frames of a queue between two looks
 * of the director, traffic.h), prune (1 s between two looks for old addresses; with
 * 0, each tick, a timer that finds the last look under way calls itself for ever),
 * bug (if_tst.c).
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>

#include <net/if_bridgevar.h>

#include <crew.h>
#include <lab.h>
#include <mbufs.h>
#include <program.h>
#include <table.h>
#include <traffic.h>

#define UNITS     4
#define QUEUES    3 /* of a unit: the pacer needs a pin, too */
#define ROOM      64
#define AGE_TICKS 300 /* prune period is a second */

static uint64_t state; /* of program_random */
static u_int rxqs, last_flow;
static bool member[UNITS], up[UNITS];
static uint64_t did[16], moved, aged, downs;

/* Not all is in its place, or was not until then (TSC).  By the director. */
static volatile bool unsettled;
static volatile uint64_t settled_tsc;

/* What if_down() has thrown away, by unit. */
static uint64_t purged[UNITS];

static u_int
draw(u_int n)
{
	return (u_int)(program_random(&state) % n);
}

static void
expect(int error, int want, const char *what)
{
	program_check(error == want, "%s: error %d, not %d", what, error, want);
}

/* ---- what can be changed ------------------------------------------------------- */

/* One that is not as it was; or any. */
static u_int
odd_one(const bool *is)
{
	for (u_int u = 0; u < UNITS; u++)
		if (!is[u])
			return u;
	return draw(UNITS);
}

static void
do_member(void)
{
	const u_int u = odd_one(member);

	expect(lab_member("bridge0", member[u] ? BRDGDEL : BRDGADD,
		   lab_name(u)),
	    0, member[u] ? "delete" : "add");
	member[u] = !member[u];
}

static void
do_flush(void)
{
	struct ifbreq req = { .ifbr_ifsflags = draw(4) == 0 ? IFBF_FLUSHALL
							    : IFBF_FLUSHDYN };

	expect(lab_bridge("bridge0", BRDGFLUSH, &req, sizeof(req)), 0, "flush");
}

static void
set_timeout(uint32_t seconds)
{
	struct ifbrparam p = { .ifbrp_ctime = seconds };

	expect(lab_bridge("bridge0", BRDGSTO, &p, sizeof(p)), 0, "timeout");
}

/* With 0, all that is learned is forgotten when the bridge looks. */
static void
do_timeout(void)
{
	static const uint32_t timeouts[] = { 0, 1, 1200, 1200 };

	set_timeout(timeouts[draw(__arraycount(timeouts))]);
}

static void
do_maxaddr(void)
{
	struct ifbrparam p = { .ifbrp_csize = draw(2) == 0 ? 3 : 100 };

	expect(lab_bridge("bridge0", BRDGSCACHE, &p, sizeof(p)), 0, "maxaddr");
}

/* Copies that were put into if_snd and are neither there nor taken out. */
static uint64_t
missing_snd(u_int u)
{
	const struct ifaltq *const snd = &tst_ifnet(u)->if_snd;
	uint64_t n;
	int s;

	if (tst_mpsafe)
		return 0;
	KERNEL_LOCK(1, NULL);
	s = splnet();
	n = traffic_given(u) - tst_counts(u).t_fetched - (u_int)snd->ifq_drops -
	    (u_int)snd->ifq_len;
	splx(s);
	KERNEL_UNLOCK_ONE(NULL);
	return n;
}

/* Between two times that it goes down, nothing. */
static void
none_missing(u_int u)
{
	const uint64_t n = missing_snd(u);

	program_check(n == purged[u],
	    "tst%u: of if_snd %lu are missing, not %lu", u, (u_long)n,
	    (u_long)purged[u]);
}

static void
do_updown(void)
{
	const u_int u = odd_one(up);

	up[u] = !up[u];
	downs += !up[u];
	none_missing(u);
	expect(lab_up(lab_name(u), up[u]), 0, "up or down");
	if (!up[u])
		purged[u] = missing_snd(u);
}

static void
do_bridge_updown(void)
{
	expect(lab_up("bridge0", false), 0, "bridge0 down");
	if (draw(2) == 0)
		(void)kpause("mix", false, 1, NULL);
	expect(lab_up("bridge0", true), 0, "bridge0 up");
}

static void
do_move(void)
{
	const u_int u = draw(UNITS), q = draw(rxqs), cpu = draw((u_int)ncpu);
	const int error = draw(2) == 0 ? tst_move_rx(u, q, cpu)
				       : tst_move_tx(u, q, cpu);

	moved += error == 0;
	program_check(error == 0 || error == EBUSY, "move: error %d", error);
}

/* A static address, put behind a member and taken away again. */
static void
do_static(void)
{
	struct ifbareq req = { .ifba_flags = IFBAF_STATIC };
	const u_int u = draw(UNITS);
	int error;

	strlcpy(req.ifba_ifsname, lab_name(u), sizeof(req.ifba_ifsname));
	traffic_station(req.ifba_dst, 9, draw(4));
	error = lab_bridge("bridge0", BRDGSADDR, &req, sizeof(req));
	/* No room is an answer, too. */
	program_check(member[u] ? error == 0 || error == ENOSPC
				: error == ENOENT,
	    "static address: error %d", error);
	error = lab_bridge("bridge0", BRDGDADDR, &req, sizeof(req));
	program_check(error == 0 || error == ENOENT,
	    "static address deleted: error %d", error);
}

static void
do_members(void)
{
	struct ifbreq reqs[UNITS + 1];
	struct ifbifconf conf = { .ifbic_len = sizeof(reqs) };
	u_int n = 0;

	conf.ifbic_req = reqs;
	expect(lab_bridge("bridge0", BRDGGIFS, &conf, sizeof(conf)), 0, "list");
	for (u_int u = 0; u < UNITS; u++)
		n += member[u];
	program_check(conf.ifbic_len == n * sizeof(reqs[0]),
	    "%u bytes of members, not %u of them", conf.ifbic_len, n);
}

/* All that the bridge knows of; is this one there?  mac may be NULL. */
static bool
addresses(const uint8_t *mac)
{
	struct ifbareq *const reqs = kmem_zalloc(ROOM * sizeof(*reqs),
	    KM_SLEEP);
	struct ifbaconf conf = { .ifbac_len = ROOM * sizeof(*reqs) };
	bool there = false;

	conf.ifbac_req = reqs;
	expect(lab_bridge("bridge0", BRDGRTS, &conf, sizeof(conf)), 0,
	    "addresses");
	program_check(conf.ifbac_len % sizeof(*reqs) == 0 &&
		conf.ifbac_len <= ROOM * sizeof(*reqs),
	    "%u bytes of addresses", conf.ifbac_len);
	for (u_int i = 0; i < conf.ifbac_len / sizeof(*reqs); i++) {
		program_check(strncmp(reqs[i].ifba_ifsname, "tst", 3) == 0 &&
			reqs[i].ifba_dst[0] == 0x02,
		    "address %u is behind '%s'", i, reqs[i].ifba_ifsname);
		there |= mac != NULL &&
		    memcmp(reqs[i].ifba_dst, mac, ETHER_ADDR_LEN) == 0;
	}
	kmem_free(reqs, ROOM * sizeof(*reqs));
	return there;
}

static void
do_addresses(void)
{
	(void)addresses(NULL);
}

/*
 * A station that is never heard of ages out.  Nothing else takes its address away
 * meanwhile: that is done by this thread alone.
 */
static void
do_age(void)
{
	struct ifbareq req = { .ifba_flags = IFBAF_DYNAMIC };
	int error, ticks = 0;
	u_int u;

	do
		u = draw(UNITS);
	while (!member[u]); /* one may be out */
	strlcpy(req.ifba_ifsname, lab_name(u), sizeof(req.ifba_ifsname));
	traffic_station(req.ifba_dst, 9, 9);
	set_timeout(0);
	error = lab_bridge("bridge0", BRDGSADDR, &req, sizeof(req));
	program_check(error == 0 || error == ENOSPC,
	    "dynamic address: error %d", error);
	if (error == 0) {
		while (addresses(req.ifba_dst) && ticks++ < AGE_TICKS)
			(void)kpause("mix", false, 1, NULL);
		program_check(ticks <= AGE_TICKS, "an address does not age");
		aged += ticks <= AGE_TICKS;
	}
	set_timeout(1200);
}

static void
do_second(void)
{
	const u_int u = draw(UNITS);

	expect(lab_create("bridge1"), 0, "create bridge1");
	expect(lab_up("bridge1", true), 0, "bridge1 up");
	expect(lab_member("bridge1", BRDGADD, lab_name(u)),
	    member[u] ? EBUSY : 0, "add to bridge1");
	if (draw(2) == 0)
		(void)kpause("mix", false, 1, NULL);
	expect(lab_destroy("bridge1"), 0, "destroy bridge1");
}

static const struct {
	const char *name;
	void (*fn)(void);
	u_int weight;
	bool bridges; /* changes who is bridged to whom */
	bool breaks;  /* a frame may find no way */
} deeds[] = {
	{ "member", do_member, 24, true, true },
	{ "flush", do_flush, 16, false, false },
	{ "timeout", do_timeout, 6, false, false },
	{ "age", do_age, 2, false, false },
	{ "maxaddr", do_maxaddr, 6, false, false },
	{ "updown", do_updown, 12, false, true },
	{ "bridge", do_bridge_updown, 4, true, true },
	{ "move", do_move, 16, false, false },
	{ "static", do_static, 8, false, false },
	{ "members", do_members, 8, false, false },
	{ "addresses", do_addresses, 8, false, false },
	{ "second", do_second, 4, true, false },
};

static bool
whole(void)
{
	for (u_int u = 0; u < UNITS; u++)
		if (!member[u] || !up[u])
			return false;
	return true;
}

static void
settle(void)
{
	if (!unsettled || !whole())
		return;
	settled_tsc = cpu_counter();
	membar_producer();
	unsettled = false;
}

/* Of the bridge: a frame that entered then. */
static bool
may_lose(uint64_t entered)
{
	if (unsettled)
		return true;
	membar_consumer();
	return entered <= settled_tsc;
}

static void
do_deed(u_int i)
{
	if (deeds[i].breaks)
		unsettled = true;
	if (deeds[i].bridges)
		traffic_change(true);
	(*deeds[i].fn)();
	if (deeds[i].bridges)
		traffic_change(false);
	settle();
	did[i]++;
}

/* All in turn, then by weight. */
static void
do_deeds(void)
{
	static u_int first;
	u_int total = 0, n, i;

	if (first < __arraycount(deeds)) {
		do_deed(first++);
		return;
	}
	for (i = 0; i < __arraycount(deeds); i++)
		total += deeds[i].weight;
	for (u_int k = draw(3); k > 0; k--) {
		n = draw(total);
		for (i = 0; n >= deeds[i].weight; i++)
			n -= deeds[i].weight;
		do_deed(i);
	}
}

/* Asked each tick. */
static bool
do_something(void)
{
	do_deeds();
	return false;
}

/* ---- traffic -------------------------------------------------------------------- */

/* One of each kind, from a station of its own; stations are heard from, too. */
static void
add_flows(u_int u, u_int q)
{
	const u_int to = (u + 1 + q % (UNITS - 1)) % UNITS;
	const u_int others = (TRAFFIC_END(UNITS) - 1) & ~TRAFFIC_END(u);
	struct traffic_flow fl = traffic_unicast(u, q, to, q);

	/* Anybody may get it as long as nobody has heard of the station. */
	fl.fl_ends = others;
	fl.fl_max = TRAFFIC_MAX;
	(void)traffic_add(&fl);
	traffic_station(fl.fl_dst, u, 100); /* unknown */
	fl.fl_max = TRAFFIC_MIN;
	(void)traffic_add(&fl);
	memset(fl.fl_dst, 0xff, ETHER_ADDR_LEN);
	fl.fl_ends = others | TRAFFIC_ALL_LOCAL;
	if (q == 0)
		(void)traffic_add(&fl);
	memcpy(fl.fl_dst, tst_lladdr(to), ETHER_ADDR_LEN);
	if (q == 0)
		(void)traffic_add(&fl);
	fl = traffic_unicast(u, q, to, q);
	fl.fl_ends = others;
	fl.fl_vlan = (uint16_t)(100 + u);
	last_flow = traffic_add(&fl);
}

static void
put_back(void)
{
	struct ifbrparam size = { .ifbrp_csize = 100 };

	for (u_int u = 0; u < UNITS; u++) {
		if (!member[u])
			expect(lab_member("bridge0", BRDGADD, lab_name(u)), 0,
			    "add");
		if (!up[u])
			expect(lab_up(lab_name(u), true), 0, "up");
		member[u] = up[u] = true;
	}
	settle();
	expect(lab_bridge("bridge0", BRDGSCACHE, &size, sizeof(size)), 0,
	    "maxaddr");
}

static void
report_deeds(void)
{
	for (u_int i = 0; i < __arraycount(deeds); i++) {
		printf("%s%s %lu", i == 0 ? "bridge_mix: " : ", ",
		    deeds[i].name, (u_long)did[i]);
		program_check(did[i] > 0, "%s: never done", deeds[i].name);
	}
	printf("; moved %lu, aged out %lu\n", (u_long)moved, (u_long)aged);
	program_check(moved > 0, "no interrupt was moved");
	program_check(aged > 0, "no address has aged out");
}

/* See above. */
static void
report_copies(const struct lab_drops *d, uint64_t lost)
{
	uint64_t waiting = 0, thrown = 0;

	for (u_int u = 0; u < UNITS; u++) {
		none_missing(u);
		waiting += tst_waiting_tx(u);
		thrown += purged[u];
	}
	printf(
	    "bridge_mix: lost copies %lu: no room %lu, down %lu, if_snd %lu, "
	    "waiting %lu; %lu times down\n",
	    (u_long)lost, (u_long)d->d_snd, (u_long)d->d_purged, (u_long)thrown,
	    (u_long)waiting, (u_long)downs);
	program_check(lost == d->d_snd + d->d_purged + thrown + waiting,
	    "of %lu copies it is not known where they are", (u_long)lost);
}

static void
report_frames(const struct lab_drops *d, uint64_t lost)
{
	struct traffic_ends te;

	traffic_ends(&te);
	printf("bridge_mix: lost frames %lu: driver %lu, pktq %lu, host %lu; "
	       "bridge: no way in %lu, out %lu\n",
	    (u_long)lost, (u_long)te.te_driver, (u_long)d->d_pktq,
	    (u_long)(te.te_host - d->d_pktq), (u_long)te.te_queued,
	    (u_long)te.te_bridge);
	program_check(te.te_driver == d->d_filtered,
	    "drivers dropped %lu frames", (u_long)te.te_driver);
	program_check(te.te_host >= d->d_pktq, "%lu dropped as they came",
	    (u_long)te.te_host);
	program_check(lost ==
		te.te_driver + te.te_host + te.te_queued + te.te_bridge,
	    "of %lu frames it is not known where they are", (u_long)lost);
	program_check(te.te_unexcused <= d->d_pktq,
	    "%lu frames were lost in a bridge that is whole",
	    (u_long)te.te_unexcused);
}

static void
report_lost(void)
{
	struct traffic_lost tl;
	struct lab_drops d;

	traffic_lost(&tl);
	lab_drops(&d);
	report_copies(&d, tl.tl_out);
	report_frames(&d, tl.tl_nowhere);
}

static void
report(uint32_t frames)
{
	struct traffic_sum ts;
	uint64_t digest;

	traffic_sum(&ts);
	traffic_digest(&digest);
	printf("bridge_mix: %lu frames entered, %lu ended, %lu copies\n",
	    (u_long)ts.ts_sent, (u_long)ts.ts_once,
	    (u_long)(ts.ts_got - ts.ts_once));
	report_lost();
	report_deeds();
	printf("bridge_mix: digest %016lx\n", (u_long)digest);
	program_check(ts.ts_sent == frames, "%lu frames entered, not %u",
	    (u_long)ts.ts_sent, frames);
	program_check(ts.ts_once <= ts.ts_sent, "more ended than entered");
	program_check(ts.ts_once * 2 > ts.ts_sent, "of %lu frames %lu ended",
	    (u_long)ts.ts_sent, (u_long)ts.ts_once);
}

static void
bridge_mix_main(void)
{
	const struct mbufs before = mbufs_now();
	struct traffic_conf tr = { .tr_full = true, .tr_may_lose = may_lose };
	struct tst_conf tc;
	uint32_t frames;

	tst_conf_default(&tc);
	rxqs = tc.tc_rxqs = tc.tc_txqs = MIN(tc.tc_rxqs, QUEUES);
	tc.tc_txring = 16;
	frames = (uint32_t)program_arg("frames", 20000) / (UNITS * rxqs);
	tr.tr_seed = (uint64_t)program_arg("seed", 1);
	tr.tr_frames = frames;
	tr.tr_window = 480 / (UNITS * rxqs);
	tr.tr_gap_ns = (uint32_t)program_arg("gap", 500000);
	tr.tr_burst = 32;
	tr.tr_patient = true;
	tr.tr_round = (uint32_t)program_arg("round", 50);
	state = tr.tr_seed * 0x9e3779b97f4a7c15ULL + 99;
	(void)table_prune_period((int)program_arg("prune", 1));
	traffic_init(&tr);
	lab_open(UNITS, &tc);
	lab_bridge_all();
	for (u_int u = 0; u < UNITS; u++) {
		member[u] = up[u] = true;
		for (u_int q = 0; q < rxqs; q++)
			add_flows(u, q);
	}
	traffic_hook_bridge(ifunit("bridge0"));
	traffic_start();
	program_check(traffic_wait(100000, do_something), "it does not end");
	traffic_change(true);
	put_back();
	traffic_change(false);
	report(frames * UNITS * rxqs);
	traffic_unhook_bridge(ifunit("bridge0"));
	lab_bridge_gone();
	lab_close();
	mbufs_check(&before, "in the end");
}

static int
bridge_mix(void)
{
	return crew_main(bridge_mix_main);
}

PROGRAM(bridge_mix, "bridge: everything is changed at random under traffic",
    bridge_mix);
