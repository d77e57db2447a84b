# Ethernet cables, and captures as what sends and receives.
d := sim/wire
sim_srcs += $(addprefix $d/,link.c)
tests += $(addprefix tests/$d/,test_link.c)
check_scripts += tests/$d/wire_twins.sh
