# What locks cost, measured on the kernels.
lock_programs := bench/locks/team.c bench/locks/lockbench.c

run_deps += $B/images/GENERIC/image.elf $B/images/NET_MPSAFE/image.elf
bench_targets += bench-locks
##	make bench-locks	what locks cost, into results/lockbench
.PHONY: bench-locks
bench-locks: all
	B=$B bench/locks/lockbench.sh
