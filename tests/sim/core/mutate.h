/*
 * mutate.h: a text changed at random, as fuzzers of INI files want it.
 */
#ifndef TESTS_MUTATE_H
#define TESTS_MUTATE_H

#include <string.h>

#include "core/rng.h"

#define CASE_MAX 16384 /* bytes of a mutated file */

/* Replace del bytes at pos by ins[0..n). */
static inline void
splice(char *buf, size_t *len, size_t pos, size_t del, const char *ins,
    size_t n)
{
	if (pos > *len)
		pos = *len;
	if (del > *len - pos)
		del = *len - pos;
	if (*len - del + n > CASE_MAX)
		return;
	memmove(buf + pos + n, buf + pos + del, *len - pos - del);
	memcpy(buf + pos, ins, n);
	*len = *len - del + n;
}

static inline void
mutate(struct rng *r, char *buf, size_t *len)
{
	static const char *const words[] = { "cyc", "KiB", "14", "0", "..",
		"\"", "[", "]", "=", "\n", " ", "\t", ";", "estimate", "set",
		"99999999999999999999", "l2", ".", "-", "\xc3\xa9", "#",
		"specified", "1us", "\r\n", "hit = " };
	size_t pos = rng_below(r, *len + 1), n = rng_below(r, 40);
	const char *w = words[rng_below(r, sizeof(words) / sizeof(words[0]))];
	char byte = (char)rng_u64(r), copy[40];

	switch (rng_below(r, 6)) {
	case 0:
		splice(buf, len, pos, 1, &byte, 1);
		break;
	case 1:
		splice(buf, len, pos, n, "", 0);
		break;
	case 2:
		splice(buf, len, pos, 0, w, strlen(w));
		break;
	case 3:
		splice(buf, len, pos, strlen(w), w, strlen(w));
		break;
	case 4:
		byte = (char)('0' + rng_below(r, 10));
		while (pos < *len && (buf[pos] < '0' || buf[pos] > '9'))
			pos++;
		splice(buf, len, pos, 1, &byte, 1);
		break;
	case 5:
		n = pos + n > *len ? *len - pos : n;
		memcpy(copy, buf + pos, n);
		splice(buf, len, rng_below(r, *len + 1), 0, copy, n);
		break;
	}
}

/* One to four changes. */
static inline void
mutate_some(struct rng *r, char *buf, size_t *len)
{
	for (uint64_t i = rng_below(r, 4); i < 4; i++)
		mutate(r, buf, len);
}

#endif
