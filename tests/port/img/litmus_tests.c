/*
 * litmus_tests.c: who may see what, on eight CPUs.
 *
 * Every value counts rounds and never falls, so `old' and `new' need no reset.
 * Two lines never share what a test wants apart.  Arrays with [2] are used in
 * turn: a role looks at a round's entry while others are at most one round on.
 */
#include <litmus.h>

static struct cell data[NROLE], flag[NROLE], stamp[NROLE];
static struct cell counter[2], lock, token;
static volatile uint64_t result[2][NROLE][2];

/*
 * Message passing: data, then flag; who sees the flag sees the data.  The
 * stamp is the time before its store: nobody may read it at an earlier time.
 */
static void
mp(struct role *r)
{
	for (uint32_t i = 1; i <= r->rounds; i++) {
		uint32_t from = (r->index + 1 + i % (NROLE - 1)) % NROLE;
		uint64_t f, d, s;

		data[r->index].v = i;
		flag[r->index].v = i;
		stamp[r->index].v = now();
		delay(r);
		f = saw(r, flag[from].v);
		d = saw(r, data[from].v);
		s = saw(r, stamp[from].v);
		r->bad += (d < f) + (s > now());
	}
}

/* Dekker, or store buffering: of two one at least sees the other's store. */
static void
sb(struct role *r)
{
	for (uint32_t i = 1; i <= r->rounds; i++) {
		uint32_t other = r->index ^ (1u << i % 3);
		uint64_t seen;

		delay(r);
		data[r->index].v = i;
		__asm__ volatile("mfence" : : : "memory");
		seen = saw(r, data[other].v);
		result[i & 1][r->index][0] = seen;
		litmus_meet(r);
		r->bad += seen < i && result[i & 1][other][0] < i;
	}
}

/*
 * Independent reads of independent writes: 0 writes x, 4 writes y, and readers
 * r, r + 4 must not disagree about which came first.
 */
static void
iriw(struct role *r)
{
	const struct cell *x = &data[r->index < 4 ? 0 : 1];
	const struct cell *y = &data[r->index < 4 ? 1 : 0];

	for (uint32_t i = 1; i <= r->rounds; i++) {
		volatile uint64_t *mine = result[i & 1][r->index];
		volatile uint64_t *other = result[i & 1][r->index ^ 4];

		delay(r);
		if (r->index % 4 == 0) {
			data[r->index / 4].v = i;
		} else {
			mine[0] = saw(r, x->v);
			mine[1] = saw(r, y->v);
		}
		litmus_meet(r);
		if (r->index % 4 != 0)
			r->bad += mine[0] == i && mine[1] < i &&
			    other[0] == i && other[1] < i;
	}
}

/* Increments under LOCK; the twin loads, adds and stores. */
static void
count(struct role *r)
{
	for (uint32_t i = 0; i < r->rounds; i++) {
		delay(r);
		if (r->broken)
			counter[0].v = saw(r, counter[0].v) + 1;
		else
			__asm__ volatile("lock incq %0" : "+m"(counter[0].v));
	}
}

static void
spin_lock(void)
{
	uint64_t v = 1;

	for (;;) {
		__asm__ volatile("xchgq %0, %1"
				 : "+r"(v), "+m"(lock.v)
				 :
				 : "memory");
		if (v == 0)
			return;
		while (lock.v != 0)
			__asm__ volatile("pause");
	}
}

/* Two plain counters under a spin lock; the twin does not take it. */
static void
spin(struct role *r)
{
	for (uint32_t i = 0; i < r->rounds; i++) {
		delay(r);
		if (!r->broken)
			spin_lock();
		r->bad += saw(r, counter[0].v) != counter[1].v;
		counter[0].v = counter[0].v + 1;
		delay(r);
		counter[1].v = counter[1].v + 1;
		__asm__ volatile("" : : : "memory");
		if (!r->broken)
			lock.v = 0;
	}
}

/* A token goes round; its holder alone counts. */
static void
ring(struct role *r)
{
	for (uint32_t i = 0; i < r->rounds; i++) {
		uint64_t mine = (uint64_t)i * NROLE + r->index;

		while (token.v != mine)
			__asm__ volatile("pause");
		r->bad += saw(r, counter[0].v) != mine;
		counter[0].v = counter[0].v + 1;
		delay(r);
		token.v = mine + 1;
	}
}

static uint64_t
all_counted(const struct role *r)
{
	return (uint64_t)r->rounds * NROLE - counter[0].v;
}

const struct litmus litmus_tests[] = {
	{ "mp", mp, NULL, 4000 },
	{ "sb", sb, NULL, 3000 },
	{ "iriw", iriw, NULL, 3000 },
	{ "count", count, all_counted, 3000 },
	{ "spin", spin, all_counted, 1000 },
	{ "ring", ring, all_counted, 1000 },
	{ 0 },
};
