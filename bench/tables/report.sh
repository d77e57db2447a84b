#!/bin/sh
# report.sh: OUT/report.md, what is in OUT for people: tables, groups of cells and whether
# their bars are kept, alternatives, cycles, what constants do (report.awk); and
# OUT/MANIFEST, what it was made from.
set -eu
. bench/tables/tables.subr
here=bench/tables
for f in alternatives.csv sensitivity.csv; do
	[ -f "$OUT/$f" ] || echo "report.sh: no $OUT/$f; make sensitivity makes it" >&2
done
# The paper's, in the form of table2.txt.
table2() {
	grep -v '^#' bench/paper/affinity.csv | awk -F, '{ printf "%-8s", NR == 1 ? $2 : $1 $2
	    for (i = 3; i <= NF; i++) printf "%8s", $i; print "" }'
}
from() { [ ! -f "$OUT/$1" ] && echo /dev/null || echo "$OUT/$1"; }
table() { awk -F, '{ printf "|"; for (i = 1; i <= NF; i++) printf " %s |", $i; print "" }
    NR == 1 { printf "|"; for (i = 1; i <= NF; i++) printf "---|"; print "" }' "$@"; }
{
	echo "# Tables 2 to 4, model beside paper"
	echo
	echo "Written by bench/tables/report.sh from the files beside it; do not edit."
	echo
	jq -r '.results as $all | .options[] | .final_s as $s |
	    "- \(.test) of \([$all[] | select(.trial_s == $s) | .scenario] | unique | join(", ")
	    ): approach by trials of \(.short_s) s, trials of \(.trial_s) s, a final one of \(.final_s
	    ) s, warm \(.warm_s) s, drain \(.drain_s) s, loss \(.loss_percent[0]
	    ) %, resolution \(.resolution_percent) %, seed \(.seed), repeats decided by \(.repeat_trial_s) s"' \
	    "$OUT/trials.json"
	printf '\n## Table 2, CPUs of the receive queues: '
	table2 | cmp -s - "$OUT/table2.txt" && printf 'as in the paper\n\n' ||
	    printf '**not** as in the paper (bench/paper/affinity.csv)\n\n'
	sed 's/^/    /' "$OUT/table2.txt"
	awk -f $here/report.awk "$OUT/errors.csv" "$(from alternatives.csv)"
	echo
	echo '## Cycles of one 74-byte frame at 0.95 of the throughput, by kind'
	echo
	table "$OUT/cycles.csv"
	echo
	echo 'What is fetched, or moves between CPUs, for most of them (lines.csv has more):'
	echo
	awk -F, 'NR == 1 || ++n[$1] <= 6' "$OUT/lines.csv" | table
	echo
	echo '## Constants less and more 10 %: how much 74-byte cells change, in percent'
	echo
	echo 'NET_MPSAFE by what it forwards of 1.1 times the throughput, GENERIC by its rate'
	echo 'without loss, to 2.5 % (sensitivity.sh).  Those that change one by a percent;'
	echo 'sensitivity.csv has all, and the other sizes.  Counts go at least one up and down,'
	echo 'powers of two are halved and doubled.'
	echo
	awk -v size=74 -v least=1 -f $here/sensitivity.awk "$(from sensitivity.csv)" | table
	echo
	echo '## Spread over seeds'
	echo
	echo 'The first is the cell: it passed the final trial.  The others were decided by shorter'
	echo 'ones (above), so they are mostly higher.  Cells that are not here have no spread.'
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
	echo 'the tester (Toeplitz, modulo 4), and how far from a quarter at most.'
	echo
	jq -r '.results[] | select(.frame_size == 74 and .scenario != "generic") |
	    .scenario as $s | .directions[] | (.queues | add / 4) as $q |
	    "- \($s), from \(.from): \(.queues[0:4]), tester \(.toeplitz), \(
	    [.queues[0:4][] | (. / $q - 1) * 100 | fabs] | max * 100 | round / 100) %"' \
	    "$OUT/trials.json"
} >"$OUT/report.md"
{
	for f in bench/paper/*.csv bench/tables/*.txt scenarios/*.ini \
	    scenarios/machines/*.ini "$B/images/NET_MPSAFE/image.elf" "$B/images/GENERIC/image.elf"; do
		sha256sum "$f"
	done
} | sed "s, $B/, build/," >"$OUT/MANIFEST"
echo "$OUT/"
