#!/bin/sh
# csmith_test.sh: a few programs of Csmith run the same plain and annotated;
# twins, with an annotator broken on purpose, do not, and the fuzzer says so
# by its last line and its exit code.  `make fuzz-annotate' runs more.
set -u
: "${B:=build}"
here=tests/sim/cpu/annotate/csmith
FUZZ_DIR=$B/tests/csmith LIMIT=100ms
export FUZZ_DIR LIMIT
bad=0

# expect name exit-code pattern pattern-of-the-last-line n seed
expect() {
	log=$B/tests/csmith.$1
	$here/fuzz.sh "$5" "$6" >"$log" 2>&1
	got=$?
	if [ $got -eq "$2" ] && grep -qE -- "$3" "$log" &&
	    tail -n 1 "$log" | grep -qE -- "$4"; then
		echo "ok $1: $(tail -n 1 "$log")"
	else
		echo "not ok $1: exit $got, expected $2 and '$3', '$4':"
		cat "$log"
		bad=1
	fi
}
some='^fuzz-annotate: [1-9][0-9]* programs, [1-9][0-9]* mismatches$'

mkdir -p "$B/tests"
LIMIT=5s expect same 0 '' '^fuzz-annotate: 3 programs, 0 mismatches$' 3 2
expect count 2 'no count or seed; write' '' 08 1

# Registers, then flags, taken as free although they are not.
BREAK=liveness expect liveness 1 'seed 3 .* kept in ' "$some" 1 3
BREAK=flags expect flags 1 'ann: ' "$some" 1 3
# Parked registers and flags not given back.
BREAK_SED='/movq.%gs:.*(%rip), %r[abcds]/d' \
    expect unparked 1 'ann: ' "$some" 1 3
BREAK_SED=/sahf/d expect no_sahf 1 'ann: ' "$some" 1 3
# An annotator that refuses, and code that cannot be linked.
BREAK=nonsense expect refusal 1 'ann: refused' "$some" 1 3
BREAK_SED='1i call nowhere' expect unlinkable 1 'cannot be linked' "$some" 1 3
exit $bad
