/*
 * stream.h: the prefetcher of a core: recognises streams of misses of its L2.
 *
 * Three misses of a page at equal distances of at most 4 lines (two equal
 * steps: the third miss is the first that asks for anything) make a stream;
 * from then on all lines in its direction are asked for, up to a fixed number
 * ahead of the last miss, also beyond the page's end.  There the stream is
 * expected: it goes on when the next page's first miss is one step further.
 * A miss of the same line again changes nothing.
 * (Measured: 30 cycles a line whatever the stride up to 256 bytes, which is a
 * memory latency for every 8 lines; no help from 512 on.  How many streams
 * are known and what one replaces is not published: sixteen, each page has
 * its place.)
 */
#ifndef MEM_STREAM_H
#define MEM_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#define STREAM_N    16 /* streams known at a time */
#define STREAM_STEP 4  /* lines between two misses at the most */
#define STREAM_PAGE 64 /* lines of a page */

struct stream {
	struct stream_page {
		uint32_t page;
		uint32_t last; /* line of the last miss */
		int32_t step;  /* to it from the one before; 0 none */
		uint32_t next; /* of a stream: first line not asked for */
		bool known;    /* it is a stream: next is true */
	} s[STREAM_N];
	bool off;
};

/* A prefetcher that is `ahead' lines ahead; 0: none. */
void stream_init(struct stream *, uint32_t ahead);

/*
 * A miss of this line.  True: it is part of a stream, stream_advance() is to
 * be called.  Whether the page is known is nothing that the host could foresee:
 * both cases go one way.
 */
static inline bool
stream_miss(struct stream *st, uint32_t line)
{
	uint32_t page = line / STREAM_PAGE;
	struct stream_page *s = &st->s[page % STREAM_N];
	int32_t known = -(int32_t)(s->page == page);
	int32_t d = (int32_t)(line - s->last) & known;

	if (__builtin_expect(d == s->step && d != 0, 0) &&
	    (uint32_t)(d + STREAM_STEP) <= 2 * STREAM_STEP && !st->off)
		return true;
	if (__builtin_expect((d | ~known) == 0, 0))
		return false;
	s->page = page;
	s->last = line;
	s->step = d;
	s->known = false;
	return false;
}

/*
 * Returns how many lines to ask for, from *first on in direction *step (+1 or
 * -1), so that the stream is `ahead' lines ahead.
 */
unsigned stream_advance(struct stream *, uint32_t line, uint32_t ahead,
    uint32_t *first, int32_t *step);

#endif
