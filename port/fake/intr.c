/*
 * intr.c: interrupts of the fake machine: local APICs, and how a CPU takes one.
 *
 * The registers are the simulator's (sim/cpu/lapic.h), which know no time but
 * what they are told: here a message arrives when it is sent.  What the CPU
 * does is told in sim/cpu/interrupt.c: the gate of the image's IDT, five words
 * on the kernel's stack.
 *
 * An access to device memory goes through C, before it and, if it writes, after
 * it (emit_fake.c): what a load reads is put where it reads, what a store has
 * written is picked up there.
 */
#include <inttypes.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/idt.h"
#include "fake_int.h"
#include "probe/probe.h"

#define LAPIC_VA  (SEAM_IO_VA + (0xfee00000u - SEAM_IO_PA))
#define KERNEL_CS 8u
#define KERNEL_SS 0x10u
#define RFLAGS_DF 0x400u

/* ---- messages ------------------------------------------------------------- */

static bool
is_target(const struct fake_cpu *from, const struct fake_cpu *to,
    const struct lapic_ipi *ipi)
{
	switch (ipi->shorthand) {
	case 0:
		return lapic_matches(&to->lapic, ipi->dest, ipi->logical);
	case 1:
		return to == from;
	case 2:
		return true;
	default:
		return to != from;
	}
}

/* One for this CPU. */
static void
deliver(struct fake *f, struct fake_cpu *to, uint8_t mode, uint8_t vector)
{
	f->report.messages++;
	if (mode != LAPIC_FIXED && mode != LAPIC_LOWEST)
		fake_fail(f->running, EX_BUG, 0,
		    "interrupt message of delivery mode %u: only fixed and "
		    "lowest priority are modelled",
		    mode);
	if (!lapic_message(&to->lapic, vector, false, f->now))
		fake_fail(f->running, EX_BUG, 0,
		    "more than %u messages wait for CPU %u", LAPIC_QUEUE,
		    to->id);
}

void
fake_message(struct fake *f, uint8_t dest, bool logical, uint8_t mode,
    uint8_t vector)
{
	for (unsigned i = 0; i < f->ncpu; i++) {
		if (!lapic_matches(&f->cpu[i]->lapic, dest, logical))
			continue;
		deliver(f, f->cpu[i], mode, vector);
		if (mode == LAPIC_LOWEST)
			break;
	}
}

static void
send(void *arg, const struct lapic_ipi *ipi, uint64_t now)
{
	struct fake_cpu *from = arg;
	struct fake *f = from->f;

	(void)now;
	for (unsigned i = 0; i < f->ncpu; i++) {
		struct fake_cpu *to = f->cpu[i];

		if (!is_target(from, to, ipi))
			continue;
		deliver(f, to, ipi->mode, ipi->vector);
		if (ipi->mode == LAPIC_LOWEST)
			break;
	}
	fake_kick(from);
}

void
fake_lapic_init(struct fake_cpu *cpu)
{
	cpu->lapic.send = send;
	cpu->lapic.arg = cpu;
	cpu->lapic.bus_clk = FAKE_BUS_CLK;
	lapic_reset(&cpu->lapic, (uint8_t)(2 * cpu->id));
}

/* ---- taking an interrupt ------------------------------------------------------ */

bool
fake_interrupt_due(struct fake_cpu *cpu)
{
	lapic_advance(&cpu->lapic, cpu->f->now);
	return (cpu->flags & RFLAGS_IF) != 0 && lapic_pending(&cpu->lapic) >= 0;
}

static uint64_t
gate(struct fake_cpu *cpu, uint8_t vector, uint64_t rip)
{
	const char *wrong = " has a gate without a handler";
	uint64_t handler = idt_handler(cpu->sys.idt, cpu->sys.idt_limit, vector,
	    &wrong);

	if (handler == 0)
		fake_fail(cpu, EX_FINDING, rip, "interrupt %u%s", vector,
		    wrong);
	return handler;
}

uint64_t
fake_rflags(const struct fake_cpu *cpu, const struct hk_regs *regs)
{
	return (regs->rflags & RFLAGS_HOST) | cpu->flags | RFLAGS_ONE;
}

void
fake_take_interrupt(struct fake_cpu *cpu, struct hk_regs *regs)
{
	uint64_t frame[5], handler, sp;
	uint8_t vector;

	if (!fake_interrupt_due(cpu))
		return;
	vector = lapic_accept(&cpu->lapic);
	handler = gate(cpu, vector, regs->rip);
	frame[0] = regs->rip;
	frame[1] = KERNEL_CS;
	frame[2] = fake_rflags(cpu, regs);
	frame[3] = regs->gpr[R_SP];
	frame[4] = KERNEL_SS;
	sp = (regs->gpr[R_SP] & ~UINT64_C(15)) - sizeof(frame);
	memcpy((void *)(uintptr_t)sp, frame, sizeof(frame));
	regs->gpr[R_SP] = sp;
	regs->rip = handler;
	regs->rflags &= ~(uint64_t)RFLAGS_DF;
	cpu->flags &= ~(uint64_t)RFLAGS_IF;
	cpu->monitoring = false; /* as sim/cpu/interrupt.c says */
	cpu->f->report.interrupts++;
	hash_u64(&cpu->f->trace, vector);
	if (cpu->f->config->schedule != NULL)
		fprintf(cpu->f->config->schedule,
		    "%10" PRIu64 " ns  cpu %u  interrupt 0x%x\n",
		    cpu->f->now / CLK_PER_NS, cpu->id, vector);
}

/* ---- device memory ---------------------------------------------------------------- */

static void
lapic_failed(struct fake_cpu *cpu, enum lapic_result r, const char *what,
    uint64_t ea, unsigned size)
{
	static const char *const why[] = { [LAPIC_ABSENT] = "no such register",
		[LAPIC_RDONLY] = "the register cannot be written",
		[LAPIC_BADSIZE] = "registers are 32 bits, 16 bytes apart" };

	fake_fail(cpu, EX_FINDING, 0,
	    "%s of %u bytes at offset 0x%" PRIx64 " of the local APIC: %s",
	    what, size, ea - LAPIC_VA, why[r]);
}

static bool
is_lapic(uint64_t ea)
{
	return ea - LAPIC_VA < LAPIC_PAGE;
}

static uint64_t
probe_offset(uint64_t ea)
{
	return ea - SEAM_IO_VA - (SEAM_PROBE_PA - SEAM_IO_PA);
}

static uint64_t
read_lapic(struct fake_cpu *cpu, uint64_t ea, unsigned size)
{
	enum lapic_result r;
	uint32_t v;

	r = lapic_read(&cpu->lapic, (uint32_t)(ea - LAPIC_VA), size,
	    cpu->f->now, &v);
	if (r != LAPIC_OK)
		lapic_failed(cpu, r, "read", ea, size);
	return v;
}

void
fake_device(struct fake_cpu *cpu, uint64_t about)
{
	uint64_t ea = cpu->hot.str_di, v;
	unsigned size = about & 0xff;

	if (ea - SEAM_IO_VA >= SEAM_IO_BYTES)
		return; /* the host's fault says it better */
	if (!is_lapic(ea) && probe_offset(ea) >= PROBE_BYTES)
		fake_fail(cpu, EX_FINDING, 0,
		    "access of %u bytes at physical address 0x%" PRIx64
		    ": no device has all of these registers",
		    size, ea - SEAM_IO_VA + SEAM_IO_PA);
	cpu->hot.str_si = size; /* for fake_stored() */
	if (about >> HK_DEVICE_KIND == ACC_WRITE)
		return;
	v = is_lapic(ea) ? read_lapic(cpu, ea, size)
			 : fake_probe_read(cpu->f, probe_offset(ea), size);
	memcpy((void *)(uintptr_t)ea, &v, size);
}

void
fake_stored(struct fake_cpu *cpu, struct hk_regs *regs, uint64_t unused)
{
	uint64_t ea = cpu->hot.str_di, v = 0;
	unsigned size = (unsigned)cpu->hot.str_si;
	enum lapic_result r = LAPIC_OK;

	(void)regs;
	(void)unused;
	if (ea - SEAM_IO_VA >= SEAM_IO_BYTES)
		return;
	memcpy(&v, (const void *)(uintptr_t)ea, size);
	if (is_lapic(ea))
		r = lapic_write(&cpu->lapic, (uint32_t)(ea - LAPIC_VA), size,
		    cpu->f->now, (uint32_t)v);
	else
		fake_probe_write(cpu->f, probe_offset(ea), size, v);
	if (r != LAPIC_OK)
		lapic_failed(cpu, r, "write", ea, size);
	if (fake_interrupt_due(cpu))
		fake_kick(cpu);
}
