/*
 * traps_panic.c: calls from where they may not be made.  Each ends in a panic,
 * whose text traps_test.sh knows.  crew_bug may take the assertion away.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/systm.h>
#include <sys/xcall.h>
#include <net/pktqueue.h>

#include <crew.h>
#include <program.h>

static volatile u_int called;

static void
handler(void *arg)
{
	called++;
}

/* It has not panicked. */
static void
survived(void)
{
	program_check(false, "no panic");
}

/* ---- an LWP that may be preempted ------------------------------------------- */

/* A raised level is good enough. */
static void
plain_softint(void)
{
	void *const sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    handler, NULL);
	int s;

	s = splsoftclock();
	softint_schedule(sih);
	splx(s);
	program_check(called == 1, "at splsoftclock: %u calls", called);
	softint_schedule(sih);
	survived();
}

static int
plain_softint_main(void)
{
	return crew_main(plain_softint);
}
PROGRAM(p_softint_plain, "softint_schedule by an LWP that may be preempted",
    plain_softint_main);

static void
plain_pktq(void)
{
	pktqueue_t *const pq = pktq_create(16, handler, NULL);

	(void)pktq_enqueue(pq, m_gethdr(M_WAIT, MT_DATA), 0);
	survived();
}

static int
plain_pktq_main(void)
{
	return crew_main(plain_pktq);
}
PROGRAM(p_pktq_plain, "pktq_enqueue by an LWP that may be preempted",
    plain_pktq_main);

/* Another CPU needs SOFTINT_RCPU. */
static void
rcpu(void)
{
	void *const sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    handler, NULL);

	kpreempt_disable();
	softint_schedule_cpu(sih, cpu_lookup(1));
	kpreempt_enable();
	survived();
}

static int
rcpu_main(void)
{
	return crew_main(rcpu);
}
PROGRAM(p_softint_rcpu, "softint_schedule_cpu without SOFTINT_RCPU", rcpu_main);

/* ---- a softint ------------------------------------------------------------------ */

static pserialize_t psz;

static void
perform(void *arg)
{
	pserialize_perform(psz);
}

static void
broadcast(void *arg)
{
	(void)xc_broadcast(XC_HIGHPRI, (xcfunc_t)(void (*)(void))nullop, NULL,
	    NULL);
}

static void
in_softint(void (*fn)(void *))
{
	void *const sih = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE, fn,
	    NULL);

	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
	survived();
}

static void
soft_perform(void)
{
	psz = pserialize_create();
	in_softint(perform);
}

static int
soft_perform_main(void)
{
	return crew_main(soft_perform);
}
PROGRAM(p_soft_perform, "pserialize_perform in a softint", soft_perform_main);

static void
soft_xcall(void)
{
	in_softint(broadcast);
}

static int
soft_xcall_main(void)
{
	return crew_main(soft_xcall);
}
PROGRAM(p_soft_xcall, "xc_broadcast in a softint", soft_xcall_main);
