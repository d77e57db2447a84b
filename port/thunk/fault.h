/*
 * fault.h: faults of image code end the run, not the simulator.
 */
#ifndef THUNK_FAULT_H
#define THUNK_FAULT_H

#include "cpu/cpu.h"
#include "image.h"

/*
 * From now on a fault of image code (bad address, stack overflow, ud2,
 * division by zero) prints where it was and ends cpu_enter() of this CPU with
 * EX_FINDING; any other fault is ours: EX_BUG.  One CPU at a time.
 */
void fault_catch(const struct image *, struct cpu *);
void fault_release(void);

#endif
