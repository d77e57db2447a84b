#!/bin/sh
# mix_net_test.sh [name=value...]: a bridge whose members, table, interfaces and
# interrupts change at random under traffic (net/bridge_mix.c), on both kernels:
# no assertion, no frame forged, doubled or out of order, no mbuf missing; the
# same again leaves the same trace and collects the same frames, another seed
# others.  Then on the fake machine, by some schedules: SEEDS (1..2), each of them
# twice; TWICE empty: once.  KERNELS: the kernels.
set -u
: "${B:=build}" "${SEEDS:=1..2}" "${TWICE=--twice}"
: "${KERNELS:=bridge bridge_mpsafe}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out $t/err"

# The fake machine's limit goes with the frames: one costs about 3,000 steps, and
# the changes cost as much again.
# Each of up to 12 sources has the same number of frames, so it is a multiple.
frames=
for arg; do
	case $arg in
	frames=*)	frames=${arg#frames=} ;;
	esac
done
[ -n "$frames" ] || set -- "$@" frames=20004
: "${frames:=20004}"
steps=$((frames * 20000 + 1000000000))

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
figures() {	# what the program says of frames and changes, in one line
	sed -n 's/^bridge_mix: \([^d].*\)/\1/p' "$t/out" | tr '\n' ';'
}

for kernel in $KERNELS; do
	mix "$kernel" "$@"
	say $? "$kernel: $(figures)"
	first=$trace.$digest
	mix "$kernel" "$@" && [ "$trace.$digest" = "$first" ]
	say $? "$kernel: the same again: trace $trace, frames $digest"
	mix "$kernel" "$@" seed=2 && [ "$trace" != "${first%.*}" ] &&
	    [ "$digest" != "${first#*.}" ]
	say $? "$kernel: another seed: trace $trace, frames $digest"
	# shellcheck disable=SC2086 # an option or nothing
	timeout -s INT 3600 "$B/rangeley" fake --ram 128MiB --steps "$steps" \
	    --image "$B/images/$kernel/image-fake.elf" --tick 10ns \
	    --seeds "$SEEDS" $TWICE run=bridge_mix "$@" >"$t/out" 2>"$t/err"
	say $? "$kernel, fake: seeds $SEEDS${TWICE:+, each twice}: $(figures) $(
	    grep '^trace' "$t/out")"
done
exit $bad
