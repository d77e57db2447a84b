/*
 * xcall.c: what xcall(9) promises.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/xcall.h>

#include <crew.h>
#include <program.h>

#define ROUNDS 10

/* ---- who calls, and where -------------------------------------------------- */

static volatile u_int called[MAXCPUS];

static void
note(void *arg1, void *arg2)
{
	const bool high = arg1 != NULL;
	const u_int me = crew_cpu();

	program_check(cpu_softintr_p() == high && !cpu_intr_p(),
	    "CPU %u: %s priority call in the wrong context", me,
	    high ? "high" : "low");
	program_check(high || (curlwp->l_pflag & LP_BOUND) != 0,
	    "CPU %u: not by a bound LWP", me);
	program_check(arg2 == (void *)called, "CPU %u: arg2", me);
	called[me]++;
}

static void
check_called(const char *what, u_int only)
{
	u_int i, want;

	for (i = 0; i < (u_int)ncpu; i++) {
		want = only == (u_int)ncpu || only == i;
		program_check(called[i] == want, "%s: CPU %u called %u times",
		    what, i, called[i]);
		called[i] = 0;
	}
}

static void
test_where(u_int flags)
{
	void *const high = (flags & XC_HIGHPRI) != 0 ? (void *)called : NULL;
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	xc_wait(xc_broadcast(flags, note, high, __UNVOLATILE(called)));
	check_called("broadcast", (u_int)ncpu);
	for (CPU_INFO_FOREACH(cii, ci)) {
		xc_wait(xc_unicast(flags, note, high, __UNVOLATILE(called),
		    ci));
		check_called("unicast", cpu_index(ci));
	}
}

/* ---- xc_wait returns when all are through ----------------------------------- */

/* A low-priority function may sleep; CPU n does so for n / 2 ticks. */
static void
sleeper(void *arg1, void *arg2)
{
	volatile u_int *const done = arg1;
	const int ticks = (int)crew_cpu() / 2;

	if (ticks > 0)
		(void)kpause("xcsleep", false, ticks, NULL);
	atomic_inc_uint(done);
}

static void
test_wait(void)
{
	volatile u_int done = 0;

	xc_wait(xc_broadcast(0, sleeper, __UNVOLATILE(&done), NULL));
	program_check(done == (u_int)ncpu, "%u were through", done);
}

/*
 * All CPUs broadcast at once.  Each counts its own calls, so one caller's
 * cannot stand for another's; those of CPU 1 dawdle.
 */
static void
adder(void *arg1, void *arg2)
{
	volatile u_int *const n = arg1;

	if (crew_cpu() == 1)
		crew_delay(30);
	atomic_inc_uint(n);
}

static void
caller(void *arg)
{
	const u_int flags = (u_int)(uintptr_t)arg;
	volatile u_int n;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		n = 0;
		xc_wait(xc_broadcast(flags, adder, __UNVOLATILE(&n), NULL));
		program_check(n == (u_int)ncpu,
		    "CPU %u, flags %x: %u of %d through", crew_cpu(), flags, n,
		    ncpu);
	}
}

/* ---- a busy LWP holds up low calls, not high ones ----------------------------- */

static volatile u_int hog_on, hog_stop;

static void
hog(void *arg)
{
	hog_on = 1;
	program_check(crew_spin(&hog_stop, 1, 50), "the hog was not stopped");
}

static void
nothing(void *arg1, void *arg2)
{
	if (arg1 != NULL)
		*(volatile u_int *)arg1 = 1;
}

static void
low_caller(void *arg)
{
	volatile u_int *const seen = arg;

	xc_wait(xc_unicast(0, nothing, __UNVOLATILE(seen), NULL,
	    cpu_lookup(1)));
}

static void
test_hog(void)
{
	volatile u_int seen = 0;
	uint64_t start;
	struct crew *h, *low;

	h = crew_start(1, PRI_NONE, hog, NULL);
	program_check(crew_await(&hog_on, 1, 20), "no hog");

	low = crew_start(2, PRI_NONE, low_caller, __UNVOLATILE(&seen));
	start = crew_us();
	xc_wait(xc_broadcast(XC_HIGHPRI, nothing, NULL, NULL));
	/* Not the hog's 50 ticks. */
	program_check(crew_us() - start < 20000,
	    "a high-priority call took %lu us", crew_us() - start);
	(void)kpause("xctest", false, 3, NULL);
	program_check(seen == 0, "a low-priority call passed a busy LWP");
	hog_stop = 1;
	crew_join(low);
	program_check(seen == 1, "it was not made");
	crew_join(h);
}

/* ---- a raised IPL holds up high ones ------------------------------------------ */

static volatile u_int up_on, up_seen;

static void
up_cpu(void *arg)
{
	int s;

	s = splsoftserial();
	up_on = 1;
	crew_delay(2000);
	program_check(up_seen == 0, "called at splsoftserial");
	splx(s);
	program_check(up_seen == 1, "not called on splx");
}

static void
up_note(void *arg1, void *arg2)
{
	up_seen = 1;
}

static void
test_up(void)
{
	struct crew *const l = crew_start(1, PRI_NONE, up_cpu, NULL);

	program_check(crew_spin(&up_on, 1, 20), "not up");
	xc_wait(xc_unicast(XC_HIGHPRI, up_note, NULL, NULL, cpu_lookup(1)));
	program_check(up_seen == 1, "returned without the call");
	crew_join(l);
}

/* ---- pairs of calls ----------------------------------------------------------- */

/* A ticket is good later, and in any order. */
static void
test_tickets(void)
{
	volatile u_int a = 0, b = 0;
	uint64_t ta, tb, th;

	ta = xc_broadcast(0, adder, __UNVOLATILE(&a), NULL);
	tb = xc_broadcast(0, adder, __UNVOLATILE(&b), NULL);
	th = xc_broadcast(XC_HIGHPRI, nothing, NULL, NULL);
	program_check((th >> 63) == 1 && (ta >> 63) == 0, "bit 63");
	xc_wait(tb);
	program_check(a == (u_int)ncpu && b == (u_int)ncpu, "%u and %u through",
	    a, b);
	xc_wait(ta);
	xc_wait(th);
}

static void
xcall_all(void)
{
	if (crew_part("where"))
		test_where(0);
	if (crew_part("where"))
		test_where(XC_HIGHPRI);
	if (crew_part("wait"))
		test_wait();
	if (crew_part("tickets"))
		test_tickets();
	if (crew_part("callers"))
		crew_all(caller, (void *)(uintptr_t)0);
	if (crew_part("callers"))
		crew_all(caller, (void *)(uintptr_t)XC_HIGHPRI);
	if (crew_part("hog"))
		test_hog();
	if (crew_part("up"))
		test_up();
}

static int
xcall_main(void)
{
	return crew_main(xcall_all);
}

PROGRAM(xcall, "cross calls: low and high, one CPU and all, tickets",
    xcall_main);
