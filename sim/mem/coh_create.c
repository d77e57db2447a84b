/*
 * coh_create.c: the coherence model before a run, and its time (coh.h).
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "mem/coh.h"

/* For coh_inline.h. */
static void
describe(struct coh *c, unsigned cpu)
{
	struct coh_cpu *me = &c->cpu[cpu];
	unsigned m = c->p.module[cpu];

	me->l2 = COH_L2(COH_BIT(m));
	me->cache = c->l2[m];
	me->shift = 4 * m;
	me->touch_now = COH_TOUCH(COH_BIT(cpu));
	me->others = COH_TOUCH(0xff) & ~me->touch_now;
	me->others |= COH_BEFORE(me->others);
	me->mine = COH_L1(COH_BIT(cpu)) | COH_LAST(cpu) | me->touch_now;
	me->mine_alone = COH_L1(COH_BIT(cpu)) | COH_FLAGS(COH_EX);
	me->mask[0] = COH_L1(0xff) | me->l2 |
	    COH_FLAGS(COH_ORDERED | COH_MONITOR | COH_AHEAD | COH_BUSY);
	me->mask[1] = me->mask[0] | COH_L2(0xf);
	/* When every access is ordered, no fill is simple. */
	me->want = c->p.exact ? UINT64_MAX : me->l2;
}

/*
 * Address space for n bytes, all zero, of which few will be used: here and
 * there, so pages are large where the host has such.
 */
static void *
sparse(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		abort();
	(void)madvise(p, n, MADV_HUGEPAGE);
	return p;
}

struct coh *
coh_create(const struct coh_params *p, struct l1d *const l1d[COH_MAX_CPU])
{
	struct coh *c = calloc(1, sizeof(*c));

	if (c == NULL || p->ncpu > COH_MAX_CPU || p->nmodule > COH_MAX_MODULE)
		abort();
	c->p = *p;
	c->dir = sparse(COH_LINES * sizeof(*c->dir));
	c->shared = sparse(COH_LINES * sizeof(*c->shared));
	for (unsigned i = 0; i < p->ncpu; i++) {
		c->l1d[i] = l1d[i];
		c->monitor[i] = COH_NO_LINE;
		stream_init(&c->stream[i], p->prefetch_lines);
		for (unsigned k = 0; k < p->ncpu; k++)
			if (p->module[k] == p->module[i])
				c->siblings[i] |= COH_BIT(k);
	}
	for (unsigned m = 0; m < p->nmodule; m++)
		c->l2[m] = l2_create(p->l2_bytes);
	for (unsigned i = 0; i < p->ncpu; i++)
		describe(c, i);
	dram_init(&c->dram, p->dram_clk, p->dram_row_clk, p->dram_line_clk);
	c->epoch = 2; /* an empty entry is of no recent epoch */
	return c;
}

void
coh_destroy(struct coh *c)
{
	if (c == NULL)
		return;
	for (unsigned m = 0; m < c->p.nmodule; m++)
		l2_destroy(c->l2[m]);
	munmap(c->dir, COH_LINES * sizeof(*c->dir));
	munmap(c->shared, COH_LINES * sizeof(*c->shared));
	free(c);
}

void
coh_set_time(struct coh *c, uint64_t now)
{
	c->epoch = (uint8_t)(now / c->p.epoch_clk + 2);
	c->since = now;
}
