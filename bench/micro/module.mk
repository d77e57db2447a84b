# The microbenchmarks: a bare image; bench/micro.csv has the reference.
images += micro
micro_srcs := bench/micro/main.c bench/micro/alu.c bench/micro/sync.c \
	bench/micro/mem.c bench/micro/branch.c bench/micro/overlap.c \
	bench/micro/cpus.c bench/micro/share.c bench/micro/io.c \
	bench/micro/intr.c bench/micro/entry.S bench/micro/strings.c

run_deps += $B/images/micro/image.elf
tests += tests/bench/test_micro.c
check_scripts += tests/bench/results_test.sh tests/bench/hw_test.sh \
	tests/bench/perturb_test.sh
bench_targets += bench-micro
soak_targets += perturb

##	make bench-micro	the microbenchmarks; writes results/micro/
.PHONY: bench-micro perturb
bench-micro: all
	@mkdir -p results/micro
	$B/rangeley bench micro --out results/micro
	bench/micro/plot.sh results/micro

perturb: all
	@B=$B tests/bench/perturb_test.sh full
