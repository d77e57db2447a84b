/*
 * watch.c: watched poll points (watch.h).
 *
 * Poll sites are looked up in a table of twice as many places as there are
 * sites, at a hash of the address and behind; empty places are 0.
 */
#include <assert.h>
#include <stdlib.h>

#include "cpu/cpu.h"
#include "cpu/watch.h"

struct place {
	uint32_t site; /* images are below 4 GB */
	uint32_t which;
};

struct watch {
	watch_fn fn;
	void *arg;
	unsigned bits, n; /* places 1 << bits, of which n are in use */
	struct place *place;
};

#define FIRST_BITS 6

static struct place *
places(unsigned bits)
{
	struct place *p = calloc((size_t)1 << bits, sizeof(*p));

	if (p == NULL)
		abort();
	return p;
}

struct watch *
watch_create(watch_fn fn, void *arg)
{
	struct watch *w = malloc(sizeof(*w));

	if (w == NULL)
		abort();
	*w = (struct watch){ fn, arg, FIRST_BITS, 0, places(FIRST_BITS) };
	return w;
}

void
watch_destroy(struct watch *w)
{
	if (w == NULL)
		return;
	free(w->place);
	free(w);
}

/* The place of this site, or the empty one where it would be. */
static struct place *
find(const struct watch *w, uint32_t site)
{
	uint32_t i = (site * UINT32_C(0x9e3779b1)) >> (32 - w->bits);

	while (w->place[i].site != 0 && w->place[i].site != site)
		i = (i + 1) & ((1u << w->bits) - 1);
	return &w->place[i];
}

static void
grow(struct watch *w)
{
	struct place *old = w->place;
	uint32_t n = 1u << w->bits;

	w->place = places(++w->bits);
	for (uint32_t i = 0; i < n; i++)
		if (old[i].site != 0)
			*find(w, old[i].site) = old[i];
	free(old);
}

void
watch_add(struct watch *w, uint64_t site, unsigned which)
{
	struct place *p;

	assert(site != 0 && site <= UINT32_MAX);
	if (2 * (w->n + 1) > 1u << w->bits)
		grow(w);
	p = find(w, (uint32_t)site);
	w->n += p->site == 0;
	*p = (struct place){ (uint32_t)site, which };
}

/* In place of hk_poll(). */
static void
poll(struct cpu *cpu, struct hk_regs *regs)
{
	const struct place *p = find(cpu->watch, (uint32_t)regs->rip);

	if (p->site != 0)
		cpu->watch->fn(cpu->watch->arg, cpu, regs, p->which);
	if (cpu->hot.clock >= cpu->hot.limit)
		hk_poll(cpu, regs);
}

void
watch_cpu(struct cpu *cpu, const struct watch *w)
{
	cpu->watch = w;
	cpu->hot.fn_poll = poll;
}

uint64_t
watch_now_clk(const struct cpu *cpu)
{
	return (uint64_t)miss_look(&cpu->miss, (int64_t)cpu->hot.clock);
}
