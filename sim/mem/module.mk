d := sim/mem
sim_srcs += $d/io.c $d/l2.c $d/ways.c
tests += $(addprefix tests/$d/,test_io.c test_io_dma.c test_io_random.c \
	test_l2.c test_ways.c)
check_scripts += tests/$d/io_twins.sh
