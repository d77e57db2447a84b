/*
 * hash.h: 64-bit hash of a stream of values, for traces and configurations.
 *
 * The result depends on the values and their order alone: not on the byte
 * order or the word size of the host, not on addresses.  Each step is one to
 * one, so two streams of equal length that differ in one value never agree.
 * Against accidents, not against malice.  Callable from anywhere.
 */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash {
	uint64_t state;
	uint64_t count; /* values taken */
};

#define HASH_INIT                               \
	{                                       \
		UINT64_C(0x52616e67656c6579), 0 \
	}

static inline void
hash_u64(struct hash *h, uint64_t v)
{
	uint64_t x = (h->state ^ v) * UINT64_C(0x9e3779b97f4a7c15);

	h->state = x ^ x >> 32;
	h->count++;
}

/* n bytes, then n itself: neighbouring strings cannot run together. */
void hash_bytes(struct hash *, const void *, size_t n);
void hash_str(struct hash *, const char *);

/* The hash so far; the stream may go on. */
uint64_t hash_value(const struct hash *);

#define HASH_TEXT 17
/* Sixteen hexadecimal digits into buf; returns buf. */
const char *hash_format(uint64_t value, char buf[HASH_TEXT]);

#endif
