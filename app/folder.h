/*
 * folder.h: what a run leaves behind in a folder.
 */
#ifndef APP_FOLDER_H
#define APP_FOLDER_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "core/err.h"

struct folder_file {
	const char *name; /* NULL: no more */
	void (*write)(void *arg, FILE *);
};

/* Closes what was written.  False, with errno: not all of it could be. */
bool folder_close(FILE *);

/* Makes the folder, where files can be written.  A failure has been printed. */
enum exit_code folder_make(const char *path);

/* The same, with these files and stats.json.  A failure has been printed. */
enum exit_code folder_write(const char *path, const struct folder_file *,
    void *arg, const json_t *stats);

#endif
