/*
 * machdep.h: what files of port/machdep/ know of each other, and what has no
 * place in NetBSD's headers.
 */
#ifndef PORT_MACHDEP_H
#define PORT_MACHDEP_H

#include <sys/types.h>

struct cpu_info;
struct intrsource;
struct seam_boot;

/* boot.c: the machine's, from boot() on. */
extern const struct seam_boot *machdep_boot;

/* lapic.c */
void lapic_boot_vectors(void);

/* intr.c, under cpu_lock: for intr_move.c. */
int intr_free_slot(const struct cpu_info *, int legacy_irq);
int intr_any_slot(const struct cpu_info *);
void intr_connect(struct intrsource *, int slot);
/* intr_move.c, for intr.c: the CPU that a new source should go to. */
u_int intr_first_cpu(const struct pic *, int pin);

/* ipi.c */
void x86_ipi_attach_evcnt(struct cpu_info *);

/* cpu.c: this CPU does nothing any more.  Any context. */
void cpu_init_self(struct cpu_info *);
void cpu_stop(void) __attribute__((__noreturn__));

/* idle.c: an idle CPU wants an IPI, a store does not wake it. */
extern bool x86_cpu_idle_ipi;

#endif /* PORT_MACHDEP_H */
