/*
 * check.c: `rangeley check': is the kernel what it should be?
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app.h"
#include "table1.h"
#include "core/units.h"

enum {
	KEY_OVERLAY = 256,
	KEY_JOBS,
	KEY_SEEDS,
	KEY_ONLY,
	KEY_VERBOSE,
	KEY_JSON
};

static const struct {
	const char *name;
	enum exit_code (*fn)(const struct check_opts *, struct err *);
} kinds[] = { { "table1", check_table1 } };

#define MOST_ARGS 16

struct opts_of_check {
	struct check_opts check;
	const char *kind;
	char *args[MOST_ARGS + 1];
	size_t nargs;
};

/* ---- images ---------------------------------------------------------------- */

/* make, in the source tree, with its talk on stderr. */
static enum exit_code
build(const char *name, const char *overlay, struct err *err)
{
	char *source = where_source("."), image[256], over[PATH_MAX + 16];
	pid_t pid;
	int status = 0;

	snprintf(image, sizeof(image), "IMAGE=%s", name);
	snprintf(over, sizeof(over), "OVERLAY=%s", overlay);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execlp("make", "make", "-s", "--no-print-directory", "-C",
		    source, "image", image, over, (char *)NULL);
		fprintf(stderr, "rangeley: make: %s\n", strerror(errno));
		_exit(EX_INPUT);
	}
	free(source);
	if (pid == -1)
		return err_set(err, EX_BUG, "fork: %s", strerror(errno));
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(err, EX_INPUT,
		    "%s: the image %s does not build with this overlay; the "
		    "message above says where",
		    overlay, name);
	return EX_GOOD;
}

enum exit_code
check_image(const char *name, const char *overlay, char **path, struct err *err)
{
	char dir[PATH_MAX], *both;
	enum exit_code rc;

	if (overlay == NULL) {
		*path = where_image(name);
		return EX_GOOD;
	}
	if (realpath(overlay, dir) == NULL)
		return err_set(err, EX_INPUT,
		    "--overlay %s: %s; name a folder with kernel sources under "
		    "their paths below kernel/",
		    overlay, strerror(errno));
	rc = build(name, dir, err);
	if (rc != EX_GOOD)
		return rc;
	if (asprintf(&both, "%s-%s", name, strrchr(dir, '/') + 1) == -1)
		abort();
	*path = where_image(both);
	free(both);
	return EX_GOOD;
}

/* ---- options ----------------------------------------------------------------- */

static const struct argp_option options[] = {
	{ "overlay", KEY_OVERLAY, "DIR", 0,
	    "take kernel sources from here first, by their paths below kernel/",
	    0 },
	{ "jobs", KEY_JOBS, "N", 0, "machines at a time (one per processor)",
	    0 },
	{ "only", KEY_ONLY, "CELL", 0,
	    "only cells whose names begin so, e.g. rwlock or spl.reentrant",
	    0 },
	{ "seeds", KEY_SEEDS, "A[..B]", 0,
	    "what works must also do under these schedules of the fake machine",
	    0 },
	{ "verbose", KEY_VERBOSE, NULL, 0, "say what each program did", 0 },
	{ "json", KEY_JSON, NULL, 0, "print JSON", 0 }, { 0 }
};

/* What to check, then arguments of the kernel. */
static void
add_arg(struct opts_of_check *o, char *arg, struct argp_state *state)
{
	if (o->kind == NULL)
		o->kind = arg;
	else if (strchr(arg, '=') == NULL)
		argp_error(state,
		    "'%s': one check at a time; arguments of the "
		    "kernel are name=value",
		    arg);
	else if (o->nargs == MOST_ARGS)
		argp_error(state, "more than %d arguments", MOST_ARGS);
	else
		o->args[o->nargs++] = arg;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct opts_of_check *o = state->input;

	switch (key) {
	case KEY_OVERLAY:
		o->check.overlay = arg;
		return 0;
	case KEY_JOBS:
		o->check.jobs = (unsigned)opts_count("jobs", arg, 1, 1024,
		    state);
		return 0;
	case KEY_SEEDS:
		opts_seeds(arg, &o->check.from, &o->check.to, state);
		o->check.seeded = true;
		return 0;
	case KEY_ONLY:
		o->check.only = arg;
		return 0;
	case KEY_VERBOSE:
		o->check.verbose = true;
		return 0;
	case KEY_JSON:
		o->check.json = true;
		return 0;
	case ARGP_KEY_ARG:
		add_arg(o, arg, state);
		return 0;
	case ARGP_KEY_END:
		if (o->kind == NULL)
			argp_error(state, "what to check is missing: table1");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum exit_code
check_main(int argc, char **argv)
{
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "table1 [NAME=VALUE...]",
		.doc = "Decide by programs on the kernel whether it keeps what "
		       "it promises.  table1: the paper's table of mutual "
		       "exclusion facilities, each cell by a program that must "
		       "work and one that must be refused." };
	struct opts_of_check o = { 0 };
	struct err err = ERR_NONE;
	enum exit_code rc;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	o.check.args = o.args;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, o.kind) == 0) {
			rc = kinds[i].fn(&o.check, &err);
			fail(&err);
			return rc;
		}
	err_set(&err, EX_INPUT, "check %s: there is none; there is: table1",
	    o.kind);
	return fail(&err);
}

const struct command cmd_check = { "check",
	"decide properties of the kernel by programs", check_main };
