/*
 * main.c: the annotator's command line.  Run by the build only; mk/image.mk
 * shows the order of the calls.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/cost.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/elfsyms.h"
#include "cpu/annotate/emit.h"
#include "cpu/annotate/xalloc.h"
#include "cpu/hook_abi.h"

#define EXIT_INPUT    2
#define EXIT_INTERNAL 5

enum {
	OPT_PLAIN_OUT = 256,
	OPT_PLAIN,
	OPT_UNIT,
	OPT_COUNT,
	OPT_FAKE,
	OPT_INSNS,
	OPT_STACK,
	OPT_COSTS,
	OPT_CACHE,
	OPT_THUNKS,
	OPT_BREAK,
	OPT_EXPLAIN
};

struct args {
	const char *plain_out, *plain, *unit, *out;
	bool thunks, explain;
	struct emit_opts emit;
	struct cost_opts cost;
	const char **files;
	size_t nfile;
};

static const struct argp_option options[] = {
	{ "plain-out", OPT_PLAIN_OUT, "FILE", 0,
	    "First pass: write FILE, the same code with labels at its blocks",
	    0 },
	{ "plain", OPT_PLAIN, "ELF", 0,
	    "Second pass: the image linked from first-pass files", 0 },
	{ "unit", OPT_UNIT, "NAME", 0, "Name of this file in the image", 0 },
	{ "output", 'o', "FILE", 0, "Write the annotated code to FILE", 0 },
	{ "count", OPT_COUNT, NULL, 0,
	    "Let the clock count instructions; no other hooks", 0 },
	{ "fake", OPT_FAKE, NULL, 0,
	    "Count steps and yield turns, for the fake machine; no time", 0 },
	{ "insns", OPT_INSNS, NULL, 0,
	    "Count instructions besides, for who looks on", 0 },
	{ "stack", OPT_STACK, NULL, 0, "Hook every access to the stack", 0 },
	{ "costs", OPT_COSTS, "FILE", 0, "Committed cache of block costs", 0 },
	{ "cost-cache", OPT_CACHE, "FILE", 0,
	    "Where costs go that the committed cache lacks", 0 },
	{ "thunks", OPT_THUNKS, NULL, 0,
	    "Write the thunks that the object files given need", 0 },
	{ "explain-cost", OPT_EXPLAIN, NULL, 0,
	    "Print each block's cost instead of code", 0 },
	{ "break", OPT_BREAK, "HOW", 0,
	    "Make a faulty program: liveness, flags or cost (for tests)", 0 },
	{ 0 }
};

static error_t
parse_break(struct args *a, const char *how, struct argp_state *st)
{
	if (strcmp(how, "liveness") == 0)
		a->emit.brk = BREAK_LIVENESS;
	else if (strcmp(how, "flags") == 0)
		a->emit.brk = BREAK_FLAGS;
	else if (strcmp(how, "cost") == 0)
		a->emit.brk = BREAK_COST;
	else
		argp_error(st, "--break=%s: use liveness, flags or cost", how);
	return 0;
}

static error_t
parse_opt(int key, char *arg, struct argp_state *st)
{
	struct args *a = st->input;

	switch (key) {
	case OPT_PLAIN_OUT:
		a->plain_out = arg;
		break;
	case OPT_PLAIN:
		a->plain = arg;
		break;
	case OPT_UNIT:
		a->unit = arg;
		break;
	case 'o':
		a->out = arg;
		break;
	case OPT_COUNT:
		a->emit.count = true;
		break;
	case OPT_FAKE:
		a->emit.fake = a->emit.count = true;
		break;
	case OPT_INSNS:
		a->emit.insns = true;
		break;
	case OPT_STACK:
		a->emit.stack = true;
		break;
	case OPT_COSTS:
		a->cost.committed = arg;
		break;
	case OPT_CACHE:
		a->cost.local = arg;
		break;
	case OPT_THUNKS:
		a->thunks = true;
		break;
	case OPT_EXPLAIN:
		a->explain = true;
		break;
	case OPT_BREAK:
		return parse_break(a, arg, st);
	case ARGP_KEY_ARG:
		*XPUSH(a->files, a->nfile) = arg;
		break;
	case ARGP_KEY_END:
		if (a->nfile == 0)
			argp_error(st, "no input file");
		if (!a->thunks && a->nfile > 1)
			argp_error(st, "one .s file at a time");
		if (!a->thunks && a->unit == NULL)
			argp_error(st, "--unit NAME is needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* ---- output: complete or not at all -------------------------------------- */

static FILE *
open_out(const char *path, char **tmp)
{
	static char buf[1 << 16];
	FILE *f;

	if (path == NULL) {
		*tmp = NULL;
		return stdout;
	}
	*tmp = xasprintf("%s.tmp.%ld", path, (long)getpid());
	f = fopen(*tmp, "w");
	if (f == NULL) {
		fprintf(stderr, "annotate: %s: %s\n", *tmp, strerror(errno));
		exit(EXIT_INPUT);
	}
	setvbuf(f, buf, _IOFBF, sizeof(buf));
	return f;
}

static int
close_out(FILE *f, const char *path, const char *tmp, int err)
{
	bool bad = fflush(f) != 0 || ferror(f);

	if (tmp != NULL)
		bad |= fclose(f) != 0;
	if (bad) {
		fprintf(stderr, "annotate: %s: %s\n",
		    path != NULL ? path : "standard output", strerror(errno));
		err = EXIT_INTERNAL;
	}
	if (tmp != NULL && (err != 0 || rename(tmp, path) != 0))
		unlink(tmp);
	return err;
}

/* ---- passes ----------------------------------------------------------------- */

/* mk/longest-path.sh looks for this line. */
static void
print_path(const struct unit *u, FILE *out)
{
	const struct block *at;
	bool recursion;
	uint32_t t = longest_path(u, &at, &recursion);

	if (at != NULL)
		fprintf(out,
		    "# longest path between polls: %u.%u cycles, ends in %s%s\n",
		    t / HK_CLOCK_PER_CYC, t % HK_CLOCK_PER_CYC, at->fn->name,
		    recursion ? ", longer by recursion" : "");
}

static void
explain(const struct unit *u, FILE *out)
{
	for (size_t i = 0; i < u->nblock; i++)
		cost_explain(out, &u->blocks[i]);
	print_path(u, out);
}

static int
analyse(struct unit *u, const struct args *a)
{
	int err = parse_file(u, a->files[0]);

	if (err != 0)
		return err;
	u->name = a->unit;
	err = check_unit(u);
	if (err == 0)
		err = cfg_build(u);
	if (err != 0 || a->plain_out != NULL)
		return err;
	stack_analyse(u);
	live_compute(u);
	if (a->plain != NULL)
		err = elfsyms_plain(u, a->plain);
	if (err == 0 && !a->emit.count)
		err = cost_compute(u, &a->cost);
	if (err == 0 && !a->emit.count)
		dep_compute(u);
	return err;
}

static int
run(const struct args *a)
{
	const char *path = a->plain_out != NULL ? a->plain_out : a->out;
	struct unit u = { 0 };
	char *tmp;
	FILE *out;
	int err = 0;

	if (!a->thunks && analyse(&u, a) != 0)
		return EXIT_INPUT;
	out = open_out(path, &tmp);
	if (a->thunks)
		err = emit_thunks(a->files, (int)a->nfile, out);
	else if (a->explain)
		explain(&u, out);
	else if (a->plain_out != NULL)
		err = emit_plain(&u, out);
	else {
		err = emit_timed(&u, &a->emit, out);
		if (!a->emit.count)
			print_path(&u, out);
	}
	return close_out(out, path, tmp, err != 0 ? EXIT_INPUT : 0);
}

int
main(int argc, char **argv)
{
	static const struct argp argp = { options, parse_opt,
		"FILE.s\n--thunks OBJECT...",
		"Rewrite an assembly file so that it keeps its own time.", NULL,
		NULL, NULL };
	struct args a = { 0 };

	argp_err_exit_status = EXIT_INPUT;
	argp_parse(&argp, argc, argv, 0, NULL, &a);
	return run(&a);
}
