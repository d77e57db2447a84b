/*
 * probe.h: a small device for tests and benchmarks of the I/O path.
 *
 * It has what any PCIe endpoint has, and shows when things happen to it:
 * registers in memory, four I/O ports, DMA of one transfer at a time, messages
 * (MSI), a timer and an alarm clock.  The layout is this project's own.
 *
 *	offset	bits	access	register
 *	0x00	32	r	ID		PROBE_ID_VALUE
 *	0x04	32	rw	SCRATCH		any value
 *	0x08	64	r	COUNT		accesses so far, ports too, this one too
 *	0x10	64	r	LAST_ARRIVAL	TSC when the last write or OUT arrived
 *	0x18	64	rw	DMA_ADDR	physical address
 *	0x20	32	rw	DMA_LEN		bytes, at most PROBE_DMA_MAX
 *	0x24	32	rw	DMA_PATTERN	its four bytes repeat, lowest first
 *	0x28	32	w	DMA_GO		PROBE_DMA_WRITE or PROBE_DMA_READ
 *	0x2c	32	r	DMA_DONE	PROBE_DMA_NOT, _OK or _REFUSED
 *	0x30	64	r	DMA_TIME	TSC when the last DMA was done or refused
 *	0x38	64	r	DMA_SUM		of the bytes that the last DMA read
 *	0x40	32	rw	MSI_ADDR	where messages go ...
 *	0x44	32	rw	MSI_DATA	... and what they say
 *	0x48	32	w	MSI_GO		PROBE_MSI_SEND, | PROBE_MSI_AFTER_DMA
 *	0x4c	32	rw	TIMER		period in ns, 0: off
 *	0x50	64	r	TICKS		messages that the timer has sent
 *	0x58	32	-	RESET		absent
 *	0x5c	32	-	MSI_MASK	absent
 *	0x60	32	rw	ALARM_ADDR	where the alarm's message goes ...
 *	0x64	32	rw	ALARM_DATA	... and what it says
 *	0x68	32	rw	ALARM		ns from now, 0: off
 *	0x6c	32	rw	TIMER_ADDR	where the timer's messages go ...
 *	0x70	32	rw	TIMER_DATA	... and what they say
 *
 * A register is accessed whole or, if it has 64 bits, by halves, low half
 * first in memory.  Any other access, a write to what is only read, a read of
 * what is only written and absent registers change nothing and give 0, but
 * are counted.
 *
 * DMA_GO moves DMA_LEN bytes between memory and the device: WRITE puts the
 * pattern into memory, READ adds up what is there.  DMA_DONE, DMA_TIME and
 * DMA_SUM speak of it once it is done; until then DMA_DONE is NOT and the
 * others are those of the one before.  It is REFUSED at once when it is too
 * long or not all in memory, which leaves DMA_SUM and memory alone.  DMA_GO
 * while a transfer is under way, and with any other value, does nothing.
 *
 * MSI_GO sends a message when it arrives; with AFTER_DMA when the DMA that is
 * under way is done.  A write to TIMER starts a period anew; at the end of
 * each the timer sends a message with TIMER_ADDR and TIMER_DATA as they are then.
 * A write to ALARM sets it anew; it rings once, with ALARM_ADDR and ALARM_DATA
 * as they are then, and is off.
 * A message to an address that is no local APIC's overwrites memory.
 *
 * The four ports hold a byte each, read and written by 1, 2 or 4 bytes.
 *
 * Registers answer in callbacks of the event kernel, as io.h has it.
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "mem/io.h"

#define PROBE_BYTES 4096 /* of memory space, most of them empty */
#define PROBE_PORTS 4

#define PROBE_ID           0x00
#define PROBE_SCRATCH      0x04
#define PROBE_COUNT        0x08
#define PROBE_LAST_ARRIVAL 0x10
#define PROBE_DMA_ADDR     0x18
#define PROBE_DMA_LEN      0x20
#define PROBE_DMA_PATTERN  0x24
#define PROBE_DMA_GO       0x28
#define PROBE_DMA_DONE     0x2c
#define PROBE_DMA_TIME     0x30
#define PROBE_DMA_SUM      0x38
#define PROBE_MSI_ADDR     0x40
#define PROBE_MSI_DATA     0x44
#define PROBE_MSI_GO       0x48
#define PROBE_TIMER        0x4c
#define PROBE_TICKS        0x50
#define PROBE_RESET        0x58
#define PROBE_MSI_MASK     0x5c
#define PROBE_ALARM_ADDR   0x60
#define PROBE_ALARM_DATA   0x64
#define PROBE_ALARM        0x68
#define PROBE_TIMER_ADDR   0x6c
#define PROBE_TIMER_DATA   0x70

#define PROBE_ID_VALUE 0x70726f62u /* "prob" */
#define PROBE_DMA_MAX  4096

enum { PROBE_DMA_WRITE = 1, PROBE_DMA_READ = 2 };        /* DMA_GO */
enum { PROBE_DMA_NOT, PROBE_DMA_OK, PROBE_DMA_REFUSED }; /* DMA_DONE */
enum { PROBE_MSI_SEND = 1, PROBE_MSI_AFTER_DMA = 2 };    /* MSI_GO */

/* What of a register is there. */
enum probe_cover { PROBE_ABSENT, PROBE_PARTIAL, PROBE_FULL };

/* A row of the table above. */
struct probe_reg {
	const char *name;
	uint16_t off;
	uint8_t bytes;      /* 4 or 8 */
	const char *access; /* "r", "w", "rw"; "" when absent */
	enum probe_cover cover;
};

struct probe;

/*
 * A probe at `base' of memory and ports from `port' on, which io_add() must
 * accept.  After sc_init(); probe_destroy() before sc_fini(), after the last
 * sc_run().
 */
struct probe *probe_create(struct io *, uint64_t base, uint16_t port);
void probe_destroy(struct probe *);

/* The rows, by offset. */
const struct probe_reg *probe_regs(size_t *n);

#endif
