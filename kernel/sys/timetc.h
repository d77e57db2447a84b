/*
 * timetc.h: a counter that time is taken from; kern/kern_tc.c.
 */
#ifndef _SYS_TIMETC_H_
#define _SYS_TIMETC_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/time.h>

struct timecounter;
typedef u_int timecounter_get_t(struct timecounter *);
typedef void timecounter_pps_t(struct timecounter *);

struct timecounter {
	timecounter_get_t *tc_get_timecount; /* read it; any context */
	timecounter_pps_t *tc_poll_pps;      /* or NULL */
	u_int tc_counter_mask;               /* bits that it has */
	u_int64_t tc_frequency;              /* Hz */
	const char *tc_name;
	int tc_quality; /* the best one is taken; < 0: only by hand */
	void *tc_priv;
	struct timecounter *tc_next;
};

extern struct timecounter *timecounter; /* the one in use */

u_int64_t tc_getfrequency(void);
void tc_init(struct timecounter *);
int tc_detach(struct timecounter *);
void tc_setclock(const struct timespec *);
void tc_ticktock(void); /* once a tick, on the primary CPU */
void tc_gonebad(struct timecounter *);

#endif /* _KERNEL */

#endif /* !_SYS_TIMETC_H_ */
