#!/bin/sh
# Twins of sim/sc: each is sc.cc or guard.h with one line changed, and a test
# of this folder must fail with it.  The unchanged files, built the same way,
# must pass, so that a failure is the twin's doing.
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/sim/sc/twins
rm -rf "$dir" && mkdir -p "$dir/sc"
# The twin's guard.h comes first; SystemC's headers are compiled but once.
cxx="g++ -std=c++17 -O0 -I$dir -Isim"
printf '#define SC_INCLUDE_DYNAMIC_PROCESSES\n#include <systemc>\n' >"$dir/pre.h"
$cxx -x c++-header "$dir/pre.h" -o "$dir/pre.h.gch" || exit 1
cxx="$cxx -include $dir/pre.h"

for t in test_sc test_sc_errors test_sc_random; do
	gcc -std=gnu11 -O1 -D_GNU_SOURCE -Isim -Itests -c tests/sim/sc/$t.c \
	    -o "$dir/$t.o" || exit 1
done
$cxx -c sim/sc/fault.cc -o "$dir/fault.o" || exit 1

link() {	# name program
	g++ "$dir/sc.o" "$dir/$2.o" "$dir/fault.o" -o "$dir/$1" \
	    $(pkg-config --libs check) -lsystemc
}
build() {	# name program [fault]: link a test with the files in $dir/sc
	$cxx -c "$dir/sc/sc.cc" -o "$dir/sc.o" &&
	    { [ $# -lt 3 ] || $cxx -c sim/sc/fault.cc -o "$dir/fault.o"; } &&
	    link "$1" "$2"
}

twin() {	# name file program sed-script [fault]
	rm -f "$dir"/sc/*
	cp sim/sc/sc.cc "$dir/sc"
	sed "$4" "sim/sc/$2" >"$dir/sc/$2"
	judge "$1" "$3" "sim/sc/$2" "$dir/sc/$2" build "$1" "$3" ${5+"$5"}
}

$cxx -c sim/sc/sc.cc -o "$dir/sc.o" || exit 1
for t in test_sc test_sc_errors test_sc_random; do
	passes $t link same $t
done

twin unordered sc.cc test_sc 's/p\[-1\].due_tick <= at_tick/p[-1].due_tick < at_tick/'
twin unsorted sc.cc test_sc_random 's/p\[-1\].due_tick <= at_tick/false/'
twin misplaced sc.cc test_sc_random 's/\*p = { at_tick, ev };/;/'
twin wrong_one sc.cc test_sc_random 's/(--p)->ev != ev/(--p)->ev == nullptr/'
twin twofold sc.cc test_sc_random 's/if (ev->due_tick != TICK_NEVER)/if (false)/'
twin inclusive sc.cc test_sc 's/< end_tick/<= end_tick/'
twin overrun sc.cc test_sc 's/if (next_tick() < sim.end_tick)/if (true)/'
twin unstoppable sc.cc test_sc 's/!sim.stopped && next/next/'
twin selfish sc.cc test_sc_errors 's/std::min(sim.end_tick, ahead)/sim.end_tick/'
twin deaf sc.cc test_sc_errors 's/ && ahead <= alone())/)/'
twin aloof sc.cc test_sc_errors 's/ahead <= SC_QUANTUM_TICK && //'
twin lagging sc.cc test_sc 's/sc_clock_tick = until_tick;/;/'
twin talkative sc.cc test_sc_errors 's/sc_core::sc_report_handler::set_h.*//'
twin reborn sc.cc test_sc_errors 's/if (sim.used)/if (false)/'
# The last one, since it leaves a broken fault.o behind.
twin uncaught guard.h test_sc_errors '/try {/,/^	}$/c return f();' fault
exit $rc
