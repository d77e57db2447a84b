/*
 * ring_race.c: pcq(9) between producers and a consumer on CPUs of their own.
 *
 * Role 0 consumes.  A message is written just before its put and says who
 * sent it and which it is, so the consumer sees all that can go wrong: one
 * lost, doubled or overtaken by one of the same producer, or one whose
 * contents are not there yet.
 */
#include <prim.h>

#define NMSG    400
#define GIVE_UP 20000 /* failures in a row: the queue has stopped */

struct msg {
	uint32_t from, nr;
	uint64_t mark;
};
static struct msg msg[NROLE][NMSG];

/* Of a producer, and what the consumer expects of it. */
static struct {
	volatile uint32_t sent;
	volatile uint32_t finished;
	uint32_t failed; /* in a row */
	uint32_t full;
	uint32_t expect; /* the consumer's */
} __aligned(64) prod[NROLE];

static struct {
	pcq_t *q;
	unsigned nprod;
	bool eager;         /* producers do not pause: the queue is full */
	const void *peeked; /* not NULL: what the next get must give */
	uint64_t got, bad, empty;
} ring;

static uint64_t
mark_of(uint32_t from, uint32_t nr)
{
	return ((uint64_t)from << 32 | nr) * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

static bool
produce(unsigned role)
{
	const uint32_t nr = prod[role].sent;
	struct msg *m = &msg[role][nr];

	if (!ring.eager)
		role_delay(role);
	m->from = role;
	m->nr = nr;
	m->mark = mark_of(role, nr);
	if (pcq_put(ring.q, m)) {
		prod[role].sent = nr + 1;
		prod[role].failed = 0;
	} else {
		prod[role].full++;
		prod[role].failed++;
	}
	if (prod[role].sent < NMSG && prod[role].failed < GIVE_UP)
		return true;
	prod[role].finished = 1;
	return false;
}

static void
take(const struct msg *m)
{
	ring.bad += ring.peeked != NULL && ring.peeked != m;
	ring.peeked = NULL;
	ring.got++;
	if (m < &msg[0][0] || m > &msg[NROLE - 1][NMSG - 1] || m->from == 0 ||
	    m->from > ring.nprod) {
		ring.bad++;
		return;
	}
	ring.bad += m->mark != mark_of(m->from, m->nr);
	ring.bad += m->nr != prod[m->from].expect;
	prod[m->from].expect = m->nr + 1;
}

static bool
all_finished(void)
{
	for (unsigned i = 1; i <= ring.nprod; i++)
		if (prod[i].finished == 0)
			return false;
	return true;
}

static bool
consume(void)
{
	const bool last = all_finished(); /* before the queue is looked at */
	const struct msg *m;

	if (ring.eager)
		role_delay(0);
	if (ring.peeked == NULL && (role_random(0) & 3) == 0)
		ring.peeked = pcq_peek(ring.q);
	m = pcq_get(ring.q);
	if (m != NULL) {
		take(m);
		return true;
	}
	ring.bad += ring.peeked != NULL;
	ring.empty++;
	return !last;
}

static bool
ring_step(unsigned role, void *arg)
{
	return role == 0 ? consume() : produce(role);
}

static void
ring_race(const char *name, size_t slots, unsigned nprod, bool eager)
{
	uint64_t full = 0, sent = 0;

	for (unsigned i = 0; i < NROLE; i++) {
		prod[i].sent = prod[i].finished = prod[i].expect = 0;
		prod[i].failed = prod[i].full = 0;
		for (unsigned n = 0; n < NMSG; n++)
			msg[i][n] = (struct msg){ 0, 0, 0 };
	}
	ring.q = pcq_create(slots, KM_SLEEP);
	ring.nprod = nprod;
	ring.eager = eager;
	ring.peeked = NULL;
	ring.got = ring.bad = ring.empty = 0;
	roles(nprod + 1, ring_step, NULL);
	for (unsigned i = 1; i <= nprod; i++) {
		full += prod[i].full;
		sent += prod[i].sent;
	}
	checked(name, sent,
	    ring.bad + (sent != (uint64_t)nprod * NMSG) + (ring.got != sent));
	/* Both ends of the queue were reached, or little has been shown. */
	check(!eager || full > 0, "a queue of eager producers is never full");
	check(eager || ring.empty > 0, "the queue is never empty");
	seam_result(name, ring.got, full);
	pcq_destroy(ring.q);
}

void
ring_race_tests(void)
{
	ring_race("pcq-2-slots-7-producers", 2, 7, true);
	ring_race("pcq-5-slots-7-producers", 5, 7, true);
	ring_race("pcq-8-slots-3-producers", 8, 3, false);
	ring_race("pcq-64-slots-1-producer", 64, 1, false);
	ring_race("pcq-256-slots-7-producers", 256, 7, true);
}
