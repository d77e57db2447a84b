#!/bin/sh
# cycles.sh: where a 74-byte frame's cycles go, column by column: OUT/cycles.csv, with
# kinds of cycles of one frame as `rangeley explain' has them (sleep left out), and
# OUT/lines.csv, the fields whose lines move between CPUs for most of them.  The offered
# load is 0.95 of the cell's throughput, in OUT/errors.csv, for LENGTH.
set -eu
. bench/tables/tables.subr
: "${LENGTH:=20ms}"
columns='MPSAFE_1core MPSAFE_2cores MPSAFE_4cores MPSAFE_8cores'
dir=$WORK/cycles
mkdir -p "$dir"
for c in $columns; do
	pps=$(awk -F, -v c="$c" '$1 == 74 && $2 == c { printf "%d", $4 * 475 }' "$OUT/errors.csv")
	"$B/rangeley" trial "scenarios/mpsafe-${c#MPSAFE_}.ini" --frame-size 74 --pps "$pps" \
	    --duration "$LENGTH" --explain --json --quiet 2>"$dir/$c.err" >"$dir/$c.json" ||
	    { cat "$dir/$c.err" >&2; exit 1; }
done
{
	echo "kind,$(echo "$columns" | tr ' ' ,)"
	for c in $columns; do
		jq -r --arg c "$c" '.explain.all.kinds | to_entries[] |
		    [$c, .key, .value] | @tsv' "$dir/$c.json"
	done | awk -v columns="$columns" '
	$2 == "idle" { next }
	{ if (!($2 in seen)) { seen[$2]; kind[++n] = $2 } v[$1, $2] = $3; sum[$1] += $3 }
	END {
		nc = split(columns, c, " ")
		for (k = 1; k <= n; k++) {
			printf "%s", kind[k]
			for (i = 1; i <= nc; i++) printf ",%.1f", v[c[i], kind[k]]
			print ""
		}
		printf "sum"
		for (i = 1; i <= nc; i++) printf ",%.1f", sum[c[i]]
		print ""
	}'
} >"$OUT/cycles.csv"
{
	echo column,field,function,from,times,cycles
	for c in $columns; do
		jq -r --arg c "$c" '.explain.lines[:12][] |
		    [$c, .field, .function, .from, .times, .cycles] | @csv' "$dir/$c.json"
	done | tr -d '"'
} >"$OUT/lines.csv"
