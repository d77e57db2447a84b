/*
 * bridge_ctl.c: what is asked of a bridge, by its ioctls, and what each may not;
 * frames for the box; members that come and go under traffic.
 *
 * tst_purge	what is in a ring when an interface stops
 * bridge_ctl	errors: names, numbers, lengths, members of others, lists
 * bridge_local	frames to a member's address, at each member; to all; the box's own
 * bridge_churn	one member leaves and joins, its interface goes down and up, while
 *		frames go between the others: of those none is lost
 *
 * Boot property: bug (if_tst.c).
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if_bridgevar.h>

#include <crew.h>
#include <lab.h>
#include <mbufs.h>
#include <program.h>
#include <table.h>
#include <traffic.h>

static void
expect(int error, int want, const char *what)
{
	program_check(error == want, "%s: error %d, not %d", what, error, want);
}

/* ---- errors -------------------------------------------------------------------------- */

static void
ctl_members(void)
{
	expect(lab_member("bridge0", BRDGADD, "tst0"), EEXIST, "add twice");
	expect(lab_member("bridge0", BRDGADD, "tst9"), ENOENT, "add nobody");
	expect(lab_member("bridge0", BRDGDEL, "tst9"), ENOENT, "delete nobody");
	expect(lab_create("bridge0"), EEXIST, "create twice");
	expect(lab_create("bridge1"), 0, "create");
	expect(lab_member("bridge1", BRDGADD, "tst0"), EBUSY,
	    "add what is another's");
	expect(lab_member("bridge1", BRDGADD, "bridge0"), EINVAL,
	    "add a bridge");
	expect(lab_member("bridge1", BRDGDEL, "tst0"), ENOENT,
	    "delete what is another's");
	expect(lab_destroy("bridge1"), 0, "destroy");
	expect(lab_destroy("bridge1"), ENXIO, "destroy twice");
	expect(lab_member("bridge0", BRDGDEL, "tst1"), 0, "delete");
	expect(lab_member("bridge0", BRDGDEL, "tst1"), ENOENT, "delete twice");
	expect(lab_member("bridge0", BRDGADD, "tst1"), 0, "add");
}

static void
ctl_lists(void)
{
	struct ifbreq reqs[4];
	struct ifbifconf conf = { .ifbic_len = 0 };

	conf.ifbic_req = reqs;
	expect(lab_bridge("bridge0", BRDGGIFS, &conf, sizeof(conf)), 0,
	    "how many members?");
	program_check(conf.ifbic_len == 2 * sizeof(reqs[0]),
	    "%u bytes of members", conf.ifbic_len);
	/* Again: who asked has left nothing locked. */
	conf.ifbic_len = sizeof(reqs);
	expect(lab_bridge("bridge0", BRDGGIFS, &conf, sizeof(conf)), 0,
	    "all members");
	program_check(conf.ifbic_len == 2 * sizeof(reqs[0]) &&
		strncmp(reqs[0].ifbr_ifsname, "tst", 3) == 0,
	    "%u bytes of members, '%s'", conf.ifbic_len, reqs[0].ifbr_ifsname);
	program_check(reqs[0].ifbr_ifsflags ==
		(IFBIF_LEARNING | IFBIF_DISCOVER),
	    "flags of a new member: %#x", reqs[0].ifbr_ifsflags);
}

static void
ctl_numbers(void)
{
	struct ifbrparam p = { .ifbrp_csize = 7 };
	struct ifbreq req = { .ifbr_ifsflags = IFBIF_LEARNING };

	expect(lab_bridge("bridge0", BRDGSCACHE, &p, sizeof(p)), 0, "maxaddr");
	p.ifbrp_csize = 0;
	expect(lab_bridge("bridge0", BRDGGCACHE, &p, sizeof(p)), 0, "maxaddr?");
	program_check(p.ifbrp_csize == 7, "maxaddr is %u", p.ifbrp_csize);
	p.ifbrp_ctime = 11;
	expect(lab_bridge("bridge0", BRDGSTO, &p, sizeof(p)), 0, "timeout");
	p.ifbrp_ctime = 0;
	expect(lab_bridge("bridge0", BRDGGTO, &p, sizeof(p)), 0, "timeout?");
	program_check(p.ifbrp_ctime == 11, "timeout is %u", p.ifbrp_ctime);
	expect(lab_bridge("bridge0", 99, &p, sizeof(p)), EINVAL, "number 99");
	expect(lab_bridge("bridge0", BRDGSTO, &p, sizeof(p) + 1), EINVAL,
	    "a wrong length");
	strlcpy(req.ifbr_ifsname, "tst0", sizeof(req.ifbr_ifsname));
	expect(lab_bridge("bridge0", BRDGSIFFLGS, &req, sizeof(req)), 0,
	    "flags");
	expect(lab_bridge("bridge0", BRDGGIFFLGS, &req, sizeof(req)), 0,
	    "flags?");
	program_check(req.ifbr_ifsflags == IFBIF_LEARNING, "flags are %#x",
	    req.ifbr_ifsflags);
}

static void
ctl_main(void)
{
	lab_open_by_hand(2);
	traffic_start();
	lab_bridge_all();
	ctl_members();
	ctl_lists();
	ctl_numbers();
	lab_bridge_gone();
	lab_close();
}

/* ---- local delivery -------------------------------------------------------------------- */

static void
local_main(void)
{
	const struct mbufs before = mbufs_now();
	const u_int units = 3;
	u_int flows[3][3], all[3];
	struct traffic_flow fl;

	lab_open_by_hand(units);
	for (u_int from = 0; from < units; from++) {
		fl = traffic_unicast(from, 0, from, 1);
		for (u_int at = 0; at < units; at++) {
			memcpy(fl.fl_dst, tst_lladdr(at), ETHER_ADDR_LEN);
			fl.fl_ends = TRAFFIC_END(TRAFFIC_LOCAL(at));
			flows[from][at] = traffic_add(&fl);
		}
		memset(fl.fl_dst, 0xff, ETHER_ADDR_LEN);
		fl.fl_ends = TRAFFIC_ALL_LOCAL |
		    ((TRAFFIC_END(units) - 1) & ~TRAFFIC_END(from));
		all[from] = traffic_add(&fl);
	}
	traffic_start();
	lab_bridge_all();
	for (u_int from = 0; from < units; from++) {
		struct traffic_count tc;

		for (u_int at = 0; at < units; at++)
			program_check(traffic_hears(flows[from][at],
					  TRAFFIC_LOCAL(at)),
			    "to tst%u at tst%u: not heard", at, from);
		(void)traffic_send(all[from], 10);
		tc = traffic_count(all[from]);
		for (u_int end = 0; end < TRAFFIC_ENDS; end++) {
			const bool there = end < TST_UNITS
			    ? end < units && end != from
			    : end == TRAFFIC_LOCAL(from);
			const u_int want = there ? 10 : 0;

			program_check(tc.tc_got[end] == want,
			    "to all at tst%u: %u of 10 at end %u", from,
			    tc.tc_got[end], end);
		}
	}
	lab_bridge_gone();
	lab_close();
	mbufs_check(&before, "in the end");
}

/* ---- churn ------------------------------------------------------------------------------ */

static u_int churns;

/* Asked each tick: tst2 leaves, joins, goes down, comes up. */
static bool
churn(void)
{
	switch (churns++ % 4) {
	case 0:
		expect(lab_member("bridge0", BRDGDEL, "tst2"), 0, "delete");
		break;
	case 1:
		expect(lab_member("bridge0", BRDGADD, "tst2"), 0, "add");
		break;
	case 2:
		expect(lab_up("tst2", false), 0, "down");
		break;
	default:
		expect(lab_up("tst2", true), 0, "up");
		break;
	}
	return false;
}

static void
churn_main(void)
{
	const struct mbufs before = mbufs_now();
	struct traffic_conf tr = { .tr_seed = 1,
		.tr_window = 16,
		.tr_gap_ns = 200000,
		.tr_burst = 8,
		.tr_full = true };
	struct traffic_flow fl;
	struct tst_conf tc;
	u_int there, back;

	tst_conf_default(&tc);
	tc.tc_rxqs = tc.tc_txqs = 1;
	tr.tr_frames = (uint32_t)program_arg("frames", 2000);
	traffic_init(&tr);
	lab_open(3, &tc);
	lab_bridge_all();
	fl = traffic_unicast(0, 0, 1, 1);
	fl.fl_ends |= TRAFFIC_END(2);
	there = traffic_add(&fl);
	fl = traffic_unicast(1, 0, 0, 1);
	fl.fl_ends |= TRAFFIC_END(2);
	back = traffic_add(&fl);
	fl = traffic_unicast(2, 0, 0, 1); /* may be lost */
	fl.fl_ends |= TRAFFIC_END(1);
	(void)traffic_add(&fl);
	traffic_start();
	program_check(traffic_wait(100000, churn), "it does not end");
	program_check(churns > 8, "only %u changes", churns);
	program_check(traffic_count(there).tc_got[1] == tr.tr_frames,
	    "%u of %u frames from tst0 to tst1", traffic_count(there).tc_got[1],
	    tr.tr_frames);
	program_check(traffic_count(back).tc_got[0] == tr.tr_frames,
	    "%u of %u frames from tst1 to tst0", traffic_count(back).tc_got[0],
	    tr.tr_frames);
	lab_bridge_gone();
	lab_close();
	mbufs_check(&before, "in the end");
}

/* ---- the driver: what is in a ring when its interface stops ----------------------------- */

#define HELD 5

/* At splnet on the CPU that completions of tst1's first queue go to. */
static void
purge_main(void)
{
	const struct mbufs before = mbufs_now();
	const struct sockaddr sa = { .sa_family = pseudo_AF_HDRCMPLT,
		.sa_len = sizeof(sa) };
	struct ifnet *ifp;
	u_int held;
	int s;

	lab_open_by_hand(2);
	traffic_start();
	ifp = tst_ifnet(1);
	KERNEL_LOCK(1, NULL);
	s = splnet();
	for (u_int i = 0; i < HELD; i++) {
		struct mbuf *const m = m_gethdr(M_DONTWAIT, MT_DATA);

		m->m_len = m->m_pkthdr.len = TRAFFIC_MIN - ETHER_HDR_LEN;
		memset(mtod(m, void *), 0, (size_t)m->m_len);
		expect((*ifp->if_output)(ifp, m, &sa, NULL), 0, "output");
	}
	held = tst_waiting_tx(1);
	(*ifp->if_stop)(ifp, 0);
	splx(s);
	KERNEL_UNLOCK_ONE(NULL);
	program_check(held == HELD, "%u frames wait, not %u", held, HELD);
	program_check(tst_counts(1).t_purged == HELD, "%lu frames purged",
	    (u_long)tst_counts(1).t_purged);
	program_check(tst_waiting_tx(1) == 0, "%u frames are left",
	    tst_waiting_tx(1));
	lab_close();
	mbufs_check(&before, "in the end");
}

static int
tst_purge(void)
{
	return crew_main(purge_main);
}

static int
bridge_ctl(void)
{
	return crew_main(ctl_main);
}

static int
bridge_local(void)
{
	return crew_main(local_main);
}

static int
bridge_churn(void)
{
	return crew_main(churn_main);
}

PROGRAM(tst_purge, "tst: an interface stops with frames in its ring",
    tst_purge);
PROGRAM(bridge_ctl, "bridge: its ioctls, and their errors", bridge_ctl);
PROGRAM(bridge_local, "bridge: frames for the box", bridge_local);
PROGRAM(bridge_churn, "bridge: a member comes and goes; others lose nothing",
    bridge_churn);
