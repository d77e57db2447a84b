/*
 * mii.c: the bus of an Ethernet interface's PHYs.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>

#include <net/if.h>
#include <net/if_media.h>

#include <dev/mii/mii.h>
#include <dev/mii/miivar.h>

static int
mii_print(void *aux, const char *pnp)
{
	const struct mii_attach_args *const ma = aux;

	if (pnp != NULL)
		aprint_normal("OUI 0x%06x model 0x%04x rev %d at %s",
		    MII_OUI(ma->mii_id1, ma->mii_id2), MII_MODEL(ma->mii_id2),
		    MII_REV(ma->mii_id2), pnp);
	aprint_normal(" phy %d", ma->mii_phyno);
	return UNCONF;
}

/* Is there one at that address?  Nobody drives the bus: all ones. */
static bool
mii_probe(device_t parent, struct mii_data *mii, int phy)
{
	const int bmsr = (*mii->mii_readreg)(parent, phy, MII_BMSR);

	return bmsr != 0 && bmsr != 0xffff;
}

/*
 * mii_attach: look for PHYs at phyloc, or at all addresses (MII_PHY_ANY), and
 * attach what is found; capmask takes capabilities away.
 */
void
mii_attach(device_t parent, struct mii_data *mii, int capmask, int phyloc,
    int offloc, int flags)
{
	const int first = phyloc == MII_PHY_ANY ? 0 : phyloc;
	const int last = phyloc == MII_PHY_ANY ? MII_NPHY - 1 : phyloc;

	LIST_INIT(&mii->mii_phys);
	for (int phy = first; phy <= last; phy++) {
		struct mii_attach_args ma;

		if (!mii_probe(parent, mii, phy))
			continue;
		ma = (struct mii_attach_args){
			.mii_data = mii,
			.mii_phyno = phy,
			.mii_id1 = (u_int)(*mii->mii_readreg)(parent, phy,
			    MII_PHYIDR1),
			.mii_id2 = (u_int)(*mii->mii_readreg)(parent, phy,
			    MII_PHYIDR2),
			.mii_capmask = capmask,
			.mii_flags = flags,
		};
		if (config_found_ia(parent, "mii", &ma, mii_print) != NULL)
			mii->mii_instance++;
	}
}

void
mii_detach(struct mii_data *mii, int phyloc, int offloc)
{
	struct mii_softc *child, *next;

	LIST_FOREACH_SAFE (child, &mii->mii_phys, mii_list, next) {
		if (phyloc != MII_PHY_ANY && phyloc != child->mii_phy)
			continue;
		LIST_REMOVE(child, mii_list);
		(void)config_detach(child->mii_dev, 0);
	}
}

/* Each of them; the last error. */
static int
ask_all(struct mii_data *mii, enum mii_service cmd)
{
	struct mii_softc *child;
	int error = 0, rv;

	LIST_FOREACH (child, &mii->mii_phys, mii_list) {
		rv = PHY_SERVICE(child, mii, cmd);
		if (rv != 0)
			error = rv;
	}
	return error;
}

/* mii_mediachg: the medium that mii_media has now. */
int
mii_mediachg(struct mii_data *mii)
{
	mii->mii_media_status = 0;
	mii->mii_media_active = IFM_NONE;
	return ask_all(mii, MII_MEDIACHG);
}

/* mii_tick: once a second, while the interface is up. */
void
mii_tick(struct mii_data *mii)
{
	(void)ask_all(mii, MII_TICK);
}

void
mii_pollstat(struct mii_data *mii)
{
	mii->mii_media_status = 0;
	mii->mii_media_active = IFM_NONE;
	(void)ask_all(mii, MII_POLLSTAT);
}

void
mii_down(struct mii_data *mii)
{
	(void)ask_all(mii, MII_DOWN);
}
