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

#define RFLAGS_HOST 0xcd5u /* CF PF AF ZF SF DF OF */
#define RFLAGS_TF   0x100u
#define RFLAGS_SYS  0x247200u /* IF IOPL NT AC ID */

struct call {
	struct fake_cpu *cpu;
	struct hk_regs *regs;
	const struct hk_privsite *site;
};

static void
set_pair(struct hk_regs *regs, uint64_t v)
{
	regs->gpr[R_AX] = (uint32_t)v;
	regs->gpr[R_DX] = v >> 32;
}

static uint64_t
get_pair(const struct hk_regs *regs)
{
	return regs->gpr[R_DX] << 32 | (uint32_t)regs->gpr[R_AX];
}

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
	set_pair(c->regs, tsc(c));
}

static void
do_rdtscp(struct call *c)
{
	set_pair(c->regs, tsc(c));
	c->regs->gpr[R_CX] = (uint32_t)c->cpu->tsc_aux;
}

static void
do_cpuid(struct call *c)
{
	struct cpuid id = cpuid_leaf(c->cpu->id, (uint32_t)c->regs->gpr[R_AX],
	    (uint32_t)c->regs->gpr[R_CX]);

	c->regs->gpr[R_AX] = id.ax;
	c->regs->gpr[R_BX] = id.bx;
	c->regs->gpr[R_CX] = id.cx;
	c->regs->gpr[R_DX] = id.dx;
}

/* ---- flags --------------------------------------------------------------- */

static void
do_cli(struct call *c)
{
	c->cpu->flags &= ~(uint64_t)FAKE_RFLAGS_IF;
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
	set_flags(c, c->cpu->flags | FAKE_RFLAGS_IF);
}

static void
do_pushf(struct call *c)
{
	uint64_t v = fake_rflags(c->cpu, c->regs);

	c->regs->gpr[R_SP] -= 8;
	memcpy((void *)(uintptr_t)c->regs->gpr[R_SP], &v, sizeof(v));
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

static uint64_t
pop(struct call *c)
{
	uint64_t v;

	memcpy(&v, (const void *)(uintptr_t)c->regs->gpr[R_SP], sizeof(v));
	c->regs->gpr[R_SP] += 8;
	return v;
}

static void
do_popf(struct call *c)
{
	load_rflags(c, pop(c));
}

static void
do_iret(struct call *c)
{
	uint64_t rflags, sp;

	c->regs->rip = pop(c);
	(void)pop(c); /* cs */
	rflags = pop(c);
	sp = pop(c);
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
	if ((c->cpu->flags & FAKE_RFLAGS_IF) == 0)
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

/* ---- tables and registers ----------------------------------------------------- */

static void
do_lidt(struct call *c)
{
	uint8_t d[10];

	memcpy(d, (const void *)(uintptr_t)c->cpu->hot.str_di, sizeof(d));
	memcpy(&c->cpu->idt_limit, d, 2);
	memcpy(&c->cpu->idt, d + 2, 8);
}

static void
do_nothing(struct call *c)
{
	(void)c;
}

static uint64_t *
control_register(struct call *c)
{
	if (c->site->imm > 4 || c->site->imm == 1)
		fake_fail(c->cpu, EX_BUG, c->regs->rip,
		    "control register %u is not modelled", c->site->imm);
	return &c->cpu->cr[c->site->imm];
}

static void
do_mov_to_cr(struct call *c)
{
	*control_register(c) = c->regs->gpr[c->site->reg];
}

static void
do_mov_from_cr(struct call *c)
{
	c->regs->gpr[c->site->reg] = *control_register(c);
}

static void
do_swapgs(struct call *c)
{
	uint64_t v = c->cpu->hot.kgs;

	c->cpu->hot.kgs = c->cpu->kernel_gs;
	c->cpu->kernel_gs = v;
}

static uint64_t
sized(uint64_t v, unsigned size)
{
	return size == 4 ? (uint32_t)v : v;
}

static void
do_wrgsbase(struct call *c)
{
	c->cpu->hot.kgs = sized(c->regs->gpr[c->site->reg], c->site->size);
}

static void
do_rdgsbase(struct call *c)
{
	c->regs->gpr[c->site->reg] = sized(c->cpu->hot.kgs, c->site->size);
}

enum { MSR_TSC = 0x10, MSR_APIC_BASE = 0x1b, MSR_TSC_DEADLINE = 0x6e0 };
#define MSR_EFER      0xc0000080u
#define MSR_GS_BASE   0xc0000101u
#define MSR_KERNEL_GS 0xc0000102u
#define MSR_TSC_AUX   0xc0000103u
#define EFER_VALUE    0xd01u /* SCE LME LMA NXE */

static uint64_t
apic_base(const struct fake_cpu *cpu)
{
	return 0xfee00800u | (cpu->id == 0 ? 0x100u : 0);
}

static uint64_t *
msr_storage(struct fake_cpu *cpu, uint32_t msr)
{
	switch (msr) {
	case MSR_GS_BASE:
		return &cpu->hot.kgs;
	case MSR_KERNEL_GS:
		return &cpu->kernel_gs;
	case MSR_TSC_AUX:
		return &cpu->tsc_aux;
	default:
		return NULL;
	}
}

static void
do_rdmsr(struct call *c)
{
	uint32_t msr = (uint32_t)c->regs->gpr[R_CX];
	const uint64_t *p = msr_storage(c->cpu, msr);

	if (p != NULL)
		set_pair(c->regs, *p);
	else if (msr == MSR_TSC)
		set_pair(c->regs, tsc(c));
	else if (msr == MSR_APIC_BASE)
		set_pair(c->regs, apic_base(c->cpu));
	else if (msr == MSR_EFER)
		set_pair(c->regs, EFER_VALUE);
	else if (msr == MSR_TSC_DEADLINE)
		set_pair(c->regs, lapic_read_deadline(&c->cpu->lapic));
	else
		fake_fail(c->cpu, EX_BUG, c->regs->rip,
		    "rdmsr: register 0x%" PRIx32 " is not modelled; add it to "
		    "port/fake/priv.c",
		    msr);
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
	uint64_t *p = msr_storage(c->cpu, msr), v = get_pair(c->regs);

	if (p != NULL)
		*p = v;
	else if (msr == MSR_TSC)
		c->cpu->f->tsc_offset += v - tsc(c);
	else if (msr == MSR_TSC_DEADLINE)
		set_deadline(c->cpu, v);
	else if ((msr == MSR_APIC_BASE && v == apic_base(c->cpu)) ||
	    (msr == MSR_EFER && v == EFER_VALUE))
		return; /* writes what is there */
	else
		fake_fail(c->cpu, EX_BUG, c->regs->rip,
		    "wrmsr: register 0x%" PRIx32 " cannot be set to 0x%" PRIx64
		    "; add it to port/fake/priv.c",
		    msr, v);
}

static uint16_t
port_of(const struct call *c)
{
	return (uint16_t)(c->site->reg == R_DX ? c->regs->gpr[R_DX]
					       : c->site->imm);
}

static void
do_in(struct call *c)
{
	uint64_t *ax = &c->regs->gpr[R_AX], v = UINT32_MAX;
	unsigned size = c->site->size;

	if (fake_is_probe_port(port_of(c), size))
		v = fake_probe_in(c->cpu->f, port_of(c), size);
	if (size == 4)
		*ax = (uint32_t)v;
	else
		memcpy(ax, &v, size);
}

static void
do_out(struct call *c)
{
	if (fake_is_probe_port(port_of(c), c->site->size))
		fake_probe_out(c->cpu->f, port_of(c), c->site->size,
		    c->regs->gpr[R_AX]);
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
	[PRIV_SWAPGS] = do_swapgs,
	[PRIV_WRGSBASE] = do_wrgsbase,
	[PRIV_RDGSBASE] = do_rdgsbase,
	[PRIV_MOV_TO_CR] = do_mov_to_cr,
	[PRIV_MOV_FROM_CR] = do_mov_from_cr,
	[PRIV_INVLPG] = do_nothing,
	[PRIV_LGDT] = do_nothing,
	[PRIV_LIDT] = do_lidt,
	[PRIV_LTR] = do_nothing,
};

void
fake_priv(struct fake_cpu *cpu, struct hk_regs *regs,
    const struct hk_privsite *site)
{
	struct call c = { cpu, regs, site };

	if (site->op >= sizeof(handlers) / sizeof(handlers[0]) ||
	    handlers[site->op] == NULL)
		fake_fail(cpu, EX_BUG, regs->rip,
		    "privileged operation %u (enum priv, "
		    "sim/cpu/annotate/annotate.h): this machine cannot do that",
		    site->op);
	handlers[site->op](&c);
}
