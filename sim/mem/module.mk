d := sim/mem
sim_srcs += $d/io.c $d/l2.c $d/ways.c
