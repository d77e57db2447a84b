/*
 * if_wmreg.h: registers and descriptors of Intel's gigabit controllers, as far as
 * the I354 has them and if_wm.c uses them.
 *
 * Registers are 32 bits wide, by their offset in the memory range of BAR 0.
 * Descriptors are little-endian, as the machine is.
 */
#ifndef _DEV_PCI_IF_WMREG_H_
#define _DEV_PCI_IF_WMREG_H_

#include <sys/types.h>

typedef struct wiseman_addr {
	uint32_t wa_low;
	uint32_t wa_high;
} __packed wiseman_addr_t;

/* Receive: where a frame goes (wrx_addr), and, once DD is set, what came. */
typedef struct wiseman_rxdesc {
	volatile wiseman_addr_t wrx_addr;
	volatile uint16_t wrx_len;
	volatile uint16_t wrx_cksum;
	volatile uint8_t wrx_status;   /* WRX_ST_* */
	volatile uint8_t wrx_errors;   /* WRX_ER_* */
	volatile uint16_t wrx_special; /* VLAN tag */
} __packed wiseman_rxdesc_t;

/* clang-format off */
#define WRX_ST_DD	(1U << 0)	/* done */
#define WRX_ST_EOP	(1U << 1)	/* the frame ends here */
#define WRX_ST_IXSM	(1U << 2)	/* checksums not looked at */
#define WRX_ST_VP	(1U << 3)	/* wrx_special has a tag */
#define WRX_ST_TCPCS	(1U << 5)
#define WRX_ST_IPCS	(1U << 6)
#define WRX_ER_CE	(1U << 0)	/* CRC */
#define WRX_ER_SE	(1U << 1)
#define WRX_ER_SEQ	(1U << 2)
#define WRX_ER_CXE	(1U << 4)
#define WRX_ER_TCPE	(1U << 5)
#define WRX_ER_IPE	(1U << 6)
#define WRX_ER_RXE	(1U << 7)	/* of the wire */

/* Transmit, in the older form. */
typedef struct wiseman_tx_fields {
	uint8_t wtxu_status;	/* WTX_ST_* */
	uint8_t wtxu_options;
	uint16_t wtxu_vlan;
} __packed wiseman_txfields_t;
typedef struct wiseman_txdesc {
	volatile wiseman_addr_t wtx_addr;
	volatile uint32_t wtx_cmdlen;	/* WTX_CMD_*, bytes */
	volatile wiseman_txfields_t wtx_fields;
} __packed wiseman_txdesc_t;

#define WTX_LEN_MASK	0x0000ffffU
#define WTX_CMD_EOP	(1U << 24)
#define WTX_CMD_IFCS	(1U << 25)	/* append the CRC */
#define WTX_CMD_RS	(1U << 27)	/* say so when done */
#define WTX_CMD_DEXT	(1U << 29)
#define WTX_CMD_VLE	(1U << 30)
#define WTX_ST_DD	(1U << 0)
#define WTX_MAX_LEN	16288

/* PCI */
#define WM_PCI_MMBA	0x10		/* BAR 0 */

/* General. */
#define WMREG_CTRL	0x0000
#define  CTRL_FD		(1U << 0)
#define  CTRL_GIO_M_DIS		(1U << 2)
#define  CTRL_SLU		(1U << 6)
#define  CTRL_FRCSPD		(1U << 11)
#define  CTRL_FRCFDX		(1U << 12)
#define  CTRL_RST		(1U << 26)
#define  CTRL_RFCE		(1U << 27)
#define  CTRL_TFCE		(1U << 28)
#define  CTRL_VME		(1U << 30)
#define  CTRL_PHY_RESET		(1U << 31)
#define WMREG_STATUS	0x0008
#define  STATUS_FD		(1U << 0)
#define  STATUS_LU		(1U << 1)
#define  STATUS_FUNCID_SHIFT	2
#define  STATUS_FUNCID_MASK	3U
#define  STATUS_GIO_M_ENA	(1U << 19)
#define  STATUS_DEV_RST_SET	(1U << 20)
#define WMREG_EECD	0x0010
#define  EECD_EE_AUTORD		(1U << 9)
#define WMREG_EERD	0x0014
#define  EERD_START		(1U << 0)
#define  EERD_DONE		(1U << 1)
#define  EERD_ADDR_SHIFT	2
#define  EERD_DATA_SHIFT	16
#define WMREG_CTRL_EXT	0x0018
#define  CTRL_EXT_LINK_MODE_MASK	0x00c00000U
#define  CTRL_EXT_LINK_MODE_SGMII	0x00800000U
#define  CTRL_EXT_DRV_LOAD	(1U << 28)
#define WMREG_MDIC	0x0020
#define  MDIC_DATA(x)		((x) & 0xffffU)
#define  MDIC_REGADD(x)		((uint32_t)(x) << 16)
#define  MDIC_PHYADD(x)		((uint32_t)(x) << 21)
#define  MDIC_OP_WRITE		(1U << 26)
#define  MDIC_OP_READ		(1U << 27)
#define  MDIC_READY		(1U << 28)
#define  MDIC_E			(1U << 30)
#define WMREG_FCAL	0x0028
#define  FCAL_CONST		0x00c28001U
#define WMREG_FCAH	0x002c
#define  FCAH_CONST		0x00000100U
#define WMREG_FCT	0x0030
#define WMREG_VET	0x0038
#define WMREG_FCTTV	0x0170
#define  FCTTV_DFLT		0x00000600U
#define WMREG_MDICNFG	0x0e04
#define  MDICNFG_PHY_SHIFT	21
#define  MDICNFG_PHY_MASK	0x03e00000U
#define WMREG_SWSM	0x5b50
#define  SWSM_SMBI		(1U << 0)
#define  SWSM_SWESMBI		(1U << 1)
#define WMREG_SW_FW_SYNC 0x5b5c
#define  SWFW_EEP_SM		0x0001U
#define  SWFW_PHY0_SM		0x0002U
#define  SWFW_PHY1_SM		0x0004U
#define  SWFW_PHY2_SM		0x0020U
#define  SWFW_PHY3_SM		0x0040U
#define  SWFW_SOFT_SHIFT	0
#define  SWFW_FIRM_SHIFT	16

/* Interrupts: causes, and, with MSI-X, vectors. */
#define WMREG_ICR	0x00c0		/* reading clears */
#define  ICR_TXDW		(1U << 0)
#define  ICR_LSC		(1U << 2)
#define  ICR_RXSEQ		(1U << 3)
#define  ICR_RXDMT0		(1U << 4)
#define  ICR_RXO		(1U << 6)
#define  ICR_RXT0		(1U << 7)
#define WMREG_ICS	0x00c8
#define WMREG_IMS	0x00d0
#define WMREG_IMC	0x00d8
#define WMREG_GPIE	0x1514
#define  GPIE_NSICR		(1U << 0)
#define  GPIE_MULTI_MSIX	(1U << 4)
#define  GPIE_EIAME		(1U << 30)
#define  GPIE_PBA		(1U << 31)
#define WMREG_EICS	0x1520
#define WMREG_EIMS	0x1524
#define WMREG_EIMC	0x1528
#define WMREG_EIAC	0x152c
#define WMREG_EIAM	0x1530
#define WMREG_EICR	0x1580
#define WMREG_EITR(n)	(0x1680 + 4 * (n))
#define  EITR_INTERVAL_SHIFT	2	/* of about 1 us */
#define  EITR_INTERVAL_MASK	0x7ffcU
#define  EITR_MAX_US		1000	/* of what it is good for */
#define WMREG_IVAR_Q(q)	(0x1700 + 4 * ((q) >> 1))
#define  IVAR_RX_SHIFT_Q(q)	(((q) & 1) * 16)
#define  IVAR_TX_SHIFT_Q(q)	(((q) & 1) * 16 + 8)
#define  IVAR_ENTRY_MASK	0xffU
#define  IVAR_VALID		0x80U
#define WMREG_IVAR_MISC	0x1740
#define  IVAR_MISC_OTHER_SHIFT	8

/* Receive. */
#define WMREG_RCTL	0x0100
#define  RCTL_EN		(1U << 1)
#define  RCTL_UPE		(1U << 3)
#define  RCTL_MPE		(1U << 4)
#define  RCTL_LPE		(1U << 5)
#define  RCTL_LBM_NONE		0U
#define  RCTL_RDMTS_1_2		0U
#define  RCTL_MO(x)		((uint32_t)(x) << 12)
#define  RCTL_BAM		(1U << 15)
#define  RCTL_DPF		(1U << 22)
#define  RCTL_SECRC		(1U << 26)
#define WMREG_FCRTL	0x2160
#define WMREG_FCRTH	0x2168
#define  FCRTL_DFLT		0x4000U
#define  FCRTH_DFLT		0x8000U
#define WMREG_RXPBS	0x2404
#define WMREG_RXQ(q)	((q) < 4 ? 0x2800 + 0x100 * (q) : 0xc000 + 0x40 * (q))
#define WMREG_RDBAL(q)	(WMREG_RXQ(q) + 0x00)
#define WMREG_RDBAH(q)	(WMREG_RXQ(q) + 0x04)
#define WMREG_RDLEN(q)	(WMREG_RXQ(q) + 0x08)
#define WMREG_SRRCTL(q)	(WMREG_RXQ(q) + 0x0c)
#define  SRRCTL_BSIZEPKT_SHIFT	10	/* of a buffer's bytes */
#define  SRRCTL_DESCTYPE_LEGACY	0U
#define  SRRCTL_DROP_EN		(1U << 31)
#define WMREG_RDH(q)	(WMREG_RXQ(q) + 0x10)
#define WMREG_RDT(q)	(WMREG_RXQ(q) + 0x18)
#define WMREG_RXDCTL(q)	(WMREG_RXQ(q) + 0x28)
#define  RXDCTL_PTHRESH(x)	((uint32_t)(x) << 0)
#define  RXDCTL_HTHRESH(x)	((uint32_t)(x) << 8)
#define  RXDCTL_WTHRESH(x)	((uint32_t)(x) << 16)
#define  RXDCTL_QUEUE_ENABLE	(1U << 25)
#define WMREG_RQDPC(q)	(WMREG_RXQ(q) + 0x30)
#define WMREG_RXCSUM	0x5000
#define  RXCSUM_IPOFL		(1U << 8)
#define  RXCSUM_TUOFL		(1U << 9)
#define  RXCSUM_PCSD		(1U << 13)
#define WMREG_RLPML	0x5004
#define WMREG_MTA	0x5200
#define  WM_MC_TABSIZE		128
#define WMREG_RAL(i)	((i) < 16 ? 0x5400 + 8 * (i) : 0x54e0 + 8 * ((i) - 16))
#define WMREG_RAH(i)	(WMREG_RAL(i) + 4)
#define  RAL_AV			(1U << 31)
#define  WM_RAL_TABSIZE_I350	32
#define WMREG_VFTA	0x5600
#define  WM_VLAN_TABSIZE	128
#define WMREG_MRQC	0x5818
#define  MRQC_ENABLE_RSS_8Q	2U
#define  MRQC_RSS_FIELD_IPV4_TCP	(1U << 16)
#define  MRQC_RSS_FIELD_IPV4		(1U << 17)
#define  MRQC_RSS_FIELD_IPV6_TCP_EX	(1U << 18)
#define  MRQC_RSS_FIELD_IPV6		(1U << 20)
#define  MRQC_RSS_FIELD_IPV6_TCP	(1U << 21)
#define  MRQC_RSS_FIELD_IPV4_UDP	(1U << 22)
#define  MRQC_RSS_FIELD_IPV6_UDP	(1U << 23)
#define  MRQC_RSS_FIELD_IPV6_UDP_EX	(1U << 24)
#define WMREG_RETA_Q(i)	(0x5c00 + 4 * ((i) >> 2))
#define  RETA_NUM_ENTRIES	128
#define WMREG_RSSRK(i)	(0x5c80 + 4 * (i))
#define  RSSRK_NUM_REGS		10

/* Transmit. */
#define WMREG_TCTL	0x0400
#define  TCTL_EN		(1U << 1)
#define  TCTL_PSP		(1U << 3)
#define  TCTL_CT(x)		((uint32_t)(x) << 4)
#define  TCTL_COLD(x)		((uint32_t)(x) << 12)
#define  TX_COLLISION_THRESHOLD		15
#define  TX_COLLISION_DISTANCE_FDX	0x40
#define WMREG_TIPG	0x0410
#define  TIPG_1000T_DFLT	0x00602008U
#define WMREG_TXQ(q)	((q) < 4 ? 0x3800 + 0x100 * (q) : 0xe000 + 0x40 * (q))
#define WMREG_TDBAL(q)	(WMREG_TXQ(q) + 0x00)
#define WMREG_TDBAH(q)	(WMREG_TXQ(q) + 0x04)
#define WMREG_TDLEN(q)	(WMREG_TXQ(q) + 0x08)
#define WMREG_TDH(q)	(WMREG_TXQ(q) + 0x10)
#define WMREG_TDT(q)	(WMREG_TXQ(q) + 0x18)
#define WMREG_TXDCTL(q)	(WMREG_TXQ(q) + 0x28)
#define  TXDCTL_QUEUE_ENABLE	(1U << 25)

/* Statistics; reading clears. */
#define WMREG_CRCERRS	0x4000
#define WMREG_ALGNERRC	0x4004
#define WMREG_SYMERRC	0x4008
#define WMREG_RXERRC	0x400c
#define WMREG_MPC	0x4010
#define WMREG_COLC	0x4028
#define WMREG_SEC	0x4038
#define WMREG_CEXTERR	0x403c
#define WMREG_RLEC	0x4040
#define WMREG_XONRXC	0x4048
#define WMREG_XONTXC	0x404c
#define WMREG_XOFFRXC	0x4050
#define WMREG_XOFFTXC	0x4054
#define WMREG_FCRUC	0x4058
#define WMREG_RNBC	0x40a0

/* NVM, by 16-bit words of this port's image. */
#define NVM_OFF_MACADDR			0x00
#define NVM_CHECKSUM_WORDS		0x40
#define NVM_CHECKSUM			0xbaba
#define NVM_OFF_LAN_FUNC_82580(x)	((x) != 0 ? 0x40 + 0x40 * (x) : 0)
/* clang-format on */

#endif /* _DEV_PCI_IF_WMREG_H_ */
