sc_srcs += sim/sc/sc.cc sim/sc/fault.cc
tests += tests/sim/core/test_tick.c tests/sim/sc/test_sc.c \
	tests/sim/sc/test_sc_errors.c tests/sim/sc/test_sc_random.c
check_scripts += tests/sim/sc/twins.sh tests/sim/sc/instr.sh

# The two halves of one measurement: events through sc.h, events in SystemC.
sc_bench := $B/sc_bench_capi $B/sc_bench_plain
$B/obj/sim/sc/bench_capi.o: FLAGS = $(FLAGS_sim)
$B/sc_bench_capi: $B/obj/sim/sc/bench_capi.o $B/librangeley.a
$B/sc_bench_plain: $B/obj/sim/sc/bench_plain.o
$(sc_bench):
	$(call say,LINK)
	$Q$(CXX) $(SAN) $^ -o $@ -lsystemc

check_deps += $(sc_bench)
##	make bench-sc	the C interface to SystemC against plain SystemC (bench-speed does
##			it, too)
bench-sc: $(sc_bench)
	@B=$B bench/speed/sc_bench.sh
.PHONY: bench-sc
