/*
 * coh.c: transactions of the coherence model (coh.h).
 *
 * A fill is worked out in three steps: where the line comes from and what
 * that costs (source), who loses it or becomes a sharer (demote, invalidate),
 * and what the requester has then.  In the notes below o is the owner of an
 * EX line, m the requester's module.
 */
#include <assert.h>

#include "mem/coh_inline.h"
#include "mem/coh_line.h"

/* How a line gets to a CPU. */
struct source {
	uint32_t latency;
	bool contended; /* somebody else has to act: it holds the line */
	bool outside;   /* the data come from beyond the module */
	enum coh_from from;
};

/* ---- who touched what, lately ------------------------------------------ */

/* Those who wrote an ordered line in this epoch and the one before. */
static uint8_t
writers(struct coh *c, uint32_t line)
{
	struct coh_shared *s = &c->shared[line];
	uint8_t age = (uint8_t)(c->epoch - s->epoch);

	if (age != 0) {
		s->wrote_before = age == 1 ? s->wrote : 0;
		s->wrote = 0;
		s->epoch = c->epoch;
	}
	return s->wrote | s->wrote_before;
}

static inline void
note_writers(struct coh *c, uint32_t line, unsigned cpus)
{
	(void)writers(c, line);
	c->shared[line].wrote |= (uint8_t)cpus;
}

/* The tag of a line in cpu's L1D. */
static uint32_t
make_tag(struct coh *c, const struct coh_line *d, uint32_t line, unsigned cpu,
    enum ways_state state)
{
	uint32_t tag = line | (uint32_t)state << WAYS_STATE;

	if ((d->flags & COH_ORDERED) == 0 && !c->p.exact)
		return tag;
	if (c->p.exact || state == WAYS_E || writers(c, line) != COH_BIT(cpu))
		return tag | WAYS_ORDERED;
	if (state == WAYS_M)
		return line | (uint32_t)WAYS_E << WAYS_STATE | WAYS_OWN;
	return tag;
}

/* From now on, accesses of those who have the line come to C. */
static void
tell_holders(struct coh *c, const struct coh_line *d, uint32_t line)
{
	for (unsigned left = (unsigned)d->l1; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		l1d_mark(c->l1d[i], line,
		    (uint32_t)l1d_state(c, i, line) << WAYS_STATE |
			WAYS_ORDERED);
	}
}

/* The tag of a line in its owner's L1D; NULL: nobody has it in state E or M. */
static inline uint32_t *
owners_tag(struct coh *c, const struct coh_line *d, uint32_t line)
{
	return d->flags & COH_EX ? l1d_find(c->l1d[owner(d)], line) : NULL;
}

static inline bool
is_dirty(const uint32_t *tag)
{
	return tag != NULL && ways_dirty(*tag);
}

/*
 * The word of an entry without what is long gone, and with what was not seen: holders of
 * a line that is not ordered may have touched it, so they count as touching now, and a
 * dirty one as having written.  To be noted before any of them loses the line or becomes
 * clean.
 */
static inline uint64_t
with_holders(const struct coh *c, uint64_t word, bool dirty)
{
	word = coh_renewed(c, word);
	if ((word & COH_FLAGS(COH_ORDERED)) == 0)
		word |= COH_TOUCH(word >> 16 & 0xff) | (dirty ? COH_WROTE0 : 0);
	return word;
}

static void
become_ordered(struct coh *c, struct coh_line *d, uint32_t line, unsigned both)
{
	d->flags |= COH_ORDERED;
	c->stats.ordered_lines++;
	note_writers(c, line, both);
	tell_holders(c, d, line);
}

/*
 * Note an access, before anything else of it happens.  Who wrote a line before
 * it became ordered is not known: all who touched it may have.
 */
static inline void
note(struct coh *c, struct coh_line *d, uint32_t line, unsigned cpu, bool write,
    bool dirty)
{
	uint64_t word = with_holders(c, d->word, dirty);
	unsigned both;

	word |= c->cpu[cpu].touch_now;
	word |= write ? COH_WROTE0 : 0;
	if (write && (word & COH_FLAGS(COH_ORDERED)) != 0)
		note_writers(c, line, COH_BIT(cpu));
	both = (word >> COH_SEEN | word >> (COH_SEEN + COH_AGE)) & 0xff;
	if ((both & (both - 1)) == 0 || (word & COH_WROTE) == 0)
		word &= ~COH_FLAGS(COH_ORDERED);
	d->word = word;
	if ((both & (both - 1)) != 0 && (word & COH_WROTE) != 0 &&
	    (word & COH_FLAGS(COH_ORDERED)) == 0)
		become_ordered(c, d, line, both);
}

/* A write (by a CPU, or a device: COH_NOBODY) ends MWAITs. */
static void
wake_monitors(struct coh *c, struct coh_line *d, uint32_t line, unsigned by,
    uint64_t at)
{
	bool more = false;

	if (__builtin_expect((d->flags & COH_MONITOR) == 0, 1))
		return;
	for (unsigned i = 0; i < c->p.ncpu; i++) {
		if (c->monitor[i] != line)
			continue;
		if (i == by) {
			more = true;
			continue;
		}
		c->monitor[i] = COH_NO_LINE;
		c->stats.monitor_hits++;
		c->monitor_hit(c->arg, i,
		    at +
			(by < COH_MAX_CPU && (c->siblings[by] & COH_BIT(i)) != 0
				? c->p.same_module_clk
				: c->p.other_module_clk));
	}
	if (!more)
		d->flags &= (uint8_t)~COH_MONITOR;
}

void
coh_monitor(struct coh *c, unsigned cpu, uint32_t line)
{
	c->monitor[cpu] = line;
	if (line != COH_NO_LINE)
		entry(c, line)->flags |= COH_MONITOR;
}

/* ---- the L2s --------------------------------------------------------------- */

/* A module's L2 lets a line go that it has in this way. */
static void
l2_forget(struct coh_line *d, unsigned m)
{
	d->l2 &= (uint8_t)~COH_BIT(m);
	/* Nobody else's, if anybody's. */
	d->flags &= (uint8_t) ~(COH_L2D | COH_AHEAD);
}

static inline void
l2_use(struct coh *c, const struct coh_line *d, unsigned m, uint32_t line)
{
	l2_touch(c->l2[m], line, d->way >> 4 * m & 15);
}

static void
l2_bring(struct coh *c, unsigned m, uint32_t line, bool dirty, uint64_t at)
{
	struct coh_line *d = entry(c, line), *v;
	uint32_t victim;
	unsigned way = l2_insert(c->l2[m], line, &victim);

	d->l2 |= COH_BIT(m);
	d->way = (uint16_t)((d->way & ~(15u << 4 * m)) | way << 4 * m);
	if (dirty)
		d->flags |= COH_L2D;
	if (victim == WAYS_NONE)
		return;
	v = entry(c, victim);
	if ((v->flags & COH_L2D) != 0) {
		c->stats.l2_dirty_out++;
		dram_write(&c->dram, victim, at);
	}
	l2_forget(v, m);
}

/* A module's L2 takes the dirty contents of a line. */
static void
l2_take(struct coh *c, struct coh_line *d, unsigned m, uint32_t line,
    uint64_t at)
{
	if (d->l2 & COH_BIT(m))
		d->flags |= COH_L2D;
	else
		l2_bring(c, m, line, true, at);
}

/* Memory is brought up to date from the L2 that has the line dirty. */
static void
l2_clean(struct coh *c, struct coh_line *d, uint32_t line, uint64_t at)
{
	if ((d->flags & COH_L2D) == 0)
		return;
	d->flags &= (uint8_t)~COH_L2D;
	dram_write(&c->dram, line, at);
}

/* Take the line out of all L2s but that of module `keep' (-1: of all). */
static void
l2_drop_others(struct coh *c, struct coh_line *d, uint32_t line, int keep)
{
	const unsigned stays = keep >= 0 ? COH_BIT(keep) : 0;

	for (unsigned left = d->l2 & ~stays; left != 0; left &= left - 1) {
		int m = __builtin_ctz(left);

		l2_drop(c->l2[m], line, d->way >> 4 * m & 15);
		l2_forget(d, (unsigned)m);
	}
}

/* ---- fills ------------------------------------------------------------------ */

/*
 * The access waits for its turn when another one holds the line.  Of a line
 * that is not ordered, that may be one that the simulator ran too early.
 */
static inline uint32_t
hold(struct coh *c, struct coh_line *d, unsigned cpu, uint64_t at,
    uint32_t latency)
{
	uint64_t until = busy(c, d), start = until > at ? until : at;
	uint64_t wait = start - at;

	if (wait != 0) {
		c->stats.held_clk += wait;
		if (d->last != cpu && (d->flags & COH_ORDERED) == 0 &&
		    !c->p.exact) {
			c->stats.corrections++;
			if (wait > c->stats.correction_max_clk)
				c->stats.correction_max_clk = wait;
		}
	}
	set_busy(c, d, start + latency);
	return (uint32_t)(wait + latency);
}

static struct source
from_memory(struct coh *c, const struct coh_line *d, uint32_t line, uint64_t at)
{
	c->stats.memory++;
	return (struct source){ .latency = dram_read(&c->dram, line, at),
		.outside = true,
		.from = d->l1 != 0 || d->l2 != 0 ? COH_FROM_CLEAN
						 : COH_FROM_MEMORY };
}

/* o has it in state E or, dirty, M. */
static struct source
from_owner(struct coh *c, struct coh_line *d, uint32_t line, unsigned cpu,
    bool dirty, uint64_t at)
{
	bool same = (c->siblings[cpu] & COH_BIT(owner(d))) != 0;

	if (same) {
		if (!dirty && (d->l2 & COH_BIT(c->p.module[cpu]))) {
			c->stats.l2_hit++;
			return (struct source){ .latency = c->p.l2_hit_clk,
				.from = COH_FROM_L2 };
		}
		c->stats.from_sibling++;
		return (struct source){ c->p.same_module_clk, true, false,
			COH_FROM_SIBLING };
	}
	if (dirty || (d->flags & COH_L2D) != 0) {
		c->stats.from_other++;
		return (struct source){ c->p.other_module_clk, true, true,
			COH_FROM_OTHER };
	}
	return from_memory(c, d, line, at);
}

static struct source
find_source(struct coh *c, struct coh_line *d, uint32_t line, unsigned cpu,
    bool dirty, uint64_t at)
{
	unsigned m = c->p.module[cpu];

	if (d->flags & COH_EX)
		return from_owner(c, d, line, cpu, dirty, at);
	if (d->l2 & COH_BIT(m)) {
		c->stats.l2_hit++;
		return (struct source){ .latency = c->p.l2_hit_clk,
			.from = COH_FROM_L2 };
	}
	if (d->flags & COH_L2D) {
		c->stats.from_other++;
		return (struct source){ c->p.other_module_clk, true, true,
			COH_FROM_OTHER };
	}
	if (d->l1 & c->siblings[cpu]) {
		c->stats.from_sibling++;
		return (struct source){ c->p.same_module_clk, true, false,
			COH_FROM_SIBLING };
	}
	return from_memory(c, d, line, at);
}

/* o keeps the line, whose tag this is, in state S; its module's L2 has what was dirty. */
static void
share(struct coh *c, struct coh_line *d, uint32_t line, uint32_t *tag,
    uint64_t at)
{
	unsigned o = owner(d);

	if (ways_dirty(*tag))
		l2_take(c, d, c->p.module[o], line, at);
	*tag = make_tag(c, d, line, o, WAYS_S);
	l1d_set_filter(c->l1d[o], line);
	d->flags &= (uint8_t)~COH_EX;
}

/* A reader comes: nothing stays dirty outside the module that needs it. */
static inline void
demote(struct coh *c, struct coh_line *d, uint32_t line, unsigned cpu,
    uint32_t *tag, uint64_t at)
{
	if (tag != NULL)
		share(c, d, line, tag, at);
	if ((d->flags & COH_L2D) != 0 &&
	    (d->l2 & COH_BIT(c->p.module[cpu])) == 0)
		l2_clean(c, d, line, at);
}

/* A writer comes: everybody else loses the line. */
static void
invalidate(struct coh *c, struct coh_line *d, uint32_t line, int cpu)
{
	const unsigned stays = cpu >= 0 ? d->l1 & COH_BIT(cpu) : 0;

	for (unsigned left = d->l1 & ~stays; left != 0; left &= left - 1)
		l1d_drop(c->l1d[__builtin_ctz(left)], line);
	d->l1 = (uint8_t)stays;
	l2_drop_others(c, d, line, cpu >= 0 ? c->p.module[cpu] : -1);
	d->flags &= (uint8_t)~COH_EX;
}

/* What it takes to make all others let go, besides getting the data. */
static uint32_t
upgrade_cost(const struct coh *c, const struct coh_line *d, unsigned cpu)
{
	uint8_t l1 = (uint8_t)(d->l1 & ~COH_BIT(cpu));
	uint8_t l2 = (uint8_t)(d->l2 & ~COH_BIT(c->p.module[cpu]));

	if ((l1 & ~c->siblings[cpu]) != 0 || l2 != 0)
		return c->p.upgrade_other_clk;
	return l1 != 0 ? c->p.upgrade_same_clk : 0;
}

static enum coh_from
upgrade_kind(const struct coh *c, uint32_t cost)
{
	return cost == c->p.upgrade_other_clk ? COH_UPGRADE_OTHER
					      : COH_UPGRADE_SAME;
}

/*
 * The prefetcher sees what its L2 has to bring, and the first use of what it
 * brought itself; at time `at' the data come.
 */
static void
prefetch(struct coh *c, unsigned cpu, uint32_t line, uint64_t at)
{
	unsigned m = c->p.module[cpu], n;
	uint32_t next;
	int32_t step;

	if (!stream_miss(&c->stream[cpu], line))
		return;
	n = stream_advance(&c->stream[cpu], line, c->p.prefetch_lines, &next,
	    &step);
	for (; n > 0; n--, next += (uint32_t)step) {
		struct coh_line *d;

		if (next >= COH_LINES)
			return;
		d = entry(c, next);
		if (d->l1 != 0 || d->l2 != 0)
			continue;
		l2_bring(c, m, next, false, at);
		set_busy(c, d, at + dram_read(&c->dram, next, at));
		d->last = (uint8_t)cpu;
		d->flags |= COH_AHEAD;
		c->stats.prefetched++;
	}
}

uint32_t
coh_fill(struct coh *c, unsigned cpu, uint32_t line, bool write, uint64_t at,
    uint32_t *tag)
{
	struct coh_line *d = entry(c, line);
	unsigned m = c->p.module[cpu];
	enum ways_state state = WAYS_M;
	struct source s;
	uint32_t latency;
	const uint8_t l1 = d->l1, l2 = d->l2;
	bool new = (d->l2 & COH_BIT(m)) == 0 || (d->flags & COH_AHEAD) != 0;
	uint32_t *theirs = owners_tag(c, d, line);
	bool dirty = is_dirty(theirs);

	note(c, d, line, cpu, write, dirty);
	d->flags &= (uint8_t)~COH_AHEAD;
	s = find_source(c, d, line, cpu, dirty, at);
	if (write) {
		uint32_t up = upgrade_cost(c, d, cpu);

		if (!s.contended && up > s.latency) {
			s.latency = up;
			s.from = upgrade_kind(c, up);
		}
		s.contended |= up != 0;
		invalidate(c, d, line, (int)cpu);
		wake_monitors(c, d, line, cpu, at);
	} else {
		demote(c, d, line, cpu, theirs, at);
		state = d->l1 == 0 && (d->l2 & ~COH_BIT(m)) == 0 &&
			(d->flags & COH_MONITOR) == 0
		    ? WAYS_E
		    : WAYS_S;
	}
	if (d->l2 & COH_BIT(m))
		l2_use(c, d, m, line);
	else if (s.outside)
		l2_bring(c, m, line, false, at);
	if (s.contended)
		latency = hold(c, d, cpu, at, s.latency);
	else {
		latency = in_flight(c, d, at);
		if (s.latency > latency)
			latency = s.latency;
		else if (latency > s.latency) /* somebody has asked for it */
			s.from = COH_FROM_MEMORY;
		if (s.outside)
			set_busy(c, d, at + latency);
	}
	c->why[cpu] = (struct coh_why){ s.from, latency,
		s.contended ? latency - s.latency : 0, l1, l2 };
	d->last = cpu;
	d->l1 |= COH_BIT(cpu);
	if (state != WAYS_S)
		d->flags |= COH_EX;
	*tag = make_tag(c, d, line, cpu, state);
	if (new)
		prefetch(c, cpu, line, at + latency);
	return latency;
}

uint32_t
coh_upgrade(struct coh *c, unsigned cpu, uint32_t line, uint64_t at,
    uint32_t *tag)
{
	struct coh_line *d = entry(c, line);
	uint32_t cost;

	note(c, d, line, cpu, true, false);
	c->stats.upgrades++;
	cost = upgrade_cost(c, d, cpu);
	if (cost == 0) /* nobody has it any more, but that must be asked */
		cost = c->p.upgrade_same_clk;
	c->why[cpu].from = upgrade_kind(c, cost);
	c->why[cpu].held_clk = cost;
	cost = hold(c, d, cpu, at, cost);
	c->why[cpu].latency_clk = cost;
	c->why[cpu].held_clk = cost - c->why[cpu].held_clk;
	c->why[cpu].l1 = d->l1;
	c->why[cpu].l2 = d->l2;
	invalidate(c, d, line, (int)cpu);
	wake_monitors(c, d, line, cpu, at);
	d->last = cpu;
	d->flags |= COH_EX;
	*tag = make_tag(c, d, line, cpu, WAYS_M);
	return cost;
}

uint32_t
coh_hit(struct coh *c, unsigned cpu, uint32_t tag, bool write, uint64_t at)
{
	uint32_t line = tag & WAYS_LINE;
	struct coh_line *d = entry(c, line);
	enum ways_state state = ways_state(tag);

	note(c, d, line, cpu, write, state == WAYS_M);
	d->last = cpu;
	if (write) {
		assert(state >= WAYS_E);
		state = WAYS_M;
		wake_monitors(c, d, line, cpu, at);
	}
	return make_tag(c, d, line, cpu, state);
}

void
coh_evict(struct coh *c, unsigned cpu, uint32_t tag, uint64_t at)
{
	const struct coh_cpu *me = &c->cpu[cpu];
	uint32_t line = tag & WAYS_LINE;
	struct coh_line *d;

	if (tag >> WAYS_STATE == WAYS_I)
		return;
	d = entry(c, line);
	coh_swap_out(c, me, tag, d);
	if (ways_dirty(tag) && (d->word & me->l2) == 0) {
		d->flags &= (uint8_t)~COH_L2D;
		l2_bring(c, c->p.module[cpu], line, true, at);
	}
}

/* Instructions share the L2 with data; they are read and never written. */
uint32_t
coh_fetch(struct coh *c, unsigned cpu, uint32_t line, uint64_t at)
{
	struct coh_line *d = entry(c, line);
	unsigned m = c->p.module[cpu];
	uint32_t latency, *theirs;

	if (d->l2 & COH_BIT(m)) {
		l2_use(c, d, m, line);
		c->stats.l2_hit++;
		latency = in_flight(c, d, at);
		if (latency < c->p.l2_hit_clk)
			latency = c->p.l2_hit_clk;
		c->why[cpu] = (struct coh_why){ latency > c->p.l2_hit_clk
			    ? COH_FROM_MEMORY
			    : COH_FROM_L2,
			latency, 0, 0, 0 };
		return latency;
	}
	theirs = owners_tag(c, d, line);
	d->word = with_holders(c, d->word, is_dirty(theirs));
	demote(c, d, line, cpu, theirs, at);
	latency = from_memory(c, d, line, at).latency;
	c->why[cpu] = (struct coh_why){ COH_FROM_MEMORY, latency, 0, 0, 0 };
	if ((d->l2 & COH_BIT(m)) ==
	    0) /* a dirty owner here may have brought it */
		l2_bring(c, m, line, false, at);
	set_busy(c, d, at + latency);
	return latency;
}

uint32_t
coh_dma(struct coh *c, uint32_t line, bool write, uint64_t at)
{
	struct coh_line *d = entry(c, line);
	uint32_t *theirs = owners_tag(c, d, line);
	bool dirty = (d->flags & COH_L2D) != 0 || is_dirty(theirs);

	d->word = with_holders(c, d->word, is_dirty(theirs));
	if (write) {
		invalidate(c, d, line, -1);
		wake_monitors(c, d, line, COH_NOBODY, at);
		dram_write(&c->dram, line, at);
		return dirty ? c->p.other_module_clk : 0;
	}
	if (!dirty)
		return dram_read(&c->dram, line, at);
	if (theirs != NULL)
		share(c, d, line, theirs, at);
	l2_clean(c, d, line, at);
	return c->p.other_module_clk;
}
