#!/bin/sh
# locks_bugs.sh: errors in the kernel's locks that its programs must notice.
#
#	locks_bugs.sh [N...]	only those
#
# One overlay has all of them: each changed line asks for the boot property
# bug=N (locks_bug, prog/lockprog.c).  With bug=0 it is the kernel as it is and
# must pass.
#
# On this machine CPUs take turns between instructions, and stores are seen at
# once, so mutex_exit's CMPXCHG is never divided as it may be on hardware.  Bug
# 1 divides it: load, a long pause with interrupts off, store.  That is no bug,
# and must pass; with 2 and 3, which leave out one of the two looks at the
# owner, wake-ups are lost.  In all three a waiter does not spin, and in 1 and 3
# dawdles before the first look, for these to meet.  Two LWPs only: each wake-up
# is for all, so a third would make up for one that was lost.
set -u
: "${B:=build}"
bad=0
only=" $* "
dir=$B/tests/kernel/locks_bugs
src=$dir/locks_bugs
rm -rf "$dir" && mkdir -p "$src"
trap 'rm -rf "$B/images/ktest-locks_bugs"' EXIT

change() {	# file sed-script...: each must change something
	path=$1
	shift
	mkdir -p "$src/${path%/*}"
	[ -f "$src/$path" ] || case $path in
	*.S)	cp "kernel/$path" "$src/$path" ;;
	*)	sed 's/^#include <sys\/cdefs.h>/&\nextern volatile int locks_bug;/' \
		    "kernel/$path" >"$src/$path" ;;
	esac
	for script; do
		sed "$script" "$src/$path" >"$dir/changed"
		if cmp -s "$src/$path" "$dir/changed"; then
			echo "not ok $path: $script changes nothing any more"
			exit 1
		fi
		cp "$dir/changed" "$src/$path"
	done
}

# 1: the divided exit; 4: the level is given back by the first exit.
change arch/amd64/amd64/lock_stubs.S '/^ENTRY(mutex_exit)/a\
	movl	locks_bug, %eax\
	decl	%eax\
	cmpl	$3, %eax\
	jae	9f\
	movq	CPUVAR(CURLWP), %rax\
	cli\
	cmpq	%rax, MTX_OWNER(%rdi)\
	jne	8f\
	movl	$2000, %ecx\
7:	pause\
	decl	%ecx\
	jne	7b\
	movq	$0, MTX_OWNER(%rdi)\
	sti\
	ret\
8:	sti\
9:' '/^ENTRY(mutex_spin_exit)/,/^END/s/^	jne	1f.*/	je	7f\
	cmpl	$4, locks_bug\
	jne	1f\
7:/' '/^ENTRY(rw_\(try\)\?enter)/,/^END/s/^1:	testb.*/1:	movl	$RW_WRITE_LOCKED|RW_WRITE_WANTED, %ecx\
	cmpl	$11, locks_bug\
	jne	7f\
	movl	$RW_WRITE_LOCKED, %ecx\
7:	testl	%ecx, %eax/'
change kern/kern_mutex.c \
    '/^mutex_trysleep/,/^}/s/!mutex_oncpu(owner)/(mutex_dawdle(), locks_bug == 2 || &)/' \
    '/^mutex_vector_enter/,/^}/s/if (mutex_oncpu(owner))/if ((locks_bug < 1 || locks_bug > 3) \&\& mutex_oncpu(owner))/' \
    '/^mutex_trysleep/,/^}/s/if (MUTEX_HAS_WAITERS(mtx))/if (locks_bug == 3 || MUTEX_HAS_WAITERS(mtx))/' \
    '/^mutex_vector_exit/,/^}/s/TS_WAITERS(ts, TS_WRITER_Q),/locks_bug == 5 ? 1 : &/' \
    's/return ci->ci_biglock_wanted != l;/return locks_bug == 6 || ci->ci_biglock_wanted != l;/' \
    '/^static bool$/{
N
s/^static bool\nmutex_oncpu/static void\
mutex_dawdle(void)\
{\
	int i;\
\
	if (locks_bug == 1 || locks_bug == 3)\
		for (i = 0; i < 3000; i++)\
			SPINLOCK_BACKOFF_HOOK;\
}\
\
&/
}'
change kern/kern_turnstile.c \
    '/^turnstile_lendpri/,/^}/s/^		l = owner;/&\
		if (locks_bug == 7)\
			break;/' \
    '/^turnstile_unlendpri/,/^}/s/lwp_lendpri(l, prio)/lwp_lendpri(l, locks_bug == 8 ? PRI_NONE : prio)/'
change kern/kern_lock.c \
    's/atomic_swap_ptr(&ci->ci_biglock_wanted, owant)/atomic_swap_ptr(\&ci->ci_biglock_wanted, locks_bug == 9 ? NULL : owant)/' \
    '/^_kernel_unlock/,/^}/s/nlocks = olocks;/nlocks = locks_bug == 10 ? 1 : olocks;/'
change kern/kern_rwlock.c \
    '/^rw_need_wait/,/^}/s/RW_WRITE_LOCKED | RW_WRITE_WANTED/RW_WRITE_LOCKED | (locks_bug == 11 ? 0 : RW_WRITE_WANTED)/' \
    '/^rw_handover/,/^}/s/^	if (rcnt != 0) {/	if (rcnt != 0 \&\& locks_bug != 12) {/' \
    '/^rw_downgrade/,/^}/s/rcnt = TS_WAITERS(ts, TS_READER_Q);/rcnt = locks_bug == 13 ? 0 : TS_WAITERS(ts, TS_READER_Q);/'
change kern/kern_condvar.c \
    '/^cv_enter/,/^}/s/^	mp = sleepq_hashlock(cv);/	if (locks_bug == 14) {\
		mutex_exit(mtx);\
		for (int i = 0; i < 5000; i++)\
			SPINLOCK_BACKOFF_HOOK;\
	}\
&/' \
    '/^cv_enter/,/^}/s/^	mutex_exit(mtx);/	if (locks_bug != 14)\
	&/' \
    '/^cv_signal/,/^}/s/cv_wake(cv, 1)/cv_wake(cv, locks_bug == 15 ? 9 : 1)/'
change kern/kern_sleepq.c \
    's/error = EWOULDBLOCK;/error = locks_bug == 16 ? 0 : EWOULDBLOCK;/' \
    '/^sleepq_insert/,/^}/s/lwp_eprio(l2) < pri/locks_bug != 17 \&\& &/'

make -s B="$B" IMAGE=ktest OVERLAY="$src" \
    "$B/images/ktest-locks_bugs/image.elf" >"$dir/make" 2>&1 || {
	tail -n 40 "$dir/make"
	echo 'not ok: the overlay does not build'
	exit 1
}

run() {	# bug programs property...
	bug=$1
	shift
	timeout 300 "$B/rangeley" run --limit=20s \
	    --image "$B/images/ktest-locks_bugs/image.elf" \
	    idle=1 bug="$bug" run="$@" >"$dir/$bug.log" 2>&1
}
chosen() {
	[ "$only" = "  " ] || [ "${only#* "$1" }" != "$only" ]
}
fine() {	# bug what program...
	chosen "$1" || return
	n=$1 what=$2
	shift 2
	if run "$n" "$@"; then
		echo "ok bug=$n, $what: $* passes"
	else
		tail -n 30 "$dir/$n.log"
		echo "not ok bug=$n, $what: $* fails"
		bad=1
	fi
}
wrong() {	# bug what program...
	chosen "$1" || return
	n=$1 what=$2
	shift 2
	if run "$n" "$@"; then
		echo "not ok bug=$n, $what: $1 does not notice"
		bad=1
	else
		echo "ok bug=$n, $what: $1: $(grep -m 1 -E ': F: |panic' \
		    "$dir/$n.log" || echo "exit code $?")"
	fi
}
fine 0 'none' klock,mutex,mutex_race,rwlock,condvar
fine 1 'mutex_exit in two steps' mutex_race racers=2 naps=1 exits=400
wrong 2 'running owner not looked for' mutex_race racers=2 naps=1 exits=400
wrong 3 'waiters bit not looked at again' mutex_race racers=2 naps=1 exits=400
wrong 4 'level back with the first exit' mutex
wrong 5 'one waiter woken of all' mutex_race
wrong 6 'owner who waits for KERNEL_LOCK runs' klock
wrong 7 'priority lent to the first owner only' mutex
wrong 8 'all lenders forgotten' mutex
wrong 9 'ci_biglock_wanted becomes NULL' klock
wrong 10 'KERNEL_LOCK not all given up' klock
wrong 11 'writer who waits keeps nobody out' rwlock
wrong 12 'writer woken, not given the lock' rwlock
wrong 13 'downgrade wakes nobody' rwlock
wrong 14 'mutex released before the queue' condvar
wrong 15 'signal wakes many' condvar
wrong 16 'timeout is no error' condvar
wrong 17 'queues in order of arrival' condvar
exit $bad
