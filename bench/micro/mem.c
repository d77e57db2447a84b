/*
 * mem.c: latency of loads by where the line is, measured by chasing pointers,
 * and of a load from a store that has not left the CPU yet.
 */
#include <micro.h>

#define PAGE_BYTES 4096u
#define MAX_GROUP  (96u << 10)
#define SMALL      SMALL_PAGES

struct line *
chase_build(unsigned region, uint64_t bytes, uint64_t group_bytes)
{
	static uint16_t order[MAX_GROUP / LINE_BYTES];
	struct line *first = (struct line *)(micro_ram + region * REGION_BYTES);
	uint64_t per = group_bytes / LINE_BYTES,
		 x = 88172645463325252u + region;
	struct line *last = NULL, *head = NULL;

	for (uint64_t g = 0; g < bytes / group_bytes; g++) {
		for (uint64_t i = 0; i < per; i++) {
			uint64_t j = (x = random_next(x)) % (i + 1);
			order[i] = order[j];
			order[j] = (uint16_t)i;
		}
		for (uint64_t i = 0; i < per; i++) {
			struct line *l = &first[g * per + order[i]];
			l->payload = x = random_next(x);
			if (last != NULL)
				last->next = l;
			else
				head = l;
			last = l;
		}
	}
	last->next = head;
	return head;
}

__attribute__((noinline)) uint64_t
chase(const struct line *l, uint64_t n)
{
	uint64_t t = tsc();

	do {
		R32(l = l->next;)
		__asm__ volatile("" : "+r"(l));
	} while (--n != 0);
	return tsc() - t;
}

static uint64_t
l1_hit(uint64_t n)
{
	struct line *l = chase_build(SMALL, 16 << 10, 16 << 10);

	chase(l, (16 << 10) / LINE_BYTES / 32);
	return chase(l, n);
}

static uint64_t
l2_hit(uint64_t n)
{
	struct line *l = chase_build(SMALL, 96 << 10, 96 << 10);

	chase(l, (96 << 10) / LINE_BYTES / 32);
	return chase(l, n);
}

/* Building the ring leaves its end in L2; the chase begins at its start. */
static uint64_t
dram_in_page(uint64_t n)
{
	return chase(chase_build(SMALL, REGION_BYTES, PAGE_BYTES), n);
}

/* A ring of `n' lines, `stride' bytes apart, in order of address. */
static struct line *
strided(uint64_t n, uint64_t stride)
{
	unsigned char *base = micro_ram + SMALL * REGION_BYTES;

	for (uint64_t i = 0; i < n; i++)
		((struct line *)(base + i * stride))
		    ->next = (struct line *)(base + (i + 1) % n * stride);
	return (struct line *)base;
}

/*
 * One line of each of 64 pages: twice what the micro-TLB has, half of the
 * DTLB, all in one set of the L1D and in 16 of the L2.
 */
static uint64_t
utlb_miss(uint64_t n)
{
	struct line *l = strided(64, PAGE_BYTES);

	chase(l, 4);
	return chase(l, n);
}

/* The same with 192 pages: one and a half times the DTLB, 12 ways of the L2. */
static uint64_t
dtlb_miss(uint64_t n)
{
	struct line *l = strided(192, PAGE_BYTES);

	chase(l, 12);
	return chase(l, n);
}

/* All first lines of the region's pages, then all second ones and so on. */
static uint64_t
dram_dtlb_miss(uint64_t n)
{
	unsigned char *base = micro_ram + SMALL * REGION_BYTES;
	const uint64_t pages = REGION_BYTES / PAGE_BYTES, lines = 8 * pages;

	for (uint64_t i = 0; i < lines; i++) {
		uint64_t k = (i + 1) % lines;
		((struct line *)(base + i % pages * PAGE_BYTES +
		     i / pages * 512))
		    ->next = (struct line *)(base + k % pages * PAGE_BYTES +
		    k / pages * 512);
	}
	return chase((struct line *)base, n);
}

/* All four small-page regions, 64 MB, in the order of a full-period LCG. */
static uint64_t
dram_random(uint64_t n)
{
	struct line *base = (struct line *)(micro_ram + SMALL * REGION_BYTES);
	const uint64_t lines = 4 * REGION_BYTES / LINE_BYTES;

	for (uint64_t i = 0; i < lines; i++)
		base[i].next = &base[(i * 1664525 + 1013904223) % lines];
	return chase(base, n);
}

static uint64_t
stride(uint64_t n, uint64_t bytes)
{
	struct line *l = strided(REGION_BYTES / bytes, bytes);

	return chase(l, n);
}

static uint64_t
stride_64(uint64_t n)
{
	return stride(n, 64);
}

static uint64_t
stride_128(uint64_t n)
{
	return stride(n, 128);
}

static uint64_t
stride_256(uint64_t n)
{
	return stride(n, 256);
}

static uint64_t
stride_512(uint64_t n)
{
	return stride(n, 512);
}

/* A chase over 1.25 MB in an order that repeats: what the L2 has not is out. */
static uint64_t
l2_capacity(uint64_t n)
{
	struct line *l = chase_build(0, 1280 << 10, PAGE_BYTES);

	chase(l, (1280 << 10) / LINE_BYTES / 32);
	return chase(l, n);
}

static uint64_t
store_forward(uint64_t n)
{
	uint64_t *word = (uint64_t *)micro_ram, t = tsc();

	do
		__asm__ volatile(R100("addq $1, %0\n\t") : "+m"(*word));
	while (--n != 0);
	return tsc() - t;
}

const struct bench mem_group[] = {
	{ "l1-hit", l1_hit, 1000, 32, false, 0 },
	{ "l2-hit", l2_hit, 1000, 32, false, 0 },
	{ "utlb-miss", utlb_miss, 1000, 32, false, 0 },
	{ "dtlb-miss", dtlb_miss, 1000, 32, false, 0 },
	{ "dram-in-page", dram_in_page, 400, 32, false, 0 },
	{ "dram-dtlb-miss", dram_dtlb_miss, 400, 32, false, 0 },
	{ "dram-random", dram_random, 400, 32, false, 0 },
	{ "stride-64", stride_64, 400, 32, false, 0 },
	{ "stride-128", stride_128, 400, 32, false, 0 },
	{ "stride-256", stride_256, 400, 32, false, 0 },
	{ "stride-512", stride_512, 400, 32, false, 0 },
	{ "l2-capacity", l2_capacity, 1000, 32, false, 0 },
	{ "store-forward", store_forward, 1000, 100, false, 0 },
	{ 0 },
};
