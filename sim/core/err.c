/*
 * err.c: the text of an error (err.h).
 *
 * Parts of it come from files and arguments.  A control character among them
 * becomes a question mark: the text stays one line and cannot drive a
 * terminal.
 */
#include <stdarg.h>

#include "core/err.h"

static void
fill(struct err *e, enum exit_code code, const char *fmt, va_list ap)
{
	e->code = code;
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
}

static void
clean(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

enum exit_code
err_set(struct err *e, enum exit_code code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL || e->code != EX_GOOD)
		return code;
	va_start(ap, fmt);
	fill(e, code, fmt, ap);
	va_end(ap);
	clean(e->text);
	return code;
}

enum exit_code
err_at(struct err *e, enum exit_code code, const char *file, unsigned line,
    const char *fmt, ...)
{
	struct err what;
	va_list ap;

	if (e == NULL || e->code != EX_GOOD)
		return code;
	va_start(ap, fmt);
	fill(&what, code, fmt, ap);
	va_end(ap);
	if (line == 0)
		return err_set(e, code, "%s: %s", file, what.text);
	return err_set(e, code, "%s:%u: %s", file, line, what.text);
}

void
err_print(const struct err *e, FILE *to)
{
	if (e->code != EX_GOOD)
		fprintf(to, "rangeley: %s\n", e->text);
}
