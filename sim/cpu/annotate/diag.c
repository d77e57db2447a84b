/*
 * diag.c: print and count the annotator's errors.
 */
#include <stdarg.h>

#include "cpu/annotate/diag.h"

static int nerrors;
static FILE *stream;
static bool redirected;

void
diag_stream(FILE *f)
{
	stream = f;
	redirected = true;
}

int
diag_errors(void)
{
	return nerrors;
}

int
diag_error(const char *path, unsigned sline, struct loc loc, const char *fmt,
    ...)
{
	FILE *f = redirected ? stream : stderr;
	va_list ap;

	nerrors++;
	if (f == NULL)
		return nerrors;
	fprintf(f, "%s:", path);
	if (sline != 0)
		fprintf(f, "%u:", sline);
	if (loc.file != NULL)
		fprintf(f, " (%s:%u)", loc.file, loc.line);
	fprintf(f, " error: ");
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fputc('\n', f);
	return nerrors;
}
