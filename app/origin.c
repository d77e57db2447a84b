/*
 * origin.c: buffers and the frames in them, a hash table (origin.h).
 */
#include <stdlib.h>
#include <string.h>

#include "origin.h"

struct origins {
	struct origin *all;
};

struct origins *
origins_create(void)
{
	struct origins *os = calloc(1, sizeof(*os));

	if (os == NULL)
		abort();
	return os;
}

void
origins_destroy(struct origins *os)
{
	struct origin *o, *next;

	HASH_ITER (hh, os->all, o, next) {
		HASH_DEL(os->all, o);
		free(o);
	}
	free(os);
}

struct origin *
origins_at(const struct origins *os, uint64_t pa)
{
	struct origin *o;

	HASH_FIND(hh, os->all, &pa, sizeof(pa), o);
	return o;
}

void
origins_moves(struct origins *os, unsigned port, unsigned queue,
    const struct frame *f, uint64_t pa)
{
	struct origin *o = origins_at(os, pa);

	if (o == NULL) {
		o = calloc(1, sizeof(*o));
		if (o == NULL)
			abort();
		o->pa = pa;
		HASH_ADD(hh, os->all, pa, sizeof(o->pa), o);
	}
	o->id = f->id;
	o->source = f->source;
	o->port = port;
	o->queue = queue;
	memcpy(o->stamp_tick, f->stamp_tick, sizeof(o->stamp_tick));
}

/* Those of the way in that are new; the kernel's are there perhaps. */
void
origins_delivered(struct origins *os, const struct frame *f, uint64_t pa)
{
	struct origin *o = origins_at(os, pa);

	if (o == NULL || o->id != f->id || o->source != f->source)
		return;
	for (unsigned h = 0; h <= HOP_MSIX; h++)
		o->stamp_tick[h] = f->stamp_tick[h];
}

void
origins_taken(const struct origins *os, struct frame *f, uint64_t pa)
{
	const struct origin *o = origins_at(os, pa);

	if (o == NULL)
		return;
	f->id = o->id;
	f->source = o->source;
	for (unsigned h = 0; h < HOP_TX_DOORBELL; h++)
		f->stamp_tick[h] = o->stamp_tick[h];
}
