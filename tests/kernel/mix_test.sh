#!/bin/sh
# mix_test.sh [name=value...]: locks, softints, cross calls and sleeps in a random
# mix on eight CPUs (prog/mix.c): no assertion, all counts agree, and the same
# again leaves the same trace, another seed another one.
set -u
: "${B:=build}"
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

say() {	# ok?, what
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2:"
		tail -n 20 "$t/out" "$t/err"
		bad=1
	fi
}
mix() {	# name=value...: its trace in $trace
	"$B/rangeley" run --image ktest --json run=mix "$@" >"$t/json" 2>"$t/err"
	rc=$?
	jq -r .console "$t/json" >"$t/out"
	trace=$(jq -r .trace "$t/json")
	return $rc
}

mix "$@"
say $? "mix: $(jq -r '"\(.results[0].n) operations, \(.stats.cycles) cycles, \(.stats.switches) changes of turn"' "$t/json")"
first=$trace
mix "$@" && [ "$trace" = "$first" ]
say $? "the same again: trace $trace"
mix "$@" seed=2 && [ "$trace" != "$first" ]
say $? "another seed: trace $trace"
exit $bad
