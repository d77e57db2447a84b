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

#include "core/exit.h"

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
