# Behind the LPC bridge: the BMC, by its KCS interface.
d := sim/lpc
sim_srcs += $(addprefix $d/,bmc.c kcs.c)
tests += tests/$d/test_kcs.c tests/$d/test_kcs_time.c
check_scripts += tests/$d/lpc_twins.sh
