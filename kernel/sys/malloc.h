/*
 * malloc.h: memory whose size the allocator remembers.  New code uses
 * kmem(9).
 */
#ifndef _SYS_MALLOC_H_
#define _SYS_MALLOC_H_

#ifdef _KERNEL
#include <sys/mallocvar.h>

#define M_WAITOK  0x0000 /* sleep until there is some */
#define M_NOWAIT  0x0001 /* NULL if there is none */
#define M_ZERO    0x0002 /* all bytes 0 */
#define M_CANFAIL 0x0004 /* NULL though it may sleep, if it is too much */

MALLOC_DECLARE(M_DEVBUF);
MALLOC_DECLARE(M_DMAMAP);
MALLOC_DECLARE(M_FREE);
MALLOC_DECLARE(M_PCB);
MALLOC_DECLARE(M_SOFTINTR);
MALLOC_DECLARE(M_TEMP);

/* The type is not looked at. */
#define malloc(size, type, flags)        kern_malloc((size), (flags))
#define free(addr, type)                 kern_free((addr))
#define realloc(addr, size, type, flags) kern_realloc((addr), (size), (flags))

void *kern_malloc(unsigned long, int);
void *kern_realloc(void *, unsigned long, int);
void kern_free(void *);
#endif

#endif /* _SYS_MALLOC_H_ */
