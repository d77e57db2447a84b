/*
 * replay.c: `rangeley replay': captures through the modelled machine.
 *
 *	--in wm0=a.pcap --> wm0 => the scenario's kernel => wm2 --> --out wm2=b.pcap
 *	--in wm0,wm2=c.pcap	a capture of both directions: each frame goes in at
 *				its sender's side
 *
 * Frames leave a source when they were captured, or at a rate, and come out with the
 * time at which their last bit had arrived; time 0 of the captures is that of the
 * first source.  At the end each frame is accounted for:
 *
 *	sent = came out + dropped, by place + inside at the cut
 *
 * where the kernel's places are its own counters (port/user/serve.c).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "replay.h"
#include "sc/sc.h"

enum {
	KEY_IN = 512,
	KEY_OUT,
	KEY_PPS,
	KEY_MBPS,
	KEY_TOP,
	KEY_LOOP,
	KEY_FRAMES,
	KEY_UNIQUE,
	KEY_DROPS,
	KEY_HOPS,
	KEY_RESULTS,
	KEY_QUIET,
	KEY_STRICT
};

/* ---- the outside ----------------------------------------------------------------- */

static bool
of_its_side(void *arg, const struct capture_frame *f)
{
	const struct replay_port *p = arg;

	return p->sides == NULL || sides_of(p->sides, f) == p->side;
}

/* The Unix time of tick 0, so that the first capture begins when it did. */
static uint64_t
base_ns(const struct replay_cmd *r)
{
	for (unsigned i = 0; i < I354_NPORT; i++)
		if (r->port[i].in_path != NULL)
			return r->port[i].first_ns -
			    r->start_tick / TICK_PER_NS;
	return 0;
}

/* Explaining begins at the first instant at which something happens besides. */
static void
explain_now(struct replay_cmd *r)
{
	if (r->explain != NULL && r->explain_tick != 0 &&
	    sc_now_tick() >= r->explain_tick)
		explain_begin(r->explain, board_smp(r->board), &r->out);
}

void
replay_explain(struct replay_cmd *r)
{
	r->explain_tick = sc_now_tick() + r->explain_after_tick;
	explain_now(r);
}

static void
show_progress(struct replay_cmd *r)
{
	const uint64_t limit_tick = clk_to_tick_up(r->run.config.limit_cyc *
	    CLK_PER_CYC);

	if (r->quiet)
		return;
	r->progress.total = replay_until(r->total, r->sent,
	    sc_now_tick() - r->start_tick,
	    limit_tick > r->start_tick ? limit_tick - r->start_tick : 0);
	progress_step(&r->progress, r->sent);
}

/* Each CPUSTATES_NS of a replay, whatever is sent; never of a trial. */
static void
looked(void *arg, bool done)
{
	struct replay_cmd *r = arg;

	show_progress(r);
	if (r->explain == NULL)
		return;
	if (done)
		explain_end(r->explain);
	else if (r->explain_tick == 0)
		replay_explain(r);
	else
		explain_now(r);
}

static void
sent(void *arg, const struct frame *f)
{
	const struct replay_port *p = arg;

	(void)f;
	p->cmd->sent++;
}

static void
port_ready(void *arg, uint64_t at_tick)
{
	struct replay_port *p = arg;
	struct replay_cmd *r = p->cmd;
	struct replay_opts o = r->opts;
	struct capture *c = p->capture;

	if (r->start_tick == 0) {
		r->start_tick = at_tick + BOARD_START_TICK;
		progress_start(&r->progress, stderr,
		    r->sender != NULL ? "trial" : "replay", r->total, r->quiet);
		if (r->sender == NULL)
			cpustates_start(r->states, board_smp(r->board),
			    r->start_tick, board_over, r->board);
	}
	if (r->sender != NULL) {
		r->sender->ready(r->arg, p->number,
		    board_cable(r->board, p->number), r->start_tick);
		return;
	}
	record_base(p->record, base_ns(r));
	if (c == NULL)
		return;
	p->capture = NULL;
	o.source = p->number;
	o.start_tick = r->start_tick;
	o.arg = p;
	o.take = p->sides != NULL ? of_its_side : NULL;
	o.sent = sent;
	(void)replay_create(&p->replay, c, board_cable(r->board, p->number),
	    BOARD_OUTSIDE, &o, &r->err);
}

static bool
port_done(void *arg)
{
	const struct replay_port *p = arg;
	const struct replay_cmd *r = p->cmd;

	if (r->sender != NULL)
		return r->sender->done(r->arg);
	return p->capture == NULL &&
	    (p->replay == NULL || replay_done(p->replay));
}

static void
came_out(void *arg, const struct frame *f)
{
	const struct replay_port *p = arg;
	struct replay_cmd *r = p->cmd;

	r->out++;
	if (r->sender != NULL) {
		progress_step(&r->progress, r->out);
		explain_now(r);
		r->sender->came_out(r->arg, p->number, f);
		return;
	}
	if (f->id != 0 && f->stamp_tick[HOP_WIRE_RX] != 0) {
		latency_add(&r->latency,
		    f->stamp_tick[HOP_WIRE_TX] - f->stamp_tick[HOP_WIRE_RX]);
		hops_add(&r->hops, f);
	}
	if (r->hop_log != NULL)
		hops_log(f, r->hop_log);
}

static void
note_drop(const struct replay_cmd *r, const struct replay_drop *d)
{
	if (r->sender != NULL)
		r->sender->dropped(r->arg, d);
	if (r->drop_log == NULL)
		return;
	fprintf(r->drop_log,
	    "{\"source\": %" PRIu32 ", \"id\": %" PRIu64 ", \"len\": %" PRIu32
	    ", \"at_ns\": %" PRIu64 ", \"place\": \"%s\", \"why\": \"%s\"}\n",
	    d->source, d->id, d->len_bytes, tick_to_ns_down(d->at_tick),
	    d->place, d->why);
}

static void
dropped(void *arg, const struct frame *f, enum drop place)
{
	note_drop(arg,
	    &(struct replay_drop){ f->source, f->id, f->len_bytes,
		sc_now_tick(), drop_name(place), drop_text(place) });
}

static void
kernel_dropped(void *arg, const struct origin *o, uint64_t at_tick,
    unsigned place)
{
	struct replay_cmd *r = arg;

	r->freed[place]++;
	note_drop(r,
	    &(struct replay_drop){ o->source, o->id, o->len_bytes, at_tick,
		khops_place[place], "the kernel freed it" });
}

/* Does anybody want to know where frames are dropped? */
static bool
drops_wanted(const struct replay_cmd *r)
{
	return r->drop_log != NULL || r->sender != NULL;
}

/* ---- options ----------------------------------------------------------------------- */

static const struct argp_option options[] = {
	{ "in", KEY_IN, "PORT=FILE", 0,
	    "play this capture into a port, wm0 to wm3; - is standard input",
	    0 },
	{ "out", KEY_OUT, "PORT=FILE", 0,
	    "write what comes out of a port; - is standard output", 0 },
	{ "multiplier", 'x', "N", 0, "play N times as fast as captured", 0 },
	{ "pps", KEY_PPS, "N", 0, "play so many frames a second", 0 },
	{ "mbps", KEY_MBPS, "N", 0, "play so many Mbit of frames a second", 0 },
	{ "topspeed", KEY_TOP, NULL, 0, "play as fast as the wire is", 0 },
	{ "loop", KEY_LOOP, "N", 0, "play captures N times", 0 },
	{ "limit-frames", KEY_FRAMES, "N", 0,
	    "play N frames into each port at most; --limit N is the same", 0 },
	{ "unique-ip", KEY_UNIQUE, NULL, 0, "other IPv4 addresses in each loop",
	    0 },
	{ "drops", KEY_DROPS, "FILE", 0,
	    "write a line of JSON for each frame that is dropped; or -", 0 },
	{ "hops", KEY_HOPS, "FILE", 0,
	    "write a line of JSON for each frame that comes out; or -", 0 },
	{ "results", KEY_RESULTS, "DIR", 0,
	    "write the run's folder there (results/replay)", 0 },
	{ "strict", KEY_STRICT, NULL, 0,
	    "end the run when software touches a register of the controller "
	    "that the model lacks",
	    0 },
	{ "quiet", KEY_QUIET, NULL, 0, "no progress", 0 }, { 0 }
};

/* A port has one file of a kind. */
static void
set_file(const char **which, const char *file, struct argp_state *state)
{
	if (*which != NULL)
		argp_error(state, "%s: the port has a file already", file);
	*which = file;
}

/* PORT=FILE, or PORT,PORT=FILE for what goes in. */
static void
port_file(struct replay_cmd *r, int key, const char *arg,
    struct argp_state *state)
{
	const int first = board_port(arg);
	const bool two = key == KEY_IN && first >= 0 && arg[3] == ',';
	const int second = two ? board_port(arg + 4) : -1;
	const char *eq = arg + (two ? 7 : 3);

	if (first < 0 || (two && (second < 0 || second == first)) ||
	    *eq != '=' || eq[1] == '\0')
		argp_error(state,
		    "'%s': write a port, wm0 to wm3, and a file: wm0=a.pcap",
		    arg);
	if (key == KEY_OUT) {
		set_file(&r->port[first].out_path, eq + 1, state);
		return;
	}
	set_file(&r->port[first].in_path, eq + 1, state);
	if (two) {
		set_file(&r->port[second].in_path, eq + 1, state);
		r->port[first].side = 1;
		r->port[second].side = 2;
	}
}

static void
pace(struct replay_cmd *r, enum pace p, uint64_t value,
    struct argp_state *state)
{
	if (r->paced)
		argp_error(state,
		    "only one of -x, --pps, --mbps and --topspeed");
	r->paced = true;
	r->opts.pace = p;
	r->opts.value = value;
}

/* --limit-frames, or --limit with a number. */
static void
limit(struct replay_cmd *r)
{
	char text[24];

	r->opts.limit = r->run.limit_frames;
	if (r->opts.limit == 0)
		return;
	snprintf(text, sizeof(text), "%" PRIu64, r->opts.limit);
	rerun_say(&r->said, options, KEY_FRAMES, text);
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct replay_cmd *r = state->input;

	if (key != KEY_FRAMES)
		rerun_say(&r->said, options, key, arg);
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &r->run;
		r->run.takes_frames = r->run.has_ports = true;
		return 0;
	case KEY_IN:
	case KEY_OUT:
		port_file(r, key, arg, state);
		return 0;
	case 'x':
		pace(r, PACE_STAMPS, opts_rate("multiplier", arg, state),
		    state);
		return 0;
	case KEY_PPS:
		pace(r, PACE_PPS, opts_rate("pps", arg, state), state);
		return 0;
	case KEY_MBPS:
		pace(r, PACE_MBPS, opts_rate("mbps", arg, state), state);
		return 0;
	case KEY_TOP:
		pace(r, PACE_TOP, 0, state);
		return 0;
	case KEY_LOOP:
		r->opts.loop = opts_count("loop", arg, 1, RUN_OPTS_MOST, state);
		return 0;
	case KEY_FRAMES:
		r->run.limit_frames = opts_count("limit-frames", arg, 1,
		    RUN_OPTS_MOST, state);
		return 0;
	case KEY_UNIQUE:
		r->opts.unique_ip = true;
		return 0;
	case KEY_DROPS:
		r->drops_path = arg;
		return 0;
	case KEY_HOPS:
		r->hops_path = arg;
		return 0;
	case KEY_RESULTS:
		r->folder = arg;
		return 0;
	case KEY_STRICT:
		r->strict = true;
		return 0;
	case KEY_QUIET:
		r->quiet = true;
		return 0;
	case ARGP_KEY_END:
		limit(r);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- set up and tear down ------------------------------------------------------------ */

static enum exit_code
open_port(struct replay_cmd *r, struct replay_port *p)
{
	struct board_outside outside = {
		.arg = p, .ready = port_ready, .done = port_done
	};
	struct err err = ERR_NONE;

	if (record_create(&p->record, p->out_path, 0, &err) != EX_GOOD)
		return fail(&err);
	record_watch(p->record, came_out, p);
	outside.port = record_port(p->record);
	board_connect(r->board, p->number, &outside);
	return EX_GOOD;
}

static enum exit_code
set_up(struct replay_cmd *r)
{
	enum exit_code rc = replay_files_check(r);
	struct err err = ERR_NONE;

	if (rc == EX_GOOD && r->insns)
		rc = run_opts_insns(&r->run);
	for (unsigned i = 0; i < I354_NPORT && rc == EX_GOOD; i++)
		rc = replay_open_capture(r, &r->port[i]);
	if (rc == EX_GOOD &&
	    types_open(&r->types, r->run.config.image, &err) != EX_GOOD)
		rc = fail(&err);
	if (rc == EX_GOOD && r->report == replay_report)
		rc = folder_make(r->folder);
	if (rc == EX_GOOD)
		rc = replay_log_open(&r->drop_log, r->drops_path);
	if (rc == EX_GOOD)
		rc = replay_log_open(&r->hop_log, r->hops_path);
	r->board = board_create(r->run.config.machine);
	board_absent(r->board)->strict = r->strict;
	for (unsigned i = 0; i < I354_NPORT && rc == EX_GOOD; i++)
		rc = open_port(r, &r->port[i]);
	if (drops_wanted(r))
		frame_on_drop(dropped, r);
	if (rc == EX_GOOD) {
		r->states = cpustates_create(r->types);
		r->khops = khops_create(r->types, r->run.config.ram_bytes,
		    r->board, kernel_dropped, r);
		r->run.config.watch = khops_watch(r->khops);
		cpustates_also(r->states, looked, r);
		if (r->explained) {
			r->explain = explain_create(r->types);
			r->run.config.watch = explain_watch(r->explain,
			    r->run.config.watch);
		}
	}
	return rc;
}

static enum exit_code
tear_down(struct replay_cmd *r)
{
	enum exit_code rc = fail(&r->err);

	for (unsigned i = 0; i < I354_NPORT; i++) {
		struct replay_port *p = &r->port[i];
		struct err err = ERR_NONE;

		if (record_close(p->record, &err) != EX_GOOD)
			rc = fail(&err);
		if (p->capture != NULL)
			capture_close(p->capture);
		sides_destroy(p->sides);
		free(p->rate);
	}
	if (replay_log_close(r->drop_log, r->drops_path) != EX_GOOD)
		rc = EX_INPUT;
	if (replay_log_close(r->hop_log, r->hops_path) != EX_GOOD)
		rc = EX_INPUT;
	json_decref(r->ports);
	rerun_free_said(&r->said);
	latency_free(&r->latency);
	hops_free(&r->hops);
	cpustates_destroy(r->states);
	explain_destroy(r->explain);
	khops_destroy(r->khops);
	types_close(r->types);
	board_destroy(r->board);
	return rc;
}

/* The kernel let none in, though there are some. */
static enum exit_code
played(const struct replay_cmd *r)
{
	struct err err = ERR_NONE;

	if (r->sender != NULL && r->start_tick == 0)
		err_at(&err, EX_INPUT,
		    r->run.path != NULL ? r->run.path : r->run.image, 0,
		    "no frame was sent: the run ended before any port was "
		    "ready; give a scenario of the kernel's, with [boot] run = "
		    "serve");
	for (unsigned i = 0; i < I354_NPORT; i++)
		if (r->port[i].capture != NULL)
			err_at(&err, EX_INPUT, r->port[i].in_path, 0,
			    "not played: the run ended before any port was "
			    "ready; give a scenario of the kernel's, with "
			    "[boot] run = serve");
	return fail(&err);
}

enum exit_code
replay_run(struct replay_cmd *r)
{
	enum exit_code rc = set_up(r), end;

	/* A file there is of use only by itself. */
	if (r->stdout_taken)
		(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	r->run.config.devices = board_devices(r->board);
	board_on_end(r->board, replay_note, r);
	if (rc == EX_GOOD)
		rc = run_to_end(&r->run.config, &r->rep);
	progress_end(&r->progress);
	if (rc == EX_GOOD) {
		run_opts_refused(&r->run, &r->rep);
		rc = r->report(r);
	}
	if (rc == EX_GOOD)
		rc = played(r);
	run_report_free(&r->rep);
	end = tear_down(r);
	return end != EX_GOOD ? end : rc;
}

/* ---- the command ---------------------------------------------------------------------- */

static const struct argp_child children[] = { { &run_opts_argp, 0, NULL, 0 },
	{ 0 } };

const struct argp replay_argp = {
	.options = options, .parser = parse, .children = children
};

static const struct argp argp = { .options = options,
	.parser = parse,
	.args_doc = "SCENARIO [NAME=VALUE...]",
	.doc = "Play captures into ports of the machine that the file "
	       "SCENARIO describes, and write what comes out.",
	.children = children };

void
replay_init(struct replay_cmd *r)
{
	*r = (struct replay_cmd){ .command = "replay",
		.report = replay_report };
	for (unsigned i = 0; i < I354_NPORT; i++) {
		r->port[i].cmd = r;
		r->port[i].number = i;
	}
	replay_opts_default(&r->opts);
}

const char *
replay_given(const struct replay_cmd *r)
{
	if (r->said.n != 0)
		return r->said.option[0];
	for (unsigned i = 0; i < I354_NPORT; i++)
		if (r->port[i].out_path != NULL)
			return "--out";
	if (r->drops_path != NULL)
		return "--drops";
	if (r->hops_path != NULL)
		return "--hops";
	return r->folder != NULL ? "--results" : run_opts_given(&r->run);
}

/* Is there anything to replay? */
static enum exit_code
check_input(const struct replay_cmd *r)
{
	for (unsigned i = 0; i < I354_NPORT; i++)
		if (r->port[i].in_path != NULL)
			return EX_GOOD;
	fputs("rangeley: nothing to replay; give --in wm0=a.pcap\n", stderr);
	return EX_INPUT;
}

enum exit_code
replay_command(int argc, char **argv,
    void (*change)(struct replay_cmd *, void *), void *arg)
{
	static struct replay_cmd r;
	enum exit_code rc;

	replay_init(&r);
	argp_parse(&argp, argc, argv, 0, NULL, &r);
	r.run.config.console = r.run.opts.json ? stderr : stdout;
	if (change != NULL)
		change(&r, arg);
	if (r.folder == NULL && r.report == replay_report)
		r.folder = "results/replay";
	rc = run_opts_ready(&r.run);
	if (rc == EX_GOOD)
		rc = check_input(&r);
	if (rc == EX_GOOD)
		rc = replay_run(&r);
	run_opts_free(&r.run);
	return rc;
}

static enum exit_code
replay_main(int argc, char **argv)
{
	return replay_command(argc, argv, NULL, NULL);
}

const struct command cmd_replay = { "replay",
	"captures through the machine, and out again", replay_main };
