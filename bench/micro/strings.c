/*
 * strings.c: string instructions with a repeat prefix, both sides in the L1D.
 * A result is the time of one element: a byte, or 8 for the scan.
 */
#include <micro.h>

#define BYTES 4096u

static unsigned char from[BYTES] __attribute__((aligned(64)));
static unsigned char to[BYTES] __attribute__((aligned(64)));

static uint64_t
rep_movs(uint64_t n)
{
	uint64_t t = tsc();

	do {
		void *s = from, *d = to;
		uint64_t c = BYTES;
		__asm__ volatile("rep movsb"
				 : "+S"(s), "+D"(d), "+c"(c)
				 :
				 : "memory");
	} while (--n != 0);
	return tsc() - t;
}

static uint64_t
rep_stos(uint64_t n)
{
	uint64_t t = tsc();

	do {
		void *d = to;
		uint64_t c = BYTES;
		__asm__ volatile("rep stosb"
				 : "+D"(d), "+c"(c)
				 : "a"(0)
				 : "memory");
	} while (--n != 0);
	return tsc() - t;
}

static uint64_t
rep_scan(uint64_t n)
{
	uint64_t t = tsc();

	do {
		void *d = to;
		uint64_t c = BYTES / 8;
		__asm__ volatile("repe scasq"
				 : "+D"(d), "+c"(c)
				 : "a"(0)
				 : "memory", "cc");
	} while (--n != 0);
	return tsc() - t;
}

const struct bench string_group[] = {
	{ "rep-movs", rep_movs, 10000, BYTES, false, 0 },
	{ "rep-stos", rep_stos, 10000, BYTES, false, 0 },
	{ "rep-scan", rep_scan, 10000, BYTES / 8, false, 0 },
	{ 0 },
};
