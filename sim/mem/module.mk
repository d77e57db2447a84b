d := sim/mem
sim_srcs += $(addprefix $d/,coh.c coh_check.c dram.c io.c l2.c stream.c ways.c)
tests += $(addprefix tests/$d/,test_io.c test_io_dma.c test_io_random.c \
	test_l2.c test_ways.c)
check_scripts += tests/$d/io_twins.sh
