/*
 * races.c: small programs whose outcome depends on who is when; CPUs 0 and 1.
 *
 *	test=NAME	one of those at the end
 *	broken=1	without the protection that it is about
 *
 * Exits with 1 and a line when an outcome is seen that the protection rules
 * out.  All is as short as can be: a schedule is some dozen steps.
 */
#include <stdbool.h>

#include <hw.h>

#define STACK_BYTES 8192
#define VECTOR      0x41u
#define DIVIDE_BY_1 0xbu

static struct {
	volatile uint64_t v;
} __attribute__((aligned(64))) a, b, flag, lock[2], count, back;
static bool broken;
static unsigned char stack[STACK_BYTES] __attribute__((aligned(64)));
static struct {
	uint16_t low, selector;
	uint8_t ist, type;
	uint16_t mid;
	uint32_t high, zero;
} idt[256] __attribute__((aligned(64)));

void races_entry(void);
void races_handle(void);

static void
say(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	seam_cons_write(s, n);
}

static void
check(bool ok, const char *what)
{
	if (ok)
		return;
	say(what);
	say("\n");
	seam_exit(1);
}

static void
meet(void)
{
	while (back.v == 0)
		__asm__ volatile("pause");
}

/* ---- a count --------------------------------------------------------------- */

/* One instruction, which is one event only with LOCK. */
static void
add_one(void)
{
	if (broken)
		__asm__ volatile("incq %0" : "+m"(count.v));
	else
		__asm__ volatile("lock incq %0" : "+m"(count.v));
}

static void
count_0(void)
{
	add_one();
	meet();
	check(count.v == 2, "count: an increment is lost");
}

/* ---- who is first ------------------------------------------------------------ */

/* CMPXCHG stores what it should only if nobody does between load and store. */
static void
be_first(void)
{
	uint64_t found = 0, mine = 1;

	if (broken)
		__asm__ volatile("cmpxchgq %2, %0"
				 : "+m"(count.v), "+a"(found)
				 : "r"(mine));
	else
		__asm__ volatile("lock cmpxchgq %2, %0"
				 : "+m"(count.v), "+a"(found)
				 : "r"(mine));
	if (found == 0)
		__asm__ volatile("lock incq %0" : "+m"(a.v));
}

static void
first_0(void)
{
	be_first();
	meet();
	check(a.v == 1, "first: both were");
}

/* ---- a message -------------------------------------------------------------- */

static void
message_0(void)
{
	if (broken) {
		flag.v = 1;
		a.v = 1;
	} else {
		a.v = 1;
		flag.v = 1;
	}
	meet();
	check(b.v == 0, "message: the flag was seen before the message");
}

static void
message_1(void)
{
	if (flag.v != 0 && a.v == 0)
		b.v = 1;
}

/* ---- two locks ---------------------------------------------------------------- */

/* Whoever finds it taken sleeps until it is written to. */
static void
take(unsigned i)
{
	uint64_t v;

	for (;;) {
		v = 1;
		__asm__ volatile("xchgq %0, %1"
				 : "+r"(v), "+m"(lock[i].v)
				 :
				 : "memory");
		if (v == 0)
			return;
		__asm__ volatile("monitor"
				 :
				 : "a"(&lock[i].v), "c"(0), "d"(0)
				 : "memory");
		if (lock[i].v != 0)
			__asm__ volatile("mwait" : : "a"(0), "c"(0) : "memory");
	}
}

static void
both(unsigned first)
{
	take(first);
	take(first ^ 1);
	count.v = count.v + 1;
	lock[first ^ 1].v = 0;
	lock[first].v = 0;
}

static void
locks_0(void)
{
	both(0);
	meet();
	check(count.v == 2, "locks: an increment is lost");
}

static void
locks_1(void)
{
	both(broken ? 1 : 0);
}

/* ---- an interrupt -------------------------------------------------------------- */

void
races_handle(void)
{
	count.v = count.v + 1;
	b.v = 1;
	*lapic(0xb0) = 0; /* EOI */
}

static void
interrupts_up(void)
{
	uint64_t at = (uintptr_t)races_entry;
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) where = { sizeof(idt) - 1, (uintptr_t)idt };

	idt[VECTOR].low = (uint16_t)at;
	idt[VECTOR].mid = (uint16_t)(at >> 16);
	idt[VECTOR].type = 0x8e;
	__asm__ volatile("lidt %0" : : "m"(where));
	*lapic(LAPIC_SVR) = LAPIC_ENABLE;
	*lapic(LAPIC_TPR) = 0;
}

/* One instruction is one event for its own CPU, without LOCK too; two are not. */
static void
intr_0(void)
{
	interrupts_up();
	a.v = 1;
	__asm__ volatile("sti");
	if (broken)
		count.v = count.v + 1;
	else
		__asm__ volatile("incq %0" : "+m"(count.v));
	while (b.v == 0)
		__asm__ volatile("pause");
	check(count.v == 2, "intr: an increment is lost");
}

static void
intr_1(void)
{
	while (a.v == 0)
		__asm__ volatile("pause");
	send_ipi(0, VECTOR);
}

/* ---- what is set up before ------------------------------------------------------ */

static void
ready_0(void)
{
	for (uint64_t i = 0; i < 100000; i++)
		a.v = i;
	say("set up\n");
	seam_ready();
	say("begins\n");
	flag.v = 1;
	count_0();
}

static void
ready_1(void)
{
	while (flag.v == 0)
		__asm__ volatile("pause");
	add_one();
}

/* ---- the clock -------------------------------------------------------------------- */

static uint64_t
tsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

/* Sleeps until the timer has counted 10^5 of 10 ns. */
static void
clock_0(void)
{
	uint64_t start = tsc();

	interrupts_up();
	*lapic(LAPIC_TDCR) = DIVIDE_BY_1;
	*lapic(LAPIC_LVT_TIMER) = VECTOR;
	*lapic(LAPIC_TMICT) = 100000;
	while (b.v == 0)
		__asm__ volatile("sti; hlt; cli" : : : "memory");
	seam_result("slept", 1, tsc() - start);
}

/* ---- which ------------------------------------------------------------------------ */

static const struct test {
	const char *name;
	void (*cpu_0)(void), (*cpu_1)(void);
} tests[] = {
	{ "count", count_0, add_one },
	{ "first", first_0, be_first },
	{ "message", message_0, message_1 },
	{ "locks", locks_0, locks_1 },
	{ "intr", intr_0, intr_1 },
	{ "ready", ready_0, ready_1 },
	{ "clock", clock_0, NULL },
	{ 0 },
};

static void
other(void *arg)
{
	const struct test *t = arg;

	t->cpu_1();
	back.v = 1;
}

/* What follows `key' in the arguments, or NULL. */
static const char *
argument(const char *args, const char *key)
{
	for (; *args != '\0'; args++) {
		size_t n = 0;

		while (key[n] != '\0' && args[n] == key[n])
			n++;
		if (key[n] == '\0')
			return args + n;
	}
	return NULL;
}

static bool
is_word(const char *text, const char *word)
{
	while (*word != '\0')
		if (*text++ != *word++)
			return false;
	return *text == '\0' || *text == ' ';
}

static void
races_boot(const struct seam_boot *sb)
{
	const char *name = argument(sb->sb_args, "test=");
	const struct test *t = tests;

	while (name != NULL && t->name != NULL && !is_word(name, t->name))
		t++;
	if (name == NULL || t->name == NULL || sb->sb_ncpu < 2) {
		say("races: test=NAME, 2 CPUs\n");
		seam_exit(2);
	}
	broken = argument(sb->sb_args, "broken=1") != NULL;
	if (t->cpu_1 != NULL)
		(void)seam_cpu_start(1, other, (void *)(uintptr_t)t,
		    stack + STACK_BYTES);
	t->cpu_0();
	seam_exit(0);
}

SEAM_IMAGE("races", .boot = races_boot);
