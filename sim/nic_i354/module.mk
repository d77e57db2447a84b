# The Ethernet controller: one file per hop (i354.h).
d := sim/nic_i354
sim_srcs += $(addprefix $d/,params.c i354.c regs.c reset.c nvm.c phy.c stats.c cause.c \
	rx_mac.c parse.c rss.c rx_ring.c rx_dma.c tx_ring.c tx_dma.c tx_mac.c \
	print.c print_json.c)
tests += $(addprefix tests/$d/,test_rx.c test_rx_wait.c test_filter.c test_cause.c test_tx.c \
	test_tx_load.c test_regs.c test_mac.c test_through.c test_fuzz.c)
check_scripts += tests/sim/nic_i354/nic_twins.sh

##	make soak-nic	10^6 writes of a fuzzing driver
soak_targets += soak-nic
.PHONY: soak-nic
soak-nic: $B/tests/sim/nic_i354/test_fuzz
	$< 50000 1 20
