/*
 * replay_files.c: what a replay reads and writes, besides captures' insides.
 *
 * Nothing is opened before all names are known to be of different files: what is
 * written would destroy what is read, or be mixed.  Devices may have several names;
 * the standard input and output are there once.
 */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "replay.h"

#define MOST 32 /* files at the most */

struct file {
	char option[16]; /* as it stands before the name */
	const char *path;
	bool writes, there;
	char *made;     /* path, or NULL: it is not ours */
	struct stat st; /* of it, or of the folder where it will be */
	const char *base;
};

struct files {
	struct file file[MOST];
	unsigned n;
};

/* ---- names --------------------------------------------------------------------------- */

static bool
is_std(const struct file *f)
{
	return strcmp(f->path, "-") == 0;
}

/* The folder of a file that is not there yet, and its name in it; all of its path if
 * that is not there either. */
static void
look_around(struct file *f)
{
	const char *slash = strrchr(f->path, '/');
	char *folder = slash == NULL
	    ? strdup(".")
	    : strndup(f->path, (size_t)(slash + 1 - f->path));

	if (folder == NULL)
		abort();
	f->base = f->path;
	if (stat(folder, &f->st) == 0 && slash != NULL)
		f->base = slash + 1;
	free(folder);
}

static void
add(struct files *all, const char *option, const char *path, bool writes)
{
	struct file *f = &all->file[all->n];

	if (path == NULL)
		return;
	all->n++;
	*f = (struct file){ .path = path, .writes = writes };
	snprintf(f->option, sizeof(f->option), "%s", option);
	if (is_std(f))
		f->there = fstat(writes ? STDOUT_FILENO : STDIN_FILENO,
			       &f->st) == 0;
	else
		f->there = stat(path, &f->st) == 0;
	if (!f->there)
		look_around(f);
}

/* A capture of both directions is one file. */
static void
add_input(struct files *all, const struct replay_cmd *r, unsigned port)
{
	const char *path = r->port[port].in_path;
	char option[16];
	unsigned second = port + 1;

	for (unsigned i = 0; i < port; i++)
		if (r->port[i].in_path == path)
			return;
	while (second < I354_NPORT && r->port[second].in_path != path)
		second++;
	snprintf(option, sizeof(option),
	    second < I354_NPORT ? "--in wm%u,wm%u=" : "--in wm%u=", port,
	    second);
	add(all, option, path, false);
}

static bool
writes_folder(const struct replay_cmd *r)
{
	return r->report == replay_report;
}

static void
collect(struct files *all, const struct replay_cmd *r)
{
	char option[16];

	add(all, "", r->run.path, false);
	add(all, "--machine ", r->run.opts.machine, false);
	for (unsigned i = 0; i < I354_NPORT; i++)
		add_input(all, r, i);
	for (unsigned i = 0; i < I354_NPORT; i++) {
		snprintf(option, sizeof(option), "--out wm%u=", i);
		add(all, option, r->port[i].out_path, true);
	}
	add(all, "--drops ", r->drops_path, true);
	add(all, "--hops ", r->hops_path, true);
	for (unsigned i = 0; i < REPLAY_FOLDER && writes_folder(r); i++) {
		char *path;

		if (asprintf(&path, "%s/%s", r->folder, replay_folder[i]) < 0)
			abort();
		add(all, "--results ", path, true);
		all->file[all->n - 1].made = path;
	}
}

/* ---- what cannot be ------------------------------------------------------------------- */

static bool
same(const struct file *a, const struct file *b)
{
	if (is_std(a) && is_std(b))
		return a->writes == b->writes;
	if (a->there != b->there || a->st.st_dev != b->st.st_dev ||
	    a->st.st_ino != b->st.st_ino)
		return false;
	if (a->there)
		return !S_ISCHR(a->st.st_mode) && !S_ISSOCK(a->st.st_mode);
	return strcmp(a->base, b->base) == 0;
}

static void
check_two(const struct file *a, const struct file *b, struct err *err)
{
	const bool input = !a->writes && !b->writes;

	if (b->made != NULL && (a->made != NULL || a->option[0] == '\0'))
		return; /* a run's config.ini, again */
	if (!same(a, b) || (input && !is_std(a)))
		return;
	if (input)
		err_set(err, EX_INPUT,
		    "%s- and %s-: there is one standard input; give a file, or "
		    "of a capture of both directions --in wm0,wm2=-",
		    a->option, b->option);
	else
		err_set(err, EX_INPUT,
		    "%s%s and %s%s are the same file; write to another one",
		    a->option, a->path, b->option, b->path);
}

/* Is it the standard output, maybe under another name? */
static bool
takes_stdout(const struct file *f)
{
	struct stat st;

	return f->writes &&
	    (is_std(f) ||
		(f->there && fstat(STDOUT_FILENO, &st) == 0 &&
		    !S_ISCHR(st.st_mode) && st.st_dev == f->st.st_dev &&
		    st.st_ino == f->st.st_ino));
}

enum exit_code
replay_files_check(struct replay_cmd *r)
{
	struct err err = ERR_NONE;
	struct files all = { .n = 0 };

	if (r->folder != NULL && r->sender == NULL && !writes_folder(r))
		err_set(&err, EX_INPUT,
		    "--results %s: of this nothing is written; `rangeley "
		    "replay' writes a folder",
		    r->folder);
	collect(&all, r);
	for (unsigned i = 0; i < all.n; i++) {
		const struct file *f = &all.file[i];

		for (unsigned k = 0; k < i; k++)
			check_two(&all.file[k], f, &err);
		if (!takes_stdout(f))
			continue;
		r->stdout_taken = true;
		if (r->run.opts.json)
			err_set(&err, EX_INPUT,
			    "--json and %s%s both want the standard output; "
			    "give a file",
			    f->option, f->path);
	}
	for (unsigned i = 0; i < all.n; i++)
		free(all.file[i].made);
	return fail(&err);
}

/* ---- captures ------------------------------------------------------------------------ */

/* That of the other direction, if it is open. */
static const struct capture *
other_direction(const struct replay_cmd *r, const struct replay_port *p)
{
	for (unsigned i = 0; i < p->number; i++)
		if (r->port[i].in_path == p->in_path)
			return r->port[i].capture;
	return NULL;
}

enum exit_code
replay_open_capture(struct replay_cmd *r, struct replay_port *p)
{
	const struct capture *other = other_direction(r, p);
	struct err err = ERR_NONE, why = ERR_NONE;
	const struct capture_info *info;
	uint64_t frames;

	if (p->in_path == NULL)
		return EX_GOOD;
	if (other != NULL)
		(void)capture_again(&p->capture, other, &err);
	else
		(void)capture_open(&p->capture, p->in_path, &err);
	if (err.code != EX_GOOD)
		return fail(&err);
	info = capture_info(p->capture);
	if (replay_check(&r->opts, info, &why) != EX_GOOD)
		err_at(&err, EX_INPUT, p->in_path, 0, "%s", why.text);
	p->first_ns = p->side != 0 ? info->first_ns : info->begin_ns;
	frames = info->frames;
	if (p->side != 0) {
		p->sides = sides_create(p->capture);
		if (p->sides == NULL)
			err_at(&err, EX_INPUT, p->in_path, 0,
			    "it cannot be read again; give a file");
		else
			frames = sides_frames(p->sides, p->side);
	}
	r->total += replay_total(&r->opts, frames);
	return fail(&err);
}

/* ---- lines of JSON ---------------------------------------------------------------------- */

enum exit_code
replay_log_open(FILE **log, const char *path)
{
	struct err err = ERR_NONE;

	if (path == NULL)
		return EX_GOOD;
	*log = strcmp(path, "-") == 0 ? fdopen(dup(STDOUT_FILENO), "w")
				      : fopen(path, "w");
	if (*log == NULL)
		err_at(&err, EX_INPUT, path, 0, "%m; cannot write there");
	return fail(&err);
}

enum exit_code
replay_log_close(FILE *log, const char *path)
{
	struct err err = ERR_NONE;

	if (log != NULL && !folder_close(log))
		err_at(&err, EX_INPUT, path, 0,
		    "not all lines could be written: %m; make room, or write "
		    "elsewhere");
	return fail(&err);
}
