/*
 * pci_machdep.c: configuration space by mechanism 1: an address is written to
 * port 0xcf8, and the word appears in port 0xcfc.
 *
 * The two steps belong together, for all CPUs and interrupts: `pci_conf_lock',
 * with interrupts off.
 *
 * Messages (MSI, MSI-X) need a host bridge that lets them through.  Old ones drop them,
 * or let them overtake the data they tell of, so there is a list; and virtual machines
 * that show such an old bridge but have none.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <machine/cpufunc.h>
#include <machine/lock.h>
#include <machine/pio.h>
#include <machine/specialreg.h>

#include <dev/pci/pcidevs.h>
#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#define PCI_MODE1_ENABLE      0x80000000U
#define PCI_MODE1_ADDRESS_REG 0x0cf8
#define PCI_MODE1_DATA_REG    0x0cfc

static __cpu_simple_lock_t pci_conf_lock = __SIMPLELOCK_UNLOCKED;

static u_long
conf_enter(pcitag_t tag, int reg)
{
	const u_long psl = x86_read_psl();

	KASSERT((reg & 3) == 0 && reg >= 0 && reg < PCI_CONF_SIZE);
	x86_disable_intr();
	__cpu_simple_lock(&pci_conf_lock);
	outl(PCI_MODE1_ADDRESS_REG, tag.mode1 | (uint32_t)reg);
	return psl;
}

static void
conf_leave(u_long psl)
{
	__cpu_simple_unlock(&pci_conf_lock);
	x86_write_psl(psl);
}

pcireg_t
pci_conf_read(pci_chipset_tag_t pc, pcitag_t tag, int reg)
{
	const u_long psl = conf_enter(tag, reg);
	const pcireg_t value = inl(PCI_MODE1_DATA_REG);

	conf_leave(psl);
	return value;
}

void
pci_conf_write(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t value)
{
	const u_long psl = conf_enter(tag, reg);

	outl(PCI_MODE1_DATA_REG, value);
	conf_leave(psl);
}

/* 1, or 0: there is no PCI. */
int
pci_mode_detect(void)
{
	const pcitag_t host = pci_make_tag(NULL, 0, 0, 0);

	outl(PCI_MODE1_ADDRESS_REG, host.mode1);
	if (inl(PCI_MODE1_ADDRESS_REG) != host.mode1)
		return 0;
	return PCI_VENDOR(pci_conf_read(NULL, host, PCI_ID_REG)) != 0xffff;
}

int
pci_bus_maxdevs(pci_chipset_tag_t pc, int bus)
{
	return 32;
}

pcitag_t
pci_make_tag(pci_chipset_tag_t pc, int bus, int dev, int fn)
{
	if (bus < 0 || bus > 255 || dev < 0 || dev > 31 || fn < 0 || fn > 7)
		panic("pci_make_tag: there is no %d:%d.%d", bus, dev, fn);
	return (pcitag_t){
		.mode1 = PCI_MODE1_ENABLE |
		    (uint32_t)(bus << 16 | dev << 11 | fn << 8),
	};
}

void
pci_decompose_tag(pci_chipset_tag_t pc, pcitag_t tag, int *bus, int *dev,
    int *fn)
{
	if (bus != NULL)
		*bus = (int)(tag.mode1 >> 16 & 0xff);
	if (dev != NULL)
		*dev = (int)(tag.mode1 >> 11 & 0x1f);
	if (fn != NULL)
		*fn = (int)(tag.mode1 >> 8 & 0x7);
}

/* ---- who must not send messages -------------------------------------------------- */

#define PCI_QUIRK_DISABLE_MSI   0x01 /* no MSI */
#define PCI_QUIRK_DISABLE_MSIX  0x02 /* no MSI-X */
#define PCI_QUIRK_ENABLE_MSI_VM 0x04 /* but on a virtual machine both */

#define NO_MSI (PCI_QUIRK_DISABLE_MSI | PCI_QUIRK_DISABLE_MSIX)

static const struct pci_msi_quirk {
	pci_vendor_id_t vendor;
	pci_product_id_t product;
	int flags;
} pci_msi_quirks[] = {
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_PCMC, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82437FX, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82437MX, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82437VX, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82439HX, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82439TX, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82443GX, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82443GX_NOAGP, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82440MX, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82441FX,
	    NO_MSI | PCI_QUIRK_ENABLE_MSI_VM }, /* QEMU has this one */
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82443BX,
	    NO_MSI | PCI_QUIRK_ENABLE_MSI_VM }, /* and VMware */
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82443BX_NOAGP, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82443LX, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82443LX_NOAGP, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82810_MCH, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82810_DC100_MCH, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82810E_MCH, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82815_FULL_HUB, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82820_MCH, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82830MP_IO_1, NO_MSI },
	{ PCI_VENDOR_INTEL, PCI_PRODUCT_INTEL_82840_HB, NO_MSI },
	{ PCI_VENDOR_NVIDIA, PCI_PRODUCT_NVIDIA_NFORCE_PCHB, NO_MSI },
	{ PCI_VENDOR_NVIDIA, PCI_PRODUCT_NVIDIA_NFORCE2_PCHB, NO_MSI },
	{ PCI_VENDOR_AMD, PCI_PRODUCT_AMD_SC751_SC, NO_MSI },
	{ PCI_VENDOR_AMD, PCI_PRODUCT_AMD_SC761_SC, NO_MSI },
	{ PCI_VENDOR_AMD, PCI_PRODUCT_AMD_SC762_NB, NO_MSI },
};

static bool
on_a_vm(void)
{
	u_int descs[4];

	x86_cpuid(1, descs);
	return (descs[2] & CPUID2_RAZ) != 0;
}

/* What the list forbids a machine with this host bridge. */
static int
pci_msi_quirk_of(pcireg_t id)
{
	const struct pci_msi_quirk *q = pci_msi_quirks;

	for (; q < &pci_msi_quirks[__arraycount(pci_msi_quirks)]; q++)
		if (PCI_VENDOR(id) == q->vendor &&
		    PCI_PRODUCT(id) == q->product)
			break;
	if (q == &pci_msi_quirks[__arraycount(pci_msi_quirks)] ||
	    ((q->flags & PCI_QUIRK_ENABLE_MSI_VM) != 0 && on_a_vm()))
		return 0;
	return q->flags & NO_MSI;
}

/* Messages of this machine: none without a host bridge, nor over HyperTransport. */
static int
pci_msi_forbidden(pci_chipset_tag_t pc)
{
	const pcitag_t host = pci_make_tag(pc, 0, 0, 0);
	const pcitag_t ht = pci_make_tag(pc, 0, 24, 0);
	const pcireg_t class = pci_conf_read(pc, host, PCI_CLASS_REG);

	if (PCI_CLASS(class) != PCI_CLASS_BRIDGE ||
	    PCI_SUBCLASS(class) != PCI_SUBCLASS_BRIDGE_HOST)
		return NO_MSI;
	if (PCI_VENDOR(pci_conf_read(pc, ht, PCI_ID_REG)) !=
		PCI_VENDOR_INVALID &&
	    pci_get_capability(pc, ht, PCI_CAP_LDT, NULL, NULL) != 0)
		return NO_MSI;
	return pci_msi_quirk_of(pci_conf_read(pc, host, PCI_ID_REG));
}

/* pci_attach_hook: a bus is being attached; may its functions send messages? */
void
pci_attach_hook(device_t parent, device_t self, struct pcibus_attach_args *pba)
{
	const int forbidden = pci_msi_forbidden(pba->pba_pc);

	if ((forbidden & PCI_QUIRK_DISABLE_MSI) == 0)
		pba->pba_flags |= PCI_FLAGS_MSI_OKAY;
	if ((forbidden & PCI_QUIRK_DISABLE_MSIX) == 0)
		pba->pba_flags |= PCI_FLAGS_MSIX_OKAY;
	if (forbidden != 0)
		aprint_normal_dev(self, "%s not used: the host bridge\n",
		    forbidden == NO_MSI ? "MSI and MSI-X are"
			: (forbidden & PCI_QUIRK_DISABLE_MSI) != 0
			? "MSI is"
			: "MSI-X is");
}
