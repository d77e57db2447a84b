/*
 * err.h: what went wrong, where, and what to do about it.
 *
 * A struct err belongs to the caller, who clears it with ERR_NONE and passes
 * its address down; whoever fails first fills it.  The text is one line
 *
 *	file:line: what is wrong; what to do
 *
 * without newline and without the program's name.  Callable from anywhere;
 * no state of its own.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include <stdio.h>

#include "core/exit.h"

struct err {
	enum exit_code code; /* EX_GOOD: no error */
	char text[1024];
};

#define ERR_NONE            \
	{                   \
		EX_GOOD, "" \
	}

/*
 * Record an error and return its code, for `return err_set(...)'.  Only the
 * first one is kept, since it is the cause.  A null err records nothing.
 * Text that does not fit is cut.
 */
enum exit_code err_set(struct err *, enum exit_code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with "file:line: " in front; line 0 leaves the line away. */
enum exit_code err_at(struct err *, enum exit_code, const char *file,
    unsigned line, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Prints "rangeley: text" and a newline; nothing when there is no error. */
void err_print(const struct err *, FILE *);

#endif
