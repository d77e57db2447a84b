/*
 * libkern.h: assertions, strings, and the little that a kernel has of C's
 * library.
 *
 * KASSERT states what the code around it relies on; kernels with DIAGNOSTIC
 * check it, others do not evaluate it.  KDASSERT is for checks that cost too
 * much even there: DEBUG.  With MSG, a format and arguments say more.
 *
 * All functions may be called in any context and take no locks, but for
 * random and srandom, whose callers must not mind a number twice.
 */
#ifndef _LIB_LIBKERN_LIBKERN_H_
#define _LIB_LIBKERN_LIBKERN_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/inttypes.h>
#include <sys/null.h>

#define LIBKERN_INLINE static __inline __unused

LIBKERN_INLINE int
imax(int a, int b)
{
	return a > b ? a : b;
}

LIBKERN_INLINE int
imin(int a, int b)
{
	return a < b ? a : b;
}

LIBKERN_INLINE long
lmax(long a, long b)
{
	return a > b ? a : b;
}

LIBKERN_INLINE long
lmin(long a, long b)
{
	return a < b ? a : b;
}

LIBKERN_INLINE u_int
max(u_int a, u_int b)
{
	return a > b ? a : b;
}

LIBKERN_INLINE u_int
min(u_int a, u_int b)
{
	return a < b ? a : b;
}

LIBKERN_INLINE u_long
ulmax(u_long a, u_long b)
{
	return a > b ? a : b;
}

LIBKERN_INLINE u_long
ulmin(u_long a, u_long b)
{
	return a < b ? a : b;
}

LIBKERN_INLINE int
abs(int j)
{
	return j < 0 ? -j : j;
}

/* Characters, ASCII's. */
LIBKERN_INLINE int
isspace(int ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

LIBKERN_INLINE int
isascii(int ch)
{
	return (ch & ~0x7f) == 0;
}

LIBKERN_INLINE int
isupper(int ch)
{
	return ch >= 'A' && ch <= 'Z';
}

LIBKERN_INLINE int
islower(int ch)
{
	return ch >= 'a' && ch <= 'z';
}

LIBKERN_INLINE int
isalpha(int ch)
{
	return isupper(ch) || islower(ch);
}

LIBKERN_INLINE int
isdigit(int ch)
{
	return ch >= '0' && ch <= '9';
}

LIBKERN_INLINE int
isalnum(int ch)
{
	return isalpha(ch) || isdigit(ch);
}

LIBKERN_INLINE int
isxdigit(int ch)
{
	return isdigit(ch) || (ch >= 'A' && ch <= 'F') ||
	    (ch >= 'a' && ch <= 'f');
}

LIBKERN_INLINE int
toupper(int ch)
{
	return islower(ch) ? ch - ('a' - 'A') : ch;
}

LIBKERN_INLINE int
tolower(int ch)
{
	return isupper(ch) ? ch + ('a' - 'A') : ch;
}

/* Reports and panics; returns when the kernel has panicked already. */
void kern_assert(const char *, ...) __printflike(1, 2);

#define __KASSERT_FMT "kernel %sassertion \"%s\" failed: file \"%s\", line %d "
#define __KASSERT_FAILS(kind, e)                                      \
	kern_assert("kernel %sassertion \"%s\" failed: file \"%s\", " \
		    "line %d",                                        \
	    kind, #e, __FILE__, __LINE__)
#define __KASSERT_FAILS_MSG(kind, e, msg, ...)                       \
	kern_assert(__KASSERT_FMT msg, kind, #e, __FILE__, __LINE__, \
	    ##__VA_ARGS__)

#ifdef DIAGNOSTIC
#define KASSERT(e) \
	(__predict_true((e)) ? (void)0 : __KASSERT_FAILS("diagnostic ", e))
#define KASSERTMSG(e, msg, ...) \
	(__predict_true((e))    \
		? (void)0       \
		: __KASSERT_FAILS_MSG("diagnostic ", e, msg, ##__VA_ARGS__))
#define _DIAGASSERT(e) KASSERT(e)
#else
#define KASSERT(e)              ((void)0)
#define KASSERTMSG(e, msg, ...) ((void)0)
#define _DIAGASSERT(e)          ((void)0)
#endif

#ifdef DEBUG
#define KDASSERT(e) \
	(__predict_true((e)) ? (void)0 : __KASSERT_FAILS("debugging ", e))
#define KDASSERTMSG(e, msg, ...) \
	(__predict_true((e))     \
		? (void)0        \
		: __KASSERT_FAILS_MSG("debugging ", e, msg, ##__VA_ARGS__))
#else
#define KDASSERT(e)              ((void)0)
#define KDASSERTMSG(e, msg, ...) ((void)0)
#endif

#define assert(e) (__predict_true((e)) ? (void)0 : __KASSERT_FAILS("", e))

/* Checked by the compiler, in or outside of functions. */
#define CTASSERT(e)          __CTASSERT(e)
#define CTASSERT_SIGNED(x)   CTASSERT(((__typeof__(x))-1) < 0)
#define CTASSERT_UNSIGNED(x) CTASSERT(((__typeof__(x))-1) >= 0)

#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#define __containerof(ptr, type, member) \
	((type *)(void *)((char *)__UNCONST(ptr) - offsetof(type, member)))

/*
 * Memory.  The compiler sees these even with -fno-builtin: a short copy of
 * constant length becomes moves, others a call.
 */
void *memcpy(void *, const void *, size_t);
int memcmp(const void *, const void *, size_t);
void *memset(void *, int, size_t);
void *memmove(void *, const void *, size_t);
void *memchr(const void *, int, size_t);
void *memmem(const void *, size_t, const void *, size_t);
#define memcpy(d, s, l) __builtin_memcpy(d, s, l)
#define memcmp(a, b, l) __builtin_memcmp(a, b, l)
#define memset(d, v, l) __builtin_memset(d, v, l)

/* Strings. */
char *strcpy(char *, const char *);
char *strncpy(char *, const char *, size_t);
char *strcat(char *, const char *);
char *strncat(char *, const char *, size_t);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
int strcasecmp(const char *, const char *);
int strncasecmp(const char *, const char *, size_t);
char *strchr(const char *, int);
char *strrchr(const char *, int);
char *strstr(const char *, const char *);
char *strpbrk(const char *, const char *);
char *strsep(char **, const char *);
size_t strspn(const char *, const char *);
size_t strcspn(const char *, const char *);
size_t strlen(const char *);
size_t strnlen(const char *, size_t);
/*
 * Copy, append: never more than the n bytes of dst, NUL included.  The result
 * is the length it would have had; n or more: it was cut.
 */
size_t strlcpy(char *, const char *, size_t);
size_t strlcat(char *, const char *, size_t);
unsigned long strtoul(const char *, char **, int);
long long strtoll(const char *, char **, int);
unsigned long long strtoull(const char *, char **, int);
intmax_t strtoimax(const char *, char **, int);
uintmax_t strtoumax(const char *, char **, int);

/* The lowest bit set, counted from 1; 0: none. */
int ffs(int);
unsigned int popcount32(uint32_t);
#define ffs(x) __builtin_ffs(x)

/* Heapsort: size of an element, scratch of that size. */
int kheapsort(void *, size_t, size_t, int (*)(const void *, const void *),
    void *);
void *bsearch(const void *, const void *, size_t, size_t,
    int (*)(const void *, const void *));

/* Numbers that look random and are the same in each run. */
u_long random(void);
void srandom(unsigned long);

#endif /* _LIB_LIBKERN_LIBKERN_H_ */
