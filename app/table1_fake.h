/*
 * table1_fake.h: programs of Table 1 under schedules of the fake machine.
 */
#ifndef TABLE1_FAKE_H
#define TABLE1_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table1.h"

struct witness {
	const char *cell, *role; /* the caller's */
	bool held;               /* worked under each schedule */
	char
	    *why; /* the first that was not good, with its seed; the caller's */
};

/*
 * Run each witness under the schedules of opts->from to opts->to, each with some
 * rounds.  image: path of the timed image; the fake one is beside it.
 */
enum exit_code table1_fake(const char *image, const struct check_opts *,
    struct witness *, size_t n, struct err *);

#endif
