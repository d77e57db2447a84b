#!/bin/sh
# native_test.sh: the native runner: what an image prints, reports and returns
# without the simulator, its time when asked, and bad input.
set -u
: "${B:=build}"
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# expect code stdout-pattern stderr-pattern arg...; '' is no output
expect() {
	rc=$1 out=$2 err=$3
	shift 3
	timeout 60 "$B/native-run" "$@" >"$t/out" 2>"$t/err"
	got=$?
	if [ $got -eq "$rc" ] && matches "$out" "$t/out" &&
	    matches "$err" "$t/err"; then
		echo "ok $*"
	else
		echo "not ok $*: exit $got, expected $rc, '$out', '$err':"
		cat "$t/out" "$t/err"
		bad=1
	fi
}
matches() {	# pattern file
	if [ -z "$1" ]; then [ ! -s "$2" ]; else grep -qE -- "$1" "$2"; fi
}
hello=$B/images/hello/plain.elf
faulty=$B/images/faulty/plain.elf

expect 0 '^hello from the image$' '' "$hello"
expect 0 '^args: a=1 b=2$' '' "$hello" a=1 b=2
expect 0 '^result hello 1 171$' '' --ram=64 "$hello"
expect 0 '^result hello' '^boot_cpu_ns [1-9][0-9]*$' --time "$hello"
expect 0 '^result hello' '' --time="$t/time" "$hello"
matches '^boot_cpu_ns [1-9][0-9]*$' "$t/time" ||
    { echo "not ok: --time=FILE wrote no time"; bad=1; }
expect 0 '^result rep-movs' '' "$B/images/micro/plain.elf"
expect 3 '^result before 1 42$' '' "$faulty" how=x
expect 2 '^result before' 'unknown seam call 12345; .* 1 to' "$faulty" how=c
expect 2 '^result before' 'seam_cons_write of 16 bytes .*outside the image' \
    "$faulty" how=w
(ulimit -c 0; ASAN_OPTIONS=handle_segv=0 "$B/native-run" "$faulty" how=s) >"$t/out" 2>&1
[ $? -eq 139 ] || { echo "not ok: no guard page below the stack"; bad=1; }

expect 2 '' 'native-run: no/such: cannot read the image: .*make image IMAGE=' no/such
expect 2 '' 'GENERIC/plain.elf: a kernel needs the simulator' "$B/images/GENERIC/plain.elf"
expect 2 '' 'an annotated image needs the simulator .*plain.elf' \
    "$B/images/hello/image.elf"
expect 2 '' "argument .x.: expected name=value" "$hello" x
expect 2 '' 'no image; e\.g\.'
expect 2 '' 'RAM of 1048576000000 bytes' --ram=1000000 "$hello"
expect 2 '' "expected megabytes" --ram=much "$hello"
exit $bad
