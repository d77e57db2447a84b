# The packet path (pktpath/pp.h) and single hooks, to measure speed with; the
# packet path also serves to compare with valgrind (tests/port/exact_test.sh).
images += pktpath hookcost
pktpath_srcs := $(sort $(wildcard bench/speed/pktpath/*.c))
hookcost_srcs := bench/speed/hookcost/hookcost.c

exact_images := $B/images/pktpath/image-insns.elf $(foreach i,micro pktpath,$(foreach v,count stack, \
	$B/images/$i/image-$v.elf))
check_scripts += tests/port/exact_test.sh tests/bench/speed_test.sh
check_deps += $(exact_images) $B/cputime $B/sample

$B/obj/bench/speed/cputime.o $B/obj/bench/speed/sample.o: FLAGS = $(FLAGS_app)
$B/cputime $B/sample: $B/%: $B/obj/bench/speed/%.o
	$(call say,LINK)
	$Q$(CC) $(SAN) $^ -o $@

bench_targets += bench-speed
##	make bench-speed	speed against native and cachegrind: results/speed/
bench-speed: all $B/cputime $B/sample $B/images/NET_MPSAFE/image-insns.elf $(sc_bench)
	@B=$B bench/speed/speed.sh
	@B=$B bench/speed/forward.sh
	@B=$B bench/speed/hookcost.sh
	@B=$B OUT=results/speed/speed.json bench/speed/sc_bench.sh
.PHONY: bench-speed
