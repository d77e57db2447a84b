#!/bin/sh
# alternatives.sh: what the 74-byte cells of Table 3 are when one thing is changed:
# OUT/alternatives.csv, with rows of alternatives.txt (the frozen set-up) and generic.txt
# (what stalls GENERIC).  Rates without loss by trials of ALT_TRIAL and GENERIC_TRIAL, to
# 1 % if a row does not say otherwise; those that were made are kept in WORK.
set -eu
. bench/tables/tables.subr
: "${ALT_TRIAL:=20ms}"
here=bench/tables
s=scenarios/mpsafe-
if cut -d '|' -f 1 $here/alternatives.txt $here/generic.txt | grep -v '^#' | grep ,; then
	echo 'alternatives.sh: a name with a comma, which CSV cannot have' >&2
	exit 1
fi
ablations=$B/images/GENERIC-ablations/image.elf

measure() {	# folder option...
	folder=$WORK/$1
	shift
	"$B/rangeley" rfc2544 --sizes 74 --resolution 1 --format csv --jobs "$JOBS" \
	    --results "$folder" "$@" >"$folder.log" </dev/null
}

new=$OUT/alternatives.new
echo 'alternative,column,kfps' >"$new"
grep -v '^#' $here/alternatives.txt | while IFS='|' read -r name columns options search; do
	to=alt-$(slug "$name")
	# shellcheck disable=SC2046,SC2086 # lists
	measure "$to" $(printf "$s%s.ini " $columns) --trial "$ALT_TRIAL" $options $search
	awk -F, -v name="$name" 'NR == 1 { for (i = 2; i <= NF; i++) c[i] = $i }
	    NR == 2 { for (i = 2; i <= NF; i++) print name "," c[i] "," $i }' \
	    "$folder.log"
done >>"$new"

$here/ablations.sh
grep -v '^#' $here/generic.txt | while IFS='|' read -r name scenario options; do
	to=gen-$(slug "$name")
	case $options in *ablate=*) options="$options --image $ablations" ;; esac
	# shellcheck disable=SC2086 # lists
	measure "$to" "scenarios/$scenario.ini" $options --trial "$GENERIC_TRIAL"
	sed -n "2s/^74,/\"$name\",GENERIC,/p" "$folder.log" | tr -d '"'
done >>"$new"
mv "$new" "$OUT/alternatives.csv"
echo "$OUT/alternatives.csv"
