/*
 * subr_xcall.c: have other CPUs call a function.
 *
 * Some data are one CPU's alone, and changed there without locks.  To change
 * them from elsewhere, one has that CPU do it.  And to know that every CPU has
 * finished something it cannot be interrupted in, one has them all call a
 * function that does nothing.
 *
 * There are two services, each with one box for one call at a time:
 *
 *	low	A bound LWP per CPU, "xcall/N", makes the call, on those CPUs
 *		that are running.  The function may sleep.  The LWP has the
 *		highest priority of kernel threads but does not preempt: a
 *		busy LWP, or a flood of softints, holds the call up.
 *
 *	high	An IPI has each CPU schedule a serial softint, which makes the
 *		call.  No LWP can hold that up, but by raising its IPL to
 *		softserial; that is how pserialize readers do.  The function
 *		must not sleep.  It runs on all CPUs, so all must be up.
 *
 * Tickets.  A box counts calls: xc_headp those asked for, one for each CPU
 * concerned, xc_donep those finished.  A request's ticket is xc_headp with it
 * counted in; it is done when xc_donep has come to that.  This needs that all
 * of one request are done before any of the next begins, so a caller waits
 * until the box is empty, xc_headp == xc_donep:
 *
 *	first caller			CPU 1			CPU 2
 *	headp 0 -> 2, ticket 2
 *					calls; donep 1
 *	xc_wait: 1 < 2							..calls
 *	second caller
 *	headp 2, donep 1: waits
 *								done; donep 2
 *	first returns; second: headp 2 -> 4, ticket 4
 *
 * (Were it allowed as soon as CPU 2 had picked the first call up, CPU 1 could
 * finish its second call, and donep 2 would tell the first caller that CPU 2
 * was through.)  Bit 63 of a ticket says which box.
 *
 * xc_wait looks at xc_donep without the lock first.  It only grows, and a word
 * is read in one piece: what it shows has been done.  Loads after it may be
 * relied on to see what the called function stored: the function's stores come
 * before the mutex of the box is taken to count it, thus before xc_donep
 * changes, and this CPU does not load ahead of its own earlier load (amd64).
 *
 * Contexts.  xc_broadcast, xc_unicast, xc_wait: thread, sleeping.  The first
 * two sleep until the box is empty.  xc_ipi_handler: IPI, or preemption off.
 */
#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/param.h>
#include <sys/xcall.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/evcnt.h>
#include <sys/kthread.h>
#include <sys/cpu.h>

/*
 * Fields are
 *	x	locked by xc_lock
 *	b	written under xc_lock when the box is empty; read by those who
 *		make the call, without it, while it is not
 *	d	written under xc_lock, read without
 *
 * Beside it, of each CPU: cpu_xcall, cpu_xcall_pending: x, of the low box.
 */
typedef struct {
	kmutex_t xc_lock;
	kcondvar_t xc_busy;         /* x: the box is empty, or a ticket done */
	xcfunc_t xc_func;           /* b */
	void *xc_arg1;              /* b */
	void *xc_arg2;              /* b */
	uint64_t xc_headp;          /* x: calls asked for */
	volatile uint64_t xc_donep; /* d: calls finished */
} xc_state_t;

#define XC_PRI_BIT (1ULL << 63) /* of a ticket: high priority */

static xc_state_t xc_low_pri __cacheline_aligned;
static xc_state_t xc_high_pri __cacheline_aligned;
static void *xc_sih __cacheline_aligned; /* the softint; constant */

static struct evcnt xc_unicast_ev __cacheline_aligned;
static struct evcnt xc_broadcast_ev __cacheline_aligned;

static void xc_thread(void *);

static void
xc_init_state(xc_state_t *xc, int ipl, const char *wmesg)
{
	memset(xc, 0, sizeof(*xc));
	mutex_init(&xc->xc_lock, MUTEX_DEFAULT, ipl);
	cv_init(&xc->xc_busy, wmesg);
}

/* What there is once. */
static void
xc_init(void)
{
	xc_init_state(&xc_low_pri, IPL_NONE, "xclocv");
	xc_init_state(&xc_high_pri, IPL_SOFTSERIAL, "xchicv");
	xc_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    xc__highpri_intr, NULL);
	KASSERT(xc_sih != NULL);

	evcnt_attach_dynamic(&xc_unicast_ev, EVCNT_TYPE_MISC, NULL, "crosscall",
	    "unicast");
	evcnt_attach_dynamic(&xc_broadcast_ev, EVCNT_TYPE_MISC, NULL,
	    "crosscall", "broadcast");
}

/*
 * xc_init_cpu: set up a CPU; autoconfiguration calls it for one after the
 * other.
 */
void
xc_init_cpu(struct cpu_info *ci)
{
	static bool again; /* once only */
	int error __diagused;

	if (!again) {
		xc_init();
		again = true;
	}
	cv_init(&ci->ci_data.cpu_xcall, "xcall");
	error = kthread_create(PRI_XCALL, KTHREAD_MPSAFE, ci, xc_thread, NULL,
	    NULL, "xcall/%u", ci->ci_index);
	KASSERT(error == 0);
}

/*
 * xc_enter: lock the box, once it is empty, and put the call in.
 */
static void
xc_enter(xc_state_t *xc, xcfunc_t func, void *arg1, void *arg2)
{
	mutex_enter(&xc->xc_lock);
	while (xc->xc_headp != xc->xc_donep)
		cv_wait(&xc->xc_busy, &xc->xc_lock);
	xc->xc_func = func;
	xc->xc_arg1 = arg1;
	xc->xc_arg2 = arg2;
}

/*
 * xc_done: one call is finished.  The box is locked.
 */
static void
xc_done(xc_state_t *xc)
{
	KASSERT(mutex_owned(&xc->xc_lock));
	KASSERT(xc->xc_donep < xc->xc_headp);

	if (++xc->xc_donep == xc->xc_headp)
		cv_broadcast(&xc->xc_busy);
}

/* Ask a CPU for a low-priority call; the box is locked. */
static void
xc_lowpri_cpu(xc_state_t *xc, struct cpu_info *ci)
{
	xc->xc_headp++;
	ci->ci_data.cpu_xcall_pending = true;
	cv_signal(&ci->ci_data.cpu_xcall);
}

/*
 * xc_lowpri: ask one CPU, or, ci being NULL, all that run.
 */
static uint64_t
xc_lowpri(xcfunc_t func, void *arg1, void *arg2, struct cpu_info *ci)
{
	xc_state_t *const xc = &xc_low_pri;
	CPU_INFO_ITERATOR cii;
	uint64_t where;

	xc_enter(xc, func, arg1, arg2);
	if (ci == NULL) {
		xc_broadcast_ev.ev_count++;
		for (CPU_INFO_FOREACH(cii, ci)) {
			if ((ci->ci_schedstate.spc_flags & SPCF_RUNNING) != 0)
				xc_lowpri_cpu(xc, ci);
		}
	} else {
		xc_unicast_ev.ev_count++;
		xc_lowpri_cpu(xc, ci);
	}
	KASSERT(xc->xc_donep < xc->xc_headp);
	where = xc->xc_headp;
	mutex_exit(&xc->xc_lock);

	KASSERT((where & XC_PRI_BIT) == 0);
	return where;
}

/*
 * xc_thread: a CPU's LWP for low-priority calls.
 */
static void
xc_thread(void *cookie)
{
	struct cpu_info *const ci = curcpu(); /* bound */
	xc_state_t *const xc = &xc_low_pri;
	void *arg1, *arg2;
	xcfunc_t func;

	mutex_enter(&xc->xc_lock);
	for (;;) {
		while (!ci->ci_data.cpu_xcall_pending) {
			cv_wait(&ci->ci_data.cpu_xcall, &xc->xc_lock);
			KASSERT(ci == curcpu());
		}
		ci->ci_data.cpu_xcall_pending = false;
		func = xc->xc_func;
		arg1 = xc->xc_arg1;
		arg2 = xc->xc_arg2;
		mutex_exit(&xc->xc_lock);

		KASSERT(func != NULL);
		(*func)(arg1, arg2);

		mutex_enter(&xc->xc_lock);
		xc_done(xc);
	}
}

/*
 * xc_highpri: the same, by softint.
 */
static uint64_t
xc_highpri(xcfunc_t func, void *arg1, void *arg2, struct cpu_info *ci)
{
	xc_state_t *const xc = &xc_high_pri;
	uint64_t where;

	xc_enter(xc, func, arg1, arg2);
	xc->xc_headp += (ci == NULL) ? (u_int)ncpu : 1;
	where = xc->xc_headp;
	mutex_exit(&xc->xc_lock);

	/* The box stays as it is until all are through. */
	kpreempt_disable();
	if (ci == NULL) {
		xc_send_ipi(NULL);
		xc_ipi_handler(); /* and here */
	} else if (ci != curcpu()) {
		xc_send_ipi(ci);
	} else {
		xc_ipi_handler();
	}
	kpreempt_enable();

	KASSERT((where & XC_PRI_BIT) == 0);
	return where | XC_PRI_BIT;
}

/*
 * xc_ipi_handler: this CPU has been asked.
 */
void
xc_ipi_handler(void)
{
	softint_schedule(xc_sih);
}

/*
 * xc__highpri_intr: the softint.
 */
void
xc__highpri_intr(void *dummy)
{
	xc_state_t *const xc = &xc_high_pri;

	KASSERT(!cpu_intr_p());

	/* Without the lock: it does not change before we are done. */
	KASSERT(xc->xc_func != NULL);
	(*xc->xc_func)(xc->xc_arg1, xc->xc_arg2);

	mutex_enter(&xc->xc_lock);
	xc_done(xc);
	mutex_exit(&xc->xc_lock);
}

/*
 * xc_broadcast: have all CPUs call func(arg1, arg2).  Returns a ticket for
 * xc_wait.
 */
uint64_t
xc_broadcast(u_int flags, xcfunc_t func, void *arg1, void *arg2)
{
	KASSERT(!cpu_intr_p() && !cpu_softintr_p());
	ASSERT_SLEEPABLE();

	if ((flags & XC_HIGHPRI) != 0)
		return xc_highpri(func, arg1, arg2, NULL);
	return xc_lowpri(func, arg1, arg2, NULL);
}

/*
 * xc_unicast: have one CPU do it.
 */
uint64_t
xc_unicast(u_int flags, xcfunc_t func, void *arg1, void *arg2,
    struct cpu_info *ci)
{
	KASSERT(ci != NULL);
	KASSERT(!cpu_intr_p() && !cpu_softintr_p());
	ASSERT_SLEEPABLE();

	if ((flags & XC_HIGHPRI) != 0)
		return xc_highpri(func, arg1, arg2, ci);
	return xc_lowpri(func, arg1, arg2, ci);
}

/*
 * xc_wait: until all calls of the ticket are finished.
 */
void
xc_wait(uint64_t where)
{
	xc_state_t *xc;

	KASSERT(!cpu_intr_p() && !cpu_softintr_p());
	ASSERT_SLEEPABLE();

	xc = (where & XC_PRI_BIT) != 0 ? &xc_high_pri : &xc_low_pri;
	where &= ~XC_PRI_BIT;

	if (xc->xc_donep >= where)
		return;

	mutex_enter(&xc->xc_lock);
	while (xc->xc_donep < where)
		cv_wait(&xc->xc_busy, &xc->xc_lock);
	mutex_exit(&xc->xc_lock);
}
