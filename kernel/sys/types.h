/*
 * types.h: the names of integers.  amd64 is LP64: int has 32 bits, long and
 * pointers have 64.
 */
#ifndef _SYS_TYPES_H_
#define _SYS_TYPES_H_

#include <sys/cdefs.h>
#include <sys/stdint.h>
#include <machine/types.h>

typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;

typedef unsigned char unchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

typedef uint64_t u_quad_t;
typedef int64_t quad_t;
typedef int64_t longlong_t;
typedef uint64_t u_longlong_t;

typedef char *caddr_t;
typedef int64_t daddr_t;    /* of a disk's block */
typedef uint64_t dev_t;     /* of a device */
typedef int32_t devmajor_t; /* driver */
typedef int32_t devminor_t; /* unit */
#define NODEVMAJOR (-1)
typedef uint32_t fixpt_t; /* fixed point, FSHIFT bits of fraction */
typedef uint32_t id_t;
typedef int32_t pid_t;
typedef int32_t lwpid_t;
typedef uint32_t uid_t;
typedef uint32_t gid_t;
typedef uint64_t ino_t;
typedef uint32_t mode_t;
typedef uint32_t nlink_t;
typedef int64_t off_t;
typedef int64_t blkcnt_t;
typedef int32_t blksize_t;
typedef uint64_t rlim_t;
typedef int32_t segsz_t;
typedef int32_t swblk_t;
typedef int psetid_t; /* processor set */
typedef long key_t;

typedef unsigned long size_t;
typedef long ssize_t;

typedef int64_t time_t; /* seconds */
typedef int clockid_t;
typedef int timer_t;
typedef int32_t suseconds_t; /* microseconds */
typedef uint32_t useconds_t;
typedef unsigned int clock_t;

typedef uint8_t sa_family_t;
typedef uint32_t in_addr_t;
typedef uint16_t in_port_t;
typedef uint32_t socklen_t;

typedef unsigned long cpuid_t; /* what the hardware calls a CPU */

#ifdef _KERNEL
#include <sys/stdbool.h>

typedef int boolean_t;
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

typedef int pri_t; /* 0 to PRI_COUNT - 1, or PRI_NONE */

#endif

/* Bits of t named by f. */
#define SET(t, f)   ((t) |= (f))
#define ISSET(t, f) ((t) & (f))
#define CLR(t, f)   ((t) &= ~(f))

#define NODEV    ((dev_t)-1)
#define major(x) ((devmajor_t)(((x)&0x000fff00) >> 8))
#define minor(x) ((devminor_t)((((x)&0xfff00000) >> 12) | ((x)&0x000000ff)))
#define makedev(x, y)                                                       \
	((dev_t)((((x) << 8) & 0x000fff00U) | (((y) << 12) & 0xfff00000U) | \
	    ((y)&0x000000ffU)))

#ifdef _KERNEL
/* Named before they are defined, for prototypes. */
struct lwp;
typedef struct lwp lwp_t;
struct proc;
typedef struct proc proc_t;
struct uio;
#endif

#include <sys/null.h>
#include <sys/endian.h>

#endif /* _SYS_TYPES_H_ */
