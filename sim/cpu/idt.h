/*
 * idt.h: gates of the interrupt descriptor table that an image named by LIDT.
 */
#ifndef CPU_IDT_H
#define CPU_IDT_H

#include <stdint.h>
#include <string.h>

#define IDT_GATE_BYTES   16u
#define IDT_GATE_PRESENT 0x80u
#define IDT_GATE_TYPE    0x0fu
#define IDT_GATE_INTR    0x0eu

/*
 * The handler's address in the gate of this vector; 0: there is none, and *wrong
 * says what follows "interrupt N" in a message.
 */
static inline uint64_t
idt_handler(uint64_t idt, uint16_t limit, uint8_t vector, const char **wrong)
{
	uint8_t g[IDT_GATE_BYTES];

	if (idt == 0 || (vector + 1u) * IDT_GATE_BYTES > limit + 1u) {
		*wrong = ", but the IDT ends before its gate; lidt";
		return 0;
	}
	memcpy(g, (const void *)(uintptr_t)(idt + vector * IDT_GATE_BYTES),
	    sizeof(g));
	if ((g[5] & IDT_GATE_PRESENT) == 0 ||
	    (g[5] & IDT_GATE_TYPE) != IDT_GATE_INTR) {
		*wrong = " has no interrupt gate in the IDT";
		return 0;
	}
	return (uint64_t)g[0] | (uint64_t)g[1] << 8 | (uint64_t)g[6] << 16 |
	    (uint64_t)g[7] << 24;
}

#endif
