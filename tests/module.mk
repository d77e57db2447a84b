check_scripts += tests/run_test.sh tests/mk/packages_test.sh \
	tests/app/cli_test.sh tests/app/profile_test.sh \
	tests/app/layout_test.sh tests/style/style.sh tests/style/style_test.sh

# Those that take longest: they begin first, so that all processors are busy to the end.
check_first := tests/kernel/table1_test.sh tests/app/generic_test.sh \
	tests/app/fallback_test.sh tests/port/determinism_test.sh \
	tests/sim/cpu/annotate/csmith/csmith_test.sh tests/kernel/overlay_kernel_test.sh \
	tests/app/replay_test.sh tests/app/hops_test.sh tests/app/keys_test.sh \
	tests/port/user/events_test.sh tests/kernel/traps_test.sh

##	make soak-twins	all twins, of which make check takes one in five or ten
soak_targets += soak-twins
.PHONY: soak-twins
soak-twins: all $(test_bins) $(check_deps)
	B=$B TWINS=1 tests/run.sh $(filter %twins.sh %/ipl_test.sh,$(check_scripts))
	B=$B tests/port/determinism_test.sh soak
