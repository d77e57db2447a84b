/*
 * tlb.h: the data TLBs of a core (facts/c2758.md 1, 4).
 *
 *	micro-TLB	32 pages of 4 KB; a large page counts as its pieces
 *	DTLB		128 pages of 4 KB, 4 ways, least recently used out
 *	large DTLB	16 pages of 2 MB, 4 ways, same
 *
 * What the micro-TLB replaces is not published; the oldest, here, so that a
 * hit changes nothing.  The page table walk has a fixed cost: its entries are
 * taken to be in the caches.  Translations are looked for by accesses that
 * miss the L1D (docs/CAVEATS.md).
 */
#ifndef CPU_TLB_H
#define CPU_TLB_H

#include <stdbool.h>
#include <stdint.h>

#define TLB_MICRO      32
#define TLB_PAGES      (1u << 19) /* of the low 2 GB */
#define TLB_SETS       32
#define TLB_WAYS       4
#define TLB_LARGE_SETS 4

enum tlb_result { TLB_HIT, TLB_MICRO_MISS, TLB_WALK };

struct tlb {
	uint32_t micro[TLB_MICRO]; /* page numbers + 1 */
	unsigned oldest;
	uint32_t pieces; /* bit i: micro[i] is part of a large page */
	uint32_t small[TLB_SETS][TLB_WAYS]; /* MRU first */
	uint32_t large[TLB_LARGE_SETS][TLB_WAYS];
	uint8_t where[TLB_PAGES]; /* which of micro[] a page was in last */
};

/* What tlb_access() does about a page that is not in the micro-TLB. */
enum tlb_result tlb_replace(struct tlb *, uint32_t page, bool is_large);

/*
 * An access to the 4 KB page (below TLB_PAGES); `is_large': it is part of a
 * 2 MB page.
 */
static inline enum tlb_result
tlb_access(struct tlb *t, uint32_t page, bool is_large)
{
	if (t->micro[t->where[page]] == page + 1)
		return TLB_HIT;
	return tlb_replace(t, page, is_large);
}

/*
 * Forget one page (INVLPG), of a large one all pieces; or forget all (a write
 * to CR3).
 */
void tlb_drop(struct tlb *, uint32_t page);
void tlb_clear(struct tlb *);

#endif
