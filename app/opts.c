/*
 * opts.c: the options that several commands have.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "core/scenario.h"
#include "wire/pace.h"

enum { KEY_MACHINE = 256, KEY_SET, KEY_JSON };

static const struct argp_option options[] = {
	{ "machine", KEY_MACHINE, "FILE", 0,
	    "constants of the machine (scenarios/machines/c2758.ini)", 0 },
	{ "set", KEY_SET, "KEY=VALUE", 0,
	    "change a constant, e.g. dram.latency=120ns; may be repeated", 0 },
	{ "json", KEY_JSON, NULL, 0, "print JSON", 0 }, { 0 }
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct opts *o = state->input;

	switch (key) {
	case KEY_MACHINE:
		o->machine = arg;
		return 0;
	case KEY_SET:
		o->sets = reallocarray(o->sets, o->nsets + 1, sizeof(*o->sets));
		if (o->sets == NULL)
			abort();
		o->sets[o->nsets++] = arg;
		return 0;
	case KEY_JSON:
		o->json = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp opts_argp = { .options = options, .parser = parse };

enum exit_code
fail(const struct err *err)
{
	err_print(err, stderr);
	return err->code;
}

uint64_t
opts_quantity(enum unit unit, const char *name, const char *text,
    struct argp_state *state)
{
	struct err err = ERR_NONE;
	uint64_t v = 0;

	if (unit_parse(unit, text, &v, &err) != EX_GOOD)
		argp_error(state, "--%s: %s", name, err.text);
	return v;
}

uint64_t
opts_count(const char *name, const char *text, uint64_t least, uint64_t most,
    struct argp_state *state)
{
	char *end;
	uint64_t v;

	errno = 0;
	v = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 ||
	    v < least || v > most)
		argp_error(state, "--%s: '%s' is no number from %ju to %ju",
		    name, text, (uintmax_t)least, (uintmax_t)most);
	return v;
}

uint64_t
opts_rate(const char *name, const char *text, struct argp_state *state)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end != '\0' || !(v > 0))
		argp_error(state, "--%s: '%s' is no number above 0", name,
		    text);
	if (v * PACE_ONE < 1 || v > 1e12)
		argp_error(state, "--%s: '%s' is too %s", name, text,
		    v > 1 ? "much; at most 1e12" : "little; at least 1e-6");
	return (uint64_t)(v * PACE_ONE + 0.5);
}

/* Digits, and what is behind them; false: none, or too many. */
static bool
seed(const char **text, uint64_t *v)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	*v = strtoull(*text, &end, 10);
	*text = end;
	return errno == 0 && *v <= INT64_MAX; /* as JSON has them */
}

void
opts_seeds(const char *text, uint64_t *from, uint64_t *to,
    struct argp_state *state)
{
	const char *end = text;
	bool good = seed(&end, from);

	*to = *from;
	if (good && strncmp(end, "..", 2) == 0) {
		end += 2;
		good = seed(&end, to);
	}
	if (!good || *end != '\0' || *to < *from)
		argp_error(state,
		    "--seeds: '%s': write a number, or two as in 1..1000",
		    text);
}

const char *
opts_modules(const char *text, struct argp_state *state)
{
	if (!scenario_modules_ok(text))
		argp_error(state,
		    "--modules: '%s': write the module of each CPU, two in "
		    "each: 00112233",
		    text);
	return text;
}

bool
opts_is_image_arg(const char *arg)
{
	return arg[strcspn(arg, "=/")] == '=';
}

void
opts_image_arg(char *args, size_t size, const char *arg,
    struct argp_state *state)
{
	const char *value = strchr(arg, '=');
	struct err err = ERR_NONE;
	char *name;

	if (value == NULL)
		argp_error(state,
		    "'%s' is no argument of an image; write name=value", arg);
	name = strndup(arg, (size_t)(value - arg));
	if (name == NULL)
		abort();
	if (scenario_arg(args, size, name, value + 1, &err) != EX_GOOD)
		argp_error(state, "%s: %s", arg, err.text);
	free(name);
}

enum exit_code
opts_machine(const struct opts *o, struct machine *m)
{
	struct err err = ERR_NONE;
	char *own = where_source("scenarios/machines/c2758.ini");

	machine_load(m, o->machine != NULL ? o->machine : own, o->sets,
	    o->nsets, &err);
	free(own);
	free(o->sets);
	return fail(&err);
}
