/*
 * time.h: spans and moments of time.
 *
 * A bintime has seconds and 2^-64 seconds: adding and scaling are integer
 * arithmetic without loss.
 */
#ifndef _SYS_TIME_H_
#define _SYS_TIME_H_

#include <sys/types.h>

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

#define TIMEVAL_TO_TIMESPEC(tv, ts)                   \
	do {                                          \
		(ts)->tv_sec = (tv)->tv_sec;          \
		(ts)->tv_nsec = (tv)->tv_usec * 1000; \
	} while (/* CONSTCOND */ 0)
#define TIMESPEC_TO_TIMEVAL(tv, ts)                                \
	do {                                                       \
		(tv)->tv_sec = (ts)->tv_sec;                       \
		(tv)->tv_usec = (suseconds_t)(ts)->tv_nsec / 1000; \
	} while (/* CONSTCOND */ 0)

struct timezone {
	int tz_minuteswest;
	int tz_dsttime;
};

#define timerclear(tvp) (tvp)->tv_sec = (tvp)->tv_usec = 0L
#define timerisset(tvp) ((tvp)->tv_sec || (tvp)->tv_usec)
#define timercmp(tvp, uvp, cmp)                                                \
	(((tvp)->tv_sec == (uvp)->tv_sec) ? ((tvp)->tv_usec cmp(uvp)->tv_usec) \
					  : ((tvp)->tv_sec cmp(uvp)->tv_sec))
#define timeradd(tvp, uvp, vvp)                                   \
	do {                                                      \
		(vvp)->tv_sec = (tvp)->tv_sec + (uvp)->tv_sec;    \
		(vvp)->tv_usec = (tvp)->tv_usec + (uvp)->tv_usec; \
		if ((vvp)->tv_usec >= 1000000) {                  \
			(vvp)->tv_sec++;                          \
			(vvp)->tv_usec -= 1000000;                \
		}                                                 \
	} while (/* CONSTCOND */ 0)
#define timersub(tvp, uvp, vvp)                                   \
	do {                                                      \
		(vvp)->tv_sec = (tvp)->tv_sec - (uvp)->tv_sec;    \
		(vvp)->tv_usec = (tvp)->tv_usec - (uvp)->tv_usec; \
		if ((vvp)->tv_usec < 0) {                         \
			(vvp)->tv_sec--;                          \
			(vvp)->tv_usec += 1000000;                \
		}                                                 \
	} while (/* CONSTCOND */ 0)

#define timespecclear(tsp) (tsp)->tv_sec = (time_t)((tsp)->tv_nsec = 0L)
#define timespecisset(tsp) ((tsp)->tv_sec || (tsp)->tv_nsec)
#define timespeccmp(tsp, usp, cmp)                                             \
	(((tsp)->tv_sec == (usp)->tv_sec) ? ((tsp)->tv_nsec cmp(usp)->tv_nsec) \
					  : ((tsp)->tv_sec cmp(usp)->tv_sec))
#define timespecadd(tsp, usp, vsp)                                \
	do {                                                      \
		(vsp)->tv_sec = (tsp)->tv_sec + (usp)->tv_sec;    \
		(vsp)->tv_nsec = (tsp)->tv_nsec + (usp)->tv_nsec; \
		if ((vsp)->tv_nsec >= 1000000000L) {              \
			(vsp)->tv_sec++;                          \
			(vsp)->tv_nsec -= 1000000000L;            \
		}                                                 \
	} while (/* CONSTCOND */ 0)
#define timespecsub(tsp, usp, vsp)                                \
	do {                                                      \
		(vsp)->tv_sec = (tsp)->tv_sec - (usp)->tv_sec;    \
		(vsp)->tv_nsec = (tsp)->tv_nsec - (usp)->tv_nsec; \
		if ((vsp)->tv_nsec < 0) {                         \
			(vsp)->tv_sec--;                          \
			(vsp)->tv_nsec += 1000000000L;            \
		}                                                 \
	} while (/* CONSTCOND */ 0)

struct bintime {
	time_t sec;
	uint64_t frac;
};

static __inline void __unused
bintime_addx(struct bintime *bt, uint64_t x)
{
	bt->frac += x;
	if (bt->frac < x)
		bt->sec++;
}

static __inline void __unused
bintime_add(struct bintime *bt, const struct bintime *bt2)
{
	bintime_addx(bt, bt2->frac);
	bt->sec += bt2->sec;
}

static __inline void __unused
bintime_sub(struct bintime *bt, const struct bintime *bt2)
{
	if (bt->frac < bt2->frac)
		bt->sec--;
	bt->frac -= bt2->frac;
	bt->sec -= bt2->sec;
}

#define bintimecmp(bta, btb, cmp)                                     \
	(((bta)->sec == (btb)->sec) ? (((bta)->frac)cmp((btb)->frac)) \
				    : (((bta)->sec)cmp((btb)->sec)))

/*
 * Conversions.  10^9 / 2^64 is what a unit of frac is in ns; the upper half of
 * frac times 10^9 is enough.  The other way, 18446744073 is 2^64 / 10^9 and
 * 18446744073709 is 2^64 / 10^6, both rounded down.
 */
static __inline void __unused
bintime2timespec(const struct bintime *bt, struct timespec *ts)
{
	ts->tv_sec = bt->sec;
	ts->tv_nsec = (long)((1000000000ULL * (uint32_t)(bt->frac >> 32)) >>
	    32);
}

static __inline void __unused
timespec2bintime(const struct timespec *ts, struct bintime *bt)
{
	bt->sec = ts->tv_sec;
	bt->frac = (uint64_t)ts->tv_nsec * 18446744073ULL;
}

static __inline void __unused
bintime2timeval(const struct bintime *bt, struct timeval *tv)
{
	tv->tv_sec = bt->sec;
	tv->tv_usec = (suseconds_t)((1000000ULL * (uint32_t)(bt->frac >> 32)) >>
	    32);
}

static __inline void __unused
timeval2bintime(const struct timeval *tv, struct bintime *bt)
{
	bt->sec = tv->tv_sec;
	bt->frac = (uint64_t)tv->tv_usec * 18446744073709ULL;
}

static __inline struct bintime __unused
ms2bintime(uint64_t ms)
{
	struct bintime bt;

	bt.sec = (time_t)(ms / 1000U);
	bt.frac = (ms % 1000U) * 18446744073709551ULL;
	return bt;
}

struct itimerval {
	struct timeval it_interval;
	struct timeval it_value;
};

struct itimerspec {
	struct timespec it_interval;
	struct timespec it_value;
};

struct clockinfo {
	int hz;   /* hardclock() so often a second */
	int tick; /* .. that is, each so many us */
	int tickadj;
	int stathz;
	int profhz;
};

#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

#define CLOCK_REALTIME  0
#define CLOCK_VIRTUAL   1
#define CLOCK_PROF      2
#define CLOCK_MONOTONIC 3

#define TIMER_RELTIME 0x0
#define TIMER_ABSTIME 0x1

#ifdef _KERNEL
#include <sys/timevar.h>
#endif

#endif /* !_SYS_TIME_H_ */
