/*
 * priv.h: shared by priv.c and priv_cpuid.c only.
 */
#ifndef CPU_PRIV_H
#define CPU_PRIV_H

#include <stdint.h>

struct cpuid {
	uint32_t ax, bx, cx, dx;
};

/* What CPUID says on the CPU of this number (0..7). */
struct cpuid cpuid_leaf(unsigned cpu, uint32_t leaf, uint32_t subleaf);

#endif
