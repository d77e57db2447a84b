/*
 * rerun.c: options of a run to its folder and back (rerun.h).
 *
 * Before and after a run.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "core/hash.h"
#include "rerun.h"

/* ---- options ------------------------------------------------------------------------ */

/* Of these the machine knows nothing. */
static const char *const elsewhere[] = { "out", "drops", "hops", "results",
	"quiet", "explain", "after", "instructions" };

static bool
is_elsewhere(const char *name)
{
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (strcmp(name, elsewhere[i]) == 0)
			return true;
	return false;
}

void
rerun_say(struct rerun_said *s, const struct argp_option *o, int key,
    const char *arg)
{
	char *text;

	while (o->name != NULL && o->key != key)
		o++;
	if (o->name == NULL || is_elsewhere(o->name))
		return;
	if (asprintf(&text, arg != NULL ? "--%s=%s" : "--%s", o->name, arg) < 0)
		abort();
	s->option = reallocarray(s->option, s->n + 1, sizeof(*s->option));
	if (s->option == NULL)
		abort();
	s->option[s->n++] = text;
}

void
rerun_free_said(struct rerun_said *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->option[i]);
	free(s->option);
}

void
rerun_print(const struct rerun_said *s, const char *command,
    const struct run_report *rep, FILE *fp)
{
	char hex[HASH_TEXT];

	fprintf(fp, "command %s\n", command);
	for (size_t i = 0; i < s->n; i++)
		fprintf(fp, "option %s\n", s->option[i]);
	if (rep->verdict == EX_SIGINT)
		fputs("interrupted\n", fp);
	fprintf(fp, "trace %s\n", hash_format(rep->trace, hex));
}

/* ---- a folder ------------------------------------------------------------------------- */

static char *
read_all(const char *path)
{
	FILE *fp = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (fp == NULL)
		return NULL;
	if (getdelim(&text, &size, '\0', fp) < 0) {
		free(text);
		text = NULL;
	}
	fclose(fp);
	return text;
}

/* "NAME VALUE": the value, or NULL. */
static const char *
value_of(const char *line, const char *name)
{
	const size_t n = strlen(name);

	return strncmp(line, name, n) == 0 && line[n] == ' ' ? line + n + 1
							     : NULL;
}

static void
read_line(struct rerun *r, char *line)
{
	const char *v;

	if ((v = value_of(line, "command")) != NULL)
		r->command = v;
	else if ((v = value_of(line, "option")) != NULL)
		r->argv[r->argc++] = line + strlen("option ");
	else if (strcmp(line, "interrupted") == 0)
		r->interrupted = true;
	else if ((v = value_of(line, "machine")) != NULL)
		r->machine = strtoull(v, NULL, 16);
	else if ((v = value_of(line, "trace")) != NULL)
		r->trace = strtoull(v, NULL, 16);
	else if (value_of(line, "image") != NULL)
		r->image = strtoull(strrchr(line, ' ') + 1, NULL, 16);
}

static void
read_manifest(struct rerun *r)
{
	char *at = r->manifest, *line;
	size_t lines = 0;

	for (const char *c = at; *c != '\0'; c++)
		lines += *c == '\n';
	r->argv = calloc(lines + 4, sizeof(*r->argv));
	if (r->argv == NULL)
		abort();
	r->argc = 1;
	while ((line = strsep(&at, "\n")) != NULL)
		read_line(r, line);
}

/* Captures are named as they were: from another folder they may not be found. */
static void
check_captures(const struct rerun *r, const char *manifest, struct err *err)
{
	for (int i = 1; i < r->argc; i++) {
		const char *in = r->argv[i], *file;

		if (strncmp(in, "--in=", 5) != 0)
			continue;
		file = strchr(in + 5, '=');
		if (file != NULL && strcmp(file, "=-") != 0 &&
		    access(file + 1, R_OK) != 0)
			err_at(err, EX_INPUT, manifest, 0,
			    "its capture %s: %m; go to the folder from which "
			    "the run was made",
			    file + 1);
	}
}

enum exit_code
rerun_open(struct rerun *r, const char *folder)
{
	struct err err = ERR_NONE;
	char *path;

	*r = (struct rerun){ .folder = folder };
	if (asprintf(&path, "%s/MANIFEST", folder) < 0)
		abort();
	r->manifest = read_all(path);
	if (r->manifest == NULL)
		err_at(&err, EX_INPUT, path, 0,
		    "%m; give a folder that replay or trial has written");
	else
		read_manifest(r);
	if (r->manifest != NULL &&
	    (r->command == NULL ||
		(strcmp(r->command, "replay") != 0 &&
		    strcmp(r->command, "trial") != 0)))
		err_at(&err, EX_INPUT, path, 0,
		    "it does not say `command replay' or `command trial'; "
		    "make the run again with this program");
	else if (r->interrupted)
		err_at(&err, EX_INPUT, path, 0,
		    "that run was interrupted, and there is no telling when; "
		    "make it again, with --limit for an end");
	else
		check_captures(r, path, &err);
	free(path);
	if (r->argv == NULL)
		return fail(&err);
	if (asprintf(&r->argv[r->argc++], "%s/config.ini", folder) < 0)
		abort();
	r->argv[0] = "rangeley";
	return fail(&err);
}

void
rerun_free(struct rerun *r)
{
	if (r->argv != NULL)
		free(r->argv[r->argc - 1]);
	free(r->argv);
	free(r->manifest);
}

enum exit_code
rerun_check(const struct rerun *r, const struct run_report *rep,
    const struct machine *m, bool other_image)
{
	char now[HASH_TEXT], then[HASH_TEXT];
	struct err err = ERR_NONE;

	if (!other_image && rep->image_hash != r->image)
		err_at(&err, EX_INPUT, r->folder, 0,
		    "its image was another one, %s, now it is %s; build it "
		    "from the same source, or make the run again",
		    hash_format(r->image, then),
		    hash_format(rep->image_hash, now));
	else if (machine_hash(m) != r->machine)
		err_at(&err, EX_INPUT, r->folder, 0,
		    "its machine was another one, %s, now it is %s; config.ini "
		    "has been changed, or make the run again",
		    hash_format(r->machine, then),
		    hash_format(machine_hash(m), now));
	else if (rep->trace != r->trace)
		err_at(&err, EX_NONDET, r->folder, 0,
		    "its trace was %s, now it is %s; has a capture or "
		    "config.ini been changed, or rangeley itself?",
		    hash_format(r->trace, then), hash_format(rep->trace, now));
	return fail(&err);
}
