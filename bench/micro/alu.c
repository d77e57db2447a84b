/*
 * alu.c: latency of arithmetic: chains in which each instruction needs the
 * result of the one before.
 */
#include <micro.h>

static uint64_t
alu(uint64_t n)
{
	uint64_t x = 1, t = tsc();

	do
		__asm__ volatile(R100("add %1, %0\n\t") : "+r"(x) : "r"(t));
	while (--n != 0);
	return tsc() - t;
}

static uint64_t
imul64(uint64_t n)
{
	uint64_t x = 3, t = tsc();

	do
		__asm__ volatile(R100("imul %1, %0\n\t") : "+r"(x) : "r"(t));
	while (--n != 0);
	return tsc() - t;
}

/* The dividend's upper half is 0, the divisor 1: the value stays. */
static uint64_t
div32(uint64_t n)
{
	uint32_t x = 0x12345678, one = 1;
	uint64_t t = tsc();

	do
		__asm__ volatile(R10("xor %%edx, %%edx\n\tdiv %1\n\t")
				 : "+a"(x)
				 : "r"(one)
				 : "edx");
	while (--n != 0);
	return tsc() - t;
}

static uint64_t
div64(uint64_t n)
{
	uint64_t x = UINT64_C(0x123456789abcdef), one = 1, t = tsc();

	do
		__asm__ volatile(R10("xor %%edx, %%edx\n\tdiv %1\n\t")
				 : "+a"(x)
				 : "r"(one)
				 : "rdx");
	while (--n != 0);
	return tsc() - t;
}

static uint64_t
cmov(uint64_t n)
{
	uint64_t x = 1, t = tsc();

	do
		__asm__ volatile("test %1, %1\n\t" R100("cmovnz %1, %0\n\t")
				 : "+r"(x)
				 : "r"(t));
	while (--n != 0);
	return tsc() - t;
}

static uint64_t
bsf(uint64_t n)
{
	uint64_t x = UINT64_C(1) << 63, t = tsc();

	do
		__asm__ volatile(R100("bsf %0, %0\n\t") : "+r"(x));
	while (--n != 0);
	return tsc() - t;
}

/*
 * 200 instructions in one block, some dependent and some not, loads and
 * stores among them: its time is to be llvm-mca's, which
 * tests/bench/test_micro.c asks.
 */
static uint64_t
block200(uint64_t n)
{
	static uint64_t mem[16] __attribute__((aligned(64)));
	uint64_t a = 1, b = 2, c = 3, d = 4, *p = mem, t = tsc();

	/* clang-format off */
	do
		__asm__ volatile(R10(
		    "add %0, %1\n\t"		"imul %1, %2\n\t"
		    "mov (%4), %3\n\t"	"lea 8(%0,%1,2), %0\n\t"
		    "xor %3, %1\n\t"		"shl $3, %2\n\t"
		    "sub $7, %0\n\t"		"mov %0, 64(%4)\n\t"
		    "and $0xfff, %1\n\t"	"or %2, %3\n\t"
		    "movzbl %b3, %k3\n\t"	"add 8(%4), %2\n\t"
		    "mov %2, 72(%4)\n\t"	"neg %1\n\t"
		    "lea (%0,%3), %0\n\t"	"sar $1, %2\n\t"
		    "imul $5, %3, %3\n\t"	"mov 16(%4), %1\n\t"
		    "xor %0, %3\n\t"		"inc %2\n\t")
		    : "+r"(a), "+r"(b), "+r"(c), "+r"(d) : "r"(p) : "memory");
	while (--n != 0);
	/* clang-format on */
	return tsc() - t;
}

const struct bench alu_group[] = {
	{ "alu", alu, 1000, 100, false, 0 },
	{ "imul64", imul64, 1000, 100, false, 0 },
	{ "div32", div32, 1000, 10, false, 0 },
	{ "div64", div64, 1000, 10, false, 0 },
	{ "cmov", cmov, 1000, 100, false, 0 },
	{ "bsf", bsf, 200, 100, false, 0 },
	{ "block200", block200, 10000, 1, false, 0 },
	{ 0 },
};
