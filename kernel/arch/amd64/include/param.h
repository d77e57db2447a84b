/*
 * machine/param.h: sizes of amd64.
 */
#ifndef _AMD64_PARAM_H_
#define _AMD64_PARAM_H_

#define _MACHINE      amd64
#define MACHINE       "amd64"
#define _MACHINE_ARCH x86_64
#define MACHINE_ARCH  "x86_64"
#define MID_MACHINE   MID_X86_64

#ifdef _KERNEL
#include <machine/cpu.h>
#endif

#define ALIGNBYTES                    __ALIGNBYTES
#define __ALIGNBYTES                  (sizeof(long) - 1)
#define ALIGN(p)                      (((uintptr_t)(p) + ALIGNBYTES) & ~ALIGNBYTES)
#define ALIGNED_POINTER(p, t)         1
#define ALIGNED_POINTER_LOAD(q, p, t) (*(q) = *(const t *)(p))

#define PGSHIFT 12
#define NBPG    (1 << PGSHIFT)
#define PGOFSET (NBPG - 1)

#define KERNBASE     0x08000000UL /* where images are linked */
#define BTOPKERNBASE (KERNBASE >> PGSHIFT)

#define DEV_BSHIFT    9
#define DEV_BSIZE     (1 << DEV_BSHIFT)
#define BLKDEV_IOSIZE 2048
#ifndef MAXPHYS
#define MAXPHYS (64 * 1024)
#endif

/* The u-area of an LWP: pcb, a page that faults, and three of stack. */
#define UPAGES        5
#define SSIZE         1
#define SINCR         1
#define USPACE        (UPAGES * NBPG)
#define INTRSTACKSIZE 4096

#define MSIZE 512 /* bytes of an mbuf */
#ifndef MCLSHIFT
#define MCLSHIFT 11
#endif
#define MCLBYTES (1 << MCLSHIFT) /* bytes of a cluster */
#ifndef NMBCLUSTERS_MAX
#define NMBCLUSTERS_MAX (0x4000000 / MCLBYTES) /* 64 MB of them */
#endif

#ifndef MSGBUFSIZE
#define MSGBUFSIZE (8 * NBPG)
#endif

#define btop(x) ((x) >> PGSHIFT)
#define ptob(x) ((x) << PGSHIFT)
#define x86_round_page(x) \
	((((unsigned long)(x)) + PGOFSET) & ~(unsigned long)PGOFSET)
#define x86_trunc_page(x) ((unsigned long)(x) & ~(unsigned long)PGOFSET)
#define x86_btop(x)       ((unsigned long)(x) >> PGSHIFT)
#define x86_ptob(x)       ((unsigned long)(x) << PGSHIFT)

#define mstohz(ms)                                      \
	((ms + 0UL) >= 0x20000 ? (ms + 0UL) / 1000 * hz \
			       : (ms + 0UL) * hz / 1000)

#define COHERENCY_UNIT  64
#define CACHE_LINE_SIZE 64
#define MAXCPUS         256

#endif /* _AMD64_PARAM_H_ */
