/*
 * idt.c: the table of vectors, one for all CPUs.
 *
 * A vector's upper four bits are its class at the local APICs, and so the
 * search for a free one begins where the class of the IPL does.  Vectors are
 * taken and given back under cpu_lock, or at boot; a gate of a vector that a
 * CPU may get is never written.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>
#include <machine/cpufunc.h>
#include <machine/segments.h>

static struct gate_descriptor idt_store[NIDT] __aligned(64);
struct gate_descriptor *idt = idt_store;

/* One that is taken; gates themselves are valid, all of them, from boot on. */
static bool idt_allocmap[NIDT];

void
setgate(struct gate_descriptor *gd, void *func, int ist, int type, int dpl,
    int sel)
{
	const uint64_t va = (uintptr_t)func;
	const struct gate_descriptor g = {
		.gd_looffset = va & 0xffff,
		.gd_selector = (uint64_t)sel,
		.gd_ist = (uint64_t)ist,
		.gd_type = (uint64_t)type,
		.gd_dpl = (uint64_t)dpl,
		.gd_p = 1,
		.gd_hioffset = va >> 16,
	};

	*gd = g;
}

void
unsetgate(struct gate_descriptor *gd)
{
	setgate(gd, (void *)Xintr_stray, 0, SDT_SYS386IGT, SEL_KPL,
	    GSEL(GCODE_SEL, SEL_KPL));
}

void
setregion(struct region_descriptor *rd, void *base, uint16_t limit)
{
	rd->rd_limit = limit;
	rd->rd_base = (uintptr_t)base;
}

/* At boot, before any CPU has interrupts on. */
void
idt_init(void)
{
	for (int i = 0; i < NIDT; i++)
		unsetgate(&idt[i]);
}

/* Every CPU, for itself. */
void
cpu_init_idt(void)
{
	struct region_descriptor region;

	setregion(&region, idt, sizeof(idt_store) - 1);
	lidt(&region);
}

void
idt_vec_reserve(int vec)
{
	KASSERT(!idt_allocmap[vec]);
	idt_allocmap[vec] = true;
}

/* A free vector, at least low and at most high; 0 if there is none. */
int
idt_vec_alloc(int low, int high)
{
	for (int vec = low; vec <= high; vec++) {
		if (idt_allocmap[vec])
			continue;
		idt_allocmap[vec] = true;
		return vec;
	}
	return 0;
}

/*
 * n free vectors in a row, the first one a multiple of n, which is a power of two; 0 if
 * there are none.
 */
int
idt_vec_alloc_row(int low, int high, int n)
{
	int vec = (low + n - 1) & ~(n - 1), i;

	for (; vec + n - 1 <= high; vec += n) {
		for (i = 0; i < n && !idt_allocmap[vec + i]; i++)
			continue;
		if (i < n)
			continue;
		while (i-- > 0)
			idt_allocmap[vec + i] = true;
		return vec;
	}
	return 0;
}

void
idt_vec_set(int vec, void (*function)(void))
{
	KASSERT(idt_allocmap[vec]);
	setgate(&idt[vec], (void *)function, 0, SDT_SYS386IGT, SEL_KPL,
	    GSEL(GCODE_SEL, SEL_KPL));
}

void
idt_vec_free(int vec)
{
	KASSERT(idt_allocmap[vec]);
	unsetgate(&idt[vec]);
	idt_allocmap[vec] = false;
}
