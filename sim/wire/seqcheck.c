/*
 * seqcheck.c: a window over numbers (seqcheck.h).
 */
#include "wire/seqcheck.h"

/* Numbers 64 w to 64 w + 63 leave the window. */
static void
leave(struct seqcheck *s, uint64_t w)
{
	uint64_t *bits = &s->bits[w % SEQCHECK_WORDS];

	s->drop += (uint64_t)__builtin_popcountll(~*bits);
	*bits = 0;
}

/* The window's last word is to be w. */
static void
move(struct seqcheck *s, uint64_t w)
{
	while (s->word < w) {
		s->word++;
		if (s->word >= SEQCHECK_WORDS)
			leave(s, s->word - SEQCHECK_WORDS);
	}
}

/* Of all numbers with these lower 32 bits the one nearest to the last; may be below 0. */
static int64_t
extend(const struct seqcheck *s, uint32_t number)
{
	return (int64_t)s->last + (int32_t)(number - (uint32_t)s->last);
}

void
seqcheck_take(struct seqcheck *s, uint32_t number)
{
	const int64_t n = extend(s, number);
	const uint64_t bit = UINT64_C(1) << (number % 64);
	uint64_t *bits;

	s->rx++;
	if (n < (int64_t)s->last)
		s->reorder++;
	if (n >= 0)
		s->last = (uint64_t)n;
	if (n < 0 || (uint64_t)n / 64 + SEQCHECK_WORDS <= s->word) {
		s->outofrange++;
		return;
	}
	move(s, (uint64_t)n / 64);
	bits = &s->bits[(uint64_t)n / 64 % SEQCHECK_WORDS];
	if ((*bits & bit) != 0)
		s->dup++;
	*bits |= bit;
}

void
seqcheck_end(struct seqcheck *s, uint64_t n)
{
	uint64_t first;

	if (n == 0)
		return;
	move(s, (n - 1) / 64);
	first = s->word < SEQCHECK_WORDS ? 0 : s->word - SEQCHECK_WORDS + 1;
	for (uint64_t w = first; w <= s->word && 64 * w < n; w++) {
		const uint64_t here = n - 64 * w;
		const uint64_t sent = here >= 64 ? UINT64_MAX
						 : (UINT64_C(1) << here) - 1;

		s->drop += (uint64_t)
		    __builtin_popcountll(~s->bits[w % SEQCHECK_WORDS] & sent);
	}
}

void
seqcheck_add(struct seqcheck *sum, const struct seqcheck *one)
{
	sum->rx += one->rx;
	sum->drop += one->drop;
	sum->dup += one->dup;
	sum->reorder += one->reorder;
	sum->outofrange += one->outofrange;
}
