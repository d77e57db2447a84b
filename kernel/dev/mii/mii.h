/*
 * mii.h: registers of a PHY (IEEE 802.3, clauses 22, 28 and 40), as far as
 * somebody reads them here.
 */
#ifndef _DEV_MII_MII_H_
#define _DEV_MII_MII_H_

/* clang-format off */
#define MII_NPHY 32 /* addresses on a bus */

#define MII_BMCR	0x00	/* control */
#define  BMCR_RESET	0x8000
#define  BMCR_LOOP	0x4000
#define  BMCR_S100	0x2000
#define  BMCR_AUTOEN	0x1000
#define  BMCR_PDOWN	0x0800
#define  BMCR_ISO	0x0400
#define  BMCR_STARTNEG	0x0200
#define  BMCR_FDX	0x0100
#define  BMCR_S1000	0x0040
#define MII_BMSR	0x01	/* status */
#define  BMSR_100TXFDX	0x4000
#define  BMSR_100TXHDX	0x2000
#define  BMSR_10TFDX	0x1000
#define  BMSR_10THDX	0x0800
#define  BMSR_EXTSTAT	0x0100
#define  BMSR_ACOMP	0x0020
#define  BMSR_ANEG	0x0008
#define  BMSR_LINK	0x0004	/* 0 stays until it is read */
#define MII_PHYIDR1	0x02
#define MII_PHYIDR2	0x03
#define MII_OUI(id1, id2)	((u_int)(id1) << 6 | (u_int)(id2) >> 10)
#define MII_MODEL(id2)		(((id2) & 0x03f0) >> 4)
#define MII_REV(id2)		((id2) & 0x000f)
#define MII_ANAR	0x04	/* what we offer */
#define  ANAR_PAUSE_ASYM	0x0800
#define  ANAR_FC	0x0400
#define  ANAR_TX_FD	0x0100
#define  ANAR_TX	0x0080
#define  ANAR_10_FD	0x0040
#define  ANAR_10	0x0020
#define  ANAR_CSMA	0x0001
#define MII_ANLPAR	0x05	/* .. the other end */
#define MII_100T2CR	0x09	/* the same for 1000BASE-T */
#define MII_GTCR	MII_100T2CR
#define  GTCR_ADV_1000TFDX	0x0200
#define  GTCR_ADV_1000THDX	0x0100
#define MII_100T2SR	0x0a
#define MII_GTSR	MII_100T2SR
#define  GTSR_LP_1000TFDX	0x0800
#define  GTSR_LP_1000THDX	0x0400
#define MII_EXTSR	0x0f
#define  EXTSR_1000TFDX	0x2000
#define  EXTSR_1000THDX	0x1000
/* clang-format on */

#endif /* _DEV_MII_MII_H_ */
