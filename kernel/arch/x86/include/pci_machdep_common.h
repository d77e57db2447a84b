/*
 * x86/pci_machdep_common.h: what the machine gives pci(9).
 *
 * An interrupt handle says how a function asks: by messages, and then it names the
 * function and its vector, or by a line (INTx), a pin of an I/O APIC
 * (x86/i82093var.h).
 *
 *	63	62	61	31      16 15 11 10     0
 *	MSI	MSI-X	MPSAFE	function	 vector
 *			MPSAFE	APIC, apid, pin, line
 */
#ifndef _X86_PCI_MACHDEP_COMMON_H_
#define _X86_PCI_MACHDEP_COMMON_H_

#include <sys/types.h>
#include <sys/device_if.h>
#include <dev/pci/pcireg.h>

typedef void *pci_chipset_tag_t; /* NULL: there is one kind */

/* A function's address, as configuration mechanism 1 wants it. */
typedef union x86_pci_tag_u {
	uint32_t mode1;
} pcitag_t;

typedef uint64_t pci_intr_handle_t;

#ifdef _KERNEL
struct pci_attach_args;
struct pcibus_attach_args;

#define __HAVE_PCI_MSI_MSIX 1

#define APIC_INT_VIA_MSI     __BIT(63)
#define MSI_INT_MSIX         __BIT(62)
#define MPSAFE_MASK          __BIT(61)
#define INT_VIA_MSI(ih)      (((ih)&APIC_INT_VIA_MSI) != 0)
#define MSI_INT_IS_MSIX(ih)  (((ih)&MSI_INT_MSIX) != 0)
#define MSI_INT_MAKE(dev, v) ((pci_intr_handle_t)(dev) << 16 | (v))
#define MSI_INT_DEV(ih)      ((int)((ih) >> 16 & 0xffff))
#define MSI_INT_VEC(ih)      ((int)((ih)&0x7ff))

typedef enum {
	PCI_INTR_TYPE_INTX = 0,
	PCI_INTR_TYPE_MSI,
	PCI_INTR_TYPE_MSIX,
	PCI_INTR_TYPE_SIZE,
} pci_intr_type_t;

/* Where and what in the table: me_index; me_handle is for establishing. */
struct msix_entry {
	pci_intr_handle_t me_handle;
	u_int me_index;
};

/* arch/x86/pci/pci_machdep.c; the hook: what the machine says of a bus. */
int pci_mode_detect(void);
void pci_attach_hook(device_t, device_t, struct pcibus_attach_args *);
int pci_bus_maxdevs(pci_chipset_tag_t, int);
pcitag_t pci_make_tag(pci_chipset_tag_t, int bus, int dev, int fn);
void pci_decompose_tag(pci_chipset_tag_t, pcitag_t, int *bus, int *dev,
    int *fn);
pcireg_t pci_conf_read(pci_chipset_tag_t, pcitag_t, int reg);
void pci_conf_write(pci_chipset_tag_t, pcitag_t, int reg, pcireg_t);

/* arch/x86/pci/pci_intr_machdep.c: threads. */
int pci_intr_map(const struct pci_attach_args *, pci_intr_handle_t *);
const char *pci_intr_string(pci_chipset_tag_t, pci_intr_handle_t, char *,
    size_t);
int pci_intr_setattr(pci_chipset_tag_t, pci_intr_handle_t *, int attr,
    uint64_t);
void *pci_intr_establish(pci_chipset_tag_t, pci_intr_handle_t, int level,
    int (*)(void *), void *);
void *pci_intr_establish_xname(pci_chipset_tag_t, pci_intr_handle_t, int level,
    int (*)(void *), void *, const char *xname);
void pci_intr_disestablish(pci_chipset_tag_t, void *);
pci_intr_type_t pci_intr_type(pci_chipset_tag_t, pci_intr_handle_t);
int pci_intx_alloc(const struct pci_attach_args *, pci_intr_handle_t **);
int pci_intr_alloc(const struct pci_attach_args *, pci_intr_handle_t **,
    int *counts, pci_intr_type_t max_type);
void pci_intr_release(pci_chipset_tag_t, pci_intr_handle_t *, int count);

/*
 * arch/x86/pci/pci_msi_machdep.c: how many vectors a function has; allocate up
 * to *count of them, or exactly count, from the first on, or (_map) those that
 * are named.  *ihps is an array that pci_msix_release() frees.  0 or an errno.
 */
int pci_msi_count(pci_chipset_tag_t, pcitag_t);
int pci_msi_alloc(const struct pci_attach_args *, pci_intr_handle_t **ihps,
    int *count);
int pci_msi_alloc_exact(const struct pci_attach_args *,
    pci_intr_handle_t **ihps, int count);
void pci_msi_release(pci_intr_handle_t **ihps, int count);
void *pci_msi_establish(pci_chipset_tag_t, pci_intr_handle_t, int level,
    int (*)(void *), void *);
void *pci_msi_establish_xname(pci_chipset_tag_t, pci_intr_handle_t, int level,
    int (*)(void *), void *, const char *xname);
void pci_msi_disestablish(pci_chipset_tag_t, void *);
int pci_msix_count(pci_chipset_tag_t, pcitag_t);
int pci_msix_alloc(const struct pci_attach_args *, pci_intr_handle_t **ihps,
    int *count);
int pci_msix_alloc_exact(const struct pci_attach_args *,
    pci_intr_handle_t **ihps, int count);
int pci_msix_alloc_map(const struct pci_attach_args *, pci_intr_handle_t **ihps,
    u_int *table_indexes, int count);
void pci_msix_release(pci_intr_handle_t **ihps, int count);
void *pci_msix_establish(pci_chipset_tag_t, pci_intr_handle_t, int level,
    int (*)(void *), void *);
void *pci_msix_establish_xname(pci_chipset_tag_t, pci_intr_handle_t, int level,
    int (*)(void *), void *, const char *xname);
void pci_msix_disestablish(pci_chipset_tag_t, void *);
#endif /* _KERNEL */

#endif /* _X86_PCI_MACHDEP_COMMON_H_ */
