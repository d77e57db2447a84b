/*
 * hook.c: memory accesses and instruction fetches of annotated code.
 *
 * An access comes here when neither the inline filter nor the image's AVX2
 * thunk could let it pass:
 *
 *	inline	the line is the most recently used of its set (and modified,
 *		when the access writes): nothing changes
 *	thunk	the line is another one of its set: its tag moves to the
 *		front, the filter changes.  Without AVX2 this is done here
 *		(look), with the same result.
 *	here	misses, writes to lines that are not modified, ordered lines,
 *		accesses to two lines, locked operations, device memory
 *
 * An access to an ordered line waits here until no other CPU can do anything
 * earlier (smp_order); other CPUs run meanwhile, on stacks of their own.  So
 * nothing that was read from caches or directory before that call is true
 * after it.
 *
 * Instruction fetch has a filter of lines that are in the L1I, checked by
 * block heads before the block's cost is added.  A line that misses stops the
 * front end for the whole latency: nothing hides it but data misses that are
 * under way at the same time (miss_stall).
 *
 * Everything runs on the CPU's host stack inside a thunk; nothing here
 * allocates or fails.
 */
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/smp.h"
#include "mem/coh_inline.h"

static inline uint32_t
line_of(uint64_t ea)
{
	return (uint32_t)(ea >> 6) & CPU_LINE_MASK;
}

static inline bool
is_split(uint64_t ea, unsigned size)
{
	return __builtin_expect((ea & 63) + size > 64, 0);
}

static __attribute__((noinline)) uint32_t
translate_anew(struct cpu *cpu, uint32_t page)
{
	enum tlb_result r = tlb_access(&cpu->tlb, page,
	    smp_page_is_large(cpu->smp, page));

	cpu->stats.utlb_miss += r != TLB_HIT;
	cpu->stats.dtlb_miss += r == TLB_WALK;
	return r == TLB_HIT ? 0
	    : r == TLB_WALK ? cpu->p.walk_clk
			    : cpu->p.utlb_clk;
}

/* What a translation adds to a line's latency. */
static inline uint32_t
translate(struct cpu *cpu, uint32_t line)
{
	uint32_t page = line >> 6, missed;

	if (!tlb_is_recent(&cpu->tlb, page))
		return translate_anew(cpu, page);
	missed = tlb_missed_recent(&cpu->tlb, page);
	cpu->stats.utlb_miss += missed;
	return cpu->p.utlb_clk & -missed;
}

/* The tag becomes the first of its set, in place of the one at `way'. */
static inline void
to_front(struct cpu *cpu, struct l1d_set *set, int way, uint32_t tag)
{
	ways_front8(set->tag, way);
	set->tag[0] = tag;
	l1d_set_filter(&cpu->hot.l1d, tag);
}

/*
 * A miss for which coh_is_simple() holds; the latency, translation included.
 */
static inline __attribute__((always_inline)) uint32_t
fill_simply(struct cpu *cpu, struct l1d_set *set, uint32_t line, bool write,
    const struct coh_swap *swap)
{
	const struct coh_cpu *me = cpu->coh_cpu;
	struct coh *c = cpu->coh;
	uint32_t latency, tag;

	coh_swap_out(c, me, set->tag[L1D_WAYS - 1], swap->out);
	latency = coh_swap_in(c, me, line, write, swap, &tag);
	l1d_enter(set, tag);
	/* The next miss of this set will ask for its victim's entry. */
	__builtin_prefetch(&c->dir[set->tag[L1D_WAYS - 1] & (COH_LINES - 1)],
	    1);
	cpu->stats.l1d_miss++;
	return latency + translate(cpu, line);
}

/* A miss at time `at', whatever it takes; same. */
static uint32_t
fill(struct cpu *cpu, struct l1d_set *set, uint32_t line, bool write,
    uint64_t at)
{
	uint32_t *out = &set->tag[L1D_WAYS - 1], latency, tag;
	struct coh_swap swap;

	/* Those of locked operations may be simple as well. */
	if ((cpu->coh->dir[line].flags & COH_ORDERED) == 0 &&
	    coh_is_simple(cpu->coh, cpu->coh_cpu, line, *out, write, &swap))
		return fill_simply(cpu, set, line, write, &swap);
	latency = translate(cpu, line);
	cpu->stats.l1d_miss++;
	coh_evict(cpu->coh, cpu->id, *out, at);
	*out = WAYS_NONE;
	latency += coh_fill(cpu->coh, cpu->id, line, write, at + latency, &tag);
	l1d_push(set, tag);
	l1d_set_filter(&cpu->hot.l1d, tag);
	return latency;
}

/*
 * Wait for the turn of an access to an ordered line; other CPUs may run meanwhile.  True:
 * it was a hit, as this CPU has had in this epoch, and that was all.  So are most of those
 * that come here.
 */
static inline __attribute__((always_inline)) bool
hit_in_turn(struct cpu *cpu, uint32_t line, bool write, int64_t prog)
{
	struct l1d_set *set = l1d_set_of(&cpu->hot.l1d, line);
	uint64_t at = (uint64_t)miss_real(&cpu->miss, prog);
	uint32_t tag;
	int way;

	if (coh_ordered(cpu->coh, line) && !smp_order_now(cpu, at)) {
		coh_expect(cpu->coh, cpu->coh_cpu, line);
		smp_wait(cpu, at);
	}
	way = ways_find8(set->tag, line);
	if (way < 0)
		return false;
	tag = set->tag[way];
	if ((tag & (WAYS_ORDERED | WAYS_OWN)) == 0 ||
	    (write && tag >> WAYS_STATE == WAYS_S) ||
	    !coh_hit_again(cpu->coh, cpu->coh_cpu, tag, write))
		return false;
	if (__builtin_expect(way != 0, 0))
		to_front(cpu, set, way, tag);
	return true;
}

/*
 * Any other access to a line, when its turn has come.  Returns 0 on a hit, else the
 * latency of fill or upgrade.
 */
static __attribute__((noinline)) uint32_t
use_in_turn(struct cpu *cpu, uint32_t line, bool write, int64_t prog)
{
	struct l1d_set *set = l1d_set_of(&cpu->hot.l1d, line);
	uint64_t at = (uint64_t)miss_real(&cpu->miss, prog);
	int way = ways_find8(set->tag, line);
	uint32_t tag, latency = 0;

	if (way < 0)
		return fill(cpu, set, line, write, at);
	tag = set->tag[way];
	if (write && tag >> WAYS_STATE == WAYS_S)
		latency = coh_upgrade(cpu->coh, cpu->id, line, at, &tag);
	else if ((tag & (WAYS_ORDERED | WAYS_OWN)) != 0)
		tag = coh_hit(cpu->coh, cpu->id, tag, write, at);
	else if (write)
		tag |= (uint32_t)WAYS_M << WAYS_STATE;
	to_front(cpu, set, way, tag);
	return latency;
}

static uint32_t
line_access(struct cpu *cpu, uint32_t line, bool write, int64_t prog)
{
	return hit_in_turn(cpu, line, write, prog)
	    ? 0
	    : use_in_turn(cpu, line, write, prog);
}

/*
 * The two lines of a split access are fetched side by side: dependence is looked at once,
 * before either counts as outstanding.
 */
static __attribute__((noinline)) void
access_split(struct cpu *cpu, uint32_t line, bool write, int64_t prog,
    uint32_t latency[2])
{
	cpu->stats.split++;
	latency[0] = line_access(cpu, line, write, prog);
	latency[1] = line_access(cpu, (line + 1) & CPU_LINE_MASK, write, prog);
}

/*
 * Does an access wait for the loads that its address needs?  Not if it hits one line and
 * comes to C for --exact-order alone: those that pass the filter never wait, and the
 * order of accesses is all that is to differ.
 */
static bool
waits(struct cpu *cpu, uint64_t ea, unsigned size, bool write)
{
	const uint32_t line = line_of(ea);
	const struct l1d_set *set = l1d_set_of(&cpu->hot.l1d, line);
	int way;

	if (!cpu->smp->config.exact || is_split(ea, size) ||
	    (cpu->coh->dir[line].flags & COH_ORDERED) != 0)
		return true;
	way = ways_find8(set->tag, line);
	return way < 0 || (write && set->tag[way] >> WAYS_STATE < WAYS_E);
}

/* Begin an access that came to C; its program time. */
static inline int64_t
begin(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size,
    bool write)
{
	int64_t prog = cpu_begin(cpu, site->after);

	if (cpu->miss.nopen != 0 && waits(cpu, ea, size, write))
		miss_depend(&cpu->miss, prog, site);
	return prog;
}

static inline void
load_missed(struct cpu *cpu, const struct hk_site *site, int64_t prog,
    uint32_t latency)
{
	if (latency != 0)
		miss_load(&cpu->miss, prog, site, latency);
}

void
hk_read_held(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	const uint32_t line = line_of(ea);
	uint32_t latency[2];
	int64_t prog;

	if (__builtin_expect(smp_is_io(cpu->smp, ea), 0)) {
		uc_read(cpu, ea, site, size);
		return;
	}
	prog = begin(cpu, ea, site, size, false);
	if (is_split(ea, size)) {
		access_split(cpu, line, false, prog, latency);
		load_missed(cpu, site, prog, latency[0]);
		load_missed(cpu, site, prog, latency[1]);
	} else if (!hit_in_turn(cpu, line, false, prog))
		load_missed(cpu, site, prog,
		    use_in_turn(cpu, line, false, prog));
	cpu_charge(cpu, CPU_LOAD);
	cpu_trace(cpu, CPU_EV_READ, ea);
}

/* The load of a read-modify-write brings the line, its store then hits. */
static __attribute__((noinline)) void
write_missed(struct cpu *cpu, const struct hk_site *site, int64_t prog,
    uint32_t latency)
{
	if (site->flags & HK_SITE_RMW)
		load_missed(cpu, site, prog, latency);
	else if (latency != 0)
		miss_store(&cpu->miss, prog, latency);
}

static __attribute__((noinline)) void
write_device(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	if (site->flags & HK_SITE_RMW)
		uc_read(cpu, ea, site, size);
	uc_write(cpu, ea, site, size);
}

void
hk_write_held(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	const uint32_t line = line_of(ea);
	uint32_t latency[2];
	int64_t prog;

	if (__builtin_expect(smp_is_io(cpu->smp, ea), 0)) {
		write_device(cpu, ea, site, size);
		return;
	}
	prog = begin(cpu, ea, site, size, true);
	if (is_split(ea, size)) {
		access_split(cpu, line, true, prog, latency);
		write_missed(cpu, site, prog, latency[0]);
		write_missed(cpu, site, prog, latency[1]);
	} else if (!hit_in_turn(cpu, line, true, prog))
		write_missed(cpu, site, prog,
		    use_in_turn(cpu, line, true, prog));
	cpu_charge(cpu, site->flags & HK_SITE_RMW ? CPU_LOAD : CPU_STORE);
	cpu_trace(cpu, CPU_EV_WRITE, ea);
}

/* A miss that waits for nobody.  Most find no other load outstanding. */
static inline __attribute__((always_inline)) void
missed_simply(struct cpu *cpu, const struct hk_site *site, bool store,
    uint32_t latency)
{
	struct miss *m = &cpu->miss;
	int64_t at = cpu_event(cpu, site->after), prog;
	int64_t due = store ? miss_lone_store(m, at, latency)
			    : miss_lone_load(m, at, site, latency);

	if (__builtin_expect(due < 0, 0)) {
		prog = miss_begin(m, at);
		miss_depend(m, prog, site);
		if (store)
			miss_store(m, prog, latency);
		else
			miss_load(m, prog, site, latency);
		due = miss_due(m);
	}
	cpu_add(cpu, store ? CPU_STORE : CPU_LOAD, (uint64_t)due);
}

/*
 * A line that is not in the L1D: what hk_read_held() and hk_write_held() would do
 * when the fill is simple.  False: it is not; nothing has happened.
 */
static inline __attribute__((always_inline)) bool
missed(struct cpu *cpu, uint64_t ea, const struct hk_site *site, bool write)
{
	uint32_t line = line_of(ea), latency;
	struct l1d_set *set = l1d_set_of(&cpu->hot.l1d, line);
	struct coh_swap swap;

	if (!coh_is_simple(cpu->coh, cpu->coh_cpu, line, set->tag[L1D_WAYS - 1],
		write, &swap))
		return false;
	latency = fill_simply(cpu, set, line, write, &swap);
	if (!write || (site->flags & HK_SITE_RMW) != 0)
		missed_simply(cpu, site, false, latency);
	else
		missed_simply(cpu, site, true, latency);
	cpu_trace(cpu, write ? CPU_EV_WRITE : CPU_EV_READ, ea);
	return true;
}

void
hk_read_miss(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	if (__builtin_expect(!missed(cpu, ea, site, false), 0))
		hk_read_held(cpu, ea, site, size);
}

void
hk_write_miss(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	if (__builtin_expect(!missed(cpu, ea, site, true), 0))
		hk_write_held(cpu, ea, site, size);
}

enum look { HIT, MISS, OTHER };

/*
 * HIT: an access to one line that this CPU may use without anybody's leave;
 * the line is at the front of its set now, and the filter lets through whatever
 * may pass without C.  MISS: to one line, which is not there.
 */
static inline enum look
look(struct cpu *cpu, uint64_t ea, unsigned size, bool write)
{
	uint32_t line = line_of(ea), tag;
	struct l1d_set *set = l1d_set_of(&cpu->hot.l1d, line);
	int way = ways_find8(set->tag, line);

	if (is_split(ea, size))
		return OTHER;
	if (way < 0)
		return MISS;
	tag = set->tag[way];
	if ((tag & WAYS_ORDERED) != 0 ||
	    (write && (tag >> WAYS_STATE < WAYS_E || (tag & WAYS_OWN) != 0)))
		return OTHER;
	if (write)
		tag |= (uint32_t)WAYS_M << WAYS_STATE;
	to_front(cpu, set, way, tag);
	return HIT;
}

void
hk_read(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	enum look found = look(cpu, ea, size, false);

	if (found == MISS)
		hk_read_miss(cpu, ea, site, size);
	else if (found == OTHER)
		hk_read_held(cpu, ea, site, size);
}

void
hk_write(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	enum look found = look(cpu, ea, size, true);

	if (found == MISS)
		hk_write_miss(cpu, ea, site, size);
	else if (found == OTHER)
		hk_write_held(cpu, ea, site, size);
}

/* What locked operations and fences wait for besides loads and stores. */
static void
wait_for_port(struct cpu *cpu, int64_t prog)
{
	uint64_t now = (uint64_t)miss_real(&cpu->miss, prog);

	if (cpu->uc.until > now)
		miss_stall(&cpu->miss, (int64_t)(cpu->uc.until - now));
}

/*
 * A locked operation waits until everything before it is done, and what
 * follows waits for it.  Its block cost holds the time on an owned line.
 */
void
hk_lock(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	const uint32_t line = line_of(ea);
	uint32_t latency[2] = { 0, 0 }, longest;
	int64_t prog;

	uc_flush(cpu);
	if (smp_is_io(cpu->smp, ea)) {
		uc_read(cpu, ea, site, size);
		uc_write(cpu, ea, site, size);
		return;
	}
	prog = cpu_begin(cpu, site->after);
	miss_wait(&cpu->miss, prog, MISS_LOADS | MISS_STORES);
	wait_for_port(cpu, prog);
	if (is_split(ea, size))
		access_split(cpu, line, true, prog, latency);
	else if (look(cpu, ea, size, true) != HIT)
		latency[0] = line_access(cpu, line, true, prog);
	longest = latency[latency[1] > latency[0]];
	if (longest > cpu->p.l1d_hit_clk)
		miss_stall(&cpu->miss, longest - cpu->p.l1d_hit_clk);
	cpu_charge(cpu, CPU_LOCK);
	cpu->stats.locks++;
	cpu_trace(cpu, CPU_EV_LOCK, ea);
}

static void
fetch_missed(struct cpu *cpu, uint32_t address)
{
	uint64_t at = (uint64_t)miss_real(&cpu->miss, cpu_begin(cpu, 0));

	cpu->stats.l1i_miss++;
	miss_stall(&cpu->miss,
	    coh_fetch(cpu->coh, cpu->id, address >> 6 & CPU_LINE_MASK, at));
	cpu_charge(cpu, CPU_FETCH);
	cpu_trace(cpu, CPU_EV_FETCH, address);
}

/*
 * A line of instructions that the filter does not know.  Lines leave a set
 * in the order in which they came, so a hit changes nothing but the filter.
 */
void
hk_fetch(struct cpu *cpu, uint32_t address)
{
	uint32_t line = address >> 6 & CPU_LINE_MASK;
	uint32_t *tag = cpu->l1i[line % CPU_L1I_SETS];
	uint32_t victim = tag[CPU_L1I_WAYS - 1];
	uint8_t *filter = &cpu->hot.l1i[victim % HK_L1I_ENTRIES];

	_Static_assert(CPU_L1I_WAYS == 8, "ways_find8()");
	if (ways_find8(tag, line) < 0) {
		if (*filter == HK_L1I_TAG(victim))
			*filter = 0;
		memmove(&tag[1], tag, (CPU_L1I_WAYS - 1) * sizeof(*tag));
		tag[0] = line;
		fetch_missed(cpu, address);
	}
	cpu->hot.l1i[line % HK_L1I_ENTRIES] = HK_L1I_TAG(line);
}

void
hk_fence(struct cpu *cpu, const struct hk_site *site)
{
	int64_t prog;
	int kinds = (site->flags & HK_SITE_LFENCE ? MISS_LOADS : 0) |
	    (site->flags & HK_SITE_SFENCE ? MISS_STORES : 0);

	uc_flush(cpu);
	prog = cpu_begin(cpu, site->after);
	miss_wait(&cpu->miss, prog, kinds);
	if (kinds & MISS_STORES)
		wait_for_port(cpu, prog);
	cpu_charge(cpu, CPU_FENCE);
	cpu->stats.fences++;
	cpu_trace(cpu, CPU_EV_FENCE, 0);
}
