/*
 * stream.c: recognise streams of misses (stream.h).
 */
#include <stdlib.h>
#include <string.h>

#include "mem/stream.h"

#define NOWHERE 0x80000000u /* near no line */

void
stream_init(struct stream *st)
{
	memset(st, 0, sizeof(*st));
	for (int i = 0; i < STREAM_N; i++)
		st->s[i].last = NOWHERE;
}

/* The stream of the line's page, or one that comes across to it, or none. */
static int
find(struct stream *st, uint32_t line)
{
	int i;

	for (i = 0; i < STREAM_N; i++)
		if (st->s[i].last / STREAM_PAGE == line / STREAM_PAGE ||
		    (st->s[i].same >= 2 &&
			line == st->s[i].last + (uint32_t)st->s[i].step))
			return i;
	i = (int)st->victim;
	st->victim = (st->victim + 1) % STREAM_N;
	st->s[i].last = line;
	st->s[i].step = 0;
	st->s[i].same = 0;
	return -1;
}

unsigned
stream_miss(struct stream *st, uint32_t line, uint32_t ahead, uint32_t *first,
    int32_t *step)
{
	int i = find(st, line);
	int32_t d, sign, done;

	if (i < 0 || line == st->s[i].last)
		return 0;
	d = (int32_t)(line - st->s[i].last);
	sign = d > 0 ? 1 : -1;
	st->s[i].last = line;
	if (d != st->s[i].step || abs(d) > STREAM_STEP) {
		st->s[i].step = d;
		st->s[i].same = 1;
		return 0;
	}
	if (st->s[i].same < 2) {
		st->s[i].same = 2;
		st->s[i].next = line + (uint32_t)sign;
	}
	*step = sign;
	done = (int32_t)(st->s[i].next - line) * sign; /* 1: none is ahead */
	if (done < 1) {
		st->s[i].next = line + (uint32_t)sign;
		done = 1;
	}
	*first = st->s[i].next;
	if (done > (int32_t)ahead)
		return 0;
	st->s[i].next = line + (uint32_t)sign * (ahead + 1);
	return ahead + 1 - (uint32_t)done;
}
