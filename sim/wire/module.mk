# Ethernet cables, and captures as what sends and receives.
d := sim/wire
sim_srcs += $(addprefix $d/,cable.c)
tests += $(addprefix tests/$d/,test_cable.c)
check_scripts += tests/$d/wire_twins.sh
