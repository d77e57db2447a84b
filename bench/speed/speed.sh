#!/bin/sh
# speed.sh: how fast the packet path (pktpath/) is timed, beside the same
# program run natively and under cachegrind.  Writes results/speed/speed.json,
# or the file named OUT:
#
#	[ { "name", "ratio_to_native", "min", "max", "mips" }, ...,
#	  { "name": "ordered-access", "ns" }, { "name": "ordered-access-switch", "ns" } ]
#
# Times are processor time, user and system.  What starting up takes is out:
# each program runs FEW packets and MANY, and the difference counts.  A round
# runs every program once; ratios are made inside a round, so that load from
# outside hits all sides; printed are medians of ROUNDS with least and most.
# mips is simulated (or native) instructions, counted by callgrind, in a
# second.  All runs must leave the same checksum: exit code 1 when they do not.
#
# annotated-8cpu-N: eight CPUs with about N % of their accesses ordered; their
# "native" is the same program with eight CPUs' work done in turn.
set -eu
export LC_ALL=C
: "${B:=build}" "${ROUNDS:=9}" "${FEW:=10000}" "${MANY:=90000}"
shares="5 27 58" # common accesses for each packet: 1, 5, 10 % of all
: "${RANGELEY:=$B/rangeley}" "${OUT:=results/speed/speed.json}"
plain=$B/images/pktpath/plain.elf image=$B/images/pktpath/image.elf
. bench/speed/rows.subr
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# run FILE PACKETS COMMAND...: its processor time is added to FILE; its
# checksum must be that of all others with so many packets and CPUs.
run() {
	file=$1 packets=$2
	shift 2
	case "$*" in *cpus=8*) key=$packets.8 ;; *) key=$packets ;; esac
	"$B/cputime" "$t/ns" "$@" packets="$packets" >"$t/out" 2>"$t/err" || {
		cat "$t/err" >&2
		echo "speed.sh: failed: $*" >&2
		exit 1
	}
	sum=$(sed -n 's/^pktpath sum //p' "$t/out")
	[ -f "$t/sum.$key" ] || echo "$sum" >"$t/sum.$key"
	if [ -z "$sum" ] || [ "$sum" != "$(cat "$t/sum.$key")" ]; then
		echo "speed.sh: checksum '$sum' where others have" \
		    "'$(cat "$t/sum.$key")': $*" >&2
		exit 1
	fi
	cat "$t/ns" >>"$file"
}

# ns of MANY - FEW packets
differ() {	# command...
	between "$FEW" "$MANY" "$@"
}
between() {	# few many command...
	few=$1 many=$2
	shift 2
	rm -f "$t/many" "$t/few"
	run "$t/few" "$few" "$@"
	run "$t/many" "$many" "$@"
	echo $(($(cat "$t/many") - $(cat "$t/few")))
}
# The same number of packets, by eight CPUs.
eight() {	# command...
	between $((FEW / 8)) $((MANY / 8)) "$@" cpus=8
}

rounds() {
	r=0
	while [ $r -lt "$ROUNDS" ]; do
		native=$(differ "$B/native-run" "$plain")
		ours=$(differ "$RANGELEY" run --image "$image")
		theirs=$(differ valgrind --tool=cachegrind --D1=24576,6,64 \
		    --cachegrind-out-file=/dev/null "$B/native-run" "$plain")
		line="$native $ours $theirs"
		for s in $shares; do
			native=$(eight "$B/native-run" "$plain" share=$s)
			ours=$(eight "$RANGELEY" run --image "$image" share=$s)
			line="$line $native $ours"
		done
		echo "$line"
		r=$((r + 1))
	done
}

# The program itself, per packet.
instructions() {	# packets
	valgrind --tool=callgrind --collect-atstart=no \
	    --callgrind-out-file="$t/cg.$1" --dump-instr=yes \
	    --compress-pos=no "$B/native-run" "$plain" packets="$1" \
	    2>&1 >/dev/null | awk '/Collected : / { print $4 }'
}
# Executions of instructions with an operand in memory but not on the stack.
accesses() {	# packets
	objdump -d "$plain" | awk -F '\t' -v cg="$t/cg.$1" '
	$3 ~ /\(/ && $3 !~ /^(data16 |cs )*nop|^lea|^prefetch|\(%rsp/ {
		sub(":.*", "", $1); gsub(" ", "", $1); at["0x" $1] = 1
	}
	END {
		FS = " "
		while ((getline <cg) > 0) {
			if (!inclusive && $1 in at) n += $3
			inclusive = /^calls=/
		}
		printf "%d\n", n
	}'
}
stats() {	# packets
	"$RANGELEY" run --image "$image" --json packets="$1" |
	    jq '.stats + { cycles: (.stats.cycles | floor) }'
}
describe() {
	stats 20000 >"$t/a"
	stats 40000 >"$t/b"
	jq -n -r --slurpfile a "$t/a" --slurpfile b "$t/b" \
	    --arg n "$1" --arg hooked "$2" '
	def per(k): ($b[0][k] - $a[0][k]) / 20000 * 100 | round / 100;
	"pktpath, per packet: \($n) instructions, \($hooked) accesses beside" +
	" the stack, \(per("l1d_miss")) L1D misses, \(per("locks")) locked" +
	" operations, \(per("mispredicts") + per("ijmp_mispredicts") | . * 10 | round / 10)" +
	" mispredicted branches, \(per("cycles")) simulated cycles"'
}

i1=$(instructions 20000) i2=$(instructions 40000)
per_packet=$(((i2 - i1) / 20000))
a1=$(accesses 20000) a2=$(accesses 40000)
describe "$per_packet" $(((a2 - a1) / 20000))
rounds >"$t/rounds"

mkdir -p "$(dirname "$OUT")"
jq -n -R --argjson instr $((per_packet * (MANY - FEW))) '
def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
def r2: . * 100 | round / 100;
[inputs | split(" ") | map(tonumber)] as $rounds |
[[0, 0, "native"], [1, 0, "annotated-1cpu"], [2, 0, "cachegrind"],
    [4, 3, "annotated-8cpu-1"], [6, 5, "annotated-8cpu-5"],
    [8, 7, "annotated-8cpu-10"]] as $names |
[$names[] as [$k, $n, $name] | [$rounds[] | .[$k] / .[$n]] as $ratio | {
	name: $name,
	ratio_to_native: ($ratio | median | r2),
	min: ($ratio | min | r2),
	max: ($ratio | max | r2),
	mips: ([$rounds[] | $instr / .[$k] * 1000] | median | round)
}]' <"$t/rounds" >"$t/json"
mv "$t/json" "$OUT"
jq -r '.[] | "\(.name): \(.ratio_to_native) x native [\(.min) .. \(.max)]," +
    " \(.mips) MIPS"' "$OUT"
awk '{ print $3 / $2 }' "$t/rounds" | sort -n | awk '{ v[NR] = $1 }
END { printf "cachegrind takes %.2f x as long as annotated (median of %d)\n",
    (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, NR }'

# What ordered accesses cost, from differences of FEW packets: without a change of turns,
# by exact order on one CPU; with one each, by what those of the largest share cost more.
json() {	# option...
	"$B/cputime" "$t/ns" "$RANGELEY" run --image "$image" --json "$@" \
	    packets="$FEW" >"$t/json"
	jq -c --argjson ns "$(cat "$t/ns")" '.stats + { ns: $ns }' "$t/json"
}
few8=$((FEW / 8))
one=$(json) exact=$(json --exact-order)
FEW=$few8
alone=$(json cpus=8)
for s in $shares; do
	shared=$(json cpus=8 share=$s)
	jq -n --argjson a "$one" --argjson e "$exact" --argjson b "$alone" \
	    --argjson c "$shared" '
	def r1: . * 10 | round / 10;
	(($e.ns - $a.ns) / ($e.ordered - $a.ordered)) as $plain |
	($c.ordered - $b.ordered) as $n | ($c.switches - $b.switches) as $turns |
	{ share: ($c.ordered / $e.ordered * 100 | r1), ns: ($plain | r1),
	    switch: ($plain + ($c.ns - $b.ns - $n * $plain) / $turns | r1) }
	' >>"$t/ordered"
done
jq -r '"\(.share) % of accesses ordered: \(.ns) ns each without a switch," +
    " \(.switch) with one"' "$t/ordered"
jq -s 'last | [{ name: "ordered-access", ns },
    { name: "ordered-access-switch", ns: .switch }]' "$t/ordered" | add_rows "$OUT"
