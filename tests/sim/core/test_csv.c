/*
 * test_csv.c: the reference figures.
 */
#include "scratch.h"

#include "core/csv.h"

static char *micro; /* text of bench/micro.csv */

static void
setup(void)
{
	size_t n;

	micro = scratch_read("bench/micro.csv", &n);
	scratch_enter();
}

static void
teardown(void)
{
	free(micro);
	scratch_leave();
}

START_TEST(micro_csv)
{
	struct err err = ERR_NONE;
	const struct ref *r;
	struct refs refs;

	scratch_puts("f", micro);
	ck_assert_int_eq(refs_load(&refs, "f", &err), EX_GOOD);
	ck_assert_uint_ge(refs.n, 40);
	r = refs_find(&refs, "lock-add");
	ck_assert_ptr_nonnull(r);
	ck_assert_uint_eq(r->low_clk, 105);
	ck_assert_uint_eq(r->high_clk, 105);
	ck_assert_str_eq(r->unit, "cyc");
	ck_assert_uint_eq(r->unit_clk, 10);
	ck_assert(r->measured);
	ck_assert_str_eq(r->what, "LOCK ADD on an owned line");
	r = refs_find(&refs, "ipi");
	ck_assert_uint_eq(r->low_clk, 400 * 24);
	ck_assert_uint_eq(r->unit_clk, 24);
	ck_assert(!r->measured);
	r = refs_find(&refs, "c1-wake");
	ck_assert_uint_eq(r->high_clk, 3 * 24000);
	ck_assert_ptr_null(refs_find(&refs, "no-such"));
	refs_free(&refs);
	ck_assert_uint_eq(refs.n, 0);
}
END_TEST

#define HEAD "# c\n\nname,low,high,unit,tag,what\n"

static const struct {
	const char *text, *message;
} bad[] = {
	{ "", "f: no header; begin with 'name,low,high,unit,tag,what'" },
	{ "# only\n",
	    "f:1: no header; begin with 'name,low,high,unit,tag,what'" },
	{ "name,low\n",
	    "f:1: header 'name,low'; "
	    "it must be 'name,low,high,unit,tag,what'" },
	{ HEAD "a,1,2,cyc,measured\n",
	    "f:4: 5 cells; write 6: name,low,high,unit,tag,what" },
	{ HEAD "a,1,2,cyc,measured,x,y\n",
	    "f:4: 7 cells; write 6: name,low,high,unit,tag,what" },
	{ HEAD ",1,2,cyc,measured,x\n",
	    "f:4: name '' is empty or given twice; rename the row" },
	{ HEAD "a,1,2,cyc,measured,x\na,1,2,cyc,measured,x\n",
	    "f:5: name 'a' is empty or given twice; rename the row" },
	{ HEAD "a,1,2,KiB,measured,x\n",
	    "f:4: '1KiB' is a size, not a time; write a time such as 20cyc "
	    "or 200ns (units cyc ns us ms s)" },
	{ HEAD "a,one,2,cyc,measured,x\n",
	    "f:4: 'onecyc' is not a time; write a time such as 20cyc "
	    "or 200ns (units cyc ns us ms s)" },
	{ HEAD "a,1,-2,cyc,measured,x\n",
	    "f:4: '-2cyc' is not a time; write a time such as 20cyc "
	    "or 200ns (units cyc ns us ms s)" },
	{ HEAD "a,3,2,cyc,measured,x\n",
	    "f:4: low 3 is above high 2; exchange them" },
	{ HEAD "a,1,2,cyc,guessed,x\n",
	    "f:4: no tag 'guessed'; write measured or estimate" },
};

START_TEST(refuses)
{
	struct err err = ERR_NONE;
	struct refs refs;

	scratch_puts("f", bad[_i].text);
	ck_assert_int_eq(refs_load(&refs, "f", &err), EX_INPUT);
	ck_assert_str_eq(err.text, bad[_i].message);
	ck_assert_ptr_null(refs.ref);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core/csv");
	TCase *tc = tcase_create("csv");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, micro_csv);
	tcase_add_loop_test(tc, refuses, 0, sizeof(bad) / sizeof(bad[0]));
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
