/*
 * uncached.c: device memory, the local APIC's page, and ports.
 *
 * The hook of a store runs before the store, so the value is not known yet.
 * What is known is kept (cpu->uc); the store then lands in the host page that
 * stands for the register, and is picked up there at the next call-out that
 * could make it matter: another uncached access, a poll, a locked operation, a
 * fence, a privileged instruction, a change of turn.  A poll is asked for at
 * once.  The write counts from its own time, and no device looks before the
 * CPU has come to a poll, so none is early or late.
 *
 *	hook	t: note address, size, t
 *	store	   value -> host page
 *	poll	   io_write(value, t)		arrives at t + flight
 *
 * A load's hook gets the answer first and puts it into the host page.
 *
 * Uncached accesses wait for all loads and stores before them.  They are made
 * in the order of time among the CPUs, as two share a port.
 *
 * The local APIC is inside the core: its accesses use no port.
 */
#include <inttypes.h>
#include <string.h>

#include "core/exit.h"
#include "cpu/cpu.h"
#include "cpu/smp.h"

static uint64_t
physical(const struct cpu *cpu, uint64_t ea)
{
	return ea - cpu->smp->config.io_va + cpu->smp->config.io_pa;
}

static bool
is_lapic(uint64_t pa)
{
	return pa - IO_MSI_BASE < LAPIC_PAGE;
}

static const struct io_dev *
find_device(struct cpu *cpu, uint64_t pa, unsigned size)
{
	const struct io_dev *dev = io_find(cpu->smp->io, false, pa, size);

	if (dev == NULL)
		cpu_fail(cpu, EX_FINDING, 0,
		    "access of %u bytes at physical address 0x%" PRIx64
		    ": no device has all of these registers",
		    size, pa);
	return dev;
}

/* All that was before it is done, and it is this CPU's turn. */
static uint64_t
begin(struct cpu *cpu, const struct hk_site *site)
{
	int64_t prog;
	uint64_t at;

	uc_flush(cpu);
	prog = cpu_begin(cpu, site->after);
	miss_wait(&cpu->miss, prog, MISS_LOADS | MISS_STORES);
	cpu_charge(cpu, CPU_UC);
	at = (uint64_t)miss_real(&cpu->miss, prog);
	smp_order(cpu, at);
	smp_meet(cpu->smp, at);
	return at;
}

static void
stall(struct cpu *cpu, uint64_t clk)
{
	miss_stall(&cpu->miss, (int64_t)clk);
	cpu_charge(cpu, CPU_UC);
}

/* Stand still until a device has answered; the answer is in cpu->answer. */
static void
wait_for_answer(struct cpu *cpu, uint64_t at)
{
	cpu->run = CPU_WAITING;
	smp_yield(cpu);
	stall(cpu, cpu->pos - at);
}

static void
lapic_failed(struct cpu *cpu, enum lapic_result r, const char *what,
    uint64_t pa, unsigned size)
{
	static const char *const why[] = { [LAPIC_ABSENT] = "no such register",
		[LAPIC_RDONLY] = "the register cannot be written",
		[LAPIC_BADSIZE] = "registers are 32 bits, 16 bytes apart" };

	cpu_fail(cpu, EX_FINDING, 0,
	    "%s of %u bytes at offset 0x%" PRIx64 " of the local APIC: %s",
	    what, size, pa - IO_MSI_BASE, why[r]);
}

static uint64_t
read_lapic(struct cpu *cpu, uint64_t pa, unsigned size, uint64_t at)
{
	uint32_t v = 0;
	enum lapic_result r = lapic_read(&cpu->lapic,
	    (uint32_t)(pa - IO_MSI_BASE), size, at, &v);

	if (r != LAPIC_OK)
		lapic_failed(cpu, r, "read", pa, size);
	stall(cpu, cpu->p.lapic_read_clk);
	return v;
}

void
uc_read(struct cpu *cpu, uint64_t ea, const struct hk_site *site, unsigned size)
{
	uint64_t pa = physical(cpu, ea), at = begin(cpu, site), v;

	cpu->stats.uc_reads++;
	if (is_lapic(pa)) {
		v = read_lapic(cpu, pa, size, at);
	} else {
		io_read(cpu->smp->io, cpu->coh->p.module[cpu->id], cpu->id,
		    find_device(cpu, pa, size), pa, size, at);
		wait_for_answer(cpu, at);
		v = cpu->answer;
	}
	memcpy((void *)(uintptr_t)ea, &v, size);
	cpu_trace(cpu, CPU_EV_UC, ea ^ v << 32);
}

void
uc_write(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	uint64_t at = begin(cpu, site), pa = physical(cpu, ea);

	cpu->stats.uc_writes++;
	cpu->uc_pending = true;
	cpu->uc.dev = is_lapic(pa) ? NULL : find_device(cpu, pa, size);
	cpu->uc.ea = ea;
	cpu->uc.size = size;
	cpu->uc.at = at;
	stall(cpu,
	    cpu->uc.dev == NULL ? cpu->p.lapic_write_clk : cpu->p.uc_write_clk);
	cpu_interrupts_changed(cpu);
	cpu_trace(cpu, CPU_EV_UC, ea);
}

/* The store of the pending write has been executed. */
void
uc_flush_pending(struct cpu *cpu)
{
	uint64_t pa = physical(cpu, cpu->uc.ea), v = 0;
	enum lapic_result r;
	int64_t prog;
	bool open;

	cpu->uc_pending = false;
	memcpy(&v, (const void *)(uintptr_t)cpu->uc.ea, cpu->uc.size);
	if (cpu->uc.dev == NULL) {
		lapic_advance(&cpu->lapic, cpu->uc.at);
		open = lapic_pending(&cpu->lapic) >= 0;
		r = lapic_write(&cpu->lapic, (uint32_t)(pa - IO_MSI_BASE),
		    cpu->uc.size, cpu->uc.at, (uint32_t)v);
		if (r != LAPIC_OK)
			lapic_failed(cpu, r, "write", pa, cpu->uc.size);
		if (!open) /* what is pending now is so by this write */
			cpu->open_at = cpu->uc.at;
		cpu_interrupts_changed(cpu);
		return;
	}
	cpu->uc.until = io_write(cpu->smp->io, cpu->coh->p.module[cpu->id],
	    cpu->id, cpu->uc.dev, pa, cpu->uc.size, v, cpu->uc.at);
	/* The store buffer holds it until the port has taken it. */
	prog = cpu_begin(cpu, 0);
	if (cpu->uc.until > (uint64_t)miss_real(&cpu->miss, prog)) {
		miss_post(&cpu->miss, prog, (int64_t)cpu->uc.until);
		cpu_charge(cpu, CPU_UC);
	}
}

uint64_t
uc_port(struct cpu *cpu, bool out, uint16_t port, unsigned size, uint64_t value)
{
	const struct hk_site none = { .after = 0 };
	uint64_t at = begin(cpu, &none);
	const struct io_dev *dev = io_find(cpu->smp->io, true, port, size);
	unsigned module = cpu->coh->p.module[cpu->id];

	if (dev == NULL) {
		stall(cpu, cpu->p.port_clk);
		return UINT64_MAX;
	}
	if (out)
		io_out(cpu->smp->io, module, cpu->id, dev, port, size, value,
		    at);
	else
		io_read(cpu->smp->io, module, cpu->id, dev, port, size, at);
	wait_for_answer(cpu, at);
	return cpu->answer;
}
