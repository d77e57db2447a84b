/*
 * torture.c: runs each case of torture_asm.S from random states and reports
 * a hash of what it leaves behind.  The sums of the plain program and of one
 * with hooks are equal, or a hook changed what it must not.
 */
#include <seam.h>

#define CASES(X)       \
	X(bit_strings) \
	X(carry_chain) \
	X(loops)       \
	X(locked)      \
	X(high_bytes)  \
	X(segment)     \
	X(strings_up)  \
	X(strings_down) X(stack) X(calls) X(table) X(misc)

enum { TRIALS = 400, NREG = 17, ARENA = 96 * 1024, MARGIN = 8192 };
enum { R_AX, R_CX, R_DX, R_BX, R_SI = 6, R_DI = 7, R_FLAGS = 16 };
#define FLAGS 0x8c5u /* CF PF ZF SF OF */

uint64_t torture_in[NREG], torture_out[NREG];
static uint64_t arena[ARENA / 8];
static uint64_t seed = 88172645463325252u;

#define DECLARE(name) void torture_##name(void);
CASES(DECLARE)

#define ENTRY(name) { #name, torture_##name },
static const struct {
	const char *name;
	void (*run)(void);
} cases[] = { CASES(ENTRY) };

static uint64_t
next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Somewhere in the arena, far from its ends; lines are crossed at times. */
static uint64_t
pointer(void)
{
	return (uintptr_t)arena + MARGIN + next() % (ARENA - 2 * MARGIN);
}

static uint64_t
hash(uint64_t h, const uint64_t *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		h = ((h ^ p[i]) * 0x100000001b3u) ^ h >> 29;
	return h;
}

static uint64_t
trial(void (*run)(void), uint64_t h)
{
	for (unsigned i = 0; i < NREG; i++)
		torture_in[i] = next();
	torture_in[R_BX] = pointer();
	torture_in[R_SI] = pointer();
	torture_in[R_DI] = pointer();
	torture_in[8] &= 0xff8;
	torture_in[10] &= 0x7ff;
	torture_in[R_FLAGS] &= FLAGS;
	run();
	torture_out[R_FLAGS] &= FLAGS;
	return hash(h, torture_out, NREG);
}

/*
 * A function of its own convention, called from inline assembly: the compiler
 * keeps values in registers that a call would not.
 */
static __attribute__((noinline)) uint64_t
asm_call(const uint64_t *p, uint64_t *counters)
{
	uint64_t a = p[0], b = p[1], c = p[2], d = p[3], e = p[4], f = p[5],
		 g = p[6], h = p[7], i = p[8];

	__asm volatile("call torture_keeps" : : "D"(counters) : "memory");
	return a ^ (b << 1) ^ (c << 2) ^ (d << 3) ^ (e << 4) ^ (f << 5) ^
	    (g << 6) ^ (h << 7) ^ (i << 8);
}

static void
torture_c(void)
{
	uint64_t h = 0;

	for (unsigned t = 0; t < TRIALS; t++) {
		uint64_t v = asm_call(arena + next() % 4096, arena);

		h = hash(h, &v, 1);
	}
	seam_result("asm_call", TRIALS, h >> 16);
}

static void
torture_boot(const struct seam_boot *sb)
{
	(void)sb;
	for (unsigned c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		uint64_t h = 0;

		for (unsigned i = 0; i < ARENA / 8; i++)
			arena[i] = next();
		for (unsigned t = 0; t < TRIALS; t++)
			h = trial(cases[c].run, h);
		h = hash(h, arena, ARENA / 8);
		seam_result(cases[c].name, TRIALS, h >> 16);
	}
	torture_c();
}

SEAM_IMAGE("torture", .boot = torture_boot);
