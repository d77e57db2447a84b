/*
 * bitops.h: bits of integers, counted from 1 or as logarithms.
 */
#ifndef _SYS_BITOPS_H_
#define _SYS_BITOPS_H_

#include <sys/cdefs.h>
#include <sys/stdint.h>

/* The lowest, the highest bit set: 1 to width, or 0 if there is none. */
static __inline int __unused
ffs32(uint32_t n)
{
	return n == 0 ? 0 : __builtin_ctz(n) + 1;
}

static __inline int __unused
ffs64(uint64_t n)
{
	return n == 0 ? 0 : __builtin_ctzl(n) + 1;
}

static __inline int __unused
fls32(uint32_t n)
{
	return n == 0 ? 0 : 32 - __builtin_clz(n);
}

static __inline int __unused
fls64(uint64_t n)
{
	return n == 0 ? 0 : 64 - __builtin_clzl(n);
}

/* The logarithm to base 2, rounded down; -1 for 0. */
#define ilog2(n) \
	((sizeof(n) > 4 ? fls64((uint64_t)(n)) : fls32((uint32_t)(n))) - 1)

/* A map of bits: `type' of n bits. */
#define __BITMAP_TYPE(s, t, n)                                     \
	struct s {                                                 \
		t _b[((n) + sizeof(t) * 8 - 1) / (sizeof(t) * 8)]; \
	}
#define __BITMAP_BITS(v)    (sizeof((v)._b[0]) * 8)
#define __BITMAP_WORD(n, v) ((v)->_b[(n) / __BITMAP_BITS(*(v))])
#define __BITMAP_MASK(n, v) \
	((__typeof__((v)->_b[0]))1 << ((n) % __BITMAP_BITS(*(v))))
#define __BITMAP_SET(n, v)   (__BITMAP_WORD(n, v) |= __BITMAP_MASK(n, v))
#define __BITMAP_CLR(n, v)   (__BITMAP_WORD(n, v) &= ~__BITMAP_MASK(n, v))
#define __BITMAP_ISSET(n, v) (__BITMAP_WORD(n, v) & __BITMAP_MASK(n, v))
#define __BITMAP_ZERO(v)     (void)__builtin_memset((v), 0, sizeof(*(v)))

#endif /* _SYS_BITOPS_H_ */
