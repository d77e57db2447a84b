/*
 * pci_subr.c: what is said of a function as it attaches.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

/*
 * pci_aprint_devinfo_fancy: the rest of the line that config_found() has begun:
 * naive for a quiet boot; known is the driver's name for it, or NULL.
 */
void
pci_aprint_devinfo_fancy(const struct pci_attach_args *pa, const char *naive,
    const char *known, int addrev)
{
	const u_int rev = PCI_REVISION(pa->pa_class);

	aprint_naive(": %s\n", naive);
	if (known == NULL)
		aprint_normal(": vendor %#x product %#x (rev. 0x%02x)\n",
		    PCI_VENDOR(pa->pa_id), PCI_PRODUCT(pa->pa_id), rev);
	else if (addrev != 0)
		aprint_normal(": %s (rev. 0x%02x)\n", known, rev);
	else
		aprint_normal(": %s\n", known);
}
