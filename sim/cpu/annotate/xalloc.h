/*
 * xalloc.h: memory of the annotator.
 *
 * The annotator is a short-lived program whose data all live as long as it
 * does, so memory comes from one arena and is never freed piecewise.  All
 * functions return zeroed memory and end the program with exit code 5 when
 * there is none.  Not thread-safe: the annotator has one thread.
 */
#ifndef ANNOTATE_XALLOC_H
#define ANNOTATE_XALLOC_H

#include <stddef.h>

/* size bytes of zeroed memory, aligned for any type. */
void *xalloc(size_t size);

/* A NUL-terminated copy of the n bytes at s. */
char *xstrndup(const char *s, size_t n);

/* printf into the arena. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Make room for element n of an array that holds n elements of esize bytes;
 * returns its possibly new address.  The array must have been grown by
 * nothing else: its capacity is implied by n.
 */
void *xgrow(void *array, size_t n, size_t esize);

/* Append a zeroed element to array[0..n) and evaluate to its address. */
#define XPUSH(array, n) \
	((array) = xgrow((array), (n), sizeof *(array)), (n)++, &(array)[(n)-1])

/* The bytes of a file, not to be written, and how many; NULL: errno says why. */
const char *xmap(const char *path, size_t *len);

/* Give everything back: for tests which parse thousands of inputs. */
void xfree_all(void);

#endif
