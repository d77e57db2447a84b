/*
 * csv.h: tables of reference figures.
 *
 * Comma-separated, one header line that names the columns, `#' lines and
 * empty lines ignored, no quoting.
 */
#ifndef CORE_CSV_H
#define CORE_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/text.h"

struct csv_row {
	unsigned line; /* in the file */
	char **cell;   /* as many as there are columns */
};

struct csv {
	struct text text; /* owns the bytes of all cells */
	struct csv_row *row;
	unsigned n;
};

/*
 * Load a table whose header line is exactly `header'; a row with another
 * number of cells is an error.  Blanks belong to their cell.
 */
enum exit_code csv_load(struct csv *, const char *path, const char *header,
    struct err *);
void csv_free(struct csv *);

/*
 * bench/micro.csv: what a microbenchmark should give.  Times are held in
 * clock units (units.h); divided by unit_clk they are in the row's unit.
 */
struct ref {
	const char *name; /* unique */
	uint64_t low_clk, high_clk;
	const char *unit;  /* "cyc", "ns", "us" */
	uint64_t unit_clk; /* clock units in one of them */
	bool measured;     /* on this silicon family; else an estimate */
	const char *what;
};

struct refs {
	struct csv csv; /* owns the strings */
	struct ref *ref;
	unsigned n;
};

enum exit_code refs_load(struct refs *, const char *path, struct err *);
void refs_free(struct refs *);
const struct ref *refs_find(const struct refs *, const char *name);

#endif
