/*
 * profile.c: accesses counted by line, byte and site (profile.h).
 *
 * Annotated code lets an access pass unseen when its line's address stands in
 * the filter of its set, and a thunk when it finds the line in another way.
 * The second is shut by claiming that the host has no AVX2 (cpu_hot.split).  The
 * filters are emptied after each call-out that may have filled one.  An access
 * touches one set, its own, in this L1D and, when other CPUs lose the line or
 * must share it, in theirs: so one entry of each CPU's filter.  Call-outs of
 * other kinds are rarer; they empty all.
 *
 *	CPU 0	hook -> write() -> hk_write -> waits for its turn
 *	CPU 1		hook -> read() -> hk_read, its entries emptied
 *	CPU 0					-> ... its entries emptied
 *
 * What an access is counted for is decided when it happens, after hk_*, as CPUs
 * may have changed turns before.  A call-out that was under way when the profile
 * began may leave one entry of a filter filled, until that set is next used.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cpu/profile.h"
#include "cpu/profile_work.h"
#include "cpu/rep.h"
#include "cpu/smp.h"

#define INDEX_BYTES (COH_LINES * sizeof(uint32_t))

/* What a profile changes of a CPU. */
struct entries {
	__typeof__(((struct cpu_hot *)0)->fn_read) read, rmiss, write, wmiss,
	    lock;
	__typeof__(((struct cpu_hot *)0)->fn_rep) rep;
	__typeof__(((struct cpu_hot *)0)->fn_fetch) fetch;
	__typeof__(((struct cpu_hot *)0)->fn_priv) priv;
	uint32_t split;
};

struct profile {
	struct smp *smp;
	uint32_t *index; /* of each line: its place in line[], + 1; 0 none */
	struct profile_line *line;
	size_t n, cap;
	struct profile_sum sum;
	struct entries was; /* of a machine without a profile */
	struct works works;
	profile_context_fn context;
	void *arg;
	bool on;
};

static struct profile *the_profile; /* one machine in a process */

struct profile *
profile_create(struct smp *smp, profile_context_fn context, void *arg)
{
	struct profile *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	p->index = mmap(NULL, INDEX_BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p->index == MAP_FAILED)
		abort();
	p->smp = smp;
	p->context = context;
	p->arg = arg;
	the_profile = p;
	return p;
}

void
profile_destroy(struct profile *p)
{
	if (p == NULL)
		return;
	the_profile = NULL;
	works_clear(&p->works);
	(void)munmap(p->index, INDEX_BYTES);
	free(p->line);
	free(p);
}

/* ---- what was seen --------------------------------------------------------- */

static struct profile_line *
line_of(struct profile *p, uint32_t line)
{
	uint32_t *i = &p->index[line];

	if (*i != 0)
		return &p->line[*i - 1];
	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 1024 : 2 * p->cap;
		p->line = realloc(p->line, p->cap * sizeof(*p->line));
		if (p->line == NULL)
			abort();
	}
	memset(&p->line[p->n], 0, sizeof(p->line[p->n]));
	p->line[p->n].line = line;
	*i = (uint32_t)++p->n;
	return &p->line[*i - 1];
}

/* A site that is not among them takes the place of the least. */
static void
note_site(struct profile_line *l, uint64_t pc)
{
	struct profile_site *least = &l->site[0];

	for (unsigned i = 0; i < PROFILE_SITES; i++) {
		if (l->site[i].pc == pc) {
			l->site[i].n++;
			return;
		}
		if (l->site[i].n < least->n)
			least = &l->site[i];
	}
	*least = (struct profile_site){ pc, 1 };
}

static struct work *
work_of(struct profile *p, unsigned cpu)
{
	const uint64_t context = p->context == NULL
	    ? 0
	    : p->context(p->arg, p->smp->cpu[cpu]);

	return works_find(&p->works, cpu, context);
}

static void
note_write(struct profile *p, struct profile_line *l, unsigned cpu, uint64_t pc)
{
	l->objects += p->works.any && work_write(work_of(p, cpu), l->line);
	l->writers |= COH_BIT(cpu);
	l->writes++;
	l->handed += l->last != 0 && l->last != cpu + 1;
	l->last = (uint8_t)(cpu + 1);
	note_site(l, pc);
}

struct access {
	uint64_t ea, pc;
	unsigned size;
	bool read, write;
};

/* The part of an access that lies in the line of its first byte. */
static unsigned
note_part(struct profile *p, unsigned cpu, const struct access *a)
{
	struct profile_line *l = line_of(p,
	    (uint32_t)(a->ea >> 6) & CPU_LINE_MASK);
	unsigned at = (unsigned)(a->ea & (PROFILE_LINE_BYTES - 1));
	unsigned n = PROFILE_LINE_BYTES - at;

	n = n < a->size ? n : a->size;
	if (a->read) {
		l->readers |= COH_BIT(cpu);
		l->nread[at]++;
	}
	if (a->write) {
		l->nwrite[at]++;
		note_write(p, l, cpu, a->pc);
	}
	for (unsigned i = at; i < at + n; i++) {
		l->reader[i] |= a->read ? COH_BIT(cpu) : 0;
		l->writer[i] |= a->write ? COH_BIT(cpu) : 0;
	}
	return n;
}

static void
note(struct cpu *cpu, const struct access *access, uint64_t ordered)
{
	struct profile *p = the_profile;
	struct access a = *access;

	p->sum.reads += a.read;
	p->sum.writes += a.write;
	p->sum.ordered += ordered;
	line_of(p, (uint32_t)(a.ea >> 6) & CPU_LINE_MASK)->ordered += ordered;
	while (a.size != 0) {
		unsigned n = note_part(p, cpu->id, &a);

		a.ea += n;
		a.size -= n;
	}
}

void
profile_work(unsigned cpu, enum profile_work what, uint64_t object)
{
	struct profile *p = the_profile;
	struct work_lines twice;

	if (p == NULL || !p->on)
		return;
	twice = work_change(&p->works, work_of(p, cpu), what, object);
	for (unsigned i = 0; i < twice.n; i++)
		line_of(p, twice.line[i])->objects--;
}

/* ---- call-outs ---------------------------------------------------------------- */

static void
shut(struct profile *p, uint64_t ea)
{
	for (unsigned i = 0; i < p->smp->ncpu; i++) {
		struct l1d_filter *f = l1d_filter_of(&p->smp->cpu[i]->hot.l1d,
		    (uint32_t)(ea >> 6));

		f->rd = f->wr = L1D_NO_LINE;
	}
}

static void
shut_all(struct profile *p)
{
	for (unsigned i = 0; i < p->smp->ncpu; i++)
		memset(p->smp->cpu[i]->hot.l1d.filter, 0xff,
		    sizeof(p->smp->cpu[i]->hot.l1d.filter));
}

/* Where the hook goes back to: the thunk's return address. */
static uint64_t
hook_pc(const struct cpu *cpu)
{
	return *(const uint64_t *)(uintptr_t)cpu->hot.ksp;
}

static void
seen(struct cpu *cpu, const struct access *a, uint64_t ordered)
{
	if (!smp_is_io(cpu->smp, a->ea))
		note(cpu, a, cpu->stats.ordered - ordered);
	shut(the_profile, a->ea);
	shut(the_profile, a->ea + a->size - 1);
}

static void
on_read(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	struct access a = { ea, hook_pc(cpu), size, true, false };
	uint64_t ordered = cpu->stats.ordered;

	hk_read(cpu, ea, site, size);
	seen(cpu, &a, ordered);
}

static void
on_write(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	struct access a = { ea, hook_pc(cpu), size,
		(site->flags & HK_SITE_RMW) != 0, true };
	uint64_t ordered = cpu->stats.ordered;

	hk_write(cpu, ea, site, size);
	seen(cpu, &a, ordered);
}

static void
on_lock(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	struct access a = { ea, hook_pc(cpu), size, true, true };
	uint64_t ordered = cpu->stats.ordered;

	the_profile->sum.locks++;
	hk_lock(cpu, ea, site, size);
	seen(cpu, &a, ordered);
}

static void
on_rep(struct cpu *cpu, struct hk_regs *regs, const struct hk_strsite *str)
{
	uint64_t ordered = cpu->stats.ordered, pc = regs->rip;
	struct rep_range r[2];
	unsigned n = rep_ranges(cpu, regs, str, r);

	hk_rep(cpu, regs, str);
	for (unsigned i = 0; i < n; i++) {
		struct access a = { r[i].ea, pc, (unsigned)r[i].bytes,
			!r[i].write, r[i].write };

		note(cpu, &a, i == 0 ? cpu->stats.ordered - ordered : 0);
	}
	shut_all(the_profile);
}

static void
on_fetch(struct cpu *cpu, uint32_t address)
{
	hk_fetch(cpu, address);
	shut(the_profile, address);
}

static void
on_priv(struct cpu *cpu, struct hk_regs *regs, const struct hk_privsite *site)
{
	hk_priv(cpu, regs, site);
	shut_all(the_profile);
}

/* ---- on and off ------------------------------------------------------------- */

static void
set_entries(struct profile *p, const struct entries *e)
{
	for (unsigned i = 0; i < p->smp->ncpu; i++) {
		struct cpu_hot *h = &p->smp->cpu[i]->hot;

		h->fn_read = e->read;
		h->fn_rmiss = e->rmiss;
		h->fn_write = e->write;
		h->fn_wmiss = e->wmiss;
		h->fn_lock = e->lock;
		h->fn_rep = e->rep;
		h->fn_fetch = e->fetch;
		h->fn_priv = e->priv;
		h->split = e->split;
	}
}

void
profile_begin(struct profile *p)
{
	static const struct entries ours = { on_read, on_read, on_write,
		on_write, on_lock, on_rep, on_fetch, on_priv, 0 };
	const struct cpu_hot *h = &p->smp->cpu[0]->hot;

	p->was = (struct entries){ h->fn_read, h->fn_rmiss, h->fn_write,
		h->fn_wmiss, h->fn_lock, h->fn_rep, h->fn_fetch, h->fn_priv,
		h->split };
	for (size_t i = 0; i < p->n; i++)
		p->index[p->line[i].line] = 0;
	p->n = 0;
	p->sum = (struct profile_sum){ 0 };
	works_clear(&p->works);
	p->on = true;
	set_entries(p, &ours);
	shut_all(p);
}

void
profile_end(struct profile *p)
{
	p->on = false;
	set_entries(p, &p->was);
}

const struct profile_line *
profile_lines(const struct profile *p, size_t *n)
{
	*n = p->n;
	return p->line;
}

struct profile_sum
profile_total(const struct profile *p)
{
	return p->sum;
}
