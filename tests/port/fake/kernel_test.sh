#!/bin/sh
# kernel_test.sh: a kernel on the fake machine: GENERIC boots, idles and powers
# off by many schedules, its boot included; the same seed twice is the same
# schedule; a panic is a finding, told by its line.
set -u
: "${B:=build}"
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# expect code pattern arg...
expect() {
	rc=$1 pattern=$2
	shift 2
	timeout 300 "$B/rangeley" fake --ram 16MiB "$@" >"$t/out" 2>&1
	got=$?
	if [ $got -eq "$rc" ] && grep -qE -- "$pattern" "$t/out"; then
		echo "ok $*: $(grep -E '^(schedules|steps)' "$t/out" | tr -s ' \n' ' ')"
	else
		echo "not ok $*: exit $got, expected $rc and '$pattern':"
		head -c 2000 "$t/out"
		bad=1
	fi
}
expect 0 '8 CPUs, hz 100' --image GENERIC --from-boot
expect 0 '^schedules +50$' --image GENERIC --seeds 1..50 --from-boot
expect 0 '^schedules +200$' --image GENERIC --seeds 1..200
expect 0 '^schedules +10$' --image GENERIC --seeds 1..10 --twice
for n in 1 2 4; do
	expect 0 "^$n CPU" --image GENERIC --from-boot --cpus $n
done
expect 1 'verdict 1 +20 times, .*panic' --image ktest --seeds 1..20 run=p_panic
exit $bad
