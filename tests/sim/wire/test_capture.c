/*
 * test_capture.c: capture files that are good, and that are not.
 */
#include <check.h>
#include <fcntl.h>

#include "core/exit.h"
#include "core/frame.h"
#include "core/rng.h"
#include "sim/wire/pcap_rig.h"
#include "wire/capture.h"

static struct capture *c;
static struct err err;

static void
good(void)
{
	const enum exit_code rc = capture_open(&c, save(), &err);

	ck_assert_msg(rc == EX_GOOD, "%s", err.text);
	ck_assert_ptr_nonnull(c);
}

static void
next(uint64_t ns, uint32_t cap, uint32_t len, unsigned first)
{
	struct capture_frame f;

	ck_assert(capture_next(c, &f));
	ck_assert_uint_eq(f.stamp_ns, ns);
	ck_assert_uint_eq(f.cap_bytes, cap);
	ck_assert_uint_eq(f.len_bytes, len);
	for (uint32_t i = 0; i < cap; i++)
		ck_assert_uint_eq(f.data[i], (uint8_t)(first + i));
}

/* Both units, both byte orders; what is counted; twice through the file. */
START_TEST(formats)
{
	const uint32_t ns = _i & 1;
	const uint64_t s = UINT64_C(1000000000), unit = ns ? 1 : 1000;
	struct capture_frame f;

	swapped = _i >> 1;
	head(ns ? NS_MAGIC : US_MAGIC, 1);
	record(1000, 500, 60, 60, 1);
	record(1000, 900, 30, 1514, 2);
	record(1000, 800, 1, 1, 3);
	good();
	ck_assert_uint_eq(capture_info(c)->frames, 3);
	ck_assert_uint_eq(capture_info(c)->bytes, 60 + 1514 + 1);
	ck_assert_uint_eq(capture_info(c)->truncated, 1);
	ck_assert_uint_eq(capture_info(c)->backward, 1);
	ck_assert_uint_eq(capture_info(c)->first_ns, 1000 * s + 500 * unit);
	ck_assert_uint_eq(capture_info(c)->last_ns, 1000 * s + 900 * unit);
	for (unsigned i = 0; i < 2; i++) {
		next(1000 * s + 500 * unit, 60, 60, 1);
		next(1000 * s + 900 * unit, 30, 1514, 2);
		next(1000 * s + 800 * unit, 1, 1, 3);
		ck_assert(!capture_next(c, &f));
		ck_assert(capture_rewind(c));
	}
	capture_close(c);
}
END_TEST

/* A clock that was set back: the earliest stamp is not the first one. */
START_TEST(set_back)
{
	head(US_MAGIC, 1);
	record(7, 7, 60, 60, 1);
	record(6, 0, 60, 60, 2);
	good();
	ck_assert_uint_eq(capture_info(c)->begin_ns, 7000007000);
	ck_assert_uint_eq(capture_info(c)->first_ns, 6000000000);
	capture_close(c);
}
END_TEST

/* pcapng, in both byte orders. */
START_TEST(pcapng)
{
	swapped = _i;
	ng_head();
	ng_record(5000000123, 16, 60, 4);
	ng_record(5000000124, 60, 60, 5);
	good();
	ck_assert_uint_eq(capture_info(c)->truncated, 1);
	next(5000000123, 16, 60, 4);
	next(5000000124, 60, 60, 5);
	capture_close(c);
}
END_TEST

/* More bytes in the file than the file says there are of a frame at most: these. */
START_TEST(over_snap_length)
{
	head_snap(NS_MAGIC, 1, 40);
	record(1, 1, 60, 60, 1);
	record(1, 2, 30, 30, 2);
	good();
	ck_assert_uint_eq(capture_info(c)->truncated, 1);
	next(1000000001, 40, 60, 1);
	next(1000000002, 30, 30, 2);
	capture_close(c);
}
END_TEST

/* From the standard input. */
START_TEST(standard_input)
{
	int fd;

	head(US_MAGIC, 1);
	record(7, 7, 60, 60, 9);
	fd = open(save(), O_RDONLY);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(dup2(fd, 0), 0);
	ck_assert_int_eq(capture_open(&c, "-", &err), EX_GOOD);
	next(7000007000, 60, 60, 9);
	ck_assert(capture_rewind(c));
	next(7000007000, 60, 60, 9);
	capture_close(c);
	/* It is read to its end: nothing is left. */
	ck_assert_int_eq(capture_open(&c, "-", &err), EX_INPUT);
	ck_assert_ptr_nonnull(strstr(err.text, "(standard input): "));
}
END_TEST

/* Each bad file, and a part of what is said of it. */
static void
bad(const char *part)
{
	err = (struct err)ERR_NONE;
	ck_assert_int_eq(capture_open(&c, save(), &err), EX_INPUT);
	ck_assert_ptr_null(c);
	ck_assert_msg(strstr(err.text, part) != NULL, "'%s' is not in '%s'",
	    part, err.text);
	ck_assert_ptr_nonnull(strstr(err.text, "x.pcap: "));
}

/* The link type says that frames end with two words of FCS: no part of what is sent. */
START_TEST(with_fcs)
{
	struct capture_frame f;

	head(US_MAGIC, 0x24000001);
	record(7, 7, 64, 64, 1);
	record(7, 8, 62, 64, 2);
	record(7, 9, 30, 64, 3);
	good();
	ck_assert_uint_eq(capture_info(c)->bytes, 3 * 60);
	ck_assert_uint_eq(capture_info(c)->truncated, 1);
	next(7000007000, 60, 60, 1);
	next(7000008000, 60, 60, 2);
	next(7000009000, 30, 60, 3);
	ck_assert(!capture_next(c, &f));
	capture_close(c);
	head(US_MAGIC, 0x24000001);
	record(7, 7, 4, 4, 1);
	bad("frame 1 has no bytes");
}
END_TEST

START_TEST(bad_files)
{
	nfile = 0;
	bad("give a capture in pcap or pcapng format");
	memcpy(file, "hello, this is text and no capture", 34);
	nfile = 34;
	bad("give a capture in pcap or pcapng format");
	head(US_MAGIC, 1);
	bad("there are no frames in it");
	nfile = 20; /* within the header */
	bad("give a capture");
	head(US_MAGIC, 113);
	record(1, 1, 60, 60, 1);
	bad("its link type is LINUX_SLL (113), not Ethernet");
	head(US_MAGIC, 1);
	record(1, 1, 60, 60, 1);
	record(1, 1, 60, 60, 1);
	nfile -= 5; /* within the second record */
	bad("after frame 1: ");
	head(US_MAGIC, 1);
	record(1, 1, 60, 60, 1);
	record(1, 1, 0, 0, 1);
	bad("frame 2 has no bytes");
	head(US_MAGIC, 1);
	record(1, 1, 60, FRAME_MAX + 1, 1);
	bad("frame 1 is longer than the 16384 bytes");
	head(US_MAGIC, 1);
	record(1, 1, 60, 59, 1);
	bad("frame 1 has more bytes than were on the wire");
	head(US_MAGIC, 1);
	record(1, 1000000, 60, 60, 1);
	bad("frame 1 has a time stamp that is no time");
	head(NS_MAGIC, 1);
	record(1, 1000000000, 60, 60, 1);
	bad("frame 1 has a time stamp that is no time");
	head(US_MAGIC, 1);
	record(1, 1, 0x7fffffff, 0x7fffffff, 1);
	bad("after frame 0: ");
	head(US_MAGIC, 1);
	record(1, 1, 0xffffffff, 60, 1);
	bad("after frame 0: ");
}
END_TEST

/* The same of pcapng: what its blocks say and do not keep. */
START_TEST(bad_pcapng)
{
	ng_head();
	bad("there are no frames in it");
	nfile = 40; /* within the interface's block */
	bad("give a capture");
	ng_head();
	file[36] = 113; /* of another kind */
	ng_record(1, 60, 60, 1);
	bad("its link type is LINUX_SLL (113), not Ethernet");
	ng_head();
	ng_record(1, 60, 60, 1);
	ng_record(1, 60, 60, 1);
	nfile -= 8; /* within the second frame */
	bad("after frame 1: ");
	ng_head();
	ng_record(1, 60, 60, 1);
	file[60 + 8] = 7; /* of an eighth interface */
	bad("after frame 0: ");
	ng_head();
	ng_record(1, 60, FRAME_MAX + 1, 1);
	bad("frame 1 is longer than the 16384 bytes");
	ng_head();
	ng_record(1, 60, 59, 1);
	bad("frame 1 has more bytes than were on the wire");
	ng_head();
	ng_record(UINT64_MAX, 60, 60, 1);
	bad("frame 1 has a time stamp that is no time");
	ng_head();
	ng_record(1, 60, 60, 1);
	file[60 + 7] = 0x7f; /* a block of 2 GB */
	bad("after frame 0: ");
}
END_TEST

START_TEST(no_file)
{
	ck_assert_int_eq(capture_open(&c, "nothing.pcap", &err), EX_INPUT);
	ck_assert_str_eq(err.text,
	    "nothing.pcap: No such file or directory; give a capture file, or "
	    "-");
	err = (struct err)ERR_NONE;
	ck_assert_int_eq(capture_open(&c, ".", &err), EX_INPUT);
	ck_assert_ptr_null(c);
	capture_close(NULL);
}
END_TEST

/* A good file of five frames: pcap or pcapng, in either byte order. */
static void
good_file(unsigned kind)
{
	swapped = kind & 1;
	if (kind & 4)
		ng_head();
	else
		head(kind & 2 ? NS_MAGIC : US_MAGIC, 1);
	for (unsigned k = 0; k < 5; k++)
		if (kind & 4)
			ng_record(k, 60 + 4 * k, 60 + k * 100, k);
		else
			record(k, k, 60 + k, 60 + k * 100, k);
}

/* Bytes, lengths and the end of the file are not what they were. */
static void
spoil(struct rng *r)
{
	static const uint32_t odd[] = { 0, 1, 3, 0x7fff, 0xffff, 0x40000,
		0x40001, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };

	for (unsigned k = 0; k <= rng_below(r, 3); k++)
		file[rng_below(r, nfile)] = (uint8_t)rng_u64(r);
	if (rng_below(r, 4) == 0)
		memcpy(file + rng_below(r, nfile / 4) * 4,
		    &odd[rng_below(r, sizeof(odd) / sizeof(odd[0]))], 4);
	if (rng_below(r, 8) == 0)
		nfile = rng_below(r, nfile);
}

/* Files changed at random: refused in one line, or every frame is good. */
static unsigned rounds = 6000;

START_TEST(fuzz)
{
	unsigned ngood = 0;
	struct rng r;

	rng_seed(&r, 4, 0);
	for (unsigned i = 0; i < rounds; i++) {
		struct capture_frame f;

		good_file(i % 8);
		spoil(&r);
		err = (struct err)ERR_NONE;
		if (capture_open(&c, save(), &err) != EX_GOOD) {
			ck_assert_ptr_null(strchr(err.text, '\n'));
			ck_assert_ptr_nonnull(strstr(err.text, "x.pcap: "));
			continue;
		}
		ngood++;
		while (capture_next(c, &f)) {
			ck_assert_uint_ge(f.len_bytes, 1);
			ck_assert_uint_le(f.len_bytes, FRAME_MAX);
			ck_assert_uint_le(f.cap_bytes, f.len_bytes);
		}
		capture_close(c);
	}
	ck_assert_uint_gt(ngood, rounds / 10);
	ck_assert_uint_lt(ngood, rounds * 95 / 100);
}
END_TEST

/* test_capture N: so many files in the last test. */
int
main(int argc, char **argv)
{
	Suite *s = suite_create("sim/wire capture");
	TCase *t = tcase_create("capture");
	SRunner *sr;
	int failed;

	if (getenv("TWINS") != NULL)
		rounds /= 10;
	if (argc > 1)
		rounds = (unsigned)strtoul(argv[1], NULL, 10);
	tcase_set_timeout(t, 60 + rounds / 10);
	tcase_add_checked_fixture(t, scratch_enter, scratch_leave);
	tcase_add_loop_test(t, formats, 0, 4);
	tcase_add_test(t, set_back);
	tcase_add_test(t, with_fcs);
	tcase_add_loop_test(t, pcapng, 0, 2);
	tcase_add_test(t, over_snap_length);
	tcase_add_test(t, standard_input);
	tcase_add_test(t, bad_files);
	tcase_add_test(t, bad_pcapng);
	tcase_add_test(t, no_file);
	tcase_add_test(t, fuzz);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
