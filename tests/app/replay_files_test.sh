#!/bin/sh
# replay_files_test.sh: what a replay reads and writes: captures on standard input and
# output come clean, nothing that is read is written, what could not be written is said.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out $t/err"
scenario=scenarios/mpsafe-8cores.ini
mixed=$B/replay/mixed.pcap

replay() {
	"$B/rangeley" replay $scenario --quiet --results "$t/r" "$@" >"$t/out" 2>"$t/err"
}
# refused PATTERN OPTION...: exit code 2, before a kernel has begun.
refused() {
	p=$1
	shift
	replay "$@" </dev/null
	[ $? -eq 2 ] && grep -Eq -e "$p" "$t/err" && ! grep -q '^Rangeley: a kernel' "$t/err" "$t/out"
	say $? "refused: $*"
}

# ---- standard output: the capture only
replay --in "wm0,wm2=$mixed" --out "wm0=$t/o0" --out "wm2=$t/o2"
for to in - /dev/stdout; do
	replay --in "wm0,wm2=$mixed" --out wm2=$to
	[ $? -eq 0 ] && cmp "$t/out" "$t/o2" >>"$t/err" && grep -q '^frames: 4000 in' "$t/err"
	say $? "--out wm2=$to: the same bytes as in a file, and the report elsewhere"
done
replay --in "wm0=$mixed" --limit-frames 20 --hops -
[ $? -eq 0 ] && [ "$(jq -s length "$t/out")" = "$(jq .frames.out "$t/r/stats.json")" ] &&
    grep -q '^frames: 20 in' "$t/err"
say $? '--hops -: lines of JSON only'
replay --in "wm0=$mixed" --topspeed --drops -
[ $? -eq 0 ] && [ "$(jq -s length "$t/out")" = "$(jq '[.frames.dropped[]] | add' "$t/r/stats.json")" ]
say $? '--drops -: lines of JSON only'
refused '^rangeley: --json and --out wm2=- both want' --in "wm0=$mixed" --out wm2=- --json
refused '^rangeley: --out wm2=- and --hops - are the same' --in "wm0=$mixed" --out wm2=- --hops -
[ ! -e ./- ]
say $? 'no file is called -'

# ---- standard input: once
# shellcheck disable=SC2002 # a pipe
cat "$mixed" | replay --in wm0,wm2=- --out "wm0=$t/p0" --out "wm2=$t/p2" &&
    cmp "$t/o0" "$t/p0" >>"$t/err" && cmp "$t/o2" "$t/p2" >>"$t/err"
say $? '--in wm0,wm2=-: as from a file'
TMPDIR=$t/none refused 'standard input.: no temporary file: .*; set TMPDIR' --in wm0=-
mkfifo "$t/fifo"
cat "$mixed" >"$t/fifo" &
replay --in "wm0,wm2=$t/fifo" --out "wm2=$t/p2" && cmp "$t/o2" "$t/p2" >>"$t/err"
say $? 'and from a pipe that has a name'
refused '^rangeley: --in wm0=- and --in wm2=-: there is one standard input' --in wm0=- --in wm2=-

# ---- what is read is not written, nothing is written twice
cp "$mixed" "$t/a"
cp "$t/a" "$t/keep"
ln "$t/a" "$t/hard"
ln -s a "$t/soft"
for to in a hard soft; do
	refused "^rangeley: --in wm0,wm2=$t/a and --out wm2=$t/$to are the same file" \
	    --in "wm0,wm2=$t/a" --out "wm2=$t/$to"
	refused "^rangeley: --in wm0=$t/a and --hops $t/$to are" --in "wm0=$t/a" --hops "$t/$to"
	refused "^rangeley: --in wm0=$t/a and --drops $t/$to are" --in "wm0=$t/a" --drops "$t/$to"
done
refused "^rangeley: --out wm0=.* and --out wm2=.* are the same" --in "wm0=$t/a" \
    --out "wm2=$t/new" --out "wm0=$t/./new"
refused "^rangeley: --drops .* and --hops .* are the same" --in "wm0=$t/a" \
    --drops "$t/new" --hops "$t/new"
refused "^rangeley: scenarios.* and --hops $scenario are the same" --in "wm0=$t/a" \
    --hops $scenario
refused "$t/none: No such file" --in "wm0=$t/a" --in "wm2=$t/none" --out "wm0=$t/keep"
[ ! -e "$t/new" ] && cmp "$t/a" "$t/keep" >>"$t/err"
say $? 'nothing was written'
replay --in "wm0=$t/a" --limit-frames 10 --out wm0=/dev/null --out wm2=/dev/null \
    --hops /dev/null
say $? '/dev/null is there for all'

# ---- what could not be written
full() {
	replay --in "wm0=$mixed" --topspeed "$@"
	[ $? -eq 2 ] && grep -q '^rangeley: /dev/full: not all .*No space' "$t/err"
	say $? "no room: $*"
}
full --hops /dev/full
full --drops /dev/full
full --out wm2=/dev/full
(
	ulimit -f 200 # half-KiB blocks
	trap '' XFSZ
	replay --in "wm0,wm2=$mixed" --out "wm2=$t/long"
)
[ $? -eq 2 ] && grep -q "^rangeley: $t/long: not all frames .*: File too large" "$t/err"
say $? 'no room after some frames: the reason is that of the first one'
"$B/rangeley" replay $scenario --quiet --results "$t/r" --in "wm0=$mixed" --limit-frames 10 \
    --hops "$t/hops" >&- 2>"$t/err"
[ $? -eq 2 ] && grep -q '^rangeley: standard output: cannot write' "$t/err" &&
    [ "$(jq -s length "$t/hops")" = "$(jq .frames.out "$t/r/stats.json")" ]
say $? 'no standard output: no file takes its place'
mkdir "$t/full"
for f in config.ini summary.txt hops.csv MANIFEST stats.json; do
	ln -sf /dev/full "$t/full/$f"
	replay --in "wm0=$mixed" --limit-frames 10 --results "$t/full"
	[ $? -eq 2 ] && grep -q "^rangeley: $t/full/$f: cannot write.*No space" "$t/err" &&
	    grep -q '^frames: 10 in' "$t/out"
	say $? "no room for $f: said, and the report is printed"
	rm "$t/full/$f"
done
for to in /proc/none "$mixed" ''; do
	refused '^rangeley: .*; give --results DIR' --in "wm0=$mixed" --results "$to"
done
refused '^rangeley: --hops .*json and --results .*json are' --in "wm0=$mixed" \
    --results "$t/later" --hops "$t/later/stats.json"
[ ! -e "$t/later" ] && replay --in "wm0=$mixed" --limit-frames 10 --results "$t/later" \
    --out "wm2=$t/later/wm2.pcap" && [ -s "$t/later/wm2.pcap" ]
say $? 'the folder is there before what is written into it'

# ---- SIGINT in the middle: what there is, is whole
"$B/rangeley" replay $scenario --quiet --results "$t/r" --in "wm0,wm2=$mixed" --loop 1000000 \
    --out "wm2=$t/int" --hops "$t/hops" >"$t/out" 2>"$t/err" &
pid=$!
until [ -s "$t/int" ] || ! kill -0 $pid; do sleep 0.1; done
kill -INT $pid
wait $pid
[ $? -eq 130 ] && grep -q '^frames: [1-9]' "$t/out" && grep -q 'rangeley: interrupted' "$t/err" &&
    [ "$(jq -s length "$t/hops")" = "$(jq .frames.out "$t/r/stats.json")" ] &&
    replay --in "wm0=$t/int" --limit 1
say $? 'SIGINT: report, capture and lines are there, and whole'

# ---- captool: what is wrong is said before a file is written, and is no difference
cp "$t/keep" "$t/made"
for words in "udp ten 10 $t/made" "udp 10 -1 $t/made" "udp 10 10 $t/made 1 63" "mixed 10 10 $t/made 1 64" \
    "same $t/none $t/made" "same $t/made $t/none"; do
	# shellcheck disable=SC2086 # words
	"$B/captool" $words >"$t/out" 2>"$t/err"
	[ $? -eq 2 ] && [ "$(wc -l <"$t/err")" = 1 ] && cmp "$t/keep" "$t/made" >>"$t/err"
	say $? "captool $words: refused"
done

# ---- how far it is: of both ports, on a terminal
script -qec "$B/rangeley replay $scenario --results $t/r --in wm0,wm2=$mixed --loop 20 \
    --limit-frames 30000" /dev/null >"$t/out" 2>"$t/err"
grep -aEq 'replay: [0-9]+ of 60000, [0-9]+ s left' "$t/out"
say $? 'progress says how many frames there will be, and the time left'
script -qec "$B/rangeley replay $scenario --results $t/r --in wm0=$mixed --pps 0.02 \
    --limit-frames 2" /dev/null >"$t/out" 2>"$t/err"
[ "$(grep -ao 'replay: 1 of 2' "$t/out" | wc -l)" -gt 1 ]
say $? 'progress goes on while nothing is sent'
exit $bad
