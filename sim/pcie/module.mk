d := sim/pcie
sim_srcs += $(addprefix $d/,params.c root.c config.c caps.c bar.c msix.c msi.c \
	intx.c tlp.c requester.c link.c land.c print.c print_json.c ioapic.c)
tests += $(addprefix tests/$d/,test_config.c test_dma.c test_order.c \
	test_msix.c test_pins.c test_random.c test_print.c \
	test_ioapic.c)
check_scripts += tests/$d/twins.sh

##	make soak-pcie N=10000000 SEED=1	N random accesses, DMA and interrupts
soak_targets += soak-pcie
.PHONY: soak-pcie
soak-pcie: $B/tests/sim/pcie/test_random
	$< $(or $(N),10000000) $(or $(SEED),1)
