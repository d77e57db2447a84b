/*
 * hash.c: bytes and the end of a stream (hash.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/hash.h"

void
hash_bytes(struct hash *h, const void *p, size_t n)
{
	const unsigned char *b = p;
	uint64_t w = 0;

	for (size_t i = 0; i < n; i++) {
		w |= (uint64_t)b[i] << i % 8 * 8;
		if (i % 8 == 7 || i + 1 == n) {
			hash_u64(h, w);
			w = 0;
		}
	}
	hash_u64(h, n);
}

void
hash_str(struct hash *h, const char *s)
{
	hash_bytes(h, s, strlen(s));
}

/* The last values reach all bits only here: xor-shifts and odd products. */
uint64_t
hash_value(const struct hash *h)
{
	uint64_t x = h->state + h->count * UINT64_C(0xd1342543de82ef95);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

const char *
hash_format(uint64_t value, char buf[HASH_TEXT])
{
	snprintf(buf, HASH_TEXT, "%016" PRIx64, value);
	return buf;
}
