/*
 * kern_rwlock_obj.c: rwlocks that are allocated, one line of cache each, and
 * counted, so that several objects may share one.
 *
 * rw_obj_alloc and rw_obj_free: threads.  rw_obj_hold: any context.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/pool.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#define RW_OBJ_MAGIC 0x85d3c85d

/*
 * Fields are
 *	i	set when it is constructed
 *	a	changed by atomic operations
 * A pointer to ro_lock, the first one, is a pointer to all of it.
 */
struct krwobj {
	krwlock_t ro_lock;
	u_int ro_magic;  /* i: it is one of ours */
	u_int ro_refcnt; /* a: 0: free */
};

static pool_cache_t rw_obj_cache __read_mostly;

static int
rw_obj_ctor(void *arg, void *obj, int flags)
{
	struct krwobj *ro = obj;

	ro->ro_magic = RW_OBJ_MAGIC;
	return 0;
}

/*
 * rw_obj_init: early in main.
 */
void
rw_obj_init(void)
{
	rw_obj_cache = pool_cache_init(sizeof(struct krwobj), coherency_unit, 0,
	    0, "rwlock", NULL, IPL_NONE, rw_obj_ctor, NULL, NULL);
}

/*
 * rw_obj_alloc: a rwlock with one reference.  May sleep.
 */
krwlock_t *
rw_obj_alloc(void)
{
	struct krwobj *ro = pool_cache_get(rw_obj_cache, PR_WAITOK);

	rw_init(&ro->ro_lock);
	ro->ro_refcnt = 1;
	return &ro->ro_lock;
}

/*
 * rw_obj_hold: one reference more.
 */
void
rw_obj_hold(krwlock_t *lock)
{
	struct krwobj *ro = (struct krwobj *)lock;

	KASSERT(ro->ro_magic == RW_OBJ_MAGIC);
	KASSERT(ro->ro_refcnt > 0);

	atomic_inc_uint(&ro->ro_refcnt);
}

/*
 * rw_obj_free: one less; true if it was the last, and the lock is gone.
 */
bool
rw_obj_free(krwlock_t *lock)
{
	struct krwobj *ro = (struct krwobj *)lock;

	KASSERT(ro->ro_magic == RW_OBJ_MAGIC);
	KASSERT(ro->ro_refcnt > 0);

	if (atomic_dec_uint_nv(&ro->ro_refcnt) > 0)
		return false;
	rw_destroy(&ro->ro_lock);
	pool_cache_put(rw_obj_cache, ro);
	return true;
}
