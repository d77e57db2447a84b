/*
 * sides.c: stations and their ends (sides.h).
 *
 * A forest: each station knows another one and whether that is at the other end; the
 * first one of a tree that has sent a frame is on side 1.
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "wire/sides.h"

#define MAC 6

struct station {
	uint8_t mac[MAC];
	struct station *up; /* NULL: the root of its tree */
	unsigned other;     /* 1: up is at the other end */
	unsigned side;      /* of a root, 0: nobody has sent yet */
	uint64_t frames;    /* it has sent */
	UT_hash_handle hh;
};

struct sides {
	struct station *stations;
	uint64_t nobodys; /* frames too short for a sender */
};

static struct station *
get(struct sides *s, const uint8_t *mac)
{
	struct station *st;

	HASH_FIND(hh, s->stations, mac, MAC, st);
	if (st != NULL)
		return st;
	st = calloc(1, sizeof(*st));
	if (st == NULL)
		abort();
	memcpy(st->mac, mac, MAC);
	HASH_ADD(hh, s->stations, mac, MAC, st);
	return st;
}

/* The root of its tree, and whether that is at the other end. */
static struct station *
root(struct station *st, unsigned *other)
{
	*other = 0;
	while (st->up != NULL) {
		*other ^= st->other;
		st = st->up;
	}
	return st;
}

static void
sent(struct station *st)
{
	unsigned other;
	struct station *r = root(st, &other);

	if (r->side == 0)
		r->side = 1 + other;
}

/* They are at different ends, unless it is known better. */
static void
apart(struct station *a, struct station *b)
{
	unsigned oa, ob;
	struct station *ra = root(a, &oa), *rb = root(b, &ob);

	if (ra == rb)
		return;
	if (ra->side == 0) {
		struct station *t = ra;

		ra = rb;
		rb = t;
	}
	rb->up = ra;
	rb->other = oa ^ ob ^ 1;
}

static void
look(struct sides *s, const struct capture_frame *f)
{
	struct station *from;

	if (f->cap_bytes < 2 * MAC) {
		s->nobodys++;
		return;
	}
	from = get(s, f->data + MAC);
	if ((f->data[0] & 1) == 0)
		apart(from, get(s, f->data));
	sent(from);
	from->frames++;
}

struct sides *
sides_create(struct capture *c)
{
	struct sides *s = calloc(1, sizeof(*s));
	struct capture_frame f;

	if (s == NULL)
		abort();
	while (capture_next(c, &f))
		look(s, &f);
	if (capture_rewind(c))
		return s;
	sides_destroy(s);
	return NULL;
}

void
sides_destroy(struct sides *s)
{
	struct station *st, *next;

	if (s == NULL)
		return;
	HASH_ITER (hh, s->stations, st, next) {
		HASH_DEL(s->stations, st);
		free(st);
	}
	free(s);
}

static unsigned
side_of(struct station *st)
{
	unsigned other;
	const struct station *r = root(st, &other);

	return ((r->side == 2 ? 1u : 0u) ^ other) + 1;
}

uint64_t
sides_frames(const struct sides *s, unsigned side)
{
	uint64_t n = side == 1 ? s->nobodys : 0;

	for (struct station *st = s->stations; st != NULL; st = st->hh.next)
		if (side_of(st) == side)
			n += st->frames;
	return n;
}

unsigned
sides_of(const struct sides *s, const struct capture_frame *f)
{
	struct station *st = NULL;

	if (f->cap_bytes >= 2 * MAC)
		HASH_FIND(hh, s->stations, f->data + MAC, MAC, st);
	return st == NULL ? 1 : side_of(st);
}
