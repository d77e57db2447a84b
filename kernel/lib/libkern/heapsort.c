/*
 * heapsort.c: sort an array in place: O(n log n) whatever is in it, and no
 * stack.
 *
 * Seen as a tree whose node i has the children 2i + 1 and 2i + 2, the array is
 * made a heap: no child is greater than its parent.  Then the root, which is
 * the greatest, goes behind the heap, and the heap loses a place.
 *
 * Any context in which cmp may run.
 */
#include <sys/param.h>
#include <sys/errno.h>

#include <lib/libkern/libkern.h>

struct heap {
	char *h_base, *h_tmp;
	size_t h_size;
	int (*h_cmp)(const void *, const void *);
};

static char *
at(const struct heap *h, size_t i)
{
	return h->h_base + i * h->h_size;
}

/* The element of place i sinks until no child is greater; n are in the heap. */
static void
sink(const struct heap *h, size_t i, size_t n)
{
	size_t child;

	memcpy(h->h_tmp, at(h, i), h->h_size);
	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n &&
		    (*h->h_cmp)(at(h, child), at(h, child + 1)) < 0)
			child++;
		if ((*h->h_cmp)(h->h_tmp, at(h, child)) >= 0)
			break;
		memcpy(at(h, i), at(h, child), h->h_size);
		i = child;
	}
	memcpy(at(h, i), h->h_tmp, h->h_size);
}

/*
 * kheapsort: n elements of size bytes each; scratch has room for one.  0, or
 * -1: size is 0.
 */
int
kheapsort(void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *), void *scratch)
{
	const struct heap h = { base, scratch, size, cmp };
	char *swap = scratch;
	size_t i;

	if (size == 0)
		return -1;
	for (i = n / 2; i-- != 0;)
		sink(&h, i, n);
	for (i = n; i-- > 1;) {
		memcpy(swap, at(&h, i), size);
		memcpy(at(&h, i), at(&h, 0), size);
		memcpy(at(&h, 0), swap, size);
		sink(&h, 0, i);
	}
	return 0;
}
