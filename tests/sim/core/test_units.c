/*
 * test_units.c: quantities are read exactly, or refused with a remedy.
 */
#include <check.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/units.h"

struct sample {
	enum unit kind;
	const char *text;
	uint64_t val;
};

static const struct sample good[] = {
	{ UNIT_TIME, "20cyc", 200 },
	{ UNIT_TIME, "10.5cyc", 105 },
	{ UNIT_TIME, "0cyc", 0 },
	{ UNIT_TIME, "0.0ns", 0 },
	{ UNIT_TIME, "000000000000000000000014.00cyc", 140 },
	{ UNIT_TIME, "200ns", 4800 },  /* 480 cycles */
	{ UNIT_TIME, "1.5us", 36000 }, /* 3600 cycles */
	{ UNIT_TIME, "2ms", 48000000 },
	{ UNIT_TIME, "1s", UINT64_C(24000000000) },
	/* 5.8 ns are 139.2 clock units; 5.8125 are 139.5, the half goes up */
	{ UNIT_TIME, "5.8ns", 139 },
	{ UNIT_TIME, "5.8125ns", 140 },
	{ UNIT_TIME, "5.81249999999999ns", 139 },
	/* 10.45 is below itself in binary: 104 for who rounds a double */
	{ UNIT_TIME, "10.45cyc", 105 },
	{ UNIT_TIME, "0.05cyc", 1 },
	/* 384307168.202282325 s = 2^63 / 24e9 s, just below */
	{ UNIT_TIME, "384307168.202282s", UINT64_C(9223372036854768000) },
	{ UNIT_SIZE, "64B", 64 },
	{ UNIT_SIZE, "24KiB", 24576 },
	{ UNIT_SIZE, "1.5KiB", 1536 },
	{ UNIT_SIZE, "1MiB", 1048576 },
	{ UNIT_SIZE, "2GiB", UINT64_C(1) << 31 },
	{ UNIT_SIZE, "9007199254740993B", UINT64_C(9007199254740993) },
	{ UNIT_FREQ, "2.4GHz", UINT64_C(2400000000) },
	{ UNIT_FREQ, "100MHz", 100000000 },
	{ UNIT_FREQ, "32.768kHz", 32768 },
	{ UNIT_FREQ, "1Hz", 1 },
	{ UNIT_RATE, "13.6B/cyc", 136 },
	{ UNIT_RATE, "8B/cyc", 80 },
	{ UNIT_BANDWIDTH, "2GB/s", UINT64_C(2000000000) },
	{ UNIT_BANDWIDTH, "2.5MB/s", 2500000 },
	{ UNIT_BANDWIDTH, "1.5kB/s", 1500 },
	{ UNIT_BANDWIDTH, "7B/s", 7 },
	{ UNIT_PCI_ID, "8086:1f08", 0x80861f08 },
	{ UNIT_PCI_ID, "0000:0001", 1 },
	{ UNIT_COUNT, "0", 0 },
	{ UNIT_COUNT, "32", 32 },
	{ UNIT_COUNT, "8.0", 8 },
	{ UNIT_COUNT, "999999999999999999", UINT64_C(999999999999999999) },
};

/* All samples right by this reader? */
static bool all_right(enum exit_code (*parse)(enum unit, const char *,
    uint64_t *, struct err *))
{
	bool right = true;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct err err = ERR_NONE;
		uint64_t val = ~good[i].val;

		if (parse(good[i].kind, good[i].text, &val, &err) != EX_GOOD ||
		    val != good[i].val)
			right = false;
	}
	return right;
}

START_TEST(reads_exactly)
{
	struct err err = ERR_NONE;
	uint64_t val = ~good[_i].val;

	ck_assert_int_eq(unit_parse(good[_i].kind, good[_i].text, &val, &err),
	    EX_GOOD);
	ck_assert_str_eq(err.text, "");
	ck_assert_msg(val == good[_i].val, "%s gave %" PRIu64, good[_i].text,
	    val);
}
END_TEST

/* The twin: the same samples, numbers read as double. */
static enum exit_code
parse_double(enum unit kind, const char *text, uint64_t *val, struct err *err)
{
	uint64_t one, exact;
	char *unit, text1[UNIT_TEXT];
	double v = strtod(text, &unit);

	snprintf(text1, sizeof(text1), "1%s", unit);
	if (unit_parse(kind, text, &exact, err) != EX_GOOD ||
	    unit_parse(kind, text1, &one, err) != EX_GOOD)
		return EX_INPUT;
	*val = (uint64_t)(v * (double)one + 0.5);
	return EX_GOOD;
}

START_TEST(samples_catch_doubles)
{
	ck_assert(all_right(unit_parse));
	ck_assert(!all_right(parse_double));
}
END_TEST

#define TIME_HOW "write a time such as 20cyc or 200ns (units cyc ns us ms s)"
#define SIZE_HOW "write a size such as 24KiB (units B KiB MiB GiB)"

static const struct {
	enum unit kind;
	const char *text, *message;
} bad[] = {
	{ UNIT_TIME, "20", "'20' has no unit; " TIME_HOW },
	{ UNIT_TIME, "", "'' is not a time; " TIME_HOW },
	{ UNIT_TIME, "-3cyc", "'-3cyc' is not a time; " TIME_HOW },
	{ UNIT_TIME, "+3cyc", "'+3cyc' is not a time; " TIME_HOW },
	{ UNIT_TIME, " 3cyc", "' 3cyc' is not a time; " TIME_HOW },
	{ UNIT_TIME, ".5us", "'.5us' is not a time; " TIME_HOW },
	{ UNIT_TIME, "cyc", "'cyc' is not a time; " TIME_HOW },
	{ UNIT_TIME, "5.us", "'5.us' is not a time: no unit '.us'; " TIME_HOW },
	{ UNIT_TIME, "1.2.3us",
	    "'1.2.3us' is not a time: no unit '.3us'; " TIME_HOW },
	{ UNIT_TIME, "1e3cyc",
	    "'1e3cyc' is not a time: no unit 'e3cyc'; " TIME_HOW },
	{ UNIT_TIME, "0x10cyc",
	    "'0x10cyc' is not a time: no unit 'x10cyc'; " TIME_HOW },
	{ UNIT_TIME, "20 cyc",
	    "'20 cyc' is not a time: no unit ' cyc'; " TIME_HOW },
	{ UNIT_TIME, "20Cyc",
	    "'20Cyc' is not a time: no unit 'Cyc'; " TIME_HOW },
	{ UNIT_TIME, "20cyc ",
	    "'20cyc ' is not a time: no unit 'cyc '; " TIME_HOW },
	{ UNIT_TIME, "20KiB", "'20KiB' is a size, not a time; " TIME_HOW },
	{ UNIT_TIME, "0.04cyc",
	    "'0.04cyc' is shorter than 1/20 cycle; "
	    "write 0cyc or a longer time" },
	{ UNIT_TIME, "1.0000000000000000000cyc",
	    "'1.0000000000000000000cyc' has too many digits; "
	    "at most 18 are read" },
	{ UNIT_TIME, "1000000000000000000cyc",
	    "'1000000000000000000cyc' has too many digits; "
	    "at most 18 are read" },
	{ UNIT_TIME, "384307168.203s",
	    "'384307168.203s' is too large; "
	    "it must be below 2^63 tenths of a cycle" },
	{ UNIT_SIZE, "24KB", "'24KB' is not a size: no unit 'KB'; " SIZE_HOW },
	{ UNIT_SIZE, "24", "'24' has no unit; " SIZE_HOW },
	{ UNIT_SIZE, "1.3KiB",
	    "'1.3KiB' is too fine; whole numbers, bytes and Hz only, "
	    "rates in steps of 0.1B/cyc" },
	{ UNIT_SIZE, "99999999999GiB",
	    "'99999999999GiB' is too large; it must be below 2^63 units" },
	{ UNIT_COUNT, "8cyc",
	    "'8cyc' is a time, not a plain number; "
	    "write a plain number such as 8" },
	{ UNIT_COUNT, "1.5",
	    "'1.5' is too fine; whole numbers, bytes and Hz only, "
	    "rates in steps of 0.1B/cyc" },
	{ UNIT_COUNT, "many",
	    "'many' is not a plain number; write a plain number such as 8" },
	{ UNIT_FREQ, "2.4Ghz",
	    "'2.4Ghz' is not a frequency: no unit 'Ghz'; "
	    "write a frequency such as 2.4GHz (units Hz kHz MHz GHz)" },
	{ UNIT_RATE, "13.65B/cyc",
	    "'13.65B/cyc' is too fine; whole numbers, bytes and Hz only, "
	    "rates in steps of 0.1B/cyc" },
	{ UNIT_RATE, "13B",
	    "'13B' is a size, not a rate; write a rate such as 13.6B/cyc" },
};

START_TEST(refuses_with_remedy)
{
	struct err err = ERR_NONE;
	uint64_t val = 4711;

	ck_assert_int_eq(unit_parse(bad[_i].kind, bad[_i].text, &val, &err),
	    EX_INPUT);
	ck_assert_str_eq(err.text, bad[_i].message);
	ck_assert_uint_eq(val, 4711);
}
END_TEST

START_TEST(formats_shortest)
{
	char buf[UNIT_TEXT];

	ck_assert_str_eq(unit_format(UNIT_TIME, 140, buf), "14cyc");
	ck_assert_str_eq(unit_format(UNIT_TIME, 105, buf), "10.5cyc");
	ck_assert_str_eq(unit_format(UNIT_TIME, 0, buf), "0cyc");
	ck_assert_str_eq(unit_format(UNIT_SIZE, 24576, buf), "24KiB");
	ck_assert_str_eq(unit_format(UNIT_SIZE, 24577, buf), "24577B");
	ck_assert_str_eq(unit_format(UNIT_SIZE, 0, buf), "0B");
	ck_assert_str_eq(unit_format(UNIT_COUNT, 32, buf), "32");
	ck_assert_str_eq(unit_format(UNIT_FREQ, UINT64_C(2400000000), buf),
	    "2400MHz");
	ck_assert_str_eq(unit_format(UNIT_RATE, 136, buf), "13.6B/cyc");
	ck_assert_str_eq(unit_format(UNIT_BANDWIDTH, UINT64_C(2000000000), buf),
	    "2GB/s");
	ck_assert_str_eq(unit_format_ns(140, buf), "5.833ns");
	ck_assert_str_eq(unit_format_ns(2400, buf), "100.000ns");
	ck_assert_str_eq(unit_format_ns(47, buf), "1.958ns");
}
END_TEST

/* Whatever the kind, what was written is read back. */
START_TEST(format_reads_back)
{
	for (unsigned bit = 0; bit < 56; bit++)
		for (int off = -1; off <= 1; off++) {
			uint64_t v = (UINT64_C(1) << bit) + (uint64_t)off;
			struct err err = ERR_NONE;
			char buf[UNIT_TEXT];
			uint64_t w = ~v;

			if (_i == UNIT_PCI_ID)
				v &= UINT32_MAX;
			unit_format((enum unit)_i, v, buf);
			unit_parse((enum unit)_i, buf, &w, &err);
			ck_assert_str_eq(err.text, "");
			ck_assert_uint_eq(v, w);
		}
}
END_TEST

START_TEST(error_may_be_dropped)
{
	uint64_t val;

	ck_assert_int_eq(unit_parse(UNIT_TIME, "x", &val, NULL), EX_INPUT);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core/units");
	TCase *tc = tcase_create("units");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, reads_exactly, 0,
	    sizeof(good) / sizeof(good[0]));
	tcase_add_test(tc, samples_catch_doubles);
	tcase_add_loop_test(tc, refuses_with_remedy, 0,
	    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, formats_shortest);
	tcase_add_loop_test(tc, format_reads_back, 0, UNIT_KINDS);
	tcase_add_test(tc, error_may_be_dropped);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
