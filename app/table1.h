/*
 * table1.h: what the kinds of `rangeley check' share.
 */
#ifndef TABLE1_H
#define TABLE1_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

struct check_opts {
	const char *overlay; /* changed kernel sources, or NULL */
	unsigned jobs;       /* runs at a time; 0: one per processor */
	bool json, verbose;
	bool seeded;       /* under schedules of the fake machine, too, of */
	uint64_t from, to; /* .. these seeds */
	const char *only;  /* cells whose names begin so; NULL: all */
	char *const *args; /* "name=value" for each run, NULL-terminated */
};

/*
 * The path of the kernel image `name', made with the overlay first if there
 * is one; *path is the caller's.  EX_INPUT: it does not build, and the build
 * has said why on stderr.
 */
enum exit_code check_image(const char *name, const char *overlay, char **path,
    struct err *);

/* EX_FINDING: a cell differs from the paper's. */
enum exit_code check_table1(const struct check_opts *, struct err *);

#endif
