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
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "core/err.h"
#include "core/machine.h"
#include "core/units.h"

struct run_config; /* thunk/run.h */
struct run_report;

struct command {
	const char *name;
	const char *what; /* one line of --help */
	/* argv[0] is "rangeley NAME". */
	enum exit_code (*main)(int argc, char **argv);
};

extern const struct command cmd_bench, cmd_brconfig, cmd_check, cmd_explain,
    cmd_fake, cmd_intrctl, cmd_replay, cmd_rfc2544, cmd_run, cmd_show,
    cmd_trace, cmd_trial;

/*
 * opts.c: the options that several commands have.  A command puts
 * opts_argp among its argp's children and a struct opts behind its input.
 */
struct opts {
	const char *machine; /* file, or NULL: the C2758 */
	const char **sets;   /* of --set, in order; opts_machine() frees it */
	size_t nsets;
	bool json;
};

extern const struct argp opts_argp;

/* The machine they ask for; a failure has been printed. */
enum exit_code opts_machine(const struct opts *, struct machine *);

/* The value of --name; one that is none ends the program by argp_error(). */
uint64_t opts_quantity(enum unit, const char *name, const char *text,
    struct argp_state *);

/* .. a whole number. */
uint64_t opts_count(const char *name, const char *text, uint64_t least,
    uint64_t most, struct argp_state *);

/* .. in 1/PACE_ONE (wire/pace.h), at least 1 of these. */
uint64_t opts_rate(const char *name, const char *text, struct argp_state *);

/* The value of --seeds, a number or two as in 1..1000; as opts_quantity(). */
void opts_seeds(const char *text, uint64_t *from, uint64_t *to,
    struct argp_state *);

/* The value of --modules, once it has been looked at; as opts_quantity(). */
const char *opts_modules(const char *text, struct argp_state *);

/* Is it "name=value", and no path that has a `=' somewhere? */
bool opts_is_image_arg(const char *arg);
/* Add "name=value" to the image's arguments; the same if it is not so or long. */
void opts_image_arg(char *args, size_t size, const char *arg,
    struct argp_state *);

/* Print err on stderr in the form of all messages; returns its code. */
enum exit_code fail(const struct err *);

/* report.c: what a run left behind, for people and for programs. */
struct report_head {
	const struct machine *machine;
	const char *image;
	const char *console; /* what the image printed; NULL: it is out */
};
void report_print(const struct report_head *, const struct run_report *);
json_t *report_json(const struct report_head *, const struct run_report *);

/*
 * Run as run_image() does, with SIGINT ending the run in good order: the
 * report is complete up to there and its verdict is EX_SIGINT.  A failure has
 * been printed.
 */
enum exit_code run_to_end(const struct run_config *, struct run_report *);

/*
 * where.c: paths, the caller's to free.  A file of the source tree; an image
 * given by name (build/images/NAME/image.elf, or another file there) or by a
 * path with a slash.
 */
char *where_source(const char *path);
char *where_image(const char *name);
char *where_image_file(const char *name, const char *file);
/* All folders of a path; those that are there already are as good.  -1: errno. */
int where_make(const char *path);

/* version.c: for argp_program_version_hook. */
void version_print(FILE *, struct argp_state *);

#endif
