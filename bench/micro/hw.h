/*
 * hw.h: registers of the local APIC and of the probe, as software sees them.
 * Offsets of the probe are those of sim/probe/probe.h, which images cannot
 * include; tests/bench compares them.
 */
#ifndef MICRO_HW_H
#define MICRO_HW_H

#include <seam.h>

enum lapic_reg {
	LAPIC_ID = 0x20,
	LAPIC_TPR = 0x80,
	LAPIC_EOI = 0xb0,
	LAPIC_SVR = 0xf0,
	LAPIC_IRR = 0x200,
	LAPIC_ICR_LOW = 0x300,
	LAPIC_ICR_HIGH = 0x310,
	LAPIC_LVT_TIMER = 0x320,
	LAPIC_TMICT = 0x380,
	LAPIC_TMCCT = 0x390,
	LAPIC_TDCR = 0x3e0
};
#define LAPIC_VA     (SEAM_IO_VA + 0x0ee00000u)
#define LAPIC_ENABLE 0x1ffu
#define ICR_SELF     0x40000u
#define MSI_TO(cpu)  (0xfee00000u | (cpu)*2 << 12)

enum probe_reg {
	PROBE_SCRATCH = 0x04,
	PROBE_LAST_ARRIVAL = 0x10,
	PROBE_DMA_ADDR = 0x18,
	PROBE_DMA_LEN = 0x20,
	PROBE_DMA_PATTERN = 0x24,
	PROBE_DMA_GO = 0x28,
	PROBE_DMA_DONE = 0x2c,
	PROBE_DMA_TIME = 0x30,
	PROBE_MSI_ADDR = 0x40,
	PROBE_MSI_DATA = 0x44,
	PROBE_MSI_GO = 0x48,
	PROBE_TIMER = 0x4c,
	PROBE_TICKS = 0x50,
	PROBE_TIMER_ADDR = 0x6c,
	PROBE_TIMER_DATA = 0x70
};
enum { PROBE_DMA_WRITE = 1, PROBE_DMA_NOT = 0, PROBE_MSI_SEND = 1 };
#define PROBE_VA (SEAM_IO_VA + (SEAM_PROBE_PA - SEAM_IO_PA))

static inline volatile uint32_t *
lapic(enum lapic_reg reg)
{
	return (volatile uint32_t *)(uintptr_t)(LAPIC_VA + reg);
}

static inline volatile uint32_t *
probe32(enum probe_reg reg)
{
	return (volatile uint32_t *)(uintptr_t)(PROBE_VA + reg);
}

static inline volatile uint64_t *
probe64(enum probe_reg reg)
{
	return (volatile uint64_t *)(uintptr_t)(PROBE_VA + reg);
}

/* An IPI to another CPU. */
static inline void
send_ipi(uint32_t cpu, uint8_t vector)
{
	*lapic(LAPIC_ICR_HIGH) = cpu * 2 << 24;
	*lapic(LAPIC_ICR_LOW) = vector;
}

#endif
