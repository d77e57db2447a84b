/*
 * sysregs.h: what privileged instructions do that needs no time: registers of a CPU
 * that user code has not.  Both machines have them, the timed one (priv.c) and
 * the fake (port/fake/priv.c).
 */
#ifndef CPU_SYSREGS_H
#define CPU_SYSREGS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/hook_abi.h"

#define RFLAGS_ONE  0x2u   /* always set */
#define RFLAGS_HOST 0xcd5u /* CF PF AF ZF SF DF OF: the host's */
#define RFLAGS_TF   0x100u
#define RFLAGS_IF   0x200u
#define RFLAGS_SYS  0x247200u /* IF IOPL NT AC ID: ours */

enum { MSR_TSC = 0x10, MSR_APIC_BASE = 0x1b, MSR_TSC_DEADLINE = 0x6e0 };

struct sysregs {
	uint64_t kernel_gs, tsc_aux; /* MSRs */
	uint64_t cr[5];              /* storage */
	uint64_t idt;
	uint16_t idt_limit;
};

/*
 * Do the instruction if it is one of these: SWAPGS, RDGSBASE, WRGSBASE, MOV to
 * and from a control register, LIDT, and, doing nothing, LGDT and LTR.  `kgs' is
 * the %gs base, `operand' the address of a memory operand.  False: it is not, or
 * there is no such register.
 */
bool sysregs_do(struct sysregs *, uint64_t *kgs, uint64_t operand,
    struct hk_regs *, const struct hk_privsite *);

/*
 * RDMSR and WRMSR of those that have to do with no time: GS bases, TSC_AUX,
 * APIC_BASE and EFER, which can be set to what they are.  False: another one, or
 * another value.
 */
bool sysregs_rdmsr(struct sysregs *, uint64_t *kgs, unsigned cpu, uint32_t msr,
    uint64_t *v);
bool sysregs_wrmsr(struct sysregs *, uint64_t *kgs, unsigned cpu, uint32_t msr,
    uint64_t v);

#endif
