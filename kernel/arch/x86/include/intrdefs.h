/*
 * x86/intrdefs.h: interrupt priority levels and the bits of ci_ipending.
 *
 * A level admits interrupts of higher levels alone.  Bits 31 down to 25 of
 * ci_ipending are the CPU's own sources, the rest are slots of devices.  The
 * highest bit set is served first, so a softint comes before a held device.
 */
#ifndef _X86_INTRDEFS_H_
#define _X86_INTRDEFS_H_

/* clang-format off */
#define IPL_NONE	0x0	/* nothing held */
#define IPL_PREEMPT	0x1	/* preemption of the kernel */
#define IPL_SOFTCLOCK	0x2	/* callouts */
#define IPL_SOFTBIO	0x3
#define IPL_SOFTNET	0x4
#define IPL_SOFTSERIAL	0x5
#define IPL_VM		0x6	/* devices that may allocate memory */
#define IPL_SCHED	0x7	/* clock, scheduler */
#define IPL_HIGH	0x8	/* everything */
#define NIPL		9

/* Slots of ci_isources and bits of ci_ipending. */
#define LIR_IPI		31
#define LIR_TIMER	30
#define SIR_SERIAL	29
#define SIR_NET		28
#define SIR_BIO		27
#define SIR_CLOCK	26
#define SIR_PREEMPT	25

#define MAX_INTR_SOURCES	32
#define NUM_LEGACY_IRQS		16	/* slots 0-15 of the boot CPU */

/* How a line asks. */
#define IST_UNUSABLE	-1
#define IST_NONE	0
#define IST_PULSE	1
#define IST_EDGE	2
#define IST_LEVEL	3

/* In %r15 or so of a stub that is entered again: not from hardware. */
#define IREENT_MAGIC	0x18041969

/* Bits of ci_ipis: what the one IPI vector is about. */
#define X86_IPI_HALT		0x00000001
#define X86_IPI_MICROSET	0x00000002
#define X86_IPI_GENERIC		0x00000004
#define X86_IPI_SYNCH_FPU	0x00000008
#define X86_IPI_MTRR		0x00000010
#define X86_IPI_GDT		0x00000020
#define X86_IPI_XCALL		0x00000040
#define X86_IPI_ACPI_CPU_SLEEP	0x00000080
#define X86_IPI_KPREEMPT	0x00000100
#define X86_NIPI		9

#define X86_IPI_NAMES {						\
	"halt IPI", "timeset IPI", "generic IPI",		\
	"FPU synch IPI", "MTRR update IPI", "GDT update IPI",	\
	"xcall IPI", "ACPI CPU sleep IPI", "kpreempt IPI" }

/* clang-format on */

#endif /* _X86_INTRDEFS_H_ */
