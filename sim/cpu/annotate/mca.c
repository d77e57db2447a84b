/*
 * mca.c: run llvm-mca and read its answer.
 *
 * All regions go in as one input, each between a pair of markers, and come
 * out as one JSON document with a timeline per region.  Input and output are
 * temporary files, so neither side can block the other.  The version is
 * checked first: another one may have another model, and would mix two kinds
 * of numbers in the cache.
 */
#include <errno.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cpu/annotate/cost_int.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"
#include "cpu/hook_abi.h"

/*
 * llvm-mca counts the cycles of a region from the dispatch of its first
 * instruction; the first that can issue does so in cycle 1.
 */
#define FIRST_ISSUE 1

extern char **environ;

struct run {
	const struct unit *u;
	const char *program;
	struct region *const *regions;
	size_t n;
	FILE *in, *out, *err;
};

/* ---- the process --------------------------------------------------- */

static int
complain(const struct run *r, const char *what, const char *why)
{
	return diag_error(r->u->path, 0, (struct loc){ 0 },
	    "%s %s: %s; it is needed for %zu stretches of code that are in no "
	    "cost cache: install the package llvm-14, or build the code as "
	    "committed, whose costs are in sim/cpu/annotate/costs.txt",
	    what, r->program, why, r->n);
}

static int
open_files(struct run *r)
{
	r->in = tmpfile();
	r->out = tmpfile();
	r->err = tmpfile();
	if (r->in == NULL || r->out == NULL || r->err == NULL)
		return complain(r, "cannot make files for", strerror(errno));
	return 0;
}

static void
close_files(struct run *r)
{
	if (r->in != NULL)
		fclose(r->in);
	if (r->out != NULL)
		fclose(r->out);
	if (r->err != NULL)
		fclose(r->err);
	r->in = r->out = r->err = NULL;
}

/* Run argv on the three files; *status as from waitpid. */
static int
spawn(struct run *r, const char *const *argv, int *status)
{
	posix_spawn_file_actions_t fa;
	pid_t pid;
	int e;

	fflush(r->in);
	rewind(r->in);
	lseek(fileno(r->in), 0, SEEK_SET);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, fileno(r->in), 0);
	posix_spawn_file_actions_adddup2(&fa, fileno(r->out), 1);
	posix_spawn_file_actions_adddup2(&fa, fileno(r->err), 2);
	e = posix_spawnp(&pid, argv[0], &fa, NULL, (char *const *)argv,
	    environ);
	posix_spawn_file_actions_destroy(&fa);
	if (e != 0)
		return complain(r, "cannot run", strerror(e));
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return complain(r, "lost", strerror(errno));
	rewind(r->out);
	rewind(r->err);
	return 0;
}

static int
check_version(struct run *r)
{
	const char *argv[] = { r->program, "--version", NULL };
	char line[256], found[64] = "none";
	int status, err = open_files(r);

	if (err == 0)
		err = spawn(r, argv, &status);
	while (err == 0 && fgets(line, sizeof(line), r->out) != NULL) {
		const char *v = strstr(line, "LLVM version ");

		if (v != NULL)
			sscanf(v, "LLVM version %63s", found);
	}
	close_files(r);
	if (err == 0 && strcmp(found, MCA_VERSION) != 0)
		err = complain(r, "need LLVM version " MCA_VERSION " of",
		    xasprintf("found version %s", found));
	return err;
}

/* ---- the question -------------------------------------------------- */

static void
write_input(const struct run *r)
{
	for (size_t i = 0; i < r->n; i++)
		fprintf(r->in, "# LLVM-MCA-BEGIN %zu\n%s# LLVM-MCA-END\n", i,
		    r->regions[i]->text);
}

/* The instruction on line `line' of the input. */
static const struct insn *
insn_of_line(const struct run *r, unsigned long line)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct region *g = r->regions[i];
		size_t n = g->n * g->copies;

		if (line >= 2 && line - 2 < n)
			return g->in[(line - 2) % g->n];
		if (line < n + 2)
			break;
		line -= n + 2;
	}
	return NULL;
}

/*
 * Did llvm-mca refuse an instruction?  It says so, leaves it out, and exits
 * as if all were well.
 */
static int
check_refusal(const struct run *r, int status)
{
	const struct insn *in = NULL;
	char line[256] = "no message";
	unsigned long n;

	while (fgets(line, sizeof(line), r->err) != NULL)
		if (sscanf(line, "<stdin>:%lu:", &n) == 1 &&
		    strstr(line, "error:") != NULL) {
			in = insn_of_line(r, n);
			break;
		}
	line[strcspn(line, "\n")] = '\0';
	if (in == NULL && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (in == NULL)
		return complain(r, "no answer from", line);
	return diag_error(r->u->path, in->sline, in->loc,
	    "%s does not know '%s', asked about as '%s'; correct the "
	    "instruction, or price it in sim/cpu/annotate/cost_table.c",
	    r->program, in->text, cost_text(in));
}

/* ---- the answer ---------------------------------------------------- */

static uint32_t
number(const json_t *obj, const char *key)
{
	return (uint32_t)json_integer_value(json_object_get(obj, key));
}

/* "CycleExecuted" is the first cycle that can use the result. */
static bool
read_timeline(struct mca_answer *a, const json_t *code)
{
	const json_t *list = json_object_get(json_object_get(code,
						 "TimelineView"),
	    "TimelineInfo");
	const json_t *t;
	size_t i;

	if (json_array_size(list) != a->n)
		return false;
	a->t = xalloc((a->n + 1) * sizeof(*a->t));
	json_array_foreach(list, i, t)
	{
		uint32_t issued = number(t, "CycleIssued");
		uint32_t done = number(t, "CycleExecuted");

		if (issued < FIRST_ISSUE || done < issued)
			return false;
		a->t[i].issue = issued - FIRST_ISSUE;
		a->t[i].lat = done - issued;
	}
	return true;
}

static bool
read_region(struct region *g, const json_t *code)
{
	struct mca_answer *a = xalloc(sizeof(*a));
	const json_t *sum = json_object_get(code, "SummaryView");
	double thr = json_number_value(json_object_get(sum,
	    "BlockRThroughput"));

	a->n = (uint32_t)(g->n * g->copies);
	a->thr_clk = (uint32_t)(thr * HK_CLOCK_PER_CYC + 0.5);
	if (number(sum, "Instructions") != a->n || !read_timeline(a, code))
		return false;
	g->answer = a;
	return true;
}

static int
read_output(struct run *r)
{
	json_t *root = json_loadf(r->out, 0, NULL);
	const json_t *list = json_object_get(root, "CodeRegions");
	const json_t *code;
	size_t i, good = 0;

	json_array_foreach(list, i, code)
	{
		const char *name = json_string_value(json_object_get(code,
		    "Name"));

		if (name == NULL || i >= r->n || strtoul(name, NULL, 10) != i ||
		    !read_region(r->regions[i], code))
			break;
		good++;
	}
	json_decref(root);
	if (good != r->n)
		return complain(r, "cannot understand",
		    xasprintf("its answer ends after %zu regions", good));
	return 0;
}

int
mca_run(const struct unit *u, const char *program,
    struct region *const *regions, size_t n)
{
	const char *argv[] = { program, "-mtriple=x86_64", "-mcpu=slm",
		"-iterations=1", "-json", "-timeline", "-timeline-max-cycles=0",
		"-instruction-info=0", "-resource-pressure=0", NULL };
	struct run r = { u, program, regions, n, NULL, NULL, NULL };
	int status, err = check_version(&r);

	if (err != 0)
		return err;
	err = open_files(&r);
	if (err == 0) {
		write_input(&r);
		err = spawn(&r, argv, &status);
	}
	if (err == 0)
		err = check_refusal(&r, status);
	if (err == 0)
		err = read_output(&r);
	close_files(&r);
	return err;
}
