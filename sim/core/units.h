/*
 * units.h: quantities as users write them, as integers inside.
 *
 *	kind	     written as			    held as
 *	UNIT_TIME    20cyc 10.5cyc 200ns 1.5us 2ms 1s  clock units
 *	UNIT_SIZE    64B 24KiB 1MiB 2GiB	    bytes
 *	UNIT_COUNT   32				    itself
 *	UNIT_FREQ    100MHz 2.4GHz		    Hz
 *	UNIT_RATE    13.6B/cyc			    bytes in 10 cycles
 *	UNIT_BANDWIDTH 500MB/s 2GB/s		    bytes a second
 *	UNIT_PCI_ID  8086:1f08		    vendor << 16 | device
 *
 * A clock unit is 1/10 core cycle at 2.4 GHz, so 1 ns has 24 of them; it is
 * the unit of the clock in annotated code.  Arithmetic is in decimal and
 * exact.  Times are rounded once, to the nearest clock unit, halves upwards;
 * anything else that has no exact integer is an error, and so is a time that
 * would be rounded to nothing.
 *
 * Callable from anywhere; no state.
 */
#ifndef CORE_UNITS_H
#define CORE_UNITS_H

#include <stdint.h>

#include "core/err.h"
#include "core/tick.h"

enum unit {
	UNIT_COUNT,
	UNIT_TIME,
	UNIT_SIZE,
	UNIT_FREQ,
	UNIT_RATE,
	UNIT_BANDWIDTH,
	UNIT_PCI_ID,
	UNIT_KINDS
};

/*
 * Read text, all of it, as a quantity of one kind; *val keeps its value on
 * failure.  Fails with EX_INPUT and a text that names the units of this kind.
 */
enum exit_code unit_parse(enum unit, const char *text, uint64_t *val,
    struct err *);

#define UNIT_TEXT 32 /* bytes of a buffer that holds any quantity */

/*
 * Write a quantity so that unit_parse() gives it back: times in cycles,
 * sizes, frequencies and bandwidths in the largest unit that leaves an integer.  Both
 * functions return buf.
 */
const char *unit_format(enum unit, uint64_t val, char buf[UNIT_TEXT]);

/* A time in ns with three decimals, rounded: "5.833ns".  For reading only. */
const char *unit_format_ns(uint64_t clk, char buf[UNIT_TEXT]);

#endif
