/*
 * measure.c: measurements of the image's programs, and names of its objects
 * (seam_measure(), seam_object()).
 *
 * A measurement is the difference of counters between its two calls.  A CPU that
 * halts is charged when it wakes; what it has slept by the time of a call is
 * added here, or a measurement would have the sleep before it and not its own.
 *
 * From a call-out, by down.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "down.h"

/* ---- objects ------------------------------------------------------------------ */

/* Does old have to go when o comes? */
static bool
is_replaced(const struct run_object *old, const struct run_object *o)
{
	bool overlap = old->va < o->va + o->bytes &&
	    o->va < old->va + old->bytes,
	     within = o->va >= old->va &&
	    o->va + o->bytes <= old->va + old->bytes && o->bytes < old->bytes;

	return overlap && !within;
}

void
measure_object(struct cpu *cpu, const struct run_object *o)
{
	struct run *run = cpu->owner;
	struct run_report *rep = run->report;
	struct run_object *all;
	size_t n = 0;

	for (size_t i = 0; i < rep->nobject; i++)
		if (!is_replaced(&rep->object[i], o))
			rep->object[n++] = rep->object[i];
	all = realloc(rep->object, (n + 1) * sizeof(*all));
	if (all == NULL)
		cpu_fail(cpu, EX_BUG, 0, "out of memory for objects");
	rep->object = all;
	rep->nobject = n + 1;
	for (; n > 0 && all[n - 1].va > o->va; n--)
		all[n] = all[n - 1];
	all[n] = *o;
}

/* ---- counters ----------------------------------------------------------------- */

/* Struct of counters: to -= from. */
static void
subtract(void *to, const void *from, size_t bytes)
{
	uint64_t *t = to;
	const uint64_t *f = from;

	for (size_t i = 0; i < bytes / sizeof(*t); i++)
		t[i] -= f[i];
}

static uint64_t
idle_clk(const struct cpu *cpu, uint64_t now)
{
	uint64_t idle = cpu->stats.stall[CPU_IDLE];

	if (cpu->run == CPU_HALTED && now > cpu->hot.clock)
		idle += now - cpu->hot.clock;
	return idle;
}

/* All counters as they are. */
static struct run_measure
look(const struct run *run, uint64_t now)
{
	struct run_measure m = { .clk = now };

	for (unsigned i = 0; i < run->smp->ncpu; i++) {
		const struct cpu *cpu = run->smp->cpu[i];

		if (cpu->run == CPU_OFF)
			continue;
		run_add_stats(&m.cpu, &cpu->stats);
		m.busy_clk += now - idle_clk(cpu, now);
	}
	m.coh = run->smp->coh->stats;
	return m;
}

static void
begin(struct cpu *cpu, const char *name)
{
	struct run *run = cpu->owner;
	struct run_report *rep = run->report;
	struct run_measure *m;

	m = realloc(rep->measure, (rep->nmeasure + 1) * sizeof(*m));
	if (m == NULL)
		cpu_fail(cpu, EX_BUG, 0, "out of memory for measurements");
	rep->measure = m;
	m += rep->nmeasure++;
	*m = (struct run_measure){ 0 };
	strcpy(m->name, name);
	rep->measuring = true;
	if (run->profile != NULL)
		profile_begin(run->profile);
	run->start = look(run, cpu_now(cpu));
}

/* Those lines are kept that a report can speak of. */
static void
keep_profile(struct cpu *cpu, struct run_measure *m)
{
	struct run *run = cpu->owner;
	const struct profile_line *l;

	profile_end(run->profile);
	m->sum = profile_total(run->profile);
	l = profile_lines(run->profile, &m->ntouched);
	for (size_t i = 0; i < m->ntouched; i++)
		m->nshared += profile_is_shared(&l[i]);
	m->shared = calloc(m->nshared + 1, sizeof(*m->shared));
	if (m->shared == NULL)
		cpu_fail(cpu, EX_BUG, 0, "out of memory for a profile");
	for (size_t i = 0, n = 0; i < m->ntouched; i++)
		if (profile_is_shared(&l[i]))
			m->shared[n++] = l[i];
}

static void
end(struct cpu *cpu, uint64_t n)
{
	struct run *run = cpu->owner;
	struct run_report *rep = run->report;
	struct run_measure *m = &rep->measure[rep->nmeasure - 1];
	struct run_measure now = look(run, cpu_now(cpu));
	uint64_t wait = now.cpu.interrupt_wait_max_clk,
		 path = now.cpu.interrupt_path_max_clk,
		 correction = now.coh.correction_max_clk;

	subtract(&now.cpu, &run->start.cpu, sizeof(now.cpu));
	subtract(&now.coh, &run->start.coh, sizeof(now.coh));
	m->n = n;
	m->clk = now.clk - run->start.clk;
	m->busy_clk = now.busy_clk - run->start.busy_clk;
	m->cpu = now.cpu;
	m->coh = now.coh;
	m->cpu.interrupt_wait_max_clk = wait;
	m->cpu.interrupt_path_max_clk = path;
	m->coh.correction_max_clk = correction;
	rep->measuring = false;
	if (run->profile != NULL)
		keep_profile(cpu, m);
	if (run->config->measured != NULL)
		run->config->measured(run->config->measured_arg, rep);
}

void
measure(struct cpu *cpu, const char *name, uint64_t n)
{
	const struct run *run = cpu->owner;
	const struct run_report *rep = run->report;
	const char *last = rep->measuring ? rep->measure[rep->nmeasure - 1].name
					  : NULL;

	if (n == 0 && last != NULL)
		cpu_fail(cpu, EX_FINDING, 0,
		    "%s: measurement %s begins before %s has ended; one at a "
		    "time",
		    run->image.path, name, last);
	if (n != 0 && (last == NULL || strcmp(last, name) != 0))
		cpu_fail(cpu, EX_FINDING, 0,
		    "%s: measurement %s ends and has not begun",
		    run->image.path, name);
	if (n == 0)
		begin(cpu, name);
	else
		end(cpu, n);
}
