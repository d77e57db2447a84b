/*
 * trial_report.c: what became of the frames of a trial, for people and for programs.
 *
 * Counters have ipgen's names; each is of a direction: TX of the port where frames go
 * in, RX of the one where they come out.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "core/json_out.h"
#include "folder.h"
#include "trial.h"

static const char *
pace_name(enum schedule_pace p)
{
	return p == SCHEDULE_BURST ? "burst" : "steady";
}

/* Where frames go in that come out here. */
static const struct trial_side *
from(const struct trial *t, const struct trial_side *to)
{
	return &t->side[to == t->side];
}

/* The directions, by where frames come out. */
static const struct trial_side *
direction(const struct trial *t, unsigned i)
{
	return i < (t->one_way ? 1 : 2) ? &t->side[1 - i] : NULL;
}

static uint64_t
arrived(const struct trial_side *to)
{
	return to->counts.came;
}

static uint64_t
lost(const struct trial_side *to)
{
	return to->counts.tx - to->counts.came;
}

static uint64_t
total(const struct trial *t, uint64_t (*of)(const struct trial_side *))
{
	const struct trial_side *s;
	uint64_t n = 0;

	for (unsigned i = 0; (s = direction(t, i)) != NULL; i++)
		n += of(s);
	return n;
}

static uint64_t
sent(const struct trial_side *to)
{
	return to->counts.tx;
}

static uint64_t
forwarded(const struct trial_side *to)
{
	return to->counts.forwarded;
}

static double
per_second(uint64_t one)
{
	return (double)one / PACE_ONE;
}

/* A second of sending. */
static double
fps(const struct trial *t, uint64_t (*of)(const struct trial_side *))
{
	return t->sending_tick == 0
	    ? 0
	    : (double)total(t, of) * TICK_PER_S / (double)t->sending_tick;
}

static struct latency_sum
latency(struct trial *t)
{
	struct latency both = { 0 };
	struct latency_sum s;

	for (unsigned i = 0; i < 2; i++)
		for (size_t k = 0; k < t->side[i].latency.n; k++)
			latency_add(&both, t->side[i].latency.tick[k]);
	s = latency_sum(&both);
	latency_free(&both);
	return s;
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void
set_name(json_t *j, const char *name, unsigned port)
{
	char text[8];

	snprintf(text, sizeof(text), "wm%u", port);
	json_object_set_new(j, name, json_string(text));
}

static json_t *
numbers(const uint64_t *n, unsigned count)
{
	json_t *a = json_array();

	for (unsigned i = 0; i < count; i++)
		json_array_append_new(a, json_integer((json_int_t)n[i]));
	return a;
}

/* Up to the last one that has got a frame. */
static unsigned
nqueue(const struct trial_side *s)
{
	unsigned n = I354_NQ;

	while (n > 1 && s->queue[n - 1] == 0)
		n--;
	return n;
}

static json_t *
direction_json(struct trial *t, const struct trial_side *to)
{
	const struct tester_counts *c = &to->counts;
	struct latency_sum s = latency_sum((struct latency *)&to->latency);
	const struct trial_side *in = from(t, to);
	json_t *j = json_object();

	set_name(j, "from", in->port);
	set_name(j, "to", to->port);
	json_put(j, "tx", c->tx);
	json_put(j, "tx_underrun", c->underrun);
	json_put(j, "rx", c->rx.rx);
	json_put(j, "forwarded", c->forwarded);
	json_put(j, "lost", lost(to));
	json_put(j, "drop", c->rx.drop);
	json_put(j, "dup", c->rx.dup);
	json_put(j, "reorder", c->rx.reorder);
	json_put(j, "reorder_flow", c->rx_flow.reorder);
	json_put(j, "outofrange", c->rx.outofrange);
	json_put(j, "late", c->late);
	json_put(j, "other", c->other);
	json_put(j, "flows", c->flows);
	json_object_set_new(j, "queues", numbers(in->queue, nqueue(in)));
	json_object_set_new(j, "toeplitz", numbers(c->hashed, 4));
	json_object_set_new(j, "latency_ns", latency_json(&s));
	return j;
}

static json_t *
step_json(const struct trial *t, unsigned step)
{
	const struct schedule_step *const s = &t->opts.schedule.step[step];
	json_t *j = json_object();
	const struct trial_side *to;
	uint64_t tx = 0, missed = 0;

	for (unsigned i = 0; (to = direction(t, i)) != NULL; i++) {
		tx += to->counts.step[step].tx;
		missed += to->counts.step[step].lost;
	}
	json_put_fixed(j, "pps", per_second(trial_rate(t, step)), 3);
	json_put(j, "duration_ns", s->duration_tick / TICK_PER_NS);
	json_put(j, "tx", tx);
	json_put(j, "lost", missed);
	return j;
}

/* When the last frame that was lost, of any direction, left; TICK_NEVER: none was. */
static uint64_t
last_lost_tick(const struct trial *t)
{
	uint64_t last = TICK_NEVER;
	const struct trial_side *to;

	for (unsigned i = 0; (to = direction(t, i)) != NULL; i++) {
		const uint64_t at = to->counts.last_lost_tick;

		if (at != TICK_NEVER && (last == TICK_NEVER || at > last))
			last = at;
	}
	return last;
}

static json_t *
steps_json(const struct trial *t)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < t->opts.schedule.nstep; i++)
		json_array_append_new(all, step_json(t, i));
	return all;
}

/*
 * Lost, but nowhere dropped: at the end of the drain they were in the machine.  Copies
 * that the bridge floods are dropped as well, and are not missed.
 */
static uint64_t
in_flight(const struct trial *t)
{
	const uint64_t n = total(t, lost);
	uint64_t dropped = 0;

	for (unsigned i = 0; i < TRIAL_PLACES; i++)
		dropped += t->drop[i].n;
	return n > dropped ? n - dropped : 0;
}

static json_t *
drops_json(const struct trial *t)
{
	json_t *j = json_object();

	for (unsigned i = 0; i < TRIAL_PLACES; i++)
		json_put(j, t->drop[i].place, t->drop[i].n);
	return j;
}

static json_t *
trial_json(struct trial *t)
{
	const struct latency_sum s = latency(t);
	const struct tester_opts *o = &t->opts;
	json_t *j = json_object(), *all = json_array();
	const struct trial_side *to;

	json_object_set_new(j, "scenario", json_string(t->replay.run.path));
	json_put(j, "frame_size", o->frame_bytes);
	json_put_fixed(j, "pps", per_second(trial_rate(t, 0)), 3);
	json_put_fixed(j, "theoretical_pps",
	    per_second(tester_theoretical(o->frame_bytes)), 3);
	json_put(j, "duration_ns",
	    schedule_duration_tick(&o->schedule) / TICK_PER_NS);
	json_put(j, "drain_ns", o->drain_tick / TICK_PER_NS);
	json_put(j, "sending_ns", t->sending_tick / TICK_PER_NS);
	json_put(j, "seed", o->seed);
	json_object_set_new(j, "pace",
	    json_string(pace_name(o->schedule.pace)));
	json_put(j, "tx", total(t, sent));
	json_put(j, "rx", total(t, arrived));
	json_put(j, "lost", total(t, lost));
	json_object_set_new(j, "stopped_at_loss", json_boolean(t->lost));
	json_put_fixed(j, "rx_fps", fps(t, arrived), 3);
	json_put_fixed(j, "forwarded_fps", fps(t, forwarded), 3);
	for (unsigned i = 0; (to = direction(t, i)) != NULL; i++)
		json_array_append_new(all, direction_json(t, to));
	json_object_set_new(j, "directions", all);
	json_object_set_new(j, "steps", steps_json(t));
	json_object_set_new(j, "last_lost_ns",
	    last_lost_tick(t) == TICK_NEVER
		? json_null()
		: json_integer((json_int_t)(last_lost_tick(t) / TICK_PER_NS)));
	json_object_set_new(j, "latency_ns", latency_json(&s));
	json_put(j, "in_flight", in_flight(t));
	json_object_set_new(j, "drops", drops_json(t));
	json_put(j, "simulated_ns", t->replay.rep.clock / CLK_PER_NS);
	return j;
}

/* ---- text ---------------------------------------------------------------------------- */

/* clang-format off */
#define AT(field) offsetof(struct tester_counts, field)
static const struct {
	const char *name;
	size_t offset; /* of a uint64_t */
} rows[] = { { "TX", AT(tx) }, { "TX-underrun", AT(underrun) },
	{ "RX", AT(rx.rx) }, { "RX-drop", AT(rx.drop) },
	{ "RX-dup", AT(rx.dup) }, { "RX-reorder", AT(rx.reorder) },
	{ "RX-reorder/flow", AT(rx_flow.reorder) },
	{ "RX-outofrange", AT(rx.outofrange) }, { "RX-flow", AT(flows) } };
/* clang-format on */

static void
print_queues(const struct trial_side *in, const uint64_t hashed[4], FILE *fp)
{
	fprintf(fp, "queues of wm%u:", in->port);
	for (unsigned q = 0; q < nqueue(in); q++)
		fprintf(fp, " %" PRIu64, in->queue[q]);
	fputs("; by the tester's hash:", fp);
	for (unsigned q = 0; q < 4; q++)
		fprintf(fp, " %" PRIu64, hashed[q]);
	fputc('\n', fp);
}

static void
print_counters(const struct trial *t, FILE *fp)
{
	const struct trial_side *to;

	fprintf(fp, "%-16s", "");
	for (unsigned i = 0; (to = direction(t, i)) != NULL; i++)
		fprintf(fp, "    wm%u to wm%u", from(t, to)->port, to->port);
	fputc('\n', fp);
	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		fprintf(fp, "%-16s", rows[k].name);
		for (unsigned i = 0; (to = direction(t, i)) != NULL; i++)
			fprintf(fp, " %13" PRIu64,
			    *(const uint64_t *)((const char *)&to->counts +
				rows[k].offset));
		fputc('\n', fp);
	}
	fprintf(fp, "%-16s", "lost");
	for (unsigned i = 0; (to = direction(t, i)) != NULL; i++)
		fprintf(fp, " %13" PRIu64, lost(to));
	fputc('\n', fp);
	for (unsigned i = 0; (to = direction(t, i)) != NULL; i++)
		print_queues(from(t, to), to->counts.hashed, fp);
}

static void
print_steps(const struct trial *t, FILE *fp)
{
	const struct schedule_opts *const s = &t->opts.schedule;
	const uint64_t last = last_lost_tick(t);

	for (unsigned i = 1; i < s->nstep; i++)
		fprintf(fp, "then %.3f a second for %.3f ms\n",
		    per_second(trial_rate(t, i)),
		    1e3 * (double)s->step[i].duration_tick / TICK_PER_S);
	if (last != TICK_NEVER)
		fprintf(fp, "the last frame lost was sent after %.6f ms\n",
		    1e3 * (double)last / TICK_PER_S);
}

static bool
is_cut(const struct trial *t)
{
	const enum exit_code verdict = t->replay.rep.verdict;

	return verdict == EX_NOVERDICT || verdict == EX_SIGINT;
}

static void
print_drops(const struct trial *t, FILE *fp)
{
	for (unsigned i = 0; i < TRIAL_PLACES; i++)
		if (t->drop[i].n != 0)
			fprintf(fp, "  %-20s %12" PRIu64 "  %s\n",
			    t->drop[i].place, t->drop[i].n, t->drop[i].where);
	if (in_flight(t) != 0)
		fprintf(fp, "  %-20s %12" PRIu64 "  when the %s\n", "in flight",
		    in_flight(t), is_cut(t) ? "run was cut" : "drain was over");
}

static void
print_trial(void *trial, FILE *fp)
{
	struct trial *t = trial;
	const struct latency_sum s = latency(t);
	const struct tester_opts *o = &t->opts;

	fprintf(fp,
	    "frames of %u bytes, %s, %.3f a second in each direction (the wire: "
	    "%.3f)\n",
	    o->frame_bytes, pace_name(o->schedule.pace),
	    per_second(trial_rate(t, 0)),
	    per_second(tester_theoretical(o->frame_bytes)));
	fprintf(fp, "%.3f ms, then %.3f ms of drain; seed %" PRIu64 "\n",
	    1e3 * (double)schedule_duration_tick(&o->schedule) / TICK_PER_S,
	    1e3 * (double)o->drain_tick / TICK_PER_S, o->seed);
	print_steps(t, fp);
	if (t->lost)
		fprintf(fp, "stopped after %.6f ms: a frame was dropped\n",
		    1e3 * (double)t->sending_tick / TICK_PER_S);
	if (is_cut(t))
		fprintf(fp, "the run was cut: frames were sent for %.6f ms\n",
		    1e3 * (double)t->sending_tick / TICK_PER_S);
	print_counters(t, fp);
	print_drops(t, fp);
	latency_print(&s, "last bit in to first bit out", fp);
	fprintf(fp,
	    "a second, both directions: %.3f received, %.3f while frames were "
	    "sent\n",
	    fps(t, arrived), fps(t, forwarded));
	if (t->replay.explained) {
		fputc('\n', fp);
		explain_print(t->replay.explain, fp);
	}
}

/* ---- the folder ------------------------------------------------------------------------ */

static void
write_config(void *trial, FILE *fp)
{
	const struct trial *t = trial;

	run_opts_print(&t->replay.run, fp);
}

static void
write_manifest(void *trial, FILE *fp)
{
	const struct trial *t = trial;

	replay_print_manifest(&t->replay, fp);
	fprintf(fp, "flows %s %zu\n",
	    t->flows_path != NULL ? t->flows_path : "(default)", t->flows.n);
}

static const struct folder_file files[] = { { "config.ini", write_config },
	{ "summary.txt", print_trial }, { "MANIFEST", write_manifest }, { 0 } };

enum exit_code
trial_report(struct replay_cmd *r)
{
	struct trial *t = r->arg;
	json_t *j = trial_json(t);
	struct err err = ERR_NONE;
	enum exit_code rc = EX_GOOD;

	if (r->explained)
		rc = replay_explained(r);
	if (r->explained && rc == EX_GOOD)
		json_object_set_new(j, "explain", explain_json(r->explain));
	if (rc == EX_GOOD && r->folder != NULL)
		rc = folder_write(r->folder, files, t, j);
	if (rc == EX_GOOD && r->run.opts.json)
		rc = json_print(j, stdout, "standard output", &err);
	else if (rc == EX_GOOD)
		print_trial(t, stdout);
	json_decref(j);
	return rc != EX_GOOD ? rc : replay_verdict(r);
}
