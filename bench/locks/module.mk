# What locks cost, measured on the kernels.
lock_programs := bench/locks/team.c bench/locks/lockbench.c
