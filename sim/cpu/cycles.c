/*
 * cycles.c: steps of CPUs and what they cost (cycles.h).
 *
 *	on_read()		before()	what passed since `mark' is issue
 *	  hk_read()		.. other CPUs may run; each has its own mark
 *	  after()		what stall[] has gained is divided
 *
 * A CPU's clock advances by blocks, or together with stall[]; so issue is what is
 * left of the clock's advance.  A CPU that slept when it all began was charged in
 * a call-out that nobody saw: stall[] tells that, too, as far as it was later than
 * the beginning.
 *
 * On a CPU's host stack, but for begin and end.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/cycles.h"
#include "cpu/rep.h"
#include "cpu/tap.h"

struct seen {          /* of a CPU */
	uint64_t mark; /* its clock then; not before it all began */
	uint64_t insns;
	struct cpu_stats stats;
	struct cycles_step step;
};

struct cycles {
	struct smp *smp;
	cycles_fn fn;
	void *arg;
	struct tap was;
	bool on;
	struct seen seen[CPU_MAX];
};

static struct cycles *the_cycles; /* one machine in a process */

const char *
cycles_name(enum cycles_cat cat)
{
	static const char *const name[] = { [CYCLES_ISSUE] = "issue",
		[CYCLES_MISPREDICT] = "mispredict",
		[CYCLES_BRANCH_WAIT] = "branch_wait",
		[CYCLES_FETCH_L2] = "fetch_l2",
		[CYCLES_FETCH_MEMORY] = "fetch_memory",
		[CYCLES_TLB] = "tlb",
		[CYCLES_L2] = "l2",
		[CYCLES_DRAM] = "dram",
		[CYCLES_DRAM_CLEAN] = "dram_clean",
		[CYCLES_SAME_TRANSFER] = "same_transfer",
		[CYCLES_OTHER_TRANSFER] = "other_transfer",
		[CYCLES_SAME_UPGRADE] = "same_upgrade",
		[CYCLES_OTHER_UPGRADE] = "other_upgrade",
		[CYCLES_HELD] = "held",
		[CYCLES_DEPEND] = "depend",
		[CYCLES_LOCKED] = "locked",
		[CYCLES_FENCE] = "fence",
		[CYCLES_MMIO_READ] = "mmio_read",
		[CYCLES_MMIO_WRITE] = "mmio_write",
		[CYCLES_APIC] = "apic",
		[CYCLES_STRING] = "string",
		[CYCLES_PRIV] = "priv",
		[CYCLES_INTERRUPT] = "interrupt",
		[CYCLES_WAKE] = "wake",
		[CYCLES_IDLE] = "idle" };

	return name[cat];
}

/* ---- dividing ------------------------------------------------------------- */

static enum cycles_cat
of_line(enum coh_from from, bool fetch)
{
	static const enum cycles_cat cat[] = { [COH_FROM_HERE] = CYCLES_DEPEND,
		[COH_FROM_L2] = CYCLES_L2,
		[COH_FROM_MEMORY] = CYCLES_DRAM,
		[COH_FROM_CLEAN] = CYCLES_DRAM_CLEAN,
		[COH_FROM_SIBLING] = CYCLES_SAME_TRANSFER,
		[COH_FROM_OTHER] = CYCLES_OTHER_TRANSFER,
		[COH_UPGRADE_SAME] = CYCLES_SAME_UPGRADE,
		[COH_UPGRADE_OTHER] = CYCLES_OTHER_UPGRADE };

	if (!fetch)
		return cat[from];
	return from == COH_FROM_L2 ? CYCLES_FETCH_L2 : CYCLES_FETCH_MEMORY;
}

/* What a call-out has changed. */
struct change {
	struct cpu *cpu;
	struct cycles_step *step;
	struct cpu_stats d;      /* counters, now less before */
	uint32_t tlb, held, way; /* of a line's latency */
};

/* A module that had the line; another than the CPU's own, if there was one. */
static unsigned
owner_of(const struct cpu *cpu, const struct coh_why *why)
{
	const uint8_t *module = cpu->coh->p.module;
	const unsigned own = module[cpu->id];
	unsigned had = why->l2;

	for (unsigned i = 0; i < cpu->coh->p.ncpu; i++)
		if ((why->l1 & COH_BIT(i)) != 0)
			had |= COH_BIT(module[i]);
	had &= (unsigned)~COH_BIT(own);
	return had != 0 ? (unsigned)__builtin_ctz(had) : own;
}

static void
look_at_line(struct change *c)
{
	const struct coh_why *why = &c->cpu->coh->why[c->cpu->id];
	const uint64_t walks = c->d.dtlb_miss;

	c->step->from = why->from;
	c->step->owner = (uint8_t)owner_of(c->cpu, why);
	c->held = why->held_clk;
	c->way = why->latency_clk - why->held_clk;
	if (why->from == COH_FROM_HERE && c->d.l1d_miss != 0) {
		c->step->from = COH_FROM_L2; /* a simple fill */
		c->way = c->cpu->coh->p.l2_hit_clk;
	}
	c->tlb = (uint32_t)(walks * c->cpu->p.walk_clk +
	    (c->d.utlb_miss - walks) * c->cpu->p.utlb_clk);
}

static void
charge_line(struct change *c, uint64_t clk, bool fetch)
{
	const uint64_t sum = (uint64_t)c->tlb + c->held + c->way;
	uint64_t *to = c->step->clk, tlb, held;

	if (sum == 0) {
		to[CYCLES_DEPEND] += clk;
		return;
	}
	tlb = clk * c->tlb / sum;
	held = clk * c->held / sum;
	to[CYCLES_TLB] += tlb;
	to[CYCLES_HELD] += held;
	to[of_line(c->step->from, fetch)] += clk - tlb - held;
	c->step->line_clk += clk;
}

/* The line comes after what was before is done. */
static void
charge_lock(struct change *c, uint64_t clk)
{
	const uint64_t sum = (uint64_t)c->tlb + c->held + c->way,
		       hit = c->cpu->p.l1d_hit_clk;
	uint64_t line = sum > hit ? sum - hit : 0;

	if (line > clk)
		line = clk;
	c->step->clk[CYCLES_LOCKED] += clk - line;
	if (line != 0)
		charge_line(c, line, false);
}

static enum cycles_cat
of_device(const struct change *c)
{
	const struct cycles_step *s = c->step;
	const struct smp_config *m = &c->cpu->smp->config;

	if (s->device && s->ea - m->io_va + m->io_pa - IO_MSI_BASE < LAPIC_PAGE)
		return CYCLES_APIC;
	return s->device && s->call == CYCLES_READ ? CYCLES_MMIO_READ
						   : CYCLES_MMIO_WRITE;
}

static void
divide(struct change *c)
{
	const uint64_t *d = c->d.stall;
	uint64_t *to = c->step->clk, penalty, wake;

	look_at_line(c);
	charge_line(c, d[CPU_LOAD] + d[CPU_STORE], false);
	charge_lock(c, d[CPU_LOCK]);
	if (d[CPU_FETCH] != 0)
		charge_line(c, d[CPU_FETCH], true);
	penalty = (c->d.mispredicts + c->d.ijmp_mispredicts) *
	    c->cpu->p.mispredict_clk;
	if (penalty > d[CPU_BRANCH])
		penalty = d[CPU_BRANCH];
	to[CYCLES_MISPREDICT] += penalty;
	to[CYCLES_BRANCH_WAIT] += d[CPU_BRANCH] - penalty;
	wake = c->d.wakes * c->cpu->p.c1_exit_clk;
	to[CYCLES_WAKE] += wake;
	to[CYCLES_INTERRUPT] += d[CPU_INTERRUPT] - wake;
	to[CYCLES_FENCE] += d[CPU_FENCE];
	to[CYCLES_STRING] += d[CPU_REP];
	to[CYCLES_PRIV] += d[CPU_PRIV];
	to[of_device(c)] += d[CPU_UC];
	to[CYCLES_IDLE] += d[CPU_IDLE];
}

/* ---- steps ------------------------------------------------------------------ */

static struct cpu_stats
gained(const struct cpu_stats *now, const struct cpu_stats *before)
{
	struct cpu_stats d;
	const uint64_t *n = (const uint64_t *)now,
		       *b = (const uint64_t *)before;

	for (size_t i = 0; i < sizeof(d) / sizeof(*n); i++)
		((uint64_t *)&d)[i] = n[i] - b[i];
	return d;
}

/* Takes up to clk away from a category; what is left of clk. */
static uint64_t
take(uint64_t *cat, uint64_t clk)
{
	const uint64_t n = clk < *cat ? clk : *cat;

	*cat -= n;
	return clk - n;
}

/*
 * The clock has advanced by so much since mark.  What stalls say beyond that was
 * before the beginning: sleep, as nothing else lasts.
 */
static void
settle(struct cpu *cpu, struct seen *s)
{
	const uint64_t now = cpu->hot.clock;
	const uint64_t passed = now > s->mark ? now - s->mark : 0;
	struct change c = { .cpu = cpu, .step = &s->step };
	uint64_t sum = 0;

	c.d = gained(&cpu->stats, &s->stats);
	divide(&c);
	for (unsigned i = 0; i < CPU_NCAUSE; i++)
		sum += c.d.stall[i];
	if (sum > passed) {
		sum = take(&s->step.clk[CYCLES_IDLE], sum - passed);
		for (unsigned i = 0; sum != 0 && i < CYCLES_NCAT; i++)
			sum = take(&s->step.clk[i], sum);
	} else
		s->step.clk[CYCLES_ISSUE] += passed - sum;
	if (now > s->mark)
		s->mark = now;
	s->step.insns += cpu->hot.insns - s->insns;
	s->insns = cpu->hot.insns;
	s->stats = cpu->stats;
	memset(&cpu->coh->why[cpu->id], 0, sizeof(cpu->coh->why[0]));
}

static void
before(struct cpu *cpu, enum cycles_call call, uint64_t pc, uint64_t sp,
    uint64_t ea, uint64_t bytes)
{
	struct seen *s = &the_cycles->seen[cpu->id];

	if (!the_cycles->on)
		return;
	s->step = (struct cycles_step){ .cpu = cpu->id };
	settle(cpu, s);
	s->step.call = call;
	s->step.pc = pc;
	s->step.sp = sp;
	s->step.ea = ea;
	s->step.bytes = bytes;
	s->step.device = call <= CYCLES_LOCK && smp_is_io(cpu->smp, ea);
	s->step.from = COH_FROM_HERE;
	s->step.line_clk = 0;
}

/* Call-outs that took a turn may come back when it is over, or when it was. */
static void
after(struct cpu *cpu)
{
	struct seen *s = &the_cycles->seen[cpu->id];

	if (!the_cycles->on)
		return;
	settle(cpu, s);
	the_cycles->fn(the_cycles->arg, &s->step);
	s->step = (struct cycles_step){ .cpu = cpu->id, .call = CYCLES_NONE };
}

/* ---- call-outs ---------------------------------------------------------------- */

static void
shut(struct cpu *cpu, uint64_t ea, unsigned size)
{
	tap_shut(cpu->smp, ea);
	tap_shut(cpu->smp, ea + size - 1);
}

static void
on_read(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	before(cpu, CYCLES_READ, tap_pc(cpu), tap_sp(cpu, true), ea, size);
	the_cycles->was.read(cpu, ea, site, size);
	after(cpu);
	shut(cpu, ea, size);
}

static void
on_write(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	before(cpu, CYCLES_WRITE, tap_pc(cpu), tap_sp(cpu, true), ea, size);
	the_cycles->was.write(cpu, ea, site, size);
	after(cpu);
	shut(cpu, ea, size);
}

static void
on_lock(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	before(cpu, CYCLES_LOCK, tap_pc(cpu), tap_sp(cpu, true), ea, size);
	the_cycles->was.lock(cpu, ea, site, size);
	after(cpu);
	shut(cpu, ea, size);
}

static void
on_rep(struct cpu *cpu, struct hk_regs *regs, const struct hk_strsite *str)
{
	struct cycles_step *s = &the_cycles->seen[cpu->id].step;
	struct rep_range r[2];
	const unsigned n = rep_ranges(cpu, regs, str, r);

	before(cpu, CYCLES_REP, regs->rip, regs->gpr[R_SP], r[0].ea,
	    r[0].bytes);
	if (n == 2) {
		s->other_ea = r[1].ea;
		s->other_bytes = r[1].bytes;
	}
	the_cycles->was.rep(cpu, regs, str);
	after(cpu);
	tap_shut_all(cpu->smp);
}

static void
on_poll(struct cpu *cpu, struct hk_regs *regs, bool watched)
{
	before(cpu, CYCLES_OTHER, regs->rip, regs->gpr[R_SP], 0, 0);
	the_cycles->was.poll(cpu, regs, watched);
	after(cpu);
}

static void
on_branch(struct cpu *cpu, uint32_t bp, uint32_t taken)
{
	before(cpu, CYCLES_BRANCH, tap_pc(cpu), tap_sp(cpu, false), 0, 0);
	the_cycles->was.branch(cpu, bp, taken);
	after(cpu);
}

static void
on_ijmp(struct cpu *cpu, uint32_t bp, uint64_t target)
{
	before(cpu, CYCLES_BRANCH, tap_pc(cpu), tap_sp(cpu, false), 0, 0);
	the_cycles->was.ijmp(cpu, bp, target);
	after(cpu);
}

static void
on_fetch(struct cpu *cpu, uint32_t address)
{
	before(cpu, CYCLES_FETCH, tap_pc(cpu), tap_sp(cpu, false), address, 1);
	the_cycles->was.fetch(cpu, address);
	after(cpu);
	tap_shut(cpu->smp, address);
}

static void
on_priv(struct cpu *cpu, struct hk_regs *regs, const struct hk_privsite *site)
{
	before(cpu, CYCLES_OTHER, regs->rip, regs->gpr[R_SP], 0, 0);
	the_cycles->was.priv(cpu, regs, site);
	after(cpu);
	tap_shut_all(cpu->smp);
}

static void
on_fence(struct cpu *cpu, const struct hk_site *site)
{
	before(cpu, CYCLES_OTHER, tap_pc(cpu), tap_sp(cpu, false), 0, 0);
	the_cycles->was.fence(cpu, site);
	after(cpu);
}

/* ---- on and off ------------------------------------------------------------- */

struct cycles *
cycles_create(struct smp *smp, cycles_fn fn, void *arg)
{
	struct cycles *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->smp = smp;
	c->fn = fn;
	c->arg = arg;
	the_cycles = c;
	return c;
}

void
cycles_destroy(struct cycles *c)
{
	the_cycles = NULL;
	free(c);
}

void
cycles_begin(struct cycles *c, uint64_t at)
{
	struct tap ours = c->was = tap_get(c->smp);

	ours.read = ours.rmiss = on_read;
	ours.write = ours.wmiss = on_write;
	ours.lock = on_lock;
	ours.rep = on_rep;
	ours.poll = on_poll;
	ours.branch = on_branch;
	ours.ijmp = on_ijmp;
	ours.fetch = on_fetch;
	ours.priv = on_priv;
	ours.fence = on_fence;
	ours.split = 0;
	for (unsigned i = 0; i < c->smp->ncpu; i++) {
		struct cpu *cpu = c->smp->cpu[i];
		struct seen *s = &c->seen[i];

		memset(cpu->hot.l1i, 0, sizeof(cpu->hot.l1i));
		s->mark = at > cpu->hot.clock ? at : cpu->hot.clock;
		s->insns = cpu->hot.insns;
		s->stats = cpu->stats;
		s->step = (struct cycles_step){ .cpu = i, .call = CYCLES_NONE };
	}
	c->on = true;
	tap_set(c->smp, &ours);
	tap_shut_all(c->smp);
}

void
cycles_end(struct cycles *c, uint64_t at)
{
	for (unsigned i = 0; i < c->smp->ncpu; i++) {
		struct cpu *cpu = c->smp->cpu[i];
		struct seen *s = &c->seen[i];

		settle(cpu, s);
		if (cpu->run != CPU_RUNNING && at > s->mark)
			s->step.clk[cpu->run == CPU_WAITING
				? CYCLES_MMIO_READ
				: CYCLES_IDLE] += at - s->mark;
		c->fn(c->arg, &s->step);
	}
	c->on = false;
	tap_set(c->smp, &c->was);
}
