#!/bin/sh
# rfc2544_test.sh: `rangeley rfc2544' finds the same however many trials run at a time and
# wherever it was interrupted; a wire-limited cell is the theoretical maximum, exactly;
# what it prints agrees in all forms; bad input is refused.  What it finds of a device of
# known capacity is test_search's.
#
# Twins: a machine with slower memory forwards less where the CPU is the limit, and as
# much where the wire is; a memo of another machine is not used.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
one=scenarios/mpsafe-1core.ini

measure() {	# folder option...: JSON in $t/out
	r=$1
	shift
	"$B/rangeley" rfc2544 $one --sizes 74,1518 --trial 8ms --short 4ms --warm 1ms \
	    --drain 10ms --resolution 2 --quiet --json --results "$t/$r" "$@" \
	    >"$t/out" 2>"$t/err"
}
fps() { jq ".results[] | select(.frame_size == $1) | .throughput_fps" "$t/$2/results.json"; }

measure a --jobs 1 && cp "$t/out" "$t/want" && cmp -s "$t/out" "$t/a/results.json"
say $? 'two sizes: what is printed is results.json'
[ "$(fps 1518 a)" = 162548.765 ]
say $? 'the longest frames: the theoretical maximum, to the frame'
jq -e '.results[0] | .frame_size == 74 and .throughput_fps > 200000 and
    .throughput_fps < 500000 and .latency_ns.n > 1000 and .min == .max' \
    "$t/a/results.json" >"$t/out"
say $? 'the shortest: some hundred thousand'
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

for form in text csv ipgen; do
	"$B/rangeley" rfc2544 $one --sizes 74,1518 --trial 8ms --short 4ms --warm 1ms \
	    --drain 10ms --resolution 2 --quiet --format $form --results "$t/a" >"$t/$form"
done
grep -q "^1518,162.5$" "$t/csv" && grep -q '^1518 .* 162\.5$' "$t/text" &&
    [ "$(jq '."mpsafe-1core"."1518".curpps' "$t/ipgen")" = 81274 ]
say $? 'text, csv and ipgen say the same'

measure d --set dram.latency=250cyc --set dram.row=60cyc
[ "$(fps 1518 d)" = 162548.765 ] &&
    awk -v a="$(fps 74 a)" -v d="$(fps 74 d)" 'BEGIN { exit !(d < a * 0.99) }'
say $? 'twin: with slower memory less where the CPU is the limit'
"$B/rangeley" rfc2544 $one --sizes 1518 --test loss --trial 3ms --warm 1ms --drain 10ms \
    --quiet --results "$t/l" >"$t/out" && grep -q '^mpsafe-1core,1518,100,[0-9]*,0,0.0000$' "$t/out" &&
    [ "$(wc -l <"$t/out")" = 3 ]
say $? 'frame loss rate: 100 % and 90 % without loss, and no more'

refused() {	# message option...
	m=$1
	shift
	"$B/rangeley" rfc2544 --results "$t/x" "$@" >"$t/out" 2>&1
	[ $? = 2 ] && grep -q "$m" "$t/out"
	say $? "refused: $*"
}
refused 'no scenario' --sizes 74
refused 'sizes from 64 to 1518' $one --sizes 63
refused "did you mean 'throughput'" $one --test troughput
refused '1us or more' $one --trial 1ns
refused 'nosuch.ini' nosuch.ini
refused 'dram.latenzy' $one --set dram.latenzy=1cyc
refused 'percent' $one --resolution 0
exit $bad
