/*
 * frame.c: the pool of frames, the ledger, and the lists of hops and drops
 * (frame.h, hop.h, drop.h).
 *
 * Frames come from the host in slabs and go round by a free list, last in first
 * out, so that the few in use stay in the host's cache.
 */
#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/frame.h"

#define SLAB_FRAMES 64

struct slab {
	SLIST_ENTRY(slab) link;
	struct frame frame[SLAB_FRAMES];
};

static SLIST_HEAD(, slab) slabs = SLIST_HEAD_INITIALIZER(slabs);
static struct frame_list idle = STAILQ_HEAD_INITIALIZER(idle);
static struct frame_ledger ledger;
static void (*drop_fn)(void *, const struct frame *, enum drop);
static void *drop_arg;

static void
grow(void)
{
	struct slab *s = calloc(1, sizeof(*s));

	assert(s != NULL);
	SLIST_INSERT_HEAD(&slabs, s, link);
	for (unsigned i = 0; i < SLAB_FRAMES; i++)
		STAILQ_INSERT_HEAD(&idle, &s->frame[i], link);
}

struct frame *
frame_get(enum frame_from from)
{
	struct frame *f;

	if (STAILQ_EMPTY(&idle))
		grow();
	f = STAILQ_FIRST(&idle);
	STAILQ_REMOVE_HEAD(&idle, link);
	memset(f, 0, offsetof(struct frame, data));
	f->from = from;
	f->used = true;
	ledger.from[from]++;
	ledger.in_use++;
	return f;
}

static void
give_back(struct frame *f)
{
	assert(f->used && ledger.in_use > 0);
	f->used = false;
	ledger.in_use--;
	STAILQ_INSERT_HEAD(&idle, f, link);
}

void
frame_put(struct frame *f, enum frame_to to)
{
	give_back(f);
	ledger.to[to]++;
}

void
frame_drop(struct frame *f, enum drop place)
{
	assert(place < DROP_COUNT);
	if (drop_fn != NULL)
		drop_fn(drop_arg, f, place);
	give_back(f);
	ledger.dropped[place]++;
}

void
frame_on_drop(void (*fn)(void *, const struct frame *, enum drop), void *arg)
{
	drop_fn = fn;
	drop_arg = arg;
}

const struct frame_ledger *
frame_ledger(void)
{
	return &ledger;
}

bool
frame_conserved(const struct frame_ledger *l)
{
	uint64_t in = 0, out = l->in_use;

	for (unsigned i = 0; i < FRAME_KINDS; i++) {
		in += l->from[i];
		out += l->to[i];
	}
	for (unsigned i = 0; i < DROP_COUNT; i++)
		out += l->dropped[i];
	return in == out;
}

json_t *
frame_ledger_json(const struct frame_ledger *l)
{
	json_t *dropped = json_object();

	for (unsigned i = 0; i < DROP_COUNT; i++)
		json_object_set_new(dropped, drop_name((enum drop)i),
		    json_integer((json_int_t)l->dropped[i]));
	return json_pack("{s:I, s:I, s:o, s:I, s:I, s:I, s:{s:I, s:I}}", "in",
	    (json_int_t)l->from[FRAME_FROM_SOURCE], "out",
	    (json_int_t)l->to[FRAME_TO_SINK], "dropped", dropped, "in_flight",
	    (json_int_t)l->in_use, "to_memory",
	    (json_int_t)l->to[FRAME_TO_MEMORY], "from_memory",
	    (json_int_t)l->from[FRAME_FROM_MEMORY], "mac", "made",
	    (json_int_t)l->from[FRAME_FROM_MAC], "taken",
	    (json_int_t)l->to[FRAME_TO_MAC]);
}

void
frames_fini(void)
{
	while (!SLIST_EMPTY(&slabs)) {
		struct slab *s = SLIST_FIRST(&slabs);

		SLIST_REMOVE_HEAD(&slabs, link);
		free(s);
	}
	STAILQ_INIT(&idle);
	memset(&ledger, 0, sizeof(ledger));
	frame_on_drop(NULL, NULL);
}

/*
 * The lists.
 */

static const struct {
	const char *name, *text;
	enum hop_side side;
} hops[] = {
#define HOP_ROW(name, side, text) { #name, text, HOP_SIDE_##side },
	HOPS(HOP_ROW)
#undef HOP_ROW
};

static const struct {
	const char *name, *text;
} drops[] = {
#define DROP_ROW(name, key, text) { key, text },
	DROPS(DROP_ROW)
#undef DROP_ROW
};

const char *
hop_name(enum hop h)
{
	assert(h < HOP_COUNT);
	return hops[h].name;
}

const char *
hop_text(enum hop h)
{
	assert(h < HOP_COUNT);
	return hops[h].text;
}

enum hop_side
hop_side(enum hop h)
{
	assert(h < HOP_COUNT);
	return hops[h].side;
}

const char *
drop_name(enum drop d)
{
	assert(d < DROP_COUNT);
	return drops[d].name;
}

const char *
drop_text(enum drop d)
{
	assert(d < DROP_COUNT);
	return drops[d].text;
}
