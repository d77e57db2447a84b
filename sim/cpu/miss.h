/*
 * miss.h: how long outstanding misses stall a CPU (theory in miss.c).
 *
 * Knows nothing of caches or hooks: its user says when, in program time, a
 * miss of what latency begins, and asks what the clock has to be charged.
 * All times are in clock units (HK_CLOCK_PER_CYC in a cycle).
 */
#ifndef CPU_MISS_H
#define CPU_MISS_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "cpu/hook_abi.h"

#define MISS_MAX_FILL  64 /* miss buffers at the most */
#define MISS_MAX_STORE 64 /* store buffer entries at the most */

/* A load whose window is open: its first use lies in the future. */
struct miss_open {
	int64_t use;  /* program time of the first use */
	int64_t done; /* real time at which the data arrive */
	uint16_t fn;  /* of its site, and its number in depmasks there */
	uint8_t loadhash;
};

struct miss {
	int64_t l1d_hit;  /* constant: latency that block costs contain */
	int64_t stalled;  /* stalls of all windows closed by now */
	int64_t ahead;    /* largest stall sum that some window, closed
				   or open, ends with */
	int64_t charged;  /* what the clock has been charged with */
	int64_t last_use; /* program time by which all windows are closed */
	/* Of those who look before each event (path.c): */
	int64_t seen_from; /* real time from which on they do */
	int64_t event;     /* program time of the last one */
	uint32_t nopen;
	uint32_t fill_next; /* to be taken */
	uint32_t nfill;     /* constant: miss buffers */
	uint32_t nstore;    /* constant: store buffer entries */
	uint32_t store_next;
	int64_t limit_ahead;           /* path.h: as the limit was set last */
	int64_t store_last;            /* when the youngest store is done */
	int64_t fill[MISS_MAX_FILL];   /* when each miss buffer is free */
	int64_t store[MISS_MAX_STORE]; /* when each entry is free: a ring */
	struct miss_open open[MISS_MAX_FILL + 2]; /* a split access adds 2 */
};

enum { MISS_LOADS = 1, MISS_STORES = 2 };

void miss_init(struct miss *, uint32_t nfill, uint32_t nstore, int64_t l1d_hit);

/* The later of two times; hosts foresee badly which, so without a jump. */
static inline int64_t
miss_later(int64_t a, int64_t b)
{
	__asm__("cmpq\t%1, %0\n\tcmovl\t%1, %0" : "+r"(a) : "r"(b) : "cc");
	return a;
}

/* Close the windows that end before program time prog. */
void miss_close(struct miss *, int64_t prog);

/*
 * Start of an event at clock time `now' (of the clock that miss_due() is
 * added to).  Closes the windows that end before it and returns its program
 * time, which the other functions want.  Events come in program order.
 */
static inline int64_t
miss_begin(struct miss *m, int64_t now)
{
	int64_t prog = now - m->charged;

	if (__builtin_expect(prog < m->last_use, 0)) {
		miss_close(m, prog);
		return prog;
	}
	/* None is open any more, and the data of all have been used. */
	m->stalled = miss_later(m->ahead, m->stalled);
	m->nopen = 0;
	return prog;
}

/* The real time of an event that began at clock time `now'; none does. */
int64_t miss_look(const struct miss *, int64_t now);

/* The real time of an event that misses nothing. */
static inline int64_t
miss_real(const struct miss *m, int64_t prog)
{
	return prog + m->stalled;
}

/* Data that arrive at real time `done' are used at program time `use'. */
static inline void
miss_use(struct miss *m, int64_t done, int64_t use)
{
	m->stalled = miss_later(done - use, m->stalled);
}

/* Is the address at `site' computed from that load? */
static inline bool
miss_depends(const struct hk_site *site, const struct miss_open *load)
{
	if (load->fn != site->fn)
		return (site->depmask & HK_DEP_EXTERN) != 0;
	return load->loadhash < 63 &&
	    (site->depmask >> load->loadhash & 1) != 0;
}

/* An access whose address may depend on loads that are outstanding. */
static inline void
miss_depend(struct miss *m, int64_t prog, const struct hk_site *site)
{
	for (uint32_t i = 0; i < m->nopen; i++)
		if (miss_depends(site, &m->open[i]))
			miss_use(m, m->open[i].done, prog);
}

/* Miss buffers are taken in turn. */
static inline void
miss_next_buffer(struct miss *m)
{
	if (++m->fill_next == m->nfill)
		m->fill_next = 0;
}

/* Entries of the store buffer, too. */
static inline void
miss_next_entry(struct miss *m)
{
	if (++m->store_next == m->nstore)
		m->store_next = 0;
}

/* A buffer that is free at `now', as the next one nearly always is, or the first to be. */
static inline int64_t *
miss_buffer(struct miss *m, int64_t now)
{
	int64_t *first = &m->fill[m->fill_next];

	miss_next_buffer(m);
	if (__builtin_expect(*first <= now, 1))
		return first;
	for (uint32_t i = 0; i < m->nfill; i++)
		if (m->fill[i] < *first)
			first = &m->fill[i];
	return first;
}

/* When data of a load that begins at program time prog are used. */
static inline int64_t
miss_first_use(const struct miss *m, int64_t prog, const struct hk_site *site)
{
	return prog + (site->slack > m->l1d_hit ? site->slack : m->l1d_hit);
}

static inline void
miss_open(struct miss_open *o, const struct hk_site *site, int64_t use,
    int64_t done)
{
	o->use = use;
	o->done = done;
	o->fn = site->fn;
	o->loadhash = site->loadhash;
}

/*
 * The access misses; latency to the data.
 *
 * Loads in open[] whose data are not there hold a buffer each, and a load
 * takes a buffer only once it is free: so miss_begin() leaves at most nfill.
 */
static inline void
miss_load(struct miss *m, int64_t prog, const struct hk_site *site,
    int64_t latency)
{
	int64_t *fill = miss_buffer(m, miss_real(m, prog));
	int64_t stalled = miss_later(*fill - prog, m->stalled);
	int64_t use = miss_first_use(m, prog, site);
	int64_t done = prog + stalled + latency;
	uint32_t n = m->nopen;

	assert(n < m->nfill + 2);
	*fill = done;
	m->stalled = stalled;
	m->last_use = miss_later(use, m->last_use);
	m->ahead = miss_later(done - use, m->ahead);
	miss_open(&m->open[n], site, use, done);
	m->nopen = n + 1;
}

/* The same for a store; latency to ownership of the line. */
void miss_store(struct miss *, int64_t prog, int64_t latency);

/*
 * A store that the store buffer holds until real time `done' without needing
 * a miss buffer: an uncached one.
 */
void miss_post(struct miss *, int64_t prog, int64_t done);

/* Wait for everything outstanding of the given kinds (MISS_*). */
void miss_wait(struct miss *, int64_t prog, int kinds);

/* Stand still for some time, while outstanding misses go on. */
static inline void
miss_stall(struct miss *m, int64_t units)
{
	m->stalled += units;
}

/* End of an event: what to add to the clock. */
static inline int64_t
miss_due(struct miss *m)
{
	int64_t sum = miss_later(m->ahead, m->stalled);
	int64_t due = sum - m->charged;

	m->charged = sum;
	return due;
}

/*
 * All of an event, a load that misses, when no window is open at clock time `now' and
 * the next miss buffer is free: most find it so.  What to add to the clock, or -1: it
 * is not so, and nothing has happened.
 */
static inline int64_t
miss_lone_load(struct miss *m, int64_t now, const struct hk_site *site,
    int64_t latency)
{
	int64_t prog = now - m->charged;
	int64_t stalled = miss_later(m->ahead, m->stalled);
	int64_t *fill = &m->fill[m->fill_next], use, done;

	if (__builtin_expect(prog < m->last_use || *fill > prog + stalled, 0))
		return -1;
	use = miss_first_use(m, prog, site);
	done = prog + stalled + latency;
	miss_next_buffer(m);
	*fill = done;
	m->stalled = stalled;
	m->last_use = use;
	m->ahead = miss_later(done - use, m->ahead);
	m->nopen = 1;
	miss_open(&m->open[0], site, use, done);
	return miss_due(m);
}

/* The same for a store, if an entry of the store buffer is free, too. */
static inline int64_t
miss_lone_store(struct miss *m, int64_t now, int64_t latency)
{
	int64_t prog = now - m->charged;
	int64_t stalled = miss_later(m->ahead, m->stalled);
	int64_t *fill = &m->fill[m->fill_next];
	int64_t *entry = &m->store[m->store_next];
	int64_t done = prog + stalled + latency;

	if (__builtin_expect(prog < m->last_use || *fill > prog + stalled ||
		    *entry > prog + stalled,
		0))
		return -1;
	miss_next_buffer(m);
	miss_next_entry(m);
	*fill = done;
	m->store_last = miss_later(done, m->store_last);
	*entry = m->store_last;
	m->stalled = stalled;
	m->nopen = 0;
	return miss_due(m);
}

#endif
