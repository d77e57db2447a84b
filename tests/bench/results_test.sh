#!/bin/sh
# results_test.sh: results/micro is what this commit gives, byte for byte;
# every benchmark has at least 10^4 iterations; every name of bench/micro.csv
# is there.  Twins: another machine must differ, a name too many must be missed.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
ok() { echo "ok $1"; }
not() { echo "not ok $1"; bad=1; }

same() {	# folder: is it what is in results/micro?
	for f in micro.json micro.csv micro.svg; do
		[ -f "$1/$f" ] || continue
		cmp "results/micro/$f" "$1/$f" || return 1
	done
}
names() {	# table: every name of it has a row in results
	grep -v -e '^#' -e '^name,' -e '^$' "$1" | cut -d, -f1 | sort >"$tmp/want"
	jq -r '.rows[].name' results/micro/micro.json | sort >"$tmp/got"
	[ -z "$(comm -23 "$tmp/want" "$tmp/got")" ]
}

mkdir "$tmp/a" "$tmp/b"
"$B/rangeley" bench micro --out "$tmp/a" >"$tmp/out" || not 'all figures in range'
if command -v gnuplot >/dev/null; then
	bench/micro/plot.sh "$tmp/a" || not 'plot'
fi
same "$tmp/a" && ok 'results/micro is up to date' ||
    not "results/micro: run 'make bench-micro' and commit it"
names bench/micro.csv && ok 'all names' || not 'names of bench/micro.csv'
names bench/composite.csv && ok 'all composites' || not 'bench/composite.csv'
[ "$(jq '[.rows[] | select(.n < 10000)] | length' "$tmp/a/micro.json")" = 0 ] &&
    ok 'iterations' || not 'a benchmark has less than 10^4 iterations'
fields='all(.rows[]; has("low") and has("high") and has("error_pct") and has("source"))'
jq -e "$fields" "$tmp/a/micro.json" >"$tmp/out" && ok 'all fields' ||
    not 'a row lacks a field'
jq 'del(.rows[0].low)' "$tmp/a/micro.json" | jq -e "$fields" >"$tmp/out" &&
    not 'twin: a field too few' || ok 'twin: a field too few'

"$B/rangeley" bench micro --only l2-hit --set l2.hit=15cyc --out "$tmp/b" \
    >"$tmp/out"
[ $? -eq 1 ] && ok 'twin: a wrong figure is a finding' || not 'twin: l2.hit'
same "$tmp/b" >/dev/null && not 'twin: other bytes' || ok 'twin: other bytes'
{ cat bench/micro.csv && echo 'no-such,1,1,cyc,measured,none'; } >"$tmp/x.csv"
names "$tmp/x.csv" && not 'twin: a name too many' || ok 'twin: a name too many'
# An estimate out of its range is a finding, too: 10..14 cycles.
"$B/rangeley" bench micro --only mispredict --set branch.mispredict=15cyc \
    >"$tmp/out"
[ $? -eq 1 ] && grep -q ' off ' "$tmp/out" && ok 'twin: estimate' ||
    not 'twin: an estimate out of range'
# Refused before anything runs, with what to do.
refused() {	# text, option...
	text=$1
	shift
	"$B/rangeley" bench micro "$@" >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 2 ] && [ ! -s "$tmp/out" ] && grep -q "$text" "$tmp/err" && ok "refused: $*" ||
	    not "refused: $*"
}
refused 'did you mean counter-8' --only counter8 --json
refused 'make it first' --out "$tmp/none"
exit $bad
