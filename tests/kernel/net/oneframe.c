/*
 * oneframe.c: a single frame on its way through a bridge, for `rangeley trace'
 * (tests/app/figure1_test.sh): tst0 to tst1, between stations that the bridge has
 * learnt, while nothing else is to do.
 *
 * Of the four frames, the first is flooded, the second is the answer, the third
 * brings what it needs into caches, and the fourth is the one to look at.  This
 * program is on a CPU that has no part in it.
 */
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <crew.h>
#include <lab.h>
#include <program.h>
#include <traffic.h>

/*
 * One frame, after a while: what the one before left to do, a last look at its queue
 * among it, is done then.
 */
static bool
hears(u_int flow, u_int end)
{
	(void)kpause("oneframe", false, 2, NULL);
	return traffic_hears(flow, end);
}

static void
oneframe_main(void)
{
	struct traffic_flow there, back;
	u_int out, in;

	lab_open_by_hand(2);
	lab_bridge_all();
	there = traffic_unicast(0, 0, 1, 0);
	back = there;
	memcpy(back.fl_src, there.fl_dst, ETHER_ADDR_LEN);
	memcpy(back.fl_dst, there.fl_src, ETHER_ADDR_LEN);
	back.fl_unit = 1;
	back.fl_ends = TRAFFIC_END(0);
	lab_objects();
	out = traffic_add(&there);
	in = traffic_add(&back);
	traffic_start();
	program_check(traffic_send(out, 1) == 1, "no frame enters");
	program_check(hears(in, 0), "no answer");
	program_check(hears(out, 1), "the frame does not arrive");
	program_check(hears(out, 1), "the second does not, either");
	lab_bridge_gone();
	lab_close();
}

static int
oneframe(void)
{
	return crew_main_at(6, PRI_NONE, oneframe_main);
}

PROGRAM(oneframe, "a single frame through a bridge, to be traced", oneframe);
