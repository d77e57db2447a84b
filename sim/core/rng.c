/*
 * rng.c: xoshiro256++ (rng.h).
 */
#include "core/rng.h"

__extension__ typedef unsigned __int128 wide;

/* splitmix64: well mixed numbers from a counter. */
static uint64_t
split(uint64_t *x)
{
	uint64_t z = *x += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Streams of one seed start at unrelated places, stream 0 at seed itself. */
void
rng_seed(struct rng *r, uint64_t seed, uint64_t stream)
{
	uint64_t x = seed, y = stream;

	if (stream != 0)
		x ^= split(&y);
	for (unsigned i = 0; i < 4; i++)
		r->s[i] = split(&x);
}

static uint64_t
rotl(uint64_t v, unsigned n)
{
	return v << n | v >> (64 - n);
}

uint64_t
rng_u64(struct rng *r)
{
	uint64_t *s = r->s;
	uint64_t out = rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return out;
}

/*
 * The upper half of a 128-bit product spreads 2^64 numbers over n results;
 * draws whose lower half lies in the incomplete part are drawn again.
 */
uint64_t
rng_below(struct rng *r, uint64_t n)
{
	uint64_t incomplete = -n % n;
	wide p;

	do {
		p = (wide)rng_u64(r) * n;
	} while ((uint64_t)p < incomplete);
	return (uint64_t)(p >> 64);
}
