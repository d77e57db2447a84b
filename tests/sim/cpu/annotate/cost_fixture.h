/*
 * cost_fixture.h: what the tests of the cost pass share: a scratch folder,
 * captured messages, and code to price.
 */
#ifndef COST_FIXTURE_H
#define COST_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/annotate/cost_int.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"

static struct unit u;
static char dir[] = "/tmp/test_cost.XXXXXX";
static char *messages;
static size_t nmessages;
static FILE *sink;

static void
setup(void)
{
	strcpy(dir + sizeof(dir) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	sink = open_memstream(&messages, &nmessages);
	diag_stream(sink);
}

static void
teardown(void)
{
	static const char *const names[] = { "cache", "cache2", "mca" };

	diag_stream(NULL);
	fclose(sink);
	free(messages);
	for (size_t i = 0; i < 3; i++)
		unlink(xasprintf("%s/%s", dir, names[i]));
	rmdir(dir);
	xfree_all();
}

static __attribute__((unused)) const char *
path(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void
load(const char *text)
{
	memset(&u, 0, sizeof(u));
	ck_assert_int_eq(parse_buffer(&u, "t.s", text, strlen(text)), 0);
	ck_assert_int_eq(cfg_build(&u), 0);
}

static int
cost(const char *text, const struct cost_opts *o)
{
	load(text);
	return cost_compute(&u, o);
}

/* Cost the code with the table and llvm-mca as they are. */
static void
price(const char *text)
{
	struct cost_opts o = { 0 };

	ck_assert_msg(cost(text, &o) == 0, "%s", messages);
}

/* Run the suite; the exit code of main(). */
static int
run_tests(const char *name, const TTest *const *tests)
{
	Suite *s = suite_create(name);
	TCase *t = tcase_create(name);
	SRunner *r;
	int bad;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	for (; *tests != NULL; tests++)
		tcase_add_test(t, *tests);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	bad = srunner_ntests_failed(r);
	srunner_free(r);
	return bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
