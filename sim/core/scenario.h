/*
 * scenario.h: an experiment as a file.
 *
 *	[scenario]		what `run' has options for
 *	image = bridge_mpsafe
 *	cpus = 8
 *	limit = 2s
 *	[set]			constants of the machine, as --set
 *	dram.latency = 120ns
 *	[boot]			properties of the kernel
 *	run = forward
 *	[affinity]		which CPU has which interrupt
 *	wm0RX0 = 4
 *	msix1 vec 8 = 0
 *	[setup]			commands of the program `serve', in this order
 *	1 = ifconfig wm0 up
 *	[events]		what happens when; at equal times in this order
 *	2ms = brconfig bridge0 flush
 *	3ms+1ms = intrctl list	at 3 ms, and each millisecond from then on
 *
 * In a command, blanks between quotes are part of a word: they become `_', since
 * what the image is given has none.
 *
 * A file may begin with `inherit = FILE', beside it or with its whole path: then it
 * says only what differs.  Keys of [scenario], [set], [boot] and [affinity] take the
 * place of those inherited; [setup] and [events] do as a whole.
 *
 * An unknown key, a value that is none, a CPU that is not there and events out of order
 * are errors with file and line.
 */
#ifndef CORE_SCENARIO_H
#define CORE_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "core/err.h"

#define SCENARIO_ARGS 4096 /* bytes of the image's arguments */
#define SCENARIO_SETS 128  /* room for all constants */
#define SCENARIO_KEYS 256  /* of a section */
#define SCENARIO_CPUS 8    /* at the most */

/* Keys and values of a section, those inherited first. */
struct scenario_list {
	char *key[SCENARIO_KEYS], *value[SCENARIO_KEYS];
	char *path[SCENARIO_KEYS]; /* where it is written */
	unsigned line[SCENARIO_KEYS];
	size_t n;
};

struct scenario {
	char *image;               /* NULL: the file names none */
	char args[SCENARIO_ARGS];  /* "name=value name=value" */
	char *sets[SCENARIO_SETS]; /* "key=value" */
	size_t nsets;
	struct scenario_list boot, affinity, setup, events; /* as written */
	uint64_t cpus, limit_clk, ram_bytes;                /* 0: not said */
	char
	    modules[SCENARIO_CPUS + 1]; /* a digit for each CPU; "": not said */
	bool exact;
};

/*
 * Read the file at path.  EX_INPUT and the first error by line; free with
 * scenario_free() in either case.
 */
enum exit_code scenario_load(struct scenario *, const char *path, struct err *);
void scenario_free(struct scenario *);

/*
 * As if the file's [boot] ended with name = value.  EX_INPUT: that would be an error
 * there, too.
 */
enum exit_code scenario_boot(struct scenario *, const char *name,
    const char *value, struct err *);

/*
 * As if the file's [setup] ended with the command words; with `at' not NULL, as if its
 * [events] had at = words, behind those of the same time.
 */
enum exit_code scenario_command(struct scenario *, const char *at,
    const char *words, struct err *);

/*
 * With so many CPUs: are those there that [affinity] and intrctl's commands name?
 * EX_INPUT: err says which is not.
 */
enum exit_code scenario_check_cpus(const struct scenario *, uint64_t ncpu,
    struct err *);

/*
 * The image has ended the n-th command of the property `setup' or `events' with code,
 * which is not 0: says in err where it is written.  False: the file has none.
 */
bool scenario_refused(const struct scenario *, const char *property, size_t n,
    int code, struct err *);

/* The file as it was understood, with all that it inherits. */
void scenario_print(const struct scenario *, FILE *);
/* The same as JSON; setup and events are lists, as their order counts. */
json_t *scenario_json(const struct scenario *);

/* Add to the image's arguments; EX_INPUT when they become too long. */
enum exit_code scenario_arg(char *args, size_t size, const char *name,
    const char *value, struct err *);

/* Is it the modules of eight CPUs: digits 0 to 3, each twice? */
bool scenario_modules_ok(const char *);

#endif
