sim_srcs += sim/mem/l2.c sim/mem/ways.c
