/*
 * msipicvar.h: messages of a function as an interrupt controller, whose pins are
 * the function's vectors.
 */
#ifndef _X86_PCI_MSIPICVAR_H_
#define _X86_PCI_MSIPICVAR_H_

struct pci_attach_args;
struct pic;

/* The controller of a function's MSI-X table; NULL: it has none, or no memory. */
struct pic *msipic_construct_msix_pic(const struct pci_attach_args *);
void msipic_destruct_msix_pic(struct pic *);
/* Which function: for handles.  NULL: it has no controller. */
int msipic_get_devid(const struct pic *);
struct pic *msipic_find_msi_pic(int devid);
/* How many vectors its table has. */
int msipic_vectors(const struct pic *);

#endif /* _X86_PCI_MSIPICVAR_H_ */
