/*
 * rfc2544_run.c: the trials of `rangeley rfc2544' (rfc2544.h).
 *
 * A trial is `rangeley trial' in a process of its own.  Each column wants one at a
 * time: the next of its search; what it said is looked up, or made.  Columns named last
 * come first, since those with more CPUs take longest and are usually named last.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "rfc2544.h"

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

static void
word_of_rates(struct words *ws, const struct rfc2544_trial *t, unsigned size)
{
	char rate[2][24];

	for (unsigned i = 0; i < t->nstep; i++)
		if (t->pps[i] >= rfc2544_max_pps(size))
			strcpy(rate[i], "max");
		else
			snprintf(rate[i], sizeof(rate[i]), "%.0f", t->pps[i]);
	word(ws, t->nstep == 1 ? "--pps=%s" : "--pps=%s,%s", rate[0], rate[1]);
}

static void
word_of_times(struct words *ws, const struct rfc2544_trial *t)
{
	if (t->nstep == 1)
		word(ws, "--duration=%" PRIu64 "ns", t->duration_ns[0]);
	else
		word(ws, "--duration=%" PRIu64 "ns,%" PRIu64 "ns",
		    t->duration_ns[0], t->duration_ns[1]);
}

static char **
command(const struct rfc2544_column *c)
{
	const struct rfc2544_opts *o = &c->of->o;
	const struct rfc2544_trial *t = &c->trial;
	const unsigned size = o->size[c->at];
	struct words ws = { 0 };

	word(&ws, "trial");
	word(&ws, "%s", o->scenario[c->scenario]);
	words_of_machine(&ws, o);
	word(&ws, "--frame-size=%u", size);
	word_of_rates(&ws, t, size);
	word_of_times(&ws, t);
	if (t->frames != 0)
		word(&ws, "--frames=%" PRIu64, t->frames);
	word(&ws, "--drain=%" PRIu64 "ns", o->drain_ns);
	word(&ws, "--warm=%" PRIu64 "ns", o->warm_ns);
	word(&ws, "--pace=%s", t->frames != 0 ? "steady" : o->pace);
	word(&ws, "--seed=%u", o->seed + c->repeat);
	if (o->one_way)
		word(&ws, "--one-way");
	if (t->stop_at_loss)
		word(&ws, "--stop-at-loss");
	word(&ws, "--json");
	word(&ws, "--quiet");
	return ws.w;
}

/* ---- jobs --------------------------------------------------------------------------------- */

static struct job *
next_job(void *arg)
{
	struct rfc2544 *r = arg;

	/* What others wait for comes first; of it the last subject, mostly the slowest. */
	for (size_t i = 0; i < r->ncolumn && r->rc == EX_GOOD; i++) {
		struct rfc2544_column *c = rfc2544_nth(r,
		    r->nsubject - 1 - i % r->nsubject, i / r->nsubject);
		json_t *said;

		while (!c->busy &&
		    (c->wanted || (c->wanted = rfc2544_want(c)))) {
			words_free(c->argv);
			c->argv = command(c);
			said = memo_find(r->memo, r->id[c->scenario], c->argv);
			if (said == NULL) {
				c->busy = true;
				c->job = (struct job){ .argv = c->argv,
					.hushed = true };
				return &c->job;
			}
			rfc2544_seen(c, said);
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
	if (j->signal != 0)
		fprintf(stderr, ": %s\n", strsignal(j->signal));
	else
		fprintf(stderr, ": exit code %d\n", j->code);
	fputs(j->out != NULL ? j->out : "", stderr);
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
		rfc2544_seen(c, said);
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

	r->nsubject = o->nscenario * o->nloss;
	r->ncolumn = r->nsubject * o->repeats;
	r->column = calloc(r->ncolumn, sizeof(*r->column));
	if (r->column == NULL)
		abort();
	for (unsigned k = 0; k < o->repeats; k++)
		for (size_t i = 0; i < r->nsubject; i++) {
			struct rfc2544_column *c = rfc2544_nth(r, i, k);

			c->of = r;
			c->scenario = i % o->nscenario;
			c->loss = (unsigned)(i / o->nscenario);
			c->repeat = k;
			rfc2544_begin_cell(c);
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
