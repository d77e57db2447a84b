/*
 * priv.c: instructions that the image may not execute on the host.
 *
 * The annotator replaces each by a call-out with all registers in a frame;
 * what it does to them, it does there.  What the CPU has besides registers:
 *
 *	rflags		arithmetic flags and DF are the host's.  IF, IOPL, NT,
 *			AC and ID are ours (sys_flags): user code cannot have
 *			them as a kernel wants.
 *	%gs base	cpu_hot.kgs and its SWAPGS partner
 *	TSC		the clock in cycles at the place of the instruction
 *			(stalls that lie ahead not counted), plus an offset
 *	MSRs		those in the table below
 *	ports		devices (mem/io.h); where there is none reads give
 *			ones, writes vanish, and the first access of each port
 *			is told on stderr
 *	IDT		its address and limit (interrupt.c)
 *	CR0-CR4		storage; a write to CR3 and INVLPG empty TLBs
 *
 * Everything without a handler here ends the run (exit code 5): a simulated
 * kernel must not go on with an instruction that did nothing.
 *
 * Called from a thunk on the host stack.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/exit.h"
#include "cpu/annotate/annotate.h"
#include "cpu/cpu.h"
#include "cpu/priv.h"
#include "cpu/smp.h"

struct call {
	struct cpu *cpu;
	struct hk_regs *regs;
	const struct hk_privsite *site;
};

/* ---- time ----------------------------------------------------------- */

static uint64_t
tsc(const struct call *c)
{
	int64_t prog = cpu_begin(c->cpu, c->site->after);

	return (uint64_t)miss_real(&c->cpu->miss, prog) / HK_CLOCK_PER_CYC +
	    c->cpu->tsc_offset;
}

static void
do_rdtsc(struct call *c)
{
	regs_set_pair(c->regs, tsc(c));
}

/* Waits until older instructions are done, as RDTSC does not. */
static void
do_rdtscp(struct call *c)
{
	int64_t prog = cpu_begin(c->cpu, c->site->after);

	miss_wait(&c->cpu->miss, prog, MISS_LOADS);
	cpu_charge(c->cpu, CPU_PRIV);
	regs_set_pair(c->regs, tsc(c));
	c->regs->gpr[R_CX] = (uint32_t)c->cpu->sys.tsc_aux;
}

/* Serialising: waits for everything before it. */
static void
do_cpuid(struct call *c)
{
	int64_t prog = cpu_begin(c->cpu, c->site->after);
	struct cpuid id = cpuid_leaf(c->cpu->id, c->cpu->p.hypervisor,
	    (uint32_t)c->regs->gpr[R_AX], (uint32_t)c->regs->gpr[R_CX]);

	miss_wait(&c->cpu->miss, prog, MISS_LOADS | MISS_STORES);
	cpu_charge(c->cpu, CPU_PRIV);
	c->regs->gpr[R_AX] = id.ax;
	c->regs->gpr[R_BX] = id.bx;
	c->regs->gpr[R_CX] = id.cx;
	c->regs->gpr[R_DX] = id.dx;
}

/* ---- flags ---------------------------------------------------------- */

static void
do_cli(struct call *c)
{
	c->cpu->sys_flags &= ~(uint64_t)RFLAGS_IF;
}

/* Interrupts are taken from the next poll point on. */
static void
set_sys_flags(struct call *c, uint64_t v)
{
	struct cpu *cpu = c->cpu;
	bool opens = (v & ~cpu->sys_flags & RFLAGS_IF) != 0;
	int64_t prog = cpu_begin(cpu, c->site->after);

	cpu->sys_flags = v & RFLAGS_SYS;
	if (!opens)
		return;
	cpu->open_at = (uint64_t)miss_real(&cpu->miss, prog);
	cpu_interrupts_changed(cpu);
}

static void
do_sti(struct call *c)
{
	set_sys_flags(c, c->cpu->sys_flags | RFLAGS_IF);
}

uint64_t
cpu_rflags(const struct cpu *cpu, const struct hk_regs *regs)
{
	return (regs->rflags & RFLAGS_HOST) | cpu->sys_flags | RFLAGS_ONE;
}

static void
do_pushf(struct call *c)
{
	regs_push(c->regs, cpu_rflags(c->cpu, c->regs));
}

static void
load_rflags(struct call *c, uint64_t v)
{
	if (v & RFLAGS_TF)
		cpu_fail(c->cpu, EX_BUG, c->regs->rip,
		    "the trap flag is set, and there is no debug exception; "
		    "use gdb on the image instead");
	c->regs->rflags = (c->regs->rflags & ~(uint64_t)RFLAGS_HOST) |
	    (v & RFLAGS_HOST);
	set_sys_flags(c, v);
}

static void
do_popf(struct call *c)
{
	load_rflags(c, regs_pop(c->regs));
}

/*
 * The way back from an interrupt waits until the module's port has taken this
 * CPU's uncached writes; the next interrupt may come at once.
 */
static void
do_iret(struct call *c)
{
	uint64_t now = cpu_now(c->cpu), rflags, sp;

	if (c->cpu->uc.until > now) {
		miss_stall(&c->cpu->miss, (int64_t)(c->cpu->uc.until - now));
		cpu_charge(c->cpu, CPU_UC);
	}
	c->regs->rip = regs_pop(c->regs);
	(void)regs_pop(c->regs); /* cs */
	rflags = regs_pop(c->regs);
	sp = regs_pop(c->regs);
	load_rflags(c, rflags);
	c->regs->gpr[R_SP] = sp;
	cpu_take_interrupt(c->cpu, c->regs);
}

/* ---- halting -------------------------------------------------------- */

static void
halt(struct call *c, const char *what, bool by_store)
{
	if (!by_store && (c->cpu->sys_flags & RFLAGS_IF) == 0)
		cpu_fail(c->cpu, EX_FINDING, c->regs->rip,
		    "%s: halted with interrupts off; nothing can wake this "
		    "CPU: sti is missing before it",
		    what);
	cpu_halt(c->cpu);
	cpu_take_interrupt(c->cpu, c->regs);
}

static void
do_hlt(struct call *c)
{
	halt(c, "hlt", false);
}

/*
 * The line is read, so that a write to it by anybody must take it away from
 * us, and from then on remembered until MWAIT has come and gone.
 */
static void
do_monitor(struct call *c)
{
	const struct hk_site site = { .loadhash = HK_NOLOAD };
	uint64_t ea = c->regs->gpr[R_AX];
	uint32_t line = (uint32_t)(ea >> 6) & CPU_LINE_MASK;

	smp_order(c->cpu, cpu_now(c->cpu));
	hk_read(c->cpu, ea, &site, 1);
	c->cpu->wake_at = UINT64_MAX;
	c->cpu->monitoring = true;
	coh_monitor(c->cpu->coh, c->cpu->id, line);
}

/* Without MONITOR before it, MWAIT does nothing. */
static void
do_mwait(struct call *c)
{
	if (c->cpu->monitoring)
		halt(c, "mwait", true);
}

/* ---- TLBs and model-specific registers -------------------------------- */

/* sysregs_do() has done it with those there are. */
static void
do_no_cr(struct call *c)
{
	cpu_fail(c->cpu, EX_BUG, c->regs->rip,
	    "control register %u is not modelled", c->site->imm);
}

static void
do_invlpg(struct call *c)
{
	tlb_drop(&c->cpu->tlb, (uint32_t)(c->cpu->hot.str_di / CPU_PAGE));
}

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
		cpu_fail(c->cpu, EX_BUG, c->regs->rip,
		    "rdmsr: register 0x%" PRIx32 " is not modelled; add it to "
		    "sim/cpu/sysregs.c",
		    msr);
	regs_set_pair(c->regs, v);
}

/* The APIC knows no offset: its TSC is the clock. */
static void
set_deadline(struct cpu *cpu, uint64_t tsc_cyc)
{
	lapic_write_deadline(&cpu->lapic,
	    tsc_cyc == 0 ? 0 : tsc_cyc - cpu->tsc_offset, cpu_now(cpu));
	cpu_interrupts_changed(cpu);
}

static void
do_wrmsr(struct call *c)
{
	uint32_t msr = (uint32_t)c->regs->gpr[R_CX];
	uint64_t v = regs_pair(c->regs);

	if (msr == MSR_TSC)
		c->cpu->tsc_offset += v - tsc(c);
	else if (msr == MSR_TSC_DEADLINE)
		set_deadline(c->cpu, v);
	else if (!sysregs_wrmsr(&c->cpu->sys, &c->cpu->hot.kgs, c->cpu->id, msr,
		     v))
		cpu_fail(c->cpu, EX_BUG, c->regs->rip,
		    "wrmsr: register 0x%" PRIx32 " cannot be set to 0x%" PRIx64
		    "; add it to sim/cpu/sysregs.c",
		    msr, v);
}

/* ---- ports ---------------------------------------------------------- */

static void
tell_once(const struct call *c, const char *what, uint16_t port)
{
	uint8_t *seen = &c->cpu->port_seen[port / 8];

	if (io_find(c->cpu->smp->io, true, port, c->site->size) != NULL ||
	    (*seen & 1u << port % 8) != 0)
		return;
	*seen |= (uint8_t)(1u << port % 8);
	fprintf(stderr,
	    "rangeley: cpu %u at 0x%08" PRIx64 ": %s port 0x%04x: "
	    "no device there\n",
	    c->cpu->id, c->regs->rip, what, port);
}

static void
do_in(struct call *c)
{
	uint64_t *ax = &c->regs->gpr[R_AX], v, mask;

	tell_once(c, "in from", regs_port(c->regs, c->site));
	v = uc_port(c->cpu, false, regs_port(c->regs, c->site), c->site->size,
	    0);
	mask = c->site->size == 4 ? UINT64_MAX
	    : c->site->size == 2  ? UINT16_MAX
				  : UINT8_MAX;
	*ax = (*ax & ~mask) | (c->site->size == 4 ? (uint32_t)v : v & mask);
}

static void
do_out(struct call *c)
{
	uint64_t v = c->regs->gpr[R_AX];

	tell_once(c, "out to", regs_port(c->regs, c->site));
	(void)uc_port(c->cpu, true, regs_port(c->regs, c->site), c->site->size,
	    v & (UINT64_MAX >> (64 - 8 * c->site->size)));
}

/* ---- the instruction -------------------------------------------------- */

static const struct {
	const char *name;
	void (*fn)(struct call *);
} handlers[] = {
	[PRIV_CLI] = { "cli", do_cli },
	[PRIV_STI] = { "sti", do_sti },
	[PRIV_HLT] = { "hlt", do_hlt },
	[PRIV_MONITOR] = { "monitor", do_monitor },
	[PRIV_MWAIT] = { "mwait", do_mwait },
	[PRIV_RDTSC] = { "rdtsc", do_rdtsc },
	[PRIV_RDTSCP] = { "rdtscp", do_rdtscp },
	[PRIV_CPUID] = { "cpuid", do_cpuid },
	[PRIV_RDMSR] = { "rdmsr", do_rdmsr },
	[PRIV_WRMSR] = { "wrmsr", do_wrmsr },
	[PRIV_IN] = { "in", do_in },
	[PRIV_OUT] = { "out", do_out },
	[PRIV_PUSHF] = { "pushf", do_pushf },
	[PRIV_POPF] = { "popf", do_popf },
	[PRIV_IRET] = { "iretq", do_iret },
	[PRIV_MOV_TO_CR] = { "mov to a control register", do_no_cr },
	[PRIV_MOV_FROM_CR] = { "mov from a control register", do_no_cr },
	[PRIV_INVLPG] = { "invlpg", do_invlpg },
	[PRIV_WBINVD] = { "wbinvd", NULL },
};

void
hk_priv(struct cpu *cpu, struct hk_regs *regs, const struct hk_privsite *site)
{
	struct call c = { cpu, regs, site };
	const size_t n = sizeof(handlers) / sizeof(handlers[0]);

	uc_flush(cpu);
	cpu->stats.privs++;
	cpu_trace(cpu, CPU_EV_PRIV, site->op);
	if (sysregs_do(&cpu->sys, &cpu->hot.kgs, cpu->hot.str_di, regs, site)) {
		if (site->op == PRIV_MOV_TO_CR && site->imm == 3)
			tlb_clear(&cpu->tlb);
		return;
	}
	if (site->op < n && handlers[site->op].fn != NULL)
		handlers[site->op].fn(&c);
	else if (site->op < n && handlers[site->op].name != NULL)
		cpu_fail(cpu, EX_BUG, regs->rip,
		    "%s: this machine cannot do that; take it out of the "
		    "image",
		    handlers[site->op].name);
	else
		cpu_fail(cpu, EX_BUG, regs->rip,
		    "privileged operation %u is unknown; the image was made by "
		    "another annotator: build it again",
		    site->op);
}
