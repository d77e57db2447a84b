#!/bin/sh
# trial_test.sh: trials of the tester on the modelled bridge: the same seed gives the same
# bytes; below capacity nothing is lost, wire rate is wire rate, above it loss is a result;
# a flow's order is kept; flows spread over queues as the tester's own hash says; bad input
# is refused with a remedy.
# Twins: trial_twins.sh; and a driver that loses frames without saying so is found out.
#
#	trial_test.sh [PART...]
set -u
: "${B:=build}" "${RANGELEY:=$B/rangeley}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
parts=" $* "
part() { case $parts in '  ' | *" $1 "*) ;; *) return 1 ;; esac; }
m8=scenarios/mpsafe-8cores.ini

trial() {	# option...: JSON in $t/json
	"$RANGELEY" trial --quiet --json "$@" >"$t/json" 2>"$t/out"
}
is() { [ "$(jq "$1" "$t/json")" = true ] || { jq "$1, ." "$t/json" >>"$t/out"; false; } }

if part below; then
# ---- 2 rounds of 1001 flows both ways, below capacity
trial $m8 --frame-size 74 --pps 100100 --duration 20ms --results "$t/a"
say $? 'a trial below capacity'
is '.tx == 4004 and .rx == 4004 and .lost == 0 and .rx_fps == 200200 and
    (.stopped_at_loss | not) and ([.drops[]] | add) == 0'
say $? 'nothing is lost: 2 rounds of 1001 flows, both ways'
is '.directions | length == 2 and .[0].from == "wm0" and .[0].to == "wm2" and
    .[1].from == "wm2" and .[1].to == "wm0" and
    all(.[]; .tx == 2002 and .rx == 2002 and .lost + .drop + .dup + .outofrange +
	.late + .other + .tx_underrun == 0 and .reorder_flow == 0 and .flows == 1001 and
	.latency_ns.n == 2002)'
say $? 'each direction has its half; the order of each flow is kept'
# 500.5 is a quarter of two rounds.
is 'all(.directions[]; .queues == .toeplitz and (.queues | length) == 4 and
    all(.queues[]; . >= 500.5 * 0.99 and . <= 500.5 * 1.01))'
say $? "queues have what the tester's hash says, each a quarter to 1 %"
is '.latency_ns | .min > 1000 and .min <= .p50 and .p50 <= .p99 and .p99 <= .max and
    .max < 1000000'
say $? 'latencies are in order'
cp "$t/json" "$t/first"
trial $m8 --frame-size 74 --pps 100100 --duration 20ms --results "$t/b"
cmp "$t/json" "$t/first" >>"$t/out" 2>&1 && diff -r "$t/a" "$t/b" >>"$t/out" &&
    cmp "$t/json" "$t/a/stats.json" >>"$t/out" 2>&1
say $? 'the same again: the same bytes, here and in the folder'
[ "$(ls "$t/a" | tr '\n' ' ')" = 'MANIFEST config.ini stats.json summary.txt ' ] &&
    grep -q '^RX-reorder/flow  *0  *0$' "$t/a/summary.txt" &&
    grep -q '^flows (default) 1001$' "$t/a/MANIFEST"
say $? 'the folder has what it should'
trial "$t/a/config.ini" --frame-size 74 --pps 100100 --duration 20ms &&
    [ "$(jq 'del(.scenario)' "$t/json")" = "$(jq 'del(.scenario)' "$t/first")" ]
say $? 'its config.ini gives the same trial'
trial $m8 --frame-size 74 --pps 100100 --duration 20ms --stop-at-loss &&
    cmp "$t/json" "$t/first" >>"$t/out" 2>&1
say $? '--stop-at-loss changes nothing where nothing is lost'
trial $m8 --frame-size 74 --pps 100100 --duration 20ms --seed 2
[ "$(jq .latency_ns "$t/json")" != "$(jq .latency_ns "$t/first")" ] && is '.lost == 0 and .seed == 2'
say $? 'another seed: other phases'
trial $m8 --frame-size 74 --pps 100100 --duration 20ms --set pcie.flight=180ns
is '.lost == 0' && [ "$(jq .latency_ns.p50 "$t/json")" != "$(jq .latency_ns.p50 "$t/first")" ]
say $? '--set: another machine'

# ---- the wire's rate: 10^9 / 8 / (1518 + 20); 20 ms are 1625.5 frames
trial $m8 --frame-size 1518 --pps max --duration 20ms
is '.theoretical_pps == 81274.382 and .pps == .theoretical_pps and .lost == 0 and
    all(.directions[]; .tx == 1625 or .tx == 1626)'
say $? 'wire rate of 1518 bytes: all of it'

fi

# ---- overload
if part over; then
trial $m8 --frame-size 64 --pps max --duration 5ms
say $? 'loss is no error'
is '.lost > 0 and .lost == .tx - .rx and .lost == ([.drops[]] | add) and .in_flight == 0 and
    (.stopped_at_loss | not) and .sending_ns == 5000000 and
    all(.directions[]; .drop == .lost + .outofrange and .latency_ns.n == .rx)'
say $? 'what is lost was dropped somewhere, and is missed; warm-up is not in it'
# Eight rings of 255 are full then; most of that is dropped later, as one pktq has 256.
trial scenarios/mpsafe-1core.ini --frame-size 64 --pps max --duration 5ms --drain 1us &&
    is '.in_flight > 1000 and .lost == .in_flight + ([.drops[]] | add) and
	([.directions[].late] | add) < 512'
say $? 'a drain that is too short: the rest is in flight, which is no error'
trial $m8 --frame-size 64 --pps max --duration 5ms --warm 0ms
full=$(jq .tx "$t/json")
trial $m8 --frame-size 64 --pps max --duration 5ms --warm 0ms --stop-at-loss
is '.stopped_at_loss and .lost > 0 and .sending_ns < 5000000 and .lost == .tx - .rx' &&
    [ "$(jq .tx "$t/json")" -lt "$full" ]
say $? '--stop-at-loss ends it early'
trial scenarios/generic.ini --frame-size 64 --pps max --duration 20ms --stop-at-loss
is '.stopped_at_loss and (.directions[0].queues | length) == 1'
say $? 'GENERIC: one queue; its drops stop a trial, too'
"$RANGELEY" trial --quiet $m8 --frame-size 64 --pps max --duration 5ms --stop-at-loss \
    >"$t/out" 2>&1
grep -q '^stopped after .* a frame was dropped' "$t/out" && grep -q '^RX-drop ' "$t/out"
say $? '.. which the text says'
# A bridge that does not learn sends all from two ports to a third, twice its wire's rate.
cp scenarios/mpsafe*.ini "$t" && cat >"$t/flood.ini" <<'END'
[scenario]
inherit = mpsafe-8cores.ini
[setup]
1 = ifconfig bridge0 create
2 = brconfig bridge0 add wm0 add wm1 add wm2 -learn wm0 -learn wm1 -learn wm2 up
3 = ifconfig wm0 up
4 = ifconfig wm1 up
5 = ifconfig wm2 up
END
trial "$t/flood.ini" --frame-size 1518 --pps max --duration 40ms &&
    is '.lost == 0 and .drops.if_snd > 100 and .in_flight == 0'
say $? 'copies that are dropped are neither lost nor, less than none, in flight'

fi

# ---- pacing, flows, ways
if part ways; then
trial $m8 --frame-size 74 --pps 99300 --duration 10ms --pace burst
is '.pace == "burst" and .lost == 0 and all(.directions[]; .tx == 993) and
    .latency_ns.p50 > 8000'
say $? 'bursts as ipgen has them'
printf '10.0.0.1:7 10.0.0.2:8\n10.0.0.3:9 10.0.0.4:10 # and back\n' >"$t/flows"
trial $m8 --frame-size 64 --pps 10000 --duration 10ms --one-way --ports wm2,wm0 \
    --flows "$t/flows"
is '.tx == 100 and .lost == 0 and (.directions | length) == 1 and
    (.directions[0] | .from == "wm2" and .to == "wm0" and .flows == 2 and
	(.toeplitz | add) == 100)'
say $? '--one-way, --ports, --flows'
trial $m8 --frame-size 64 --pps 0.001 --duration 1ms --learn 0
is '.tx == 0 and .rx == 0 and .latency_ns.n == 0'
say $? 'a trial without a frame'

trial $m8 --frame-size 64 --pps max --frames 100
is '.tx == 200 and .lost == 0 and .sending_ns >= 100 * 672 and .sending_ns < 101 * 672 and
    .rx_fps <= 2 * .theoretical_pps and .last_lost_ns == null and .latency_ns.max < 1000000'
say $? '--frames: a burst, into a machine that is empty again'
# Begins after 60 ms of the machine, and lasts for a second.
trial $m8 --frame-size 64 --pps 100000 --duration 1s --warm 1ms --limit 90ms
[ $? -eq 4 ] && is '.tx > 2000 and .tx - .rx == .lost and .steps[0].tx == .tx and
    .steps[0].lost == .lost and (.sending_ns / 10000 * 2 - .tx | fabs) <= 2 and
    (.rx_fps - 200000 | fabs) < 1000'
say $? 'one that is cut: what was sent until then, and for how long'
trial $m8 --frame-size 64 --pps 100000 --limit 40ms
[ $? -eq 4 ] && is '.tx == 0 and .sending_ns == 0 and .last_lost_ns == null'
say $? '.. before it began: nothing was lost'
# Far too much for 3 ms, then what is easy: nothing is lost of that for long.
trial $m8 --frame-size 74 --pps max,100000 --duration 3ms,7ms
is '.duration_ns == 10000000 and (.steps | length) == 2 and .steps[0].tx >= 2 * 3989 and
    .steps[1].tx == 1400 and .steps[0].lost > 1000 and
    .steps[0].lost + .steps[1].lost == .lost and
    (.last_lost_ns > 2900000 and .last_lost_ns < 7000000) and
    (.steps[1].lost > 0) == (.last_lost_ns >= 3000000)'
say $? 'steps: from overload to an easy load, and when the last loss was'

fi

# ---- bad input
if part usage; then
usage() {	# pattern option...
	p=$1
	shift
	trial "$@"
	rc=$?
	[ $rc -eq 2 ] && grep -Eq -e "$p" "$t/out"
	say $? "usage: $p"
}
usage 'no scenario and no --image' --frame-size 64 --pps 1
usage 'how long are frames. give --frame-size 64' $m8 --pps 1
usage 'how many frames. give --pps 100000, or --pps max' $m8 --frame-size 64
usage "frame-size: '63' is no number from 64 to 1518" $m8 --frame-size 63
usage "frame-size: '1519' is no number from 64 to 1518" $m8 --frame-size 1519
usage "pps: '0' is no number above 0" $m8 --frame-size 64 --pps 0
usage "pps: 'many' is no number above 0" $m8 --frame-size 64 --pps many
usage "pps: '' is no number above 0" $m8 --frame-size 64 --pps 1,
usage 'more than 8 steps' $m8 --frame-size 64 --pps 1,2,3,4,5,6,7,8,9
usage 'there are 3 steps and 2 times; give one' $m8 --frame-size 64 --pps 1,2,max \
    --duration 1ms,2ms
usage "frames: '0' is no number from 1" $m8 --frames 0
for seed in 9223372036854775808 18446744073709551616; do
	usage "seed: '$seed' is no number from 0 to 9223372036854775807" $m8 --seed $seed
done
usage "pace: 'often': write steady or burst" $m8 --pace often
usage "burst-hz: '0' is no number from 1 to 1000000" $m8 --burst-hz 0
usage "ports: 'wm0': write two of wm0 to wm3, wm0,wm2" $m8 --ports wm0
usage "ports: 'wm0,wm0': write two of" $m8 --ports wm0,wm0
usage "duration: .*write" $m8 --duration 5
usage 'none.flows: No such file .*; give a file with a flow' $m8 --frame-size 64 --pps 1 \
    --flows none.flows
echo '10.0.0.1 10.0.0.2' >"$t/flows"
usage 'flows:1: this is no flow; write e.g. 198.18.0.1:8000' $m8 --frame-size 64 --pps 1 \
    --flows "$t/flows"
fi

# ---- twin
if part twin; then
tests/app/twin_kernel.sh NET_MPSAFE >"$t/out" 2>&1
say $? 'the twin builds'
trial $m8 --frame-size 74 --pps 100100 --duration 5ms --image NET_MPSAFE-twins bug=15
[ $? -eq 1 ] && grep -q 'not all frames are accounted for' "$t/out" && is '.lost > 0'
say $? 'a driver that loses frames in silence is found out'
trial $m8 --frame-size 74 --pps 100100 --duration 5ms --image NET_MPSAFE-twins bug=0
is '.lost == 0'
say $? '.. and is right without the error'
fi
exit $bad
