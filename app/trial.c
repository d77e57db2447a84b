/*
 * trial.c: `rangeley trial': one trial of RFC 2544 on the modelled machine.
 *
 *	tester --> wm0 => the scenario's kernel => wm2 --> tester, and back
 *
 * Both ports of the tester (wire/tester.h) send at a rate for a time; what has not
 * arrived when the drain is over is lost.  Loss is a result, no error: the exit code is
 * 0, unless frames are not accounted for.
 *
 * Where hardware or kernel drop a frame of the trial is seen as it happens.  What was
 * lost but not dropped by the end of the drain was in flight then: in a ring, or a queue.
 * The machine goes on until that is out, too, so that all frames are accounted for.
 *
 * With --stop-at-loss the sending ends as soon as it is known that a frame will not
 * arrive.  What went in before goes on to come out.
 */
#include <stdlib.h>
#include <string.h>

#include "sc/sc.h"
#include "trial.h"

enum {
	KEY_SIZE = 1280,
	KEY_PPS,
	KEY_PORTS,
	KEY_DURATION,
	KEY_DRAIN,
	KEY_PACE,
	KEY_HZ,
	KEY_FRAMES,
	KEY_FLOWS,
	KEY_LEARN,
	KEY_WARM,
	KEY_SEED,
	KEY_STOP,
	KEY_ONE_WAY,
	KEY_RESULTS,
	KEY_EXPLAIN,
	KEY_QUIET
};

/*
 * For so long it is waited for frames inside that no place has dropped: after the drain,
 * and before the trial.
 */
#define FLIGHT_TICK (100 * (uint64_t)TICK_PER_S / 1000)
#define MOST_RESTS  100 /* of 1 ms */

/* ---- the tester's ports -------------------------------------------------------------- */

static struct trial_side *
side_of(struct trial *t, unsigned port)
{
	for (unsigned i = 0; i < 2; i++)
		if (t->side[i].port == port)
			return &t->side[i];
	return NULL;
}

static struct trial_side *
peer_of(struct trial_side *s)
{
	return &s->trial->side[s == s->trial->side];
}

static void
begins(void *arg)
{
	struct trial_side *s = arg;

	if (s == s->trial->side)
		replay_explain(&s->trial->replay);
	s->before = *i354_counts(board_nic(s->trial->replay.board), s->port);
}

/* Are there frames that are neither out nor dropped? */
static bool
in_flight(const struct trial *t)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < 2; i++)
		n += tester_missing(t->side[i].tester, t->side[1 - i].tester);
	return n > t->dropped;
}

/* What one port is told, the other one is. */
static bool
rested(void *arg)
{
	struct trial *t = ((struct trial_side *)arg)->trial;

	if (t->asked_tick != sc_now_tick()) {
		t->asked_tick = sc_now_tick();
		t->rested = !in_flight(t) || ++t->rests == MOST_RESTS;
	}
	return t->rested;
}

/* What is explained is the time while frames are sent. */
static void
sent(void *arg)
{
	struct trial *t = ((struct trial_side *)arg)->trial;

	if (t->replay.explain != NULL && tester_sent(t->side[0].tester) &&
	    tester_sent(t->side[1].tester))
		explain_end(t->replay.explain);
}

static void
ready(void *arg, unsigned port, struct cable *cable, uint64_t tick)
{
	struct trial *t = arg;
	struct trial_side *s = side_of(t, port);
	struct tester_opts o = t->opts;

	if (s == NULL)
		return;
	o.number = port;
	o.peer = peer_of(s)->port;
	o.back = s != t->side;
	o.silent = o.back && t->one_way;
	o.start_tick = tick;
	o.arg = s;
	o.begin = begins;
	o.rested = rested;
	o.sent = sent;
	s->tester = tester_create(cable, BOARD_OUTSIDE, &t->flows, &o);
}

/* A frame that is lost in silence is not waited for for ever. */
static bool
done(void *arg)
{
	const struct trial *t = arg;
	const struct tester *a = t->side[0].tester, *b = t->side[1].tester;
	const uint64_t past_tick = sc_now_tick() < FLIGHT_TICK
	    ? 0
	    : sc_now_tick() - FLIGHT_TICK;

	return tester_done(a) && tester_done(b) &&
	    (!in_flight(t) ||
		!(tester_in_time(a, past_tick) ||
		    tester_in_time(b, past_tick)));
}

static void
came_out(void *arg, unsigned port, const struct frame *f)
{
	struct trial_side *s = side_of(arg, port);
	uint64_t latency_tick;

	if (s != NULL &&
	    tester_receive(s->tester, peer_of(s)->tester, f, &latency_tick))
		latency_add(&s->latency, latency_tick);
}

static void
dropped(void *arg, const struct replay_drop *d)
{
	struct trial *t = arg;
	const struct trial_side *s = side_of(t, d->source);

	if (s == NULL)
		return;
	t->dropped++;
	if (d->id == 0)
		return; /* it was there before the trial */
	for (unsigned i = 0; i < TRIAL_PLACES; i++)
		if (tester_in_time(s->tester, d->at_tick) &&
		    strcmp(t->drop[i].place, d->place) == 0)
			t->drop[i].n++;
	if (!t->stops)
		return;
	t->lost = true;
	for (unsigned i = 0; i < 2; i++)
		tester_stop(t->side[i].tester);
}

static void
note(void *arg)
{
	struct trial *t = arg;

	for (unsigned i = 0; i < 2; i++) {
		struct trial_side *s = &t->side[i];
		const struct i354_counts
		    *now = i354_counts(board_nic(t->replay.board), s->port);

		if (s->tester == NULL)
			return; /* it never came to it */
		s->counts = tester_end(s->tester, peer_of(s)->tester);
		for (unsigned q = 0; q < I354_NQ; q++)
			s->queue[q] = now->rx_frames[q] -
			    s->before.rx_frames[q];
	}
	t->sending_tick = tester_sending_tick(t->side[0].tester);
	for (unsigned i = 0; i < 2; i++)
		tester_destroy(t->side[i].tester);
}

static const struct replay_sender sender = { ready, done, came_out, dropped,
	note };

/* ---- options ------------------------------------------------------------------------- */

static const struct argp_option options[] = {
	{ "frame-size", KEY_SIZE, "BYTES", 0,
	    "of each frame, FCS included: 64 to 1518", 0 },
	{ "pps", KEY_PPS, "N[,N...]", 0,
	    "frames a second in each direction, or max: back to back; several "
	    "are one step after the other",
	    0 },
	{ "ports", KEY_PORTS, "PORT,PORT", 0, "between which (wm0,wm2)", 0 },
	{ "one-way", KEY_ONE_WAY, NULL, 0,
	    "only from the first port to the second", 0 },
	{ "duration", KEY_DURATION, "TIME[,TIME...]", 0,
	    "send for so long (50ms); of each step, or one for all of them",
	    0 },
	{ "frames", KEY_FRAMES, "N", 0,
	    "send so many in each direction at the most", 0 },
	{ "drain", KEY_DRAIN, "TIME", 0,
	    "what has not arrived so long after that is lost (10ms)", 0 },
	{ "pace", KEY_PACE, "steady|burst", 0,
	    "equal distances, or bursts as ipgen's (steady)", 0 },
	{ "burst-hz", KEY_HZ, "N", 0, "bursts a second (1000)", 0 },
	{ "flows", KEY_FLOWS, "FILE", 0,
	    "lines 198.18.0.1:8000 198.19.0.1:8000 (1001 flows, ports 8000 to "
	    "9000)",
	    0 },
	{ "learn", KEY_LEARN, "N", 0,
	    "learning frames of each port before the trial (3)", 0 },
	{ "warm", KEY_WARM, "TIME", 0,
	    "frames at the trial's rate before it, for so long; 0ms: a cold "
	    "start (5ms)",
	    0 },
	{ "seed", KEY_SEED, "S", 0,
	    "chooses the phase of each direction, and its first flow (1)", 0 },
	{ "stop-at-loss", KEY_STOP, NULL, 0,
	    "send no more once a frame has been dropped", 0 },
	{ "results", KEY_RESULTS, "DIR", 0, "write a folder of results there",
	    0 },
	{ "explain", KEY_EXPLAIN, NULL, 0,
	    "say besides what cycles went to while frames were sent", 0 },
	{ "quiet", KEY_QUIET, NULL, 0, "no progress", 0 }, { 0 }
};

static uint64_t
time_tick(const char *name, const char *arg, struct argp_state *state)
{
	return clk_to_tick_down(opts_quantity(UNIT_TIME, name, arg, state));
}

static void
ports(struct trial *t, const char *arg, struct argp_state *state)
{
	const int first = board_port(arg);
	const int second = first >= 0 && arg[3] == ',' ? board_port(arg + 4)
						       : -1;

	if (second < 0 || second == first || arg[7] != '\0')
		argp_error(state,
		    "--ports: '%s': write two of wm0 to wm3, wm0,wm2", arg);
	t->side[0].port = (unsigned)first;
	t->side[1].port = (unsigned)second;
}

/* Calls one(t, state, word, step) for the words of a list; how many there are. */
static unsigned
list(struct trial *t, struct argp_state *state, const char *name, char *words,
    void (*one)(struct trial *, struct argp_state *, const char *word,
	struct schedule_step *))
{
	struct schedule_opts *const s = &t->opts.schedule;
	unsigned n = 0;
	char *word;

	while ((word = strsep(&words, ",")) != NULL) {
		if (n == SCHEDULE_STEPS)
			argp_error(state, "--%s: more than %u steps", name,
			    SCHEDULE_STEPS);
		one(t, state, word, &s->step[n++]);
	}
	return n;
}

static void
rate(struct trial *t, struct argp_state *state, const char *word,
    struct schedule_step *step)
{
	(void)t;
	step->rate = strcmp(word, "max") == 0 ? 0
					      : opts_rate("pps", word, state);
}

static void
duration(struct trial *t, struct argp_state *state, const char *word,
    struct schedule_step *step)
{
	(void)t;
	step->duration_tick = time_tick("duration", word, state);
}

static void
pace(struct trial *t, const char *arg, struct argp_state *state)
{
	if (strcmp(arg, "burst") == 0)
		t->opts.schedule.pace = SCHEDULE_BURST;
	else if (strcmp(arg, "steady") != 0)
		argp_error(state, "--pace: '%s': write steady or burst", arg);
}

uint64_t
trial_rate(const struct trial *t, unsigned step)
{
	const uint64_t rate = t->opts.schedule.step[step].rate;

	return rate != 0 ? rate : tester_theoretical(t->opts.frame_bytes);
}

/* All options are there. */
static void
complete(struct trial *t, struct argp_state *state)
{
	struct schedule_opts *const s = &t->opts.schedule;

	if (t->opts.frame_bytes == 0)
		argp_error(state, "how long are frames? give --frame-size 64");
	if (t->nrate == 0)
		argp_error(state,
		    "how many frames? give --pps 100000, or --pps max");
	if (t->nduration > 1 && t->nduration != t->nrate)
		argp_error(state,
		    "--duration: there are %u steps and %u times; give one for "
		    "each step, or one for all",
		    t->nrate, t->nduration);
	s->nstep = t->nrate;
	for (unsigned i = 0; i < s->nstep; i++) {
		if (t->nduration <= 1)
			s->step[i].duration_tick = s->step[0].duration_tick;
		if (s->pace == SCHEDULE_BURST)
			s->step[i].rate = trial_rate(t, i);
	}
}

/* How it is run, and what is made of it. */
static bool
parse_run(int key, char *arg, struct replay_cmd *r)
{
	switch (key) {
	case KEY_RESULTS:
		r->folder = arg;
		return true;
	case KEY_EXPLAIN:
		r->explained = true;
		return true;
	case KEY_QUIET:
		r->quiet = true;
		return true;
	default:
		return false;
	}
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct trial *t = state->input;

	rerun_say(&t->replay.said, options, key, arg);
	if (parse_run(key, arg, &t->replay))
		return 0;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &t->replay.run;
		t->replay.run.has_ports = true;
		return 0;
	case KEY_SIZE:
		t->opts.frame_bytes = (unsigned)opts_count("frame-size", arg,
		    TESTER_MIN, TESTER_MAX_BYTES, state);
		return 0;
	case KEY_PPS:
		t->nrate = list(t, state, "pps", arg, rate);
		return 0;
	case KEY_PORTS:
		ports(t, arg, state);
		return 0;
	case KEY_DURATION:
		t->nduration = list(t, state, "duration", arg, duration);
		return 0;
	case KEY_DRAIN:
		t->opts.drain_tick = time_tick("drain", arg, state);
		return 0;
	case KEY_PACE:
		pace(t, arg, state);
		return 0;
	case KEY_HZ:
		t->opts.schedule.burst_hz = opts_count("burst-hz", arg, 1,
		    1000000, state);
		return 0;
	case KEY_FRAMES:
		t->opts.frames = opts_count("frames", arg, 1, UINT32_MAX,
		    state);
		return 0;
	case KEY_FLOWS:
		t->flows_path = arg;
		return 0;
	case KEY_LEARN:
		t->opts.learn = (unsigned)opts_count("learn", arg, 0, 1000,
		    state);
		return 0;
	case KEY_WARM:
		t->opts.warm_tick = time_tick("warm", arg, state);
		return 0;
	case KEY_SEED:
		t->opts.seed = opts_count("seed", arg, 0, INT64_MAX, state);
		return 0;
	case KEY_STOP:
		t->stops = true;
		return 0;
	case KEY_ONE_WAY:
		t->one_way = true;
		return 0;
	case ARGP_KEY_END:
		complete(t, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- the command ----------------------------------------------------------------------- */

static const struct argp_child children[] = { { &run_opts_argp, 0, NULL, 0 },
	{ 0 } };

static const struct argp argp = { .options = options,
	.parser = parse,
	.args_doc = "SCENARIO [NAME=VALUE...]",
	.doc = "One trial of an RFC 2544 tester on the machine that the file "
	       "SCENARIO describes: frames at a rate for a time, and what "
	       "became of them.",
	.children = children };

static void
init(struct trial *t)
{
	replay_init(&t->replay);
	t->replay.sender = &sender;
	t->replay.command = "trial";
	t->replay.report = trial_report;
	t->replay.arg = t;
	t->replay.folder = NULL;
	t->opts = (struct tester_opts){ .schedule.burst_hz = 1000,
		.schedule.step[0].duration_tick = ns_to_tick(50000000),
		.drain_tick = ns_to_tick(10000000),
		.learn = 3,
		.warm_tick = ns_to_tick(5000000),
		.seed = 1 };
	for (unsigned i = 0; i < 2; i++)
		t->side[i] = (struct trial_side){ .trial = t,
			.port = 2 * i,
			.counts.last_lost_tick = TICK_NEVER };
	for (unsigned i = 0; i < DROP_COUNT; i++)
		t->drop[i] = (struct trial_drop){ drop_name(i), drop_text(i),
			0 };
	for (unsigned i = 0; i < KHOPS_PLACES; i++)
		t->drop[DROP_COUNT + i] = (struct trial_drop){ khops_place[i],
			"in the kernel", 0 };
}

static enum exit_code
load_flows(struct trial *t)
{
	struct err err = ERR_NONE;

	if (t->flows_path == NULL)
		flows_default(&t->flows);
	else
		(void)flows_load(&t->flows, t->flows_path, &err);
	return fail(&err);
}

/* How many frames there are to come, for who watches. */
static uint64_t
expected(const struct trial *t)
{
	const struct schedule_opts *const s = &t->opts.schedule;
	unsigned __int128 n = 0;

	for (unsigned i = 0; i < s->nstep; i++)
		n += (unsigned __int128)trial_rate(t, i) *
		    s->step[i].duration_tick / TICK_PER_S / PACE_ONE;
	if (t->opts.frames != 0 && t->opts.frames < n)
		n = t->opts.frames;
	return (uint64_t)n * (t->one_way ? 1 : 2);
}

enum exit_code
trial_command(int argc, char **argv,
    void (*change)(struct replay_cmd *, void *), void *arg)
{
	static struct trial t;
	struct replay_cmd *r = &t.replay;
	enum exit_code rc;

	init(&t);
	argp_parse(&argp, argc, argv, 0, NULL, &t);
	r->run.config.console = r->run.opts.json ? stderr : stdout;
	r->opts.limit = expected(&t);
	if (change != NULL)
		change(r, arg);
	rc = run_opts_ready(&r->run);
	if (rc == EX_GOOD)
		rc = load_flows(&t);
	if (rc == EX_GOOD)
		rc = replay_run(r);
	for (unsigned i = 0; i < 2; i++)
		latency_free(&t.side[i].latency);
	flows_free(&t.flows);
	run_opts_free(&r->run);
	return rc;
}

static enum exit_code
trial_main(int argc, char **argv)
{
	return trial_command(argc, argv, NULL, NULL);
}

const struct command cmd_trial = { "trial", "one trial of an RFC 2544 tester",
	trial_main };
