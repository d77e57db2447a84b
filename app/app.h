/*
 * app.h: what the sub-commands of rangeley share.
 *
 * app/ is the composition root: it knows the simulator and the seam, nothing
 * knows it.  Each sub-command is one file with one struct command; main.c
 * lists them.
 */
#ifndef APP_H
#define APP_H

#include <argp.h>

/* What the process says to its caller; the same for every sub-command. */
enum exit_code {
	EX_GOOD = 0,
	EX_FINDING = 1,   /* a loss, a figure out of range */
	EX_INPUT = 2,     /* usage, or bad input */
	EX_NONDET = 3,    /* two runs that must be equal are not */
	EX_NOVERDICT = 4, /* not decided within the budget */
	EX_BUG = 5,       /* internal error */
	EX_SKIPPED = 77,
	EX_SIGINT = 130
};

struct command {
	const char *name;
	const char *what; /* one line of --help */
	/* argv[0] is "rangeley NAME"; returns an exit_code. */
	int (*main)(int argc, char **argv);
};

extern const struct command cmd_run, cmd_bench, cmd_show;

/*
 * where.c: paths, the caller's to free.  A file of the source tree; an image
 * given by name (build/images/NAME/image.elf) or by a path with a slash.
 */
char *where_source(const char *path);
char *where_image(const char *name);

/* version.c: for argp_program_version_hook. */
void version_print(FILE *, struct argp_state *);

#endif
