/*
 * test_output.c: errors, JSON and progress as they are printed.
 */
#include "scratch.h"

#include <math.h>

#include "core/err.h"
#include "core/json_out.h"
#include "core/progress.h"

START_TEST(first_error_stays)
{
	struct err e = ERR_NONE;

	ck_assert_int_eq(err_at(&e, EX_INPUT, "f", 3, "a %d; b", 1), EX_INPUT);
	ck_assert_int_eq(err_set(&e, EX_BUG, "later"), EX_BUG);
	ck_assert_int_eq(e.code, EX_INPUT);
	ck_assert_str_eq(e.text, "f:3: a 1; b");
	e = (struct err)ERR_NONE;
	err_at(&e, EX_FINDING, "f", 0, "no line");
	ck_assert_str_eq(e.text, "f: no line");
	ck_assert_int_eq(err_set(NULL, EX_BUG, "x"), EX_BUG);
	ck_assert_int_eq(err_at(NULL, EX_BUG, "f", 1, "x"), EX_BUG);
}
END_TEST

START_TEST(error_is_one_bounded_line)
{
	struct err e = ERR_NONE;
	char big[4000];

	err_set(&e, EX_INPUT, "a\nb\033c\x7f");
	ck_assert_str_eq(e.text, "a?b?c?");
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	e = (struct err)ERR_NONE;
	err_at(&e, EX_INPUT, big, 1, "%s", big);
	ck_assert_uint_eq(strlen(e.text), sizeof(e.text) - 1);
}
END_TEST

START_TEST(error_prints)
{
	struct err e = ERR_NONE;
	char *s;
	size_t n;
	FILE *f = open_memstream(&s, &n);

	err_print(&e, f);
	err_set(&e, EX_INPUT, "wrong; right it");
	err_print(&e, f);
	fclose(f);
	ck_assert_str_eq(s, "rangeley: wrong; right it\n");
	free(s);
}
END_TEST

static json_t *
sample(bool reverse)
{
	json_t *o = json_object();

	for (unsigned i = 0; i < 3; i++) {
		char key[2] = { (char)('a' + (reverse ? 2 - i : i)), '\0' };

		json_object_set_new(o, key, json_integer(key[0] - 'a'));
	}
	json_object_set_new(o, "x", json_fixed(0.1 + 0.2, 6));
	json_object_set_new(o, "y", json_fixed(1234567.8916, 3));
	json_object_set_new(o, "z", json_fixed(-0.0001, 2));
	json_object_set_new(o, "nan", json_fixed(NAN, 2));
	json_object_set_new(o, "inf", json_fixed(INFINITY, 2));
	json_object_set_new(o, "max", json_fixed(1e308, 9));
	json_object_set_new(o, "h", json_hex64(0xbeef));
	return o;
}

static void
save(const char *name, json_t *o)
{
	struct err e = ERR_NONE;

	ck_assert_int_eq(json_save(o, name, &e), EX_GOOD);
	json_decref(o);
}

START_TEST(json_bytes)
{
	char *s, *t;
	size_t n;

	save("a", sample(false));
	s = scratch_read("a", &n);
	ck_assert_str_eq(s,
	    "{\n"
	    "  \"a\": 0,\n"
	    "  \"b\": 1,\n"
	    "  \"c\": 2,\n"
	    "  \"h\": \"000000000000beef\",\n"
	    "  \"inf\": null,\n"
	    "  \"max\": 1e308,\n"
	    "  \"nan\": null,\n"
	    "  \"x\": 0.3,\n"
	    "  \"y\": 1234567.892,\n"
	    "  \"z\": 0.0\n"
	    "}\n");
	save("b", sample(true));
	t = scratch_read("b", &n);
	ck_assert_str_eq(s, t);
	free(s);
	free(t);
}
END_TEST

/* The twin: jansson left to itself shows the order and the noise. */
START_TEST(json_alone_is_unstable)
{
	json_t *a = json_pack("{sf si}", "x", 0.1 + 0.2, "b", 1);
	char *s = json_dumps(a, 0);

	ck_assert_str_eq(s, "{\"x\": 0.30000000000000004, \"b\": 1}");
	free(s);
	json_decref(a);
}
END_TEST

START_TEST(json_errors)
{
	struct err e1 = ERR_NONE, e2 = ERR_NONE;
	json_t *o = json_object();

	ck_assert_int_eq(json_save(o, "no/such/dir", &e1), EX_INPUT);
	ck_assert_str_eq(e1.text,
	    "no/such/dir: cannot create: No such file or directory; "
	    "choose another file");
	ck_assert_int_eq(json_save(o, "/dev/full", &e2), EX_INPUT);
	ck_assert_str_eq(e2.text,
	    "/dev/full: cannot write: No space left on device; "
	    "make room or choose another file");
	json_decref(o);
}
END_TEST

static uint64_t now;

static uint64_t
fake_ms(void)
{
	return now;
}

static char *
run_progress(bool tty, bool quiet, uint64_t total)
{
	struct progress p;
	char *s;
	size_t n;
	FILE *f = open_memstream(&s, &n);

	progress_start(&p, f, "work", total, quiet);
	p.tty = tty;
	p.now_ms = fake_ms;
	p.start_ms = 0;
	p.next_ms = 1000;
	for (now = 0; now <= 10000; now += 500)
		progress_step(&p, now / 100);
	progress_end(&p);
	fclose(f);
	return s;
}

START_TEST(progress_lines)
{
	char *s = run_progress(false, false, 200);

	ck_assert_str_eq(s,
	    "work: 10 of 200, 19 s left\n"
	    "work: 60 of 200, 14 s left\n");
	free(s);
	s = run_progress(false, false, 0);
	ck_assert_str_eq(s, "work: 10, 1 s\nwork: 60, 6 s\n");
	free(s);
	s = run_progress(false, true, 200);
	ck_assert_str_eq(s, "");
	free(s);
	s = run_progress(true, false, 200);
	ck_assert_ptr_nonnull(strstr(s, "\rwork: 15 of 200, 19 s left\033[K"));
	ck_assert_ptr_null(strchr(s, '\n'));
	ck_assert_str_eq(strrchr(s, '\r'), "\r\033[K");
	free(s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core/output");
	TCase *tc = tcase_create("output");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, scratch_enter, scratch_leave);
	tcase_add_test(tc, first_error_stays);
	tcase_add_test(tc, error_is_one_bounded_line);
	tcase_add_test(tc, error_prints);
	tcase_add_test(tc, json_bytes);
	tcase_add_test(tc, json_alone_is_unstable);
	tcase_add_test(tc, json_errors);
	tcase_add_test(tc, progress_lines);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
