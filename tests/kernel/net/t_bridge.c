/*
 * t_bridge.c: what NetBSD's ATF case net/if_bridge/t_bridge checks, as far as
 * layer 2 goes: t_bridge_basic, _basic6, _member_ip, _member_ip6.  _rtable is in
 * t_bridge_rtable.c.
 *
 * There two kernels are cabled to a third, the bridge, and send each other
 * packets of ping(8).  Here the two are stations: what they would say is sent
 * frame by frame, and what they would hear is looked at.  A ping is four frames:
 *
 *	who has the address?	to all; or, IPv6, to the group of that address
 *	I do			to who asked
 *	echo request		to who has it
 *	echo reply		back
 *
 * Boot property: bug (if_tst.c).
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include <net/ethertypes.h>
#include <net/if_bridgevar.h>

#include <crew.h>
#include <lab.h>
#include <mbufs.h>
#include <program.h>
#include <traffic.h>

#define A 0 /* station 1 is behind tst0 */
#define B 1 /* and behind tst1 */

/* A ping of one station to the other. */
struct ping {
	u_int p_ask, p_answer, p_echo, p_reply; /* flows */
	u_int p_from, p_to;                     /* units */
};

static void
to_all(struct traffic_flow *fl, bool v6)
{
	memset(fl->fl_dst, 0xff, ETHER_ADDR_LEN);
	if (v6) { /* solicited-node multicast: the last three bytes are its */
		fl->fl_dst[0] = fl->fl_dst[1] = 0x33;
		fl->fl_dst[3] = 0;
		fl->fl_dst[4] = 0;
		fl->fl_dst[5] = fl->fl_unit;
	}
}

static struct ping
ping_flows(u_int from, u_int to, bool v6)
{
	struct ping p = { .p_from = from, .p_to = to };
	struct traffic_flow there = traffic_unicast(from, 0, to, 1);
	struct traffic_flow back = traffic_unicast(to, 0, from, 1);

	there.fl_type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	back.fl_type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_ARP;
	p.p_answer = traffic_add(&back);
	back.fl_type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	there.fl_min = there.fl_max = back.fl_min = back.fl_max = 98;
	p.p_echo = traffic_add(&there);
	p.p_reply = traffic_add(&back);
	there.fl_min = there.fl_max = TRAFFIC_MIN;
	there.fl_type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_ARP;
	to_all(&there, v6);
	there.fl_ends |= TRAFFIC_ALL_LOCAL; /* the box hears it, too */
	p.p_ask = traffic_add(&there);
	return p;
}

static bool
ping(const struct ping *p)
{
	return traffic_hears(p->p_ask, p->p_to) &&
	    traffic_hears(p->p_answer, p->p_from) &&
	    traffic_hears(p->p_echo, p->p_to) &&
	    traffic_hears(p->p_reply, p->p_from);
}

/* ---- basic ---------------------------------------------------------------------- */

static void
basic(bool v6)
{
	const struct mbufs before = mbufs_now();
	struct ping there, back;

	lab_open_by_hand(2);
	there = ping_flows(A, B, v6);
	back = ping_flows(B, A, v6);
	traffic_start();
	program_check(!ping(&there), "a ping without a bridge");
	lab_bridge_all();
	program_check(ping(&there), "no ping from A to B");
	program_check(ping(&back), "no ping from B to A");
	lab_bridge_gone();
	program_check(!ping(&there), "a ping when the bridge is gone");
	program_check(!ping(&back), "a ping back when the bridge is gone");
	lab_close();
	mbufs_check(&before, "in the end");
}

static void
basic_main(void)
{
	basic(false);
}

static void
basic6_main(void)
{
	basic(true);
}

/* ---- member_ip --------------------------------------------------------------------- */

/*
 * Both members have addresses: a station reaches the one of its own segment and the
 * one beyond, and the box's replies find their way out.
 */
struct box_ping {
	u_int b_ask, b_answer, b_echo, b_reply;
	u_int b_from, b_member;
};

/* A frame of the box, sent by a member's if_output, to the station behind `to'. */
static struct traffic_flow
from_box(u_int by, u_int to)
{
	struct traffic_flow fl = traffic_unicast(by, 0, to, 1);

	fl.fl_queue = TRAFFIC_BOX;
	memcpy(fl.fl_src, tst_lladdr(by), ETHER_ADDR_LEN);
	return fl;
}

static struct box_ping
box_flows(u_int from, u_int at, bool v6)
{
	struct box_ping b = { .b_from = from, .b_member = at };
	struct traffic_flow in = traffic_unicast(from, 0, 1 - from, 1);
	struct traffic_flow out = from_box(at, from);

	in.fl_type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	in.fl_ends = TRAFFIC_END(TRAFFIC_LOCAL(at));
	memcpy(in.fl_dst, tst_lladdr(at), ETHER_ADDR_LEN);
	b.b_echo = traffic_add(&in);
	out.fl_type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_ARP;
	b.b_answer = traffic_add(&out);
	out.fl_type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	b.b_reply = traffic_add(&out);
	in.fl_type = v6 ? ETHERTYPE_IPV6 : ETHERTYPE_ARP;
	to_all(&in, v6);
	in.fl_ends = TRAFFIC_ALL_LOCAL | TRAFFIC_END(1 - from);
	b.b_ask = traffic_add(&in);
	return b;
}

static bool
box_says(u_int flow, u_int end)
{
	const u_int before = traffic_count(flow).tc_got[end];

	return traffic_output(flow) == 0 &&
	    traffic_count(flow).tc_got[end] == before + 1;
}

/* What is for all the box hears by where it came in; whose address it is, it knows. */
static bool
box_ping(const struct box_ping *b)
{
	return traffic_hears(b->b_ask, TRAFFIC_LOCAL(b->b_from)) &&
	    box_says(b->b_answer, b->b_from) &&
	    traffic_hears(b->b_echo, TRAFFIC_LOCAL(b->b_member)) &&
	    box_says(b->b_reply, b->b_from);
}

static void
member_ip(bool v6)
{
	const struct mbufs before = mbufs_now();
	struct box_ping near[2], far[2];
	struct ping through;

	lab_open_by_hand(2);
	for (u_int u = 0; u < 2; u++) {
		near[u] = box_flows(u, u, v6);
		far[u] = box_flows(u, 1 - u, v6);
	}
	through = ping_flows(A, B, v6);
	traffic_start();
	lab_bridge_all();
	for (u_int u = 0; u < 2; u++) {
		program_check(box_ping(&near[u]),
		    "no ping to tst%u from its "
		    "own segment",
		    u);
		program_check(box_ping(&far[u]),
		    "no ping to tst%u from the "
		    "other segment",
		    1 - u);
	}
	program_check(ping(&through), "no ping from A to B");
	lab_bridge_gone();
	/* Without a bridge its own segment is all that an interface has. */
	program_check(box_ping(&near[A]), "no ping to tst0 without a bridge");
	program_check(!traffic_hears(far[A].b_echo, TRAFFIC_LOCAL(B)),
	    "a ping to tst1 without a bridge");
	lab_close();
	mbufs_check(&before, "in the end");
}

static void
member_ip_main(void)
{
	member_ip(false);
}

static void
member_ip6_main(void)
{
	member_ip(true);
}

#define T_BRIDGE(name, what)                   \
	static int t_bridge_##name(void)       \
	{                                      \
		return crew_main(name##_main); \
	}                                      \
	PROGRAM(t_bridge_##name, what, t_bridge_##name)

T_BRIDGE(basic, "bridge: two stations ping each other");
T_BRIDGE(basic6, "bridge: the same, with IPv6");
T_BRIDGE(member_ip, "bridge: stations ping its members");
T_BRIDGE(member_ip6, "bridge: the same, with IPv6");
