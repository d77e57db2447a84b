/*
 * pci.c: a PCI bus: its functions are looked for and attached, one by one.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>

#include <dev/pci/pcidevs.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#define MOST_CAPABILITIES 48 /* that fit behind the header */

struct pci_softc {
	device_t sc_dev;
};

static int
pcimatch(device_t parent, cfdata_t cf, void *aux)
{
	const struct pcibus_attach_args *const pba = aux;

	return pba->pba_bus >= 0 && pba->pba_bus < 256;
}

static int
pciprint(void *aux, const char *pnp)
{
	const struct pci_attach_args *const pa = aux;

	if (pnp != NULL)
		aprint_normal("vendor %#x product %#x at %s",
		    PCI_VENDOR(pa->pa_id), PCI_PRODUCT(pa->pa_id), pnp);
	aprint_normal(" dev %u function %u", pa->pa_device, pa->pa_function);
	return UNCONF;
}

int
pcibusprint(void *aux, const char *pnp)
{
	const struct pcibus_attach_args *const pba = aux;

	if (pnp != NULL)
		aprint_normal("pci at %s", pnp);
	aprint_normal(" bus %d", pba->pba_bus);
	return UNCONF;
}

/* Is there a function?  Then a driver is looked for. */
static void
pci_probe_function(struct pci_softc *sc, const struct pcibus_attach_args *pba,
    u_int device, u_int function)
{
	const pcitag_t tag = pci_make_tag(pba->pba_pc, pba->pba_bus,
	    (int)device, (int)function);
	const pcireg_t id = pci_conf_read(pba->pba_pc, tag, PCI_ID_REG);
	struct pci_attach_args pa;
	pcireg_t intr;

	if (PCI_VENDOR(id) == PCI_VENDOR_INVALID || PCI_VENDOR(id) == 0)
		return;
	intr = pci_conf_read(pba->pba_pc, tag, PCI_INTERRUPT_REG);
	pa = (struct pci_attach_args){
		.pa_iot = pba->pba_iot,
		.pa_memt = pba->pba_memt,
		.pa_dmat = pba->pba_dmat,
		.pa_dmat64 = pba->pba_dmat64,
		.pa_pc = pba->pba_pc,
		.pa_flags = pba->pba_flags,
		.pa_bus = (u_int)pba->pba_bus,
		.pa_device = device,
		.pa_function = function,
		.pa_tag = tag,
		.pa_id = id,
		.pa_class = pci_conf_read(pba->pba_pc, tag, PCI_CLASS_REG),
		.pa_intrpin = PCI_INTERRUPT_PIN(intr),
		.pa_intrline = PCI_INTERRUPT_LINE(intr),
	};
	(void)config_found_ia(sc->sc_dev, "pci", &pa, pciprint);
}

static void
pciattach(device_t parent, device_t self, void *aux)
{
	struct pci_softc *const sc = device_private(self);
	struct pcibus_attach_args *const pba = aux;
	const u_int maxdevs = (u_int)pci_bus_maxdevs(pba->pba_pc, pba->pba_bus);

	sc->sc_dev = self;
	aprint_naive("\n");
	aprint_normal("\n");
	pci_attach_hook(parent, self, pba);
	for (u_int device = 0; device < maxdevs; device++) {
		const pcitag_t tag = pci_make_tag(pba->pba_pc, pba->pba_bus,
		    (int)device, 0);
		const pcireg_t id = pci_conf_read(pba->pba_pc, tag, PCI_ID_REG);
		u_int functions = 1;

		if (PCI_VENDOR(id) == PCI_VENDOR_INVALID)
			continue;
		if (PCI_HDRTYPE_MULTIFN(pci_conf_read(pba->pba_pc, tag,
			PCI_BHLC_REG)))
			functions = 8;
		for (u_int f = 0; f < functions; f++)
			pci_probe_function(sc, pba, device, f);
	}
}

CFATTACH_DECL_NEW(pci, sizeof(struct pci_softc), pcimatch, pciattach, NULL,
    NULL);

/*
 * pci_get_capability: the list is walked for as many steps as it can have, so
 * that a loop in it ends.  Results may be NULL.
 */
int
pci_get_capability(pci_chipset_tag_t pc, pcitag_t tag, int capid, int *offset,
    pcireg_t *value)
{
	pcireg_t reg = pci_conf_read(pc, tag, PCI_COMMAND_STATUS_REG);
	int at;

	if ((reg & PCI_STATUS_CAPLIST_SUPPORT) == 0)
		return 0;
	at = PCI_CAPLIST_PTR(pci_conf_read(pc, tag, PCI_CAPLISTPTR_REG));
	for (int n = 0; at != 0 && n < MOST_CAPABILITIES; n++) {
		reg = pci_conf_read(pc, tag, at);
		if (PCI_CAPLIST_CAP(reg) == (pcireg_t)capid) {
			if (offset != NULL)
				*offset = at;
			if (value != NULL)
				*value = reg;
			return 1;
		}
		at = PCI_CAPLIST_NEXT(reg);
	}
	return 0;
}
