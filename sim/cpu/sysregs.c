/*
 * sysregs.c: what privileged instructions do that needs no time.
 */
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/sysregs.h"

#define MSR_EFER      0xc0000080u
#define MSR_GS_BASE   0xc0000101u
#define MSR_KERNEL_GS 0xc0000102u
#define MSR_TSC_AUX   0xc0000103u
#define EFER_VALUE    0xd01u /* SCE LME LMA NXE */

static uint64_t
sized(uint64_t v, unsigned size)
{
	return size == 4 ? (uint32_t)v : v;
}

static bool
move_cr(struct sysregs *s, struct hk_regs *regs, const struct hk_privsite *site)
{
	if (site->imm > 4 || site->imm == 1)
		return false;
	if (site->op == PRIV_MOV_TO_CR)
		s->cr[site->imm] = regs->gpr[site->reg];
	else
		regs->gpr[site->reg] = s->cr[site->imm];
	return true;
}

static void
load_idt(struct sysregs *s, uint64_t operand)
{
	uint8_t d[10];

	memcpy(d, (const void *)(uintptr_t)operand, sizeof(d));
	memcpy(&s->idt_limit, d, 2);
	memcpy(&s->idt, d + 2, 8);
}

bool
sysregs_do(struct sysregs *s, uint64_t *kgs, uint64_t operand,
    struct hk_regs *regs, const struct hk_privsite *site)
{
	uint64_t v = *kgs;

	switch (site->op) {
	case PRIV_SWAPGS:
		*kgs = s->kernel_gs;
		s->kernel_gs = v;
		return true;
	case PRIV_WRGSBASE:
		*kgs = sized(regs->gpr[site->reg], site->size);
		return true;
	case PRIV_RDGSBASE:
		regs->gpr[site->reg] = sized(v, site->size);
		return true;
	case PRIV_MOV_TO_CR:
	case PRIV_MOV_FROM_CR:
		return move_cr(s, regs, site);
	case PRIV_LIDT:
		load_idt(s, operand);
		return true;
	case PRIV_LGDT:
	case PRIV_LTR: /* segments do nothing here */
		return true;
	default:
		return false;
	}
}

/* Enabled, at the usual place, and who is the boot CPU. */
static uint64_t
apic_base(unsigned cpu)
{
	return 0xfee00800u | (cpu == 0 ? 0x100u : 0);
}

/* The register of this number, if it is plain storage. */
static uint64_t *
storage(struct sysregs *s, uint64_t *kgs, uint32_t msr)
{
	switch (msr) {
	case MSR_GS_BASE:
		return kgs;
	case MSR_KERNEL_GS:
		return &s->kernel_gs;
	case MSR_TSC_AUX:
		return &s->tsc_aux;
	default:
		return NULL;
	}
}

bool
sysregs_rdmsr(struct sysregs *s, uint64_t *kgs, unsigned cpu, uint32_t msr,
    uint64_t *v)
{
	const uint64_t *p = storage(s, kgs, msr);

	if (p != NULL)
		*v = *p;
	else if (msr == MSR_APIC_BASE)
		*v = apic_base(cpu);
	else if (msr == MSR_EFER)
		*v = EFER_VALUE;
	else
		return false;
	return true;
}

bool
sysregs_wrmsr(struct sysregs *s, uint64_t *kgs, unsigned cpu, uint32_t msr,
    uint64_t v)
{
	uint64_t *p = storage(s, kgs, msr), is;

	if (p == NULL)
		return sysregs_rdmsr(s, kgs, cpu, msr, &is) && is == v;
	*p = v;
	return true;
}
