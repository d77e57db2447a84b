/*
 * test_lapic.c: priorities, messages, errors and registers of the local APIC,
 * by the rules of the facts sheet (pcie-msix-apic.md section 6); the timer is
 * in test_lapic_timer.c, random use in test_lapic_random.c.
 */
#include "sim/cpu/lapic_rig.h"

/* ---- priorities -------------------------------------------------------- */

/*
 * Every vector in service (0: none) with every vector that asks, under every
 * TPR.  The rule in decimal: what asks must be of a higher sixteen than both.
 */
START_TEST(every_pair)
{
	unsigned bad = 0;

	for (int a = 15; a < 256; a++) {
		for (int b = 16; b < 256; b++) {
			up();
			if (a > 15) {
				msg((uint8_t)a);
				bad += lapic_accept(&l) != a;
			}
			msg((uint8_t)b);
			for (int t = 0; t < 256; t++) {
				int served = a > 15 ? a / 16 : 0;
				int ppr = t / 16 >= served ? t : served * 16;
				int want = b / 16 > served && b / 16 > t / 16;
				uint32_t p;

				(void)lapic_write(&l, TPR, 4, 0, (uint32_t)t);
				(void)lapic_read(&l, PPR, 4, 0, &p);
				bad += lapic_pending(&l) != (want ? b : -1);
				bad += p != (uint32_t)ppr;
				bad += lapic_ppr(&l) != ppr;
			}
		}
	}
	ck_assert_uint_eq(bad, 0);
}
END_TEST

/* Every two vectors that ask at once: the larger first, the other not before
 * its EOI; equal ones are one. */
START_TEST(every_two_waiting)
{
	for (int a = 16; a < 256; a++) {
		for (int b = 16; b < 256; b++) {
			int hi = a > b ? a : b, lo = a > b ? b : a;

			up();
			msg((uint8_t)a);
			msg((uint8_t)b);
			ck_assert_int_eq(lapic_accept(&l), hi);
			ck_assert_int_eq(lapic_pending(&l), -1);
			wr(EOI, 0);
			ck_assert_int_eq(lapic_pending(&l), hi == lo ? -1 : lo);
			ck_assert_uint_eq(l.merged, hi == lo);
		}
	}
}
END_TEST

/* 0x31, 0x52 and 0x93 nest; EOIs end them from the top. */
START_TEST(nesting)
{
	static const uint8_t v[] = { 0x31, 0x52, 0x93 };

	for (int i = 0; i < 3; i++) {
		msg(v[i]);
		ck_assert_int_eq(lapic_pending(&l), v[i]);
		ck_assert_uint_eq(lapic_accept(&l), v[i]);
		ck_assert(has(ISR, v[i]));
		ck_assert(!has(IRR, v[i]));
	}
	msg(0x53); /* the class of the second */
	ck_assert_int_eq(bits(ISR), 3);
	ck_assert_uint_eq(rd(PPR), 0x90);
	wr(EOI, 0);
	ck_assert(!has(ISR, 0x93));
	ck_assert_uint_eq(rd(PPR), 0x50);
	ck_assert_int_eq(lapic_pending(&l), -1);
	wr(EOI, 0);
	ck_assert(!has(ISR, 0x52) && has(ISR, 0x31));
	ck_assert_int_eq(lapic_pending(&l), 0x53);
	wr(EOI, 0);
	wr(EOI, 0); /* of nothing */
	ck_assert_int_eq(bits(ISR), 0);
	ck_assert_uint_eq(l.accepted, 3);
}
END_TEST

/* One waits while one is served; a third merges with the one that waits. */
START_TEST(merge)
{
	msg(0x41);
	(void)lapic_accept(&l);
	msg(0x41);
	msg(0x41);
	ck_assert(has(ISR, 0x41) && has(IRR, 0x41));
	ck_assert_int_eq(lapic_pending(&l), -1);
	ck_assert_uint_eq(l.merged, 1);
	wr(EOI, 0);
	ck_assert_uint_eq(lapic_accept(&l), 0x41);
	wr(EOI, 0);
	ck_assert_int_eq(lapic_pending(&l), -1);
	ck_assert_uint_eq(l.accepted, 2);
}
END_TEST

/* A request is as old as the first event that made it. */
START_TEST(waits_since)
{
	uint64_t start = now;

	ck_assert(lapic_message(&l, 0x41, false, start + 50));
	ck_assert(lapic_message(&l, 0x41, false, start + 70));
	lapic_advance(&l, now += 100);
	ck_assert_int_eq(lapic_pending(&l), 0x41);
	ck_assert_uint_eq(lapic_pending_since(&l, 0x41), start + 50);
	(void)lapic_accept(&l);
	ck_assert(lapic_message(&l, 0x41, false, start + 120));
	lapic_advance(&l, now += 100);
	ck_assert_uint_eq(lapic_pending_since(&l, 0x41), start + 120);

	/* Four periods of one bus clock each. */
	wr(LVT_TIMER, PERIODIC | 0x61);
	wr(TDCR, 0xb);
	wr(TMICT, 1);
	start = now;
	lapic_advance(&l, now += 4 * BUS_CLK);
	ck_assert_int_eq(lapic_pending(&l), 0x61);
	ck_assert_uint_eq(lapic_pending_since(&l, 0x61), start + BUS_CLK);
}
END_TEST

/* TPR raised: it waits; and then there is only the spurious vector to take,
 * which is not in service. */
START_TEST(held_and_spurious)
{
	msg(0x41);
	wr(TPR, 0x40);
	ck_assert_int_eq(lapic_pending(&l), -1);
	ck_assert_uint_eq(lapic_accept(&l), 0xff);
	ck_assert_int_eq(bits(ISR), 0);
	ck_assert_uint_eq(l.accepted, 0);
	ck_assert_uint_eq(rd(APR), 0x40);
	wr(TPR, 0x3f);
	ck_assert_uint_eq(rd(APR), 0x40);
	ck_assert_uint_eq(lapic_accept(&l), 0x41);
}
END_TEST

/* A level vector's EOI goes to the IOAPICs, an edge vector's does not, and the
 * last event says which it is. */
START_TEST(level_and_edge)
{
	static const struct {
		bool first, second, eoi;
	} c[] = { { false, false, false }, { true, true, true },
		{ true, false, false }, { false, true, true } };

	/* At one instant the first sent comes first. */
	ck_assert(lapic_message(&l, 0x61, c[_i].first, 5));
	ck_assert(lapic_message(&l, 0x61, c[_i].second, 5));
	to(5);
	ck_assert_int_eq(has(TMR, 0x61), c[_i].eoi);
	ck_assert_uint_eq(lapic_accept(&l), 0x61);
	ck_assert_uint_eq(neoi, 0);
	wr(EOI, 0);
	ck_assert_uint_eq(neoi, c[_i].eoi);
	ck_assert_int_eq(last_eoi, c[_i].eoi ? 0x61 : -1);
	l.eoi = NULL;
	msg(0x61);
	(void)lapic_accept(&l);
	wr(EOI, 0);
}
END_TEST

/* Disabled: fixed messages are refused at arrival, what waits stays, and mask
 * bits cannot be cleared. */
START_TEST(disabled)
{
	ck_assert(lapic_message(&l, 0x41, false, 5));
	ck_assert(lapic_message(&l, 0x42, false, 15));
	wr(LVT_ERROR, 0x77);
	to(10);
	ck_assert_int_eq(lapic_pending(&l), 0x41);
	wr(SVR, 0xff);
	ck_assert_int_eq(lapic_pending(&l), -1);
	ck_assert_uint_eq(rd(LVT_ERROR), MASKED | 0x77);
	for (uint32_t r = LVT_TIMER; r <= LVT_ERROR; r += 16) {
		wr(r, 0x50);
		ck_assert_uint_eq(rd(r), MASKED | 0x50);
	}
	to(15);
	ck_assert_uint_eq(l.refused, 1);
	wr(SVR, 0x1ff);
	ck_assert_int_eq(lapic_pending(&l), 0x41);
	ck_assert_int_eq(bits(IRR), 1);
	ck_assert_uint_eq(rd(LVT_TIMER), MASKED | 0x50);
	wr(LVT_TIMER, 0x50);
	ck_assert_uint_eq(rd(LVT_TIMER), 0x50);
}
END_TEST

/* ---- messages ---------------------------------------------------------- */

/* 256 messages in a scrambled order (171 is odd), two at each instant; then
 * the queue is full.  At each instant two more are in. */
START_TEST(out_of_order)
{
	for (unsigned i = 0; i < LAPIC_QUEUE; i++) {
		unsigned k = i * 171 % LAPIC_QUEUE;

		ck_assert(lapic_message(&l, (uint8_t)(16 + k % 240), false,
		    1000 + k / 2 * 10));
	}
	ck_assert(!lapic_message(&l, 0x41, false, 1));
	ck_assert_uint_eq(lapic_next(&l), 1000);
	for (unsigned k = 0; k < LAPIC_QUEUE; k += 2) {
		ck_assert_uint_eq(lapic_next(&l), 1000 + k * 5);
		to(999 + k * 5);
		ck_assert_uint_eq(l.nmsg, LAPIC_QUEUE - k);
		to(1000 + k * 5);
		ck_assert_uint_eq(l.nmsg, LAPIC_QUEUE - k - 2);
		ck_assert(has(IRR, 16 + k % 240) && has(IRR, 17 + k % 240));
		ck_assert_int_eq(bits(IRR), k < 240 ? (int)k + 2 : 240);
	}
	ck_assert_uint_eq(l.merged, 16);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
}
END_TEST

/* A register access sees what is due, and not what comes a unit later. */
START_TEST(due_at_access)
{
	ck_assert(lapic_message(&l, 0x41, false, 100));
	now = 99;
	ck_assert(!has(IRR, 0x41));
	now = 100;
	ck_assert(has(IRR, 0x41));
	ck_assert(lapic_message(&l, 0x45, false, 3)); /* past: at once */
	ck_assert_uint_eq(lapic_next(&l), 3);
	ck_assert(has(IRR, 0x45));
}
END_TEST

/* ---- ICR ----------------------------------------------------------------- */

START_TEST(icr)
{
	static const struct {
		uint32_t low;
		struct lapic_ipi is;
		bool sent;
	} c[] = {
		{ 0x000000f1, { 0xf1, LAPIC_FIXED, 0, 6, 0, 0, 0 }, true },
		{ 0x00004841, { 0x41, LAPIC_FIXED, 0, 6, 1, 0, 1 }, true },
		{ 0x000008f1, { 0xf1, LAPIC_FIXED, 0, 6, 1, 0, 0 }, true },
		{ 0x00000141, { 0x41, LAPIC_LOWEST, 0, 6, 0, 0, 0 }, true },
		{ 0x000c4400, { 0x00, LAPIC_NMI, 3, 6, 0, 0, 1 }, true },
		{ 0x000cc500, { 0x00, LAPIC_INIT, 3, 6, 0, 1, 1 }, true },
		{ 0x00008500, { 0x00, LAPIC_INIT, 0, 6, 0, 1, 0 }, true },
		{ 0x00004608, { 0x08, LAPIC_STARTUP, 0, 6, 0, 0, 1 }, true },
		{ 0x00040041, { 0x41, LAPIC_FIXED, 1, 6, 0, 0, 0 }, true },
		{ 0x00080041, { 0x41, LAPIC_FIXED, 2, 6, 0, 0, 0 }, true },
		{ 0x000c0041, { 0x41, LAPIC_FIXED, 3, 6, 0, 0, 0 }, true },
		{ 0x00040441, { .mode = LAPIC_NMI }, false },
		{ 0x00080500, { .mode = LAPIC_INIT }, false },
		{ 0x00000341, { .mode = 3 }, false },
		{ 0x00000741, { .mode = LAPIC_EXTINT }, false },
	};

	for (unsigned i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const struct lapic_ipi *is = &c[i].is;

		up();
		wr(ICR_HIGH, 0x06ffffff);
		ck_assert_uint_eq(nsent, 0);
		wr(ICR, c[i].low | 0xfff01000); /* RO and reserved bits */
		ck_assert_uint_eq(rd(ICR), c[i].low);
		ck_assert_uint_eq(rd(ICR_HIGH), 0x06000000);
		ck_assert_uint_eq(nsent, c[i].sent);
		if (!c[i].sent)
			continue;
		ck_assert_uint_eq(sent.vector, is->vector);
		ck_assert_uint_eq(sent.mode, is->mode);
		ck_assert_uint_eq(sent.shorthand, is->shorthand);
		ck_assert_uint_eq(sent.dest, is->dest);
		ck_assert_int_eq(sent.logical, is->logical);
		ck_assert_int_eq(sent.level, is->level);
		ck_assert_int_eq(sent.assert_, is->assert_);
	}
}
END_TEST

/* An IPI to self comes when the owner says. */
START_TEST(self_ipi)
{
	now = 1000;
	wr(ICR, 0x40041);
	ck_assert_uint_eq(lapic_next(&l), 1000 + IPI_CLK);
	ck_assert_int_eq(lapic_pending(&l), -1);
	to(1000 + IPI_CLK);
	ck_assert_uint_eq(lapic_accept(&l), 0x41);
}
END_TEST

START_TEST(destinations)
{
	ck_assert(lapic_matches(&l, 4, false));
	ck_assert(!lapic_matches(&l, 6, false));
	ck_assert(lapic_matches(&l, 0xff, false));
	ck_assert(!lapic_matches(&l, 4, true));
	wr(LDR, 0x24ffffff); /* flat: bits 5 and 2 */
	ck_assert_uint_eq(rd(LDR), 0x24000000);
	ck_assert(lapic_matches(&l, 0x04, true));
	ck_assert(lapic_matches(&l, 0xe0, true));
	ck_assert(!lapic_matches(&l, 0xdb, true));
	wr(DFR, 0x00000000); /* clusters: bit 2 in cluster 2 */
	ck_assert_uint_eq(rd(DFR), 0x0fffffff);
	ck_assert(lapic_matches(&l, 0x24, true));
	ck_assert(!lapic_matches(&l, 0x34, true));
	ck_assert(!lapic_matches(&l, 0x2b, true));
	ck_assert(lapic_matches(&l, 0xf4, true));
	ck_assert(!lapic_matches(&l, 0xfb, true));
	ck_assert(lapic_matches(&l, 0xff, true));
}
END_TEST

/* ---- errors -------------------------------------------------------------- */

/* ESR shows nothing before it is written, then all since the last write. */
START_TEST(error_status)
{
	uint32_t v = 1;

	ck_assert(lapic_message(&l, 15, false, 5));
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	wr(ICR, 0x0f);  /* sends an illegal vector */
	wr(ICR, 0x10f); /* the same, lowest priority */
	ck_assert_uint_eq(nsent, 0);
	ck_assert_uint_eq(rd(ESR), 0);
	wr(ESR, 0);
	ck_assert_uint_eq(rd(ESR), 0x60);
	ck_assert_int_eq(lapic_read(&l, 0xc0, 4, now, &v), LAPIC_ABSENT);
	ck_assert_uint_eq(v, 0);
	ck_assert_uint_eq(rd(ESR), 0x60);
	wr(ESR, 0xffffffff);
	ck_assert_uint_eq(rd(ESR), 0x80);
	wr(ESR, 0);
	ck_assert_uint_eq(rd(ESR), 0);
	wr(ICR, 0x10); /* the lowest legal vector */
	ck_assert_uint_eq(nsent, 1);
	ck_assert(lapic_message(&l, 16, false, 5));
	ck_assert_uint_eq(lapic_next(&l), 5);
}
END_TEST

/* The first error interrupts, the next not until ESR is written. */
START_TEST(error_interrupt)
{
	(void)lapic_message(&l, 3, false, 0); /* masked after reset */
	ck_assert_int_eq(lapic_pending(&l), -1);
	wr(ESR, 0);
	wr(LVT_ERROR, 0x71);
	(void)lapic_message(&l, 3, false, 0);
	ck_assert_uint_eq(lapic_accept(&l), 0x71);
	wr(EOI, 0);
	(void)lapic_message(&l, 3, false, 0);
	ck_assert_int_eq(lapic_pending(&l), -1);
	wr(ESR, 0);
	ck_assert_int_eq(lapic_write(&l, VER, 4, now, 0), LAPIC_RDONLY);
	ck_assert_int_eq(lapic_pending(&l), 0x71);
	wr(ESR, 0);
	ck_assert_uint_eq(rd(ESR), 0x80);
	wr(LVT_ERROR, 0x05); /* itself illegal: another error, no vector */
	(void)lapic_read(&l, 0, 4, now, &(uint32_t){ 0 });
	wr(ESR, 0);
	ck_assert_uint_eq(rd(ESR), 0xc0);
	ck_assert_int_eq(bits(IRR), 1);
}
END_TEST

/* ---- registers --------------------------------------------------------- */

/* 'r', 'w' or both at each 16 bytes, as in the facts sheet, "-": absent. */
static const char *const access_[64] = { [2] = "r",
	[3] = "r",
	[8] = "rw",
	[9] = "r",
	[10] = "r",
	[11] = "rw",
	[13] = "rw",
	[14] = "rw",
	[15] = "rw",
	[16 ... 39] = "r",
	[40] = "rw",
	[48 ... 56] = "rw",
	[57] = "r",
	[62] = "rw" };

/* Every offset and size; a bad one changes nothing but ESR. */
START_TEST(accesses)
{
	static const unsigned size[] = { 1, 2, 4, 8 };
	struct lapic was;
	uint32_t v;

	for (uint32_t off = 0; off < LAPIC_PAGE + 64; off++) {
		const char *a = off < 1024 ? access_[off / 16] : NULL;
		int bad = LAPIC_ABSENT;

		for (int s = 0; s < 4; s++) {
			int want = a == NULL ? bad : LAPIC_OK;

			if (off % 16 != 0 || size[s] != 4)
				want = LAPIC_BADSIZE;
			up();
			was = l;
			ck_assert_int_eq(lapic_read(&l, off, size[s], 0, &v),
			    want);
			if (want == LAPIC_OK && strchr(a, 'w') == NULL)
				want = LAPIC_RDONLY;
			ck_assert_int_eq(lapic_write(&l, off, size[s], 0,
					     0xffffffff),
			    want);
			if (want == LAPIC_OK)
				continue;
			was.esr_pending = 0x80;
			ck_assert_mem_eq(&was, &l, sizeof(l));
		}
	}
}
END_TEST

/* All ones, all zeros: what can be written. */
START_TEST(writable)
{
	static const struct {
		uint32_t off, ones, zeros;
	} c[] = { { TPR, 0xff, 0 }, { LDR, 0xff000000, 0 },
		{ DFR, 0xffffffff, 0x0fffffff }, { SVR, 0x1ff, 0 },
		{ ICR, 0xccfff, 0 }, { ICR_HIGH, 0xff000000, 0 },
		{ LVT_TIMER, 0x700ff, 0 }, { 0x330, 0x107ff, 0 },
		{ 0x340, 0x107ff, 0 }, { 0x350, 0x1a7ff, 0 },
		{ 0x360, 0x1a7ff, 0 }, { LVT_ERROR, 0x100ff, 0 },
		{ TMICT, 0xffffffff, 0 }, { TDCR, 0xb, 0 }, { EOI, 0, 0 } };

	for (unsigned i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		up();
		wr(c[i].off, 0xffffffff);
		ck_assert_uint_eq(rd(c[i].off), c[i].ones);
		wr(c[i].off, 0);
		ck_assert_uint_eq(rd(c[i].off), c[i].zeros);
	}
}
END_TEST

START_TEST(after_reset)
{
	cold();
	ck_assert_uint_eq(rd(ID), 4u << 24);
	ck_assert_uint_eq(rd(VER), 0x00050014);
	ck_assert_uint_eq(rd(SVR), 0xff);
	ck_assert_uint_eq(rd(DFR), 0xffffffff);
	for (uint32_t r = LVT_TIMER; r <= LVT_ERROR; r += 16)
		ck_assert_uint_eq(rd(r), MASKED);
	ck_assert_int_eq(bits(IRR) + bits(ISR) + bits(TMR), 0);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	/* A reset in use ends everything, but the owner's part stays. */
	up();
	msg(0x41);
	ck_assert(lapic_message(&l, 0x42, true, 9));
	lapic_reset(&l, 4);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	ck_assert_int_eq(bits(IRR), 0);
	ck_assert(l.send == on_send && l.bus_clk == BUS_CLK);
}
END_TEST

/* The table is in order, and names a limit where support is partial. */
START_TEST(table)
{
	unsigned end = 0, reached = 0;

	for (unsigned i = 0; i < lapic_nregs; i++) {
		const struct lapic_reg *r = &lapic_regs[i];

		ck_assert_uint_ge(r->off, end);
		end = r->off + 16u * r->n;
		ck_assert_ptr_nonnull(r->name);
		ck_assert_int_eq(r->limit == NULL,
		    r->support == LAPIC_REG_FULL);
		ck_assert_int_eq(r->access == 0,
		    r->support == LAPIC_REG_ABSENT);
		if (r->support != LAPIC_REG_ABSENT)
			reached += r->n;
	}
	for (int i = 0; i < 64; i++)
		reached -= access_[i] != NULL;
	ck_assert_uint_eq(reached, 0);
}
END_TEST

static TCase *
vectors(void)
{
	TCase *t = tcase_create("vectors");

	tcase_add_checked_fixture(t, up, NULL);
	tcase_set_timeout(t, 300);
	tcase_add_test(t, every_pair);
	tcase_add_test(t, every_two_waiting);
	tcase_add_test(t, nesting);
	tcase_add_test(t, merge);
	tcase_add_test(t, waits_since);
	tcase_add_test(t, held_and_spurious);
	tcase_add_loop_test(t, level_and_edge, 0, 4);
	tcase_add_test(t, disabled);
	tcase_add_test(t, out_of_order);
	tcase_add_test(t, due_at_access);
	return t;
}

static TCase *
registers(void)
{
	TCase *t = tcase_create("registers");

	tcase_add_checked_fixture(t, up, NULL);
	tcase_set_timeout(t, 300);
	tcase_add_test(t, icr);
	tcase_add_test(t, self_ipi);
	tcase_add_test(t, destinations);
	tcase_add_test(t, error_status);
	tcase_add_test(t, error_interrupt);
	tcase_add_test(t, accesses);
	tcase_add_test(t, writable);
	tcase_add_test(t, after_reset);
	tcase_add_test(t, table);
	return t;
}

int
main(void)
{
	Suite *s = suite_create("cpu/lapic");
	SRunner *r;
	int failed;

	suite_add_tcase(s, vectors());
	suite_add_tcase(s, registers());
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
