/*
 * fault.h: faults of image code end the run, not the simulator.
 */
#ifndef THUNK_FAULT_H
#define THUNK_FAULT_H

#include "cpu/smp.h"
#include "image.h"

/*
 * From now on a fault of image code (bad address, stack overflow, ud2,
 * division by zero) prints where it was and ends the run with EX_FINDING; any
 * other fault is ours: EX_BUG.
 */
void fault_catch(const struct image *, const struct smp *);
void fault_release(void);

#endif
