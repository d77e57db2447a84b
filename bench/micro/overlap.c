/*
 * overlap.c: misses that overlap and misses that do not.
 *
 * A miss stalls the CPU at the first use of its value, or when 32 younger
 * instructions wait behind it; until then further misses may start, unless
 * their address comes from an outstanding one.  All lines come from DRAM, each
 * ring from a region of its own; a result is the time of one load.
 */
#include <micro.h>

#define PAGE_BYTES 4096u

static struct line *
ring(unsigned region)
{
	return chase_build(region, REGION_BYTES, PAGE_BYTES);
}

/* Keeps the compiler from reordering the loads of one round. */
#define KEEP(p) __asm__ volatile("" : "+r"(p))
#define HOP(p)       \
	p = p->next; \
	KEEP(p)

/* Four rings: four misses at a time. */
static uint64_t
independent(uint64_t n)
{
	struct line *p = ring(0), *q = ring(1), *r = ring(2), *s = ring(3);
	uint64_t t = tsc();

	do {
		R8(HOP(p); HOP(q); HOP(r); HOP(s);)
	} while (--n != 0);
	return tsc() - t;
}

/* One ring, the dependence led through arithmetic: one miss at a time. */
static uint64_t
dependent(uint64_t n)
{
	const struct line *p = ring(0);
	uint64_t x = 0x5a0, t = tsc();

	do
		__asm__ volatile(R32("mov (%0), %0\n\t"
				     "xor %1, %0\n\t"
				     "xor %1, %0\n\t")
				 : "+r"(p)
				 : "r"(x)
				 : "memory");
	while (--n != 0);
	return tsc() - t;
}

/* Two hops of one ring for one hop of two others: two times at most two. */
static uint64_t
mixed(uint64_t n)
{
	struct line *p = ring(0), *q = ring(1), *r = ring(2);
	uint64_t t = tsc();

	do {
		R8(HOP(p); HOP(q); HOP(p); HOP(r);)
	} while (--n != 0);
	return tsc() - t;
}

/*
 * Two rings, but 40 other instructions behind each load: when the second
 * load could start, the first one's value is there.
 */
static uint64_t
window(uint64_t n)
{
	struct line *p = ring(0), *q = ring(1);
	uint64_t t = tsc();

	do {
		R8(HOP(p); __asm__ volatile(R10("nop; nop; nop; nop\n\t"));
		    HOP(q); __asm__ volatile(R10("nop; nop; nop; nop\n\t"));)
	} while (--n != 0);
	return tsc() - t;
}

/*
 * Twelve walkers on one ring, far enough from each other never to meet, and
 * from its end, which the L2 still has.  There are fewer miss buffers.
 */
#define WALKERS 12u
#define APART   ((14u << 20) / WALKERS / PAGE_BYTES * PAGE_BYTES)

static uint64_t
many(uint64_t n)
{
	struct line *p[WALKERS];
	uint64_t t;

	(void)ring(0);
	for (unsigned i = 0; i < WALKERS; i++)
		p[i] = (struct line *)(micro_ram + i * APART);
	t = tsc();
	do {
		R8(HOP(p[0]); HOP(p[1]); HOP(p[2]); HOP(p[3]); HOP(p[4]);
		    HOP(p[5]); HOP(p[6]); HOP(p[7]); HOP(p[8]); HOP(p[9]);
		    HOP(p[10]); HOP(p[11]);)
	} while (--n != 0);
	return tsc() - t;
}

/*
 * 18 stores that miss, in one go, then work until all are done.  The lines
 * are too far apart for a prefetcher, and never come twice.
 */
#define BURST 18u
#define FAR   576u

static inline void
drain(void)
{
	__asm__ volatile(R100("imul %%rax, %%rax\n\timul %%rax, %%rax\n\t")
			 :
			 :
			 : "rax");
}

static uint64_t
store_burst(uint64_t n)
{
	unsigned char *p = micro_ram + REGION_BYTES;
	uint64_t rounds = n, with = tsc(), without;

	do {
		__asm__ volatile("" : "+r"(p));
		R8(*(volatile uint64_t *)p = 1; p += FAR;)
		R10(*(volatile uint64_t *)p = 1; p += FAR;)
		drain();
	} while (--n != 0);
	with = tsc() - with;
	without = tsc();
	do
		drain();
	while (--rounds != 0);
	without = tsc() - without;
	return with > without ? with - without : 0;
}

const struct bench overlap_group[] = {
	{ "overlap-independent", independent, 1000, 32, false, 0 },
	{ "overlap-dependent", dependent, 400, 32, false, 0 },
	{ "overlap-mixed", mixed, 1000, 32, false, 0 },
	{ "overlap-window", window, 1000, 16, false, 0 },
	{ "overlap-many", many, 1000, 8 * WALKERS, false, 0 },
	{ "store-burst", store_burst, 1000, BURST, true, 0 },
	{ 0 },
};
