/*
 * x86/i82489reg.h: registers of the local APIC (Intel SDM volume 3, chapter
 * on APIC), as offsets into its page.
 */
#ifndef _X86_I82489REG_H_
#define _X86_I82489REG_H_

/* clang-format off */
#define LAPIC_BASE		0xfee00000	/* physical */

#define LAPIC_ID		0x020
#define  LAPIC_ID_MASK		0xff000000
#define  LAPIC_ID_SHIFT		24
#define LAPIC_VERS		0x030
#define  LAPIC_VERSION_MASK	0x000000ff
#define LAPIC_TPRI		0x080
#define  LAPIC_TPRI_MASK	0x000000ff
#define LAPIC_APRI		0x090
#define LAPIC_PPRI		0x0a0
#define LAPIC_EOI		0x0b0
#define LAPIC_LDR		0x0d0
#define LAPIC_DFR		0x0e0
#define LAPIC_SVR		0x0f0
#define  LAPIC_SVR_VECTOR_MASK	0x000000ff
#define  LAPIC_SVR_ENABLE	0x00000100
#define LAPIC_ISR		0x100
#define LAPIC_TMR		0x180
#define LAPIC_IRR		0x200
#define LAPIC_ESR		0x280
#define LAPIC_ICRLO		0x300
#define  LAPIC_DLMODE_MASK	0x00000700
#define  LAPIC_DLMODE_FIXED	0x00000000
#define  LAPIC_DLMODE_NMI	0x00000400
#define  LAPIC_DLSTAT_BUSY	0x00001000
#define  LAPIC_LEVEL_ASSERT	0x00004000
#define  LAPIC_DEST_SELF	0x00040000
#define  LAPIC_DEST_ALLINCL	0x00080000
#define  LAPIC_DEST_ALLEXCL	0x000c0000
#define LAPIC_ICRHI		0x310
#define LAPIC_LVTT		0x320
#define  LAPIC_LVTT_VEC_MASK	0x000000ff
#define  LAPIC_LVTT_DS		0x00001000
#define  LAPIC_LVTT_M		0x00010000	/* masked */
#define  LAPIC_LVTT_TM		0x00020000	/* periodic */
#define LAPIC_LVINT0		0x350
#define LAPIC_LVINT1		0x360
#define LAPIC_LVERR		0x370
#define  LAPIC_LVT_MASKED	0x00010000
#define LAPIC_ICR_TIMER		0x380	/* count it starts from */
#define LAPIC_CCR_TIMER		0x390	/* count now */
#define LAPIC_DCR_TIMER		0x3e0
#define  LAPIC_DCRT_DIV1	0x0b
#define  LAPIC_DCRT_DIV2	0x00
#define  LAPIC_DCRT_DIV4	0x01
#define  LAPIC_DCRT_DIV16	0x03

/* Messages of devices (MSI) are stores to the APICs' addresses. */
#define LAPIC_MSIADDR_BASE		0xfee00000
#define LAPIC_MSIADDR_DSTID_MASK	0x000ff000
#define LAPIC_MSIADDR_DSTID(id)		(((id) << 12) & LAPIC_MSIADDR_DSTID_MASK)
#define LAPIC_MSIADDR_RHI		0x00000008
#define LAPIC_MSIADDR_DM		0x00000004
#define LAPIC_MSIDATA_VECTOR_MASK	0x000000ff
#define LAPIC_MSIDATA_VECTOR(v)		((v) & LAPIC_MSIDATA_VECTOR_MASK)
#define LAPIC_MSIDATA_DM_FIXED		0x00000000
#define LAPIC_MSIDATA_TRGMODE_EDGE	0x00000000
#define LAPIC_MSIDATA_TRGMODE_LEVEL	0x00008000
/* clang-format on */

#endif /* _X86_I82489REG_H_ */
