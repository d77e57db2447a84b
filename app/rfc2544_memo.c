/*
 * rfc2544_memo.c: trials that have been made (rfc2544.h).
 *
 * FOLDER/trials.jsonl has a line for each, written when it ended:
 *
 *	{"key": "89abcdef01234567", "said": {...}}
 *
 * A last line that is cut off, as a killed program leaves, is not there; any other
 * damage is an error, since a result may rest on it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "core/hash.h"
#include "folder.h"
#include "rfc2544.h"

struct entry {
	uint64_t key;
	json_t *said;
	UT_hash_handle hh;
};

struct memo {
	struct entry *all;
	char *path;
	FILE *out;
};

static uint64_t
key_of(uint64_t id, char *const *argv)
{
	struct hash h = HASH_INIT;

	hash_u64(&h, id);
	for (; *argv != NULL; argv++)
		hash_str(&h, *argv);
	return hash_value(&h);
}

static void
enter(struct memo *m, uint64_t key, json_t *said)
{
	struct entry *e;

	HASH_FIND(hh, m->all, &key, sizeof(key), e);
	if (e != NULL)
		return;
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		abort();
	e->key = key;
	e->said = json_incref(said);
	HASH_ADD(hh, m->all, key, sizeof(e->key), e);
}

static enum exit_code
read_lines(struct memo *m, FILE *in, struct err *err)
{
	enum exit_code rc = EX_GOOD;
	char *line = NULL, *end;
	size_t size = 0;
	ssize_t n;

	for (unsigned at = 1; rc == EX_GOOD &&
	     (n = getline(&line, &size, in)) > 0 && line[n - 1] == '\n';
	     at++) {
		json_t *j = json_loads(line, 0, NULL);
		const char *key = json_string_value(json_object_get(j, "key"));
		json_t *said = json_object_get(j, "said");

		if (key == NULL || strlen(key) != 16 || !json_is_object(said))
			rc = err_at(err, EX_INPUT, m->path, at,
			    "this is no trial; remove the file, and trials are "
			    "made again");
		else
			enter(m, strtoull(key, &end, 16), said);
		json_decref(j);
	}
	free(line);
	return rc;
}

static void
put(struct memo *m, uint64_t key, const json_t *said)
{
	char *text = json_dumps(said, JSON_COMPACT | JSON_SORT_KEYS);

	fprintf(m->out, "{\"key\": \"%016" PRIx64 "\", \"said\": %s}\n", key,
	    text);
	free(text);
}

/*
 * Writes anew what is known, so that nothing is behind half a line.  Until all of it is
 * there, the file is the one that was.
 */
static enum exit_code
write_all(struct memo *m, struct err *err)
{
	char *new;

	if (asprintf(&new, "%s.new", m->path) < 0)
		abort();
	m->out = fopen(new, "w");
	for (struct entry *e = m->all; m->out != NULL && e != NULL;
	     e = e->hh.next)
		put(m, e->key, e->said);
	if (m->out == NULL || fflush(m->out) != 0 || rename(new, m->path) != 0)
		err_at(err, EX_INPUT, m->path, 0,
		    "%s; name a folder that can be written, and has room",
		    strerror(errno));
	free(new);
	return err->code;
}

enum exit_code
memo_open(struct memo **out, const char *folder, struct err *err)
{
	struct memo *m = calloc(1, sizeof(*m));
	enum exit_code rc = EX_GOOD;
	FILE *in;

	if (m == NULL || asprintf(&m->path, "%s/trials.jsonl", folder) < 0)
		abort();
	*out = m;
	in = fopen(m->path, "r");
	if (in != NULL) {
		rc = read_lines(m, in, err);
		fclose(in);
	}
	return rc == EX_GOOD ? write_all(m, err) : rc;
}

json_t *
memo_find(const struct memo *m, uint64_t id, char *const *argv)
{
	const uint64_t key = key_of(id, argv);
	struct entry *e;

	HASH_FIND(hh, m->all, &key, sizeof(key), e);
	return e != NULL ? json_incref(e->said) : NULL;
}

void
memo_add(struct memo *m, uint64_t id, char *const *argv, json_t *said)
{
	const uint64_t key = key_of(id, argv);

	enter(m, key, said);
	put(m, key, said);
	fflush(m->out);
}

enum exit_code
memo_close(struct memo *m, struct err *err)
{
	enum exit_code rc = EX_GOOD;
	struct entry *e, *next;

	if (m == NULL)
		return rc;
	if (m->out != NULL && !folder_close(m->out))
		rc = err_at(err, EX_INPUT, m->path, 0,
		    "not all could be written; make room");
	HASH_ITER (hh, m->all, e, next) {
		HASH_DEL(m->all, e);
		json_decref(e->said);
		free(e);
	}
	free(m->path);
	free(m);
	return rc;
}
