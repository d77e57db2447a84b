/*
 * random.c: numbers that look random and are the same in each run.
 *
 * SplitMix64 (Steele, Lea, Flood, 2014): a counter that is scrambled.  Each
 * call takes its number by one atomic addition, so that no two CPUs draw the
 * same one; which CPU draws which is the order in which they come.
 *
 * Any context.
 */
#include <sys/param.h>
#include <sys/atomic.h>

#include <lib/libkern/libkern.h>

#define RANDOM_STEP 0x9e3779b97f4a7c15UL

static volatile uint64_t random_state;

/*
 * random: 31 bits.
 */
u_long
random(void)
{
	uint64_t z = atomic_add_64_nv(&random_state, (int64_t)RANDOM_STEP);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
	return (z ^ (z >> 31)) >> 33;
}

/*
 * srandom: begin anew.
 */
void
srandom(unsigned long seed)
{
	random_state = seed;
}
