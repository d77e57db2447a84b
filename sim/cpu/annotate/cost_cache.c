/*
 * cost_cache.c: llvm-mca's answers, kept in text files.
 *
 * A cache is a memo and nothing else: the key is a hash of the very text that
 * llvm-mca is asked about, the value is what it says.  A line that is there
 * can therefore not be out of date, and a changed table (cost_table.c) needs
 * no new cache.  A file is
 *
 *	# block costs of llvm-mca 14.0.6 -mtriple=x86_64 -mcpu=slm
 *	KEY THROUGHPUT N ISSUE+LATENCY ... *CHECK
 *
 * with one line for each region, in order of KEY (16 hexadecimal digits);
 * THROUGHPUT is in tenths of a cycle, the N pairs, one for each instruction,
 * in cycles.  CHECK is 16 bits of hash of the line before it.  Lines that
 * start with # are comments.
 *
 * The committed file is only read, and of it only the lines asked for: it has
 * thousands, and the annotator is run thousands of times.  The local one belongs
 * to one output of the annotator and is replaced as a whole, so annotators may
 * run in parallel; `make costs' sorts all of them into the committed file.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uthash.h>

#include "cpu/annotate/cost_int.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"

#define HEADER \
	"# block costs of llvm-mca " MCA_VERSION " -mtriple=x86_64 -mcpu=slm"

struct entry {
	uint64_t key;
	const struct mca_answer *answer;
	bool used;
	UT_hash_handle hh;
};

struct cache {
	struct entry *entries;
	const char *path; /* the committed file's; NULL: there is none */
	const char *text; /* what is in it */
	size_t len;
	uint64_t last; /* key of the line before, while reading */
	unsigned line;
};

#define KEY_LEN 16

/* ---- entries ------------------------------------------------------- */

static struct entry *
find(struct cache *c, uint64_t key)
{
	struct entry *e;

	HASH_FIND(hh, c->entries, &key, sizeof(key), e);
	return e;
}

static struct entry *
add(struct cache *c, uint64_t key, const struct mca_answer *a)
{
	struct entry *e = find(c, key);

	if (e != NULL)
		return e;
	e = xalloc(sizeof(*e));
	e->key = key;
	e->answer = a;
	HASH_ADD(hh, c->entries, key, sizeof(e->key), e);
	return e;
}

static int
by_key(const struct entry *a, const struct entry *b)
{
	return (a->key > b->key) - (a->key < b->key);
}

static unsigned
check_of(const char *s, size_t n)
{
	uint32_t h = 0x811c9dc5;

	while (n-- > 0)
		h = (h ^ (unsigned char)*s++) * 0x01000193;
	return (h >> 16 ^ h) & 0xffff;
}

/* ---- a line ------------------------------------------------------- */

/* The next decimal number, which `stop' must follow. */
static bool
take(char **s, char stop, uint32_t *v)
{
	char *end;
	unsigned long n;

	if (**s < '0' || **s > '9')
		return false;
	n = strtoul(*s, &end, 10);
	if (*end != stop || n > 1000000000)
		return false;
	*v = (uint32_t)n;
	*s = end + 1;
	return true;
}

static const char *
parse_line(struct cache *c, char *s)
{
	struct mca_answer *a = xalloc(sizeof(*a));
	char *star = strrchr(s, '*'), *end;
	uint64_t key;

	if (star == NULL || strlen(star) != 5 ||
	    strtoul(star + 1, &end, 16) != check_of(s, (size_t)(star - s)) ||
	    *end != '\0')
		return "the line is damaged";
	key = strtoull(s, &end, 16);
	if (end != s + 16 || *end != ' ')
		return "no key of 16 hexadecimal digits";
	if (c->last >= key && c->last != 0)
		return "keys are not in order";
	c->last = key;
	s = end + 1;
	if (!take(&s, ' ', &a->thr_clk) || !take(&s, ' ', &a->n) ||
	    a->n > (size_t)(star - s))
		return "no throughput and count";
	a->t = xalloc((a->n + 1) * sizeof(*a->t));
	for (uint32_t i = 0; i < a->n; i++)
		if (!take(&s, '+', &a->t[i].issue) ||
		    !take(&s, ' ', &a->t[i].lat))
			return "not as many times as it says";
	if (s != star)
		return "more times than it says";
	add(c, key, a);
	return NULL;
}

static int
no_cache(const char *path, unsigned line, const char *msg)
{
	return diag_error(path, line == 0 ? 1 : line, (struct loc){ 0 },
	    "no valid cache of block costs: %s; get the "
	    "committed file back, or delete a file that the build made",
	    msg);
}

/* ---- the committed file --------------------------------------------- */

static int
open_committed(struct cache *c, const char *path)
{
	static const char header[] = HEADER "\n";

	if (path == NULL)
		return 0;
	c->path = path;
	c->text = xmap(path, &c->len);
	if (c->text == NULL)
		return diag_error(path, 0, (struct loc){ 0 },
		    "cannot read the cache of block costs: %s; get the "
		    "committed file back",
		    strerror(errno));
	if (c->len < strlen(header) ||
	    memcmp(c->text, header, strlen(header)) != 0)
		return no_cache(path, 1, "the first line is not '" HEADER "'");
	if (c->text[c->len - 1] != '\n')
		return no_cache(path, 1, "the last line is cut off");
	return 0;
}

/* The line of a key; NULL: there is none.  Comments are before all keys. */
static const char *
line_of(const struct cache *c, const char *key)
{
	const char *lo = c->text, *hi = c->text + c->len, *s;
	int order;

	while (lo < hi) {
		s = lo + (hi - lo) / 2;
		while (s > lo && s[-1] != '\n')
			s--;
		order = *s == '#' ? -1 : strncmp(s, key, KEY_LEN);
		if (order == 0)
			return s;
		if (order > 0)
			hi = s;
		else
			lo = (const char *)memchr(s, '\n', (size_t)(hi - s)) +
			    1;
	}
	return NULL;
}

static unsigned
number_of(const struct cache *c, const char *line)
{
	unsigned n = 1;

	for (const char *s = c->text; s < line; s++)
		n += *s == '\n';
	return n;
}

/* Take over what the committed file says of a key, if it says something. */
static int
look_up(struct cache *c, uint64_t k)
{
	char key[KEY_LEN + 1];
	const char *s, *msg;

	if (c->text == NULL || find(c, k) != NULL)
		return 0;
	snprintf(key, sizeof(key), "%016" PRIx64, k);
	s = line_of(c, key);
	if (s == NULL)
		return 0;
	c->last = 0;
	msg = parse_line(c, xstrndup(s, strcspn(s, "\n")));
	return msg == NULL ? 0 : no_cache(c->path, number_of(c, s), msg);
}

/* ---- the local file --------------------------------------------------- */

static int
read_lines(struct cache *c, FILE *f, const char *path)
{
	char *buf = NULL;
	size_t size = 0;
	ssize_t n;
	const char *msg = NULL;

	c->last = 0;
	c->line = 0;
	while (msg == NULL && (n = getline(&buf, &size, f)) > 0) {
		c->line++;
		if (buf[n - 1] != '\n')
			msg = "the last line is cut off";
		buf[n - 1] = '\0';
		if (c->line == 1 && strcmp(buf, HEADER) != 0)
			msg = "the first line is not '" HEADER "'";
		else if (msg == NULL && buf[0] != '#')
			msg = parse_line(c, buf);
	}
	free(buf);
	if (msg == NULL && c->line == 0)
		msg = "the file is empty";
	return msg == NULL ? 0 : no_cache(path, c->line, msg);
}

static int
read_local(struct cache *c, const char *path)
{
	FILE *f;
	int err;

	if (path == NULL)
		return 0;
	f = fopen(path, "r");
	if (f == NULL && errno == ENOENT)
		return 0;
	if (f == NULL)
		return diag_error(path, 0, (struct loc){ 0 },
		    "cannot read the cache of block costs: %s; delete it",
		    strerror(errno));
	err = read_lines(c, f, path);
	fclose(f);
	return err;
}

/* ---- writing ------------------------------------------------------- */

static void
print_entry(FILE *f, const struct entry *e)
{
	char *s = NULL;
	size_t n = 0;
	FILE *m = open_memstream(&s, &n);

	fprintf(m, "%016" PRIx64 " %u %u ", e->key, e->answer->thr_clk,
	    e->answer->n);
	for (uint32_t i = 0; i < e->answer->n; i++)
		fprintf(m, "%u+%u ", e->answer->t[i].issue,
		    e->answer->t[i].lat);
	fclose(m);
	fprintf(f, "%s*%04x\n", s, check_of(s, n));
	free(s);
}

static int
write_cache(struct cache *c, const char *path)
{
	char *tmp = xasprintf("%s.tmp.%ld", path, (long)getpid());
	FILE *f = fopen(tmp, "w");
	bool bad = f == NULL;

	if (f != NULL) {
		fprintf(f, "%s\n", HEADER);
		HASH_SORT(c->entries, by_key);
		for (struct entry *e = c->entries; e != NULL; e = e->hh.next)
			if (e->used)
				print_entry(f, e);
		bad = ferror(f) != 0;
		bad |= fclose(f) != 0;
		bad = bad || rename(tmp, path) != 0;
	}
	if (!bad)
		return 0;
	unlink(tmp);
	return diag_error(path, 0, (struct loc){ 0 },
	    "cannot write the cache "
	    "of block costs: %s; make room, or name another file",
	    strerror(errno));
}

/* ---- answers -------------------------------------------------------- */

/* Ask about each text once, however many regions have it. */
static int
ask(struct cache *c, const struct unit *u, const struct cost_opts *o,
    struct region *r, size_t n)
{
	struct region **todo = xalloc((n + 1) * sizeof(*todo));
	size_t ntodo = 0;
	int err;

	for (size_t i = 0; i < n; i++)
		if (find(c, r[i].key) == NULL) {
			add(c, r[i].key, NULL);
			todo[ntodo++] = &r[i];
		}
	if (ntodo == 0)
		return 0;
	err = mca_run(u, o->mca != NULL ? o->mca : MCA_PROGRAM, todo, ntodo);
	for (size_t i = 0; err == 0 && i < ntodo; i++)
		find(c, todo[i]->key)->answer = todo[i]->answer;
	return err;
}

static int
deliver(struct cache *c, const struct unit *u, struct region *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct entry *e = find(c, r[i].key);

		e->used = true;
		r[i].answer = e->answer;
		if (e->answer->n != r[i].n * r[i].copies)
			return diag_error(u->path, r[i].in[0]->sline,
			    r[i].in[0]->loc,
			    "the cache of block costs has %u "
			    "instructions for key %016" PRIx64 " instead of "
			    "%zu; run `make costs'",
			    e->answer->n, r[i].key, r[i].n * r[i].copies);
	}
	return 0;
}

int
cost_answer(const struct unit *u, const struct cost_opts *o, struct region *r,
    size_t n)
{
	struct cache c = { 0 };
	int err = open_committed(&c, o->committed);

	for (size_t i = 0; err == 0 && i < n; i++)
		err = look_up(&c, r[i].key);
	if (err == 0)
		err = read_local(&c, o->local);
	if (err == 0)
		err = ask(&c, u, o, r, n);
	if (err == 0)
		err = deliver(&c, u, r, n);
	if (err == 0 && o->local != NULL)
		err = write_cache(&c, o->local);
	HASH_CLEAR(hh, c.entries);
	return err;
}
