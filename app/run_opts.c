/*
 * run_opts.c: options, arguments and scenario of a run (run_opts.h).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run_opts.h"

enum {
	KEY_IMAGE = 'i',
	KEY_LIMIT = 512,
	KEY_RAM,
	KEY_PORTABLE,
	KEY_CPUS,
	KEY_EXACT,
	KEY_SPREAD,
	KEY_MODULES
};

/* All up, with four queues each: 32 MiB let a port have as many clusters as its rings. */
#define RAM_FOUR_PORTS_MIB UINT64_C(144)

_Static_assert(SCENARIO_CPUS == CPU_MAX, "scenario.h knows the CPUs");
_Static_assert(SCENARIO_SETS >= MACHINE_NKEYS, "so that all can be printed");

/* ---- options -------------------------------------------------------- */

static const struct argp_option options[] = {
	{ "image", KEY_IMAGE, "IMAGE", 0,
	    "boot this: a name below build/images, or a path", 0 },
	{ "limit", KEY_LIMIT, "TIME", 0,
	    "end the run at this simulated time, e.g. 2ms, with exit code 4",
	    0 },
	{ "ram", KEY_RAM, "SIZE", 0,
	    "RAM of the machine (256MiB); a kernel with ports needs 16MiB", 0 },
	{ "cpus", KEY_CPUS, "N", 0, "CPUs of the machine, 1 to 8 (8)", 0 },
	{ "spread", KEY_SPREAD, NULL, 0,
	    "put CPU n into module n mod 4: --modules 01230123", 0 },
	{ "modules", KEY_MODULES, "DIGITS", 0,
	    "the module of each CPU, two in each (00112233)", 0 },
	{ "exact-order", KEY_EXACT, NULL, 0,
	    "let no CPU run ahead of another: slower, nearly the same results",
	    0 },
	{ "portable", KEY_PORTABLE, NULL, 0,
	    "run without AVX2; the results are the same", 0 },
	{ 0 }
};

static void
limit(struct run_opts *o, const char *arg, struct argp_state *state)
{
	if (o->takes_frames && arg[strspn(arg, "0123456789")] == '\0') {
		o->limit_frames = opts_count("limit", arg, 1, RUN_OPTS_MOST,
		    state);
		return;
	}
	o->config.limit_cyc = opts_quantity(UNIT_TIME, "limit", arg, state) /
	    CLK_PER_CYC;
	if (o->config.limit_cyc == 0) /* would mean none */
		argp_error(state,
		    "--limit: '%s' is less than a cycle; write a time such as "
		    "2ms",
		    arg);
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct run_opts *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->opts;
		return 0;
	case KEY_IMAGE:
		o->image = arg;
		return 0;
	case KEY_LIMIT:
		limit(o, arg, state);
		return 0;
	case KEY_RAM:
		o->config.ram_bytes = opts_quantity(UNIT_SIZE, "ram", arg,
		    state);
		return 0;
	case KEY_PORTABLE:
		o->config.portable = true;
		return 0;
	case KEY_CPUS:
		o->config.ncpu = (unsigned)opts_count("cpus", arg, 1, CPU_MAX,
		    state);
		return 0;
	case KEY_EXACT:
		o->config.exact = true;
		return 0;
	case KEY_SPREAD:
		o->config.modules = "01230123";
		return 0;
	case KEY_MODULES:
		o->config.modules = opts_modules(arg, state);
		return 0;
	case ARGP_KEY_ARG:
		if (opts_is_image_arg(arg))
			opts_image_arg(o->args, sizeof(o->args), arg, state);
		else if (o->path != NULL)
			argp_error(state, "two scenarios, '%s' and '%s'",
			    o->path, arg);
		else
			o->path = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->image == NULL && o->path == NULL)
			argp_error(state, "no scenario and no --image; e.g. %s",
			    o->has_ports ? "scenarios/mpsafe-8cores.ini"
					 : "--image micro");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- the scenario --------------------------------------------------- */

/* The file's settings go before those of the command line, which so win. */
static void
merge_sets(struct opts *o, const struct scenario *s)
{
	if (s->nsets == 0)
		return;
	o->sets = reallocarray(o->sets, o->nsets + s->nsets, sizeof(*o->sets));
	if (o->sets == NULL)
		abort();
	memmove(o->sets + s->nsets, o->sets, o->nsets * sizeof(*o->sets));
	for (size_t i = 0; i < s->nsets; i++)
		o->sets[i] = s->sets[i];
	o->nsets += s->nsets;
}

/* Properties of the command line take the place of the file's. */
static enum exit_code
merge_args(struct run_opts *o, struct err *err)
{
	char *copy = strdup(o->args), *at = copy, *value;
	enum exit_code rc = EX_GOOD;

	while (rc == EX_GOOD && (value = strsep(&at, " ")) != NULL) {
		const char *name = strsep(&value, "=");

		if (value != NULL)
			rc = scenario_boot(&o->scenario, name, value, err);
	}
	free(copy);
	memcpy(o->args, o->scenario.args, sizeof(o->args));
	return rc;
}

unsigned
run_opts_ncpu(const struct run_opts *o)
{
	return o->config.ncpu != 0 ? o->config.ncpu : CPU_MAX;
}

static enum exit_code
apply_scenario(struct run_opts *o)
{
	struct scenario *s = &o->scenario;
	struct run_config *c = &o->config;
	struct err err = ERR_NONE;

	if (o->path == NULL)
		return EX_GOOD;
	if (scenario_load(s, o->path, &err) != EX_GOOD)
		return fail(&err);
	if (o->image == NULL)
		o->image = s->image;
	if (c->ncpu == 0)
		c->ncpu = (unsigned)s->cpus;
	if (c->limit_cyc == 0)
		c->limit_cyc = s->limit_clk / CLK_PER_CYC;
	if (c->ram_bytes == 0)
		c->ram_bytes = s->ram_bytes;
	c->exact |= s->exact;
	if (c->modules == NULL && s->modules[0] != '\0')
		c->modules = s->modules;
	merge_sets(&o->opts, s);
	if (merge_args(o, &err) == EX_GOOD)
		scenario_check_cpus(s, run_opts_ncpu(o), &err);
	return fail(&err);
}

/* ---- together ------------------------------------------------------- */

static const struct argp_child children[] = { { &opts_argp, 0, NULL, 0 },
	{ 0 } };

const struct argp run_opts_argp = {
	.options = options, .parser = parse, .children = children
};

enum exit_code
run_opts_ready(struct run_opts *o)
{
	enum exit_code rc = apply_scenario(o);

	if (rc == EX_GOOD)
		rc = opts_machine(&o->opts, &o->machine);
	if (rc != EX_GOOD)
		return rc;
	o->image_path = where_image(o->image);
	o->config.machine = &o->machine;
	o->config.image = o->image_path;
	o->config.args = o->args;
	return EX_GOOD;
}

const char *
run_opts_given(const struct run_opts *o)
{
	const struct run_config *c = &o->config;
	const struct {
		bool given;
		const char *what;
	} all[] = { { o->opts.machine != NULL, "--machine" },
		{ o->opts.nsets != 0, "--set" },
		{ o->image != NULL, "--image" },
		{ c->limit_cyc != 0, "--limit" },
		{ c->ram_bytes != 0, "--ram" }, { c->ncpu != 0, "--cpus" },
		{ c->modules != NULL, "--modules" },
		{ c->exact, "--exact-order" },
		{ o->args[0] != '\0', o->args } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].given)
			return all[i].what;
	return NULL;
}

/* The image in the same folder that counts instructions. */
enum exit_code
run_opts_insns(struct run_opts *o)
{
	const char *slash = strrchr(o->image_path, '/');
	struct err err = ERR_NONE;
	char *path;

	if (asprintf(&path, "%.*simage-insns.elf",
		slash != NULL ? (int)(slash + 1 - o->image_path) : 0,
		o->image_path) < 0)
		abort();
	free(o->image_path);
	o->image_path = path;
	o->config.image = path;
	if (access(path, R_OK) != 0)
		err_at(&err, EX_INPUT, path, 0,
		    "%m; `make %s' makes it, with OVERLAY=dir that of your "
		    "own kernel",
		    path);
	return fail(&err);
}

void
run_opts_free(struct run_opts *o)
{
	free(o->image_path);
	scenario_free(&o->scenario);
}

void
run_opts_refused(const struct run_opts *o, const struct run_report *rep)
{
	static const char prefix[] = "refused ";
	const size_t n = sizeof(prefix) - 1;
	const struct run_result *const r = rep->result, *last = NULL;
	const uint64_t ram = o->config.ram_bytes;

	for (size_t i = 0; i < rep->nresult; i++) {
		struct err err = ERR_NONE;

		if (strncmp(r[i].name, prefix, n) != 0)
			continue;
		/* One that repeats is named once, if no other is between. */
		if ((last == NULL || strcmp(last->name, r[i].name) != 0 ||
			last->n != r[i].n) &&
		    scenario_refused(&o->scenario, r[i].name + n, r[i].n,
			(int)r[i].total_cyc, &err))
			fail(&err);
		last = &r[i];
	}
	if (last == NULL && rep->verdict == EX_INPUT)
		fputs("rangeley: the image ended with 2: an argument that it "
		      "does not take; what it printed says which\n",
		    stderr);
	if (last != NULL && ram != 0 && ram < RAM_FOUR_PORTS_MIB << 20)
		fprintf(stderr,
		    "rangeley: RAM of %" PRIu64 " KiB may be too little for "
		    "the ports' buffers; --ram %" PRIu64
		    "MiB is enough for four\n",
		    ram >> 10, RAM_FOUR_PORTS_MIB);
}

/* ---- as a file ------------------------------------------------------- */

void
run_opts_print(const struct run_opts *o, FILE *fp)
{
	const struct run_config *c = &o->config;
	struct scenario s = o->scenario;
	char text[UNIT_TEXT];

	s.image = (char *)o->image; /* only to be printed */
	s.cpus = run_opts_ncpu(o);
	s.limit_clk = c->limit_cyc * CLK_PER_CYC;
	s.ram_bytes = c->ram_bytes;
	s.exact = c->exact;
	if (c->modules != NULL)
		memcpy(s.modules, c->modules, sizeof(s.modules));
	s.nsets = MACHINE_NKEYS;
	for (enum machine_key k = 0; k < MACHINE_NKEYS; k++)
		if (asprintf(&s.sets[k], "%s=%s", machine_row(k)->name,
			unit_format(machine_row(k)->unit,
			    machine_value(&o->machine, k), text)) < 0)
			abort();
	scenario_print(&s, fp);
	for (size_t k = 0; k < s.nsets; k++)
		free(s.sets[k]);
}
