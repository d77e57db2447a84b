/*
 * msipicvar.h: messages of a function as an interrupt controller, whose pins are
 * the function's vectors.
 */
#ifndef _X86_PCI_MSIPICVAR_H_
#define _X86_PCI_MSIPICVAR_H_

#include <dev/pci/pcivar.h>

struct pic;

/*
 * The controller of a function's MSI-X table, or of that many vectors of MSI, a
 * power of two.  NULL: it has no such capability, or one of the two is in use already,
 * or there are no vectors left.
 */
struct pic *msipic_construct_msix_pic(const struct pci_attach_args *);
struct pic *msipic_construct_msi_pic(const struct pci_attach_args *, int count);
void msipic_destruct_pic(struct pic *);
/* Which function: for handles.  NULL: it has no controller. */
int msipic_get_devid(const struct pic *);
struct pic *msipic_find_msi_pic(int devid);
/* How many vectors it has. */
int msipic_vectors(const struct pic *);

/* pci_msi_machdep.c: a function's handles, and with them its controller. */
void msipic_release(pci_intr_handle_t *, int count);

#endif /* _X86_PCI_MSIPICVAR_H_ */
