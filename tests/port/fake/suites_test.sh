#!/bin/sh
# suites_test.sh: the suites of the timed machine on the fake one: what they
# expect does not depend on time, or is as true of a clock set by hand.
#
#	litmus	no forbidden outcome by any of the seeds; twins are caught
#	intr	interrupts (intr_test.sh says what they show; of `latency' it is that
#		none is lost), twins are caught
#	ipl	port/machdep's interrupts and levels
#	prim	the kernel's primitives, as many checks as on the timed machine
#	torture	registers, flags and memory as without hooks, which the
#		annotator's faults (--break) change
set -u
: "${B:=build}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

run() {	# arg...
	timeout 200 "$B/rangeley" fake --json --image "$@" >"$t/out" 2>"$t/err"
}
. tests/say.subr
seen="$t/err $t/out"
turns() {
	jq -r '"\(.steps) steps in \(.turns) turns"' "$t/out"
}

for test in mp sb iriw count spin ring; do
	run litmus --seeds 1..5 "test=$test"
	say $? "litmus $test: $(turns)"
done
for test in count spin; do
	run litmus --seeds 1..5 "test=$test" broken=1
	[ $? -eq 1 ] && [ "$(jq .not_good "$t/out")" -eq 5 ]
	say $? "litmus $test without its protection is caught by each seed"
done

for test in hz deadline ipi masked nesting alone; do
	run intr --seeds 1..20 "test=$test"
	say $? "intr $test: $(turns)"
done
for test in halt mwait; do
	run intr --steps 0 "test=$test"
	say $? "intr $test: $(turns)"
	run intr "test=$test" broken=1
	[ $? -eq 1 ] && jq -r .message "$t/out" |
	    grep -q 'every CPU is halted and nothing is under way'
	say $? "intr $test without protection is caught"
done
# 10,000 interrupts, 5 us apart; a step of the code between them is long.
run intr --tick 10ns test=latency
say $? "intr latency: $(turns)"
for test in masked nesting; do
	run intr "test=$test" broken=1
	[ $? -eq 1 ] && jq -e '.results[-1].total_cyc > 0' "$t/out" >"$t/row"
	say $? "intr $test without protection is caught"
done
run intr test=no-idt
[ $? -eq 1 ] && jq -r .message "$t/out" |
    grep -q 'interrupt 65, but the IDT ends before its gate'
say $? 'intr no-idt'

run ipl --seeds 1..20
say $? "ipl: $(turns)"
run ipl
jq -e '.results[] | select(.name == "checks" and .n > 3500)' "$t/out" >"$t/row"
say $? "ipl: $(jq .n "$t/row") checks"
run prim --seeds 1..3
say $? "prim: $(turns)"
run prim
"$B/native-run" "$B/images/prim/plain.elf" >"$t/native"
for group in edge race ring ring-race; do
	want=$(sed -n "s/^result $group \([0-9]*\) .*/\1/p" "$t/native")
	[ "$want" -gt 0 ] && [ "$(jq --arg g $group \
	    '.results[] | select(.name == $g) | .n' "$t/out")" -eq "$want" ]
	say $? "prim $group: $want checks, as natively"
done

"$B/native-run" "$B/images/torture/plain.elf" |
    awk '/^result/ { print $2, $4 }' >"$t/want"
tortured() {	# image
	run "$1" --seeds "$2"
	jq -r '.results[] | "\(.name) \(.total_cyc)"' "$t/out" >"$t/got"
	[ -s "$t/want" ] && cmp "$t/want" "$t/got" >"$t/err"
}
for seed in 1 2 3 4 5; do
	tortured torture $seed
	say $? "torture by seed $seed"
done
. "$B/fuzz-annotate.env"
broken() {	# how: annotate both units again, wrongly
	objs=
	for u in torture torture_asm; do
		# shellcheck disable=SC2086 # nothing, or an option
		"$B/annotate" --fake $1 --unit "tests_port_img_$u" \
		    "$B/images/torture/tests/port/img/$u.s" >"$t/$u.s" &&
		    $KCC -c "$t/$u.s" -o "$t/$u.o" || exit 1
		objs="$objs $t/$u.o"
	done
	# shellcheck disable=SC2086 # lists
	"$B/annotate" --thunks -o "$t/thunks.S" $objs &&
	    $KCC -c -Isim "$t/thunks.S" -o "$t/thunks.o" &&
	    $LD_IMAGE --defsym=seam_image_flags=8 $objs "$t/thunks.o" \
		-o "$t/twin.elf" || exit 1
}
broken ''
tortured "$t/twin.elf" 1
say $? 'torture, built here'
for how in liveness flags; do
	broken "--break=$how"
	! tortured "$t/twin.elf" 1
	say $? "torture: --break=$how is noticed"
done
exit $bad
