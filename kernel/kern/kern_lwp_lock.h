/*
 * kern_lwp_lock.h: the part of kern_lwp.c that changes an LWP's lock, counts
 * references to it, and finds it.  Included there alone.
 */

/*
 * The lock of an LWP.
 *
 * lwp_setlock: from now on mtx; both are held.  lwp_unlock_to: the same, and
 * the old one is let go.  Who spins for the old one looks again (lwp_lock), so
 * what was done to the LWP must be seen by then: membar_exit.
 */
void
lwp_setlock(struct lwp *l, kmutex_t *mtx)
{
	KASSERT(mutex_owned(l->l_mutex));

	membar_exit();
	l->l_mutex = mtx;
}

void
lwp_unlock_to(struct lwp *l, kmutex_t *mtx)
{
	kmutex_t *old = l->l_mutex;

	KASSERT(mutex_owned(old));

	membar_exit();
	l->l_mutex = mtx;
	mutex_spin_exit(old);
}

/* lwp_locked: is it, by mtx (NULL: whatever its lock is)?  For KASSERTs. */
int
lwp_locked(struct lwp *l, kmutex_t *mtx)
{
	kmutex_t *cur = l->l_mutex;

	return mutex_owned(cur) && (mtx == cur || mtx == NULL);
}

int
lwp_trylock(struct lwp *l)
{
	kmutex_t *old;

	for (;;) {
		if (!mutex_tryenter(old = l->l_mutex))
			return 0;
		if (__predict_true(l->l_mutex == old))
			return 1;
		mutex_spin_exit(old);
	}
}

/* lwp_unsleep: end l's sleep.  l is locked; unlock: it will not be. */
void
lwp_unsleep(lwp_t *l, bool unlock)
{
	KASSERT(mutex_owned(l->l_mutex));
	(*l->l_syncobj->sobj_unsleep)(l, unlock);
}

/*
 * References.  An LWP has one to itself from the start, which lwp_drainrefs
 * gives up and then waits for the others; none can be had any more.
 */
void
lwp_addref(struct lwp *l)
{
	KASSERT(mutex_owned(l->l_proc->p_lock));
	KASSERT(l->l_stat != LSZOMB);
	KASSERT(l->l_refcnt != 0);

	l->l_refcnt++;
}

void
lwp_delref2(struct lwp *l)
{
	KASSERT(mutex_owned(l->l_proc->p_lock));
	KASSERT(l->l_stat != LSZOMB);
	KASSERT(l->l_refcnt > 0);

	if (--l->l_refcnt == 0)
		cv_broadcast(&l->l_proc->p_lwpcv);
}

void
lwp_delref(struct lwp *l)
{
	struct proc *p = l->l_proc;

	mutex_enter(p->p_lock);
	lwp_delref2(l);
	mutex_exit(p->p_lock);
}

void
lwp_drainrefs(struct lwp *l)
{
	struct proc *p = l->l_proc;

	KASSERT(mutex_owned(p->p_lock));
	KASSERT(l->l_refcnt != 0);

	l->l_refcnt--;
	while (l->l_refcnt != 0)
		cv_wait(&p->p_lwpcv, p->p_lock);
}

/* lwp_alive: in a state from which it may run again?  With p_lock held. */
bool
lwp_alive(lwp_t *l)
{
	KASSERT(mutex_owned(l->l_proc->p_lock));

	switch (l->l_stat) {
	case LSSLEEP:
	case LSRUN:
	case LSONPROC:
	case LSSTOP:
	case LSSUSPENDED:
		return true;
	default:
		return false;
	}
}

/* lwp_find_first: the first that is.  lwp_find: by number.  With p_lock. */
lwp_t *
lwp_find_first(proc_t *p)
{
	lwp_t *l;

	KASSERT(mutex_owned(p->p_lock));
	LIST_FOREACH (l, &p->p_lwps, l_sibling) {
		if (lwp_alive(l))
			return l;
	}
	return NULL;
}

struct lwp *
lwp_find(struct proc *p, lwpid_t id)
{
	struct lwp *l;

	KASSERT(mutex_owned(p->p_lock));
	LIST_FOREACH (l, &p->p_lwps, l_sibling) {
		if (l->l_lid == id)
			break;
	}
	if (l != NULL && (l->l_stat == LSIDL || l->l_stat == LSZOMB))
		l = NULL;
	return l;
}
