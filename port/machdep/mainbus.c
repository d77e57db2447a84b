/*
 * mainbus.c: what the board has, if it has any: an I/O APIC, at the place where every
 * PC has its first one, a BMC behind the ports where most have it, and a PCI bus.  Its
 * CPUs are cpu.c's.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/device.h>
#include <machine/i82093var.h>

#include <dev/pci/pcivar.h>
#include <x86/ipmivar.h>

#include <machdep.h>
#include <seam.h>

static int
mainbus_match(device_t parent, cfdata_t cf, void *aux)
{
	return machdep_boot->sb_pci != 0 && pci_mode_detect() != 0;
}

static void
mainbus_attach(device_t parent, device_t self, void *aux)
{
	struct pcibus_attach_args pba = {
		.pba_iot = x86_bus_space_io,
		.pba_memt = x86_bus_space_mem,
		.pba_dmat = &x86_bus_dma_tag_store,
		.pba_dmat64 = &x86_bus_dma_tag_store,
		.pba_flags = PCI_FLAGS_IO_OKAY | PCI_FLAGS_MEM_OKAY,
	};
	struct apic_attach_args aaa = { .apic_address = IOAPIC_BASE };
	struct ipmi_attach_args iaa = { .iaa_iot = x86_bus_space_io,
		.iaa_if_iobase = 0xca2,
		.iaa_if_iospacing = 1 };

	aprint_normal("\n");
	(void)config_found_ia(self, "ioapicbus", &aaa, ioapicbusprint);
	(void)config_found_ia(self, "ipmibus", &iaa, NULL);
	(void)config_found_ia(self, "pcibus", &pba, pcibusprint);
}

CFATTACH_DECL_NEW(mainbus, 0, mainbus_match, mainbus_attach, NULL, NULL);
