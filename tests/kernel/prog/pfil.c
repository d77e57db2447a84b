/*
 * pfil.c: packet filters: their order, what they may do to a packet, and that one
 * that has been removed is not called.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/pfil.h>

#include <crew.h>
#include <mbufs.h>
#include <program.h>

static pfil_head_t *ph;
static int key;

/* ---- order --------------------------------------------------------------------- */

static u_int trace; /* a digit for each function that was called */
static int verdict; /* of the one that is asked */
static bool eats;   /* and frees what it stops */

static int
digit(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	trace = trace * 10 + (u_int)(uintptr_t)arg;
	return 0;
}

static int
judge(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	if (verdict != 0 && eats) {
		m_freem(*mp);
		*mp = NULL;
	}
	return verdict;
}

/* Another packet in its place. */
static int
replace(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	struct mbuf *const m = m_dup(*mp, 0, M_COPYALL, M_DONTWAIT);

	m_freem(*mp);
	*mp = m;
	return 0;
}

static int
event(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	trace = (u_int)(uintptr_t)mp;
	return 0;
}

static u_int
ran(int dir)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	int rc;

	trace = 0;
	rc = pfil_run_hooks(ph, &m, NULL, dir);
	program_check(rc == 0 && m != NULL, "stopped: %d", rc);
	m_freem(m);
	return trace;
}

static void
order(void)
{
	struct mbuf *m, *was;
	uintptr_t i;
	int rc;

	program_check(ran(PFIL_IN) == 0, "an empty list");
	for (i = 1; i <= 3; i++)
		pfil_add_hook(digit, (void *)i, PFIL_ALL | PFIL_WAITOK, ph);
	program_check(ran(PFIL_OUT) == 123, "out: %u", trace);
	program_check(ran(PFIL_IN) == 321, "in: %u", trace);
	rc = pfil_add_hook(digit, (void *)2, PFIL_IN, ph);
	program_check(rc == EEXIST && ran(PFIL_IN) == 321, "twice: %d", rc);
	rc = pfil_remove_hook(digit, (void *)2, PFIL_IN, ph);
	program_check(rc == 0 && ran(PFIL_IN) == 31 && ran(PFIL_OUT) == 123,
	    "removed from one list");
	rc = pfil_remove_hook(digit, (void *)2, PFIL_IN, ph);
	program_check(rc == ESRCH, "removed twice: %d", rc);

	/* One stops, those behind it are not called. */
	pfil_add_hook(judge, NULL, PFIL_OUT | PFIL_WAITOK, ph);
	pfil_add_hook(digit, (void *)4, PFIL_OUT | PFIL_WAITOK, ph);
	program_check(ran(PFIL_OUT) == 1234, "passes: %u", trace);
	verdict = EHOSTUNREACH;
	eats = true;
	m = m_gethdr(M_WAIT, MT_DATA);
	trace = 0;
	rc = pfil_run_hooks(ph, &m, NULL, PFIL_OUT);
	program_check(rc == EHOSTUNREACH && m == NULL && trace == 123,
	    "stopped with %d after %u", rc, trace);
	eats = false;
	m = m_gethdr(M_WAIT, MT_DATA);
	trace = 0;
	rc = pfil_run_hooks(ph, &m, NULL, PFIL_OUT);
	program_check(rc == EHOSTUNREACH && m != NULL && trace == 123,
	    "stopped and not freed: %d after %u", rc, trace);
	m_freem(m);
	verdict = 0;

	pfil_add_hook(replace, NULL, PFIL_IN | PFIL_WAITOK, ph);
	was = m = m_gethdr(M_WAIT, MT_DATA);
	m->m_len = m->m_pkthdr.len = 10;
	rc = pfil_run_hooks(ph, &m, NULL, PFIL_IN);
	program_check(rc == 0 && m != NULL && m != was, "replaced");
	m_freem(m);

	pfil_add_hook(event, NULL, PFIL_IFNET | PFIL_WAITOK, ph);
	(void)pfil_run_hooks(ph, (struct mbuf **)77, NULL, PFIL_IFNET);
	program_check(trace == 77, "an event is handed on: %u", trace);
	(void)pfil_run_hooks(ph, (struct mbuf **)78, NULL, PFIL_IFADDR);
	program_check(trace == 77, "an event of another kind");

	pfil_remove_hook(event, NULL, PFIL_IFNET, ph);
	pfil_remove_hook(replace, NULL, PFIL_IN, ph);
	pfil_remove_hook(judge, NULL, PFIL_OUT, ph);
	for (i = 1; i <= 4; i++)
		pfil_remove_hook(digit, (void *)i, PFIL_ALL, ph);
	program_check(ran(PFIL_IN) == 0 && ran(PFIL_OUT) == 0, "all removed");
}

/* ---- under traffic --------------------------------------------------------------- */

#define ALIVE  0x11fe
#define ROUNDS 20

struct hook {
	volatile u_int h_alive;
	volatile u_int h_calls;
};
static volatile u_int over, calls;
static void *sih;

static int
hooked(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	struct hook *const h = arg;

	program_check(h->h_alive == ALIVE, "called after it was removed");
	atomic_inc_uint(&h->h_calls);
	crew_delay(1);
	program_check(h->h_alive == ALIVE, "removed while it runs");
	atomic_inc_uint(&calls);
	return 0;
}

/* Packets pass in softints. */
static void
passing(void *arg)
{
	struct mbuf *m = m_gethdr(M_DONTWAIT, MT_DATA);

	if (m == NULL)
		return;
	(void)pfil_run_hooks(ph, &m, NULL, PFIL_IN);
	m_freem(m);
}

static void
sender(void *arg)
{
	while (over == 0) {
		kpreempt_disable();
		softint_schedule(sih);
		kpreempt_enable();
		yield();
	}
}

static void
removal(void)
{
	struct crew *c[MAXCPUS];
	struct hook *h;
	u_int i;

	over = 0;
	sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, passing, NULL);
	for (i = 1; i < (u_int)ncpu; i++)
		c[i] = crew_start(i, PRI_NONE, sender, NULL);
	for (i = 0; i < ROUNDS; i++) {
		h = kmem_zalloc(sizeof(*h), KM_SLEEP);
		h->h_alive = ALIVE;
		program_check(pfil_add_hook(hooked, h, PFIL_IN | PFIL_WAITOK,
				  ph) == 0,
		    "add");
		program_check(crew_await(&h->h_calls, 1, 50), "never called");
		program_check(pfil_remove_hook(hooked, h, PFIL_IN, ph) == 0,
		    "remove");
		h->h_alive = 0;
		crew_delay(20);
		kmem_free(h, sizeof(*h));
	}
	over = 1;
	for (i = 1; i < (u_int)ncpu; i++)
		crew_join(c[i]);
	softint_disestablish(sih);
}

static void
pfil_all(void)
{
	struct mbufs before = mbufs_now();

	ph = pfil_head_create(PFIL_TYPE_IFNET, &key);
	program_check(ph != NULL &&
		pfil_head_get(PFIL_TYPE_IFNET, &key) == ph &&
		pfil_head_get(PFIL_TYPE_AF, &key) == NULL,
	    "pfil_head_get");
	program_check(pfil_head_create(PFIL_TYPE_IFNET, &key) == NULL,
	    "two heads of one key");
	if (crew_part("order"))
		order();
	mbufs_check(&before, "order");
	if (crew_part("removal"))
		removal();
	mbufs_check(&before, "removal");
	pfil_head_destroy(ph);
	program_check(pfil_head_get(PFIL_TYPE_IFNET, &key) == NULL,
	    "a head that was destroyed");
}

static int
pfil_main(void)
{
	return crew_main(pfil_all);
}
PROGRAM(pfil, "pfil(9): order, verdicts, removal under traffic", pfil_main);
