/*
 * priv.h: for those who carry out privileged instructions: priv.c,
 * priv_cpuid.c, and the fake machine's priv.c.
 */
#ifndef CPU_PRIV_H
#define CPU_PRIV_H

#include <stdint.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/hook_abi.h"

struct cpuid {
	uint32_t ax, bx, cx, dx;
};

/* What CPUID says on the CPU of this number (0..7). */
struct cpuid cpuid_leaf(unsigned cpu, bool hypervisor, uint32_t leaf,
    uint32_t subleaf);

/* ---- registers as the instructions use them ---- */

static inline void
regs_set_pair(struct hk_regs *regs, uint64_t v)
{
	regs->gpr[R_AX] = (uint32_t)v;
	regs->gpr[R_DX] = v >> 32;
}

static inline uint64_t
regs_pair(const struct hk_regs *regs)
{
	return regs->gpr[R_DX] << 32 | (uint32_t)regs->gpr[R_AX];
}

static inline void
regs_push(struct hk_regs *regs, uint64_t v)
{
	regs->gpr[R_SP] -= 8;
	memcpy((void *)(uintptr_t)regs->gpr[R_SP], &v, sizeof(v));
}

static inline uint64_t
regs_pop(struct hk_regs *regs)
{
	uint64_t v;

	memcpy(&v, (const void *)(uintptr_t)regs->gpr[R_SP], sizeof(v));
	regs->gpr[R_SP] += 8;
	return v;
}

/* The port of an IN or OUT. */
static inline uint16_t
regs_port(const struct hk_regs *regs, const struct hk_privsite *site)
{
	return (uint16_t)(site->reg == R_DX ? regs->gpr[R_DX] : site->imm);
}

#endif
