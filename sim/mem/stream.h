/*
 * stream.h: the prefetcher of a core: recognises streams of misses.
 *
 * Three misses of a page at equal distances of at most 4 lines (two equal
 * steps: the third miss is the first that asks for anything) make a stream;
 * from then on all lines in its direction are asked for, up to a fixed number
 * ahead of the last miss, also beyond the page's end.  There the stream goes
 * on when its next miss is one step further; any other miss of a new page
 * begins anew.  A miss of the same line again changes nothing.
 * (Measured: 30 cycles a line whatever the stride up to 256 bytes, which is a
 * memory latency for every 8 lines; no help from 512 on.)
 */
#ifndef MEM_STREAM_H
#define MEM_STREAM_H

#include <stdint.h>

#define STREAM_N    8  /* streams known at a time */
#define STREAM_STEP 4  /* lines between two misses at the most */
#define STREAM_PAGE 64 /* lines of a page */

struct stream {
	uint32_t page[STREAM_N];   /* of the last miss */
	uint32_t across[STREAM_N]; /* line that would go on in another page */
	struct {
		uint32_t last; /* line of the last miss */
		int32_t step;  /* to it from the one before */
		uint32_t next; /* first line not asked for yet */
		uint8_t same;  /* steps in a row that were equal */
	} s[STREAM_N];
	unsigned victim;
};

void stream_init(struct stream *);

/*
 * A miss of this line.  Returns how many lines to ask for, from *first on in
 * direction *step (+1 or -1), when the stream may be `ahead' lines ahead.
 */
unsigned stream_miss(struct stream *, uint32_t line, uint32_t ahead,
    uint32_t *first, int32_t *step);

#endif
