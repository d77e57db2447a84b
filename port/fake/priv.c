/*
 * priv.c: privileged instructions of the fake machine.
 *
 * What they do is told in sim/cpu/priv.c; here there is no time, and no
 * caches or TLBs to empty.
 *
 *	TSC	the clock, in cycles, plus an offset; looking at it takes 10 ns,
 *		or a loop that waits for it would never end
 *	HLT	ends the turn
 *	ports	the probe's; elsewhere reads give ones, writes vanish
 */
#include <inttypes.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/priv.h"
#include "fake_int.h"

struct call {
	struct fake_cpu *cpu;
	struct hk_regs *regs;
	const struct hk_privsite *site;
};

/* ---- time ---------------------------------------------------------------- */

static uint64_t
tsc(struct call *c)
{
	struct fake *f = c->cpu->f;

	if (!f->config->by_hand)
		f->now += FAKE_TSC_CLK;
	return f->now / CLK_PER_CYC + f->tsc_offset;
}

static void
do_rdtsc(struct call *c)
{
	regs_set_pair(c->regs, tsc(c));
}

static void
do_rdtscp(struct call *c)
{
	regs_set_pair(c->regs, tsc(c));
	c->regs->gpr[R_CX] = (uint32_t)c->cpu->sys.tsc_aux;
}

static void
do_cpuid(struct call *c)
{
	struct cpuid id = cpuid_leaf(c->cpu->id, false,
	    (uint32_t)c->regs->gpr[R_AX], (uint32_t)c->regs->gpr[R_CX]);

	c->regs->gpr[R_AX] = id.ax;
	c->regs->gpr[R_BX] = id.bx;
	c->regs->gpr[R_CX] = id.cx;
	c->regs->gpr[R_DX] = id.dx;
}

/* ---- flags --------------------------------------------------------------- */

static void
do_cli(struct call *c)
{
	c->cpu->flags &= ~(uint64_t)RFLAGS_IF;
}

/* What waits comes in at the next step. */
static void
set_flags(struct call *c, uint64_t v)
{
	c->cpu->flags = v & RFLAGS_SYS;
	if (fake_interrupt_due(c->cpu))
		fake_kick(c->cpu);
}

static void
do_sti(struct call *c)
{
	set_flags(c, c->cpu->flags | RFLAGS_IF);
}

static void
do_pushf(struct call *c)
{
	regs_push(c->regs, fake_rflags(c->cpu, c->regs));
}

static void
load_rflags(struct call *c, uint64_t v)
{
	if (v & RFLAGS_TF)
		fake_fail(c->cpu, EX_BUG, c->regs->rip,
		    "the trap flag is set, and there is no debug exception");
	c->regs->rflags = (c->regs->rflags & ~(uint64_t)RFLAGS_HOST) |
	    (v & RFLAGS_HOST);
	set_flags(c, v);
}

static void
do_popf(struct call *c)
{
	load_rflags(c, regs_pop(c->regs));
}

static void
do_iret(struct call *c)
{
	uint64_t rflags, sp;

	c->regs->rip = regs_pop(c->regs);
	(void)regs_pop(c->regs); /* cs */
	rflags = regs_pop(c->regs);
	sp = regs_pop(c->regs);
	load_rflags(c, rflags);
	c->regs->gpr[R_SP] = sp;
	fake_take_interrupt(c->cpu, c->regs);
}

/* ---- halting --------------------------------------------------------------- */

static void
halt(struct call *c)
{
	struct fake_cpu *cpu = c->cpu;

	cpu->rip = c->regs->rip;
	cpu->state = FAKE_SLEEPS;
	fake_turn_over(cpu);
	cpu->monitoring = cpu->was_stored = false;
	fake_take_interrupt(cpu, c->regs);
}

static void
do_hlt(struct call *c)
{
	if ((c->cpu->flags & RFLAGS_IF) == 0)
		fake_fail(c->cpu, EX_FINDING, c->regs->rip,
		    "hlt: halted with interrupts off; nothing can wake this "
		    "CPU: sti is missing before it");
	c->cpu->monitoring = c->cpu->was_stored = false;
	halt(c);
}

static void
do_monitor(struct call *c)
{
	struct fake_cpu *cpu = c->cpu;

	cpu->monitor = c->regs->gpr[R_AX] & ~(uint64_t)(FAKE_LINE - 1);
	memcpy(cpu->seen, (const void *)(uintptr_t)cpu->monitor, FAKE_LINE);
	cpu->monitoring = true;
	cpu->was_stored = false;
}

/* Without MONITOR before it, MWAIT does nothing. */
static void
do_mwait(struct call *c)
{
	if (c->cpu->monitoring)
		halt(c);
}

/* ---- model-specific registers --------------------------------------------- */

static void
do_rdmsr(struct call *c)
{
	uint32_t msr = (uint32_t)c->regs->gpr[R_CX];
	uint64_t v = 0;

	if (msr == MSR_TSC)
		v = tsc(c);
	else if (msr == MSR_TSC_DEADLINE)
		v = lapic_read_deadline(&c->cpu->lapic);
	else if (!sysregs_rdmsr(&c->cpu->sys, &c->cpu->hot.kgs, c->cpu->id, msr,
		     &v))
		fake_fail(c->cpu, EX_BUG, c->regs->rip,
		    "rdmsr: register 0x%" PRIx32 " is not modelled; add it to "
		    "sim/cpu/sysregs.c",
		    msr);
	regs_set_pair(c->regs, v);
}

static void
set_deadline(struct fake_cpu *cpu, uint64_t tsc_cyc)
{
	lapic_write_deadline(&cpu->lapic,
	    tsc_cyc == 0 ? 0 : tsc_cyc - cpu->f->tsc_offset, cpu->f->now);
	if (fake_interrupt_due(cpu))
		fake_kick(cpu);
}

/* The TSCs of all CPUs are one. */
static void
do_wrmsr(struct call *c)
{
	uint32_t msr = (uint32_t)c->regs->gpr[R_CX];
	uint64_t v = regs_pair(c->regs);

	if (msr == MSR_TSC)
		c->cpu->f->tsc_offset += v - tsc(c);
	else if (msr == MSR_TSC_DEADLINE)
		set_deadline(c->cpu, v);
	else if (!sysregs_wrmsr(&c->cpu->sys, &c->cpu->hot.kgs, c->cpu->id, msr,
		     v))
		fake_fail(c->cpu, EX_BUG, c->regs->rip,
		    "wrmsr: register 0x%" PRIx32 " cannot be set to 0x%" PRIx64
		    "; add it to sim/cpu/sysregs.c",
		    msr, v);
}

static void
do_in(struct call *c)
{
	uint64_t *ax = &c->regs->gpr[R_AX], v = UINT32_MAX;
	unsigned size = c->site->size;

	if (fake_is_probe_port(regs_port(c->regs, c->site), size))
		v = fake_probe_in(c->cpu->f, regs_port(c->regs, c->site), size);
	if (size == 4)
		*ax = (uint32_t)v;
	else
		memcpy(ax, &v, size);
}

static void
do_out(struct call *c)
{
	if (fake_is_probe_port(regs_port(c->regs, c->site), c->site->size))
		fake_probe_out(c->cpu->f, regs_port(c->regs, c->site),
		    c->site->size, c->regs->gpr[R_AX]);
}

/* No TLBs. */
static void
do_nothing(struct call *c)
{
	(void)c;
}

/* ---- the instruction ------------------------------------------------------------ */

static void (*const handlers[])(struct call *) = {
	[PRIV_CLI] = do_cli,
	[PRIV_STI] = do_sti,
	[PRIV_HLT] = do_hlt,
	[PRIV_MONITOR] = do_monitor,
	[PRIV_MWAIT] = do_mwait,
	[PRIV_RDTSC] = do_rdtsc,
	[PRIV_RDTSCP] = do_rdtscp,
	[PRIV_CPUID] = do_cpuid,
	[PRIV_RDMSR] = do_rdmsr,
	[PRIV_WRMSR] = do_wrmsr,
	[PRIV_IN] = do_in,
	[PRIV_OUT] = do_out,
	[PRIV_PUSHF] = do_pushf,
	[PRIV_POPF] = do_popf,
	[PRIV_IRET] = do_iret,
	[PRIV_INVLPG] = do_nothing,
};

void
fake_priv(struct fake_cpu *cpu, struct hk_regs *regs,
    const struct hk_privsite *site)
{
	struct call c = { cpu, regs, site };

	if (sysregs_do(&cpu->sys, &cpu->hot.kgs, cpu->hot.str_di, regs, site))
		return;
	if (site->op >= sizeof(handlers) / sizeof(handlers[0]) ||
	    handlers[site->op] == NULL)
		fake_fail(cpu, EX_BUG, regs->rip,
		    "privileged operation %u (enum priv, "
		    "sim/cpu/annotate/annotate.h): this machine cannot do that",
		    site->op);
	handlers[site->op](&c);
}
