/*
 * pktqueue.c: packets of all CPUs through the pcqs of all CPUs.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/pktqueue.h>

#include <crew.h>
#include <program.h>

#define NPACKETS 200 /* of each sender */
#define MAXLEN   16

struct stamp {
	u_int s_from, s_to, s_seq;
};

static pktqueue_t *pq;
static volatile u_int received, sent, refused;
static u_int last_seq[MAXCPUS][MAXCPUS]; /* [to][from]; the consumer's own */
static volatile u_int inside[MAXCPUS];

static void
handler(void *arg)
{
	const u_int me = crew_cpu();
	struct mbuf *m;

	program_check(++inside[me] == 1, "CPU %u: two consumers", me);
	while ((m = pktq_dequeue(pq)) != NULL) {
		const struct stamp *const s = mtod(m, struct stamp *);

		program_check(s->s_to == me, "for CPU %u: on CPU %u", s->s_to,
		    me);
		program_check(s->s_seq > last_seq[me][s->s_from],
		    "CPU %u: %u of CPU %u after %u", me, s->s_seq, s->s_from,
		    last_seq[me][s->s_from]);
		last_seq[me][s->s_from] = s->s_seq;
		m_freem(m);
		atomic_inc_uint(&received);
	}
	inside[me]--;
}

static void
sender(void *arg)
{
	const u_int me = crew_cpu();
	struct stamp *s;
	struct mbuf *m;
	u_int k;
	bool ok;
	int spl;

	for (k = 0; k < NPACKETS; k++) {
		m = m_gethdr(M_WAIT, MT_DATA);
		s = mtod(m, struct stamp *);
		s->s_from = me;
		s->s_to = (me + k) % (u_int)ncpu;
		s->s_seq = k + 1;
		spl = splnet(); /* as an interrupt would */
		ok = pktq_enqueue(pq, m, s->s_to);
		splx(spl);
		if (ok) {
			atomic_inc_uint(&sent);
		} else {
			atomic_inc_uint(&refused);
			m_freem(m);
		}
	}
}

/* Nothing is lost, nothing comes twice, counters agree. */
static void
test_flow(void)
{
	crew_all(sender, NULL);
	pktq_barrier(pq);
	program_check(sent + refused == NPACKETS * (u_int)ncpu, "%u sent",
	    sent + refused);
	/* Whoever has taken one out is not waited for. */
	program_check(crew_await(&received, sent, 20), "%u of %u received",
	    received, sent);
	program_check(pktq_get_count(pq, PKTQ_NITEMS) == 0, "%lu items left",
	    pktq_get_count(pq, PKTQ_NITEMS));
	program_check(pktq_get_count(pq, PKTQ_DROPS) == refused,
	    "%lu drops, %u refused", pktq_get_count(pq, PKTQ_DROPS), refused);
}

/*
 * A CPU at splsoftnet takes nothing out: 15 packets fit into 16 slots, the
 * next is refused.  The barrier waits for them.
 */
static volatile u_int hold_on, hold_off, barrier_done;

static void
holder(void *arg)
{
	int s = splsoftnet();

	hold_on = 1;
	program_check(crew_spin(&hold_off, 1, 50), "not let go");
	program_check(barrier_done == 0, "the barrier did not wait");
	splx(s);
}

static void
barrier(void *arg)
{
	pktq_barrier(pq);
	barrier_done = 1;
}

static void
test_hold(void)
{
	const u_int before = received;
	struct stamp *s;
	struct mbuf *m;
	struct crew *h, *b;
	u_int k;
	bool ok;

	h = crew_start(1, PRI_NONE, holder, NULL);
	program_check(crew_spin(&hold_on, 1, 20), "CPU 1 is not held");
	for (k = 0; k < MAXLEN; k++) {
		m = m_gethdr(M_WAIT, MT_DATA);
		s = mtod(m, struct stamp *);
		s->s_from = 0;
		s->s_to = 1;
		s->s_seq = NPACKETS + 1 + k;
		kpreempt_disable();
		ok = pktq_enqueue(pq, m, 1);
		kpreempt_enable();
		program_check(ok == (k < MAXLEN - 1), "packet %u: %d", k, ok);
		if (!ok)
			m_freem(m);
	}
	program_check(pktq_get_count(pq, PKTQ_NITEMS) == MAXLEN - 1,
	    "%lu items", pktq_get_count(pq, PKTQ_NITEMS));

	b = crew_start(2, PRI_NONE, barrier, NULL);
	(void)kpause("pktest", false, 3, NULL);
	program_check(barrier_done == 0, "the barrier is through");
	hold_off = 1;
	crew_join(h);
	crew_join(b);
	program_check(received == before + MAXLEN - 1, "%u received",
	    received - before);
}

static void
pktqueue_all(void)
{
	pq = pktq_create(MAXLEN, handler, NULL);
	program_check(pktq_get_count(pq, PKTQ_MAXLEN) == MAXLEN, "maxlen");
	if (crew_part("flow"))
		test_flow();
	if (crew_part("hold"))
		test_hold();
	program_check(pktq_set_maxlen(pq, 0) == EINVAL, "length 0");
	program_check(pktq_set_maxlen(pq, 64) == 0, "length 64");
	sent = received = refused = 0;
	memset(last_seq, 0, sizeof(last_seq));
	crew_all(sender, NULL);
	pktq_barrier(pq);
	program_check(crew_await(&received, sent, 20), "%u of %u received",
	    received, sent);
	pktq_destroy(pq);
}

static int
pktqueue_main(void)
{
	return crew_main(pktqueue_all);
}

PROGRAM(pktqueue, "packet queues: every CPU to every CPU, barriers, lengths",
    pktqueue_main);
