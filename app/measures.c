/*
 * measures.c: a run's measurements, for people and for programs (profile.h).
 *
 * "Each" is the measurement divided by its repetitions.  Two figures need words:
 *
 *	locks taken	entries of mutex_enter() and its like.  Of kernel_lock
 *			the outermost alone: the others take nothing
 *	shared lines	those that more than one CPU wrote between begin and end.
 *	written each	A line counts as often as it was written, but at the most
 *			once for a repetition: how many different lines one wrote
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "core/json_out.h"
#include "core/tick.h"
#include "kview.h"
#include "profile.h"
#include "shared.h"

struct lock_key {
	size_t measure;
	uint64_t lock;
};

struct lock_count {
	struct lock_key key;
	uint64_t n;
	UT_hash_handle hh;
};

struct profiler {
	struct types *types;
	struct kview *kview;
	struct lock_count *locks;
	const struct run_report *rep;
	uint64_t ram_bytes;
};

static void
taken(void *arg, uint64_t lock)
{
	struct profiler *p = arg;
	struct lock_key key;
	struct lock_count *c;

	if (!p->rep->measuring)
		return;
	memset(&key, 0, sizeof(key));
	key.measure = p->rep->nmeasure - 1;
	key.lock = lock;
	HASH_FIND(hh, p->locks, &key, sizeof(key), c);
	if (c == NULL) {
		c = calloc(1, sizeof(*c));
		if (c == NULL)
			abort();
		c->key = key;
		HASH_ADD(hh, p->locks, key, sizeof(c->key), c);
	}
	c->n++;
}

enum exit_code
profiler_create(struct profiler **out, struct run_config *config,
    const struct run_report *rep)
{
	struct profiler *p = calloc(1, sizeof(*p));
	struct err err = ERR_NONE;

	if (p == NULL)
		abort();
	*out = p;
	if (types_open(&p->types, config->image, &err) != EX_GOOD)
		return fail(&err);
	p->kview = kview_create(p->types, NULL, taken, p);
	p->rep = rep;
	p->ram_bytes = config->ram_bytes;
	config->profile = true;
	config->watch = kview_watch(p->kview);
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
	kview_destroy(p->kview);
	types_close(p->types);
	free(p);
}

static double
each(const struct run_measure *m, uint64_t n)
{
	return m->n == 0 ? 0 : (double)n / (double)m->n;
}

/* ---- locks -------------------------------------------------------------------- */

struct lock_name {
	char name[360];
	uint64_t n;
};

static int
by_count(const void *a, const void *b)
{
	const struct lock_name *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Those of a measurement, most taken first; *total is all of them. */
static struct lock_name *
locks_of(const struct profiler *p, const struct names *ns, size_t measure,
    size_t *n, uint64_t *total)
{
	struct lock_name *all = calloc(HASH_COUNT(p->locks) + 1, sizeof(*all));

	if (all == NULL)
		abort();
	*n = 0;
	*total = 0;
	for (struct lock_count *c = p->locks; c != NULL; c = c->hh.next) {
		if (c->key.measure != measure)
			continue;
		all[*n].n = c->n;
		names_lock(ns, c->key.lock, all[*n].name, sizeof(all[*n].name));
		*total += c->n;
		++*n;
	}
	qsort(all, *n, sizeof(*all), by_count);
	return all;
}

/* ---- text ---------------------------------------------------------------------- */

/* Locks and lines are shown so many, and if so often; JSON has all. */
#define SHOWN 40
#define LEAST 0.01

static void
print_locks(const struct profiler *p, const struct names *ns,
    const struct run_measure *m, size_t i)
{
	uint64_t total;
	size_t n, k;
	struct lock_name *l = locks_of(p, ns, i, &n, &total);

	printf("  locks taken        %10.3f each\n", each(m, total));
	for (k = 0; k < n && k < SHOWN && each(m, l[k].n) >= LEAST; k++)
		printf("    %10.3f  %s\n", each(m, l[k].n), l[k].name);
	if (n > k)
		printf("    and %zu locks more\n", n - k);
	free(l);
}

/* "w0123", "-" for nobody. */
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
print_line(const struct shared_line *s)
{
	char w[9], r[9];

	printf("    %10.3f written %8.3f handed over %8.3f ordered   0x%llx  "
	       "%s\n",
	    each(s->of, s->line->writes), each(s->of, s->line->handed),
	    each(s->of, s->line->ordered),
	    (unsigned long long)s->line->line * PROFILE_LINE_BYTES, s->writer);
	for (size_t i = 0; i < s->nfield; i++) {
		const struct shared_field *f = &s->field[i];

		printf("        w %-8s %8.3f  r %-8s %8.3f  %s\n",
		    mask(f->writers, w), each(s->of, f->writes),
		    mask(f->readers, r), each(s->of, f->reads), f->name);
	}
}

static void
print_lines(const struct profiler *p, const struct names *ns,
    const struct run_measure *m)
{
	struct shared_line *s = shared_lines(ns, p->types, m);
	uint64_t handed = 0;
	size_t n;

	for (size_t i = 0; i < m->nshared; i++)
		handed += s[i].line->handed;
	printf("  ordered accesses   %10.3f each\n", each(m, m->sum.ordered));
	printf("  locked operations  %10.3f each\n", each(m, m->sum.locks));
	printf("  shared lines       %10.3f written each, %.3f times handed "
	       "over; %zu of %zu lines\n",
	    shared_written_each(m), each(m, handed), m->nshared, m->ntouched);
	for (n = 0;
	     n < m->nshared && n < SHOWN && each(m, s[n].line->writes) >= LEAST;
	     n++)
		print_line(&s[n]);
	if (m->nshared > n)
		printf("    and %zu lines more\n", m->nshared - n);
	shared_free(s, m->nshared);
}

void
measures_print(const struct profiler *p, const struct run_report *rep)
{
	struct names *ns = NULL;

	if (p != NULL && rep->nmeasure != 0)
		ns = names_create(p->types, rep, p->ram_bytes);
	for (size_t i = 0; i < rep->nmeasure; i++) {
		const struct run_measure *m = &rep->measure[i];

		printf("measure %s, %llu times\n", m->name,
		    (unsigned long long)m->n);
		printf("  cycles             %10.1f each, %.1f of CPUs that "
		       "did not sleep\n",
		    each(m, m->clk) / CLK_PER_CYC,
		    each(m, m->busy_clk) / CLK_PER_CYC);
		if (ns == NULL)
			continue;
		print_locks(p, ns, m, i);
		print_lines(p, ns, m);
	}
	names_destroy(ns);
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
line_json(const struct shared_line *s)
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
			json_fixed(each(s->of, f->writes), 4), "reads_each",
			json_fixed(each(s->of, f->reads), 4)));
	}
	return json_pack("{s:o s:s s:o s:o s:o s:o}", "address",
	    json_hex64((uint64_t)s->line->line * PROFILE_LINE_BYTES), "writer",
	    s->writer, "writes_each",
	    json_fixed(each(s->of, s->line->writes), 4), "handed_each",
	    json_fixed(each(s->of, s->line->handed), 4), "ordered_each",
	    json_fixed(each(s->of, s->line->ordered), 4), "fields", fields);
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
profile_json(const struct profiler *p, const struct names *ns,
    const struct run_measure *m, size_t i)
{
	struct shared_line *s = shared_lines(ns, p->types, m);
	json_t *lines = json_array(), *j;
	uint64_t total, handed = 0;
	size_t n;
	struct lock_name *l = locks_of(p, ns, i, &n, &total);

	for (size_t k = 0; k < m->nshared; k++) {
		handed += s[k].line->handed;
		json_array_append_new(lines, line_json(&s[k]));
	}
	j = json_pack("{s:o s:o s:o s:o s:o s:o s:I s:I s:o}", "locks_each",
	    json_fixed(each(m, total), 4), "locks", locks_json(l, n, m),
	    "ordered_each", json_fixed(each(m, m->sum.ordered), 4),
	    "locked_each", json_fixed(each(m, m->sum.locks), 4),
	    "shared_written_each", json_fixed(shared_written_each(m), 4),
	    "handed_each", json_fixed(each(m, handed), 4), "lines_touched",
	    (json_int_t)m->ntouched, "lines_shared", (json_int_t)m->nshared,
	    "lines", lines);
	free(l);
	shared_free(s, m->nshared);
	return j;
}

json_t *
measures_json(const struct profiler *p, const struct run_report *rep)
{
	json_t *all = json_array();
	struct names *ns = NULL;

	if (p != NULL && rep->nmeasure != 0)
		ns = names_create(p->types, rep, p->ram_bytes);
	for (size_t i = 0; i < rep->nmeasure; i++) {
		const struct run_measure *m = &rep->measure[i];

		json_array_append_new(all,
		    json_pack("{s:s s:I s:o s:o s:o*}", "name", m->name, "n",
			(json_int_t)m->n, "cycles_each",
			json_fixed(each(m, m->clk) / CLK_PER_CYC, 4),
			"busy_each",
			json_fixed(each(m, m->busy_clk) / CLK_PER_CYC, 4),
			"profile",
			ns != NULL ? profile_json(p, ns, m, i) : NULL));
	}
	names_destroy(ns);
	return all;
}
