/*
 * explain_cmd.c: `rangeley explain': a replay, or a run that is over made again, and
 * what its cycles went to.
 */
#include <string.h>
#include <sys/stat.h>

#include "core/json_out.h"
#include "trial.h"

enum { KEY_AFTER = 900, KEY_INSNS };

struct explain_cmd {
	struct replay_cmd replay;
	struct rerun rerun;
};

static const struct origin *
origin_at(void *replay, uint64_t pa)
{
	const struct replay_cmd *r = replay;

	return board_origin(r->board, pa);
}

enum exit_code
replay_explained(struct replay_cmd *r)
{
	const struct explain_buffers buffers = { origin_at, r };

	return explain_names(r->explain, &r->rep, r->run.config.ram_bytes,
	    &buffers);
}

static enum exit_code
report(struct replay_cmd *r)
{
	struct err err = ERR_NONE;
	char hex[HASH_TEXT];
	enum exit_code rc = EX_GOOD;
	json_t *j;

	if (r->again != NULL)
		rc = rerun_check(r->again, &r->rep, r->run.config.machine,
		    r->insns);
	if (rc == EX_GOOD)
		rc = replay_explained(r);
	if (rc != EX_GOOD)
		return rc;
	if (!r->run.opts.json) {
		if (r->again != NULL)
			printf("the run of %s again, the same\n",
			    r->again->folder);
		explain_print(r->explain, stdout);
		printf("\ntrace %s\n", hash_format(r->rep.trace, hex));
		return r->rep.verdict;
	}
	j = explain_json(r->explain);
	json_object_set_new(j, "trace_hash", json_hex64(r->rep.trace));
	if (r->again != NULL)
		json_object_set_new(j, "run", json_string(r->again->folder));
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
	struct replay_cmd *r = &((struct explain_cmd *)state->input)->replay;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = r;
		return 0;
	case KEY_INSNS:
		r->insns = true;
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
	.args_doc = "SCENARIO [NAME=VALUE...]\nRUN",
	.doc = "Play captures into ports of the machine, as replay does, and "
	       "say what the cycles of its CPUs went to.  Of RUN, a folder "
	       "that replay or trial has written: the same run again.",
	.children = children };

/* What is told of a run that is made again is not what it has said. */
static void
change(struct replay_cmd *r, void *arg)
{
	const struct explain_cmd *c = arg;

	r->explained = true;
	r->report = report;
	r->again = &c->rerun;
	r->explain_after_tick = c->replay.explain_after_tick;
	r->insns = c->replay.insns;
	r->quiet = c->replay.quiet;
	r->run.opts.json = c->replay.run.opts.json;
	r->run.config.console = NULL;
}

static enum exit_code
explain_again(struct explain_cmd *c)
{
	const struct replay_cmd *r = &c->replay;
	const char *given = replay_given(r);
	struct rerun *again = &c->rerun;
	struct err err = ERR_NONE;
	enum exit_code rc = rerun_open(again, r->run.path);

	if (rc == EX_GOOD && given != NULL)
		rc = err_at(&err, EX_INPUT, r->run.path, 0,
		    "it is run as it was, without %s; give its config.ini to "
		    "change something",
		    given);
	if (rc == EX_GOOD && strcmp(again->command, "trial") == 0)
		rc = trial_command(again->argc, again->argv, change, c);
	else if (rc == EX_GOOD)
		rc = replay_command(again->argc, again->argv, change, c);
	fail(&err);
	rerun_free(again);
	return rc;
}

static enum exit_code
explain_main(int argc, char **argv)
{
	static struct explain_cmd c;
	struct replay_cmd *r = &c.replay;
	struct stat st;
	enum exit_code rc;

	replay_init(r);
	argp_parse(&argp, argc, argv, 0, NULL, &c);
	if (r->run.path != NULL && stat(r->run.path, &st) == 0 &&
	    S_ISDIR(st.st_mode)) {
		rc = explain_again(&c);
		rerun_free_said(&r->said);
		return rc;
	}
	r->explained = true;
	r->report = report;
	rc = run_opts_ready(&r->run);
	if (rc == EX_GOOD)
		rc = replay_run(r);
	run_opts_free(&r->run);
	return rc;
}

const struct command cmd_explain = { "explain",
	"what the cycles of a replay went to", explain_main };
