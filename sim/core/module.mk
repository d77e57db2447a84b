# What every part of the simulator needs: errors, units, the machine's
# constants, hashes, random numbers, output.
d := sim/core
sim_srcs += $(addprefix $d/,err.c units.c text.c inifile.c machine.c \
	machine_check.c machine_print.c scenario.c scenario_report.c csv.c hash.c rng.c json_out.c progress.c \
	frame.c)
tests += $(addprefix tests/$d/,test_units.c test_text.c test_machine.c \
	test_csv.c test_hash.c test_output.c test_fuzz.c \
	test_scenario.c test_frame.c)

##	make soak-core N=1000000	machine files, mutated N times
soak_targets += soak-core
.PHONY: soak-core
soak-core: $B/tests/sim/core/test_fuzz
	$< $(or $(N),1000000)
