/*
 * subr_workqueue.c: work for threads.
 *
 * A workqueue is a queue of items and an LWP that calls one function with each
 * of them, in order; with WQ_PERCPU, there is such a pair for each CPU, the
 * LWP bound to it.  An item is part of what the work is about; the first word
 * of it is the link of our queue.
 *
 *	enqueue, any CPU		worker
 *
 *	lock; append; wake; unlock
 *					lock; takes all of the queue; unlock
 *	lock; append; wake; unlock	function(first), function(second)
 *					lock; takes all: the third; ...
 *
 * The worker reads an item's link before it calls the function, since the
 * item is the function's from then on: it may be freed or enqueued again.
 * Enqueued twice before that, it is twice in one list, and the list is broken.
 *
 * Contexts.  workqueue_enqueue: any at or below the IPL that the queue was
 * created with.  workqueue_create, workqueue_destroy: thread, sleeping.  The
 * function: thread; it may sleep, which holds the items behind it up.  It has
 * KERNEL_LOCK but for WQ_MPSAFE.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/systm.h>
#include <sys/kthread.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/workqueue.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/queue.h>

/* What a struct work is, while it is in a queue. */
typedef struct work_impl {
	SIMPLEQ_ENTRY(work_impl) wk_entry;
} work_impl_t;

SIMPLEQ_HEAD(workqhead, work_impl);

/* Fields are q: locked by q_mutex. */
struct workqueue_queue {
	kmutex_t q_mutex;
	kcondvar_t q_cv;          /* q: the worker's, and destroy's */
	struct workqhead q_queue; /* q: items, first to be called first */
	lwp_t *q_worker;          /* q: NULL: has gone */
	bool q_exit;              /* q: is to go, once all is done */
};

/* Constant once created. */
struct workqueue {
	void (*wq_func)(struct work *, void *);
	void *wq_arg;
	int wq_flags; /* WQ_* */

	char wq_name[MAXCOMLEN];
	pri_t wq_prio;
	void *wq_ptr; /* as allocated */
};

/* Behind it, the queues; each begins with a cache line. */
#define WQ_SIZE       (roundup2(sizeof(struct workqueue), coherency_unit))
#define WQ_QUEUE_SIZE (roundup2(sizeof(struct workqueue_queue), coherency_unit))

static size_t
workqueue_size(int flags)
{
	const size_t nqueues = (flags & WQ_PERCPU) != 0 ? (size_t)ncpu : 1;

	return WQ_SIZE + nqueues * WQ_QUEUE_SIZE + coherency_unit;
}

/*
 * workqueue_queue_lookup: the queue of a CPU, or, ci being NULL, of ours.
 */
static struct workqueue_queue *
workqueue_queue_lookup(struct workqueue *wq, struct cpu_info *ci)
{
	u_int idx = 0;

	if ((wq->wq_flags & WQ_PERCPU) != 0)
		idx = cpu_index(ci != NULL ? ci : curcpu());

	return (void *)((uintptr_t)wq + WQ_SIZE + idx * WQ_QUEUE_SIZE);
}

static void
workqueue_runlist(struct workqueue *wq, struct workqhead *list)
{
	work_impl_t *wk, *next;

	for (wk = SIMPLEQ_FIRST(list); wk != NULL; wk = next) {
		next = SIMPLEQ_NEXT(wk, wk_entry);
		(*wq->wq_func)((void *)wk, wq->wq_arg);
	}
}

/*
 * workqueue_worker: the life of a worker.
 */
static void
workqueue_worker(void *cookie)
{
	struct workqueue *const wq = cookie;
	struct workqueue_queue *q;
	struct workqhead list;

	q = workqueue_queue_lookup(wq, curcpu()); /* bound, if it matters */

	mutex_enter(&q->q_mutex);
	for (;;) {
		while (SIMPLEQ_EMPTY(&q->q_queue) && !q->q_exit)
			cv_wait(&q->q_cv, &q->q_mutex);
		if (SIMPLEQ_EMPTY(&q->q_queue))
			break;
		list.sqh_first = SIMPLEQ_FIRST(&q->q_queue);
		SIMPLEQ_INIT(&q->q_queue);
		mutex_exit(&q->q_mutex);

		workqueue_runlist(wq, &list);

		mutex_enter(&q->q_mutex);
	}

	/* workqueue_finiqueue waits; q is not ours once the mutex is. */
	q->q_worker = NULL;
	cv_signal(&q->q_cv);
	mutex_exit(&q->q_mutex);
	kthread_exit(0);
}

static int
workqueue_initqueue(struct workqueue *wq, struct workqueue_queue *q, int ipl,
    struct cpu_info *ci)
{
	int error, ktf;

	ktf = (wq->wq_flags & WQ_MPSAFE) != 0 ? KTHREAD_MPSAFE : 0;
	if (wq->wq_prio < PRI_KERNEL)
		ktf |= KTHREAD_TS;

	mutex_init(&q->q_mutex, MUTEX_DEFAULT, ipl);
	cv_init(&q->q_cv, wq->wq_name);
	SIMPLEQ_INIT(&q->q_queue);

	if (ci != NULL) {
		error = kthread_create(wq->wq_prio, ktf, ci, workqueue_worker,
		    wq, &q->q_worker, "%s/%u", wq->wq_name, ci->ci_index);
	} else {
		error = kthread_create(wq->wq_prio, ktf, NULL, workqueue_worker,
		    wq, &q->q_worker, "%s", wq->wq_name);
	}
	if (error != 0) {
		mutex_destroy(&q->q_mutex);
		cv_destroy(&q->q_cv);
		KASSERT(q->q_worker == NULL);
	}
	return error;
}

/*
 * workqueue_finiqueue: have the worker exit, when it has done all there is.
 */
static void
workqueue_finiqueue(struct workqueue *wq, struct workqueue_queue *q)
{
	mutex_enter(&q->q_mutex);
	q->q_exit = true;
	cv_signal(&q->q_cv);
	while (q->q_worker != NULL)
		cv_wait(&q->q_cv, &q->q_mutex);
	mutex_exit(&q->q_mutex);

	mutex_destroy(&q->q_mutex);
	cv_destroy(&q->q_cv);
}

/*
 * workqueue_create: a queue that calls callback(item, arg), by LWPs of
 * priority prio.  Items may be enqueued at IPLs up to ipl.  flags: WQ_*.
 * Returns 0 and *wqp, or an errno.
 */
int
workqueue_create(struct workqueue **wqp, const char *name,
    void (*callback)(struct work *, void *), void *arg, pri_t prio, int ipl,
    int flags)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;
	struct workqueue *wq;
	void *ptr;
	int error = 0;

	CTASSERT(sizeof(work_impl_t) <= sizeof(struct work));
	KASSERT(strlen(name) < sizeof(wq->wq_name));

	ptr = kmem_zalloc(workqueue_size(flags), KM_SLEEP);
	wq = (void *)roundup2((uintptr_t)ptr, coherency_unit);
	wq->wq_ptr = ptr;
	wq->wq_flags = flags;
	strncpy(wq->wq_name, name, sizeof(wq->wq_name));
	wq->wq_prio = prio;
	wq->wq_func = callback;
	wq->wq_arg = arg;

	if ((flags & WQ_PERCPU) != 0) {
		for (CPU_INFO_FOREACH(cii, ci)) {
			error = workqueue_initqueue(wq,
			    workqueue_queue_lookup(wq, ci), ipl, ci);
			if (error != 0)
				break;
		}
	} else {
		error = workqueue_initqueue(wq,
		    workqueue_queue_lookup(wq, NULL), ipl, NULL);
	}

	if (error != 0)
		workqueue_destroy(wq);
	else
		*wqp = wq;
	return error;
}

/*
 * workqueue_destroy: nobody enqueues any more; what has been enqueued is done
 * first.
 */
void
workqueue_destroy(struct workqueue *wq)
{
	CPU_INFO_ITERATOR cii;
	struct workqueue_queue *q;
	struct cpu_info *ci;

	for (CPU_INFO_FOREACH(cii, ci)) {
		q = workqueue_queue_lookup(wq, ci);
		if (q->q_worker != NULL)
			workqueue_finiqueue(wq, q);
		if ((wq->wq_flags & WQ_PERCPU) == 0)
			break;
	}
	kmem_free(wq->wq_ptr, workqueue_size(wq->wq_flags));
}

/*
 * workqueue_enqueue: append an item.  ci: with WQ_PERCPU, the CPU whose worker
 * is to take it, NULL being the one that we are on; else NULL.
 */
void
workqueue_enqueue(struct workqueue *wq, struct work *wk0, struct cpu_info *ci)
{
	work_impl_t *const wk = (void *)wk0;
	struct workqueue_queue *q;

	KASSERT((wq->wq_flags & WQ_PERCPU) != 0 || ci == NULL);
	q = workqueue_queue_lookup(wq, ci);

	mutex_enter(&q->q_mutex);
	KASSERT(!q->q_exit);
	SIMPLEQ_INSERT_TAIL(&q->q_queue, wk, wk_entry);
	cv_signal(&q->q_cv);
	mutex_exit(&q->q_mutex);
}
