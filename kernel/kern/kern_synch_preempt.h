/*
 * kern_synch_preempt.h: the part of kern_synch.c that takes the CPU from an
 * LWP in the middle of the kernel.  Included there alone.
 *
 * sched_enqueue asks for it, by cpu_need_resched(ci, RESCHED_KPREEMPT), when the
 * new LWP has sched_kpreempt_pri or more: softints that had blocked, and
 * real-time LWPs; a kthread (below PRI_USER_RT) never preempts.  The CPU notes
 * the wish in l_dopreempt of its LWP and holds SIR_PREEMPT pending, so that it
 * is granted when the level falls to IPL_NONE.
 *
 * The wish can be refused for the moment, by
 *	l_nopreempt		a stretch that must stay on its CPU
 *	kernel_lock		held, or spun for
 *	a raised IPL		spin mutexes, spl
 *	a softint		its victim hangs on it
 * and who ends that state looks at l_dopreempt again.
 */

/* How preemption of the kernel came about, or why not. */
static struct evcnt kpreempt_ev_crit;
static struct evcnt kpreempt_ev_klock;
static struct evcnt kpreempt_ev_immed;

static void
kpreempt_init(void)
{
	evcnt_attach_dynamic(&kpreempt_ev_crit, EVCNT_TYPE_MISC, NULL,
	    "kpreempt", "defer: critical section");
	evcnt_attach_dynamic(&kpreempt_ev_klock, EVCNT_TYPE_MISC, NULL,
	    "kpreempt", "defer: kernel_lock");
	evcnt_attach_dynamic(&kpreempt_ev_immed, EVCNT_TYPE_MISC, NULL,
	    "kpreempt", "immediate");
}

/* What to do about a wish for preemption. */
enum kpreempt_answer { KP_GO, KP_FORGET, KP_CRITICAL, KP_SOFTINT };

static enum kpreempt_answer
kpreempt_ask(lwp_t *l)
{
	/* About to block or die, or idle: a switch is coming anyhow. */
	if (l->l_stat != LSONPROC)
		return KP_FORGET;
	if (__predict_false((l->l_flag & LW_IDLE) != 0))
		return KP_FORGET;
	if (__predict_false(l->l_nopreempt != 0))
		return KP_CRITICAL;
	/* A softint is not preempted: its victim would go with it. */
	if (__predict_false((l->l_pflag & LP_INTR) != 0))
		return KP_SOFTINT;
	return KP_GO;
}

/*
 * kpreempt: somebody with a priority of sched_kpreempt_pri or more has become
 * runnable here (l_dopreempt); make way, if that is possible now.  `where' is
 * for the curious.  True: it had to be put off; whoever is the reason calls
 * again (KPREEMPT_ENABLE, the last mutex_exit, KERNEL_UNLOCK, spllower).
 *
 * Called with interrupts on, from spllower and Xdoreti (SIR_PREEMPT) and from
 * those just named.
 */
bool
kpreempt(uintptr_t where)
{
	lwp_t *l = curlwp;
	struct evcnt *ev = NULL;
	bool failed = false;
	u_int dop;
	int s;

	while ((dop = l->l_dopreempt) != 0) {
		const enum kpreempt_answer a = kpreempt_ask(l);

		if (a == KP_FORGET) {
			l->l_dopreempt = 0;
			return true;
		}
		if (a != KP_GO) {
			if (a == KP_CRITICAL)
				ev = &kpreempt_ev_crit;
			else
				l->l_dopreempt = 0;
			failed = true;
			break;
		}
		s = splsched();
		/* Who has kernel_lock, or spins for it, keeps the CPU. */
		if (__predict_false(l->l_blcnt != 0 ||
			curcpu()->ci_biglock_wanted != NULL)) {
			splx(s);
			ev = &kpreempt_ev_klock;
			failed = true;
			break;
		}
		/* The level may be too high; then SIR_PREEMPT comes again. */
		if (__predict_false(!cpu_kpreempt_enter(where, s))) {
			splx(s);
			failed = true;
			break;
		}
		if ((dop & DOPREEMPT_COUNTED) == 0)
			kpreempt_ev_immed.ev_count++;
		lwp_lock(l);
		l->l_nivcsw++;
		(void)mi_switch(l);
		/* Not once more from inside splx. */
		l->l_nopreempt++;
		splx(s);
		cpu_kpreempt_exit(where);
		l->l_nopreempt--;
	}
	if (__predict_true(!failed))
		return false;

	if (ev != NULL && (dop & DOPREEMPT_COUNTED) == 0)
		ev->ev_count++;
	atomic_or_uint(&l->l_dopreempt, DOPREEMPT_COUNTED);
	return true;
}

/* kpreempt_disabled: is the caller sure to stay on its CPU?  For KASSERTs. */
bool
kpreempt_disabled(void)
{
	const lwp_t *l = curlwp;

	return l->l_nopreempt != 0 || l->l_stat == LSZOMB ||
	    (l->l_flag & LW_IDLE) != 0 || cpu_kpreempt_disabled();
}

void
kpreempt_disable(void)
{
	KPREEMPT_DISABLE(curlwp);
}

void
kpreempt_enable(void)
{
	KPREEMPT_ENABLE(curlwp);
}
