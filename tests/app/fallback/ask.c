/*
 * ask.c: in place of wm(4)'s attach function: asks for interrupts, and says what it was
 * given.  For fallback_test.sh (tests/app/twin_kernel.sh).
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/intr.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

void ask(const struct pci_attach_args *);

static int
handler(void *arg)
{
	return 0;
}

/* Each of n: who it is, and that it can be had. */
static void
establish(const struct pci_attach_args *pa, const pci_intr_handle_t *ihs, int n)
{
	void *ih[4];
	char buf[PCI_INTRSTR_LEN];

	for (int i = 0; i < n; i++) {
		ih[i] = pci_intr_establish_xname(pa->pa_pc, ihs[i], IPL_NET,
		    handler, NULL, "ask");
		printf("ask: %s%s\n",
		    pci_intr_string(pa->pa_pc, ihs[i], buf, sizeof(buf)),
		    ih[i] == NULL ? " cannot be had" : "");
	}
	for (int i = 0; i < n; i++)
		if (ih[i] != NULL)
			pci_intr_disestablish(pa->pa_pc, ih[i]);
}

static void
ask_msi(const struct pci_attach_args *pa, int want)
{
	pci_intr_handle_t *ihs;
	int n = want;
	int error = pci_msi_alloc(pa, &ihs, &n);

	printf("ask: %d of MSI: %d, error %d\n", want, n, error);
	if (error == 0) {
		establish(pa, ihs, n);
		pci_msi_release(&ihs, n);
	}
	error = pci_msi_alloc_exact(pa, &ihs, want);
	printf("ask: %d of MSI exactly: error %d\n", want, error);
	if (error == 0)
		pci_msi_release(&ihs, want);
}

static void
ask_msix(const struct pci_attach_args *pa, int want)
{
	pci_intr_handle_t *ihs;
	int n = want;
	int error = pci_msix_alloc_exact(pa, &ihs, want);

	printf("ask: %d of MSI-X exactly: error %d\n", want, error);
	if (error == 0)
		pci_msix_release(&ihs, want);
	error = pci_msix_alloc(pa, &ihs, &n);
	printf("ask: %d of MSI-X: %d, error %d\n", want, n, error);
	if (error == 0)
		pci_msix_release(&ihs, n);
}

void
ask(const struct pci_attach_args *pa)
{
	static const int msi[] = { 1, 2, 3, 4, 5, 0 };
	static const int msix[] = { 3, 10, 11, 2048, 2049, 0 };
	int counts[PCI_INTR_TYPE_SIZE] = { 1, 3, 0 };
	pci_intr_handle_t *ihs;

	printf("\n");
	if (pa->pa_function != 0)
		return;
	for (size_t i = 0; i < __arraycount(msi); i++)
		ask_msi(pa, msi[i]);
	for (size_t i = 0; i < __arraycount(msix); i++)
		ask_msix(pa, msix[i]);
	if (pci_intr_alloc(pa, &ihs, counts, PCI_INTR_TYPE_MSIX) == 0) {
		printf("ask: 3 of MSI, or a line: type %d, %d %d %d\n",
		    pci_intr_type(pa->pa_pc, ihs[0]), counts[0], counts[1],
		    counts[2]);
		pci_intr_release(pa->pa_pc, ihs,
		    counts[pci_intr_type(pa->pa_pc, ihs[0])]);
	}
}
