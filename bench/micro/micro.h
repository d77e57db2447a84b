/*
 * micro.h: shared by the microbenchmarks.
 *
 * A benchmark is a function that executes rounds * ops operations and returns
 * the TSC cycles they took.  main.c runs those of each group and reports the
 * total, less that of an empty loop of as many rounds, through the seam.
 */
#ifndef MICRO_H
#define MICRO_H

#include <stdbool.h>

#include <seam.h>

struct bench {
	const char *name; /* as in bench/micro.csv */
	uint64_t (*run)(uint64_t rounds);
	uint64_t rounds;
	uint64_t ops; /* operations in a round */
	bool net;     /* run() has subtracted its own overhead */
	uint32_t cpu; /* the last CPU that it uses */
};

/* One table for each group; the last entry has no name. */
extern const struct bench alu_group[], sync_group[], mem_group[],
    branch_group[], overlap_group[], share_group[], io_group[], intr_group[],
    string_group[];

/* One cache line of a pointer chase. */
struct line {
	struct line *next;
	uint64_t payload; /* random bits */
	uint64_t pad[6];
};
#define LINE_BYTES sizeof(struct line)

/*
 * Free RAM of the machine, divided into regions.  The first four are mapped
 * by large pages, the next four by small ones, as the programs were that the
 * figures of bench/micro.csv come from.
 */
extern unsigned char *micro_ram;
#define REGION_BYTES (UINT64_C(16) << 20) /* far over L2 */
#define SMALL_PAGES  4                    /* first region with them */
#define NREGION      8

/*
 * Link the lines of region into a ring of `bytes': each group of
 * group_bytes in random order, groups in order of address.
 */
struct line *chase_build(unsigned region, uint64_t bytes, uint64_t group_bytes);

/* 32 n hops along a ring. */
uint64_t chase(const struct line *, uint64_t n);

/* Start fn(arg) on an idle CPU; wait until it has returned. */
void cpu_run(unsigned cpu, void (*fn)(void *), void *arg);
void cpu_wait(unsigned cpu);

/* End the run with this code and message. */
void micro_fail(int code, const char *why);

/* Wait until `n' CPUs have come here; each CPU keeps its own `turn'. */
struct barrier {
	volatile uint32_t come __attribute__((aligned(64)));
};
void barrier_wait(struct barrier *, uint32_t n, uint32_t *turn);

/* xorshift64: the next value of a random sequence. */
static inline uint64_t
random_next(uint64_t x)
{
	x ^= x << 13;
	x ^= x >> 7;
	return x ^ (x << 17);
}

/* The TSC, once everything before it is done. */
static inline uint64_t
tsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

/* Repetition of a string or of statements. */
#define R2(x)   x x
#define R8(x)   R2(x) R2(x) R2(x) R2(x)
#define R10(x)  R8(x) R2(x)
#define R32(x)  R8(x) R8(x) R8(x) R8(x)
#define R100(x) R10(R10(x))

#endif
