/*
 * pci_intr_machdep.c: interrupts of PCI functions, whatever carries them.
 *
 * A line (INTx) is a pin of an I/O APIC, which firmware has written down in the
 * function's interrupt line register; messages are msipic.c's.  pci_intr_alloc() takes
 * the best there is, in the order MSI-X, MSI, INTx.
 *
 * Threads; pci_intr_string and pci_intr_type: any context.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <machine/i82093var.h>
#include <machine/pic.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include <arch/x86/pci/msipicvar.h>

#define NO_LINE 255 /* what firmware writes when it knows of none */

int
pci_intr_map(const struct pci_attach_args *pa, pci_intr_handle_t *ihp)
{
	const int line = (int)pa->pa_intrline;
	const struct ioapic_softc *sc;

	*ihp = 0;
	if (pa->pa_intrpin == 0) /* it has no pin */
		return ENODEV;
	sc = line == NO_LINE ? NULL : ioapic_find_bybase(line);
	if (sc == NULL) {
		aprint_normal("pci_intr_map: line %d of pin %c leads nowhere\n",
		    line, (int)('A' + pa->pa_intrpin - 1));
		return ENODEV;
	}
	*ihp = APIC_INT_VIA_APIC |
	    (pci_intr_handle_t)sc->sc_pic.pic_apicid << APIC_INT_APIC_SHIFT |
	    (pci_intr_handle_t)(line - sc->sc_pic.pic_vecbase)
		<< APIC_INT_PIN_SHIFT |
	    (pci_intr_handle_t)line;
	return 0;
}

const char *
pci_intr_string(pci_chipset_tag_t pc, pci_intr_handle_t ih, char *buf,
    size_t len)
{
	const struct pic *pic = NULL;
	const struct ioapic_softc *sc;

	if (INT_VIA_MSI(ih)) {
		pic = msipic_find_msi_pic(MSI_INT_DEV(ih));
		snprintf(buf, len, "%s vec %d",
		    pic == NULL ? "?" : pic->pic_name, MSI_INT_VEC(ih));
		return buf;
	}
	sc = ioapic_find(APIC_INT_APIC(ih));
	snprintf(buf, len, "%s pin %d",
	    sc == NULL ? "?" : device_xname(sc->sc_dev), APIC_INT_PIN(ih));
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

/* Lines of PCI ask by level, and may be shared. */
void *
pci_intr_establish_xname(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*func)(void *), void *arg, const char *xname)
{
	struct ioapic_softc *sc;

	if (INT_VIA_MSI(ih))
		return pci_msi_establish_xname(pc, ih, level, func, arg, xname);
	sc = (ih & APIC_INT_VIA_APIC) != 0 ? ioapic_find(APIC_INT_APIC(ih))
					   : NULL;
	if (sc == NULL)
		return NULL;
	return intr_establish_xname(-1, &sc->sc_pic, APIC_INT_PIN(ih),
	    IST_LEVEL, level, func, arg, (ih & MPSAFE_MASK) != 0, xname);
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

/* ---- how many, of which kind ----------------------------------------------------- */

int
pci_intx_alloc(const struct pci_attach_args *pa, pci_intr_handle_t **ihps)
{
	pci_intr_handle_t *const ihs = kmem_zalloc(sizeof(*ihs), KM_SLEEP);
	const int error = pci_intr_map(pa, ihs);

	if (error != 0) {
		kmem_free(ihs, sizeof(*ihs));
		return error;
	}
	*ihps = ihs;
	return 0;
}

/* Up to *count of a kind, -1 all there are; 0 or an errno. */
static int
alloc_kind(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    pci_intr_type_t type, int *count)
{
	if (*count == 0)
		return ENODEV;
	if (type == PCI_INTR_TYPE_INTX) {
		*count = 1;
		return pci_intx_alloc(pa, ihps);
	}
	if (type == PCI_INTR_TYPE_MSI) {
		if (*count == -1)
			*count = pci_msi_count(pa->pa_pc, pa->pa_tag);
		return pci_msi_alloc(pa, ihps, count);
	}
	if (*count == -1)
		*count = pci_msix_count(pa->pa_pc, pa->pa_tag);
	return pci_msix_alloc(pa, ihps, count);
}

/*
 * counts: by kind, how many are wanted at the most, -1 all there are, 0 none of this
 * kind; then, how many there are.  NULL: one, of the best kind.
 */
int
pci_intr_alloc(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    int *counts, pci_intr_type_t max_type)
{
	for (int type = (int)max_type; type >= PCI_INTR_TYPE_INTX; type--) {
		int n = counts == NULL ? 1 : counts[type];

		if (alloc_kind(pa, ihps, (pci_intr_type_t)type, &n) != 0)
			continue;
		for (int t = 0; counts != NULL && t < PCI_INTR_TYPE_SIZE; t++)
			counts[t] = t == type ? n : 0;
		return 0;
	}
	return ENODEV;
}

void
pci_intr_release(pci_chipset_tag_t pc, pci_intr_handle_t *pih, int count)
{
	if (INT_VIA_MSI(pih[0]))
		msipic_release(pih, count);
	else
		kmem_free(pih, sizeof(pih[0]) * (size_t)count);
}
