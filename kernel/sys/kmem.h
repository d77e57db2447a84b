/*
 * kmem.h: memory for the kernel, in pieces of any size.
 *
 * The caller remembers the size and gives it back when it frees; a wrong one
 * is a bug that DIAGNOSTIC kernels find.  kmem_ is for threads, kmem_intr_ for
 * softints and interrupt handlers up to IPL_VM too, which may not wait.
 */
#ifndef _SYS_KMEM_H_
#define _SYS_KMEM_H_

#include <sys/types.h>
#include <lib/libkern/libkern.h>

typedef unsigned int km_flag_t;

#define KM_SLEEP   0x00000001 /* wait until there is memory: never NULL */
#define KM_NOSLEEP 0x00000002 /* NULL if there is none now */

void *kmem_alloc(size_t, km_flag_t);
void *kmem_zalloc(size_t, km_flag_t); /* all bytes 0 */
void kmem_free(void *, size_t);       /* the size it was allocated with */

void *kmem_intr_alloc(size_t, km_flag_t);
void *kmem_intr_zalloc(size_t, km_flag_t);
void kmem_intr_free(void *, size_t);

void kmem_init(void);

/* A string in memory of its own length + 1. */
char *kmem_asprintf(const char *, ...) __printflike(1, 2);

#endif /* _SYS_KMEM_H_ */
