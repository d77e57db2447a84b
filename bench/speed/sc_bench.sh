#!/bin/sh
# sc_bench.sh [instr mode]: what sim/sc/sc.h costs, beside plain SystemC.
#
#	instr mode	instructions per event, by callgrind, of a ping-pong in
#			the given mode of sim/sc/bench_capi.c and in plain
#			SystemC; exit code 0 when the ratio is at most 1.15,
#			1 when not, 77 when callgrind cannot tell
#	(none)		writes all figures to $B/bench/sc.json; with OUT set, adds
#			{ "name": "systemc-event", "ns", "plain_ns" } to that file
#
# Times are medians over rounds; a round runs every program once, in turn, and
# ratios are made inside a round, so that load from outside hits both sides.
# Start-up is not counted: of instructions a run without events is subtracted,
# times are taken inside the programs.
set -eu
: "${B:=build}"
export LC_ALL=C
capi=$B/sc_bench_capi plain=$B/sc_bench_plain
for program in "$capi" "$plain"; do
	[ -x "$program" ] || {
		echo "sc_bench.sh: no $program; make it, or all by make bench-speed" >&2
		exit 2
	}
done
limit=1.15 few=20000 some=200000 many=1000000 rounds=${ROUNDS:-21}

instructions() {	# program arg...: executed by one run
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" \
	    2>&1 >/dev/null | awk '/Collected : / { n = $NF } END { print n }'
}

per_event() {	# program [mode]
	echo "$(instructions "$@" $few)" "$(instructions "$@" 0)" |
	    awk -v n=$few '{ printf "%.2f\n", ($1 - $2) / n }'
}

need_callgrind() {
	command -v valgrind >/dev/null || {
		echo "sc_bench.sh: no valgrind; install the package of that name"
		exit 77
	}
	if grep -qE -e '-O0|-fsanitize|--coverage' "$B/flags.sc"; then
		echo "sc_bench.sh: $B is no optimised build; its instruction" \
		    "counts say nothing"
		exit 77
	fi
}

instr() {	# mode
	need_callgrind
	c=$(per_event "$capi" "$1") p=$(per_event "$plain")
	echo "$1 $c $p" | awk -v limit=$limit '{
		ratio = $2 / $3
		ok = $3 > 100 && ratio <= limit
		printf "%s: %s instructions per event, plain SystemC %s: " \
		    "ratio %.3f, %s %s\n", $1, $2, $3, ratio,
		    ok ? "within" : "beyond", limit
		exit !ok
	}'
}

# One line per round: ns per event in plain SystemC and by sc.h, then ns per
# step of the other modes.  Who comes first alternates.
modes="next idle run enter crowd same move"
measure() {
	r=0
	while [ $r -lt $rounds ]; do
		if [ $((r % 2)) -eq 0 ]; then
			p=$("$plain" $many) c=$("$capi" pingpong $many)
		else
			c=$("$capi" pingpong $many) p=$("$plain" $many)
		fi
		line="$p $c"
		for m in $modes; do line="$line $("$capi" "$m" $some)"; done
		echo "$line"
		r=$((r + 1))
	done 2>/dev/null | awk -v n=$many -v some=$some '{
		printf "%.3f %.3f", $1 / n, $2 / n
		for (f = 3; f <= NF; f++) printf " %.3f", $f / some
		print ""
	}'
}

json() {	# instructions of sc.h and plain; reads the lines of measure
	awk -v modes="$modes" -v n=$many -v ic="$1" -v ip="$2" '
	# Sorts v[1..NR]; v[1] is then the least.
	function median(v,	i, j, t) {
		for (i = 2; i <= NR; i++)
			for (j = i; j > 1 && v[j] < v[j - 1]; j--) {
				t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
			}
		return v[int((NR + 1) / 2)]
	}
	{
		for (f = 1; f <= NF; f++) cell[f, NR] = $f
		ratio[NR] = $2 / $1
	}
	END {
		k = split("event_plain event " modes, name, " ")
		printf "{\n  \"events\": %d,\n", n
		printf "  \"instr_per_event\": %s,\n", ic
		printf "  \"instr_per_event_plain\": %s,\n", ip
		printf "  \"instr_ratio\": %.3f,\n", ic / ip
		for (f = 1; f <= k; f++) {
			for (i = 1; i <= NR; i++) v[i] = cell[f, i]
			printf "  \"ns_per_%s\": %.1f,\n", name[f], median(v)
			least[f] = v[1]
		}
		printf "  \"rounds\": %d,\n", NR
		printf "  \"time_ratio\": %.3f,\n", median(ratio)
		printf "  \"time_ratio_max\": %.3f,\n", ratio[NR]
		printf "  \"time_ratio_min\": %.3f,\n", ratio[1]
		printf "  \"time_ratio_of_least\": %.3f\n}\n",
		    least[2] / least[1]
	}'
}

if [ "${1-}" = instr ]; then
	instr "$2"
	exit
fi
need_callgrind
mkdir -p "$B/bench"
ic=$(per_event "$capi" pingpong) ip=$(per_event "$plain")
measure | json "$ic" "$ip" >"$B/bench/sc.json.tmp"
mv "$B/bench/sc.json.tmp" "$B/bench/sc.json"
cat "$B/bench/sc.json"
if [ -n "${OUT-}" ]; then
	. bench/speed/rows.subr
	jq '[{ name: "systemc-event", ns: .ns_per_event,
	    plain_ns: .ns_per_event_plain }]' "$B/bench/sc.json" | add_rows "$OUT"
fi
