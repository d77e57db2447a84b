/*
 * test_scenario.c: what a scenario file says, and what is said of one that is
 * wrong; then 2,000 mutated ones.
 */
#include "mutate.h"
#include "scratch.h"

#include "core/scenario.h"

static const char good[] = "[scenario]\n"
			   "image = bridge\n"
			   "cpus = 2\n"
			   "limit = 2ms\n"
			   "ram = 64MiB\n"
			   "order = exact\n"
			   "modules = 01012323\n"
			   "[set]\n"
			   "dram.latency = 120ns\n"
			   "[boot]\n"
			   "run = forward\n"
			   "frames = 10\n"
			   "[events]\n"
			   "0 = echo a\n"
			   "1ms = brconfig bridge0  flush\n"
			   "1ms = echo b\n";

static struct scenario s;

static const char *
load(const char *text)
{
	static struct err err;

	err = (struct err)ERR_NONE;
	scratch_puts("s.ini", text);
	scenario_load(&s, "s.ini", &err);
	return err.text;
}

START_TEST(whole)
{
	ck_assert_str_eq(load(good), "");
	ck_assert_str_eq(s.image, "bridge");
	ck_assert_uint_eq(s.cpus, 2);
	ck_assert_uint_eq(s.limit_clk, 48000000);
	ck_assert_uint_eq(s.ram_bytes, 64 << 20);
	ck_assert(s.exact);
	ck_assert_str_eq(s.modules, "01012323");
	ck_assert_uint_eq(s.nsets, 1);
	ck_assert_str_eq(s.sets[0], "dram.latency=120ns");
	ck_assert_str_eq(s.args,
	    "run=forward frames=10 events=0ns,echo,a;"
	    "1ms,brconfig,bridge0,flush;1ms,echo,b");
	scenario_free(&s);
}
END_TEST

/* Names with blanks; commands that repeat. */
START_TEST(blanks)
{
	ck_assert_str_eq(
	    load("[scenario]\nimage = a\n[affinity]\nmsix0 vec 4 = 3\n"
		 "[events]\n1ms+20us = intrctl affinity -i \"msix1 vec 2\"  "
		 "-c next\n2ms = echo 'a  \"b' c\n"),
	    "");
	ck_assert_str_eq(s.args,
	    "setup=intrctl,affinity,-c,3,-i,msix0_vec_4 "
	    "events=1ms+20us,intrctl,affinity,-i,msix1_vec_2,-c,next;"
	    "2ms,echo,a__\"b,c");
	scenario_free(&s);
}
END_TEST

/* Commands from elsewhere: events in order of time, behind those of the same. */
START_TEST(commands)
{
	struct err err = ERR_NONE;

	ck_assert_str_eq(load("[scenario]\nimage = a\n[setup]\n1 = echo s\n"
			      "[events]\n1ms = echo a\n2ms = echo b\n"
			      "3ms+1us = echo c\n"),
	    "");
	ck_assert_int_eq(scenario_command(&s, NULL, "echo t", &err), EX_GOOD);
	ck_assert_int_eq(scenario_command(&s, "2000us", "echo d", &err),
	    EX_GOOD);
	ck_assert_int_eq(scenario_command(&s, "0", "echo e", &err), EX_GOOD);
	ck_assert_str_eq(s.args,
	    "setup=echo,s;echo,t events=0ns,echo,e;1ms,echo,a;2ms,echo,b;"
	    "2000us,echo,d;3ms+1us,echo,c");
	ck_assert(scenario_refused(&s, "events", 4, 2, &err));
	ck_assert_str_eq(err.text,
	    "s.ini:8: 3ms+1us = echo c: refused with 2; what the kernel "
	    "printed says why");
	err = (struct err)ERR_NONE;
	ck_assert(scenario_refused(&s, "setup", 1, 1, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "command line: setup = echo t"));
	ck_assert(!scenario_refused(&s, "events", 5, 2, &err));
	ck_assert(!scenario_refused(&s, "command", 0, 2, &err));
	err = (struct err)ERR_NONE;
	ck_assert_int_eq(scenario_command(&s, "5", "echo", &err), EX_INPUT);
	scenario_free(&s);
}
END_TEST

/* A CPU that is not there: in which line it is. */
static const struct {
	const char *text, *says;
} cpus[] = {
	{ "[affinity]\nwm0RX0 = 4\n",
	    "s.ini:4: wm0RX0 = 4: there are CPUs 0 to 3" },
	{ "[setup]\n1 = intrctl nointr -c 4\n", "s.ini:4: 1 = intrctl nointr" },
	{ "[events]\n1ms = intrctl affinity -i a -c  17\n",
	    "s.ini:4: 1ms = intrctl" },
	{ "[affinity]\nwm0RX0 = 3\n[setup]\n1 = intrctl nointr -c 3\n"
	  "[events]\n0 = intrctl affinity -c next -i a\n1ms = echo -c 9\n"
	  "1ms = intrctl list -c\n",
	    "" },
};

START_TEST(no_cpu)
{
	struct err err = ERR_NONE;
	char text[256];

	snprintf(text, sizeof(text), "[scenario]\nimage = a\n%s",
	    cpus[_i].text);
	ck_assert_str_eq(load(text), "");
	ck_assert_int_eq(scenario_check_cpus(&s, 4, &err),
	    cpus[_i].says[0] == '\0' ? EX_GOOD : EX_INPUT);
	ck_assert(strncmp(err.text, cpus[_i].says, strlen(cpus[_i].says)) == 0);
	scenario_free(&s);
}
END_TEST

/* Of an inherited line, the file is named in which it is. */
START_TEST(where_inherited)
{
	struct err err = ERR_NONE;

	scratch_puts("p.ini",
	    "[scenario]\nimage = a\n[affinity]\nx = 1\ny = 2\n");
	ck_assert_str_eq(
	    load("[scenario]\ninherit = p.ini\n[affinity]\ny = 3\n"), "");
	ck_assert(scenario_refused(&s, "setup", 0, 2, &err));
	ck_assert_ptr_eq(strstr(err.text, "p.ini:4: x = 1: refused"), err.text);
	err = (struct err)ERR_NONE;
	ck_assert(scenario_refused(&s, "setup", 1, 2, &err));
	ck_assert_ptr_eq(strstr(err.text, "s.ini:4: y = 3: refused"), err.text);
	scenario_free(&s);
}
END_TEST

/* What a child says wins; its [setup] and [events] take the place of all of them. */
START_TEST(inherited)
{
	scratch_puts("p.ini",
	    "[scenario]\nimage = a\ncpus = 2\n"
	    "[boot]\nrun = serve\nx = 1\n[set]\ndram.latency = 120ns\n"
	    "[affinity]\nwm0RX0 = 1\nwm0RX1 = 2\n"
	    "[setup]\n1 = echo p\n2 = echo q\n[events]\n1ms = echo e\n");
	ck_assert_str_eq(load("[scenario]\ninherit = p.ini\ncpus = 4\n"
			      "[boot]\nx = 2\n[set]\ndram.latency = 99ns\n"
			      "[affinity]\nwm0RX0 = 3\n"),
	    "");
	ck_assert_str_eq(s.image, "a");
	ck_assert_uint_eq(s.cpus, 4);
	ck_assert_uint_eq(s.nsets, 1);
	ck_assert_str_eq(s.sets[0], "dram.latency=99ns");
	ck_assert_str_eq(s.args,
	    "run=serve x=2 setup=intrctl,affinity,-c,3,-i,wm0RX0;"
	    "intrctl,affinity,-c,2,-i,wm0RX1;echo,p;echo,q "
	    "events=1ms,echo,e");
	scenario_free(&s);
	ck_assert_str_eq(load("[scenario]\ninherit = p.ini\n"
			      "[setup]\n1 = echo r\n[events]\n0 = echo f\n"),
	    "");
	ck_assert_ptr_nonnull(strstr(s.args, ";echo,r events=0ns,echo,f"));
	ck_assert_ptr_null(strstr(s.args, "echo,p"));
	scenario_free(&s);
}
END_TEST

/* A property from elsewhere: in the place of the file's, or behind it. */
START_TEST(one_more)
{
	struct err err = ERR_NONE;

	scratch_puts("p.ini", good);
	ck_assert_str_eq(
	    load("[scenario]\nimage = a\n[boot]\nrun = serve\nx = 1\n"
		 "[setup]\n1 = echo p\n"),
	    "");
	ck_assert_int_eq(scenario_boot(&s, "x", "2", &err), EX_GOOD);
	ck_assert_int_eq(scenario_boot(&s, "y", "3", &err), EX_GOOD);
	ck_assert_str_eq(s.args, "run=serve x=2 y=3 setup=echo,p");
	ck_assert_int_eq(scenario_boot(&s, "setup", "echo,q", &err), EX_INPUT);
	ck_assert_ptr_nonnull(strstr(err.text, "have a section [setup]"));
	scenario_free(&s);
}
END_TEST

/* The scenario as it is printed, in place of itself. */
static void
load_printed(void)
{
	FILE *fp = fopen("s.ini", "w");

	scenario_print(&s, fp);
	fclose(fp);
	scenario_free(&s);
	ck_assert_int_eq(scenario_load(&s, "s.ini", &(struct err)ERR_NONE),
	    EX_GOOD);
}

/* A printed scenario is the same scenario. */
START_TEST(printed)
{
	char args[SCENARIO_ARGS];

	scratch_puts("p.ini", good);
	ck_assert_str_eq(load("[scenario]\ninherit = p.ini\n"
			      "[affinity]\nwm2TX3 = 7\n"),
	    "");
	strcpy(args, s.args);
	load_printed();
	ck_assert_str_eq(s.args, args);
	ck_assert_uint_eq(s.limit_clk, 48000000);
	ck_assert(s.exact);
	ck_assert_str_eq(s.modules, "01012323");
	scenario_free(&s);
}
END_TEST

/* Also what is no whole number of ns or KiB. */
START_TEST(printed_exactly)
{
	ck_assert_str_eq(load("[scenario]\nimage = a\nlimit = 10.5cyc\n"
			      "ram = 65537B\n"),
	    "");
	load_printed();
	ck_assert_uint_eq(s.limit_clk, 105);
	ck_assert_uint_eq(s.ram_bytes, 65537);
	scenario_free(&s);
}
END_TEST

static const struct {
	const char *from, *to, *says;
} wrong[] = {
	{ "limit = 2ms", "limit = 0ms",
	    "s.ini:4: limit = 0ms: less than a cycle; write e.g. 2ms" },
	{ "cpus = 2", "inherit = x.ini",
	    "s.ini:3: inherit = x.ini: inherit comes before" },
	{ "image = bridge", "inherit = s.ini",
	    "s.ini:2: inherit = s.ini: does a file inherit itself?" },
	{ "image = bridge", "inherit = nosuch.ini",
	    "s.ini:2: inherit = nosuch.ini: No such file or directory; name" },
	{ "[boot]", "[affinity]\nwm0RX0 = 8\n[boot]",
	    "s.ini:11: wm0RX0 = 8: write a CPU, 0 to 7" },
	{ "[boot]", "[setup]\n1 = a;b\n[boot]",
	    "s.ini:11: 1 = a;b: write a command" },
	{ "image", "imago",
	    "s.ini:2: [scenario] has no key 'imago'; did you "
	    "mean image" },
	{ "cpus = 2", "cpus = 9", "s.ini:3: cpus = 9: there are 1 to 8" },
	{ "cpus = 2", "cpus = x", "s.ini:3: cpus = x: " },
	{ "2ms", "2", "s.ini:4: limit = 2: '2' has no unit; " },
	{ "64MiB", "64", "s.ini:5: ram = 64: " },
	{ "exact", "exakt", "s.ini:6: order = exakt: write epochs or exact" },
	{ "01012323", "01012322",
	    "s.ini:7: modules = 01012322: write the module of each CPU" },
	{ "01012323", "0101232", "s.ini:7: modules = 0101232: write" },
	{ "01012323", "010123233", "s.ini:7: modules = 010123233: write" },
	{ "01012323", "01014343", "s.ini:7: modules = 01014343: write" },
	{ "[set]", "[sets]", "no section [sets]; there are" },
	{ "latency", "latancy", "s.ini:9: unknown key 'dram.latancy'; did" },
	{ "120ns", "120", "s.ini:9: dram.latency: '120' has no unit" },
	{ "run = forward", "run = a b", "s.ini:11: run = a b: names and" },
	{ "frames", "events", "s.ini:12: events = 10: events have a section" },
	{ "0 = echo a", "2ms = echo a",
	    "s.ini:15: 1ms = brconfig bridge0  "
	    "flush: this is before" },
	{ "0 = echo a", "1.5us = echo a",
	    "s.ini:14: 1.5us = echo a: write a "
	    "whole number" },
	{ "0 = echo a", "12cyc = echo a", "s.ini:14: 12cyc = echo a: write" },
	{ "0 = echo a", "0ns+0 = echo a",
	    "0ns+0 = echo a: it would never end" },
	{ "0 = echo a", "0ns+1 = echo a",
	    "s.ini:14: 0ns+1 = echo a: '1' is no time with a unit; write a "
	    "whole number of s, ms, us or ns" },
	{ "echo b", "echo 'b", "s.ini:16: 1ms = echo 'b: a quote has no end" },
	{ "echo b", "echo ,", "s.ini:16: 1ms = echo ,: write a command" },
	{ "image = bridge\n", "", "s.ini: no image; write" },
};

START_TEST(errors)
{
	char text[1024];
	const char *at = strstr(good, wrong[_i].from);
	const size_t before = (size_t)(at - good);

	ck_assert_ptr_nonnull(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)before, good,
	    wrong[_i].to, at + strlen(wrong[_i].from));
	ck_assert_ptr_nonnull(strstr(load(text), wrong[_i].says));
	scenario_free(&s);
}
END_TEST

/* Events without end are refused, not cut. */
START_TEST(too_much)
{
	char text[16384] = "[scenario]\nimage = a\n[events]\n";

	for (int i = 0; i < 400; i++)
		strcat(text, "1ms = echo what an event\n");
	ck_assert_ptr_nonnull(strstr(load(text), "too many"));
	scenario_free(&s);
}
END_TEST

START_TEST(mutated)
{
	unsigned taken = 0;
	char buf[CASE_MAX];

	for (unsigned k = 0; k < 2000; k++) {
		struct err err = ERR_NONE;
		size_t len = sizeof(good) - 1;
		enum exit_code rc;
		struct rng r;

		rng_seed(&r, 2015, k);
		memcpy(buf, good, len);
		mutate_some(&r, buf, &len);
		scratch_write("s.ini", buf, len);
		rc = scenario_load(&s, "s.ini", &err);
		taken += rc == EX_GOOD;
		ck_assert(rc == EX_GOOD || rc == EX_INPUT);
		ck_assert(rc == EX_GOOD || strncmp(err.text, "s.ini:", 6) == 0);
		ck_assert(rc != EX_GOOD || s.image != NULL);
		ck_assert_uint_lt(strlen(s.args), sizeof(s.args));
		scenario_free(&s);
	}
	printf("fuzz-scenario: 2000 files, %u taken\n", taken);
	ck_assert_uint_gt(taken, 100);
	ck_assert_uint_lt(taken, 1900);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sim/core/scenario");
	TCase *t = tcase_create("scenario");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, scratch_enter, scratch_leave);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, one_more);
	tcase_add_test(t, whole);
	tcase_add_test(t, blanks);
	tcase_add_test(t, commands);
	tcase_add_loop_test(t, no_cpu, 0,
	    (int)(sizeof(cpus) / sizeof(cpus[0])));
	tcase_add_test(t, where_inherited);
	tcase_add_test(t, inherited);
	tcase_add_test(t, printed);
	tcase_add_test(t, printed_exactly);
	tcase_add_loop_test(t, errors, 0,
	    (int)(sizeof(wrong) / sizeof(wrong[0])));
	tcase_add_test(t, too_much);
	tcase_add_test(t, mutated);
	suite_add_tcase(suite, t);
	sr = srunner_create(suite);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
