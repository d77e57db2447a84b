/*
 * double.c: what the primitives call that is not there yet, for tests only:
 * kmem(9) that checks sizes and writes beyond the end, and assertions that
 * are counted.  CPU 0 only.
 */
#include <prim.h>

#define TAIL UINT64_C(0x5afe5afe5afe5afe)

size_t kmem_live;
unsigned kmem_errors, asserts;
bool kmem_exhausted;
static uint64_t kmem_at, kmem_end;

/* Before each piece; TAIL is behind it. */
struct kmem_head {
	size_t bytes;
	uint64_t pad[7];
};

void
heap_init(uint64_t va, uint64_t bytes)
{
	kmem_at = va;
	kmem_end = va + bytes;
}

static void
fill(unsigned char *p, size_t n, unsigned char byte)
{
	for (size_t i = 0; i < n; i++)
		p[i] = byte;
}

static uint64_t *
tail_of(struct kmem_head *h)
{
	return (uint64_t *)((char *)(h + 1) + roundup2(h->bytes, 8));
}

void *
kmem_alloc(size_t bytes, km_flag_t flags)
{
	struct kmem_head *h = (struct kmem_head *)(uintptr_t)kmem_at;
	size_t all = roundup2(sizeof(*h) + bytes + 16, (size_t)64);

	if (flags != KM_SLEEP && flags != KM_NOSLEEP)
		kmem_errors++;
	if ((flags == KM_NOSLEEP && kmem_exhausted) || bytes == 0)
		return NULL;
	if (kmem_end - kmem_at < all) {
		kmem_errors++;
		seam_exit(2);
	}
	kmem_at += all;
	kmem_live += bytes;
	h->bytes = bytes;
	*tail_of(h) = TAIL;
	fill((unsigned char *)(h + 1), bytes, 0xa5);
	return h + 1;
}

void *
kmem_zalloc(size_t bytes, km_flag_t flags)
{
	void *p = kmem_alloc(bytes, flags);

	if (p != NULL)
		fill(p, bytes, 0);
	return p;
}

void
kmem_free(void *p, size_t bytes)
{
	struct kmem_head *h = (struct kmem_head *)p - 1;

	if (h->bytes != bytes || *tail_of(h) != TAIL)
		kmem_errors++;
	kmem_live -= bytes;
	h->bytes = 0; /* freed twice is a wrong size */
}

void
kern_assert(const char *fmt, ...)
{
	(void)fmt;
	asserts++;
}
