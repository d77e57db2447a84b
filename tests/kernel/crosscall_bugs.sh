#!/bin/sh
# crosscall_bugs.sh: errors in softints, pserialize, cross calls and their like
# that the programs of that name (prog/) must notice.
#
#	crosscall_bugs.sh [N...]	bugs.subr says how
set -u
. tests/kernel/bugs.subr

# 1: PENDING until the handler has returned, so that a schedule meanwhile is
# lost.  4: KERNEL_LOCK dropped after each handler, and
# others given the time to take it.  7: a level that is blocked
# is dispatched again.
change kernel/kern/kern_softint.c \
    '/^softint_execute/,/^}/s/sh_flags ^= SOFTINT_PENDING | SOFTINT_ACTIVE/sh_flags ^= crew_bug == 1 ? SOFTINT_ACTIVE : SOFTINT_PENDING | SOFTINT_ACTIVE/' \
    '/^softint_execute/,/^}/s/sh_flags ^= SOFTINT_ACTIVE;/sh_flags \&= crew_bug == 1 ? ~(SOFTINT_PENDING | SOFTINT_ACTIVE) : ~SOFTINT_ACTIVE;/' \
    '/^softint_schedule(/,/^}/s/^	*SIMPLEQ_INSERT_TAIL.*/		if (crew_bug == 2)\
			SIMPLEQ_INSERT_HEAD(\&si->si_q, sh, sh_q);\
		else\
	&/' \
    's/&sc->sc_int\[flags & SOFTINT_LVLMASK\];/\&sc->sc_int[(flags \& SOFTINT_LVLMASK) ^ (crew_bug == 3)];/' \
    '/^softint_call/,/^}/s/^	(\*sh->sh_func)(sh->sh_arg);/&\
	if (crew_bug == 4 \&\& *havelock) {\
		KERNEL_UNLOCK_ONE(l);\
		*havelock = false;\
		delay(5);\
	}/' \
    '/^softint_disestablish/,/^}/s/^	while (/	while (crew_bug != 5 \&\& /' \
    '/^softint_schedule_cpu/,/^}/s/if (curcpu() != ci)/if (crew_bug != 6 \&\& curcpu() != ci)/' \
    '/^softint_execute/,/^}/s/^	while (/	if (crew_bug == 7)\
		si->si_active = 0;\
&/'
# 8: perform returns after a round.  9: one CPU's checkpoint is everybody's.
# 10: readers let softints in.  11: the first checkpoint counts twice.
change kernel/kern/subr_pserialize.c \
    '/^pserialize_perform/,/^}/s/while (!kcpuset_iszero/while (crew_bug != 8 \&\& !kcpuset_iszero/' \
    '/^psz_pass_queue/,/^}/s/if (!kcpuset_match/if (crew_bug != 9 \&\& !kcpuset_match/' \
    's/return splsoftserial();/return crew_bug == 10 ? splsoftclock() : splsoftserial();/' \
    '/^psz_pass_queue/,/^}/s/^		kcpuset_zero/		if (crew_bug != 11)\
	&/'
# 12: the next call is let in before the last is through (bug 35).
change kernel/kern/subr_xcall.c \
    '/^xc_enter/,/^}/s/while (/while (crew_bug != 12 \&\& /' \
    '/^xc_wait/,/^}/s/xc->xc_donep \([<>]=*\) where/xc->xc_donep + (crew_bug == 13) \1 where/'
change kernel/kern/subr_ipi.c \
    '/^ipi_multicast/,/^}/s/if (local)/if (local \&\& crew_bug != 14)/' \
    '/^ipi_wait/,/^}/s/while (/while (crew_bug != 15 \&\& /' \
    '/^ipi_unregister/,/^}/s/^	ipi_\(broadcast\|wait\)/	if (crew_bug != 16)\
	&/'
# 17: arenas copied from afar.  18: not copied.  19: not zeroed.
change kernel/kern/subr_percpu.c \
    '/^percpu_cpu_swap/,/^}/s/KASSERT(/KASSERT(crew_bug == 17 || /' \
    '/^percpu_cpu_enlarge/,/^}/s/if (!mp_online)/if (crew_bug == 17 || !mp_online)/' \
    's/if (pcc->pcc_size > 0)/if (crew_bug != 18 \&\& pcc->pcc_size > 0)/' \
    '/^percpu_alloc/,/^}/s/^	percpu_foreach/	if (crew_bug != 19)\
	&/'
change kernel/kern/subr_workqueue.c \
    '/^workqueue_enqueue/,/^}/s/^	SIMPLEQ_INSERT_TAIL.*/	if (crew_bug == 20)\
		SIMPLEQ_INSERT_HEAD(\&q->q_queue, wk, wk_entry);\
	else\
	&/' \
    '/^workqueue_runlist/,/^}/s/wk = next)/wk = crew_bug == 21 ? NULL : next)/' \
    '/^workqueue_worker/,/^}/s/if (SIMPLEQ_EMPTY(\(.*\)))$/if (crew_bug == 22 ? q->q_exit : SIMPLEQ_EMPTY(\1))/'
change kernel/net/pktqueue.c \
    '/^pktq_enqueue/,/^}/s/hash % (u_int)ncpu/(crew_bug == 23 ? 0 : hash % (u_int)ncpu)/' \
    's/while (pq->pq_barrier != pending)/while (crew_bug != 24 \&\& pq->pq_barrier != pending)/'

overlay
bugs softint 1 7
bugs pserialize 8 11
bugs xcall 12 13
bugs ipi 14 16
bugs percpu 17 19
bugs workqueue 20 22
bugs pktqueue 23 24
exit $bad
