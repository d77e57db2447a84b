/*
 * sc_fault.h: fault injection for the tests of sc.h.
 */
#ifndef SC_SC_FAULT_H
#define SC_SC_FAULT_H

#include "sc/sc.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SC_FAULT_TICK 7

enum sc_fault_kind {
	SC_FAULT_WARNING,
	SC_FAULT_ERROR,
	SC_FAULT_FATAL,
	SC_FAULT_KERNEL, /* an error out of the kernel, in the next run */
	SC_FAULT_LATER   /* the same, at SC_FAULT_TICK */
};

/* SystemC reports something.  SC_EKERNEL when it is an error, and now. */
enum sc_result sc_fault(enum sc_fault_kind kind);

/* SystemC's own clock, in ticks. */
uint64_t sc_fault_clock_tick(void);

#ifdef __cplusplus
}
#endif

#endif
