/*
 * sync.c: instructions that order memory or the pipeline, on a line the CPU
 * owns and with nothing pending.
 */
#include <micro.h>

static uint64_t word __attribute__((aligned(64)));

static uint64_t
lock_add(uint64_t n)
{
	uint64_t t = tsc();

	do
		__asm__ volatile(R100("lock addq $1, %0\n\t") : "+m"(word));
	while (--n != 0);
	return tsc() - t;
}

static uint64_t
xchg(uint64_t n)
{
	uint64_t x = 0, t = tsc();

	do
		__asm__ volatile(R100("xchg %0, %1\n\t") : "+r"(x), "+m"(word));
	while (--n != 0);
	return tsc() - t;
}

/* Always successful: 0 for 0. */
static uint64_t
lock_cmpxchg(uint64_t n)
{
	uint64_t t, old = 0;

	word = 0;
	t = tsc();
	do
		__asm__ volatile(R100("lock cmpxchg %2, %1\n\t")
				 : "+a"(old), "+m"(word)
				 : "r"(UINT64_C(0)));
	while (--n != 0);
	return tsc() - t;
}

/* Time of n rounds of 100 copies of an instruction that clobbers `...'. */
#define REPEATED(n, insn, ...)                                                 \
	({                                                                     \
		uint64_t t_ = tsc(), n_ = (n);                                 \
		do                                                             \
			__asm__ volatile(R100(insn "\n\t") : : : __VA_ARGS__); \
		while (--n_ != 0);                                             \
		tsc() - t_;                                                    \
	})

static uint64_t
mfence(uint64_t n)
{
	return REPEATED(n, "mfence", "memory");
}

static uint64_t
lfence(uint64_t n)
{
	return REPEATED(n, "lfence", "memory");
}

static uint64_t
sfence(uint64_t n)
{
	return REPEATED(n, "sfence", "memory");
}

static uint64_t
pause(uint64_t n)
{
	return REPEATED(n, "pause", "memory");
}

static uint64_t
rdtsc(uint64_t n)
{
	return REPEATED(n, "rdtsc", "eax", "edx");
}

const struct bench sync_group[] = {
	{ "lock-add", lock_add, 100, 100, false, 0 },
	{ "xchg", xchg, 100, 100, false, 0 },
	{ "lock-cmpxchg", lock_cmpxchg, 100, 100, false, 0 },
	{ "mfence", mfence, 100, 100, false, 0 },
	{ "lfence", lfence, 100, 100, false, 0 },
	{ "sfence", sfence, 100, 100, false, 0 },
	{ "pause", pause, 100, 100, false, 0 },
	{ "rdtsc", rdtsc, 100, 100, false, 0 },
	{ 0 },
};
