/*
 * ioapic.h: the I/O APIC: interrupt lines on one side, messages on the other.
 *
 * 24 inputs, each with a redirection entry that says which CPU and vector, and
 * whether the line interrupts by its edge or by its level.  By level, one
 * message is sent when the line is active and Remote IRR is clear, which sets
 * it; the end of interrupt of a CPU (EOI, broadcast by its local APIC, or
 * written to the EOI register) clears it in the entries of that vector, and a
 * line that is still active interrupts again:
 *
 *	line	 ____________________________________
 *		/		    (handler of another device)
 *	message	^ sets Remote IRR	       ^ again
 *	EOI			     ^ clears it
 *
 *	0xfec00000	IOREGSEL	32 bits, rw: index
 *	0xfec00010	IOWIN		32 bits, rw: register `index'
 *	0xfec00040	EOI		32 bits, w: vector
 *
 *	0	ID		27:24
 *	1	version		0x20, 24 entries
 *	2	arbitration	as the ID
 *	0x10+2n	entry n, low	7:0 vector 10:8 mode 11 logical 12 status (0)
 *				13 active low 14 Remote IRR 15 level 16 mask
 *	0x11+2n	entry n, high	31:24 destination
 *
 * Accesses of other sizes and places read 0 and change nothing.  Inputs 0 to 15
 * are active high, 16 to 23, where PCI's pins lead, active low: software that
 * sets an entry's bit 13 otherwise sees the line upside down, as there.
 *
 * Context: ioapic_set() and ioapic_print() in callbacks or outside of sc_run();
 * ioapic_eoi() outside of it, or in a callback.  One host thread.
 *
 * Source: facts/pcie-msix-apic.md sections 7 and 8; the 82093AA's names.
 */
#ifndef PCIE_IOAPIC_H
#define PCIE_IOAPIC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "mem/io.h"

#define IOAPIC_PA     0xfec00000u
#define IOAPIC_BYTES  0x1000u
#define IOAPIC_INPUTS 24
#define IOAPIC_PCI    16 /* from here on active low */

struct ioapic;

/*
 * At IOAPIC_PA of io.  eoi_tick: from a CPU's EOI to here [estimate 250ns
 * 150ns..350ns, the flight of an uncached write].
 */
struct ioapic *ioapic_create(struct io *, uint32_t eoi_tick);
void ioapic_destroy(struct ioapic *);

/* Somebody asserts the line of an input, or nobody does any more. */
void ioapic_set(struct ioapic *, unsigned input, bool asserted);
/* The same, as pcie_intx_sink() wants it; gsi is the input. */
void ioapic_sink(void *ioapic, unsigned gsi, bool asserted);

/*
 * A CPU ends a level interrupt of this vector at time at_clk, from now on;
 * it arrives eoi_tick later.
 */
void ioapic_eoi(struct ioapic *, uint8_t vector, uint64_t at_clk);

/*
 * What is written where when an input interrupts; false: its entry is masked.
 */
bool ioapic_message(const struct ioapic *, unsigned input, uint32_t *address,
    uint32_t *data);

/* A line for each entry that is not masked or has a line asserted. */
void ioapic_print(const struct ioapic *, FILE *);
json_t *ioapic_json(const struct ioapic *);

#endif
