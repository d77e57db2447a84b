/*
 * stream.c: streams of misses that go on (stream.h).
 */
#include <string.h>

#include "mem/stream.h"

#define NOWHERE 0x80000000u /* near no line */

void
stream_init(struct stream *st, uint32_t ahead)
{
	memset(st, 0, sizeof(*st));
	st->off = ahead == 0;
	for (int i = 0; i < STREAM_N; i++)
		st->s[i].page = st->s[i].last = NOWHERE;
}

/* The page that the next miss will be in expects it. */
static void
expect(struct stream *st, const struct stream_page *s)
{
	uint32_t page = (s->last + (uint32_t)s->step) / STREAM_PAGE;

	if (page == s->page)
		return;
	st->s[page % STREAM_N] = *s;
	st->s[page % STREAM_N].page = page;
}

unsigned
stream_advance(struct stream *st, uint32_t line, uint32_t ahead,
    uint32_t *first, int32_t *step)
{
	struct stream_page *s = &st->s[line / STREAM_PAGE % STREAM_N];
	int32_t sign = s->step > 0 ? 1 : -1, done;
	unsigned n = 0;

	s->last = line;
	/* Lines that are ahead; 1: none is. */
	done = s->known ? (int32_t)(s->next - line) * sign : 1;
	if (done < 1)
		done = 1;
	*step = sign;
	*first = line + (uint32_t)(done * sign);
	if (done <= (int32_t)ahead) {
		n = ahead + 1 - (uint32_t)done;
		done = (int32_t)ahead + 1;
	}
	s->known = true;
	s->next = line + (uint32_t)(done * sign);
	expect(st, s);
	return n;
}
