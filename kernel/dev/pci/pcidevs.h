/*
 * pcidevs.h: identifiers of the functions that a driver here knows, or that a
 * test asks for.
 */
#ifndef _DEV_PCI_PCIDEVS_H_
#define _DEV_PCI_PCIDEVS_H_

/* clang-format off */
#define PCI_VENDOR_INTEL		0x8086
#define PCI_VENDOR_INVALID		0xffff

#define PCI_PRODUCT_INTEL_C2000_TROUTER	0x1f08	/* host bridge */
#define PCI_PRODUCT_INTEL_C2000_1000KX	0x1f40
#define PCI_PRODUCT_INTEL_C2000_SGMII	0x1f41
#define PCI_PRODUCT_INTEL_C2000_25GBE	0x1f45
/* clang-format on */

#endif /* _DEV_PCI_PCIDEVS_H_ */
