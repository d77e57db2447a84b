/*
 * rerun.h: what a run's folder says of how it was made, so that it can be made again.
 *
 *	MANIFEST	command replay
 *			option --pps=60000		those that decide what it does
 *			image .., machine .., trace ..	hashes, to be sure
 *	config.ini	all the rest (run_opts.h)
 */
#ifndef APP_RERUN_H
#define APP_RERUN_H

#include <argp.h>
#include <stdio.h>

#include "core/machine.h"
#include "thunk/run.h"

/* Options that were given, --name=value; zero at first. */
struct rerun_said {
	char **option;
	size_t n;
};

/* From an argp parser, of each key: what is no option of these, or says only where
 * something is written, is left out. */
void rerun_say(struct rerun_said *, const struct argp_option *, int key,
    const char *arg);
void rerun_free_said(struct rerun_said *);

/* Lines of a MANIFEST. */
void rerun_print(const struct rerun_said *, const char *command,
    const struct run_report *, FILE *);

struct rerun {
	const char *folder;
	char *manifest; /* into which command and option point */
	const char *command;
	char **argv; /* of the command: its name, options, config.ini, NULL */
	int argc;
	uint64_t image, machine, trace;
	bool interrupted;
};

/* A folder that a run has left; to be freed in any case.  A failure has been printed. */
enum exit_code rerun_open(struct rerun *, const char *folder);
void rerun_free(struct rerun *);

/*
 * After it has been made again: was it the same?  EX_INPUT: image or machine are not
 * those.  EX_NONDET: they are, and it was not.  Printed.  other_image: one that
 * does the same (image-insns.elf).
 */
enum exit_code rerun_check(const struct rerun *, const struct run_report *,
    const struct machine *, bool other_image);

#endif
