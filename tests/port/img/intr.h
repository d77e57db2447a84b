/*
 * intr.h: what the interrupt tests share.
 *
 * Four vectors, by priority; MID and MID2 are of one class, so that neither
 * interrupts the other.  intr_entry.S calls intr_handle() with the place in
 * this list, interrupts off.  A fifth, below all, says that a CPU is done.
 */
#ifndef INTR_H
#define INTR_H

#include <stdbool.h>

#include <hw.h>

#define NCPU 8

enum which { LOW, MID, MID2, HIGH, NWHICH, DONE = NWHICH };
#define VECTOR_DONE 0x21u /* a CPU is done; not counted */
#define VECTOR_LOW  0x31u
#define VECTOR_MID  0x41u
#define VECTOR_MID2 0x42u
#define VECTOR_HIGH 0x51u

/* One for each CPU. */
struct me {
	volatile uint64_t count[NWHICH]; /* handled */
	uint32_t id;
	uint32_t turn; /* barriers passed */
	uint64_t seed; /* of the delays */
	uint64_t bad;  /* expectations that failed */
	bool broken;   /* the twin: leave the protection out */
	/* Called by the handler before it says EOI; true: it has said it. */
	bool (*on_intr)(struct me *, enum which);
	uint64_t deadline; /* TSC of the next tick */
} __attribute__((aligned(64)));
extern struct me intr_me[NCPU];

struct intr_test {
	const char *name;          /* of argument test= */
	void (*body)(struct me *); /* begins with interrupts off */
	bool alone;                /* CPU 0 only */
	bool no_idt;
};
extern const struct intr_test intr_tests[]; /* the last has no name */

extern const uint8_t intr_vector[NWHICH];

/* All CPUs meet. */
void intr_meet(struct me *);
/* A poll point: interrupts that are due come here. */
void intr_poll(void);
/* About n poll points. */
void intr_linger(uint32_t n);
/* Up to max poll points; max + 1 is a power of two. */
void intr_delay(struct me *, uint64_t max);
/* Send one to this CPU, and see it in IRR (interrupts off or too low). */
void intr_to_self(enum which);
bool intr_requested(enum which);

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

/* Halted with interrupts on from the same instant, then off again. */
static inline void
sleep_once(void)
{
	__asm__ volatile("sti; hlt" : : : "memory");
	cli();
}

static inline uint64_t
now(void)
{
	uint32_t lo, hi;

	__asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

#endif
