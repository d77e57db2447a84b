/*
 * interrupt.h: where interrupts go, for those who have established them.
 *
 * A driver that has a vector for each queue wants them on different CPUs, and
 * says so with what pci_intr_establish() and the like have returned to it.
 */
#ifndef _SYS_INTERRUPT_H_
#define _SYS_INTERRUPT_H_

#include <sys/kcpuset.h>

#ifdef _KERNEL
/*
 * The interrupt of `cookie' goes to the first CPU of newset from now on, with
 * all that share it; if oldset is not NULL it becomes where it was.  0, or
 * EINVAL: no CPU of the set takes interrupts; EBUSY: the CPU has no room for
 * one more.  Thread context; sleeps.
 */
int interrupt_distribute(void *cookie, const kcpuset_t *newset,
    kcpuset_t *oldset);
#endif

#endif /* _SYS_INTERRUPT_H_ */
