/*
 * miivar.h: PHYs and their bus, mii(4): as their Ethernet driver, ether_ioctl and
 * PHY drivers see it.
 *
 *	Ethernet driver		mii_attach, mii_tick, mii_mediachg ...
 *	mii.c			looks for PHYs, asks those it has found
 *	makphy.c		one PHY's service: MII_TICK, MII_MEDIACHG ...
 *	  mii_readreg		back to the Ethernet driver's MDIO registers
 *
 * Contexts.  The Ethernet driver's: what locks PHY registers is its affair.
 */
#ifndef _DEV_MII_MIIVAR_H_
#define _DEV_MII_MIIVAR_H_

#include <sys/queue.h>
#include <sys/device_if.h>

#include <dev/mii/mii.h>
#include <net/if_media.h>

struct mii_softc;
struct ifnet;

typedef int (*mii_readreg_t)(device_t, int, int);
typedef void (*mii_writereg_t)(device_t, int, int, int);
typedef void (*mii_statchg_t)(struct ifnet *);

struct mii_data {
	struct ifmedia mii_media; /* first: what ioctls choose from */
	struct ifnet *mii_ifp;
	int mii_flags;
	LIST_HEAD(mii_listhead, mii_softc) mii_phys;
	u_int mii_instance;
	u_int mii_media_status; /* IFM_AVALID, IFM_ACTIVE */
	u_int mii_media_active; /* the word of the medium in use */
	mii_readreg_t mii_readreg;
	mii_writereg_t mii_writereg;
	mii_statchg_t mii_statchg;
};
typedef struct mii_data mii_data_t;

/* What a PHY is asked for. */
enum mii_service {
	MII_TICK = 1, /* a second has passed: look */
	MII_MEDIACHG, /* the medium of mii_media is to be used */
	MII_POLLSTAT, /* status wanted, for mii_media_active and _status */
	MII_DOWN      /* the interface is down */
};
#define MII_PHY_ANY    (-1)
#define MII_OFFSET_ANY (-1)

#define MIIF_DOPAUSE 0x0040 /* offer flow control */

#ifdef _KERNEL
#include <sys/device.h>

/* A PHY.  Its driver's softc. */
struct mii_softc {
	device_t mii_dev;
	LIST_ENTRY(mii_softc) mii_list; /* of mii_pdata */
	u_int mii_mpd_oui, mii_mpd_model, mii_mpd_rev;
	int mii_phy;    /* its address */
	u_int mii_inst; /* its number, in media words */
	int (*mii_service)(struct mii_softc *, struct mii_data *,
	    enum mii_service);
	void (*mii_status)(struct mii_softc *);
	struct mii_data *mii_pdata;
	int mii_flags;
	int mii_capabilities, mii_extcapabilities; /* BMSR, EXTSR */
	int mii_ticks;                             /* since the link was lost */
	int mii_anegticks;
	u_int mii_media_active, mii_media_status; /* as last told */
};

struct mii_attach_args {
	struct mii_data *mii_data;
	int mii_phyno;
	u_int mii_id1, mii_id2;
	int mii_capmask;
	int mii_flags;
};

/* mii.c */
void mii_attach(device_t, struct mii_data *, int capmask, int phyloc,
    int offloc, int flags);
void mii_detach(struct mii_data *, int phyloc, int offloc);
int mii_mediachg(struct mii_data *);
void mii_tick(struct mii_data *);
void mii_pollstat(struct mii_data *);
void mii_down(struct mii_data *);

/* mii_physubr.c, for PHY drivers. */
void mii_phy_init(struct mii_softc *, device_t self,
    const struct mii_attach_args *);
void mii_phy_add_media(struct mii_softc *);
int mii_phy_auto(struct mii_softc *);
void mii_phy_reset(struct mii_softc *);
int mii_phy_tick(struct mii_softc *);
void mii_phy_down(struct mii_softc *);
void mii_phy_update(struct mii_softc *, enum mii_service);

#define PHY_READ(p, r)                                              \
	(*(p)->mii_pdata->mii_readreg)(device_parent((p)->mii_dev), \
	    (p)->mii_phy, (r))
#define PHY_WRITE(p, r, v)                                           \
	(*(p)->mii_pdata->mii_writereg)(device_parent((p)->mii_dev), \
	    (p)->mii_phy, (r), (v))
#define PHY_SERVICE(p, d, o) (*(p)->mii_service)((p), (d), (o))
#endif /* _KERNEL */

#endif /* _DEV_MII_MIIVAR_H_ */
