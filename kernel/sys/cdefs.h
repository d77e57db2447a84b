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

/* Which way a condition mostly goes; the value is the condition's. */
#define __predict_true(e)  __builtin_expect((e) != 0, 1)
#define __predict_false(e) __builtin_expect((e) != 0, 0)

/* No access to memory is moved across by the compiler. */
#define __insn_barrier() __asm__ volatile("" : : : "memory")

#define __arraycount(a) (sizeof(a) / sizeof((a)[0]))
#define __USE(e)        ((void)(e))

#define __aligned(n) __attribute__((__aligned__(n)))
#define __section(s) __attribute__((__section__(s)))
#define __unused     __attribute__((__unused__))
#define __used       __attribute__((__used__))
#define __dead       __attribute__((__noreturn__))
#define __packed     __attribute__((__packed__))
#define __printflike(fmt, args) \
	__attribute__((__format__(__printf__, fmt, args)))

#define __CONCAT1(a, b) a##b
#define __CONCAT(a, b)  __CONCAT1(a, b)
#define __STRING(x)     #x

/* The revision of a file, kept in the object where ident(1) finds it. */
#define __KERNEL_RCSID(n, s) __asm__(".ident \"" s "\"")

#endif /* _SYS_CDEFS_H_ */
