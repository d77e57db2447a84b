#!/bin/sh
# memory_test.sh: printf, panic, sysctl and boot properties: what is printed, on
# eight CPUs of the machine.  Properties of pools, kmem, vmem: suites_test.sh.
#
#	output		of prf, sysctl
#	panics		text, place, what is held, exit code 1; of eight CPUs
#			that panic at once one is heard
#	boot properties	one that nobody asks for is named, exit code 2
set -u
: "${B:=build}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

run() {	# programs property...: output in $t/out
	timeout 600 "$B/rangeley" run --limit=20s \
	    --image "$B/images/ktest/image.elf" idle=1 run="$@" \
	    >"$t/out" 2>&1
}
. tests/say.subr
seen="$t/out"

# 8 CPUs times 5 lines, none broken by another CPU's.
run prf && [ "$(grep -cE \
    '^line of CPU [0-7]: 0123456789abcdefghijklmnopqrstuvwxyz [0-4]\.$' \
    "$t/out")" -eq 40 ] && grep -q '^log: 42$' "$t/out" &&
    grep -q '^aprint_normal: 43$' "$t/out" &&
    grep -q '^aprint_error: 44$' "$t/out" &&
    ! grep -q aprint_verbose "$t/out"
say $? prf
run prf verbose=1
grep -q '^aprint_verbose: not seen$' "$t/out"
say $? 'prf: verbose=1 shows aprint_verbose'

run sysctl number=17
say $? 'sysctl: and a boot property'
run sysctl numbre=17
[ $? -eq 2 ] && grep -q '^boot property numbre: nobody knows it' "$t/out"
say $? 'a boot property that is misspelled'
run sysctl number=1x7
[ $? -eq 2 ] && grep -q '^boot property number: it cannot be .1x7' "$t/out"
say $? 'a boot property that is no number'
run sysctl hw.ncpu=3
[ $? -eq 2 ] && grep -q '^boot property hw.ncpu: error 1$' "$t/out"
say $? 'a boot property that is a sysctl node, of those that are only read'

# A panic says what, where, what is held, and who called.
panics() {	# program regex...
	run "$1"
	code=$?
	p=$1
	shift
	ok=0
	[ $code -eq 1 ] || ok=1
	for text; do
		grep -qE -- "$text" "$t/out" || ok=1
	done
	say $ok "$p: $1"
}
panics p_panic_held '^panic: message 42 of a test$' \
    '^cpu[0-7]: lwp 0x[0-9a-f]+ \(init\) ipl 6$' \
    '^cpu[0-7]: kernel_lock held 2 times, spin mutexes 1$' \
    '^cpu[0-7]: Begin traceback\.\.\.$' 'prf_panics' 'panic_main' \
    '^cpu[0-7]: End traceback\.\.\.$'
panics p_kassert 'panic: kernel diagnostic assertion "two \+ two == 5" failed: file "tests/kernel/prog/prf.c", line [0-9]+ it is 4$' \
    'kern_assert' 'kassert_main'
panics p_kmem_size 'panic: kmem_free\(0x[0-9a-f]+, 101\) != allocated size 100$'
panics p_kmem_softint 'kmem\(9\) should not be used from the interrupt context' \
    '\(softclk/[0-7]\) ipl 2, softint$'
panics p_panic_all '^panic: CPU [0-7] is the first$'
[ "$(grep -o 'panic: ' "$t/out" | wc -l)" -eq 1 ]
say $? 'p_panic_all: one of them'
exit $bad
