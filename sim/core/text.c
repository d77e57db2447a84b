/*
 * text.c: text files, checked once and cut into lines (text.h).
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/text.h"

bool
text_clean(const char *s, size_t n)
{
	json_t *utf8;

	for (size_t i = 0; i < n; i++)
		if (((unsigned char)s[i] < ' ' && s[i] != '\t') || s[i] == 0x7f)
			return false;
	utf8 = json_stringn(s, n); /* null unless valid UTF-8 */
	if (utf8 == NULL)
		return false;
	json_decref(utf8);
	return true;
}

/* One line, its end already cut off, that starts at s. */
static enum exit_code
check_line(const char *path, unsigned nr, const char *s, size_t n,
    struct err *err)
{
	if (n > TEXT_LINE_MAX)
		return err_at(err, EX_INPUT, path, nr,
		    "line of %zu bytes; at most %d are read, break it up", n,
		    TEXT_LINE_MAX);
	if (!text_clean(s, n))
		return err_at(err, EX_INPUT, path, nr,
		    "not text: control characters or invalid UTF-8; "
		    "is this the file you meant?");
	return EX_GOOD;
}

/* Cut buf[0..len) at its line ends; buf[len] is writable. */
static enum exit_code
cut(struct text *t, size_t len, const char *path, struct err *err)
{
	char *s = t->buf, *end = s + len;
	enum exit_code ec;

	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	while (s < end) {
		char *nl = memchr(s, '\n', (size_t)(end - s));
		char *stop = nl == NULL ? end : nl;

		if (stop > s && stop[-1] == '\r')
			stop--;
		ec = check_line(path, t->n + 1, s, (size_t)(stop - s), err);
		if (ec != EX_GOOD)
			return ec;
		*stop = '\0';
		t->line[t->n++] = s;
		s = nl == NULL ? end : nl + 1;
	}
	return EX_GOOD;
}

static size_t
count_lines(const char *s, size_t len)
{
	size_t n = 1;

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n';
	return n;
}

/* At most TEXT_FILE_MAX + 1 bytes of the file, and room for one more. */
static enum exit_code
slurp(const char *path, char **buf, size_t *len, struct err *err)
{
	FILE *f = fopen(path, "rb");
	int error;

	if (f == NULL)
		return err_at(err, EX_INPUT, path, 0,
		    "cannot open: %s; name a file that can be read",
		    strerror(errno));
	*buf = malloc(TEXT_FILE_MAX + 2);
	if (*buf == NULL)
		abort();
	*len = fread(*buf, 1, TEXT_FILE_MAX + 1, f);
	error = ferror(f) ? errno : 0;
	fclose(f);
	if (error == 0 && *len <= TEXT_FILE_MAX)
		return EX_GOOD;
	free(*buf);
	if (error != 0)
		return err_at(err, EX_INPUT, path, 0,
		    "cannot read: %s; name a file that can be read",
		    strerror(error));
	return err_at(err, EX_INPUT, path, 0,
	    "larger than %d KiB; is this the file you meant?",
	    TEXT_FILE_MAX / 1024);
}

enum exit_code
text_load(struct text *t, const char *path, struct err *err)
{
	enum exit_code ec;
	size_t len = 0;

	*t = (struct text){ NULL, NULL, 0 };
	ec = slurp(path, &t->buf, &len, err);
	if (ec != EX_GOOD)
		return ec;
	t->line = calloc(count_lines(t->buf, len), sizeof(*t->line));
	if (t->line == NULL)
		abort();
	ec = cut(t, len, path, err);
	if (ec != EX_GOOD)
		text_free(t);
	return ec;
}

void
text_free(struct text *t)
{
	free(t->buf);
	free(t->line);
	*t = (struct text){ NULL, NULL, 0 };
}

#define WORD_MAX 63

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * Fewest letters to drop, add, replace or swap with their neighbour to turn
 * a into b: the usual table, of which the last three rows are kept.
 */
static unsigned
distance(const char *a, size_t la, const char *b, size_t lb)
{
	unsigned d[3][WORD_MAX + 1];

	for (unsigned j = 0; j <= lb; j++)
		d[0][j] = j;
	for (unsigned i = 1; i <= la; i++) {
		unsigned *row = d[i % 3], *up = d[(i + 2) % 3];
		unsigned *up2 = d[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= lb; j++) {
			row[j] = min3(up[j] + 1, row[j - 1] + 1,
			    up[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && up2[j - 2] + 1 < row[j])
				row[j] = up2[j - 2] + 1;
		}
	}
	return d[la % 3][lb];
}

const char *
text_nearest(const char *word, const char *const *words, unsigned n)
{
	size_t len = strlen(word);
	unsigned best = 1 + (unsigned)len / 4;
	const char *near = NULL;

	if (len > WORD_MAX)
		return NULL;
	for (unsigned i = 0; i < n; i++) {
		size_t l = strlen(words[i]);
		unsigned d;

		if (l > WORD_MAX)
			continue;
		d = distance(word, len, words[i], l);
		if (d < best || (d == best && near == NULL)) {
			best = d;
			near = words[i];
		}
	}
	return near;
}
