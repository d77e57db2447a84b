/*
 * makphy.c: Marvell's PHYs for copper at up to 1000 Mb/s: 88E1543, I347-AT4 and
 * their kin.  Speed and duplex, once agreed upon, are in a register of their own.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/errno.h>

#include <net/if.h>
#include <net/if_media.h>

#include <dev/mii/mii.h>
#include <dev/mii/miivar.h>

#define MAKPHY_OUI_MARVELL 0x5043 /* 00:50:43, as MII_OUI() has it */
#define MAKPHY_PSSR        0x11   /* status, specific */
#define PSSR_SPEED_MASK    0xc000
#define PSSR_SPEED_1000    0x8000
#define PSSR_SPEED_100     0x4000
#define PSSR_DUPLEX        0x2000
#define PSSR_RESOLVED      0x0800
#define PSSR_LINK          0x0400

static int
makphymatch(device_t parent, cfdata_t cf, void *aux)
{
	const struct mii_attach_args *const ma = aux;

	return MII_OUI(ma->mii_id1, ma->mii_id2) == MAKPHY_OUI_MARVELL ? 10 : 0;
}

/* What has been agreed upon, for mii_pdata. */
static void
makphy_status(struct mii_softc *sc)
{
	struct mii_data *const mii = sc->mii_pdata;
	const int bmsr = PHY_READ(sc, MII_BMSR) | PHY_READ(sc, MII_BMSR);
	int pssr;

	mii->mii_media_status = IFM_AVALID;
	mii->mii_media_active = IFM_ETHER;
	if ((bmsr & BMSR_LINK) != 0)
		mii->mii_media_status |= IFM_ACTIVE;
	pssr = PHY_READ(sc, MAKPHY_PSSR);
	if ((pssr & PSSR_RESOLVED) == 0) {
		mii->mii_media_active |= IFM_NONE;
		return;
	}
	switch (pssr & PSSR_SPEED_MASK) {
	case PSSR_SPEED_1000:
		mii->mii_media_active |= IFM_1000_T;
		break;
	case PSSR_SPEED_100:
		mii->mii_media_active |= IFM_100_TX;
		break;
	default:
		mii->mii_media_active |= IFM_10_T;
		break;
	}
	mii->mii_media_active |= (pssr & PSSR_DUPLEX) != 0 ? IFM_FDX : IFM_HDX;
}

static int
makphy_service(struct mii_softc *sc, struct mii_data *mii, enum mii_service cmd)
{
	switch (cmd) {
	case MII_MEDIACHG:
		(void)mii_phy_auto(sc);
		break;
	case MII_TICK:
		(void)mii_phy_tick(sc);
		break;
	case MII_DOWN:
		mii_phy_down(sc);
		return 0;
	case MII_POLLSTAT:
		break;
	}
	(*sc->mii_status)(sc);
	mii_phy_update(sc, cmd);
	return 0;
}

static void
makphyattach(device_t parent, device_t self, void *aux)
{
	struct mii_softc *const sc = device_private(self);
	const struct mii_attach_args *const ma = aux;

	aprint_naive(": Media interface\n");
	aprint_normal(": Marvell model %#x PHY, rev. %d\n",
	    MII_MODEL(ma->mii_id2), MII_REV(ma->mii_id2));
	sc->mii_service = makphy_service;
	sc->mii_status = makphy_status;
	mii_phy_init(sc, self, ma);
	aprint_normal("%s: ", device_xname(self));
	mii_phy_add_media(sc);
	aprint_normal("\n");
}

static int
makphydetach(device_t self, int flags)
{
	return 0;
}

CFATTACH_DECL_NEW(makphy, sizeof(struct mii_softc), makphymatch, makphyattach,
    makphydetach, NULL);
