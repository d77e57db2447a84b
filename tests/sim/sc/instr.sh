#!/bin/sh
# The C interface to SystemC may cost at most 1.15 times the instructions of
# plain SystemC for the same ping-pong.  Callgrind counts them, so the result
# does not depend on the load of the machine.
#
# Twin: to enter SystemC for each event must be found too expensive.
set -u
: "${B:=build}"
export B
bench=bench/speed/sc_bench.sh

$bench instr pingpong
rc=$?
[ $rc -eq 0 ] || exit $rc
if $bench instr enter; then
	echo "instr.sh: the limit holds for SystemC entered for each event; it limits" \
	    "nothing"
	exit 1
fi
