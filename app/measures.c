/*
 * measures.c: a run's measurements, for people and for programs (measures.h).
 *
 * "Each" is the measurement divided by its repetitions.  Two figures need words:
 *
 *	locks taken	entries of mutex_enter() and its like.  Of kernel_lock
 *			the outermost alone: the others take nothing
 *	shared lines	those that were written between begin and end, and that more
 *			than one CPU touched.  What is counted is writes; with --each
 *			also lines, each once for a thing that it was written for
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "core/json_out.h"
#include "core/tick.h"
#include "follow.h"
#include "measures.h"
#include "shared.h"

struct lock_count {
	uint64_t lock;
	uint64_t n;
	UT_hash_handle hh;
};

struct lock_name {
	char name[360];
	uint64_t n;
};

/* What is known of a measurement besides its counters. */
struct known {
	struct lock_name *lock; /* most taken first */
	size_t nlock;
	uint64_t taken; /* all of them */
	struct shared_line *line;
	size_t nline;
	uint64_t writes, handed, objects; /* all lines together */
};

struct profiler {
	struct types *types;
	struct kview *kview;
	struct follow follow;
	struct lock_count *locks; /* of the measurement under way */
	const struct run_report *rep;
	uint64_t ram_bytes;
	struct known *known; /* of each measurement that has ended */
	size_t n;
};

/* ---- while it runs --------------------------------------------------------------- */

static void
taken(void *arg, uint64_t lock)
{
	struct profiler *p = arg;
	struct lock_count *c;

	if (!p->rep->measuring)
		return;
	HASH_FIND(hh, p->locks, &lock, sizeof(lock), c);
	if (c == NULL) {
		c = calloc(1, sizeof(*c));
		if (c == NULL)
			abort();
		c->lock = lock;
		HASH_ADD(hh, p->locks, lock, sizeof(c->lock), c);
	}
	c->n++;
}

static void
entered(void *arg, const struct kview_seen *s)
{
	const struct profiler *p = arg;

	follow_seen(&p->follow, s);
}

static int
by_count(const void *a, const void *b)
{
	const struct lock_name *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Moves the counts to k. */
static void
name_locks(struct profiler *p, const struct names *ns, struct known *k)
{
	struct lock_count *c, *next;

	k->lock = calloc(HASH_COUNT(p->locks) + 1, sizeof(*k->lock));
	if (k->lock == NULL)
		abort();
	HASH_ITER (hh, p->locks, c, next) {
		struct lock_name *l = &k->lock[k->nlock++];

		names_lock(ns, c->lock, l->name, sizeof(l->name));
		l->n = c->n;
		k->taken += c->n;
		HASH_DEL(p->locks, c);
		free(c);
	}
	qsort(k->lock, k->nlock, sizeof(*k->lock), by_count);
}

/* Names are looked up at once: objects may be gone when the run ends. */
static void
measured(void *arg, const struct run_report *rep)
{
	const struct run_measure *m = &rep->measure[rep->nmeasure - 1];
	struct profiler *p = arg;
	struct names *ns = names_create(p->types, rep, p->ram_bytes);
	struct known *k;

	p->known = reallocarray(p->known, p->n + 1, sizeof(*p->known));
	if (p->known == NULL)
		abort();
	k = &p->known[p->n++];
	*k = (struct known){ .nline = m->nshared };
	name_locks(p, ns, k);
	k->line = shared_lines(ns, p->types, m);
	for (size_t i = 0; i < k->nline; i++) {
		k->writes += k->line[i].line->writes;
		k->handed += k->line[i].line->handed;
		k->objects += k->line[i].line->objects;
	}
	names_destroy(ns);
}

enum exit_code
profiler_create(struct profiler **out, struct run_config *config,
    const struct run_report *rep, const char *each)
{
	struct profiler *p = calloc(1, sizeof(*p));
	struct err err = ERR_NONE;

	if (p == NULL)
		abort();
	*out = p;
	if (types_open(&p->types, config->image, &err) != EX_GOOD)
		return fail(&err);
	p->kview = kview_create(p->types, entered, taken, p);
	if (each != NULL &&
	    follow_parse(&p->follow, p->kview, p->types, each, &err) != EX_GOOD)
		return fail(&err);
	p->rep = rep;
	p->ram_bytes = config->ram_bytes;
	config->profile = true;
	config->watch = kview_watch(p->kview);
	config->context = kview_thread;
	config->context_arg = p->kview;
	config->measured = measured;
	config->measured_arg = p;
	return EX_GOOD;
}

void
profiler_destroy(struct profiler *p)
{
	struct lock_count *c, *next;

	if (p == NULL)
		return;
	HASH_ITER (hh, p->locks, c, next) {
		HASH_DEL(p->locks, c);
		free(c);
	}
	for (size_t i = 0; i < p->n; i++) {
		free(p->known[i].lock);
		shared_free(p->known[i].line, p->known[i].nline);
	}
	free(p->known);
	kview_destroy(p->kview);
	types_close(p->types);
	free(p);
}

static double
each(const struct run_measure *m, uint64_t n)
{
	return m->n == 0 ? 0 : (double)n / (double)m->n;
}

/* ---- text ---------------------------------------------------------------------- */

/* Locks and lines are shown so many, and if so often; JSON has all. */
#define SHOWN 40
#define LEAST 0.01

static void
print_locks(const struct known *k, const struct run_measure *m)
{
	size_t n;

	printf("  locks taken        %10.3f each\n", each(m, k->taken));
	for (n = 0; n < k->nlock && n < SHOWN && each(m, k->lock[n].n) >= LEAST;
	     n++)
		printf("    %10.3f  %s\n", each(m, k->lock[n].n),
		    k->lock[n].name);
	if (k->nlock > n)
		printf("    and %zu locks more\n", k->nlock - n);
}

/* "0123", "-" for nobody. */
static const char *
mask(uint8_t cpus, char buf[9])
{
	char *s = buf;

	for (unsigned i = 0; i < 8; i++)
		if ((cpus >> i & 1) != 0)
			*s++ = (char)('0' + i);
	if (s == buf)
		*s++ = '-';
	*s = '\0';
	return buf;
}

static void
print_line(const struct run_measure *m, const struct shared_line *s)
{
	char w[9], r[9];

	printf("    %10.3f writes %8.3f handed over %8.3f ordered   0x%llx  "
	       "%s\n",
	    each(m, s->line->writes), each(m, s->line->handed),
	    each(m, s->line->ordered),
	    (unsigned long long)s->line->line * PROFILE_LINE_BYTES, s->writer);
	for (size_t i = 0; i < s->nfield; i++) {
		const struct shared_field *f = &s->field[i];

		printf("        w %-8s %8.3f  r %-8s %8.3f  %s\n",
		    mask(f->writers, w), each(m, f->writes),
		    mask(f->readers, r), each(m, f->reads), f->name);
	}
}

static void
print_lines(const struct known *k, const struct run_measure *m, bool follow)
{
	size_t n;

	printf("  ordered accesses   %10.3f each\n", each(m, m->sum.ordered));
	printf("  locked operations  %10.3f each\n", each(m, m->sum.locks));
	printf("  shared lines       %10.3f writes each, %.3f times handed "
	       "over; %zu of %zu lines\n",
	    each(m, k->writes), each(m, k->handed), m->nshared, m->ntouched);
	if (follow)
		printf("                     %10.3f of them written each\n",
		    each(m, k->objects));
	for (n = 0; n < k->nline && n < SHOWN &&
	     each(m, k->line[n].line->writes) >= LEAST;
	     n++)
		print_line(m, &k->line[n]);
	if (k->nline > n)
		printf("    and %zu lines more\n", k->nline - n);
}

static const struct known *
known(const struct profiler *p, size_t i)
{
	return p != NULL && i < p->n ? &p->known[i] : NULL;
}

void
measures_print(const struct profiler *p, const struct run_report *rep)
{
	for (size_t i = 0; i < rep->nmeasure; i++) {
		const struct run_measure *m = &rep->measure[i];
		const struct known *k = known(p, i);

		printf("measure %s, %llu times\n", m->name,
		    (unsigned long long)m->n);
		printf("  cycles             %10.1f each, %.1f of CPUs that "
		       "did not sleep\n",
		    each(m, m->clk) / CLK_PER_CYC,
		    each(m, m->busy_clk) / CLK_PER_CYC);
		if (k != NULL) {
			print_locks(k, m);
			print_lines(k, m, p->follow.n != 0);
		}
	}
}

/* ---- JSON ------------------------------------------------------------------------ */

static json_t *
cpus_json(uint8_t cpus)
{
	json_t *j = json_array();

	for (int i = 0; i < 8; i++)
		if ((cpus >> i & 1) != 0)
			json_array_append_new(j, json_integer(i));
	return j;
}

static json_t *
line_json(const struct run_measure *m, const struct shared_line *s, bool follow)
{
	json_t *fields = json_array();

	for (size_t i = 0; i < s->nfield; i++) {
		const struct shared_field *f = &s->field[i];

		json_array_append_new(fields,
		    json_pack("{s:s s:s* s:s s:s s:I s:o s:o s:o s:o}", "name",
			f->name, "type", f->parts.type, "object",
			f->parts.object, "field", f->parts.field, "offset",
			(json_int_t)(f->parts.va -
			    (s->line->line * (uint64_t)PROFILE_LINE_BYTES)),
			"writers", cpus_json(f->writers), "readers",
			cpus_json(f->readers), "writes_each",
			json_fixed(each(m, f->writes), 4), "reads_each",
			json_fixed(each(m, f->reads), 4)));
	}
	return json_pack("{s:o s:s s:o s:o* s:o s:o s:o}", "address",
	    json_hex64((uint64_t)s->line->line * PROFILE_LINE_BYTES), "writer",
	    s->writer, "writes_each", json_fixed(each(m, s->line->writes), 4),
	    "lines_each",
	    follow ? json_fixed(each(m, s->line->objects), 4) : NULL,
	    "handed_each", json_fixed(each(m, s->line->handed), 4),
	    "ordered_each", json_fixed(each(m, s->line->ordered), 4), "fields",
	    fields);
}

static json_t *
locks_json(const struct lock_name *l, size_t n, const struct run_measure *m)
{
	json_t *locks = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(locks,
		    json_pack("{s:s s:o}", "lock", l[i].name, "each",
			json_fixed(each(m, l[i].n), 4)));
	return locks;
}

static json_t *
profile_json(const struct known *k, const struct run_measure *m, bool follow)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < k->nline; i++)
		json_array_append_new(lines, line_json(m, &k->line[i], follow));
	return json_pack("{s:o s:o s:o s:o s:o s:o* s:o s:I s:I s:o}",
	    "locks_each", json_fixed(each(m, k->taken), 4), "locks",
	    locks_json(k->lock, k->nlock, m), "ordered_each",
	    json_fixed(each(m, m->sum.ordered), 4), "locked_each",
	    json_fixed(each(m, m->sum.locks), 4), "shared_writes_each",
	    json_fixed(each(m, k->writes), 4), "shared_lines_each",
	    follow ? json_fixed(each(m, k->objects), 4) : NULL, "handed_each",
	    json_fixed(each(m, k->handed), 4), "lines_touched",
	    (json_int_t)m->ntouched, "lines_shared", (json_int_t)m->nshared,
	    "lines", lines);
}

json_t *
measures_json(const struct profiler *p, const struct run_report *rep)
{
	json_t *all = json_array();

	for (size_t i = 0; i < rep->nmeasure; i++) {
		const struct run_measure *m = &rep->measure[i];
		const struct known *k = known(p, i);

		json_array_append_new(all,
		    json_pack("{s:s s:I s:o s:o s:o*}", "name", m->name, "n",
			(json_int_t)m->n, "cycles_each",
			json_fixed(each(m, m->clk) / CLK_PER_CYC, 4),
			"busy_each",
			json_fixed(each(m, m->busy_clk) / CLK_PER_CYC, 4),
			"profile",
			k != NULL ? profile_json(k, m, p->follow.n != 0)
				  : NULL));
	}
	return all;
}
