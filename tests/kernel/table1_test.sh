#!/bin/sh
# table1_test.sh: `rangeley check table1' gives the paper's table, and an error
# in any of the six facilities makes it fail with a cell of that facility.  What
# works does so in a thousand rounds on the timed machine, and under schedules of
# the fake one:
#
#	table1_test.sh		under 3; with an error, the facility's first cell
#	table1_test.sh soak	under 1000; all its cells
#
# One overlay has all errors; each asks for the boot property bug=N.  bug=0 is
# the kernel as it is.  None is in a header: those would be compiled anew whom
# it concerns, and an overlay without takes the objects of others as they are.
set -u
: "${B:=build}"
dir=$B/tests/kernel/table1_bugs
src=$dir/table1_bugs
rm -rf "$dir" && mkdir -p "$src"
trap 'rm -rf "$B/images/table1-table1_bugs"' EXIT

. tests/say.subr
seen="$dir/out $dir/err"

ask='extern int table1_bug, sysctl_bootprop_int(const char *, int);\
static inline __attribute__((unused)) int\
bug_is(int n)\
{\
	if (table1_bug < 0)\
		table1_bug = sysctl_bootprop_int("bug", 0);\
	return table1_bug == n;\
}'
change() {	# file, its name in the overlay, sed script; C may ask bug_is
	mkdir -p "$src/${2%/*}"
	sed "s|^#include <sys/cdefs.h>|&\\
$ask|" "$1" >"$dir/asks"
	sed "$3" "$dir/asks" >"$src/$2"
	if cmp -s "$dir/asks" "$src/$2"; then
		echo "not ok $1: the script changes nothing any more"
		exit 1
	fi
}
kern() {	# file, sed script
	change "kernel/$1" "$1" "$2"
}
# Who takes KERNEL_LOCK first, at boot, asks for the property.
kern kern/kern_lock.c 's/^static inline __attribute__((unused)) int$/int table1_bug = -1;\
&/
	s/if (__cpu_simple_lock_try(kernel_lock))/if ((void)bug_is(0), __cpu_simple_lock_try(kernel_lock) || bug_is(1))/'
# spl*() raise nothing; a spin mutex does, in lock_stubs.S.
change port/machdep/spl.S port/machdep/spl.S '/^ENTRY(splraise)/,/^END/s/^	cmpl	%edi, %eax/	cmpl	$2, table1_bug\
	je	9f\
&/
	/^ENTRY(splraise)/,/^END/s/^	ret/9:&/'
kern kern/kern_mutex.c '/^mutex_vector_enter/,/^}/{
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
kern kern/kern_rwlock.c '/^rw_vector_enter/,/^}/s/need_wait = rw_need_wait(op)/need_wait = bug_is(5) ? 0 : rw_need_wait(op)/'
kern kern/subr_pserialize.c '/^pserialize_perform/,/^}/s/if (__predict_false(panicstr != NULL))/if (bug_is(6) || panicstr != NULL)/'
# KERNEL_LOCK's byte taken by an instruction without LOCK.
kern arch/amd64/amd64/lock_stubs.S '/^ENTRY(__cpu_simple_lock_try)/,/^END/s/^	lock$/	cmpl	$7, table1_bug\
	jne	1f\
	cmpxchgb %cl, (%rdi)\
	sete	%al\
	ret\
1:	lock/'

check() {	# rangeley check table1's arguments
	"$B/rangeley" check table1 "$@" >"$dir/out" 2>"$dir/err"
}
cells() {
	sed -n 's/^\([a-z_]*\.[a-zA-Z_]*\): .*/\1/p' "$dir/out" | tr '\n' ' '
}

seeds=1..3 part=.usable_on_MP
[ "${1-}" = soak ] && seeds=1..1000 part=
check --seeds $seeds
say $? "table1: $(grep '^table1: ' "$dir/out" | sed 's/^table1: //' | paste -sd';')"
check --only spl.reentrant --seeds 0 && grep -q 'under 1 schedules each' "$dir/out"
say $? "a single seed, 0 too: $(tail -n 1 "$dir/out")"
n=0
for facility in kernel_lock spl mutex_spin mutex_adaptive rwlock pserialize; do
	n=$((n + 1))
	check --overlay "$src" --only "$facility.usable_on_MP" bug=0
	say $? "no bug: $facility: $(tail -n 1 "$dir/out")"
	check --overlay "$src" --only "$facility$part" "bug=$n"
	[ $? -eq 1 ] && grep -q "^$facility\." "$dir/out"
	say $? "$facility broken: $(cells)"
done

# Without LOCK: the timed machine does not divide the instruction, so rounds do not
# show that; schedules do.
set -- --overlay "$src" --only kernel_lock.usable_on_MP bug=7
check "$@"
say $? "without LOCK, rounds: $(tail -n 1 "$dir/out")"
check "$@" --seeds 1..500
[ $? -eq 1 ] && [ "$(cells)" = 'kernel_lock.usable_on_MP ' ]
say $? "without LOCK, schedules: $(grep -m 1 -o 'seed .*' \
    "$dir/out")"
check --overlay "$dir/none"
[ $? -eq 2 ] && grep -q 'overlay' "$dir/err"
say $? "no such overlay: $(cat "$dir/err")"
exit $bad
