/*
 * lab.c: tst interfaces, bridges and ioctls (lab.h).
 *
 * Ioctls are those of the commands (port/user/ifcmd.h): as from a socket, with
 * KERNEL_LOCK in both kernels.
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/pktqueue.h>

#include <ifcmd.h>
#include <lab.h>
#include <program.h>
#include <traffic.h>

static u_int units;

/* ---- ioctls ------------------------------------------------------------------ */

int
lab_create(const char *ifname)
{
	return ifcmd_clone(ifname, true, NULL);
}

int
lab_destroy(const char *ifname)
{
	return ifcmd_clone(ifname, false, NULL);
}

int
lab_up(const char *ifname, bool up)
{
	return ifcmd_updown(ifname, up, NULL);
}

/* Those that brconfig(8) sends as SIOCGDRVSPEC. */
static bool
only_asks(u_long cmd)
{
	static const u_long asks[] = { BRDGGIFFLGS, BRDGGCACHE, BRDGGIFS,
		BRDGRTS, BRDGGTO, BRDGGPRI, BRDGGHT, BRDGGFD, BRDGGMA };

	for (u_int i = 0; i < __arraycount(asks); i++)
		if (asks[i] == cmd)
			return true;
	return false;
}

int
lab_bridge(const char *bridge, u_long cmd, void *data, size_t bytes)
{
	return ifcmd_drvspec(only_asks(cmd) ? SIOCGDRVSPEC : SIOCSDRVSPEC,
	    bridge, cmd, data, bytes);
}

int
lab_member(const char *bridge, u_long cmd, const char *member)
{
	struct ifbreq req = { .ifbr_ifsflags = 0 };

	strlcpy(req.ifbr_ifsname, member, sizeof(req.ifbr_ifsname));
	return lab_bridge(bridge, cmd, &req, sizeof(req));
}

/* ---- interfaces ---------------------------------------------------------------- */

const char *
lab_name(u_int unit)
{
	static const char *const names[TST_UNITS] = { "tst0", "tst1", "tst2",
		"tst3" };

	return names[unit];
}

u_int
lab_units(void)
{
	return units;
}

static void
must(int error, const char *what, const char *ifname)
{
	if (error != 0)
		panic("lab: %s %s: error %d", what, ifname, error);
}

void
lab_open(u_int n, const struct tst_conf *conf)
{
	for (units = 0; units < n; units++) {
		if (tst_attach(units, conf, &traffic_wire) == NULL)
			panic("lab: tst%u does not attach", units);
		traffic_hook(units);
		must(lab_up(lab_name(units), true), "up", lab_name(units));
	}
}

void
lab_open_by_hand(u_int n)
{
	const struct traffic_conf tr = { .tr_seed = 1,
		.tr_frames = 2000,
		.tr_window = 64,
		.tr_full = true,
		.tr_by_hand = true };
	struct tst_conf tc;

	tst_conf_default(&tc);
	tc.tc_rxqs = tc.tc_txqs = MIN(tc.tc_rxqs, TST_QUEUES - 1);
	traffic_init(&tr);
	lab_open(n, &tc);
}

void
lab_close(void)
{
	for (u_int u = 0; u < units; u++)
		must(lab_up(lab_name(u), false), "down", lab_name(u));
	traffic_fini();
	while (units > 0) {
		traffic_unhook(--units);
		tst_detach(units);
	}
}

void
lab_bridge_all(void)
{
	must(lab_create("bridge0"), "create", "bridge0");
	for (u_int u = 0; u < units; u++)
		must(lab_member("bridge0", BRDGADD, lab_name(u)), "add",
		    lab_name(u));
	must(lab_up("bridge0", true), "up", "bridge0");
}

void
lab_bridge_gone(void)
{
	must(lab_destroy("bridge0"), "destroy", "bridge0");
}

void
lab_objects(void)
{
	struct ifnet *ifp = ifunit("bridge0");
	struct bridge_softc *const sc = ifp != NULL ? ifp->if_softc : NULL;
	struct bridge_iflist *bif;

	for (u_int u = 0; u < units; u++) {
		ifp = tst_ifnet(u);
		program_object(ifp->if_softc, tst_bytes(), "tst_softc",
		    lab_name(u));
		program_object(ifp, sizeof(*ifp), "ifnet", lab_name(u));
	}
	if (sc == NULL)
		return;
	program_object(sc, sizeof(*sc), "bridge_softc", "bridge0");
	program_object(&sc->sc_if, sizeof(sc->sc_if), "ifnet", "bridge0");
	LIST_FOREACH (bif, &sc->sc_iflist, bif_next)
		program_object(bif, sizeof(*bif), "bridge_iflist",
		    bif->bif_ifp->if_xname);
}

/* ---- where frames are ------------------------------------------------------------ */

void
lab_drops(struct lab_drops *d)
{
	const struct ifnet *const ifp = ifunit("bridge0");

	memset(d, 0, sizeof(*d));
	for (u_int u = 0; u < units; u++) {
		const struct tst_counts t = tst_counts(u);

		d->d_filtered += t.t_filtered;
		d->d_purged += t.t_purged;
		d->d_snd += t.t_snddrops +
		    (u_int)tst_ifnet(u)->if_snd.ifq_drops;
	}
	if (ifp != NULL) {
		const struct bridge_softc *const sc = ifp->if_softc;

		d->d_pktq = pktq_get_count(sc->sc_fwd_pktq, PKTQ_DROPS);
	}
}
