/*
 * scenario.c: reads scenario files (scenario.h), and makes of them what an image is
 * given.
 *
 * The image takes words without blanks.  So `2ms = brconfig bridge0 flush' goes
 * to it as events=2ms,brconfig,bridge0,flush; what it makes of the words is its
 * own affair (port/user/).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/inifile.h"
#include "core/machine.h"
#include "core/scenario.h"
#include "core/text.h"
#include "core/tick.h"
#include "core/units.h"

#define MOST_INHERITED 8
#define QUOTES         "\"'"

struct reading {
	struct scenario *s;
	unsigned depth;
	bool any;                   /* an item was read */
	bool own_setup, own_events; /* .. of these sections */
	uint64_t last_clk;          /* time of the event before */
};

static enum exit_code read_file(struct scenario *, const char *path,
    unsigned depth, struct err *);

static enum exit_code
bad(const struct ini_item *i, struct err *err, const char *what)
{
	return err_at(err, EX_INPUT, i->path, i->line, "%s = %s: %s", i->key,
	    i->value, what);
}

/* ---- [scenario] ------------------------------------------------------------ */

static enum exit_code
quantity(const struct ini_item *i, enum unit unit, uint64_t *v, struct err *err)
{
	struct err why = ERR_NONE;

	if (unit_parse(unit, i->value, v, &why) != EX_GOOD)
		return bad(i, err, why.text);
	return EX_GOOD;
}

bool
scenario_modules_ok(const char *text)
{
	unsigned in[4] = { 0 };

	for (unsigned i = 0; i < SCENARIO_CPUS; i++)
		if (text[i] < '0' || text[i] > '3' || ++in[text[i] - '0'] > 2)
			return false;
	return text[SCENARIO_CPUS] == '\0';
}

static enum exit_code
modules(const struct ini_item *i, char *v, struct err *err)
{
	if (!scenario_modules_ok(i->value))
		return bad(i, err,
		    "write the module of each CPU, two in each: 00112233");
	memcpy(v, i->value, SCENARIO_CPUS + 1);
	return EX_GOOD;
}

static enum exit_code
cpus(const struct ini_item *i, uint64_t *v, struct err *err)
{
	enum exit_code rc = quantity(i, UNIT_COUNT, v, err);

	if (rc == EX_GOOD && (*v < 1 || *v > SCENARIO_CPUS))
		return bad(i, err, "there are 1 to 8 CPUs");
	return rc;
}

/* As --limit: 0 would mean none. */
static enum exit_code
limit(const struct ini_item *i, uint64_t *clk, struct err *err)
{
	enum exit_code rc = quantity(i, UNIT_TIME, clk, err);

	if (rc == EX_GOOD && *clk < CLK_PER_CYC)
		return bad(i, err, "less than a cycle; write e.g. 2ms");
	return rc;
}

static enum exit_code
order(const struct ini_item *i, bool *exact, struct err *err)
{
	*exact = strcmp(i->value, "exact") == 0;
	if (*exact || strcmp(i->value, "epochs") == 0)
		return EX_GOOD;
	return bad(i, err, "write epochs or exact");
}

/* Another file first, which lies beside this one, if its path does not begin with /. */
static enum exit_code
inherit(struct reading *r, const struct ini_item *i, struct err *err)
{
	const char *slash = i->value[0] == '/' ? NULL : strrchr(i->path, '/');
	enum exit_code rc;
	char *path;

	if (r->any)
		return bad(i, err, "inherit comes before all other keys");
	if (r->depth == MOST_INHERITED)
		return bad(i, err, "does a file inherit itself?");
	if (asprintf(&path, "%.*s%s",
		slash == NULL ? 0 : (int)(slash - i->path) + 1, i->path,
		i->value) < 0)
		abort();
	if (access(path, R_OK) == 0)
		rc = read_file(r->s, path, r->depth + 1, err);
	else
		rc = err_at(err, EX_INPUT, i->path, i->line,
		    "inherit = %s: %m; name a file beside this one, or one by "
		    "its whole path",
		    i->value);
	free(path);
	return rc;
}

static enum exit_code
item_scenario(struct reading *r, const struct ini_item *i, struct err *err)
{
	static const char *const keys[] = { "image", "cpus", "limit", "ram",
		"order", "modules", "inherit" };
	struct scenario *s = r->s;
	const unsigned nkeys = sizeof(keys) / sizeof(keys[0]);
	const char *near;
	unsigned k = 0;

	while (k < nkeys && strcmp(keys[k], i->key) != 0)
		k++;
	switch (k) {
	case 0:
		free(s->image);
		s->image = strdup(i->value);
		return EX_GOOD;
	case 1:
		return cpus(i, &s->cpus, err);
	case 2:
		return limit(i, &s->limit_clk, err);
	case 3:
		return quantity(i, UNIT_SIZE, &s->ram_bytes, err);
	case 4:
		return order(i, &s->exact, err);
	case 5:
		return modules(i, s->modules, err);
	case 6:
		return inherit(r, i, err);
	}
	near = text_nearest(i->key, keys, nkeys);
	return err_at(err, EX_INPUT, i->path, i->line,
	    "[scenario] has no key '%s'; %s%s", i->key,
	    near != NULL ? "did you mean "
			 : "it has inherit, image, cpus, limit, ram, "
			   "order and modules",
	    near != NULL ? near : "");
}

/* ---- the other sections ------------------------------------------------------ */

/* A key that is there already gets the new value, in its place. */
static enum exit_code
put(struct scenario_list *l, const struct ini_item *i, bool replace,
    struct err *err)
{
	size_t k = 0;

	while (replace && k < l->n && strcmp(l->key[k], i->key) != 0)
		k++;
	if (!replace)
		k = l->n;
	if (k == SCENARIO_KEYS)
		return bad(i, err, "too many keys in this section");
	if (k == l->n) {
		l->key[l->n++] = strdup(i->key);
	} else {
		free(l->value[k]);
		free(l->path[k]);
	}
	l->value[k] = strdup(i->value);
	l->path[k] = strdup(i->path);
	l->line[k] = i->line;
	return EX_GOOD;
}

static void
clear(struct scenario_list *l)
{
	for (size_t k = 0; k < l->n; k++) {
		free(l->key[k]);
		free(l->value[k]);
		free(l->path[k]);
	}
	l->n = 0;
}

static enum exit_code
item_set(struct scenario *s, const struct ini_item *i, struct err *err)
{
	const size_t len = strlen(i->key);
	size_t k = 0;

	if (machine_check_set(i->key, i->value, i->path, i->line, err) !=
	    EX_GOOD)
		return err->code;
	while (k < s->nsets &&
	    (strncmp(s->sets[k], i->key, len) != 0 || s->sets[k][len] != '='))
		k++;
	if (k == SCENARIO_SETS)
		return bad(i, err, "too many constants are set");
	if (k < s->nsets)
		free(s->sets[k]);
	else
		s->nsets++;
	if (asprintf(&s->sets[k], "%s=%s", i->key, i->value) < 0)
		abort();
	return EX_GOOD;
}

static enum exit_code
item_boot(struct scenario *s, const struct ini_item *i, struct err *err)
{
	char scratch[SCENARIO_ARGS] = "";
	struct err why = ERR_NONE;

	if (strcmp(i->key, "events") == 0 || strcmp(i->key, "setup") == 0)
		return err_at(err, EX_INPUT, i->path, i->line,
		    "%s = %s: %s have a section [%s]", i->key, i->value, i->key,
		    i->key);
	if (scenario_arg(scratch, sizeof(scratch), i->key, i->value, &why) !=
	    EX_GOOD)
		return bad(i, err, why.text);
	return put(&s->boot, i, true, err);
}

static enum exit_code
item_affinity(struct scenario *s, const struct ini_item *i, struct err *err)
{
	if (i->value[0] < '0' || i->value[0] >= '0' + SCENARIO_CPUS ||
	    i->value[1] != '\0')
		return bad(i, err, "write a CPU, 0 to 7");
	return put(&s->affinity, i, true, err);
}

/* A word of a command must not look like the end of one. */
static enum exit_code
check_command(const struct ini_item *i, struct err *err)
{
	if (i->value[0] == '\0' || strpbrk(i->value, ",;") != NULL)
		return bad(i, err,
		    "write a command and its words, without , and ;");
	for (const char *s = i->value; *(s += strcspn(s, QUOTES)) != '\0';
	     s++) {
		s = strchr(s + 1, *s);
		if (s == NULL)
			return bad(i, err, "a quote has no end");
	}
	return EX_GOOD;
}

static enum exit_code
item_setup(struct reading *r, const struct ini_item *i, struct err *err)
{
	if (check_command(i, err) != EX_GOOD)
		return err->code;
	if (!r->own_setup)
		clear(&r->s->setup);
	r->own_setup = true;
	return put(&r->s->setup, i, false, err);
}

static enum exit_code
clock_time(const char *s, uint64_t *at_clk, struct err *why)
{
	struct err unit = ERR_NONE;

	*at_clk = 0;
	if (strstr(s, "cyc") != NULL || strchr(s, '.') != NULL)
		return err_set(why, EX_INPUT,
		    "write a whole number of s, ms, us or ns");
	if (strcmp(s, "0") == 0 || strcmp(s, "0ns") == 0)
		return EX_GOOD;
	if (unit_parse(UNIT_TIME, s, at_clk, &unit) == EX_GOOD)
		return EX_GOOD;
	return err_set(why, EX_INPUT,
	    "'%s' is no time with a unit; write a whole number of s, ms, us "
	    "or ns",
	    s);
}

/* "2ms", or "2ms+1ms", which repeats. */
static enum exit_code
event_time(const char *key, uint64_t *at_clk, struct err *why)
{
	char *first = strdup(key), *every = strchr(first, '+');
	enum exit_code rc = EX_GOOD;
	uint64_t every_clk = 1;

	if (every != NULL) {
		*every++ = '\0';
		rc = clock_time(every, &every_clk, why);
	}
	if (rc == EX_GOOD && every_clk == 0)
		rc = err_set(why, EX_INPUT, "it would never end");
	if (rc == EX_GOOD)
		rc = clock_time(first, at_clk, why);
	free(first);
	return rc;
}

static enum exit_code
item_event(struct reading *r, const struct ini_item *i, struct err *err)
{
	struct err why = ERR_NONE;
	uint64_t at_clk;

	if (event_time(i->key, &at_clk, &why) != EX_GOOD)
		return bad(i, err, why.text);
	if (at_clk < r->last_clk)
		return bad(i, err,
		    "this is before the event in front of it; put events "
		    "in order of time");
	if (check_command(i, err) != EX_GOOD)
		return err->code;
	r->last_clk = at_clk;
	if (!r->own_events)
		clear(&r->s->events);
	r->own_events = true;
	return put(&r->s->events, i, false, err);
}

static enum exit_code
item(void *ctx, const struct ini_item *i, struct err *err)
{
	struct reading *r = ctx;
	enum exit_code rc;

	if (strcmp(i->section, "scenario") == 0)
		rc = item_scenario(r, i, err);
	else if (strcmp(i->section, "set") == 0)
		rc = item_set(r->s, i, err);
	else if (strcmp(i->section, "boot") == 0)
		rc = item_boot(r->s, i, err);
	else if (strcmp(i->section, "affinity") == 0)
		rc = item_affinity(r->s, i, err);
	else if (strcmp(i->section, "setup") == 0)
		rc = item_setup(r, i, err);
	else if (strcmp(i->section, "events") == 0)
		rc = item_event(r, i, err);
	else
		rc = err_at(err, EX_INPUT, i->path, i->line,
		    "no section [%s]; there are [scenario], [set], [boot], "
		    "[affinity], [setup] and [events]",
		    i->section);
	r->any = true;
	return rc;
}

static enum exit_code
read_file(struct scenario *s, const char *path, unsigned depth, struct err *err)
{
	struct reading r = { .s = s, .depth = depth };

	return ini_read(path, item, &r, NULL, err);
}

static void
swap(char **a, char **b)
{
	char *const c = *a;

	*a = *b;
	*b = c;
}

/* The last event goes in front of all that are later. */
static void
sink_last(struct scenario_list *l)
{
	struct err why = ERR_NONE;
	uint64_t clk, before;

	for (size_t k = l->n - 1; k > 0; k--) {
		(void)event_time(l->key[k], &clk, &why);
		(void)event_time(l->key[k - 1], &before, &why);
		if (before <= clk)
			return;
		swap(&l->key[k], &l->key[k - 1]);
		swap(&l->value[k], &l->value[k - 1]);
		swap(&l->path[k], &l->path[k - 1]);
		l->line[k] = l->line[k - 1];
		l->line[k - 1] = 0;
	}
}

/* ---- for the image ------------------------------------------------------------- */

/* One more command behind those in buf; false: there is no room. */
static bool
add_command(char *buf, size_t size, const char *first, const char *words)
{
	size_t used = strlen(buf);
	char *end = buf + used, quote = '\0';

	if (used + strlen(first) + strlen(words) + 3 > size)
		return false;
	if (used != 0)
		*end++ = ';';
	end = stpcpy(end, first);
	for (const char *s = words; *s != '\0'; s++)
		if (*s == quote ||
		    (quote == '\0' && strchr(QUOTES, *s) != NULL))
			quote = *s == quote ? '\0' : *s;
		else if (*s != ' ' && *s != '\t')
			*end++ = *s;
		else if (quote != '\0')
			*end++ = '_';
		else if (end[-1] != ',')
			*end++ = ',';
	*end = '\0';
	return true;
}

/* Interrupts go to their CPUs before anything is up. */
static bool
make_setup(const struct scenario *s, char *buf, size_t size)
{
	char words[TEXT_LINE_MAX + 32];

	buf[0] = '\0';
	for (size_t k = 0; k < s->affinity.n; k++) {
		snprintf(words, sizeof(words), "affinity -c %s -i \"%s\"",
		    s->affinity.value[k], s->affinity.key[k]);
		if (!add_command(buf, size, "intrctl,", words))
			return false;
	}
	for (size_t k = 0; k < s->setup.n; k++)
		if (!add_command(buf, size, "", s->setup.value[k]))
			return false;
	return true;
}

static bool
make_events(const struct scenario *s, char *buf, size_t size)
{
	char at[32];

	buf[0] = '\0';
	for (size_t k = 0; k < s->events.n; k++) {
		snprintf(at, sizeof(at), "%s%s,", s->events.key[k],
		    strcmp(s->events.key[k], "0") == 0 ? "ns" : "");
		if (!add_command(buf, size, at, s->events.value[k]))
			return false;
	}
	return true;
}

static enum exit_code
make_args(struct scenario *s, struct err *err)
{
	static char text[SCENARIO_ARGS];

	for (size_t k = 0; k < s->boot.n; k++)
		if (scenario_arg(s->args, sizeof(s->args), s->boot.key[k],
			s->boot.value[k], err) != EX_GOOD)
			return err->code;
	if (!make_setup(s, text, sizeof(text)))
		return err_set(err, EX_INPUT, "too many commands of [setup]");
	if (text[0] != '\0' &&
	    scenario_arg(s->args, sizeof(s->args), "setup", text, err) !=
		EX_GOOD)
		return err->code;
	if (!make_events(s, text, sizeof(text)))
		return err_set(err, EX_INPUT, "too many events");
	if (text[0] != '\0')
		return scenario_arg(s->args, sizeof(s->args), "events", text,
		    err);
	return EX_GOOD;
}

/* ---- interface ----------------------------------------------------------------- */

enum exit_code
scenario_arg(char *args, size_t size, const char *name, const char *value,
    struct err *err)
{
	size_t used = strlen(args);

	if (*name == '\0' || strpbrk(name, " \t") != NULL ||
	    strpbrk(value, " \t") != NULL)
		return err_set(err, EX_INPUT,
		    "names and values of properties have no blanks");
	if (used + strlen(name) + strlen(value) + 3 > size)
		return err_set(err, EX_INPUT,
		    "the image's arguments exceed %zu bytes", size - 1);
	sprintf(args + used, "%s%s=%s", used == 0 ? "" : " ", name, value);
	return EX_GOOD;
}

enum exit_code
scenario_load(struct scenario *s, const char *path, struct err *err)
{
	enum exit_code rc;

	memset(s, 0, sizeof(*s));
	rc = read_file(s, path, 0, err);
	if (rc == EX_GOOD)
		rc = make_args(s, err);
	if (rc == EX_GOOD && s->image == NULL)
		rc = err_at(err, EX_INPUT, path, 0,
		    "no image; write [scenario] and image = bridge_mpsafe");
	return rc;
}

enum exit_code
scenario_boot(struct scenario *s, const char *name, const char *value,
    struct err *err)
{
	const struct ini_item item = { "command line", 0, "boot", name, value };
	const enum exit_code rc = item_boot(s, &item, err);

	s->args[0] = '\0';
	return rc == EX_GOOD ? make_args(s, err) : rc;
}

enum exit_code
scenario_command(struct scenario *s, const char *at, const char *words,
    struct err *err)
{
	const struct ini_item item = { "command line", 0,
		at != NULL ? "events" : "setup", at != NULL ? at : "setup",
		words };
	struct reading r = { .s = s, .own_setup = true, .own_events = true };
	enum exit_code rc;

	rc = at != NULL ? item_event(&r, &item, err)
			: item_setup(&r, &item, err);
	if (rc == EX_GOOD && at != NULL)
		sink_last(&s->events);
	s->args[0] = '\0';
	return rc == EX_GOOD ? make_args(s, err) : rc;
}

void
scenario_free(struct scenario *s)
{
	free(s->image);
	for (size_t i = 0; i < s->nsets; i++)
		free(s->sets[i]);
	clear(&s->boot);
	clear(&s->affinity);
	clear(&s->setup);
	clear(&s->events);
}
