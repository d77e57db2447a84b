/*
 * rng.h: random numbers that are the same everywhere.
 *
 * Nothing else in the simulator may be random.  The generator is xoshiro256++
 * of Blackman and Vigna, its state filled by splitmix64 from a seed and a
 * stream number; every user takes a stream of its own, so that one drawing
 * more numbers leaves the others alone.  Not for secrets.
 */
#ifndef CORE_RNG_H
#define CORE_RNG_H

#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_seed(struct rng *, uint64_t seed, uint64_t stream);
uint64_t rng_u64(struct rng *);

/* Uniform in 0..n-1 without bias; n > 0. */
uint64_t rng_below(struct rng *, uint64_t n);

#endif
