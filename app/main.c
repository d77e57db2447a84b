/*
 * main.c: rangeley's command line.
 *
 * `rangeley [options] COMMAND ...': this file finds COMMAND in a table and
 * hands it the rest; what a command does, and its options, are in its own
 * file.  Everything printed on stdout is data, messages go to stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "core/text.h"

static const struct command *const commands[] = { &cmd_run, &cmd_fake,
	&cmd_bench, &cmd_check, &cmd_show, &cmd_trace, &cmd_replay, &cmd_trial,
	&cmd_explain, &cmd_brconfig, &cmd_intrctl, &cmd_rfc2544 };

#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *
find(const char *name, struct argp_state *state)
{
	const char *names[NCOMMANDS], *near;

	for (unsigned i = 0; i < NCOMMANDS; i++) {
		names[i] = commands[i]->name;
		if (strcmp(names[i], name) == 0)
			return commands[i];
	}
	near = text_nearest(name, names, NCOMMANDS);
	if (near != NULL)
		argp_error(state, "no command '%s'; did you mean '%s'?", name,
		    near);
	else
		argp_error(state, "no command '%s'", name);
	return NULL;
}

struct choice {
	const struct command *cmd;
	int first; /* index of the command's name in argv */
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		choice->cmd = find(arg, state);
		choice->first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a command is missing");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Argp asks for the text that follows the options. */
static char *
help(int key, const char *text, void *input)
{
	char *out;
	size_t len;
	FILE *f;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	f = open_memstream(&out, &len);
	fputs("Commands:\n", f);
	for (size_t i = 0; i < NCOMMANDS; i++)
		fprintf(f, "  %-10s %s\n", commands[i]->name,
		    commands[i]->what);
	fputs("\n`rangeley COMMAND --help' lists the options of a command; "
	      "rangeley(1) has examples.",
	    f);
	fclose(f);
	return out;
}

/* What could not be written is lost: say so. */
static int
finish(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr,
	    "rangeley: standard output: cannot write: %s; make room or write "
	    "elsewhere\n",
	    strerror(errno));
	return code == EX_GOOD || code == EX_FINDING ? EX_INPUT : code;
}

/* A file that is opened must not become the standard output by its number. */
static void
keep_std(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null",
			    fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int
main(int argc, char **argv)
{
	static const struct argp argp = { .parser = parse,
		.args_doc = "COMMAND [OPTION...]",
		.doc = "A cycle-level model of the Atom C2758 that runs "
		       "NetBSD-style kernel C.\v ",
		.help_filter = help };
	struct choice choice = { 0 };
	char *name;

	keep_std();
	argp_program_version_hook = version_print;
	argp_err_exit_status = EX_INPUT;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice) != 0)
		return EX_INPUT;
	if (asprintf(&name, "rangeley %s", choice.cmd->name) == -1)
		return EX_BUG;
	argv[choice.first] = name;
	return finish(choice.cmd->main(argc - choice.first,
	    argv + choice.first));
}
