/*
 * diag.h: errors of the annotator, for all its passes.
 *
 * A message is one line on standard error:
 *
 *	x.s:123: (bench/x.c:45) error: what is wrong; what to do about it
 *
 * The part in parentheses is left out when the C source is unknown.
 */
#ifndef ANNOTATE_DIAG_H
#define ANNOTATE_DIAG_H

#include <stdio.h>

#include "cpu/annotate/annotate.h"

/*
 * Report an error on line sline of path (0: the file as a whole) and count
 * it.  The text says what is wrong and, after "; ", the remedy.  Returns the
 * number of errors reported so far, so never 0.
 */
int diag_error(const char *path, unsigned sline, struct loc, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));

int diag_errors(void); /* number of errors so far */

/* Send messages to another stream than stderr; NULL: nowhere (tests). */
void diag_stream(FILE *);

#endif
