#!/bin/sh
# tables.sh: the paper's Tables 2 to 4 and Figures 4 to 7 from the model, beside the
# paper's own (bench/paper).  Writes into OUT:
#
#	table2.txt	CPUs of the receive queues, as the kernel has them
#	table3.csv	kframes/s, columns as in the paper
#	table4.csv	Mbit/s
#	errors.csv	frame_size,column,paper,model,error_pct,group (tables.awk)
#	cycles.csv, lines.csv what a frame's cycles go to (cycles.sh)
#	fig4.svg ...	figures.sh
#	trials.json	of each cell the rate that passed and the one that failed, and what
#			its deciding trial said: what tables_test.sh makes again
#	report.md, MANIFEST	all of it for people, and what it was made from (report.sh)
#
# What `make sensitivity' adds, alternatives.csv and sensitivity.csv, is left as it is.
#
# Trials that were made are kept in WORK, so that it goes on after an interrupt.  Lengths
# of trials are for environments that have less time: SHORT, TRIAL, FINAL, REPEATS,
# REPEAT_TRIAL of NET_MPSAFE, GENERIC_TRIAL and GENERIC_FINAL, which are to cover what the
# BMC does (ADR 0013); they are printed.
set -eu
. bench/tables/tables.subr
: "${SHORT:=20ms}" "${TRIAL:=100ms}" "${FINAL:=2s}" "${REPEATS:=5}"
: "${REPEAT_TRIAL:=20ms}" "${GENERIC_FINAL:=4s}" "${RESOLUTION:=0.5}"
here=bench/tables
s=scenarios/mpsafe-

measure() {	# folder option...; with run=exec, in place of the shell
	folder=$WORK/$1
	shift
	${run-} "$B/rangeley" rfc2544 --short "$SHORT" --resolution "$RESOLUTION" \
	    --jobs "$JOBS" --results "$folder" "$@" >"$folder.log"
}

# Cells of a column come one after the other, and GENERIC is one column: beside the others
# it costs nothing but its processor time.
# shellcheck disable=SC2086 # a list
(JOBS=1 run=exec; measure generic $generic --sizes paper --trial "$GENERIC_TRIAL" \
    --final "$GENERIC_FINAL" --repeats "$REPEATS" --repeat-trial "$GENERIC_TRIAL") &
generic=$!
trap 'kill $generic 2>/dev/null' EXIT
measure mpsafe "${s}1core.ini" "${s}2cores.ini" "${s}4cores.ini" "${s}8cores.ini" \
    --sizes paper --trial "$TRIAL" --final "$FINAL" --repeats "$REPEATS" \
    --repeat-trial "$REPEAT_TRIAL"
wait $generic
trap - EXIT

for what in table3 table4 errors; do
	awk -v what=$what -f $here/tables.awk bench/paper/table3.csv \
	    "$WORK/mpsafe/throughput.csv" "$WORK/generic/throughput.csv" \
	    >"$OUT/$what.csv"
done
jq -S -s --arg args "$generic_args" '
	{ options: map(.options), results: [.[] | .options as $o | .results[] |
	. + { arguments: (if .scenario == "generic" then $args else "" end),
	    seed: $o.seed, drain_s: $o.drain_s, warm_s: $o.warm_s }] }' \
    "$WORK/mpsafe/results.json" "$WORK/generic/results.json" >"$OUT/trials.json"
$here/figures.sh "$OUT"

# ---- Table 2: vectors as the kernel has them once it is set up -------------------------
for c in 1core 2cores 4cores 8cores; do
	"$B/rangeley" intrctl list "$s$c.ini" --json 2>/dev/null |
	    jq -r --arg c $c '.tables[-1][] | select(.name | test("^wm[02]RX")) |
		[.name, $c, .cpu] | @tsv'
done | awk '
{ cpu[$1, $2] = $3; if (!($1 in seen)) { seen[$1]; name[++n] = $1 } }
END {
	split("1core 2cores 4cores 8cores", c, " ")
	printf "%-8s%8s%8s%8s%8s\n", "queue", c[1], c[2], c[3], c[4]
	for (i = 1; i <= n; i++) {
		printf "%-8s", name[i]
		for (k = 1; k <= 4; k++) printf "%8s", cpu[name[i], c[k]]
		print ""
	}
}' >"$OUT/table2.txt"

$here/cycles.sh
$here/report.sh
