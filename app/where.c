/*
 * where.c: finds what belongs to this program, from any directory.
 *
 * The build directory holds the program, images/ and a link `source' to the
 * source tree.  All are found from /proc/self/exe.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"

static char *
beside_program(const char *what, const char *name, const char *rest)
{
	char exe[PATH_MAX], *path;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n == -1)
		n = 0;
	exe[n] = '\0';
	if (strrchr(exe, '/') != NULL)
		*strrchr(exe, '/') = '\0';
	if (asprintf(&path, "%s/%s/%s%s", exe, what, name, rest) == -1)
		abort();
	return path;
}

char *
where_source(const char *path)
{
	return beside_program("source", path, "");
}

char *
where_image_file(const char *name, const char *file)
{
	char *dir, *path;

	if (strchr(name, '/') != NULL)
		return strdup(name);
	dir = beside_program("images", name, "/");
	if (asprintf(&path, "%s%s", dir, file) == -1)
		abort();
	free(dir);
	return path;
}

char *
where_image(const char *name)
{
	return where_image_file(name, "image.elf");
}

int
where_make(const char *path)
{
	char *copy = strdup(path), *at = copy;
	int rc = *path == '\0' ? mkdir(path, 0777) : 0; /* which says why not */

	while (rc == 0 && at != NULL) {
		at = strchr(at + 1, '/');
		if (at != NULL)
			*at = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
			rc = -1;
		if (at != NULL)
			*at = '/';
	}
	free(copy);
	return rc;
}
