sim_srcs += sim/probe/probe.c
tests += tests/sim/probe/test_probe.c tests/sim/probe/test_probe_timer.c
