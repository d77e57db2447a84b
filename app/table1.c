/*
 * table1.c: `rangeley check table1': the paper's Table 1, decided by programs.
 *
 * The image `table1' has two programs for each cell (bench/table1/table1.h says
 * what they are and when one counts as working or refused).  Each runs in a
 * machine of its own; with --seeds those that work must do so under schedules of
 * the fake machine too (table1_fake.h).  Here their outcomes become the table,
 * which is compared with bench/paper/table1.csv.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "app.h"
#include "table1.h"
#include "core/csv.h"
#include "core/json_out.h"
#include "jobs.h"
#include "table1_fake.h"

#define HEADER                                                     \
	"facility,usable_on_MP(1),hw_interrupt(2),sleep_or_block," \
	"reentrant,callable_facilities(3)"

enum { NFACILITY = 6, NCOLUMN = 5 };
#define SCHEDULES 1000 /* rounds of a program that works */

/* Rows of the table, and the names of their cells in the image. */
static const struct {
	const char *title, *key;
} facility[NFACILITY] = {
	{ "KERNEL_LOCK", "kernel_lock" },
	{ "spl*", "spl" },
	{ "mutex (spin)", "mutex_spin" },
	{ "mutex (adaptive)", "mutex_adaptive" },
	{ "rwlock", "rwlock" },
	{ "pserialize (reader)", "pserialize" },
};
static const char *const column[NCOLUMN] = { "usable_on_MP", "hw_interrupt",
	"sleep_or_block", "reentrant", "callable_facilities" };
enum { CALLABLE = NCOLUMN - 1 };

enum outcome {
	NOT_RUN,
	WORKS,   /* in all rounds, and under all schedules */
	REFUSED, /* a panic, or the failure was observed */
	STUCK,   /* observed: nobody went on; a refusal, too */
	BROKEN   /* anything else: no outcome */
};

struct program {
	char *cell, *role, *refusal; /* refusal "": none by panic */
	enum outcome outcome;
	char *why; /* what was observed or printed */
};

struct table1 {
	const struct check_opts *opts;
	char *image;
	struct program *program;
	size_t n;
	size_t nwitness; /* that ran under schedules of the fake machine */
	char value[NFACILITY][NCOLUMN][64];
};

/* ---- outcomes of programs ---------------------------------------------------- */

/* The rest of the console's line that begins with `begin', ours to free. */
static char *
console_line(const char *console, const char *begin)
{
	const char *p = strstr(console, begin);

	if (p == NULL)
		return NULL;
	p += strlen(begin);
	return strndup(p, strcspn(p, "\n"));
}

/* Schedules under which it worked; 0: it did not say that it did. */
static long
worked(const json_t *run)
{
	const json_t *r;
	size_t i;

	json_array_foreach(json_object_get(run, "results"), i,
	    r) if (strcmp(json_string_value(json_object_get(r, "name")),
		       "works") ==
	    0) return (long)json_integer_value(json_object_get(r, "n"));
	return 0;
}

static void
judge(struct program *p, const struct job *j)
{
	json_t *run = json_loads(j->out != NULL ? j->out : "", 0, NULL);
	const char *console = json_string_value(json_object_get(run,
	    "console"));
	char *panic, *seen;

	p->outcome = BROKEN;
	if (console == NULL)
		console = "";
	panic = console_line(console, "panic: ");
	seen = console_line(console, "table1: observed: ");
	if (j->code == EX_GOOD && worked(run) >= SCHEDULES)
		p->outcome = WORKS;
	else if (j->code == EX_GOOD && seen != NULL)
		p->outcome = strncmp(seen, "no progress", 11) == 0 ? STUCK
								   : REFUSED;
	else if (j->code == EX_FINDING && panic != NULL &&
	    *p->refusal != '\0' && strstr(panic, p->refusal) != NULL)
		p->outcome = REFUSED;
	if (panic != NULL)
		p->why = strdup(panic);
	else if (seen != NULL)
		p->why = strdup(seen);
	else if (p->outcome == WORKS) {
		if (asprintf(&p->why, "%ld rounds", worked(run)) == -1)
			abort();
	} else if (asprintf(&p->why, "ended with exit code %d", j->code) == -1)
		abort();
	free(panic);
	free(seen);
	json_decref(run);
}

/* ---- running them -------------------------------------------------------------- */

static bool
wanted(const struct table1 *t, const char *cell)
{
	const char *only = t->opts->only;

	return only == NULL || strncmp(cell, only, strlen(only)) == 0;
}

/* Lines "case CELL ROLE REFUSAL" of a listing. */
static void
read_cases(struct table1 *t, const char *console)
{
	for (const char *p = console; (p = strstr(p, "case ")) != NULL;) {
		char cell[64], role[64], refusal[64] = "";
		struct program *new;

		p += 5;
		if (sscanf(p, "%63s %63s %63[^\n]", cell, role, refusal) < 2 ||
		    !wanted(t, cell))
			continue;
		new = reallocarray(t->program, t->n + 1, sizeof(*new));
		if (new == NULL)
			abort();
		t->program = new;
		t->program[t->n++] = (struct program){ .cell = strdup(cell),
			.role = strdup(role),
			.refusal = strdup(refusal) };
	}
}

static enum exit_code
list_cases(struct table1 *t, struct err *err)
{
	char *argv[] = { "run", "--image", t->image, "--json", "run=table1",
		"list=1", NULL };
	struct job j = { .argv = argv };
	enum exit_code rc = jobs_run(&j, 1, 1, "table1", err);
	json_t *run;
	const char *console;

	if (rc == EX_GOOD) {
		run = json_loads(j.out != NULL ? j.out : "", 0, NULL);
		console = json_string_value(json_object_get(run, "console"));
		if (j.code == EX_GOOD && console != NULL)
			read_cases(t, console);
		json_decref(run);
	}
	jobs_free(&j, 1);
	if (rc != EX_GOOD || t->n != 0)
		return rc;
	if (j.code == EX_GOOD && t->opts->only != NULL)
		return err_set(err, EX_INPUT,
		    "--only %s: no cell's name begins so; without --only, "
		    "--verbose names all",
		    t->opts->only);
	return err_set(err, EX_FINDING,
	    "%s: lists no cases of table 1 (exit code %d); run it with "
	    "run=table1 list=1",
	    t->image, j.code);
}

/* Two of them are made here, at CELL and ROLE. */
enum { CELL = 6, ROLE, FIXED };

static char **
arguments(const struct table1 *t, const struct program *p)
{
	size_t n = 0;
	char **a;

	while (t->opts->args[n] != NULL)
		n++;
	a = calloc(FIXED + n + 1, sizeof(*a));
	if (a == NULL || asprintf(&a[CELL], "cell=%s", p->cell) == -1 ||
	    asprintf(&a[ROLE], "role=%s", p->role) == -1)
		abort();
	a[0] = (char *)"run";
	a[1] = (char *)"--image";
	a[2] = t->image;
	a[3] = (char *)"--json";
	a[4] = (char *)"--limit=60s";
	a[5] = (char *)"run=table1";
	memcpy(a + FIXED, t->opts->args, n * sizeof(*a));
	return a;
}

static enum exit_code
run_cases(struct table1 *t, struct err *err)
{
	struct job *job = calloc(t->n, sizeof(*job));
	enum exit_code rc;

	if (job == NULL)
		abort();
	for (size_t i = 0; i < t->n; i++)
		job[i].argv = arguments(t, &t->program[i]);
	rc = jobs_run(job, t->n, t->opts->jobs, "table1", err);
	for (size_t i = 0; i < t->n; i++) {
		char **a = (char **)job[i].argv;

		if (rc == EX_GOOD)
			judge(&t->program[i], &job[i]);
		free(a[CELL]);
		free(a[ROLE]);
		free(a);
	}
	jobs_free(job, t->n);
	free(job);
	return rc;
}

/* ---- schedules of the fake machine --------------------------------------------- */

/* What w is about, and what came of it. */
static void
confirm(struct program *p, const struct witness *w)
{
	char *both;

	if (!w->held)
		p->outcome = BROKEN;
	if (asprintf(&both, "%s, %s", p->why, w->why) == -1)
		abort();
	free(p->why);
	p->why = both;
}

static enum exit_code
run_witnesses(struct table1 *t, struct err *err)
{
	struct witness *w = calloc(t->n, sizeof(*w));
	size_t *of = calloc(t->n, sizeof(*of)), n = 0;
	enum exit_code rc;

	if (w == NULL || of == NULL)
		abort();
	for (size_t i = 0; i < t->n; i++)
		if (t->program[i].outcome == WORKS) {
			w[n].cell = t->program[i].cell;
			w[n].role = t->program[i].role;
			of[n++] = i;
		}
	rc = table1_fake(t->image, t->opts, w, n, err);
	for (size_t i = 0; rc == EX_GOOD && i < n; i++) {
		confirm(&t->program[of[i]], &w[i]);
		free(w[i].why);
	}
	t->nwitness = n;
	free(of);
	free(w);
	return rc;
}

/* ---- from outcomes to cells ------------------------------------------------------ */

static enum outcome
outcome_of(const struct table1 *t, const char *key, const char *col,
    const char *role)
{
	char cell[64];

	snprintf(cell, sizeof(cell), "%s.%s", key, col);
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->program[i].cell, cell) == 0 &&
		    strcmp(t->program[i].role, role) == 0)
			return t->program[i].outcome;
	return NOT_RUN;
}

static bool
refused(enum outcome o)
{
	return o == REFUSED || o == STUCK;
}

/*
 * Yes if the use works and its counterpart is refused, no if the other way
 * round.  Footnotes: (5) whoever sleeps inside for one who waits for it stops
 * both; (6) the counterpart is the same use in another way, and possible.
 */
static const char *
decide(const struct table1 *t, const char *key, const char *col)
{
	enum outcome use = outcome_of(t, key, col, "use");
	enum outcome counter = outcome_of(t, key, col, "counter");
	enum outcome possible = outcome_of(t, key, col, "possible");
	bool sleeps = strcmp(col, "sleep_or_block") == 0;

	if (use == WORKS && refused(counter))
		return sleeps && counter == STUCK ? "yes(5)" : "yes";
	if (refused(use) && counter == WORKS)
		return "no";
	if (refused(use) && possible == WORKS)
		return "no(6)";
	return "?";
}

/*
 * All, if even what sleeps can be called, and something about it is refused:
 * the counterpart, which calls in both orders, or (footnote 4) lowering the
 * level inside.  Else what can be called.
 */
static const char *
decide_callable(const struct table1 *t, const char *key)
{
	const char *col = column[CALLABLE];
	enum outcome spin = outcome_of(t, key, col, "mutex_spin");
	enum outcome mutex = outcome_of(t, key, col, "mutex_adaptive");
	enum outcome rwlock = outcome_of(t, key, col, "rwlock");
	enum outcome big = outcome_of(t, key, col, "kernel_lock");
	enum outcome lower = outcome_of(t, key, col, "lower");
	enum outcome counter = outcome_of(t, key, col, "counter");

	if (spin == WORKS && mutex == WORKS && rwlock == WORKS && big == WORKS)
		return refused(lower)  ? "all(4)"
		    : refused(counter) ? "all"
				       : "?";
	if (spin == WORKS && refused(mutex) && refused(rwlock) &&
	    (big == NOT_RUN || refused(big)))
		return "mutex (spin)";
	return "?";
}

static void
decide_all(struct table1 *t)
{
	for (int f = 0; f < NFACILITY; f++)
		for (int c = 0; c < NCOLUMN; c++)
			snprintf(t->value[f][c], sizeof(t->value[f][c]), "%s",
			    c == CALLABLE
				? decide_callable(t, facility[f].key)
				: decide(t, facility[f].key, column[c]));
}

/* ---- the table ------------------------------------------------------------------ */

static const char footnotes[] =
    "(1) does it affect activities on other CPUs?\n"
    "(2) can it be used in hardware interrupt context?\n"
    "(3) facilities that may be used inside its critical section\n"
    "(4) it should not lower the SPL\n"
    "(5) possible but not recommended\n"
    "(6) possible but not expected\n";

static void
print_table(const struct table1 *t)
{
	static const char form[] = "%-20s %-14s %-14s %-15s %-10s %s\n";

	printf(form, "facility", "usable_on_MP(1)", "hw_interrupt(2)",
	    "sleep_or_block", "reentrant", "callable_facilities(3)");
	for (int f = 0; f < NFACILITY; f++)
		printf(form, facility[f].title, t->value[f][0], t->value[f][1],
		    t->value[f][2], t->value[f][3], t->value[f][4]);
	fputs(footnotes, stdout);
}

static void
print_programs(const struct table1 *t, const char *cell)
{
	static const char *const word[] = { "was not run", "works", "refused",
		"refused", "no outcome" };

	for (size_t i = 0; i < t->n; i++) {
		const struct program *p = &t->program[i];

		if (cell == NULL || strcmp(p->cell, cell) == 0)
			printf("    %-36s %-14s %-11s %s\n", p->cell, p->role,
			    word[p->outcome], p->why);
	}
}

/* The name of a cell that was asked for and is not the paper's, or NULL. */
static const char *
differing(const struct table1 *t, const struct csv *paper, int f, int c)
{
	static char cell[64];

	snprintf(cell, sizeof(cell), "%s.%s", facility[f].key, column[c]);
	return wanted(t, cell) &&
		strcmp(paper->row[f].cell[c + 1], t->value[f][c]) != 0
	    ? cell
	    : NULL;
}

/* How many, each with what its programs did if it is to be told. */
static unsigned
compare(const struct table1 *t, const struct csv *paper, bool tell)
{
	unsigned differ = 0;

	for (int f = 0; f < NFACILITY; f++)
		for (int c = 0; c < NCOLUMN; c++) {
			const char *cell = differing(t, paper, f, c);

			if (cell == NULL)
				continue;
			differ++;
			if (!tell)
				continue;
			printf("%s: %s, in the paper %s\n", cell,
			    t->value[f][c], paper->row[f].cell[c + 1]);
			print_programs(t, cell);
		}
	return differ;
}

static json_t *
table_json(const struct table1 *t, const struct csv *paper)
{
	json_t *cells = json_array(), *programs = json_array();

	for (int f = 0; f < NFACILITY; f++)
		for (int c = 0; c < NCOLUMN; c++)
			json_array_append_new(cells,
			    json_pack("{s:s s:s s:s s:s}", "facility",
				facility[f].title, "column", column[c], "value",
				t->value[f][c], "paper",
				paper->row[f].cell[c + 1]));
	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(programs,
		    json_pack("{s:s s:s s:b s:b s:s}", "cell",
			t->program[i].cell, "role", t->program[i].role, "works",
			t->program[i].outcome == WORKS, "refused",
			refused(t->program[i].outcome), "why",
			t->program[i].why));
	return json_pack("{s:o s:o}", "cells", cells, "programs", programs);
}

static enum exit_code
report(const struct table1 *t, const struct csv *paper, struct err *err)
{
	unsigned differ;
	json_t *j;

	if (t->opts->json) {
		j = table_json(t, paper);
		json_print(j, stdout, "standard output", err);
		json_decref(j);
		differ = compare(t, paper, false);
	} else {
		print_table(t);
		if (t->opts->verbose)
			print_programs(t, NULL);
		differ = compare(t, paper, true);
		if (t->opts->seeded)
			printf("table1: what works, %zu programs, ran under "
			       "%" PRIu64 " schedules each\n",
			    t->nwitness, t->opts->to - t->opts->from + 1);
		printf("table1: %zu programs, %u cells differ from the paper\n",
		    t->n, differ);
	}
	return differ == 0 ? EX_GOOD : EX_FINDING;
}

static void
free_programs(struct table1 *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->program[i].cell);
		free(t->program[i].role);
		free(t->program[i].refusal);
		free(t->program[i].why);
	}
	free(t->program);
}

enum exit_code
check_table1(const struct check_opts *opts, struct err *err)
{
	struct table1 t = { .opts = opts };
	struct csv paper;
	char *path = where_source("bench/paper/table1.csv");
	enum exit_code rc = csv_load(&paper, path, HEADER, err);

	free(path);
	if (rc != EX_GOOD)
		return rc;
	if (paper.n != NFACILITY)
		rc = err_set(err, EX_INPUT,
		    "bench/paper/table1.csv: %u rows; there are %d facilities",
		    paper.n, NFACILITY);
	if (rc == EX_GOOD)
		rc = check_image("table1", opts->overlay, &t.image, err);
	if (rc == EX_GOOD)
		rc = list_cases(&t, err);
	if (rc == EX_GOOD)
		rc = run_cases(&t, err);
	if (rc == EX_GOOD && opts->seeded)
		rc = run_witnesses(&t, err);
	if (rc == EX_GOOD) {
		decide_all(&t);
		rc = report(&t, &paper, err);
	}
	free_programs(&t);
	free(t.image);
	csv_free(&paper);
	return rc;
}
