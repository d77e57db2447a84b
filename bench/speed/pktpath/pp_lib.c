/*
 * pp_lib.c: locks, queues, numbers and boot-time memory of the packet path.
 */
#include <pp.h>

static uint64_t carve_at, carve_end;
uint64_t carve_count, carve_words;

NOINLINE void
lk_enter(struct lk *l, uint32_t cpu)
{
	while (cas32(&l->l_owner, 0, cpu + 1) != 0) {
		l->l_spins++;
		while (l->l_owner != 0)
			__asm__ volatile("pause" ::: "memory");
	}
}

/* On x86 a plain store releases; the barrier stops the compiler only. */
NOINLINE void
lk_leave(struct lk *l)
{
	barrier();
	l->l_owner = 0;
}

void
bufq_init(struct bufq *q)
{
	q->q_head = NULL;
	q->q_tail = &q->q_head;
	q->q_len = 0;
}

NOINLINE void
bufq_put(struct bufq *q, struct buf *b)
{
	b->b_next = NULL;
	*q->q_tail = b;
	q->q_tail = &b->b_next;
	q->q_len++;
}

NOINLINE struct buf *
bufq_get(struct bufq *q)
{
	struct buf *b = q->q_head;

	if (b == NULL)
		return NULL;
	if ((q->q_head = b->b_next) == NULL)
		q->q_tail = &q->q_head;
	b->b_next = NULL;
	q->q_len--;
	return b;
}

/* Mix v into the checksum s. */
uint64_t
fold(uint64_t s, uint64_t v)
{
	s = (s ^ v) * 0x9fb21c651e98df25u;
	return s ^ (s >> 29);
}

/* A 64-bit linear congruential generator, output permuted. */
uint64_t
rnd(uint64_t *state)
{
	uint64_t x = *state = *state * 6364136223846793005u +
	    1442695040888963407u;

	x ^= x >> 33;
	return x * 0xff51afd7ed558ccdu;
}

void
carve_init(uint64_t va, uint64_t bytes)
{
	carve_at = va;
	carve_end = va + bytes;
}

/* Clears with the instruction kernels clear pages with; counts its work. */
void *
carve(size_t n, size_t size)
{
	uint64_t at = (carve_at + 63) & ~(uint64_t)63, words;
	uint64_t *p = (uint64_t *)at;

	carve_at = (at + n * size + 7) & ~(uint64_t)7;
	if (carve_at > carve_end)
		__builtin_trap();
	words = (carve_at - at) / 8;
	carve_count++;
	carve_words += words;
	__asm__ volatile("rep stosq"
			 : "+D"(p), "+c"(words)
			 : "a"(0)
			 : "memory");
	return (void *)at;
}
