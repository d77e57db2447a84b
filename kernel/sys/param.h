/*
 * param.h: numbers and small macros that every file knows.
 */
#ifndef _SYS_PARAM_H_
#define _SYS_PARAM_H_

/* 7.99.4: what the interface of this kernel is. */
#define __NetBSD_Version__ 799000400
#define __NetBSD_Prereq__(M, m, p) \
	((((M)*100000000) + ((m)*1000000) + ((p)*100)) <= __NetBSD_Version__)

#include <sys/null.h>

#ifndef __ASSEMBLER__
#include <sys/inttypes.h>
#include <sys/types.h>
#endif
#include <sys/syslimits.h>

#define MAXCOMLEN      16 /* name of a process, without its NUL */
#define MAXINTERP      PATH_MAX
#define MAXPATHLEN     PATH_MAX
#define MAXHOSTNAMELEN 256
#define MAXDOMNAMELEN  MAXHOSTNAMELEN
#define NGROUPS        NGROUPS_MAX
#define NOFILE         OPEN_MAX
#define NCARGS         ARG_MAX
#define MAXSYMLINKS    32
#define MAXLOGNAME     16

#if defined(_KERNEL) && !defined(__ASSEMBLER__)
#include <sys/cdefs.h>
#include <sys/errno.h>
#include <sys/time.h>
#include <sys/resource.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <uvm/uvm_param.h>
#endif
#ifndef __ASSEMBLER__
#include <sys/signal.h>
#endif

/* Of the machine: pages, stacks, mbufs. */
#include <machine/param.h>
#include <machine/limits.h>

/*
 * Bytes that caches hand over as one piece.  Data of two writers are kept
 * that far apart, or each write of the one takes the line from the other.
 */
#ifndef CACHE_LINE_SIZE
#define CACHE_LINE_SIZE 64
#endif
#ifndef COHERENCY_UNIT
#define COHERENCY_UNIT 64
#endif

#ifndef MAXCPUS
#define MAXCPUS 256
#endif
#ifndef MAX_LWP_PER_PROC
#define MAX_LWP_PER_PROC 8000
#endif

/* Which way a stack grows: down. */
#define STACK_GROWS_UP      0
#define STACK_GROW(sp, n)   (((char *)(sp)) - (n))
#define STACK_SHRINK(sp, n) (((char *)(sp)) + (n))
#define STACK_ALLOC(sp, n)  STACK_GROW(sp, n)
#define STACK_MAX(p, n)     (((char *)(p)) + (n))
#ifndef STACK_ALIGNBYTES
#define STACK_ALIGNBYTES 15
#endif
#define STACK_ALIGN(sp, bytes) \
	((char *)((unsigned long)(sp) & ~(unsigned long)(bytes)))

#ifndef DEV_BSHIFT
#define DEV_BSHIFT    9 /* a block of a disk */
#define DEV_BSIZE     (1 << DEV_BSHIFT)
#define BLKDEV_IOSIZE 2048
#endif
#ifndef MAXPHYS
#define MAXPHYS (64 * 1024)
#endif
#define NBBY   8 /* bits in a byte */
#define NBPW   sizeof(int)
#define CMASK  022
#define FSHIFT 11 /* fraction of a fixpt_t */
#define FSCALE (1 << FSHIFT)

/*
 * Clusters of mbufs.  MSIZE, bytes of one mbuf, and MCLSHIFT are the
 * machine's.
 */
#ifndef MSIZE
#define MSIZE 512
#endif
#ifndef MCLSHIFT
#define MCLSHIFT 11
#endif
#ifndef MCLBYTES
#define MCLBYTES (1 << MCLSHIFT)
#endif
#define MCLOFSET (MCLBYTES - 1)

#ifdef _KERNEL
/*
 * Priorities of LWPs, 0 (worst) to PRI_COUNT - 1.
 *
 *	0	63	timesharing (and idle, below all: PRI_IDLE)
 *	64	95	in the kernel after a sleep
 *	96	127	kthreads
 *	128	191	real-time, of users
 *	192	223	real-time, of the kernel: softints
 */
#define PRI_COUNT 224
#define PRI_NONE  (-1)

#define PRI_KERNEL_RT    192
#define NPRI_KERNEL_RT   32
#define MAXPRI_KERNEL_RT (PRI_KERNEL_RT + NPRI_KERNEL_RT - 1)
#define PRI_USER_RT      128
#define NPRI_USER_RT     64
#define MAXPRI_USER_RT   (PRI_USER_RT + NPRI_USER_RT - 1)
#define PRI_KTHREAD      96
#define NPRI_KTHREAD     32
#define MAXPRI_KTHREAD   (PRI_KTHREAD + NPRI_KTHREAD - 1)
#define PRI_KERNEL       64
#define NPRI_KERNEL      32
#define MAXPRI_KERNEL    (PRI_KERNEL + NPRI_KERNEL - 1)
#define PRI_USER         0
#define NPRI_USER        64
#define MAXPRI_USER      (PRI_USER + NPRI_USER - 1)

/* Priority of a softint; schedppq is in kern_runq.c. */
#define PRI_SOFTSERIAL MAXPRI_KERNEL_RT
#define PRI_SOFTNET    (MAXPRI_KERNEL_RT - schedppq * 1)
#define PRI_SOFTBIO    (MAXPRI_KERNEL_RT - schedppq * 2)
#define PRI_SOFTCLOCK  (MAXPRI_KERNEL_RT - schedppq * 3)

/* Of kthreads. */
#define PRI_XCALL    MAXPRI_KTHREAD
#define PRI_PGDAEMON (MAXPRI_KTHREAD - 1)
#define PRI_VM       (MAXPRI_KTHREAD - 2)
#define PRI_IOFLUSH  (MAXPRI_KTHREAD - 3)
#define PRI_BIO      (MAXPRI_KTHREAD - 4)

#define PRI_IDLE PRI_USER

/* The same as sleepers said it of old; less is better here. */
#define PSWP   0
#define PVM    4
#define PINOD  8
#define PRIBIO 16
#define PVFS   20
#define PZERO  22
#define PSOCK  24
#define PWAIT  32
#define PLOCK  36
#define PPAUSE 40
#define PUSER  50
#define MAXPRI 127

#define PRIMASK   0x0ff
#define PCATCH    0x100 /* signals end the sleep */
#define PNORELOCK 0x200 /* do not take the interlock again */

#endif /* _KERNEL */

/* Bits of an array of bytes. */
#define setbit(a, i) ((a)[(i) / NBBY] |= 1 << ((i) % NBBY))
#define clrbit(a, i) ((a)[(i) / NBBY] &= ~(1 << ((i) % NBBY)))
#define isset(a, i)  ((a)[(i) / NBBY] & (1 << ((i) % NBBY)))
#define isclr(a, i)  (((a)[(i) / NBBY] & (1 << ((i) % NBBY))) == 0)

#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif

#ifndef howmany
#define howmany(x, n) (((x) + ((n)-1)) / (n))
#endif
#define roundup(x, n)    (howmany(x, n) * (n))
#define rounddown(x, n)  (((x) / (n)) * (n))
#define roundup2(x, n)   (((x) + ((n)-1)) & ~((n)-1)) /* n: a power of 2 */
#define rounddown2(x, n) ((x) & ~((n)-1))
#define powerof2(x)      ((((x)-1) & (x)) == 0)

/* A pointer that any type may be stored at, and whether one is such. */
#ifndef ALIGN
#define ALIGNBYTES (sizeof(long) - 1)
#define ALIGN(p)   (((unsigned long)(p) + ALIGNBYTES) & ~ALIGNBYTES)
#endif
#ifndef ALIGNED_POINTER
#define ALIGNED_POINTER(p, t) 1 /* amd64 does not mind */
#endif

#if defined(_KERNEL) && !defined(__ASSEMBLER__)
extern int hz;                /* ticks a second */
extern const int schedppq;    /* priorities that share a queue: 1 */
extern size_t coherency_unit; /* COHERENCY_UNIT, for modules */

/* Milliseconds in ticks and back; large ones without an overflow. */
#ifndef mstohz
#define mstohz(ms)                                                            \
	(__predict_false((ms) >= 0x20000) ? (((ms) + 0u) / 1000u) * (u_int)hz \
					  : (((ms) + 0u) * (u_int)hz) / 1000u)
#endif
#ifndef hztoms
#define hztoms(t)                                                           \
	(__predict_false((t) >= 0x20000) ? (((t) + 0u) / (u_int)hz) * 1000u \
					 : (((t) + 0u) * 1000u) / (u_int)hz)
#endif
#define hz2bintime(t) (ms2bintime(hztoms(t)))
#endif

/* Lock words keep flags below an LWP's address. */
#ifndef MIN_LWP_ALIGNMENT
#define MIN_LWP_ALIGNMENT 32
#endif

#endif /* _SYS_PARAM_H_ */
