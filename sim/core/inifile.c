/*
 * inifile.c: inih, fed line by line (inifile.h).
 *
 * inih asks its reader for one line after the other and calls the handler
 * before it asks for the next: the number of lines handed out is the number
 * of the line being handled.  The first error ends the input.
 */
#include <stdio.h>
#include <string.h>

#include <ini.h>

#include "core/inifile.h"
#include "core/text.h"

struct feed {
	struct text text;
	unsigned line; /* handed out so far */
	const char *path;
	ini_fn *fn;
	void *ctx;
	enum exit_code ec;
	struct err *err;
};

/* "[section]", a comment or nothing may follow. */
static enum exit_code
check_section(const char *path, unsigned nr, const char *s, struct err *err)
{
	const char *end = strchr(s, ']');

	if (end == NULL)
		return err_at(err, EX_INPUT, path, nr,
		    "']' is missing; write [section]");
	end += 1 + strspn(end + 1, " \t");
	if (strchr(";#", *end) == NULL)
		return err_at(err, EX_INPUT, path, nr,
		    "'%.20s' follows [section]; put it on a line of its own",
		    end);
	return EX_GOOD;
}

/* What inih would take otherwise than it looks, or not at all. */
static enum exit_code
check_line(const char *path, unsigned nr, const char *s, struct err *err)
{
	static const char key[] = "abcdefghijklmnopqrstuvwxyz_-.+ \t"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t blank = strspn(s, " \t");

	if (strchr(";#", s[blank]) != NULL)
		return EX_GOOD;
	if (blank != 0)
		return err_at(err, EX_INPUT, path, nr,
		    "indented line; start it in the first column");
	if (*s == '[')
		return check_section(path, nr, s, err);
	if (*s == '=' || s[strspn(s, key)] != '=')
		return err_at(err, EX_INPUT, path, nr,
		    "neither [section] nor a comment nor 'key = value'; "
		    "write one of them");
	return EX_GOOD;
}

/* The ini_reader: the next line, as fgets() would give it. */
static char *
next_line(char *buf, int size, void *stream)
{
	struct feed *fd = stream;
	const char *s;

	if (fd->ec != EX_GOOD || fd->line == fd->text.n)
		return NULL;
	s = fd->text.line[fd->line++];
	fd->ec = check_line(fd->path, fd->line, s, fd->err);
	if (fd->ec != EX_GOOD)
		return NULL;
	snprintf(buf, (size_t)size, "%s\n", s);
	return buf;
}

static int
handle(void *user, const char *section, const char *name, const char *value)
{
	struct feed *fd = user;
	struct ini_item item = { fd->path, fd->line, section, name, value };

	fd->ec = fd->fn(fd->ctx, &item, fd->err);
	return fd->ec == EX_GOOD;
}

enum exit_code
ini_read(const char *path, ini_fn *fn, void *ctx, unsigned *nlines,
    struct err *err)
{
	struct feed fd = { .path = path, .fn = fn, .ctx = ctx, .err = err };
	int bad;

	fd.ec = text_load(&fd.text, path, err);
	if (fd.ec != EX_GOOD)
		return fd.ec;
	bad = ini_parse_stream(next_line, &fd, handle, &fd);
	if (fd.ec == EX_GOOD && bad != 0)
		fd.ec = err_at(err, EX_INPUT, path, bad > 0 ? (unsigned)bad : 0,
		    "not understood by the INI reader; write 'key = value'");
	if (nlines != NULL)
		*nlines = fd.text.n;
	text_free(&fd.text);
	return fd.ec;
}
