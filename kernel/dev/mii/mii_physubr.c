/*
 * mii_physubr.c: what PHY drivers have in common.
 *
 * Autonegotiation goes on by itself.  It is started when the medium is chosen, and
 * again by the ticks when there has been no link for mii_anegticks seconds.
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

#define ANEGTICKS     5 /* s */
#define RESET_TRIES   500
#define RESET_STEP_US 1000

void
mii_phy_init(struct mii_softc *sc, device_t self,
    const struct mii_attach_args *ma)
{
	sc->mii_dev = self;
	sc->mii_mpd_oui = MII_OUI(ma->mii_id1, ma->mii_id2);
	sc->mii_mpd_model = MII_MODEL(ma->mii_id2);
	sc->mii_mpd_rev = MII_REV(ma->mii_id2);
	sc->mii_phy = ma->mii_phyno;
	sc->mii_inst = ma->mii_data->mii_instance;
	sc->mii_pdata = ma->mii_data;
	sc->mii_flags = ma->mii_flags;
	sc->mii_anegticks = ANEGTICKS;
	LIST_INSERT_HEAD(&ma->mii_data->mii_phys, sc, mii_list);
	mii_phy_reset(sc);
	sc->mii_capabilities = PHY_READ(sc, MII_BMSR) & ma->mii_capmask;
	if ((sc->mii_capabilities & BMSR_EXTSTAT) != 0)
		sc->mii_extcapabilities = PHY_READ(sc, MII_EXTSR);
}

/* Media words for what it can do. */
void
mii_phy_add_media(struct mii_softc *sc)
{
	const struct {
		int can, word;
		const char *name;
	} media[] = {
		{ sc->mii_capabilities & BMSR_10THDX, IFM_10_T, "10baseT" },
		{ sc->mii_capabilities & BMSR_10TFDX, IFM_10_T | IFM_FDX,
		    "10baseT-FDX" },
		{ sc->mii_capabilities & BMSR_100TXHDX, IFM_100_TX,
		    "100baseTX" },
		{ sc->mii_capabilities & BMSR_100TXFDX, IFM_100_TX | IFM_FDX,
		    "100baseTX-FDX" },
		{ sc->mii_extcapabilities & EXTSR_1000TFDX,
		    IFM_1000_T | IFM_FDX, "1000baseT-FDX" },
		{ sc->mii_capabilities & BMSR_ANEG, IFM_AUTO, "auto" },
	};
	const char *sep = "";

	for (size_t i = 0; i < __arraycount(media); i++) {
		if (media[i].can == 0)
			continue;
		ifmedia_add(&sc->mii_pdata->mii_media,
		    IFM_MAKEWORD(IFM_ETHER, media[i].word, 0,
			(int)sc->mii_inst),
		    0, NULL);
		aprint_normal("%s%s", sep, media[i].name);
		sep = ", ";
	}
}

/* mii_phy_auto: offer all there is, and let the two ends agree. */
int
mii_phy_auto(struct mii_softc *sc)
{
	int anar = ANAR_CSMA;

	anar |= sc->mii_capabilities >> 6 &
	    (ANAR_TX_FD | ANAR_TX | ANAR_10_FD | ANAR_10);
	if ((sc->mii_flags & MIIF_DOPAUSE) != 0)
		anar |= ANAR_FC | ANAR_PAUSE_ASYM;
	PHY_WRITE(sc, MII_ANAR, anar);
	if ((sc->mii_extcapabilities & EXTSR_1000TFDX) != 0)
		PHY_WRITE(sc, MII_GTCR, GTCR_ADV_1000TFDX);
	PHY_WRITE(sc, MII_BMCR, BMCR_AUTOEN | BMCR_STARTNEG);
	return EINPROGRESS;
}

void
mii_phy_reset(struct mii_softc *sc)
{
	PHY_WRITE(sc, MII_BMCR, BMCR_RESET);
	for (int i = 0; i < RESET_TRIES; i++) {
		if ((PHY_READ(sc, MII_BMCR) & BMCR_RESET) == 0)
			return;
		delay(RESET_STEP_US);
	}
	aprint_error_dev(sc->mii_dev, "does not come back from its reset\n");
}

/* mii_phy_tick: 0: there is a link; EAGAIN: not yet. */
int
mii_phy_tick(struct mii_softc *sc)
{
	/* Twice: what was lost meanwhile is told first. */
	const int bmsr = PHY_READ(sc, MII_BMSR) | PHY_READ(sc, MII_BMSR);

	if ((bmsr & BMSR_LINK) != 0) {
		sc->mii_ticks = 0;
		return 0;
	}
	if (++sc->mii_ticks > sc->mii_anegticks) {
		sc->mii_ticks = 0;
		(void)mii_phy_auto(sc);
	}
	return EAGAIN;
}

void
mii_phy_down(struct mii_softc *sc)
{
	sc->mii_ticks = 0;
}

/* mii_phy_update: tell the Ethernet driver, and the stack, what has changed. */
void
mii_phy_update(struct mii_softc *sc, enum mii_service cmd)
{
	struct mii_data *const mii = sc->mii_pdata;

	if (sc->mii_media_active == mii->mii_media_active &&
	    sc->mii_media_status == mii->mii_media_status &&
	    cmd != MII_MEDIACHG)
		return;
	sc->mii_media_active = mii->mii_media_active;
	sc->mii_media_status = mii->mii_media_status;
	(*mii->mii_statchg)(mii->mii_ifp);
	if_link_state_change(mii->mii_ifp,
	    (mii->mii_media_status & IFM_ACTIVE) != 0 ? LINK_STATE_UP
						      : LINK_STATE_DOWN);
}
