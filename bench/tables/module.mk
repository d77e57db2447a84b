# The paper's tables and figures.
##	make tables	the paper's Tables 2 to 4 and Figures 4 to 7, model beside paper;
##			writes results/paper/ (long: README)
##	make sensitivity the same with one thing changed: alternatives of the set-up,
##			constants by 10 % (long); renews the report
##	make calibrate	what estimates have to be for GENERIC's mean, and what each constant
##			does to each cell by 10 % (long)
.PHONY: tables sensitivity calibrate
check_scripts += tests/bench/tables_test.sh
tables: all
	@B=$B bench/tables/tables.sh
sensitivity: all
	@B=$B bench/tables/alternatives.sh
	@B=$B bench/tables/sensitivity.sh
	@B=$B bench/tables/report.sh
calibrate: all
	@B=$B bench/tables/calibrate.sh
	@B=$B bench/tables/sensitivity.sh
