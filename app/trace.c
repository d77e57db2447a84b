/*
 * trace.c: `rangeley trace': which functions of an image are entered, when and
 * where; of a kernel also in which context and with which locks.
 *
 * The run is the one that there would be without a trace: the same times, the
 * same hash (cpu/watch.h).  Events are kept until its end, because names of locks
 * come from the memory that it leaves.
 *
 *	    cycles cpu context      ipl    function                locks held
 *	       0.0   0 hard         NONE   Xintr_ioapic_edge1      -
 *	     412.5   0 hard         VM     bridge_input            kernel_lock
 *
 * The context is that of the entry: "hard" a handler of interrupts, else the
 * LWP's name.  Cycles begin with the first event.
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "chain.h"
#include "core/json_out.h"
#include "core/tick.h"
#include "names.h"
#include "nobody.h"
#include "run_opts.h"

#define LOCK_TEXT 360

enum { KEY_CHAIN = 'c', KEY_FUNCTION = 'f', KEY_NTH = 'n', KEY_IN = 'i' };

struct trace {
	struct run_opts run;
	const char *chain_path, *in;
	const char **function; /* patterns of --function */
	size_t nfunction;
	unsigned nth;
	struct types *types;
	struct kview *kview;
	struct chain chain;
	struct kview_seen *event;
	size_t n, cap;
	const struct run_report *rep;
	struct lock *locks; /* names of those of the chain, as it ended */
	bool within;        /* the chain, as events come */
	unsigned done;      /* chains that have ended */
};

struct lock {
	uint64_t va;
	char name[LOCK_TEXT];
	UT_hash_handle hh;
};

static void
name_lock(struct trace *t, const struct names *ns, uint64_t va)
{
	struct lock *l;

	HASH_FIND(hh, t->locks, &va, sizeof(va), l);
	if (l != NULL)
		return;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		abort();
	l->va = va;
	names_lock(ns, va, l->name, sizeof(l->name));
	HASH_ADD(hh, t->locks, va, sizeof(l->va), l);
}

/*
 * Locks get their names as the chain ends, or with the run: what they are in may
 * soon be gone.
 */
static void
name_locks(struct trace *t)
{
	struct names *ns = names_create(t->types, t->rep,
	    t->run.config.ram_bytes);

	for (size_t i = 0; i < t->n; i++) {
		const struct kview_seen *e = &t->event[i];

		for (unsigned k = 0; k < e->nheld && k < KVIEW_HELD; k++)
			name_lock(t, ns, e->held[k]);
		if (kview_is_lock(t->kview, e->fn))
			name_lock(t, ns, kview_lock(t->kview, e));
	}
	names_destroy(ns);
}

static const char *
lock_name(const struct trace *t, uint64_t va)
{
	struct lock *l;

	HASH_FIND(hh, t->locks, &va, sizeof(va), l);
	return l != NULL ? l->name : "?";
}

/* The same as chain_find() will find, but in the host's order. */
static void
follow(struct trace *t, unsigned role)
{
	if ((role & CHAIN_FROM) != 0)
		t->within = true;
	if (!t->within || (role & CHAIN_TO) == 0)
		return;
	t->within = false;
	if (++t->done == t->nth)
		name_locks(t);
}

static void
seen(void *arg, const struct kview_seen *s)
{
	struct trace *t = arg;

	if (t->n == t->cap) {
		t->cap = t->cap == 0 ? 4096 : 2 * t->cap;
		t->event = reallocarray(t->event, t->cap, sizeof(*t->event));
		if (t->event == NULL)
			abort();
	}
	t->event[t->n] = *s;
	t->event[t->n].seq = t->n;
	t->n++;
	follow(t, chain_role(&t->chain, s->fn));
}

/* ---- events --------------------------------------------------------------------- */

/* CPUs run ahead of each other; at equal times, as the host had them. */
static int
by_time(const void *a, const void *b)
{
	const struct kview_seen *x = a, *y = b;

	if (x->clk != y->clk)
		return x->clk < y->clk ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static const char *
context(const struct kview_context *c)
{
	return !c->known ? "-" : c->hard ? "hard" : c->lwp_name;
}

/* The last part of a lock's name: sc_rtlist_lock. */
static const char *
short_name(const char *name)
{
	const char *dot = strrchr(name, '.'), *arrow = strstr(name, "->");
	const char *next;

	while (arrow != NULL && (next = strstr(arrow + 2, "->")) != NULL)
		arrow = next;
	if (arrow != NULL && (dot == NULL || arrow > dot))
		return arrow + 2;
	return dot != NULL ? dot + 1 : name;
}

static void
held_text(const struct trace *t, const struct kview_seen *e, char *buf,
    size_t size)
{
	size_t len = 0;

	snprintf(buf, size, "-");
	for (unsigned i = 0; i < e->nheld && i < KVIEW_HELD && len < size;
	     i++) {
		len += (size_t)snprintf(buf + len, size - len, "%s%s",
		    i == 0 ? "" : ",", short_name(lock_name(t, e->held[i])));
	}
}

static void
function_text(const struct trace *t, const struct kview_seen *e, char *buf,
    size_t size)
{
	const char *fn = kview_function(t->kview, e->fn);

	if (kview_is_lock(t->kview, e->fn))
		snprintf(buf, size, "%s(%s)", fn,
		    short_name(lock_name(t, kview_lock(t->kview, e))));
	else
		snprintf(buf, size, "%s", fn);
}

static void
print_event(const struct trace *t, const struct kview_seen *e, uint64_t start)
{
	char fn[LOCK_TEXT + 80], held[400];
	uint64_t clk = e->clk - start;

	function_text(t, e, fn, sizeof(fn));
	held_text(t, e, held, sizeof(held));
	printf("%10llu.%llu %3u %-12s %-10s %-36s %s\n",
	    (unsigned long long)(clk / CLK_PER_CYC),
	    (unsigned long long)(clk % CLK_PER_CYC), e->cpu,
	    context(&e->context),
	    e->context.known ? kview_ipl(e->context.ipl) : "-", fn, held);
}

static json_t *
event_json(const struct trace *t, const struct kview_seen *e, uint64_t start)
{
	json_t *held = json_array(), *args = json_array();
	const char *lock = NULL;
	uint64_t value;

	for (unsigned i = 0; i < e->nheld && i < KVIEW_HELD; i++)
		json_array_append_new(held,
		    json_string(lock_name(t, e->held[i])));
	for (unsigned i = 0;
	     i < KVIEW_ARGS && kview_argument(t->kview, e, i, &value); i++)
		json_array_append_new(args, json_hex64(value));
	if (kview_is_lock(t->kview, e->fn))
		lock = lock_name(t, kview_lock(t->kview, e));
	return json_pack("{s:o s:i s:s s:s s:i s:s s:s* s:o s:o}", "cycles",
	    json_fixed((double)(e->clk - start) / CLK_PER_CYC, 1), "cpu",
	    (int)e->cpu, "context", context(&e->context), "ipl",
	    e->context.known ? kview_ipl(e->context.ipl) : "-", "depth",
	    e->context.depth, "function", kview_function(t->kview, e->fn),
	    "lock", lock, "held", held, "args", args);
}

/* ---- output ---------------------------------------------------------------------- */

struct piece {
	size_t first, end;
};

static void
for_each(const struct trace *t, const struct piece *p,
    void (*fn)(const struct trace *, const struct kview_seen *, void *),
    void *arg)
{
	for (size_t i = p->first; i < p->end; i++)
		if (chain_role(&t->chain, t->event[i].fn) != 0)
			fn(t, &t->event[i], arg);
}

struct output {
	uint64_t start;
	json_t *json; /* array, or NULL */
};

static void
put(const struct trace *t, const struct kview_seen *e, void *arg)
{
	struct output *o = arg;

	if (o->json == NULL)
		print_event(t, e, o->start);
	else
		json_array_append_new(o->json, event_json(t, e, o->start));
}

static enum exit_code
write_json(const struct trace *t, const struct run_report *rep, json_t *events)
{
	struct err err = ERR_NONE;
	json_t *j = json_pack("{s:s s:o s:i s:o}", "image", t->run.image,
	    "trace", json_hex64(rep->trace), "verdict", (int)rep->verdict,
	    "events", events);

	json_print(j, stdout, "standard output", &err);
	json_decref(j);
	return fail(&err);
}

static enum exit_code
output(struct trace *t, const struct run_report *rep)
{
	struct output o = { 0, NULL };
	struct piece p;
	enum exit_code rc = EX_GOOD;

	if (t->n != 0)
		qsort(t->event, t->n, sizeof(*t->event), by_time);
	if (!chain_find(&t->chain, t->event, t->n, t->nth, &p.first, &p.end)) {
		if (t->n == 0)
			fputs("rangeley: none of these functions was "
			      "entered\n",
			    stderr);
		else
			fprintf(stderr,
			    "rangeley: %zu events and among them no chain "
			    "number %u; see which functions are entered with "
			    "--function\n",
			    t->n, t->nth);
		return rep->verdict != EX_GOOD ? rep->verdict : EX_FINDING;
	}
	name_locks(t);
	if (p.first < p.end)
		o.start = t->event[p.first].clk;
	if (t->run.opts.json)
		o.json = json_array();
	else
		printf("%12s %3s %-12s %-10s %-36s %s\n", "cycles", "cpu",
		    "context", "ipl", "function", "locks held");
	for_each(t, &p, put, &o);
	if (t->run.opts.json)
		rc = write_json(t, rep, o.json);
	return rc;
}

/* ---- the command ------------------------------------------------------------------ */

static const struct argp_option options[] = {
	{ "chain", KEY_CHAIN, "FILE", 0,
	    "which functions, and which of them begin and end it", 0 },
	{ "function", KEY_FUNCTION, "NAMES", 0,
	    "these functions, separated by commas; * stands for anything", 0 },
	{ "nth", KEY_NTH, "N", 0, "the Nth chain of the run (1)", 0 },
	{ "in", KEY_IN, "PORT=FILE", 0,
	    "a capture that goes into a port, e.g. wm0=a.pcap", 0 },
	{ 0 }
};

static void
add_functions(struct trace *t, char *names)
{
	char *save, *name;

	for (name = strtok_r(names, ",", &save); name != NULL;
	     name = strtok_r(NULL, ",", &save)) {
		t->function = reallocarray(t->function, t->nfunction + 1,
		    sizeof(*t->function));
		if (t->function == NULL)
			abort();
		t->function[t->nfunction++] = name;
	}
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct trace *t = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &t->run;
		return 0;
	case KEY_CHAIN:
		t->chain_path = arg;
		return 0;
	case KEY_FUNCTION:
		add_functions(t, arg);
		return 0;
	case KEY_IN:
		t->in = arg;
		return 0;
	case KEY_NTH:
		t->nth = (unsigned)opts_count("nth", arg, 1, UINT32_MAX, state);
		return 0;
	case ARGP_KEY_END:
		if (t->chain_path == NULL && t->nfunction == 0)
			argp_error(state,
			    "which functions? --chain FILE, or e.g. --function "
			    "'mutex_*'");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum exit_code
prepare(struct trace *t)
{
	struct err err = ERR_NONE;

	if (types_open(&t->types, t->run.config.image, &err) != EX_GOOD)
		return fail(&err);
	t->kview = kview_create(t->types, seen, NULL, t);
	if (t->chain_path != NULL)
		(void)chain_read(&t->chain, t->kview, t->types, t->chain_path,
		    &err);
	for (size_t i = 0; i < t->nfunction && err.code == EX_GOOD; i++)
		(void)chain_add(&t->chain, t->kview, t->types, CHAIN_STEP,
		    t->function[i], &err);
	t->run.config.watch = kview_watch(t->kview);
	t->run.config.console = stderr;
	return fail(&err);
}

static enum exit_code
run(struct trace *t)
{
	struct run_report rep = { .nobject = 0 };
	enum exit_code rc;

	t->rep = &rep;
	rc = run_to_end(&t->run.config, &rep);

	if (rc == EX_GOOD) {
		run_opts_refused(&t->run, &rep);
		rc = output(t, &rep);
	}
	if (rc == EX_GOOD)
		rc = rep.verdict;
	run_report_free(&rep);
	return rc;
}

static void
free_locks(struct trace *t)
{
	struct lock *l, *next;

	HASH_ITER (hh, t->locks, l, next) {
		HASH_DEL(t->locks, l);
		free(l);
	}
}

static enum exit_code
trace_main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ &run_opts_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "[SCENARIO] [NAME=VALUE...]",
		.doc = "Boot an image as `rangeley run' does and print which "
		       "functions are entered: when, on which CPU, in which "
		       "context, with which locks.  What the image prints goes "
		       "to the standard error output.",
		.children = children };
	static struct trace t = { .nth = 1 };
	struct nobody *nobody;
	struct err err = ERR_NONE;
	enum exit_code rc;

	argp_parse(&argp, argc, argv, 0, NULL, &t);
	rc = run_opts_ready(&t.run);
	nobody = nobody_if_served(&t.run);
	if (rc == EX_GOOD && t.in != NULL) {
		(void)nobody_plays(nobody, t.in, &err);
		rc = fail(&err);
	}
	if (rc == EX_GOOD)
		rc = prepare(&t);
	if (rc == EX_GOOD)
		rc = run(&t);
	chain_free(&t.chain);
	kview_destroy(t.kview);
	types_close(t.types);
	free_locks(&t);
	free(t.event);
	free(t.function);
	nobody_destroy(nobody);
	run_opts_free(&t.run);
	return rc;
}

const struct command cmd_trace = { "trace",
	"which functions an image enters, when and where", trace_main };
