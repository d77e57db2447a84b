/*
 * msipic.c: a function's MSI-X table as an interrupt controller (x86/pic.h).
 *
 * A pin is an entry of the table: where its message goes, what it says, and a
 * mask bit.  While an entry is masked the function keeps what it would have sent,
 * once; it is sent when the mask goes, to where the entry leads then.  So a
 * vector can be moved without loss (port/machdep/intr_move.c).
 *
 *	pic_hwmask	mask bit on, and read: the answer comes after each message
 *			that was sent before (PCIe: a completion passes no write)
 *	pic_addroute	address and data, while masked; the function's enable bit
 *	pic_hwunmask	mask bit off
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
#include <machine/i82489reg.h>

#include <dev/pci/pcireg.h>
#include <dev/pci/pcivar.h>

#include <arch/x86/pci/msipicvar.h>

struct msipic {
	struct pic mp_pic; /* first: its users have no other pointer */
	LIST_ENTRY(msipic) mp_list;
	int mp_devid;     /* bus, device and function, as in a tag */
	int mp_veccnt;    /* entries of the table */
	char mp_name[16]; /* "msix0" */
	pci_chipset_tag_t mp_pc;
	pcitag_t mp_tag;
	int mp_cap; /* the capability's offset */
	bus_space_tag_t mp_bst;
	bus_space_handle_t mp_bsh; /* of the table */
	bus_size_t mp_bss;
};

static LIST_HEAD(, msipic) msipics = LIST_HEAD_INITIALIZER(msipics);

static struct msipic *
msipic_of(struct pic *pic)
{
	return (struct msipic *)pic;
}

/* ---- struct pic ------------------------------------------------------------- */

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

	msix_write(mp, vec, PCI_MSIX_TABLE_ENTRY_ADDR_LO,
	    LAPIC_MSIADDR_BASE | LAPIC_MSIADDR_DSTID((uint32_t)ci->ci_cpuid));
	msix_write(mp, vec, PCI_MSIX_TABLE_ENTRY_ADDR_HI, 0);
	msix_write(mp, vec, PCI_MSIX_TABLE_ENTRY_DATA,
	    LAPIC_MSIDATA_VECTOR((uint32_t)idtvec) |
		LAPIC_MSIDATA_TRGMODE_EDGE | LAPIC_MSIDATA_DM_FIXED);
	msix_enable(mp, true);
}

/* The entry stays masked, as intr.c has left it. */
static void
msix_delroute(struct pic *pic, struct cpu_info *ci, int vec, int idtvec,
    int type)
{
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

static void
pic_init(struct msipic *mp)
{
	static u_int next;

	snprintf(mp->mp_name, sizeof(mp->mp_name), "msix%u", next++);
	mp->mp_pic = (struct pic){
		.pic_name = mp->mp_name,
		.pic_type = PIC_MSIX,
		.pic_hwmask = msix_hwmask,
		.pic_hwunmask = msix_hwunmask,
		.pic_addroute = msix_addroute,
		.pic_delroute = msix_delroute,
		.pic_level_stubs = ioapic_edge_stubs,
		.pic_edge_stubs = ioapic_edge_stubs,
	};
	__cpu_simple_lock_init(&mp->mp_pic.pic_lock);
}

struct pic *
msipic_construct_msix_pic(const struct pci_attach_args *pa)
{
	struct msipic *mp;
	pcireg_t ctl;
	int cap;

	if (pci_get_capability(pa->pa_pc, pa->pa_tag, PCI_CAP_MSIX, &cap,
		&ctl) == 0)
		return NULL;
	mp = kmem_zalloc(sizeof(*mp), KM_SLEEP);
	mp->mp_pc = pa->pa_pc;
	mp->mp_tag = pa->pa_tag;
	mp->mp_cap = cap;
	mp->mp_veccnt = (int)PCI_MSIX_CTL_TBLSIZE(ctl);
	mp->mp_devid = (int)(pa->pa_bus << 8 | pa->pa_device << 3 |
	    pa->pa_function);
	if (map_table(mp, pa) != 0) {
		kmem_free(mp, sizeof(*mp));
		return NULL;
	}
	pic_init(mp);
	for (int vec = 0; vec < mp->mp_veccnt; vec++)
		msix_hwmask(&mp->mp_pic, vec);
	LIST_INSERT_HEAD(&msipics, mp, mp_list);
	return &mp->mp_pic;
}

void
msipic_destruct_msix_pic(struct pic *pic)
{
	struct msipic *const mp = msipic_of(pic);

	msix_enable(mp, false);
	LIST_REMOVE(mp, mp_list);
	bus_space_unmap(mp->mp_bst, mp->mp_bsh, mp->mp_bss);
	kmem_free(mp, sizeof(*mp));
}
