/*
 * cdefs.h: what compilers of C differ in, named once.
 */
#ifndef _SYS_CDEFS_H_
#define _SYS_CDEFS_H_

#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS   }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#define __GNUC_PREREQ__(x, y) \
	((__GNUC__ == (x) && __GNUC_MINOR__ >= (y)) || (__GNUC__ > (x)))

/* Words that old compilers spell in another way. */
#define __P(protos) protos
#define __signed signed
#ifndef __ASSEMBLER__
#define __inline inline
#endif
#define __restrict __restrict__

#define __CONCAT1(a, b) a##b
#define __CONCAT(a, b)  __CONCAT1(a, b)
#define ___STRING(x)    __STRING(x)
#define __STRING(x)     #x

/* Which way a condition mostly goes; the value is the condition's. */
#define __predict_true(e)  __builtin_expect((e) != 0, 1)
#define __predict_false(e) __builtin_expect((e) != 0, 0)

/* No access to memory is moved across by the compiler. */
#define __insn_barrier() __asm__ volatile("" : : : "memory")

#define __arraycount(a) (sizeof(a) / sizeof((a)[0]))
#define __USE(e)        ((void)(e))

/* Take a qualifier away without a warning. */
#define __UNCONST(a)    ((void *)(unsigned long)(const void *)(a))
#define __UNVOLATILE(a) ((void *)(unsigned long)(volatile void *)(a))

#define __aligned(n)    __attribute__((__aligned__(n)))
#define __section(s)    __attribute__((__section__(s)))
#define __packed        __attribute__((__packed__))
#define __unused        __attribute__((__unused__))
#define __used          __attribute__((__used__))
#define __dead          __attribute__((__noreturn__))
#define __pure          __attribute__((__pure__))
#define __constfunc     __attribute__((__const__))
#define __noinline      __attribute__((__noinline__))
#define __always_inline __attribute__((__always_inline__))
#define __noprofile     __attribute__((__no_instrument_function__))
#define __returns_twice __attribute__((__returns_twice__))
#define __printflike(fmt, args) \
	__attribute__((__format__(__printf__, fmt, args)))
#define __format_arg(fmt) __attribute__((__format_arg__(fmt)))
#define __syslog_attribute__
#define __sysloglike(fmt, args) __printflike(fmt, args)
#define __public
#define __dso_public
#define __dso_hidden

/* Variables that only assertions read. */
#ifdef DIAGNOSTIC
#define __diagused
#else
#define __diagused __unused
#endif
#ifdef DEBUG
#define __debugused
#else
#define __debugused __unused
#endif

/* Checked by the compiler. */
#define __CTASSERT(e) _Static_assert(e, #e)

/*
 * Bit n; bits m to n, both included; a field named by its mask, to be filled
 * in and taken out.
 */
#define __BIT(n)                                                   \
	(((__UINTMAX_TYPE__)(n) >= 8 * sizeof(__UINTMAX_TYPE__))   \
		? 0                                                \
		: ((__UINTMAX_TYPE__)1 << (__UINTMAX_TYPE__)((n) & \
		       (8 * sizeof(__UINTMAX_TYPE__) - 1))))
#define __BITS(m, n)                                \
	((__BIT(((m) > (n) ? (m) : (n)) + 1) - 1) ^ \
	    (__BIT((m) < (n) ? (m) : (n)) - 1))
#define __LOWEST_SET_BIT(mask) ((((mask)-1) & (mask)) ^ (mask))
#define __PRIuBIT              "lu"
#define __PRIxBIT              "lx"
#define __PRIuBITS             __PRIuBIT
#define __PRIxBITS             __PRIxBIT
#define __SHIFTOUT(x, mask)    (((x) & (mask)) / __LOWEST_SET_BIT(mask))
#define __SHIFTIN(x, mask)     ((x)*__LOWEST_SET_BIT(mask))
#define __SHIFTOUT_MASK(mask)  __SHIFTOUT((mask), (mask))

/* The limits of an integer type. */
#define __type_mask(t)                               \
	(sizeof(t) < sizeof(__INTMAX_TYPE__)         \
		? (~((1ULL << (sizeof(t) * 8)) - 1)) \
		: 0ULL)
#define __type_min_s(t)     ((t)(1ULL << (sizeof(t) * 8 - 1)))
#define __type_max_s(t)     ((t) ~(1ULL << (sizeof(t) * 8 - 1)))
#define __type_min_u(t)     ((t)0)
#define __type_max_u(t)     ((t)~0ULL)
#define __type_is_signed(t) ((t)-1 < 1)
#define __type_min(t)       (__type_is_signed(t) ? __type_min_s(t) : __type_min_u(t))
#define __type_max(t)       (__type_is_signed(t) ? __type_max_s(t) : __type_max_u(t))

/*
 * Places in the image: data that hardly ever change, and data that need a
 * line of their own.
 */
#define __read_mostly __section(".data.read_mostly")
#define __cacheline_aligned \
	__aligned(COHERENCY_UNIT) __section(".data.cacheline_aligned")

/* The revision of a file, kept in the object where ident(1) finds it. */
#define __IDSTRING(name, string) __asm__(".ident \"" string "\"")
#ifndef __ASSEMBLER__
#define __KERNEL_RCSID(n, s) __IDSTRING(__CONCAT(rcsid, n), s)
#define __KERNEL_COPYRIGHT(n, s)
#define __RCSID(s) __IDSTRING(rcsid, s)
#define __COPYRIGHT(s)
#endif

#include <sys/cdefs_elf.h>

#endif /* _SYS_CDEFS_H_ */
