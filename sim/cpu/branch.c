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
 * The prediction is worked out ahead, so that outcomes which come as foreseen
 * need no call.  A branch has a ring of 64 outcomes (cpu_hot.bp, hook_abi.h):
 *
 *	bit 63 ...                          ... bit 0
 *	next, after it, ...   ..., before it, the last
 *
 * Each edge turns the ring by one, and looks at the bit that went from one
 * end to the other: it was a forecast and now is history.  So while forecasts
 * come true nothing has to be counted or caught up with: the low bits of the
 * ring always are the last outcomes.
 *
 * When one does not come true this file puts it right, lets the counter
 * learn, and writes a new forecast: AHEAD outcomes by the counters.  If they
 * end in a history of one kind the forecast is more of that kind, and the
 * code calls no more until the branch turns.  Else the last 64 - AHEAD
 * outcomes follow.  When one of those does not come true the counters may
 * well foresee the outcome: that is no misprediction.  Such a branch repeats
 * itself with a period that does not divide 64, so it gets a forecast of all
 * the ring but the history.
 *
 * Counters learn at calls, not in between.
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

#include "cpu/cpu.h"
#include "cpu/path.h"

/*
 * miss_begin(), miss_wait() for all loads, miss_stall() and miss_due() at
 * once: a window that has been used by now stalls from there, an open one
 * from here, and none is open afterwards.
 */
static inline void
mispredicted(struct cpu *cpu)
{
	struct miss *m = &cpu->miss;
	int64_t prog = (int64_t)cpu->hot.clock - m->charged, sum;
	uint64_t due;

	if (__builtin_expect((int64_t)cpu->hot.clock >= m->seen_from, 0))
		path_write(cpu, (int64_t)cpu->hot.clock);
	m->event = prog;
	for (uint32_t i = 0; i < m->nopen; i++) {
		const struct miss_open *o = &m->open[i];
		int64_t stall = o->done - (o->use < prog ? o->use : prog);

		m->stalled = stall > m->stalled ? stall : m->stalled;
	}
	m->nopen = 0;
	m->last_use = prog;
	miss_stall(m, cpu->p.mispredict_clk);
	sum = m->ahead > m->stalled ? m->ahead : m->stalled;
	due = (uint64_t)(sum - m->charged);
	m->charged = sum;
	cpu->hot.clock += due;
	cpu->stats.stall[CPU_BRANCH] += due;
}

#define HISTORY (CPU_HISTORY - 1) /* mask */
/*
 * So many outcomes after a rare one, no more of it is in the history.  With
 * fewer the forecast would never end in a history of one kind; with more, a
 * call takes longer, and few are saved.
 */
#define AHEAD 8
_Static_assert(1 << AHEAD == CPU_HISTORY, "far_forecast() keeps a history");

/* The word of counters for a history. */
static inline unsigned
word_of(uint64_t outcomes)
{
	return outcomes >> 6 & (CPU_HISTORY / 64 - 1);
}

static inline uint64_t
predict(const struct branch *b, uint64_t outcomes)
{
	return b->taken[word_of(outcomes)] >> (outcomes & 63) & 1;
}

/*
 * A counter's two bits: what it predicts, and whether it is sure.  An unsure
 * one changes its mind; else it becomes surer, or less sure.  Without a jump
 * on the outcome, which the host would not foresee either.
 */
static inline void
learn(struct branch *b, uint64_t outcomes, uint64_t taken)
{
	unsigned w = word_of(outcomes);
	/* Histories of one kind, 0 and 255, learn nothing. */
	uint64_t mixed = ((outcomes + 1) & (HISTORY - 1)) != 0;
	uint64_t bit = mixed << (outcomes & 63);
	uint64_t is = b->taken[w], sure = b->sure[w], all = -taken;

	b->sure[w] = sure ^ ((sure ^ ~(is ^ all)) & bit);
	b->taken[w] = is ^ ((is ^ ((is & sure) | ((is | ~sure) & all))) & bit);
}

/* outcomes << 1 | bit (outcomes modulo 64) of word, in two host cycles. */
static inline uint64_t
append(uint64_t outcomes, uint64_t word)
{
	__asm__("btq\t%0, %1\n\tadcq\t%0, %0"
		: "+r"(outcomes)
		: "r"(word)
		: "cc");
	return outcomes;
}

/*
 * The two oldest outcomes of a history, which choose the word, are known for
 * six outcomes before they are that old.  So the words for the next six are
 * always there, and nothing waits for them.
 */
#define WORDS 6

static inline void
next_words(const struct branch *b, uint64_t outcomes, uint64_t word[WORDS])
{
	for (int i = 0; i < WORDS; i++)
		word[i] = b->taken[word_of(outcomes << i)];
}

/* AHEAD outcomes more, and the words for the next. */
static inline uint64_t
foresee(const struct branch *b, uint64_t outcomes, uint64_t word[WORDS])
{
	uint64_t x = outcomes, all[WORDS + AHEAD];

	for (int i = 0; i < WORDS; i++)
		all[i] = word[i];
	for (int i = 0; i < AHEAD; i++) {
		all[WORDS + i] = b->taken[word_of(x << WORDS)];
		x = append(x, all[i]);
	}
	for (int i = 0; i < WORDS; i++)
		word[i] = all[AHEAD + i];
	return x;
}

/* The ring after a misprediction.  No jumps: the host would not foresee them. */
static inline uint64_t
near_forecast(const struct branch *b, uint64_t outcomes)
{
	/* All between the forecast and the history. */
	uint64_t same = ~UINT64_C(0) >> AHEAD & ~(uint64_t)HISTORY;
	uint64_t word[WORDS], x, ring;
	int64_t history;

	next_words(b, outcomes, word);
	x = foresee(b, outcomes, word);
	ring = x >> AHEAD | x << (64 - AHEAD);
	history = x & HISTORY;
	ring &= ~(same & (uint64_t)((history - 1) >> 63));
	return ring | (same & (uint64_t)((HISTORY - 1 - history) >> 63));
}

/* The ring with all but the history foreseen. */
static inline uint64_t
far_forecast(const struct branch *b, uint64_t outcomes)
{
	uint64_t word[WORDS], x = outcomes;

	next_words(b, x, word);
	for (int i = 0; i < 64 / AHEAD - 1; i++)
		x = foresee(b, x, word);
	return x >> (64 - AHEAD) | x << AHEAD;
}

/* Without the asm the compiler would add up the address of each word anew. */
static inline struct branch *
counters_of(struct cpu *cpu, uint32_t i)
{
	struct branch *b = &cpu->branch[i];

	__asm__("" : "+r"(b));
	return b;
}

void
hk_branch(struct cpu *cpu, uint32_t bp, uint32_t taken)
{
	uint32_t i = (bp - HK_BP) / sizeof(cpu->hot.bp[0]);
	struct branch *b = counters_of(cpu, i);
	/* The edge has put what it expected in bit 0. */
	uint64_t before = cpu->hot.bp[i] >> 1;
	uint64_t outcomes = before << 1 | taken;
	bool predicted = predict(b, before);

	cpu->stats.branches++;
	learn(b, before, taken);
	if (predicted == taken) {
		cpu->hot.bp[i] = far_forecast(b, outcomes);
		return;
	}
	cpu->hot.bp[i] = near_forecast(b, outcomes);
	cpu->stats.mispredicts++;
	mispredicted(cpu);
	cpu_trace(cpu, CPU_EV_BRANCH, bp << 1 | taken);
}

void
hk_ijmp(struct cpu *cpu, uint32_t bp, uint64_t target)
{
	uint32_t *recent = &cpu->hot.targets;
	uint64_t *entry = &cpu->hot.path[hk_path_index(*recent, bp)];
	uint64_t actual = (uint64_t)bp << 32 | (uint32_t)target;

	/* The thunk comes only when they differ. */
	assert(*entry != actual);
	*entry = actual;
	*recent = hk_path_next(*recent, (uint32_t)target);
	cpu->stats.ijmp_mispredicts++;
	mispredicted(cpu);
	cpu_trace(cpu, CPU_EV_IJMP, target);
}
