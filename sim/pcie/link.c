/*
 * link.c: a link: whose turn it is, time and credits.
 *
 *	posted, asked --depart--> flight --arrive--> landed --> returning
 *	(at functions)				\--> reads (completions)
 *
 * Lists are in order of time, and for each that something must come out of at
 * its time one event stands for the first element.
 *
 * Departure.  Writes, messages and answers to CPUs form one line, which waits
 * for posted credits.  Reads of each function form another, which waits for a
 * credit, a tag, and all that was posted before.  Whoever may go goes at once,
 * the older one first: being given link time behind those before it is all
 * the waiting for the link there is.
 *
 * Credits.  A write holds its own until it is visible in memory, a read until
 * the root has fetched the data, and then the news has to fly back.  No event
 * brings them: whoever has something to send takes back what is due, and if
 * short of credits has the list read for the next to come (due).
 *
 * land.c has what happens at the root, and the ends of requests.
 *
 * All in callbacks of the event kernel, or before the run.  done() may ask for
 * more; so nothing here holds on to the head of a list across a call of it.
 */
#include <assert.h>
#include <stdlib.h>

#include "pcie/pcie_int.h"

#define MTICKS 1000 /* in a tick */

void
pcie_link_notify(struct sc_ev *ev, const struct tlp_list *list)
{
	const struct tlp *t = STAILQ_FIRST(list);

	if (t != NULL)
		pcie_must(sc_ev_at(ev, tick_later(t->tick, sc_now_tick())));
}

/*
 * Memory.
 */

static void
more_tlps(struct link *l)
{
	struct slab *s = calloc(1, sizeof(*s));

	assert(s != NULL);
	SLIST_INSERT_HEAD(&l->slabs, s, link);
	for (unsigned i = 0; i < SLAB_TLPS; i++)
		STAILQ_INSERT_TAIL(&l->unused, &s->tlp[i], link);
}

struct tlp *
pcie_link_tlp(struct pcie_fn *f, enum tlp_kind kind, uint64_t pa, uint32_t n)
{
	struct link *l = f->link;
	struct tlp *t;

	if (STAILQ_EMPTY(&l->unused))
		more_tlps(l);
	t = STAILQ_FIRST(&l->unused);
	STAILQ_REMOVE_HEAD(&l->unused, link);
	t->fn = f;
	t->kind = kind;
	t->pa = pa;
	t->n = n;
	t->dma = t->last = t->ok = t->dead = t->waited = t->credit = false;
	t->epoch = f->epoch;
	t->tick = t->back_tick = 0;
	t->done = NULL;
	return t;
}

void
pcie_link_put_back(struct link *l, struct tlp *t)
{
	STAILQ_INSERT_HEAD(&l->unused, t, link);
}

/*
 * Time on the link.
 */

/* Bytes go one way; returns when the first of them leaves, in mticks. */
static uint64_t
occupy(const struct link *l, uint64_t *free_mtick, uint64_t from_tick,
    uint32_t bytes)
{
	const uint64_t start = tick_later(*free_mtick, from_tick * MTICKS);

	*free_mtick = start + (uint64_t)bytes * l->pcie->par.byte_x1000_tick;
	return start;
}

uint64_t
pcie_link_tick_up(uint64_t mtick)
{
	return (mtick + MTICKS - 1) / MTICKS;
}

uint64_t
pcie_link_up(struct link *l, uint32_t bytes)
{
	l->counts.up_bytes += bytes;
	return occupy(l, &l->up_mtick, sc_now_tick(), bytes);
}

void
pcie_link_down(struct link *l, uint64_t from_tick, uint32_t bytes)
{
	l->counts.down_bytes += bytes;
	(void)occupy(l, &l->down_mtick, from_tick, bytes);
}

void
pcie_link_charge_down(struct link *l, uint32_t bytes)
{
	pcie_link_down(l, sc_now_tick(), bytes);
}

void
pcie_link_ack(struct link *l)
{
	if (l->pcie->par.dllp_bytes != 0)
		(void)pcie_link_up(l, l->pcie->par.dllp_bytes);
}

/*
 * Credits.
 */

static bool
has_credits(const struct link *l, const struct tlp *t)
{
	return t->dead || t->kind == TLP_ANSWER ||
	    (l->ph > 0 && l->pd >= tlp_data_credits(t));
}

/* Take back what is due. */
void
pcie_link_reclaim(struct link *l)
{
	const uint64_t now = sc_now_tick();
	struct tlp *t;

	while ((t = STAILQ_FIRST(&l->landed)) != NULL && t->done == NULL &&
	    t->tick <= now) {
		STAILQ_REMOVE_HEAD(&l->landed, link);
		STAILQ_INSERT_TAIL(&l->returning, t, link);
	}
	while ((t = STAILQ_FIRST(&l->returning)) != NULL &&
	    t->back_tick <= now) {
		STAILQ_REMOVE_HEAD(&l->returning, link);
		if (!t->dead) {
			l->ph++;
			l->pd += tlp_data_credits(t);
		}
		pcie_link_put_back(l, t);
	}
	while ((t = l->uncredited) != NULL && t->back_tick <= now) {
		l->nph += t->credit;
		l->uncredited = STAILQ_NEXT(t, link);
	}
}

/* When the next credit is back, as far as that is known. */
static uint64_t
due(const struct link *l)
{
	const struct tlp *t = STAILQ_FIRST(&l->returning);
	uint64_t tick = TICK_NEVER;

	if (t == NULL)
		t = STAILQ_FIRST(&l->landed);
	if (t != NULL)
		tick = t->back_tick;
	if (l->uncredited != NULL && l->uncredited->back_tick < tick)
		tick = l->uncredited->back_tick;
	return tick;
}

/*
 * Whose turn it is.
 */

static bool
may_read(struct link *l, struct tlp *t, const struct tlp *posted)
{
	if (t->dead)
		return true;
	if (posted != NULL && posted->seq < t->seq)
		return false;
	if (t->fn->reads < l->pcie->par.reads_max && l->nph > 0)
		return true;
	if (!t->waited) {
		if (l->nph > 0)
			l->counts.tag_waits++;
		else
			l->counts.credit_waits++;
	}
	t->waited = true;
	return false;
}

/* The oldest read that may go before `posted', the oldest of those. */
static struct tlp *
next_read(struct link *l, const struct tlp *posted)
{
	struct tlp *best = NULL;

	for (unsigned i = 0; l->nasked > 0 && i < l->pcie->nfn; i++) {
		struct pcie_fn *f = l->pcie->fn[i];
		struct tlp *t = STAILQ_FIRST(&f->asked);

		if (f->link == l && t != NULL && may_read(l, t, posted) &&
		    (best == NULL || t->seq < best->seq))
			best = t;
	}
	return best;
}

/* Taken out of its line, or NULL. */
static struct tlp *
next(struct link *l)
{
	struct tlp *p = STAILQ_FIRST(&l->posted);
	struct tlp *r = next_read(l, p);

	if (r != NULL) {
		STAILQ_REMOVE_HEAD(&r->fn->asked, link);
		l->nasked--;
		return r;
	}
	if (p == NULL)
		return NULL;
	if (has_credits(l, p)) {
		STAILQ_REMOVE_HEAD(&l->posted, link);
		return p;
	}
	if (!p->waited)
		l->counts.credit_waits++;
	p->waited = true;
	return NULL;
}

/* A reset took its turn: what somebody waits for ends, without the root. */
static void
drop(struct link *l, struct tlp *t)
{
	const uint64_t now = sc_now_tick();

	if (t->kind == TLP_READ) {
		t->tick = l->answer_tick = tick_later(l->answer_tick, now);
		STAILQ_INSERT_TAIL(&l->reads, t, link);
		if (l->uncredited == NULL)
			l->uncredited = t;
		pcie_link_notify(l->reads_ev, &l->reads);
		return;
	}
	t->tick = l->visible_tick = tick_later(l->visible_tick, now);
	t->back_tick = t->tick + l->pcie->par.flight_tick;
	if (t->dma && t->last && t->done == NULL)
		t->fn->pending--;
	STAILQ_INSERT_TAIL(&l->landed, t, link);
	if (t->done != NULL && sc_ev_due_tick(l->landed_ev) == TICK_NEVER)
		pcie_must(sc_ev_at(l->landed_ev, t->tick));
}

static void
count(struct link *l, const struct tlp *t)
{
	l->counts.writes += t->kind == TLP_WRITE;
	l->counts.reads += t->kind == TLP_READ;
	l->counts.messages += t->kind == TLP_INTX;
}

static void
depart(struct link *l, struct tlp *t)
{
	const uint64_t start = pcie_link_up(l, tlp_bytes(t->kind, t->pa, t->n));
	const bool first = STAILQ_EMPTY(&l->flight);

	count(l, t);
	if (t->kind == TLP_ANSWER) {
		io_release(l->pcie->io, t->arg,
		    tick_to_clk(pcie_link_tick_up(start)));
		pcie_link_put_back(l, t);
		return;
	}
	if (t->kind == TLP_READ) {
		l->nph--;
		t->fn->reads++;
		t->credit = true;
	} else {
		l->ph--;
		l->pd -= tlp_data_credits(t);
	}
	t->tick = pcie_link_tick_up(l->up_mtick) + l->pcie->par.flight_tick;
	STAILQ_INSERT_TAIL(&l->flight, t, link);
	if (first)
		pcie_link_notify(l->arrive_ev, &l->flight);
}

static bool
anybody(const struct link *l)
{
	return l->nasked > 0 || !STAILQ_EMPTY(&l->posted);
}

void
pcie_link_pump(struct link *l)
{
	struct tlp *t;
	uint64_t tick;

	if (!anybody(l))
		return;
	pcie_link_reclaim(l);
	while ((t = next(l)) != NULL)
		if (t->dead)
			drop(l, t);
		else
			depart(l, t);
	if (!anybody(l))
		return;
	tick = due(l);
	if (tick == TICK_NEVER)
		return;
	/* One that comes for nothing does no harm. */
	tick = tick_later(tick, sc_now_tick());
	if (sc_ev_due_tick(l->pump_ev) > tick)
		pcie_must(sc_ev_at(l->pump_ev, tick));
}

void
pcie_link_post(struct link *l, struct tlp *t)
{
	t->seq = l->seq++;
	if (t->kind == TLP_READ) {
		STAILQ_INSERT_TAIL(&t->fn->asked, t, link);
		l->nasked++;
	} else
		STAILQ_INSERT_TAIL(&l->posted, t, link);
}

/* What the function has asked for and has not left will not; but its pin's
 * messages and answers to CPUs will. */
void
pcie_link_kill(struct link *l, struct pcie_fn *f)
{
	struct tlp *t;

	STAILQ_FOREACH (t, &f->asked, link)
		t->dead = true;
	STAILQ_FOREACH (t, &l->posted, link)
		if (t->fn == f && t->kind == TLP_WRITE)
			t->dead = true;
}

static void
pump(void *arg)
{
	pcie_link_pump(arg);
}

/*
 * Set-up.
 */

struct link *
pcie_link_create(struct pcie *p)
{
	struct link *l = calloc(1, sizeof(*l));

	assert(l != NULL);
	l->pcie = p;
	l->ph = p->par.credit_ph;
	l->pd = p->par.credit_pd;
	l->nph = p->par.credit_nph;
	SLIST_INIT(&l->slabs);
	STAILQ_INIT(&l->unused);
	STAILQ_INIT(&l->posted);
	STAILQ_INIT(&l->flight);
	STAILQ_INIT(&l->landed);
	STAILQ_INIT(&l->returning);
	STAILQ_INIT(&l->reads);
	pcie_must(sc_ev_create(pump, l, &l->pump_ev));
	pcie_must(sc_ev_create(pcie_link_arrive, l, &l->arrive_ev));
	pcie_must(sc_ev_create(pcie_link_landed, l, &l->landed_ev));
	pcie_must(sc_ev_create(pcie_link_reads, l, &l->reads_ev));
	return l;
}

void
pcie_link_destroy(struct link *l)
{
	struct slab *s;

	pcie_must(sc_ev_cancel(l->pump_ev));
	pcie_must(sc_ev_cancel(l->arrive_ev));
	pcie_must(sc_ev_cancel(l->landed_ev));
	pcie_must(sc_ev_cancel(l->reads_ev));
	while ((s = SLIST_FIRST(&l->slabs)) != NULL) {
		SLIST_REMOVE_HEAD(&l->slabs, link);
		free(s);
	}
	free(l);
}
