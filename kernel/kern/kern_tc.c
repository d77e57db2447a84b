/*
 * kern_tc.c: what time it is, by a counter of the hardware.
 *
 * A timehands says: when the counter was th_offset_count, it was th_offset, and
 * a count is th_scale times 2^-64 s.  So the time is
 *
 *	th_offset + th_scale * ((counter - th_offset_count) & mask)
 *
 * The primary CPU makes a new one each tick, before the counter turns round
 * (tc_windup).  Readers take no lock.  They are kept from a timehands that is
 * half written by its generation, which is 0 meanwhile and another afterwards:
 *
 *	reader				primary, tc_windup
 *	th = timehands
 *	gen = th->th_generation
 *	membar_consumer
 *	reads th
 *					gen = 0; membar_producer
 *					writes the next one, which is th if the
 *					reader was away for a whole round
 *					membar_producer; gen = old + 1
 *	membar_consumer
 *	gen != th->th_generation: again
 *
 * There are ten in a ring, so that is rare.
 *
 * Reading the counter can be dear: TSC some tens of cycles, a device a
 * microsecond.  mi_switch does it each time.  Where a tick is exact enough the
 * get* functions read what tc_windup left.
 *
 * A counter may go away (tc_detach) while it is read: who reads says so in
 * l_tcgen, and tc_detach waits until no LWP is left that began before.
 *
 * bintime, as opposed to binuptime, is of the calendar: uptime plus
 * timebasebin.  There is no clock chip here, so the calendar starts at 0 unless
 * somebody sets it.
 *
 * Locks: timecounter_lock, a spin mutex at IPL_HIGH, for the list of counters,
 * timebasebin, and all but reading.  Contexts: reading, any; tc_ticktock, the
 * clock interrupt; others, threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/reboot.h>
#include <sys/sysctl.h>
#include <sys/syslog.h>
#include <sys/systm.h>
#include <sys/timetc.h>
#include <sys/timevar.h>
#include <sys/atomic.h>
#include <sys/evcnt.h>
#include <sys/kauth.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/xcall.h>
#include <sys/cpu.h>

/* Until there is a real one: each reading is a microsecond. */
static u_int
dummy_get_timecount(struct timecounter *tc)
{
	static u_int now;

	return ++now;
}

static struct timecounter dummy_timecounter = {
	.tc_get_timecount = dummy_get_timecount,
	.tc_counter_mask = ~0u,
	.tc_frequency = 1000000,
	.tc_name = "dummy",
	.tc_quality = -1000000,
};

struct timehands {
	struct timecounter *th_counter;
	int64_t th_adjustment; /* 2^-32 s/s, of ntp: always 0 */
	uint64_t th_scale;     /* 2^-64 s per count */
	u_int th_offset_count;
	struct bintime th_offset;    /* uptime at that count */
	struct timeval th_microtime; /* calendar, the same moment */
	struct timespec th_nanotime;
	volatile u_int th_generation; /* 0: being written */
	struct timehands *th_next;
};

#define NTIMEHANDS 10

static struct timehands th[NTIMEHANDS] = {
	[0] = {
		.th_counter = &dummy_timecounter,
		.th_scale = (uint64_t)-1 / 1000000,
		.th_offset = { .sec = 1, .frac = 0 },
		.th_generation = 1,
	},
};

static struct timehands *volatile timehands = &th[0];
struct timecounter *timecounter = &dummy_timecounter;
static struct timecounter *timecounters = &dummy_timecounter;

volatile time_t time_second = 1;
volatile time_t time_uptime = 1;

static struct bintime timebasebin; /* calendar at uptime 0 */
static kmutex_t timecounter_lock;
static u_int timecounter_mods;
static volatile int timecounter_removals = 1;
static u_int timecounter_bad;

static inline u_int
tc_delta(const struct timehands *h)
{
	struct timecounter *tc = h->th_counter;

	return (tc->tc_get_timecount(tc) - h->th_offset_count) &
	    tc->tc_counter_mask;
}

/*
 * binuptime: time since boot, by the counter.
 */
void
binuptime(struct bintime *bt)
{
	const struct timehands *h;
	lwp_t *l = curlwp;
	u_int lgen, gen;

	/* Nested, in an interrupt: the outer one's stands. */
	lgen = l->l_tcgen;
	if (__predict_true(lgen == 0))
		l->l_tcgen = timecounter_removals;
	__insn_barrier();

	do {
		h = timehands;
		gen = h->th_generation;
		membar_consumer();
		*bt = h->th_offset;
		bintime_addx(bt, h->th_scale * tc_delta(h));
		membar_consumer();
	} while (gen == 0 || gen != h->th_generation);

	__insn_barrier();
	l->l_tcgen = lgen;
}

void
nanouptime(struct timespec *tsp)
{
	struct bintime bt;

	binuptime(&bt);
	bintime2timespec(&bt, tsp);
}

void
microuptime(struct timeval *tvp)
{
	struct bintime bt;

	binuptime(&bt);
	bintime2timeval(&bt, tvp);
}

/* bintime: the calendar, by the counter. */
void
bintime(struct bintime *bt)
{
	binuptime(bt);
	bintime_add(bt, &timebasebin);
}

void
nanotime(struct timespec *tsp)
{
	struct bintime bt;

	bintime(&bt);
	bintime2timespec(&bt, tsp);
}

void
microtime(struct timeval *tvp)
{
	struct bintime bt;

	bintime(&bt);
	bintime2timeval(&bt, tvp);
}

/* getbinuptime: time since boot, as of the last tick. */
void
getbinuptime(struct bintime *bt)
{
	const struct timehands *h;
	u_int gen;

	do {
		h = timehands;
		gen = h->th_generation;
		membar_consumer();
		*bt = h->th_offset;
		membar_consumer();
	} while (gen == 0 || gen != h->th_generation);
}

void
getnanouptime(struct timespec *tsp)
{
	struct bintime bt;

	getbinuptime(&bt);
	bintime2timespec(&bt, tsp);
}

void
getmicrouptime(struct timeval *tvp)
{
	struct bintime bt;

	getbinuptime(&bt);
	bintime2timeval(&bt, tvp);
}

/* getbintime: the calendar, as of the last tick. */
void
getbintime(struct bintime *bt)
{
	getbinuptime(bt);
	bintime_add(bt, &timebasebin);
}

void
getnanotime(struct timespec *tsp)
{
	struct bintime bt;

	getbintime(&bt);
	bintime2timespec(&bt, tsp);
}

void
getmicrotime(struct timeval *tvp)
{
	struct bintime bt;

	getbintime(&bt);
	bintime2timeval(&bt, tvp);
}

/* 2^64 / frequency, of which 2^63 / frequency is the half that fits. */
static uint64_t
tc_scale(const struct timecounter *tc)
{
	return (((uint64_t)1 << 63) / tc->tc_frequency) * 2;
}

/* A new timehands.  With timecounter_lock held, or at boot. */
static void
tc_windup(void)
{
	struct timehands *tho = timehands, *h = tho->th_next;
	u_int delta, ncount = 0, ogen;
	struct bintime bt;

	ogen = h->th_generation;
	h->th_generation = 0;
	membar_producer();
	memcpy(h, tho, offsetof(struct timehands, th_generation));

	delta = tc_delta(h);
	if (h->th_counter != timecounter)
		ncount = timecounter->tc_get_timecount(timecounter);
	h->th_offset_count += delta;
	h->th_offset_count &= h->th_counter->tc_counter_mask;
	bintime_addx(&h->th_offset, h->th_scale * delta);

	bt = h->th_offset;
	bintime_add(&bt, &timebasebin);
	bintime2timeval(&bt, &h->th_microtime);
	bintime2timespec(&bt, &h->th_nanotime);

	/* The moment to take another counter. */
	if (h->th_counter != timecounter) {
		h->th_counter = timecounter;
		h->th_offset_count = ncount;
		h->th_scale = tc_scale(timecounter);
	}

	if (++ogen == 0)
		ogen = 1;
	membar_producer();
	h->th_generation = ogen;

	time_second = h->th_microtime.tv_sec;
	time_uptime = h->th_offset.sec;
	membar_producer();
	timehands = h;

	/* Those who have the old one look again. */
	if (++tho->th_generation == 0)
		tho->th_generation = 1;
}

/* The best of the list, from now on.  With timecounter_lock held. */
static void
tc_pick(void)
{
	struct timecounter *best = NULL, *tc;

	for (tc = timecounters; tc != NULL; tc = tc->tc_next) {
		if (best == NULL || tc->tc_quality > best->tc_quality ||
		    (tc->tc_quality == best->tc_quality &&
			tc->tc_frequency > best->tc_frequency))
			best = tc;
	}
	timecounter = best;
}

/* tc_init: a counter that there is. */
void
tc_init(struct timecounter *tc)
{
	aprint_normal("timecounter: Timecounter \"%s\" frequency %lu Hz "
		      "quality %d\n",
	    tc->tc_name, tc->tc_frequency, tc->tc_quality);

	mutex_spin_enter(&timecounter_lock);
	tc->tc_next = timecounters;
	timecounters = tc;
	timecounter_mods++;
	/* One of quality below 0 is never taken of itself. */
	if (tc->tc_quality >= 0 && tc->tc_quality >= timecounter->tc_quality) {
		(void)tc->tc_get_timecount(tc);
		tc_pick();
		tc_windup();
	}
	mutex_spin_exit(&timecounter_lock);
}

/* tc_gonebad: it does not count any more; callers may be interrupts. */
void
tc_gonebad(struct timecounter *tc)
{
	tc->tc_quality = -100;
	membar_producer();
	atomic_inc_uint(&timecounter_bad);
}

/*
 * Is there an LWP that may be reading a counter since before the last removal?
 */
static bool
tc_readers(void)
{
	struct lwp *l;
	bool found = false;

	mutex_enter(proc_lock);
	LIST_FOREACH (l, &alllwp, l_list) {
		const int gen = *(volatile int *)&l->l_tcgen;

		if (gen != 0 && gen - timecounter_removals < 0)
			found = true;
	}
	mutex_exit(proc_lock);
	return found;
}

/* tc_detach: it goes away; nobody reads it any more on return.  0 or ESRCH. */
int
tc_detach(struct timecounter *target)
{
	struct timecounter **tcp;
	int rc = ESRCH;
	bool inuse;

	mutex_spin_enter(&timecounter_lock);
	for (tcp = &timecounters; *tcp != NULL; tcp = &(*tcp)->tc_next) {
		if (*tcp != target)
			continue;
		*tcp = target->tc_next;
		rc = 0;
		timecounter_mods++;
		break;
	}
	inuse = rc == 0 && timecounter == target;
	if (inuse) {
		tc_pick();
		tc_windup();
		timecounter_removals++;
		if (timecounter_removals == 0)
			timecounter_removals = 1;
	}
	mutex_spin_exit(&timecounter_lock);
	if (!inuse)
		return rc;

	/* What tc_windup stored is seen by all: a trip through each CPU. */
	xc_wait(xc_broadcast(0, (xcfunc_t)(void *)nullop, NULL, NULL));
	while (tc_readers())
		(void)kpause("tcdetach", false, 1, NULL);
	return rc;
}

u_int64_t
tc_getfrequency(void)
{
	return timehands->th_counter->tc_frequency;
}

/* tc_setclock: the calendar says *ts. */
void
tc_setclock(const struct timespec *ts)
{
	struct bintime bt, bt2;

	mutex_spin_enter(&timecounter_lock);
	binuptime(&bt2);
	timespec2bintime(ts, &bt);
	bintime_sub(&bt, &bt2);
	timebasebin = bt;
	tc_windup();
	mutex_spin_exit(&timecounter_lock);
}

/* tc_ticktock: a tick, on the primary CPU. */
void
tc_ticktock(void)
{
	mutex_spin_enter(&timecounter_lock);
	if (__predict_false(timecounter_bad != 0)) {
		timecounter_bad = 0;
		tc_pick();
	}
	tc_windup();
	mutex_spin_exit(&timecounter_lock);
}

/* inittimecounter: before the first counter.  time_init comes earlier. */
void
inittimecounter(void)
{
	int i;

	if (th[0].th_next != NULL)
		return;
	mutex_init(&timecounter_lock, MUTEX_DEFAULT, IPL_HIGH);
	for (i = 0; i < NTIMEHANDS; i++)
		th[i].th_next = &th[(i + 1) % NTIMEHANDS];

	/* Warm it up. */
	(void)timecounter->tc_get_timecount(timecounter);
	(void)timecounter->tc_get_timecount(timecounter);
}
