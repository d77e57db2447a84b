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
 *	ports		no device answers: reads give ones, writes vanish, and
 *			the first access of each port is told on stderr
 *
 * There are no interrupts on this machine, so HLT and MWAIT end the run.
 * Everything without a handler here ends it, too (exit code 5): a simulated
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

#define RFLAGS_ONE  0x2u   /* always set */
#define RFLAGS_HOST 0xcd5u /* CF PF AF ZF SF DF OF */
#define RFLAGS_TF   0x100u
#define RFLAGS_IF   0x200u
#define RFLAGS_SYS  0x247200u /* IF IOPL NT AC ID */

struct call {
	struct cpu *cpu;
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
	set_pair(c->regs, tsc(c));
}

/* Waits until older instructions are done, as RDTSC does not. */
static void
do_rdtscp(struct call *c)
{
	int64_t prog = cpu_begin(c->cpu, c->site->after);

	miss_wait(&c->cpu->miss, prog, MISS_LOADS);
	cpu_charge(c->cpu, CPU_PRIV);
	set_pair(c->regs, tsc(c));
	c->regs->gpr[R_CX] = (uint32_t)c->cpu->msr_tsc_aux;
}

/* Serialising: waits for everything before it. */
static void
do_cpuid(struct call *c)
{
	int64_t prog = cpu_begin(c->cpu, c->site->after);
	struct cpuid id = cpuid_leaf(c->cpu->id, (uint32_t)c->regs->gpr[R_AX],
	    (uint32_t)c->regs->gpr[R_CX]);

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

static void
do_sti(struct call *c)
{
	c->cpu->sys_flags |= RFLAGS_IF;
}

static void
do_pushf(struct call *c)
{
	uint64_t v = (c->regs->rflags & RFLAGS_HOST) | c->cpu->sys_flags |
	    RFLAGS_ONE;

	c->regs->gpr[R_SP] -= 8;
	memcpy((void *)(uintptr_t)c->regs->gpr[R_SP], &v, sizeof(v));
}

static void
do_popf(struct call *c)
{
	uint64_t v;

	memcpy(&v, (const void *)(uintptr_t)c->regs->gpr[R_SP], sizeof(v));
	if (v & RFLAGS_TF)
		cpu_fail(c->cpu, EX_BUG, c->regs->rip,
		    "popf sets the trap flag, and there is no debug "
		    "exception; use gdb on the image instead");
	c->regs->gpr[R_SP] += 8;
	c->regs->rflags = (c->regs->rflags & ~(uint64_t)RFLAGS_HOST) |
	    (v & RFLAGS_HOST);
	c->cpu->sys_flags = v & RFLAGS_SYS;
}

/* ---- halting -------------------------------------------------------- */

static void
do_hlt(struct call *c)
{
	const char *what = c->site->op == PRIV_HLT ? "hlt" : "mwait";

	if ((c->cpu->sys_flags & RFLAGS_IF) == 0)
		cpu_fail(c->cpu, EX_FINDING, c->regs->rip,
		    "%s: halted with interrupts off; nothing can wake this "
		    "CPU: sti is missing before it",
		    what);
	cpu_fail(c->cpu, EX_BUG, c->regs->rip,
	    "%s: waits for an interrupt, and this machine has no source of "
	    "any; end the image with seam_exit()",
	    what);
}

/* Arms the monitor.  Nobody else writes memory, so there is no state. */
static void
do_monitor(struct call *c)
{
	(void)c;
}

/* ---- %gs base and model-specific registers -------------------------- */

static void
do_swapgs(struct call *c)
{
	uint64_t v = c->cpu->hot.kgs;

	c->cpu->hot.kgs = c->cpu->msr_kernel_gs;
	c->cpu->msr_kernel_gs = v;
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

enum { MSR_TSC = 0x10, MSR_APIC_BASE = 0x1b };
#define MSR_EFER      0xc0000080u
#define MSR_GS_BASE   0xc0000101u
#define MSR_KERNEL_GS 0xc0000102u
#define MSR_TSC_AUX   0xc0000103u
#define EFER_VALUE    0xd01u /* SCE LME LMA NXE */

/* Enabled, at the usual place, and who is the boot CPU. */
static uint64_t
apic_base(const struct cpu *cpu)
{
	return 0xfee00800u | (cpu->id == 0 ? 0x100u : 0);
}

/* The register of this number, if it is plain storage. */
static uint64_t *
msr_storage(struct cpu *cpu, uint32_t msr)
{
	switch (msr) {
	case MSR_GS_BASE:
		return &cpu->hot.kgs;
	case MSR_KERNEL_GS:
		return &cpu->msr_kernel_gs;
	case MSR_TSC_AUX:
		return &cpu->msr_tsc_aux;
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
	else
		cpu_fail(c->cpu, EX_BUG, c->regs->rip,
		    "rdmsr: register 0x%" PRIx32 " is not modelled; add it to "
		    "sim/cpu/priv.c",
		    msr);
}

static void
do_wrmsr(struct call *c)
{
	uint32_t msr = (uint32_t)c->regs->gpr[R_CX];
	uint64_t *p = msr_storage(c->cpu, msr), v = get_pair(c->regs);

	if (p != NULL)
		*p = v;
	else if (msr == MSR_TSC)
		c->cpu->tsc_offset += v - tsc(c);
	else if ((msr == MSR_APIC_BASE && v == apic_base(c->cpu)) ||
	    (msr == MSR_EFER && v == EFER_VALUE))
		return; /* writes what is there */
	else
		cpu_fail(c->cpu, EX_BUG, c->regs->rip,
		    "wrmsr: register 0x%" PRIx32 " cannot be set to 0x%" PRIx64
		    "; add it to sim/cpu/priv.c",
		    msr, v);
}

/* ---- ports ---------------------------------------------------------- */

static void
tell_once(const struct call *c, const char *what)
{
	uint16_t port = (uint16_t)(c->site->reg == R_DX ? c->regs->gpr[R_DX]
							: c->site->imm);
	uint8_t *seen = &c->cpu->port_seen[port / 8];

	if (*seen & 1u << port % 8)
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
	uint64_t *ax = &c->regs->gpr[R_AX];

	tell_once(c, "in from");
	if (c->site->size == 4)
		*ax = UINT32_MAX;
	else
		*ax |= c->site->size == 2 ? UINT16_MAX : UINT8_MAX;
}

static void
do_out(struct call *c)
{
	tell_once(c, "out to");
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
	[PRIV_MWAIT] = { "mwait", do_hlt },
	[PRIV_RDTSC] = { "rdtsc", do_rdtsc },
	[PRIV_RDTSCP] = { "rdtscp", do_rdtscp },
	[PRIV_CPUID] = { "cpuid", do_cpuid },
	[PRIV_RDMSR] = { "rdmsr", do_rdmsr },
	[PRIV_WRMSR] = { "wrmsr", do_wrmsr },
	[PRIV_IN] = { "in", do_in },
	[PRIV_OUT] = { "out", do_out },
	[PRIV_PUSHF] = { "pushf", do_pushf },
	[PRIV_POPF] = { "popf", do_popf },
	[PRIV_IRET] = { "iret", NULL },
	[PRIV_SWAPGS] = { "swapgs", do_swapgs },
	[PRIV_WRGSBASE] = { "wrgsbase", do_wrgsbase },
	[PRIV_RDGSBASE] = { "rdgsbase", do_rdgsbase },
	[PRIV_MOV_TO_CR] = { "mov to a control register", NULL },
	[PRIV_MOV_FROM_CR] = { "mov from a control register", NULL },
	[PRIV_INVLPG] = { "invlpg", NULL },
	[PRIV_WBINVD] = { "wbinvd", NULL },
	[PRIV_LGDT] = { "lgdt", NULL },
	[PRIV_LIDT] = { "lidt", NULL },
	[PRIV_LTR] = { "ltr", NULL },
};

void
hk_priv(struct cpu *cpu, struct hk_regs *regs, const struct hk_privsite *site)
{
	struct call c = { cpu, regs, site };
	const size_t n = sizeof(handlers) / sizeof(handlers[0]);

	cpu->stats.privs++;
	cpu_trace(cpu, CPU_EV_PRIV, site->op);
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
