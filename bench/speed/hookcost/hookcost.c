/*
 * hookcost.c: loops that do one thing, to tell what a hook costs the host.
 *
 *	mode=0	nothing: an iteration is a poll, a block and a taken branch
 *	mode=1	16 reads of one line: the inline filter lets them pass
 *	mode=2	16 reads of two lines of one set in turn: the thunk exchanges
 *		the first two ways
 *	mode=3	16 reads of four lines of one set in turn: always the fourth
 *		way, found by the thunk's AVX2 path
 *	mode=4	16 reads of lines of a 64 KiB buffer in turn: L1D misses, and
 *		hits of the L2
 *	n=N	iterations
 *
 * bench/speed/hookcost.sh runs it and subtracts.
 */
#include <seam.h>

#define NOINLINE  __attribute__((noinline))
#define SET_BYTES 4096 /* lines so far apart share a set */
#define BUF_BYTES 65536

typedef volatile uint64_t word;

/* Sixteen reads, `step' words apart, modulo `count'. */
#define READ4(p, i, step, count)                 \
	(void)(p)[((i) % (count)) * (step)];     \
	(void)(p)[((i) + 1) % (count) * (step)]; \
	(void)(p)[((i) + 2) % (count) * (step)]; \
	(void)(p)[((i) + 3) % (count) * (step)]
#define READ16(p, step, count)    \
	READ4(p, 0, step, count); \
	READ4(p, 4, step, count); \
	READ4(p, 8, step, count); \
	READ4(p, 12, step, count)

static NOINLINE void
nothing(uint64_t n)
{
	for (; n > 0; n--)
		__asm__ volatile("");
}

static NOINLINE void
one_line(word *p, uint64_t n)
{
	for (; n > 0; n--) {
		READ16(p, 1, 8);
	}
}

static NOINLINE void
two_lines(word *p, uint64_t n)
{
	for (; n > 0; n--) {
		READ16(p, SET_BYTES / 8, 2);
	}
}

static NOINLINE void
four_lines(word *p, uint64_t n)
{
	for (; n > 0; n--) {
		READ16(p, SET_BYTES / 8, 4);
	}
}

static NOINLINE void
misses(word *p, uint64_t n)
{
	uint64_t at = 0;

	for (; n > 0; n--) {
		READ16(p + at, 8, 16);
		at = (at + 128) % (BUF_BYTES / 8);
	}
}

/* The number behind the letter, or 0. */
static uint64_t
number(const char *args, char letter)
{
	uint64_t v = 0;

	while (*args != '\0' && *args != letter)
		args++;
	while (*args != '\0' && *args++ != '=')
		;
	for (; *args >= '0' && *args <= '9'; args++)
		v = v * 10 + (uint64_t)(*args - '0');
	return v;
}

static void
boot(const struct seam_boot *sb)
{
	word *p = (word *)((sb->sb_ram_va + SET_BYTES - 1) &
	    ~(uint64_t)(SET_BYTES - 1));
	uint64_t n = number(sb->sb_args, 'n');

	switch (number(sb->sb_args, 'm')) {
	case 0:
		nothing(n);
		break;
	case 1:
		one_line(p, n);
		break;
	case 2:
		two_lines(p, n);
		break;
	case 3:
		four_lines(p, n);
		break;
	default:
		misses(p, n);
		break;
	}
}

SEAM_IMAGE("hookcost", .boot = boot);
