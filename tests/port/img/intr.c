/*
 * intr.c: run one test of interrupts on eight CPUs and report.
 *
 *	test=NAME	one of intr_tests[]
 *	broken=1	without the protection that the test is about
 *
 * Exits with 1 when something was not as expected, with 2 when the arguments
 * are bad.  At the end CPU 0 sleeps until the others tell it, so that a CPU
 * that is never woken leaves no CPU running and the machine ends the run.
 */
#include <intr.h>

#define STACK_BYTES 16384

struct me intr_me[NCPU];
const uint8_t intr_vector[NWHICH] = { VECTOR_LOW, VECTOR_MID, VECTOR_MID2,
	VECTOR_HIGH };

void intr_low(void);
void intr_mid(void);
void intr_mid2(void);
void intr_high(void);
void intr_done(void);
void intr_handle(enum which);

static struct {
	uint16_t low, selector;
	uint8_t ist, type;
	uint16_t mid;
	uint32_t high, zero;
} idt[256] __attribute__((aligned(64)));
static volatile uint32_t done[NCPU][16] __attribute__((aligned(64)));
static volatile uint32_t come __attribute__((aligned(64)));
static unsigned char stack[NCPU][STACK_BYTES] __attribute__((aligned(64)));
static const struct intr_test *chosen;

void
intr_handle(enum which which)
{
	struct me *m = &intr_me[*lapic(LAPIC_ID) >> 25];

	if (which == DONE) {
		*lapic(LAPIC_EOI) = 0;
		return;
	}
	m->count[which]++;
	if (m->on_intr == NULL || !m->on_intr(m, which))
		*lapic(LAPIC_EOI) = 0;
}

void
intr_meet(struct me *m)
{
	m->turn += NCPU;
	__asm__ volatile("lock incl %0" : "+m"(come) : : "memory");
	while ((int32_t)(come - m->turn) < 0)
		__asm__ volatile("pause");
}

__attribute__((noinline)) void
intr_poll(void)
{
	__asm__ volatile("");
}

void
intr_linger(uint32_t n)
{
	while (n-- > 0)
		__asm__ volatile("pause");
}

void
intr_delay(struct me *m, uint64_t max)
{
	m->seed ^= m->seed << 13;
	m->seed ^= m->seed >> 7;
	m->seed ^= m->seed << 17;
	for (uint64_t n = m->seed >> 20 & max; n > 0; n--)
		__asm__ volatile("");
}

bool
intr_requested(enum which w)
{
	uint32_t v = intr_vector[w];

	return lapic(LAPIC_IRR)[v / 32 * 4] >> v % 32 & 1;
}

void
intr_to_self(enum which w)
{
	*lapic(LAPIC_ICR_LOW) = ICR_SELF | intr_vector[w];
	while (!intr_requested(w))
		continue;
}

static void
set_gate(uint8_t vector, void (*handler)(void))
{
	uint64_t a = (uintptr_t)handler;

	idt[vector].low = (uint16_t)a;
	idt[vector].mid = (uint16_t)(a >> 16);
	idt[vector].selector = 8;
	idt[vector].type = 0x8e;
}

static void
fill_idt(void)
{
	static void (*const handler[NWHICH])(void) = { intr_low, intr_mid,
		intr_mid2, intr_high };

	for (int i = 0; i < NWHICH; i++)
		set_gate(intr_vector[i], handler[i]);
	set_gate(VECTOR_DONE, intr_done);
}

static void
interrupts_up(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) where = { sizeof(idt) - 1, (uintptr_t)idt };

	if (!chosen->no_idt)
		__asm__ volatile("lidt %0" : : "m"(where));
	*lapic(LAPIC_SVR) = LAPIC_ENABLE;
	*lapic(LAPIC_TPR) = 0;
}

/* A CPU that is not the first. */
static void
run(void *arg)
{
	struct me *m = arg;

	interrupts_up();
	intr_meet(m);
	chosen->body(m);
	cli();
	done[m->id][0] = 1;
	send_ipi(0, VECTOR_DONE);
}

static _Noreturn void
usage(void)
{
	static const char text[] = "intr: test=NAME, 8 CPUs\n";

	seam_cons_write(text, sizeof(text) - 1);
	seam_exit(2);
	__builtin_unreachable();
}

/* Does `text' begin with this, up to a blank or its end if `whole'? */
static bool
begins(const char *text, const char *word, bool whole)
{
	while (*word != '\0')
		if (*text++ != *word++)
			return false;
	return !whole || *text == '\0' || *text == ' ';
}

static const char *
argument(const char *args, const char *key)
{
	while (*args != '\0' && !begins(args, key, false))
		args++;
	while (*args != '\0' && *args++ != '=')
		continue;
	return args;
}

static void
others_done(void)
{
	bool all;

	do {
		all = true;
		for (uint32_t i = 1; i < NCPU; i++)
			all &= done[i][0] != 0;
		if (!all)
			sleep_once();
	} while (!all);
}

static uint64_t
report(void)
{
	static char name[] = "count-0";
	uint64_t bad = 0;

	for (uint32_t i = 0; i < NCPU; i++) {
		name[6] = (char)('0' + i);
		seam_result(name, 1, intr_me[i].count[MID]);
		bad += intr_me[i].bad;
	}
	seam_result("bad", 1, bad);
	return bad;
}

static void
intr_boot(const struct seam_boot *sb)
{
	const char *name = argument(sb->sb_args, "test=");

	if (sb->sb_ncpu != NCPU)
		usage();
	for (chosen = intr_tests; !begins(name, chosen->name, true); chosen++)
		if (chosen[1].name == NULL)
			usage();
	for (uint32_t i = 0; i < NCPU; i++) {
		intr_me[i].id = i;
		intr_me[i].broken = *argument(sb->sb_args, "broken=") == '1';
		intr_me[i].seed = UINT64_C(88172645463325252) * (i + 1);
	}
	fill_idt();
	interrupts_up();
	for (uint32_t i = 1; i < NCPU && !chosen->alone; i++)
		if (seam_cpu_start(i, run, &intr_me[i],
			stack[i] + STACK_BYTES) != 0)
			usage();
	if (!chosen->alone)
		intr_meet(&intr_me[0]);
	chosen->body(&intr_me[0]);
	cli();
	if (!chosen->alone)
		others_done();
	seam_exit(report() != 0 ? 1 : 0);
}

SEAM_IMAGE("intr", .boot = intr_boot);
