/*
 * csmith.h: what a program of Csmith expects of its header, for an image.
 *
 * Csmith's programs call a wrapper for each operation that C leaves undefined
 * for some operands, and at the end hand every global variable to
 * transparent_crc().  Here the wrappers return their first operand where the
 * result would be undefined; they ask the overflow builtins, since the flags
 * these leave are what the annotator must keep.  Each variable is printed as
 *
 *	crc NAME CHECKSUM-SO-FAR
 *
 * so that the first line to differ names the variable, and the last line is
 * `crc checksum X'.  With FUZZ_REP, copies and fills are string instructions.
 */
#ifndef CSMITH_H
#define CSMITH_H

#include <seam.h>

/* ---- what the compiler calls by itself -------------------------------- */

#define RUNTIME                        \
	__attribute__((used, noinline, \
	    optimize("no-tree-loop-distribute-patterns")))

RUNTIME void *
memcpy(void *to, const void *from, size_t n)
{
#ifdef FUZZ_REP
	void *d = to;

	__asm volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(n) : : "memory");
#else
	for (size_t i = 0; i < n; i++)
		((char *)to)[i] = ((const char *)from)[i];
#endif
	return to;
}

RUNTIME void *
memmove(void *to, const void *from, size_t n)
{
	if ((uintptr_t)to <= (uintptr_t)from)
		return memcpy(to, from, n);
	while (n-- > 0)
		((char *)to)[n] = ((const char *)from)[n];
	return to;
}

RUNTIME void *
memset(void *to, int c, size_t n)
{
#ifdef FUZZ_REP
	void *d = to;

	__asm volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory");
#else
	for (size_t i = 0; i < n; i++)
		((char *)to)[i] = (char)c;
#endif
	return to;
}

RUNTIME int
memcmp(const void *a, const void *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int d = ((const unsigned char *)a)[i] -
		    ((const unsigned char *)b)[i];

		if (d != 0)
			return d;
	}
	return 0;
}

/* ---- checksum --------------------------------------------------------- */

static uint32_t crc32_context = 0xffffffffu;
static uint32_t crc32_nibble[16];

/* The reflected CRC-32 (polynomial 0xedb88320), four bits at a time. */
static void
crc32_gentab(void)
{
	for (uint32_t i = 0; i < 16; i++) {
		uint32_t c = i;

		for (int k = 0; k < 4; k++)
			c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
		crc32_nibble[i] = c;
	}
}

static void
say_line(const char *name, uint32_t value)
{
	static char line[128];
	size_t n = 0;

	for (const char *p = "crc "; *p != '\0'; p++)
		line[n++] = *p;
	for (; *name != '\0' && n < sizeof(line) - 10; name++)
		line[n++] = *name;
	line[n++] = ' ';
	for (int shift = 28; shift >= 0; shift -= 4)
		line[n++] = "0123456789abcdef"[value >> shift & 15];
	line[n++] = '\n';
	seam_cons_write(line, n);
}

static void
transparent_crc(uint64_t value, const char *name, int print)
{
	(void)print;
	for (int i = 0; i < 16; i++, value >>= 4)
		crc32_context = crc32_context >> 4 ^
		    crc32_nibble[(crc32_context ^ value) & 15];
	say_line(name, crc32_context);
}

/* Only under a condition that is false: the index of an element. */
#define printf(...) ((void)0)

static void
platform_main_begin(void)
{
}

static void
platform_main_end(uint32_t crc, int print)
{
	(void)print;
	say_line("checksum", crc);
	seam_exit(0);
}

int main(void);

static void
csmith_boot(const struct seam_boot *sb)
{
	(void)sb;
	(void)main();
}

SEAM_IMAGE("csmith", .boot = csmith_boot);

/* ---- operations that are defined for all operands ---------------------- */

#define SAFE_ARITH(T, S)                                         \
	static inline T safe_add_func_##T##_##S##_##S(T a, T b)  \
	{                                                        \
		T r;                                             \
		return __builtin_add_overflow(a, b, &r) ? a : r; \
	}                                                        \
	static inline T safe_sub_func_##T##_##S##_##S(T a, T b)  \
	{                                                        \
		T r;                                             \
		return __builtin_sub_overflow(a, b, &r) ? a : r; \
	}                                                        \
	static inline T safe_mul_func_##T##_##S##_##S(T a, T b)  \
	{                                                        \
		T r;                                             \
		return __builtin_mul_overflow(a, b, &r) ? a : r; \
	}

/* A shift count n is of type N: int ("s") or unsigned ("u"). */
#define SAFE_SHIFT(T, S, N, NS, MAX)                                           \
	static inline T safe_lshift_func_##T##_##S##_##NS(T a, N n)            \
	{                                                                      \
		return a < 0 || (unsigned)n >= 8 * sizeof(T) || a > (MAX) >> n \
		    ? a                                                        \
		    : (T)(a << n);                                             \
	}                                                                      \
	static inline T safe_rshift_func_##T##_##S##_##NS(T a, N n)            \
	{                                                                      \
		return a < 0 || (unsigned)n >= 8 * sizeof(T) ? a               \
							     : (T)(a >> n);    \
	}

#define SAFE_SIGNED(T, MIN, MAX)                                           \
	SAFE_ARITH(T, s)                                                   \
	SAFE_SHIFT(T, s, int, s, MAX)                                      \
	SAFE_SHIFT(T, s, unsigned, u, MAX)                                 \
	static inline T safe_unary_minus_func_##T##_s(T a)                 \
	{                                                                  \
		return a == (MIN) ? a : (T)-a;                             \
	}                                                                  \
	static inline T safe_div_func_##T##_s_s(T a, T b)                  \
	{                                                                  \
		return b == 0 || (a == (MIN) && b == -1) ? a : (T)(a / b); \
	}                                                                  \
	static inline T safe_mod_func_##T##_s_s(T a, T b)                  \
	{                                                                  \
		return b == 0 || (a == (MIN) && b == -1) ? a : (T)(a % b); \
	}

#define SAFE_UNSIGNED(T, MAX)                              \
	SAFE_ARITH(T, u)                                   \
	SAFE_SHIFT(T, u, int, s, MAX)                      \
	SAFE_SHIFT(T, u, unsigned, u, MAX)                 \
	static inline T safe_unary_minus_func_##T##_u(T a) \
	{                                                  \
		return (T)-a;                              \
	}                                                  \
	static inline T safe_div_func_##T##_u_u(T a, T b)  \
	{                                                  \
		return b == 0 ? a : (T)(a / b);            \
	}                                                  \
	static inline T safe_mod_func_##T##_u_u(T a, T b)  \
	{                                                  \
		return b == 0 ? a : (T)(a % b);            \
	}

SAFE_SIGNED(int8_t, INT8_MIN, INT8_MAX)
SAFE_SIGNED(int16_t, INT16_MIN, INT16_MAX)
SAFE_SIGNED(int32_t, INT32_MIN, INT32_MAX)
SAFE_SIGNED(int64_t, INT64_MIN, INT64_MAX)
SAFE_UNSIGNED(uint8_t, UINT8_MAX)
SAFE_UNSIGNED(uint16_t, UINT16_MAX)
SAFE_UNSIGNED(uint32_t, UINT32_MAX)
SAFE_UNSIGNED(uint64_t, UINT64_MAX)

#endif
