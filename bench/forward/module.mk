# What a frame costs, by the program forward of the kernels bridge and bridge_mpsafe
# (tests/kernel/net/).
run_deps += $B/images/bridge/image.elf $B/images/bridge_mpsafe/image.elf
bench_targets += bench-forward
check_scripts += tests/app/figure1_test.sh tests/app/forward_test.sh

##	make bench-forward	a frame's cycles, locks and shared lines
.PHONY: bench-forward
bench-forward: all
	@B=$B bench/forward/forward.sh

soak_targets += soak-figure1
.PHONY: soak-figure1
soak-figure1: all
	B=$B tests/run.sh tests/app/figure1_twins.sh
