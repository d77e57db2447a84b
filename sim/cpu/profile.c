/*
 * profile.c: accesses counted by line, byte and site (profile.h).
 *
 * While it is on, every access of every CPU comes here (tap.h).
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
#include "cpu/tap.h"

#define INDEX_BYTES (COH_LINES * sizeof(uint32_t))

struct profile {
	struct smp *smp;
	uint32_t *index; /* of each line: its place in line[], + 1; 0 none */
	struct profile_line *line;
	size_t n, cap;
	struct profile_sum sum;
	struct tap was; /* of a machine without a profile */
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
seen(struct cpu *cpu, const struct access *a, uint64_t ordered)
{
	if (!smp_is_io(cpu->smp, a->ea))
		note(cpu, a, cpu->stats.ordered - ordered);
	tap_shut(cpu->smp, a->ea);
	tap_shut(cpu->smp, a->ea + a->size - 1);
}

static void
on_read(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	struct access a = { ea, tap_pc(cpu), size, true, false };
	uint64_t ordered = cpu->stats.ordered;

	hk_read(cpu, ea, site, size);
	seen(cpu, &a, ordered);
}

static void
on_write(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	struct access a = { ea, tap_pc(cpu), size,
		(site->flags & HK_SITE_RMW) != 0, true };
	uint64_t ordered = cpu->stats.ordered;

	hk_write(cpu, ea, site, size);
	seen(cpu, &a, ordered);
}

static void
on_lock(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	struct access a = { ea, tap_pc(cpu), size, true, true };
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
	tap_shut_all(cpu->smp);
}

static void
on_fetch(struct cpu *cpu, uint32_t address)
{
	hk_fetch(cpu, address);
	tap_shut(cpu->smp, address);
}

static void
on_priv(struct cpu *cpu, struct hk_regs *regs, const struct hk_privsite *site)
{
	hk_priv(cpu, regs, site);
	tap_shut_all(cpu->smp);
}

/* ---- on and off ------------------------------------------------------------- */

void
profile_begin(struct profile *p)
{
	struct tap ours = p->was = tap_get(p->smp);

	ours.read = ours.rmiss = on_read;
	ours.write = ours.wmiss = on_write;
	ours.lock = on_lock;
	ours.rep = on_rep;
	ours.fetch = on_fetch;
	ours.priv = on_priv;
	ours.split = 0;
	for (size_t i = 0; i < p->n; i++)
		p->index[p->line[i].line] = 0;
	p->n = 0;
	p->sum = (struct profile_sum){ 0 };
	works_clear(&p->works);
	p->on = true;
	tap_set(p->smp, &ours);
	tap_shut_all(p->smp);
}

void
profile_end(struct profile *p)
{
	p->on = false;
	tap_set(p->smp, &p->was);
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
