/*
 * interrupt.c: interrupts and how CPUs come out of HLT and MWAIT.
 *
 * The local APIC decides which vector is due (lapic.h).  The CPU takes it
 * where its clock is compared with the limit, with interrupts enabled: it
 * pushes what hardware pushes on the kernel's own stack and goes on at the
 * address of the gate in the image's IDT, which LIDT named.
 *
 *	rsp before	aligned down to 16
 *	-8  ss		-16 rsp		-24 rflags	-32 cs	-40 rip
 *
 * Gates are interrupt gates of 64-bit mode: IF is cleared.  IRETQ (priv.c)
 * pops the five words.
 *
 * An interrupt undoes MONITOR, as on hardware: what its handler stored would
 * else be slept through, as a CPU's own stores do not end its MWAIT.
 *
 * What is late: the time from which the vector was in IRR and neither IF nor
 * the processor's priority was in its way (open_at) until it is accepted.
 * Without the stalls in it (path.c) it is at most the longest path between two
 * polls.  The way out of C1 does not count.
 *
 * The time between acceptance and the handler's first instruction is
 * interrupt.entry; the two lines of the stack are touched by the model's own
 * hand, without time: it is part of that figure.
 */
#include <inttypes.h>
#include <string.h>

#include "core/exit.h"
#include "cpu/annotate/annotate.h"
#include "cpu/cpu.h"
#include "cpu/idt.h"
#include "cpu/path.h"
#include "cpu/smp.h"

#define KERNEL_CS 8u
#define KERNEL_SS 0x10u

/* The handler's address in the gate of this vector. */
static uint64_t
gate(struct cpu *cpu, uint8_t vector, uint64_t rip)
{
	const char *wrong = " has a gate without a handler";
	uint64_t handler = idt_handler(cpu->sys.idt, cpu->sys.idt_limit, vector,
	    &wrong);

	if (handler == 0)
		cpu_fail(cpu, EX_FINDING, rip, "interrupt %u%s", vector, wrong);
	return handler;
}

static void
push(uint64_t *sp, uint64_t v)
{
	*sp -= 8;
	memcpy((void *)(uintptr_t)*sp, &v, sizeof(v));
}

static void
enter(struct cpu *cpu, struct hk_regs *regs, uint8_t vector)
{
	uint64_t sp = regs->gpr[R_SP] & ~UINT64_C(15);
	uint64_t handler = gate(cpu, vector, regs->rip);

	push(&sp, KERNEL_SS);
	push(&sp, regs->gpr[R_SP]);
	push(&sp, cpu_rflags(cpu, regs));
	push(&sp, KERNEL_CS);
	push(&sp, regs->rip);
	regs->gpr[R_SP] = sp;
	regs->rip = handler;
	regs->rflags &= ~(uint64_t)RFLAGS_DF;
	cpu->sys_flags &= ~(uint64_t)RFLAGS_IF;
	cpu->monitoring = false;
	miss_stall(&cpu->miss, cpu->p.entry_clk);
	cpu_charge(cpu, CPU_INTERRUPT);
	cpu->stats.interrupts++;
	cpu_trace(cpu, CPU_EV_INTERRUPT, vector);
}

static void
note_wait(struct cpu *cpu, uint64_t since, uint64_t now)
{
	uint64_t path;

	if (since < cpu->open_at)
		since = cpu->open_at;
	if (now <= since)
		return;
	if (now - since > cpu->stats.interrupt_wait_max_clk)
		cpu->stats.interrupt_wait_max_clk = now - since;
	path = path_since(cpu, since);
	if (path > cpu->stats.interrupt_path_max_clk)
		cpu->stats.interrupt_path_max_clk = path;
}

void
cpu_take_interrupt(struct cpu *cpu, struct hk_regs *regs)
{
	uint64_t now, since;
	int vector;

	if ((cpu->sys_flags & RFLAGS_IF) == 0)
		return;
	now = cpu_now(cpu);
	if (lapic_next(&cpu->lapic) <= now)
		lapic_advance(&cpu->lapic, now);
	vector = lapic_pending(&cpu->lapic);
	if (vector < 0)
		return;
	since = lapic_pending_since(&cpu->lapic, vector);
	note_wait(cpu, since, now);
	cpu->gate[vector].since = since;
	cpu->gate[vector].at = now + cpu->p.entry_clk;
	enter(cpu, regs, lapic_accept(&cpu->lapic));
}

/* Something to go on for: a store to the monitored line, an interrupt. */
static bool
may_go_on(struct cpu *cpu, uint64_t now)
{
	if (lapic_next(&cpu->lapic) <= now)
		lapic_advance(&cpu->lapic, now);
	return cpu->wake_at != UINT64_MAX ||
	    ((cpu->sys_flags & RFLAGS_IF) != 0 &&
		lapic_pending(&cpu->lapic) >= 0);
}

/*
 * HLT or MWAIT: stand still until an interrupt can be taken, a store to the
 * monitored line, or for ever.  First wait for our turn: what other CPUs
 * stored before now has then been seen.
 */
void
cpu_halt(struct cpu *cpu)
{
	uint64_t start = cpu_now(cpu);

	uc_flush(cpu);
	smp_order(cpu, start);
	if (!may_go_on(cpu, start)) {
		do
			smp_halt(cpu);
		while (!may_go_on(cpu, cpu->pos));
		miss_stall(&cpu->miss, (int64_t)(cpu->pos - start));
		cpu_charge(cpu, CPU_IDLE);
		miss_stall(&cpu->miss, cpu->p.c1_exit_clk);
		cpu_charge(cpu, CPU_INTERRUPT);
		cpu->open_at = cpu_now(cpu); /* C1 takes none */
		cpu->stats.wakes++;
	}
	cpu->wake_at = UINT64_MAX;
	coh_monitor(cpu->coh, cpu->id, COH_NO_LINE);
	cpu->monitoring = false;
	cpu_interrupts_changed(cpu);
}
