/*
 * x86/i82489var.h: the local APIC: access, vectors, clock and IPIs.
 */
#ifndef _X86_I82489VAR_H_
#define _X86_I82489VAR_H_

#include <machine/i82489reg.h>

/*
 * Vectors.  The upper four bits are the class: the APIC delivers a vector
 * only while nothing of its class or above is in service, that is, between
 * the CPU's accepting and the handler's EOI.
 */
/* clang-format off */
#define LAPIC_SPURIOUS_VECTOR	0xef
#define LAPIC_IPI_VECTOR	0xe0
#define LAPIC_TIMER_VECTOR	0xc0
#define APIC_LEVEL(l)		((l) << 4)	/* class of an IPL */
/* clang-format on */

#ifndef _LOCORE
#include <sys/types.h>

struct intrframe;
struct cpu_info;

extern void Xintr_lapic_ipi(void);
extern void Xrecurse_lapic_ipi(void);
extern void Xresume_lapic_ipi(void);
extern void Xintr_lapic_ltimer(void);
extern void Xrecurse_lapic_ltimer(void);
extern void Xresume_lapic_ltimer(void);
extern void Xintrspurious(void);

/* lapic.c.  All act on the APIC of the CPU they run on. */
uint32_t i82489_readreg(int);
void i82489_writereg(int, uint32_t);
uint32_t lapic_cpu_number(void);
void lapic_enable(void);
void lapic_calibrate_timer(struct cpu_info *);
void lapic_initclocks(void);
void lapic_clockintr(void *, struct intrframe *);
int x86_ipi(int, int, int); /* vector, APIC id or LAPIC_DEST_*, mode */
#endif

#endif /* _X86_I82489VAR_H_ */
