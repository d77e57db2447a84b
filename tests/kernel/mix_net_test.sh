#!/bin/sh
# mix_net_test.sh [name=value...]: a bridge whose members, table, interfaces and
# interrupts change at random under traffic (net/bridge_mix.c), on both kernels:
# no assertion, no frame forged, doubled or out of order, no mbuf missing; the
# same again leaves the same trace and collects the same frames, another seed
# others.  Then on the fake machine, by some schedules: SEEDS (1..2).
set -u
: "${B:=build}" "${SEEDS:=1..2}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out $t/err"

mix() {	# kernel name=value...: $trace, $digest
	k=$1
	shift
	"$B/rangeley" run --image "$B/images/$k/image.elf" --json \
	    run=bridge_mix "$@" >"$t/json" 2>"$t/err"
	rc=$?
	jq -r .console "$t/json" >"$t/out"
	trace=$(jq -r .trace "$t/json")
	digest=$(sed -n 's/^bridge_mix: digest //p' "$t/out")
	return $rc
}

for kernel in bridge bridge_mpsafe; do
	mix $kernel "$@"
	say $? "$kernel: $(sed -n 's/^bridge_mix: \(.* entered.*\)/\1/p' "$t/out")"
	first=$trace.$digest
	mix $kernel "$@" && [ "$trace.$digest" = "$first" ]
	say $? "$kernel: the same again: trace $trace, frames $digest"
	mix $kernel "$@" seed=2 && [ "$trace" != "${first%.*}" ] &&
	    [ "$digest" != "${first#*.}" ]
	say $? "$kernel: another seed: trace $trace, frames $digest"
	timeout -s INT 3600 "$B/rangeley" fake --ram 128MiB --steps 2000000000 \
	    --image "$B/images/$kernel/image-fake.elf" --tick 10ns \
	    --seeds "$SEEDS" --twice run=bridge_mix "$@" >"$t/out" 2>"$t/err"
	say $? "$kernel, fake: seeds $SEEDS, each twice: $(grep '^trace' "$t/out")"
done
exit $bad
