/*
 * test_tester.c: what a tester sends, and what it says of what comes.
 */
#include "sim/wire/tester_rig.h"

/* ---- frames -------------------------------------------------------------------------- */

/* One's complement sum of the words, as RFC 1071 has it: right if it is 0xffff. */
static uint32_t
sum(const uint8_t *p, unsigned n, uint32_t s)
{
	for (unsigned i = 0; i < n; i++)
		s += i % 2 == 0 ? p[i] * 256u : p[i];
	while (s > 0xffff)
		s = (s >> 16) + (s & 0xffff);
	return s;
}

static uint32_t
word(const uint8_t *p, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

static void
frame_is(const uint8_t *p, unsigned way, unsigned len, unsigned number,
    unsigned flow)
{
	static const uint8_t head[2][12] = { { 2, 0, 0, 0, 0x54, 2, 2, 0, 0, 0,
						 0x54, 0 },
		{ 2, 0, 0, 0, 0x54, 0, 2, 0, 0, 0, 0x54, 2 } };
	static const uint32_t addr[2] = { 0xc6120001, 0xc6130001 };

	ck_assert_mem_eq(p, head[way], 12);
	ck_assert_uint_eq(word(p + 12, 2), 0x0800);
	ck_assert_uint_eq(word(p + 14, 2), 0x4500);
	ck_assert_uint_eq(word(p + 16, 2), len - 14);
	ck_assert_uint_eq(word(p + 18, 2), number); /* identification */
	ck_assert_uint_eq(word(p + 20, 2), 0);      /* no fragment */
	ck_assert_uint_eq(word(p + 22, 2), 0x4011);
	ck_assert_uint_eq(sum(p + 14, 20, 0), 0xffff);
	ck_assert_uint_eq(word(p + 26, 4), addr[way]);
	ck_assert_uint_eq(word(p + 30, 4), addr[1 - way]);
	ck_assert_uint_eq(word(p + 34, 2), 8000 + flow);
	ck_assert_uint_eq(word(p + 36, 2), 8000 + flow);
	ck_assert_uint_eq(word(p + 38, 2), len - 34);
	ck_assert_uint_ne(word(p + 40, 2), 0);
	ck_assert_uint_eq(sum(p + 26, len - 26, 17 + len - 34), 0xffff);
	ck_assert_uint_eq(word(p + 44, 4), number);
	ck_assert_uint_eq(word(p + 48, 4), flow);
	ck_assert_uint_eq(word(p + 52, 4), 0);
	for (unsigned i = 60; i < len; i++)
		ck_assert_uint_eq(p[i], 0);
}

/* The first frames of both ways; flows take turns, and begin again. */
START_TEST(bytes)
{
	static const unsigned size[] = { 64, 65, 1518 };
	const unsigned len = size[_i] - 4;

	opts.frame_bytes = size[_i];
	opts.schedule.step[0].rate = 10000 * PACE_ONE;
	go();
	for (unsigned i = 0; i < 2; i++) {
		const unsigned first = word(sent[i][0] + 34, 2) - 8000;

		for (unsigned k = 0; k < 3; k++) {
			frame_is(sent[i][k], i, len, k, (first + k) % 1001);
			ck_assert_uint_eq(word(sent[i][k] + 56, 4),
			    (uint32_t)sent_tick[i][k]);
		}
	}
	end();
}
END_TEST

/* A sum that comes out as 0 is written as 0xffff: of 70000 frames, some. */
static unsigned zeros, ffff;

static unsigned
look_at_sum(unsigned from, const struct frame *f, uint64_t *later)
{
	(void)from;
	(void)later;
	zeros += word(f->data + 40, 2) == 0;
	ffff += word(f->data + 40, 2) == 0xffff;
	ck_assert_uint_eq(sum(f->data + 26, f->len_bytes - 26, 17 + 26),
	    0xffff);
	nsent[from] = 0;
	return 0;
}

START_TEST(no_zero_sum)
{
	deed = look_at_sum;
	opts.schedule.step[0].rate = 1400000 * PACE_ONE;
	opts.schedule.step[0].duration_tick = 100 * MS;
	go();
	ck_assert_uint_eq(zeros, 0);
	ck_assert_uint_gt(ffff, 0);
	end();
}
END_TEST

/* ---- what comes ------------------------------------------------------------------------ */

/* A device that takes no time has no latency, one that takes 12345 ticks has that. */
START_TEST(latency)
{
	static const unsigned size[] = { 64, 512, 1518 };

	opts.frame_bytes = size[_i % 3];
	opts.schedule.step[0].rate = 50000 * PACE_ONE;
	delay_tick = _i < 3 ? 0 : 12345;
	go();
	ck_assert_uint_eq(nlatency, 1000);
	ck_assert_uint_eq(least_tick, delay_tick);
	ck_assert_uint_eq(most_tick, delay_tick);
	end();
}
END_TEST

/* Something is done to the frames of t[0] with these numbers. */
static unsigned
misdeeds(unsigned from, const struct frame *f, uint64_t *later)
{
	if (from != 0)
		return 1;
	switch (word(f->data + 44, 4)) {
	case 10:
	case 20:
	case 6995: /* among the last ones */
		return 0;
	case 30:
		return 2;
	case 40: /* after the next two */
		*later = 30 * MS / 7000;
		return 1;
	case 50: /* after 5000 others: 10/7 us for each */
		*later = 50 * MS / 7;
		return 1;
	default:
		return 1;
	}
}

START_TEST(losses_and_more)
{
	struct tester_counts *c = &counts[1];

	deed = misdeeds;
	opts.schedule.step[0].rate = 700000 * PACE_ONE;
	opts.schedule.step[0].duration_tick = 10 * MS;
	opts.drain_tick = 10 * MS;
	go();
	ck_assert_uint_eq(c->rx.rx, c->tx - 3 + 1);
	ck_assert_uint_eq(c->came, c->tx - 3);
	ck_assert_uint_eq(c->step[0].lost, 3);
	ck_assert_uint_eq(c->step[0].tx, c->tx);
	ck_assert_uint_eq(c->last_lost_tick, sent_tick[0][6995]);
	/* Number 50 is a drop for who does not wait so long. */
	ck_assert_uint_eq(c->rx.drop, 4);
	ck_assert_uint_eq(c->rx.dup, 1);
	/* 40 and 50 come after others. */
	ck_assert_uint_eq(c->rx.reorder, 2);
	ck_assert_uint_eq(c->rx.outofrange, 1);
	/* A flow's frames are 1001 apart: only 50 is late there. */
	ck_assert_uint_eq(c->rx_flow.rx, c->rx.rx);
	ck_assert_uint_eq(c->rx_flow.drop, 3);
	ck_assert_uint_eq(c->rx_flow.dup, 1);
	ck_assert_uint_eq(c->rx_flow.reorder, 1);
	ck_assert_uint_eq(c->rx_flow.outofrange, 0);
	ck_assert_uint_eq(c->flows, 1001);
	ck_assert_uint_eq(c->late, 0);
	/* First arrivals have a latency, of 50 as well. */
	ck_assert_uint_eq(nlatency, c->tx - 3 + counts[0].tx);
	c = &counts[0];
	ck_assert_uint_eq(c->last_lost_tick, TICK_NEVER);
	ck_assert_uint_eq(c->rx.rx, c->tx);
	ck_assert_uint_eq(c->rx.drop + c->rx.dup + c->rx.reorder +
		c->rx.outofrange,
	    0);
	end();
}
END_TEST

/* The drain: 1 ms after the end; the device takes more, or less. */
START_TEST(drain)
{
	delay_tick = _i == 0 ? MS / 2 : 3 * MS;
	go();
	ck_assert_uint_eq(counts[1].tx, 1000);
	if (_i == 0) {
		ck_assert_uint_eq(counts[1].rx.rx, 1000);
		ck_assert_uint_eq(counts[1].late, 0);
	} else {
		/* Sent in the first 8 ms, less 1.3 us on the wires. */
		ck_assert_uint_ge(counts[1].rx.rx, 799);
		ck_assert_uint_le(counts[1].rx.rx, 800);
		ck_assert_uint_eq(counts[1].late, 1000 - counts[1].rx.rx);
		ck_assert_uint_eq(counts[1].rx.drop, counts[1].late);
	}
	/* Those that arrive by the end, of 10 a ms. */
	ck_assert_uint_ge(counts[1].forwarded,
	    1000 - delay_tick / (MS / 100) - 1);
	ck_assert_uint_le(counts[1].forwarded, 1000 - delay_tick / (MS / 100));
	ck_assert_uint_eq(tester_sending_tick(t[0]), 10 * MS);
	end();
}
END_TEST

/* Stopped by the device at number 100, of whichever is first; the drain begins there. */
static unsigned
stop_at_100(unsigned from, const struct frame *f, uint64_t *later)
{
	(void)from;
	(void)later;
	if (f->id == 100) {
		tester_stop(t[0]);
		tester_stop(t[1]);
	}
	return 1;
}

START_TEST(stopped)
{
	deed = stop_at_100;
	delay_tick = MS / 2;
	go();
	ck_assert_uint_le(counts[0].tx, 101);
	ck_assert_uint_ge(counts[0].tx, 99);
	ck_assert_uint_eq(counts[0].rx.rx, counts[0].tx);
	ck_assert_uint_eq(counts[1].rx.rx, counts[1].tx);
	ck_assert_uint_lt(tester_sending_tick(t[0]), 1020 * MS / 1000);
	ck_assert_uint_le(sc_now_tick(), 2020 * MS / 1000);
	end();
}
END_TEST

/* Learning frames, 100 us apart and 50 between the sides, then 1 ms of quiet. */
START_TEST(learning)
{
	opts.learn = 3;
	opts.start_tick = 1000;
	opts.silent = true;
	go();
	ck_assert_uint_eq(nsent[0], 1003);
	ck_assert_uint_eq(nsent[1], 3);
	for (unsigned k = 0; k < 3; k++) {
		ck_assert_uint_eq(sent_tick[0][k], 1000 + k * MS / 10);
		ck_assert_uint_eq(sent_tick[1][k],
		    1000 + k * MS / 10 + MS / 20);
		ck_assert_mem_eq(sent[0][k] + 42, "RL", 2);
	}
	ck_assert_uint_ge(sent_tick[0][3], 1000 + 13 * MS / 10);
	ck_assert_uint_lt(sent_tick[0][3], 1000 + 13 * MS / 10 + S / 100000);
	ck_assert_uint_eq(counts[0].learned, 3);
	ck_assert_uint_eq(counts[1].learned, 3);
	ck_assert_uint_eq(counts[0].rx.rx, 0);
	ck_assert_uint_eq(counts[0].tx, 0);
	ck_assert_uint_eq(counts[1].rx.rx, 1000);
	ck_assert_uint_eq(counts[1].tx, 1000);
	ck_assert_uint_eq(nlatency, 1000);
	end();
}
END_TEST

/* Frames that warm up: as those of the trial, 1 ms of quiet, and the trial from 0. */
START_TEST(warming)
{
	opts.warm_tick = MS;
	go();
	ck_assert_uint_eq(nsent[0], 1100);
	ck_assert_mem_eq(sent[0][0] + 42, "RL", 2);
	ck_assert_uint_eq(sent_tick[0][100] - sent_tick[0][0], 2 * MS);
	for (unsigned k = 1; k < 100; k++)
		ck_assert_uint_eq(sent_tick[0][k] - sent_tick[0][0],
		    sent_tick[0][100 + k] - sent_tick[0][100]);
	ck_assert_uint_eq(counts[0].tx, 1000);
	ck_assert_uint_eq(counts[0].rx.rx, 1000);
	ck_assert_uint_eq(counts[0].rx.drop, 0);
	ck_assert_uint_eq(counts[0].rx_flow.drop, 0);
	ck_assert_uint_eq(counts[0].learned, 100);
	ck_assert_uint_eq(nlatency, 2000);
	end();
}
END_TEST

/* Not empty three times: the trial begins 3 ms later, and of both ports. */
static unsigned asked;

static bool
third(void *arg)
{
	(void)arg;
	return ++asked > 2 * 3;
}

START_TEST(resting)
{
	asked = 0;
	opts.warm_tick = MS;
	opts.rested = third;
	go();
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_uint_eq(nsent[i], 1100);
		ck_assert_uint_eq(sent_tick[i][100] - sent_tick[i][0], 5 * MS);
		ck_assert_uint_eq(counts[i].tx, 1000);
		ck_assert_uint_eq(counts[i].rx.rx, 1000);
	}
	ck_assert_uint_eq(asked, 2 * 4);
	end();
}
END_TEST

/*
 * What is not the trial's: for another address, no UDP, another record, no such
 * flow, nor number.
 */
static unsigned
foreign(unsigned from, const struct frame *f, uint64_t *later)
{
	static const unsigned at_byte[] = { 5, 12, 23, 42, 48, 44 };
	uint8_t *p = (uint8_t *)(uintptr_t)f->data;

	(void)from;
	(void)later;
	if (f->id <= 6)
		p[at_byte[f->id - 1]] ^= 0x80;
	return 1;
}

START_TEST(others)
{
	deed = foreign;
	go();
	ck_assert_uint_eq(counts[1].other, 6);
	ck_assert_uint_eq(counts[1].rx.rx, 994);
	ck_assert_uint_eq(counts[1].rx.drop, 6);
	end();
}
END_TEST

/* By the hash: four flows, three of which go to queue 2, and one to queue 1. */
START_TEST(hashed)
{
	static const unsigned queue[] = { 2, 2, 1, 2 };
	size_t n = 0;

	for (size_t i = 0; n < 4; i++)
		if (flow_hash(&fs.flow[i]) % 4 == queue[n])
			fs.flow[n++] = fs.flow[i];
	fs.n = 4;
	opts.schedule.step[0].duration_tick = 40 * (S / 100000);
	go();
	ck_assert_uint_eq(counts[1].hashed[0], 0);
	ck_assert_uint_eq(counts[1].hashed[1], 10);
	ck_assert_uint_eq(counts[1].hashed[2], 30);
	ck_assert_uint_eq(counts[1].hashed[3], 0);
	ck_assert_uint_eq(counts[1].flows, 4);
	end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/wire tester");
	TCase *tc = tcase_create("tester");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, begin, NULL);
	tcase_add_loop_test(tc, bytes, 0, 3);
	tcase_add_test(tc, no_zero_sum);
	tcase_add_loop_test(tc, latency, 0, 6);
	tcase_add_test(tc, losses_and_more);
	tcase_add_loop_test(tc, drain, 0, 2);
	tcase_add_test(tc, stopped);
	tcase_add_test(tc, learning);
	tcase_add_test(tc, warming);
	tcase_add_test(tc, resting);
	tcase_add_test(tc, others);
	tcase_add_test(tc, hashed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
