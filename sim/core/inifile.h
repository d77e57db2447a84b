/*
 * inifile.h: INI files, strictly.
 *
 * inih does the parsing.  This adds the line number of each item and turns
 * into errors what inih lets pass: junk after a section's bracket, indented
 * lines (a continued value for inih), text that text.h does not take.
 */
#ifndef CORE_INIFILE_H
#define CORE_INIFILE_H

#include "core/err.h"

struct ini_item {
	const char *path;
	unsigned line;
	const char *section; /* "" before the first [section] */
	const char *key, *value;
};

/* Called for each `key = value'; the strings last as long as the call. */
typedef enum exit_code ini_fn(void *ctx, const struct ini_item *, struct err *);

/*
 * Call fn for each item in order until it fails.  Returns EX_GOOD, what fn
 * returned, or EX_INPUT; the first error by line is reported.  *nlines, if
 * not null, becomes the number of lines.
 */
enum exit_code ini_read(const char *path, ini_fn *fn, void *ctx,
    unsigned *nlines, struct err *);

#endif
