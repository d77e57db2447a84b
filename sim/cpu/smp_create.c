/*
 * smp_create.c: a machine put together: CPUs, caches, ports, and what passes
 * between them.  Runs before the simulation; the small functions here are
 * called during it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/machine.h"
#include "cpu/gsbase.h"
#include "cpu/params.h"
#include "sc/sc.h"

#define BUS_CLK 240 /* the APIC timer's input: 100 MHz */

/* ---- what devices are given -------------------------------------------------- */

static uint64_t
dma_line(void *arg, uint64_t pa, bool write, uint64_t at)
{
	struct smp *smp = arg;
	uint32_t line = (uint32_t)((pa + smp->config.ram_va) >> 6);

	return at + coh_dma(smp->coh, line, write, at);
}

static void *
ram(void *arg, uint64_t pa, uint64_t n)
{
	const struct smp_config *c = &((struct smp *)arg)->config;

	if (pa >= c->ram_bytes || n > c->ram_bytes - pa)
		return NULL;
	return (void *)(uintptr_t)(c->ram_va + pa);
}

/* A memory write to 0xFEExxxxx (facts/pcie-msix-apic.md 5). */
static void
msi(void *arg, uint32_t address, uint32_t data, uint64_t at)
{
	smp_message(arg, (uint8_t)(address >> 12), (address & 4) != 0,
	    (uint8_t)(data >> 8 & 7), (uint8_t)data, (data >> 15 & 1) != 0, at);
}

static void
answer(void *arg, unsigned cpu, uint64_t value, uint64_t at)
{
	struct smp *smp = arg;

	smp->cpu[cpu]->answer = value;
	smp_wake(smp, smp->cpu[cpu], at);
}

/* ---- what CPUs tell each other -------------------------------------------------- */

static void
send_ipi(void *arg, const struct lapic_ipi *ipi, uint64_t now)
{
	struct cpu *cpu = arg;
	struct smp *smp = cpu->smp;
	uint64_t at = now + cpu->p.ipi_clk;

	for (unsigned i = 0; i < smp->ncpu && ipi->shorthand != 0; i++) {
		bool self = i == cpu->id;

		if (ipi->shorthand == 2 || self == (ipi->shorthand == 1))
			smp_message(smp, smp->cpu[i]->lapic.id, false,
			    ipi->mode, ipi->vector, false, at);
	}
	if (ipi->shorthand == 0)
		smp_message(smp, ipi->dest, ipi->logical, ipi->mode,
		    ipi->vector, false, at);
}

/* To the IOAPIC: a level interrupt has ended. */
static void
eoi(void *arg, uint8_t vector, uint64_t now)
{
	const struct smp *smp = ((struct cpu *)arg)->smp;

	if (smp->eoi != NULL)
		smp->eoi(smp->eoi_arg, vector, now);
}

/* Somebody wrote the line that this CPU monitors. */
static void
monitor_hit(void *arg, unsigned n, uint64_t at)
{
	struct smp *smp = arg;
	struct cpu *cpu = smp->cpu[n];

	cpu->wake_at = at;
	if (cpu->run == CPU_HALTED)
		smp_wake(smp, cpu, at);
}

/* ---- creation ---------------------------------------------------------------------- */

static void
make_cpus(struct smp *smp, const struct cpu_params *p)
{
	for (unsigned i = 0; i < smp->ncpu; i++) {
		struct cpu *cpu = cpu_create(i, p);

		smp->cpu[i] = cpu;
		cpu->smp = smp;
		cpu_use_avx2(cpu, smp->config.avx2);
		lapic_reset(&cpu->lapic, (uint8_t)(2 * i));
		cpu->lapic.send = send_ipi;
		cpu->lapic.eoi = eoi;
		cpu->lapic.arg = cpu;
		cpu->lapic.bus_clk = BUS_CLK;
	}
}

static void
make_caches(struct smp *smp)
{
	struct l1d *l1d[COH_MAX_CPU] = { NULL };
	struct coh_params p;

	coh_params_init(&p, &smp->config);
	for (unsigned i = 0; i < smp->ncpu; i++)
		l1d[i] = &smp->cpu[i]->hot.l1d;
	smp->coh = coh_create(&p, l1d);
	smp->coh->monitor_hit = monitor_hit;
	smp->coh->arg = smp;
	for (unsigned i = 0; i < smp->ncpu; i++) {
		smp->cpu[i]->coh = smp->coh;
		smp->cpu[i]->coh_cpu = &smp->coh->cpu[i];
		smp->cpu[i]->hot.dir = smp->coh->dir;
	}
}

static void
make_io(struct smp *smp)
{
	const struct io_machine m = { .arg = smp,
		.dma_line = dma_line,
		.ram = ram,
		.msi = msi,
		.answer = answer };
	struct io_params p;

	io_params_init(&p, smp->config.machine);
	smp->io = io_create(&p, &m, smp->coh->p.nmodule);
	smp->lookahead_clk = tick_earlier(io_lookahead_clk(&p),
	    smp->config.machine->ipi_latency_clk);
	smp->window_clk = tick_earlier(2 * smp->lookahead_clk,
	    smp->config.machine->ipi_latency_clk);
}

void
smp_lookahead(struct smp *smp, uint64_t time_clk)
{
	smp->lookahead_clk = tick_earlier(smp->lookahead_clk, time_clk);
	smp->window_clk = smp->lookahead_clk;
}

void
smp_on_eoi(struct smp *smp, void (*fn)(void *arg, uint8_t vector, uint64_t at),
    void *arg)
{
	smp->eoi = fn;
	smp->eoi_arg = arg;
}

enum exit_code
smp_create(struct smp **out, const struct smp_config *config, struct err *err)
{
	struct smp *smp = aligned_alloc(_Alignof(struct smp), sizeof(*smp));
	struct cpu_params p;

	*out = NULL;
	if (smp == NULL)
		abort();
	memset(smp, 0, sizeof(*smp));
	cpu_params_init(&p, config->machine);
	if (sc_init() != SC_OK) {
		free(smp);
		return err_set(err, EX_BUG, "%s", sc_errmsg());
	}
	smp->config = *config;
	smp->ncpu = config->ncpu;
	smp->limit = UINT64_MAX;
	smp->window_end = UINT64_MAX;
	for (unsigned i = 0; i <= SMP_QUEUE; i++)
		smp->queue[i] = SMP_NO_TURN;
	memset(smp->large, 1, sizeof(smp->large));
	if (smp->ncpu > 1)
		gsbase_init(sizeof(struct cpu_hot));
	make_cpus(smp, &p);
	make_caches(smp);
	make_io(smp);
	*out = smp;
	return EX_GOOD;
}

void
smp_destroy(struct smp *smp)
{
	if (smp == NULL)
		return;
	io_destroy(smp->io);
	(void)sc_fini();
	coh_destroy(smp->coh);
	for (unsigned i = 0; i < smp->ncpu; i++)
		cpu_destroy(smp->cpu[i]);
	free(smp);
}
