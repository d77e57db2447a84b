/*
 * rfc2544_report.c: what `rangeley rfc2544' found, for people and for programs.
 *
 * FOLDER/	results.json	all of it
 *		throughput.csv	frame_size, then a column for each scenario, kframes/s of all
 *				directions together, as the paper's Table 3
 *		latency.csv	at these rates
 *		loss.csv, back-to-back.csv, recovery.csv	instead, of the other tests
 *		ipgen.json	as ipgen(1) writes it, for each scenario
 *		summary.txt	for people
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
#include "folder.h"
#include "rfc2544.h"

#define BAR 40 /* characters of the longest bar */

/* The no-drop rate, or the partial-drop rate, as RFC 1242's throughput is called now. */
static const char *
criterion(double loss)
{
	return loss == 0 ? "NDR" : "PDR";
}

char *
rfc2544_subject(const struct rfc2544 *r, size_t subject)
{
	const char *name = r->name[subject % r->o.nscenario];
	const double loss = r->o.loss[subject / r->o.nscenario];
	char *all;

	if ((r->o.nloss == 1 ? asprintf(&all, "%s", name)
		    : loss == 0
		    ? asprintf(&all, "%s NDR", name)
		    : asprintf(&all, "%s PDR %g%%", name, loss * 100)) < 0)
		abort();
	return all;
}

static void
put_subject(const struct rfc2544 *r, size_t subject, const char *form, FILE *fp)
{
	char *name = rfc2544_subject(r, subject);

	fprintf(fp, form, name);
	free(name);
}

static void
spread(const struct rfc2544 *r, size_t subject, unsigned k, double *min,
    double *max)
{
	*min = *max = rfc2544_first(r, subject)->cell[k].fps;
	for (unsigned i = 1; i < r->o.repeats; i++) {
		const double fps = rfc2544_nth(r, subject, i)->cell[k].fps;

		*min = fmin(*min, fps);
		*max = fmax(*max, fps);
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
cell_json(const struct rfc2544 *r, size_t subject, unsigned k)
{
	const struct rfc2544_column *col = rfc2544_first(r, subject);
	const struct rfc2544_cell *c = &col->cell[k];
	const double loss = r->o.loss[col->loss];
	double min, max;
	json_t *j = json_object();

	spread(r, subject, k, &min, &max);
	json_object_set_new(j, "scenario", json_string(r->name[col->scenario]));
	json_put(j, "frame_size", c->size);
	json_put_fixed(j, "throughput_fps", c->fps, 3);
	json_put_fixed(j, "theoretical_fps", c->theoretical_fps, 3);
	json_put_seconds(j, "trial_s", c->trial_ns);
	json_put(j, "repeats", r->o.repeats);
	json_put_fixed(j, "min", min, 3);
	json_put_fixed(j, "max", max, 3);
	json_put(j, "trials", c->trials);
	if (c->points != NULL) {
		json_object_set(j, "loss", c->points);
		return j;
	}
	json_object_set_new(j, "criterion", json_string(criterion(loss)));
	json_put_fixed(j, "loss_percent", loss * 100, 6);
	json_put_fixed(j, "pps", c->pps, 3);
	json_put_fixed(j, "failed_pps", c->failed_pps, 3);
	json_object_set_new(j, "latency_ns", copy(c->trial, "latency_ns"));
	json_object_set_new(j, "directions", copy(c->trial, "directions"));
	if (r->o.test != TEST_THROUGHPUT)
		repeats_json(r, subject, k, j);
	return j;
}

static json_t *
options_json(const struct rfc2544_opts *o)
{
	json_t *j = json_object(), *losses = json_array();

	json_object_set_new(j, "test", json_string(rfc2544_test_name(o->test)));
	json_put_fixed(j, "resolution_percent", o->resolution * 100, 6);
	json_put(j, "seed", o->seed);
	json_put(j, "repeats", o->repeats);
	json_object_set_new(j, "pace", json_string(o->pace));
	json_object_set_new(j, "bidirectional", json_boolean(!o->one_way));
	json_put_seconds(j, "trial_s", o->long_ns);
	json_put_seconds(j, "final_s", o->final_ns);
	json_put_seconds(j, "repeat_trial_s", o->repeat_ns);
	json_put_seconds(j, "short_s", o->short_ns);
	json_put_seconds(j, "drain_s", o->drain_ns);
	json_put_seconds(j, "warm_s", o->warm_ns);
	if (o->test == TEST_BACK_TO_BACK)
		json_put_seconds(j, "burst_s", o->burst_ns);
	if (o->test == TEST_RECOVERY) {
		json_put_seconds(j, "overload_s", o->overload_ns);
		json_put_seconds(j, "recover_s", o->recover_ns);
	}
	for (unsigned i = 0; i < o->nloss; i++)
		json_array_append_new(losses, json_fixed(o->loss[i] * 100, 6));
	json_object_set_new(j, "loss_percent", losses);
	return j;
}

static json_t *
results_json(const struct rfc2544 *r)
{
	json_t *results = json_array();

	for (size_t i = 0; i < r->nsubject; i++)
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

	for (size_t i = 0; i < r->nsubject; i++) {
		char *name = rfc2544_subject(r, i);
		json_t *sizes = json_object();

		for (unsigned k = 0; k < r->o.nsize; k++) {
			const struct rfc2544_cell *c = &rfc2544_first(r, i)
							    ->cell[k];
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
		json_object_set_new(all, name, sizes);
		free(name);
	}
	return all;
}

/* ---- tables ---------------------------------------------------------------------------- */

static void
write_csv(const struct rfc2544 *r, FILE *fp)
{
	fputs("frame_size", fp);
	for (size_t i = 0; i < r->nsubject; i++)
		put_subject(r, i, ",%s", fp);
	for (unsigned k = 0; k < r->o.nsize; k++) {
		fprintf(fp, "\n%u", r->o.size[k]);
		for (size_t i = 0; i < r->nsubject; i++)
			fprintf(fp, ",%.1f",
			    rfc2544_first(r, i)->cell[k].fps / 1e3);
	}
	fputc('\n', fp);
}

static void
write_latency(const struct rfc2544 *r, FILE *fp)
{
	static const char *const key[] = { "min", "avg", "p50", "p99", "max" };

	fputs("scenario,frame_size,fps,n,min_ns,avg_ns,p50_ns,p99_ns,max_ns\n",
	    fp);
	for (size_t i = 0; i < r->nsubject; i++)
		for (unsigned k = 0; k < r->o.nsize; k++) {
			const struct rfc2544_cell *c = &rfc2544_first(r, i)
							    ->cell[k];
			const json_t *l = json_object_get(c->trial,
			    "latency_ns");

			if (l == NULL)
				continue;
			put_subject(r, i, "%s,", fp);
			fprintf(fp, "%u,%.3f,%.0f", c->size, c->fps,
			    json_number_value(json_object_get(l, "n")));
			for (unsigned n = 0; n < 5; n++)
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

	for (size_t i = 0; i < r->nsubject; i++)
		for (unsigned k = 0; k < r->o.nsize; k++)
			most = fmax(most, rfc2544_first(r, i)->cell[k].fps);
	for (unsigned k = 0; k < r->o.nsize && most > 0; k++)
		for (size_t i = 0; i < r->nsubject; i++) {
			const double fps = rfc2544_first(r, i)->cell[k].fps;

			fprintf(fp, "%4u ", r->o.size[k]);
			put_subject(r, i, "%-16s", fp);
			fprintf(fp, " %8.1f |%.*s", fps / 1e3,
			    (int)(fps / most * BAR + 0.5),
			    "########################################");
			if (r->o.repeats > 1) {
				double lo, hi;

				spread(r, i, k, &lo, &hi);
				fprintf(fp, " %.1f .. %.1f", lo / 1e3,
				    hi / 1e3);
			}
			fputc('\n', fp);
		}
}

static void
write_loss(const struct rfc2544 *r, FILE *fp)
{
	fputs("scenario,frame_size,offered_percent,tx,lost,loss_percent\n", fp);
	for (size_t i = 0; i < r->nsubject; i++)
		for (unsigned k = 0; k < r->o.nsize; k++) {
			const struct rfc2544_cell *c = &rfc2544_first(r, i)
							    ->cell[k];
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
write_losses(const struct rfc2544_opts *o, FILE *fp)
{
	for (unsigned i = 0; i < o->nloss; i++)
		fprintf(fp, "%s %s at most %g %% lost", i == 0 ? "" : ",",
		    criterion(o->loss[i]), o->loss[i] * 100);
}

/* Lengths of trials, and what else decides a throughput. */
static void
write_method(const struct rfc2544_opts *o, FILE *fp)
{
	const unsigned repeats = o->test == TEST_THROUGHPUT ? o->repeats : 1;

	fprintf(fp, "; trials of %g s (%g s to approach",
	    (double)o->long_ns / 1e9, (double)o->short_ns / 1e9);
	if (o->final_ns != 0)
		fprintf(fp, ", %g s at the end", (double)o->final_ns / 1e9);
	if (repeats > 1)
		fprintf(fp, ", %g s in repeats", (double)o->repeat_ns / 1e9);
	fprintf(fp,
	    "), warm %g s, drain %g s, resolution %g %%, seed %u, repeats %u, "
	    "%s\n\n",
	    (double)o->warm_ns / 1e9, (double)o->drain_ns / 1e9,
	    o->resolution * 100, o->seed, repeats, o->pace);
}

static void
write_text(const struct rfc2544 *r, FILE *fp)
{
	const struct rfc2544_opts *o = &r->o;

	if (o->test == TEST_LOSS) {
		write_loss(r, fp);
		return;
	}
	fprintf(fp, "RFC 2544 throughput, kframes/s%s:",
	    o->one_way ? "" : " of both directions");
	write_losses(o, fp);
	write_method(o, fp);
	fprintf(fp, "%-6s %12s", "frame", "theoretical");
	for (size_t i = 0; i < r->nsubject; i++)
		put_subject(r, i, " %16s", fp);
	for (unsigned k = 0; k < o->nsize; k++) {
		fprintf(fp, "\n%-6u %12.1f", o->size[k],
		    rfc2544_first(r, 0)->cell[k].theoretical_fps / 1e3);
		for (size_t i = 0; i < r->nsubject; i++)
			fprintf(fp, " %16.1f",
			    rfc2544_first(r, i)->cell[k].fps / 1e3);
	}
	fputs("\n\n", fp);
	if (o->test == TEST_THROUGHPUT)
		write_bars(r, fp);
	else
		repeats_text(r, fp);
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
	if (fp == NULL || !folder_close(fp))
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

static const struct {
	const char *name;
	void (*write)(const struct rfc2544 *, FILE *);
} csv[RFC2544_TESTS] = { [TEST_THROUGHPUT] = { "throughput.csv", write_csv },
	[TEST_LOSS] = { "loss.csv", write_loss },
	[TEST_BACK_TO_BACK] = { "back-to-back.csv", repeats_csv },
	[TEST_RECOVERY] = { "recovery.csv", repeats_csv } };

enum exit_code
rfc2544_report(const struct rfc2544 *r, const char *form)
{
	json_t *all = results_json(r), *ipgen = ipgen_json(r);
	const enum rfc2544_test test = r->o.test;
	struct err err = ERR_NONE;
	bool ok = save_json(r, "results.json", all, &err) == EX_GOOD &&
	    save_json(r, "ipgen.json", ipgen, &err) == EX_GOOD &&
	    save(r, "summary.txt", write_text, &err) == EX_GOOD &&
	    save(r, csv[test].name, csv[test].write, &err) == EX_GOOD;

	if (ok && test != TEST_LOSS)
		ok = save(r, "latency.csv", write_latency, &err) == EX_GOOD;
	if (ok && strcmp(form, "json") == 0)
		json_print(all, stdout, "standard output", &err);
	else if (ok && strcmp(form, "ipgen") == 0)
		json_print(ipgen, stdout, "standard output", &err);
	else if (ok && strcmp(form, "csv") == 0)
		csv[test].write(r, stdout);
	else if (ok)
		write_text(r, stdout);
	json_decref(all);
	json_decref(ipgen);
	return fail(&err);
}
