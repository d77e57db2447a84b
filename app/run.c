/*
 * run.c: `rangeley run': boot an image, as options or a scenario file say.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "core/json_out.h"
#include "core/scenario.h"
#include "thunk/run.h"

enum {
	KEY_IMAGE = 'i',
	KEY_LIMIT = 512,
	KEY_RAM,
	KEY_PORTABLE,
	KEY_CPUS,
	KEY_EXACT,
	KEY_SPREAD
};

_Static_assert(SCENARIO_CPUS == CPU_MAX, "scenario.h knows the CPUs");

struct run_opts {
	struct opts opts;
	const char *image;
	const char *path; /* of the scenario; NULL: none */
	struct scenario scenario;
	struct run_config config;
	char args[SCENARIO_ARGS];
};

/* ---- SIGINT --------------------------------------------------------- */

static void
interrupted(int sig)
{
	(void)sig;
	cpu_request_stop(EX_SIGINT); /* at the next poll point */
}

enum exit_code
run_to_end(const struct run_config *config, struct run_report *rep)
{
	struct sigaction sa = { .sa_handler = interrupted,
		/* The second one kills; never on a stack of the image. */
		.sa_flags = (int)(SA_RESETHAND | SA_ONSTACK) };
	struct err err = ERR_NONE;

	sigaction(SIGINT, &sa, NULL);
	run_image(config, rep, &err);
	if (rep->verdict == EX_SIGINT)
		fputs("rangeley: interrupted; the report ends here\n", stderr);
	return fail(&err);
}

/* ---- options -------------------------------------------------------- */

static const struct argp_option options[] = {
	{ "image", KEY_IMAGE, "IMAGE", 0,
	    "what to boot: a name below build/images, or a path", 0 },
	{ "limit", KEY_LIMIT, "TIME", 0,
	    "end the run at this simulated time, e.g. 2ms, with exit code 4",
	    0 },
	{ "ram", KEY_RAM, "SIZE", 0, "RAM of the machine (256MiB)", 0 },
	{ "cpus", KEY_CPUS, "N", 0, "CPUs of the machine, 1 to 8 (8)", 0 },
	{ "spread", KEY_SPREAD, NULL, 0,
	    "put CPU n into module n mod 4 instead of n / 2", 0 },
	{ "exact-order", KEY_EXACT, NULL, 0,
	    "let no CPU run ahead of another: slower, nearly the same results",
	    0 },
	{ "portable", KEY_PORTABLE, NULL, 0,
	    "run without AVX2; the results are the same", 0 },
	{ 0 }
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct run_opts *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->opts;
		return 0;
	case KEY_IMAGE:
		o->image = arg;
		return 0;
	case KEY_LIMIT:
		o->config.limit_cyc = opts_quantity(UNIT_TIME, "limit", arg,
					  state) /
		    CLK_PER_CYC;
		if (o->config.limit_cyc == 0) /* would mean none */
			argp_error(state,
			    "--limit: '%s' is less than a cycle; write a time "
			    "such as 2ms",
			    arg);
		return 0;
	case KEY_RAM:
		o->config.ram_bytes = opts_quantity(UNIT_SIZE, "ram", arg,
		    state);
		return 0;
	case KEY_PORTABLE:
		o->config.portable = true;
		return 0;
	case KEY_CPUS:
		o->config.ncpu = (unsigned)opts_quantity(UNIT_COUNT, "cpus",
		    arg, state);
		if (o->config.ncpu < 1 || o->config.ncpu > CPU_MAX)
			argp_error(state, "--cpus: 1 to %d", CPU_MAX);
		return 0;
	case KEY_EXACT:
		o->config.exact = true;
		return 0;
	case KEY_SPREAD:
		o->config.spread = true;
		return 0;
	case ARGP_KEY_ARG:
		if (strchr(arg, '=') != NULL)
			opts_image_arg(o->args, sizeof(o->args), arg, state);
		else if (o->path != NULL)
			argp_error(state, "two scenarios, '%s' and '%s'",
			    o->path, arg);
		else
			o->path = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->image == NULL && o->path == NULL)
			argp_error(state,
			    "no scenario and no --image; e.g. --image micro");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- the scenario --------------------------------------------------- */

/* The file's settings go before those of the command line, which so win. */
static void
merge_sets(struct opts *o, const struct scenario *s)
{
	if (s->nsets == 0)
		return;
	o->sets = reallocarray(o->sets, o->nsets + s->nsets, sizeof(*o->sets));
	if (o->sets == NULL)
		abort();
	memmove(o->sets + s->nsets, o->sets, o->nsets * sizeof(*o->sets));
	for (size_t i = 0; i < s->nsets; i++)
		o->sets[i] = s->sets[i];
	o->nsets += s->nsets;
}

static enum exit_code
merge_args(struct run_opts *o, struct err *err)
{
	const size_t used = strlen(o->scenario.args);

	if (o->args[0] == '\0' || used == 0) {
		strcat(o->args, o->scenario.args); /* one of them is empty */
		return EX_GOOD;
	}
	if (used + strlen(o->args) + 2 > sizeof(o->args))
		return err_set(err, EX_INPUT,
		    "the image's arguments exceed %zu bytes",
		    sizeof(o->args) - 1);
	memmove(o->args + used + 1, o->args, strlen(o->args) + 1);
	memcpy(o->args, o->scenario.args, used);
	o->args[used] = ' ';
	return EX_GOOD;
}

static enum exit_code
apply_scenario(struct run_opts *o)
{
	struct scenario *s = &o->scenario;
	struct run_config *c = &o->config;
	struct err err = ERR_NONE;

	if (o->path == NULL)
		return EX_GOOD;
	if (scenario_load(s, o->path, &err) != EX_GOOD)
		return fail(&err);
	if (o->image == NULL)
		o->image = s->image;
	if (c->ncpu == 0)
		c->ncpu = (unsigned)s->cpus;
	if (c->limit_cyc == 0)
		c->limit_cyc = s->limit_clk / CLK_PER_CYC;
	if (c->ram_bytes == 0)
		c->ram_bytes = s->ram_bytes;
	c->exact |= s->exact;
	c->spread |= s->spread;
	merge_sets(&o->opts, s);
	merge_args(o, &err);
	return fail(&err);
}

/* ---- the command ---------------------------------------------------- */

static enum exit_code
run_text(const struct run_opts *o, struct run_config *c)
{
	struct report_head head = { c->machine, o->image, NULL };
	struct run_report rep;
	enum exit_code rc;

	c->console = stdout;
	rc = run_to_end(c, &rep);
	if (rc == EX_GOOD) {
		report_print(&head, &rep);
		rc = rep.verdict;
	}
	run_report_free(&rep);
	return rc;
}

static enum exit_code
run_json(const struct run_opts *o, struct run_config *c)
{
	struct report_head head = { c->machine, o->image, NULL };
	struct run_report rep;
	struct err err = ERR_NONE;
	enum exit_code rc;
	char *text;
	size_t len;
	json_t *j;

	c->console = open_memstream(&text, &len);
	if (c->console == NULL)
		return EX_BUG;
	rc = run_to_end(c, &rep);
	fclose(c->console);
	if (rc == EX_GOOD) {
		head.console = text;
		j = report_json(&head, &rep);
		rc = json_print(j, stdout, "standard output", &err);
		json_decref(j);
		fail(&err);
	}
	if (rc == EX_GOOD)
		rc = rep.verdict;
	run_report_free(&rep);
	free(text);
	return rc;
}

static enum exit_code
run_main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &opts_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "[SCENARIO] [NAME=VALUE...]",
		.doc = "Boot an image on CPU 0, as the options say or the file "
		       "SCENARIO, over which options win; NAME=VALUE are "
		       "the image's arguments.",
		.children = children };
	static struct run_opts o;
	struct machine m;
	enum exit_code rc;
	char *path;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	rc = apply_scenario(&o);
	if (rc == EX_GOOD)
		rc = opts_machine(&o.opts, &m);
	if (rc != EX_GOOD) {
		scenario_free(&o.scenario);
		return rc;
	}
	path = where_image(o.image);
	o.config.machine = &m;
	o.config.image = path;
	o.config.args = o.args;
	rc = o.opts.json ? run_json(&o, &o.config) : run_text(&o, &o.config);
	free(path);
	scenario_free(&o.scenario);
	return rc;
}

const struct command cmd_run = { "run", "boot an image", run_main };
