/*
 * subr_time.c: times in ticks, and things that should not happen too often.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>
#include <sys/intr.h>

/*
 * tvtohz: ticks after which at least tv has passed: rounded up, and one more,
 * since the current one is not a whole one.  0 for times that are not > 0.
 */
int
tvtohz(const struct timeval *tv)
{
	uint64_t ticks;

	if (tv->tv_sec < 0 || (tv->tv_sec == 0 && tv->tv_usec <= 0))
		return 0;
	if (tv->tv_sec > INT_MAX / hz)
		return INT_MAX;
	ticks = howmany((uint64_t)tv->tv_sec * 1000000 + tv->tv_usec,
	    (uint64_t)tick);
	return ticks + 1 > INT_MAX ? INT_MAX : (int)ticks + 1;
}

int
tstohz(const struct timespec *ts)
{
	struct timeval tv;

	/* Rounded up, too. */
	tv.tv_sec = ts->tv_sec;
	tv.tv_usec = (suseconds_t)howmany(ts->tv_nsec, 1000);
	return tvtohz(&tv);
}

/* tvhzto: ticks until the calendar says tv. */
int
tvhzto(const struct timeval *tvp)
{
	struct timeval now, tv;

	tv = *tvp;
	getmicrotime(&now);
	timersub(&tv, &now, &tv);
	return tvtohz(&tv);
}

int
tshzto(const struct timespec *tsp)
{
	struct timespec now, ts;

	ts = *tsp;
	getnanotime(&now);
	timespecsub(&ts, &now, &ts);
	return tstohz(&ts);
}

/*
 * ratecheck: true if mininterval has passed since it was last true.  *lasttime
 * is the caller's to keep.
 */
int
ratecheck(struct timeval *lasttime, const struct timeval *mininterval)
{
	struct timeval tv, delta;
	int rv = 0;

	getmicrouptime(&tv);
	timersub(&tv, lasttime, &delta);

	/* The first time, or it is due. */
	if (timercmp(&delta, mininterval, >=) ||
	    (lasttime->tv_sec == 0 && lasttime->tv_usec == 0)) {
		*lasttime = tv;
		rv = 1;
	}
	return rv;
}

/*
 * ppsratecheck: true if it has not been asked more than maxpps times within
 * this second; maxpps < 0: always true, 0: never.
 */
int
ppsratecheck(struct timeval *lasttime, int *curpps, int maxpps)
{
	struct timeval tv, delta;
	int rv;

	getmicrouptime(&tv);
	timersub(&tv, lasttime, &delta);

	if ((lasttime->tv_sec == 0 && lasttime->tv_usec == 0) ||
	    delta.tv_sec >= 1) {
		*lasttime = tv;
		*curpps = 0;
	}
	if (maxpps < 0)
		rv = 1;
	else
		rv = *curpps < maxpps;
	if (*curpps + 1 > 0)
		(*curpps)++;
	return rv;
}
