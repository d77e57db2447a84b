/*
 * subr_cprng.c: cprng(9), without entropy: numbers that look random, and are
 * the same after each boot.  The boot property `seed' chooses which.  Nothing
 * here is a secret.  Any context.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/bootprop.h>
#include <sys/cprng.h>
#include <sys/systm.h>

#define CPRNG_STEP 0x9e3779b97f4a7c15UL

static volatile uint64_t cprng_state; /* a: the next number's counter */

/*
 * cprng_init: once, early in main().
 */
void
cprng_init(void)
{
	cprng_state = (uint64_t)sysctl_bootprop_quad("seed", 1) * CPRNG_STEP;
	srandom((unsigned long)cprng_state);
}

/* SplitMix64, as in lib/libkern/random.c. */
uint64_t
cprng_fast64(void)
{
	uint64_t z = atomic_add_64_nv(&cprng_state, (int64_t)CPRNG_STEP);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
	return z ^ (z >> 31);
}

uint32_t
cprng_fast32(void)
{
	return (uint32_t)(cprng_fast64() >> 32);
}

size_t
cprng_fast(void *p, size_t len)
{
	uint8_t *b = p;
	size_t i;

	for (i = 0; i < len; i++)
		b[i] = (uint8_t)cprng_fast32();
	return len;
}
