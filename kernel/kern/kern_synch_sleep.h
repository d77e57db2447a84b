/*
 * kern_synch_sleep.h: the part of kern_synch.c that waits for an address or
 * for some time: tsleep(9), kpause(9), wakeup(9).  Included there alone.
 *
 * The queues are those of sleeptab (kern_sleepq.c).  An LWP is put into one
 * with the queue's mutex held, which locks the LWP from then on; a waker takes
 * the same mutex.  So a wakeup that comes after the sleeper has looked at
 * whatever it waits for, and before it sleeps, is not lost if the look was made
 * with a lock held that the waker holds too, and that is let go here only when
 * the LWP is in the queue (mtsleep).  tsleep has no such lock but KERNEL_LOCK,
 * which is let go by sleepq_enter, at the right moment.
 */

/*
 * tsleep: wait for wakeup(ident), at most timo ticks (0: for ever).
 * 0, EWOULDBLOCK when the time was over, or, with PCATCH, EINTR and ERESTART.
 * The priority is a tradition: kthreads keep theirs.
 */
int
tsleep(wchan_t ident, pri_t priority, const char *wmesg, int timo)
{
	struct lwp *l = curlwp;
	sleepq_t *sq;
	kmutex_t *mp;

	KASSERT((l->l_pflag & LP_INTR) == 0);
	KASSERT(ident != &lbolt);

	if (sleepq_dontsleep(l)) {
		(void)sleepq_abort(NULL, 0);
		return 0;
	}

	l->l_kpriority = true;
	sq = sleeptab_lookup(&sleeptab, ident, &mp);
	sleepq_enter(sq, l, mp);
	sleepq_enqueue(sq, ident, wmesg, &sleep_syncobj);
	return sleepq_block(timo, priority & PCATCH);
}

/* mtsleep: .. with a mutex that is let go once nothing can be missed. */
int
mtsleep(wchan_t ident, pri_t priority, const char *wmesg, int timo,
    kmutex_t *mtx)
{
	struct lwp *l = curlwp;
	sleepq_t *sq;
	kmutex_t *mp;
	int error;

	KASSERT((l->l_pflag & LP_INTR) == 0);
	KASSERT(ident != &lbolt);

	if (sleepq_dontsleep(l)) {
		(void)sleepq_abort(mtx, (priority & PNORELOCK) != 0);
		return 0;
	}

	l->l_kpriority = true;
	sq = sleeptab_lookup(&sleeptab, ident, &mp);
	sleepq_enter(sq, l, mp);
	sleepq_enqueue(sq, ident, wmesg, &sleep_syncobj);
	mutex_exit(mtx);
	error = sleepq_block(timo, priority & PCATCH);

	if ((priority & PNORELOCK) == 0)
		mutex_enter(mtx);
	return error;
}

/*
 * kpause: wait for timo ticks.  The first ends with the next clock interrupt,
 * whenever that is: n ticks are between n - 1 and n times 1/hz seconds, and
 * more when softclock is late.
 */
int
kpause(const char *wmesg, bool intr, int timo, kmutex_t *mtx)
{
	struct lwp *l = curlwp;
	int error;

	KASSERT(timo != 0 || intr);

	if (sleepq_dontsleep(l))
		return sleepq_abort(NULL, 0);

	if (mtx != NULL)
		mutex_exit(mtx);
	l->l_kpriority = true;
	lwp_lock(l);
	KERNEL_UNLOCK_ALL(NULL, &l->l_biglocks);
	sleepq_enqueue(NULL, l, wmesg, &sleep_syncobj);
	error = sleepq_block(timo, intr);
	if (mtx != NULL)
		mutex_enter(mtx);
	return error;
}

/* wakeup: all who sleep on ident go on. */
void
wakeup(wchan_t ident)
{
	sleepq_t *sq;
	kmutex_t *mp;

	if (__predict_false(cold))
		return;

	sq = sleeptab_lookup(&sleeptab, ident, &mp);
	sleepq_wake(sq, ident, (u_int)-1, mp);
}
