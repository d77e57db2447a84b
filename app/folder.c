/*
 * folder.c: a folder of results (folder.h).
 */
#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "core/json_out.h"
#include "folder.h"

/* The path of a file in a folder; the caller's. */
static char *
path_in(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		abort();
	return path;
}

bool
folder_close(FILE *fp)
{
	const bool good = !ferror(fp);

	return fclose(fp) == 0 && good;
}

static void
write_file(const char *folder, const struct folder_file *file, void *arg,
    struct err *err)
{
	char *path = path_in(folder, file->name);
	FILE *fp = fopen(path, "w");

	if (fp != NULL)
		file->write(arg, fp);
	if (fp == NULL || !folder_close(fp))
		err_at(err, EX_INPUT, path, 0, "cannot write there: %s",
		    strerror(errno));
	free(path);
}

enum exit_code
folder_make(const char *folder)
{
	struct err err = ERR_NONE;
	char *itself = path_in(folder, ".");

	if (where_make(folder) != 0 || access(itself, W_OK | X_OK) != 0)
		err_at(&err, EX_INPUT, folder, 0, "%s; give --results DIR",
		    strerror(errno));
	free(itself);
	return fail(&err);
}

enum exit_code
folder_write(const char *folder, const struct folder_file *files, void *arg,
    const json_t *stats)
{
	struct err err = ERR_NONE;
	char *path = path_in(folder, "stats.json");
	int lock;

	if (folder_make(folder) != EX_GOOD) {
		free(path);
		return EX_INPUT;
	}
	/* Of runs that end at the same time, all files are of one. */
	lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock >= 0)
		(void)flock(lock, LOCK_EX);
	for (; files->name != NULL; files++)
		write_file(folder, files, arg, &err);
	json_save(stats, path, &err);
	if (lock >= 0)
		close(lock);
	free(path);
	return fail(&err);
}
