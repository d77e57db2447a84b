/*
 * syncobj.h: what the scheduler must know of the thing an LWP waits for.
 *
 * l_syncobj of a sleeping LWP says how it is taken off its queue, how its place
 * there changes with its priority, and who could end the wait: the owner, to
 * whom the sleeper's priority is lent.  A running LWP has sched_syncobj.
 *
 * The functions but sobj_owner are called with the LWP locked, sobj_owner with
 * the lock of the queue that the object's sleepers are on.
 */
#ifndef _SYS_SYNCOBJ_H_
#define _SYS_SYNCOBJ_H_

#include <sys/types.h>
#include <sys/wchan.h>

struct lwp;

typedef struct syncobj {
	u_int sobj_flag;
	void (*sobj_unsleep)(struct lwp *, bool);
	void (*sobj_changepri)(struct lwp *, pri_t);
	void (*sobj_lendpri)(struct lwp *, pri_t);
	struct lwp *(*sobj_owner)(wchan_t);
} syncobj_t;

struct lwp *syncobj_noowner(wchan_t); /* NULL; kern_synch.c */

#define SOBJ_SLEEPQ_SORTED 0x01 /* most urgent first, else by arrival */
#define SOBJ_SLEEPQ_FIFO   0x02 /* by arrival */

extern syncobj_t sched_syncobj;
extern syncobj_t mutex_syncobj;
extern syncobj_t rw_syncobj;
extern syncobj_t sleep_syncobj;

#endif /* _SYS_SYNCOBJ_H_ */
