/*
 * shared.h: the lines of a measurement that were written, and that several CPUs
 * touched, with names.
 */
#ifndef APP_SHARED_H
#define APP_SHARED_H

#include "names.h"

struct shared_field {
	char name[360];
	struct name parts;
	uint8_t readers, writers; /* masks of CPUs */
	uint64_t reads, writes;   /* accesses that began in it */
};

struct shared_line {
	const struct profile_line *line;
	struct shared_field *field;
	size_t nfield;
	const char *writer; /* the function that wrote most, "" unknown */
};

/* All of them, the most written first; the caller's to free. */
struct shared_line *shared_lines(const struct names *, const struct types *,
    const struct run_measure *);
void shared_free(struct shared_line *, size_t n);

#endif
