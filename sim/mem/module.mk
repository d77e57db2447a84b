d := sim/mem
sim_srcs += $(addprefix $d/,coh.c coh_create.c coh_check.c dram.c io.c l2.c stream.c)
tests += $(addprefix tests/$d/,test_io.c test_io_dma.c test_io_random.c \
	test_l2.c test_ways.c test_coh.c test_coh_cost.c test_coh_swap.c test_dram.c \
	test_stream.c)
check_scripts += tests/$d/io_twins.sh tests/$d/coh_twins.sh

##	make soak-mem N=10000000	N random accesses of all CPUs and a device
soak_targets += soak-mem
.PHONY: soak-mem
soak-mem: $B/tests/sim/mem/test_coh
	$< $(or $(N),10000000)
