/*
 * kern_synch_stats.h: the part of kern_synch.c that takes stock once a second:
 * who has slept how long, and what share of a CPU each LWP had.  Included there
 * alone.
 *
 * The share decays: after 60 s with nothing done, 5 % of it are left.  ccpu is
 * the factor of one second, e^(-1/20), in units of 1/FSCALE.
 */

static const fixpt_t ccpu = 1948; /* 0.95122942450071400909 * FSCALE */

struct loadavg averunnable;

/* One LWP.  Its l_cpticks are counted by statclock on its CPU. */
static void
sched_pstats_lwp(struct lwp *l)
{
	const u_int clkhz = stathz != 0 ? stathz : hz;
	u_int cpticks;

	lwp_lock(l);
	l->l_swtime++;
	sched_lwp_stats(l);
	lwp_unlock(l);

	l->l_pctcpu = (l->l_pctcpu * ccpu) >> FSHIFT;
	if (l->l_slptime != 0)
		return;
	cpticks = atomic_swap_uint(&l->l_cpticks, 0);
	l->l_pctcpu += ((FSCALE - ccpu) * (cpticks * FSCALE / clkhz)) >> FSHIFT;
}

/*
 * sched_pstats: called every second, by the swapper (uvm_scheduler).  Kernel
 * threads do not count for the load average, so that stays 0.
 */
void
sched_pstats(void)
{
	struct proc *p;
	struct lwp *l;

	sched_pstats_ticks++;

	mutex_enter(proc_lock);
	PROCLIST_FOREACH(p, &allproc)
	{
		mutex_enter(p->p_lock);
		LIST_FOREACH (l, &p->p_lwps, l_sibling) {
			if ((l->l_flag & LW_IDLE) == 0)
				sched_pstats_lwp(l);
		}
		p->p_pctcpu = (p->p_pctcpu * ccpu) >> FSHIFT;
		mutex_exit(p->p_lock);
	}
	cv_broadcast(&lbolt);
	mutex_exit(proc_lock);
}
