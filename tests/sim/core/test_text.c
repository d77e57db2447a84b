/*
 * test_text.c: text and INI files; what is not one is refused by its line.
 */
#include "scratch.h"

#include "core/inifile.h"
#include "core/text.h"

#define LONG_196                                                            \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

START_TEST(lines)
{
	struct err err = ERR_NONE;
	struct text t;

	scratch_puts("f", "\xef\xbb\xbfone\r\n\n\tthr\xc3\xa9\x65\nlast");
	ck_assert_int_eq(text_load(&t, "f", &err), EX_GOOD);
	ck_assert_uint_eq(t.n, 4);
	ck_assert_str_eq(t.line[0], "one");
	ck_assert_str_eq(t.line[1], "");
	ck_assert_str_eq(t.line[2], "\tthr\xc3\xa9\x65");
	ck_assert_str_eq(t.line[3], "last");
	text_free(&t);
	scratch_puts("f", "");
	ck_assert_int_eq(text_load(&t, "f", &err), EX_GOOD);
	ck_assert_uint_eq(t.n, 0);
	text_free(&t);
	scratch_puts("f", "x\n" LONG_196 "\n");
	ck_assert_int_eq(text_load(&t, "f", &err), EX_GOOD);
	ck_assert_uint_eq(strlen(t.line[1]), TEXT_LINE_MAX);
	text_free(&t);
}
END_TEST

#define NOT_TEXT                                          \
	"not text: control characters or invalid UTF-8; " \
	"is this the file you meant?"

static const struct {
	const char *bytes;
	size_t n;
	const char *message;
} bad_text[] = {
	{ "a\nb\0c\n", 6, "f:2: " NOT_TEXT },
	{ "a\n\x1b[2J\n", 7, "f:2: " NOT_TEXT },
	{ "\x7f"
	  "ELF\2\1\1",
	    7, "f:1: " NOT_TEXT },
	{ "a\n\xff\xfe\n", 5, "f:2: " NOT_TEXT },
	{ "half \xc3", 6, "f:1: " NOT_TEXT },
	{ "old\rmac\n", 8, "f:1: " NOT_TEXT },
	{ "x\n" LONG_196 "a", 199,
	    "f:2: line of 197 bytes; at most 196 are read, break it up" },
};

START_TEST(refuses_text)
{
	struct err err = ERR_NONE;
	struct text t;

	scratch_write("f", bad_text[_i].bytes, bad_text[_i].n);
	ck_assert_int_eq(text_load(&t, "f", &err), EX_INPUT);
	ck_assert_str_eq(err.text, bad_text[_i].message);
	ck_assert_ptr_null(t.buf);
}
END_TEST

START_TEST(refuses_files)
{
	struct err e1 = ERR_NONE, e2 = ERR_NONE, e3 = ERR_NONE;
	char *big = calloc(1, TEXT_FILE_MAX + 1);
	struct text t;

	ck_assert_int_eq(text_load(&t, "missing", &e1), EX_INPUT);
	ck_assert_str_eq(e1.text,
	    "missing: cannot open: No such file or directory; "
	    "name a file that can be read");
	ck_assert_int_eq(text_load(&t, ".", &e2), EX_INPUT);
	ck_assert_str_eq(e2.text,
	    ".: cannot read: Is a directory; name a file that can be read");
	memset(big, '\n', TEXT_FILE_MAX + 1);
	scratch_write("f", big, TEXT_FILE_MAX + 1);
	ck_assert_int_eq(text_load(&t, "f", &e3), EX_INPUT);
	ck_assert_str_eq(e3.text,
	    "f: larger than 256 KiB; is this the file you meant?");
	scratch_write("f", big, TEXT_FILE_MAX);
	ck_assert_int_eq(text_load(&t, "f", NULL), EX_GOOD);
	text_free(&t);
	free(big);
}
END_TEST

START_TEST(nearest)
{
	static const char *const words[] = { "l1d.hit", "l2.hit", "l2.size",
		"dram.latency" };

	ck_assert_str_eq(text_nearest("l2.hti", words, 4), "l2.hit");
	ck_assert_str_eq(text_nearest("L2.hit", words, 4), "l2.hit");
	ck_assert_str_eq(text_nearest("dram.latnecy", words, 4),
	    "dram.latency");
	ck_assert_str_eq(text_nearest("l1.hit", words, 4), "l1d.hit");
	ck_assert_ptr_null(text_nearest("colour", words, 4));
	ck_assert_ptr_null(text_nearest("", words, 4));
	ck_assert_ptr_null(text_nearest(LONG_196, words, 4));
}
END_TEST

/* Writes down what it is called with. */
static enum exit_code
record(void *ctx, const struct ini_item *item, struct err *err)
{
	FILE *f = ctx;

	fprintf(f, "%s:%u [%s] %s=%s|", item->path, item->line, item->section,
	    item->key, item->value);
	if (strcmp(item->value, "bad") == 0)
		return err_at(err, EX_FINDING, item->path, item->line, "bad");
	return EX_GOOD;
}

static const struct {
	const char *text, *seen;
	enum exit_code ec;
	const char *message;
} inis[] = {
	{ "", "", EX_GOOD, "" },
	{ "a = 1\n# c\n\n[s t]\n ; c\nb=x = y ; c\n[u] # c\nb=\n",
	    "f:1 [] a=1|f:6 [s t] b=x = y|f:8 [u] b=|", EX_GOOD, "" },
	{ "a = bad\n[s\n", "f:1 [] a=bad|", EX_FINDING, "f:1: bad" },
	{ "a = 1\n[s\nb = bad\n", "f:1 [] a=1|", EX_INPUT,
	    "f:2: ']' is missing; write [section]" },
	{ "[s] x\n", "", EX_INPUT,
	    "f:1: 'x' follows [section]; put it on a line of its own" },
	{ "a = 1\n  b = 2\n", "f:1 [] a=1|", EX_INPUT,
	    "f:2: indented line; start it in the first column" },
	{ "a\n", "", EX_INPUT,
	    "f:1: neither [section] nor a comment nor 'key = value'; "
	    "write one of them" },
	{ "= 1\n", "", EX_INPUT,
	    "f:1: neither [section] nor a comment nor 'key = value'; "
	    "write one of them" },
	{ "a : 1\n", "", EX_INPUT,
	    "f:1: neither [section] nor a comment nor 'key = value'; "
	    "write one of them" },
	{ "a ; = 1\n", "", EX_INPUT,
	    "f:1: neither [section] nor a comment nor 'key = value'; "
	    "write one of them" },
};

START_TEST(ini_items)
{
	struct err err = ERR_NONE;
	unsigned nlines = 0;
	char *seen;
	size_t n;
	FILE *f = open_memstream(&seen, &n);

	scratch_puts("f", inis[_i].text);
	ck_assert_int_eq(ini_read("f", record, f, &nlines, &err), inis[_i].ec);
	fclose(f);
	ck_assert_str_eq(seen, inis[_i].seen);
	ck_assert_str_eq(err.text, inis[_i].message);
	free(seen);
}
END_TEST

/*
 * The twin: inih alone takes an indented line as more of the value above,
 * and junk behind a section's bracket as nothing.  Were the reader to
 * hand lines on unchecked, the tests above would fail.
 */
#include <ini.h>

static int
count(void *ctx, const char *section, const char *name, const char *value)
{
	(void)section;
	(void)name;
	(void)value;
	++*(int *)ctx;
	return 1;
}

START_TEST(inih_alone_is_lax)
{
	int n = 0;

	ck_assert_int_eq(ini_parse_string("[s] x\na = 1\n  b = 2\n", count, &n),
	    0);
	ck_assert_int_eq(n, 2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core/text");
	TCase *tc = tcase_create("text");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, scratch_enter, scratch_leave);
	tcase_add_test(tc, lines);
	tcase_add_loop_test(tc, refuses_text, 0,
	    sizeof(bad_text) / sizeof(bad_text[0]));
	tcase_add_test(tc, refuses_files);
	tcase_add_test(tc, nearest);
	tcase_add_loop_test(tc, ini_items, 0, sizeof(inis) / sizeof(inis[0]));
	tcase_add_test(tc, inih_alone_is_lax);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
