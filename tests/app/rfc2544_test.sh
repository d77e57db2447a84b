#!/bin/sh
# rfc2544_test.sh: `rangeley rfc2544' finds the same however many trials run at a time and
# wherever it was interrupted; a wire-limited cell is the theoretical maximum, exactly;
# what it prints agrees in all forms; bad input is refused.  Bursts and recovery: the same,
# and what is reported of them is what trials by hand give.  What it finds of a device of
# known capacity is test_search's, of one with a known buffer test_burst's.
#
# Twins: a machine with slower memory forwards less where the CPU is the limit, and as
# much where the wire is; a memo of another machine is not used; a longer burst loses
# frames; one that fits the queues of two CPUs does not fit that of one; rfc2544_twins.sh.
#
#	rfc2544_test.sh [PART...]
set -u
: "${B:=build}" "${RANGELEY:=$B/rangeley}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out $t/err"
parts=" $* "
part() { case $parts in '  ' | *" $1 "*) ;; *) return 1 ;; esac; }
one=scenarios/mpsafe-1core.ini

measure() {	# folder option...: JSON in $t/out
	r=$1
	shift
	"$RANGELEY" rfc2544 $one --sizes 74,1518 --trial 8ms --short 4ms --warm 1ms \
	    --drain 10ms --resolution 2 --quiet --json --results "$t/$r" "$@" \
	    >"$t/out" 2>"$t/err"
}
fps() { jq ".results[] | select(.frame_size == $1) | .throughput_fps" "$t/$2/results.json"; }

if part search; then
measure a --jobs 1 && cp "$t/out" "$t/want" && cmp -s "$t/out" "$t/a/results.json"
say $? 'two sizes: what is printed is results.json'
[ "$(fps 1518 a)" = 162548.765 ]
say $? 'the longest frames: the theoretical maximum, to the frame'
jq -e '.results[0] | .frame_size == 74 and .throughput_fps > 200000 and
    .throughput_fps < 500000 and .latency_ns.n > 1000 and .min == .max' \
    "$t/a/results.json" >"$t/out"
say $? 'the shortest: some hundred thousand'
n=$(jq '.results[0].latency_ns.n' "$t/a/results.json")
grep -q "^mpsafe-1core,74,[0-9.]*,$n,[0-9.]*," "$t/a/latency.csv"
say $? 'latency.csv has them, of so many frames'
measure b --jobs 4 --repeats 2 --seed 1 && [ "$(fps 74 a)" = "$(fps 74 b)" ]
say $? '--jobs 4, with another search beside it: the same'

# Cut short in its last line: what is missing is made again.
mkdir "$t/c" && head -c -40 "$t/a/trials.jsonl" >"$t/c/trials.jsonl"
measure c && cmp -s "$t/out" "$t/want" &&
    [ "$(wc -l <"$t/c/trials.jsonl")" = "$(wc -l <"$t/a/trials.jsonl")" ]
say $? 'goes on after an interrupt: the same bytes'
sed -i '2s/"lost":[0-9]*/"lost":7/' "$t/c/trials.jsonl"
sed -i '1s/^/x/' "$t/c/trials.jsonl"
measure c
[ $? = 2 ] && grep -q '^rangeley: .*/c/trials.jsonl:1: this is no trial; remove the file' "$t/err"
say $? 'a damaged memo is refused by line'
# What has been found is not lost where it cannot be written anew.
mkdir -p "$t/n/trials.jsonl.new" && cp "$t/a/trials.jsonl" "$t/n"
measure n
[ $? = 2 ] && grep -q 'n/trials.jsonl: .*; name a folder' "$t/err" &&
    cmp -s "$t/a/trials.jsonl" "$t/n/trials.jsonl"
say $? 'a memo that cannot be written is as it was'
# As a terminal does: to the trials, too, which get it twice.
setsid "$RANGELEY" rfc2544 $one --sizes 74 --trial 100s --quiet \
    --results "$t/i" >"$t/out" 2>"$t/err" &
pid=$! tries=0
until [ "$(wc -w <"/proc/$pid/task/$pid/children")" = 1 ] || [ $tries -gt 600 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
sleep 1
kill -INT -$pid
wait $pid
[ $? = 130 ] && [ "$(wc -l <"$t/err")" = 1 ] && grep -q '^rangeley: interrupted; ' "$t/err"
say $? 'SIGINT of a terminal: it says so, and no more'

for form in text csv ipgen; do
	"$RANGELEY" rfc2544 $one --sizes 74,1518 --trial 8ms --short 4ms --warm 1ms \
	    --drain 10ms --resolution 2 --quiet --format $form --results "$t/a" >"$t/$form"
done
grep -q "^1518,162.5$" "$t/csv" && grep -q '^1518 .* 162\.5$' "$t/text" &&
    [ "$(jq '."mpsafe-1core"."1518".curpps' "$t/ipgen")" = 81274 ]
say $? 'text, csv and ipgen say the same'

measure d --set dram.latency=250cyc --set dram.row=60cyc
[ "$(fps 1518 d)" = 162548.765 ] &&
    awk -v a="$(fps 74 a)" -v d="$(fps 74 d)" 'BEGIN { exit !(d < a * 0.99) }'
say $? 'twin: with slower memory less where the CPU is the limit'
"$RANGELEY" rfc2544 $one --sizes 1518 --test loss --trial 3ms --warm 1ms --drain 10ms \
    --quiet --results "$t/l" >"$t/out" && grep -q '^mpsafe-1core,1518,100,[0-9]*,0,0.0000$' "$t/out" &&
    [ "$(wc -l <"$t/out")" = 3 ]
say $? 'frame loss rate: 100 % and 90 % without loss, and no more'

fi

# ---- bursts and recovery ------------------------------------------------------------------

# bench folder test option...: two seeds, JSON in $t/out
bench() {
	r=$1 test=$2
	shift 2
	"$RANGELEY" rfc2544 $one --sizes 74,1518 --test "$test" --trial 4ms --short 2ms \
	    --warm 1ms --resolution 4 --repeats 2 --overload 4ms --recover 2ms --quiet \
	    --json --results "$t/$r" "$@" >"$t/out" 2>"$t/err"
}
if part bursts; then
bench e back-to-back --jobs 1 && cp "$t/out" "$t/want"
say $? 'back-to-back frames'
# Frames of both directions wait in the one pktq, of 256 slots, of the one CPU; a few are
# through when the last one comes: 128 of each, and at most 1 in 8 (its throughput) more.
jq -e '.results[0] | .back_to_back | .frames.min >= 120 and .frames.max <= 128 * 9 / 8 and
    (.each | length) == 2 and .at_limit == 0' "$t/want" >"$t/out"
say $? 'as many as a queue has slots'
# RFC 9004, 5.4; frames of 74 bytes, 94 on the wire with preamble and gap.
jq -e '.results[0] | (1e9 / 94 / 8) as $w | .back_to_back as $b |
    ($b.frames.average / $w) as $s | (.throughput_fps / 2) as $t |
    ($b.each | add / 2) == $b.frames.average and
    ($b.implied_buffer_s - $s | fabs) < 2e-9 and
    ($b.corrected_buffer_s - $s * (1 - $t / $w) | fabs) < 2e-9' "$t/want" >"$t/out"
say $? 'implied and corrected times of the buffer'
jq -e '.results[1] | .frame_size == 1518 and .back_to_back == null' "$t/want" >"$t/out" &&
    grep -q '^1518 *mpsafe-1core *not applicable: it forwards the wire' "$t/e/summary.txt" &&
    [ "$(sed -n 3p "$t/e/back-to-back.csv")" = 'mpsafe-1core,1518,162548.765,,,,,,,' ]
say $? 'not where nothing is too much'

lost_of() {	# scenario frames: what a burst of so many loses
	"$RANGELEY" trial "scenarios/$1.ini" --frame-size 74 --pps max --frames "$2" \
	    --duration 200ms --warm 1ms --json --quiet 2>"$t/err" | jq .lost
}
n=$(jq '.results[0].back_to_back.each[0]' "$t/want")
[ "$(lost_of mpsafe-1core "$n")" = 0 ] && [ "$(lost_of mpsafe-1core $((n + n / 20 + 1)))" -gt 0 ]
say $? "a burst of $n loses nothing; twin: one 5 % longer does"
[ "$(lost_of mpsafe-2cores 230)" = 0 ] && [ "$(lost_of mpsafe-1core 230)" -gt 0 ]
say $? 'two CPUs have two queues'

mkdir "$t/g" && head -n -12 "$t/e/trials.jsonl" >"$t/g/trials.jsonl"
bench g back-to-back --jobs 4 && cmp -s "$t/out" "$t/want"
say $? 'without the last twelve trials, --jobs 4: the same bytes'
fi

if part recovery; then
mkdir "$t/f"
bench e recovery && cp "$t/out" "$t/want" &&
    jq -e '.results[0] | .recovery.overload_pps as $p | $p == (.pps * 1.1 | floor) and
    ([.recovery.each[].overload_lost] | min) > 0' "$t/want" >"$t/out"
say $? 'recovery: overloaded at 110 %'
# The same by hand: let the last frame of the one have been lost 0.25 ms after the change,
# which was at 4 ms; of the other 1.5 ms after it, in the second half of 2 ms.
awk '/"duration_ns":6000000/ { sub(/"last_lost_ns":[a-z0-9]*/,
	n++ == 0 ? "\"last_lost_ns\":4250000" : "\"last_lost_ns\":5500000") } { print }' \
    "$t/e/trials.jsonl" >"$t/f/trials.jsonl"
bench f recovery && jq -e '.results[0].recovery | .not_recovered == 1 and .seconds ==
    { average: 0.000875, median: 0.000875, min: 0.00025, max: 0.0015,
      deviation: 0.000883883 }' "$t/out" >"$t/want"
say $? 'recovery: from the change to the last loss; not once the time is half over'

fi

# ---- two criteria ---------------------------------------------------------------------------
if part criteria; then
measure a --loss 0,1 && jq -e '[.results[] | select(.frame_size == 74)] |
    (.[0] | .criterion == "NDR" and .loss_percent == 0) and
    (.[1] | .criterion == "PDR" and .loss_percent == 1) and
    .[0].throughput_fps <= .[1].throughput_fps and
    .[1].directions[0].lost <= .[1].directions[0].tx / 50' "$t/out" >"$t/want"
say $? 'no-drop and partial-drop rate in one run'
head -n 1 "$t/a/throughput.csv" | grep -qx 'frame_size,mpsafe-1core NDR,mpsafe-1core PDR 1%'
say $? 'named'
fi

if part usage; then

refused() {	# message option...
	m=$1
	shift
	"$RANGELEY" rfc2544 --results "$t/x" "$@" >"$t/out" 2>&1
	[ $? = 2 ] && grep -q "$m" "$t/out"
	say $? "refused: $*"
}
refused 'no scenario' --sizes 74
refused 'sizes from 64 to 1518' $one --sizes 63
refused "did you mean 'throughput'" $one --test troughput
refused "there are throughput, loss, back-to-back, recovery" $one --test moon
refused '1us or more' $one --trial 1ns
refused 'nosuch.ini' nosuch.ini
refused 'scenarios/bridge.ini: no frame was sent: .* with .boot. run = serve' scenarios/bridge.ini
refused 'dram.latenzy' $one --set dram.latenzy=1cyc
refused 'percent' $one --resolution 0
refused 'percent' $one --loss 0,x
refused 'only of --test throughput' $one --test recovery --loss 1
fi
exit $bad
