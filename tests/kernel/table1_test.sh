#!/bin/sh
# table1_test.sh: `rangeley check table1' gives the paper's table, and an error
# in any of the six facilities makes it fail with a cell of that facility.  What
# works does so in a thousand rounds on the timed machine, and under schedules of
# the fake one:
#
#	table1_test.sh		under 20
#	table1_test.sh soak	under 1000, and nothing else
#
# One overlay has all errors; each asks for the boot property bug=N.  bug=0 is
# the kernel as it is.
set -u
: "${B:=build}"
dir=$B/tests/kernel/table1_bugs
src=$dir/table1_bugs
rm -rf "$dir" && mkdir -p "$src"
trap 'rm -rf "$B/images/table1-table1_bugs" "$B/images/table1-table1_lockless"' EXIT

. tests/say.subr
seen="$dir/out $dir/err"

ask='#ifndef BUG_IS\
#define BUG_IS\
extern int sysctl_bootprop_int(const char *, int);\
static inline __attribute__((unused)) int\
bug_is(int n)\
{\
	static int bug = -1;\
\
	if (bug < 0)\
		bug = sysctl_bootprop_int("bug", 0);\
	return bug == n;\
}\
#endif'
change() {	# file, line after which bug_is stands, sed script
	mkdir -p "$src/${1%/*}"
	sed "s|^$2|&\\
$ask|" "kernel/$1" >"$dir/asks"
	sed "$3" "$dir/asks" >"$src/$1"
	if cmp -s "kernel/$1" "$dir/asks" || cmp -s "$dir/asks" "$src/$1"; then
		echo "not ok $1: the script changes nothing any more"
		exit 1
	fi
}
cdefs='#include <sys/cdefs.h>'
change kern/kern_lock.c "$cdefs" \
    's/if (__cpu_simple_lock_try(kernel_lock))/if (__cpu_simple_lock_try(kernel_lock) || bug_is(1))/'
change sys/spl.h '#define _SYS_SPL_H_' \
    's/makeiplcookie(IPL_##X)/makeiplcookie(bug_is(2) ? IPL_NONE : IPL_##X)/'
change kern/kern_mutex.c "$cdefs" '/^mutex_vector_enter/,/^}/{
	s/^		mutex_spin_retry(mtx);/		if (bug_is(3)) {\
			mtx->mtx_lock = __SIMPLELOCK_LOCKED;\
			return;\
		}\
&/
	s/^	curthread = .*/&\
	if (bug_is(4)) {\
		mtx->mtx_owner = curthread;\
		return;\
	}/
}'
change kern/kern_rwlock.c "$cdefs" '/^rw_vector_enter/,/^}/s/need_wait = rw_need_wait(op)/need_wait = bug_is(5) ? 0 : rw_need_wait(op)/'
change kern/subr_pserialize.c "$cdefs" '/^pserialize_perform/,/^}/s/if (__predict_false(panicstr != NULL))/if (bug_is(6) || panicstr != NULL)/'

check() {	# rangeley check table1's arguments
	"$B/rangeley" check table1 "$@" >"$dir/out" 2>"$dir/err"
}
cells() {
	sed -n 's/^\([a-z_]*\.[a-zA-Z_]*\): .*/\1/p' "$dir/out" | tr '\n' ' '
}

seeds=1..20
[ "${1-}" = soak ] && seeds=1..1000
check --seeds $seeds
say $? "table1: $(grep '^table1: ' "$dir/out" | sed 's/^table1: //' | paste -sd';')"
[ "${1-}" = soak ] && exit $bad
check --overlay "$src" bug=0
say $? "no bug: $(tail -n 1 "$dir/out")"
n=0
for facility in kernel_lock spl mutex_spin mutex_adaptive rwlock pserialize; do
	n=$((n + 1))
	check --overlay "$src" --only "$facility" "bug=$n"
	[ $? -eq 1 ] && grep -q "^$facility\." "$dir/out"
	say $? "$facility broken: $(cells)"
done

# KERNEL_LOCK's byte taken by an instruction without LOCK.  The timed machine does
# not divide it, so rounds do not show that; schedules do.
lockless=$dir/table1_lockless/arch/amd64/amd64
mkdir -p "$lockless"
sed '/^ENTRY(__cpu_simple_lock_try)/,/^END/{
/^	lock$/d
}' kernel/arch/amd64/amd64/lock_stubs.S >"$lockless/lock_stubs.S"
! cmp -s kernel/arch/amd64/amd64/lock_stubs.S "$lockless/lock_stubs.S"
say $? 'a LOCK is taken out'
set -- --overlay "$dir/table1_lockless" --only kernel_lock.usable_on_MP
check "$@"
say $? "without LOCK, rounds: $(tail -n 1 "$dir/out")"
check "$@" --seeds 1..1000
[ $? -eq 1 ] && [ "$(cells)" = 'kernel_lock.usable_on_MP ' ]
say $? "without LOCK, schedules: $(grep -m 1 -o 'seed .*' \
    "$dir/out")"
check --overlay "$dir/none"
[ $? -eq 2 ] && grep -q 'overlay' "$dir/err"
say $? "no such overlay: $(cat "$dir/err")"
exit $bad
