check_scripts += tests/run_test.sh tests/mk/packages_test.sh \
	tests/app/cli_test.sh tests/app/profile_test.sh \
	tests/app/layout_test.sh tests/style/style.sh tests/style/style_test.sh

##	make soak-twins	all twins, of which make check takes one in five
soak_targets += soak-twins
.PHONY: soak-twins
soak-twins: all $(test_bins) $(check_deps)
	B=$B TWINS=1 tests/run.sh $(filter %twins.sh,$(check_scripts))
	B=$B tests/port/determinism_test.sh soak
