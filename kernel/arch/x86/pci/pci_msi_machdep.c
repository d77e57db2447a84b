/*
 * pci_msi_machdep.c: allocating a function's vectors, MSI and MSI-X.
 *
 * A vector's number of MSI-X is an index of the function's table, and which one a driver
 * wants for which queue is its own affair: the device has a register that says
 * so.  _alloc gives the first ones, _alloc_map those that are named.
 *
 * MSI has a power of two of them, for which _alloc rounds down what is wanted.
 *
 * Threads, under KERNEL_LOCK; may sleep.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <machine/pic.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include <arch/x86/pci/msipicvar.h>

/* ---- MSI ----------------------------------------------------------------------- */

int
pci_msi_count(pci_chipset_tag_t pc, pcitag_t tag)
{
	pcireg_t ctl;

	if (pci_get_capability(pc, tag, PCI_CAP_MSI, NULL, &ctl) == 0)
		return 0;
	return 1 << ((ctl & PCI_MSI_CTL_MMC_MASK) >> PCI_MSI_CTL_MMC_SHIFT);
}

int
pci_msi_alloc_exact(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    int count)
{
	struct pic *pic;
	pci_intr_handle_t *ihs;

	if (count <= 0 || (count & (count - 1)) != 0 ||
	    count > pci_msi_count(pa->pa_pc, pa->pa_tag))
		return EINVAL;
	if ((pa->pa_flags & PCI_FLAGS_MSI_OKAY) == 0)
		return ENODEV;
	pic = msipic_construct_msi_pic(pa, count);
	if (pic == NULL)
		return ENODEV;
	ihs = kmem_zalloc(sizeof(ihs[0]) * (size_t)count, KM_SLEEP);
	for (int i = 0; i < count; i++)
		ihs[i] = MSI_INT_MAKE(msipic_get_devid(pic), (u_int)i) |
		    APIC_INT_VIA_MSI;
	*ihps = ihs;
	return 0;
}

/* Three are wanted: two are given. */
int
pci_msi_alloc(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    int *count)
{
	const int there = pci_msi_count(pa->pa_pc, pa->pa_tag);
	int n = 1;

	if (*count <= 0)
		return EINVAL;
	if (there == 0)
		return ENODEV;
	while (2 * n <= *count && 2 * n <= there)
		n *= 2;
	*count = n;
	return pci_msi_alloc_exact(pa, ihps, n);
}

void
pci_msi_release(pci_intr_handle_t **ihps, int count)
{
	msipic_release(*ihps, count);
	*ihps = NULL;
}

/* ---- MSI-X --------------------------------------------------------------------- */

int
pci_msix_count(pci_chipset_tag_t pc, pcitag_t tag)
{
	pcireg_t ctl;

	if (pci_get_capability(pc, tag, PCI_CAP_MSIX, NULL, &ctl) == 0)
		return 0;
	return (int)PCI_MSIX_CTL_TBLSIZE(ctl);
}

/* Handles of `count' entries: which[i], or i where which is NULL. */
static int
alloc_common(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    const u_int *which, int count)
{
	struct pic *pic;
	pci_intr_handle_t *ihs;

	if (count <= 0 || count > PCI_MSIX_MAX_VECTORS)
		return EINVAL;
	if ((pa->pa_flags & PCI_FLAGS_MSIX_OKAY) == 0)
		return ENODEV;
	pic = msipic_construct_msix_pic(pa);
	if (pic == NULL)
		return ENODEV;
	ihs = kmem_zalloc(sizeof(ihs[0]) * (size_t)count, KM_SLEEP);
	for (int i = 0; i < count; i++) {
		const u_int vec = which == NULL ? (u_int)i : which[i];

		if (vec >= (u_int)msipic_vectors(pic)) {
			kmem_free(ihs, sizeof(ihs[0]) * (size_t)count);
			msipic_destruct_pic(pic);
			return EINVAL;
		}
		ihs[i] = MSI_INT_MAKE(msipic_get_devid(pic), vec) |
		    APIC_INT_VIA_MSI | MSI_INT_MSIX;
	}
	*ihps = ihs;
	return 0;
}

int
pci_msix_alloc(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    int *count)
{
	const int there = pci_msix_count(pa->pa_pc, pa->pa_tag);

	if (*count <= 0 || *count > PCI_MSIX_MAX_VECTORS)
		return EINVAL;
	if (there == 0)
		return ENODEV;
	*count = MIN(*count, there);
	return alloc_common(pa, ihps, NULL, *count);
}

int
pci_msix_alloc_exact(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    int count)
{
	if (count > pci_msix_count(pa->pa_pc, pa->pa_tag))
		return EINVAL;
	return alloc_common(pa, ihps, NULL, count);
}

int
pci_msix_alloc_map(const struct pci_attach_args *pa, pci_intr_handle_t **ihps,
    u_int *table_indexes, int count)
{
	for (int i = 0; i < count; i++)
		for (int j = 0; j < i; j++)
			if (table_indexes[i] == table_indexes[j])
				return EINVAL;
	return alloc_common(pa, ihps, table_indexes, count);
}

/* All handlers are disestablished. */
void
msipic_release(pci_intr_handle_t *ihs, int count)
{
	struct pic *const pic = msipic_find_msi_pic(MSI_INT_DEV(ihs[0]));

	if (pic != NULL)
		msipic_destruct_pic(pic);
	kmem_free(ihs, sizeof(ihs[0]) * (size_t)count);
}

void
pci_msix_release(pci_intr_handle_t **ihps, int count)
{
	msipic_release(*ihps, count);
	*ihps = NULL;
}

/* ---- who is called ------------------------------------------------------------- */

void *
pci_msi_establish_xname(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*func)(void *), void *arg, const char *xname)
{
	struct pic *const pic = msipic_find_msi_pic(MSI_INT_DEV(ih));

	if (pic == NULL) {
		aprint_normal("pci_msi_establish: no vectors allocated\n");
		return NULL;
	}
	return intr_establish_xname(-1, pic, MSI_INT_VEC(ih), IST_EDGE, level,
	    func, arg, (ih & MPSAFE_MASK) != 0, xname);
}

void *
pci_msi_establish(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*func)(void *), void *arg)
{
	return pci_msi_establish_xname(pc, ih, level, func, arg, "unknown");
}

void
pci_msi_disestablish(pci_chipset_tag_t pc, void *cookie)
{
	intr_disestablish(cookie);
}

/* The controller makes the difference. */
void *
pci_msix_establish_xname(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*func)(void *), void *arg, const char *xname)
{
	return pci_msi_establish_xname(pc, ih, level, func, arg, xname);
}

void *
pci_msix_establish(pci_chipset_tag_t pc, pci_intr_handle_t ih, int level,
    int (*func)(void *), void *arg)
{
	return pci_msix_establish_xname(pc, ih, level, func, arg, "unknown");
}

void
pci_msix_disestablish(pci_chipset_tag_t pc, void *cookie)
{
	intr_disestablish(cookie);
}
