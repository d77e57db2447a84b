/*
 * absent.h: registers of the controller that software touches and the model lacks,
 * and bits of others that it writes and the model does nothing with.
 *
 * Each is told once for each port and direction, on stderr, with who did it and when;
 * all are counted.  Strict, the first one ends the run with EX_FINDING, at the next
 * poll points of the CPUs.
 */
#ifndef APP_ABSENT_H
#define APP_ABSENT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#define ABSENT_MAX \
	64 /* different ones; of what is beyond it only the number is kept */

struct absent_row {
	unsigned port;
	bool write;
	uint32_t off;
	uint32_t bits; /* written in vain; 0: the register is absent */
	uint64_t n;
	char name[24]; /* "?": no register is known there */
};

struct absent {
	bool strict;
	struct absent_row row[ABSENT_MAX];
	unsigned nrow;
	uint64_t more; /* accesses that have no row */
};

/* An access has arrived: port, write, off, bits and name of `touched' count. */
void absent_touch(struct absent *, const struct absent_row *touched,
    unsigned cpu, uint64_t at_tick);

/* [{port, register, offset, access, bits, n}], in the order in which they came. */
json_t *absent_json(const struct absent *);

#endif
