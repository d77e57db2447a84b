/*
 * probe.h: the machine's probe (sim/probe/probe.h) as a device of the kernel: it
 * interrupts where and when it is told to.  For tests and benchmarks.
 *
 * It has pins 0 to PROBE_PINS - 1, which are edge-triggered (MSI), and as many
 * behind them that behave as level-triggered ones of an IOAPIC do: such a pin
 * asks until probe_deassert(), and is silent while it is masked.
 */
#ifndef PORT_PROBE_H
#define PORT_PROBE_H

#include <sys/types.h>
#include <machine/intr.h>

#define PROBE_PINS   32
#define PROBE_LEVEL0 PROBE_PINS /* first of the level-triggered pins */

/* As pci_intr_establish(); undo with intr_disestablish().  Threads. */
struct intrhand *probe_establish(int pin, int level, int (*)(void *), void *,
    bool mpsafe);

/*
 * Where the pin's source is; NULL: it has none.  interrupt_distribute() moves
 * it, and nothing that the pin asks for meanwhile is lost.
 */
struct cpu_info *probe_cpu(int pin);

/*
 * The device interrupts, at once: the message is under way when this returns.
 * Any context; one caller at a time.
 */
void probe_assert(int pin);
void probe_deassert(int pin); /* level-triggered pins: asks no more */

/*
 * It interrupts with that pin every so many ns; 0: no more.  A pin that is
 * masked, as one that moves is, begins the period anew when it is unmasked.
 */
void probe_timer(int pin, uint32_t ns);

/* It interrupts once with that pin, ns from now; 0: not at all. */
void probe_alarm(int pin, uint32_t ns);

/* How often the pin has been masked, and how it is now. */
u_int probe_masked(int pin, bool *now);

/* TSC of the last message's sending, for latencies. */
uint64_t probe_last_sent(void);

#endif /* PORT_PROBE_H */
