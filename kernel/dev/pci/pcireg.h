/*
 * pcireg.h: configuration space (PCI 3.0, PCI Express Base 2.1), by offsets of
 * 32-bit words, which is how it is read and written.
 */
#ifndef _DEV_PCI_PCIREG_H_
#define _DEV_PCI_PCIREG_H_

#include <sys/types.h>

/* clang-format off */
#define PCI_CONF_SIZE		0x100
#define PCI_EXTCONF_SIZE	0x1000

#define PCI_ID_REG		0x00
typedef uint16_t pci_vendor_id_t;
typedef uint16_t pci_product_id_t;
#define PCI_VENDOR(id)		((id) & 0xffff)
#define PCI_PRODUCT(id)		(((id) >> 16) & 0xffff)
#define PCI_ID_CODE(vid, pid)	(((vid) & 0xffffU) | ((pid) & 0xffffU) << 16)

#define PCI_COMMAND_STATUS_REG	0x04
typedef uint32_t pcireg_t;
#define PCI_COMMAND_IO_ENABLE			0x00000001
#define PCI_COMMAND_MEM_ENABLE			0x00000002
#define PCI_COMMAND_MASTER_ENABLE		0x00000004
#define PCI_COMMAND_INVALIDATE_ENABLE		0x00000010
#define PCI_COMMAND_PARITY_ENABLE		0x00000040
#define PCI_COMMAND_SERR_ENABLE			0x00000100
#define PCI_COMMAND_INTERRUPT_DISABLE		0x00000400
#define PCI_STATUS_CAPLIST_SUPPORT		0x00100000

#define PCI_CLASS_REG		0x08
#define PCI_CLASS(cr)		(((cr) >> 24) & 0xff)
#define PCI_SUBCLASS(cr)	(((cr) >> 16) & 0xff)
#define PCI_INTERFACE(cr)	(((cr) >> 8) & 0xff)
#define PCI_REVISION(cr)	((cr) & 0xff)
#define PCI_CLASS_NETWORK	0x02
#define  PCI_SUBCLASS_NETWORK_ETHERNET	0x00
#define PCI_CLASS_BRIDGE	0x06
#define  PCI_SUBCLASS_BRIDGE_HOST	0x00

#define PCI_BHLC_REG		0x0c
#define PCI_HDRTYPE(bhlcr)	(((bhlcr) >> 16) & 0xff)
#define PCI_HDRTYPE_TYPE(bhlcr)	(PCI_HDRTYPE(bhlcr) & 0x7f)
#define PCI_HDRTYPE_MULTIFN(bhlcr) ((PCI_HDRTYPE(bhlcr) & 0x80) != 0)

/* Base address registers. */
#define PCI_MAPREG_START	0x10
#define PCI_MAPREG_END		0x28
#define PCI_BAR(n)		(PCI_MAPREG_START + 4 * (n))
#define PCI_MAPREG_TYPE(mr)	((mr) & 0x1)
#define PCI_MAPREG_TYPE_MEM	0x0
#define PCI_MAPREG_TYPE_IO	0x1
#define PCI_MAPREG_MEM_TYPE(mr)	((mr) & 0x6)
#define PCI_MAPREG_MEM_TYPE_32BIT	0x0
#define PCI_MAPREG_MEM_TYPE_64BIT	0x4
#define PCI_MAPREG_MEM_ADDR(mr)	((mr) & 0xfffffff0U)
#define PCI_MAPREG_MEM_SIZE(mr)	\
	(PCI_MAPREG_MEM_ADDR(mr) & -PCI_MAPREG_MEM_ADDR(mr))
#define PCI_MAPREG_IO_ADDR(mr)	((mr) & 0xfffffffcU)
#define PCI_MAPREG_IO_SIZE(mr)	\
	(PCI_MAPREG_IO_ADDR(mr) & -PCI_MAPREG_IO_ADDR(mr))

#define PCI_SUBSYS_ID_REG	0x2c
#define PCI_CAPLISTPTR_REG	0x34
#define PCI_CAPLIST_PTR(cpr)	((cpr) & 0xfc)
#define PCI_CAPLIST_NEXT(cr)	(((cr) >> 8) & 0xfc)
#define PCI_CAPLIST_CAP(cr)	((cr) & 0xff)

#define PCI_CAP_PWRMGMT		0x01
#define PCI_CAP_MSI		0x05
#define PCI_CAP_PCIX		0x07
#define PCI_CAP_LDT		0x08	/* HyperTransport */
#define PCI_CAP_PCIEXPRESS	0x10
#define PCI_CAP_MSIX		0x11

/* Power management. */
#define PCI_PMCSR		0x04
#define PCI_PMCSR_STATE_MASK	0x03
#define PCI_PMCSR_STATE_D0	0x00
#define PCI_PMCSR_PME_EN	0x0100
#define PCI_PMCSR_PME_STS	0x8000

/* Message signaled interrupts. */
#define PCI_MSI_CTL			0x00
#define PCI_MSI_CTL_MSI_ENABLE		0x00010000
#define PCI_MSI_CTL_MMC_MASK		0x000e0000	/* how many there are */
#define PCI_MSI_CTL_MMC_SHIFT		17
#define PCI_MSI_CTL_MME_MASK		0x00700000	/* .. are in use; log 2 */
#define PCI_MSI_CTL_MME_SHIFT		20
#define PCI_MSI_CTL_64BIT_ADDR		0x00800000
#define PCI_MSI_CTL_PERVEC_MASK		0x01000000
#define PCI_MSI_MADDR64_LO		0x04
#define PCI_MSI_MADDR64_HI		0x08
#define PCI_MSI_MDATA			0x08
#define PCI_MSI_MDATA64			0x0c
#define PCI_MSI_MASK			0x0c
#define PCI_MSI_MASK64			0x10

/* MSI-X: where table and pending bits are. */
#define PCI_MSIX_CTL			0x00
#define PCI_MSIX_CTL_ENABLE		0x80000000
#define PCI_MSIX_CTL_FUNCMASK		0x40000000
#define PCI_MSIX_CTL_TBLSIZE_MASK	0x07ff0000
#define PCI_MSIX_CTL_TBLSIZE_SHIFT	16
#define PCI_MSIX_CTL_TBLSIZE(ofs)	\
	((((ofs) & PCI_MSIX_CTL_TBLSIZE_MASK) >> PCI_MSIX_CTL_TBLSIZE_SHIFT) + 1)
#define PCI_MSIX_TBLOFFSET		0x04
#define PCI_MSIX_TBLOFFSET_MASK		0xfffffff8U
#define PCI_MSIX_TBLBIR_MASK		0x00000007U
#define PCI_MSIX_PBAOFFSET		0x08
#define PCI_MSIX_PBAOFFSET_MASK		0xfffffff8U
#define PCI_MSIX_PBABIR_MASK		0x00000007U

/* An entry of the table. */
#define PCI_MSIX_TABLE_ENTRY_SIZE	16
#define PCI_MSIX_TABLE_ENTRY_ADDR_LO	0x0
#define PCI_MSIX_TABLE_ENTRY_ADDR_HI	0x4
#define PCI_MSIX_TABLE_ENTRY_DATA	0x8
#define PCI_MSIX_TABLE_ENTRY_VECTCTL	0xc
#define PCI_MSIX_VECTCTL_HWMASK_MASK	0x00000001
#define PCI_MSIX_MAX_VECTORS		2048

#define PCI_INTERRUPT_REG	0x3c
#define PCI_INTERRUPT_PIN(icr)	(((icr) >> 8) & 0xff)
#define PCI_INTERRUPT_LINE(icr)	((icr) & 0xff)
#define PCI_INTERRUPT_PIN_NONE	0
#define PCI_INTERRUPT_PIN_A	1

#define PCI_INTRSTR_LEN		64	/* room that pci_intr_string() wants */
/* clang-format on */

#endif /* _DEV_PCI_PCIREG_H_ */
