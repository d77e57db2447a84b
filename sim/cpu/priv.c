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

#define RFLAGS_ONE  0x2u   /* always set */
#define RFLAGS_HOST 0xcd5u /* CF PF AF ZF SF DF OF */
#define RFLAGS_TF   0x100u
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
	uint64_t v = cpu_rflags(c->cpu, c->regs);

	c->regs->gpr[R_SP] -= 8;
	memcpy((void *)(uintptr_t)c->regs->gpr[R_SP], &v, sizeof(v));
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
	c->regs->rip = pop(c);
	(void)pop(c); /* cs */
	rflags = pop(c);
	sp = pop(c);
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

/* ---- tables, control registers, TLBs --------------------------------- */

/* The memory operand's address is in HK_STR_DI. */
static void
do_lidt(struct call *c)
{
	uint8_t d[10];

	memcpy(d, (const void *)(uintptr_t)c->cpu->hot.str_di, sizeof(d));
	memcpy(&c->cpu->idt_limit, d, 2);
	memcpy(&c->cpu->idt, d + 2, 8);
}

/* Segments do nothing here. */
static void
do_nothing(struct call *c)
{
	(void)c;
}

static uint64_t *
control_register(struct call *c)
{
	if (c->site->imm > 4 || c->site->imm == 1)
		cpu_fail(c->cpu, EX_BUG, c->regs->rip,
		    "control register %u is not modelled", c->site->imm);
	return &c->cpu->cr[c->site->imm];
}

static void
do_mov_to_cr(struct call *c)
{
	*control_register(c) = c->regs->gpr[c->site->reg];
	if (c->site->imm == 3)
		tlb_clear(&c->cpu->tlb);
}

static void
do_mov_from_cr(struct call *c)
{
	c->regs->gpr[c->site->reg] = *control_register(c);
}

static void
do_invlpg(struct call *c)
{
	tlb_drop(&c->cpu->tlb, (uint32_t)(c->cpu->hot.str_di / CPU_PAGE));
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

enum { MSR_TSC = 0x10, MSR_APIC_BASE = 0x1b, MSR_TSC_DEADLINE = 0x6e0 };
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
	else if (msr == MSR_TSC_DEADLINE)
		set_pair(c->regs, lapic_read_deadline(&c->cpu->lapic));
	else
		cpu_fail(c->cpu, EX_BUG, c->regs->rip,
		    "rdmsr: register 0x%" PRIx32 " is not modelled; add it to "
		    "sim/cpu/priv.c",
		    msr);
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
	uint64_t *p = msr_storage(c->cpu, msr), v = get_pair(c->regs);

	if (p != NULL)
		*p = v;
	else if (msr == MSR_TSC)
		c->cpu->tsc_offset += v - tsc(c);
	else if (msr == MSR_TSC_DEADLINE)
		set_deadline(c->cpu, v);
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

static uint16_t
port_of(const struct call *c)
{
	return (uint16_t)(c->site->reg == R_DX ? c->regs->gpr[R_DX]
					       : c->site->imm);
}

static void
do_in(struct call *c)
{
	uint64_t *ax = &c->regs->gpr[R_AX], v, mask;

	tell_once(c, "in from", port_of(c));
	v = uc_port(c->cpu, false, port_of(c), c->site->size, 0);
	mask = c->site->size == 4 ? UINT64_MAX
	    : c->site->size == 2  ? UINT16_MAX
				  : UINT8_MAX;
	*ax = (*ax & ~mask) | (c->site->size == 4 ? (uint32_t)v : v & mask);
}

static void
do_out(struct call *c)
{
	uint64_t v = c->regs->gpr[R_AX];

	tell_once(c, "out to", port_of(c));
	(void)uc_port(c->cpu, true, port_of(c), c->site->size,
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
	[PRIV_SWAPGS] = { "swapgs", do_swapgs },
	[PRIV_WRGSBASE] = { "wrgsbase", do_wrgsbase },
	[PRIV_RDGSBASE] = { "rdgsbase", do_rdgsbase },
	[PRIV_MOV_TO_CR] = { "mov to a control register", do_mov_to_cr },
	[PRIV_MOV_FROM_CR] = { "mov from a control register", do_mov_from_cr },
	[PRIV_INVLPG] = { "invlpg", do_invlpg },
	[PRIV_WBINVD] = { "wbinvd", NULL },
	[PRIV_LGDT] = { "lgdt", do_nothing },
	[PRIV_LIDT] = { "lidt", do_lidt },
	[PRIV_LTR] = { "ltr", do_nothing },
};

void
hk_priv(struct cpu *cpu, struct hk_regs *regs, const struct hk_privsite *site)
{
	struct call c = { cpu, regs, site };
	const size_t n = sizeof(handlers) / sizeof(handlers[0]);

	uc_flush(cpu);
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
