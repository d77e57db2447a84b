/*
 * watch.c: watched poll points (watch.h).
 *
 * Poll sites are looked up in a table of twice as many places as there are
 * sites, at a hash of the address and behind; empty places are 0.  Half as many
 * and one lie behind the last one, so nobody comes to the end.
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
	unsigned shift, n; /* hashes: the bits from 32 - shift on; n in use */
	struct place *place;
};

#define FIRST_SHIFT 26

/* Places in the table whose hashes have that shift. */
static size_t
nplace(unsigned shift)
{
	return ((size_t)3 << (32 - shift)) / 2 + 1;
}

static struct place *
places(unsigned shift)
{
	struct place *p = calloc(nplace(shift), sizeof(*p));

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
	*w = (struct watch){ fn, arg, FIRST_SHIFT, 0, places(FIRST_SHIFT) };
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
static inline struct place *
find(const struct watch *w, uint32_t site)
{
	struct place *p = &w->place[site * UINT32_C(0x9e3779b1) >> w->shift];

	while (p->site != 0 && p->site != site)
		p++;
	return p;
}

static void
grow(struct watch *w)
{
	struct place *old = w->place;
	size_t n = nplace(w->shift);

	w->place = places(--w->shift);
	for (size_t i = 0; i < n; i++)
		if (old[i].site != 0)
			*find(w, old[i].site) = old[i];
	free(old);
}

void
watch_add(struct watch *w, uint64_t site, unsigned which)
{
	struct place *p;

	assert(site != 0 && site <= UINT32_MAX);
	if (w->n == 1u << (31 - w->shift))
		grow(w);
	p = find(w, (uint32_t)site);
	w->n += p->site == 0;
	*p = (struct place){ (uint32_t)site, which };
}

__attribute__((noinline)) static void
seen(struct cpu *cpu, struct hk_regs *regs)
{
	const struct watch *w = cpu->watch;

	w->fn(w->arg, cpu, regs, find(w, (uint32_t)regs->rip)->which);
	if (cpu->hot.clock >= cpu->hot.limit)
		hk_poll(cpu, regs, true);
}

/* In place of hk_poll().  Those that are not watched come when they are due only. */
static void
poll(struct cpu *cpu, struct hk_regs *regs, bool watched)
{
	if (watched)
		seen(cpu, regs);
	else
		hk_poll(cpu, regs, false);
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
