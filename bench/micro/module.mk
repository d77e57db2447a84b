# The microbenchmarks: a bare image; bench/micro.csv has the reference.
images += micro
micro_srcs := bench/micro/main.c bench/micro/alu.c bench/micro/sync.c \
	bench/micro/mem.c bench/micro/branch.c bench/micro/overlap.c \
	bench/micro/cpus.c bench/micro/share.c bench/micro/io.c \
	bench/micro/intr.c bench/micro/entry.S bench/micro/strings.c

tests += tests/bench/test_micro.c
