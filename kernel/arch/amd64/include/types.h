/*
 * machine/types.h: types of amd64, and what it has to offer.
 */
#ifndef _X86_64_TYPES_H_
#define _X86_64_TYPES_H_

typedef unsigned char __cpu_simple_lock_nv_t;
typedef volatile __cpu_simple_lock_nv_t __cpu_simple_lock_t;
#define __SIMPLELOCK_LOCKED   1
#define __SIMPLELOCK_UNLOCKED 0

/*
 * An atomic operation orders all of memory around it, so a membar that
 * stands beside one need not be compiled.
 */
#define __HAVE_ATOMIC_AS_MEMBAR

#endif /* _X86_64_TYPES_H_ */
