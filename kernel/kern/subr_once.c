/*
 * subr_once.c: RUN_ONCE: do something once, whoever comes first; others wait.
 *
 * o_status goes from VIRGIN to RUNNING to DONE, under oncemtx; readers look
 * at DONE without it (RUN_ONCE).
 * INIT_ONCE counts; when FINI_ONCE has been called as often, its function is,
 * and the next INIT_ONCE begins afresh.  Threads only.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/systm.h>
#include <sys/atomic.h>

static kmutex_t oncemtx;
static kcondvar_t oncecv;

void
once_init(void)
{
	mutex_init(&oncemtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&oncecv, "runonce");
}

int
_init_once(once_t *o, int (*fn)(void))
{
	int error;

	mutex_enter(&oncemtx);
	while (o->o_status == ONCE_RUNNING)
		cv_wait(&oncecv, &oncemtx);
	o->o_refcnt++;
	if (o->o_status == ONCE_VIRGIN) {
		o->o_status = ONCE_RUNNING;
		mutex_exit(&oncemtx);
		o->o_error = fn();
		mutex_enter(&oncemtx);
		/* What fn did is there before the status says so. */
		membar_producer();
		o->o_status = ONCE_DONE;
		cv_broadcast(&oncecv);
	}
	KASSERT(o->o_refcnt != 0);
	error = o->o_error;
	mutex_exit(&oncemtx);
	return error;
}

void
_fini_once(once_t *o, void (*fn)(void))
{
	mutex_enter(&oncemtx);
	while (o->o_status == ONCE_RUNNING)
		cv_wait(&oncecv, &oncemtx);
	KASSERT(o->o_refcnt > 0);
	if (--o->o_refcnt == 0) {
		o->o_status = ONCE_RUNNING;
		mutex_exit(&oncemtx);
		fn();
		mutex_enter(&oncemtx);
		o->o_status = ONCE_VIRGIN;
		cv_broadcast(&oncecv);
	}
	mutex_exit(&oncemtx);
}
