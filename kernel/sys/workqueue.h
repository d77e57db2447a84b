/*
 * workqueue.h: defer work to a thread.
 *
 * The item is the caller's memory, put into what the work is about; it must
 * not be enqueued again before the function has been called with it, from
 * which on it is the function's.  kern/subr_workqueue.c says the rest.
 */
#ifndef _SYS_WORKQUEUE_H_
#define _SYS_WORKQUEUE_H_

#include <sys/param.h>

struct work {
	void *wk_dummy; /* the workqueue's while enqueued */
};

struct workqueue;
struct cpu_info;

#define WQ_MPSAFE 0x01 /* the function needs no KERNEL_LOCK */
#define WQ_PERCPU 0x02 /* one queue and one thread per CPU */

int workqueue_create(struct workqueue **, const char *,
    void (*)(struct work *, void *), void *, pri_t, int, int);
void workqueue_destroy(struct workqueue *);

/* The CPU: that of the queue to use; NULL: the caller's, or the only one. */
void workqueue_enqueue(struct workqueue *, struct work *, struct cpu_info *);

#endif /* _SYS_WORKQUEUE_H_ */
