/*
 * cprng.h: random numbers.  Here they come from one seed, so that each run of
 * a kernel draws the same; nothing about them is hard to guess.
 */
#ifndef _SYS_CPRNG_H_
#define _SYS_CPRNG_H_

#include <sys/types.h>

#ifdef _KERNEL
size_t cprng_fast(void *, size_t);
uint32_t cprng_fast32(void);
uint64_t cprng_fast64(void);
void cprng_init(void);
#endif

#endif /* _SYS_CPRNG_H_ */
