#!/bin/sh
# tables_test.sh [CELLS]: results/paper is what the model gives.  Cells chosen by the hash
# of the commit (2, or as many as asked for) are made again from results/paper/trials.json:
# the rate that passed loses nothing, with the same latencies to the last digit, and the
# rate that failed fails.  table3.csv, table4.csv, errors.csv, figures and report.md say the
# same as trials.json, and MANIFEST names what this tree has.  A row of sensitivity.csv,
# chosen likewise, is what its trials give.  What the machine file calls calibrated is what
# calibration.csv ends with, and no more than three.
#
# Twins: a table in which a number was changed by hand is found, and so is a cell of another
# machine, and a calibrated constant that nothing led to.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
paper=results/paper
[ -f $paper/trials.json ] || { echo 'no results/paper/trials.json: make tables'; exit 1; }
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
. tests/choice.subr
seen="$t/out $t/err"

field() { jq -r ".results[$1].$2" $paper/trials.json; }
ns() { awk -v s="$1" 'BEGIN { printf "%.0fns", s * 1e9 }'; }

# trial cell pps option...: of that cell
trial() {
	k=$1 pps=$2
	shift 2
	# shellcheck disable=SC2046 # the scenario's arguments
	"$B/rangeley" trial "scenarios/$(field "$k" scenario).ini" $(field "$k" arguments) \
	    --frame-size "$(field "$k" frame_size)" --pps "$pps" --seed "$(field "$k" seed)" \
	    --duration "$(ns "$(field "$k" trial_s)")" --drain "$(ns "$(field "$k" drain_s)")" \
	    --warm "$(ns "$(field "$k" warm_s)")" --stop-at-loss --json --quiet "$@" \
	    >"$t/out" 2>"$t/err"
}
latency() { jq -cS ".results[$1].latency_ns" $paper/trials.json; }

again() {	# cell
	what="$(field "$1" scenario), $(field "$1" frame_size) bytes"
	failed=$(field "$1" failed_pps)
	[ "$failed" = 0 ] && pps=max || pps=$(field "$1" pps)
	trial "$1" "$pps" && [ "$(jq .lost "$t/out")" = 0 ] &&
	    [ "$(jq -cS .latency_ns "$t/out")" = "$(latency "$1")" ]
	say $? "$what: $pps passes, as written down"
	[ "$failed" = 0 ] && return
	trial "$1" "$failed" && [ "$(jq .lost "$t/out")" -gt 0 ]
	say $? "$what: $failed fails"
}

n=$(jq '.results | length' $paper/trials.json)
k=$((choice % n))
for i in $(seq "${1:-2}"); do
	again $k
	k=$(((k + 17) % n))
done

# ---- sensitivity.csv: one row, of one or two cores ---------------------------------------
grep '^MPSAFE_[12]core' $paper/sensitivity.csv >"$t/rows"
row=$(sed -n "$((choice % $(wc -l <"$t/rows") + 1))p" \
    "$t/rows")
ONLY=$(echo "$row" | cut -d, -f 1-3) OUT=$t WORK=$t bench/tables/sensitivity.sh \
    "$(echo "$row" | cut -d, -f 2)" >"$t/out" 2>"$t/err"
grep -qxF -- "$row" "$t/sensitivity.csv"
say $? "sensitivity: $row"

# ---- what is calibrated ------------------------------------------------------------------
# The nearest to the paper of the last key's steps, and the last of each key before.
chosen() {
	awk -F, 'NR > 1 { d = $3 < $4 ? $4 - $3 : $3 - $4
		if (!($1 in least) || d < least[$1]) { least[$1] = d; v[$1] = $2 } }
	    END { for (k in v) print k, v[k] }' $paper/calibration.csv | sort
}
calibrated() {	# show machine's option...
	"$B/rangeley" show machine --json "$@" | jq -r '.constants | to_entries[] |
	    select(.value.tag == "calibrated") | "\(.key) \(.value.value / 2400)us"' | sort
}
n=$(calibrated | wc -l)
[ "$n" -le 3 ] && chosen >"$t/chosen" && calibrated | cmp -s - "$t/chosen"
say $? "$n constants are calibrated, as calibration.csv says"
sed '/^tail /s/= [0-9.]*us/= 203us/' scenarios/machines/c2758.ini >"$t/machine.ini"
! calibrated --machine "$t/machine.ini" | cmp -s - "$t/chosen"
say $? 'twin: a value that nothing led to is found'

# ---- files beside each other -------------------------------------------------------------
agrees() {	# folder
	jq -r '.results[] | [.scenario, .frame_size, .throughput_fps] | @tsv' \
	    "$1/trials.json" | awk -v OFS=, '
	{ if (!(($2) in seen)) { seen[$2]; size[++n] = $2 }
	  v[$1, $2] = sprintf("%.1f", $3 / 1000) }
	END {
		for (k = 1; k <= n; k++)
			print size[k], v["generic", size[k]], v["mpsafe-1core", size[k]],
			    v["mpsafe-2cores", size[k]], v["mpsafe-4cores", size[k]],
			    v["mpsafe-8cores", size[k]]
	}' >"$t/cells"
	sed 1d "$1/table3.csv" | cmp -s - "$t/cells" &&
	    { echo frame_size,generic,mpsafe-1core,mpsafe-2cores,mpsafe-4cores,mpsafe-8cores
	      cat "$t/cells"; } >"$t/model.csv" || return 1
	for what in table4 errors; do
		awk -v what=$what -f bench/tables/tables.awk bench/paper/table3.csv \
		    "$t/model.csv" | cmp -s - "$1/$what.csv" || return 1
	done
	rm -rf "$t/again" && cp -R "$1" "$t/again"
	OUT=$t/again WORK=$t bench/tables/report.sh && bench/tables/figures.sh "$t/again" &&
	    diff -r "$1" "$t/again"
}
agrees $paper >"$t/out" 2>"$t/err"
say $? 'tables, errors, figures, report and MANIFEST are of trials.json and this tree'
grep -q '^## Table 2.*: as in the paper$' $paper/report.md
say $? "Table 2 is the paper's"
cp -R $paper "$t/changed" && sed -i '2s/,[0-9.]*$/,1147.1/' "$t/changed/table3.csv"
! agrees "$t/changed" >/dev/null 2>&1
say $? 'twin: a cell written by hand is found'
trial 0 "$(field 0 pps)" --set dram.latency=250cyc && [ "$(jq -cS .latency_ns "$t/out")" != "$(latency 0)" ]
say $? 'twin: another machine has other latencies'
exit $bad
