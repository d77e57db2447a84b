/*
 * lock.h: the lowest lock, one byte that CPUs spin on.
 */
#ifndef _SYS_LOCK_H_
#define _SYS_LOCK_H_

#include <machine/lock.h>

#endif /* _SYS_LOCK_H_ */
