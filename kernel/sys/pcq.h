/*
 * pcq.h: a bounded queue of pointers; many may put, one may get.
 * kern/subr_pcq.c says how, and from which contexts.
 */
#ifndef _SYS_PCQ_H_
#define _SYS_PCQ_H_

#include <sys/types.h>
#include <sys/kmem.h>

typedef struct pcq pcq_t;

/* Items at the most: a ring index has 16 bits, and one slot stays empty. */
#define PCQ_MAXLEN 0xffff

#ifdef _KERNEL
bool pcq_put(pcq_t *, void *);
void *pcq_peek(pcq_t *);
void *pcq_get(pcq_t *);
size_t pcq_maxitems(pcq_t *);
pcq_t *pcq_create(size_t, km_flag_t);
void pcq_destroy(pcq_t *);
#endif

#endif /* _SYS_PCQ_H_ */
