/*
 * explain_cmd.c: `rangeley explain': a replay, and what its cycles went to.
 */
#include <stdio.h>

#include "core/json_out.h"
#include "replay.h"

enum { KEY_AFTER = 900 };

static const struct origin *
origin_at(void *replay, uint64_t pa)
{
	const struct replay_cmd *r = replay;

	return board_origin(r->board, pa);
}

static enum exit_code
report(struct replay_cmd *r)
{
	const struct explain_buffers buffers = { origin_at, r };
	struct err err = ERR_NONE;
	char hex[HASH_TEXT];
	enum exit_code rc = explain_names(r->explain, &r->rep,
	    r->run.config.ram_bytes, &buffers);
	json_t *j;

	if (rc != EX_GOOD)
		return rc;
	if (!r->run.opts.json) {
		explain_print(r->explain, stdout);
		printf("\ntrace %s\n", hash_format(r->rep.trace, hex));
		return r->rep.verdict;
	}
	j = explain_json(r->explain);
	json_object_set_new(j, "trace_hash", json_hex64(r->rep.trace));
	rc = json_print(j, stdout, "standard output", &err);
	json_decref(j);
	fail(&err);
	return rc != EX_GOOD ? rc : r->rep.verdict;
}

static const struct argp_option options[] = {
	{ "after", KEY_AFTER, "TIME", 0,
	    "look from so long after the first frame on, when caches are warm "
	    "and pools have grown",
	    0 },
	{ 0 }
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct replay_cmd *r = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = r;
		return 0;
	case KEY_AFTER:
		r->explain_after_tick = clk_to_tick_up(opts_quantity(UNIT_TIME,
		    "after", arg, state));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &replay_argp, 0, NULL, 0 },
	{ 0 } };

static const struct argp argp = { .options = options,
	.parser = parse,
	.args_doc = "SCENARIO [NAME=VALUE...]",
	.doc = "Play captures into ports of the machine, as replay does, and "
	       "say what the cycles of its CPUs went to.",
	.children = children };

static enum exit_code
explain_main(int argc, char **argv)
{
	static struct replay_cmd r;
	enum exit_code rc;

	replay_init(&r);
	argp_parse(&argp, argc, argv, 0, NULL, &r);
	r.explained = true;
	r.report = report;
	rc = run_opts_ready(&r.run);
	if (rc == EX_GOOD)
		rc = replay_run(&r);
	run_opts_free(&r.run);
	return rc;
}

const struct command cmd_explain = { "explain",
	"what the cycles of a replay went to", explain_main };
