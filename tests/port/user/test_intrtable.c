/*
 * test_intrtable.c: intrctl(8)'s layout, against tables made by hand after its
 * description: identifiers to the left, as wide as the widest; each CPU's counts to the
 * right, as wide as the widest or as "CPU0", one of `*' and a blank behind each, and
 * another blank; names last.  The compact form has 20 columns of sums, and 5 of CPUs.
 */
#include "check.h"

#include "user/intrtable.h"

static struct intrtable_row rows[] = {
	{ "ioapic0 pin 18", "wm0, wm2", 0, { 7, 0, 0 } },
	{ "msi0 vec 0", "ahci0", 1, { 0, 4294967296, 0 } },
	{ "msix2 vec 8", "wm2LINK", 2, { 12, 3400, 1234567 } },
	{ "msix3 vec 0", "wm3TX0", -1, { 0, 0, 0 } },
};

static struct intrtable table = { .ncpu = 3, .nrow = 4, .row = rows };

static const char *const wide[] = {
	/* 14 columns; 4, 10 and 7 digits */
	"interrupt id   CPU0        CPU1     CPU2  device name(s)",
	"ioapic0 pin 18    7*          0        0  wm0, wm2",
	"msi0 vec 0        0  4294967296*       0  ahci0",
	"msix2 vec 8      12        3400  1234567* wm2LINK",
	"msix3 vec 0       0           0        0  wm3TX0",
};

static const char *const compact[] = {
	"interrupt id                  total   aff device name(s)",
	"ioapic0 pin 18                    7     0 wm0, wm2",
	"msi0 vec 0               4294967296     1 ahci0",
	"msix2 vec 8                 1237979     2 wm2LINK",
	"msix3 vec 0                       0  none wm3TX0",
};

static void
same(struct intrtable *t, bool is_compact, const char *const *want)
{
	char line[INTRTABLE_LINE];

	intrtable_measure(t);
	intrtable_head(t, is_compact, line);
	ck_assert_str_eq(line, want[0]);
	for (unsigned i = 0; i < t->nrow; i++) {
		intrtable_line(t, &t->row[i], is_compact, line);
		ck_assert_str_eq(line, want[1 + i]);
	}
}

START_TEST(layout)
{
	same(&table, false, wide);
	same(&table, true, compact);
}
END_TEST

/* Identifiers that are shorter than their heading; no interrupt at all. */
START_TEST(narrow)
{
	static const char *const want[] = {
		"interrupt id CPU0  CPU1  device name(s)",
		"a pin 0         1*    0  x",
	};
	struct intrtable_row row = { "a pin 0", "x", 0, { 1, 0 } };
	struct intrtable t = { .ncpu = 2, .nrow = 1, .row = &row };

	same(&t, false, want);
	t.nrow = 0;
	same(&t, false, want);
}
END_TEST

/* The widest that there can be has room. */
START_TEST(widest)
{
	struct intrtable_row row = { .cpu = 7 };
	struct intrtable t = { .ncpu = INTRTABLE_CPUS, .nrow = 1, .row = &row };
	char line[INTRTABLE_LINE];

	memset(row.id, 'i', sizeof(row.id) - 1);
	memset(row.names, 'n', sizeof(row.names) - 1);
	for (unsigned c = 0; c < INTRTABLE_CPUS; c++)
		row.count[c] = UINT64_MAX;
	intrtable_measure(&t);
	intrtable_line(&t, &row, false, line);
	ck_assert_uint_eq(strlen(line), 39 + 1 + 8 * (20 + 2) + 63);
	ck_assert_uint_eq((unsigned)intrtable_digits(UINT64_MAX), 20);
	ck_assert_uint_eq((unsigned)intrtable_digits(0), 1);
	ck_assert_uint_eq((unsigned)intrtable_digits(9), 1);
	ck_assert_uint_eq((unsigned)intrtable_digits(10), 2);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("port/user/intrtable");
	TCase *t = tcase_create("intrtable");
	SRunner *sr;
	int failed;

	tcase_add_test(t, layout);
	tcase_add_test(t, narrow);
	tcase_add_test(t, widest);
	suite_add_tcase(suite, t);
	sr = srunner_create(suite);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? 0 : 1;
}
