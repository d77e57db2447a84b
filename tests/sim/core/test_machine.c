/*
 * test_machine.c: the machine file, --set, and what is printed of them.
 *
 * The tests start from scenarios/machines/c2758.ini itself and change one
 * line of it, so that they keep up with new constants.
 */
#include "scratch.h"

#include "core/hash.h"
#include "core/machine.h"

static char *ini; /* text of c2758.ini */
static struct machine m;
static struct err err;

static void
setup(void)
{
	size_t n;

	ini = scratch_read("scenarios/machines/c2758.ini", &n);
	scratch_enter();
	memset(&err, 0, sizeof(err));
}

static void
teardown(void)
{
	free(ini);
	scratch_leave();
}

static unsigned
lines_before(const char *p)
{
	unsigned n = 1;

	for (const char *s = ini; s < p; s++)
		n += *s == '\n';
	return n;
}

/* Where `key' is given in [section]. */
static char *
find_line(const char *name)
{
	char head[64];
	char *p;

	snprintf(head, sizeof(head), "\n[%.*s]\n",
	    (int)(strchr(name, '.') - name), name);
	p = strstr(ini, head);
	ck_assert_msg(p != NULL, "no section of %s", name);
	snprintf(head, sizeof(head), "\n%s ", strchr(name, '.') + 1);
	p = strstr(p, head);
	ck_assert_msg(p != NULL, "no line of %s", name);
	return p + 1;
}

/* Write m.ini: c2758.ini with the line of name replaced; its number. */
static unsigned
replace(const char *name, const char *line)
{
	char *p = find_line(name), *end = strchr(p, '\n');
	FILE *f = fopen("m.ini", "w");

	ck_assert_ptr_nonnull(f);
	fprintf(f, "%.*s%s%s", (int)(p - ini), ini, line, end);
	ck_assert_int_eq(fclose(f), 0);
	return lines_before(p);
}

static enum exit_code
load(const char *set)
{
	err.code = EX_GOOD;
	return machine_load(&m, "m.ini", &set, set != NULL, &err);
}

START_TEST(c2758)
{
	scratch_puts("m.ini", ini);
	ck_assert_int_eq(load(NULL), EX_GOOD);
	ck_assert_str_eq(err.text, "");
	ck_assert_uint_eq(m.l1d_hit_clk, 30);
	ck_assert_uint_eq(m.l1d_outstanding, 8);
	ck_assert_uint_eq(m.l2_size_bytes, 1024 * 1024);
	ck_assert_uint_eq(m.l2_hit_clk, 140);
	ck_assert_uint_ge(m.dram_latency_clk, 2330);
	ck_assert_uint_le(m.dram_latency_clk, 2500);
	ck_assert_uint_eq(m.branch_mispredict_clk, 100);
	ck_assert_uint_eq(m.rep_movs_bytes_10cyc, 136);
	ck_assert_uint_eq(m.rep_stos_bytes_10cyc, 109);
	ck_assert_int_eq(m.note[MACHINE_l2_hit].tag, TAG_MEASURED);
	ck_assert_uint_eq(m.note[MACHINE_l2_hit].low, 140);
	ck_assert_uint_eq(m.note[MACHINE_l2_hit].high, 140);
	ck_assert_uint_eq(m.note[MACHINE_l2_hit].line,
	    lines_before(find_line("l2.hit")));
	ck_assert_str_eq(m.note[MACHINE_l2_hit].source,
	    "ILX NewMemLat: flat to 128 KB");
	/* an estimate without a range: 16 -30 % is 11.2, +30 % is 20.8 */
	ck_assert_uint_eq(m.note[MACHINE_core_store_buffer].low, 12);
	ck_assert_uint_eq(m.note[MACHINE_core_store_buffer].high, 20);
}
END_TEST

/* What every row of the table promises; also that no key is missing. */
START_TEST(rows)
{
	const struct machine_row *row = machine_row((enum machine_key)_i);
	uint64_t min = 1, max = 0;
	char set[128];
	unsigned line;

	ck_assert_int_eq(unit_parse(row->unit, row->min, &min, &err), EX_GOOD);
	ck_assert_int_eq(unit_parse(row->unit, row->max, &max, &err), EX_GOOD);
	ck_assert_uint_le(min, max);
	line = replace(row->name, "# gone");
	ck_assert_int_eq(load(NULL), EX_INPUT);
	snprintf(set, sizeof(set), "[%s] lacks '%s'; add %s = ", row->section,
	    row->key, row->key);
	ck_assert_ptr_nonnull(strstr(err.text, set));
	scratch_puts("m.ini", ini);
	snprintf(set, sizeof(set), "%s=%s", row->name, row->max);
	if (load(set) == EX_GOOD) {
		ck_assert_uint_eq(machine_value(&m, (enum machine_key)_i), max);
		ck_assert_int_eq(m.note[_i].tag, TAG_SET);
		ck_assert_uint_eq(m.note[_i].line, 0);
	} else {
		/* refused only for its relation to another constant */
		ck_assert_ptr_nonnull(strstr(err.text, "--set: "));
	}
	ck_assert_uint_gt(line, 1);
}
END_TEST

#define PART(least, most)                                                  \
	"pcie.flight is a part of msi.latency, and 25ns are the way from " \
	"the root to the local APIC; take at least " least                 \
	" for msi.latency, or at most " most " for pcie.flight"

static const struct {
	const char *name, *line, *message; /* behind "m.ini:N: " */
} bad[] = {
	{ "l2.hit", "hti = 14cyc measured \"x\"",
	    "unknown key 'l2.hti'; did you mean 'l2.hit'?" },
	{ "l2.hit", "colour = 14cyc measured \"x\"",
	    "unknown key 'l2.colour'; "
	    "`rangeley show machine' lists all keys" },
	{ "l2.hit", "hit = 14 measured \"x\"",
	    "l2.hit: '14' has no unit; write a time such as 20cyc or 200ns "
	    "(units cyc ns us ms s)" },
	{ "l2.hit", "hit = 14KiB measured \"x\"",
	    "l2.hit: '14KiB' is a size, not a time; write a time such as "
	    "20cyc or 200ns (units cyc ns us ms s)" },
	{ "l2.hit", "hit =",
	    "l2.hit: '' is not a time; write a time such as 20cyc or 200ns "
	    "(units cyc ns us ms s)" },
	{ "l2.hit", "hit = 2us measured \"x\"",
	    "l2.hit: '2us' is out of range; the model takes 1cyc to 1us" },
	{ "l2.hit", "hit = 14cyc",
	    "l2.hit: the tag is missing; write measured, specified, "
	    "estimate, calibrated or set after the value" },
	{ "l2.hit", "hit = 14cyc \"x\"",
	    "l2.hit: the tag is missing; write measured, specified, "
	    "estimate, calibrated or set after the value" },
	{ "l2.hit", "hit = 14cyc guess \"x\"",
	    "l2.hit: no tag 'guess'; write measured, specified, "
	    "estimate, calibrated or set after the value" },
	{ "l2.hit", "hit = 14cyc measured",
	    "l2.hit: the source is missing or not closed; end the line with "
	    "\"source\" (' ;' would start a comment)" },
	{ "l2.hit", "hit = 14cyc measured \"\"",
	    "l2.hit: the source is missing or not closed; end the line with "
	    "\"source\" (' ;' would start a comment)" },
	{ "l2.hit", "hit = 14cyc measured \"a ; b\"",
	    "l2.hit: the source is missing or not closed; end the line with "
	    "\"source\" (' ;' would start a comment)" },
	{ "l2.hit", "hit = 14cyc measured \"a\" b",
	    "l2.hit: the source is missing or not closed; end the line with "
	    "\"source\" (' ;' would start a comment)" },
	{ "l2.hit", "hit = 14cyc measured 14cyc \"x\"",
	    "l2.hit: '14cyc' is neither a range nor a source; "
	    "write low..high and \"source\"" },
	{ "l2.hit", "hit = 14cyc measured 13..15cyc \"x\"",
	    "l2.hit: '13' has no unit; write a time such as 20cyc or 200ns "
	    "(units cyc ns us ms s)" },
	{ "l2.hit", "hit = 14cyc measured 16cyc..12cyc \"x\"",
	    "l2.hit: the range 16cyc..12cyc is empty; "
	    "write the lower end first" },
	{ "l2.hit", "hit = 14cyc estimate 15cyc..20cyc \"x\"",
	    "l2.hit: 14cyc lies outside its range; "
	    "correct one of them, or try the value with --set" },
	{ "l2.hit", "hit = 14cyc calibrated \"x\"",
	    "l2.hit: a calibrated value has no range; "
	    "write the range of the estimate it was chosen from" },
	{ "l2.hit", "hit = 2cyc measured \"x\"",
	    "l2.hit = 2cyc: l2.hit must not be shorter than l1d.hit; "
	    "change one of them" },
	{ "dram.latency", "latency = 13.9cyc measured \"x\"",
	    "dram.latency = 13.9cyc: dram.latency must not be shorter than "
	    "l2.hit; change one of them" },
	{ "l2.size", "size = 768KiB specified \"x\"",
	    "l2.size = 768KiB: 16 ways of 64-byte lines want a power of "
	    "two; choose 512KiB, 1MiB, 2MiB ..." },
	{ "pcie.max_payload", "max_payload = 192B specified \"x\"",
	    "pcie.max_payload = 192B: no power of two; "
	    "choose 64B, 128B, 256B ..." },
	{ "pcie.flight", "flight = 301ns estimate 100ns..400ns \"x\"",
	    "pcie.flight = 722.4cyc: the answer to a read would overtake the "
	    "writes that it pushes; take at most 720cyc for pcie.flight, or "
	    "at least 1322.4cyc for uncached.read" },
	{ "msi.latency", "latency = 174ns specified \"x\"",
	    "msi.latency = 417.6cyc: " PART("420cyc", "357.6cyc") },
	{ "l2.hit", "[l3]\nhit = 14cyc measured \"x\"", NULL },
};

START_TEST(bad_lines)
{
	char want[512];
	unsigned line = replace(bad[_i].name, bad[_i].line);

	if (bad[_i].message == NULL)
		snprintf(want, sizeof(want),
		    "m.ini:%u: unknown key 'l3.hit'; "
		    "did you mean 'l2.hit'?",
		    line + 1);
	else
		snprintf(want, sizeof(want), "m.ini:%u: %s", line,
		    bad[_i].message);
	ck_assert_int_eq(load(NULL), EX_INPUT);
	ck_assert_str_eq(err.text, want);
}
END_TEST

START_TEST(bad_files)
{
	char want[512], longname[2000];
	unsigned line = replace("l2.hit",
	    "hit = 14cyc measured \"x\"\nhit = 14cyc measured \"x\"");

	ck_assert_int_eq(load(NULL), EX_INPUT);
	snprintf(want, sizeof(want),
	    "m.ini:%u: l2.hit stands in line %u already; remove one of them",
	    line + 1, line);
	ck_assert_str_eq(err.text, want);

	scratch_puts("m.ini", "hit = 14cyc measured \"x\"\n");
	ck_assert_int_eq(load(NULL), EX_INPUT);
	ck_assert_str_eq(err.text,
	    "m.ini:1: unknown key 'hit'; "
	    "`rangeley show machine' lists all keys");

	scratch_puts("m.ini", "");
	ck_assert_int_eq(load(NULL), EX_INPUT);
	ck_assert_str_eq(err.text,
	    "m.ini: [core] lacks 'store_buffer'; "
	    "add store_buffer = value tag low..high \"source\"");

	unlink("m.ini");
	ck_assert_int_eq(load(NULL), EX_INPUT);
	ck_assert_str_eq(err.text,
	    "m.ini: cannot open: "
	    "No such file or directory; name a file that can be read");

	memset(longname, 'a', sizeof(longname) - 1);
	longname[sizeof(longname) - 1] = '\0';
	err.code = EX_GOOD;
	ck_assert_int_eq(machine_load(&m, longname, NULL, 0, &err), EX_INPUT);
	ck_assert_str_eq(err.text,
	    "name of the machine file: too long, "
	    "or not text; rename the file");
}
END_TEST

#define FLIES(set, least, most)                                                     \
	"--set: uncached." set                                                      \
	": an access and its answer fly uncached.flight each; take at least " least \
	" for uncached.read and uncached.port, or at most " most                    \
	" for uncached.flight and pcie.flight"

static const struct {
	const char *set, *message;
} bad_sets[] = {
	{ "l2.hti=20cyc",
	    "--set l2.hti=20cyc: unknown key 'l2.hti'; "
	    "did you mean 'l2.hit'?" },
	{ "l2.hit", "--set l2.hit: no '='; write --set section.key=value" },
	{ "", "--set : no '='; write --set section.key=value" },
	{ "wm_queues=1",
	    "--set wm_queues=1: unknown key 'wm_queues'; constants are written "
	    "section.key, properties of a kernel without --set: wm_queues=1" },
	{ "=20cyc",
	    "--set =20cyc: unknown key ''; "
	    "`rangeley show machine' lists all keys" },
	{ "l2.hit=20",
	    "--set l2.hit=20: l2.hit: '20' has no unit; write a time such as "
	    "20cyc or 200ns (units cyc ns us ms s)" },
	{ "l2.hit=20cyc measured",
	    "--set l2.hit=20cyc measured: l2.hit: '20cyc measured' is not a "
	    "time: no unit 'cyc measured'; write a time such as "
	    "20cyc or 200ns (units cyc ns us ms s)" },
	{ "l2.hit=2us",
	    "--set l2.hit=2us: l2.hit: '2us' is out of range; "
	    "the model takes 1cyc to 1us" },
	{ "l1d.hit=15cyc",
	    "--set: l1d.hit = 15cyc: l2.hit must not be "
	    "shorter than l1d.hit; change one of them" },
	{ "uncached.read=200ns", FLIES("read = 480cyc", "1200cyc", "240cyc") },
	{ "uncached.read=400ns", FLIES("read = 960cyc", "1200cyc", "480cyc") },
	{ "uncached.port=450ns", FLIES("port = 1080cyc", "1200cyc", "540cyc") },
	{ "uncached.flight=350ns",
	    FLIES("flight = 840cyc", "1680cyc", "660cyc") },
	{ "nic.descriptor_cache=15",
	    "--set nic.descriptor_cache=15: nic.descriptor_cache: '15' is out "
	    "of range; the model takes 16 to 64" },
	{ "pcie.bandwidth=2GHz",
	    "--set pcie.bandwidth=2GHz: pcie.bandwidth: '2GHz' is a "
	    "frequency, not a bandwidth; write a bandwidth such as 2GB/s "
	    "(units B/s kB/s MB/s GB/s)" },
	{ "l2.hit=\033[2J",
	    "--set l2.hit=?[2J: l2.hit: '?[2J' is not a time; "
	    "write a time such as 20cyc or 200ns "
	    "(units cyc ns us ms s)" },
};

START_TEST(refuses_sets)
{
	scratch_puts("m.ini", ini);
	ck_assert_int_eq(load(bad_sets[_i].set), EX_INPUT);
	ck_assert_str_eq(err.text, bad_sets[_i].message);
}
END_TEST

/* What FLIES() advises is taken; a step of 0.1 cycles beyond is not. */
START_TEST(flight_remedies)
{
	static const char *const good[][3] = {
		{ "pcie.flight=400ns", "uncached.read=1560cyc",
		    "msi.latency=1us" },
		{ "pcie.flight=720cyc", "pcie.flight=720cyc",
		    "msi.latency=1us" },
		{ "pcie.flight=400ns", "msi.latency=1020cyc",
		    "uncached.read=1us" },
		{ "msi.latency=100ns", "pcie.flight=180cyc",
		    "msi.latency=100ns" },
		{ "uncached.flight=350ns", "uncached.read=1680cyc",
		    "uncached.port=2160cyc" },
		{ "uncached.read=400ns", "uncached.flight=480cyc",
		    "pcie.flight=150ns" },
		{ "uncached.read=200ns", "uncached.flight=240cyc",
		    "pcie.flight=240cyc" },
	};
	static const char *const beyond[] = { "uncached.read=1559.9cyc",
		"pcie.flight=720.1cyc", "msi.latency=1019.9cyc",
		"pcie.flight=180.1cyc", "uncached.read=1679.9cyc",
		"uncached.flight=480.1cyc", "uncached.flight=240.1cyc" };

	scratch_puts("m.ini", ini);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *worse[] = { good[i][0], beyond[i], good[i][2] };

		ck_assert_int_eq(machine_load(&m, "m.ini", good[i], 3, &err),
		    EX_GOOD);
		ck_assert_int_eq(machine_load(&m, "m.ini", worse, 3, &err),
		    EX_INPUT);
		err.code = EX_GOOD;
	}
}
END_TEST

START_TEST(sets)
{
	static const char *const args[] = { "l2.hit=200ns", "l2.hit=20cyc",
		"dram.latency=500ns" };

	scratch_puts("m.ini", ini);
	ck_assert_int_eq(machine_load(&m, "m.ini", args, 3, &err), EX_GOOD);
	ck_assert_uint_eq(m.l2_hit_clk, 200); /* the last one, out of range */
	ck_assert_uint_eq(m.dram_latency_clk, 12000);
	ck_assert_int_eq(m.note[MACHINE_l2_hit].tag, TAG_SET);
	ck_assert_uint_eq(m.note[MACHINE_l2_hit].high, 140);
}
END_TEST

START_TEST(four_calibrated)
{
	static const struct {
		const char *name, *line;
	} lines[] = {
		{ "l1d.hit", "hit = 3cyc calibrated 3cyc..4cyc \"x\"" },
		{ "l2.hit", "hit = 14cyc calibrated 9cyc..14cyc \"x\"" },
		{ "dram.latency",
		    "latency = 240cyc calibrated 1cyc..240cyc \"x\"" },
		{ "rep.movs",
		    "movs = 13B/cyc calibrated 1B/cyc..14B/cyc \"x\"" },
	};
	char want[256];
	unsigned line = 0;
	size_t n;

	/* What the project's file calls calibrated is so no more. */
	(void)replace("bmc.byte", "byte = 2us estimate 2us..1ms \"x\"");
	free(ini);
	ini = scratch_read("m.ini", &n);
	(void)replace("bmc.tail", "tail = 2us estimate 0us..1ms \"x\"");
	free(ini);
	ini = scratch_read("m.ini", &n);
	for (unsigned i = 0; i < 4; i++) {
		line = replace(lines[i].name, lines[i].line);
		free(ini);
		ini = scratch_read("m.ini", &n);
		ck_assert_int_eq(load(NULL), i < 3 ? EX_GOOD : EX_INPUT);
	}
	snprintf(want, sizeof(want),
	    "m.ini:%u: rep.movs = 13B/cyc: the fourth calibrated constant; "
	    "at most three may be",
	    line);
	ck_assert_str_eq(err.text, want);
}
END_TEST

/* Two machines have the same constants, notes and hash. */
static bool
same(const struct machine *a, const struct machine *b)
{
	for (enum machine_key k = 0; k < MACHINE_NKEYS; k++)
		if (machine_value(a, k) != machine_value(b, k) ||
		    a->note[k].tag != b->note[k].tag ||
		    a->note[k].low != b->note[k].low ||
		    a->note[k].high != b->note[k].high ||
		    strcmp(a->note[k].source, b->note[k].source) != 0)
			return false;
	return machine_hash(a) == machine_hash(b);
}

static void
print_to(const char *name)
{
	FILE *f = fopen(name, "w");

	machine_print(&m, f);
	ck_assert_int_eq(fclose(f), 0);
}

START_TEST(print_reads_back)
{
	struct machine again;
	char *a, *b;
	size_t n;

	scratch_puts("m.ini", ini);
	ck_assert_int_eq(load(_i ? "l2.hit=20cyc" : NULL), EX_GOOD);
	print_to("p.ini");
	ck_assert_int_eq(machine_load(&again, "p.ini", NULL, 0, &err), EX_GOOD);
	ck_assert(same(&m, &again));
	/* the directory stays out of it */
	ck_assert_int_eq(machine_load(&m, "./p.ini", NULL, 0, &err), EX_GOOD);
	print_to("a.ini");
	m = again;
	print_to("b.ini");
	a = scratch_read("a.ini", &n);
	b = scratch_read("b.ini", &n);
	ck_assert_str_eq(a, b);
	free(a);
	free(b);
	/* the twin: another value is seen by the comparison */
	again.note[MACHINE_l2_hit].high++;
	ck_assert(!same(&m, &again));
}
END_TEST

/* The hash takes in every constant, and nothing else. */
START_TEST(hash)
{
	struct machine n;
	uint64_t h;

	scratch_puts("m.ini", ini);
	ck_assert_int_eq(load(NULL), EX_GOOD);
	h = machine_hash(&m);
	for (enum machine_key k = 0; k < MACHINE_NKEYS; k++) {
		n = m;
		((uint64_t *)&n)[k] ^= 1;
		ck_assert_uint_ne(machine_value(&n, k), machine_value(&m, k));
		ck_assert_uint_ne(machine_hash(&n), h);
	}
	n = m;
	n.path[0] = 'x';
	n.note[0].tag = TAG_SET;
	n.note[0].line++;
	ck_assert_uint_eq(machine_hash(&n), h);
	scratch_puts("m.ini", ini);
	ck_assert_int_eq(load("l2.hit=14cyc"), EX_GOOD);
	ck_assert_uint_eq(machine_hash(&m), h);
}
END_TEST

START_TEST(json)
{
	json_t *j, *c;

	scratch_puts("m.ini", ini);
	ck_assert_int_eq(load("dram.latency=100.5ns"), EX_GOOD);
	j = machine_json(&m);
	ck_assert_ptr_nonnull(j);
	ck_assert_str_eq(json_string_value(json_object_get(j, "file")),
	    "m.ini");
	c = json_object_get(j, "constants");
	ck_assert_uint_eq(json_object_size(c), MACHINE_NKEYS);
	c = json_object_get(c, "dram.latency");
	ck_assert_double_eq(json_real_value(json_object_get(c, "value")),
	    241.2);
	ck_assert_str_eq(json_string_value(json_object_get(c, "unit")), "cyc");
	ck_assert_str_eq(json_string_value(json_object_get(c, "text")),
	    "241.2cyc");
	ck_assert_str_eq(json_string_value(json_object_get(c, "tag")), "set");
	ck_assert_str_eq(json_string_value(json_object_get(c, "origin")),
	    "--set");
	json_decref(j);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core/machine");
	TCase *tc = tcase_create("machine");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, c2758);
	tcase_add_loop_test(tc, rows, 0, MACHINE_NKEYS);
	tcase_add_loop_test(tc, bad_lines, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, bad_files);
	tcase_add_loop_test(tc, refuses_sets, 0,
	    sizeof(bad_sets) / sizeof(bad_sets[0]));
	tcase_add_test(tc, sets);
	tcase_add_test(tc, flight_remedies);
	tcase_add_test(tc, four_calibrated);
	tcase_add_loop_test(tc, print_reads_back, 0, 2);
	tcase_add_test(tc, hash);
	tcase_add_test(tc, json);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
