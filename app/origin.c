/*
 * origin.c: a table of buffers by address (origin.h).
 *
 * An origin is asked for at each hop of each frame, so it is found by open
 * addressing: one line of the host in a table that is half empty at least.  Buffers
 * are never taken out: a kernel uses the same ones again.
 */
#include <stdlib.h>
#include <string.h>

#include "origin.h"

#define FIRST_BITS 10
#define MIX        UINT64_C(0x9e3779b97f4a7c15) /* odd, about 2^64 / golden ratio */

struct slot {
	uint64_t pa;
	struct origin *origin; /* NULL: empty */
};

struct origins {
	struct slot *slot;
	size_t n;
	unsigned bits; /* of the table's length */
	uint64_t made;
};

static void
table(struct origins *os, unsigned bits)
{
	os->bits = bits;
	os->slot = calloc((size_t)1 << bits, sizeof(*os->slot));
	if (os->slot == NULL)
		abort();
}

struct origins *
origins_create(void)
{
	struct origins *os = calloc(1, sizeof(*os));

	if (os == NULL)
		abort();
	table(os, FIRST_BITS);
	return os;
}

void
origins_destroy(struct origins *os)
{
	for (size_t i = 0; i < (size_t)1 << os->bits; i++)
		free(os->slot[i].origin);
	free(os->slot);
	free(os);
}

/* Where the buffer is, or would be. */
static struct slot *
find(const struct origins *os, uint64_t pa)
{
	size_t last = ((size_t)1 << os->bits) - 1;
	size_t i = pa * MIX >> (64 - os->bits);

	while (os->slot[i].origin != NULL && os->slot[i].pa != pa)
		i = (i + 1) & last;
	return &os->slot[i];
}

static void
grow(struct origins *os)
{
	struct slot *old = os->slot;
	size_t n = (size_t)1 << os->bits;

	table(os, os->bits + 1);
	for (size_t i = 0; i < n; i++)
		if (old[i].origin != NULL)
			*find(os, old[i].pa) = old[i];
	free(old);
}

struct origin *
origins_at(const struct origins *os, uint64_t pa)
{
	return find(os, pa)->origin;
}

static struct origin *
add(struct origins *os, uint64_t pa)
{
	struct origin *o = calloc(1, sizeof(*o));

	if (o == NULL)
		abort();
	if (2 * ++os->n > (size_t)1 << os->bits)
		grow(os);
	*find(os, pa) = (struct slot){ pa, o };
	return o;
}

void
origins_moves(struct origins *os, unsigned port, unsigned queue,
    const struct frame *f, uint64_t pa)
{
	struct origin *o = origins_at(os, pa);

	if (o == NULL)
		o = add(os, pa);
	o->id = f->id;
	o->source = f->source;
	o->len_bytes = f->len_bytes;
	o->port = port;
	o->queue = queue;
	o->ended = o->loaded = false;
	o->mbuf = 0;
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
origins_taken(struct origins *os, struct frame *f, uint64_t pa)
{
	struct origin *o = origins_at(os, pa);

	os->made += o == NULL || o->ended;
	if (o == NULL)
		return;
	o->ended = true;
	f->id = o->id;
	f->source = o->source;
	for (unsigned h = 0; h < HOP_TX_DOORBELL; h++)
		f->stamp_tick[h] = o->stamp_tick[h];
}

void
origins_lost(struct origins *os, struct origin *o)
{
	os->made += o->ended;
	o->ended = o->loaded = true;
}

uint64_t
origins_made(const struct origins *os)
{
	return os->made;
}
