/*
 * brconfig.c: `rangeley brconfig': brconfig(8) on a machine that lives as long as
 * the command.
 *
 * The kernel does it (port/user/brconfig.c); here words become boot properties,
 * and of what the kernel prints is shown what the command printed.
 */
#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"
#include "run_opts.h"

enum { KEY_UNITS = 768 };

#define DEFAULT_IMAGE "bridge_mpsafe"
#define MAX_UNITS     3 /* NET_MPSAFE's queues: if_tst.h has no pins for more */
#define PROGRAM       "init: command:" /* as the kernel calls it */

struct brconfig_opts {
	struct run_opts run;
	uint64_t units;
	char **word; /* after the options */
	int nwords;
};

static const struct argp_option options[] = {
	{ "interfaces", KEY_UNITS, "N", 0,
	    "test interfaces tst0, tst1 ... of the machine, 1 to 3 (2)", 0 },
	{ 0 }
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct brconfig_opts *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		o->run.image = DEFAULT_IMAGE;
		state->child_inputs[0] = &o->run;
		return 0;
	case KEY_UNITS:
		o->units = opts_count("interfaces", arg, 1, MAX_UNITS, state);
		return 0;
	case ARGP_KEY_ARG:
		/* The rest are words, `-learn' too. */
		o->word = state->argv + state->next - 1;
		o->nwords = state->argc - state->next + 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_END:
		if (o->nwords == 0)
			argp_error(state,
			    "no bridge; e.g. bridge0 add tst0 add tst1 up");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/*
 * "tst,2;ifconfig,bridge0,create;brconfig,bridge0,add,tst0;brconfig,bridge0": the
 * bridge is made first, and shown last, since then it is gone.
 */
static enum exit_code
commands(struct brconfig_opts *o, struct err *err)
{
	const size_t size = sizeof(o->run.args);
	char text[SCENARIO_ARGS];
	int n = snprintf(text, sizeof(text),
	    "tst,%u;ifconfig,%s,create;brconfig", (unsigned)o->units,
	    o->word[0]);

	for (int i = 0; i < o->nwords && n < (int)sizeof(text); i++) {
		if (o->word[i][0] == '\0' || strpbrk(o->word[i], ",; \t"))
			return err_set(err, EX_INPUT,
			    "'%s' is no word of brconfig; words have no "
			    "blanks, commas and semicolons",
			    o->word[i]);
		n += snprintf(text + n, sizeof(text) - (size_t)n, ",%s",
		    o->word[i]);
	}
	if (o->nwords > 1 && n < (int)sizeof(text))
		n += snprintf(text + n, sizeof(text) - (size_t)n,
		    ";brconfig,%s", o->word[0]);
	if (n >= (int)sizeof(text))
		return err_set(err, EX_INPUT,
		    "too many words; divide them among several commands");
	if (scenario_arg(o->run.args, size, "run", "command", err) == EX_GOOD)
		scenario_arg(o->run.args, size, "command", text, err);
	return err->code;
}

/* What the console says between the start of the program and the halt. */
static char *
said(char *console)
{
	char *from = strstr(console, PROGRAM), *to;

	if (from == NULL)
		return console; /* it did not get there: show why */
	from = strchr(from, '\n');
	from = from != NULL ? from + 1 : console;
	to = strstr(from, "The operating system has halted.");
	if (to != NULL)
		*to = '\0';
	return from;
}

static enum exit_code
print_json(const char *text, enum exit_code verdict, struct err *err)
{
	json_t *j = json_pack("{s:s, s:i}", "output", text, "exit",
	    (int)verdict);
	enum exit_code rc = json_print(j, stdout, "standard output", err);

	json_decref(j);
	return rc;
}

static enum exit_code
run(struct brconfig_opts *o)
{
	struct run_report rep;
	struct err err = ERR_NONE;
	enum exit_code rc;
	char *console;
	size_t len;

	o->run.config.console = open_memstream(&console, &len);
	if (o->run.config.console == NULL)
		return EX_BUG;
	rc = run_to_end(&o->run.config, &rep);
	fclose(o->run.config.console);
	if (rc == EX_GOOD) {
		rc = rep.verdict;
		if (rc == EX_GOOD && strstr(console, PROGRAM) == NULL)
			err_set(&err, EX_INPUT,
			    "%s: no kernel that knows run=command; give one "
			    "with test interfaces, such as " DEFAULT_IMAGE,
			    o->run.image);
		if (o->run.opts.json)
			print_json(said(console), rc, &err);
		else
			fputs(said(console), stdout);
		fail(&err);
	}
	run_report_free(&rep);
	free(console);
	return err.code != EX_GOOD ? err.code : rc;
}

static enum exit_code
brconfig_main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &run_opts_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "BRIDGE [COMMAND [WORD...]]...",
		.doc = "Boot a kernel with test interfaces (" DEFAULT_IMAGE
		       ") and the bridge BRIDGE, do to it what the words say "
		       "as brconfig(8) does, and show it.",
		.children = children };
	static struct brconfig_opts o = { .units = 2 };
	struct err err = ERR_NONE;
	enum exit_code rc;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	if (commands(&o, &err) != EX_GOOD)
		return fail(&err);
	rc = run_opts_ready(&o.run);
	if (rc == EX_GOOD)
		rc = run(&o);
	run_opts_free(&o.run);
	return rc;
}

const struct command cmd_brconfig = { "brconfig",
	"a bridge's members, addresses and numbers", brconfig_main };
