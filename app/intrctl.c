/*
 * intrctl.c: `rangeley intrctl': intrctl(8) on a machine that lives as long as the
 * command, or on what is left of one.
 *
 *	intrctl list FOLDER	the table of a run that is over
 *	intrctl list SCENARIO	boot it, let frames in if there are any, and print
 *				the table of the end, or that of a time (--at), or
 *				many (-w)
 *	intrctl affinity SCENARIO	.. having moved an interrupt after set-up,
 *	    or at a time; and say what the file needs for this to stay
 *
 * The kernel does it (port/user/intrctl.c): words become commands of [setup], or with
 * a time of [events], and its tables come back as results.  What a scenario of `replay'
 * may have on its command line, this has, too (ADR 0012).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/json_out.h"
#include "irqs.h"
#include "replay.h"

enum { KEY_AT = 1024 };

struct intrctl {
	const char *verb;
	struct replay_cmd replay;
	bool compact, nonzero;
	const char *wait, *at, *id, *cpu;
	struct irqs irqs;
};

/* ---- options --------------------------------------------------------------- */

static const struct argp_option list_options[] = {
	{ "compact", 'c', NULL, 0, "sums, and CPUs as numbers", 0 },
	{ "nonzero", 'z', NULL, 0, "only interrupts that have come", 0 },
	{ "wait", 'w', "SECS", 0,
	    "print a table each SECS of simulated time, 0.002 or 2ms, the second "
	    "and later ones of what has come since",
	    0 },
	{ "at", KEY_AT, "TIME", 0,
	    "print the table of this simulated time, 2ms", 0 },
	{ 0 }
};

static const struct argp_option affinity_options[] = {
	{ "interrupt", 'i', "ID", 0, "which: \"msix0 vec 4\", or whose: wm0RX0",
	    0 },
	{ "cpu", 'c', "CPU", 0, "where it is to go: a number, or next", 0 },
	{ "at", KEY_AT, "TIME", 0, "when, 2ms; else after set-up", 0 }, { 0 }
};

static const struct argp_option cpu_options[] = { { "cpu", 'c', "CPU", 0,
						      "which CPU", 0 },
	{ "at", KEY_AT, "TIME", 0, "when, 2ms; else after set-up", 0 }, { 0 } };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct intrctl *c = state->input;
	const bool lists = strcmp(c->verb, "list") == 0;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &c->replay;
		return 0;
	case 'c':
		c->compact = lists;
		c->cpu = arg;
		return 0;
	case 'z':
		c->nonzero = true;
		return 0;
	case 'w':
		c->wait = arg;
		return 0;
	case 'i':
		c->id = arg;
		return 0;
	case KEY_AT:
		c->at = arg;
		return 0;
	case ARGP_KEY_END:
		if (!lists && c->cpu == NULL)
			argp_error(state, "which CPU? write -c 3");
		if (strcmp(c->verb, "affinity") == 0 && c->id == NULL)
			argp_error(state,
			    "which interrupt? write -i \"msix0 vec 4\"");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- printing -------------------------------------------------------------------- */

/* What has come since the table before. */
static void
subtract(struct intrtable *t, const struct intrtable *before)
{
	for (unsigned i = 0; i < t->nrow; i++)
		for (unsigned j = 0; j < before->nrow; j++)
			if (strcmp(t->row[i].id, before->row[j].id) == 0)
				for (unsigned cpu = 0; cpu < t->ncpu; cpu++)
					t->row[i].count[cpu] -= before->row[j]
								    .count[cpu];
	intrtable_measure(t);
}

static void
print_table(const struct intrctl *c, const struct intrtable *t)
{
	char line[INTRTABLE_LINE];

	intrtable_head(t, c->compact, line);
	puts(line);
	for (unsigned i = 0; i < t->nrow; i++) {
		if (c->nonzero && intrtable_sum(t, &t->row[i]) == 0)
			continue;
		intrtable_line(t, &t->row[i], c->compact, line);
		puts(line);
	}
}

static json_t *
table_json(const struct intrctl *c, const struct intrtable *t)
{
	json_t *all = irqs_json(t);

	for (unsigned i = t->nrow; c->nonzero && i-- > 0;)
		if (intrtable_sum(t, &t->row[i]) == 0)
			json_array_remove(all, i);
	return all;
}

/* Tables from..to-1 are what was asked for. */
static enum exit_code
print(const struct intrctl *c, size_t from, size_t to)
{
	struct err err = ERR_NONE;
	json_t *all, *j;

	for (size_t i = to; c->wait != NULL && i-- > from + 1;)
		subtract(&c->irqs.table[i], &c->irqs.table[i - 1]);
	if (!c->replay.run.opts.json) {
		for (size_t i = from; i < to; i++)
			print_table(c, &c->irqs.table[i]);
		return EX_GOOD;
	}
	all = json_array();
	for (size_t i = from; i < to; i++)
		json_array_append_new(all, table_json(c, &c->irqs.table[i]));
	j = json_pack("{s:o}", "tables", all);
	json_print(j, stdout, "standard output", &err);
	json_decref(j);
	return fail(&err);
}

/* ---- a run that is over ------------------------------------------------------------ */

static bool
is_folder(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum exit_code
list_folder(struct intrctl *c)
{
	const char *folder = c->replay.run.path;
	struct err err = ERR_NONE;
	enum exit_code rc;

	if (strcmp(c->verb, "list") != 0 || c->at != NULL || c->wait != NULL ||
	    replay_given(&c->replay) != NULL) {
		err_at(&err, EX_INPUT, folder, 0,
		    "this run is over; give a scenario, the folder's "
		    "config.ini for one");
		return fail(&err);
	}
	(void)irqs_load(&c->irqs, folder, &err);
	rc = fail(&err);
	if (rc == EX_GOOD)
		rc = print(c, 0, 1);
	irqs_free(&c->irqs);
	return rc;
}

/* ---- a run ---------------------------------------------------------------------------- */

/* The command that the kernel is to run; the caller's. */
static char *
action(const struct intrctl *c)
{
	char *words;

	if ((c->id != NULL ? asprintf(&words, "intrctl %s -i \"%s\" -c %s",
				 c->verb, c->id, c->cpu)
			   : asprintf(&words, "intrctl %s -c %s", c->verb,
				 c->cpu)) < 0)
		abort();
	return words;
}

/* "2" or "2ms" as an event that repeats: "2000000000ns+2000000000ns"; the caller's. */
static char *
repeated(const char *secs, struct err *err)
{
	struct err why = ERR_NONE;
	char *text = NULL, *key = NULL;
	uint64_t clk = 0;

	if (asprintf(&text, "%s%s", secs,
		secs[strspn(secs, "0123456789.")] == '\0' ? "s" : "") < 0)
		abort();
	if (unit_parse(UNIT_TIME, text, &clk, &why) != EX_GOOD)
		err_set(err, EX_INPUT, "-w %s: %s", secs, why.text);
	else if (clk < CLK_PER_NS)
		err_set(err, EX_INPUT,
		    "-w %s: less than a nanosecond; write e.g. 2ms", secs);
	clk /= CLK_PER_NS;
	if (asprintf(&key, "%lluns+%lluns", (unsigned long long)clk,
		(unsigned long long)clk) < 0)
		abort();
	free(text);
	return key;
}

/* What was asked for goes into the scenario that was read. */
static enum exit_code
ask(struct intrctl *c)
{
	struct run_opts *o = &c->replay.run;
	struct scenario *s = &o->scenario;
	struct err err = ERR_NONE;
	char *words = NULL, *key = NULL;

	if (strcmp(c->verb, "list") != 0) {
		words = action(c);
		scenario_command(s, c->at, words, &err);
	}
	if (c->wait != NULL)
		key = repeated(c->wait, &err);
	if (err.code == EX_GOOD && (key != NULL || c->at != NULL))
		scenario_command(s, key != NULL ? key : c->at,
		    "intrctl results", &err);
	if (err.code == EX_GOOD)
		scenario_check_cpus(s, run_opts_ncpu(o), &err);
	memcpy(o->args, s->args, sizeof(o->args));
	free(words);
	free(key);
	return fail(&err);
}

/* Is a section another file's?  It would be gone with the first line of the own one. */
static bool
inherited(const struct scenario_list *l, const char *path)
{
	for (size_t k = 0; k < l->n; k++)
		if (l->line[k] != 0 && strcmp(l->path[k], path) != 0)
			return true;
	return false;
}

/* How the scenario would be so by itself. */
static void
say_how(const struct intrctl *c)
{
	const struct run_opts *o = &c->replay.run;
	const bool table = c->at == NULL && c->id != NULL &&
	    strcmp(c->cpu, "next") != 0;
	char *words;

	if (strcmp(c->verb, "list") == 0 || o->opts.json)
		return;
	words = action(c);
	if (!table &&
	    inherited(c->at != NULL ? &o->scenario.events : &o->scenario.setup,
		o->path))
		fprintf(stderr,
		    "rangeley: to keep this, write into what `rangeley show "
		    "config %s' prints, as its section is inherited: ",
		    o->path);
	else
		fprintf(stderr,
		    "rangeley: to keep this, write into %s: ", o->path);
	if (table)
		fprintf(stderr, "[affinity] %s = %s\n", c->id, c->cpu);
	else if (c->at != NULL)
		fprintf(stderr, "[events] %s = %s\n", c->at, words);
	else
		fprintf(stderr, "[setup] 9 = %s\n", words);
	free(words);
}

/* Called when the run has ended, by replay_run(). */
static enum exit_code
report(struct replay_cmd *r)
{
	struct intrctl *c = r->arg;
	const struct irqs *a = &c->irqs;
	size_t from = 0, to;
	enum exit_code rc;

	if (r->rep.verdict != EX_GOOD)
		return r->rep.verdict;
	irqs_read(&c->irqs, &r->rep);
	to = a->n;
	if (c->wait != NULL ||
	    (c->at != NULL && strcmp(c->verb, "list") == 0)) {
		while (to > 0 && a->number[to - 1] == 0)
			to--;
		while (from < to && a->number[from] == 0)
			from++;
	} else if (to > 0)
		from = to - 1;
	if (from == to) {
		fprintf(stderr,
		    "rangeley: %s: no table; its program is not `serve', so "
		    "give a time with --at\n",
		    r->run.path);
		rc = EX_INPUT;
	} else {
		rc = print(c, from, to);
		say_how(c);
	}
	irqs_free(&c->irqs);
	return rc;
}

/* The console is shown if it says why there is no table. */
static enum exit_code
run_scenario(struct intrctl *c)
{
	struct replay_cmd *r = &c->replay;
	enum exit_code rc = run_opts_ready(&r->run);
	char *console = NULL, *from;
	size_t len;

	if (rc == EX_GOOD)
		rc = ask(c);
	if (rc == EX_GOOD) {
		r->run.config.console = open_memstream(&console, &len);
		r->report = report;
		r->arg = c;
		rc = replay_run(r);
		fclose(r->run.config.console);
		from = strstr(console, "\ninit: ");
		if (rc != EX_GOOD)
			fputs(from != NULL ? from + 1 : console, stderr);
		free(console);
	}
	run_opts_free(&r->run);
	return rc;
}

/* ---- the command ------------------------------------------------------------------------ */

static const struct argp_child children[] = { { &replay_argp, 0, NULL, 0 },
	{ 0 } };

static const struct verb {
	const char *name;
	struct argp argp;
} verbs[] = {
	{ "list",
	    { .options = list_options,
		.parser = parse,
		.args_doc = "FOLDER\nSCENARIO [NAME=VALUE...]",
		.doc = "Print which interrupts there are, and how many of each "
		       "a CPU has taken: of a run whose FOLDER `rangeley "
		       "replay' has left, or of SCENARIO, into which captures "
		       "may be played as by `rangeley replay'.",
		.children = children } },
	{ "affinity",
	    { .options = affinity_options,
		.parser = parse,
		.args_doc = "SCENARIO [NAME=VALUE...]",
		.doc =
		    "Assign an interrupt of SCENARIO's machine to a CPU, and "
		    "print the table.",
		.children = children } },
	{ "intr",
	    { .options = cpu_options,
		.parser = parse,
		.args_doc = "SCENARIO [NAME=VALUE...]",
		.doc = "Let a CPU of SCENARIO's machine take interrupts of "
		       "devices again, and print the table.",
		.children = children } },
	{ "nointr",
	    { .options = cpu_options,
		.parser = parse,
		.args_doc = "SCENARIO [NAME=VALUE...]",
		.doc =
		    "Move interrupts of devices away from a CPU of SCENARIO's "
		    "machine, which gets no more, and print the table.",
		.children = children } },
};

static error_t
parse_no_verb(int key, char *arg, struct argp_state *state)
{
	if (key == ARGP_KEY_ARG)
		argp_error(state,
		    "no '%s'; write list, affinity, intr or nointr, and a "
		    "scenario",
		    arg);
	if (key == ARGP_KEY_NO_ARGS)
		argp_error(state,
		    "write list, affinity, intr or nointr, and a scenario");
	return key == ARGP_KEY_INIT ? 0 : ARGP_ERR_UNKNOWN;
}

static const struct argp no_verb = { .parser = parse_no_verb,
	.args_doc = "list FOLDER|SCENARIO\naffinity SCENARIO\nintr SCENARIO\n"
		    "nointr SCENARIO",
	.doc = "Which CPU takes which interrupt.\v`rangeley intrctl list "
	       "--help' lists the options of list, and so on." };

static enum exit_code
intrctl_main(int argc, char **argv)
{
	static struct intrctl c;
	const struct verb *v = verbs;
	char *name;

	while (v < verbs + sizeof(verbs) / sizeof(verbs[0]) &&
	    (argc < 2 || strcmp(v->name, argv[1]) != 0))
		v++;
	if (v == verbs + sizeof(verbs) / sizeof(verbs[0])) {
		argp_parse(&no_verb, argc, argv, ARGP_IN_ORDER, NULL, NULL);
		return EX_INPUT;
	}
	if (asprintf(&name, "%s %s", argv[0], v->name) < 0)
		abort();
	argv[1] = name;
	c.verb = v->name;
	replay_init(&c.replay);
	c.replay.quiet = true;
	argp_parse(&v->argp, argc - 1, argv + 1, 0, NULL, &c);
	if (c.replay.run.path == NULL) {
		fputs("rangeley intrctl: which machine? give a scenario\n",
		    stderr);
		return EX_INPUT;
	}
	if (is_folder(c.replay.run.path))
		return list_folder(&c);
	return run_scenario(&c);
}

const struct command cmd_intrctl = { "intrctl",
	"interrupts: how many each CPU took, and where they go", intrctl_main };
