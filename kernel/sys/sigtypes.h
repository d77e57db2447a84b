/*
 * sigtypes.h: types of signals.
 */
#ifndef _SYS_SIGTYPES_H_
#define _SYS_SIGTYPES_H_

#include <sys/cdefs.h>
#include <sys/types.h>

typedef struct {
	uint32_t __bits[4];
} sigset_t;

typedef struct sigaltstack {
	void *ss_sp;
	size_t ss_size;
	int ss_flags;
} stack_t;

#endif /* _SYS_SIGTYPES_H_ */
