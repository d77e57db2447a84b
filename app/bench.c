/*
 * bench.c: `rangeley bench micro': the microbenchmarks beside the figures of
 * the real processor.
 *
 * Each result of the image `micro' is looked up by name in bench/micro.csv.
 * A figure that is tagged as measured there must be met within SLACK; one
 * that is an estimate is printed with its range and judged by nobody.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "core/csv.h"
#include "core/json_out.h"
#include "thunk/run.h"

#define SLACK 0.05

struct bench_opts {
	struct opts opts;
	const char *which;
};

/* One line of the table. */
struct row {
	const struct ref *ref; /* NULL: nothing to compare with */
	const struct run_result *result;
	double low, high, got;      /* in unit */
	const char *unit, *verdict; /* "ok", "off", "" */
};

static struct row
compare(const struct refs *refs, const struct run_result *r)
{
	struct row row = { refs_find(refs, r->name), r, 0, 0, 0, "cyc", "" };
	double unit_clk = CLK_PER_CYC;

	if (row.ref != NULL) {
		unit_clk = (double)row.ref->unit_clk;
		row.low = (double)row.ref->low_clk / unit_clk;
		row.high = (double)row.ref->high_clk / unit_clk;
		row.unit = row.ref->unit;
	}
	if (r->n != 0)
		row.got = (double)r->total_cyc * CLK_PER_CYC / (double)r->n /
		    unit_clk;
	if (row.ref != NULL && row.ref->measured)
		row.verdict = row.got >= row.low * (1 - SLACK) &&
			row.got <= row.high * (1 + SLACK)
		    ? "ok"
		    : "off";
	return row;
}

static void
print_row(const struct row *row)
{
	char range[32];

	printf("%-20s %8.2f %s", row->result->name, row->got, row->unit);
	if (row->ref != NULL) {
		snprintf(range, sizeof(range),
		    row->low < row->high ? "%g..%g" : "%g", row->low,
		    row->high);
		printf("  %-10s %-9s %-3s  %s", range,
		    row->ref->measured ? "measured" : "estimate", row->verdict,
		    row->ref->what);
	}
	putchar('\n');
}

static json_t *
row_json(const struct row *row)
{
	json_t *j = json_pack("{s:s s:o s:s}", "name", row->result->name,
	    "value", json_fixed(row->got, 4), "unit", row->unit);

	if (row->ref == NULL)
		return j;
	json_object_set_new(j, "low", json_fixed(row->low, 4));
	json_object_set_new(j, "high", json_fixed(row->high, 4));
	json_object_set_new(j, "tag",
	    json_string(row->ref->measured ? "measured" : "estimate"));
	if (row->ref->measured)
		json_object_set_new(j, "ok",
		    json_boolean(strcmp(row->verdict, "ok") == 0));
	return j;
}

static bool
was_run(const struct run_report *rep, const char *name)
{
	for (size_t i = 0; i < rep->nresult; i++)
		if (strcmp(rep->result[i].name, name) == 0)
			return true;
	return false;
}

/* Below the table: how many were met, and what there is no benchmark for. */
static void
print_sum(const struct refs *refs, const struct run_report *rep,
    unsigned measured, unsigned off)
{
	const char *before = "measured, but not run: ";

	printf("%u of %u measured figures met within %.0f %%\n", measured - off,
	    measured, SLACK * 100);
	for (unsigned i = 0; i < refs->n; i++) {
		if (!refs->ref[i].measured || was_run(rep, refs->ref[i].name))
			continue;
		printf("%s%s", before, refs->ref[i].name);
		before = " ";
	}
	if (*before == ' ')
		putchar('\n');
}

/* Print all rows; a finding when a measured figure is missed. */
static enum exit_code
table(const struct refs *refs, const struct run_report *rep, json_t *json)
{
	unsigned off = 0, measured = 0;

	if (json == NULL)
		printf("%-20s %8s      %s\n", "benchmark", "model", "C2758");
	for (size_t i = 0; i < rep->nresult; i++) {
		struct row row = compare(refs, &rep->result[i]);
		off += strcmp(row.verdict, "off") == 0;
		measured += row.ref != NULL && row.ref->measured;
		if (json != NULL)
			json_array_append_new(json, row_json(&row));
		else
			print_row(&row);
	}
	if (json == NULL)
		print_sum(refs, rep, measured, off);
	return off == 0 && measured > 0 ? EX_GOOD : EX_FINDING;
}

static enum exit_code
report(const struct opts *o, const struct refs *refs,
    const struct report_head *head, const struct run_report *rep)
{
	struct err err = ERR_NONE;
	json_t *rows, *j;
	enum exit_code rc;

	if (!o->json) {
		rc = table(refs, rep, NULL);
	} else {
		rows = json_array();
		rc = table(refs, rep, rows);
		j = report_json(head, rep);
		json_object_set_new(j, "results", rows);
		json_print(j, stdout, "standard output", &err);
		json_decref(j);
	}
	if (fail(&err) != EX_GOOD)
		return err.code;
	return rep->verdict != EX_GOOD ? rep->verdict : rc;
}

static enum exit_code
bench_micro(const struct opts *o)
{
	struct machine m;
	struct refs refs = { 0 };
	struct run_report rep;
	struct err err = ERR_NONE;
	struct report_head head = { &m, "micro", NULL };
	char *image = where_image("micro"),
	     *csv = where_source("bench/micro.csv");
	struct run_config config = {
		.machine = &m, .image = image, .args = "", .console = stderr
	};
	enum exit_code rc = opts_machine(o, &m);

	if (rc == EX_GOOD) {
		refs_load(&refs, csv, &err);
		rc = fail(&err);
	}
	if (rc == EX_GOOD) {
		rc = run_to_end(&config, &rep);
		if (rc == EX_GOOD)
			rc = report(o, &refs, &head, &rep);
		run_report_free(&rep);
		refs_free(&refs);
	}
	free(csv);
	free(image);
	return rc;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct bench_opts *b = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &b->opts;
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
	static const struct argp argp = { .parser = parse,
		.args_doc = "micro",
		.doc = "Run the microbenchmarks and print them beside the "
		       "figures of the real processor.",
		.children = children };
	struct bench_opts b = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &b);
	return bench_micro(&b.opts);
}

const struct command cmd_bench = { "bench",
	"the microbenchmarks beside the real processor's figures", bench_main };
