/*
 * branch.c: branch prediction.
 *
 * Each static conditional branch has one byte in cpu_hot.bp: its last eight
 * outcomes, newest in bit 0 (1 = taken).  A two-level predictor with local
 * history:
 *
 *	history 00000000	predict not taken
 *	history 11111111	predict taken
 *	anything else		a two-bit counter chosen by branch and history
 *
 * Block ends test the first two cases inline: a branch that has gone one
 * way eight times and does so again changes nothing and does not come here.
 * (test_branch.c holds hk_branch() to that.)
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

/* The counter counts 0..3; from 2 on it predicts taken. */
static bool
predict_and_learn(uint8_t *counter, bool taken)
{
	bool predicted = *counter >= 2;

	if (taken)
		*counter += *counter < 3;
	else
		*counter -= *counter > 0;
	return predicted;
}

void
hk_branch(struct cpu *cpu, uint32_t bp, uint32_t taken)
{
	uint8_t *history = &cpu->hot.bp[bp - HK_BP];
	uint8_t *counter;
	bool predicted;

	assert(bp - HK_BP < HK_BP_SIZE);
	taken = taken != 0;
	cpu->stats.branches++;
	if (*history == 0 || *history == 0xff)
		predicted = *history != 0;
	else {
		counter = &cpu->pht[mix(bp, *history) & (cpu->p.npht - 1)];
		predicted = predict_and_learn(counter, taken);
	}
	*history = (uint8_t)(*history << 1 | taken);
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
