/*
 * msipic.c: a function's messages as an interrupt controller (x86/pic.h).
 *
 * Of MSI-X a pin is an entry of the function's table: where its message goes, what it
 * says, and a mask bit.  While an entry is masked the function keeps what it would have
 * sent, once; it is sent when the mask goes, to where the entry leads then.  So a
 * vector can be moved without loss (port/machdep/intr_move.c).
 *
 *	pic_hwmask	mask bit on, and read: the answer comes after each message
 *			that was sent before (PCIe: a completion passes no write)
 *	pic_addroute	address and data, while masked; the function's enable bit
 *	pic_hwunmask	mask bit off
 *
 * Of MSI all pins have one address and consecutive data, in configuration space, and
 * mask bits if the function has them.  Several need vectors in a row, from a multiple
 * of their number on, all on one CPU: pic_vecbase says so to intr.c.
 *
 * One local APIC is addressed, by its number, edge triggered: no arbitration.
 *
 * Locking.  cpu_lock, of intr.c, for routes and masks; the list of controllers
 * grows and shrinks while devices attach and detach, under KERNEL_LOCK.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <machine/i82489var.h>
#include <machine/segments.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include <arch/x86/pci/msipicvar.h>

struct msipic {
	struct pic mp_pic; /* first: its users have no other pointer */
	LIST_ENTRY(msipic) mp_list;
	int mp_devid; /* bus, device and function, as in a tag */
	int mp_veccnt;
	char mp_name[16]; /* "msix0", "msi0" */
	pci_chipset_tag_t mp_pc;
	pcitag_t mp_tag;
	int mp_cap;      /* the capability's offset */
	pcireg_t mp_ctl; /* MSI: its first word, as found */
	bus_space_tag_t mp_bst;
	bus_space_handle_t mp_bsh; /* of MSI-X: the table */
	bus_size_t mp_bss;
};

static LIST_HEAD(, msipic) msipics = LIST_HEAD_INITIALIZER(msipics);

static struct msipic *
msipic_of(struct pic *pic)
{
	return (struct msipic *)pic;
}

static uint32_t
message_address(const struct cpu_info *ci)
{
	return LAPIC_MSIADDR_BASE | LAPIC_MSIADDR_DSTID((uint32_t)ci->ci_cpuid);
}

static uint32_t
message_data(int idtvec)
{
	return LAPIC_MSIDATA_VECTOR((uint32_t)idtvec) |
	    LAPIC_MSIDATA_TRGMODE_EDGE | LAPIC_MSIDATA_DM_FIXED;
}

/* ---- struct pic, MSI-X ------------------------------------------------------ */

static void
msix_write(const struct msipic *mp, int vec, bus_size_t reg, uint32_t v)
{
	KASSERT(vec >= 0 && vec < mp->mp_veccnt);
	bus_space_write_4(mp->mp_bst, mp->mp_bsh,
	    (bus_size_t)vec * PCI_MSIX_TABLE_ENTRY_SIZE + reg, v);
}

static void
msix_hwmask(struct pic *pic, int vec)
{
	const struct msipic *const mp = msipic_of(pic);

	msix_write(mp, vec, PCI_MSIX_TABLE_ENTRY_VECTCTL,
	    PCI_MSIX_VECTCTL_HWMASK_MASK);
	(void)bus_space_read_4(mp->mp_bst, mp->mp_bsh,
	    (bus_size_t)vec * PCI_MSIX_TABLE_ENTRY_SIZE +
		PCI_MSIX_TABLE_ENTRY_VECTCTL);
}

static void
msix_hwunmask(struct pic *pic, int vec)
{
	msix_write(msipic_of(pic), vec, PCI_MSIX_TABLE_ENTRY_VECTCTL, 0);
}

static void
msix_enable(const struct msipic *mp, bool on)
{
	pcireg_t ctl = pci_conf_read(mp->mp_pc, mp->mp_tag,
	    mp->mp_cap + PCI_MSIX_CTL);

	ctl &= ~(PCI_MSIX_CTL_ENABLE | PCI_MSIX_CTL_FUNCMASK);
	if (on)
		ctl |= PCI_MSIX_CTL_ENABLE;
	pci_conf_write(mp->mp_pc, mp->mp_tag, mp->mp_cap + PCI_MSIX_CTL, ctl);
}

static void
msix_addroute(struct pic *pic, struct cpu_info *ci, int vec, int idtvec,
    int type)
{
	const struct msipic *const mp = msipic_of(pic);

	msix_write(mp, vec, PCI_MSIX_TABLE_ENTRY_ADDR_LO, message_address(ci));
	msix_write(mp, vec, PCI_MSIX_TABLE_ENTRY_ADDR_HI, 0);
	msix_write(mp, vec, PCI_MSIX_TABLE_ENTRY_DATA, message_data(idtvec));
	msix_enable(mp, true);
}

/* The entry stays masked, as intr.c has left it. */
static void
msipic_delroute(struct pic *pic, struct cpu_info *ci, int vec, int idtvec,
    int type)
{
}

/* ---- struct pic, MSI -------------------------------------------------------- */

static pcireg_t
msi_read(const struct msipic *mp, int reg)
{
	return pci_conf_read(mp->mp_pc, mp->mp_tag, mp->mp_cap + reg);
}

static void
msi_write(const struct msipic *mp, int reg, pcireg_t v)
{
	pci_conf_write(mp->mp_pc, mp->mp_tag, mp->mp_cap + reg, v);
}

/* Without mask bits messages come when they come; reading pushes them, too. */
static void
msi_mask(struct pic *pic, int vec, bool on)
{
	const struct msipic *const mp = msipic_of(pic);
	const int reg = (mp->mp_ctl & PCI_MSI_CTL_64BIT_ADDR) != 0
	    ? PCI_MSI_MASK64
	    : PCI_MSI_MASK;
	pcireg_t mask;

	if ((mp->mp_ctl & PCI_MSI_CTL_PERVEC_MASK) == 0) {
		(void)msi_read(mp, PCI_MSI_CTL);
		return;
	}
	mask = msi_read(mp, reg) & ~(1U << vec);
	msi_write(mp, reg, on ? mask | 1U << vec : mask);
	(void)msi_read(mp, reg);
}

static void
msi_hwmask(struct pic *pic, int vec)
{
	msi_mask(pic, vec, true);
}

static void
msi_hwunmask(struct pic *pic, int vec)
{
	msi_mask(pic, vec, false);
}

static void
msi_enable(const struct msipic *mp, bool on)
{
	pcireg_t ctl = msi_read(mp, PCI_MSI_CTL);
	int log2 = 0;

	while (1 << log2 < mp->mp_veccnt)
		log2++;
	ctl &= ~(PCI_MSI_CTL_MSI_ENABLE | PCI_MSI_CTL_MME_MASK);
	if (on)
		ctl |= PCI_MSI_CTL_MSI_ENABLE |
		    (pcireg_t)log2 << PCI_MSI_CTL_MME_SHIFT;
	msi_write(mp, PCI_MSI_CTL, ctl);
}

/* The function puts a vector's number into the lowest bits of the data. */
static void
msi_addroute(struct pic *pic, struct cpu_info *ci, int vec, int idtvec,
    int type)
{
	const struct msipic *const mp = msipic_of(pic);

	msi_write(mp, PCI_MSI_MADDR64_LO, message_address(ci));
	if ((mp->mp_ctl & PCI_MSI_CTL_64BIT_ADDR) != 0) {
		msi_write(mp, PCI_MSI_MADDR64_HI, 0);
		msi_write(mp, PCI_MSI_MDATA64, message_data(idtvec - vec));
	} else
		msi_write(mp, PCI_MSI_MDATA, message_data(idtvec - vec));
	msi_enable(mp, true);
}

/* ---- making them ------------------------------------------------------------ */

static struct msipic *
find(int devid)
{
	struct msipic *mp;

	LIST_FOREACH (mp, &msipics, mp_list)
		if (mp->mp_devid == devid)
			return mp;
	return NULL;
}

struct pic *
msipic_find_msi_pic(int devid)
{
	struct msipic *const mp = find(devid);

	return mp == NULL ? NULL : &mp->mp_pic;
}

int
msipic_get_devid(const struct pic *pic)
{
	return ((const struct msipic *)pic)->mp_devid;
}

int
msipic_vectors(const struct pic *pic)
{
	return ((const struct msipic *)pic)->mp_veccnt;
}

/* The table, by the base register and offset that the capability names. */
static int
map_table(struct msipic *mp, const struct pci_attach_args *pa)
{
	const pcireg_t where = pci_conf_read(mp->mp_pc, mp->mp_tag,
	    mp->mp_cap + PCI_MSIX_TBLOFFSET);
	const int reg = PCI_BAR((int)(where & PCI_MSIX_TBLBIR_MASK));
	const bus_size_t offset = where & PCI_MSIX_TBLOFFSET_MASK;
	const bus_size_t bytes = (bus_size_t)mp->mp_veccnt *
	    PCI_MSIX_TABLE_ENTRY_SIZE;
	bus_addr_t base;
	bus_size_t size;
	int error;

	error = pci_mapreg_info(mp->mp_pc, mp->mp_tag, reg,
	    pci_mapreg_type(mp->mp_pc, mp->mp_tag, reg), &base, &size, NULL);
	if (error != 0)
		return error;
	if (offset > size || bytes > size - offset)
		return EINVAL;
	mp->mp_bst = pa->pa_memt;
	mp->mp_bss = bytes;
	return bus_space_map(mp->mp_bst, base + offset, bytes, 0, &mp->mp_bsh);
}

/* A controller without pins yet, for a function that has the capability; or NULL. */
static struct msipic *
msipic_create(const struct pci_attach_args *pa, int capid)
{
	const int devid = (int)(pa->pa_bus << 8 | pa->pa_device << 3 |
	    pa->pa_function);
	struct msipic *mp;
	pcireg_t ctl;
	int cap;

	if (find(devid) != NULL ||
	    pci_get_capability(pa->pa_pc, pa->pa_tag, capid, &cap, &ctl) == 0)
		return NULL;
	mp = kmem_zalloc(sizeof(*mp), KM_SLEEP);
	mp->mp_pc = pa->pa_pc;
	mp->mp_tag = pa->pa_tag;
	mp->mp_cap = cap;
	mp->mp_ctl = ctl;
	mp->mp_devid = devid;
	return mp;
}

/* It is whole: from now on it is found. */
static struct pic *
msipic_finish(struct msipic *mp, const struct pic *pic, const char *kind,
    u_int number)
{
	snprintf(mp->mp_name, sizeof(mp->mp_name), "%s%u", kind, number);
	mp->mp_pic = *pic;
	mp->mp_pic.pic_name = mp->mp_name;
	mp->mp_pic.pic_delroute = msipic_delroute;
	mp->mp_pic.pic_level_stubs = ioapic_edge_stubs;
	mp->mp_pic.pic_edge_stubs = ioapic_edge_stubs;
	__cpu_simple_lock_init(&mp->mp_pic.pic_lock);
	for (int vec = 0; vec < mp->mp_veccnt; vec++)
		(*mp->mp_pic.pic_hwmask)(&mp->mp_pic, vec);
	LIST_INSERT_HEAD(&msipics, mp, mp_list);
	return &mp->mp_pic;
}

struct pic *
msipic_construct_msix_pic(const struct pci_attach_args *pa)
{
	static const struct pic pic = {
		.pic_type = PIC_MSIX,
		.pic_hwmask = msix_hwmask,
		.pic_hwunmask = msix_hwunmask,
		.pic_addroute = msix_addroute,
	};
	static u_int next;
	struct msipic *const mp = msipic_create(pa, PCI_CAP_MSIX);

	if (mp == NULL)
		return NULL;
	mp->mp_veccnt = (int)PCI_MSIX_CTL_TBLSIZE(mp->mp_ctl);
	if (map_table(mp, pa) != 0) {
		kmem_free(mp, sizeof(*mp));
		return NULL;
	}
	return msipic_finish(mp, &pic, "msix", next++);
}

struct pic *
msipic_construct_msi_pic(const struct pci_attach_args *pa, int count)
{
	struct pic pic = {
		.pic_type = PIC_MSI,
		.pic_hwmask = msi_hwmask,
		.pic_hwunmask = msi_hwunmask,
		.pic_addroute = msi_addroute,
	};
	static u_int next;
	struct msipic *const mp = msipic_create(pa, PCI_CAP_MSI);

	if (mp == NULL)
		return NULL;
	mp->mp_veccnt = count;
	if (count > 1) {
		pic.pic_vecbase = idt_vec_alloc_row(APIC_LEVEL(IPL_VM),
		    IDT_INTR_HIGH, count);
		if (pic.pic_vecbase == 0) {
			kmem_free(mp, sizeof(*mp));
			return NULL;
		}
	}
	return msipic_finish(mp, &pic, "msi", next++);
}

/* All handlers are disestablished. */
void
msipic_destruct_pic(struct pic *pic)
{
	struct msipic *const mp = msipic_of(pic);

	LIST_REMOVE(mp, mp_list);
	if (pic->pic_type == PIC_MSIX) {
		msix_enable(mp, false);
		bus_space_unmap(mp->mp_bst, mp->mp_bsh, mp->mp_bss);
	} else
		msi_enable(mp, false);
	for (int vec = 0; pic->pic_vecbase != 0 && vec < mp->mp_veccnt; vec++)
		idt_vec_free(pic->pic_vecbase + vec);
	kmem_free(mp, sizeof(*mp));
}
