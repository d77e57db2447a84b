/*
 * test_replay.c: captures on a cable, and back into a capture: instants to the
 * tick (replay_rig.h).
 */
#include "sim/wire/replay_rig.h"

/* As captured; the third, stamped earlier, right behind the second. */
START_TEST(stamps)
{
	begin();
	opts.start_tick = 500;
	four();
	go();
	at(0, 500);
	at(1, 500 + 120000);
	at(2, 500 + 120000 + 8064);
	at(3, 500 + 12000000);
	end();
}
END_TEST

/* Twice as fast, and a tenth as fast. */
START_TEST(multiplier)
{
	begin();
	opts.value = _i == 0 ? 2 * PACE_ONE : PACE_ONE / 10;
	four();
	go();
	at(1, _i == 0 ? 60000 : 1200000);
	at(3, _i == 0 ? 6000000 : 120000000);
	end();
}
END_TEST

/* 7 a second, no whole number of ticks: the k-th is at k/7 s, rounded. */
START_TEST(pps)
{
	begin();
	opts.pace = PACE_PPS;
	opts.value = 7 * PACE_ONE;
	opts.loop = 3;
	four();
	go();
	ck_assert_uint_eq(nsent, 12);
	for (unsigned k = 0; k < 12; k++)
		at(k, k * S / 7);
	end();
}
END_TEST

/* 1.5 Mb/s: a frame of 60 bytes is 480 bits, 320 us. */
START_TEST(mbps)
{
	begin();
	opts.pace = PACE_MBPS;
	opts.value = PACE_ONE * 3 / 2;
	four();
	go();
	for (unsigned k = 0; k < 4; k++)
		at(k, k * UINT64_C(3840000));
	end();
}
END_TEST

/* Faster than the wire is the wire's speed: back to back. */
START_TEST(top)
{
	begin();
	if (_i == 0) {
		opts.pace = PACE_TOP;
	} else {
		opts.pace = PACE_PPS;
		opts.value = 2000000 * PACE_ONE;
	}
	opts.loop = 5;
	four();
	go();
	for (unsigned k = 0; k < 20; k++)
		at(k, k * 8064);
	end();
}
END_TEST

/* The second round begins when the last frame has left; the limit ends it. */
START_TEST(loop_and_limit)
{
	begin();
	opts.loop = 0;
	opts.limit = 6;
	four();
	go();
	ck_assert_uint_eq(nsent, 6);
	at(4, 12000000 + 8064);
	at(5, 12000000 + 8064 + 120000);
	end();
}
END_TEST

/* Totals that no run here reaches; those that a limit of time cuts. */
START_TEST(totals)
{
	struct replay_opts o;

	replay_opts_default(&o);
	ck_assert_uint_eq(replay_total(&o, 0), 0);
	o.loop = UINT64_MAX / 2;
	ck_assert_uint_eq(replay_total(&o, 3), 0);
	o.limit = 5;
	ck_assert_uint_eq(replay_total(&o, 3), 5);
	o.loop = 0;
	ck_assert_uint_eq(replay_total(&o, 3), 5);
	o.limit = 0;
	ck_assert_uint_eq(replay_total(&o, 3), 0);
	/* 10 of 100 after 20 ticks, and 60 more ticks: 40. */
	ck_assert_uint_eq(replay_until(100, 10, 20, 80), 40);
	ck_assert_uint_eq(replay_until(30, 10, 20, 80), 30);
	ck_assert_uint_eq(replay_until(100, 10, 20, 0), 100);
	ck_assert_uint_eq(replay_until(0, 10, 20, 80), 40);
	ck_assert_uint_eq(replay_until(100, 1, 0, 80), 100);
	ck_assert_uint_eq(replay_until(UINT64_MAX, UINT64_MAX / 4, S, 3 * S),
	    UINT64_MAX / 4 * 3);
}
END_TEST

/* Frames cut short: their length on the wire, zeros; runts are padded. */
START_TEST(lengths)
{
	begin();
	head(US_MAGIC, 1);
	record(100, 0, 30, 1000, 1);
	record(100, 100, 14, 14, 5);
	go();
	ck_assert_uint_eq(sent_frame[0].len_bytes, 1000);
	ck_assert_uint_eq(sent_frame[0].cap_bytes, 30);
	for (unsigned i = 0; i < 1000; i++)
		ck_assert_uint_eq(sent_frame[0].data[i], i < 30 ? i + 1 : 0);
	ck_assert_uint_eq(sent_frame[1].len_bytes, 60);
	for (unsigned i = 0; i < 60; i++)
		ck_assert_uint_eq(sent_frame[1].data[i], i < 14 ? i + 5 : 0);
	end();
}
END_TEST

/*
 * What was recorded: bytes, and stamps of the last bit: base 100 s, then 72
 * bytes of 8 ns after the first bit: 576 ns.
 */
START_TEST(recorded)
{
	static const unsigned at_ns[4] = { 0, 10000, 10672, 1000000 };
	struct capture *c;
	struct capture_frame f;

	begin();
	four();
	go();
	ck_assert_uint_eq(record_counts(rec)->frames, 4);
	ck_assert_uint_eq(record_counts(rec)->bytes, 240);
	replay_destroy(replay);
	replay = NULL;
	ck_assert_int_eq(record_close(rec, &err), EX_GOOD);
	rec = NULL;
	ck_assert_int_eq(capture_open(&c, "out.pcap", &err), EX_GOOD);
	for (unsigned i = 0; i < 4; i++) {
		ck_assert(capture_next(c, &f));
		ck_assert_uint_eq(f.stamp_ns,
		    UINT64_C(100000000000) + at_ns[i] + 576);
		ck_assert_uint_eq(f.len_bytes, 60);
		ck_assert_uint_eq(f.cap_bytes, 60);
		ck_assert_uint_eq(f.data[59], i + 1 + 59);
	}
	ck_assert(!capture_next(c, &f));
	capture_close(c);
	end();
}
END_TEST

/* A pause frame of a MAC is no frame for who captures. */
START_TEST(pauses)
{
	struct frame *f;

	begin();
	four();
	ck_assert_int_eq(start(), EX_GOOD);
	f = frame_get(FRAME_FROM_MAC);
	f->len_bytes = f->cap_bytes = 60;
	memset(f->data, 0, 60);
	(void)cable_send(cable, 0, f, 0);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(record_counts(rec)->frames, 4);
	ck_assert_uint_eq(record_counts(rec)->pauses, 1);
	ck_assert_uint_eq(frame_ledger()->to[FRAME_TO_SINK], 4);
	ck_assert_uint_eq(frame_ledger()->to[FRAME_TO_MAC], 1);
	end();
}
END_TEST

static void
ip4_record(unsigned us, const char *src, const char *dst)
{
	const size_t at_byte = nfile + 16;

	record(100, us, 60, 60, 0);
	file[at_byte + 12] = 0x08;
	file[at_byte + 13] = 0x00;
	memcpy(file + at_byte + 26, src, 4);
	memcpy(file + at_byte + 30, dst, 4);
}

/* A file of packets, whose addresses change in each of so many rounds. */
static void
begin_unique(unsigned rounds)
{
	begin();
	opts.pace = PACE_TOP;
	opts.loop = rounds;
	opts.unique_ip = true;
	head(US_MAGIC, 1);
}

/*
 * In round n the lower address is n more and the higher n less, whichever way
 * the packet goes; the sum over both stays.  Others are left alone.
 */
START_TEST(unique_ip)
{
	begin_unique(3);
	ip4_record(0, "\x0a\x00\x00\xff", "\x0a\x00\x02\x00");
	ip4_record(1, "\x0a\x00\x02\x00", "\x0a\x00\x00\xff");
	record(100, 2, 60, 60, 7);
	go();
	ck_assert_uint_eq(nsent, 9);
	ck_assert_mem_eq(sent_frame[0].data + 26,
	    "\x0a\x00\x00\xff\x0a\x00\x02\x00", 8);
	ck_assert_mem_eq(sent_frame[3].data + 26,
	    "\x0a\x00\x01\x00\x0a\x00\x01\xff", 8);
	ck_assert_mem_eq(sent_frame[4].data + 26,
	    "\x0a\x00\x01\xff\x0a\x00\x01\x00", 8);
	ck_assert_mem_eq(sent_frame[6].data + 26,
	    "\x0a\x00\x01\x01\x0a\x00\x01\xfe", 8);
	ck_assert_mem_eq(sent_frame[8].data, sent_frame[2].data, 60);
	end();
}
END_TEST

/* 1 + 2 = 4 + ffff + fffe as ones' complement: the sum stays where an address passes 0. */
START_TEST(unique_ip_wraps)
{
	begin_unique(4);
	ip4_record(0, "\0\0\0\1", "\0\0\0\2");
	go();
	ck_assert_mem_eq(sent_frame[3].data + 26, "\0\0\0\4\xff\xff\xff\xfe",
	    8);
	end();
}
END_TEST

/* The cable is out: frames end there, in their own time. */
START_TEST(unplugged)
{
	begin();
	cable_set_up(cable, false);
	opts.pace = PACE_TOP;
	four();
	go();
	for (unsigned k = 0; k < 4; k++)
		at(k, k * 8064);
	ck_assert_uint_eq(frame_ledger()->dropped[DROP_WIRE_DOWN], 4);
	ck_assert_uint_eq(record_counts(rec)->frames, 0);
	end();
}
END_TEST

/* What cannot be: no speed, longer than ten years. */
START_TEST(refused)
{
	begin();
	four();
	opts.value = 0;
	ck_assert_int_eq(start(), EX_INPUT);
	ck_assert_str_eq(err.text,
	    "a speed of 0 sends nothing; give a larger one");
	err = (struct err)ERR_NONE;
	opts.pace = PACE_PPS;
	opts.value = 1;
	opts.loop = 1000;
	ck_assert_int_eq(start(), EX_INPUT);
	ck_assert_ptr_nonnull(strstr(err.text, "more than 10 years"));
	err = (struct err)ERR_NONE;
	opts.loop = UINT64_MAX;
	ck_assert_int_eq(start(), EX_INPUT);
	err = (struct err)ERR_NONE;
	opts.limit = 1000; /* not before, but after 250 rounds */
	ck_assert_int_eq(start(), EX_INPUT);
	ck_assert_ptr_nonnull(strstr(err.text, "more than 10 years"));
	err = (struct err)ERR_NONE;
	opts.value = 1000;
	ck_assert_int_eq(replay_check(&opts,
			     &(struct capture_info){ .frames = 4 }, &err),
	    EX_GOOD);
	ck_assert_ptr_null(replay);
	end();
}
END_TEST

/* tcpreplay's summary: 4 frames, 240 bytes in 1 ms. */
START_TEST(summary)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	begin();
	four();
	go();
	replay_print(replay, f);
	fclose(f);
	ck_assert_str_eq(text,
	    "4 packets (240 bytes) sent in 0.001000000 seconds: 240000.0 Bps, "
	    "1.920 Mbps, 4000.00 pps\n");
	free(text);
	end();
}
END_TEST

/*
 * Real captures, where they are: all bytes come out as they went in, in order,
 * not before two times of the wire could have passed; runts are padded.
 */
static void
compare(const char *path)
{
	struct capture *in, *out;
	struct capture_frame a, b;

	ck_assert_int_eq(capture_open(&in, path, &err), EX_GOOD);
	ck_assert_int_eq(capture_open(&out, "out.pcap", &err), EX_GOOD);
	ck_assert_uint_eq(capture_info(in)->frames, capture_info(out)->frames);
	while (capture_next(in, &a)) {
		ck_assert(capture_next(out, &b));
		ck_assert_uint_eq(b.len_bytes,
		    a.len_bytes < 60 ? 60 : a.len_bytes);
		ck_assert_mem_eq(a.data, b.data, a.cap_bytes);
	}
	capture_close(in);
	capture_close(out);
}

START_TEST(real_captures)
{
	static const char *const name[3] = { "http", "afs", "AoE_Linux" };
	char path[5000];
	struct capture *c;

	begin();
	snprintf(path, sizeof(path), "%s/../shared/data/pcap/%s.pcap",
	    scratch_home, name[_i]);
	if (access(path, R_OK) == 0) {
		ck_assert_int_eq(capture_open(&c, path, &err), EX_GOOD);
		ck_assert_int_eq(replay_create(&replay, c, cable, 0, &opts,
				     &err),
		    EX_GOOD);
		ok(sc_run(TICK_NEVER));
		ck_assert_int_eq(record_close(rec, &err), EX_GOOD);
		rec = NULL;
		compare(path);
	}
	end();
}
END_TEST

/* No place for the output; no room for it. */
START_TEST(bad_outputs)
{
	struct record *r2;

	begin();
	ck_assert_int_eq(record_create(&r2, "no/where.pcap", 0, &err),
	    EX_INPUT);
	ck_assert_ptr_null(r2);
	ck_assert_str_eq(err.text,
	    "no/where.pcap: No such file or directory; name a file that can be "
	    "written");
	err = (struct err)ERR_NONE;
	ck_assert_int_eq(record_create(&r2, "/dev/full", 0, &err), EX_GOOD);
	ck_assert_int_eq(record_close(r2, &err), EX_INPUT);
	ck_assert_ptr_nonnull(strstr(err.text, "/dev/full: not all frames"));
	err = (struct err)ERR_NONE;
	ck_assert_int_eq(record_create(&r2, NULL, 0, &err), EX_GOOD);
	ck_assert_int_eq(record_close(r2, &err), EX_GOOD);
	ck_assert_int_eq(record_close(NULL, &err), EX_GOOD);
	replay = NULL;
	end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/wire replay");
	TCase *t = tcase_create("replay");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, stamps);
	tcase_add_loop_test(t, multiplier, 0, 2);
	tcase_add_test(t, pps);
	tcase_add_test(t, mbps);
	tcase_add_loop_test(t, top, 0, 2);
	tcase_add_test(t, loop_and_limit);
	tcase_add_test(t, totals);
	tcase_add_test(t, lengths);
	tcase_add_test(t, recorded);
	tcase_add_test(t, pauses);
	tcase_add_test(t, unique_ip);
	tcase_add_test(t, unique_ip_wraps);
	tcase_add_test(t, unplugged);
	tcase_add_test(t, refused);
	tcase_add_test(t, summary);
	tcase_add_loop_test(t, real_captures, 0, 3);
	tcase_add_test(t, bad_outputs);
	suite_add_tcase(s, t);
	return run_tests(s);
}
