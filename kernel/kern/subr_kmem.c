/*
 * subr_kmem.c: kmem(9), memory in pieces of any size.
 *
 * Sizes are rounded up to one of kmem_cache_sizes and come from a pool cache
 * (pool(9)) for that size: a table of KMEM_CACHE_COUNT entries, indexed by
 * the size in units of KMEM_ALIGN, says which.  What is larger than a page
 * comes from kmem_va_arena in whole pages.
 *
 *	1..8	kmem-8
 *	9..16	kmem-16
 *	...
 *	2049..	4096	kmem-4096
 *	4097..	pages
 *
 * The caller remembers the size.  So that a wrong one is noticed, DIAGNOSTIC
 * kernels keep it in front of what they hand out, in a unit of KMEM_ALIGN of
 * its own (KMEM_SIZE), and panic if it is not what kmem_free is told; DEBUG
 * ones fill what is freed with a pattern.
 *
 * Contexts.  kmem_alloc, kmem_zalloc, kmem_free: threads.
 * kmem_intr_*: softints and interrupt handlers up to IPL_VM too,
 * which may not wait.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/lockdebug.h>
#include <sys/cpu.h>
#include <sys/systm.h>
#include <sys/vmem.h>

#include <uvm/uvm_extern.h>
#include <uvm/uvm_km.h>

#include <lib/libkern/libkern.h>

struct kmem_cache_info {
	size_t kc_size;
	const char *kc_name;
};

static const struct kmem_cache_info kmem_cache_sizes[] = {
	{ 8, "kmem-8" },
	{ 16, "kmem-16" },
	{ 24, "kmem-24" },
	{ 32, "kmem-32" },
	{ 40, "kmem-40" },
	{ 48, "kmem-48" },
	{ 56, "kmem-56" },
	{ 64, "kmem-64" },
	{ 80, "kmem-80" },
	{ 96, "kmem-96" },
	{ 112, "kmem-112" },
	{ 128, "kmem-128" },
	{ 160, "kmem-160" },
	{ 192, "kmem-192" },
	{ 224, "kmem-224" },
	{ 256, "kmem-256" },
	{ 320, "kmem-320" },
	{ 384, "kmem-384" },
	{ 448, "kmem-448" },
	{ 512, "kmem-512" },
	{ 768, "kmem-768" },
	{ 1024, "kmem-1024" },
	{ 2048, "kmem-2048" },
	{ 4096, "kmem-4096" },
};

#define KMEM_ALIGN       8
#define KMEM_SHIFT       3
#define KMEM_MAXSIZE     4096
#define KMEM_CACHE_COUNT (KMEM_MAXSIZE >> KMEM_SHIFT)

/* Pool caches by (size - 1) / KMEM_ALIGN; constant after kmem_init. */
static pool_cache_t kmem_cache[KMEM_CACHE_COUNT] __cacheline_aligned;
static size_t kmem_cache_maxidx __read_mostly;

#ifdef DIAGNOSTIC
#define KMEM_SIZE
#define SIZE_SIZE MAX(KMEM_ALIGN, sizeof(size_t))

static void *
kmem_size_set(void *p, size_t sz)
{
	if (p == NULL)
		return NULL;
	memcpy(p, &sz, sizeof(sz));
	return (char *)p + SIZE_SIZE;
}

static void *
kmem_size_check(void *p, size_t sz)
{
	size_t psz;

	p = (char *)p - SIZE_SIZE;
	memcpy(&psz, p, sizeof(psz));
	if (psz != sz)
		panic("kmem_free(%p, %zu) != allocated size %zu",
		    (char *)p + SIZE_SIZE, sz, psz);
	return p;
}
#else
#define SIZE_SIZE              0
#define kmem_size_set(p, sz)   (p)
#define kmem_size_check(p, sz) (p)
#endif

#ifdef DEBUG
#define kmem_fill(p, sz) memset((p), 0xdf, (sz))
#else
#define kmem_fill(p, sz) ((void)0)
#endif

/* What is asked of the pool or the arena for `size' bytes. */
static size_t
kmem_allocsz(size_t size)
{
	return roundup2(size + SIZE_SIZE, KMEM_ALIGN);
}

/*
 * kmem_intr_alloc: any context up to IPL_VM; KM_SLEEP in threads alone.
 */
void *
kmem_intr_alloc(size_t requested_size, km_flag_t kmflags)
{
	const size_t allocsz = kmem_allocsz(requested_size);
	const size_t index = (allocsz - 1) >> KMEM_SHIFT;
	vmem_addr_t va;
	void *p;

	KASSERT(requested_size > 0);

	if (index >= kmem_cache_maxidx) {
		if (uvm_km_kmem_alloc(kmem_va_arena, round_page(allocsz),
			((kmflags & KM_SLEEP) ? VM_SLEEP : VM_NOSLEEP) |
			    VM_INSTANTFIT,
			&va) != 0)
			return NULL;
		p = (void *)va;
	} else
		p = pool_cache_get(kmem_cache[index],
		    (kmflags & KM_SLEEP) ? PR_WAITOK : PR_NOWAIT);
	return kmem_size_set(p, requested_size);
}

void *
kmem_intr_zalloc(size_t size, km_flag_t kmflags)
{
	void *p;

	p = kmem_intr_alloc(size, kmflags);
	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void
kmem_intr_free(void *p, size_t requested_size)
{
	const size_t allocsz = kmem_allocsz(requested_size);
	const size_t index = (allocsz - 1) >> KMEM_SHIFT;

	KASSERT(p != NULL);
	KASSERT(requested_size > 0);

	LOCKDEBUG_MEM_CHECK(p, requested_size);
	p = kmem_size_check(p, requested_size);
	kmem_fill(p, allocsz);
	if (index >= kmem_cache_maxidx)
		uvm_km_kmem_free(kmem_va_arena, (vaddr_t)p,
		    round_page(allocsz));
	else
		pool_cache_put(kmem_cache[index], p);
}

/*
 * kmem_alloc: threads.
 */
void *
kmem_alloc(size_t size, km_flag_t kmflags)
{
	KASSERTMSG((!cpu_intr_p() && !cpu_softintr_p()),
	    "kmem(9) should not be used from the interrupt context");
	return kmem_intr_alloc(size, kmflags);
}

void *
kmem_zalloc(size_t size, km_flag_t kmflags)
{
	KASSERTMSG((!cpu_intr_p() && !cpu_softintr_p()),
	    "kmem(9) should not be used from the interrupt context");
	return kmem_intr_zalloc(size, kmflags);
}

void
kmem_free(void *p, size_t size)
{
	KASSERT(!cpu_intr_p());
	KASSERT(!cpu_softintr_p());
	kmem_intr_free(p, size);
}

/*
 * kmem_init: the caches.  After pool_subsystem_init.
 */
void
kmem_init(void)
{
	size_t i, size, next = KMEM_ALIGN;
	pool_cache_t pc;
	u_int flags;

	for (i = 0; i < __arraycount(kmem_cache_sizes); i++) {
		size = kmem_cache_sizes[i].kc_size;
		flags = size < CACHE_LINE_SIZE ? PR_NOTOUCH : 0;
		pc = pool_cache_init(size, KMEM_ALIGN, 0, flags,
		    kmem_cache_sizes[i].kc_name, &pool_allocator_kmem, IPL_VM,
		    NULL, NULL, NULL);
		while (next <= size) {
			kmem_cache[(next - 1) >> KMEM_SHIFT] = pc;
			next += KMEM_ALIGN;
		}
	}
	kmem_cache_maxidx = KMEM_CACHE_COUNT;
}

/*
 * kmem_asprintf: the text, in memory of its length + 1.  Threads; waits.
 */
char *
kmem_asprintf(const char *fmt, ...)
{
	va_list ap;
	int size;
	char *str;

	va_start(ap, fmt);
	size = vsnprintf(NULL, 0, fmt, ap) + 1;
	va_end(ap);

	str = kmem_alloc(size, KM_SLEEP);
	va_start(ap, fmt);
	(void)vsnprintf(str, size, fmt, ap);
	va_end(ap);
	return str;
}
