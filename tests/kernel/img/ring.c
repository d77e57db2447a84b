/*
 * ring.c: pcq(9) on one CPU: what each function promises.
 */
#include <prim.h>

static uint32_t thing[300];

/* A queue of n slots, with r items gone through it before. */
static pcq_t *
make(size_t n, size_t r)
{
	pcq_t *q = pcq_create(n, KM_SLEEP);

	check(q != NULL && pcq_maxitems(q) == n, "pcq_create");
	for (; r > 0; r--)
		check(pcq_put(q, &thing[0]) && pcq_get(q) == &thing[0],
		    "one in, one out");
	return q;
}

/* n - 1 items fit, wherever in the ring they begin; first in, first out. */
static void
capacity(size_t n, size_t r)
{
	pcq_t *q = make(n, r);
	size_t i;

	check(pcq_get(q) == NULL && pcq_peek(q) == NULL, "an empty queue");
	for (i = 0; i < n - 1; i++) {
		check(pcq_put(q, &thing[i]), "put while there is room");
		check(pcq_peek(q) == &thing[0], "peek gives the oldest");
	}
	check(!pcq_put(q, &thing[n]), "put into a full queue");
	check(!pcq_put(q, &thing[n]), "put into a full queue again");
	for (i = 0; i < n - 1; i++) {
		check(pcq_peek(q) == &thing[i], "peek leaves it there");
		check(pcq_get(q) == &thing[i], "get gives the oldest");
	}
	check(pcq_get(q) == NULL && pcq_peek(q) == NULL, "empty again");
	pcq_destroy(q);
}

/* Always full: one out, one in, several times round. */
static void
full(size_t n)
{
	pcq_t *q = make(n, 0);
	size_t in = 0;

	while (in < n && pcq_put(q, &thing[in % n]))
		in++;
	check(in == n - 1, "room for one less");
	for (size_t out = 0; out < 5 * n; out++, in++) {
		check(pcq_get(q) == &thing[out % n], "get of a full queue");
		check(pcq_put(q, &thing[in % n]), "put after a get");
		check(!pcq_put(q, &thing[in % n]), "full after a put");
	}
	pcq_destroy(q); /* with items: they are the caller's */
}

/* The largest: the indices have all of 16 bits. */
static void
largest(void)
{
	pcq_t *q = make(PCQ_MAXLEN, 3);
	size_t in = 0, out = 0;
	uint64_t bad = 0;

	while (in < PCQ_MAXLEN && pcq_put(q, (void *)(in + 1)))
		in++;
	check(in == PCQ_MAXLEN - 1, "the largest queue's room");
	for (; out < in; out++)
		bad += pcq_get(q) != (void *)(out + 1);
	checked("the largest queue", in, bad);
	check(pcq_get(q) == NULL, "the largest queue is empty");
	pcq_destroy(q);
}

/* What is refused, by an assertion that here returns. */
static void
refused(void)
{
	pcq_t *q = make(4, 0);

	check(asserts == 0, "KASSERT");
	(void)pcq_put(q, NULL);
	check(asserts == 1, "pcq_put of NULL");
	pcq_destroy(q);
	asserts = 0;
	pcq_destroy(pcq_create(PCQ_MAXLEN + 1, KM_SLEEP));
	check(asserts == 1, "pcq_create of too many");
	asserts = 0;
	pcq_destroy(pcq_create(0, KM_SLEEP));
	check(asserts == 1, "pcq_create of none");
	asserts = 0;
	kmem_exhausted = true;
	check(pcq_create(4, KM_NOSLEEP) == NULL, "pcq_create without memory");
	kmem_exhausted = false;
}

void
ring_tests(void)
{
	for (size_t r = 0; r < 9; r++) {
		capacity(1, 0);
		capacity(2, r);
		capacity(3, r);
		capacity(8, r);
		capacity(256, r * 31);
	}
	full(2);
	full(7);
	full(256);
	largest();
	refused();
}
