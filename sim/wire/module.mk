# Ethernet cables, and captures as what sends and receives.
d := sim/wire
sim_srcs += $(addprefix $d/,burst.c cable.c capture.c flows.c replay.c record.c schedule.c search.c \
	seqcheck.c sides.c tester.c)
tests += $(addprefix tests/$d/,test_burst.c test_cable.c test_replay.c test_sides.c test_capture.c \
	test_flows.c test_schedule.c test_search.c test_seqcheck.c test_tester.c)
check_scripts += tests/$d/wire_twins.sh

##	make soak-wire N=100000	N capture files and lists of flows, changed at random,
##			and the same with sanitizers
soak_targets += soak-wire
.PHONY: soak-wire
soak-wire: $(addprefix $B/tests/sim/wire/test_,capture flows)
	$B/tests/sim/wire/test_capture $(or $(N),100000)
	$B/tests/sim/wire/test_flows $(or $(N),100000)
	+$(if $(SAN),,@$(MAKE) --no-print-directory soak-wire \
	    SAN=-fsanitize=address,undefined)
