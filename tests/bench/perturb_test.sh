#!/bin/sh
# perturb_test.sh [full]: every constant of the machine moves a benchmark.
#
# perturb.csv names for each key a value 20 % away and a benchmark whose
# figure must then change by more than 0.5 %.  With `full' all benchmarks run,
# and the one that moved most is printed.  Twins: a key at its own value moves
# nothing and must be reported; so must a table without one of the keys.
# Keys of PCIe, the Ethernet controller and the BMC move replays: tests/app/keys_test.sh.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL B

# One row: `perturb_test.sh --one key,value,benchmark only|full'.
if [ "${1-}" = --one ]; then
	IFS=, read -r key value name <<-EOF
	$2
	EOF
	[ "$3" = full ] || set -- "$@" --only "$name"
	shift 3
	"$B/rangeley" bench micro --json "$@" >"$TMP/$key.base" 2>/dev/null
	"$B/rangeley" bench micro --json "$@" --set "$key=$value" \
	    >"$TMP/$key.new" 2>"$TMP/$key.err"
	jq -r -n --arg key "$key" --slurpfile a "$TMP/$key.base" \
	    --slurpfile b "$TMP/$key.new" '
	    ([$a[0].results[] | {(.name): .model}] | add) as $was |
	    [$b[0].results[] | {name, by: (if $was[.name] > 0 then
		(.model / $was[.name] - 1) * 100 else 0 end)}] |
	    max_by(.by | fabs) |
	    if (.by | fabs) > 0.5 then "ok" else "not ok" end +
	    " \($key): \(.name) \(.by * 100 | round / 100) %"' 2>&1 ||
	    { echo "not ok $key: $(cat "$TMP/$key.err")"; }
	exit 0
fi

TMP=$(mktemp -d)
export TMP
trap 'rm -rf "$TMP"' EXIT
bad=0
rows() { grep -v -e '^#' -e '^key,' "$1"; }
missing() {	# table: keys of the machine that it lacks
	rows "$1" | cut -d, -f1 | sort >"$TMP/have"
	"$B/rangeley" show machine --json | jq -r '.constants | keys[]' |
	    grep -v -e '^pcie\.' -e '^nic\.' -e '^bmc\.' -e '^core\.hypervisor' |
	    sort | comm -3 - "$TMP/have"
}

table=tests/bench/perturb.csv
[ -z "$(missing $table)" ] && echo 'ok every key is in the table' || {
	echo "not ok $table: keys without a row, or the reverse:" \
	    "$(missing $table)"
	bad=1
}
grep -v '^l2.hit,' $table >"$TMP/twin.csv"
[ -n "$(missing "$TMP/twin.csv")" ] && echo 'ok twin: a key too few' || bad=1

rows $table | xargs -d '\n' -P 2 -I{} "$0" --one {} "${1:-only}" |
    sort >"$TMP/moved"
cat "$TMP/moved"
[ "$(grep -c '^ok' "$TMP/moved")" -eq "$(rows $table | wc -l)" ] || bad=1

twin=$("$0" --one l2.hit,14cyc,l2-hit only)
case $twin in
'not ok l2.hit'*) echo 'ok twin: what moves nothing is reported' ;;
*)	echo "not ok twin: $twin"
	bad=1 ;;
esac
exit $bad
