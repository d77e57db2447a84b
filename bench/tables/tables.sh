#!/bin/sh
# tables.sh: the paper's Tables 2 to 4 and Figures 4 to 7 from the model, beside the
# paper's own (bench/paper).  Writes into OUT:
#
#	table2.txt	CPUs of the receive queues, as the kernel has them
#	table3.csv	kframes/s, columns as in the paper
#	table4.csv	Mbit/s
#	errors.csv	frame_size,column,paper,model,error_pct,group (tables.awk)
#	alternatives.csv what the 74-byte cells are when one thing is changed
#	fig4.svg ...	figures.sh
#	trials.json	of each cell the rate that passed and the one that failed, and what
#			its deciding trial said: what tables_test.sh makes again
#	report.md	all of it for people, with what groups of cells are off (report.awk)
#	MANIFEST	what it was made from
#
# Trials that were made are kept in WORK, so that it goes on after an interrupt.  Lengths
# of trials are for environments that have less time: SHORT, TRIAL, FINAL, REPEATS,
# REPEAT_TRIAL of NET_MPSAFE, GENERIC_TRIAL and GENERIC_FINAL, which are to cover what the
# BMC does (ADR 0013); they are printed.
set -eu
export LC_ALL=C
: "${B:=build}" "${OUT:=results/paper}" "${WORK:=$B/tables}" "${JOBS:=$(nproc)}"
: "${SHORT:=20ms}" "${TRIAL:=200ms}" "${FINAL:=2s}" "${REPEATS:=5}"
: "${REPEAT_TRIAL:=50ms}" "${GENERIC_TRIAL:=600ms}" "${GENERIC_FINAL:=4s}"
: "${RESOLUTION:=0.5}" "${ALT_TRIAL:=50ms}"
here=bench/tables
s=scenarios/mpsafe-
# The thread of ipmi(4) is not on CPU 0: ADR 0013.
generic_args=ipmi_cpu=3
mkdir -p "$OUT" "$WORK"

measure() {	# folder option...
	folder=$WORK/$1
	shift
	"$B/rangeley" rfc2544 --short "$SHORT" --resolution "$RESOLUTION" \
	    --jobs "$JOBS" --results "$folder" "$@" >"$folder.log"
}

measure mpsafe "${s}1core.ini" "${s}2cores.ini" "${s}4cores.ini" "${s}8cores.ini" \
    --sizes paper --trial "$TRIAL" --final "$FINAL" --repeats "$REPEATS" \
    --repeat-trial "$REPEAT_TRIAL"
measure generic scenarios/generic.ini $generic_args --sizes paper --trial "$GENERIC_TRIAL" \
    --final "$GENERIC_FINAL" --repeats "$REPEATS" --repeat-trial "$GENERIC_TRIAL"

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

# ---- one thing changed, 74 bytes --------------------------------------------------------
# name|scenarios|options.  What is not the frozen set-up is said in ADR 0013.
alternatives() {
	all="${s}1core.ini ${s}2cores.ini ${s}4cores.ini ${s}8cores.ini"
	cat <<EOF
frozen set-up|$all|
CPU n in module n mod 4|$all|--modules 01230123
CPUs n and n + 2 in a module|$all|--modules 01012323
handlers go on until nothing is left|$all|wm_rxlimit=0 wm_txlimit=0
transmit handler alone goes on|$all|wm_txlimit=0
transmit queue by CPU number|$all|wm_txselect=cpu
interrupts 20 us apart|$all|wm_eitr=20
order of memory exact (slow)|${s}1core.ini ${s}2cores.ini|--exact-order
EOF
}
echo 'alternative,column,kfps' >"$OUT/alternatives.csv"
alternatives | while IFS='|' read -r name scenarios options; do
	# shellcheck disable=SC2086 # lists
	measure "alt-$(echo "$name" | tr -c 'a-z0-9\n' -)" $scenarios $options \
	    --sizes 74 --trial "$ALT_TRIAL" --resolution 1 --format csv </dev/null
	awk -F, -v name="$name" 'NR == 1 { for (i = 2; i <= NF; i++) c[i] = $i }
	    NR == 2 { for (i = 2; i <= NF; i++) print name "," c[i] "," $i }' \
	    "$WORK/alt-$(echo "$name" | tr -c 'a-z0-9\n' -).log"
done >>"$OUT/alternatives.csv"

generic_alternatives() {
	cat <<'EOF'
thread of ipmi(4) on CPU 3|generic.ini|ipmi_cpu=3
thread of ipmi(4) where it was made on CPU 0|generic.ini|
no BMC|generic.ini|ipmi=off
BMC 1 ms a byte|generic.ini|ipmi_cpu=3 --set bmc.byte=1ms
BMC 50 us a byte|generic.ini|ipmi_cpu=3 --set bmc.byte=50us
one frame for each interrupt|generic-oneframe.ini|ipmi_cpu=3
no least time between interrupts|generic.ini|ipmi_cpu=3 wm_eitr=0
EOF
}
generic_alternatives | while IFS='|' read -r name scenario options; do
	# shellcheck disable=SC2086 # lists
	measure "gen-$(echo "$name" | tr -c 'a-z0-9\n' -)" "scenarios/$scenario" $options \
	    --sizes 74 --trial "$GENERIC_TRIAL" --resolution 1 --format csv </dev/null
	sed -n "2s/^74,/\"$name\",GENERIC,/p" \
	    "$WORK/gen-$(echo "$name" | tr -c 'a-z0-9\n' -).log" | tr -d '"'
done >>"$OUT/alternatives.csv"

# ---- the report -----------------------------------------------------------------------------
{
	echo "# Tables 3 and 4, model beside paper"
	echo
	echo "Written by bench/tables/tables.sh from the files beside it; do not edit."
	echo
	jq -r '.options[] | "- \(.test): approach by trials of \(.short_s) s, trials of \(.trial_s) s, a final one of \(.final_s) s, warm \(.warm_s) s, drain \(.drain_s) s, loss \(.loss_percent[0]) %, resolution \(.resolution_percent) %, seed \(.seed), repeats decided by \(.repeat_trial_s) s"' \
	    "$OUT/trials.json"
	awk -f $here/report.awk "$OUT/errors.csv" "$OUT/alternatives.csv"
	echo
	echo '## Spread over seeds'
	echo
	echo '| frame | scenario | kframes/s | min | max | repeats |'
	echo '|---|---|---|---|---|---|'
	jq -r 'def k: . / 100 | round / 10;
	    .results[] | select(.max - .min > 0) |
	    "| \(.frame_size) | \(.scenario) | \(.throughput_fps | k) | \(.min | k) | \(.max | k) | \(.repeats) |"' \
	    "$OUT/trials.json"
	echo
	echo '## Flows over receive queues'
	echo
	echo 'Frames of the deciding 74-byte trial, counted by the controller and by the hash of'
	echo 'the tester (Toeplitz, modulo 4), from wm0.'
	echo
	jq -r '.results[] | select(.frame_size == 74 and .scenario != "generic") |
	    "- \(.scenario): \(.directions[0].queues[0:4]), tester \(.directions[0].toeplitz)"' \
	    "$OUT/trials.json"
} >"$OUT/report.md"
{
	for f in bench/paper/*.csv scenarios/*.ini scenarios/machines/*.ini \
	    "$B/images/NET_MPSAFE/image.elf" "$B/images/GENERIC/image.elf"; do
		sha256sum "$f"
	done
} | sed "s, $B/, build/," >"$OUT/MANIFEST"
echo "$OUT/"
