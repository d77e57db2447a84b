/*
 * memory.c: kmem(9), vmem(9), and a machine that has run out of pages.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vmem.h>
#include <uvm/uvm_extern.h>

#include <crew.h>
#include <program.h>

/* ---- kmem ------------------------------------------------------------------ */

#define PIECES 60
#define ROUNDS 1500

struct piece {
	uint8_t *p;
	size_t size;
};

static void
piece_free(const struct piece *pc, u_int i)
{
	size_t j;

	for (j = 0; j < pc->size && pc->p[j] == (uint8_t)(i ^ crew_cpu()); j++)
		continue;
	program_check(j == pc->size, "byte %zu of %zu is another's", j,
	    pc->size);
	kmem_free(pc->p, pc->size);
}

static size_t
piece_size(uint64_t *seed)
{
	/* Small, around a page, several pages. */
	switch (program_random(seed) % 8) {
	case 0:
		return 4000 + program_random(seed) % 200;
	case 1:
		return 1 + program_random(seed) % 12000;
	default:
		return 1 + program_random(seed) % 300;
	}
}

static void
kmem_worker(void *arg)
{
	struct piece piece[PIECES];
	uint64_t seed = 1234567 + crew_cpu();
	u_int i, k;
	size_t j;

	memset(piece, 0, sizeof(piece));
	for (k = 0; k < ROUNDS; k++) {
		i = program_random(&seed) % PIECES;
		if (piece[i].p != NULL) {
			piece_free(&piece[i], i);
			piece[i].p = NULL;
			continue;
		}
		piece[i].size = piece_size(&seed);
		if (k & 1) {
			piece[i].p = kmem_zalloc(piece[i].size, KM_SLEEP);
			for (j = 0; j < piece[i].size && piece[i].p[j] == 0;
			     j++)
				continue;
			program_check(j == piece[i].size, "not zeroed");
		} else
			piece[i].p = kmem_alloc(piece[i].size, KM_SLEEP);
		program_check(((uintptr_t)piece[i].p & 7) == 0, "%p",
		    piece[i].p);
		memset(piece[i].p, (int)(i ^ crew_cpu()), piece[i].size);
	}
	for (i = 0; i < PIECES; i++)
		if (piece[i].p != NULL)
			piece_free(&piece[i], i);
}

static void
kmem_all(void)
{
	char *p, *q;

	crew_all(kmem_worker, NULL);

	p = malloc(10, M_TEMP, M_WAITOK | M_ZERO);
	program_check(p[9] == 0, "M_ZERO");
	memcpy(p, "123456789", 10);
	q = realloc(p, 5000, M_TEMP, M_WAITOK);
	program_check(memcmp(q, "123456789", 10) == 0, "realloc");
	free(q, M_TEMP);
}

static int
kmem_main(void)
{
	return crew_main(kmem_all);
}
PROGRAM(kmem, "kmem(9): pieces of all sizes on all CPUs", kmem_main);

static int
kmem_size_main(void)
{
	kmem_free(kmem_alloc(100, KM_SLEEP), 101);
	return 1;
}
PROGRAM(p_kmem_size, "kmem_free with another size", kmem_size_main);

static void
kmem_softint(void *arg)
{
	(void)kmem_alloc(10, KM_NOSLEEP);
}

static int
kmem_intr_main(void)
{
	void *sih = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
	    kmem_softint, NULL);

	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
	kpause("kmem", false, 2, NULL);
	return 1;
}
PROGRAM(p_kmem_softint, "kmem_alloc in a softint", kmem_intr_main);

/* kmem_intr_alloc may be, at that. */
static void *volatile soft_piece;

static void
kmem_intr_softint(void *arg)
{
	soft_piece = kmem_intr_alloc(10, KM_NOSLEEP);
}

static int
kmem_soft_main(void)
{
	void *sih = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
	    kmem_intr_softint, NULL);

	soft_piece = NULL;
	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
	kpause("kmem", false, 2, NULL);
	program_check(soft_piece != NULL, "no memory in a softint");
	if (soft_piece != NULL)
		kmem_intr_free(soft_piece, 10);
	softint_disestablish(sih);
	return 0;
}
PROGRAM(kmem_intr, "kmem_intr_alloc in a softint", kmem_soft_main);

/* ---- vmem ------------------------------------------------------------------ */

#define ARENA  4096 /* numbers 64 .. 4095 */
#define FIRST  64
#define QUANT  4
#define MOST   200
#define VTRIES 3000

static uint8_t taken[ARENA]; /* the model: a byte for each number */

struct range {
	vmem_addr_t a;
	vmem_size_t n;
};

/* One request with constraints, and whether what was given keeps them. */
static bool
vmem_one(vmem_t *vm, uint64_t *seed, struct range *r)
{
	const vmem_size_t size = 1 + program_random(seed) % 100;
	const vmem_size_t round = roundup2(size, QUANT);
	const vmem_size_t align = program_random(seed) % 3 != 0
	    ? QUANT
	    : QUANT << (program_random(seed) % 6);
	const vmem_size_t phase = QUANT *
	    (program_random(seed) % (align / QUANT));
	const vmem_size_t nocross = program_random(seed) % 4 == 0 &&
		phase + round <= 256
	    ? 256
	    : 0;
	const vmem_addr_t lo = program_random(seed) % 4 == 0
	    ? program_random(seed) % ARENA
	    : 0;
	vmem_size_t i;

	if (vmem_xalloc(vm, size, align, phase, nocross, lo, VMEM_ADDR_MAX,
		VM_NOSLEEP |
		    (program_random(seed) & 1 ? VM_INSTANTFIT : VM_BESTFIT),
		&r->a) != 0)
		return false;
	r->n = size;
	program_check(r->a >= FIRST && r->a + round <= ARENA && r->a >= lo,
	    "[%lu, +%lu) is outside", r->a, round);
	program_check((r->a & (align - 1)) == phase, "%lu is not %lu mod %lu",
	    r->a, phase, align);
	program_check(nocross == 0 || r->a / 256 == (r->a + round - 1) / 256,
	    "[%lu, +%lu) crosses", r->a, round);
	for (i = 0; i < round; i++) {
		program_check(!taken[r->a + i], "%lu is taken", r->a + i);
		taken[r->a + i] = 1;
	}
	return true;
}

static void
vmem_model(void)
{
	vmem_t *const vm = vmem_create("model", FIRST, ARENA - FIRST, QUANT,
	    NULL, NULL, NULL, 0, VM_SLEEP, IPL_NONE);
	struct range r[MOST];
	uint64_t seed = 4711;
	vmem_size_t used = 0;
	vmem_addr_t a;
	u_int n = 0, i, k;

	for (k = 0; k < VTRIES; k++) {
		if (n < MOST && program_random(&seed) & 1) {
			if (vmem_one(vm, &seed, &r[n]))
				used += roundup2(r[n++].n, QUANT);
		} else if (n != 0) {
			i = program_random(&seed) % n;
			vmem_free(vm, r[i].a, r[i].n);
			memset(&taken[r[i].a], 0, roundup2(r[i].n, QUANT));
			used -= roundup2(r[i].n, QUANT);
			r[i] = r[--n];
		}
		program_check(vmem_size(vm, VMEM_ALLOC) == used, "%lu, not %lu",
		    vmem_size(vm, VMEM_ALLOC), used);
	}
	while (n-- != 0)
		vmem_free(vm, r[n].a, r[n].n);
	/* All has been joined again. */
	program_check(vmem_alloc(vm, ARENA - FIRST, VM_NOSLEEP | VM_BESTFIT,
			  &a) == 0 &&
		a == FIRST,
	    "not all in one piece");
	vmem_free(vm, a, ARENA - FIRST);
	vmem_destroy(vm);
}

/*
 * Many at once, from a source that gives in spans of 256.  Who waits, waits for
 * the source, so it has a span for each range that can be out: 8 CPUs, 8
 * ranges each.
 */
#define SPAN   256
#define RANGES 8

static vmem_t *shared, *source;
static volatile u_int owner[MAXCPUS / 32 * RANGES * SPAN];

static void
vmem_worker(void *arg)
{
	uint64_t seed = 99 + crew_cpu();
	struct range r[RANGES];
	u_int n = 0, k, i;

	for (k = 0; k < 300; k++) {
		if (n < RANGES && program_random(&seed) & 1) {
			r[n].n = QUANT * (1 + program_random(&seed) % 8);
			if (vmem_alloc(shared, r[n].n, VM_SLEEP | VM_INSTANTFIT,
				&r[n].a) != 0)
				panic("vmem_alloc: VM_SLEEP");
			for (i = 0; i < r[n].n; i++)
				program_check(atomic_swap_uint(&owner[r[n].a +
								   i],
						  1) == 0,
				    "%lu is taken", r[n].a + i);
			n++;
		} else if (n != 0) {
			n--;
			for (i = 0; i < r[n].n; i++)
				owner[r[n].a + i] = 0;
			vmem_free(shared, r[n].a, r[n].n);
		}
	}
	while (n-- != 0) {
		for (i = 0; i < r[n].n; i++)
			owner[r[n].a + i] = 0;
		vmem_free(shared, r[n].a, r[n].n);
	}
}

static void
vmem_all(void)
{
	vmem_model();
	source = vmem_create("source", 0, sizeof(owner) / sizeof(owner[0]),
	    SPAN, NULL, NULL, NULL, 0, VM_SLEEP, IPL_NONE);
	shared = vmem_create("shared", 0, 0, QUANT, vmem_alloc, vmem_free,
	    source, 0, VM_SLEEP, IPL_NONE);
	crew_all(vmem_worker, NULL);
	/* Who imports may find room elsewhere afterwards: a span each. */
	program_check(vmem_size(source, VMEM_ALLOC) <= (size_t)ncpu * SPAN,
	    "%lu not given back to the source", vmem_size(source, VMEM_ALLOC));
	vmem_destroy(shared);
	program_check(vmem_size(source, VMEM_ALLOC) == 0,
	    "%lu not given back at last", vmem_size(source, VMEM_ALLOC));
	vmem_destroy(source);
}

static int
vmem_main(void)
{
	return crew_main(vmem_all);
}
PROGRAM(vmem, "vmem(9) against a model; spans on all CPUs", vmem_main);

/* ---- no page left ------------------------------------------------------------ */

#define BIG 64 /* pages at once */

static volatile u_int begun, go, waiting, through;
static vaddr_t late;

static void
low_sleeper(void *arg)
{
	begun = 1;
	crew_await(&go, 1, 1000);
	waiting = 1;
	late = uvm_km_alloc(kernel_map, BIG * PAGE_SIZE, 0, UVM_KMF_WIRED);
	through = 1;
}

static vaddr_t
low_take(vsize_t pages, vaddr_t list)
{
	vaddr_t va;

	while ((va = uvm_km_alloc(kernel_map, pages * PAGE_SIZE, 0,
		    UVM_KMF_WIRED | UVM_KMF_NOWAIT)) != 0) {
		*(vaddr_t *)va = list;
		list = va;
	}
	return list;
}

static void
low_all(void)
{
	vaddr_t big, small, next;
	struct crew *l;

	begun = go = waiting = through = 0;
	/* An LWP needs a stack: before there is none. */
	l = crew_start(1 % (u_int)ncpu, PRI_NONE, low_sleeper, NULL);
	program_check(crew_await(&begun, 1, 50), "not begun");
	big = low_take(BIG, 0);
	small = low_take(1, 0);
	program_check(uvm_availmem() == 0, "%d pages left", uvm_availmem());
	program_check(kmem_alloc(100000, KM_NOSLEEP) == NULL, "out of nothing");

	go = 1;
	program_check(crew_await(&waiting, 1, 50), "does not wait");
	kpause("low", false, 2, NULL);
	program_check(through == 0, "pages out of nothing");
	next = *(vaddr_t *)big;
	uvm_km_free(kernel_map, big, BIG * PAGE_SIZE, UVM_KMF_WIRED);
	program_check(crew_await(&through, 1, 50), "nobody woke it");
	crew_join(l);
	uvm_km_free(kernel_map, late, BIG * PAGE_SIZE, UVM_KMF_WIRED);

	for (big = next; big != 0; big = next) {
		next = *(vaddr_t *)big;
		uvm_km_free(kernel_map, big, BIG * PAGE_SIZE, UVM_KMF_WIRED);
	}
	for (; small != 0; small = next) {
		next = *(vaddr_t *)small;
		uvm_km_free(kernel_map, small, PAGE_SIZE, UVM_KMF_WIRED);
	}
	program_check(uvm_availmem() > BIG, "%d pages", uvm_availmem());
}

static int
low_main(void)
{
	return crew_main(low_all);
}
PROGRAM(lowmem, "no page left: NOWAIT fails, others wait", low_main);
