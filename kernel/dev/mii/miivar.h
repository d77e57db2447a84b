/*
 * miivar.h: a bus of PHYs, as its Ethernet driver and ether_ioctl see it.
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

#endif /* _DEV_MII_MIIVAR_H_ */
