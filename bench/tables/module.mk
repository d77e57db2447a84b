# The paper's tables and figures.
##	make tables	the paper's Tables 2 to 4 and Figures 4 to 7, model beside paper;
##			writes results/paper/ (long: README)
.PHONY: tables
check_scripts += tests/bench/tables_test.sh
tables: all
	@B=$B bench/tables/tables.sh
