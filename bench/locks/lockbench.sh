#!/bin/sh
# lockbench.sh: what locks cost, by the program lockbench (lockbench.c) on
# NET_MPSAFE and eight CPUs.  Prints a table; writes lockbench.json,
# lockbench.csv and lockbench.svg into OUT (results/lockbench):
#
#	{ "image", "trace", "rows": [ { "name", "cpus", "map", "n", "cyc", "ns" } ] }
#
# cyc is TSC cycles for one repetition.  Options are for rangeley run (--set);
# with only=... there is no figure.
set -eu
LC_ALL=C
export LC_ALL
: "${B:=build}" "${KERNEL:=NET_MPSAFE}" "${OUT:=results/lockbench}"
: "${RANGELEY:=$B/rangeley}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

"$RANGELEY" run --image "$B/images/$KERNEL/image.elf" --json "$@" \
    run=lockbench >"$t/run" || {
	rc=$?
	echo "lockbench.sh: the kernel ended with exit code $rc" >&2
	exit "$rc"
}
mkdir -p "$OUT"
# Names are what-cpus or what-cpus-spread; others have no CPUs in them.
jq --sort-keys --arg image "$KERNEL" '
	def round4: . * 10000 | round / 10000;
	{ image: $image, trace, rows: [ .results[] |
	    (.name | capture("^(?<name>.*?)(-(?<cpus>[0-9]+)(-(?<map>spread))?)?$")) +
	    { n, cyc: (.total_cyc / .n | round4),
	      ns: (.total_cyc / .n / 2.4 | round4) } |
	    .cpus |= (. // "1" | tonumber) | .map |= (. // "dense") ] }' \
    "$t/run" >"$OUT/lockbench.json"
jq -r '(["name", "cpus", "map", "n", "cyc", "ns"] | @csv),
	(.rows[] | [.name, .cpus, .map, .n, .cyc, .ns] | @csv)' \
    "$OUT/lockbench.json" | tr -d '"' >"$OUT/lockbench.csv"
case " $* " in
*" only="*) ;;
*) gnuplot -e "csv='$OUT/lockbench.csv'" -e "svg='$OUT/lockbench.svg'" \
    "$(dirname "$0")/lockbench.gp" ;;
esac
column -s, -t "$OUT/lockbench.csv"
