/*
 * i354_reg.h: the I354's registers, as the model knows them.
 *
 * Offsets in the 128 KB of BAR 0, and bits, after facts/i354.md (sections 3 to
 * 10); a driver has a header of its own, in its own system's style, and a test
 * compares the two.  One of n registers is R(i).  Numbers only.
 */
#ifndef I354_REG_H
#define I354_REG_H

#define I354_CSR_BYTES  0x20000
#define I354_MSIX_BYTES 0x4000
#define I354_MSIX_PBA   0x2000
#define I354_IO_BYTES   32
#define I354_VENDOR     0x8086
#define I354_DEVICE     0x1f41 /* SGMII */

/* clang-format off */
/* General. */
#define I354_CTRL        0x0000
#define  CTRL_FD           0x00000001u
#define  CTRL_GIO_DISABLE  0x00000004u
#define  CTRL_LRST         0x00000008u
#define  CTRL_SLU          0x00000040u
#define  CTRL_SPEED_1000   0x00000200u
#define  CTRL_RST          0x04000000u
#define  CTRL_RFCE         0x08000000u
#define  CTRL_TFCE         0x10000000u
#define  CTRL_DEV_RST      0x20000000u
#define  CTRL_VME          0x40000000u
#define  CTRL_PHY_RST      0x80000000u
#define I354_CTRL_DUP    0x0004
#define I354_STATUS      0x0008
#define  STATUS_FD         0x00000001u
#define  STATUS_LU         0x00000002u
#define  STATUS_LAN_SHIFT  2
#define  STATUS_TXOFF      0x00000010u
#define  STATUS_SPEED_1000 0x00000080u
#define  STATUS_INIT_DONE  0x00000200u
#define  STATUS_PHYRA      0x00000400u
#define  STATUS_GIO_MASTER 0x00080000u
#define  STATUS_DEV_RST    0x00100000u
#define I354_EECD        0x0010
#define  EECD_REQ          0x00000040u
#define  EECD_GNT          0x00000080u
#define  EECD_PRES         0x00000100u
#define  EECD_AUTO_RD      0x00000200u
#define  EECD_SIZE_SHIFT   11
#define I354_EERD        0x0014
#define  EERD_START        0x00000001u
#define  EERD_DONE         0x00000002u
#define  EERD_ADDR_SHIFT   2
#define  EERD_DATA_SHIFT   16
#define I354_CTRL_EXT    0x0018
#define  CTRL_EXT_EE_RST   0x00002000u
#define  CTRL_EXT_IAME     0x08000000u
#define  CTRL_EXT_DRV_LOAD 0x10000000u
#define  CTRL_EXT_SGMII    0x00800000u
#define I354_MDIC        0x0020
#define  MDIC_REG_SHIFT    16
#define  MDIC_OP_WRITE     0x04000000u
#define  MDIC_OP_READ      0x08000000u
#define  MDIC_READY        0x10000000u
#define  MDIC_INT_EN       0x20000000u
#define  MDIC_ERROR        0x40000000u
#define I354_FCAL        0x0028
#define I354_FCAH        0x002c
#define I354_FCT         0x0030
#define I354_CONNSW      0x0034
#define I354_VET         0x0038
#define I354_TSSDP       0x003c
#define I354_FCTTV       0x0170
#define I354_LEDCTL      0x0e00
#define I354_MDICNFG     0x0e04
#define  MDICNFG_PHY_SHIFT 21
#define  MDICNFG_EXT_MDIO  0x80000000u
#define I354_PHPM        0x0e14
#define I354_EEER        0x0e30
#define I354_EEE_SU      0x0e34
#define I354_IPCNFG      0x0e38
#define I354_PBA         0x1000
#define I354_PCS_CFG0    0x4200
#define I354_PCS_LCTL    0x4208
#define I354_PCS_LSTAT   0x420c
#define I354_PCS_ANADV   0x4218
#define I354_PCS_LPAB    0x421c
#define I354_WUC         0x5800
#define I354_WUFC        0x5808
#define I354_MANC        0x5820
#define I354_SWSM        0x5b50
#define  SWSM_SMBI         0x00000001u
#define  SWSM_SWESMBI      0x00000002u
#define I354_FWSM        0x5b54
#define I354_SWSM2       0x5b58
#define I354_SW_FW_SYNC  0x5b5c

/* Interrupts. */
#define I354_ICR         0x00c0
#define I354_ITR         0x00c4
#define I354_ICS         0x00c8
#define I354_IMS         0x00d0
#define I354_IMC         0x00d8
#define I354_IAM         0x00e0
#define I354_ICR_ALIAS   0x1500
#define I354_ICS_ALIAS   0x1504
#define I354_IMS_ALIAS   0x1508
#define I354_IMC_ALIAS   0x150c
#define I354_IAM_ALIAS   0x1510
#define  ICR_TXDW          0x00000001u
#define  ICR_LSC           0x00000004u
#define  ICR_RXDMT0        0x00000010u
#define  ICR_RXO           0x00000040u
#define  ICR_RXT0          0x00000080u
#define  ICR_DRSTA         0x40000000u
#define  ICR_ASSERTED      0x80000000u
#define I354_GPIE        0x1514
#define  GPIE_NSICR        0x00000001u
#define  GPIE_MSIX_MODE    0x00000010u
#define  GPIE_EIAME        0x40000000u
#define  GPIE_PBA          0x80000000u
#define I354_EICS        0x1520
#define I354_EIMS        0x1524
#define I354_EIMC        0x1528
#define I354_EIAC        0x152c
#define I354_EIAM        0x1530
#define I354_EICR        0x1580
#define  EICR_VECTORS      0x01ffffffu
#define  EICR_TX_SHIFT     8
#define  EICR_OTHER        0x80000000u
#define I354_MSIXBM(i)   (0x1600 + 4 * (i))
#define I354_EITR(i)     (0x1680 + 4 * (i))
#define  EITR_INTERVAL     0x00007ffcu
#define  EITR_SHIFT        2
#define  EITR_CNT_IGNR     0x80000000u
#define I354_IVAR(i)     (0x1700 + 4 * (i))
#define I354_IVAR_MISC   0x1740
#define  IVAR_VALID        0x80u
#define  IVAR_VECTOR       0x1fu
#define I354_PBACL       0x5b68

/* Receive. */
#define I354_RCTL        0x0100
#define  RCTL_EN           0x00000002u
#define  RCTL_UPE          0x00000008u
#define  RCTL_MPE          0x00000010u
#define  RCTL_LPE          0x00000020u
#define  RCTL_LBM          0x000000c0u
#define  RCTL_MO_SHIFT     12
#define  RCTL_BAM          0x00008000u
#define  RCTL_BSIZE_SHIFT  16
#define  RCTL_VFE          0x00040000u
#define  RCTL_CFIEN        0x00080000u
#define  RCTL_CFI          0x00100000u
#define  RCTL_DPF          0x00400000u
#define  RCTL_PMCF         0x00800000u
#define  RCTL_BSEX         0x02000000u
#define  RCTL_SECRC        0x04000000u
#define I354_FCRTL       0x2160
#define  FCRTL_XONE        0x80000000u
#define I354_FCRTH       0x2168
#define  FCRT_BYTES        0x0000fff8u
#define I354_FCRTC       0x2170
#define I354_FCRTV       0x2460
#define I354_RXPBS       0x2404
#define I354_PBRWAC      0x24e8
#define I354_RXQ_LOW     0x2800 /* + 0x100 q, q < 4 */
#define I354_RXQ         0xc000 /* + 0x40 q */
#define I354_RDBAL(q)    (0xc000 + 0x40 * (q))
#define I354_RDBAH(q)    (0xc004 + 0x40 * (q))
#define I354_RDLEN(q)    (0xc008 + 0x40 * (q))
#define I354_SRRCTL(q)   (0xc00c + 0x40 * (q))
#define  SRRCTL_BSIZE      0x0000007fu /* KB */
#define  SRRCTL_BSIZEHDR   0x00003f00u
#define  SRRCTL_RDMTS_SHIFT 20
#define  SRRCTL_TYPE_SHIFT 25
#define  SRRCTL_DROP_EN    0x80000000u
#define I354_RDH(q)      (0xc010 + 0x40 * (q))
#define I354_DCA_RXCTRL(q) (0xc014 + 0x40 * (q))
#define I354_RDT(q)      (0xc018 + 0x40 * (q))
#define I354_RXDCTL(q)   (0xc028 + 0x40 * (q))
#define  XDCTL_PTHRESH     0x0000003fu
#define  XDCTL_HTHRESH_SHIFT 8
#define  XDCTL_WTHRESH_SHIFT 16
#define  XDCTL_ENABLE      0x02000000u
#define  XDCTL_SWFLSH      0x04000000u
#define I354_RQDPC(q)    (0xc030 + 0x40 * (q))
#define I354_DVMOLR(q)   (0xc038 + 0x40 * (q))
#define  DVMOLR_STRCRC     0x80000000u
#define I354_RXCSUM      0x5000
#define  RXCSUM_PCSS       0x000000ffu
#define  RXCSUM_IPOFL      0x00000100u
#define  RXCSUM_TUOFL      0x00000200u
#define  RXCSUM_PCSD       0x00002000u
#define I354_RLPML       0x5004
#define I354_RFCTL       0x5008
#define I354_MTA(i)      (0x5200 + 4 * (i))
#define I354_RAL(i)      (0x5400 + 8 * (i)) /* i < 16 */
#define I354_RAH(i)      (0x5404 + 8 * (i))
#define I354_RAL_HIGH    0x54e0 /* 16 to 31 */
#define  RAH_AS            0x00030000u
#define  RAH_AV            0x80000000u
#define I354_PSRTYPE(q)  (0x5480 + 4 * (q))
#define I354_VFTA(i)     (0x5600 + 4 * (i))
#define I354_MRQC        0x5818
#define  MRQC_MODE         0x00000007u
#define  MRQC_RSS          2
#define  MRQC_DEF_SHIFT    3
#define  MRQC_TCP4         0x00010000u
#define  MRQC_IP4          0x00020000u
#define  MRQC_TCP6EX       0x00040000u
#define  MRQC_IP6EX        0x00080000u
#define  MRQC_IP6          0x00100000u
#define  MRQC_TCP6         0x00200000u
#define  MRQC_UDP4         0x00400000u
#define  MRQC_UDP6         0x00800000u
#define  MRQC_UDP6EX       0x01000000u
#define I354_RETA(i)     (0x5c00 + 4 * (i))
#define I354_RSSRK(i)    (0x5c80 + 4 * (i))
#define I354_UTA(i)      (0xa000 + 4 * (i))

/* Receive descriptors, at write-back. */
#define RXS_DD         0x0001u /* of both formats, status */
#define RXS_EOP        0x0002u
#define RXS_IXSM       0x0004u /* legacy */
#define RXS_VP         0x0008u
#define RXS_UDPCS      0x0010u
#define RXS_L4CS       0x0020u
#define RXS_IPCS       0x0040u
#define RXS_PIF        0x0080u
#define RXE_L4E        0x20u /* legacy errors; advanced: << 24 */
#define RXE_IPE        0x40u
#define RXP_IP4        0x0010u /* advanced: packet type */
#define RXP_IP4_OPT    0x0020u
#define RXP_IP6        0x0040u
#define RXP_IP6_EXT    0x0080u
#define RXP_TCP        0x0100u
#define RXP_UDP        0x0200u
#define RXP_SCTP       0x0400u

/* Transmit. */
#define I354_TCTL        0x0400
#define  TCTL_EN           0x00000002u
#define  TCTL_PSP          0x00000008u
#define I354_TCTL_EXT    0x0404
#define I354_TIPG        0x0410
#define I354_TXPBS       0x3404
#define I354_DTXCTL      0x3590
#define I354_TXQ_LOW     0x3800 /* + 0x100 q, q < 4 */
#define I354_TXQ         0xe000 /* + 0x40 q */
#define I354_TDBAL(q)    (0xe000 + 0x40 * (q))
#define I354_TDBAH(q)    (0xe004 + 0x40 * (q))
#define I354_TDLEN(q)    (0xe008 + 0x40 * (q))
#define I354_TDH(q)      (0xe010 + 0x40 * (q))
#define I354_DCA_TXCTRL(q) (0xe014 + 0x40 * (q))
#define I354_TDT(q)      (0xe018 + 0x40 * (q))
#define I354_TXDCTL(q)   (0xe028 + 0x40 * (q))
#define I354_TDWBAL(q)   (0xe038 + 0x40 * (q))
#define  TDWBAL_ENABLE     0x00000001u
#define I354_TDWBAH(q)   (0xe03c + 0x40 * (q))
#define I354_TARC(q)     (0x3840 + 0x100 * (q))

/* Transmit descriptors: upper quadword, low dword. */
#define TXD_LEN        0x0000ffffu
#define TXD_TYPE       0x00f00000u
#define TXD_CONTEXT    0x00200000u
#define TXD_DATA       0x00300000u
#define TXD_EOP        0x01000000u
#define TXD_IFCS       0x02000000u
#define TXD_IC         0x04000000u /* legacy */
#define TXD_RS         0x08000000u
#define TXD_DEXT       0x20000000u
#define TXD_VLE        0x40000000u
#define TXD_TSE        0x80000000u
/* High dword. */
#define TXD_DD         0x00000001u
#define TXD_CTX_SHIFT  4 /* 3 bits: which context */
#define TXD_IXSM       0x00000100u
#define TXD_TXSM       0x00000200u
#define TXD_PAY_SHIFT  14
/* Context: dword 2, type of the payload's header. */
#define TXC_IP4        0x00000400u
#define TXC_L4T_SHIFT  11 /* 0 UDP, 1 TCP, 2 SCTP */

/* Statistics: I354_NSTAT registers from here on, rows in stats.c. */
#define I354_STATS       0x4000
#define I354_PQGPRC(q)   (0x10010 + 0x100 * (q))
/* clang-format on */

#endif
