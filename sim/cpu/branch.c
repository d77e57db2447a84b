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
 * The prediction is worked out ahead.  A branch is armed with the number of
 * outcomes for which it stays the same: that many may go by in the code
 * without a call (its byte in cpu_hot.bp, hook_abi.h).  Then, or when the
 * other outcome comes, this file catches up with the history, lets the
 * counter learn this one outcome, and arms the branch again.  So counters
 * learn at mispredictions and where the prediction turns, not in between.
 *
 * Indirect jumps and calls are predicted by a table that the branch and the
 * last few targets of indirect branches choose from; an entry is a branch and
 * a target.  The image's thunk looks there first and comes here when the
 * entry is another one.
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
mix(uint32_t a)
{
	uint32_t x = a * 0x9e3779b1u;

	return x ^ x >> 15;
}

/* The counters of a branch lie close together.  They count 0..3. */
static uint8_t *
counter_of(struct cpu *cpu, uint32_t bp, uint8_t history)
{
	return &cpu->pht[(mix(bp) ^ history) & (CPU_PHT - 1)];
}

static bool
predict(struct cpu *cpu, uint32_t bp, uint8_t history)
{
	if (history == 0 || history == 0xff)
		return history != 0;
	return *counter_of(cpu, bp, history) >= 2;
}

static void
learn(struct cpu *cpu, uint32_t bp, uint8_t history, bool taken)
{
	uint8_t *counter = counter_of(cpu, bp, history);

	if (taken)
		*counter += *counter < 3;
	else
		*counter -= *counter > 0;
}

#define RUN_MAX 127

/* Outcomes ahead with the same prediction: n > 0 taken, n < 0 not taken. */
static int8_t
run_ahead(struct cpu *cpu, uint32_t bp, uint8_t history)
{
	bool taken = predict(cpu, bp, history);
	uint8_t end = taken ? 0xff : 0;
	int n = 0;

	do {
		history = (uint8_t)(history << 1 | taken);
		n++;
	} while (history != end && predict(cpu, bp, history) == taken);
	if (history == end)
		n = RUN_MAX;
	return (int8_t)(taken ? n : -n);
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
	predicted = predict(cpu, bp, history);
	learn(cpu, bp, history, taken);
	history = (uint8_t)(history << 1 | taken);
	cpu->history[i] = history;
	cpu->armed[i] = run_ahead(cpu, bp, history);
	cpu->hot.bp[i] = (uint8_t)cpu->armed[i];
	if (predicted != taken) {
		cpu->stats.mispredicts++;
		mispredicted(cpu);
		cpu_trace(cpu, CPU_EV_BRANCH, bp << 1 | taken);
	}
}

void
hk_ijmp(struct cpu *cpu, uint32_t bp, uint64_t target)
{
	uint32_t *recent = &cpu->hot.targets;
	uint64_t *entry = &cpu->hot.path[(*recent ^ bp) % HK_PATH_ENTRIES];
	uint64_t actual = (uint64_t)bp << 32 | (uint32_t)target;

	/* The thunk comes only when they differ. */
	assert(*entry != actual);
	*entry = actual;
	*recent = *recent << HK_PATH_SHIFT ^ (uint32_t)target;
	cpu->stats.ijmp_mispredicts++;
	mispredicted(cpu);
	cpu_trace(cpu, CPU_EV_IJMP, target);
}
