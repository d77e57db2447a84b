/*
 * x86/cpufunc.h: single instructions.
 *
 * pause, fences and flags are functions of C here as everywhere else in the
 * kernel (port/machdep/cpufunc.S): a call costs what it costs on the machine.
 */
#ifndef _X86_CPUFUNC_H_
#define _X86_CPUFUNC_H_

#include <sys/cdefs.h>
#include <sys/types.h>

#ifdef _KERNEL
void x86_pause(void);
void x86_lfence(void);
void x86_sfence(void);
void x86_mfence(void);
void x86_flush(void);

u_long x86_read_flags(void);
void x86_write_flags(u_long);
u_long x86_read_psl(void); /* as the flags; for pairs with disable_intr */
void x86_write_psl(u_long);

void x86_disable_intr(void);
void x86_enable_intr(void);
void x86_hlt(void);
void x86_stihlt(void);
void x86_monitor(const void *, uint32_t, uint32_t);
void x86_mwait(uint32_t, uint32_t);
void x86_cpuid2(unsigned, unsigned, unsigned *);
#define x86_cpuid(a, b) x86_cpuid2((a), 0, (b))

uint64_t rdtsc(void);
uint64_t rdmsr(u_int);
void wrmsr(u_int, uint64_t);

struct region_descriptor;
void lidt(struct region_descriptor *);
#endif

#endif /* _X86_CPUFUNC_H_ */
