# The programs that decide the cells of Table 1: an image of GENERIC.
kernels += table1
table1_conf := GENERIC
table1_programs := $(addprefix bench/table1/,table1.c facility.c locks.c \
	spl.c pserialize.c intr.c)
table1_program_incs := bench/table1
