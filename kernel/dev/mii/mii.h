/*
 * mii.h: registers of a PHY (IEEE 802.3, clause 22), as far as somebody reads
 * them here.
 */
#ifndef _DEV_MII_MII_H_
#define _DEV_MII_MII_H_

#define MII_NPHY 32 /* addresses on a bus */

#define MII_BMCR    0x00 /* control */
#define BMCR_RESET  0x8000
#define BMCR_LOOP   0x4000
#define BMCR_AUTOEN 0x1000
#define BMCR_FDX    0x0100
#define MII_BMSR    0x01 /* status */
#define BMSR_ACOMP  0x0020
#define BMSR_LINK   0x0004
#define MII_PHYIDR1 0x02
#define MII_PHYIDR2 0x03

#endif /* _DEV_MII_MII_H_ */
