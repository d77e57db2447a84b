/*
 * intr.c: interrupts: entering, leaving, messages from a device and from
 * another CPU, and how an idle CPU wakes.
 *
 * The handler (entry.S) notes the TSC at its first and before its last
 * instruction.
 */
#include <hw.h>
#include <micro.h>

#define VECTOR 0x40

volatile uint64_t micro_entered, micro_left, micro_count;
void micro_intr(void);

static struct {
	uint16_t low, selector;
	uint8_t ist, type;
	uint16_t mid;
	uint32_t high, zero;
} idt[256] __attribute__((aligned(64)));

/* This CPU: handlers and a local APIC that is switched on. */
static void
interrupts_up(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) where = { sizeof(idt) - 1, (uintptr_t)idt };
	uint64_t handler = (uintptr_t)micro_intr;

	idt[VECTOR].low = (uint16_t)handler;
	idt[VECTOR].mid = (uint16_t)(handler >> 16);
	idt[VECTOR].selector = 8;
	idt[VECTOR].type = 0x8e;
	__asm__ volatile("lidt %0" : : "m"(where));
	*lapic(LAPIC_SVR) = LAPIC_ENABLE;
	*lapic(LAPIC_TPR) = 0;
}

static inline void
sti(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static inline void
cli(void)
{
	__asm__ volatile("cli" : : : "memory");
}

/* Plain RDTSC: nothing is waited for. */
static inline uint64_t
now(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

static __attribute__((noinline)) void
poll_point(void)
{
	__asm__ volatile("");
}

/* A message to this CPU is in IRR, and interrupts are off. */
static void
make_pending(void)
{
	*lapic(LAPIC_ICR_LOW) = ICR_SELF | VECTOR;
	while ((*lapic(LAPIC_IRR + 0x20) & 1u << VECTOR % 32) == 0)
		continue;
}

/* From STI to the handler, less the STI and the RDTSC. */
static uint64_t
interrupt_entry(uint64_t n)
{
	uint64_t total = 0, base, t;

	interrupts_up();
	for (uint64_t i = 0; i < n; i++) {
		make_pending();
		t = now();
		sti();
		poll_point();
		total += micro_entered - t;
		cli();
		t = now();
		sti();
		base = now() - t;
		cli();
		total -= base;
	}
	return total;
}

/* From the handler's last RDTSC to the one after the interrupted place. */
static uint64_t
iretq(uint64_t n)
{
	uint64_t total = 0, after, t;

	interrupts_up();
	for (uint64_t i = 0; i < n; i++) {
		make_pending();
		sti();
		poll_point();
		after = now();
		total += after - micro_left;
		cli();
		t = now();
		total -= now() - t;
	}
	return total;
}

/* From the device's sending to the bit in IRR, as a reader sees it. */
static uint64_t
msi_to_irr(uint64_t n)
{
	uint64_t total = 0, sent, seen;

	interrupts_up();
	*probe32(PROBE_MSI_ADDR) = MSI_TO(0);
	*probe32(PROBE_MSI_DATA) = VECTOR;
	for (uint64_t i = 0; i < n; i++) {
		*probe32(PROBE_MSI_GO) = PROBE_MSI_SEND;
		while ((*lapic(LAPIC_IRR + 0x20) & 1u << VECTOR % 32) == 0)
			continue;
		seen = now();
		sent = *probe64(PROBE_LAST_ARRIVAL);
		total += seen - sent;
		sti();
		poll_point();
		cli();
	}
	return total;
}

/* ---- another CPU ----------------------------------------------------------------- */

static struct {
	volatile uint32_t ready __attribute__((aligned(64)));
	volatile uint32_t go __attribute__((aligned(64)));
	volatile uint64_t woke __attribute__((aligned(64)));
	uint64_t rounds;
} other;

static void
wait_until(volatile uint32_t *p, uint32_t v)
{
	while (*p != v)
		__asm__ volatile("pause");
}

static inline void
monitor(volatile uint32_t *p)
{
	__asm__ volatile("monitor" : : "a"(p), "c"(0), "d"(0) : "memory");
}

/* Waits with interrupts on, spinning; `go' ends a round. */
static inline __attribute__((always_inline)) void
spin_rounds(bool pause)
{
	interrupts_up();
	sti();
	for (uint32_t i = 1; i <= other.rounds; i++) {
		other.ready = i;
		while (other.go != i)
			if (pause)
				__asm__ volatile("pause");
	}
	cli();
}

static void
spin_with_interrupts(void *arg)
{
	(void)arg;
	spin_rounds(true);
}

/* A load and a branch. */
static void
spin_hard_with_interrupts(void *arg)
{
	(void)arg;
	spin_rounds(false);
}

/* Waits asleep, interrupts on; nobody stores to `go' before the IPI. */
static inline __attribute__((always_inline)) void
sleep_rounds(bool mwait)
{
	interrupts_up();
	for (uint32_t i = 1; i <= other.rounds; i++) {
		other.ready = i;
		if (mwait) {
			monitor(&other.go);
			__asm__ volatile("sti; mwait"
					 :
					 : "a"(0), "c"(0)
					 : "memory");
		} else
			__asm__ volatile("sti; hlt" : : : "memory");
		cli();
		wait_until(&other.go, i);
	}
}

static void
halt_with_interrupts(void *arg)
{
	(void)arg;
	sleep_rounds(false);
}

static void
mwait_with_interrupts(void *arg)
{
	(void)arg;
	sleep_rounds(true);
}

/* Waits in MWAIT on `go'. */
static void
mwait_on_go(void *arg)
{
	(void)arg;
	for (uint32_t i = 1; i <= other.rounds; i++) {
		other.ready = i;
		while (other.go != i) {
			monitor(&other.go);
			if (other.go == i)
				break;
			__asm__ volatile("mwait" : : "a"(0), "c"(0));
		}
		other.woke = now();
		other.ready = 0;
		wait_until(&other.go, 0);
	}
}

static void
start_other(void (*fn)(void *), uint64_t rounds)
{
	other.ready = other.go = 0;
	other.rounds = rounds;
	micro_count = 0;
	cpu_run(2, fn, NULL);
}

/* Some time for the other CPU to be where it wants to be. */
static void
settle(void)
{
	for (int i = 0; i < 100; i++)
		__asm__ volatile("pause");
}

/* From the store to ICR to the other CPU's handler. */
static uint64_t
ipi_to(void (*fn)(void *), uint64_t n)
{
	uint64_t total = 0, t;

	start_other(fn, n);
	for (uint32_t i = 1; i <= n; i++) {
		wait_until(&other.ready, i);
		settle();
		t = now();
		send_ipi(2, VECTOR);
		while (micro_count != i)
			__asm__ volatile("pause");
		total += micro_entered - t;
		other.go = i;
	}
	cpu_wait(2);
	return total;
}

static uint64_t
ipi(uint64_t n)
{
	return ipi_to(spin_with_interrupts, n);
}

static uint64_t
interrupt_spinning(uint64_t n)
{
	return ipi_to(spin_hard_with_interrupts, n);
}

static uint64_t
ipi_wake(uint64_t n)
{
	return ipi_to(halt_with_interrupts, n);
}

static uint64_t
mwait_ipi_wake(uint64_t n)
{
	return ipi_to(mwait_with_interrupts, n);
}

/* From the store to the monitored line to the first instruction behind. */
static uint64_t
c1_wake(uint64_t n)
{
	uint64_t total = 0, t;

	start_other(mwait_on_go, n);
	for (uint32_t i = 1; i <= n; i++) {
		wait_until(&other.ready, i);
		settle();
		t = now();
		other.go = i;
		wait_until(&other.ready, 0);
		total += other.woke - t;
		other.go = 0;
	}
	cpu_wait(2);
	return total;
}

const struct bench intr_group[] = {
	{ "interrupt-entry", interrupt_entry, 10000, 1, true, 0 },
	{ "iretq", iretq, 10000, 1, true, 0 },
	{ "msi-to-irr", msi_to_irr, 10000, 1, true, 0 },
	{ "ipi", ipi, 10000, 1, true, 2 },
	{ "interrupt-spinning", interrupt_spinning, 10000, 1, true, 2 },
	{ "ipi-wake", ipi_wake, 10000, 1, true, 2 },
	{ "mwait-ipi-wake", mwait_ipi_wake, 10000, 1, true, 2 },
	{ "c1-wake", c1_wake, 10000, 1, true, 2 },
	{ 0 },
};
