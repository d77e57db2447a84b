#!/bin/sh
# mix_test.sh [name=value...]: locks, softints, cross calls and sleeps in a random
# mix on eight CPUs (prog/mix.c): no assertion, all counts agree, and the same
# again leaves the same trace, another seed another one.
set -u
: "${B:=build}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

. tests/say.subr
seen="$t/out $t/err"
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
