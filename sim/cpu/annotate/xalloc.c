/*
 * xalloc.c: the annotator's arena.
 *
 * Memory is cut from big chunks.  Under AddressSanitizer every allocation is
 * a chunk of its own, so that the sanitizer sees overruns between them.
 */
#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "cpu/annotate/xalloc.h"

#ifdef __SANITIZE_ADDRESS__
#define CHUNK 1
#else
#define CHUNK ((size_t)1 << 20)
#endif
#define ALIGN alignof(max_align_t)

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

static struct chunk *chunks; /* the newest one first */

static void
out_of_memory(void)
{
	fprintf(stderr, "annotate: out of memory\n");
	exit(5);
}

static struct chunk *
new_chunk(size_t size)
{
	struct chunk *c;

	if (size < CHUNK)
		size = CHUNK;
	c = calloc(1, sizeof *c + size);
	if (c == NULL)
		out_of_memory();
	c->size = size;
	c->next = chunks;
	chunks = c;
	return c;
}

void *
xalloc(size_t size)
{
	struct chunk *c = chunks;
	void *p;

	if (size > SIZE_MAX / 2)
		out_of_memory();
#ifndef __SANITIZE_ADDRESS__
	size = (size + ALIGN - 1) & ~(ALIGN - 1);
#endif
	if (c == NULL || c->size - c->used < size)
		c = new_chunk(size);
	p = c->data + c->used;
	c->used += size;
	return p;
}

char *
xstrndup(const char *s, size_t n)
{
	char *p = xalloc(n + 1);

	memcpy(p, s, n);
	return p;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *p, *copy;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&p, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	copy = xstrndup(p, (size_t)n);
	free(p);
	return copy;
}

/* Capacities are 8, 16, 32, ... elements. */
void *
xgrow(void *array, size_t n, size_t esize)
{
	void *p;

	if (n != 0 && (n < 8 || (n & (n - 1)) != 0))
		return array;
	p = xalloc((n == 0 ? 8 : 2 * n) * esize);
	if (n != 0)
		memcpy(p, array, n * esize);
	return p;
}

const char *
xmap(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *p = MAP_FAILED;

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0) {
		*len = (size_t)st.st_size;
		p = mmap(NULL, *len + 1, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

void
xfree_all(void)
{
	struct chunk *c;

	while ((c = chunks) != NULL) {
		chunks = c->next;
		free(c);
	}
}
