/*
 * explain_cmd.c: `rangeley explain': a replay, and what its cycles went to.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/json_out.h"
#include "replay.h"

enum { KEY_AFTER = 900, KEY_INSNS };

struct explain_cmd {
	struct replay_cmd replay;
	bool insns;
};

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
	{ "instructions", KEY_INSNS, NULL, 0,
	    "count instructions, too: boot image-insns.elf, the same program "
	    "with hooks that do",
	    0 },
	{ 0 }
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct explain_cmd *c = state->input;
	struct replay_cmd *r = &c->replay;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = r;
		return 0;
	case KEY_INSNS:
		c->insns = true;
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

/* The image in the same folder that counts instructions. */
static enum exit_code
count_insns(struct run_opts *o)
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

static enum exit_code
explain_main(int argc, char **argv)
{
	static struct explain_cmd c;
	struct replay_cmd *r = &c.replay;
	enum exit_code rc;

	replay_init(r);
	argp_parse(&argp, argc, argv, 0, NULL, &c);
	r->explained = true;
	r->report = report;
	rc = run_opts_ready(&r->run);
	if (rc == EX_GOOD && c.insns)
		rc = count_insns(&r->run);
	if (rc == EX_GOOD)
		rc = replay_run(r);
	run_opts_free(&r->run);
	return rc;
}

const struct command cmd_explain = { "explain",
	"what the cycles of a replay went to", explain_main };
