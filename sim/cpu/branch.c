/*
 * branch.c: branch prediction.
 *
 * A two-level predictor with local history: the last eight outcomes of each
 * static conditional branch, newest in bit 0 (1 = taken).
 *
 *	history 00000000	predict not taken
 *	history 11111111	predict taken
 *	anything else		a two-bit counter chosen by branch and history
 *
 * Most outcomes are foreseen and teach nothing: the history is all alike, or
 * its counter is at its end already.  As far ahead as that holds, the branch
 * is armed: its byte in cpu_hot.bp lets so many outcomes of the expected kind
 * go by in the code (hook_abi.h) and then, or when the other one comes, this
 * file catches up.  Two branches may share a counter, and a run that is armed
 * does not notice what the other does meanwhile; that is how the predictor
 * is defined, not an error against another one.
 *
 * Indirect jumps and calls have four bytes there: the target, once the last
 * eight agree, else 0.  The code compares in line and comes here when the
 * target is another one.  While there is no such target, a table chosen by
 * the branch and the last few targets of indirect jumps predicts if it knows
 * that pair, else the branch's last target.  Targets that pass in line take
 * no part in those last few.
 *
 * A mispredicted branch lets nothing into the machine until it has retired,
 * that is until the loads before it are done; then the penalty follows.
 *
 * Called from thunks at the end of a block, when the clock stands behind the
 * branch.
 */
#include <assert.h>
#include <string.h>

#include "cpu/cpu.h"

static void
mispredicted(struct cpu *cpu)
{
	int64_t prog = cpu_begin(cpu, 0);

	miss_wait(&cpu->miss, prog, MISS_LOADS);
	miss_stall(&cpu->miss, cpu->p.mispredict_clk);
	cpu_charge(cpu, CPU_BRANCH);
}

static inline uint32_t
mix(uint32_t a, uint32_t b)
{
	uint32_t x = (a * 0x9e3779b1u) ^ (b * 0x85ebca6bu);

	return x ^ x >> 15;
}

static uint8_t *
counter_of(struct cpu *cpu, uint32_t bp, uint8_t history)
{
	return &cpu->pht[mix(bp, history) & (cpu->p.npht - 1)];
}

/* Predict the outcome and learn it; the counter counts 0..3. */
static bool
predict_and_learn(struct cpu *cpu, uint32_t bp, uint8_t history, bool taken)
{
	uint8_t *counter;
	bool predicted;

	if (history == 0 || history == 0xff)
		return history != 0;
	counter = counter_of(cpu, bp, history);
	predicted = *counter >= 2;
	if (taken)
		*counter += *counter < 3;
	else
		*counter -= *counter > 0;
	return predicted;
}

#define RUN_MAX 127
#define UNSURE	2

/* The outcome that is foreseen and would teach nothing, or UNSURE. */
static int
foreseen(struct cpu *cpu, uint32_t bp, uint8_t history)
{
	uint8_t counter;

	if (history == 0 || history == 0xff)
		return history != 0;
	counter = *counter_of(cpu, bp, history);
	return counter == 0 ? 0 : counter == 3 ? 1 : UNSURE;
}

/*
 * How many foreseen outcomes of one kind lie ahead: n > 0 taken, n < 0 not
 * taken.
 */
static int8_t
run_ahead(struct cpu *cpu, uint32_t bp, uint8_t history)
{
	int kind = foreseen(cpu, bp, history);
	int n = 0;

	if (kind == UNSURE)
		return 0;
	while (n < RUN_MAX && foreseen(cpu, bp, history) == kind) {
		history = (uint8_t)(history << 1 | kind);
		n++;
		if (history == (kind ? 0xff : 0))
			n = RUN_MAX;
	}
	return (int8_t)(kind ? n : -n);
}

/* The history with the outcomes that went by in the code. */
static uint8_t
catch_up(uint8_t history, int armed, int left)
{
	int n = armed > 0 ? armed - left : left - armed;

	if (n >= 8)
		return armed > 0 ? 0xff : 0;
	return (uint8_t)(history << n | (armed > 0 ? (1 << n) - 1 : 0));
}

void
hk_branch(struct cpu *cpu, uint32_t bp, uint32_t taken)
{
	uint32_t i = bp - HK_BP;
	uint8_t history;
	bool predicted;

	assert(i < HK_BP_SIZE);
	taken = taken != 0;
	cpu->stats.branches++;
	/* The edge has counted this outcome, too. */
	history = catch_up(cpu->history[i], cpu->armed[i],
	    (int8_t)(cpu->hot.bp[i] + (taken ? 1 : -1)));
	predicted = predict_and_learn(cpu, bp, history, taken);
	history = (uint8_t)(history << 1 | taken);
	cpu->history[i] = history;
	cpu->armed[i] = run_ahead(cpu, bp, history);
	cpu->hot.bp[i] = (uint8_t)cpu->armed[i];
	if (predicted != taken) {
		cpu->stats.mispredicts++;
		mispredicted(cpu);
	}
	cpu_trace(cpu, CPU_EV_BRANCH, bp << 1 | taken);
}

#define STEADY 8 /* equal targets in a row before the code checks in line */

static inline uint32_t
known_target(const struct cpu_target *t, uint32_t bp)
{
	return t->bp == bp ? t->target : 0;
}

/* Note the target; true when this branch has been steady for long. */
static bool
learn_target(struct cpu_target *t, uint32_t bp, uint32_t to)
{
	if (known_target(t, bp) == to)
		t->repeats++;
	else
		*t = (struct cpu_target){ bp, to, 1 };
	return t->repeats >= STEADY;
}

/* Predict the target and learn the true one; true when they agree. */
static bool
predict_target(struct cpu *cpu, uint32_t bp, uint32_t *state, uint32_t to)
{
	const uint32_t mask = CPU_NTARGET - 1;
	struct cpu_target *last = &cpu->last[mix(bp, 0) & mask];
	struct cpu_target *path = &cpu->path[mix(bp, cpu->path_history) & mask];
	uint32_t predicted = *state;

	if (predicted == 0)
		predicted = known_target(path, bp);
	if (predicted == 0)
		predicted = known_target(last, bp);
	(void)learn_target(path, bp, to);
	*state = learn_target(last, bp, to) ? to : 0;
	cpu->path_history = cpu->path_history << 8 ^ mix(to, 0);
	return predicted == to;
}

void
hk_ijmp(struct cpu *cpu, uint32_t bp, uint64_t target)
{
	uint32_t state, to = (uint32_t)target;

	assert(bp - HK_BP <= HK_BP_SIZE - sizeof(state));
	memcpy(&state, &cpu->hot.bp[bp - HK_BP], sizeof(state));
	cpu->stats.ijmps++;
	if (!predict_target(cpu, bp, &state, to)) {
		cpu->stats.ijmp_mispredicts++;
		mispredicted(cpu);
	}
	memcpy(&cpu->hot.bp[bp - HK_BP], &state, sizeof(state));
	cpu_trace(cpu, CPU_EV_IJMP, target);
}
