/*
 * bsearch.c: an element of a sorted array, by halving it.  Any context.
 */
#include <sys/param.h>

#include <lib/libkern/libkern.h>

/*
 * bsearch: the element of n of size bytes each for which cmp(key, element) is
 * 0, or NULL.
 */
void *
bsearch(const void *key, const void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *))
{
	const char *lo = base, *mid;
	int c;

	while (n != 0) {
		mid = lo + n / 2 * size;
		c = (*cmp)(key, mid);
		if (c == 0)
			return __UNCONST(mid);
		if (c > 0) {
			lo = mid + size;
			n--;
		}
		n /= 2;
	}
	return NULL;
}
