#!/bin/sh
# crosscall_test.sh: softints, pserialize, cross calls, IPIs, percpu, work
# queues and packet queues, on eight CPUs of the machine: no check fails, and
# a second run is the same to the last cycle.
set -u
: "${B:=build}"
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

for p in softint pserialize xcall ipi percpu workqueue pktqueue; do
	if timeout 600 "$B/rangeley" run --image "$B/images/ktest/image.elf" \
	    run=$p >"$t/$p" 2>&1; then
		echo "ok $p"
	else
		echo "not ok $p:"
		grep ' F: \|panic\|rangeley:' "$t/$p"
		bad=1
	fi
done

"$B/rangeley" run --image "$B/images/ktest/image.elf" run=xcall \
    >"$t/again" 2>&1
if cmp -s "$t/xcall" "$t/again"; then
	echo "ok xcall: the same again"
else
	echo "not ok xcall: another outcome"
	bad=1
fi
exit $bad
