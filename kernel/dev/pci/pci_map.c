/*
 * pci_map.c: base address registers: where a function's registers are.
 *
 * How large one is, it tells when all ones are written: bits that it has no use
 * for stay zero.  Meanwhile the function is deaf, so that nothing else answers
 * there.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/errno.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

pcireg_t
pci_mapreg_type(pci_chipset_tag_t pc, pcitag_t tag, int reg)
{
	const pcireg_t bar = pci_conf_read(pc, tag, reg);

	if (PCI_MAPREG_TYPE(bar) == PCI_MAPREG_TYPE_IO)
		return PCI_MAPREG_TYPE_IO;
	return PCI_MAPREG_TYPE_MEM | PCI_MAPREG_MEM_TYPE(bar);
}

/* What is there now, and what it says to all ones. */
static void
bar_probe(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t *bar,
    pcireg_t *mask)
{
	const pcireg_t csr = pci_conf_read(pc, tag, PCI_COMMAND_STATUS_REG);

	pci_conf_write(pc, tag, PCI_COMMAND_STATUS_REG,
	    csr & ~(PCI_COMMAND_IO_ENABLE | PCI_COMMAND_MEM_ENABLE));
	*bar = pci_conf_read(pc, tag, reg);
	pci_conf_write(pc, tag, reg, 0xffffffffU);
	*mask = pci_conf_read(pc, tag, reg);
	pci_conf_write(pc, tag, reg, *bar);
	pci_conf_write(pc, tag, PCI_COMMAND_STATUS_REG, csr);
}

/*
 * pci_mapreg_info: address and bytes of the range of `reg', which must be of
 * that type.  EINVAL: it is not; ENXIO: it has no address.
 */
int
pci_mapreg_info(pci_chipset_tag_t pc, pcitag_t tag, int reg, pcireg_t type,
    bus_addr_t *base, bus_size_t *size, int *flags)
{
	pcireg_t bar, mask;

	if (reg < PCI_MAPREG_START || reg >= PCI_MAPREG_END || (reg & 3) != 0)
		return EINVAL;
	bar_probe(pc, tag, reg, &bar, &mask);
	if (PCI_MAPREG_TYPE(bar) != PCI_MAPREG_TYPE(type))
		return EINVAL;
	if (PCI_MAPREG_TYPE(type) == PCI_MAPREG_TYPE_IO) {
		*base = PCI_MAPREG_IO_ADDR(bar);
		*size = PCI_MAPREG_IO_SIZE(mask);
	} else {
		if (PCI_MAPREG_MEM_TYPE(bar) != PCI_MAPREG_MEM_TYPE(type))
			return EINVAL;
		*base = PCI_MAPREG_MEM_ADDR(bar);
		*size = PCI_MAPREG_MEM_SIZE(mask);
	}
	if (flags != NULL)
		*flags = 0;
	return *base == 0 || *size == 0 ? ENXIO : 0;
}

/* pci_mapreg_map: the same, mapped.  Any of the results may be NULL. */
int
pci_mapreg_map(const struct pci_attach_args *pa, int reg, pcireg_t type,
    int busflags, bus_space_tag_t *tagp, bus_space_handle_t *handlep,
    bus_addr_t *basep, bus_size_t *sizep)
{
	const bool io = PCI_MAPREG_TYPE(type) == PCI_MAPREG_TYPE_IO;
	const bus_space_tag_t tag = io ? pa->pa_iot : pa->pa_memt;
	bus_space_handle_t handle;
	bus_addr_t base;
	bus_size_t size;
	int error, flags;

	if ((pa->pa_flags & (io ? PCI_FLAGS_IO_OKAY : PCI_FLAGS_MEM_OKAY)) == 0)
		return ENXIO;
	error = pci_mapreg_info(pa->pa_pc, pa->pa_tag, reg, type, &base, &size,
	    &flags);
	if (error == 0)
		error = bus_space_map(tag, base, size, busflags | flags,
		    &handle);
	if (error != 0)
		return error;
	if (tagp != NULL)
		*tagp = tag;
	if (handlep != NULL)
		*handlep = handle;
	if (basep != NULL)
		*basep = base;
	if (sizep != NULL)
		*sizep = size;
	return 0;
}
