/*
 * profile_work.c: sets of lines, by object (profile_work.h).
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/profile_work.h"

static void
clear(struct work_set *s)
{
	s->lines.n = 0;
	memset(s->place, 0, sizeof(s->place));
}

/* True: it is new there, or there is no room to know. */
static bool
add(struct work_set *s, uint32_t line)
{
	uint32_t i = line * 2654435761u >> 16;

	if (s->lines.n == WORK_LINES)
		return true;
	for (;; i++) {
		uint16_t *at = &s->place[i % (2 * WORK_LINES)];

		if (*at == 0) {
			s->lines.line[s->lines.n++] = line;
			*at = (uint16_t)s->lines.n;
			return true;
		}
		if (s->lines.line[*at - 1] == line)
			return false;
	}
}

static bool
is_used(const struct works *w, const struct work_set *s)
{
	for (unsigned i = 0; i < WORK_CPUS; i++)
		for (unsigned k = 0; k < WORK_CONTEXTS; k++)
			if (w->work[i][k].now == s || w->work[i][k].before == s)
				return true;
	return false;
}

/* Empty; one that was put away may be taken. */
static struct work_set *
get_set(struct works *w)
{
	struct work_set *s, **at;

	for (at = &w->old; (s = *at) != NULL; at = &s->next)
		if (!is_used(w, s)) {
			*at = s->next;
			clear(s);
			return s;
		}
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		abort();
	return s;
}

/* The number may be that of another, while somebody still works for this one. */
static void
forget(struct works *w, struct work_set *s)
{
	HASH_DEL(w->set, s);
	s->next = w->old;
	w->old = s;
}

static struct work_set *
set_of(struct works *w, uint64_t object, bool is_new)
{
	struct work_set *s;

	HASH_FIND(hh, w->set, &object, sizeof(object), s);
	if (s != NULL && is_new)
		forget(w, s);
	else if (s != NULL)
		return s;
	s = get_set(w);
	s->object = object;
	HASH_ADD(hh, w->set, object, sizeof(s->object), s);
	return s;
}

void
works_clear(struct works *w)
{
	struct work_set *s, *next;

	HASH_ITER (hh, w->set, s, next) {
		HASH_DEL(w->set, s);
		free(s);
	}
	for (s = w->old; s != NULL; s = next) {
		next = s->next;
		free(s);
	}
	memset(w, 0, sizeof(*w));
}

struct work *
works_find(struct works *w, unsigned cpu, uint64_t context)
{
	struct work *all = w->work[cpu], *one;

	for (unsigned i = 0; i < WORK_CONTEXTS; i++)
		if (all[i].context == context)
			return &all[i];
	one = &all[w->next[cpu]++ % WORK_CONTEXTS];
	one->context = context;
	one->now = one->before = NULL;
	return one;
}

bool
work_write(struct work *work, uint32_t line)
{
	return work->now != NULL && add(work->now, line);
}

static void
name_object(struct work *work, struct work_set *s, struct work_lines *twice)
{
	struct work_set *own = &work->own;

	if (work->now == own)
		for (unsigned i = 0; i < own->lines.n; i++)
			if (!add(s, own->lines.line[i]))
				twice->line[twice->n++] = own->lines.line[i];
	work->now = s;
}

struct work_lines
work_change(struct works *w, struct work *work, enum profile_work what,
    uint64_t object)
{
	struct work_lines twice = { .n = 0 };
	struct work_set *s;

	w->any = true;
	switch (what) {
	case PROFILE_OBJECT:
	case PROFILE_NEW:
	case PROFILE_LAST:
		s = set_of(w, object, what == PROFILE_NEW);
		name_object(work, s, &twice);
		if (what == PROFILE_LAST)
			forget(w, s);
		break;
	case PROFILE_UNKNOWN:
		clear(&work->own);
		work->now = &work->own;
		break;
	case PROFILE_PAUSE:
		work->before = work->now;
		work->now = NULL;
		break;
	case PROFILE_GO_ON:
		work->now = work->before;
		break;
	}
	return twice;
}
