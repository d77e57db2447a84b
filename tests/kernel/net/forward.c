/*
 * forward.c: what it costs to forward a frame between two test interfaces.
 *
 * tst0 and tst1 are members of bridge0; each receive queue has `flows' flows to
 * the other side.  GENERIC has one queue for each interface, on CPU 0; NET_MPSAFE
 * has four, each on a CPU of its own.  As many frames as `window' says are under
 * way for a queue, so that no queue overflows: none may be lost.  The bridge knows the
 * stations before, as if it had heard of each: none is flooded.
 *
 * Results, for as many repetitions as there were frames:
 *
 *	elapsed		cycles from the first frame's entry to the last one's end
 *	latency		cycles from a frame's entry to its end
 *	harness		cycles spent making and looking at frames, on all CPUs
 *	busy		elapsed cycles of all CPUs that forward, without the
 *			harness: what a frame costs when they are never idle
 *
 * Boot properties: frames (100000, in all), window (of a queue; 64 or 32), bytes
 * (60), flows (4), seed (1), burst (1: frames of one interrupt), full (0), gap (0
 * ns between two frames of a queue), queues (of an interface).
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/systm.h>

#include <net/if_bridgevar.h>

#include <crew.h>
#include <lab.h>
#include <mbufs.h>
#include <program.h>
#include <table.h>
#include <traffic.h>

static u_int rxqs;

static void
add_flows(void)
{
	const u_int flows = (u_int)program_arg("flows", 4);
	const uint16_t bytes = (uint16_t)program_arg("bytes", TRAFFIC_MIN);
	struct traffic_flow fl;

	for (u_int unit = 0; unit < 2; unit++)
		for (u_int q = 0; q < rxqs; q++)
			for (u_int i = 0; i < flows; i++) {
				fl = traffic_unicast(unit, q, 1 - unit,
				    q * flows + i);
				fl.fl_min = fl.fl_max = bytes;
				(void)traffic_add(&fl);
				program_check(table_set(fl.fl_dst, 1 - unit,
						  IFBAF_DYNAMIC) == 0,
				    "an address is refused");
			}
}

static void
report(uint32_t frames)
{
	const u_int cpus = MIN(tst_mpsafe ? 2 * rxqs : 1, (u_int)ncpu);
	struct traffic_sum ts;
	struct lab_drops d;
	uint64_t elapsed;

	traffic_sum(&ts);
	lab_drops(&d);
	elapsed = ts.ts_last - ts.ts_first;
	program_result("elapsed", ts.ts_got, elapsed);
	program_result("latency", ts.ts_got, ts.ts_latency);
	program_result("harness", ts.ts_got, ts.ts_own_cyc);
	program_result("busy", ts.ts_got,
	    elapsed * cpus > ts.ts_own_cyc ? elapsed * cpus - ts.ts_own_cyc
					   : 0);
	printf("forward: %lu of %lu frames, %lu cycles; lost: pktq %lu, "
	       "if_snd %lu, ring %lu, filter %lu, down %lu\n",
	    (u_long)ts.ts_got, (u_long)ts.ts_sent, (u_long)elapsed,
	    (u_long)d.d_pktq, (u_long)d.d_snd, (u_long)ts.ts_overrun,
	    (u_long)d.d_filtered, (u_long)d.d_purged);
	program_check(ts.ts_sent == frames, "%lu frames entered, not %u",
	    (u_long)ts.ts_sent, frames);
	program_check(ts.ts_got == ts.ts_sent, "%lu frames are lost",
	    (u_long)(ts.ts_sent - ts.ts_got));
}

static void
forward_main(void)
{
	struct traffic_conf tr;
	struct tst_conf tc;
	struct mbufs before;
	u_int sources;

	tst_conf_default(&tc);
	rxqs = tc.tc_rxqs = (u_int)program_arg("queues", tc.tc_rxqs);
	tc.tc_txqs = MIN(tc.tc_txqs, rxqs);
	tc.tc_rxburst = tc.tc_txburst = (u_int)program_arg("burst", 1);
	sources = 2 * rxqs;
	tr = (struct traffic_conf){
		.tr_seed = (uint64_t)program_arg("seed", 1),
		.tr_frames = (uint32_t)program_arg("frames", 100000) / sources,
		.tr_window = (uint32_t)program_arg("window",
		    rxqs == 1 ? 64 : 32),
		.tr_gap_ns = (uint32_t)program_arg("gap", 0),
		.tr_full = program_arg("full", 0) != 0,
	};
	before = mbufs_now();
	traffic_init(&tr);
	lab_open(2, &tc);
	lab_bridge_all();
	add_flows();
	lab_objects();
	program_measure_begin("forward");
	traffic_start();
	program_check(traffic_wait(100000, NULL), "it does not end");
	program_measure_end("forward", tr.tr_frames * sources);
	report(tr.tr_frames * sources);
	lab_bridge_gone();
	lab_close();
	mbufs_check(&before, "after forwarding");
}

static int
forward(void)
{
	return crew_main(forward_main);
}

PROGRAM(forward, "bridge: frames between two interfaces, cycles per frame",
    forward);
