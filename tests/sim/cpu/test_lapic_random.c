/*
 * test_lapic_random.c: 10^5 random operations on the local APIC against a
 * model that shares nothing with it but the rules.
 *
 * The model has one flag per vector, an unsorted list of messages, and a timer
 * that counts down one by one.  Time goes on one event at a time.  After each
 * operation everything that can be seen must be equal.
 */
#include "core/rng.h"
#include "sim/cpu/lapic_rig.h"

#define NSEED 10
#define NOPS  10000

enum { TIMER_MASK = 1, TIMER_PERIODIC = 2, TIMER_DEADLINE = 4 };

static struct {
	bool irr[256], isr[256], tmr[256];
	bool on;
	int tpr;
	/* Messages in the order in which they were sent. */
	struct {
		uint64_t at;
		int vector;
		bool level;
	} msg[LAPIC_QUEUE];
	int nmsg;
	/* Timer: `left' counts of `unit' to go from `mark' on. */
	int timer_vector, timer_flags, error_vector;
	bool error_masked;
	uint32_t initial, left;
	uint64_t unit, mark;
	uint64_t deadline; /* TSC */
	uint32_t errors, shown;
	uint64_t merged, refused, taken, fired;
	int eois;
} ref;

static struct rng g;

static uint32_t
below(uint32_t n)
{
	return (uint32_t)rng_below(&g, n);
}

/* Vectors of few classes, and some illegal. */
static uint8_t
any_vector(void)
{
	if (below(20) == 0)
		return (uint8_t)below(16);
	return (uint8_t)(below(2) ? 0x40 + below(0x30) : 16 + below(240));
}

/* ---- the model ----------------------------------------------------------- */

static void
ref_event(int vector, bool level)
{
	if (!ref.on) {
		ref.refused++;
		return;
	}
	ref.merged += ref.irr[vector];
	ref.irr[vector] = true;
	ref.tmr[vector] = level;
}

static void
ref_error(uint32_t bit)
{
	bool quiet = ref.errors != 0 || ref.error_masked;

	ref.errors |= bit;
	if (quiet)
		return;
	if (ref.error_vector >= 16)
		ref_event(ref.error_vector, false);
	else
		ref.errors |= 0x40;
}

static int
ref_first(void)
{
	int first = -1;

	for (int i = 0; i < ref.nmsg; i++)
		if (first < 0 || ref.msg[i].at < ref.msg[first].at)
			first = i;
	return first;
}

/* Whether the timer will expire, and when. */
static bool
ref_timer(uint64_t *t)
{
	if (ref.timer_flags & TIMER_DEADLINE) {
		*t = ref.deadline * CLK_PER_CYC;
		return ref.deadline != 0;
	}
	*t = ref.mark;
	for (uint32_t i = 0; i < ref.left; i++)
		*t += ref.unit;
	return ref.left != 0;
}

static uint64_t
ref_next(void)
{
	uint64_t t;
	int i = ref_first();

	if (!ref_timer(&t))
		t = LAPIC_NEVER;
	return i >= 0 && ref.msg[i].at < t ? ref.msg[i].at : t;
}

static void
ref_expire(uint64_t t)
{
	ref.fired++;
	ref.deadline = 0;
	ref.left = ref.timer_flags & TIMER_PERIODIC ? ref.initial : 0;
	ref.mark = t;
	if (ref.timer_flags & TIMER_MASK)
		return;
	if (ref.timer_vector < 16)
		ref_error(0x40);
	else
		ref_event(ref.timer_vector, false);
}

static void
ref_advance(void)
{
	uint64_t t;

	while (ref_next() <= now) {
		int i = ref_first();

		if (ref_timer(&t) && (i < 0 || t <= ref.msg[i].at)) {
			ref_expire(t);
			continue;
		}
		ref_event(ref.msg[i].vector, ref.msg[i].level);
		for (ref.nmsg--; i < ref.nmsg; i++)
			ref.msg[i] = ref.msg[i + 1];
	}
}

static uint32_t
ref_count(void)
{
	uint32_t left = ref.left;

	for (uint64_t t = ref.mark + ref.unit; left > 0 && t <= now;
	     t += ref.unit)
		left--;
	return ref.timer_flags & TIMER_DEADLINE ? 0 : left;
}

static int
top(const bool *v)
{
	for (int i = 255; i >= 0; i--)
		if (v[i])
			return i;
	return 0;
}

static int
ref_pending(void)
{
	int want = top(ref.irr), class = want / 16;

	if (ref.on && class > ref.tpr / 16 && class > top(ref.isr) / 16)
		return want;
	return -1;
}

static void
ref_reset(void)
{
	memset(&ref, 0, sizeof(ref));
	ref.on = true;
	ref.timer_flags = TIMER_MASK;
	ref.error_masked = true;
	ref.unit = 2 * BUS_CLK;
}

/* ---- operations on both -------------------------------------------------- */

static void
op_message(void)
{
	uint8_t v = any_vector();
	bool level = below(2);
	uint64_t at = now + below(2000);
	bool room = ref.nmsg < LAPIC_QUEUE;

	if (now > 1000 && below(10) == 0)
		at = now - below(1000);
	ck_assert_int_eq(lapic_message(&l, v, level, at), room || v < 16);
	if (v < 16) {
		ref_error(0x40);
	} else if (room) {
		ref.msg[ref.nmsg].at = at;
		ref.msg[ref.nmsg].vector = v;
		ref.msg[ref.nmsg++].level = level;
	}
}

static void
op_lvt_timer(void)
{
	static const uint32_t bit[] = { 0, PERIODIC, DEADLINE };
	static const int flag[] = { 0, TIMER_PERIODIC, TIMER_DEADLINE };
	uint32_t m = below(3), mask = below(4) == 0;
	int old = ref.timer_flags & ~TIMER_MASK;
	uint8_t v = any_vector();

	wr(LVT_TIMER, v | bit[m] | mask * MASKED);
	ref_advance();
	if (!ref.on)
		mask = 1;
	ref.timer_vector = v;
	ref.timer_flags = flag[m] | (mask ? TIMER_MASK : 0);
	if (flag[m] != old) {
		ref.initial = ref.left = 0;
		ref.deadline = 0;
	}
}

static void
op_lvt_error(void)
{
	uint8_t v = any_vector();
	uint32_t mask = below(2);

	wr(LVT_ERROR, v | mask * MASKED);
	ref_advance();
	ref.error_vector = v;
	ref.error_masked = mask || !ref.on;
}

static void
op_count(void)
{
	uint32_t n = below(30);

	wr(TMICT, n);
	ref_advance();
	if (ref.timer_flags & TIMER_DEADLINE)
		return;
	ref.initial = ref.left = n;
	ref.mark = now;
}

/* Codes of 1 to 16. */
static void
op_divide(void)
{
	static const uint32_t code[] = { 0xb, 0, 1, 2, 3 };
	uint32_t i = below(5), left;

	wr(TDCR, code[i]);
	ref_advance();
	if (ref.unit == (uint64_t)BUS_CLK << i)
		return;
	left = ref_count();
	ref.unit = (uint64_t)BUS_CLK << i;
	ref.left = left;
	ref.mark = now;
}

static void
op_deadline(void)
{
	uint64_t d = below(5) == 0 ? 0 : now / 10 + below(2000);

	if (d > 500 && below(8) == 0)
		d -= below(500);
	lapic_write_deadline(&l, d, now);
	ref_advance();
	if (ref.timer_flags & TIMER_DEADLINE)
		ref.deadline = d;
}

static void
op_enable(void)
{
	bool on = below(4) != 0;

	wr(SVR, on ? 0x1ff : 0xff);
	ref_advance();
	ref.on = on;
	if (!on) {
		ref.timer_flags |= TIMER_MASK;
		ref.error_masked = true;
	}
}

static void
op_eoi(void)
{
	int v;

	wr(EOI, 0);
	ref_advance();
	v = top(ref.isr);
	ref.eois += ref.isr[v] && ref.tmr[v];
	ref.isr[v] = false;
	ck_assert_uint_eq(neoi, (unsigned)ref.eois);
}

static void
op_accept(void)
{
	int v;

	lapic_advance(&l, now);
	ref_advance();
	v = ref_pending();
	ck_assert_int_eq(lapic_accept(&l), v < 0 ? 0xff : v);
	if (v < 0)
		return;
	ref.irr[v] = false;
	ref.isr[v] = true;
	ref.taken++;
}

static void
op_ipi(void)
{
	uint8_t v = any_vector();

	if (ref.nmsg == LAPIC_QUEUE)
		return;
	wr(ICR, 0x40000u | v);
	ref_advance();
	if (v < 16) {
		ref_error(0x20);
		return;
	}
	ref.msg[ref.nmsg].at = now + IPI_CLK;
	ref.msg[ref.nmsg].vector = v;
	ref.msg[ref.nmsg++].level = false;
}

static void
op_error(void)
{
	uint32_t v;

	if (below(2)) {
		(void)lapic_read(&l, 0x40, 4, now, &v);
		ref_advance();
		ref_error(0x80);
		return;
	}
	wr(ESR, 0);
	ref_advance();
	ref.shown = ref.errors;
	ref.errors = 0;
}

static void
op_priority(void)
{
	ref.tpr = (int)(below(2) ? 0 : below(256));
	wr(TPR, (uint32_t)ref.tpr);
}

/* ---- comparison ---------------------------------------------------------- */

/* ck_assert tells the runner about each; these are many. */
#define SAME(is, want)                                                    \
	do {                                                              \
		if ((is) != (want))                                       \
			ck_assert_int_eq((int64_t)(is), (int64_t)(want)); \
	} while (0)

static void
same_bits(const bool *want, uint32_t bank)
{
	for (uint32_t w = 0; w < 8; w++) {
		uint32_t v = 0;

		for (uint32_t i = 0; i < 32; i++)
			v |= (uint32_t)want[32 * w + i] << i;
		SAME(rd(bank + 16 * w), v);
	}
}

static void
compare(void)
{
	lapic_advance(&l, now);
	ref_advance();
	SAME(lapic_next(&l), ref_next());
	SAME(lapic_pending(&l), ref_pending());
	same_bits(ref.irr, IRR);
	same_bits(ref.isr, ISR);
	same_bits(ref.tmr, TMR);
	SAME(rd(TMCCT), ref_count());
	SAME(rd(TMICT), ref.initial);
	SAME(rd(ESR), ref.shown);
	SAME(lapic_read_deadline(&l), ref.deadline);
	SAME(l.accepted, ref.taken);
	SAME(l.merged, ref.merged);
	SAME(l.refused, ref.refused);
	SAME(l.timer_fired, ref.fired);
}

static void
random_op(void)
{
	static void (*const op[])(void) = { op_lvt_timer, op_lvt_error,
		op_count, op_count, op_divide, op_deadline, op_deadline,
		op_enable, op_ipi, op_ipi, op_error, op_error, op_priority };
	uint32_t k = below(40);

	if (k < 13)
		op[k]();
	else if (k < 22)
		op_message();
	else if (k < 31)
		op_accept();
	else
		op_eoi();
}

/* Long and short steps; odd seeds send in bursts, so that the queue fills. */
START_TEST(against_model)
{
	rng_seed(&g, 11, (uint64_t)_i);
	up();
	ref_reset();
	for (int k = 0; k < NOPS; k++) {
		now += below(3) == 0 ? below(3000) : below(50);
		if (_i % 2 == 1 && below(500) == 0)
			for (int i = 0; i < 300; i++)
				op_message();
		random_op();
		compare();
	}
	/* Nothing of the above was idle. */
	ck_assert_uint_gt(ref.taken, NOPS / 100);
	ck_assert_uint_gt(ref.merged, NOPS / 100);
	ck_assert_uint_gt(ref.refused, NOPS / 100);
	ck_assert_uint_gt(ref.fired, NOPS / 100);
	ck_assert_int_gt(ref.eois, NOPS / 1000);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cpu/lapic_random");
	TCase *t = tcase_create("random");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 300);
	tcase_add_loop_test(t, against_model, 0, NSEED);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
