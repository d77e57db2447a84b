#!/bin/sh
# net_test.sh: the programs of tests/kernel/net on both kernels and both machines.
#
#	net_test.sh [soak]	soak: more schedules, nothing else
#
# Timed, on eight CPUs: each passes.  On the fake machine, where a step of
# whichever CPU takes 10 ns: by some schedules each.  t_bridge_* are named as
# NetBSD names what they check.  The mix has a script of its own, mix_net_test.sh,
# and so have errors that all this must notice: net_bugs.sh.
set -u
: "${B:=build}"
dir=$B/tests/kernel/net_test
rm -rf "$dir" && mkdir -p "$dir"
. tests/say.subr
seeds=1..2
[ "${1-}" = soak ] && seeds=1..40

list='forward	frames=4000
tst_purge
t_bridge_basic
t_bridge_basic6
t_bridge_member_ip
t_bridge_member_ip6
t_bridge_rtable
bridge_learn
bridge_limit
bridge_ctl
bridge_local
bridge_churn	frames=600
bridge_where
bridge_frame
bridge_capture
bridge_errors
bridge_perform
bridge_grow
bridge_full
bridge_static
bridge_two
bridge_leave
bridge_detach
bridge_twice
bridge_gone
bridge_asleep
bridge_tick
bridge_stp
bridge_bpdu
ifnet'

timed() {	# kernel program property...
	k=$1
	shift
	seen=$dir/$k.$1.timed
	timeout -s INT 900 "$B/rangeley" run --limit=60s \
	    --image "$B/images/$k/image.elf" idle=1 run="$@" >"$seen" 2>&1
}
fake() {	# kernel program property...
	k=$1
	shift
	seen=$dir/$k.$1.fake
	timeout -s INT 3600 "$B/rangeley" fake --ram 64MiB --steps 400000000 \
	    --image "$B/images/$k/image-fake.elf" --tick 10ns \
	    --seeds "$seeds" run="$@" >"$seen" 2>&1
}

echo "$list" >"$dir/list"
for kernel in bridge bridge_mpsafe; do
	while read -r p property; do
		# shellcheck disable=SC2086 # one property or none
		fake "$kernel" "$p" $property </dev/null
		say $? "$kernel: $p, fake: seeds $seeds"
		[ "${1-}" = soak ] && continue
		# shellcheck disable=SC2086
		timed "$kernel" "$p" $property </dev/null
		say $? "$kernel: $p, timed"
	done <"$dir/list"
done
exit $bad
