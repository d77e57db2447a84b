/*
 * test_fuzz.c [N]: N mutated machine files and as many quantities.
 *
 * Whatever the bytes, the loader says EX_GOOD or EX_INPUT; in the first case
 * every constant is one the model takes and the printed machine reads back
 * as the same; in the second the message names the file, a line of it or
 * none, and a remedy.  The mutations come from a seed: case k of one run is
 * case k of every run.
 */
#include "mutate.h"
#include "scratch.h"

#include "core/machine.h"
#include "core/rng.h"

static unsigned cases = 2000;
static char *ini; /* text of c2758.ini */
static size_t ini_len;

static void
setup(void)
{
	ini = scratch_read("scenarios/machines/c2758.ini", &ini_len);
	ck_assert_uint_lt(ini_len, CASE_MAX / 2);
	scratch_enter();
}

static void
teardown(void)
{
	free(ini);
	scratch_leave();
}

typedef enum exit_code load_fn(struct machine *, const char *path,
    const char *const *sets, size_t nsets, struct err *);

static const char *
judge_good(const struct machine *m)
{
	static struct machine again;
	struct err err = ERR_NONE;
	FILE *f = fopen("p.ini", "w");

	for (enum machine_key k = 0; k < MACHINE_NKEYS; k++) {
		const struct machine_row *row = machine_row(k);
		uint64_t min, max;

		unit_parse(row->unit, row->min, &min, &err);
		unit_parse(row->unit, row->max, &max, &err);
		if (machine_value(m, k) < min || machine_value(m, k) > max)
			return "a constant the model does not take";
	}
	machine_print(m, f);
	fclose(f);
	if (machine_load(&again, "p.ini", NULL, 0, &err) != EX_GOOD)
		return "what was printed is not read back";
	if (machine_hash(m) != machine_hash(&again))
		return "another machine is read back";
	return NULL;
}

static const char *
judge_bad(const struct err *err, unsigned nlines)
{
	unsigned line;

	if (strncmp(err->text, "m.ini:", 6) != 0)
		return "the message names no file";
	if (sscanf(err->text, "m.ini:%u:", &line) == 1 &&
	    (line == 0 || line > nlines))
		return "the message names no line of the file";
	if (strchr(err->text, ';') == NULL)
		return "the message has no remedy";
	return NULL;
}

/* Null, or what is wrong with this loader; counts files taken. */
static const char *
try_all(load_fn *load, unsigned n, unsigned *taken, unsigned *at)
{
	static char buf[CASE_MAX];
	static struct machine m;

	*taken = 0;
	for (unsigned k = 0; k < n; k++) {
		struct err err = ERR_NONE;
		const char *wrong;
		unsigned nlines = 1;
		size_t len = ini_len;
		struct rng r;

		*at = k;
		rng_seed(&r, 2758, k);
		memcpy(buf, ini, len);
		mutate_some(&r, buf, &len);
		scratch_write("m.ini", buf, len);
		for (size_t i = 0; i < len; i++)
			nlines += buf[i] == '\n';
		switch (load(&m, "m.ini", NULL, 0, &err)) {
		case EX_GOOD:
			++*taken;
			wrong = judge_good(&m);
			break;
		case EX_INPUT:
			wrong = judge_bad(&err, nlines);
			break;
		default:
			wrong = "neither EX_GOOD nor EX_INPUT";
		}
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

START_TEST(machine_files)
{
	unsigned taken, at = 0;
	const char *wrong = try_all(machine_load, cases, &taken, &at);

	ck_assert_msg(wrong == NULL, "case %u: %s", at, wrong);
	printf("fuzz-ini: %u files, %u taken\n", cases, taken);
	/* both ways are gone often */
	ck_assert_uint_gt(taken, cases / 20);
	ck_assert_uint_gt(cases - taken, cases / 20);
}
END_TEST

/* The twins: loaders broken in one way each, which the judges must see. */
static enum exit_code
ignores_errors(struct machine *m, const char *path, const char *const *sets,
    size_t nsets, struct err *err)
{
	machine_load(m, path, sets, nsets, err);
	return EX_GOOD;
}

static enum exit_code
forgets_line(struct machine *m, const char *path, const char *const *sets,
    size_t nsets, struct err *err)
{
	struct err why = ERR_NONE;

	if (machine_load(m, path, sets, nsets, &why) == EX_GOOD)
		return EX_GOOD;
	return err_set(err, EX_INPUT, "%s", strrchr(why.text, ':'));
}

static enum exit_code
ignores_the_limits(struct machine *m, const char *path, const char *const *sets,
    size_t nsets, struct err *err)
{
	enum exit_code ec = machine_load(m, path, sets, nsets, err);

	m->l1d_outstanding = 0;
	return ec;
}

START_TEST(twins_are_found)
{
	static load_fn *const twins[] = { ignores_errors, forgets_line,
		ignores_the_limits };
	unsigned taken, at;

	ck_assert_ptr_nonnull(try_all(twins[_i], 200, &taken, &at));
}
END_TEST

/* Strings over the letters of quantities; what is read is written the same. */
START_TEST(quantities)
{
	static const char letters[] = "0123456789012345678901234567890123456789"
				      "...cycnsusmsBKiMGHz/-+ ";
	static const char *const units[UNIT_KINDS] = { "", "cyc", "KiB", "MHz",
		"B/cyc", "MB/s", ":1f08" };
	unsigned taken = 0;

	for (unsigned k = 0; k < cases * 20; k++) {
		struct err err = ERR_NONE;
		char text[24], back[UNIT_TEXT];
		uint64_t v, w;
		struct rng r;
		enum unit u;

		rng_seed(&r, 24, k);
		u = (enum unit)rng_below(&r, UNIT_KINDS);
		for (size_t i = 0, n = rng_below(&r, 8); i <= n; i++) {
			text[i] = letters[rng_below(&r, sizeof(letters) - 1)];
			text[i + 1] = '\0';
		}
		if (rng_below(&r, 2) == 0)
			strcat(text, units[u]);
		if (unit_parse(u, text, &v, &err) != EX_GOOD) {
			ck_assert_ptr_nonnull(strchr(err.text, ';'));
			continue;
		}
		taken++;
		unit_format(u, v, back);
		w = ~v;
		unit_parse(u, back, &w, &err);
		ck_assert_msg(v == w, "%s and %s", text, back);
	}
	printf("fuzz-units: %u quantities, %u taken\n", cases * 20, taken);
	ck_assert_uint_gt(taken, cases);
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *s = suite_create("core/fuzz");
	TCase *tc = tcase_create("fuzz");
	SRunner *sr = srunner_create(s);
	int failed;

	if (argc > 1)
		cases = (unsigned)strtoul(argv[1], NULL, 10);
	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 3600);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, machine_files);
	tcase_add_loop_test(tc, twins_are_found, 0, 3);
	tcase_add_test(tc, quantities);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
