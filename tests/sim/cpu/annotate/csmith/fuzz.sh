#!/bin/sh
# fuzz.sh [N [SEED]]: compare N programs of Csmith (seeds SEED, SEED + 1, ...),
# plain and annotated; one.sh says how.  A program that cannot be compared (it
# does not end, or is trivial) is replaced by the next seed's.
#
#	BREAK=how	a faulty annotator: liveness, flags (annotate --break)
#	BREAK_SED=s	a script for sed, run over the annotated assembly
#	LIMIT=time	simulated time after which a program hangs
#	KEEP=1		keep the files of every seed, not of failing ones only
#	FUZZ_DIR=dir	failing programs stay here ($B/fuzz-annotate)
#
# Exit code: 0 no mismatch, 1 some, 2 bad input.
set -u
: "${B:=build}"
: "${FUZZ_DIR:=$B/fuzz-annotate}" "${BREAK:=}" "${BREAK_SED:=}" \
    "${LIMIT:=5s}"
FUZZ_ENV=$B/fuzz-annotate.env
export B FUZZ_DIR FUZZ_ENV BREAK BREAK_SED LIMIT
n=${1:-200} seed=${2:-1}
here=tests/sim/cpu/annotate/csmith

for v in "$n" "$seed"; do
	case $v in
	''|*[!0-9]*|0*|?????????*)
		echo "fuzz-annotate: '$v' is no count or seed; write e.g." \
		    "make fuzz-annotate N=200 SEED=1" >&2
		exit 2 ;;
	esac
done
[ -r "$FUZZ_ENV" ] || {
	echo "fuzz-annotate: no $FUZZ_ENV; use make fuzz-annotate" >&2
	exit 2
}

mkdir -p "$FUZZ_DIR"
rm -f "$FUZZ_DIR"/*.verdict
compared=0 bad=0 skipped=0 last=$((seed + 10 * n + 20))
while [ $compared -lt "$n" ] && [ "$seed" -lt $last ]; do
	end=$((seed + n - compared))
	seq "$seed" $((end - 1)) | xargs -n 1 -P "$(nproc)" $here/one.sh
	while [ "$seed" -lt $end ]; do
		case $(cat "$FUZZ_DIR/$seed.verdict" 2>/dev/null) in
		same)	compared=$((compared + 1)) ;;
		skipped*) skipped=$((skipped + 1)) ;;
		*)	compared=$((compared + 1)) bad=$((bad + 1)) ;;
		esac
		seed=$((seed + 1))
	done
done
if [ $compared -lt "$n" ]; then
	echo "fuzz-annotate: only $compared of $n programs, $skipped seeds" \
	    "skipped; see $FUZZ_DIR/*.verdict" >&2
	exit 2
fi
cat "$FUZZ_DIR"/*.verdict | sed -n 's/^skipped \([^,]*\).*/skipped: \1/p' |
    sort | uniq -c
echo "fuzz-annotate: $compared programs, $bad mismatches"
[ $bad -eq 0 ]
