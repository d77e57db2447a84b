check_scripts += tests/run_test.sh tests/mk/packages_test.sh \
	tests/app/cli_test.sh tests/app/profile_test.sh \
	tests/app/layout_test.sh tests/style/style.sh tests/style/style_test.sh
