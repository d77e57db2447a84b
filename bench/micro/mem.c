/*
 * mem.c: latency of loads by where the line is, measured by chasing pointers,
 * and of a load from a store that has not left the CPU yet.
 */
#include <micro.h>

#define PAGE_BYTES 4096u
#define MAX_GROUP  (96u << 10)

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

/* 32 n hops. */
static __attribute__((noinline)) uint64_t
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
	struct line *l = chase_build(0, 16 << 10, 16 << 10);

	chase(l, (16 << 10) / LINE_BYTES / 32);
	return chase(l, n);
}

static uint64_t
l2_hit(uint64_t n)
{
	struct line *l = chase_build(0, 96 << 10, 96 << 10);

	chase(l, (96 << 10) / LINE_BYTES / 32);
	return chase(l, n);
}

/* Building the ring leaves its end in L2; the chase begins at its start. */
static uint64_t
dram_in_page(uint64_t n)
{
	return chase(chase_build(0, REGION_BYTES, PAGE_BYTES), n);
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
	{ "l1-hit", l1_hit, 1000, 32, false },
	{ "l2-hit", l2_hit, 1000, 32, false },
	{ "dram-in-page", dram_in_page, 400, 32, false },
	{ "store-forward", store_forward, 1000, 100, false },
	{ 0 },
};
