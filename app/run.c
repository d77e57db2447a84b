/*
 * run.c: `rangeley run': boot an image, as options or a scenario file say.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
#include "measures.h"
#include "nobody.h"
#include "run_opts.h"

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

/* ---- the command ---------------------------------------------------- */

enum { KEY_PROFILE = 'p', KEY_EACH = 768 };

struct run_cmd {
	struct run_opts run;
	bool profile;
	const char *each;
	struct profiler *profiler; /* or NULL */
	struct run_report rep;
};

static enum exit_code
run_text(struct run_cmd *o, struct run_config *c)
{
	struct report_head head = { c->machine, o->run.image, NULL };
	struct run_report *rep = &o->rep;
	enum exit_code rc;

	c->console = stdout;
	rc = run_to_end(c, rep);
	if (rc == EX_GOOD) {
		run_opts_refused(&o->run, rep);
		report_print(&head, rep);
		measures_print(o->profiler, rep);
		rc = rep->verdict;
	}
	run_report_free(rep);
	return rc;
}

static enum exit_code
run_json(struct run_cmd *o, struct run_config *c)
{
	struct report_head head = { c->machine, o->run.image, NULL };
	struct run_report *rep = &o->rep;
	struct err err = ERR_NONE;
	enum exit_code rc;
	char *text;
	size_t len;
	json_t *j;

	c->console = open_memstream(&text, &len);
	if (c->console == NULL)
		return EX_BUG;
	rc = run_to_end(c, rep);
	fclose(c->console);
	if (rc == EX_GOOD) {
		run_opts_refused(&o->run, rep);
		head.console = text;
		j = report_json(&head, rep);
		json_object_set_new(j, "measures",
		    measures_json(o->profiler, rep));
		rc = json_print(j, stdout, "standard output", &err);
		json_decref(j);
		fail(&err);
	}
	if (rc == EX_GOOD)
		rc = rep->verdict;
	run_report_free(rep);
	free(text);
	return rc;
}

static const struct argp_option options[] = {
	{ "profile", KEY_PROFILE, NULL, 0,
	    "of each measurement of the image, say also which locks were "
	    "taken and which written lines several CPUs touched; slower, same "
	    "times",
	    0 },
	{ "each", KEY_EACH, "STEPS", 0,
	    "with --profile: in which functions CPUs take up what is measured, "
	    "to count the lines that are written for each; see the manual",
	    0 },
	{ 0 }
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct run_cmd *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->run;
		return 0;
	case KEY_PROFILE:
		o->profile = true;
		return 0;
	case KEY_EACH:
		o->each = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->each != NULL && !o->profile)
			argp_error(state, "--each wants --profile");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum exit_code
run_main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &run_opts_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "[SCENARIO] [NAME=VALUE...]",
		.doc = "Boot an image on CPU 0, as the options say or the file "
		       "SCENARIO, over which options win; NAME=VALUE are "
		       "the image's arguments.",
		.children = children };
	static struct run_cmd o;
	struct nobody *nobody;
	enum exit_code rc;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	rc = run_opts_ready(&o.run);
	nobody = nobody_if_served(&o.run);
	if (rc == EX_GOOD && o.profile)
		rc = profiler_create(&o.profiler, &o.run.config, &o.rep,
		    o.each);
	if (rc == EX_GOOD)
		rc = o.run.opts.json ? run_json(&o, &o.run.config)
				     : run_text(&o, &o.run.config);
	profiler_destroy(o.profiler);
	nobody_destroy(nobody);
	run_opts_free(&o.run);
	return rc;
}

const struct command cmd_run = { "run", "boot an image", run_main };
