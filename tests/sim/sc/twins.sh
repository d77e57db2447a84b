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

twin unordered sc.cc test_sc 's/n == 1 && !sim.stopped/!sim.stopped/'
twin unsorted sc.cc test_sc_random 's/a.number < b.number/\&a < \&b/'
twin overdue sc.cc test_sc 's/d.ev->number == d.number && //'
twin inclusive sc.cc test_sc 's/CLK_PER_TICK - 1/CLK_PER_TICK/'
twin unstoppable sc.cc test_sc 's/batch.size() && !sim.stopped/batch.size()/'
twin half_done sc.cc test_sc_random 's/while (sim.stopped/while (false/'
twin unkicked sc.cc test_sc 's/^	if (batch_waits())$/	if (false)/'
twin lagging sc.cc test_sc 's/sim.now_tick = until_tick;/;/'
twin talkative sc.cc test_sc_errors 's/sc_core::sc_report_handler::set_h.*//'
twin reborn sc.cc test_sc_errors 's/if (sim.used)/if (false)/'
twin remembers sc.cc test_sc_random '/^cancel/,/^}/s/sim.next_tick = 0;//'
# The last one, since it leaves a broken fault.o behind.
twin uncaught guard.h test_sc_errors '/try {/,/^	}$/c return f();' fault
exit $rc
