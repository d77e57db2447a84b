/*
 * corpus.c: C that makes the compiler use much of its instruction set.
 *
 * Compiled, never run: test_parse.c and fuzz_parse.c read its assembly.
 * Inline assembly is written in the ways kernel sources write it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 u128;

struct node {
	struct node *left, *right;
	uint64_t key;
	uint32_t hits : 7, kind : 3, rest : 22;
	int16_t delta;
	int8_t sign;
	uint8_t flags;
};

struct big {
	uint64_t w[48];
};

uint32_t crc_table[256];
struct node *root;
volatile int turn;
extern int (*const handlers[8])(struct node *, int);
void panic(const char *, ...) __attribute__((noreturn));
void *memcpy(void *, const void *, size_t);

/* ---- plain computation ---------------------------------------------- */

uint32_t
crc(uint32_t c, const uint8_t *p, size_t n)
{
	while (n-- != 0)
		c = crc_table[(c ^ *p++) & 0xff] ^ (c >> 8);
	return ~c;
}

uint32_t
adler(uint32_t a, const uint8_t *p, size_t n)
{
	uint32_t lo = a & 0xffff, hi = a >> 16;

	for (size_t i = 0; i < n; i++) {
		lo = (lo + p[i]) % 65521;
		hi = (hi + lo) % 65521;
	}
	return hi << 16 | lo;
}

/* Huffman decoding as inflate does it: a bit buffer and a table. */
int
huffman(const uint8_t **in, uint64_t *hold, int *bits, const uint16_t *table)
{
	for (;;) {
		uint16_t e = table[*hold & 0x1ff];
		int len = e & 15;

		if (len != 0 && len <= *bits) {
			*hold >>= len;
			*bits -= len;
			return e >> 4;
		}
		if (*bits > 56)
			return -1;
		*hold |= (uint64_t) * (*in)++ << *bits;
		*bits += 8;
	}
}

uint64_t
siphash_round(uint64_t *v)
{
	v[0] += v[1];
	v[1] = v[1] << 13 | v[1] >> 51;
	v[1] ^= v[0];
	v[0] = v[0] << 32 | v[0] >> 32;
	v[2] += v[3];
	v[3] = (v[3] << 16 | v[3] >> 48) ^ v[2];
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

u128
wide(u128 a, u128 b, unsigned n)
{
	u128 c = a * b + (a >> n) - (b << (n & 63));

	return c % 1000003 + (uint64_t)c / (uint64_t)(b | 1);
}

int64_t
divide(int64_t a, int32_t b, int16_t c, int8_t d)
{
	return a / (b | 1) + b % (c | 1) + c / (d | 1) + (a >> 63) -
	    __builtin_bswap64((uint64_t)a) + __builtin_bswap32((uint32_t)b);
}

int
bits(uint64_t a, uint32_t b)
{
	return __builtin_ctzll(a) + __builtin_clzll(a) + __builtin_ffs((int)b) +
	    __builtin_popcountll(a) + __builtin_parity(b) + (a >> b & 1);
}

uint16_t
narrow(uint16_t *h, uint8_t *b, int n)
{
	h[0] += (uint16_t)n;
	h[1] = (uint16_t)(h[1] << 8 | h[1] >> 8);
	b[0]--;
	b[1] ^= b[2];
	b[3] = n > 3 ? b[4] : (uint8_t)(b[5] & n);
	return h[2] > h[3] ? h[2] : h[3];
}

int
overflow(int a, int b, int *res)
{
	return __builtin_add_overflow(a, b, res) ||
	    __builtin_mul_overflow(a, *res, res);
}

int
classify(unsigned c, int n)
{
	switch (c) {
	case 0:
		return n * 3;
	case 1:
		return n << 5;
	case 2:
		return n - 7;
	case 3:
		return -n;
	case 4:
		return ~n;
	case 5:
		return n ? 11 : 13;
	case 6:
		return n > 100;
	case 7:
		return n <= -4;
	case 8:
		return n & 0x55;
	default:
		panic("class %u", c);
	}
}

/* ---- memory and calls ----------------------------------------------- */

struct node *
find(uint64_t key)
{
	struct node *n = root;

	while (n != NULL && n->key != key)
		n = key < n->key ? n->left : n->right;
	if (n != NULL && ++n->hits == 0)
		n->kind = 5;
	return n;
}

void
walk(struct node *n, void (*fn)(struct node *, void *), void *arg)
{
	if (n == NULL)
		return;
	walk(n->left, fn, arg);
	fn(n, arg);
	n->delta += n->sign;
	n->flags |= 0x10;
	walk(n->right, fn, arg);
}

int
dispatch(struct node *n, int x)
{
	return handlers[n->kind](n, x);
}

void
copy(struct big *to, const struct big *from)
{
	*to = *from;
}

struct big
by_value(struct big b, int i)
{
	b.w[i] = 1;
	return b;
}

void
clear(struct big *b)
{
	*b = (struct big){ { 0 } };
}

uint64_t
sum(int n, ...)
{
	va_list ap;
	uint64_t s = 0;

	va_start(ap, n);
	while (n-- > 0)
		s += va_arg(ap, uint64_t);
	va_end(ap);
	return s;
}

int
frame(int n, void (*use)(int *, int))
{
	int v[n];

	use(v, n);
	return v[n - 1];
}

/* A nested function gets the frame of its parent in %r10. */
int
nested(int n, int m)
{
	int calls = 0;
	__attribute__((noinline)) int down(int k)
	{
		calls += m;
		return k <= 0 ? calls : down(k - 1) + m;
	}

	return down(n) + calls;
}

__attribute__((cold)) int
refuse(int why)
{
	return why == 0 ? -1 : why;
}

int
guess(int *p)
{
	if (__builtin_expect(*p > 1000, 0))
		return refuse(*p);
	__builtin_prefetch(p + 64);
	return *p + 1;
}

/* ---- atomics and inline assembly ------------------------------------ */

uint64_t
atomics(uint64_t *p, uint32_t *q, uint8_t *r)
{
	uint64_t old = __atomic_fetch_add(p, 3, __ATOMIC_SEQ_CST);
	uint32_t want = 5;

	__atomic_fetch_or(q, 1u << (old & 31), __ATOMIC_SEQ_CST);
	__atomic_compare_exchange_n(q, &want, 6, 0, __ATOMIC_ACQ_REL,
	    __ATOMIC_RELAXED);
	old += __atomic_exchange_n(p, 7, __ATOMIC_SEQ_CST);
	__atomic_store_n(r, 1, __ATOMIC_SEQ_CST);
	__atomic_and_fetch(r, 0xf0, __ATOMIC_SEQ_CST);
	__sync_synchronize();
	return old + want;
}

static inline int
try_lock(volatile uint8_t *lock)
{
	uint8_t v = 1;

	__asm volatile("xchgb %0,%1" : "+q"(v), "+m"(*lock) : : "memory");
	return v == 0;
}

void
lock(volatile uint8_t *l)
{
	while (!try_lock(l))
		while (*l)
			__asm volatile("rep; nop" : : : "memory");
}

uint32_t
cas32(volatile uint32_t *p, uint32_t e, uint32_t n)
{
	__asm volatile("lock\n\tcmpxchgl %2,%1"
		       : "+a"(e), "+m"(*p)
		       : "r"(n)
		       : "memory", "cc");
	return e;
}

int
test_and_set(volatile uint32_t *map, long nr)
{
	uint8_t was;

	__asm volatile("lock; btsl %2,%1; setc %0 /* the old bit; kept */"
		       : "=q"(was), "+m"(*map)
		       : "r"((int)nr)
		       : "memory", "cc");
	return was;
}

uint64_t
privileged(uint32_t leaf, uint16_t port)
{
	uint32_t a, b, c = 0, d;
	uint64_t f, cr;
	uint8_t in;

	__asm volatile("pushfq; popq %0\n\tcli" : "=r"(f) : : "memory");
	__asm volatile("cpuid"
		       : "=a"(a), "=b"(b), "+c"(c), "=d"(d)
		       : "0"(leaf));
	__asm volatile("inb %w1, %b0" : "=a"(in) : "Nd"(port));
	__asm volatile("outb %b0, $0x80" : : "a"(in));
	__asm volatile("mov %%cr0, %0" : "=r"(cr));
	__asm volatile("rdtsc" : "=a"(a), "=d"(d));
	__asm volatile("sti; hlt" ::: "memory");
	return f + a + b + c + d + cr;
}

void *
curcpu(void)
{
	void *p;

	__asm("movq %%gs:%c1, %0" : "=r"(p) : "i"(8));
	return p;
}

size_t
length(const char *s)
{
	size_t n = ~(size_t)0;

	__asm volatile("cld\n\trepne\n\tscasb"
		       : "+D"(s), "+c"(n)
		       : "a"(0)
		       : "memory", "cc");
	return ~n - 1;
}

void
fill(void *p, uint64_t v, size_t n)
{
	__asm volatile("rep stosq" : "+D"(p), "+c"(n) : "a"(v) : "memory");
}

int
loops(int n)
{
	__asm volatile("1:	decl %0	# count down; a comment\n"
		       "	jns	1b\n"
		       "	jmp	2f\n"
		       "2:"
		       : "+r"(n)
		       :
		       : "cc");
	return n;
}
