/*
 * tlb.c: the data TLBs (tlb.h).  Entries are page numbers plus one; 0 is
 * empty.
 */
#include <stddef.h>
#include <string.h>

#include "cpu/tlb.h"

void
tlb_clear(struct tlb *t)
{
	/* What where[] says is looked at together with micro[] only. */
	memset(t, 0, offsetof(struct tlb, where));
}

/* Look in a set, most recently used first; the page is there afterwards. */
static bool
set_access(uint32_t *way, uint32_t entry)
{
	bool hit = true;
	int i = 0;

	while (i < TLB_WAYS && way[i] != entry)
		i++;
	if (i == TLB_WAYS) {
		hit = false;
		i--;
	}
	for (; i > 0; i--)
		way[i] = way[i - 1];
	way[0] = entry;
	return hit;
}

static bool
second_level(struct tlb *t, uint32_t page, bool is_large)
{
	uint32_t big = page >> 9;

	if (is_large)
		return set_access(t->large[big % TLB_LARGE_SETS], big + 1);
	return set_access(t->small[page % TLB_SETS], page + 1);
}

enum tlb_result
tlb_replace(struct tlb *t, uint32_t page, bool is_large)
{
	unsigned i = t->oldest;

	t->micro[i] = (page + 1) | (is_large ? TLB_PIECE : 0);
	t->where[page] = (uint8_t)i;
	t->oldest = (i + 1) % TLB_MICRO;
	return second_level(t, page, is_large) ? TLB_MICRO_MISS : TLB_WALK;
}

/* The ways behind move up: the last one is the next to be used. */
static void
set_drop(uint32_t *way, uint32_t entry)
{
	int i = 0;

	while (i < TLB_WAYS && way[i] != entry)
		i++;
	if (i == TLB_WAYS)
		return;
	for (; i < TLB_WAYS - 1; i++)
		way[i] = way[i + 1];
	way[i] = 0;
}

void
tlb_drop(struct tlb *t, uint32_t page)
{
	uint32_t big = page >> 9;

	for (int i = 0; i < TLB_MICRO; i++) {
		uint32_t other = (t->micro[i] & ~TLB_PIECE) - 1;

		if (other == page ||
		    ((t->micro[i] & TLB_PIECE) != 0 && other >> 9 == big))
			t->micro[i] = 0;
	}
	set_drop(t->small[page % TLB_SETS], page + 1);
	set_drop(t->large[big % TLB_LARGE_SETS], big + 1);
}
