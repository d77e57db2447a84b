/*
 * cpustates.c: looks at CPUs at equal distances of time (cpustates.h).
 */
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "cpustates.h"
#include "kview.h"
#include "sc/sc.h"

struct cpustates {
	struct kview *kview;
	const struct smp *smp;
	struct sc_ev *ev;
	bool (*done)(void *);
	void *arg;
	void (*also)(void *, bool done); /* or NULL */
	void *also_arg;
	uint64_t looks, n[CPU_MAX][CPUSTATE_COUNT];
	uint64_t first[CPU_MAX], last[CPU_MAX]; /* interrupts */
};

static enum cpustate
state_of(const struct cpustates *s, const struct cpu *cpu)
{
	struct kview_context c;

	if (cpu->run == CPU_HALTED || cpu->run == CPU_OFF)
		return CPUSTATE_IDLE;
	kview_look(s->kview, cpu, &c);
	if (c.hard)
		return CPUSTATE_INTR;
	if (c.soft)
		return CPUSTATE_SOFTINT;
	return strncmp(c.lwp_name, "idle", 4) == 0 ? CPUSTATE_IDLE
						   : CPUSTATE_USER;
}

static void
look(void *arg)
{
	struct cpustates *s = arg;
	const bool done = s->done(s->arg);

	if (s->also != NULL)
		s->also(s->also_arg, done);
	if (done)
		return;
	for (unsigned i = 0; i < s->smp->ncpu; i++) {
		s->n[i][state_of(s, s->smp->cpu[i])]++;
		s->last[i] = s->smp->cpu[i]->stats.interrupts;
		if (s->looks == 0)
			s->first[i] = s->last[i];
	}
	s->looks++;
	(void)sc_ev_after(s->ev, ns_to_tick(CPUSTATES_NS));
}

struct cpustates *
cpustates_create(const struct types *types)
{
	struct cpustates *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->kview = kview_create(types, NULL, NULL, NULL);
	return s;
}

void
cpustates_destroy(struct cpustates *s)
{
	if (s == NULL)
		return;
	kview_destroy(s->kview);
	free(s);
}

void
cpustates_start(struct cpustates *s, const struct smp *smp, uint64_t at_tick,
    bool (*done)(void *), void *arg)
{
	s->smp = smp;
	s->done = done;
	s->arg = arg;
	(void)sc_ev_create(look, s, &s->ev);
	(void)sc_ev_at(s->ev, at_tick);
}

void
cpustates_also(struct cpustates *s, void (*also)(void *, bool), void *arg)
{
	s->also = also;
	s->also_arg = arg;
}

double
cpustates_share(const struct cpustates *s, unsigned cpu, enum cpustate state)
{
	return s->looks == 0 ? 0 : (double)s->n[cpu][state] / (double)s->looks;
}

double
cpustates_seconds(const struct cpustates *s)
{
	return s->looks == 0 ? 0 : (double)(s->looks - 1) * CPUSTATES_NS / 1e9;
}

uint64_t
cpustates_interrupts(const struct cpustates *s, unsigned cpu)
{
	return s->last[cpu] - s->first[cpu];
}
