/*
 * rfc2544.c: `rangeley rfc2544': how many frames a second scenarios forward.
 *
 * Benchmarks of RFC 2544, frames both ways at once: throughput (26.1), the highest
 * rate without loss, with the latency at it (26.2), frame loss rate (26.3), back-to-back
 * frames (26.4, as RFC 9004 has it), and system recovery (26.5); rfc2544_tests.c.  What
 * a trial is, says trial.c; rfc2544.h how the parts of this command stand to each other.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/text.h"
#include "rfc2544.h"

enum {
	KEY_SIZES = 512,
	KEY_SEED,
	KEY_REPEATS,
	KEY_TRIAL,
	KEY_SHORT,
	KEY_FINAL,
	KEY_REPEAT_TRIAL,
	KEY_DRAIN,
	KEY_WARM,
	KEY_RESOLUTION,
	KEY_LOSS,
	KEY_BURST,
	KEY_OVERLOAD,
	KEY_RECOVER,
	KEY_TEST,
	KEY_JOBS,
	KEY_PACE,
	KEY_ONE_WAY,
	KEY_FORMAT,
	KEY_RESULTS,
	KEY_QUIET,
	KEY_IMAGE,
	KEY_EXACT,
	KEY_SPREAD,
	KEY_MODULES
};

static const struct argp_option options[] = {
	{ "sizes", KEY_SIZES, "LIST", 0,
	    "frame sizes with FCS: paper, rfc2544, or numbers as in 74,1518 "
	    "(rfc2544)",
	    0 },
	{ "test", KEY_TEST, "NAME", 0,
	    "throughput (with latency), loss: the frame loss rate, "
	    "back-to-back, or recovery",
	    0 },
	{ "trial", KEY_TRIAL, "TIME", 0,
	    "length of the trials that decide (200ms)", 0 },
	{ "short", KEY_SHORT, "TIME", 0,
	    "length of the trials that approach (20ms)", 0 },
	{ "final", KEY_FINAL, "TIME", 0,
	    "length of a trial that the rate found must pass, too, or it "
	    "falls; not of repeats (none)",
	    0 },
	{ "drain", KEY_DRAIN, "TIME", 0,
	    "how long frames may still come after the last was sent (10ms)",
	    0 },
	{ "warm", KEY_WARM, "TIME", 0,
	    "frames before each trial, as of trial (5ms)", 0 },
	{ "resolution", KEY_RESOLUTION, "PERCENT", 0,
	    "part of the rate between the highest that passed and the lowest "
	    "that failed (0.5)",
	    0 },
	{ "loss", KEY_LOSS, "P[,P...]", 0,
	    "per cent of frames that may be lost: 0 for the no-drop rate (NDR), more for "
	    "a partial-drop rate (PDR); of throughput (0)",
	    0 },
	{ "burst", KEY_BURST, "TIME", 0,
	    "the longest burst that is tried; of back-to-back (200ms)", 0 },
	{ "overload", KEY_OVERLOAD, "TIME", 0,
	    "length of the overload, 110 % of the throughput; of recovery "
	    "(100ms)",
	    0 },
	{ "recover", KEY_RECOVER, "TIME", 0,
	    "length of what follows at half of that (50ms)", 0 },
	{ "seed", KEY_SEED, "N", 0, "seed of the tester's phases (1)", 0 },
	{ "repeats", KEY_REPEATS, "N", 0,
	    "searches of each cell, with seeds from --seed on (1; 5 of "
	    "back-to-back and recovery)",
	    0 },
	{ "repeat-trial", KEY_REPEAT_TRIAL, "TIME", 0,
	    "as --trial, for all but the first of them (as --trial)", 0 },
	{ "pace", KEY_PACE, "NAME", 0, "steady or burst (steady)", 0 },
	{ "one-way", KEY_ONE_WAY, NULL, 0, "frames into the first port alone",
	    0 },
	{ "jobs", KEY_JOBS, "N", 0, "trials at a time (one per processor)", 0 },
	{ "format", KEY_FORMAT, "NAME", 0,
	    "text, json, csv (kframes/s), ipgen (its JSON)", 0 },
	{ "results", KEY_RESULTS, "DIR", 0,
	    "write all of these there; trials made are kept there and not "
	    "made again (results/rfc2544)",
	    0 },
	{ "image", KEY_IMAGE, "IMAGE", 0, "boot this instead", 0 },
	{ "exact-order", KEY_EXACT, NULL, 0,
	    "let no CPU run ahead of another: slower, nearly the same result",
	    0 },
	{ "spread", KEY_SPREAD, NULL, 0,
	    "put CPU n into module n mod 4: --modules 01230123", 0 },
	{ "modules", KEY_MODULES, "DIGITS", 0,
	    "the module of each CPU, two in each (00112233)", 0 },
	{ "quiet", KEY_QUIET, NULL, 0, "no progress", 0 }, { 0 }
};

struct rfc2544_cmd {
	struct rfc2544 r;
	const char *format;
};

/* ---- values --------------------------------------------------------------------------- */

static const unsigned paper_sizes[] = { 74, 128, 192, 256, 384, 512, 768, 1024,
	1280, 1408, 1518 };
static const unsigned rfc_sizes[] = { 64, 128, 256, 512, 1024, 1280, 1518 };

static void
sizes(struct rfc2544_opts *o, const char *arg, struct argp_state *state)
{
	char *end;

	o->nsize = 0;
	if (strcmp(arg, "paper") == 0) {
		o->nsize = sizeof(paper_sizes) / sizeof(paper_sizes[0]);
		memcpy(o->size, paper_sizes, sizeof(paper_sizes));
		return;
	}
	if (strcmp(arg, "rfc2544") == 0) {
		o->nsize = sizeof(rfc_sizes) / sizeof(rfc_sizes[0]);
		memcpy(o->size, rfc_sizes, sizeof(rfc_sizes));
		return;
	}
	do {
		unsigned long v = strtoul(arg, &end, 10);

		if (end == arg || (*end != '\0' && *end != ',') || v < 64 ||
		    v > 1518 || o->nsize == RFC2544_SIZES)
			argp_error(state,
			    "--sizes: write paper, rfc2544 or up to %d sizes "
			    "from 64 to 1518, as in 74,1518",
			    RFC2544_SIZES);
		o->size[o->nsize++] = (unsigned)v;
		arg = end + 1;
	} while (*end == ',');
}

static const char *
one_of(const char *name, const char *arg, const char *const *words, unsigned n,
    struct argp_state *state)
{
	const char *near = text_nearest(arg, words, n);
	char all[64] = "";

	for (unsigned i = 0; i < n; i++) {
		if (strcmp(arg, words[i]) == 0)
			return words[i];
		strcat(strcat(all, i > 0 ? ", " : ""), words[i]);
	}
	if (near != NULL)
		argp_error(state, "--%s: there is no '%s'; did you mean '%s'?",
		    name, arg, near);
	argp_error(state, "--%s: there is no '%s'; there are %s", name, arg,
	    all);
	return NULL;
}

/* The one at *arg, which is moved behind the comma, or to NULL at the end. */
static double
percent(const char *name, char **arg, double least, struct argp_state *state)
{
	char *end, *word = strsep(arg, ",");
	double v = strtod(word, &end);

	if (end == word || *end != '\0' || !(v >= least && v < 100))
		argp_error(state, "--%s: a number of percent, from %g to 100",
		    name, least);
	return v / 100;
}

static void
losses(struct rfc2544_opts *o, char *arg, struct argp_state *state)
{
	for (o->nloss = 0; arg != NULL; o->nloss++) {
		if (o->nloss == RFC2544_LOSSES)
			argp_error(state, "--loss: more than %d",
			    RFC2544_LOSSES);
		o->loss[o->nloss] = percent("loss", &arg, 0, state);
	}
}

static enum rfc2544_test
test_of(const char *arg, struct argp_state *state)
{
	const char *name[RFC2544_TESTS], *it;
	enum rfc2544_test t = 0;

	for (unsigned i = 0; i < RFC2544_TESTS; i++)
		name[i] = rfc2544_test_name(i);
	it = one_of("test", arg, name, RFC2544_TESTS, state);
	while (name[t] != it)
		t++;
	return t;
}

/* In ns; the trial command takes no less than 1 us. */
static uint64_t
duration(const char *name, const char *arg, struct argp_state *state)
{
	const uint64_t ns = opts_quantity(UNIT_TIME, name, arg, state) /
	    CLK_PER_NS;

	if (ns < 1000)
		argp_error(state, "--%s: 1us or more", name);
	return ns;
}

/* ---- options ---------------------------------------------------------------------------- */

static void
argument(struct rfc2544_opts *o, char *arg, struct argp_state *state)
{
	if (opts_is_image_arg(arg))
		opts_image_arg(o->args, sizeof(o->args), arg, state);
	else if (o->nscenario == sizeof(o->scenario) / sizeof(o->scenario[0]))
		argp_error(state, "more than %zu scenarios", o->nscenario);
	else
		o->scenario[o->nscenario++] = arg;
}

/* All options are there. */
static void
complete(struct rfc2544_opts *o, struct argp_state *state)
{
	if (o->nscenario == 0)
		argp_error(state,
		    "no scenario; e.g. scenarios/mpsafe-8cores.ini");
	if (o->test != TEST_THROUGHPUT && (o->nloss > 1 || o->loss[0] != 0))
		argp_error(state, "--loss: only of --test throughput");
	if (o->final_ns != 0 && o->final_ns < o->long_ns)
		argp_error(state, "--final: shorter than --trial");
	if (o->repeats == 0)
		o->repeats = o->test == TEST_THROUGHPUT || o->test == TEST_LOSS
		    ? 1
		    : 5;
	if (o->repeat_ns == 0)
		o->repeat_ns = o->long_ns;
}

static error_t
parse_more(struct rfc2544_cmd *c, int key, char *arg, struct argp_state *state)
{
	static const char *const paces[] = { "steady", "burst" };
	static const char *const forms[] = { "text", "json", "csv", "ipgen" };
	struct rfc2544_opts *o = &c->r.o;

	switch (key) {
	case KEY_TEST:
		o->test = test_of(arg, state);
		return 0;
	case KEY_PACE:
		o->pace = one_of("pace", arg, paces, 2, state);
		return 0;
	case KEY_FORMAT:
		c->format = one_of("format", arg, forms, 4, state);
		return 0;
	case KEY_ONE_WAY:
		o->one_way = true;
		return 0;
	case KEY_RESULTS:
		o->folder = arg;
		return 0;
	case KEY_QUIET:
		o->quiet = true;
		return 0;
	case KEY_IMAGE:
		o->image = arg;
		return 0;
	case KEY_EXACT:
		o->exact = true;
		return 0;
	case KEY_SPREAD:
		o->modules = "01230123";
		return 0;
	case KEY_MODULES:
		o->modules = opts_modules(arg, state);
		return 0;
	case ARGP_KEY_ARG:
		argument(o, arg, state);
		return 0;
	case ARGP_KEY_END:
		complete(o, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct rfc2544_cmd *c = state->input;
	struct rfc2544_opts *o = &c->r.o;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->opts;
		return 0;
	case KEY_SIZES:
		sizes(o, arg, state);
		return 0;
	case KEY_SEED:
		o->seed = (unsigned)opts_count("seed", arg, 1, 1000000000,
		    state);
		return 0;
	case KEY_REPEATS:
		o->repeats = (unsigned)opts_count("repeats", arg, 1, 1000,
		    state);
		return 0;
	case KEY_JOBS:
		o->jobs = (unsigned)opts_count("jobs", arg, 1, 1024, state);
		return 0;
	case KEY_TRIAL:
		o->long_ns = duration("trial", arg, state);
		return 0;
	case KEY_SHORT:
		o->short_ns = duration("short", arg, state);
		return 0;
	case KEY_FINAL:
		o->final_ns = duration("final", arg, state);
		return 0;
	case KEY_REPEAT_TRIAL:
		o->repeat_ns = duration("repeat-trial", arg, state);
		return 0;
	case KEY_DRAIN:
		o->drain_ns = duration("drain", arg, state);
		return 0;
	case KEY_WARM:
		o->warm_ns = duration("warm", arg, state);
		return 0;
	case KEY_RESOLUTION:
		o->resolution = percent("resolution", &arg, 0.001, state);
		if (arg != NULL)
			argp_error(state, "--resolution: one is enough");
		return 0;
	case KEY_LOSS:
		losses(o, arg, state);
		return 0;
	case KEY_BURST:
		o->burst_ns = duration("burst", arg, state);
		return 0;
	case KEY_OVERLOAD:
		o->overload_ns = duration("overload", arg, state);
		return 0;
	case KEY_RECOVER:
		o->recover_ns = duration("recover", arg, state);
		return 0;
	default:
		return parse_more(c, key, arg, state);
	}
}

static const struct argp_child children[] = { { &opts_argp, 0, NULL, 0 },
	{ 0 } };

static const struct argp argp = { .options = options,
	.parser = parse,
	.args_doc = "SCENARIO... [NAME=VALUE...]",
	.doc =
	    "Measure what scenarios forward as RFC 2544 says: for each frame "
	    "size the highest rate without loss, in frames a second of both "
	    "directions together.",
	.children = children };

/* ---- scenarios ------------------------------------------------------------------------------ */

static enum exit_code
hash_file(struct hash *h, const char *path, struct err *err)
{
	char buf[65536];
	size_t n;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		return err_at(err, EX_INPUT, path, 0, "%m; run make first");
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		hash_bytes(h, buf, n);
	fclose(f);
	return EX_GOOD;
}

/* It can be run at all; and what decides what its trials will give. */
static enum exit_code
identify(struct rfc2544 *r, size_t i)
{
	const struct rfc2544_opts *o = &r->o;
	struct hash h = HASH_INIT;
	struct err err = ERR_NONE;
	struct run_opts run = { .path = o->scenario[i], .image = o->image };
	enum exit_code rc;
	char *text;
	size_t len;
	FILE *fp;

	run.opts.machine = o->opts.machine;
	for (size_t k = 0; k < o->opts.nsets; k++) {
		run.opts.sets = reallocarray(run.opts.sets, k + 1,
		    sizeof(*run.opts.sets));
		run.opts.sets[run.opts.nsets++] = o->opts.sets[k];
	}
	memcpy(run.args, o->args, sizeof(run.args));
	run.config.modules = o->modules;
	rc = run_opts_ready(&run);
	if (rc == EX_GOOD) {
		fp = open_memstream(&text, &len);
		run_opts_print(&run, fp);
		fclose(fp);
		hash_str(&h, text);
		free(text);
		if (hash_file(&h, "/proc/self/exe", &err) != EX_GOOD ||
		    hash_file(&h, run.image_path, &err) != EX_GOOD)
			rc = fail(&err);
		r->id[i] = hash_value(&h);
	}
	run_opts_free(&run);
	return rc;
}

/* The file's name, without folder and .ini. */
static char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return strndup(name, dot != NULL ? (size_t)(dot - name) : strlen(name));
}

static enum exit_code
know_scenarios(struct rfc2544 *r)
{
	enum exit_code rc = EX_GOOD;

	for (size_t i = 0; i < r->o.nscenario && rc == EX_GOOD; i++) {
		r->name[i] = name_of(r->o.scenario[i]);
		rc = identify(r, i);
	}
	return rc;
}

/* ---- the command ------------------------------------------------------------------------------ */

static void
release(struct rfc2544 *r)
{
	for (size_t i = 0; i < r->ncolumn; i++)
		for (unsigned k = 0; k < r->o.nsize; k++) {
			json_decref(r->column[i].cell[k].trial);
			json_decref(r->column[i].cell[k].points);
		}
	for (size_t i = 0; i < r->o.nscenario; i++)
		free(r->name[i]);
	free(r->column);
	free(r->o.opts.sets);
}

static enum exit_code
rfc2544_main(int argc, char **argv)
{
	static struct rfc2544_cmd c = { .r.o = { .short_ns = 20000000,
					    .long_ns = 200000000,
					    .drain_ns = 10000000,
					    .warm_ns = 5000000,
					    .burst_ns = 200000000,
					    .overload_ns = 100000000,
					    .recover_ns = 50000000,
					    .nloss = 1,
					    .resolution = 0.005,
					    .seed = 1,
					    .most = 100,
					    .pace = "steady",
					    .folder = "results/rfc2544" } };
	struct rfc2544_opts *o = &c.r.o;
	enum exit_code rc;

	memcpy(o->size, rfc_sizes, sizeof(rfc_sizes));
	o->nsize = sizeof(rfc_sizes) / sizeof(rfc_sizes[0]);
	argp_parse(&argp, argc, argv, 0, NULL, &c);
	if (c.format == NULL)
		c.format = o->opts.json ? "json" : "text";
	rc = know_scenarios(&c.r);
	if (rc == EX_GOOD)
		rc = rfc2544_run(&c.r);
	if (rc == EX_GOOD)
		rc = rfc2544_report(&c.r, c.format);
	release(&c.r);
	return rc;
}

const struct command cmd_rfc2544 = { "rfc2544",
	"throughput, latency and loss of scenarios, as RFC 2544 says",
	rfc2544_main };
