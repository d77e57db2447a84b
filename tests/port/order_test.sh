#!/bin/sh
# order_test.sh: eight CPUs see memory as if their accesses took turns.
#
#	litmus		no forbidden outcome, in production order and exactly
#	twins		without LOCK, or without the spin lock, some are seen
#	map		CPUs renamed within the topology: not a byte changes
#			(modules are CPUs 2k, 2k+1; CPU 0 boots and stays)
#	twin		1 and 2 exchanged, no automorphism: times change
#	contended	production order is within 0.5 % of exact order
#
# The ordered share: in exact order every data access is ordered, so it is
# ordered(production) / ordered(exact).
set -u
: "${B:=build}"
cc=$(cat "$B/flags.sim")	# sanitizers with it
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

run() {	# image file arg...
	image=$B/images/$1/image.elf out=$t/$2
	shift 2
	timeout 300 "$B/rangeley" run --image "$image" --json "$@" \
	    >"$out" 2>"$t/err"
}
. tests/say.subr
seen="$t/err"
# All that is reported but the hash over the CPUs in their order.
strip() {
	jq -S 'del(.trace)' "$t/$1" >"$t/$1.bare"
}

for test in mp sb iriw count spin ring; do
	run litmus prod "test=$test"; p=$?
	run litmus exact "test=$test" --exact-order; e=$?
	[ $p -eq 0 ] && [ $e -eq 0 ]
	say $? "$test: $(jq -nr --slurpfile p "$t/prod" --slurpfile e "$t/exact" \
	    '"ordered share \($p[0].stats.ordered / $e[0].stats.ordered * 1000 | round / 1000), switches \($p[0].stats.switches), largest correction \($p[0].stats.correction_max) cycles"')"
done
for test in count spin; do
	run litmus out "test=$test" broken=1
	[ $? -eq 1 ]
	say $? "$test without its protection is caught"
done

for test in mp sb iriw count spin ring; do
	run litmus base "test=$test" map=01234567
	strip base
	for map in 01674523 01325476 01456723; do
		run litmus map "test=$test" "map=$map" && strip map &&
		    cmp "$t/base.bare" "$t/map.bare" >"$t/err"
		say $? "$test: map $map changes nothing"
	done
	run litmus map "test=$test" map=02134567 && strip map &&
	    ! cmp -s "$t/base.bare" "$t/map.bare"
	say $? "$test: 1 and 2 exchanged are seen"
done

for b in handover-same-module handover-other-module handover-watched \
    counter-2-paired counter-2-spread counter-4-paired counter-4-spread \
    counter-8 false-sharing shared-read-8 clean-elsewhere memory-8 \
    upgrade-same-module upgrade-other-module; do
	run micro prod "only=$b" && run micro exact "only=$b" --exact-order
	jq -ner --slurpfile p "$t/prod" --slurpfile e "$t/exact" '
	    ($p[0].results[0].total_cyc) as $a |
	    ($e[0].results[0].total_cyc) as $b |
	    (($a - $b) / $b * 100) as $d |
	    "\($a) exact \($b) cycles, \($d * 1000 | round / 1000) %",
	    if $d < 0.5 and $d > -0.5 then empty
	    else error("over 0.5 %") end' >"$t/row" 2>"$t/err"
	say $? "$b: $(cat "$t/row")"
done

# Twin: no CPU waits for its turn; then a stamp is read before it was written.
sed '/^smp_wait(/,/^}/s/cpu->pos = at;/return;/' \
    sim/cpu/smp.c >"$t/smp.c"
twin=$B/order-twin
# shellcheck disable=SC2046 # lists
if ! cmp -s sim/cpu/smp.c "$t/smp.c" &&
    $cc -O1 -w -c "$t/smp.c" -o "$t/smp.o" &&
    $cc "$t/smp.o" "$B"/obj/app/*.o "$B/librangeley.a" -o "$twin" \
	$(pkg-config --libs inih jansson libpcap libdw libelf) -lsystemc \
		-lstdc++ -lpthread -lm
then
	"$twin" run --image "$B/images/litmus/image.elf" --json test=mp \
	    >"$t/out" 2>"$t/err"
	[ $? -eq 1 ] && jq -e '.results[-1].total_cyc > 0' "$t/out" >"$t/row"
	say $? 'without turns, mp sees what is still to be written'
else
	echo "not ok: the twin cannot be built"
	bad=1
fi
rm -f "$twin"
exit $bad
