/*
 * rfc2544_report.c: what `rangeley rfc2544' found, for people and for programs.
 *
 * FOLDER/	results.json	all of it
 *		throughput.csv	frame_size, then a column for each scenario, kframes/s of all
 *				directions together, as the paper's Table 3
 *		latency.csv	at these rates
 *		ipgen.json	as ipgen(1) writes it, for each scenario
 *		summary.txt	for people
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
#include "rfc2544.h"

#define BAR 40 /* characters of the longest bar */

/* The first search of a scenario. */
static const struct rfc2544_column *
first(const struct rfc2544 *r, size_t scenario)
{
	return &r->column[r->ncolumn - r->o.nscenario + scenario];
}

static void
spread(const struct rfc2544 *r, size_t scenario, unsigned k, double *min,
    double *max)
{
	*min = *max = first(r, scenario)->cell[k].fps;
	for (size_t i = scenario; i < r->ncolumn; i += r->o.nscenario) {
		*min = fmin(*min, r->column[i].cell[k].fps);
		*max = fmax(*max, r->column[i].cell[k].fps);
	}
}

/* ---- JSON --------------------------------------------------------------------------- */

static json_t *
copy(const json_t *from, const char *key)
{
	json_t *v = json_object_get(from, key);

	return v != NULL ? json_incref(v) : json_null();
}

static json_t *
cell_json(const struct rfc2544 *r, size_t scenario, unsigned k)
{
	const struct rfc2544_cell *c = &first(r, scenario)->cell[k];
	double min, max;
	json_t *j;

	spread(r, scenario, k, &min, &max);
	j = json_pack("{s:s s:i s:o s:o s:o s:i s:o s:o s:i}", "scenario",
	    r->name[scenario], "frame_size", (int)c->size, "throughput_fps",
	    json_fixed(c->fps, 3), "theoretical_fps",
	    json_fixed(c->theoretical_fps, 3), "trial_s",
	    json_fixed((double)c->trial_ns / 1e9, 9), "repeats",
	    (int)r->o.repeats, "min", json_fixed(min, 3), "max",
	    json_fixed(max, 3), "trials", (int)c->trials);
	if (c->points != NULL)
		json_object_set(j, "loss", c->points);
	else {
		json_object_set_new(j, "pps", json_fixed(c->pps, 3));
		json_object_set_new(j, "failed_pps",
		    json_fixed(c->failed_pps, 3));
		json_object_set_new(j, "latency_ns",
		    copy(c->trial, "latency_ns"));
		json_object_set_new(j, "directions",
		    copy(c->trial, "directions"));
	}
	return j;
}

static json_t *
options_json(const struct rfc2544_opts *o)
{
	return json_pack("{s:s s:o s:o s:o s:o s:o s:o s:o s:o s:i s:s s:b}",
	    "test", o->test == TEST_LOSS ? "loss" : "throughput", "trial_s",
	    json_fixed((double)o->long_ns / 1e9, 9), "final_s",
	    json_fixed((double)o->final_ns / 1e9, 9), "repeat_trial_s",
	    json_fixed((double)o->repeat_ns / 1e9, 9), "short_s",
	    json_fixed((double)o->short_ns / 1e9, 9), "drain_s",
	    json_fixed((double)o->drain_ns / 1e9, 9), "warm_s",
	    json_fixed((double)o->warm_ns / 1e9, 9), "resolution_percent",
	    json_fixed(o->resolution * 100, 6), "loss_percent",
	    json_fixed(o->loss * 100, 6), "seed", (int)o->seed, "pace", o->pace,
	    "bidirectional", !o->one_way);
}

static json_t *
results_json(const struct rfc2544 *r)
{
	json_t *results = json_array();

	for (size_t i = 0; i < r->o.nscenario; i++)
		for (unsigned k = 0; k < r->o.nsize; k++)
			json_array_append_new(results, cell_json(r, i, k));
	return json_pack("{s:o s:o}", "options", options_json(&r->o), "results",
	    results);
}

/* Of one direction, as ipgen's tests are; bps with FCS, without preamble and gap. */
static json_t *
ipgen_json(const struct rfc2544 *r)
{
	const unsigned ways = rfc2544_directions(&r->o);
	json_t *all = json_object();

	for (size_t i = 0; i < r->o.nscenario; i++) {
		json_t *sizes = json_object();

		for (unsigned k = 0; k < r->o.nsize; k++) {
			const struct rfc2544_cell *c = &first(r, i)->cell[k];
			char key[16];

			snprintf(key, sizeof(key), "%u", c->size);
			json_object_set_new(sizes, key,
			    json_pack("{s:o s:o s:o}", "bps",
				json_fixed(c->fps / ways * c->size * 8, 0),
				"curpps", json_fixed(floor(c->fps / ways), 0),
				"limitpps",
				json_fixed(floor(c->theoretical_fps / ways),
				    0)));
		}
		json_object_set_new(all, r->name[i], sizes);
	}
	return all;
}

/* ---- tables ---------------------------------------------------------------------------- */

static void
write_csv(const struct rfc2544 *r, FILE *fp)
{
	fputs("frame_size", fp);
	for (size_t i = 0; i < r->o.nscenario; i++)
		fprintf(fp, ",%s", r->name[i]);
	for (unsigned k = 0; k < r->o.nsize; k++) {
		fprintf(fp, "\n%u", r->o.size[k]);
		for (size_t i = 0; i < r->o.nscenario; i++)
			fprintf(fp, ",%.1f", first(r, i)->cell[k].fps / 1e3);
	}
	fputc('\n', fp);
}

static void
write_latency(const struct rfc2544 *r, FILE *fp)
{
	static const char *const key[] = { "n", "min", "avg", "p50", "p99",
		"max" };

	fputs("scenario,frame_size,fps,n,min_ns,avg_ns,p50_ns,p99_ns,max_ns\n",
	    fp);
	for (size_t i = 0; i < r->o.nscenario; i++)
		for (unsigned k = 0; k < r->o.nsize; k++) {
			const struct rfc2544_cell *c = &first(r, i)->cell[k];
			const json_t *l = json_object_get(c->trial,
			    "latency_ns");

			if (l == NULL)
				continue;
			fprintf(fp, "%s,%u,%.3f", r->name[i], c->size, c->fps);
			for (unsigned n = 0; n < 6; n++)
				fprintf(fp, ",%.1f",
				    json_number_value(json_object_get(l,
					key[n])));
			fputc('\n', fp);
		}
}

static void
write_bars(const struct rfc2544 *r, FILE *fp)
{
	double most = 0;

	for (size_t i = 0; i < r->o.nscenario; i++)
		for (unsigned k = 0; k < r->o.nsize; k++)
			most = fmax(most, first(r, i)->cell[k].fps);
	for (unsigned k = 0; k < r->o.nsize && most > 0; k++)
		for (size_t i = 0; i < r->o.nscenario; i++) {
			const double fps = first(r, i)->cell[k].fps;

			fprintf(fp, "%4u %-16s %8.1f |%.*s\n", r->o.size[k],
			    r->name[i], fps / 1e3,
			    (int)(fps / most * BAR + 0.5),
			    "########################################");
		}
}

static void
write_loss(const struct rfc2544 *r, FILE *fp)
{
	fputs("scenario,frame_size,offered_percent,tx,lost,loss_percent\n", fp);
	for (size_t i = 0; i < r->o.nscenario; i++)
		for (unsigned k = 0; k < r->o.nsize; k++) {
			const struct rfc2544_cell *c = &first(r, i)->cell[k];
			json_t *p;
			size_t n;

			json_array_foreach(c->points, n, p) fprintf(fp,
			    "%s,%u,%.0f,%.0f,%.0f,%.4f\n", r->name[i], c->size,
			    json_number_value(json_object_get(p,
				"offered_percent")),
			    json_number_value(json_object_get(p, "tx")),
			    json_number_value(json_object_get(p, "lost")),
			    json_number_value(json_object_get(p,
				"loss_percent")));
		}
}

static void
write_text(const struct rfc2544 *r, FILE *fp)
{
	const struct rfc2544_opts *o = &r->o;

	if (o->test == TEST_LOSS) {
		write_loss(r, fp);
		return;
	}
	fprintf(fp,
	    "RFC 2544 throughput, kframes/s%s; trials of %g s (%g s to "
	    "approach, %g s at the end), loss at most %g %%, warm %g s, drain %g s, resolution %g "
	    "%%, seed %u, repeats %u, %s\n\n%-6s %12s",
	    o->one_way ? "" : " of both directions", (double)o->long_ns / 1e9,
	    (double)o->short_ns / 1e9, (double)o->final_ns / 1e9, o->loss * 100,
	    (double)o->warm_ns / 1e9, (double)o->drain_ns / 1e9,
	    o->resolution * 100, o->seed, o->repeats, o->pace, "frame",
	    "theoretical");
	for (size_t i = 0; i < o->nscenario; i++)
		fprintf(fp, " %16s", r->name[i]);
	for (unsigned k = 0; k < o->nsize; k++) {
		fprintf(fp, "\n%-6u %12.1f", o->size[k],
		    first(r, 0)->cell[k].theoretical_fps / 1e3);
		for (size_t i = 0; i < o->nscenario; i++)
			fprintf(fp, " %16.1f", first(r, i)->cell[k].fps / 1e3);
	}
	fputs("\n\n", fp);
	write_bars(r, fp);
}

/* ---- together ----------------------------------------------------------------------------- */

static enum exit_code
save(const struct rfc2544 *r, const char *name,
    void (*write)(const struct rfc2544 *, FILE *), struct err *err)
{
	char *path;
	FILE *fp;

	if (asprintf(&path, "%s/%s", r->o.folder, name) < 0)
		abort();
	fp = fopen(path, "w");
	if (fp != NULL)
		write(r, fp);
	if (fp == NULL || (ferror(fp) | fclose(fp)) != 0)
		err_at(err, EX_INPUT, path, 0,
		    "%s; make room, or give --results", strerror(errno));
	free(path);
	return err->code;
}

static enum exit_code
save_json(const struct rfc2544 *r, const char *name, const json_t *j,
    struct err *err)
{
	enum exit_code rc;
	char *path;

	if (asprintf(&path, "%s/%s", r->o.folder, name) < 0)
		abort();
	rc = json_save(j, path, err);
	free(path);
	return rc;
}

enum exit_code
rfc2544_report(const struct rfc2544 *r, const char *form)
{
	json_t *all = results_json(r), *ipgen = ipgen_json(r);
	struct err err = ERR_NONE;
	bool ok = save_json(r, "results.json", all, &err) == EX_GOOD &&
	    save_json(r, "ipgen.json", ipgen, &err) == EX_GOOD &&
	    save(r, "summary.txt", write_text, &err) == EX_GOOD;

	if (ok && r->o.test == TEST_LOSS)
		ok = save(r, "loss.csv", write_loss, &err) == EX_GOOD;
	else if (ok)
		ok = save(r, "throughput.csv", write_csv, &err) == EX_GOOD &&
		    save(r, "latency.csv", write_latency, &err) == EX_GOOD;
	if (ok && strcmp(form, "json") == 0)
		json_print(all, stdout, "standard output", &err);
	else if (ok && strcmp(form, "ipgen") == 0)
		json_print(ipgen, stdout, "standard output", &err);
	else if (ok && strcmp(form, "csv") == 0)
		(r->o.test == TEST_LOSS ? write_loss : write_csv)(r, stdout);
	else if (ok)
		write_text(r, stdout);
	json_decref(all);
	json_decref(ipgen);
	return fail(&err);
}
