#!/bin/sh
# The C interface to SystemC may cost at most 1.15 times the instructions of
# plain SystemC for the same ping-pong.  Callgrind counts them, so the result
# does not depend on the load of the machine.
#
# Twin: a run of its own for each event must be found too expensive.
set -u
: "${B:=build}"
export B
bench=bench/speed/sc_bench.sh

$bench instr pingpong
rc=$?
[ $rc -eq 0 ] || exit $rc
if $bench instr run; then
	echo "instr.sh: the limit holds for a run of each event; it limits" \
	    "nothing"
	exit 1
fi
