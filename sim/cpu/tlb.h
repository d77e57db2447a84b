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
#define TLB_PIECE      0x80000000u

enum tlb_result { TLB_HIT = 0, TLB_MICRO_MISS = 1, TLB_WALK };

struct tlb {
	uint32_t
	    micro[TLB_MICRO]; /* page numbers + 1; TLB_PIECE: of a large one */
	uint32_t oldest;
	uint32_t small[TLB_SETS][TLB_WAYS]; /* MRU first */
	uint32_t large[TLB_LARGE_SETS][TLB_WAYS];
	uint8_t where[TLB_PAGES]; /* which of micro[] a page was in last */
};

/* What tlb_access() does about a page that is not in the micro-TLB. */
enum tlb_result tlb_replace(struct tlb *, uint32_t page, bool is_large);

/*
 * Is the 4 KB page (below TLB_PAGES) part of the large one that was last looked for in
 * its set of the DTLB?  Usually.
 */
static inline bool
tlb_is_recent(const struct tlb *t, uint32_t page)
{
	uint32_t big = page >> 9;

	return __builtin_expect(t->large[big % TLB_LARGE_SETS][0] == big + 1,
	    1);
}

/*
 * An access to a page for which that is so: nothing but the micro-TLB changes.  Whether
 * the page is in that is nothing that the host could foresee, so both cases go one way.
 */
static inline uint32_t
tlb_missed_recent(struct tlb *t, uint32_t page)
{
	uint32_t i = t->where[page];
	uint32_t piece = (page + 1) | TLB_PIECE, missed;

	missed = -(uint32_t)(t->micro[i] != piece); /* all ones, or 0 */
	i ^= (i ^ t->oldest) & missed;
	t->micro[i] = piece;
	t->where[page] = (uint8_t)i;
	t->oldest = (t->oldest - missed) % TLB_MICRO;
	return missed & 1;
}

/* An access to any page; `is_large': it is part of a 2 MB page. */
static inline enum tlb_result
tlb_access(struct tlb *t, uint32_t page, bool is_large)
{
	uint32_t there = t->micro[t->where[page]] | TLB_PIECE;

	if (tlb_is_recent(t, page))
		return tlb_missed_recent(t, page) ? TLB_MICRO_MISS : TLB_HIT;
	return there == ((page + 1) | TLB_PIECE)
	    ? TLB_HIT
	    : tlb_replace(t, page, is_large);
}

/*
 * Forget one page (INVLPG), of a large one all pieces; or forget all (a write
 * to CR3).
 */
void tlb_drop(struct tlb *, uint32_t page);
void tlb_clear(struct tlb *);

#endif
