/*
 * x86/i82093var.h: I/O APICs, and how an interrupt handle names a pin of one.
 *
 *	28	23  16	15   8	7    0
 *	APIC	apid	pin	line
 */
#ifndef _X86_I82093VAR_H_
#define _X86_I82093VAR_H_

#include <sys/device.h>
#include <machine/i82093reg.h>
#include <machine/pic.h>

#define APIC_INT_VIA_APIC   0x10000000
#define APIC_INT_APIC_SHIFT 16
#define APIC_INT_APIC_MASK  0x00ff0000
#define APIC_INT_PIN_SHIFT  8
#define APIC_INT_PIN_MASK   0x0000ff00
#define APIC_INT_LINE_MASK  0x000000ff

#define APIC_INT_APIC(x) \
	((int)(((x)&APIC_INT_APIC_MASK) >> APIC_INT_APIC_SHIFT))
#define APIC_INT_PIN(x)  ((int)(((x)&APIC_INT_PIN_MASK) >> APIC_INT_PIN_SHIFT))
#define APIC_IRQ_LINE(x) ((int)((x)&APIC_INT_LINE_MASK))

/* What the bus tells of one. */
struct apic_attach_args {
	int apic_id;
	paddr_t apic_address;
	int apic_vecbase; /* the interrupt number of its pin 0 */
};

struct ioapic_softc {
	struct pic sc_pic; /* first: its users have no other pointer */
	device_t sc_dev;
	int sc_apic_vers;
	int sc_apic_sz; /* pins */
	volatile uint32_t *sc_reg, *sc_data;
	struct ioapic_softc *sc_next;
};

/* By number, and by an interrupt number that is one of its pins' (GSI).  NULL: none. */
struct ioapic_softc *ioapic_find(int apicid);
struct ioapic_softc *ioapic_find_bybase(int vec);
int ioapicbusprint(void *, const char *);

#endif /* _X86_I82093VAR_H_ */
