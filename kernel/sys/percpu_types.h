/*
 * percpu_types.h: types of percpu(9), for structures that hold them.
 */
#ifndef _SYS_PERCPU_TYPES_H_
#define _SYS_PERCPU_TYPES_H_

#include <sys/types.h>

/* A CPU's arena; in its cpu_data, changed by that CPU alone. */
typedef struct {
	size_t pcc_size; /* bytes at pcc_data */
	void *pcc_data;
} percpu_cpu_t;

/* One object on every CPU.  Not a pointer to anything. */
struct percpu;
typedef struct percpu percpu_t;

#endif /* _SYS_PERCPU_TYPES_H_ */
