/*
 * scenario.c: reads scenario files (scenario.h).
 *
 * The image takes words without blanks.  So `2ms = brconfig bridge0 flush' goes
 * to it as events=2ms,brconfig,bridge0,flush; what it makes of the words is its
 * own affair (port/user/).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/inifile.h"
#include "core/machine.h"
#include "core/scenario.h"
#include "core/text.h"
#include "core/tick.h"
#include "core/units.h"

#define MOST_INHERITED 8

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

static enum exit_code
yes_no(const struct ini_item *i, bool *v, struct err *err)
{
	*v = strcmp(i->value, "yes") == 0;
	if (*v || strcmp(i->value, "no") == 0)
		return EX_GOOD;
	return bad(i, err, "write yes or no");
}

static enum exit_code
cpus(const struct ini_item *i, uint64_t *v, struct err *err)
{
	enum exit_code rc = quantity(i, UNIT_COUNT, v, err);

	if (rc == EX_GOOD && (*v < 1 || *v > SCENARIO_CPUS))
		return bad(i, err, "there are 1 to 8 CPUs");
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

/* Another file first, which lies beside this one. */
static enum exit_code
inherit(struct reading *r, const struct ini_item *i, struct err *err)
{
	const char *slash = strrchr(i->path, '/');
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
	rc = read_file(r->s, path, r->depth + 1, err);
	free(path);
	return rc;
}

static enum exit_code
item_scenario(struct reading *r, const struct ini_item *i, struct err *err)
{
	static const char *const keys[] = { "image", "cpus", "limit", "ram",
		"order", "spread", "inherit" };
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
		return quantity(i, UNIT_TIME, &s->limit_clk, err);
	case 3:
		return quantity(i, UNIT_SIZE, &s->ram_bytes, err);
	case 4:
		return order(i, &s->exact, err);
	case 5:
		return yes_no(i, &s->spread, err);
	case 6:
		return inherit(r, i, err);
	}
	near = text_nearest(i->key, keys, nkeys);
	return err_at(err, EX_INPUT, i->path, i->line,
	    "[scenario] has no key '%s'; %s%s", i->key,
	    near != NULL ? "did you mean "
			 : "it has inherit, image, cpus, limit, ram, "
			   "order and spread",
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
	} else
		free(l->value[k]);
	l->value[k] = strdup(i->value);
	return EX_GOOD;
}

static void
clear(struct scenario_list *l)
{
	for (size_t k = 0; k < l->n; k++) {
		free(l->key[k]);
		free(l->value[k]);
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
	if (strpbrk(i->key, " \t,;") != NULL)
		return bad(i, err,
		    "write an interrupt as intrctl does: wm0RX0");
	return put(&s->affinity, i, true, err);
}

/* A word of a command must not look like the end of one. */
static enum exit_code
check_command(const struct ini_item *i, struct err *err)
{
	if (i->value[0] == '\0' || strpbrk(i->value, ",;") != NULL)
		return bad(i, err,
		    "write a command and its words, without , and ;");
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
item_event(struct reading *r, const struct ini_item *i, struct err *err)
{
	uint64_t at_clk = 0;
	struct err why = ERR_NONE;

	if (strcmp(i->key, "0") != 0 && strcmp(i->key, "0ns") != 0 &&
	    unit_parse(UNIT_TIME, i->key, &at_clk, &why) != EX_GOOD)
		return bad(i, err, why.text);
	if (strstr(i->key, "cyc") != NULL || strchr(i->key, '.') != NULL)
		return bad(i, err, "write a whole number of s, ms, us or ns");
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

/* ---- for the image ------------------------------------------------------------- */

/* One more command behind those in buf; false: there is no room. */
static bool
add_command(char *buf, size_t size, const char *first, const char *words)
{
	size_t used = strlen(buf);
	char *end = buf + used;

	if (used + strlen(first) + strlen(words) + 3 > size)
		return false;
	if (used != 0)
		*end++ = ';';
	end = stpcpy(end, first);
	for (const char *s = words; *s != '\0'; s++)
		if (*s != ' ' && *s != '\t')
			*end++ = *s;
		else if (end[-1] != ',')
			*end++ = ',';
	*end = '\0';
	return true;
}

/* Interrupts go to their CPUs before anything is up. */
static bool
make_setup(const struct scenario *s, char *buf, size_t size)
{
	char words[128];

	buf[0] = '\0';
	for (size_t k = 0; k < s->affinity.n; k++) {
		snprintf(words, sizeof(words), "affinity -c %s -i %s",
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

static void
print_list(const char *section, const struct scenario_list *l, FILE *fp)
{
	if (l->n == 0)
		return;
	fprintf(fp, "\n[%s]\n", section);
	for (size_t k = 0; k < l->n; k++)
		fprintf(fp, "%s = %s\n", l->key[k], l->value[k]);
}

void
scenario_print(const struct scenario *s, FILE *fp)
{
	fprintf(fp, "[scenario]\nimage = %s\n", s->image);
	if (s->cpus != 0)
		fprintf(fp, "cpus = %llu\n", (unsigned long long)s->cpus);
	if (s->limit_clk != 0)
		fprintf(fp, "limit = %lluns\n",
		    (unsigned long long)s->limit_clk / CLK_PER_NS);
	if (s->ram_bytes != 0)
		fprintf(fp, "ram = %lluKiB\n",
		    (unsigned long long)s->ram_bytes >> 10);
	fprintf(fp, "order = %s\nspread = %s\n", s->exact ? "exact" : "epochs",
	    s->spread ? "yes" : "no");
	if (s->nsets != 0)
		fputs("\n[set]\n", fp);
	for (size_t k = 0; k < s->nsets; k++) {
		const char *eq = strchr(s->sets[k], '=');

		fprintf(fp, "%.*s = %s\n", (int)(eq - s->sets[k]), s->sets[k],
		    eq + 1);
	}
	print_list("boot", &s->boot, fp);
	print_list("affinity", &s->affinity, fp);
	print_list("setup", &s->setup, fp);
	print_list("events", &s->events, fp);
}
