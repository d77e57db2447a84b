/*
 * kern_mutex_obj.c: mutexes that are allocated, one line of cache each, and
 * counted, so that several objects may share one.
 *
 * mutex_obj_alloc and mutex_obj_free: threads.  mutex_obj_hold: any context.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/systm.h>

#define MUTEX_OBJ_MAGIC 0x5aa3c85d

/*
 * Fields are
 *	i	set when it is constructed
 *	a	changed by atomic operations
 * A pointer to mo_lock, the first one, is a pointer to all of it.
 */
struct kmutexobj {
	kmutex_t mo_lock;
	u_int mo_magic;  /* i: it is one of ours */
	u_int mo_refcnt; /* a: 0: free */
};

static pool_cache_t mutex_obj_cache __read_mostly;

static int
mutex_obj_ctor(void *arg, void *obj, int flags)
{
	struct kmutexobj *mo = obj;

	mo->mo_magic = MUTEX_OBJ_MAGIC;
	return 0;
}

/*
 * mutex_obj_init: early in main, before turnstiles and sleep queues.
 */
void
mutex_obj_init(void)
{
	mutex_obj_cache = pool_cache_init(sizeof(struct kmutexobj),
	    coherency_unit, 0, 0, "mutex", NULL, IPL_NONE, mutex_obj_ctor, NULL,
	    NULL);
}

/*
 * mutex_obj_alloc: a mutex with one reference.  May sleep.
 */
kmutex_t *
mutex_obj_alloc(kmutex_type_t type, int ipl)
{
	struct kmutexobj *mo = pool_cache_get(mutex_obj_cache, PR_WAITOK);

	mutex_init(&mo->mo_lock, type, ipl);
	mo->mo_refcnt = 1;
	return &mo->mo_lock;
}

/*
 * mutex_obj_hold: one reference more.
 */
void
mutex_obj_hold(kmutex_t *lock)
{
	struct kmutexobj *mo = (struct kmutexobj *)lock;

	KASSERT(mo->mo_magic == MUTEX_OBJ_MAGIC);
	KASSERT(mo->mo_refcnt > 0);

	atomic_inc_uint(&mo->mo_refcnt);
}

/*
 * mutex_obj_free: one less; true if it was the last, and the mutex is gone.
 */
bool
mutex_obj_free(kmutex_t *lock)
{
	struct kmutexobj *mo = (struct kmutexobj *)lock;

	KASSERT(mo->mo_magic == MUTEX_OBJ_MAGIC);
	KASSERT(mo->mo_refcnt > 0);

	if (atomic_dec_uint_nv(&mo->mo_refcnt) > 0)
		return false;
	mutex_destroy(&mo->mo_lock);
	pool_cache_put(mutex_obj_cache, mo);
	return true;
}
