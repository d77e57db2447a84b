/*
 * fake.c: `rangeley fake': an image on the fake machine, by one schedule or by
 * many.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "core/hash.h"
#include "core/json_out.h"
#include "core/text.h"
#include "fake/fake.h"

enum {
	KEY_IMAGE = 'i',
	KEY_SEEDS = 's',
	KEY_POLICY = 600,
	KEY_MEAN,
	KEY_DEPTH,
	KEY_LENGTH,
	KEY_TICK,
	KEY_STEPS,
	KEY_LIMIT,
	KEY_CPUS,
	KEY_RAM,
	KEY_JOBS,
	KEY_FIRST,
	KEY_TWICE,
	KEY_BOOT,
	KEY_SCHEDULE,
	KEY_JSON
};

#define MAX_KINDS 64

/* Outcomes that say the same. */
struct kind {
	enum exit_code verdict;
	char text[200];
	uint64_t n, seed, trace;
	char policy[24];
};

struct fake_opts {
	struct fake_config config;
	const char *image;
	char args[4096];
	uint64_t from, to;
	unsigned jobs;
	bool json, first_only, twice, from_boot, schedule;
	/* What came of many seeds. */
	struct kind kind[MAX_KINDS];
	unsigned nkind;
	uint64_t done, bad, steps, turns;
	struct hash trace;
	enum exit_code worst;
};

/* ---- options -------------------------------------------------------------- */

static const struct argp_option options[] = {
	{ "image", KEY_IMAGE, "IMAGE", 0,
	    "boot this: a name below build/images, or a path", 0 },
	{ "seeds", KEY_SEEDS, "A[..B]", 0,
	    "the schedule of this seed, or those of all from A to B (1)", 0 },
	{ "policy", KEY_POLICY, "NAME", 0,
	    "mixed, random, pct or round: who is next (mixed)", 0 },
	{ "mean", KEY_MEAN, "STEPS", 0, "of a turn (8; mixed: 2 to 128)", 0 },
	{ "depth", KEY_DEPTH, "N", 0, "of pct: orderings a bug needs (3)", 0 },
	{ "length", KEY_LENGTH, "STEPS", 0,
	    "of pct: where priorities may change (20000)", 0 },
	{ "tick", KEY_TICK, "TIME", 0, "that a step takes (1ns)", 0 },
	{ "steps", KEY_STEPS, "N", 0,
	    "give up, with exit code 4, after so many (100000000; 0 never)",
	    0 },
	{ "limit", KEY_LIMIT, "TIME", 0,
	    "give up, with exit code 4, at this time of the clock", 0 },
	{ "cpus", KEY_CPUS, "N", 0, "CPUs of the machine, 1 to 8 (8)", 0 },
	{ "ram", KEY_RAM, "SIZE", 0, "RAM of the machine (256MiB)", 0 },
	{ "jobs", KEY_JOBS, "N", 0, "processes at a time (one per host CPU)",
	    0 },
	{ "first", KEY_FIRST, NULL, 0, "stop at the first finding", 0 },
	{ "twice", KEY_TWICE, NULL, 0,
	    "run each seed twice; different schedules are exit code 3", 0 },
	{ "from-boot", KEY_BOOT, NULL, 0,
	    "let schedules begin with the image's first instruction", 0 },
	{ "schedule", KEY_SCHEDULE, NULL, 0,
	    "print each turn of a single schedule on stderr", 0 },
	{ "json", KEY_JSON, NULL, 0, "print JSON", 0 }, { 0 }
};

static void
parse_policy(struct fake_opts *o, const char *text, struct argp_state *state)
{
	for (enum fake_policy p = FAKE_MIXED; p <= FAKE_ROUND; p++)
		if (strcmp(text, fake_policy_name(p)) == 0) {
			o->config.policy = p;
			return;
		}
	argp_error(state, "--policy: mixed, random, pct or round");
}

static error_t
parse_number(int key, char *arg, struct argp_state *state)
{
	struct fake_opts *o = state->input;
	struct fake_config *c = &o->config;

	switch (key) {
	case KEY_MEAN:
		c->mean = (unsigned)opts_count("mean", arg, 1, 1000000, state);
		return 0;
	case KEY_DEPTH:
		c->depth = (unsigned)opts_count("depth", arg, 1, 16, state);
		return 0;
	case KEY_LENGTH:
		c->length = (unsigned)opts_count("length", arg, 1, 1000000000,
		    state);
		return 0;
	case KEY_TICK:
		c->tick_ns = opts_quantity(UNIT_TIME, "tick", arg, state) /
		    CLK_PER_NS;
		if (c->tick_ns == 0)
			argp_error(state, "--tick: 1ns at least");
		return 0;
	case KEY_STEPS:
		c->limit_steps = opts_count("steps", arg, 0, UINT64_MAX, state);
		return 0;
	case KEY_LIMIT:
		c->limit_ns = opts_quantity(UNIT_TIME, "limit", arg, state) /
		    CLK_PER_NS;
		if (c->limit_ns == 0)
			argp_error(state, "--limit: 1ns at least");
		return 0;
	case KEY_CPUS:
		c->ncpu = (unsigned)opts_count("cpus", arg, 1, FAKE_CPUS,
		    state);
		return 0;
	case KEY_RAM:
		c->ram_bytes = opts_quantity(UNIT_SIZE, "ram", arg, state);
		return 0;
	case KEY_JOBS:
		o->jobs = (unsigned)opts_count("jobs", arg, 1, 64, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct fake_opts *o = state->input;

	switch (key) {
	case KEY_IMAGE:
		o->image = arg;
		return 0;
	case KEY_SEEDS:
		opts_seeds(arg, &o->from, &o->to, state);
		return 0;
	case KEY_POLICY:
		parse_policy(o, arg, state);
		return 0;
	case KEY_FIRST:
		o->first_only = true;
		return 0;
	case KEY_TWICE:
		o->twice = true;
		return 0;
	case KEY_BOOT:
		o->from_boot = true;
		return 0;
	case KEY_SCHEDULE:
		o->schedule = true;
		return 0;
	case KEY_JSON:
		o->json = true;
		return 0;
	case ARGP_KEY_ARG:
		opts_image_arg(o->args, sizeof(o->args), arg, state);
		return 0;
	case ARGP_KEY_END:
		if (o->image == NULL)
			argp_error(state, "no --image; e.g. --image litmus");
		if (o->schedule && o->from != o->to)
			argp_error(state,
			    "--schedule prints a single one; give one seed");
		return 0;
	default:
		return parse_number(key, arg, state);
	}
}

/* ---- one schedule ----------------------------------------------------------- */

static json_t *
one_json(const struct fake_opts *o, const struct fake_report *rep,
    const char *policy, const char *console)
{
	json_t *all = json_array();

	for (size_t i = 0; i < rep->nresult; i++)
		json_array_append_new(all,
		    json_pack("{s:s s:I s:I}", "name", rep->result[i].name, "n",
			(json_int_t)rep->result[i].n, "total_cyc",
			(json_int_t)rep->result[i].total_cyc));
	return json_pack(
	    "{s:s s:I s:s s:i s:s s:s s:I s:I s:I s:I s:I s:o s:o}", "image",
	    o->image, "seed", (json_int_t)o->from, "policy", policy, "verdict",
	    (int)rep->verdict, "message", rep->message, "console", console,
	    "steps", (json_int_t)rep->steps, "turns", (json_int_t)rep->turns,
	    "interrupts", (json_int_t)rep->interrupts, "messages",
	    (json_int_t)rep->messages, "clock_ns", (json_int_t)rep->clock_ns,
	    "trace", json_hex64(rep->trace), "results", all);
}

static void
one_text(const struct fake_opts *o, const struct fake_report *rep,
    const char *policy)
{
	char hex[HASH_TEXT];

	for (size_t i = 0; i < rep->nresult; i++)
		printf("%-20s %12" PRIu64 " of %" PRIu64 "\n",
		    rep->result[i].name, rep->result[i].total_cyc,
		    rep->result[i].n);
	printf("seed                 %" PRIu64 " (%s)\n", o->from, policy);
	printf("steps                %" PRIu64 " in %" PRIu64 " turns\n",
	    rep->steps, rep->turns);
	printf("interrupts           %" PRIu64 "\n", rep->interrupts);
	printf("clock                %" PRIu64 " ns\n", rep->clock_ns);
	printf("trace                %s\n", hash_format(rep->trace, hex));
	printf("verdict              %d\n", (int)rep->verdict);
}

static enum exit_code
run_one(struct fake_opts *o, struct fake *f)
{
	struct err err = ERR_NONE;
	const struct fake_report *rep;
	const char *policy;
	char *console = NULL;
	size_t len;

	if (o->json)
		o->config.console = open_memstream(&console, &len);
	fake_prepare(f, o->from, o->from_boot);
	policy = fake_seed_text(f);
	while (fake_run(f, 0) != FAKE_ENDED)
		continue; /* it says that it is ready */
	rep = fake_report(f);
	if (rep->message[0] != '\0')
		fprintf(stderr, "rangeley: %s\n", rep->message);
	if (o->json) {
		json_t *j;

		fclose(o->config.console);
		j = one_json(o, rep, policy, console);
		json_print(j, stdout, "standard output", &err);
		json_decref(j);
		free(console);
		if (fail(&err) != EX_GOOD)
			return err.code;
	} else
		one_text(o, rep, policy);
	return rep->verdict;
}

/* ---- many -------------------------------------------------------------------- */

/* A nondeterminism or a failure of ours outweighs a finding, which outweighs
 * that there was no verdict. */
static int
weight(enum exit_code code)
{
	return code == EX_BUG      ? 5
	    : code == EX_NONDET    ? 4
	    : code == EX_INPUT     ? 3
	    : code == EX_NOVERDICT ? 1
	    : code == EX_GOOD      ? 0
				   : 2;
}

static bool
take(const struct fake_outcome *out, void *arg)
{
	struct fake_opts *o = arg;
	unsigned k;

	o->done++;
	o->steps += out->steps;
	o->turns += out->turns;
	hash_u64(&o->trace, out->trace);
	if (weight(out->verdict) > weight(o->worst))
		o->worst = out->verdict;
	if (out->verdict == EX_GOOD)
		return true;
	o->bad++;
	for (k = 0; k < o->nkind; k++)
		if (o->kind[k].verdict == out->verdict &&
		    (out->verdict == EX_NOVERDICT || /* limits differ */
			strcmp(o->kind[k].text, out->text) == 0))
			break;
	if (k == o->nkind && o->nkind < MAX_KINDS) {
		o->nkind++;
		o->kind[k].verdict = out->verdict;
		memcpy(o->kind[k].text, out->text, sizeof(out->text));
		o->kind[k].seed = out->seed;
		o->kind[k].trace = out->trace;
		memcpy(o->kind[k].policy, out->policy, sizeof(out->policy));
	}
	if (k < MAX_KINDS)
		o->kind[k].n++;
	return !o->first_only;
}

static void
many_text(const struct fake_opts *o)
{
	char hex[HASH_TEXT];

	printf("schedules            %" PRIu64 "\n", o->done);
	printf("not good             %" PRIu64 "\n", o->bad);
	for (unsigned k = 0; k < o->nkind; k++)
		printf("verdict %-3d %9" PRIu64 " times, first by seed %" PRIu64
		       " (%s): %s\n",
		    (int)o->kind[k].verdict, o->kind[k].n, o->kind[k].seed,
		    o->kind[k].policy, o->kind[k].text);
	printf("steps                %" PRIu64 " in %" PRIu64 " turns\n",
	    o->steps, o->turns);
	printf("trace                %s\n",
	    hash_format(hash_value(&o->trace), hex));
}

static json_t *
many_json(const struct fake_opts *o)
{
	json_t *kinds = json_array();

	for (unsigned k = 0; k < o->nkind; k++)
		json_array_append_new(kinds,
		    json_pack("{s:i s:I s:I s:o s:s s:s}", "verdict",
			(int)o->kind[k].verdict, "schedules",
			(json_int_t)o->kind[k].n, "seed",
			(json_int_t)o->kind[k].seed, "trace",
			json_hex64(o->kind[k].trace), "policy",
			o->kind[k].policy, "text", o->kind[k].text));
	return json_pack("{s:s s:I s:I s:I s:I s:o s:o}", "image", o->image,
	    "schedules", (json_int_t)o->done, "not_good", (json_int_t)o->bad,
	    "steps", (json_int_t)o->steps, "turns", (json_int_t)o->turns,
	    "trace", json_hex64(hash_value(&o->trace)), "outcomes", kinds);
}

static enum exit_code
run_many(struct fake_opts *o, struct fake *f)
{
	struct err err = ERR_NONE;
	const struct fake_seeds seeds = { .from = o->from,
		.to = o->to,
		.jobs = o->jobs,
		.from_boot = o->from_boot,
		.twice = o->twice,
		.fn = take,
		.arg = o };
	enum exit_code code;

	o->config.console = NULL;
	code = fake_seeds(f, &seeds, &err);
	if (code != EX_GOOD)
		return fail(&err);
	if (o->json) {
		json_t *j = many_json(o);

		code = json_print(j, stdout, "standard output", &err);
		json_decref(j);
		fail(&err);
	} else
		many_text(o);
	return code != EX_GOOD ? code : o->worst;
}

static enum exit_code
fake_main(int argc, char **argv)
{
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "[NAME=VALUE...]",
		.doc = "Run an image without time, by schedules that seeds "
		       "choose; NAME=VALUE are its arguments." };
	static struct fake_opts o = { .from = 1,
		.to = 1,
		.trace = HASH_INIT,
		.config = { .limit_steps = 100000000 } };
	struct err err = ERR_NONE;
	struct fake *f;
	enum exit_code rc;
	char *path;

	o.jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	path = where_image_file(o.image, "image-fake.elf");
	o.config.image = path;
	o.config.args = o.args;
	o.config.console = stdout;
	o.config.schedule = o.schedule ? stderr : NULL;
	o.config.debugger = getenv("RANGELEY_NO_GDB") == NULL;
	rc = fake_create(&f, &o.config, &err);
	if (rc != EX_GOOD)
		fail(&err);
	else
		rc = o.from == o.to && !o.twice ? run_one(&o, f)
						: run_many(&o, f);
	free(path);
	return rc;
}

const struct command cmd_fake = { "fake",
	"run an image without time, by many schedules", fake_main };
