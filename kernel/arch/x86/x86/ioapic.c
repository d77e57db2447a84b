/*
 * ioapic.c: I/O APICs as interrupt controllers (x86/pic.h).
 *
 * A pin has a redirection entry: whom to tell, by which vector, whether it asks by edge
 * or by level, and a mask bit.  A level is told once, until the CPU's EOI comes back
 * to the chip; if the line is still up then, it is told again.
 *
 *	pic_addroute	destination, vector and kind; the mask stays
 *	pic_hwmask	mask bit: what the line asks meanwhile it asks still afterwards,
 *			if by level, and is lost if by edge
 *
 * The stubs of vector.S mask and unmask while they hold a level interrupt back.
 *
 * Locking.  An access takes two steps, index and data, which belong together on all
 * CPUs and in interrupts: pic_lock, with interrupts off.
 *
 * Contexts.  Any.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/intr.h>
#include <machine/cpufunc.h>
#include <machine/i82093var.h>
#include <machine/lock.h>
#include <machine/pmap.h>

#define PCI_PIN0 \
	16 /* pins from here on are PCI's, whose lines are active low */

static struct ioapic_softc *ioapics; /* grows while devices attach */

/* ---- registers ---------------------------------------------------------------- */

static u_long
ioapic_lock(struct ioapic_softc *sc)
{
	const u_long psl = x86_read_psl();

	x86_disable_intr();
	__cpu_simple_lock(&sc->sc_pic.pic_lock);
	return psl;
}

static void
ioapic_unlock(struct ioapic_softc *sc, u_long psl)
{
	__cpu_simple_unlock(&sc->sc_pic.pic_lock);
	x86_write_psl(psl);
}

static uint32_t
ioapic_read_ul(struct ioapic_softc *sc, int reg)
{
	*sc->sc_reg = (uint32_t)reg;
	return *sc->sc_data;
}

static void
ioapic_write_ul(struct ioapic_softc *sc, int reg, uint32_t val)
{
	*sc->sc_reg = (uint32_t)reg;
	*sc->sc_data = val;
}

static uint32_t
ioapic_read(struct ioapic_softc *sc, int reg)
{
	const u_long psl = ioapic_lock(sc);
	const uint32_t val = ioapic_read_ul(sc, reg);

	ioapic_unlock(sc, psl);
	return val;
}

/* ---- struct pic --------------------------------------------------------------- */

static void
ioapic_hwmask(struct pic *pic, int pin)
{
	struct ioapic_softc *const sc = pic->pic_ioapic;
	const u_long psl = ioapic_lock(sc);
	const uint32_t redlo = ioapic_read_ul(sc, IOAPIC_REDLO(pin));

	ioapic_write_ul(sc, IOAPIC_REDLO(pin), redlo | IOAPIC_REDLO_MASK);
	ioapic_unlock(sc, psl);
}

static void
ioapic_hwunmask(struct pic *pic, int pin)
{
	struct ioapic_softc *const sc = pic->pic_ioapic;
	const u_long psl = ioapic_lock(sc);
	const uint32_t redlo = ioapic_read_ul(sc, IOAPIC_REDLO(pin));

	ioapic_write_ul(sc, IOAPIC_REDLO(pin),
	    redlo & ~(uint32_t)IOAPIC_REDLO_MASK);
	ioapic_unlock(sc, psl);
}

/* The entry is masked before and after. */
static void
ioapic_addroute(struct pic *pic, struct cpu_info *ci, int pin, int idtvec,
    int type)
{
	struct ioapic_softc *const sc = pic->pic_ioapic;
	uint32_t redlo = IOAPIC_REDLO_MASK | IOAPIC_REDLO_DEL_FIXED |
	    ((uint32_t)idtvec & IOAPIC_REDLO_VECTOR_MASK);
	u_long psl;

	KASSERT(pin >= 0 && pin < sc->sc_apic_sz);
	if (type == IST_LEVEL)
		redlo |= IOAPIC_REDLO_LEVEL;
	if (pin >= PCI_PIN0)
		redlo |= IOAPIC_REDLO_ACTLO;
	psl = ioapic_lock(sc);
	ioapic_write_ul(sc, IOAPIC_REDHI(pin),
	    (uint32_t)ci->ci_cpuid << IOAPIC_REDHI_DEST_SHIFT);
	ioapic_write_ul(sc, IOAPIC_REDLO(pin), redlo);
	ioapic_unlock(sc, psl);
}

static void
ioapic_delroute(struct pic *pic, struct cpu_info *ci, int pin, int idtvec,
    int type)
{
	ioapic_hwmask(pic, pin);
}

/* ---- finding them ------------------------------------------------------------- */

struct ioapic_softc *
ioapic_find(int apicid)
{
	struct ioapic_softc *sc = ioapics;

	while (sc != NULL && sc->sc_pic.pic_apicid != apicid)
		sc = sc->sc_next;
	return sc;
}

struct ioapic_softc *
ioapic_find_bybase(int vec)
{
	struct ioapic_softc *sc = ioapics;

	while (sc != NULL &&
	    (vec < sc->sc_pic.pic_vecbase ||
		vec >= sc->sc_pic.pic_vecbase + sc->sc_apic_sz))
		sc = sc->sc_next;
	return sc;
}

/* ---- attach ------------------------------------------------------------------- */

int
ioapicbusprint(void *aux, const char *pnp)
{
	const struct apic_attach_args *const aaa = aux;

	if (pnp != NULL)
		aprint_normal("ioapic at %s", pnp);
	aprint_normal(" apid %d", aaa->apic_id);
	return UNCONF;
}

static int
ioapic_match(device_t parent, cfdata_t cf, void *aux)
{
	return 1;
}

static void
ioapic_attach(device_t parent, device_t self, void *aux)
{
	struct ioapic_softc *const sc = device_private(self);
	const struct apic_attach_args *const aaa = aux;
	const vaddr_t va = X86_IO_VA(aaa->apic_address);
	uint32_t ver;

	sc->sc_dev = self;
	sc->sc_reg = (volatile uint32_t *)(va + IOAPIC_REG);
	sc->sc_data = (volatile uint32_t *)(va + IOAPIC_DATA);
	sc->sc_pic = (struct pic){
		.pic_name = device_xname(self),
		.pic_type = PIC_IOAPIC,
		.pic_vecbase = aaa->apic_vecbase,
		.pic_apicid = aaa->apic_id,
		.pic_hwmask = ioapic_hwmask,
		.pic_hwunmask = ioapic_hwunmask,
		.pic_addroute = ioapic_addroute,
		.pic_delroute = ioapic_delroute,
		.pic_level_stubs = ioapic_level_stubs,
		.pic_edge_stubs = ioapic_edge_stubs,
		.pic_ioapic = sc,
	};
	__cpu_simple_lock_init(&sc->sc_pic.pic_lock);
	ver = ioapic_read(sc, IOAPIC_VER);
	sc->sc_apic_vers = (int)(ver & IOAPIC_VER_MASK);
	sc->sc_apic_sz = (int)((ver & IOAPIC_MAX_MASK) >> IOAPIC_MAX_SHIFT) + 1;
	aprint_naive("\n");
	aprint_normal(": pa %#lx, version %#x, %d pins\n",
	    (u_long)aaa->apic_address, (u_int)sc->sc_apic_vers, sc->sc_apic_sz);
	for (int pin = 0; pin < sc->sc_apic_sz; pin++)
		ioapic_hwmask(&sc->sc_pic, pin);
	sc->sc_next = ioapics;
	ioapics = sc;
}

CFATTACH_DECL_NEW(ioapic, sizeof(struct ioapic_softc), ioapic_match,
    ioapic_attach, NULL, NULL);
