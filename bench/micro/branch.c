/*
 * branch.c: what an unpredictable branch costs more than a predictable one.
 *
 * Both runs execute the same instructions; a mask decides whether the branch
 * sees random bits or zeros.  The branch leads to the next instruction either
 * way, so that only the prediction differs.  A random bit is predicted
 * wrongly half of the time: the number of operations is half of the
 * branches.
 */
#include <micro.h>

#define BRANCH(bits, mask)                      \
	__asm__ volatile("test %0, %1\n\t"      \
			 "jz 1f\n"              \
			 "1:"                   \
			 :                      \
			 : "r"(bits), "r"(mask) \
			 : "cc")

/* 2 n branches. */
static __attribute__((noinline)) uint64_t
branches(uint64_t n, uint64_t mask)
{
	uint64_t x = 88172645463325252u, t = tsc();

	do {
		x = random_next(x);
		BRANCH(x, mask);
		x = random_next(x);
		BRANCH(x, mask);
	} while (--n != 0);
	return tsc() - t;
}

static uint64_t
mispredict(uint64_t n)
{
	uint64_t bad = branches(n, 1), good = branches(n, 0);

	return bad > good ? bad - good : 0;
}

/*
 * n lines from L2, and a branch on what each brings, mixed with a random
 * sequence, since the ring comes round often enough to be learnt.
 */
static __attribute__((noinline)) uint64_t
miss_branches(const struct line *l, uint64_t n, uint64_t mask)
{
	uint64_t x = 88172645463325252u, t = tsc();

	do {
		uint64_t bits = l->payload;
		__asm__ volatile("" : "+r"(bits));
		x = random_next(x);
		__asm__ volatile("" : "+r"(x));
		BRANCH(bits ^ x, mask);
		l = l->next;
	} while (--n != 0);
	return tsc() - t;
}

/*
 * The branch waits for a line from L2.  The wrong path cannot be left before
 * the value has come, so the penalty adds to the miss.
 */
static uint64_t
mispredict_miss(uint64_t n)
{
	struct line *l = chase_build(0, 96 << 10, 96 << 10);

	miss_branches(l, (96 << 10) / LINE_BYTES, 0);
	return miss_branches(l, n, 1);
}

const struct bench branch_group[] = {
	{ "mispredict", mispredict, 50000, 1, true, 0 },
	{ "mispredict-miss", mispredict_miss, 60000, 1, false, 0 },
	{ 0 },
};
