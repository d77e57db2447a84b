/*
 * smp.c: windows, turns and coroutine switches (smp.h).
 *
 * Three kinds of stack: the host's, on which smp_run() loops; each CPU's
 * host stack, on which its call-outs run; and kernel stacks, on which image
 * code runs.  A CPU stops in a call-out only, so what is switched are host
 * stacks:
 *
 *	smp_run	-> co_switch -> CPU a: ... hook -> smp_order -> turn_over
 *					-> co_switch -> CPU b: ...
 *		<- co_switch <- the last one that can go on in this window
 *
 * `pos' is the real time of what a CPU does next; a CPU with a position
 * before the end of the window is eligible.  The one that runs is always the
 * first by (pos, rank), or was when it began to: it goes ahead on its own
 * lines, and at its next ordered access the others catch up.
 *
 * The others stand in a queue in that order, and smp_run() among them as if it
 * were a CPU that goes on at the end of the window; whoever runs is not in it,
 * and its turn lasts until the first that is.
 *
 * Nearly every ordered access changes turns, some ten million times a second
 * of host time, and what the host mispredicts or misses on the way costs more
 * than the instructions.  So what is needed lies in a few lines of struct smp
 * and one of each CPU, there are no branches on who is first, and all changes
 * go through the same calls: co_switch returns to where it was called from, as
 * the host expects, though for another CPU.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/tick.h"
#include "cpu/co.h"
#include "cpu/gsbase.h"
#include "cpu/smp.h"
#include "sc/sc.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#define NRANK     (1 << SMP_RANK_BITS)
#define SCHEDULER (NRANK - 1) /* the rank of smp_run(), a CPU of none */

/* ---- turns ---------------------------------------------------------------------- */

/* When smp_run() goes on: before all CPUs that stand at the window's end. */
static inline int64_t
window_turn(const struct smp *smp)
{
	return smp_turn(smp->window_end, 0) - 1;
}

static inline int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t
later(int64_t a, int64_t b)
{
	return a < b ? b : a;
}

static inline unsigned
rank_of(int64_t turn)
{
	return turn & (NRANK - 1);
}

/* Go to the stack of this rank. */
static inline void
switch_stacks(struct smp *smp, unsigned from, unsigned to)
{
	struct cpu *cpu = smp->by_rank[to].cpu;
	char *sp = smp->by_rank[to].sp;

	/* WRGSBASE takes as long as the second cache of the host. */
	__builtin_prefetch(sp);
	__builtin_prefetch(sp + 64);
	smp->running = cpu;
	if (cpu != NULL)
		gsbase_set(cpu);
	co_go(&smp->by_rank[from].sp, sp,
	    cpu != NULL ? cpu->host_stack + CPU_PAGE : NULL,
	    CPU_STACK_BYTES - CPU_PAGE);
}

/*
 * `rank' goes on at `turn', which is behind the queue's first: that one leaves
 * the queue and runs, and `turn' takes its place there.  Where that is, is as
 * good as random, so the host must not have to guess: every entry becomes the
 * next one or the new one or stays, by minimum and maximum.  Hosts do all at
 * once if they can.
 *
 *	queue	  2  5  7  9	2 leaves, 6 comes
 *	min(next, 6)
 *		  5  6  6  6
 *	max(that, itself)
 *		  5  6  7  9
 *
 * Returns when it is this one's turn again.
 */
#ifndef __SANITIZE_ADDRESS__ /* which is not there yet when one is chosen */
__attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#endif
static void
turn_over(struct smp *smp, unsigned rank, int64_t turn)
{
	int64_t *q = smp->queue, first = q[0];

	for (unsigned i = 0; i < SMP_QUEUE; i++)
		q[i] = later(q[i], earlier(q[i + 1], turn));
	switch_stacks(smp, rank, rank_of(first));
}

/* The entry of place i becomes this turn, which is not later. */
static void
advance(struct smp *smp, unsigned i, int64_t turn)
{
	int64_t *q = smp->queue;

	for (; i > 0 && q[i - 1] > turn; i--)
		q[i] = q[i - 1];
	q[i] = turn;
}

void
smp_yield(struct cpu *cpu)
{
	struct smp *smp;

	uc_flush(cpu);
	smp = cpu->smp;
	smp->stats.switches++;
	turn_over(smp, cpu->rank,
	    cpu->run == CPU_RUNNING ? smp_turn(cpu->pos, cpu->rank)
				    : SMP_NO_TURN);
}

void
smp_wait(struct cpu *cpu, uint64_t at)
{
	struct smp *smp;

	cpu->pos = at;
	uc_flush(cpu);
	smp = cpu->smp;
	smp->stats.switches++;
	turn_over(smp, cpu->rank, smp_turn(at, cpu->rank));
}

/* Those that run have heard of the window's end. */
static void
renew_limits(struct smp *smp)
{
	for (unsigned i = 0; i < smp->ncpu; i++) {
		struct cpu *c = smp->cpu[i];

		if (c->run == CPU_RUNNING && !c->polling)
			cpu_renew_limit(c);
	}
}

void
smp_meet(struct smp *smp, uint64_t at)
{
	uint64_t end = (at + smp->lookahead_clk) & ~UINT64_C(1);
	unsigned i = 0;

	if (smp->window_end <= end)
		return;
	smp->window_end = end;
	if (smp->running == NULL)
		return;
	while (rank_of(smp->queue[i]) != SCHEDULER)
		i++;
	advance(smp, i, window_turn(smp));
	renew_limits(smp);
	cpu_interrupts_changed(smp->running);
}

void
smp_wake(struct smp *smp, struct cpu *cpu, uint64_t at)
{
	assert(cpu->run != CPU_RUNNING);
	smp_meet(smp, at);
	cpu->run = CPU_RUNNING;
	cpu->pos = at;
	advance(smp, SMP_QUEUE - 1, smp_turn(at, cpu->rank));
}

/*
 * The CPU becomes the last of those that were started.  If it was one of them
 * before, those behind it move up.
 */
static void
take_rank(struct smp *smp, struct cpu *cpu)
{
	unsigned r = cpu->rank;

	if (smp->by_rank[r].cpu != cpu)
		r = smp->nstarted++;
	for (unsigned i = 0; i < SMP_QUEUE; i++)
		if (rank_of(smp->queue[i]) > r &&
		    rank_of(smp->queue[i]) != SCHEDULER)
			smp->queue[i]--;
	for (; r + 1 < smp->nstarted; r++) {
		smp->by_rank[r] = smp->by_rank[r + 1];
		smp->by_rank[r].cpu->rank = r;
	}
	smp->by_rank[r].cpu = cpu;
	cpu->rank = r;
}

/* The CPU's first function came back; CPU 0's ends the run. */
static void
returned(void *arg)
{
	struct cpu *cpu = arg;

	uc_flush(cpu);
	if (cpu->rank == 0)
		smp_leave(cpu, EX_GOOD);
	cpu->run = CPU_OFF;
	smp_yield(cpu);
	abort();
}

void
smp_start(struct smp *smp, unsigned n, void (*fn)(const void *),
    const void *arg, void *ksp, uint64_t at)
{
	struct cpu *cpu = smp->cpu[n];
	const struct co_start start = { (uintptr_t)fn, (uintptr_t)arg,
		(uintptr_t)ksp, returned };

	assert(cpu->run == CPU_OFF);
	take_rank(smp, cpu);
	smp->by_rank[cpu->rank].sp = co_prepare(cpu->hot.hsp, &start);
	cpu->hot.clock = at;
	cpu->wake_at = UINT64_MAX;
	cpu_renew_limit(cpu);
	smp_wake(smp, cpu, at);
}

void
smp_leave(struct cpu *cpu, int code)
{
	struct smp *smp = cpu->smp;

	smp->code = code;
	smp->done = true;
	cpu->run = CPU_OFF;
#ifdef __SANITIZE_ADDRESS__
	/* The frames left behind will not unpoison themselves. */
	ASAN_UNPOISON_MEMORY_REGION(cpu->host_stack + CPU_PAGE,
	    CPU_STACK_BYTES - CPU_PAGE);
#endif
	switch_stacks(smp, cpu->rank, SCHEDULER);
	abort();
}

/* ---- messages -------------------------------------------------------------------- */

void
smp_message(struct smp *smp, uint8_t dest, bool logical, uint8_t mode,
    uint8_t vector, bool level, uint64_t at)
{
	/* No CPU has been told to go further; without a window none has been. */
	assert(at >= smp->window_end || smp->window_end == UINT64_MAX);
	for (unsigned i = 0; i < smp->ncpu; i++) {
		struct cpu *c = smp->cpu[i];

		if (!lapic_matches(&c->lapic, dest, logical))
			continue;
		smp->stats.messages++;
		if (mode != LAPIC_FIXED && mode != LAPIC_LOWEST)
			cpu_fail(smp->running != NULL ? smp->running : c,
			    EX_BUG, 0,
			    "interrupt message of delivery mode %u: only "
			    "fixed and lowest priority are modelled",
			    mode);
		if (!lapic_message(&c->lapic, vector, level, at))
			cpu_fail(smp->running != NULL ? smp->running : c,
			    EX_BUG, 0,
			    "more than %u interrupt messages on their way to "
			    "CPU %u",
			    LAPIC_QUEUE, c->id);
		if (mode == LAPIC_LOWEST)
			break;
	}
}

/* When a CPU that halted goes on, as far as is known. */
static uint64_t
wakes_at(const struct cpu *cpu)
{
	uint64_t at = cpu->wake_at, due = lapic_next(&cpu->lapic);

	if ((cpu->sys_flags & RFLAGS_IF) != 0 && due < at)
		at = due;
	return at;
}

void
smp_halt(struct cpu *cpu)
{
	uint64_t at = wakes_at(cpu);

	cpu->run = CPU_HALTED;
	if (at != UINT64_MAX)
		smp_meet(cpu->smp, at);
	smp_yield(cpu);
}

/* ---- windows ------------------------------------------------------------------------ */

/* What lies ahead when no CPU runs. */
struct outlook {
	uint64_t next;  /* something happens */
	uint64_t event; /* a device's does */
	uint64_t wake;  /* a CPU that halted goes on */
	unsigned busy;  /* CPUs that run, or wait for a device */
};

static struct outlook
look_ahead(const struct smp *smp)
{
	struct outlook o = { .event = sc_next_tick(), .wake = UINT64_MAX };

	o.event = o.event == TICK_NEVER ? UINT64_MAX : o.event * CLK_PER_TICK;
	for (unsigned i = 0; i < smp->ncpu; i++) {
		const struct cpu *c = smp->cpu[i];

		o.busy += c->run == CPU_RUNNING || c->run == CPU_WAITING;
		if (c->run == CPU_HALTED)
			o.wake = tick_earlier(o.wake, wakes_at(c));
	}
	o.next = tick_earlier(o.event, o.wake);
	if (smp->queue[0] != SMP_NO_TURN)
		o.next = tick_earlier(o.next,
		    (uint64_t)smp->queue[0] >> SMP_RANK_BITS);
	return o;
}

/*
 * The only CPU that runs has until the next device's event, or until another
 * CPU may wake, for itself.
 */
static uint64_t
end_alone(const struct outlook *o)
{
	return tick_earlier(o->next + SMP_SOLO_CLK,
	    tick_earlier(o->event, o->wake));
}

/*
 * Several meet when something of one may reach another, or of the next device's
 * event.
 */
static uint64_t
end_together(const struct smp *smp, const struct outlook *o)
{
	const uint64_t end = o->next + smp->window_clk;

	return o->event < end ? tick_earlier(end, o->event + smp->lookahead_clk)
			      : end;
}

/* Has anybody waited for main memory since this was asked last? */
static bool
dram_is_busy(struct smp *smp)
{
	const uint64_t before = smp->dram_waited_clk;

	smp->dram_waited_clk = smp->coh->dram.waited_clk;
	return smp->dram_waited_clk != before;
}

/*
 * While main memory is waited for, several meet earlier: its channels are given to
 * whoever runs first.
 */
static uint64_t
window_end(struct smp *smp, const struct outlook *o)
{
	uint64_t end = (o->next + smp->lookahead_clk) & ~UINT64_C(1), longer;

	if (smp->config.exact)
		return tick_earlier(end, o->event);
	if (o->busy == 1)
		longer = end_alone(o);
	else
		longer = dram_is_busy(smp) ? end : end_together(smp, o);
	longer &= ~UINT64_C(1);
	return longer < end ? end : longer;
}

static void
open_window(struct smp *smp, const struct outlook *o)
{
	smp->window_end = window_end(smp, o);
	smp->stats.windows++;
	coh_set_time(smp->coh, o->next);
	for (unsigned i = 0; i < smp->ncpu; i++) {
		struct cpu *c = smp->cpu[i];

		if (c->run == CPU_HALTED && wakes_at(c) < smp->window_end)
			smp_wake(smp, c, wakes_at(c));
	}
	renew_limits(smp);
}

static void
run_cpus(struct smp *smp)
{
	int64_t turn = window_turn(smp);

	if (smp->queue[0] < turn)
		turn_over(smp, SCHEDULER, turn);
}

static void
end_run(struct smp *smp, int code, const char *why)
{
	fprintf(stderr, "rangeley: %s\n", why);
	smp->code = code;
	smp->done = true;
}

/* Reasons for the run to end that no CPU sees. */
static void
check_end(struct smp *smp, uint64_t t)
{
	if (cpu_stop_requested() != 0)
		end_run(smp, cpu_stop_requested(), "stopped by request");
	else if (t == UINT64_MAX)
		end_run(smp, EX_FINDING,
		    "every CPU is halted and nothing is under way that could "
		    "wake one");
	else if (t >= smp->limit)
		end_run(smp, EX_NOVERDICT,
		    "run limit reached; raise it to go on");
}

int
smp_run(struct smp *smp)
{
	while (!smp->done) {
		struct outlook o = look_ahead(smp);
		enum sc_result r;

		check_end(smp, o.next);
		if (smp->done)
			break;
		open_window(smp, &o);
		run_cpus(smp);
		if (smp->done)
			break;
		r = sc_run(smp->window_end / CLK_PER_TICK + 1);
		if (r != SC_OK)
			end_run(smp, EX_BUG, sc_errmsg());
	}
	return smp->code;
}
