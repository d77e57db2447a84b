/*
 * test_flows.c: lists of flows, files of them, and their hash.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/rng.h"
#include "sim/core/scratch.h"
#include "wire/flows.h"

static struct flows fs;
static struct err err;

static enum exit_code
load(const char *text, size_t n)
{
	FILE *f = fopen("x.flows", "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, n, f), n);
	fclose(f);
	err = (struct err)ERR_NONE;
	return flows_load(&fs, "x.flows", &err);
}

static void
is(size_t i, uint32_t src, unsigned sport, uint32_t dst, unsigned dport)
{
	ck_assert_uint_lt(i, fs.n);
	ck_assert_uint_eq(fs.flow[i].src, src);
	ck_assert_uint_eq(fs.flow[i].dst, dst);
	ck_assert_uint_eq(fs.flow[i].sport, sport);
	ck_assert_uint_eq(fs.flow[i].dport, dport);
}

/* As frozen for the paper's tables. */
START_TEST(by_default)
{
	flows_default(&fs);
	ck_assert_uint_eq(fs.n, 1001);
	for (unsigned i = 0; i < 1001; i++)
		is(i, 0xc6120001, 8000 + i, 0xc6130001, 8000 + i);
	flows_free(&fs);
	ck_assert_uint_eq(fs.n, 0);
}
END_TEST

START_TEST(a_file)
{
	static const char text[] = "# mine\n"
				   "\n"
				   "1.2.3.4:1 255.0.0.1:65535\n"
				   "\t10.0.0.1:80   10.0.0.2:81 # web\r\n"
				   "0.0.0.0:9 1.1.1.1:9";

	ck_assert_int_eq(load(text, sizeof(text) - 1), EX_GOOD);
	ck_assert_uint_eq(fs.n, 3);
	is(0, 0x01020304, 1, 0xff000001, 65535);
	is(1, 0x0a000001, 80, 0x0a000002, 81);
	is(2, 0, 9, 0x01010101, 9);
	flows_free(&fs);
}
END_TEST

static void
refused(const char *text, const char *what)
{
	ck_assert_int_eq(load(text, strlen(text)), EX_INPUT);
	ck_assert_msg(strstr(err.text, what) == err.text, "'%s' is not '%s'",
	    err.text, what);
	ck_assert_uint_eq(fs.n, 0);
	ck_assert_ptr_null(fs.flow);
}

START_TEST(no_flows)
{
	static const char *const bad[] = { "1.2.3.4 1.2.3.4:1", "1.2.3.4:1",
		"1.2.3.4:1 1.2.3.4:1 x", "1.2.3:1 1.2.3.4:1",
		"1.2.3.256:1 1.2.3.4:1", "1.2.3.4:0 1.2.3.4:1",
		"1.2.3.4:65536 1.2.3.4:1", "1.2.3.4:000001 1.2.3.4:1",
		"1.2.3.4:-1 1.2.3.4:1", "1.2.3.4: 1.2.3.4:1", "::1:1 1.2.3.4:1",
		"1.2.3.4:1x 1.2.3.4:1" };
	char text[100];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "# 1\n1.1.1.1:1 1.1.1.1:1\n%s\n",
		    bad[i]);
		refused(text,
		    "x.flows:3: this is no flow; write e.g. 198.18.0.1:8000");
	}
	ck_assert_int_eq(load("1.1.1.1:1 1.1.1.1:1\0 x\n", 23), EX_INPUT);
	ck_assert_ptr_nonnull(strstr(err.text, "x.flows:1: this is no flow"));
	refused("", "x.flows: there are no flows in it; write");
	refused("# none\n\n", "x.flows: there are no flows in it; write");
	err = (struct err)ERR_NONE;
	ck_assert_int_eq(flows_load(&fs, "none.flows", &err), EX_INPUT);
	ck_assert_str_eq(err.text,
	    "none.flows: No such file or directory; give a file with a flow on "
	    "each line");
	err = (struct err)ERR_NONE;
	ck_assert_int_eq(flows_load(&fs, ".", &err), EX_INPUT);
	ck_assert_str_eq(err.text,
	    ".: Is a directory; give a file that can be read");
}
END_TEST

/* FLOWS_MAX of them, and one more. */
START_TEST(many)
{
	static const char line[] = "1.1.1.1:1 2.2.2.2:2\n";
	const size_t n = (FLOWS_MAX + 1) * (sizeof(line) - 1);
	char *text = malloc(n + 1), *p = text;

	ck_assert_ptr_nonnull(text);
	for (unsigned i = 0; i < FLOWS_MAX + 1; i++, p += sizeof(line) - 1)
		memcpy(p, line, sizeof(line));
	ck_assert_int_eq(load(text, n - (sizeof(line) - 1)), EX_GOOD);
	ck_assert_uint_eq(fs.n, FLOWS_MAX);
	flows_free(&fs);
	refused(text, "x.flows:65537: more than 65536 flows; leave");
	free(text);
}
END_TEST

START_TEST(back)
{
	const struct flow f = { 1, 2, 3, 4 }, b = flow_back(&f);

	ck_assert_uint_eq(b.src, 2);
	ck_assert_uint_eq(b.dst, 1);
	ck_assert_uint_eq(b.sport, 4);
	ck_assert_uint_eq(b.dport, 3);
}
END_TEST

/*
 * The verification suite of Microsoft's RSS: its five rows of IPv4 with ports.  There a
 * row gives the destination first.
 */
START_TEST(hashes)
{
	static const struct {
		const char *text;
		uint32_t hash;
	} row[] = { { "66.9.149.187:2794 161.142.100.80:1766", 0x51ccc178 },
		{ "199.92.111.2:14230 65.69.140.83:4739", 0xc626b0ea },
		{ "24.19.198.95:12898 12.22.207.184:38024", 0x5c2b394a },
		{ "38.27.205.30:48228 209.142.163.6:2217", 0xafc7327f },
		{ "153.39.163.191:44251 202.188.127.2:1303", 0x10e828a2 } };

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ck_assert_int_eq(load(row[i].text, strlen(row[i].text)),
		    EX_GOOD);
		ck_assert_uint_eq(flow_hash(&fs.flow[0]), row[i].hash);
		flows_free(&fs);
	}
}
END_TEST

/*
 * The default flows over four queues, both ways: each has a quarter of 1001 to 1 %, 248
 * to 252.
 */
START_TEST(spread)
{
	unsigned n[2][4] = { 0 };

	flows_default(&fs);
	for (size_t i = 0; i < fs.n; i++) {
		const struct flow b = flow_back(&fs.flow[i]);

		n[0][flow_hash(&fs.flow[i]) % 4]++;
		n[1][flow_hash(&b) % 4]++;
	}
	for (unsigned i = 0; i < 8; i++) {
		ck_assert_uint_ge(n[i / 4][i % 4], 248);
		ck_assert_uint_le(n[i / 4][i % 4], 252);
	}
	flows_free(&fs);
}
END_TEST

/* Files changed at random: refused in one line that says where, or flows. */
static unsigned rounds = 6000;

START_TEST(fuzz)
{
	static const char good[] = "# flows\n198.18.0.1:8000 198.19.0.1:8000\n"
				   "\n10.0.0.1:1 10.0.0.2:65535 # one\n";
	static const char odd[] = "0123456789.: \t\r\n#-+xX\0\xff";
	unsigned ngood = 0;
	struct rng r;

	rng_seed(&r, 5, 0);
	for (unsigned i = 0; i < rounds; i++) {
		char text[sizeof(good)];
		size_t n = sizeof(good) - 1;

		memcpy(text, good, sizeof(good));
		for (unsigned k = 0; k <= rng_below(&r, 3); k++)
			text[rng_below(&r, n)] =
			    odd[rng_below(&r, sizeof(odd) - 1)];
		if (rng_below(&r, 4) == 0)
			n = rng_below(&r, n);
		if (load(text, n) != EX_GOOD) {
			ck_assert_ptr_null(strchr(err.text, '\n'));
			ck_assert_ptr_eq(strstr(err.text, "x.flows:"),
			    err.text);
			ck_assert_ptr_nonnull(strstr(err.text, "; write"));
			ck_assert_uint_eq(fs.n, 0);
			continue;
		}
		ngood++;
		ck_assert_uint_ge(fs.n, 1);
		ck_assert_uint_le(fs.n, 3);
		for (size_t k = 0; k < fs.n; k++)
			ck_assert(fs.flow[k].sport != 0 &&
			    fs.flow[k].dport != 0);
		flows_free(&fs);
	}
	ck_assert_uint_gt(ngood, rounds / 10);
	ck_assert_uint_lt(ngood, rounds * 9 / 10);
}
END_TEST

/* test_flows N: so many files in the last test. */
int
main(int argc, char **argv)
{
	Suite *s = suite_create("sim/wire flows");
	TCase *t = tcase_create("flows");
	SRunner *r = srunner_create(s);
	int failed;

	if (getenv("TWINS") != NULL)
		rounds /= 10;
	if (argc > 1)
		rounds = (unsigned)strtoul(argv[1], NULL, 10);
	tcase_set_timeout(t, argc > 1 ? 0 : 60);
	tcase_add_checked_fixture(t, scratch_enter, scratch_leave);
	tcase_add_test(t, by_default);
	tcase_add_test(t, a_file);
	tcase_add_test(t, no_flows);
	tcase_add_test(t, many);
	tcase_add_test(t, back);
	tcase_add_test(t, hashes);
	tcase_add_test(t, spread);
	tcase_add_test(t, fuzz);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
