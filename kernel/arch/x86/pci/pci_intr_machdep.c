/*
 * pci_intr_machdep.c: interrupts of PCI functions, whatever carries them.
 *
 * Lines (INTx) want an I/O APIC, which is not here yet: pci_intr_map() says so.
 *
 * Threads; pci_intr_string and pci_intr_type: any context.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <machine/pic.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include <arch/x86/pci/msipicvar.h>

int
pci_intr_map(const struct pci_attach_args *pa, pci_intr_handle_t *ihp)
{
	*ihp = 0;
	return ENODEV;
}

const char *
pci_intr_string(pci_chipset_tag_t pc, pci_intr_handle_t ih, char *buf,
    size_t len)
{
	const struct pic *const pic = msipic_find_msi_pic(MSI_INT_DEV(ih));

	snprintf(buf, len, "%s vec %d", pic == NULL ? "?" : pic->pic_name,
	    MSI_INT_VEC(ih));
	return buf;
}

int
pci_intr_setattr(pci_chipset_tag_t pc, pci_intr_handle_t *ihp, int attr,
    uint64_t data)
{
	if (attr != PCI_INTR_MPSAFE)
		return ENODEV;
	if (data != 0)
		*ihp |= MPSAFE_MASK;
	else
		*ihp &= ~MPSAFE_MASK;
	return 0;
}

void *
pci_intr_establish_xname(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*func)(void *), void *arg, const char *xname)
{
	if (!MSI_INT_IS_MSIX(ih))
		return NULL;
	return pci_msix_establish_xname(pc, ih, level, func, arg, xname);
}

void *
pci_intr_establish(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*func)(void *), void *arg)
{
	return pci_intr_establish_xname(pc, ih, level, func, arg, "unknown");
}

void
pci_intr_disestablish(pci_chipset_tag_t pc, void *cookie)
{
	intr_disestablish(cookie);
}

pci_intr_type_t
pci_intr_type(pci_chipset_tag_t pc, pci_intr_handle_t ih)
{
	if (!INT_VIA_MSI(ih))
		return PCI_INTR_TYPE_INTX;
	return MSI_INT_IS_MSIX(ih) ? PCI_INTR_TYPE_MSIX : PCI_INTR_TYPE_MSI;
}

void
pci_intr_release(pci_chipset_tag_t pc, pci_intr_handle_t *pih, int count)
{
	pci_msix_release(&pih, count);
}
