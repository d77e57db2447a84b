/*
 * merge_image.c: accesses that one check can answer for, at every place in a
 * line (merge_test.sh).
 *
 * The parts lie wherever they like, so that any of their members may be the one
 * that crosses the end of a line, and eight lines of one set go round, so that
 * six ways are never enough.  What is computed is printed.
 */
#include <seam.h>

#define NOINLINE __attribute__((noinline))
#define SET      4096 /* bytes from a line to the next one of its set */

struct part {
	uint64_t a, b;
	uint32_t c, d;
	uint64_t e;
} __attribute__((packed));

static uint8_t arena[10 * SET] __attribute__((aligned(SET)));
static uint64_t shared[16] __attribute__((aligned(64)));

NOINLINE uint64_t
reads(const volatile struct part *p)
{
	return p->b + 3 * p->a + 5 * p->d + 7 * p->c;
}

NOINLINE void
writes(volatile struct part *p, uint64_t x)
{
	p->c = (uint32_t)x;
	p->d = p->c + 1;
	p->b = x * 3;
	p->a = p->b;
}

/* Reads, then writes; another line between, which may be of the same set. */
NOINLINE uint64_t
mixed(volatile struct part *p, volatile struct part *q)
{
	uint64_t x = p->a, y = q->e, z = p->b;

	q->d = (uint32_t)x;
	p->e = y + z;
	q->c = p->c;
	p->d = (uint32_t)(q->e + 1);
	return x ^ p->e;
}

/* By registers that are copies and sums. */
NOINLINE uint64_t
moved(const volatile uint32_t *p, uint64_t n)
{
	uint64_t sum = 0;

	while (n-- > 0) {
		sum += p[0] + 3 * p[1];
		p += 2;
		sum ^= p[-1];
		sum += p[0];
	}
	return sum;
}

static void
print(uint64_t x)
{
	char text[] = "sum ................\n";

	for (int i = 0; i < 16; i++)
		text[4 + i] = "0123456789abcdef"[x >> (60 - 4 * i) & 15];
	seam_cons_write(text, sizeof(text) - 1);
}

static void
boot(const struct seam_boot *sb)
{
	uint64_t sum = 0, x = 1;

	(void)sb;
	for (unsigned i = 0; i < 20000; i++) {
		volatile struct part *p, *q;

		x = x * 6364136223846793005u + 1442695040888963407u;
		p = (void *)(arena + (x >> 60) % 8 * SET + (x >> 40) % 256);
		q = (void *)(arena + (x >> 50) % 8 * SET + (x >> 30) % 256);
		sum += reads(p);
		writes(q, sum);
		sum ^= mixed(p, q);
		sum += moved((void *)(arena + (x >> 20) % 512), i % 5);
		shared[i % 16] += sum;
	}
	for (unsigned i = 0; i < 16; i++)
		sum = sum * 31 + shared[i];
	print(sum);
	seam_exit(0);
}

SEAM_IMAGE("merge", .boot = boot);
