#!/bin/sh
# traps_test.sh: what is easily got wrong in this kernel, one after the other:
# the ten traps of netbsd-traps.md, section 2, and the two beside them (11, 12).
#
# Of each: a program (prog/) produces the situation and our kernel behaves; and
# a kernel that has fallen into the trap is noticed, for the reason foretold.
#
# Broken kernels are made as bugs.subr says, of port/machdep too.
#
#	traps_test.sh [N...]	those traps only
set -u
. tests/kernel/bugs.subr
image=$B/images/ktest/image.elf

# 10: NULL instead of what was wanted before.  50: a softint that blocks gives
# up the CPU's count, not its own.
change kernel/kern/kern_lock.c \
    's/atomic_swap_ptr(&ci->ci_biglock_wanted, owant)/atomic_swap_ptr(\&ci->ci_biglock_wanted, crew_bug == 10 ? NULL : owant)/' \
    '/^_kernel_unlock/,/^}/s/nlocks = olocks;/nlocks = crew_bug == 50 ? (int)curcpu()->ci_biglock_count : olocks;/'
# 20: a softint's handler runs in the name of whom it interrupts.  21: in its
# own, but ci_curlwp, as others see it, is still the interrupted.
# 32: a level goes on although its handler has blocked.
# 90: an LWP that may be preempted schedules softints.  92: the network's have
# the level of the clock's.
change kernel/kern/kern_softint.c \
    '/^softint_call/,/^}/s/^	(\*sh->sh_func)(sh->sh_arg);/	if (crew_bug == 20 \&\& l->l_switchto != NULL)\
		curcpu()->ci_curlwp = l->l_switchto;\
&\
	if (crew_bug == 20)\
		curcpu()->ci_curlwp = l;/' \
    '/^softint_block/,/^}/s/^	si->si_evcnt_block.*/&\
	if (crew_bug == 32)\
		si->si_active = 0;/' \
    '/^softint_schedule(/,/^}/s/KASSERT(kpreempt/KASSERT(crew_bug == 90 || kpreempt/' \
    's/&sc->sc_int\[flags & SOFTINT_LVLMASK\];/\&sc->sc_int[crew_bug == 92 ? SOFTINT_CLOCK : flags \& SOFTINT_LVLMASK];/'
# 122: a mutex is handed to a waiter.
change kernel/kern/kern_mutex.c \
    '/^mutex_oncpu/,/^}/s/ci->ci_curlwp != l)/(ci->ci_curlwp != l \&\& (crew_bug != 21 || ci->ci_curlwp->l_switchto != l)))/' \
    '/^mutex_vector_exit/,/^}/s/^	mutex_release(mtx);/&\
	if (crew_bug == 122 \&\& ts != NULL)\
		mtx->mtx_owner = (uintptr_t)TS_FIRST(ts, TS_WRITER_Q);/'
# 30: softintr_ret counts no ci_mtx_count, 31: leaves l_ctxswtch.
# 110: ci_idepth falls after the softints that an interrupt has set off.
change port/machdep/spl.S \
    '/^ENTRY(softintr_ret)/,/^END/s/^	incl.*/	cmpl	$30, crew_bug\
	je	8f\
&\
8:/' \
    '/^ENTRY(softintr_ret)/,/^END/s/^	movl	$0, L_CTX.*/	cmpl	$31, crew_bug\
	je	9f\
&\
9:/' \
    '/^ENTRY(Xdoreti)/,/^END/s/^	decl.*/	cmpl	$110, crew_bug\
	je	8f\
&\
8:/' \
    '/^ENTRY(Xdoreti)/,/^END/s/^	INTRFASTEXIT/	cmpl	$110, crew_bug\
	jne	9f\
	decl	CPUVAR(IDEPTH)\
9:\
&/'
# 33: a softint that blocks keeps whom it interrupted; 34: leaves him lying, 35:
# bound to his CPU.  40: the level after a switch is the CPU's, not the LWP's.
change kernel/kern/kern_synch.c \
    '/^mi_switch/,/^}/s/^		l->l_switchto = NULL;/		if (crew_bug != 33 || !returning)\
	&/' \
    '/^mi_switch/,/^}/s/newl = l->l_switchto;/&\
		if (crew_bug == 34 \&\& returning) {\
			newl = NULL;\
			returning = false;\
		}\
		if (crew_bug == 35 \&\& returning)\
			newl->l_pflag |= LP_BOUND;/' \
    '/^switch_to/,/^}/s/splx(oldspl)/splx(crew_bug == 40 ? ci->ci_mtx_oldspl : oldspl)/'
# 60: no look at ci_want_resched between MONITOR and MWAIT (and the way there is
# longer, or no store would hit it).
change port/machdep/idle.c \
    '/^x86_cpu_idle_mwait/,/^}/s/if (__predict_false(ci->ci_want_resched))/if (crew_bug != 60 \&\& ci->ci_want_resched)/' \
    's/^	x86_monitor/	if (crew_bug == 60)\
		delay(1);\
&/'
# 70: readers let softints in.
change kernel/kern/subr_pserialize.c \
    's/return splsoftserial();/return crew_bug == 70 ? splsoftclock() : splsoftserial();/'
# 80: calls of high priority go the way of the low ones.  81: xc_wait returns
# when one is still to be made.  82: calls from softints.
change kernel/kern/subr_xcall.c \
    's/if ((flags & XC_HIGHPRI) != 0)/if ((flags \& XC_HIGHPRI) != 0 \&\& crew_bug != 80)/' \
    '/^xc_wait/,/^}/s/xc->xc_donep \([<>]=*\) where/xc->xc_donep + (crew_bug == 81) \1 where/' \
    '/^xc_broadcast/,/^}/s/^	KASSERT(\(.*\));/	KASSERT(crew_bug == 82 || (\1));/' \
    '/^xc_broadcast/,/^}/s/ASSERT_SLEEPABLE();/if (crew_bug != 82)\
		&/'
change kernel/net/pktqueue.c \
    '/^pktq_enqueue/,/^}/s/KASSERT(kpreempt/KASSERT(crew_bug == 91 || kpreempt/'
# 100: LWPs go back to the pool at once.
change kernel/kern/kern_lwp.c \
    '/^lwp_dtor/,/^}/s/^	where = /	if (crew_bug == 100)\
		return;\
&/'
# 120: KERNEL_LOCK is kept by who sleeps for a mutex.  121: a writer that is
# woken is not given the rwlock.
change kernel/kern/kern_turnstile.c \
    '/^turnstile_block/,/^}/s/^	sleepq_enter(.*/	if (crew_bug == 120) {\
		lwp_lock(l);\
		lwp_unlock_to(l, tc->tc_mutex);\
		l->l_biglocks = 0;\
	} else\
	&/'
change kernel/kern/kern_rwlock.c \
    '/^rw_handover/,/^}/s/^	if (rcnt != 0) {/	if (rcnt != 0 \&\& crew_bug != 121) {/'

overlay "$out/image.elf"

# More than any of these takes; a CPU that spins for ever does not end a run.
limit=600ms

run() {	# log bug program property...; bug - : on our kernel
	log=$dir/$1
	elf=$out/image.elf
	if [ "$2" = - ]; then
		elf=$image prog=$3
		shift 3
	else
		bug=$2 prog=$3
		shift 3
		set -- "bug=$bug" "$@"
	fi
	timeout 300 "$B/rangeley" run --limit=$limit --image "$elf" idle=1 \
	    "run=$prog" "$@" >"$log" 2>&1
}
# On our kernel and on that with all bugs, but none on.
both() {	# code program property...
	want=$1
	shift
	run ours - "$@" &
	run none 0 "$@"
	[ $? -eq "$want" ]
	code=$?
	wait $!
	[ $? -eq "$want" ] && [ $code -eq 0 ]
}
fails() {	# log what
	tail -n 60 "$dir/$1" | grep -E ': F: |panic|rangeley' | head
	echo "not ok $2"
	bad=1
}
behaves() {	# trap what program property...
	chosen "$1" || return
	n=$1 what=$2
	shift 2
	if both 0 "$@"; then
		echo "ok trap $n: $what"
	else
		fails ours "trap $n: $what: $* fails"
		fails none "trap $n: $what: $* fails"
	fi
}
refused() {	# trap what program text: it ends in a panic with that text
	chosen "$1" || return
	if both 1 "$3" && grep -q "^panic: .*$4" "$dir/ours" &&
	    grep -q "^panic: .*$4" "$dir/none"; then
		echo "ok trap $1: $2"
	else
		fails ours "trap $1: $2: $3 does not panic"
	fi
}
broken() {	# trap bug text program property...: foretold is `text'
	chosen "$1" || return
	n=$1 number=$2 text=$3
	shift 3
	if run "bug.$number" "$number" "$@"; then
		fails "bug.$number" "trap $n broken ($number): $* does not notice"
	elif found=$(grep -m 1 -E -e "$text" "$dir/bug.$number"); then
		echo "ok trap $n broken: $found"
	else
		fails "bug.$number" "trap $n broken ($number): by what?"
	fi
}

behaves 1 'a wait for KERNEL_LOCK within one keeps the outer wanter' klock
broken 1 10 ': F: .*the outer wait is forgotten' klock

behaves 2 'a softint wants the mutex of the LWP that it interrupts' \
    softint part=own
broken 2 20 '^panic: .*mutex_vector_enter: locking against myself' \
    softint part=own
broken 2 21 'limit' softint part=own

behaves 3 'a softint blocks: the LWP goes on, the level waits' \
    softint part=block
broken 3 30 ': F: ci_mtx_count -1' softint part=block
broken 3 31 'limit' softint part=block
broken 3 32 '^panic: .*softint_dispatch: net/1: flags' softint part=block

behaves 3 'and then the LWP goes on on another CPU' softint_move
# Its return is to a frame that the victim, elsewhere, has left.
broken 3 33 'signal|panic|: F: ' softint_move
broken 3 34 ': F: the victim is lost' softint_move
broken 3 35 ': F: it does not move' softint_move

behaves 4 'a level is of the LWP that sleeps with it' traps part=spl
broken 4 40 ': F: level . after a switch|^panic: .*ilevel == 0x0' traps part=spl
refused 4 'no sleep with a spin mutex held' p_spin_sleep ci_mtx_count

behaves 5 'a softint that blocks gives back its share of KERNEL_LOCK' \
    traps part=klock
broken 5 50 "F: the softint's share: CPU 0" traps part=klock

limit=1s
behaves 6 'a store wakes an idle CPU, at any moment' cpus
broken 6 60 ': F: round .*: .* cycles to wake up' cpus
limit=600ms

behaves 7 'a reader holds perform up' pserialize part=reader
broken 7 70 ': F: perform on CPU . did not wait' pserialize part=reader
refused 7 'no perform in a softint' p_soft_perform '!cpu_softintr_p()'

behaves 8 'a busy LWP holds low calls up, not high ones' xcall part=hog
broken 8 80 ': F: a high-priority call took' xcall part=hog
behaves 8 'xc_wait returns when all calls are made' xcall part=callers
broken 8 81 ': F: CPU .*: . of 8 through' xcall part=callers
refused 8 'no xc_broadcast in a softint' p_soft_xcall '!cpu_softintr_p()'
broken 8 82 ': F: no panic' p_soft_xcall

refused 9 'softint_schedule wants preemption off' p_softint_plain \
    'kpreempt_disabled()'
broken 9 90 ': F: no panic' p_softint_plain
refused 9 'pktq_enqueue, too' p_pktq_plain 'kpreempt_disabled()'
broken 9 91 '^panic: .*kpreempt_disabled.*kern_softint.c' p_pktq_plain
refused 9 'another CPU wants SOFTINT_RCPU' p_softint_rcpu 'sh_flags & 0x0200'
behaves 9 'callouts come after a flood of softnet' traps part=flood
broken 9 92 ': F: a callout amid the flood' traps part=flood

behaves 10 "an LWP's memory outlives the looks at it" traps part=lwp
broken 10 100 ': F: (freed while|reads what was freed)' traps part=lwp

behaves 11 'a softint on the way out of an interrupt is none' intr
broken 11 110 'takes itself for a hard interrupt|cpu_intr_p' intr

behaves 12 'KERNEL_LOCK is given up in turnstile_block' klock
broken 12 120 ': F: given up in mutex_enter: stalled' klock
behaves 12 'rwlocks are handed over' rwlock
broken 12 121 ': F: not handed to the writer' rwlock
behaves 12 'mutexes are not' traps part=mutex
broken 12 122 ': F: handed over' traps part=mutex
exit $bad
