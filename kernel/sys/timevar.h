/*
 * timevar.h: reading the time.
 *
 *			from			resolution	cost
 *	getbintime ..	boot + a constant	one tick	a few loads
 *	bintime ..	.. 			the counter's	reads it
 *	getbinuptime ..	boot			one tick	a few loads
 *	binuptime ..	boot			the counter's	reads it
 *
 * Any context; see kern/kern_tc.c.
 */
#ifndef _SYS_TIMEVAR_H_
#define _SYS_TIMEVAR_H_

#include <sys/callout.h>
#include <sys/queue.h>

#ifdef _KERNEL

struct bintime;
struct timeval;
struct timespec;

void binuptime(struct bintime *);
void nanouptime(struct timespec *);
void microuptime(struct timeval *);

void bintime(struct bintime *);
void nanotime(struct timespec *);
void microtime(struct timeval *);

void getbinuptime(struct bintime *);
void getnanouptime(struct timespec *);
void getmicrouptime(struct timeval *);

void getbintime(struct bintime *);
void getnanotime(struct timespec *);
void getmicrotime(struct timeval *);

/* May something happen that should not be too often?  0 and 1. */
int ppsratecheck(struct timeval *, int *, int);
int ratecheck(struct timeval *, const struct timeval *);

/* Ticks in a time, rounded up; and ticks until a moment. */
int hzto(struct timeval *);
int tvtohz(const struct timeval *);
int tstohz(const struct timespec *);
int tshzto(const struct timespec *);
int tvhzto(const struct timeval *);
int itimerfix(struct timeval *);
int itimespecfix(struct timespec *);

void inittimecounter(void);
void time_init(void);
void time_init2(void);
bool time_wraps(struct timespec *, struct timespec *);

extern volatile time_t time_second; /* of the calendar */
extern volatile time_t time_uptime; /* seconds since boot */

#endif /* _KERNEL */

#endif /* !_SYS_TIMEVAR_H_ */
