/*
 * folder.c: a folder of results (folder.h).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "core/json_out.h"
#include "folder.h"

static FILE *
file_in(const char *folder, const char *name, struct err *err)
{
	char *path;
	FILE *fp;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		abort();
	fp = fopen(path, "w");
	if (fp == NULL)
		err_at(err, EX_INPUT, path, 0, "%s; cannot write there",
		    strerror(errno));
	free(path);
	return fp;
}

enum exit_code
folder_write(const char *folder, const struct folder_file *files, void *arg,
    const json_t *stats)
{
	struct err err = ERR_NONE;
	char *path;

	if (where_make(folder) != 0) {
		err_at(&err, EX_INPUT, folder, 0, "%s; give --results DIR",
		    strerror(errno));
		return fail(&err);
	}
	for (; files->name != NULL; files++) {
		FILE *fp = file_in(folder, files->name, &err);

		if (fp == NULL)
			return fail(&err);
		files->write(arg, fp);
		fclose(fp);
	}
	if (asprintf(&path, "%s/stats.json", folder) < 0)
		abort();
	json_save(stats, path, &err);
	free(path);
	return fail(&err);
}
