#!/bin/sh
# sched_test.sh: LWPs, callouts and the clock, on eight CPUs of the machine: no
# check fails, and a second run is the same to the last cycle.
set -u
: "${B:=build}"
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

for p in sched callout second; do
	if timeout 600 "$B/rangeley" run --image "$B/images/ktest/image.elf" \
	    run=$p >"$t/$p" 2>&1; then
		echo "ok $p"
	else
		echo "not ok $p:"
		grep ' F: \|panic\|rangeley:' "$t/$p"
		bad=1
	fi
done

"$B/rangeley" run --image "$B/images/ktest/image.elf" run=sched \
    >"$t/again" 2>&1
if cmp -s "$t/sched" "$t/again"; then
	echo "ok sched: the same again"
else
	echo "not ok sched: another outcome"
	bad=1
fi
exit $bad
