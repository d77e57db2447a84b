/*
 * pci_machdep.c: configuration space by mechanism 1: an address is written to
 * port 0xcf8, and the word appears in port 0xcfc.
 *
 * The two steps belong together, for all CPUs and interrupts: `pci_conf_lock',
 * with interrupts off.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>
#include <machine/lock.h>
#include <machine/pio.h>

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
