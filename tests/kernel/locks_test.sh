#!/bin/sh
# locks_test.sh: what must not be done with locks ends in a panic, with the text
# that it should have, and exit code 1.  Properties: suites_test.sh; many rounds
# of them on eight CPUs of the timed machine:
#
#	locks_test.sh exits=1000000 rwloops=30000 rounds=50000		soak
set -u
: "${B:=build}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

run() {	# programs property...: output in $t/out
	timeout 3600 "$B/rangeley" run --image "$B/images/ktest/image.elf" \
	    idle=1 run="$@" >"$t/out" 2>&1
}
. tests/say.subr
seen="$t/out"

if [ $# -gt 0 ]; then
	run klock,mutex,mutex_race,rwlock,condvar "$@"
	say $? "locks: $*"
	exit $bad
fi

# A panic says what, where and who.
panics() {	# program text
	run "$1"
	code=$?
	[ $code -eq 1 ] && grep -q "panic.*$2" "$t/out" &&
	    ! grep -q 'no panic' "$t/out"
	say $? "$1: $2"
}
panics p_mutex_self 'lock error: Mutex: mutex_vector_enter: locking against myself'
panics p_mutex_unheld 'lock error: Mutex: mutex_vector_exit: assertion failed: MUTEX_OWNER(mtx->mtx_owner) =='
panics p_mutex_destroy 'lock error: Mutex: mutex_destroy: assertion failed: !MUTEX_OWNED'
panics p_spin_unheld 'exiting unheld spin mutex'
panics p_rw_self 'lock error: Reader / writer lock: rw_vector_enter: locking against myself'
panics p_rw_unheld 'lock error: Reader / writer lock: rw_vector_exit: assertion failed: RW_COUNT(rw) != 0'
panics p_cv_unheld 'mutex_owned(mtx)'
panics p_spin_sleep 'ci_mtx_count'
panics p_intr_mutex 'lock error: Mutex: mutex_vector_enter: assertion failed: !cpu_intr_p()'
panics p_intr_rw 'lock error: Reader / writer lock: rw_vector_enter: assertion failed: !cpu_intr_p()'
panics p_intr_sleep 'assert_sleepable: interrupt caller='
exit $bad
