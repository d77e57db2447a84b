#!/bin/sh
# mix_bugs.sh: for each kind of operation of the mix (prog/mix.c), a kernel that
# now and then loses one, or does it wrongly; the mix must notice, for that reason.
#
#	mix_bugs.sh [N...]	bugs.subr says how
set -u
. tests/kernel/bugs.subr
limit=6s
# NTH(n, k): error n, each k-th time; RARE: the same for the calls that `is' picks.
ask='extern volatile int crew_bug;
static volatile unsigned crew_nth __attribute__((unused));
#define NTH(n, k) RARE(n, 1, k)
#define RARE(n, is, k) (crew_bug == (n) && (is) && ++crew_nth % (k) == 0)
#define IS(a, b) ((a) != 0 && strcmp((a), (b)) == 0)'

change kernel/kern/kern_mutex.c \
    '/^mutex_vector_enter/,/^}/s/^	curthread = .*/&\
	if (RARE(1, strncmp(curlwp->l_name, "mix", 3) == 0, 20)) {\
		mtx->mtx_owner = curthread;\
		return;\
	}/' \
    '/^mutex_spin_retry/,/^}/s/^	MUTEX_WANTLOCK/	if (RARE(2, MUTEX_SPIN_IPL(mtx)._ipl == IPL_VM, 20))\
		return;\
&/'
change kernel/kern/kern_rwlock.c \
    '/^rw_need_wait/,/^}/s/return op == RW_READER ?/return NTH(3, 1) \&\& op == RW_READER ? RW_WRITE_WANTED : crew_bug == 4 \&\& op != RW_READER ? RW_WRITE_LOCKED : op == RW_READER ?/'
change kernel/kern/kern_lock.c \
    '/^kernel_lock_spin/,/^}/s/while (!__cpu_simple_lock_try(kernel_lock))/while (!NTH(5, 8) \&\& !__cpu_simple_lock_try(kernel_lock))/'
change kernel/kern/kern_softint.c \
    '/^softint_execute/,/^}/s/^		KASSERT((sh->sh_flags & SOFTINT_ACTIVE) == 0);/&\
		if (RARE(6, si->si_lwp->l_name[4] == '"'n'"', 50)) {\
			sh->sh_flags \&= ~SOFTINT_PENDING;\
			continue;\
		}/'
change kernel/kern/subr_xcall.c \
    '/^xc_thread/,/^}/s/^		(\*func)/		if (!NTH(7, 20))\
	&/' \
    '/^xc__highpri_intr/,/^}/s/^	(\*xc->xc_func)/	if (!NTH(8, 20))\
	&/'
change kernel/kern/subr_workqueue.c \
    '/^workqueue_runlist/,/^}/s/^		(\*wq->wq_func)/		if (!NTH(9, 50))\
	&/'
# 10: taken for called.  11: much too late.  12: a stop in time is said to be late.
change kernel/kern/kern_timeout.c \
    '/^callout_invoke/,/^}/s/^		(\*func)(arg);/		if (!RARE(10, func != sleepq_timeout, 8))\
	&/' \
    '/^callout_schedule_locked/,/^}/s/^	c->c_time = .*/	if (RARE(11, c->c_func != sleepq_timeout, 8))\
		to_ticks = 100000;\
&/' \
    '/^callout_takeout/,/^}/s/const bool expired = .*/const bool expired = (c->c_flags \& CALLOUT_FIRED) != 0 || RARE(12, c->c_func != sleepq_timeout \&\& (c->c_flags \& CALLOUT_PENDING), 8);/'
# 13: never woken.  14: ended at once.
change kernel/kern/kern_sleepq.c \
    '/^sleepq_timeout/,/^}/s/if (l->l_wchan == NULL)/if (l->l_wchan == NULL || RARE(13, IS(l->l_wmesg, "mixnap"), 20))/'
change kernel/kern/kern_synch_sleep.h \
    '/^kpause/,/^}/s/^	if (sleepq_dontsleep/	if (RARE(14, IS(wmesg, "mixnap"), 20))\
		return EWOULDBLOCK;\
&/'
change kernel/kern/kern_synch.c 's/\(^#include.*kern_synch_sleep.h.\)/\1 \/* errors *\//'
cp kernel/kern/kern_synch_preempt.h kernel/kern/kern_synch_stats.h "$src/kern/"
# 15: an object is lost, 16: given out and kept.
change kernel/kern/subr_pool.c \
    '/^pool_cache_put_paddr/,/^}/s/^	KASSERT(object != NULL);/&\
	if (RARE(15, IS(pc->pc_pool.pr_wchan, "mixobj"), 50))\
		return;/' \
    '/^pool_cache_get_paddr/,/^}/s/pcgo_va = NULL;/pcgo_va = NULL;\
		if (RARE(16, IS(pc->pc_pool.pr_wchan, "mixobj"), 50))\
			pcg->pcg_objects[pcg->pcg_avail++].pcgo_va = object;/'

overlay
lost() {	# bug what text: foretold is `text'
	chosen "$1" || return 0
	! run_bug "$1" mix ops=50000 && found=$(grep -m 1 -E -e "$3" "$seen")
	say $? "bug=$1, $2: $found"
}
fine 0 none mix ops=50000
lost 1 'two have an adaptive mutex' ': F: adaptive:|panic: .*mutex_vector_exit'
lost 2 'two have a spin mutex' ': F: spin:|panic: .*spin mutex'
lost 3 'a reader beside a writer' ': F: a reader beside|Reader / writer lock|rw_.* touched memory'
lost 4 'a writer beside readers' ': F: a (reader|writer)|panic: .*rw_|Reader / writer lock|rw_.* touched memory'
lost 5 'two have the big lock' ': F: kernel lock:|panic: .*kernel_'
lost 6 'softints lost' ': F: softint runs:'
lost 7 'cross calls lost' ': F: xcall:'
lost 8 'high cross calls lost' ': F: xcall high:'
lost 9 'work lost' ': F: work:'
lost 10 'callouts lost that fired' ': F: callout: .* but it fired'
lost 11 'callouts as good as forgotten' ': F: a callout (did not run|.* late)'
lost 12 'a stop does not say what it did' ': F: callout: .* but it fired'
lost 13 'naps that do not end' ': F: mix/.* does not end its nap'
lost 14 'naps that are none' ': F: a nap without sleep'
lost 15 'objects lost' 'panic: .*pool|: F: object'
lost 16 'objects given out twice' ': F: an object|panic: .*pool'
exit $bad
