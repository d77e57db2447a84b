/*
 * kern_softint_slow.h: the half of kern_softint.c that stands in for the
 * machine where it has no __HAVE_FAST_SOFTINTS.  Part of that file, in text of
 * its own; nobody else includes it.
 *
 * A trigger is a bit in cpu_softints.  The LWP of the level is an ordinary
 * real-time kthread, which mi_switch prefers to the run queue
 * (softint_picklwp), or which an LWP about to return to user mode acts for
 * (softint_overlay).  Schedule to run is a context switch, or two.
 */
#ifdef __HAVE_PREEMPTION
#error __HAVE_PREEMPTION requires __HAVE_FAST_SOFTINTS
#endif

/*
 * softint_init_md: the LWP is to be found runnable, so that it comes to the
 * head of softint_thread and stops there.
 */
void
softint_init_md(lwp_t *l, u_int level, uintptr_t *machdep)
{
	softint_t *const si = l->l_private;

	*machdep = (uintptr_t)1 << level;

	lwp_lock(l);
	lwp_unlock_to(l, l->l_cpu->ci_schedstate.spc_mutex);
	lwp_lock(l);
	si->si_active = 1; /* softint_execute wants it */
	l->l_stat = LSRUN;
	sched_enqueue(l, false);
	lwp_unlock(l);
}

/*
 * softint_trigger: have the level's LWP run, at the next switch at the latest.
 */
void
softint_trigger(uintptr_t machdep)
{
	lwp_t *const l = curlwp;
	struct cpu_info *const ci = l->l_cpu;

	ci->ci_data.cpu_softints |= machdep;
	if (l == ci->ci_data.cpu_idlelwp)
		cpu_need_resched(ci, 0);
	else
		cpu_signotify(l);
}

/*
 * softint_thread: the life of a level's LWP.  It is LSIDL when it waits, in no
 * queue at all; mi_switch asks softint_picklwp.
 */
static void
softint_thread(void *cookie)
{
	lwp_t *const l = curlwp;
	softint_t *const si = l->l_private;
	int s;

	for (;;) {
		s = splhigh();
		l->l_cpu->ci_data.cpu_softints &= ~si->si_machdep;
		softint_execute(si, l, s);
		splx(s); /* interrupts that came meanwhile */

		lwp_lock(l);
		l->l_stat = LSIDL;
		mi_switch(l);
	}
}

/* Levels, the most important first. */
static const u_int softint_order[SOFTINT_COUNT] = { SOFTINT_SERIAL, SOFTINT_NET,
	SOFTINT_BIO, SOFTINT_CLOCK };

/*
 * softint_picklwp: who is to run, cpu_softints being not 0.  mi_switch, with
 * the CPU's run queue locked.
 */
lwp_t *
softint_picklwp(void)
{
	struct cpu_info *const ci = curcpu();
	softcpu_t *const sc = ci->ci_data.cpu_softcpu;
	u_int i;

	for (i = 0; i < SOFTINT_COUNT; i++) {
		if ((ci->ci_data.cpu_softints & 1U << softint_order[i]) != 0)
			return sc->sc_int[softint_order[i]].si_lwp;
	}
	panic("softint_picklwp");
}

/*
 * softint_overlay: an LWP about to leave the kernel acts for the softints: it
 * is here already, and a switch would cost more.  If it blocks, it does so as
 * a softint would: bound, and with a real-time priority.
 */
void
softint_overlay(void)
{
	lwp_t *const l = curlwp;
	struct cpu_info *ci;
	softint_t *si;
	u_int i, level;
	int s, oflag;
	pri_t okpribase;

	KASSERT((l->l_pflag & LP_INTR) == 0);

	s = splhigh();
	ci = l->l_cpu;
	si = ((softcpu_t *)ci->ci_data.cpu_softcpu)->sc_int;
	oflag = l->l_pflag;
	okpribase = l->l_kpribase;
	l->l_pflag |= LP_INTR | LP_BOUND;
	l->l_kpribase = PRI_KERNEL_RT;

	for (i = 0; i < SOFTINT_COUNT; i++) {
		level = softint_order[i];
		if ((ci->ci_data.cpu_softints & 1U << level) == 0)
			continue;
		ci->ci_data.cpu_softints &= ~(1U << level);
		softint_execute(&si[level], l, s);
		i = (u_int)-1; /* more important ones may have come */
	}

	l->l_pflag = oflag;
	l->l_kpribase = okpribase;
	splx(s);
}
