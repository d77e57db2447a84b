/*
 * miss.c: overlap of misses, store buffer, waiting.
 *
 * The rule (design/architecture.md section 4): a miss stalls from its first
 * use or 32 instructions later, whichever comes first; misses whose address
 * does not depend on an outstanding one overlap, up to the number of miss
 * buffers.
 *
 * Two time axes make it simple.  Program time P runs as if nothing ever
 * stalled; real time R(P) = P + S(P), where S(P) is the sum of the stalls
 * up to that point of the program.  A load that misses at program time P
 * with latency L has its first use at U = P + slack, and
 *
 *	issue	I = R(P)
 *	data	D = I + L
 *	use	cannot happen before D, so R(U) = max(R(U), D), or
 *
 *		S(U) = max(S(U), D - U)				(1)
 *
 * So the stall sum at any point is the maximum of D - U over all loads used
 * by then.  Loads A and B below miss 5 apart, latency 100, used 20 and 30
 * later:
 *
 *	P   0    5             20        35
 *	    A    B             use A     use B
 *	R   0    5             100       115       D(A) = 100, D(B) = 105
 *	                       S = 80    S = max(80, 105 - 35) = 80
 *
 * B's miss is hidden.  The simulator cannot stop at U (that instruction has
 * no hook), so it charges D - U at the miss: the clock includes stalls that
 * lie ahead.  Hence the difference between `ahead', the largest D - U of all
 * loads, and `stalled' = S(P), to which only windows closed at P count.  When B
 * misses, its program time is clock - charged = 85 - 80 = 5; A's window is
 * open (U = 20 > 5), so B issues at R = 5 + 0, as if A had not been charged.
 *
 * What else can happen at P:
 *
 *	dependence	an access whose address needs an outstanding load is
 *			a use of it: (1) with U = P.  A chase thus pays every
 *			latency in full.
 *	miss buffers	each is busy until its data arrive; when all are, the
 *			CPU waits for the earliest: (1) with U = P.
 *	store miss	leaves the CPU through the store buffer.  Its line is
 *			asked for at once (or when a miss buffer is free),
 *			entries are freed in order.  Stalls only when the ring
 *			comes round to an entry that is still busy.
 *	wait		locked operations and fences: (1) with U = P for
 *			everything outstanding.  A mispredicted branch holds
 *			back allocation until it retires, so it waits for the
 *			loads before it.
 *	stall		costs that nothing hides behind (mispredict penalty,
 *			instruction fetch): S += c.  Windows that stay open
 *			run on meanwhile, as D does not move.
 *
 * Simplifications: stores that hit take no entry of the store buffer; a hit
 * on a line that is still on its way costs nothing beyond the miss that
 * fetched it, even when its value is used sooner.
 *
 * Callable from call-outs of annotated code; touches only the struct.
 */
#include <assert.h>
#include <string.h>

#include "cpu/miss.h"

void
miss_init(struct miss *m, uint32_t nfill, uint32_t nstore, int64_t l1d_hit)
{
	assert(nfill >= 1 && nfill <= MISS_MAX_FILL);
	assert(nstore >= 1 && nstore <= MISS_MAX_STORE);
	memset(m, 0, sizeof(*m));
	m->nfill = nfill;
	m->nstore = nstore;
	m->l1d_hit = l1d_hit;
	m->seen_from = INT64_MAX;
}

void
miss_close(struct miss *m, int64_t prog)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->nopen; i++)
		if (m->open[i].use <= prog)
			miss_use(m, m->open[i].done, m->open[i].use);
	/* Keep what is neither used nor, by now, complete. */
	for (uint32_t i = 0; i < m->nopen; i++)
		if (m->open[i].done > miss_real(m, prog))
			m->open[n++] = m->open[i];
	m->nopen = n;
}

int64_t
miss_look(const struct miss *m, int64_t now)
{
	int64_t prog = now - m->charged, stalled = m->stalled;

	if (prog >= m->last_use)
		return prog + miss_later(m->ahead, stalled);
	for (uint32_t i = 0; i < m->nopen; i++)
		if (m->open[i].use <= prog)
			stalled = miss_later(m->open[i].done - m->open[i].use,
			    stalled);
	return prog + stalled;
}

/* The next entry of the store buffer, once it is free. */
static int64_t *
take_entry(struct miss *m, int64_t prog)
{
	int64_t *entry = &m->store[m->store_next];

	miss_next_entry(m);
	miss_use(m, *entry, prog);
	return entry;
}

/* Entries are freed in order. */
static void
fill_entry(struct miss *m, int64_t *entry, int64_t done)
{
	if (done > m->store_last)
		m->store_last = done;
	*entry = m->store_last;
}

void
miss_store(struct miss *m, int64_t prog, int64_t latency)
{
	int64_t *fill = miss_buffer(m, miss_real(m, prog));
	int64_t *entry = take_entry(m, prog);
	int64_t issue = miss_real(m, prog);

	if (*fill > issue)
		issue = *fill;
	*fill = issue + latency;
	fill_entry(m, entry, *fill);
}

void
miss_post(struct miss *m, int64_t prog, int64_t done)
{
	fill_entry(m, take_entry(m, prog), done);
}

void
miss_wait(struct miss *m, int64_t prog, int kinds)
{
	if (kinds & MISS_LOADS)
		for (uint32_t i = 0; i < m->nopen; i++)
			miss_use(m, m->open[i].done, prog);
	if (kinds & MISS_STORES)
		miss_use(m, m->store_last, prog);
}
