/*
 * tap.h: other functions in the place of those that annotated code calls, for those
 * who look on (profile.c, cycles.c).
 *
 * Annotated code lets an access pass unseen when its line's address stands in the
 * filter of its set, and a thunk when it finds the line in another way.  The second
 * is shut by claiming that the host has no AVX2 (split 0); the first by emptying
 * the filters after each call-out that may have filled one.  An access touches one
 * set, its own, in this L1D and, when other CPUs lose the line or must share it, in
 * theirs: so one entry of each CPU's filter.  Call-outs of other kinds are rarer;
 * they empty all.  None of it changes a clock or the trace hash.
 */
#ifndef CPU_TAP_H
#define CPU_TAP_H

#include "cpu/smp.h"

#define TAP_FN_(name) __typeof__(((struct cpu_hot *)0)->fn_##name)
struct tap {
	TAP_FN_(read) read, rmiss, write, wmiss, lock;
	TAP_FN_(rep) rep;
	TAP_FN_(poll) poll;
	TAP_FN_(branch) branch;
	TAP_FN_(ijmp) ijmp;
	TAP_FN_(fetch) fetch;
	TAP_FN_(priv) priv;
	TAP_FN_(fence) fence;
	TAP_FN_(seam) seam;
	uint32_t split;
};
#undef TAP_FN_

/* What is there now, the same for all CPUs; and set it for all. */
struct tap tap_get(const struct smp *);
void tap_set(struct smp *, const struct tap *);

/* From a call-out, at its end: the line of ea, or every line, comes to C again. */
void tap_shut(struct smp *, uint64_t ea);
void tap_shut_all(struct smp *);

/*
 * From a call-out without registers: where the hook goes back to, and the stack pointer
 * before it.  On the stack are the way back and what the call is about; of accesses,
 * their address, too (hook_abi.h).
 */
static inline uint64_t
tap_pc(const struct cpu *cpu)
{
	return *(const uint64_t *)(uintptr_t)cpu->hot.ksp;
}

static inline uint64_t
tap_sp(const struct cpu *cpu, bool access)
{
	return cpu->hot.ksp + (access ? 24 : 16);
}

#endif
