sim_srcs += sim/probe/probe.c
tests += tests/sim/probe/test_probe.c
