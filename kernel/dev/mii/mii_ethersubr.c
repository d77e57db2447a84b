/*
 * mii_ethersubr.c: if_media's questions, for Ethernet drivers whose media are their
 * PHYs' (ec_mii).  Threads, at splnet.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_media.h>

#include <dev/mii/miivar.h>

int
ether_mediachange(struct ifnet *ifp)
{
	struct ethercom *const ec = (struct ethercom *)ifp;

	if ((ifp->if_flags & IFF_UP) == 0)
		return 0;
	return mii_mediachg(ec->ec_mii);
}

void
ether_mediastatus(struct ifnet *ifp, struct ifmediareq *ifmr)
{
	struct ethercom *const ec = (struct ethercom *)ifp;

	mii_pollstat(ec->ec_mii);
	ifmr->ifm_active = (int)ec->ec_mii->mii_media_active;
	ifmr->ifm_status = (int)ec->ec_mii->mii_media_status;
}
