/*
 * table1_fake.c: programs of Table 1 under schedules of the fake machine.
 *
 * On the timed machine a program's thousand schedules are rounds of one run.
 * Here each seed is a schedule of its own, in which CPUs change turns at any
 * access to memory (ADR 0008), and has ROUNDS rounds.  An observation is a
 * finding (strict=1), as is a panic.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "jobs.h"
#include "table1_fake.h"

#define ROUNDS "rounds=8"
#define FIXED  13 /* arguments before those of the user */

/* Made for each witness, the caller's to free. */
enum { IMAGE = 2, SEEDS = 4, CELL = 5, ROLE = 6 };

static void
print(char **arg, const char *form, const char *value)
{
	if (asprintf(arg, form, value) == -1)
		abort();
}

static char **
arguments(const char *image, const struct check_opts *o,
    const struct witness *w)
{
	static const char *const fixed[FIXED] = { "fake", "--image", NULL,
		"--seeds", NULL, NULL, NULL, "run=table1", ROUNDS, "strict=1",
		"--json", "--ram=32MiB", "--tick=100ns" };
	const char *slash = strrchr(image, '/');
	size_t n = 0;
	char **a;

	while (o->args[n] != NULL)
		n++;
	a = calloc(FIXED + n + 1, sizeof(*a));
	if (a == NULL)
		abort();
	memcpy(a, fixed, sizeof(fixed));
	memcpy(a + FIXED, o->args, n * sizeof(*a));
	if (asprintf(&a[IMAGE], "%.*s/image-fake.elf", (int)(slash - image),
		image) == -1 ||
	    asprintf(&a[SEEDS], "%" PRIu64 "..%" PRIu64, o->from, o->to) == -1)
		abort();
	print(&a[CELL], "cell=%s", w->cell);
	print(&a[ROLE], "role=%s", w->role);
	return a;
}

static void
judge(struct witness *w, const struct job *j, uint64_t seeds)
{
	json_t *run = json_loads(j->out != NULL ? j->out : "", 0, NULL);
	const json_t *first = json_array_get(json_object_get(run, "outcomes"),
	    0);
	const json_t *number = json_object_get(run, "schedules");
	/* Of a single seed it tells all, and no number. */
	const json_int_t done = number != NULL ? json_integer_value(number)
					       : run != NULL;

	w->held = j->code == EX_GOOD && (uint64_t)done == seeds;
	if (w->held) {
		if (asprintf(&w->why, "%lld schedules", (long long)done) == -1)
			abort();
	} else if (first == NULL) {
		if (asprintf(&w->why, "%lld schedules, exit code %d",
			(long long)done, j->code) == -1)
			abort();
	} else if (asprintf(&w->why, "seed %lld: %s (and %lld of %lld more)",
		       (long long)json_integer_value(json_object_get(first,
			   "seed")),
		       json_string_value(json_object_get(first, "text")),
		       (long long)json_integer_value(json_object_get(run,
			   "not_good")) -
			   1,
		       (long long)done) == -1)
		abort();
	json_decref(run);
}

enum exit_code
table1_fake(const char *image, const struct check_opts *o, struct witness *w,
    size_t n, struct err *err)
{
	struct job *job = calloc(n + 1, sizeof(*job));
	enum exit_code rc;

	if (job == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		job[i].argv = arguments(image, o, &w[i]);
	rc = jobs_run(job, n, o->jobs, "table1, schedules", err);
	for (size_t i = 0; i < n; i++) {
		char **a = (char **)job[i].argv;

		if (rc == EX_GOOD)
			judge(&w[i], &job[i], o->to - o->from + 1);
		free(a[IMAGE]);
		free(a[SEEDS]);
		free(a[CELL]);
		free(a[ROLE]);
		free(a);
	}
	jobs_free(job, n);
	free(job);
	return rc;
}
