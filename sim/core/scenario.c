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
#include "core/units.h"

struct reading {
	struct scenario *s;
	char events[SCENARIO_ARGS];
	uint64_t last_clk; /* time of the event before */
};

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

static enum exit_code
item_scenario(struct scenario *s, const struct ini_item *i, struct err *err)
{
	static const char *const keys[] = { "image", "cpus", "limit", "ram",
		"order", "spread" };
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
	}
	near = text_nearest(i->key, keys, nkeys);
	return err_at(err, EX_INPUT, i->path, i->line,
	    "[scenario] has no key '%s'; %s%s", i->key,
	    near != NULL ? "did you mean "
			 : "it has image, cpus, limit, ram, "
			   "order and spread",
	    near != NULL ? near : "");
}

/* ---- the other sections ------------------------------------------------------ */

static enum exit_code
item_set(struct scenario *s, const struct ini_item *i, struct err *err)
{
	if (s->nsets == SCENARIO_SETS)
		return bad(i, err, "too many constants are set");
	if (machine_check_set(i->key, i->value, i->path, i->line, err) !=
	    EX_GOOD)
		return err->code;
	if (asprintf(&s->sets[s->nsets], "%s=%s", i->key, i->value) < 0)
		abort();
	s->nsets++;
	return EX_GOOD;
}

static enum exit_code
item_boot(struct scenario *s, const struct ini_item *i, struct err *err)
{
	struct err why = ERR_NONE;

	if (strcmp(i->key, "events") == 0)
		return bad(i, err, "events have a section [events]");
	if (scenario_arg(s->args, sizeof(s->args), i->key, i->value, &why) !=
	    EX_GOOD)
		return bad(i, err, why.text);
	return EX_GOOD;
}

/* A word of a command must not look like the end of one. */
static enum exit_code
item_event(struct reading *r, const struct ini_item *i, struct err *err)
{
	size_t used = strlen(r->events);
	uint64_t at_clk = 0;
	struct err why = ERR_NONE;
	char *end;

	if (strcmp(i->key, "0") != 0 && strcmp(i->key, "0ns") != 0 &&
	    unit_parse(UNIT_TIME, i->key, &at_clk, &why) != EX_GOOD)
		return bad(i, err, why.text);
	if (strstr(i->key, "cyc") != NULL || strchr(i->key, '.') != NULL)
		return bad(i, err, "write a whole number of s, ms, us or ns");
	if (at_clk < r->last_clk)
		return bad(i, err,
		    "this is before the event in front of it; put events "
		    "in order of time");
	if (i->value[0] == '\0' || strpbrk(i->value, ",;") != NULL)
		return bad(i, err,
		    "write a command and its words, without , and ;");
	r->last_clk = at_clk;
	if (used + strlen(i->key) + strlen(i->value) + 3 > sizeof(r->events))
		return bad(i, err, "too many events");
	end = r->events + used;
	end += sprintf(end, "%s%s%s,", used == 0 ? "" : ";", i->key,
	    strcmp(i->key, "0") == 0 ? "ns" : "");
	for (const char *s = i->value; *s != '\0'; s++)
		if (*s != ' ' && *s != '\t')
			*end++ = *s;
		else if (end[-1] != ',')
			*end++ = ',';
	*end = '\0';
	return EX_GOOD;
}

static enum exit_code
item(void *ctx, const struct ini_item *i, struct err *err)
{
	struct reading *r = ctx;

	if (strcmp(i->section, "scenario") == 0)
		return item_scenario(r->s, i, err);
	if (strcmp(i->section, "set") == 0)
		return item_set(r->s, i, err);
	if (strcmp(i->section, "boot") == 0)
		return item_boot(r->s, i, err);
	if (strcmp(i->section, "events") == 0)
		return item_event(r, i, err);
	return err_at(err, EX_INPUT, i->path, i->line,
	    "no section [%s]; there are [scenario], [set], [boot] and [events]",
	    i->section);
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
	struct reading r = { .s = s };
	enum exit_code rc;

	memset(s, 0, sizeof(*s));
	rc = ini_read(path, item, &r, NULL, err);
	if (rc == EX_GOOD && r.events[0] != '\0')
		rc = scenario_arg(s->args, sizeof(s->args), "events", r.events,
		    err);
	if (rc == EX_GOOD && s->image == NULL)
		rc = err_at(err, EX_INPUT, path, 0,
		    "no image; write [scenario] and image = bridge_mpsafe");
	return rc;
}

void
scenario_free(struct scenario *s)
{
	free(s->image);
	for (size_t i = 0; i < s->nsets; i++)
		free(s->sets[i]);
}
