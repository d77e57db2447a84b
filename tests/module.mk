check_scripts += tests/style/style.sh tests/style/style_test.sh
