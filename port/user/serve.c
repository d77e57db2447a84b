/*
 * serve.c: the program `serve': a machine that does what it is set up for, until the
 * outside world has nothing more for it.
 *
 *	setup='ifconfig,wm0,up;brconfig,bridge0,...'	commands, first
 *
 * Then frames may come in.  When the last one has come, and whatever the devices
 * have is gone, and the kernel has been quiet for a while, interfaces go down and what
 * is left is counted: each mbuf that was taken must have been given back.
 *
 * Results (the seam's, for stats.json), n of each: frames that the kernel lost, by
 * place: lost.pktq, lost.if_snd, lost.same_side (the bridge: source and destination are
 * behind one interface; made.flooded: it made so many more), lost.local (for this host), and a driver's counters,
 * lost.wm0.txq0-drop; and devices' interrupts since frames may come in (intrctl.c).
 * "txmap wm0|0 1 2 3 0 1 2 3": transmit queues by CPU, as drivers say (hw.wm0.txmap).
 */
#include <sys/param.h>
#include <sys/bootprop.h>
#include <sys/cpu.h>
#include <sys/evcnt.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/if_types.h>
#include <net/pktqueue.h>

#include <ifcmd.h>
#include <mbufs.h>
#include <program.h>
#include <seam.h>
#include <user.h>

#define QUIET_TICKS 2 /* with nothing from outside, before it is over */

static void
wait_until_over(void)
{
	for (int quiet = 0; quiet < QUIET_TICKS; quiet++) {
		(void)kpause("serve", false, 1, NULL);
		if (!seam_over())
			quiet = 0;
	}
}

/* A driver's counters of what it lost. */
static void
report_drivers(void)
{
	const struct evcnt *ev;
	char name[48];

	TAILQ_FOREACH (ev, &allevents, ev_list) {
		if (ev->ev_type != EVCNT_TYPE_MISC ||
		    strncmp(ev->ev_group, "wm", 2) != 0)
			continue;
		snprintf(name, sizeof(name), "lost.%s.%s", ev->ev_group,
		    ev->ev_name);
		program_result(name, ev->ev_count, 0);
	}
}

/*
 * What the bridge has not sent on was for its sender's own side, since each frame
 * has one way out of two; of three members' it may make more than it was given, by
 * flooding, and then it is not known what stayed on a side.  What has not come to the bridge was for this host.  A frame
 * that an interface refuses is the bridge's output error, and has its place there.
 */
static void
report_losses(void)
{
	uint64_t snd = 0, pktq = 0, received = 0, in = 0, out = 0;
	struct ifnet *ifp;

	IFNET_FOREACH(ifp)
	{
		if (ifp->if_type == IFT_BRIDGE) {
			const struct bridge_softc *const sc = ifp->if_softc;

			pktq += pktq_get_count(sc->sc_fwd_pktq, PKTQ_DROPS);
			in += ifp->if_ipackets;
			out += ifp->if_opackets + ifp->if_oerrors;
		} else if (ifp->if_type != IFT_LOOP) {
			snd += (uint64_t)ifp->if_snd.ifq_drops;
			received += ifp->if_ipackets;
		}
	}
	program_result("lost.pktq", pktq, 0);
	program_result("lost.if_snd", snd, 0);
	program_result("lost.same_side", in > out ? in - out : 0, 0);
	program_result("made.flooded", out > in ? out - in : 0, 0);
	program_result("lost.local", received - in - pktq, 0);
	report_drivers();
}

static void
report_txmaps(void)
{
	char node[32], map[48], name[64];
	struct ifnet *ifp;

	IFNET_FOREACH(ifp)
	{
		size_t bytes = sizeof(map);

		snprintf(node, sizeof(node), "hw.%s.txmap", ifp->if_xname);
		if (sysctl_byname(node, map, &bytes, NULL, 0) != 0)
			continue;
		snprintf(name, sizeof(name), "txmap %s|%s", ifp->if_xname, map);
		program_result(name, 0, 0);
	}
}

static void
all_down(void)
{
	struct ifnet *ifp;

	IFNET_FOREACH(ifp)
	if (ifp->if_type != IFT_LOOP)
		(void)ifcmd_updown(ifp->if_xname, 0, NULL);
}

static int
serve_main(void)
{
	const struct mbufs before = mbufs_now();
	const int code = command_property("setup");

	if (code > 0)
		return code;
	intrctl_begin();
	seam_open();
	wait_until_over();
	report_txmaps();
	all_down();
	(void)kpause("serve", false, 2, NULL); /* callouts and softints end */
	report_losses();
	intrctl_results();
	mbufs_check(&before, "serve");
	return 0;
}
PROGRAM(serve, "the machine at work, until nothing more comes", serve_main);
