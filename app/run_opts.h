/*
 * run_opts.h: what is to be run, for the commands that boot an image: options, the
 * image's arguments, a scenario file.
 */
#ifndef APP_RUN_OPTS_H
#define APP_RUN_OPTS_H

#include "app.h"
#include "core/scenario.h"
#include "thunk/run.h"

#define RUN_OPTS_MOST UINT64_C(1000000000000) /* loops, frames */

struct run_opts {
	struct opts opts;
	const char *image;
	const char *path; /* of the scenario; NULL: none */
	struct scenario scenario;
	struct run_config config;
	char args[SCENARIO_ARGS];
	char *image_path;
	struct machine machine;
	/* The command lets frames in: --limit may be a number of them, 0: it is not. */
	bool takes_frames;
	bool has_ports; /* it wants a scenario with ports */
	uint64_t limit_frames;
};

/* A child of a command's argp; its input is a struct run_opts of zeros. */
extern const struct argp run_opts_argp;

/*
 * After parsing: the scenario is read, and config is complete but for console,
 * profile and watch.  A failure has been printed.
 */
enum exit_code run_opts_ready(struct run_opts *);
void run_opts_free(struct run_opts *);

/* Then: another image instead, of the same folder, that counts instructions.  Printed
 * if it is not there. */
enum exit_code run_opts_insns(struct run_opts *);

/* Before: the first of the options and arguments that were given, NULL: none was. */
const char *run_opts_given(const struct run_opts *);

/* CPUs of the machine. */
unsigned run_opts_ncpu(const struct run_opts *);

/* After the run: prints where those commands are written that the image refused. */
void run_opts_refused(const struct run_opts *, const struct run_report *);

/*
 * The run as a scenario file: what the file said, changed by options, with every
 * constant of the machine.  Needs no option to be run again.
 */
void run_opts_print(const struct run_opts *, FILE *);

#endif
