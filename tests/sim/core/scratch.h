/*
 * scratch.h: an empty directory for a test that needs files.
 *
 * scratch_enter() makes one and changes to it, so that messages name files
 * as the test wrote them; scratch_leave() removes it.  A checked fixture: in
 * fork mode every test has its own process and directory.  Those of tests that
 * fail are left in $TMPDIR, which tests/run.sh removes.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch_home[4096], scratch_dir[4096];

static inline void
scratch_enter(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(scratch_dir, sizeof(scratch_dir), "%s/rangeley-test-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(getcwd(scratch_home, sizeof(scratch_home)));
	ck_assert_ptr_nonnull(mkdtemp(scratch_dir));
	ck_assert_int_eq(chdir(scratch_dir), 0);
}

static inline void
scratch_leave(void)
{
	DIR *d = opendir(scratch_dir);
	struct dirent *e;

	ck_assert_ptr_nonnull(d);
	ck_assert_int_eq(chdir(scratch_dir), 0);
	while ((e = readdir(d)) != NULL)
		unlink(e->d_name);
	closedir(d);
	ck_assert_int_eq(chdir(scratch_home), 0);
	ck_assert_int_eq(rmdir(scratch_dir), 0);
}

static inline void
scratch_write(const char *name, const void *bytes, size_t n)
{
	FILE *f = fopen(name, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}

static inline void
scratch_puts(const char *name, const char *s)
{
	scratch_write(name, s, strlen(s));
}

/* A whole file, with a NUL behind it; the caller frees it. */
static inline char *
scratch_read(const char *name, size_t *n)
{
	FILE *f = fopen(name, "rb");
	char *buf = malloc(1 << 20);

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(buf);
	*n = fread(buf, 1, (1 << 20) - 1, f);
	buf[*n] = '\0';
	fclose(f);
	return buf;
}

#endif
