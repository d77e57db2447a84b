/*
 * jobs.h: many runs, each a process of its own, some at a time.
 *
 * A simulation needs a process of its own (SystemC elaborates once), so a
 * command that makes many starts this program again.  What comes out does not
 * depend on how many run at a time.
 */
#ifndef APP_JOBS_H
#define APP_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct job {
	char *const *argv; /* after the program's name; NULL-terminated */
	bool hushed;       /* its standard error goes where its output goes */
	char *out;         /* its standard output, NUL-terminated; ours */
	size_t len;
	int code;   /* its exit code; EX_SIGINT, EX_BUG if a signal ended it */
	int signal; /* .. which, or 0 */
};

/* Whence jobs come, when what is next depends on what came of others. */
struct jobs_source {
	void *arg;
	/* One that can start now, or NULL: none before another is done, or at all. */
	struct job *(*next)(void *arg);
	/* It has ended; its output is there. */
	void (*done)(void *arg, struct job *);
};
/* As jobs_run(), until nothing runs and nothing is next; no progress. */
enum exit_code jobs_serve(const struct jobs_source *, unsigned most,
    struct err *err);

/*
 * Run all, at most `most' at a time (0: as many as the host has processors), with
 * progress (core/progress.h).  EX_SIGINT when interrupted: children have been ended;
 * what they left is there.
 */
enum exit_code jobs_run(struct job *job, size_t n, unsigned most,
    const char *what, struct err *err);
void jobs_free(struct job *job, size_t n);

#endif
