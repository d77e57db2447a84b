#!/bin/sh
# sensitivity.sh [SIZE...]: what each constant of the machine does to each CPU-bound cell of
# PAPER (errors.csv: what is not wire-limited), and each alternative of the frozen
# set-up (alternatives.txt), as OUT/sensitivity.csv:
#
#	column,frame_size,key,minus,plus,minus_pct,plus_pct
#
# minus, plus: the constant less and more 10 %; counts go at least one up and down, sizes
# that are powers of two are halved and doubled.  minus_pct, plus_pct: by how much the cell
# changes; nothing where the model cannot be that.  An alternative has its name as key, and one figure, in plus_pct.
#
# A cell of NET_MPSAFE is measured by its forwarding rate (RFC 2285) at 1.1 times the cell's
# throughput: a trial instead of a search, and no resolution.  GENERIC's limit are stalls,
# not cycles, so that its cells are alike, and it forwards nearly all at that rate: for its
# 74-byte cell the rate without loss is searched, in steps of 2.5 %.
#
# Trials that were made are kept in WORK, by program, image and machine.  ONLY is a pattern of
# the shell for column,frame_size,key: what does not fit is left out.  Prints the table.
set -eu
. bench/tables/tables.subr
: "${SENS_TRIAL:=10ms}" "${ONLY:=*}" "${PAPER:=results/paper}"
export SENS_TRIAL

# around near option...: the highest rate without loss of GENERIC, of 0.8 to 1.2 times what
# a search has found, in steps of 1/40; nothing if the model cannot be that.
around() {
	near=$1 lo=32 hi=48
	shift
	while [ $((hi - lo)) -gt 1 ]; do
		mid=$(((lo + hi) / 2))
		lost=$("$B/rangeley" trial $generic --frame-size "$size" \
		    --pps "$(awk -v b="$near" -v m=$mid 'BEGIN { printf "%d", b * 500 * m / 40 }')" \
		    --duration "$GENERIC_TRIAL" --stop-at-loss --quiet --json "$@" \
		    2>"$to.err" | jq .lost)
		case $lost in
		'')	return ;;
		0)	lo=$mid ;;
		*)	hi=$mid ;;
		esac
	done
	awk -v b="$near" -v m=$lo 'BEGIN { print b * m / 40 }'
}

if [ "${1-}" = --one ]; then	# column frame_size pps file option...
	column=$2 size=$3 pps=$4 to=$5
	shift 5
	[ -s "$to" ] && exit
	case $column,$to in
	GENERIC,*-base)
		"$B/rangeley" rfc2544 $generic --sizes "$size" \
		    --trial "$GENERIC_TRIAL" --resolution 1 --format csv --quiet --jobs 1 \
		    --results "$to.d" 2>"$to.err" | sed -n '2s/.*,//p' >"${to%-base}-near"
		rm -rf "$to.d"
		around "$(cat "${to%-base}-near")" >"$to.new" ;;
	GENERIC,*)
		around "$(cat "${to%/*}/$column-$size-near")" "$@" >"$to.new" ;;
	*)	"$B/rangeley" trial "scenarios/mpsafe-${column#MPSAFE_}.ini" --pps "$pps" \
		    --frame-size "$size" --duration "$SENS_TRIAL" --quiet --json "$@" \
		    2>"$to.err" | jq -r .forwarded_fps >"$to.new" ;;
	esac
	# What the model cannot be, has no figure.
	! grep -q -e 'is out of range; the model takes' -e '; take at ' "$to.err" ||
	    echo - >"$to.new"
	[ -s "$to.new" ] || { echo "sensitivity.sh: $column, $size bytes, $*:" >&2
		cat "$to.err" >&2; exit 255; }
	mv "$to.new" "$to"
	rm -f "$to.err"
	exit
fi

# One folder for what trials depend on.
id=$({
	cat "$B/rangeley" "$B/images/NET_MPSAFE/image.elf" "$B/images/GENERIC/image.elf" \
	    scenarios/*.ini scenarios/machines/*.ini "$PAPER/errors.csv" "$0" \
	    bench/tables/alternatives.txt bench/tables/tables.subr
	echo "$SENS_TRIAL $GENERIC_TRIAL"
} | sha256sum | cut -c -16)
work=$WORK/sensitivity-$id
mkdir -p "$work"

# ---- what: cells, and values of constants ------------------------------------------------
# column frame_size pps; at most what the wire takes, which is `max'.
awk -F, -v sizes=" $* " 'NR > 1 && $6 != "wire-limited" {
	if ($2 == "GENERIC" ? $1 != 74 : sizes !~ /[0-9]/ ? 0 : sizes !~ " " $1 " ") next
	pps = $4 * 1100 / 2; wire = 1e9 / (($1 + 20) * 8)
	print $2, $1, pps < wire ? sprintf("%d", pps) : "max"
}' "$PAPER/errors.csv" >"$work/cells"
# key minus plus
"$B/rangeley" show machine --json | jq -r '.constants | to_entries[] |
    [.key, .value.text] | @tsv' | awk '
function put(v) {
	s = sprintf(unit == "cyc" || unit == "B/cyc" || unit == "GB/s" ? "%.1f" : "%d", v)
	sub(/\.0$/, "", s)
	return s unit
}
BEGIN {
	split("core.hypervisor pcie.host_bridge bmc.present bmc.seed nic.msi_vectors " \
	    "nic.msix_vectors nic.autoneg", no)	# no quantities, or not of forwarding
	for (i in no) skip[no[i]]
	split("l2.size pcie.max_payload pcie.max_read_request pcie.completion_boundary", two)
	for (i in two) double[two[i]]
}
!($1 in skip) {
	match($2, /^[0-9.]+/)
	v = substr($2, 1, RLENGTH); unit = substr($2, RLENGTH + 1)
	if (unit ~ /iB$/) {
		v *= unit ~ /^K/ ? 1024 : 1048576
		unit = "B"
	}
	if ($1 in double) { lo = v / 2; hi = v * 2 }
	else if (unit == "") {
		step = int(v / 10 + 0.5)
		if (step < 1) step = 1
		lo = v - step; hi = v + step
	} else { lo = v * 0.9; hi = v * 1.1 }
	print $1, put(lo), put(hi)
}' >"$work/keys"

wanted() { case $1 in $ONLY) ;; *) return 1 ;; esac; }

# ---- all trials: column frame_size pps file option... ------------------------------------
while read -r column size pps; do
	# shellcheck disable=SC2254 # a pattern
	case $ONLY in '*' | "$column,$size,"*)
		echo "$column $size $pps $work/$column-$size-base" ;;
	esac
	while read -r key minus plus; do
		wanted "$column,$size,$key" || continue
		for v in "$minus" "$plus"; do
			echo "$column $size $pps $work/$column-$size-$key=$(slug "$v")" \
			    "--set $key=$v"
		done
	done <"$work/keys"
	[ "$column" = GENERIC ] || while IFS='|' read -r name columns options _; do
		case $name in '#'*) continue ;; esac
		[ -n "$options" ] && wanted "$column,$size,$name" || continue
		case " $columns " in *" ${column#MPSAFE_} "*)
			echo "$column $size $pps $work/$column-$size-$(slug "$name") $options" ;;
		esac
	done <bench/tables/alternatives.txt
done <"$work/cells" | sort -k 1,1r -k 2,2n >"$work/trials"
n=$(wc -l <"$work/trials")
echo "sensitivity.sh: $n trials, $work" >&2
# What others are compared with comes first.
for what in -e -ve; do
	grep $what '-base$' "$work/trials" >"$work/now" || continue
	xargs -P "$JOBS" -L 1 "$0" --one <"$work/now"
done

# ---- the table ---------------------------------------------------------------------------
pct() { awk -v a="$1" -v b="$2" 'BEGIN { if (b != "-") printf "%.2f", (b / a - 1) * 100 }'; }
{
	echo column,frame_size,key,minus,plus,minus_pct,plus_pct
	while read -r column size pps; do
		f=$work/$column-$size-base
		[ ! -f "$f" ] || base=$(cat "$f")
		while read -r key minus plus; do
			wanted "$column,$size,$key" || continue
			f=$work/$column-$size-$key
			a=$(cat "$f=$(slug "$minus")") b=$(cat "$f=$(slug "$plus")")
			echo "$column,$size,$key,$minus,$plus,$(pct "$base" "$a"),$(pct "$base" "$b")"
		done <"$work/keys"
		grep -v '^#' bench/tables/alternatives.txt | while IFS='|' read -r name _; do
			f=$work/$column-$size-$(slug "$name")
			[ ! -f "$f" ] || ! wanted "$column,$size,$name" ||
			    echo "$column,$size,$name,,,,$(pct "$base" "$(cat "$f")")"
		done
	done <"$work/cells"
} >"$OUT/sensitivity.new"
mv "$OUT/sensitivity.new" "$OUT/sensitivity.csv"
for size in $(cut -d ' ' -f 2 "$work/cells" | sort -nu); do
	echo "$size bytes, percent at 10 % less / more"
	awk -v size="$size" -v least=0 -f bench/tables/sensitivity.awk "$OUT/sensitivity.csv" |
	    awk -F, '{ printf "%-44s", $1; for (i = 2; i <= NF; i++) printf "%18s", $i; print "" }'
done
echo "$OUT/sensitivity.csv"
