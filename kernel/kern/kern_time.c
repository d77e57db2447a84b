/*
 * kern_time.c: setting up time.  System calls about it there are none.
 */
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timetc.h>
#include <sys/timevar.h>

/* time_init: the counter of last resort can be read. */
void
time_init(void)
{
	inittimecounter();
}

/* time_init2: when softints are there: timers of programs. */
void
time_init2(void)
{
}
