#!/bin/sh
# figure1_test.sh: a frame goes through both kernels as the paper's Figure 1 says, and
# step by step as in tests/app/figure1/bridge and bridge_mpsafe: function, CPU,
# context, IPL and locks.  These lists were written from what is known of NetBSD of
# January 2015 before there was a run; then two things of the test interface were added:
# when the transmission's interrupt comes, and if_snd's lock.  Cycles are not compared,
# but rise.
#
# The CPU is a number in GENERIC, where all interrupts are on CPU 0; in NET_MPSAFE R
# is the receive queue's.
#
# The twins here are the same run, edited: a step is out of its place, or a lock is
# not there; and the other kernel.  figure1_twins.sh has kernels that are wrong.
#
#	figure1_test.sh show	print both chains, with cycles
set -u
: "${B:=build}"
. tests/say.subr
. tests/app/figure1/steps.subr
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

if [ "${1-}" = show ]; then
	for kernel in bridge bridge_mpsafe; do
		echo "$kernel"
		chain $kernel || { cat "$t/err"; exit 1; }
	done
	exit 0
fi

for kernel in bridge bridge_mpsafe; do
	chain $kernel --json >"$t/$kernel.json"
	seen="$t/err" say $? "$kernel: a frame is traced"
	steps $kernel $kernel
	compare $lists/$kernel "$t/$kernel"
	seen="$t/diff" say $? "$kernel: $(wc -l <"$t/$kernel") steps as in $lists/$kernel"
	jq -e '.events | map(.cycles) | length > 20 and . == sort and
	    .[0] == 0 and .[-1] < 48000' "$t/$kernel.json" >/dev/null
	say $? "$kernel: cycles rise, and it takes less than 20 us"
	jq -er .trace "$t/$kernel.json" >"$t/with" &&
	    "$rangeley" run --image $kernel --json run=oneframe |
	    jq -r .trace | cmp -s - "$t/with"
	say $? "$kernel: the run is the same without a trace"
done
! compare $lists/bridge "$t/bridge_mpsafe"
say $? 'twin: NET_MPSAFE does not go the way of GENERIC'
grep -v 'mutex_e[a-z]*(softnet_lock)' "$t/bridge" |
    sed 's/,softnet_lock//' >"$t/unlocked"
! compare $lists/bridge "$t/unlocked"
say $? 'twin: softnet_lock is left out'
awk '/^bridge_rtlookup/ { held = $0; next } { print }
    /^bridge_enqueue/ { print held }' "$t/bridge_mpsafe" >"$t/swapped"
! compare $lists/bridge_mpsafe "$t/swapped"
say $? 'twin: the address is looked up too late'
exit $bad
