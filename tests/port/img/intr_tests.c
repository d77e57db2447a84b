/*
 * intr_tests.c: when interrupts come, in which order, and that none is lost.
 *
 * Each body runs on all CPUs, or on CPU 0 alone, and begins with interrupts
 * off.
 */
#include <intr.h>

#define SECOND_CYC    UINT64_C(2400000000) /* of the TSC */
#define HZ            100u
#define BUS_HZ        100000000u /* of the timer, divided by 1 */
#define LVT_PERIODIC  0x20000u
#define LVT_DEADLINE  0x40000u
#define LVT_MASKED    0x10000u
#define DIVIDE_BY_1   0xbu
#define ICR_OTHERS    0xc0000u
#define SOON_CYC      24000u
#define IPI_ROUNDS    20u
#define SLEEPS        10000u
#define ANSWER_TURNS  8191u
#define LATENCY_COUNT 10000u
#define LATENCY_NS    5003u /* prime: every phase of the loop */

/* ---- ticks ----------------------------------------------------------- */

static void
write_deadline(uint64_t tsc)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(0x6e0), "a"((uint32_t)tsc), "d"(tsc >> 32)
			 : "memory");
}

static bool
next_deadline(struct me *m, enum which which)
{
	if (which == MID) {
		m->deadline += SECOND_CYC / HZ;
		write_deadline(m->deadline);
	}
	return false;
}

/*
 * The timer begins soon after `start', so the tick that ends the second is
 * number HZ, and it is seen soon after: C1 is left in 2400 cycles (c2758.ini),
 * the rest is a handler.
 */
static void
idle_for_a_second(struct me *m, uint64_t start)
{
	uint64_t took;

	while (m->count[MID] < HZ)
		sleep_once();
	took = now() - start;
	*lapic(LAPIC_LVT_TIMER) = LVT_MASKED;
	m->bad += took < SECOND_CYC || took > SECOND_CYC + SOON_CYC;
	m->bad += m->count[MID] != HZ;
}

static void
hz(struct me *m)
{
	uint64_t start = now();

	*lapic(LAPIC_LVT_TIMER) = LVT_PERIODIC | VECTOR_MID;
	*lapic(LAPIC_TDCR) = DIVIDE_BY_1;
	*lapic(LAPIC_TMICT) = BUS_HZ / HZ;
	idle_for_a_second(m, start);
}

static void
hz_deadline(struct me *m)
{
	uint64_t start = now();

	m->on_intr = next_deadline;
	m->deadline = start + SECOND_CYC / HZ;
	*lapic(LAPIC_LVT_TIMER) = LVT_DEADLINE | VECTOR_MID;
	write_deadline(m->deadline);
	idle_for_a_second(m, start);
}

/* ---- messages ----------------------------------------------------------- */

static void
one_to(struct me *m, uint32_t to)
{
	uint64_t want = intr_me[to].count[MID] + 1;

	if (to == m->id)
		*lapic(LAPIC_ICR_LOW) = ICR_SELF | VECTOR_MID;
	else
		send_ipi(to, VECTOR_MID);
	while (intr_me[to].count[MID] != want)
		__asm__ volatile("pause");
}

static void
one_to_others(struct me *m)
{
	uint64_t before[NCPU];

	for (uint32_t i = 0; i < NCPU; i++)
		before[i] = intr_me[i].count[MID];
	*lapic(LAPIC_ICR_LOW) = ICR_OTHERS | VECTOR_MID;
	for (uint32_t i = 0; i < NCPU; i++)
		while (i != m->id && intr_me[i].count[MID] == before[i])
			__asm__ volatile("pause");
	m->bad += m->count[MID] != before[m->id];
}

/* From each sender a CPU gets one of its own and one for all but the sender. */
static void
ipi(struct me *m)
{
	sti();
	for (uint32_t i = 0; i < IPI_ROUNDS * NCPU; i++) {
		intr_meet(m);
		if (i % NCPU != m->id)
			continue;
		for (uint32_t to = 0; to < NCPU; to++)
			one_to(m, to);
		one_to_others(m);
	}
	intr_meet(m);
	cli();
	m->bad += m->count[MID] != IPI_ROUNDS * (NCPU + NCPU - 1);
	m->bad += m->count[LOW] + m->count[MID2] + m->count[HIGH] != 0;
}

/* ---- masked and pending ---------------------------------------------------- */

static void
let_in(void)
{
	sti();
	intr_linger(10);
	cli();
}

/* Interrupts off: two wait in IRR, of one vector the second merges. */
static void
masked_by_flag(struct me *m)
{
	uint64_t mid = m->count[MID], high = m->count[HIGH];

	if (m->broken)
		sti();
	*lapic(LAPIC_ICR_LOW) = ICR_SELF | VECTOR_MID;
	*lapic(LAPIC_ICR_LOW) = ICR_SELF | VECTOR_HIGH;
	*lapic(LAPIC_ICR_LOW) = ICR_SELF | VECTOR_MID;
	intr_linger(1000);
	m->bad += !intr_requested(MID) || !intr_requested(HIGH);
	m->bad += m->count[MID] != mid || m->count[HIGH] != high;
	let_in();
	m->bad += m->count[MID] != mid + 1 || m->count[HIGH] != high + 1;
	m->bad += intr_requested(MID) || intr_requested(HIGH);
}

/* Interrupts on, but TPR holds the class of MID, not of HIGH, back. */
static void
masked_by_priority(struct me *m)
{
	uint64_t mid = m->count[MID], high = m->count[HIGH];

	*lapic(LAPIC_TPR) = VECTOR_MID & 0xf0;
	sti();
	intr_to_self(MID);
	*lapic(LAPIC_ICR_LOW) = ICR_SELF | VECTOR_HIGH;
	intr_linger(1000);
	m->bad += m->count[MID] != mid || !intr_requested(MID);
	m->bad += m->count[HIGH] != high + 1;
	*lapic(LAPIC_TPR) = 0;
	intr_linger(10);
	cli();
	m->bad += m->count[MID] != mid + 1;
}

/* A masked timer expires and requests nothing, nor does unmasking it then. */
static void
masked_timer(struct me *m)
{
	uint64_t mid = m->count[MID];

	*lapic(LAPIC_LVT_TIMER) = LVT_MASKED | VECTOR_MID;
	*lapic(LAPIC_TDCR) = DIVIDE_BY_1;
	*lapic(LAPIC_TMICT) = 1000;
	while (*lapic(LAPIC_TMCCT) != 0)
		continue;
	*lapic(LAPIC_LVT_TIMER) = VECTOR_MID;
	m->bad += intr_requested(MID);
	let_in();
	m->bad += m->count[MID] != mid;
}

/* Three from another CPU while interrupts are off are one. */
static void
masked_from_other(struct me *m)
{
	uint64_t mid = m->count[MID];

	intr_meet(m);
	for (int i = 0; i < 3 && m->id % 2 != 0; i++)
		send_ipi(m->id - 1, VECTOR_MID);
	intr_meet(m);
	intr_linger(1000);
	m->bad += intr_requested(MID) != (m->id % 2 == 0);
	let_in();
	m->bad += m->count[MID] != mid + (m->id % 2 == 0);
}

/*
 * TPR lets one in, and before the next poll point the CPU stands still: for a
 * device's answer every other time, and for its turn.
 */
static void
opened(struct me *m)
{
	static volatile uint32_t turns;

	for (int i = 0; i < 100; i++) {
		uint64_t mid = m->count[MID];

		intr_delay(m, 1023);
		*lapic(LAPIC_TPR) = VECTOR_MID & 0xf0;
		intr_to_self(MID);
		sti();
		if (!m->broken)
			*lapic(LAPIC_TPR) = 0;
		if (i % 2 == 0)
			(void)*probe64(PROBE_TICKS);
		turns++;
		turns++;
		intr_poll();
		cli();
		m->bad += m->count[MID] != mid + 1;
		*lapic(LAPIC_TPR) = 0;
		let_in();
	}
}

static void
masked(struct me *m)
{
	for (int i = 0; i < 10; i++) {
		masked_by_flag(m);
		masked_by_priority(m);
		masked_timer(m);
		masked_from_other(m);
	}
}

/* ---- nesting ------------------------------------------------------------------ */

static struct {
	char text[16];
	uint32_t n;
} order[NCPU];

static void
note(struct me *m, char c)
{
	if (order[m->id].n < sizeof(order[0].text))
		order[m->id].text[order[m->id].n++] = c;
}

/* In MID's handler the other three come; `early' says EOI before they may. */
static bool
nest(struct me *m, enum which which, bool early)
{
	note(m, "LMNH"[which]);
	if (which == MID) {
		intr_to_self(LOW);
		intr_to_self(MID2);
		intr_to_self(HIGH);
		if (early)
			*lapic(LAPIC_EOI) = 0;
		let_in();
	}
	note(m, "lmnh"[which]);
	return which == MID && early;
}

static bool
nest_late(struct me *m, enum which which)
{
	return nest(m, which, m->broken);
}

static bool
nest_early(struct me *m, enum which which)
{
	return nest(m, which, true);
}

static void
expect_order(struct me *m, bool (*handler)(struct me *, enum which),
    const char *want)
{
	order[m->id].n = 0;
	m->on_intr = handler;
	intr_to_self(MID);
	let_in();
	for (uint32_t i = 0; i < 8; i++)
		m->bad += order[m->id].text[i] != want[i];
	m->bad += order[m->id].n != 8;
	m->on_intr = NULL;
}

/*
 * HIGH alone interrupts MID; its equal and the lower one wait for its EOI, and
 * the equal, whose vector is higher, comes first.  After an early EOI they
 * all come before MID is left.
 */
static void
nesting(struct me *m)
{
	for (int i = 0; i < 10; i++) {
		expect_order(m, nest_late, "MHhmNnLl");
		expect_order(m, nest_early, "MHhNnLlm");
	}
}

/* ---- sleeping -------------------------------------------------------------------- */

/*
 * Two CPUs wake each other in turn.  Each goes to sleep some random time after
 * it has called the other, between 0 and more than the other needs to come out
 * of C1 and call back, so that the answer comes at every point of the way into
 * HLT.  The twin has interrupts on between looking and HLT.
 */
static void
sleep_until(struct me *m, uint64_t count)
{
	while (m->count[MID] < count) {
		intr_delay(m, 15);
		sleep_once();
		if (m->broken)
			sti();
	}
}

static void
call_partner(struct me *m, uint32_t partner)
{
	intr_delay(m, 255);
	send_ipi(partner, VECTOR_MID);
	sti();
	intr_delay(m, ANSWER_TURNS);
	if (!m->broken)
		cli();
}

static void
halt(struct me *m)
{
	for (uint64_t i = 1; i <= SLEEPS; i++) {
		if (m->id % 2 != 0)
			sleep_until(m, i);
		call_partner(m, m->id ^ 1);
		if (m->id % 2 == 0)
			sleep_until(m, i);
	}
	cli();
	m->bad += m->count[MID] != SLEEPS;
}

static struct {
	volatile uint64_t v;
} __attribute__((aligned(64))) word[NCPU];

static void
monitor(const volatile uint64_t *p)
{
	__asm__ volatile("monitor" : : "a"(p), "c"(0), "d"(0) : "memory");
}

/* The twin looks before MONITOR, not after. */
static void
watch_until(struct me *m, uint64_t v)
{
	volatile uint64_t *p = &word[m->id].v;

	while (*p < v) {
		intr_delay(m, 15);
		monitor(p);
		intr_delay(m, 15);
		if (!m->broken && *p >= v)
			break;
		intr_delay(m, 15);
		__asm__ volatile("mwait" : : "a"(0), "c"(0) : "memory");
	}
}

static void
mwait(struct me *m)
{
	uint32_t partner = m->id ^ 2;

	for (uint64_t i = 1; i <= SLEEPS; i++) {
		if (m->id & 2)
			watch_until(m, i);
		intr_delay(m, 255);
		word[partner].v = i;
		intr_delay(m, ANSWER_TURNS);
		if (!(m->id & 2))
			watch_until(m, i);
	}
}

/*
 * The only CPU sleeps until its own timer and at once speaks to a device,
 * which must not be ahead by then.
 */
static void
alone(struct me *m)
{
	*lapic(LAPIC_LVT_TIMER) = LVT_DEADLINE | VECTOR_MID;
	for (uint32_t i = 1; i <= 1000; i++) {
		write_deadline(now() + 2400);
		while (m->count[MID] < i)
			sleep_once();
		*probe32(PROBE_SCRATCH) = i;
		m->bad += *probe32(PROBE_SCRATCH) != i;
	}
}

/* ---- how long it takes ------------------------------------------------------------- */

#define R10(x)   x x x x x x x x x x
#define R1000(x) R10(R10(R10(x)))

/* By far the longest way without a poll point: 2000 cycles and some. */
static __attribute__((noinline)) uint64_t
straight(uint64_t x)
{
	__asm__ volatile(R1000("addq $1, %0\n\timulq $3, %0, %0\n\t")
			 : "+r"(x));
	return x;
}

static __attribute__((noinline)) uint64_t
inner(uint64_t x)
{
	for (int i = 0; i < 3; i++)
		__asm__ volatile("addq $1, %0" : "+r"(x));
	return x;
}

/*
 * Interrupts from the probe's timer, while nothing misses: code, data and
 * handler are warmed up with interrupts off or taken at once.
 */
static void
latency(struct me *m)
{
	uint64_t x = 1;

	for (int i = 0; i < 10; i++) {
		intr_to_self(MID);
		let_in();
		x = inner(straight(x));
	}
	m->count[MID] = 0;
	*probe32(PROBE_TIMER_ADDR) = MSI_TO(0);
	*probe32(PROBE_TIMER_DATA) = VECTOR_MID;
	*probe32(PROBE_TIMER) = LATENCY_NS;
	sti();
	while (m->count[MID] < LATENCY_COUNT)
		x = inner(straight(x));
	cli();
	*probe32(PROBE_TIMER) = 0;
	intr_linger(1000);
	let_in();
	m->bad += m->count[MID] != *probe64(PROBE_TICKS);
}

/* The same while others run, too: what a device sends is early for nobody. */
static void
busy(struct me *m)
{
	static volatile bool over;

	if (m->id == 0) {
		latency(m);
		over = true;
	}
	while (!over)
		__asm__ volatile("pause");
}

static void
no_idt(struct me *m)
{
	(void)m;
	intr_to_self(MID);
	let_in();
}

const struct intr_test intr_tests[] = {
	{ "hz", hz, false, false },
	{ "deadline", hz_deadline, false, false },
	{ "ipi", ipi, false, false },
	{ "masked", masked, false, false },
	{ "opened", opened, false, false },
	{ "nesting", nesting, false, false },
	{ "halt", halt, false, false },
	{ "mwait", mwait, false, false },
	{ "alone", alone, true, false },
	{ "latency", latency, true, false },
	{ "busy", busy, false, false },
	{ "no-idt", no_idt, true, true },
	{ 0 },
};
