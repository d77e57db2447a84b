#!/bin/sh
# wakeup_test.sh: no wake-up of a mutex is lost, by two LWPs on the fake machine,
# which divides mutex_exit's compare-and-swap as a processor does: between its
# load and its store the other CPU may set the waiters bit (kern_mutex.c, "The
# release").  The timed machine does not, and loses nothing even if the waiter
# looks wrongly.
#
#	wakeup_test.sh [soak]	soak: 10^6 contended exits
#
# An exit is contended if it found somebody asleep, who was then woken.  The
# program counts these (woken=N: until there were so many): with two racers each
# wake-up is an exit of its own.  With others=1 an owner who yields is off his
# CPU, and the other goes to sleep; that is about every fifth exit.  Without, he
# is back before the other has looked, and nobody ever sleeps.
#
# The twins need an owner who leaves between two looks of the waiter, so they are
# found by some of 100 schedules.  One overlay has them all: bug=N (lockprog.c).
set -u
soak=${1-}
set --	# bugs.subr would take it for a number
. tests/kernel/bugs.subr
racing='run=mutex_race racers=2 others=1'
seeds=40 each=250
[ "$soak" = soak ] && seeds=1000 each=1000

fake() {	# log option...
	log=$1
	shift
	timeout -s INT 3600 "$B/rangeley" fake --ram 32MiB --cpus 4 \
	    --steps 1000000000 --tick 100ns "$@" >"$log" 2>&1
}
said() {	# label of a report: its value
	sed -n "s/^$1  *//p" "$dir/log"
}

seen=$dir/log
# shellcheck disable=SC2086 # three properties
fake "$dir/log" --image ktest --seeds 1..$seeds $racing woken=$each &&
    [ "$(said schedules)" = $seeds ] && [ "$(said 'not good')" = 0 ]
say $? "$((seeds * each)) contended exits, $each in each of $seeds schedules: $(said steps): none lost"
# shellcheck disable=SC2086
fake "$dir/log" --image ktest --json $racing woken=$each
say $? "one of them: $(jq -r '[.results[] | "\(.n) \(.name)"] |
    join(", ")' "$dir/log" 2>/dev/null)"

# 1: who waits for a mutex never spins, which is no error.  2, 3: that, and one
# of the two looks at the owner is left out, so that mutex_exit, between its load
# and its store, undoes the waiters bit.  5: as 2, and he spins as ever.
change kernel/kern/kern_mutex.c \
    '/^mutex_vector_enter/,/^}/s/if (mutex_oncpu(owner))/if ((crew_bug < 1 || crew_bug > 3) \&\& mutex_oncpu(owner))/' \
    '/^mutex_trysleep/,/^}/s/!mutex_oncpu(owner)/(crew_bug == 2 || crew_bug == 5 || &)/' \
    '/^mutex_trysleep/,/^}/s/if (MUTEX_HAS_WAITERS(mtx))/if (crew_bug == 3 || MUTEX_HAS_WAITERS(mtx))/'
# 4: between the mutex and the queue a signal finds nobody.
change kernel/kern/kern_condvar.c \
    '/^cv_enter/,/^}/s/^	mp = sleepq_hashlock(cv);/	if (crew_bug == 4)\
		mutex_exit(mtx);\
&/' \
    '/^cv_enter/,/^}/s/^	mutex_exit(mtx);/	if (crew_bug != 4)\
	&/'
overlay "$out/image-fake.elf"

twin() {	# bug seeds property...
	n=$1 s=$2
	shift 2
	fake "$dir/log" --image "$out/image-fake.elf" --seeds "$s" \
	    "bug=$n" "$@"
}
wrong() {	# bug seeds what property...
	n=$1 s=$2 what=$3
	shift 3
	twin "$n" "$s" "$@"
	[ $? -eq 1 ]
	say $? "bug $n, $what: noticed by $(said 'not good') of seeds $s"
}
# shellcheck disable=SC2086
twin 1 1..20 $racing woken=$each
say $? 'bug 1, waiters never spin: passes seeds 1..20'
# shellcheck disable=SC2086
wrong 2 1..40 'running owner not looked for' $racing woken=250
# shellcheck disable=SC2086
wrong 3 1..300 'waiters bit not looked at again' $racing woken=250
wrong 4 1..20 'mutex released before the queue' --policy random \
    --mean 200 run=condvar
[ "$soak" = soak ] || exit $bad
# shellcheck disable=SC2086
wrong 5 1..1000 'running owner not looked for, after spinning' $racing \
    woken=250
exit $bad
