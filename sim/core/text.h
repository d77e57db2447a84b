/*
 * text.h: a text file in memory, by lines, and checked.
 *
 * What people write and may mistype passes here: machine files, scenarios,
 * tables.  After text_load() every line is valid UTF-8 without control
 * characters and of bounded length, so that nothing further down meets a NUL
 * byte, an endless line or half a character.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

#define TEXT_LINE_MAX 196          /* bytes; inih takes no more */
#define TEXT_FILE_MAX (256 * 1024) /* bytes */

struct text {
	char *buf;   /* owner of all lines */
	char **line; /* without line ends; line[0] is line 1 */
	unsigned n;
};

/*
 * Read and check a file.  Fails with EX_INPUT and leaves nothing to free.
 * CR LF line ends are taken as LF; a byte order mark is dropped.
 */
enum exit_code text_load(struct text *, const char *path, struct err *);
void text_free(struct text *);

/* Valid UTF-8 without control characters (tabs are allowed)? */
bool text_clean(const char *, size_t n);

/*
 * The word of words[0..n) that somebody meant who wrote word, or null when
 * none is near (letters dropped, doubled, swapped or mistaken).
 */
const char *text_nearest(const char *word, const char *const *words,
    unsigned n);

#endif
