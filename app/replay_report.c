/*
 * replay_report.c: what a replay left behind: on the screen, and in a folder.
 *
 *	config.ini	the run as a scenario, with all that options changed
 *	stats.json	all figures; equal runs give equal bytes
 *	hops.csv	how long each hop took
 *	summary.txt	what was printed
 *	MANIFEST	what it was made from
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/json_out.h"
#include "folder.h"
#include "replay.h"

/* A result of the kernel: "lost.pktq". */
static const char *
result(const struct replay_cmd *r, size_t i, const char *prefix)
{
	const char *name = r->rep.result[i].name;
	const size_t n = strlen(prefix);

	return strncmp(name, prefix, n) == 0 ? name + n : NULL;
}

/*
 * Has the kernel come to its end, and told what it lost?  If not, what it was seen to
 * free and to make counts.
 */
static bool
is_told(const struct replay_cmd *r)
{
	for (size_t i = 0; i < r->rep.nresult; i++)
		if (result(r, i, "lost.") != NULL)
			return true;
	return false;
}

static void
note_source(struct replay_port *p)
{
	size_t n;
	FILE *f;

	if (p->replay == NULL)
		return;
	p->sent = replay_counts(p->replay)->frames;
	f = open_memstream(&p->rate, &n);
	replay_print(p->replay, f);
	fclose(f);
	replay_destroy(p->replay);
	p->replay = NULL;
}

void
replay_note(void *arg)
{
	struct replay_cmd *r = arg;

	r->ledger = *frame_ledger();
	r->made = board_made(r->board);
	frame_on_drop(NULL, NULL); /* what the devices have is in flight */
	if (r->explain != NULL)
		explain_end(r->explain); /* the run was cut */
	r->ports = json_object();
	for (unsigned p = 0; p < I354_NPORT; p++) {
		char name[] = { 'w', 'm', (char)('0' + p), '\0' };
		struct i354_in_flight now;

		i354_in_flight(board_nic(r->board), p, &now);
		r->reading += now.tx_read;
		r->counts[p] = *i354_counts(board_nic(r->board), p);
		json_object_set_new(r->ports, name,
		    i354_json(board_nic(r->board), p));
		note_source(&r->port[p]);
	}
	if (!is_told(r))
		irqs_of_devices(&r->irqs, r->board);
	if (r->sender != NULL)
		r->sender->note(r->arg);
}

/* ---- frames ---------------------------------------------------------------------- */

/* All results of a prefix. */
static uint64_t
sum_of(const struct replay_cmd *r, const char *prefix)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->rep.nresult; i++)
		if (result(r, i, prefix) != NULL)
			n += r->rep.result[i].n;
	return n;
}

static uint64_t
lost_in_hardware(const struct replay_cmd *r)
{
	uint64_t n = 0;

	for (unsigned d = 0; d < DROP_COUNT; d++)
		n += r->ledger.dropped[d];
	return n;
}

/* The first place that counts as seen: the kernel does not count what it drains. */
static unsigned
first_seen(const struct replay_cmd *r)
{
	return is_told(r) ? KHOPS_RX_RING : 0;
}

static uint64_t
lost_in_kernel(const struct replay_cmd *r)
{
	uint64_t n = sum_of(r, "lost.");

	for (unsigned i = first_seen(r); i <= KHOPS_RX_RING; i++)
		n += r->freed[i];
	return n;
}

/* Sent more often than received: the bridge floods to several. */
static uint64_t
flooded(const struct replay_cmd *r)
{
	return is_told(r) ? sum_of(r, "made.") : r->made;
}

/* In memory but neither lost there nor taken out again: nothing, at the end. */
static int64_t
in_kernel(const struct replay_cmd *r)
{
	return (int64_t)(r->ledger.to[FRAME_TO_MEMORY] + flooded(r) -
	    r->ledger.from[FRAME_FROM_MEMORY] - lost_in_kernel(r));
}

static int64_t
in_flight(const struct replay_cmd *r)
{
	return (int64_t)r->ledger.in_use + (is_told(r) ? 0 : in_kernel(r));
}

static json_t *
frames_json(const struct replay_cmd *r)
{
	json_t *j = frame_ledger_json(&r->ledger);
	json_t *dropped = json_object_get(j, "dropped");

	for (size_t i = 0; i < r->rep.nresult; i++) {
		const char *place = result(r, i, "lost.");

		if (place != NULL)
			json_object_set_new(dropped, place,
			    json_integer((json_int_t)r->rep.result[i].n));
	}
	for (unsigned i = first_seen(r); i <= KHOPS_RX_RING; i++)
		if (i != KHOPS_RX_RING || r->freed[i] != 0)
			json_object_set_new(dropped, khops_place[i],
			    json_integer((json_int_t)r->freed[i]));
	json_object_set_new(j, "in_flight", json_integer(in_flight(r)));
	json_object_set_new(j, "flooded", json_integer((json_int_t)flooded(r)));
	json_object_set_new(j, "in_kernel", json_integer(in_kernel(r)));
	return j;
}

/* ---- interrupts and CPUs ------------------------------------------------------------ */

/*
 * Frames of a queue (wm0RX1), of two of a number (wm0TXRX1), or of all of them (wm0);
 * none of others.
 */
static uint64_t
frames_of(const struct replay_cmd *r, const char *name)
{
	unsigned port, first = 0, last = I354_NQ - 1;
	char kind[5] = "TXRX";
	const int n = sscanf(name, "wm%u%4[TRX]%u", &port, kind, &first);
	uint64_t frames = 0;

	if (n < 1 || n == 2 || port >= I354_NPORT || first >= I354_NQ ||
	    (n == 1 && name[strspn(name, "wm0123456789")] != '\0'))
		return 0;
	if (n == 3)
		last = first;
	for (unsigned q = first; q <= last; q++) {
		if (strstr(kind, "RX") != NULL)
			frames += r->counts[port].rx_frames[q];
		if (strstr(kind, "TX") != NULL)
			frames += r->counts[port].tx_frames[q];
	}
	return frames;
}

/* While frames came in. */
static double
a_second(const struct replay_cmd *r, uint64_t n)
{
	const double s = cpustates_seconds(r->states);

	return s == 0 ? 0 : (double)n / s;
}

/* How many messages the device has sent for it, since the start. */
static uint64_t
messages_of(const struct replay_cmd *r, const struct intrtable_row *v)
{
	unsigned port, vec;

	if (sscanf(v->names, "wm%u", &port) != 1 || port >= I354_NPORT ||
	    sscanf(v->id, "%*s vec %u", &vec) != 1 || vec >= I354_NVEC)
		return 0;
	return r->counts[port].messages[vec];
}

static json_t *
vectors_json(const struct replay_cmd *r)
{
	const struct intrtable *t = irqs_end(&r->irqs);
	json_t *all = irqs_json(t);

	for (unsigned i = 0; t != NULL && i < t->nrow; i++) {
		json_t *j = json_array_get(all, i);

		json_object_set_new(j, "frames",
		    json_integer((json_int_t)frames_of(r, t->row[i].names)));
		json_object_set_new(j, "messages",
		    json_integer((json_int_t)messages_of(r, &t->row[i])));
		json_object_set_new(j, "per_second",
		    json_fixed(a_second(r, intrtable_sum(t, &t->row[i])), 1));
	}
	return all;
}

static double
share(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : (double)part / (double)all;
}

static const struct {
	const char *name;
	enum cpustate state;
} states[] = { { "user", CPUSTATE_USER }, { "intr", CPUSTATE_INTR },
	{ "softint", CPUSTATE_SOFTINT }, { "idle", CPUSTATE_IDLE } };

static json_t *
cpus_json(const struct replay_cmd *r)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < r->rep.ncpu; i++) {
		json_t *j = json_pack("{s:i s:I}", "id", (int)i, "interrupts",
		    (json_int_t)cpustates_interrupts(r->states, i));

		for (unsigned k = 0; k < CPUSTATE_COUNT; k++)
			json_object_set_new(j, states[k].name,
			    json_fixed(cpustates_share(r->states, i,
					   states[k].state),
				4));
		json_array_append_new(all, j);
	}
	return all;
}

static void
print_cpus(const struct replay_cmd *r, FILE *fp)
{
	fprintf(fp, "%-4s %8s %8s %8s %8s  %%, of the same time\n", "CPU",
	    "user", "intr", "softint", "idle");
	for (unsigned i = 0; i < r->rep.ncpu; i++) {
		fprintf(fp, "%-4u", i);
		for (unsigned k = 0; k < CPUSTATE_COUNT; k++)
			fprintf(fp, " %8.2f",
			    100 *
				cpustates_share(r->states, i, states[k].state));
		fputc('\n', fp);
	}
}

/* ---- all of it -------------------------------------------------------------------------- */

static json_t *
stats_json(struct replay_cmd *r)
{
	const struct latency_sum s = latency_sum(&r->latency);
	const struct report_head head = { r->run.config.machine, r->run.image,
		NULL };
	json_t *j = report_json(&head, &r->rep);

	json_object_del(j, "console");
	json_object_set_new(j, "frames", frames_json(r));
	json_object_set_new(j, "latency_ns", latency_json(&s));
	json_object_set_new(j, "hops_ns", hops_json(&r->hops));
	json_object_set(j, "ports", r->ports);
	json_object_set_new(j, "traffic_ns",
	    json_fixed(1e9 * cpustates_seconds(r->states), 0));
	json_object_set_new(j, "vectors", vectors_json(r));
	json_object_set_new(j, "cpus", cpus_json(r));
	json_object_set_new(j, "absent", absent_json(board_absent(r->board)));
	json_object_set_new(j, "trace_hash", json_hex64(r->rep.trace));
	return j;
}

static void
print_drops(const struct replay_cmd *r, FILE *fp)
{
	for (unsigned d = 0; d < DROP_COUNT; d++)
		if (r->ledger.dropped[d] != 0)
			fprintf(fp, "  %-20s %12" PRIu64 "  %s\n",
			    drop_name((enum drop)d), r->ledger.dropped[d],
			    drop_text((enum drop)d));
	for (size_t i = 0; i < r->rep.nresult; i++) {
		const char *place = result(r, i, "lost.");

		if (place != NULL && r->rep.result[i].n != 0)
			fprintf(fp, "  %-20s %12" PRIu64 "  in the kernel\n",
			    place, r->rep.result[i].n);
	}
	for (unsigned i = first_seen(r); i <= KHOPS_RX_RING; i++)
		if (r->freed[i] != 0)
			fprintf(fp, "  %-20s %12" PRIu64 "  in the kernel\n",
			    khops_place[i], r->freed[i]);
}

static void
print_vectors(const struct replay_cmd *r, FILE *fp)
{
	const struct intrtable *t = irqs_end(&r->irqs);

	fprintf(fp,
	    "interrupts from the first frame in to the last one out, %.3f ms:\n",
	    1000 * cpustates_seconds(r->states));
	fprintf(fp, "%-14s %-8s %4s %12s %12s %10s\n", "interrupt", "device",
	    "CPU", "interrupts", "a second", "frames/int");
	for (unsigned i = 0; t != NULL && i < t->nrow; i++) {
		const struct intrtable_row *v = &t->row[i];
		const uint64_t n = intrtable_sum(t, v);

		if (n != 0)
			fprintf(fp,
			    "%-14s %-8s %4d %12" PRIu64 " %12.0f %10.2f\n",
			    v->id, v->names, v->cpu, n, a_second(r, n),
			    share(frames_of(r, v->names), n));
	}
}

static void
print_latency(struct replay_cmd *r, FILE *fp)
{
	const struct latency_sum s = latency_sum(&r->latency);

	latency_print(&s, "first bit in to last bit out", fp);
	if (s.n != 0)
		hops_print(&r->hops, fp);
}

static void
print_all(struct replay_cmd *r, FILE *fp)
{
	char hex[HASH_TEXT];

	for (unsigned p = 0; p < I354_NPORT; p++)
		if (r->port[p].rate != NULL)
			fprintf(fp, "wm%u: %s: %s", p, r->port[p].in_path,
			    r->port[p].rate);
	fprintf(fp,
	    "frames: %" PRIu64 " in, %" PRIu64 " out, %" PRIu64
	    " dropped, %" PRId64 " in flight",
	    r->ledger.from[FRAME_FROM_SOURCE], r->ledger.to[FRAME_TO_SINK],
	    lost_in_hardware(r) + lost_in_kernel(r), in_flight(r));
	if (flooded(r) != 0)
		fprintf(fp, ", %" PRIu64 " flooded", flooded(r));
	fputc('\n', fp);
	print_drops(r, fp);
	print_latency(r, fp);
	print_vectors(r, fp);
	print_cpus(r, fp);
	fprintf(fp, "trace %s\n", hash_format(r->rep.trace, hex));
}

/* ---- the folder ------------------------------------------------------------------------- */

void
replay_print_manifest(const struct replay_cmd *r, FILE *fp)
{
	char hex[HASH_TEXT];

	fprintf(fp, "image %s %s\n", r->run.image,
	    hash_format(r->rep.image_hash, hex));
	fprintf(fp, "machine %s\n",
	    hash_format(machine_hash(r->run.config.machine), hex));
	fprintf(fp, "arguments %s\n", r->run.config.args);
	rerun_print(&r->said, r->command, &r->rep, fp);
	for (unsigned p = 0; p < I354_NPORT; p++)
		if (r->port[p].in_path != NULL)
			fprintf(fp, "in wm%u %s %" PRIu64 " frames\n", p,
			    r->port[p].in_path, r->port[p].sent);
}

static void
write_config(void *replay, FILE *fp)
{
	const struct replay_cmd *r = replay;

	run_opts_print(&r->run, fp);
}

static void
write_summary(void *replay, FILE *fp)
{
	print_all(replay, fp);
}

static void
write_hops(void *replay, FILE *fp)
{
	struct replay_cmd *r = replay;

	fputs("hop,n,min_ns,avg_ns,p50_ns,p99_ns,max_ns\n", fp);
	for (unsigned i = 0; i < HOP_COUNT; i++) {
		const struct latency_sum s = hops_sum(&r->hops, i);

		if (s.n != 0)
			fprintf(fp, "%s,%zu,%.1f,%.1f,%.1f,%.1f,%.1f\n",
			    hop_name(i), s.n, s.min_ns, s.avg_ns, s.p50_ns,
			    s.p99_ns, s.max_ns);
	}
}

static void
write_manifest(void *replay, FILE *fp)
{
	replay_print_manifest(replay, fp);
}

static const struct folder_file files[] = { { "config.ini", write_config },
	{ "summary.txt", write_summary }, { "hops.csv", write_hops },
	{ "MANIFEST", write_manifest }, { 0 } };

const char *const replay_folder[] = { "config.ini", "summary.txt", "hops.csv",
	"MANIFEST", "stats.json" };

/*
 * At the end of a run none is left in memory; at a cut there are as many or more as were
 * not seen to end, but for copies that are being sent.  Without them a run that was good,
 * or was cut, is not.
 */
enum exit_code
replay_verdict(const struct replay_cmd *r)
{
	const enum exit_code rc = r->rep.verdict;
	const int64_t left = in_kernel(r);
	const bool good = is_told(r) ? left == 0
				     : left + (int64_t)r->reading >= 0;

	if (frame_conserved(&r->ledger) && good)
		return rc;
	fprintf(stderr,
	    "rangeley: not all frames are accounted for: %" PRId64
	    " more went into memory than were sent or lost there\n",
	    left);
	return rc == EX_GOOD || rc == EX_NOVERDICT || rc == EX_SIGINT
	    ? EX_FINDING
	    : rc;
}

enum exit_code
replay_report(struct replay_cmd *r)
{
	struct err err = ERR_NONE;
	enum exit_code rc;
	json_t *stats;

	irqs_read(&r->irqs, &r->rep);
	stats = stats_json(r);
	rc = folder_write(r->folder, files, r, stats);
	if (r->run.opts.json)
		(void)json_print(stats, stdout, "standard output", &err);
	else
		print_all(r, stdout);
	if (rc == EX_GOOD && !r->run.opts.json)
		printf("%s/\n", r->folder);
	if (rc == EX_GOOD)
		rc = err.code;
	json_decref(stats);
	irqs_free(&r->irqs);
	return rc != EX_GOOD ? rc : replay_verdict(r);
}
