/*
 * bench.c: `rangeley bench micro': the microbenchmarks beside the figures of
 * the real processor.
 *
 * Each result of the image `micro' is looked up by name in bench/micro.csv.
 * A figure that is tagged as measured there must be met within SLACK, an
 * estimate exactly; what is in no table must be in bench/composite.csv, which
 * says what decides it, and has nothing to be compared with.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app.h"
#include "core/csv.h"
#include "core/json_out.h"
#include "core/units.h"
#include "folder.h"
#include "thunk/run.h"

#define SLACK 0.05 /* of a measured figure */

struct bench_opts {
	struct opts opts;
	const char *which;
	const char *only; /* one benchmark; NULL: all */
	const char *out;  /* folder for micro.json and micro.csv, or NULL */
};

/* Everything that is known of benchmarks before they run. */
struct tables {
	struct refs refs;     /* bench/micro.csv */
	struct csv source;    /* name, where the reference is from */
	struct csv composite; /* name, unit, mechanism */
};

/* One line of the table. */
struct row {
	const char *name, *unit, *tag, *source, *mechanism;
	const struct ref *ref;   /* NULL: nothing to compare with */
	double low, high, model; /* in unit */
	double error_pct;        /* from the nearer bound, 0 inside */
	uint64_t n;
	bool known, ok;
};

struct sum {
	unsigned judged, off;
};

static char *const *
csv_find(const struct csv *csv, const char *name)
{
	for (unsigned i = 0; i < csv->n; i++)
		if (strcmp(csv->row[i].cell[0], name) == 0)
			return csv->row[i].cell;
	return NULL;
}

static double
error_pct(double model, double low, double high)
{
	if (model < low)
		return (low - model) / low * 100;
	return model > high ? (model - high) / high * 100 : 0;
}

/* Clock units in one `unit', which a table names. */
static double
unit_clk(const char *unit)
{
	struct err err = ERR_NONE;
	uint64_t clk = CLK_PER_CYC;
	char text[32];

	snprintf(text, sizeof(text), "1%s", unit);
	(void)unit_parse(UNIT_TIME, text, &clk, &err);
	return (double)clk;
}

static void
compare(struct row *row)
{
	const double clk = (double)row->ref->unit_clk;

	row->unit = row->ref->unit;
	row->tag = row->ref->measured ? "measured" : "estimate";
	row->low = (double)row->ref->low_clk / clk;
	row->high = (double)row->ref->high_clk / clk;
	row->known = row->source != NULL;
}

static struct row
row_of(const struct tables *t, const struct run_result *r)
{
	char *const *source = csv_find(&t->source, r->name);
	char *const *composite = csv_find(&t->composite, r->name);
	struct row row = { .name = r->name,
		.unit = "cyc",
		.tag = "composite",
		.source = source != NULL ? source[1] : NULL,
		.ref = refs_find(&t->refs, r->name),
		.n = r->n };

	if (row.ref != NULL) {
		compare(&row);
	} else if (composite != NULL) {
		row.unit = composite[1];
		row.mechanism = composite[2];
		row.known = true;
	}
	if (r->n != 0)
		row.model = (double)r->total_cyc * CLK_PER_CYC / (double)r->n /
		    unit_clk(row.unit);
	if (row.ref != NULL)
		row.error_pct = error_pct(row.model, row.low, row.high);
	row.ok = row.known && r->n != 0 &&
	    row.error_pct <=
		(row.ref != NULL && row.ref->measured ? SLACK * 100 : 0);
	return row;
}

static void
print_row(const struct row *row)
{
	char range[32];

	printf("%-22s %8.2f %-3s", row->name, row->model, row->unit);
	if (row->ref != NULL) {
		snprintf(range, sizeof(range),
		    row->low < row->high ? "%g..%g" : "%g", row->low,
		    row->high);
		printf("  %-10s %-9s %-3s  %s\n", range, row->tag,
		    row->ok ? "ok" : "off", row->ref->what);
	} else {
		printf("  %-10s %-9s %-3s  %s\n", "", row->tag,
		    row->ok ? "" : "off",
		    row->known ? row->mechanism
			       : "add it to bench/composite.csv");
	}
}

static void
set_text(json_t *j, const char *key, const char *text)
{
	json_object_set_new(j, key,
	    text != NULL ? json_string(text) : json_null());
}

/* Without a reference there is nothing to compare with: null. */
static void
set_number(json_t *j, const char *key, const struct ref *ref, double v,
    int decimals)
{
	json_object_set_new(j, key,
	    ref != NULL ? json_fixed(v, decimals) : json_null());
}

static json_t *
row_json(const struct row *row)
{
	json_t *j = json_pack("{s:s s:o s:s s:s s:I s:b}", "name", row->name,
	    "model", json_fixed(row->model, 4), "unit", row->unit, "tag",
	    row->tag, "n", (json_int_t)row->n, "ok", (int)row->ok);

	set_number(j, "low", row->ref, row->low, 4);
	set_number(j, "high", row->ref, row->high, 4);
	set_number(j, "error_pct", row->ref, row->error_pct, 2);
	set_text(j, "source", row->source);
	if (row->ref == NULL)
		set_text(j, "mechanism", row->mechanism);
	return j;
}

/* How many names of micro.csv have not run; each is printed. */
static unsigned
not_run(const struct refs *refs, const struct run_report *rep)
{
	unsigned missing = 0;

	for (unsigned i = 0; i < refs->n; i++) {
		bool ran = false;
		for (size_t k = 0; k < rep->nresult; k++)
			ran |= strcmp(rep->result[k].name, refs->ref[i].name) ==
			    0;
		if (!ran)
			fprintf(stderr,
			    "rangeley: no benchmark %s, which "
			    "bench/micro.csv names\n",
			    refs->ref[i].name);
		missing += !ran;
	}
	return missing;
}

/* All rows, as text unless json has them. */
static struct sum
table(const struct tables *t, const struct run_report *rep, json_t *json,
    bool quiet)
{
	struct sum sum = { 0, 0 };

	if (!quiet)
		printf("%-22s %8s      %s\n", "benchmark", "model", "C2758");
	for (size_t i = 0; i < rep->nresult; i++) {
		struct row row = row_of(t, &rep->result[i]);
		sum.judged += row.ref != NULL;
		sum.off += !row.ok;
		json_array_append_new(json, row_json(&row));
		if (!quiet)
			print_row(&row);
	}
	if (!quiet)
		printf("%u figures with a reference, %u off (measured: "
		       "beyond %.0f %%; estimates: outside)\n",
		    sum.judged, sum.off, SLACK * 100);
	return sum;
}

/* ---- results/micro ------------------------------------------------------ */

static void
csv_row(FILE *f, const struct row *r)
{
	fprintf(f, "%s,%.4f,", r->name, r->model);
	if (r->ref != NULL)
		fprintf(f, "%g,%g,%s,%s,%s,%.2f,\n", r->low, r->high, r->unit,
		    r->tag, r->source != NULL ? r->source : "", r->error_pct);
	else
		fprintf(f, ",,%s,%s,,,%s\n", r->unit, r->tag,
		    r->mechanism != NULL ? r->mechanism : "");
}

static enum exit_code
save_csv(const struct tables *t, const struct run_report *rep, const char *path,
    struct err *err)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return err_set(err, EX_INPUT,
		    "%s: %s; name a folder that is "
		    "there",
		    path, strerror(errno));
	fputs("name,model,low,high,unit,tag,source,error_pct,mechanism\n", f);
	for (size_t i = 0; i < rep->nresult; i++) {
		struct row row = row_of(t, &rep->result[i]);
		csv_row(f, &row);
	}
	if (!folder_close(f))
		return err_set(err, EX_INPUT, "%s: %s; make room", path,
		    strerror(errno));
	return EX_GOOD;
}

/* rows is borrowed. */
static enum exit_code
save(const struct tables *t, const struct machine *m,
    const struct run_report *rep, json_t *rows, const char *dir)
{
	struct err err = ERR_NONE;
	char path[4096];
	json_t *j = json_pack("{s:o s:O}", "machine",
	    json_hex64(machine_hash(m)), "rows", rows);

	snprintf(path, sizeof(path), "%s/micro.csv", dir);
	if (save_csv(t, rep, path, &err) == EX_GOOD) {
		snprintf(path, sizeof(path), "%s/micro.json", dir);
		json_save(j, path, &err);
	}
	json_decref(j);
	return fail(&err);
}

static enum exit_code
report(const struct bench_opts *b, const struct tables *t,
    const struct report_head *head, const struct run_report *rep)
{
	struct err err = ERR_NONE;
	json_t *rows = json_array(), *j;
	struct sum sum = table(t, rep, rows, b->opts.json);
	unsigned missing = b->only == NULL ? not_run(&t->refs, rep) : 0;
	enum exit_code rc = EX_GOOD;

	if (b->out != NULL)
		rc = save(t, head->machine, rep, rows, b->out);
	if (b->opts.json) {
		j = report_json(head, rep);
		json_object_set(j, "results", rows);
		json_print(j, stdout, "standard output", &err);
		json_decref(j);
	}
	json_decref(rows);
	if (rc != EX_GOOD || fail(&err) != EX_GOOD)
		return rc != EX_GOOD ? rc : err.code;
	if (rep->verdict != EX_GOOD)
		return rep->verdict;
	return sum.off + missing == 0 ? EX_GOOD : EX_FINDING;
}

static enum exit_code
load_table(struct csv *csv, const char *file, const char *header)
{
	struct err err = ERR_NONE;
	char *path = where_source(file);

	csv_load(csv, path, header, &err);
	free(path);
	return fail(&err);
}

static enum exit_code
tables_load(struct tables *t)
{
	struct err err = ERR_NONE;
	char *path = where_source("bench/micro.csv");
	enum exit_code rc;

	*t = (struct tables){ .refs = { .ref = NULL } };
	refs_load(&t->refs, path, &err);
	free(path);
	rc = fail(&err);
	if (rc == EX_GOOD)
		rc = load_table(&t->source, "bench/sources.csv", "name,source");
	if (rc == EX_GOOD)
		rc = load_table(&t->composite, "bench/composite.csv",
		    "name,unit,mechanism");
	return rc;
}

static void
tables_free(struct tables *t)
{
	csv_free(&t->composite);
	csv_free(&t->source);
	refs_free(&t->refs);
}

/* The name of --only is one of the tables'. */
static enum exit_code
check_name(const struct tables *t, const char *only)
{
	const unsigned n = t->refs.n + t->composite.n;
	struct err err = ERR_NONE;
	const char **name, *near;

	if (only == NULL || refs_find(&t->refs, only) != NULL ||
	    csv_find(&t->composite, only) != NULL)
		return EX_GOOD;
	name = calloc(n, sizeof(*name));
	if (name == NULL)
		abort();
	for (unsigned i = 0; i < n; i++)
		name[i] = i < t->refs.n
		    ? t->refs.ref[i].name
		    : t->composite.row[i - t->refs.n].cell[0];
	near = text_nearest(only, name, n);
	err_set(&err, EX_INPUT,
	    "no benchmark of the name %s%s%s; `rangeley bench micro' prints all",
	    only, near != NULL ? ": did you mean " : "",
	    near != NULL ? near : "");
	free(name);
	return fail(&err);
}

/* The folder of --out is there. */
static enum exit_code
check_folder(const char *dir)
{
	struct err err = ERR_NONE;
	struct stat st;

	if (dir == NULL || (stat(dir, &st) == 0 && S_ISDIR(st.st_mode)))
		return EX_GOOD;
	err_at(&err, EX_INPUT, dir, 0, "no folder; make it first");
	return fail(&err);
}

static enum exit_code
bench_micro(const struct bench_opts *b)
{
	struct machine m;
	struct tables t;
	struct run_report rep;
	struct report_head head = { &m, "micro", NULL };
	char args[128] = "", *image;
	struct run_config config = {
		.machine = &m, .args = args, .console = stderr
	};
	enum exit_code rc = opts_machine(&b->opts, &m);

	if (rc != EX_GOOD)
		return rc;
	if (b->only != NULL)
		snprintf(args, sizeof(args), "only=%s", b->only);
	config.image = image = where_image("micro");
	rc = tables_load(&t);
	if (rc == EX_GOOD)
		rc = check_name(&t, b->only);
	if (rc == EX_GOOD)
		rc = check_folder(b->out);
	if (rc == EX_GOOD) {
		rc = run_to_end(&config, &rep);
		if (rc == EX_GOOD)
			rc = report(b, &t, &head, &rep);
		run_report_free(&rep);
	}
	tables_free(&t);
	free(image);
	return rc;
}

enum { KEY_ONLY = 768, KEY_OUT };

static const struct argp_option options[] = { { "only", KEY_ONLY, "NAME", 0,
						  "run a single benchmark", 0 },
	{ "out", KEY_OUT, "DIR", 0,
	    "write micro.json and micro.csv into this folder", 0 },
	{ 0 } };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct bench_opts *b = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &b->opts;
		return 0;
	case KEY_ONLY:
		b->only = arg;
		return 0;
	case KEY_OUT:
		b->out = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (b->which != NULL)
			argp_error(state, "too many arguments: '%s'", arg);
		b->which = arg;
		return 0;
	case ARGP_KEY_END:
		if (b->which == NULL || strcmp(b->which, "micro") != 0)
			argp_error(state, "which benchmark? there is micro");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum exit_code
bench_main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &opts_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "micro",
		.doc = "Run the microbenchmarks and print them beside the "
		       "figures of the real processor.",
		.children = children };
	struct bench_opts b = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &b);
	return bench_micro(&b);
}

const struct command cmd_bench = { "bench",
	"the microbenchmarks beside the real processor's figures", bench_main };
