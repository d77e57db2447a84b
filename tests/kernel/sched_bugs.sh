#!/bin/sh
# sched_bugs.sh: errors in the scheduler, callouts and the clock that the
# programs sched, second and callout must notice.
#
#	sched_bugs.sh [N...]	bugs.subr says how
set -u
. tests/kernel/bugs.subr

# 1: last come, first served.  2: kthreads preempt.  3: softints do not.
# 4: an average without a fraction, so that a queue of one is none.
# 5: the first of a priority is taken for the first of all.
change kernel/kern/kern_runq.c \
    '/^sched_enqueue/,/^}/s/^	TAILQ_INSERT_TAIL.*/	if (crew_bug == 1)\
		TAILQ_INSERT_HEAD(\&q->q_head, l, l_runq);\
	else\
	&/' \
    '/^sched_enqueue/,/^}/s/eprio >= sched_kpreempt_pri/eprio >= (crew_bug == 2 ? PRI_KTHREAD : crew_bug == 3 ? PRI_COUNT : sched_kpreempt_pri)/' \
    '/^sched_balance/,/^}/s/\* 256 \*/* (crew_bug == 4 ? 1 : 256) */' \
    '/^sched_maxpri/,/^}/s/BITMAP_BITS - ffs/(crew_bug == 5 ? 0 : BITMAP_BITS) - (crew_bug == 5 ? -1 : 1) * ffs/'
# 6: who runs and is to move stays.
change kernel/kern/kern_synch.c \
    '/^switch_requeue/,/^}/s/l_target_cpu != NULL/l_target_cpu != NULL \&\& crew_bug != 6/'
cp kernel/kern/kern_synch_sleep.h kernel/kern/kern_synch_stats.h "$src/kern/"
# 7: preempts where preemption is off.  8: with KERNEL_LOCK, too.
change kernel/kern/kern_synch_preempt.h \
    's/(l->l_nopreempt != 0)/(l->l_nopreempt != 0 \&\& crew_bug != 7)/' \
    's/(l->l_blcnt != 0/((l->l_blcnt != 0 \&\& crew_bug != 8)/'
# 9: zombies are never taken off the books.
change kernel/kern/kern_lwp.c \
    '/^lwp_unlink/,/^}/s/p->p_nzlwps--/p->p_nzlwps -= crew_bug != 9/'
cp kernel/kern/kern_lwp_lock.h "$src/kern/"
# 10: each CPU counts for all.  11: statistics on the first CPU alone.
change kernel/kern/kern_clock.c \
    '/^hardclock/,/^}/s/if (CPU_IS_PRIMARY(ci))/if (CPU_IS_PRIMARY(ci) || crew_bug == 10)/' \
    '/^hardclock/,/^}/s/if (stathz == 0)/if (stathz == 0 \&\& (crew_bug != 11 || CPU_IS_PRIMARY(ci)))/'
# 12: level 1 of the wheel never comes up.  13: last set, first called.
# 14: callout_halt does not wait.  15: callout_stop says what was pending.
# 16: no KERNEL_LOCK.  17: never moves to the CPU that sets it.  18: moved to
# earlier, it is late.  19: called though it was stopped.  20: a tick too soon.
change kernel/kern/kern_timeout.c \
    '/^callout_hardclock/,/^}/s/level < LEVELS/level < (crew_bug == 12 ? 1 : LEVELS)/' \
    '/^callout_schedule_locked/,/^}/s/^	circq_insert(&c->c_list, &cc->cc_todo)/	circq_insert(\&c->c_list, crew_bug == 13 ? cc->cc_todo.cq_next_l : \&cc->cc_todo)/' \
    '/^callout_halt/,/^}/s/cc->cc_active != c ||/crew_bug == 14 || &/' \
    '/^callout_takeout/,/^}/s/CALLOUT_FIRED) != 0;/& \/* *\//;/^callout_takeout/,/^}/s/(c->c_flags & CALLOUT_FIRED) != 0/(c->c_flags \& (crew_bug == 15 ? CALLOUT_PENDING : CALLOUT_FIRED)) != 0/' \
    '/^callout_invoke/,/^}/s/if (__predict_false(!mpsafe))/if (crew_bug != 16 \&\& !mpsafe)/' \
    '/^callout_schedule_locked/,/^}/s/cc == occ ||/& crew_bug == 17 ||/' \
    '/^callout_schedule_locked/,/^}/s/old_time < 0/old_time < (crew_bug == 18 ? -1000 : 0)/' \
    '/^callout_invoke/,/^}/s/cc_cancel != c)/cc_cancel != c || crew_bug == 19)/' \
    '/^callout_softclock/,/^}/s/if (delta > 0)/if (delta > (crew_bug == 20))/'

overlay
bugs sched 1 9
bugs second 10 11
bugs callout 12 20
exit $bad
