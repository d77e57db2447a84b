/*
 * rfc2544_run.c: the trials of `rangeley rfc2544' (rfc2544.h).
 *
 * A trial is `rangeley trial' in a process of its own.  Each column wants one at a
 * time: the next of its search; what it said is looked up, or made.  Columns named last
 * come first, since those with more CPUs take longest and are usually named last.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
#include "rfc2544.h"

#define OVERHEAD_BYTES 20 /* preamble, SFD and gap */

double
rfc2544_max_pps(unsigned size)
{
	return 1e9 / ((size + OVERHEAD_BYTES) * 8);
}

unsigned
rfc2544_directions(const struct rfc2544_opts *o)
{
	return o->one_way ? 1 : 2;
}

/* ---- a trial's command ------------------------------------------------------------- */

struct words {
	char **w;
	size_t n;
};

static void
word(struct words *ws, const char *form, ...)
{
	va_list ap;

	ws->w = reallocarray(ws->w, ws->n + 2, sizeof(*ws->w));
	va_start(ap, form);
	if (ws->w == NULL || vasprintf(&ws->w[ws->n], form, ap) < 0)
		abort();
	va_end(ap);
	ws->w[++ws->n] = NULL;
}

static void
words_free(char **w)
{
	for (size_t i = 0; w != NULL && w[i] != NULL; i++)
		free(w[i]);
	free(w);
}

static void
words_of_machine(struct words *ws, const struct rfc2544_opts *o)
{
	char *args = strdup(o->args), *at = args, *arg;

	if (o->opts.machine != NULL)
		word(ws, "--machine=%s", o->opts.machine);
	for (size_t i = 0; i < o->opts.nsets; i++)
		word(ws, "--set=%s", o->opts.sets[i]);
	if (o->image != NULL)
		word(ws, "--image=%s", o->image);
	if (o->exact)
		word(ws, "--exact-order");
	if (o->modules != NULL)
		word(ws, "--modules=%s", o->modules);
	while ((arg = strsep(&at, " ")) != NULL)
		if (*arg != '\0')
			word(ws, "%s", arg);
	free(args);
}

static char **
command(const struct rfc2544_column *c)
{
	const struct rfc2544_opts *o = &c->of->o;
	const struct search_trial *t = &c->trial;
	const unsigned size = o->size[c->at];
	struct words ws = { 0 };

	word(&ws, "trial");
	word(&ws, "%s", o->scenario[c->scenario]);
	words_of_machine(&ws, o);
	word(&ws, "--frame-size=%u", size);
	if (t->pps >= rfc2544_max_pps(size))
		word(&ws, "--pps=max");
	else
		word(&ws, "--pps=%.0f", t->pps);
	word(&ws, "--duration=%" PRIu64 "ns", t->duration_ns);
	word(&ws, "--drain=%" PRIu64 "ns", o->drain_ns);
	word(&ws, "--warm=%" PRIu64 "ns", o->warm_ns);
	word(&ws, "--pace=%s", o->pace);
	word(&ws, "--seed=%u", o->seed + c->repeat);
	if (o->one_way)
		word(&ws, "--one-way");
	if (t->stop_at_loss)
		word(&ws, "--stop-at-loss");
	word(&ws, "--json");
	word(&ws, "--quiet");
	return ws.w;
}

/* ---- what is next for a column -------------------------------------------------------- */

static struct rfc2544_cell *
cell(struct rfc2544_column *c)
{
	return &c->cell[c->at];
}

static void
begin_cell(struct rfc2544_column *c)
{
	const struct rfc2544_opts *o = &c->of->o;
	struct search_opts s = { .max_pps = rfc2544_max_pps(o->size[c->at]),
		.short_ns = o->short_ns,
		.long_ns = c->repeat == 0 ? o->long_ns : o->repeat_ns,
		.final_ns = c->repeat == 0 ? o->final_ns : 0,
		.resolution = o->resolution,
		.slack = o->resolution / 2,
		.loss = o->loss,
		.most = o->most };

	if (c->at > 0)
		s.guess_pps = c->cell[c->at - 1].fps / rfc2544_directions(o);
	*cell(c) = (struct rfc2544_cell){ .size = o->size[c->at],
		.theoretical_fps = s.max_pps * rfc2544_directions(o) };
	search_begin(&c->search, &s);
	c->tenths = 10;
	c->lossless = false;
	if (o->test == TEST_LOSS)
		cell(c)->points = json_array();
}

/* RFC 2544, 26.3: 100 %, 90 % ... until two in a row lose nothing. */
static bool
next_loss(struct rfc2544_column *c)
{
	if (c->tenths == 0)
		return false;
	c->trial = (struct search_trial){ .pps = c->tenths == 10
		    ? c->search.o.max_pps
		    : floor(c->search.o.max_pps * c->tenths / 10),
		.duration_ns = c->search.o.long_ns };
	return true;
}

/* Is there another trial of this column?  Goes on to the next size. */
static bool
want(struct rfc2544_column *c)
{
	struct rfc2544 *r = c->of;

	while (c->at < r->o.nsize) {
		if (r->o.test == TEST_THROUGHPUT
			? search_next(&c->search, &c->trial)
			: next_loss(c))
			return true;
		if (r->o.test == TEST_THROUGHPUT) {
			cell(c)->pps = search_rate(&c->search);
			cell(c)->fps = cell(c)->pps * rfc2544_directions(&r->o);
			cell(c)->failed_pps = c->search.hi;
		}
		r->cells++;
		progress_step(&r->progress, r->cells);
		if (++c->at < r->o.nsize)
			begin_cell(c);
	}
	return false;
}

/* ---- what came of it -------------------------------------------------------------------- */

static double
real(const json_t *said, const char *key)
{
	return json_number_value(json_object_get(said, key));
}

static void
seen_loss(struct rfc2544_column *c, const json_t *said)
{
	const bool none = real(said, "lost") == 0;

	json_array_append_new(cell(c)->points,
	    json_pack("{s:o s:o s:o s:o}", "offered_percent",
		json_integer(c->tenths * 10), "tx",
		json_fixed(real(said, "tx"), 0), "lost",
		json_fixed(real(said, "lost"), 0), "loss_percent",
		json_fixed(real(said, "tx") > 0
			? 100 * real(said, "lost") / real(said, "tx")
			: 0,
		    4)));
	if (none)
		cell(c)->fps = fmax(cell(c)->fps,
		    c->trial.pps * rfc2544_directions(&c->of->o));
	c->tenths = none && c->lossless ? 0 : c->tenths - 1;
	c->lossless = none;
	cell(c)->trials++;
	cell(c)->trial_ns = c->trial.duration_ns;
}

static void
seen(struct rfc2544_column *c, json_t *said)
{
	const struct rfc2544_opts *o = &c->of->o;
	const double found = search_rate(&c->search);
	struct search_seen s = { .sent = (uint64_t)real(said, "tx"),
		.lost = (uint64_t)real(said, "lost"),
		.forwarded_pps = real(said, "forwarded_fps") /
		    rfc2544_directions(o) };

	c->wanted = false;
	if (o->test == TEST_LOSS) {
		seen_loss(c, said);
		return;
	}
	search_seen(&c->search, &s);
	cell(c)->trials++;
	if (search_rate(&c->search) > found) { /* this one decided */
		json_decref(cell(c)->trial);
		cell(c)->trial = json_incref(said);
		cell(c)->trial_ns = c->trial.duration_ns;
	}
}

/* ---- jobs --------------------------------------------------------------------------------- */

static struct job *
next_job(void *arg)
{
	struct rfc2544 *r = arg;

	for (size_t i = r->ncolumn; i-- > 0 && r->rc == EX_GOOD;) {
		struct rfc2544_column *c = &r->column[i];
		json_t *said;

		while (!c->busy && (c->wanted || (c->wanted = want(c)))) {
			words_free(c->argv);
			c->argv = command(c);
			said = memo_find(r->memo, r->id[c->scenario], c->argv);
			if (said == NULL) {
				c->busy = true;
				c->job = (struct job){ .argv = c->argv,
					.hushed = true };
				return &c->job;
			}
			seen(c, said);
			json_decref(said);
		}
	}
	return NULL;
}

/* The trial's JSON begins a line; before it may be what the kernel said. */
static json_t *
said_by(const struct job *j)
{
	const char *p = j->out;

	if (p != NULL && *p != '{') {
		p = strstr(p, "\n{");
		p = p != NULL ? p + 1 : NULL;
	}
	return p != NULL ? json_loads(p, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
}

static void
failed(struct rfc2544 *r, const struct job *j)
{
	r->rc = j->code == EX_GOOD ? EX_BUG : (enum exit_code)j->code;
	fputs("rangeley: a trial failed:", stderr);
	for (char *const *w = j->argv; *w != NULL; w++)
		fprintf(stderr, " %s", *w);
	fprintf(stderr, "\n%s", j->out != NULL ? j->out : "");
}

static void
job_done(void *arg, struct job *j)
{
	struct rfc2544 *r = arg;
	struct rfc2544_column *c = NULL;
	json_t *said = j->code == EX_GOOD ? said_by(j) : NULL;

	for (size_t i = 0; i < r->ncolumn; i++)
		if (&r->column[i].job == j)
			c = &r->column[i];
	c->busy = false;
	if (said != NULL) {
		memo_add(r->memo, r->id[c->scenario], c->argv, said);
		seen(c, said);
	} else if (r->rc == EX_GOOD && j->code != EX_SIGINT)
		failed(r, j);
	json_decref(said);
	free(j->out);
	j->out = NULL;
}

/* ---- together -------------------------------------------------------------------------------- */

static void
make_columns(struct rfc2544 *r)
{
	const struct rfc2544_opts *o = &r->o;

	r->ncolumn = o->nscenario * o->repeats;
	r->column = calloc(r->ncolumn, sizeof(*r->column));
	if (r->column == NULL)
		abort();
	/* First repeats, whose trials are longest, at the end: those begin first. */
	for (size_t i = 0; i < r->ncolumn; i++) {
		struct rfc2544_column *c = &r->column[i];

		c->of = r;
		c->scenario = i % o->nscenario;
		c->repeat = o->repeats - 1 - (unsigned)(i / o->nscenario);
		begin_cell(c);
	}
}

enum exit_code
rfc2544_run(struct rfc2544 *r)
{
	struct jobs_source source = { r, next_job, job_done };
	enum exit_code rc = EX_GOOD;

	if (where_make(r->o.folder) != 0)
		rc = err_at(&r->err, EX_INPUT, r->o.folder, 0,
		    "%s; give --results DIR", strerror(errno));
	if (rc == EX_GOOD)
		rc = memo_open(&r->memo, r->o.folder, &r->err);
	if (rc == EX_GOOD) {
		make_columns(r);
		progress_start(&r->progress, stderr, "rfc2544",
		    r->ncolumn * r->o.nsize, r->o.quiet);
		rc = jobs_serve(&source, r->o.jobs, &r->err);
		progress_end(&r->progress);
	}
	if (rc == EX_SIGINT)
		fprintf(stderr,
		    "rangeley: interrupted; what was found is in "
		    "%s/trials.jsonl, and the same command goes on from there\n",
		    r->o.folder);
	for (size_t i = 0; i < r->ncolumn; i++)
		words_free(r->column[i].argv);
	if (memo_close(r->memo, &r->err) != EX_GOOD && rc == EX_GOOD)
		rc = r->err.code;
	if (rc != EX_SIGINT)
		fail(&r->err);
	return rc == EX_GOOD ? r->rc : rc;
}
