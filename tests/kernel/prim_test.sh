#!/bin/sh
# prim_test.sh: the kernel's primitives (img/prim.c) natively, on one CPU, and
# on the machine, on eight: in production order, in exact order, and without
# AVX2.  No check may fail; groups that do not depend on the number of CPUs
# make as many checks everywhere; the same run twice leaves the same trace.
set -u
: "${B:=build}"
dir=$B/images/prim
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

. tests/say.subr
seen="$t/out $t/err"
value() {	# group: its checks
	sed -n "s/^result $1 \([0-9]*\) .*/\1/p" "$t/out"
}
figures() {
	echo "$(value cpus) CPUs, $(value failures) checks:" \
	    "edge $(value edge), race $(value race), ring $(value ring)," \
	    "ring-race $(value ring-race)"
}
# Every group has run, as often as natively, and nothing failed.
good() {
	[ "$(value edge)" -ge 30000 ] && [ "$(value race)" -ge 80000 ] &&
	    [ "$(value ring)" -ge 80000 ] &&
	    grep -qE '^result failures [0-9]+ 0$' "$t/out" &&
	    ! grep -q ':F:' "$t/out" &&
	    [ "$(grep -c '^result pcq-' "$t/out")" -eq 5 ]
}
timed() {	# option...
	timeout 300 "$B/rangeley" run --image "$dir/image.elf" --json "$@" \
	    >"$t/json" 2>"$t/err"
	rc=$?
	jq -r '.results[] | "result \(.name) \(.n) \(.total_cyc)"' \
	    "$t/json" >"$t/out"
	return $rc
}

timeout 100 "$B/native-run" "$dir/plain.elf" >"$t/out" 2>"$t/err"
[ $? -eq 0 ] && good && [ "$(value cpus)" -eq 1 ]
say $? "natively: $(figures)"
want="$(value edge) $(value race) $(value ring) $(value ring-race)"

for option in '' --exact-order --portable; do
	# shellcheck disable=SC2086 # none or one
	timed $option
	[ $? -eq 0 ] && good && [ "$(value cpus)" -eq 8 ] &&
	    [ "$(value edge) $(value race) $(value ring) $(value ring-race)" = "$want" ]
	say $? "on the machine ${option:-as always}: $(figures)"
	jq -r '.trace' "$t/json" >"$t/trace$option"
done
timed && [ "$(jq -r '.trace' "$t/json")" = "$(cat "$t/trace")" ]
say $? "the same again: trace $(cat "$t/trace")"
jq -e '.stats.locks > 100000' "$t/json" >/dev/null
say $? "$(jq -r '.stats.locks' "$t/json") locked operations"
exit $bad
