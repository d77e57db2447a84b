/*
 * pcivar.h: pci(9): what a driver of a PCI function is given, and may ask.
 *
 * A bus is attached with struct pcibus_attach_args and attaches each function it
 * finds with struct pci_attach_args, whose pa_tag is the function's address.
 *
 * Contexts: threads, or autoconfiguration; pci_conf_read and _write any.
 */
#ifndef _DEV_PCI_PCIVAR_H_
#define _DEV_PCI_PCIVAR_H_

#include <sys/device.h>
#include <sys/bus.h>
#include <dev/pci/pcireg.h>

struct pci_attach_args;
struct pcibus_attach_args;

#ifdef _KERNEL
#include <machine/pci_machdep.h>

struct pcibus_attach_args {
	bus_space_tag_t pba_iot, pba_memt;
	bus_dma_tag_t pba_dmat, pba_dmat64;
	pci_chipset_tag_t pba_pc;
	int pba_flags; /* PCI_FLAGS_* */
	int pba_bus;
};

struct pci_attach_args {
	bus_space_tag_t pa_iot, pa_memt;
	bus_dma_tag_t pa_dmat;
	bus_dma_tag_t pa_dmat64; /* reaches all of memory */
	pci_chipset_tag_t pa_pc;
	int pa_flags; /* PCI_FLAGS_* */
	u_int pa_bus, pa_device, pa_function;
	pcitag_t pa_tag;
	pcireg_t pa_id, pa_class;
	u_int pa_intrpin;  /* 0: none; 1 to 4: A to D */
	u_int pa_intrline; /* what firmware wrote down */
};

#define PCI_FLAGS_IO_OKAY   0x01
#define PCI_FLAGS_MEM_OKAY  0x02
#define PCI_FLAGS_MSI_OKAY  0x20
#define PCI_FLAGS_MSIX_OKAY 0x40

/* Attributes of an interrupt, for pci_intr_setattr(). */
#define PCI_INTR_MPSAFE 1

/* pci_map.c: 0 or an errno. */
pcireg_t pci_mapreg_type(pci_chipset_tag_t, pcitag_t, int reg);
int pci_mapreg_info(pci_chipset_tag_t, pcitag_t, int reg, pcireg_t type,
    bus_addr_t *, bus_size_t *, int *flags);
int pci_mapreg_map(const struct pci_attach_args *, int reg, pcireg_t type,
    int busflags, bus_space_tag_t *, bus_space_handle_t *, bus_addr_t *,
    bus_size_t *);

/* pci.c: where a capability is; not 0: there. */
int pci_get_capability(pci_chipset_tag_t, pcitag_t, int capid, int *offset,
    pcireg_t *value);
int pcibusprint(void *, const char *);

#define pci_dma64_available(pa) ((pa)->pa_dmat64 != NULL)

/* pci_subr.c: "wm0 at pci0 dev 20 function 0: <name> (rev. 0x03)" */
void pci_aprint_devinfo_fancy(const struct pci_attach_args *, const char *naive,
    const char *known, int addrev);
#define pci_aprint_devinfo(pap, naive) \
	pci_aprint_devinfo_fancy((pap), (naive), NULL, 0)
#endif /* _KERNEL */

#endif /* _DEV_PCI_PCIVAR_H_ */
