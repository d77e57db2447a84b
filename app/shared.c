/*
 * shared.c: names and fields of shared lines (shared.h).
 *
 * A line is divided into the fields that lie in it; those that nobody touched are
 * left out.  Memory without a name is divided into words, and who wrote there most
 * has to say what it is.
 */
#include <stdlib.h>
#include <string.h>

#include "shared.h"

static const char *
function_of(const struct types *t, uint64_t pc)
{
	const struct types_symbol *s = types_of_hook(t, pc);

	return s != NULL && s->function ? s->name : "";
}

static const char *
main_writer(const struct types *t, const struct profile_line *l)
{
	const struct profile_site *most = &l->site[0];

	for (unsigned i = 1; i < PROFILE_SITES; i++)
		if (l->site[i].n > most->n)
			most = &l->site[i];
	return function_of(t, most->pc);
}

/* Bytes [at, end) of the line are this field's. */
static void
count(struct shared_field *f, const struct profile_line *l, unsigned at,
    unsigned end)
{
	for (unsigned i = at; i < end; i++) {
		f->readers |= l->reader[i];
		f->writers |= l->writer[i];
		f->reads += l->nread[i];
		f->writes += l->nwrite[i];
	}
}

static void
divide(const struct names *ns, struct shared_line *s)
{
	uint64_t base = (uint64_t)s->line->line * PROFILE_LINE_BYTES;
	unsigned at = 0;

	s->field = calloc(PROFILE_LINE_BYTES, sizeof(*s->field));
	if (s->field == NULL)
		abort();
	while (at < PROFILE_LINE_BYTES) {
		struct shared_field f = { .readers = 0 };
		unsigned end;
		uint64_t last;

		names_find(ns, base + at, &f.parts);
		last = f.parts.va + f.parts.bytes;
		end = last <= base + at                ? at + 1
		    : last - base < PROFILE_LINE_BYTES ? (unsigned)(last - base)
						       : PROFILE_LINE_BYTES;
		count(&f, s->line, at, end);
		names_text(&f.parts, f.name, sizeof(f.name));
		if ((f.readers | f.writers) != 0)
			s->field[s->nfield++] = f;
		at = end;
	}
}

static int
by_writes(const void *a, const void *b)
{
	const struct shared_line *x = a, *y = b;

	if (x->line->writes != y->line->writes)
		return x->line->writes < y->line->writes ? 1 : -1;
	return x->line->line < y->line->line ? -1 : 1;
}

struct shared_line *
shared_lines(const struct names *ns, const struct types *t,
    const struct run_measure *m)
{
	struct shared_line *all = calloc(m->nshared + 1, sizeof(*all));

	if (all == NULL)
		abort();
	for (size_t i = 0; i < m->nshared; i++) {
		all[i].line = &m->shared[i];
		all[i].writer = main_writer(t, all[i].line);
		divide(ns, &all[i]);
	}
	qsort(all, m->nshared, sizeof(*all), by_writes);
	return all;
}

void
shared_free(struct shared_line *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(all[i].field);
	free(all);
}
